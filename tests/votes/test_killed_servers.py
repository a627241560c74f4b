"""PostgreSQL is killed again and again while people vote: what was acknowledged is there.

It has a server of its own. The same is tried with `synchronous_commit = off`, which must lose
something: a test that cannot see a loss would prove nothing.
"""

import os
import random
import threading
import time
from dataclasses import dataclass, field
from types import SimpleNamespace

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from tests.votes.killing import kill_a_backend, kill_everything, own_postgres
from votes import keys, receipts


KILLS = 20
CLIENTS = 8
PREPARE = """
from municipalities.rls import scoped_transaction
from tests.factories import MunicipalityFactory, UrnFactory
town = MunicipalityFactory()
with scoped_transaction(town):
    urn = UrnFactory(municipality=town, ready=True)
print(json.dumps({"urn": urn.pk, "town": town.pk, "length": urn.sealed_length,
                  "digest": bytes(urn.digest).hex(), "sign_key": bytes(urn.sign_key).hex()}))
"""
CAST = """
SELECT outcome, commitment, signature FROM votes_cast(%s, %s, 'web', %s, %s, %s, %s, %s, '', false)
"""


@pytest.fixture
def own_server(request):
    """An empty cluster of our own, with an urn that is open."""
    with own_postgres(PREPARE, getattr(request, "param", "")) as found:
        yield found


@dataclass
class Attempt:
    """One form that somebody sent, and what they heard."""

    person: bytes
    name: bytes = field(default_factory=lambda: os.urandom(16))
    promise: bytes = field(default_factory=lambda: os.urandom(32))
    sealed: bytes = b""
    heard: str = ""
    signature: bytes = b""


class Voters:
    """People at several windows, who note down what they were told, if anything."""

    def __init__(self, server, urn):
        self.server, self.urn = server, urn
        self.attempts: list[Attempt] = []
        self.stop = threading.Event()
        self.key = keys.signing_key(
            SimpleNamespace(
                pk=urn["urn"], municipality_id=urn["town"], key_version=max(settings.DOCUMENT_KEYS)
            )
        )
        self.people = [os.urandom(32) for _number in range(500)]

    def vote_until_stopped(self):
        chance, connection = random.Random(), None
        while not self.stop.is_set():
            attempt = Attempt(chance.choice(self.people), sealed=os.urandom(self.urn["length"]))
            self.attempts.append(attempt)
            try:
                connection = connection or self.connect()
                self.send(attempt, connection)
            except psycopg.Error:
                connection = None
                time.sleep(0.02)
        if connection:
            connection.close()

    def connect(self):
        return psycopg.connect(self.server.urls()["DATABASE_URL"], connect_timeout=5)

    def connect_patiently(self):
        """PostgreSQL recovers after a crash, and meanwhile lets nobody in."""
        for _try in range(600):
            try:
                return self.connect()
            except psycopg.OperationalError:
                time.sleep(0.1)
        return self.connect()

    def send(self, attempt, connection):
        """As votes.actions.cast does; heard only once the database has said that it is kept."""
        day = timezone.localdate()
        digest = bytes.fromhex(self.urn["digest"])
        signed = receipts.sign_receipt(self.key, digest, attempt.promise, day)
        connection.execute(
            "SELECT set_config('decide.municipalities', %s, true)", [f"{{{self.urn['town']}}}"]
        )
        values = [self.urn["urn"], attempt.person, attempt.name, attempt.promise, attempt.sealed]
        outcome, _promise, signature = connection.execute(CAST, [*values, signed, day]).fetchone()
        connection.commit()
        attempt.heard, attempt.signature = outcome, signature

    def found(self):
        """What the urn holds: the attempts by name, and the marks on the roll."""
        with self.connect_patiently() as connection:
            connection.execute(
                "SELECT set_config('decide.municipalities', %s, true)", [f"{{{self.urn['town']}}}"]
            )
            envelopes = connection.execute("SELECT attempt, commitment FROM votes_envelope")
            envelopes = {bytes(name): bytes(promise) for name, promise in envelopes}
            marks = connection.execute("SELECT person_key FROM votes_mark").fetchall()
        return envelopes, [bytes(person) for (person,) in marks]


def vote_while_it_is_killed(server, urn, ways):
    voters = Voters(server, urn)
    windows = [threading.Thread(target=voters.vote_until_stopped) for _window in range(CLIENTS)]
    for window in windows:
        window.start()
    for way in ways:
        time.sleep(random.uniform(0.2, 0.6))
        way(server)
    time.sleep(0.3)
    voters.stop.set()
    for window in windows:
        window.join()
    return voters


def test_whatever_is_killed_nothing_acknowledged_is_lost_and_nothing_counts_twice(own_server):
    server, urn = own_server
    ways = [kill_everything, kill_a_backend] * (KILLS // 2)

    voters = vote_while_it_is_killed(server, urn, ways)

    unanswered = [attempt for attempt in voters.attempts if not attempt.heard]
    envelopes, _marks = voters.found()
    acknowledged = {attempt.name for attempt in voters.attempts if attempt.heard == "ok"}
    assert len(acknowledged) > 100
    assert unanswered
    assert acknowledged <= set(envelopes)

    with voters.connect_patiently() as connection:
        for attempt in unanswered:
            voters.send(attempt, connection)
    envelopes, marks = voters.found()

    assert {attempt.heard for attempt in unanswered} <= {"ok", "ok_again"}
    assert envelopes == {attempt.name: attempt.promise for attempt in voters.attempts}
    assert sorted(marks) == sorted({attempt.person for attempt in voters.attempts})
    sign_key, digest = bytes.fromhex(urn["sign_key"]), bytes.fromhex(urn["digest"])
    day = timezone.localdate()
    assert all(
        receipts.receipt_holds(sign_key, digest, one.promise, day, one.signature)
        for one in voters.attempts
    )


@pytest.mark.parametrize(
    "own_server", ["synchronous_commit = off\nwal_writer_delay = 10s\n"], indirect=True
)
def test_with_commits_that_do_not_wait_the_same_test_sees_votes_lost(own_server):
    server, urn = own_server

    voters = vote_while_it_is_killed(server, urn, [kill_everything] * 3)

    envelopes, _marks = voters.found()
    acknowledged = {attempt.name for attempt in voters.attempts if attempt.heard == "ok"}
    assert acknowledged - set(envelopes)
