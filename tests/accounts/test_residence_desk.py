from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django.asserts import assertContains, assertNotContains

from accounts import desk_codes
from accounts.enums import ProofMethod, Role
from accounts.models import AssistedAccount, Consent, DeskAct, Resident, User
from decide.common import documents
from municipalities.rls import municipality_scope
from participation.models import Intervention
from tests.accounts.conftest import code_in
from tests.factories import (
    DistrictFactory,
    MunicipalityFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
)


@pytest.fixture(autouse=True)
def _in_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def officer(town):
    with municipality_scope(town):
        return RoleGrantFactory(municipality=town, role=Role.DESK_OFFICER).user


@pytest.fixture
def at_desk(client, officer):
    client.force_login(officer)
    return client


def facts(town, **more):
    return {
        "district": town.place_id,
        "kind": "dni",
        "number": "99000001",
        "seen": "original DNI",
        "adult": "on",
        "consent": "on",
    } | more


def verify(client, town, person, **more):
    data = facts(town, code=desk_codes.give(person)) | more
    return client.post(f"/{town.slug}/mesa/verificar/", data)


def register(client, town, **more):
    data = facts(town, display_name="Rosa Q.", reason="no_address") | more
    return client.post(f"/{town.slug}/mesa/registrar/", data)


def acts(town):
    with municipality_scope(town):
        return list(DeskAct.objects.order_by("pk"))


def test_an_officer_verifies_who_shows_a_code_and_it_is_written_down(at_desk, officer, town):
    person = UserFactory()

    response = verify(at_desk, town, person)

    assert response.status_code == 302
    resident = Resident.objects.get(user=person)
    assert (resident.method, resident.verified_by) == (ProofMethod.DESK, officer)
    assert bytes(resident.document_hash) == documents.document_hash("dni", "99000001")
    [act] = acts(town)
    assert (act.officer, act.person, act.act) == (officer, person, "verified")
    consent = Consent.objects.get(user=person)
    assert (consent.channel, consent.officer) == ("desk", officer)
    with municipality_scope(town):
        assert list(Intervention.objects.values_list("kind", "channel")) == [("residence", "desk")]


def test_the_person_finds_the_code_on_their_page(client, town):
    person = UserFactory(language="en")
    client.force_login(person)
    assertContains(client.get("/cuenta/residencia/"), "Show me a code")

    client.post("/cuenta/residencia/codigo/")

    assertContains(client.get("/cuenta/residencia/"), desk_codes.shown(person))


def test_a_code_works_once_and_for_half_an_hour(at_desk, town, django_capture_on_commit_callbacks):
    person = UserFactory()
    code = desk_codes.give(person)
    with django_capture_on_commit_callbacks(execute=True):
        verify(at_desk, town, person, code=code)

    again = verify(at_desk, town, UserFactory(), code=code, number="99000002")

    assertContains(again, "This code does not work", status_code=422)


@pytest.mark.parametrize("code", ["", "AAAAAAAA", "\x00", "x" * 5000, "' OR 1=1"])
def test_a_code_that_is_nobodys_is_refused(at_desk, town, code):
    response = verify(at_desk, town, UserFactory(), code=code)

    assert response.status_code == 422
    assert not Resident.objects.exists()


def test_a_desk_verifies_only_for_its_own_places(at_desk, town):
    response = verify(at_desk, town, UserFactory(), district=DistrictFactory().code)

    assertContains(response, "Choose a district of the list", status_code=422)


def test_a_document_in_use_is_refused_at_the_desk_too(at_desk, town):
    ResidentFactory(document_hash=documents.document_hash("dni", "99000001"), district=town.place)

    response = verify(at_desk, town, UserFactory())

    assertContains(response, "already verifies another account", status_code=422)
    assert acts(town) == []


def test_nobody_verifies_themselves(at_desk, town, officer):
    assertContains(verify(at_desk, town, officer), "Nobody verifies", status_code=422)
    with pytest.raises(IntegrityError), transaction.atomic(), municipality_scope(town):
        DeskAct.objects.create(
            municipality=town, officer=officer, person=officer, act="verified", consent_version="1"
        )


