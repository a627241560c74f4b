"""A budget as staff prepare it, for the tests of its process."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from budgets import definition
from budgets.actions import budgets, steps
from budgets.actions.budgets import GroupRow, HeadingRow
from budgets.enums import StepKind
from budgets.preparation import Days


GREEDY = {"method": "greedy"}


def words(**more):
    """What the form of a new budget gives its action."""
    return {
        "year": 2028,
        "title": "Presupuesto participativo 2028",
        "text": "Con la plata de todos se hacen obras que los vecinos eligen.",
        "announced": 300_000_00,
        "percent": Decimal("12.5"),
        "rule": GREEDY,
    } | more


def one_after_another(**more):
    """Each step a week after the one before, from tomorrow on; by its kind, what is otherwise."""
    first = timezone.now().replace(microsecond=0) + timedelta(days=1)
    days = {
        kind: Days(
            first + timedelta(days=7 * place), first + timedelta(days=7 * place + 6, hours=10)
        )
        for place, kind in enumerate(StepKind)
    }
    return days | {StepKind(kind): value for kind, value in more.items()}


TWO_GROUPS = [
    GroupRow("Distritos", 1, [HeadingRow("Salpo", 100_000_00), HeadingRow("Usquil", 80_000_00)]),
    GroupRow("Toda la provincia", 2, [HeadingRow("Riego", 120_000_00)]),
]


def ready_to_open(town, by, *, groups=TWO_GROUPS, **more):
    """Everything is there: words, money, headings, days."""
    budget = budgets.create(town, by=by, **words(**more))
    budgets.share_out(budget, by=by, groups=groups)
    steps.set_days(budget, by=by, days=one_after_another())
    return budget


def opened(town, by, **more):
    budget = ready_to_open(town, by, **more)
    return budgets.open_budget(budget, by=by, content=definition.mark(definition.of(budget)))
