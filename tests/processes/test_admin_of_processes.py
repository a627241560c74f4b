"""What the admin shows of processes: read only, and of some things only to those they are for."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from municipalities.rls import municipality_scope
from processes.models import Escalation, Meeting, Minutes, Outcome, Process, Undertaking
from tests.agreements.factories import the_region
from tests.factories import MunicipalityFactory, RoleGrantFactory
from tests.processes.factories import (
    EscalationEventFactory,
    EscalationFactory,
    MeetingFactory,
    MinutesFactory,
    OutcomeReviewFactory,
    PartyFactory,
    RegistrationFactory,
    UndertakingUpdateFactory,
)


@pytest.fixture
def town():
    return MunicipalityFactory()


def enter(client, place, role):
    with municipality_scope(place):
        person = RoleGrantFactory(municipality=place, role=role).user
    client.force_login(person)
    return person


def change(thing):
    return reverse(f"admin:processes_{thing._meta.model_name}_change", args=[thing.pk])


def listed(client, model):
    page = client.get(reverse(f"admin:processes_{model._meta.model_name}_changelist"))
    return list(page.context["cl"].result_list)


@pytest.fixture
def things(town):
    with municipality_scope(town):
        party = PartyFactory(municipality=town, contact="044 999999")
        update = UndertakingUpdateFactory(municipality=town)
        review = OutcomeReviewFactory(municipality=town)
        meeting = MeetingFactory(municipality=town)
        return [party.process, update.undertaking, review.outcome, meeting]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.EVALUATOR])
def test_those_who_work_on_it_read_all_and_change_nothing(client, town, things, role):
    enter(client, town, role)

    for thing in things:
        page = client.get(change(thing))
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert client.post(change(thing), {"title": "X"}).status_code == 403


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.DESK_OFFICER])
def test_other_staff_have_nothing_of_it_here(client, town, things, role):
    enter(client, town, role)

    for thing in things:
        assert client.get(change(thing)).status_code in (302, 403)


def test_how_a_party_is_reached_is_not_shown_here(client, town, things):
    enter(client, town, Role.ADMINISTRATOR)

    assert "044 999999" not in client.get(change(things[0])).content.decode()


def test_who_registers_is_counted_and_not_named(client, town):
    with municipality_scope(town):
        one = RegistrationFactory(municipality=town, user__display_name="Elsa Vecina")
    enter(client, town, Role.ADMINISTRATOR)

    (meeting,) = listed(client, Meeting)

    assert meeting.standing == 1
    assert "Elsa Vecina" not in client.get(change(one.meeting)).content.decode()


def test_an_acta_for_staff_alone_is_not_read_by_the_region(client, town):
    with municipality_scope(town):
        everybodys = MinutesFactory(municipality=town)
        own = MinutesFactory(municipality=town, is_restricted=True)
    enter(client, the_region(), Role.PLANNER)
    assert listed(client, Minutes) == [everybodys]
    assert client.get(change(own)).status_code == 302

    enter(client, town, Role.EVALUATOR)
    assert set(listed(client, Minutes)) == {everybodys, own}


def test_what_is_raised_is_read_by_sender_and_receiver_and_by_no_other(client, town):
    receiver, other = MunicipalityFactory.create_batch(2)
    with municipality_scope(town):
        raised = EscalationFactory(municipality=town, to_municipality=receiver)
        EscalationEventFactory(escalation=raised)

    for place, seen in ((town, [raised]), (receiver, [raised]), (other, [])):
        enter(client, place, Role.ADMINISTRATOR)
        assert listed(client, Escalation) == seen
        assert client.get(change(raised)).status_code == (200 if seen else 302)


def test_a_planner_reads_what_every_town_does(client, town, things):
    enter(client, the_region(), Role.PLANNER)

    assert {Process, Undertaking, Outcome, Meeting} == {type(thing) for thing in things}
    for thing in things:
        assert thing in listed(client, type(thing))
        assert client.get(change(thing)).status_code == 200
