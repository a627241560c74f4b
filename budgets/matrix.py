"""The prioritisation matrix: exact totals of the points, and the order that follows from them.

A criterion gives its weight times the share of its points: 4 of 5 points at 30 % are 24. The
total is their sum, at most 100, kept as a fraction, so that no rounding ever decides. The order
is by total, then by the lower cost, then by lot.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Any

from budgets.enums import FOUND_FEASIBLE
from budgets.models import Criterion, Heading, Score, Work


if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from budgets.models import Budget


def shown(number: Fraction) -> str:
    """«83,33»: to the hundredth, for reading; what is compared is the fraction itself."""
    hundredths = (number * 200 + 1) // 2
    whole, rest = divmod(hundredths, 100)
    return f"{whole},{rest:02}".rstrip("0").rstrip(",")


@dataclass(frozen=True)
class Cell:
    """The points of a work in one criterion, on which both who typed them agree."""

    criterion: Criterion
    points: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.points * self.criterion.weight, self.criterion.highest)

    @property
    def shown(self) -> str:
        return shown(self.share)


@dataclass
class Row:
    """A work in the order of the matrix; one whose points are not settled has none."""

    work: Work
    cells: list[Cell]
    place: int = 0
    # What put it after the one before it, or nothing if its total did: "cost", "lot".
    decided_by: str = ""
    # The same total and cost as another and no lot: the order is not known yet.
    is_tied: bool = False

    @property
    def total(self) -> Fraction:
        return total_of(self.cells)

    @property
    def shown(self) -> str:
        return shown(self.total)


def total_of(cells: list[Cell]) -> Fraction:
    return sum((cell.share for cell in cells), Fraction(0))


@dataclass(frozen=True)
class Sheet:
    """What was typed for one work so far: by two people, apart."""

    work: Work
    criteria: list[Criterion]
    scores: list[Score]

    def typed(self, entry: int) -> dict[int, int]:
        return {one.criterion_id: one.points for one in self.scores if one.entry == entry}

    def by(self, entry: int) -> User | None:
        return next((one.by for one in self.scores if one.entry == entry), None)

    def entry_of(self, user: User) -> int | None:
        return next((one.entry for one in self.scores if one.by_id == user.pk), None)

    @property
    def people(self) -> int:
        return len({one.by_id for one in self.scores})

    @property
    def is_typed_twice(self) -> bool:
        return self.people == 2

    @property
    def differing(self) -> list[Criterion]:
        """Where the two do not agree; nothing is told before both are in."""
        if not self.is_typed_twice:
            return []
        first, second = self.typed(1), self.typed(2)
        return [one for one in self.criteria if first.get(one.pk) != second.get(one.pk)]

    @property
    def is_settled(self) -> bool:
        return bool(self.criteria) and self.is_typed_twice and not self.differing

    @property
    def cells(self) -> list[Cell]:
        """What both agree on; none before they agree on everything."""
        if not self.is_settled:
            return []
        points = self.typed(1)
        return [Cell(one, points[one.pk]) for one in self.criteria]


def sheets(budget: Budget, works: Iterable[Work]) -> list[Sheet]:
    """One for each of the works, in their order; two queries."""
    works = list(works)
    criteria = list(budget.criteria.all())
    by_work = defaultdict(list)
    for score in Score.objects.filter(work__in=works).select_related("by"):
        by_work[score.work_id].append(score)
    return [Sheet(work, criteria, by_work[work.pk]) for work in works]


def of(whole: Budget | Heading) -> list[Row]:
    """The feasible works of a budget or of one heading with their points, first the best.

    Works whose points are not settled are left out: where the matrix decides there are none,
    for decisions are not published before (actions/decisions.py).
    """
    if isinstance(whole, Heading):
        budget, within = whole.group.budget, {"heading": whole}
    else:
        budget, within = whole, {"budget": whole}
    works = Work.objects.filter(state__in=FOUND_FEASIBLE, **within)
    works = works.select_related("heading", "municipality").defer("search", "body")
    return ordered([Row(one.work, one.cells) for one in sheets(budget, works) if one.is_settled])


def ordered(rows: list[Row]) -> list[Row]:
    """By total, then the lower cost, then the lot; those that none of them parts are tied."""
    rows.sort(key=_key)
    for place, row in enumerate(rows, start=1):
        row.place = place
    for _alike, group in groupby(rows, key=lambda row: (row.total, row.work.cost)):
        tied = list(group)
        lots = [row.work.lot for row in tied]
        if len(tied) > 1 and (None in lots or len(set(lots)) < len(lots)):
            for row in tied:
                row.is_tied = True
        for row in tied[1:]:
            row.decided_by = "" if row.is_tied else "lot"
    for before, row in zip(rows, rows[1:], strict=False):
        if before.total == row.total and before.work.cost != row.work.cost:
            row.decided_by = "cost"
    return rows


def _key(row: Row) -> tuple[Any, ...]:
    # Without a lot the order is only how they are shown: `is_tied` says so.
    lot = row.work.lot
    return (-row.total, row.work.cost or 0, lot is None, lot or 0, row.work.code, row.work.pk)