@pytest.mark.parametrize("page", ["", "verificar/", "registrar/", "constancia/"])
def test_only_officers_of_the_place_open_the_desk(client, town, officer, page):
    neighbour = MunicipalityFactory()
    with municipality_scope(town):
        evaluator = RoleGrantFactory(municipality=town, role=Role.EVALUATOR).user
    answers = []
    for person, place in [
        (UserFactory(), town),
        (evaluator, town),
        (officer, neighbour),
        (officer, town),
    ]:
        client.force_login(person)
        answers.append(client.get(f"/{place.slug}/mesa/{page}").status_code)

    assert answers == [403, 403, 403, 200]


def test_the_cap_of_a_day_holds(settings, at_desk, officer, town):
    settings.DESK_DAILY_CAP = 1
    verify(at_desk, town, UserFactory())

    response = verify(at_desk, town, UserFactory(), number="99000002")

    assertContains(response, "today&#x27;s limit of 1", status_code=422)
    assert Resident.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        at_desk.force_login(officer)
        assert verify(at_desk, town, UserFactory(), number="99000002").status_code == 302


@pytest.mark.parametrize(
    ("missing", "text"),
    [("consent", "Without their agreement"), ("adult", "has reached this age")],
)
def test_without_their_agreement_and_age_nothing_happens(at_desk, town, missing, text):
    data = facts(town, code=desk_codes.give(UserFactory()))
    del data[missing]

    response = at_desk.post(f"/{town.slug}/mesa/verificar/", data)

    assertContains(response, text, status_code=422)
    assert acts(town) == []


def test_no_document_number_is_noted_among_what_was_seen(at_desk, town):
    response = verify(at_desk, town, UserFactory(), seen="DNI 99000001")

    assertContains(response, "no document numbers", status_code=422)


def test_somebody_without_an_address_is_registered_with_a_receipt(at_desk, officer, town):
    response = register(at_desk, town)

    assert response.status_code == 200
    person = User.objects.get(display_name="Rosa Q.")
    assert (person.email, person.phone, person.has_usable_password()) == (None, None, False)
    assert Resident.objects.get(user=person).district == town.place
    [act] = acts(town)
    assert (act.act, act.reason, act.officer) == ("registered", "no_address", officer)
    purposes = Consent.objects.filter(user=person).values_list("purpose", flat=True)
    assert set(purposes) == {"residence", "terms"}
    assertContains(response, "Receipt")
    assertContains(response, officer.display_name)
    assertNotContains(response, "99000001")
    with municipality_scope(town):
        kinds = Intervention.objects.values_list("kind", "channel")
        assert set(kinds) == {("registration", "desk"), ("residence", "desk")}


def test_registering_needs_a_reason(at_desk, town):
    assert register(at_desk, town, reason="").status_code == 422
    assert register(at_desk, town, reason="because").status_code == 422
    assert not User.objects.filter(display_name="Rosa Q.").exists()


def test_a_document_in_use_opens_no_second_account(at_desk, town):
    register(at_desk, town)

    response = register(at_desk, town, display_name="Another")

    assertContains(response, "already verifies another account", status_code=422)
    assert not User.objects.filter(display_name="Another").exists()


def receipt(response):
    return response.context["receipt_code"]


def test_with_the_receipt_the_account_becomes_ones_own(at_desk, town, client):
    code = receipt(register(at_desk, town))
    person = User.objects.get(display_name="Rosa Q.")
    client.logout()

    client.post("/cuenta/constancia/", {"code": code.lower(), "contact": "rosa@example.org"})
    assert not AssistedAccount.objects.get(user=person).taken_over_at
    client.post(reverse("account_email_verification_sent"), {"code": code_in(mail.outbox[0].body)})

    assert client.session["_auth_user_id"] == str(person.pk)
    assert EmailAddress.objects.get(user=person).verified
    assert AssistedAccount.objects.get(user=person).taken_over_at
    with municipality_scope(town):
        assert Intervention.objects.filter(kind="registration").count() == 1
    client.logout()
    again = client.post("/cuenta/constancia/", {"code": code, "contact": "thief@example.org"})
    assertContains(again, "This code does not work", status_code=422)


