import logging
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django.asserts import assertContains, assertNotContains

from accounts import slowing
from accounts.actions import own_data, residence as actions
from accounts.enums import CheckResult, ProofMethod, RequestState
from accounts.models import (
    Consent,
    ResidenceMove,
    ResidenceRequest,
    ResidenceTries,
    Resident,
    User,
)
from accounts.periodic import settle_all_waiting
from decide.common import documents
from municipalities.models import Padron
from municipalities.rls import municipality_scope
from participation.models import Intervention
from tests.factories import (
    DistrictFactory,
    MunicipalityFactory,
    PadronFactory,
    ResidentFactory,
    UserFactory,
    enrol,
)


BORN = date(1980, 2, 1)
URL = "/cuenta/residencia/"


@pytest.fixture(autouse=True)
def _in_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def padron(town):
    with municipality_scope(town):
        padron = PadronFactory(municipality=town)
        enrol(padron, "99000001", BORN, town.place)
        enrol(padron, "99000002", BORN, town.place)
        enrol(padron, "00000010", BORN, town.place)
    return padron


@pytest.fixture
def person(client):
    person = UserFactory(language="en")
    client.force_login(person)
    return person


@pytest.fixture
def send(client, town):
    def send(number="99000001", *, born="01/02/1980", district=None, **more):
        data = {
            "district": (district or town.place).pk,
            "kind": "dni",
            "number": number,
            "birth_date": born,
        }
        return client.post(URL, data | more)

    return send


def test_who_is_in_the_padron_becomes_a_resident(person, town, padron, send):
    response = send()

    assert response.status_code == 302
    resident = Resident.objects.get(user=person)
    assert resident.district == town.place
    assert resident.method == ProofMethod.PADRON
    assert bytes(resident.document_hash) == documents.document_hash("dni", "99000001")
    with municipality_scope(town):
        assert list(Intervention.objects.values_list("kind", "channel")) == [("residence", "web")]
    assert Consent.objects.filter(user=person, purpose="residence").count() == 1


def test_the_page_then_says_where_one_takes_part(client, person, town, padron, send):
    send()

    page = client.get(URL)

    assertContains(page, "Your residence is proven")
    assertContains(page, town.name)


def test_zeros_at_the_start_spaces_and_hyphens_do_not_matter(person, padron, send):
    assert send("00.000-010").status_code == 302


@pytest.mark.parametrize("born", ["1/2/1980", "01-02-1980", "1980-02-01"])
def test_the_day_may_be_written_as_people_do(person, padron, send, born):
    assert send(born=born).status_code == 302


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"number": "1234"}, "A DNI has 8 digits"),
        ({"number": "1\x002345678"}, "Null characters"),
        ({"number": "9" * 100_000}, "at most 30"),
        ({"born": "31/02/1980"}, "day, month and year"),
        ({"born": "01/02/1780"}, "Check the year"),
        ({"born": "01/02/2999"}, "Check the year"),
        ({"kind": "passport"}, "valid choice"),
        ({"digit": "9"}, "does not belong to that DNI"),
        ({"number": "", "born": ""}, "Write the number"),
    ],
)
def test_what_is_mistyped_is_said_at_its_field_and_costs_no_try(person, padron, send, change, text):
    response = send(**change)

    assertContains(response, text, status_code=422)
    assert not ResidenceTries.objects.exists()


def test_a_forged_district_is_refused(person, padron, client, town):
    closed = MunicipalityFactory(state="invited")
    for district in (closed.place_id, "999999", "13", "' OR 1"):
        data = {"district": district, "kind": "dni", "number": "99000001", "birth_date": "1/2/1980"}
        assertContains(client.post(URL, data), "Choose a district of the list", status_code=422)


def test_the_check_digit_is_welcome_and_never_needed(person, padron, send):
    assert send(digit="h").status_code == 302


