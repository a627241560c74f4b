"""Once means once, also when many come at the same moment."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.enums import Role
from debates.actions import conclusions
from debates.actions.debates import open_debate
from debates.models import Debate
from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from participation.models import Event, Intervention
from tests.factories import (
    CommentFactory,
    DebateFactory,
    MunicipalityFactory,
    ResidentFactory,
    RoleGrantFactory,
)


@pytest.fixture
def town(transactional_db):
    return MunicipalityFactory(modules=[Module.DEBATES])


def at_once(town, act, times=20):
    """What each of them gets, or the kind of refusal."""

    def one(_number):
        try:
            with scoped_transaction(town):
                return act()
        except conclusions.CannotConclude:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(times)))


def test_one_form_sent_twenty_times_opens_one_debate(town):
    person, key = ResidentFactory(district=town.place).user, uuid.uuid4()

    found = at_once(
        town, lambda: open_debate(town, by=person, form_key=key, title="¿Agua?", text="Poca.").pk
    )

    assert len(set(found)) == 1
    with scoped_transaction(town):
        assert Debate.objects.count() == 1
        assert Intervention.objects.filter(kind="debate").count() == 1


def test_twenty_conclusions_at_once_are_one(town):
    with scoped_transaction(town):
        officer = RoleGrantFactory(municipality=town, role=Role.EVALUATOR).user
        debate = DebateFactory(
            municipality=town,
            is_official=True,
            author=officer,
            thread__closes_at=timezone.now() - timedelta(minutes=1),
        )
        comment = CommentFactory(municipality=town, thread=debate.thread)

    def act():
        return conclusions.conclude(debate, by=officer, text="Así.", quotes={comment.pk: ""})

    assert len([one for one in at_once(town, act) if one]) == 1
    with scoped_transaction(town):
        assert Event.objects.filter(verb="concluded").count() == 1
        assert debate.taken_up.count() == 1
