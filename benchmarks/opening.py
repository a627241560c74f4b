"""A large urn is closed, opened and counted: how long it takes, and how much memory.

The ballots are real ones, sealed one by one to the urn's key; they get into the urn by COPY, as
the owner of its tables, for a million real casts would take the afternoon.
"""

from __future__ import annotations

import hashlib
import os
import random
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.utils import timezone
from nacl.public import PrivateKey

from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from votes import counting, opening, sealing
from votes.actions import urn as urns
from votes.commitments import commitment
from votes.models import Urn


QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "q1",
        "kind": "yes_no",
        "options": ["a", "b"],
        "majority": {"option": "a", "share": [1, 2], "of": "valid"},
        "lots": ["b", "a"],
    },
    {"id": "q2", "kind": "multiple", "options": [*"abcdefgh"], "most": 3, "lots": [*"abcdefgh"]},
    {"id": "q3", "kind": "ranked", "options": [*"abcd"], "lots": [*"abcd"]},
]
DISTRICTS = [f"1301{number:02}" for number in range(1, 12)]
SEAL_AT_ONCE = 5_000


def report(ballots: int) -> None:
    """Print how long closing and opening an urn of so many ballots took, and what memory."""
    municipality = Municipality.objects.filter(kind="district").order_by("pk").first()
    key = PrivateKey.generate()
    with scoped_transaction(municipality):
        urn = an_urn(municipality, key)
    began = time.perf_counter()
    fill(urn, bytes(key.public_key), ballots)
    print(f"\n{ballots:,} ballots sealed and put into the urn: {time.perf_counter() - began:.0f} s")

    time.sleep(max(0, (urn.closes_at - timezone.now()).total_seconds()))
    with measured("closed, with its whole log"), scoped_transaction(municipality):
        urn = urns.close(urn)
    heard = []
    with measured("opened, checked and counted"), scoped_transaction(municipality):
        outcome = opening.open_urn(
            urn, private_key=bytes(key), eligible=ballots, progress=lambda *far: heard.append(far)
        )
    if heard[-1] != (ballots, ballots):
        raise SystemExit(f"The urn had other ballots: {heard[-1]}")
    print(
        f"progress was told {len(heard):,} times; the outcome has {len(outcome.statement):,} signs"
    )


def an_urn(municipality: Municipality, key: PrivateKey) -> Urn:
    now = timezone.now()
    urn = Urn.objects.create(
        municipality=municipality,
        label="bench",
        definition="{}",
        opens_at=now,
        closes_at=now + timedelta(seconds=5),
        sealed_length=304,
    )
    longest = {question["id"]: counting.longest(question) for question in QUESTIONS}
    urn = urns.freeze(urn, definition={"questions": QUESTIONS}, longest=longest)
    return urns.accept_keys(urn, seal_key=bytes(key.public_key))


def fill(urn: Urn, public_key: bytes, ballots: int) -> None:
    """A mark and an envelope for each, as the cast leaves them."""
    jobs = [
        (
            public_key,
            bytes(urn.digest),
            urn.sealed_length,
            first,
            min(SEAL_AT_ONCE, ballots - first),
        )
        for first in range(0, ballots, SEAL_AT_ONCE)
    ]
    day = timezone.localdate()
    with (
        psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner,
        ProcessPoolExecutor() as pool,
    ):
        scope = f"{{{urn.municipality_id}}}"
        owner.execute("SELECT set_config('decide.municipalities', %s, true)", [scope])
        here = (urn.municipality_id, urn.pk)
        # Row-level security stands in the way of COPY; a table without it does not.
        owner.execute(
            "CREATE TEMPORARY TABLE sealed_ones (person bytea, place text, attempt bytea,"
            " promise bytea, sealed bytea, signature bytea) ON COMMIT DROP"
        )
        with owner.cursor().copy("COPY sealed_ones FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["bytea", "text", "bytea", "bytea", "bytea", "bytea"])
            for rows in pool.map(seal_some, *zip(*jobs, strict=True)):
                for row in rows:
                    copy.write_row(row)
        owner.execute(
            "INSERT INTO votes_mark (municipality_id, urn_id, person_key, channel, place)"
            " SELECT %s, %s, person, 'web', place FROM sealed_ones",
            here,
        )
        owner.execute(
            "INSERT INTO votes_envelope (municipality_id, urn_id, person_key, attempt, commitment,"
            " sealed, signature, day)"
            " SELECT %s, %s, person, attempt, promise, sealed, signature, %s FROM sealed_ones",
            [*here, day],
        )
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE) votes_mark, votes_envelope")


def seal_some(
    public_key: bytes, digest: bytes, length: int, first: int, number: int
) -> list[tuple[bytes, str, bytes, bytes, bytes, bytes]]:
    chance, rows = random.Random(first), []
    for voter in range(first, first + number):
        nonce, choices = chance.randbytes(16), some_choices(chance)
        rows.append(
            (
                hashlib.sha256(b"%d" % voter).digest(),
                chance.choice(DISTRICTS),
                chance.randbytes(16),
                commitment(digest, nonce, choices),
                sealing.seal(public_key, nonce, choices, length),
                chance.randbytes(64),
            )
        )
    return rows


def some_choices(chance: random.Random) -> dict[str, Any]:
    return {
        "q1": chance.choice([["a"], ["a"], ["b"], []]),
        "q2": sorted(chance.sample("abcdefgh", chance.randint(0, 3))),
        "q3": chance.sample("abcd", chance.randint(0, 4)),
    }


@contextmanager
def measured(what: str):
    """Seconds, and the most memory that this process and PostgreSQL's had together meanwhile.

    Memory that several processes share is counted once (PSS).
    """
    peaks, stop = [0, 0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.5):
            peaks[:] = map(max, peaks, (memory_of([os.getpid()]), memory_of(of_postgres())))

    watcher = threading.Thread(target=watch)
    watcher.start()
    began, worked = time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        took, worked = time.perf_counter() - began, time.process_time() - worked
        stop.set()
        watcher.join()
    print(
        f"{what}: {took:.1f} s, {worked:.1f} s of a core here; at most {peaks[0] / 1e6:.0f} MB here"
        f" and {peaks[1] / 1e6:.0f} MB in PostgreSQL"
    )


def memory_of(pids: list[int]) -> int:
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def of_postgres() -> list[int]:
    from decide.servers import Postgres, var  # noqa: PLC0415  once VAR is that of the benchmark

    postmaster = int((Postgres(var()).data / "postmaster.pid").read_text().split("\n")[0])
    return [postmaster, *children_of(postmaster)]


def children_of(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[1]) == parent:
            found.append(int(status.parent.name))
    return found