@pytest.mark.parametrize(
    "change", [{"number": "99000009"}, {"born": "02/02/1980"}, {"number": "99000003"}]
)
def test_wrong_data_prove_nothing(person, padron, send, change):
    response = send(**change)

    assertContains(response, "could not prove your residence", status_code=422)
    assertContains(response, "4 tries left", status_code=422)
    assert not Resident.objects.exists()


def test_living_elsewhere_is_not_a_match(person, town, padron, send):
    neighbour = MunicipalityFactory()
    with municipality_scope(neighbour):
        enrol(PadronFactory(municipality=neighbour), "99000005", BORN, neighbour.place)

    assert send(district=neighbour.place).status_code == 422


def test_a_wrong_document_and_one_in_use_read_exactly_the_same(client, town, padron, send):
    ResidentFactory(document_hash=documents.document_hash("dni", "99000001"), district=town.place)

    pages = []
    for number in ("99000001", "99000009"):
        person = UserFactory()
        client.force_login(person)
        response = send(number)
        text = response.content.decode().replace(number, "").replace(person.display_name, "")
        pages.append((response.status_code, re.sub(r'value="[\w-]{64}"', "", text)))

    assert pages[0] == pages[1]
    assert Resident.objects.count() == 1


def test_a_document_in_use_costs_as_many_queries_as_a_wrong_one(client, town, padron, send):
    ResidentFactory(document_hash=documents.document_hash("dni", "99000001"), district=town.place)
    counts = []
    for number in ("99000001", "99000009"):
        client.force_login(UserFactory())
        client.get(URL)
        with CaptureQueriesContext(connection) as queries:
            send(number)
        counts.append(len(queries))

    assert abs(counts[0] - counts[1]) <= 1


def test_one_account_proves_one_document(person, padron, send):
    send("99000001")

    assertContains(send("99000002"), "could not prove", status_code=422)
    assert Resident.objects.get(user=person).document_kind == "dni"
    assert Resident.objects.count() == 1


def test_five_wrong_tries_lock_the_account_for_a_day(client, person, padron, send):
    for _try in range(5):
        response = send("99000009")

    assert response.status_code == 302
    assertContains(client.get(URL), "this account can try again on")
    assertNotContains(client.get(URL), 'name="number"')
    assert send("99000001").status_code == 302
    assert not Resident.objects.exists()

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        client.force_login(person)
        send("99000001")
    assert Resident.objects.filter(user=person).exists()


def test_the_lock_is_the_accounts_and_not_the_villages(client, person, padron, send):
    for _try in range(5):
        send("99000009")
    neighbour = UserFactory()
    client.force_login(neighbour)

    send("99000001")

    assert Resident.objects.filter(user=neighbour).exists()


def test_wrong_tries_are_forgotten_after_a_day(client, person, padron, send):
    for _try in range(4):
        send("99000009")

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        client.force_login(person)
        assertContains(send("99000009"), "4 tries left", status_code=422)


def test_an_address_with_many_wrong_tries_is_slowed_down_but_never_locked(
    client, town, padron, send
):
    for _person in range(4):
        client.force_login(UserFactory())
        for _try in range(3):
            response = send("99000009")

    assertContains(response, "There were many tries from your connection", status_code=429)
    assertContains(response, "99000009", status_code=429)
    assert 0 < slowing.seconds_to_wait("127.0.0.1") <= slowing.LONGEST
    somebody = UserFactory()
    with time_machine.travel(timezone.now() + timedelta(seconds=slowing.LONGEST + 1)):
        client.force_login(somebody)
        send("99000001")
    assert Resident.objects.filter(user=somebody).exists()


def test_the_wait_grows_with_each_wrong_try():
    waits = []
    for _try in range(slowing.FREE + 9):
        slowing.note_wrong("192.0.2.1")
        waits.append(slowing.seconds_to_wait("192.0.2.1"))

    assert waits[: slowing.FREE] == [0] * slowing.FREE
    assert waits[slowing.FREE :] == sorted(waits[slowing.FREE :])
    assert waits[-1] == slowing.LONGEST
    assert slowing.seconds_to_wait("192.0.2.2") == 0


