"""«Is this true in your place?»: what residents answer, in figures that tell of nobody.

They stand beside the official state and never change it. Fewer than five answers are only
counted; what moderation hides of the words goes on counting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agreements.enums import CitizenReply
from agreements.models import CitizenCheck


FEWEST = 5
# How many people, in how many different weeks, have to say that it is not so.
DOUBTERS, WEEKS = 5, 2
DOUBTS = (CitizenReply.NO, CitizenReply.PARTLY)


@dataclass(frozen=True)
class Said:
    """How many answered, and how; `by_reply` is empty while they are too few to be told apart."""

    total: int
    by_reply: list[tuple[CitizenReply, int]]


def said_by(replies: Iterable[str]) -> Said:
    counts = Counter(replies)
    total = sum(counts.values())
    if total < FEWEST:
        return Said(total, [])
    return Said(total, [(reply, counts[reply]) for reply in CitizenReply])


def said_of(**thing: object) -> Said:
    """Of one step or one transfer, in a scope that sees every answer."""
    return said_by(CitizenCheck.objects.filter(**thing).values_list("reply", flat=True))


def is_doubted(answers: Iterable[tuple[int, str, date]]) -> bool:
    """Whether at least five people in at least two different weeks say «no» or «in part»."""
    doubts = [(who, day) for who, reply, day in answers if reply in DOUBTS]
    people = {who for who, _day in doubts}
    weeks = {day.isocalendar()[:2] for _who, day in doubts}
    return len(people) >= DOUBTERS and len(weeks) >= WEEKS
