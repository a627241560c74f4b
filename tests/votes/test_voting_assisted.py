"""An officer helps somebody to vote: the choice is the person's, five minutes, thirty a day."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import desk_codes
from accounts.actions import desk
from accounts.enums import Role
from accounts.models import DeskAct, DeskRelease
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from participation.models import Intervention
from tests.factories import (
    DeskReleaseFactory,
    MunicipalityFactory,
    ResidentFactory,
    RoleGrantFactory,
)
from tests.votes.voting import address, open_poll, review, token_in
from votes.models import Envelope, Mark


@pytest.fixture
def otuzco():
    """Holds votes; in its scope."""
    town = MunicipalityFactory(slug="otuzco", modules=[Module.VOTES], short_name="Otuzco")
    with municipality_scope(town):
        yield town


@pytest.fixture
def poll(otuzco):
    return open_poll(otuzco)


@pytest.fixture
def officer(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.DESK_OFFICER).user


@pytest.fixture
def julia(otuzco):
    return ResidentFactory(district=otuzco.place, user__display_name="Julia P.").user


@pytest.fixture
def helped(client, settings, officer, julia):
    """The officer acts for Julia, who sits beside them."""
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    client.force_login(officer)
    begin(client, julia)
    return client


def begin(client, person):
    data = {"code": desk_codes.give(person), "reason": "reading", "consent": "on"}
    assert client.post("/otuzco/mesa/acompanar/", data).status_code == 302


def cast(client, poll, choice="a"):
    token = token_in(review(client, poll, {"q1": choice}))
    return client.post(address(poll, "cast"), {"papeleta": token})


def acts(**facts):
    return DeskAct.objects.filter(**facts).count()


def test_the_vote_is_the_person_s_and_written_down_without_what(helped, poll, officer, julia):
    page = helped.get(address(poll)).content.decode()
    assert "Julia P." in page

    response = cast(helped, poll)

    assert response.status_code == 302
    assert helped.get(response.url).status_code == 200
    assert Mark.objects.get().channel == "assisted"
    assert Intervention.objects.get(kind="ballot").channel == "desk"
    assert acts(act="voted", officer=officer, person=julia) == 1
    assert all("q1" not in act.seen for act in DeskAct.objects.all())


def test_after_five_minutes_the_officer_acts_for_themselves_again(helped, poll, officer):
    token = token_in(review(helped, poll, {"q1": "a"}))

    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        late = helped.post(address(poll, "cast"), {"papeleta": token})
        after = helped.get(address(poll))

    assert late.status_code == after.status_code == 403
    assert "/otuzco/mesa/acompanar/" in late.content.decode()
    assert officer.display_name in late.content.decode()
    assert not Envelope.objects.exists()


def test_opening_the_form_again_does_not_begin_anew(helped, poll):
    helped.get(address(poll))
    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        assert helped.get(address(poll)).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert helped.get(address(poll)).status_code == 403


def test_with_a_new_code_they_begin_again(helped, poll, julia):
    helped.get(address(poll))
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        helped.get(address(poll))
        begin(helped, julia)
        assert cast(helped, poll).status_code == 302


def test_an_officer_helps_so_many_a_day_until_an_administrator_says_more(
    helped, settings, otuzco, poll, officer
):
    settings.DESK_DAILY_VOTES = 1
    assert cast(helped, poll).status_code == 302
    next_one = ResidentFactory(district=otuzco.place).user
    begin(helped, next_one)

    refused = cast(helped, poll)

    assert refused.status_code == 403
    assert Envelope.objects.count() == Mark.objects.count() == 1
    assert Intervention.objects.filter(kind="ballot").count() == 1
    administrator = RoleGrantFactory(municipality=otuzco).user
    desk.release(otuzco, officer=officer, by=administrator)
    assert cast(helped, poll).status_code == 302
    assert Mark.objects.count() == 2


def test_the_same_form_sent_again_is_no_second_help(helped, settings, poll):
    settings.DESK_DAILY_VOTES = 1
    token = token_in(review(helped, poll, {"q1": "a"}))

    first, second = (helped.post(address(poll, "cast"), {"papeleta": token}) for _ in range(2))

    assert first.url == second.url
    assert acts(act="voted") == 1


def test_an_administrator_finds_at_the_desk_who_may_help_no_more(
    client, settings, otuzco, poll, helped, officer
):
    settings.DESK_DAILY_VOTES = 1
    cast(helped, poll)
    administrator = RoleGrantFactory(municipality=otuzco).user
    client.force_login(administrator)
    where = f"/otuzco/mesa/votos/{officer.pk}/"
    assert where in client.get("/otuzco/mesa/").content.decode()

    client.post(where)

    assert DeskRelease.objects.get().officer == officer
    assert where not in client.get("/otuzco/mesa/").content.decode()
    client.post(where)
    assert DeskRelease.objects.count() == 1


def test_nobody_releases_more_for_themselves_and_no_officer_does(
    client, settings, otuzco, poll, helped, officer
):
    settings.DESK_DAILY_VOTES = 1
    cast(helped, poll)
    where = f"/otuzco/mesa/votos/{officer.pk}/"

    assert client.post(where).status_code == 403
    with pytest.raises(desk.CannotHelp):
        desk.release(otuzco, officer=officer, by=officer)
    client.force_login(RoleGrantFactory(municipality=otuzco).user)
    assert client.post("/otuzco/mesa/votos/999999/").status_code == 404
    assert not DeskRelease.objects.exists()


def test_yesterday_s_releases_are_over(settings, otuzco, officer):
    settings.DESK_DAILY_VOTES = 1
    DeskReleaseFactory(
        municipality=otuzco, officer=officer, day=timezone.localdate() - timedelta(days=1)
    )

    assert desk.votes_left(otuzco, officer) == 1


def test_the_choice_is_in_nothing_an_officer_leaves_behind(helped, poll):
    key_before = dict(helped.session)
    cast(helped, poll, "b")

    session = dict(helped.session)
    assert set(session) == set(key_before)
    assert "q1" not in str(session)
