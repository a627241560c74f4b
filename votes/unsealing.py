"""What was in the ballots: unsealed in memory, checked against what was promised, and only counted.

Threads, for opening a seal leaves Python's lock; and a task of the worker may not have
processes of its own.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from nacl.public import PrivateKey, SealedBox

from votes import counting, sealing
from votes.commitments import canonical, commitment, short_code


if TYPE_CHECKING:
    from votes.models import Urn
    from votes.papers import TablePapers

CHUNK = 2_000
AHEAD = 8  # chunks that wait to be opened: a million ballots are never all in memory

# The last envelope of each person who has not voted on paper, in the order of keys that are
# hashes: as good as shuffled, and the same each time.
LAST_OF_EACH = """
SELECT DISTINCT ON (e.person_key) e.sealed, e.commitment, m.place, m.channel
FROM votes_envelope e JOIN votes_mark m ON m.urn_id = e.urn_id AND m.person_key = e.person_key
WHERE e.urn_id = %s AND m.channel <> 'paper'
ORDER BY e.person_key, e.id DESC
"""


class Sealed(NamedTuple):
    """An inner envelope, what its receipt promised, and the cell in which it is counted."""

    sealed: bytes
    promise: bytes
    cell: str


@dataclass
class Found:
    """How often each answer was given, by question and cell; and what was not as promised."""

    answers: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    ballots: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def add(self, choices: dict[str, Any], cell: str) -> None:
        self.ballots[cell] += 1
        for question, answer in choices.items():
            self.answers[question, cell, canonical(answer).decode()] += 1

    def join(self, other: Found) -> None:
        self.answers.update(other.answers)
        self.ballots.update(other.ballots)
        self.broken.extend(other.broken)


def ballots_of(
    urn: Urn,
    private_key: bytes,
    questions: list[dict[str, Any]],
    progress: Callable[[int], None],
) -> Found:
    """All ballots that count, but for paper; `progress` hears how many are done."""
    work = partial(open_chunk, private_key, bytes(urn.digest), questions)
    whole = Found()
    for part in _at_once(work, _chunks(urn)):
        whole.join(part)
        progress(whole.ballots.total() + len(whole.broken))
    return whole


def open_chunk(
    private_key: bytes, digest: bytes, questions: list[dict[str, Any]], chunk: Iterable[Sealed]
) -> Found:
    """Unseal ballots, and see that each is what its commitment promised, and answers what was
    asked where its voter lives.
    """
    found, box = Found(), SealedBox(PrivateKey(private_key))
    ballot_in = cache(partial(counting.ballot_of, questions))
    for sealed, promise, cell in chunk:
        try:
            nonce, choices = sealing.opened(box, sealed)
            as_promised = commitment(digest, nonce, choices) == promise
        except sealing.CannotOpen:
            as_promised = False
        place = cell.rpartition("|")[0]
        if as_promised and isinstance(choices, dict) and ballot_in(place).fits(choices):
            found.add(counting.settled(questions, choices), cell)
        else:
            found.broken.append(short_code(promise))
    return found


def papers_of(tables: list[TablePapers], questions: list[dict[str, Any]]) -> Found:
    found = Found()
    for table in tables:
        for answers in table.answers:
            found.add(counting.settled(questions, answers), paper_cell(table.desk))
    return found


def paper_cell(desk: str) -> str:
    return f"{desk}|paper"


def _chunks(urn: Urn) -> Iterator[list[Sealed]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(LAST_OF_EACH, [urn.pk])
        while rows := cursor.fetchmany(CHUNK):
            yield [
                Sealed(bytes(sealed), bytes(promise), f"{place}|{way}")
                for sealed, promise, place, way in rows
            ]


def _at_once(
    work: Callable[[list[Sealed]], Found], chunks: Iterable[list[Sealed]]
) -> Iterator[Found]:
    """Chunks are opened while the next ones are read."""
    waiting: deque[Future[Found]] = deque()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for chunk in chunks:
            waiting.append(pool.submit(work, chunk))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
