from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest
import redis
import time_machine
from django.contrib.sessions.backends.cache import SessionStore
from django.utils import timezone, translation

from accounts import captcha
from accounts.enums import Role
from decide.common.permissions import Detour
from municipalities.rls import municipality_scope
from participation import limits
from participation.enums import TracedAct
from participation.limits import Rate, why_wait
from tests.captcha import answered
from tests.factories import (
    DeclaredPlaceFactory,
    MunicipalityFactory,
    RoleGrantFactory,
    UserFactory,
)


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def rosa():
    return UserFactory(date_joined=timezone.now() - timedelta(days=90))


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-23 15:00Z", tick=False) as travelling:
        yield travelling


@pytest.fixture
def ask(rf):
    """A request of somebody at an address, as the views hand it on."""

    def make(user, address="192.0.2.7", data=None):
        request = rf.post("/", data or {}, REMOTE_ADDR=address)
        request.user, request.session = user, SessionStore()
        return request

    return make


def act_until_told(user, municipality, act=TracedAct.COMMENT, request=None, at_most=400):
    for done in range(at_most):
        if reason := why_wait(request, user, municipality, act):
            return done, reason
    return at_most, None


def test_an_account_writes_ten_comments_in_ten_minutes_and_is_told_the_wait(otuzco, rosa, clock):
    rosa.date_joined = timezone.now() - timedelta(days=90)
    done, reason = act_until_told(rosa, otuzco)

    assert done == 10
    assert str(reason).endswith("Puedes seguir en 10 minutos.")
    clock.shift(timedelta(minutes=9))
    assert str(why_wait(None, rosa, otuzco, TracedAct.COMMENT)).endswith("en 1 minuto.")
    clock.shift(timedelta(minutes=1, seconds=1))
    assert why_wait(None, rosa, otuzco, TracedAct.COMMENT) is None


def test_a_new_account_goes_slowly_and_is_told_so(otuzco, clock):
    newcomer = UserFactory(date_joined=timezone.now() - timedelta(days=1))
    done, reason = act_until_told(newcomer, otuzco)

    assert done == 3
    assert "Las cuentas nuevas" in str(reason)
    newcomer.date_joined = timezone.now() - timedelta(days=8)
    assert why_wait(None, newcomer, otuzco, TracedAct.COMMENT) is None


@pytest.mark.parametrize(
    ("act", "allowed", "wait"),
    [
        (TracedAct.FLAG, 5, "10 minutos"),
        (TracedAct.DEBATE, 3, "7 días"),
        (TracedAct.PROPOSAL, 3, "7 días"),
        (TracedAct.REACTION, 30, "1 minuto"),
        (TracedAct.SUPPORT, 30, "1 minuto"),
    ],
)
def test_each_act_has_its_own_limit(otuzco, clock, act, allowed, wait):
    person = UserFactory(date_joined=timezone.now() - timedelta(days=90))
    for other in set(TracedAct) - {act}:
        act_until_told(person, otuzco, other)

    done, reason = act_until_told(person, otuzco, act)

    assert done == allowed
    assert wait in str(reason)


def test_ten_flags_are_a_day_s(otuzco, clock):
    person = UserFactory(date_joined=timezone.now() - timedelta(days=90))
    done = 0
    for _ in range(3):
        done += act_until_told(person, otuzco, TracedAct.FLAG)[0]
        clock.shift(timedelta(minutes=11))

    assert done == 10
    assert "24 horas" in str(why_wait(None, person, otuzco, TracedAct.FLAG))


def test_what_is_refused_is_not_counted(otuzco, clock):
    person = UserFactory(date_joined=timezone.now() - timedelta(days=90))
    act_until_told(person, otuzco)
    for _ in range(50):
        why_wait(None, person, otuzco, TracedAct.COMMENT)
    clock.shift(timedelta(minutes=10, seconds=1))

    assert why_wait(None, person, otuzco, TracedAct.COMMENT) is None


def test_twenty_at_once_are_counted_one_by_one():
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: limits.take([("x", (Rate(7, 60),))]), range(100)))

    assert sum(full == 0 for full, _wait in answers) == 7


def test_one_place_s_limit_is_not_another_s(otuzco, rosa):
    act_until_told(rosa, otuzco)
    other = MunicipalityFactory()

    assert why_wait(None, rosa, other, TracedAct.COMMENT) is None


def test_staff_of_the_place_are_not_counted(otuzco):
    moderator = UserFactory()
    RoleGrantFactory(user=moderator, municipality=otuzco, role=Role.MODERATOR)

    assert act_until_told(moderator, otuzco, at_most=40) == (40, None)


def test_if_valkey_is_away_nobody_is_kept_from_a_civic_act(otuzco, rosa, settings, caplog):
    away = redis.Redis.from_url("redis://127.0.0.1:1/0")
    with mock.patch.object(limits, "valkey", return_value=away):
        assert why_wait(None, rosa, otuzco, TracedAct.SUPPORT) is None

    assert "Valkey does not answer" in caplog.text


# --- addresses
def village(ask, otuzco, number, address="192.0.2.7"):
    """So many neighbours who act once each over one address; the answers they get."""
    joined = timezone.now() - timedelta(days=90)
    people = UserFactory.create_batch(number, date_joined=joined)
    return [why_wait(ask(one, address), one, otuzco, TracedAct.SUPPORT) for one in people]


def test_an_address_refuses_nobody_but_asks_who_comes_late_to_show_a_person(otuzco, ask, rosa):
    answers = village(ask, otuzco, limits.ADDRESS.amount + 1)

    assert not any(answers[:-1])
    assert isinstance(answers[-1], Detour)
    assert answers[-1].url.startswith("/cuenta/comprobacion/")
    assert why_wait(ask(rosa, "192.0.2.8"), rosa, otuzco, TracedAct.SUPPORT) is None


def test_who_has_shown_it_goes_on(otuzco, ask, rosa):
    village(ask, otuzco, limits.ADDRESS.amount)
    request = ask(rosa)
    captcha.remember(request)

    assert why_wait(request, rosa, otuzco, TracedAct.COMMENT) is None


def test_it_can_be_shown_in_the_form_itself(otuzco, ask, rosa):
    village(ask, otuzco, limits.ADDRESS.amount)
    request = ask(rosa)
    assert why_wait(request, rosa, otuzco, TracedAct.COMMENT)
    assert "person_token" in str(request.person_form)

    again = ask(rosa, data=answered())
    assert why_wait(again, rosa, otuzco, TracedAct.COMMENT) is None
    assert captcha.has_passed(again)
    wrong = ask(rosa, data=answered() | {"person": "99"})
    assert why_wait(wrong, rosa, otuzco, TracedAct.COMMENT)


def test_a_declared_place_has_a_limit_of_its_own_while_it_lasts(otuzco, ask, rosa, clock):
    now = timezone.now()
    DeclaredPlaceFactory(
        municipality=otuzco,
        network="203.0.113.0/24",
        acts_per_hour=limits.ADDRESS.amount + 5,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=2),
    )
    answers = village(ask, otuzco, limits.ADDRESS.amount + 6, "203.0.113.9")

    assert not any(answers[:-1])
    assert isinstance(answers[-1], Detour)
    clock.shift(timedelta(hours=3))
    assert limits.place_of(ask(rosa, "203.0.113.9"), otuzco) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 minuto"),
        (61, "2 minutos"),
        (5399, "90 minutos"),
        (5400, "2 horas"),
        (86_400, "24 horas"),
        (172_801, "3 días"),
    ],
)
def test_the_wait_is_never_said_too_short(seconds, words):
    with translation.override("es"):
        assert limits.in_words(seconds) == words
