"""An officer acts for somebody beside them: half an hour, each act marked."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone, translation
from pytest_django.asserts import assertContains, assertNotContains

from accounts import assistance, desk_codes
from accounts.actions import own_data
from accounts.enums import Role
from accounts.models import DeskAct, RoleGrant
from municipalities.rls import municipality_scope
from participation.models import Event, Intervention
from proposals.models import Proposal, Support
from tests.factories import (
    MunicipalityFactory,
    ProposalFactory,
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
def julia(town):
    return ResidentFactory(district=town.place, user__display_name="Julia P.").user


@pytest.fixture
def at_desk(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def proposal(town):
    with municipality_scope(town):
        return ProposalFactory(municipality=town, published=True)


def begin(client, town, person, **more):
    data = {"code": desk_codes.give(person), "reason": "reading", "consent": "on"} | more
    return client.post(f"/{town.slug}/mesa/acompanar/", data)


def acts(town):
    with municipality_scope(town):
        return list(DeskAct.objects.order_by("pk").values_list("act", "reason"))


def test_what_is_done_is_the_persons_and_marked_as_assisted(
    at_desk, officer, julia, town, proposal
):
    assert begin(at_desk, town, julia).status_code == 302

    response = at_desk.post(f"/{town.slug}/propuestas/{proposal.pk}/apoyar/")

    assert response.status_code in (200, 302)
    with municipality_scope(town):
        assert Support.objects.get().resident.user == julia
        assert Intervention.objects.get(kind="support").channel == "desk"
        done = DeskAct.objects.get(act="assisted")
        assert (done.officer, done.person) == (officer, julia)
        assert done.seen == f"/{town.slug}/propuestas/{proposal.pk}/apoyar/"
    assert acts(town) == [("session", "reading"), ("assisted", "")]


def test_the_history_names_the_officer_behind_an_act(at_desk, officer, julia, town):
    begin(at_desk, town, julia)
    with municipality_scope(town):
        draft = ProposalFactory(municipality=town, author=julia)

    at_desk.post(f"/{town.slug}/propuestas/{draft.pk}/publicar/")

    with municipality_scope(town):
        assert Proposal.objects.get(pk=draft.pk).state != "draft"
        event = Event.objects.filter(thread=draft.thread).latest("pk")
        assert event.by == julia
        assert event.data["assisted_by"] == officer.pk


def test_every_page_says_so_meanwhile(at_desk, julia, town):
    begin(at_desk, town, julia)

    assertContains(at_desk.get(f"/{town.slug}/propuestas/"), "You act for Julia P. until")


def test_the_persons_account_stays_closed_to_the_officer(at_desk, officer, julia, town):
    begin(at_desk, town, julia)

    page = at_desk.get("/cuenta/")

    assertContains(page, officer.display_name)
    assertNotContains(page, "Julia P.")
    assertNotContains(page, "You act for")


def test_it_ends_after_half_an_hour(at_desk, officer, julia, town, proposal):
    begin(at_desk, town, julia)

    with time_machine.travel(timezone.now() + assistance.LASTS + timedelta(seconds=1)):
        assertNotContains(at_desk.get(f"/{town.slug}/propuestas/"), "You act for")
        at_desk.post(f"/{town.slug}/propuestas/{proposal.pk}/apoyar/")

    with municipality_scope(town):
        assert not Support.objects.exists()


def test_it_ends_by_the_button(at_desk, julia, town):
    begin(at_desk, town, julia)

    at_desk.post(f"/{town.slug}/mesa/acompanar/terminar/")

    assertNotContains(at_desk.get(f"/{town.slug}/propuestas/"), "You act for Julia")


def test_it_ends_with_the_officers_role(at_desk, officer, julia, town):
    begin(at_desk, town, julia)
    with municipality_scope(town):
        RoleGrant.objects.filter(user=officer).update(
            starts_on=timezone.localdate() - timedelta(days=9),
            ends_on=timezone.localdate() - timedelta(days=1),
        )

    assertNotContains(at_desk.get(f"/{town.slug}/propuestas/"), "You act for")


def test_in_another_municipality_the_officer_is_only_themselves(at_desk, julia, town):
    begin(at_desk, town, julia)

    page = at_desk.get(f"/{MunicipalityFactory().slug}/propuestas/")

    assertNotContains(page, "You act for")


def test_nobody_with_a_role_can_be_acted_for(at_desk, officer, town):
    with municipality_scope(town):
        moderator = RoleGrantFactory(municipality=town, role=Role.MODERATOR).user

    for person in (moderator, officer):
        assertContains(begin(at_desk, town, person), "who holds a role", status_code=422)
    assert acts(town) == []


def test_a_role_in_another_town_keeps_a_desk_from_acting_for_somebody(at_desk, town):
    elsewhere = MunicipalityFactory()
    with municipality_scope(elsewhere):
        moderator = RoleGrantFactory(municipality=elsewhere, role=Role.MODERATOR).user

    assertContains(begin(at_desk, town, moderator), "who holds a role", status_code=422)
    assert acts(town) == []


@pytest.mark.parametrize("missing", ["code", "reason", "consent"])
def test_reason_and_agreement_are_asked_for(at_desk, julia, town, missing):
    assert begin(at_desk, town, julia, **{missing: ""}).status_code == 422
    assert acts(town) == []


def test_a_receipt_will_do_for_who_has_no_device(at_desk, town):
    registered = at_desk.post(
        f"/{town.slug}/mesa/registrar/",
        {
            "display_name": "Rosa Q.",
            "reason": "no_address",
            "district": town.place_id,
            "kind": "dni",
            "number": "99000001",
            "seen": "original DNI",
            "adult": "on",
            "consent": "on",
        },
    )
    code = registered.context["receipt_code"]

    response = begin(at_desk, town, UserFactory(), code=code)

    assert response.status_code == 302
    assertContains(at_desk.get(f"/{town.slug}/propuestas/"), "You act for Rosa Q.")


def test_only_a_desk_may_act_for_others(client, julia, town):
    client.force_login(UserFactory())

    assert begin(client, town, julia).status_code == 403


def test_the_person_finds_all_of_it_in_their_own_data(at_desk, officer, julia, town, proposal):
    begin(at_desk, town, julia)
    at_desk.post(f"/{town.slug}/propuestas/{proposal.pk}/apoyar/")

    with zipfile.ZipFile(io.BytesIO(own_data.export(julia))) as archive:
        data = json.loads(archive.read("decide-la-libertad.json"))

    told = [(act["act"], act["officer__display_name"]) for act in data["helped at a desk"]]
    assert sorted(told) == [("assisted", officer.display_name), ("session", officer.display_name)]
