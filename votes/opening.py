"""Opening an urn: the outer envelopes stay behind, what is inside is counted, nothing is kept whole.

The private key is in memory alone, while this runs. If it stops half-way nothing was
written, and running it again gives the same.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from nacl.public import PrivateKey

from votes import counting, keys, package, receipts, sealing
from votes.commitments import canonical, commitment, short_code
from votes.enums import CastChannel, UrnState
from votes.models import Mark, OpenedAnswer, Outcome, Urn


SMALLEST_CELL = 25
CHUNK = 2_000
ALONE_UP_TO = 4 * CHUNK  # below, starting helpers costs more than they save
REST = ""

# The last envelope of each person who has not voted on paper, in the order of keys that are
# hashes: as good as shuffled, and the same each time.
LAST_OF_EACH = """
SELECT DISTINCT ON (e.person_key) e.sealed, e.commitment, m.place, m.channel
FROM votes_envelope e JOIN votes_mark m ON m.urn_id = e.urn_id AND m.person_key = e.person_key
WHERE e.urn_id = %s AND m.channel <> 'paper'
ORDER BY e.person_key, e.id DESC
"""


class CannotOpenUrn(Exception):
    """The urn does not open; nothing was changed."""


class Found(NamedTuple):
    """What a chunk of ballots held: how many of each answer, and which were not as promised."""

    answers: Counter[tuple[str, str, str]]
    ballots: Counter[str]
    broken: list[str]


@transaction.atomic
def open_urn(
    urn: Urn,
    *,
    private_key: bytes,
    eligible: int,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Outcome:
    """Open every ballot that counts, and settle what came out; `eligible` people could vote."""
    urn = Urn.objects.select_for_update(of=("self",), no_key=True).get(pk=urn.pk)
    if urn.state != UrnState.CLOSED:
        raise CannotOpenUrn(_("Only a closed urn is opened."))
    if bytes(PrivateKey(private_key).public_key) != bytes(urn.seal_key):
        raise CannotOpenUrn(_("These words are not those of the key of this urn."))
    marks = Counter(Mark.objects.filter(urn=urn).values_list("channel", flat=True))
    expected = marks.total() - marks[CastChannel.PAPER]
    definition = json.loads(urn.definition)

    found = _open_all(urn, private_key, definition, expected, progress)
    if found.broken:
        raise CannotOpenUrn(
            _("Ballots that are not what their receipt promised: %(codes)s")
            % {"codes": ", ".join(sorted(found.broken)[:20])}
        )
    if found.ballots.total() != expected:
        raise CannotOpenUrn(
            _("The roll has %(marks)d marks and the urn %(ballots)d ballots.")
            % {"marks": expected, "ballots": found.ballots.total()}
        )
    answers = _in_cells(found)
    OpenedAnswer.objects.bulk_create(
        OpenedAnswer(
            municipality_id=urn.municipality_id,
            urn=urn,
            question=question,
            cell=cell,
            answer=answer,
            number=number,
        )
        for (question, cell, answer), number in sorted(answers.items())
    )
    statement = canonical(_statement(urn, definition, marks, answers, eligible))
    outcome = Outcome.objects.create(
        municipality_id=urn.municipality_id,
        urn=urn,
        statement=statement.decode(),
        signature=receipts.sign_outcome(keys.signing_key(urn), statement),
    )
    urn.state = UrnState.OPENED
    urn.save(update_fields=["state"])
    return outcome


# --- Opening


def _open_all(
    urn: Urn,
    private_key: bytes,
    definition: dict[str, Any],
    expected: int,
    progress: Callable[[int, int], None],
) -> Found:
    whole = Found(Counter(), Counter(), [])
    digest = bytes(urn.digest)
    jobs = ((private_key, digest, definition, chunk) for chunk in _chunks(urn))
    done = 0
    for part in _worked_off(jobs, expected):
        whole.answers.update(part.answers)
        whole.ballots.update(part.ballots)
        whole.broken.extend(part.broken)
        done += part.ballots.total() + len(part.broken)
        progress(done, expected)
    return whole


def _worked_off(jobs: Iterator[tuple], expected: int) -> Iterator[Found]:
    if expected <= ALONE_UP_TO:
        yield from (open_chunk(*job) for job in jobs)
        return
    with ProcessPoolExecutor() as pool:
        # A few chunks at a time: a million ballots do not all wait in memory.
        while batch := list(islice(jobs, 8)):
            yield from pool.map(open_chunk, *zip(*batch, strict=True))


def _chunks(urn: Urn) -> Iterator[list[tuple[bytes, bytes, str, str]]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(LAST_OF_EACH, [urn.pk])
        while rows := cursor.fetchmany(CHUNK):
            yield [
                (bytes(sealed), bytes(promise), place, way) for sealed, promise, place, way in rows
            ]


def open_chunk(
    private_key: bytes,
    digest: bytes,
    definition: dict[str, Any],
    rows: Iterable[tuple[bytes, bytes, str, str]],
) -> Found:
    """Unseal ballots, and see that each is what its commitment promised."""
    found = Found(Counter(), Counter(), [])
    questions = [question["id"] for question in definition["questions"]]
    for sealed, promise, place, channel in rows:
        cell = f"{place}|{channel}"
        try:
            nonce, choices = sealing.unseal(private_key, sealed)
        except sealing.CannotOpen:
            found.broken.append(short_code(promise))
            continue
        if commitment(digest, nonce, choices) != promise or set(choices) != set(questions):
            found.broken.append(short_code(promise))
            continue
        found.ballots[cell] += 1
        for question in questions:
            found.answers[question, cell, canonical(choices[question]).decode()] += 1
    return found


# --- Telling


def _in_cells(found: Found) -> Counter[tuple[str, str, str]]:
    """Cells of few ballots are told together, so that nobody's answer stands alone."""
    small = {cell for cell, number in found.ballots.items() if number < SMALLEST_CELL}
    others = sorted(set(found.ballots) - small, key=lambda cell: (found.ballots[cell], cell))
    while small and others and sum(found.ballots[cell] for cell in small) < SMALLEST_CELL:
        small.add(others.pop(0))  # or the rest could be told from what is left over
    told: Counter[tuple[str, str, str]] = Counter()
    for (question, cell, answer), number in found.answers.items():
        told[question, REST if cell in small else cell, answer] += number
    return told