def test_a_mistyped_address_does_not_spend_the_receipt(at_desk, town, client):
    code = receipt(register(at_desk, town))
    client.logout()
    client.post("/cuenta/constancia/", {"code": code, "contact": "rosaa@example.org"})
    client.logout()

    response = client.post("/cuenta/constancia/", {"code": code, "contact": "rosa@example.org"})

    assert response.status_code == 302
    person = User.objects.get(display_name="Rosa Q.")
    assert person.email == "rosa@example.org"
    assert EmailAddress.objects.filter(user=person).count() == 1


def test_with_a_mobile_phone_too(at_desk, town, client, sms):
    code = receipt(register(at_desk, town))
    client.logout()

    response = client.post("/cuenta/constancia/", {"code": code, "contact": "987 654 321"})
    client.post(response.url, {"code": code_in(sms()[0][1])})

    person = User.objects.get(display_name="Rosa Q.")
    assert (person.phone, person.phone_verified) == ("+51987654321", True)
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA-AAAA", "\x00", "", "9" * 9999])
def test_a_receipt_that_is_nobodys_opens_nothing(client, code):
    response = client.post("/cuenta/constancia/", {"code": code, "contact": "a@example.org"})

    assert response.status_code == 422


def test_an_address_in_use_cannot_be_taken(at_desk, town, client):
    code = receipt(register(at_desk, town))
    UserFactory(email="rosa@example.org")
    client.logout()

    response = client.post("/cuenta/constancia/", {"code": code, "contact": "Rosa@example.org"})

    assertContains(response, "Try another one", status_code=422)


@pytest.mark.parametrize("contact", ["987 654 321", "familia@example.org"])
def test_two_of_a_family_cannot_take_over_with_one_address(at_desk, town, client, contact):
    mothers = receipt(register(at_desk, town))
    fathers = receipt(register(at_desk, town, number="99000002", display_name="Juan Q."))
    client.logout()
    client.post("/cuenta/constancia/", {"code": mothers, "contact": contact})

    response = client.post("/cuenta/constancia/", {"code": fathers, "contact": contact})

    assertContains(response, "Try another one", status_code=422)


def test_whoever_has_the_address_that_was_mistyped_does_not_get_in(at_desk, town, client):
    code = receipt(register(at_desk, town))
    client.logout()
    client.post("/cuenta/constancia/", {"code": code, "contact": "rosaa@example.org"})
    stranger = client.__class__(headers={"accept-language": "en"})
    stranger.post("/cuenta/entrar/codigo/", {"contact": "rosaa@example.org"})

    sent = {"code": code_in(mail.outbox[-1].body)}
    answer = stranger.post("/cuenta/entrar/codigo/confirmar/", sent, follow=True)

    assert "_auth_user_id" not in stranger.session
    assert answer.redirect_chain[-1][0] == "/cuenta/constancia/"
    assert AssistedAccount.objects.get().taken_over_at is None


def test_a_lost_receipt_is_replaced_and_the_old_one_ends(at_desk, town, client):
    old = receipt(register(at_desk, town))

    new = receipt(
        at_desk.post(
            f"/{town.slug}/mesa/constancia/",
            {"kind": "dni", "number": "99000001", "seen": "original DNI"},
        )
    )

    client.logout()
    bad = client.post("/cuenta/constancia/", {"code": old, "contact": "rosa@example.org"})
    assert bad.status_code == 422
    good = client.post("/cuenta/constancia/", {"code": new, "contact": "rosa@example.org"})
    assert good.status_code == 302


def test_no_receipt_leads_into_an_account_that_is_somebodys_own(at_desk, town):
    ResidentFactory(document_hash=documents.document_hash("dni", "99000001"), district=town.place)

    response = at_desk.post(
        f"/{town.slug}/mesa/constancia/", {"kind": "dni", "number": "99000001", "seen": "DNI"}
    )

    assertContains(response, "No account that a desk opened", status_code=422)


def test_what_a_desk_did_is_never_changed(at_desk, town):
    verify(at_desk, town, UserFactory())

    with pytest.raises(IntegrityError), transaction.atomic(), municipality_scope(town):
        DeskAct.objects.update(seen="nothing")


def test_the_desk_shows_ones_own_acts_and_no_list_of_people(at_desk, town, officer):
    UserFactory(display_name="Somebody else")
    verify(at_desk, town, UserFactory(display_name="Julia"))

    page = at_desk.get(f"/{town.slug}/mesa/")

    assertContains(page, "Julia")
    assertNotContains(page, "Somebody else")
