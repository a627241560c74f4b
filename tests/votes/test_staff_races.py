"""Once means once, also when several of staff press at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.enums import Role
from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from participation.models import Event
from tests.factories import MunicipalityFactory, PollFactory, RoleGrantFactory
from votes import definition, periodic
from votes.actions import polls
from votes.enums import UrnState
from votes.models import Approval, Poll


REFUSALS = (polls.CannotApprove, polls.CannotFreeze, polls.CannotPrepare, polls.CannotCallOff)


@pytest.fixture
def town(transactional_db):
    return MunicipalityFactory(modules=[Module.VOTES])


@pytest.fixture
def people(town):
    with scoped_transaction(town):
        return [RoleGrantFactory(municipality=town, role=Role.ADMINISTRATOR).user for _ in range(3)]


@pytest.fixture
def poll(town, people):
    now = timezone.now()
    with scoped_transaction(town):
        poll = PollFactory(
            municipality=town, opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=2)
        )
        return polls.draw_lots(poll, by=people[0])


def at_once(town, acts):
    """How many of them were done; the others were refused in words."""

    def one(act):
        try:
            with scoped_transaction(town):
                act()
        except REFUSALS:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(one, acts))


def told(town, verb):
    with scoped_transaction(town):
        return Event.objects.filter(verb=verb).count()


def test_three_who_press_approve_many_times_approve_once_each(town, people, poll):
    with scoped_transaction(town):
        content = definition.content_hash(poll)
    acts = [
        lambda by=by: polls.approve(poll, by=by, content=content) for by in people for _ in range(5)
    ]

    assert at_once(town, acts) == 3
    with scoped_transaction(town):
        assert Approval.objects.count() == 3


def test_whoever_presses_freeze_the_rules_are_frozen_and_announced_once(town, people, poll):
    with scoped_transaction(town):
        for person in people[:2]:
            polls.approve(poll, by=person, content=definition.content_hash(poll))

    assert at_once(town, [lambda: polls.freeze(poll, by=people[0])] * 8) == 1
    assert told(town, "poll_announced") == 1


def test_a_change_at_the_moment_of_freezing_is_either_approved_or_refused(town, people, poll):
    with scoped_transaction(town):
        for person in people[:2]:
            polls.approve(poll, by=person, content=definition.content_hash(poll))
        question = poll.questions.get()
    acts = [
        lambda: polls.freeze(poll, by=people[0]),
        lambda: polls.save_question(poll, by=people[1], question=question, title="Other?"),
    ]

    assert at_once(town, acts * 3) >= 1
    with scoped_transaction(town):
        poll = Poll.objects.select_related("urn").get()
        if poll.urn.state == UrnState.FROZEN:
            assert "Other?" not in poll.urn.definition


def test_two_clocks_tell_once(town):
    with scoped_transaction(town):
        PollFactory(municipality=town, ready=True)

    def tell(_number):
        try:
            return periodic.tell()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(tell, range(6))) == 1
    assert told(town, "poll_opened") == 1
