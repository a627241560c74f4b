"""What the tests of the evaluation share: a budget whose works are evaluated, and its people."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from accounts.enums import Role
from budgets.actions import decisions
from budgets.enums import Round, StepKind, WorkState
from budgets.models import Heading, Work
from tests.budgets.factories import BudgetFactory, EvaluationFactory, ScoreFactory, WorkFactory
from tests.factories import RoleGrantFactory


LONG_NO = "The land belongs to a school, which has other plans for it: here is the entry."


def budget_of(town, **fields):
    """Open, with its evaluation running."""
    fields = {"headings": {"Centro": 100_000_00}, "running": [StepKind.FILTER]} | fields
    return BudgetFactory(municipality=town, opened=True, **fields)


def staff(town, role=Role.EVALUATOR, **fields):
    return RoleGrantFactory(municipality=town, role=role, **fields).user


def work_of(budget, heading=None, **fields):
    """Published; `evaluated=True` and so on take it further."""
    heading = heading or Heading.objects.filter(group__budget=budget).first()
    work = WorkFactory(heading=heading, **{"published": True} | fields)
    work.thread.path = work.get_absolute_url()
    work.thread.save(update_fields=["path"])
    return work


def handed_in(budget, verdict="feasible", cost=None, heading=None, evaluator=None, **fields):
    """A work under evaluation, and what was found of it."""
    work = work_of(budget, heading, evaluated=True, **fields)
    evaluate(work, verdict, cost=cost, evaluator=evaluator)
    return work


def evaluate(work, verdict="feasible", *, cost=None, evaluator=None, round=Round.FIRST):
    return EvaluationFactory(
        work=work,
        round=round,
        submitted=True,
        verdict=verdict,
        report="It can be done." if verdict == "feasible" else LONG_NO,
        **({"cost": cost} if cost else {}),
        **({"evaluator": evaluator} if evaluator else {}),
    )


def published(budget, by):
    """All decisions of the budget, as its administrator publishes them when the moment has come."""
    budget.decisions_at = timezone.now() - timedelta(minutes=1)
    budget.save()
    return decisions.publish(budget, by=by)


def points_of(work, points, people=None):
    """The same from both; by criterion, in their order."""
    criteria = list(work.budget.criteria.all())
    for entry in (1, 2):
        by = {"by": people[entry - 1]} if people else {}
        first = None
        for criterion, number in zip(criteria, points, strict=True):
            score = ScoreFactory(
                work=work,
                criterion=criterion,
                entry=entry,
                points=number,
                **(by or ({"by": first} if first else {})),
            )
            first = score.by


def state_of(work):
    return WorkState(Work.objects.values_list("state", flat=True).get(pk=work.pk))


def on(day, hour=12, minute=0):
    """A moment of that day in Lima, which stands still."""
    moment = timezone.localtime().replace(
        year=day.year, month=day.month, day=day.day, hour=hour, minute=minute, second=0
    )
    return time_machine.travel(moment, tick=False)


def verbs(thread, **which):
    return list(thread.events.filter(**which).values_list("verb", flat=True))
