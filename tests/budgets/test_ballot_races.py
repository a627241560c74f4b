"""A budget's vote is held on the urn of all votes: what it promises holds for works within money too."""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from budgets import counts
from budgets.actions.counts import count_officially
from budgets.enums import CountState, WorkState
from budgets.models import Ballot, Budget, Count
from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from tests.budgets.voted import budget_of, choices, heading_of, open_it, put
from tests.factories import MunicipalityFactory
from tests.votes.killing import kill_a_backend, kill_everything, own_postgres
from tests.votes.test_killed_servers import vote_while_it_is_killed
from votes import opening
from votes.actions import urn as urns
from votes.models import Envelope, Mark


ALL = ("ab", "ac", "bc", "a", "b", "c", "")
PREPARE = """
from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from tests.budgets.voted import budget_of, open_it, put
from tests.factories import MunicipalityFactory
town = MunicipalityFactory(modules=[Module.BUDGETS, Module.VOTES])
with scoped_transaction(town):
    ballot = put(budget_of(town, {"Centro": (100_000, [40_000, 50_000, 60_000])}))
    open_it(ballot)
    urn = ballot.poll.urn
print(json.dumps({"urn": urn.pk, "town": town.pk, "length": urn.sealed_length,
                  "digest": bytes(urn.digest).hex(), "sign_key": bytes(urn.sign_key).hex()}))
"""


@pytest.fixture
def town(transactional_db):
    return MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS, Module.VOTES])


def on_the_ballot(town, *, seconds):
    """Three works of which any two fit, but for the last two; open so long."""
    with scoped_transaction(town):
        budget = budget_of(town, {"Centro": (100_000, [40_000, 50_000, 60_000])})
        ballot = put(budget, closes_at=timezone.now() + timedelta(seconds=seconds))
        return budget, ballot, open_it(ballot)


def at_once(work, jobs, threads=16):
    """Each job in a thread with a connection of its own: what came of it, or the refusal."""

    def alone(job):
        try:
            return work(job)
        except urns.CannotCast as refusal:
            return refusal.outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(alone, jobs))


def cast(town, ballot, person, chosen):
    with scoped_transaction(town):
        return urns.cast(
            ballot.poll.urn,
            person=person,
            attempt=os.urandom(16),
            nonce=os.urandom(16),
            choices=choices(ballot, {"Centro": chosen}),
            channel="web",
            place=town.place_id,
            pretends=False,
        )


def close_when_possible(town, urn):
    """Asked again and again until its time; once closed it stays so."""
    try:
        while True:
            try:
                with scoped_transaction(town):
                    return urns.close(urn)
            except DatabaseError as early:
                assert "still open" in str(early)  # noqa: PT017
                time.sleep(0.05)
    finally:
        connection.close()


def count(town, budget, ballot, key):
    """Opened with the key, and counted by the rule of the budget."""
    with scoped_transaction(town):
        opening.open_urn(ballot.poll.urn, private_key=bytes(key), eligible=1_000)
    with scoped_transaction(town):
        (asked,) = count_officially(Budget.objects.get(pk=budget.pk), by=None)
    assert counts.run(town, asked.pk)
    with scoped_transaction(town):
        return Count.objects.get(pk=asked.pk)


def test_two_hundred_ballots_of_one_person_at_once_are_one(town):
    budget, ballot, key = on_the_ballot(town, seconds=60)
    person = os.urandom(32)

    receipts = at_once(lambda number: cast(town, ballot, person, ALL[number % 3]), range(200))

    with scoped_transaction(town):
        assert Mark.objects.filter(urn=ballot.poll.urn).count() == 1
        assert Envelope.objects.filter(urn=ballot.poll.urn).count() == 200
    assert len({receipt.commitment for receipt in receipts}) == 200
    wait_until(ballot.poll.urn.closes_at)
    close_when_possible(town, ballot.poll.urn)
    result = count(town, budget, ballot, key).result
    assert result["ballots"] == 1
    assert sum(work["votes"] for work in result["works"]) == 2


def test_closing_while_many_vote_counts_each_ballot_or_refuses_it(town):
    budget, ballot, key = on_the_ballot(town, seconds=8)
    urn = ballot.poll.urn

    def cast_in_turn(number):
        """From two seconds before closing on, one each ten milliseconds, if the machine can."""
        turn = urn.closes_at + timedelta(milliseconds=10 * number - 2_000)
        wait_until(turn)
        return cast(town, ballot, os.urandom(32), ALL[number % len(ALL)])

    with ThreadPoolExecutor(1) as closer:
        closing = closer.submit(close_when_possible, town, urn)
        results = at_once(cast_in_turn, range(400))
        closing.result()

    taken = [number for number, result in enumerate(results) if not isinstance(result, str)]
    assert taken
    assert {result for result in results if isinstance(result, str)} == {"closed"}
    counted = count(town, budget, ballot, key)
    chosen = [ALL[number % len(ALL)] for number in taken]
    assert counted.state == CountState.DONE
    assert counted.result["ballots"] == sum(bool(one) for one in chosen)
    with scoped_transaction(town):
        codes = dict(budget.works.values_list("option", "code"))
    votes = {work["id"]: work["votes"] for work in counted.result["works"]}
    assert votes == {codes[name]: sum(name in one for one in chosen) for name in "abc"}


def wait_until(moment):
    time.sleep(max(0, (moment - timezone.now()).total_seconds()))


def test_many_who_have_it_counted_at_once_get_one_result(town):
    budget, ballot, key = on_the_ballot(town, seconds=6)
    for _number in range(10):
        cast(town, ballot, os.urandom(32), random.choice(ALL[:3]))
    wait_until(ballot.poll.urn.closes_at)
    close_when_possible(town, ballot.poll.urn)
    with scoped_transaction(town):
        opening.open_urn(ballot.poll.urn, private_key=bytes(key), eligible=1_000)

    def ask(_number):
        with scoped_transaction(town):
            (asked,) = count_officially(Budget.objects.get(pk=budget.pk), by=None)
        return counts.run(town, asked.pk)

    at_once(ask, range(12), threads=6)

    with scoped_transaction(town):
        assert Count.objects.get().state == CountState.DONE
        assert not heading_of(budget).works.filter(state=WorkState.ON_BALLOT).exists()
        told = budget.thread.events.filter(verb="budget_results")
        assert told.count() == 1
        assert Ballot.objects.count() == 1


def test_a_killed_server_loses_none_of_a_budgets_ballots_that_was_acknowledged():
    with own_postgres(PREPARE) as (server, urn):
        voters = vote_while_it_is_killed(server, urn, [kill_everything, kill_a_backend] * 2)

        envelopes, _marks = voters.found()

    acknowledged = {attempt.name for attempt in voters.attempts if attempt.heard == "ok"}
    assert acknowledged
    assert acknowledged <= set(envelopes)
