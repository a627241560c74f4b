"""What the agents decide without the urn.

By hand or in their own box: two sheets, typed by two people, that say the same. Or by confirming the
order of the matrix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from budgets import counting
from budgets.enums import WorkState
from budgets.models import TallySheet, Work
from participation.models import Event


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from budgets.models import Budget, Heading

ENTRIES = (1, 2)


class Differing(NamedTuple):
    """A line in which the two sheets are not the same: the work, or nothing for those present."""

    work: Work | None
    first: int
    second: int


def works_of(heading: Heading) -> QuerySet[Work]:
    """On what the agents of a heading vote; afterwards, on what they voted."""
    states = [WorkState.FEASIBLE, WorkState.CHOSEN, WorkState.NOT_CHOSEN]
    return heading.works.filter(state__in=states).order_by("code")


def sheets_of(heading: Heading) -> list[TallySheet]:
    return list(
        heading.tally_sheets.select_related("by").prefetch_related("lines__work").order_by("entry")
    )


def votes_on(sheet: TallySheet) -> dict[Work, int]:
    return {line.work: line.votes for line in sheet.lines.all()}


def differing(first: TallySheet, second: TallySheet) -> list[Differing]:
    one, other = votes_on(first), votes_on(second)
    found = [Differing(None, first.present, second.present)]
    works = sorted(one.keys() | other.keys(), key=lambda work: work.code)
    found += [Differing(work, one.get(work, 0), other.get(work, 0)) for work in works]
    return [line for line in found if line.first != line.second]


def agreed(heading: Heading) -> TallySheet | None:
    """What both sheets say, once there are two and they do not differ."""
    sheets = sheets_of(heading)
    if len(sheets) < len(ENTRIES) or differing(*sheets):
        return None
    return sheets[0]


def totals(heading: Heading) -> dict[Work, int]:
    sheet = agreed(heading)
    return votes_on(sheet) if sheet else {}


# --- The matrix, confirmed by the agents


def confirmation(budget: Budget) -> Event | None:
    """When and how the agents confirmed the order of the matrix."""
    return Event.objects.filter(thread=budget.thread_id, verb="budget_matrix_confirmed").first()


def is_confirmed(budget: Budget) -> bool:
    return confirmation(budget) is not None


def matrix_rule(budget: Budget) -> dict[str, Any]:
    """By the points in place of votes: what does not fit is skipped, unless the budget says otherwise."""
    variant = counting.complete(budget.rule).get("variant", "skip")
    return {"method": "greedy", "variant": variant, "threshold": 0}