def test_children_do_not_take_part_and_lose_no_try(person, padron, send):
    response = send(born=f"01/01/{timezone.localdate().year - 10}")

    assertContains(response, "begins at 18 years", status_code=422)
    assert ResidenceTries.objects.filter(wrong__gt=0).count() == 0


def test_without_a_padron_the_request_waits_and_says_so(client, person, town, send):
    assert send().status_code == 302

    assertContains(client.get(URL), "There is no padrón to compare your data")
    request = ResidenceRequest.objects.get(user=person)
    assert bytes(request.document_hash) == documents.document_hash("dni", "99000001")
    assert not ResidenceTries.objects.filter(wrong__gt=0).exists()


def test_a_padron_past_its_date_is_not_consulted(person, town, padron, send):
    with municipality_scope(town):
        Padron.objects.filter(pk=padron.pk).update(
            cutoff_on=date(2020, 1, 1), expires_on=timezone.localdate() - timedelta(days=1)
        )

    send()

    assert ResidenceRequest.objects.filter(user=person).exists()
    assert not Resident.objects.exists()


def test_a_check_that_breaks_down_makes_people_wait_and_tells_no_document(
    settings, person, padron, send, caplog
):
    settings.RESIDENCE_CHECKS = ["tests.accounts.test_residence.Broken"]

    with caplog.at_level(logging.DEBUG):
        assert send().status_code == 302

    assert ResidenceRequest.objects.filter(user=person).exists()
    assert "99000001" not in caplog.text


class Broken:
    def check(self, kind, number, birth_date, district):
        raise RuntimeError(f"no answer for {number}")


class Register:
    """A service that knows one person."""

    def check(self, kind, number, birth_date, district):
        known = (kind, number) == ("dni", "99000007")
        return CheckResult.MATCHED if known else CheckResult.NOT_MATCHED


def test_another_check_is_one_line_in_the_settings(settings, person, town, send):
    settings.RESIDENCE_CHECKS = [
        "accounts.residence.PadronCheck",
        "tests.accounts.test_residence.Register",
    ]

    send("99000007")

    assert Resident.objects.get(user=person).district == town.place


def test_who_waits_is_settled_when_the_padron_comes(
    client, person, town, send, django_capture_on_commit_callbacks
):
    send()
    with municipality_scope(town):
        enrol(PadronFactory(municipality=town), "99000001", BORN, town.place)

    with django_capture_on_commit_callbacks(execute=True):
        settle_all_waiting()

    assert Resident.objects.get(user=person).district == town.place
    assert not ResidenceRequest.objects.exists()
    assert "Your residence is proven" in mail.outbox[0].body
    assert "99000001" not in mail.outbox[0].body


def test_who_waited_and_is_not_in_it_is_told_and_has_a_try_less(
    client, person, town, send, django_capture_on_commit_callbacks
):
    send("99000009")
    with municipality_scope(town):
        enrol(PadronFactory(municipality=town), "99000001", BORN, town.place)

    with django_capture_on_commit_callbacks(execute=True):
        settle_all_waiting()

    request = ResidenceRequest.objects.get(user=person)
    assert request.state == RequestState.NOT_MATCHED
    assert bytes(request.document_hash) == bytes(32)
    assert ResidenceTries.objects.get(user=person).wrong == 1
    assertContains(client.get(URL), "The padrón has come")
    assert len(mail.outbox) == 1


def test_a_request_that_no_padron_came_for_lapses(person, town, send):
    send()

    with time_machine.travel(timezone.now() + actions.WAITS + timedelta(days=1)):
        settle_all_waiting()

    request = ResidenceRequest.objects.get(user=person)
    assert request.state == RequestState.LAPSED
    assert bytes(request.document_hash) == bytes(32)


def test_who_deletes_the_account_and_comes_back_is_the_same_resident(
    client, person, town, padron, send
):
    send()
    before = Resident.objects.get(user=person)
    own_data.delete_account(User.objects.get(pk=person.pk))
    again = UserFactory()
    client.force_login(again)

    send()

    assert Resident.objects.get() == before
    assert Resident.objects.get().user == again
    with municipality_scope(town):
        assert Intervention.objects.filter(kind="residence").count() == 1


