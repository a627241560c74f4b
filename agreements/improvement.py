"""Who improved on their own baseline: the rule, in public, and what it gives for a municipality.

A certificate is what this computes, and nobody grants one by hand. The rule (version 1):

1. There are two locked baselines of different years; the first one of all and that of the year.
2. Only mechanisms known in both are compared; «no data» is neither a step up nor down. At least
   three have to be known in both.
3. A mechanism stands at 0 if it does not exist, 1 if it has a norm or was left inactive, 2 if it
   is installed, 3 if it is active.
4. The sum of the steps is greater than zero, at least two mechanisms went up, and more went up
   than down.
5. Of the indicators with a baseline and an accepted value of that year, no more went the wrong
   way than the right way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.enums import Direction, EntryState, MechanismState
from agreements.models import BaselineSheet, Entry, Target
from municipalities.models import Municipality


RULE = 1
FEWEST_KNOWN, FEWEST_UP = 3, 2
STEPS = {
    MechanismState.NONE: 0,
    MechanismState.NORMED: 1,
    MechanismState.INACTIVE: 1,
    MechanismState.INSTALLED: 2,
    MechanismState.ACTIVE: 3,
}
# The rule as people read it.
TOLD = (
    _("There are two locked baselines of different years: the first of all, and that of the year."),
    _(
        "Only what is known in both is compared, at least three mechanisms; «no data» counts neither way."
    ),
    _(
        "A mechanism stands at 0 if it does not exist, 1 if it has a norm or was left inactive, 2 if it is installed, 3 if it is active."
    ),
    _(
        "The steps add up to more than zero, at least two mechanisms went up, and more went up than down."
    ),
    _(
        "Of the indicators with a baseline and an accepted value, no more went the wrong way than the right way."
    ),
)


@dataclass(frozen=True)
class Improvement:
    """What the rule looked at and what it found; `why_not` is empty if it recognises."""

    rule: int
    before: int | None
    after: int | None
    mechanisms: list[list[Any]]
    up: int
    down: int
    steps: int
    indicators_better: int
    indicators_worse: int
    why_not: str

    @property
    def is_recognised(self) -> bool:
        return not self.why_not

    def as_figures(self) -> dict[str, Any]:
        return asdict(self)


def improvement_of(municipality: Municipality, year: int) -> Improvement:
    """By the sheets and indicators of that year, in a scope that sees them."""
    locked = BaselineSheet.objects.filter(municipality=municipality, year__lte=year).locked()
    sheets = {
        sheet.year: sheet for sheet in locked.prefetch_related("cells").order_by("year", "version")
    }
    if year not in sheets or len(sheets) < 2:
        why = _("There are no two locked baselines of different years yet.")
        return Improvement(RULE, None, None, [], 0, 0, 0, 0, 0, str(why))
    first, last = sheets[min(sheets)], sheets[year]
    better, worse = indicators_of(municipality, year)
    return judged(first.year, year, compared(first, last), better, worse)


def compared(first: BaselineSheet, last: BaselineSheet) -> list[list[Any]]:
    """[mechanism, state then, state now] of what is known in both."""
    now = {cell.mechanism: cell.state for cell in last.cells.all()}
    return [
        [cell.mechanism, cell.state, now[cell.mechanism]]
        for cell in first.cells.all()
        if cell.state in STEPS and now.get(cell.mechanism) in STEPS
    ]


def judged(
    before: int, after: int, mechanisms: list[list[Any]], better: int, worse: int
) -> Improvement:
    moves = [
        STEPS[MechanismState(now)] - STEPS[MechanismState(then)] for _m, then, now in mechanisms
    ]
    up, down, steps = sum(m > 0 for m in moves), sum(m < 0 for m in moves), sum(moves)
    return Improvement(
        RULE,
        before,
        after,
        mechanisms,
        up,
        down,
        steps,
        better,
        worse,
        str(_why_not(len(mechanisms), up, down, steps, better, worse)),
    )


def _why_not(known: int, up: int, down: int, steps: int, better: int, worse: int) -> Any:
    if known < FEWEST_KNOWN:
        return _("Fewer than three mechanisms are known in both baselines.")
    if up < FEWEST_UP or steps <= 0 or up <= down:
        return _("Not enough mechanisms went up, or as many went down.")
    if worse > better:
        return _("More indicators went the wrong way than the right way.")
    return ""


def indicators_of(municipality: Municipality, year: int) -> tuple[int, int]:
    """How many indicators are better, and how many worse, than their own baseline."""
    targets = Target.objects.filter(municipality=municipality, baseline__isnull=False)
    latest = {
        entry.indicator_id: _value(entry.numerator, entry.denominator)
        for entry in Entry.objects.filter(
            municipality=municipality,
            state=EntryState.ACCEPTED,
            period__starts_on__year__lte=year,
            period__ends_on__year__gte=year,
        ).order_by("period__ends_on")
    }
    better = worse = 0
    for target in targets.select_related("indicator"):
        then = _value(target.baseline, target.baseline_of)
        now = latest.get(target.indicator_id)
        if then is None or now is None or target.indicator.direction == Direction.KEEP:
            continue
        gain = (now - then) * (1 if target.indicator.direction == Direction.UP else -1)
        better, worse = better + (gain > 0), worse + (gain < 0)
    return better, worse


def _value(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    if numerator is None:
        return None
    return numerator if denominator is None else numerator / denominator


def peers_of(municipality: Municipality, among: Iterable[Municipality], most: int = 5) -> list:
    """Those of the same kind with the most similar population, as (municipality, people)."""
    people = {one: one.place.population.total for one in among if one.place.population}
    mine = people.get(municipality)
    if mine is None:
        return []
    others = [
        (one, total)
        for one, total in people.items()
        if one != municipality and one.kind == municipality.kind
    ]
    return sorted(others, key=lambda pair: abs(pair[1] - mine))[:most]
