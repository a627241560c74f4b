"""Opening an urn: the outer envelopes stay behind, what is inside is counted, nothing is kept whole.

The private key is in memory alone, while this runs. If it stops half-way nothing was
written, and running it again gives the same.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from nacl.public import PrivateKey

from decide.common import workdays
from votes import counting, keys, package, papers, readings, receipts, unsealing
from votes.commitments import canonical
from votes.enums import CastChannel, UrnState
from votes.models import OpenedAnswer, Outcome, Urn
from votes.papers import TablePapers
from votes.unsealing import Found


SMALLEST_CELL = 25
REST = ""
OBJECTION_DAYS = 5  # working days


class CannotOpenUrn(Exception):
    """The urn does not open; nothing was changed."""


@transaction.atomic
def open_urn(
    urn: Urn,
    *,
    private_key: bytes,
    eligible: int = 0,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Outcome:
    """Open every ballot that counts, join what was read on paper, and settle what came out.

    How many people could vote is what the rules say of the roll, or `eligible` where they name
    none; and never fewer than have voted, for more may have proven their residence since.
    """
    urn = Urn.objects.select_for_update(of=("self",), no_key=True).get(pk=urn.pk)
    _check_key(urn, private_key)
    definition = json.loads(urn.definition)
    questions = definition["questions"]
    marks = _marks_of(urn)
    tables = _tables_of(urn, definition, questions, marks)

    sealed = marks[CastChannel.WEB] + marks[CastChannel.ASSISTED]
    found = unsealing.ballots_of(
        urn, private_key, questions, progress=lambda done: progress(done, sealed)
    )
    _check_ballots(found, sealed)
    found.join(unsealing.papers_of(tables, questions))

    answers = in_cells(found)
    _write_down(urn, answers)
    roll = definition.get("roll", {}).get("count", eligible)
    statement = canonical(
        {
            "digest": bytes(urn.digest).hex(),
            "seal_key": bytes(urn.seal_key).hex(),
            **_log_of(urn),
            "marks": {channel: marks[channel] for channel in sorted(CastChannel.values)},
            "eligible": max(roll, marks.total()),
            "actas": [{"desk": table.desk} | told(table.acta) for table in tables],
            "ballots": told_together(found.ballots),
            "audited": _hash(package.audited_of(urn)),
            "answers": _hash(package.answers_of(urn)),
            "results": results_of(definition, answers, max(roll, marks.total())),
        }
    )
    outcome = Outcome.objects.create(
        municipality_id=urn.municipality_id,
        urn=urn,
        statement=statement.decode(),
        signature=receipts.sign_outcome(keys.signing_key(urn), statement),
    )
    urn.state = UrnState.OPENED
    urn.objections_until = end_of_objections()
    urn.save(update_fields=["state", "objections_until"])
    return outcome


def end_of_objections() -> datetime:
    """The last second of the term, by the clocks of Peru."""
    day = workdays.after(timezone.localdate(), OBJECTION_DAYS)
    return timezone.make_aware(
        datetime.combine(day, time(23, 59, 59)), timezone.get_default_timezone()
    )


# --- What keeps it closed


def _check_key(urn: Urn, private_key: bytes) -> None:
    if urn.state != UrnState.CLOSED:
        raise CannotOpenUrn(_("Only a closed urn is opened."))
    if bytes(PrivateKey(private_key).public_key) != bytes(urn.seal_key):
        raise CannotOpenUrn(_("These words are not those of the key of this urn."))


def _marks_of(urn: Urn) -> Counter[str]:
    by_channel = urn.marks.values_list("channel").annotate(Count("pk"))
    return Counter(dict(by_channel.order_by()))


def _tables_of(
    urn: Urn, definition: dict[str, Any], questions: list[dict[str, Any]], marks: Counter[str]
) -> list[TablePapers]:
    """The tables, if each is settled, none is missing, and together they fit the roll."""
    if missing := papers.why_not_ready(urn):
        raise CannotOpenUrn(_("Paper is not settled yet: %(what)s") % {"what": missing})
    tables = papers.of_urn(urn)
    if lost := sorted(set(definition.get("desks", [])) - {table.desk for table in tables}):
        raise CannotOpenUrn(
            _("The acta of these desks is missing: %(desks)s") % {"desks": ", ".join(lost)}
        )
    for table in tables:
        whole = all(readings.is_whole(questions, answers) for answers in table.answers)
        if not whole or len(table.answers) != table.acta["papers"]:
            raise CannotOpenUrn(
                _("What was entered of %(desk)s are not the papers of its acta.")
                % {"desk": table.desk}
            )
    if not fits_roll(tables, marks[CastChannel.PAPER]):
        raise CannotOpenUrn(
            _("The roll has %(marks)d marks on paper, and the actas say otherwise without a note.")
            % {"marks": marks[CastChannel.PAPER]}
        )
    return tables


def fits_roll(tables: list[TablePapers], marks: int) -> bool:
    """Whether no more papers came out of the boxes than people were marked, nor were more of
    them marked than have signed (who spoiled a paper may have signed for another); or each
    table says in a note what happened.
    """
    in_boxes = sum(table.acta["papers"] for table in tables)
    signed = sum(table.acta["signatures"] for table in tables)
    noted = bool(tables) and all(table.acta["note"].strip() for table in tables)
    return in_boxes <= marks <= signed or noted


def _check_ballots(found: Found, marks: int) -> None:
    if found.broken:
        raise CannotOpenUrn(
            _("Ballots that are not what their receipt promised: %(codes)s")
            % {"codes": ", ".join(sorted(found.broken)[:20])}
        )
    if found.ballots.total() != marks:
        raise CannotOpenUrn(
            _("The roll has %(marks)d marks and the urn %(ballots)d ballots.")
            % {"marks": marks, "ballots": found.ballots.total()}
        )


# --- Telling


def told(acta: dict[str, Any]) -> dict[str, Any]:
    """Of a small box it is not told how many papers were blank or void: that is what people did."""
    is_small = acta["papers"] < SMALLEST_CELL
    return acta | ({"blank": None, "void": None} if is_small else {})


def in_cells(found: Found) -> Counter[tuple[str, str, str]]:
    """Cells of few ballots are told together, so that nobody's answer stands alone; of each
    question apart, for not every ballot answers all.
    """
    cast: dict[str, Counter[str]] = defaultdict(Counter)
    for (question, cell, _answer), number in found.answers.items():
        cast[question][cell] += number
    small = {question: too_small(ballots) for question, ballots in cast.items()}
    told: Counter[tuple[str, str, str]] = Counter()
    for (question, cell, answer), number in found.answers.items():
        told[question, REST if cell in small[question] else cell, answer] += number
    return told


def too_small(ballots: Counter[str]) -> set[str]:
    """The cells that are told together: with fewer than 25, or else the rest could be told from
    what is left over.
    """
    small = {cell for cell, number in ballots.items() if number < SMALLEST_CELL}
    others = sorted(set(ballots) - small, key=lambda cell: (ballots[cell], cell))
    while small and others and sum(ballots[cell] for cell in small) < SMALLEST_CELL:
        small.add(others.pop(0))
    return small


def told_together(ballots: Counter[str]) -> Counter[str]:
    """How many ballots each cell has."""
    small, told = too_small(ballots), Counter[str]()
    for cell, number in ballots.items():
        told[REST if cell in small else cell] += number
    return told


def _write_down(urn: Urn, answers: Counter[tuple[str, str, str]]) -> None:
    """In the order of the answers themselves, which tells nothing of those who gave them."""
    rows = (
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
    OpenedAnswer.objects.bulk_create(rows, batch_size=5_000)


def _log_of(urn: Urn) -> dict[str, Any]:
    head = urn.checkpoints.order_by("number").last()
    return {"head": bytes(head.root).hex() if head else "", "log": head.size if head else 0}


def _hash(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def results_of(
    definition: dict[str, Any], answers: Counter[tuple[str, str, str]], eligible: int
) -> dict[str, Any]:
    given: dict[str, dict[str, Counter[str]]] = {}
    for (question, cell, answer), number in answers.items():
        given.setdefault(question, {}).setdefault(cell, Counter())[answer] += number
    return {
        question["id"]: result_of(question, given.get(question["id"], {}), eligible)
        for question in definition["questions"]
    }


def result_of(
    question: dict[str, Any], cells: dict[str, Counter[str]], eligible: int
) -> dict[str, Any]:
    """The result of all, and of each cell its totals alone: a tie there decides nothing."""
    everything: Counter[str] = Counter()
    for given in cells.values():
        everything.update(given)
    result = counting.count_given(question, _read(everything))
    parts = {cell: counting.count_part(question, _read(given)) for cell, given in cells.items()}
    return result | counting.verdict(question, result, eligible) | {"cells": parts}


def _read(given: Counter[str]) -> list[counting.Given]:
    return [(json.loads(answer), number) for answer, number in given.items()]