def _statement(
    urn: Urn,
    definition: dict[str, Any],
    marks: Counter[str],
    answers: Counter[tuple[str, str, str]],
    eligible: int,
) -> dict[str, Any]:
    head = urn.checkpoints.order_by("number").last()
    results = {}
    for question in definition["questions"]:
        given = {}
        for (asked, cell, answer), number in answers.items():
            if asked == question["id"]:
                given.setdefault(cell, Counter())[answer] += number
        results[question["id"]] = results_of(question, given, eligible)
    return {
        "digest": bytes(urn.digest).hex(),
        "seal_key": bytes(urn.seal_key).hex(),
        "answers": hashlib.sha256(canonical(package.answers_of(urn))).hexdigest(),
        "head": bytes(head.root).hex() if head else "",
        "log": head.size if head else 0,
        "marks": {channel: marks[channel] for channel in sorted(CastChannel.values)},
        "eligible": eligible,
        "results": results,
    }


def results_of(
    question: dict[str, Any], cells: dict[str, Counter[str]], eligible: int
) -> dict[str, Any]:
    """The result of all, and of each cell its totals alone: a tie there decides nothing."""
    everything: Counter[str] = Counter()
    for given in cells.values():
        everything.update(given)
    result = counting.count(question, _ballots(everything))
    parts = {
        cell: counting.count_plainly(question, _ballots(given)) for cell, given in cells.items()
    }
    return result | counting.verdict(question, result, eligible) | {"cells": parts}


def _ballots(given: Counter[str]) -> Iterator[Any]:
    for answer, number in given.items():
        read = json.loads(answer)
        for _one in range(number):
            yield read
