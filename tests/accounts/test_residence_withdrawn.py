"""An administrator takes back a proof of residence, with a reason; a desk gives it again."""

from datetime import date

import pytest
from django.core import mail
from django.utils import translation
from pytest_django.asserts import assertContains

from accounts import desk_codes
from accounts.actions import own_data, residence
from accounts.enums import CheckResult, Role
from accounts.models import DeskAct, Resident, User
from accounts.rules import why_not_take_part
from decide.common import documents
from municipalities.rls import municipality_scope
from tests.factories import (
    MunicipalityFactory,
    PadronFactory,
    ProposalFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
    enrol,
)


DNI = "99000001"
WHY = "He moved to Trujillo in May."


@pytest.fixture(autouse=True)
def _in_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def town():
    return MunicipalityFactory(short_name="Otuzco", contact_office="Gerencia")


@pytest.fixture
def administrator(town):
    with municipality_scope(town):
        return RoleGrantFactory(municipality=town, role=Role.ADMINISTRATOR).user


@pytest.fixture
def julia(town):
    return ResidentFactory(
        district=town.place,
        document_hash=documents.document_hash("dni", DNI),
        user__email="julia@example.org",
        user__language="en",
    ).user


@pytest.fixture
def withdraw(client, town, administrator):
    client.force_login(administrator)

    def send(**changes):
        typed = {"kind": "dni", "number": DNI, "why": WHY, "sure": "on"} | changes
        return client.post(f"/{town.slug}/mesa/retirar/", typed)

    return send


def fresh(person):
    return User.objects.select_related("resident").get(pk=person.pk)


def test_the_person_is_told_why_and_takes_part_no_more(
    client, town, administrator, julia, withdraw, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert withdraw().status_code == 302

    person = fresh(julia)
    assert person.proof is None
    assert not person.lives_in(town)
    reason = why_not_take_part(person, town)
    assert WHY in reason.text
    assert "Otuzco" in reason.text
    assert "desk" in reason.text
    assert reason.url == "/cuenta/residencia/"
    [letter] = mail.outbox
    assert letter.to == ["julia@example.org"]
    assert WHY in letter.body
    with municipality_scope(town):
        [act] = DeskAct.objects.all()
    assert (act.officer, act.person, act.act, act.seen) == (administrator, julia, "withdrawn", WHY)
    client.force_login(julia)
    for page in ("/cuenta/residencia/", "/cuenta/"):
        assertContains(client.get(page), WHY)


def test_they_can_no_longer_support(client, town, julia, withdraw):
    withdraw()
    with municipality_scope(town):
        proposal = ProposalFactory(municipality=town, published=True)
    client.force_login(julia)

    client.post(f"/{town.slug}/propuestas/{proposal.pk}/apoyar/")

    with municipality_scope(town):
        assert proposal.supports.count() == 0


def test_the_padron_does_not_give_it_back_but_a_desk_does(client, town, julia, withdraw):
    born = date(1980, 2, 1)
    with municipality_scope(town):
        enrol(PadronFactory(municipality=town), DNI, born, town.place)
    facts = {"kind": "dni", "number": DNI, "district": town.place}
    withdraw()

    with pytest.raises(residence.Withdrawn, match="desk"):
        residence.prove(fresh(julia), birth_date=born, **facts)
    other = residence.prove(UserFactory(), birth_date=born, **facts)
    assert other.result == CheckResult.NOT_MATCHED
    assert fresh(julia).proof is None

    code = desk_codes.give(julia)
    seen = {"code": code, "seen": "original DNI", "adult": "on", "consent": "on"}
    typed = {"kind": "dni", "number": DNI, "district": town.place_id}
    assert client.post(f"/{town.slug}/mesa/verificar/", typed | seen).status_code == 302
    assert fresh(julia).proof.withdrawn_why == ""
    assert residence.prove(fresh(julia), birth_date=born, **facts).result == CheckResult.MATCHED


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"why": ""}, "the person will read it"),
        ({"why": "DNI 99000001"}, "Write no document numbers here"),
        ({"why": "x\x00"}, "Null characters"),
        ({"why": "x" * 301}, "at most 300"),
        ({"number": "99000002"}, "Nobody has proven with this document"),
        ({"number": "9"}, "8 digits"),
        ({"sure": ""}, "Check it first"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(withdraw, julia, changes, said):
    assertContains(withdraw(**changes), said, status_code=422)
    assert fresh(julia).proof is not None


def test_once_is_enough(withdraw, julia):
    withdraw()

    assertContains(withdraw(), "withdrawn already", status_code=422)


def test_nobody_withdraws_their_own(town, administrator, withdraw):
    ResidentFactory(
        district=town.place, document_hash=documents.document_hash("dni", DNI), user=administrator
    )

    assertContains(withdraw(), "their own proof", status_code=422)


def test_a_neighbouring_town_cannot(client, julia):
    other = MunicipalityFactory()
    with municipality_scope(other):
        client.force_login(RoleGrantFactory(municipality=other).user)

    typed = {"kind": "dni", "number": DNI, "why": WHY, "sure": "on"}
    response = client.post(f"/{other.slug}/mesa/retirar/", typed)

    assertContains(response, "Nobody has proven", status_code=422)
    assert fresh(julia).proof is not None


@pytest.mark.parametrize("role", [Role.DESK_OFFICER, Role.MODERATOR, Role.EVALUATOR])
def test_only_an_administrator_may(client, town, julia, role):
    with municipality_scope(town):
        client.force_login(RoleGrantFactory(municipality=town, role=role).user)

    assert client.get(f"/{town.slug}/mesa/retirar/").status_code == 403
    assert client.post(f"/{town.slug}/mesa/retirar/", {"number": DNI}).status_code == 403


def test_one_s_own_copy_says_so_and_the_account_can_still_go(julia, withdraw):
    withdraw()

    assert own_data._of_the_account(fresh(julia))["residence"]["why it was withdrawn"] == WHY
    own_data.delete_account(fresh(julia))

    assert Resident.objects.get(document_hash=documents.document_hash("dni", DNI)).user is None