def test_a_move_is_proven_anew_and_kept_in_the_log(client, person, town, padron, send):
    neighbour = MunicipalityFactory()
    with municipality_scope(neighbour):
        enrol(PadronFactory(municipality=neighbour), "99000001", BORN, neighbour.place)
    send()

    assert send(district=neighbour.place).status_code == 302

    resident = Resident.objects.get(user=person)
    assert resident.district == neighbour.place
    move = ResidenceMove.objects.get()
    assert (move.from_district, move.to_district, move.by) == (town.place, neighbour.place, person)
    assertContains(send(district=town.place), "a short while ago", status_code=422)


def test_a_provinces_padron_proves_its_districts_and_counts_near(client, person, send):
    district = DistrictFactory()
    province = MunicipalityFactory(kind="provincial", place=district.parent)
    with municipality_scope(province):
        enrol(PadronFactory(municipality=province), "99000001", BORN, district)

    send(district=district)

    resident = Resident.objects.get(user=person)
    assert resident.district == district
    with municipality_scope(province):
        assert Intervention.objects.filter(kind="residence").count() == 1


def test_foreign_residents_prove_with_their_card(person, town, padron, send):
    with municipality_scope(town):
        enrol(padron, "001234567", BORN, town.place, kind="ce")

    assert send("001234567", kind="ce").status_code == 302
    assert Resident.objects.get(user=person).document_kind == "ce"


def test_an_older_key_still_recognises_and_is_replaced(
    settings, client, person, town, padron, send
):
    send()
    settings.DOCUMENT_KEYS = settings.DOCUMENT_KEYS | {2: "newer"}
    thief = UserFactory()
    client.force_login(thief)

    assert send().status_code == 422

    client.force_login(person)
    assert send().status_code == 302
    resident = Resident.objects.get()
    assert resident.key_version == 2
    assert bytes(resident.document_hash) == documents.document_hash("dni", "99000001", 2)


def test_the_address_never_holds_a_document_and_nothing_changes_on_get(client, person, padron):
    client.get(URL, {"number": "99000001", "birth_date": "01/02/1980"})

    assert not Resident.objects.exists()
    assert not ResidenceTries.objects.exists()
    assert client.get(URL).headers["Cache-Control"].count("no-store") == 1


def test_coming_from_a_municipality_its_district_is_chosen(client, person, town):
    page = client.get(URL, {"m": town.slug})

    assertContains(page, f'<option value="{town.place_id}" selected>')


@pytest.mark.parametrize("slug", ["nowhere", "\x00", "x" * 9999, "../.."])
def test_a_strange_origin_does_no_harm(client, person, slug):
    assert client.get(URL, {"m": slug}).status_code == 200


def test_visitors_sign_in_first(client):
    response = client.get(URL)

    assert response.status_code == 302
    assert reverse("account_login") in response.url


def test_the_list_of_districts_costs_the_same_for_one_and_many(
    client, person, town, django_assert_max_num_queries
):
    MunicipalityFactory.create_batch(5)

    with django_assert_max_num_queries(14):
        client.get(URL)


def test_failures_never_show_the_document(client, person, padron, send, monkeypatch, caplog):
    def broken(*args, **kwargs):
        number = kwargs["number"]
        raise RuntimeError(len(number))

    monkeypatch.setattr("accounts.views.residence.actions.prove", broken)
    client.raise_request_exception = False

    response = send()

    assert response.status_code == 500
    assert "99000001" not in caplog.text
    assert b"99000001" not in response.content


def test_a_deleted_account_leaves_no_waiting_hash_and_no_tries(client, person, town, send):
    send()

    own_data.delete_account(User.objects.get(pk=person.pk))

    assert not ResidenceRequest.objects.exists()
    assert not ResidenceTries.objects.exists()
