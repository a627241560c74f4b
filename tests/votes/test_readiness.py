import hashlib
import json

import pytest
from django.db import connection
from django.utils import timezone

from municipalities.rls import municipality_scope
from tests.factories import (
    ApprovalFactory,
    KeyCeremonyFactory,
    MunicipalityFactory,
    PollFactory,
    UrnFactory,
)
from votes import definition, keys, readiness
from votes.actions import urn as actions


GOOD = {name: right[0] for name, right in readiness.SETTINGS.items()}


@pytest.fixture
def poll():
    """Its rules are frozen, and whoever keeps its key has proven it."""
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        poll = PollFactory(municipality=municipality, questions__lots=["b", "a"])
        ApprovalFactory.create_batch(2, municipality=municipality, poll=poll)
        rules = definition.of(poll) | {"roll": {"count": 9, "digest": "ab" * 32}}
        poll.urn = actions.freeze(poll.urn, definition=rules, longest={"q1": ["a"]})
        now = timezone.now()
        KeyCeremonyFactory(municipality=municipality, poll=poll, proven_at=now)
        yield poll


def test_with_rules_keys_and_settings_as_they_should_be_nothing_keeps_an_urn_closed(poll):
    assert readiness.problems(poll.urn) == []
    readiness.check(poll.urn)


def test_the_database_of_this_project_is_set_as_an_urn_needs_it():
    assert readiness.wrong(readiness.database_settings()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fsync", "off"),
        ("full_page_writes", "off"),
        ("synchronous_commit", "off"),
        ("synchronous_commit", "local"),
        ("log_statement", "mod"),
        ("log_statement", "all"),
        ("log_parameter_max_length", "-1"),
        ("log_parameter_max_length", "1kB"),
        ("log_parameter_max_length_on_error", "-1"),
        ("track_commit_timestamp", "on"),
    ],
)
def test_each_wrong_setting_is_named(name, value):
    (said,) = readiness.wrong(GOOD | {name: value})

    assert name in said
    assert f"«{value}»" in said


def test_what_is_asked_is_how_the_site_itself_is_connected(poll):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")

    with pytest.raises(readiness.NotReady, match="synchronous_commit"):
        readiness.check(poll.urn)


def frozen(poll, **changes):
    """The poll's urn as if it had been frozen with other rules."""
    rules = json.loads(poll.urn.definition) | changes
    text = json.dumps(rules, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    poll.urn.definition, poll.urn.digest = text, hashlib.sha256(text.encode()).digest()
    return poll.urn


def test_a_question_without_its_lot_keeps_it_closed(poll):
    questions = json.loads(poll.urn.definition)["questions"]
    urn = frozen(poll, questions=[questions[0] | {"lots": [], "title": "¿Parque?"}])

    (said,) = readiness.problems(urn)

    assert "¿Parque?" in said


def test_a_roll_that_was_not_published_keeps_it_closed(poll):
    assert len(readiness.problems(frozen(poll, roll={}))) == 1


def test_rules_that_are_not_those_of_the_fingerprint_keep_it_closed(poll):
    poll.urn.definition += " "

    assert len(readiness.problems(poll.urn)) == 1


def test_rules_that_are_not_frozen_keep_it_closed(poll):
    urn = UrnFactory(municipality=poll.municipality)

    assert len(readiness.problems(urn)) == 1


def test_keys_that_nobody_has_proven_keep_it_closed(poll):
    KeyCeremonyFactory(municipality=poll.municipality, poll=poll, number=2)

    assert len(readiness.problems(poll.urn)) == 1


def test_a_site_that_has_lost_its_signing_key_does_not_open(poll, monkeypatch):
    monkeypatch.setattr(keys, "public_signing_key", lambda urn: bytes(32))

    assert len(readiness.problems(poll.urn)) == 1
