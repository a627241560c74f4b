import os
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from nacl.public import PrivateKey

from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.factories import (
    ApprovalFactory,
    DeskFactory,
    MunicipalityFactory,
    PollFactory,
    TableFactory,
    cast_into,
)
from tests.votes import ballots
from votes import counting, opening
from votes.actions import urn as urns


MOVABLE_CLOCK = """
CREATE OR REPLACE FUNCTION votes_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(
        nullif(current_setting('test.clock', true), '')::timestamptz,
        clock_timestamp()
    )
$$
"""


@pytest.fixture
def clock(db):
    """Say what the database's clock shows for the rest of this transaction.

    Only its owner can give it such a clock, and only the test's own database gets one.
    """
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name) as owner:
        owner.execute(MOVABLE_CLOCK)

    def show(moment):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('test.clock', %s, true)", [moment.isoformat()])

    return show


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(modules=[Module.VOTES])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def key():
    return PrivateKey.generate()


@pytest.fixture
def tables(otuzco):
    """The boxes of two desks in one poll, whose rules are not frozen yet."""
    closes_at = timezone.now() + timedelta(days=1)
    poll = PollFactory(municipality=otuzco, questions=False, closes_at=closes_at)
    desks = [DeskFactory(municipality=otuzco, name=name) for name in ("Mercado", "Plaza")]
    return [TableFactory(municipality=otuzco, poll=poll, desk=desk) for desk in desks]


@pytest.fixture
def urn(tables, key):
    """Open, with a question of each sort."""
    definition = {
        "title": "¿Asfaltamos?",
        "questions": ballots.QUESTIONS,
        "desks": ["Mercado", "Plaza"],
        "roll": {"count": 200, "digest": "ab" * 32},
    }
    longest = {question["id"]: counting.longest(question) for question in ballots.QUESTIONS}
    ApprovalFactory.create_batch(2, municipality=tables[0].municipality, poll=tables[0].poll)
    frozen = urns.freeze(tables[0].poll.urn, definition=definition, longest=longest)
    return urns.accept_keys(frozen, seal_key=bytes(key.public_key))


@pytest.fixture
def close(urn, clock):
    def close_in_time():
        clock(urn.closes_at)
        return urns.close(urn)

    return close_in_time


@pytest.fixture
def close_without_paper(close, tables):
    """Its time is over, and nobody came to the desks."""

    def close_in_time():
        close()
        for table in tables:
            ballots.settle(table, [])

    return close_in_time


@pytest.fixture
def opened(urn, tables, key, close):
    """Of 60 by the web one votes again and one on paper instead; 26 with help, 30 at two desks.

    With the urn, all ballots that count.
    """
    given = ballots.vote(urn)
    cast_into(urn, person=ballots.person_of(0), choices=ballots.answers(1))
    given[0] = ballots.answers(1)
    helped = ballots.vote(urn, people=26, places=("130602",), channel="assisted")
    urns.mark_paper(urn, person=ballots.person_of(59))
    ballots.hand_out(urn, 29)
    urns.spoil(
        urn, person=bytes(32), attempt=bytes(16), promise=b"an audited one, not in the log.."
    )
    close()
    papers = [ballots.paper(number) for number in range(30)]
    ballots.settle(tables[0], papers[:27], spoiled=1)
    ballots.settle(tables[1], papers[27:], left_over=46, note="Un papel se mojó.")
    opening.open_urn(urn, private_key=bytes(key))
    return urn, given[:59] + helped + papers
