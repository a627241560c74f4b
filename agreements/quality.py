"""What the marks of the rubric add up to: by oneself and by others, their gap, and what is missing.

A mark that nobody gave is missing, never zero. The gap is taken only over what both marked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from agreements.enums import Assessor
from agreements.models import QualityScore
from agreements.rubric import RUBRIC, Criterion


@dataclass(frozen=True)
class Line:
    """One criterion over all interventions that somebody marked."""

    criterion: Criterion
    own: tuple[int, float | None]
    third: tuple[int, float | None]
    gap: float | None
    both: int
    missing: int


@dataclass(frozen=True)
class Quality:
    interventions: int
    by_self: int
    by_third: int
    lines: list[Line]


def latest(scores: Iterable[QualityScore]) -> list[QualityScore]:
    """Who marks again is taken at the last word: one score for each thing and assessor."""
    newest: dict[tuple, QualityScore] = {}
    for score in sorted(scores, key=lambda one: (one.at, one.pk)):
        newest[*_thing(score), score.assessor, score.organization_id] = score
    return list(newest.values())


def _thing(score: QualityScore) -> tuple[int | None, int | None]:
    return score.activity_id, score.thread_id


def quality_of(scores: Iterable[QualityScore]) -> Quality:
    """Everything that is shown of these scores, the IRM's left out: it marks no interventions."""
    last = [one for one in latest(scores) if one.assessor != Assessor.IRM]
    own = [one for one in last if one.assessor == Assessor.SELF]
    third = [one for one in last if one.assessor == Assessor.COUNTERPART]
    return Quality(
        interventions=len({_thing(one) for one in last}),
        by_self=len({_thing(one) for one in own}),
        by_third=len({_thing(one) for one in third}),
        lines=[_line(criterion, own, third) for criterion in RUBRIC],
    )


def _line(criterion: Criterion, own: list[QualityScore], third: list[QualityScore]) -> Line:
    mine, theirs = _by_thing(criterion, own), _by_thing(criterion, third)
    both = mine.keys() & theirs.keys()
    given = [getattr(one, criterion.field) for one in (*own, *third)]
    return Line(
        criterion=criterion,
        own=(len(mine), _mean(mine.values())),
        third=(len(theirs), _mean(theirs.values())),
        gap=_mean(mine[thing] - theirs[thing] for thing in both),
        both=len(both),
        missing=sum(mark is None for mark in given),
    )


def _by_thing(criterion: Criterion, scores: list[QualityScore]) -> dict[tuple, float]:
    """The mean mark of each intervention: several third parties count as one voice."""
    marks = defaultdict(list)
    for score in scores:
        if (mark := getattr(score, criterion.field)) is not None:
            marks[_thing(score)].append(mark)
    return {thing: fmean(given) for thing, given in marks.items()}


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return fmean(found) if found else None
