"""What an opened urn holds, for rooms above that decide by a rule of their own (votes/actions/asked.py).

Nothing is here before the urn is opened. Whole ballots are kept nowhere: each question is told
apart, by cells of place and way of voting, and small cells together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Sum

from votes.enums import UrnState
from votes.models import OpenedAnswer
from votes.opening import REST


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from votes.models import Urn


class Given(NamedTuple):
    """An answer as votes/counting reads it (None is void), and how many gave it.

    `place` is the ubigeo of the voters' district, or on paper the name of the desk. Of the small
    cells that are told together both are empty.
    """

    answer: Any
    place: str
    channel: str
    number: int


class Cell(NamedTuple):
    """How many ballots of a place and way of voting answered the question, blank and void ones too."""

    place: str
    channel: str
    number: int


def answers(urn: Urn, question: str) -> Iterator[Given]:
    """All answers to a question, in one order whoever asks: by cell, then as they are written."""
    rows = _of(urn, question).order_by("cell", "answer").values_list("answer", "cell", "number")
    for answer, cell, number in rows.iterator(chunk_size=5_000):
        yield Given(json.loads(answer), *_read(cell), number)


def cells(urn: Urn, question: str) -> list[Cell]:
    rows = _of(urn, question).values_list("cell").annotate(Sum("number")).order_by("cell")
    return [Cell(*_read(cell), number) for cell, number in rows]


def _of(urn: Urn, question: str) -> QuerySet[OpenedAnswer]:
    rows = OpenedAnswer.objects.filter(urn=urn, question=question)
    return rows if urn.state == UrnState.OPENED else rows.none()


def _read(cell: str) -> tuple[str, str]:
    place, _bar, channel = cell.rpartition("|")
    return ("", "") if cell == REST else (place, channel)
