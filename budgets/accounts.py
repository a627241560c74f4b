"""The rendición de cuentas of a budget: from what was announced to what was paid, added up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q, Sum

from accounts.enums import Area, Gender
from budgets.enums import AgentState, ProjectState, WorkState
from budgets.execution import BADGES, Sums, late_first, sums_of
from budgets.models import Budget, CommitteeReport, Delegate, Heading, Project, Work


if TYPE_CHECKING:
    from django.db.models import QuerySet

FEW = 5  # of fewer delegates no shares are told


class HeadingLine(NamedTuple):
    """One heading: its money, what was chosen, and what has been done with it."""

    heading: Heading
    chosen: int
    cost: int
    sums: Sums
    done: int


class StateLine(NamedTuple):
    state: ProjectState
    icon: str
    tone: str
    number: int


class People(NamedTuple):
    """Who spoke for the agents, as far as they said."""

    delegates: int
    women: int
    gender_told: int
    rural: int
    area_told: int


@dataclass(frozen=True)
class Accounts:
    """Everything the page tells; the same number of queries however many works there are."""

    budget: Budget

    @cached_property
    def headings(self) -> list[HeadingLine]:
        found = Heading.objects.filter(group__budget=self.budget).select_related("group")
        chosen = Count("works", filter=Q(works__state=WorkState.CHOSEN))
        cost = Sum("works__cost", filter=Q(works__state=WorkState.CHOSEN))
        projects: dict[int, list[Project]] = {}
        for project in self.projects:
            projects.setdefault(project.work.heading_id, []).append(project)
        return [
            HeadingLine(
                heading,
                heading.chosen,
                int(heading.cost or 0),
                sums_of(projects.get(heading.pk, [])),
                sum(p.state == ProjectState.DONE for p in projects.get(heading.pk, [])),
            )
            for heading in found.annotate(chosen=chosen, cost=cost)
        ]

    @cached_property
    def projects(self) -> list[Project]:
        found = Project.objects.of(self.budget).with_spending().with_work()
        return list(
            found.order_by("work__heading__group__position", "work__heading__position", "pk")
        )

    @cached_property
    def sums(self) -> Sums:
        return sums_of(self.projects)

    @property
    def shared(self) -> int:
        return sum(line.heading.money for line in self.headings)

    @property
    def chosen(self) -> int:
        return sum(line.chosen for line in self.headings)

    @property
    def cost(self) -> int:
        return sum(line.cost for line in self.headings)

    @property
    def not_begun(self) -> int:
        """Chosen works that are in nobody's hands yet."""
        return self.chosen - len(self.projects)

    @property
    def states(self) -> list[StateLine]:
        counted = Counter(project.state for project in self.projects)
        return [
            StateLine(state, *BADGES[state], counted[state]) for state in BADGES if counted[state]
        ]

    @cached_property
    def late(self) -> list[Project]:
        return [project for project in late_first(self.projects) if project.days_late]

    @property
    def stopped(self) -> list[Project]:
        halted = (ProjectState.PAUSED, ProjectState.CANCELLED)
        return [project for project in self.projects if project.state in halted]

    @property
    def moved(self) -> list[Project]:
        """Whose day was put off, with reasons, and that are not late by the new one."""
        late = set(self.late)
        halted = set(self.stopped)
        return [
            project
            for project in self.projects
            if project.delays.all() and project not in late and project not in halted
        ]

    @cached_property
    def people(self) -> People | None:
        delegates = Delegate.objects.filter(
            agent__budget=self.budget, agent__state=AgentState.ACCEPTED, is_alternate=False
        )
        told = ~Q(gender__in=["", Gender.UNDISCLOSED])
        found = delegates.aggregate(
            delegates=Count("pk"),
            women=Count("pk", filter=Q(gender=Gender.WOMAN)),
            gender_told=Count("pk", filter=told),
            rural=Count("pk", filter=Q(area=Area.RURAL)),
            area_told=Count("pk", filter=~Q(area="")),
        )
        return People(**found) if found["delegates"] >= FEW else None

    @cached_property
    def reports(self) -> dict[str, int]:
        found = CommitteeReport.objects.filter(budget=self.budget)
        return {
            "all": found.count(),
            "waiting": found.waiting().count(),
            "overdue": found.overdue().count(),
        }


def works_of(budget: Budget) -> QuerySet[Work]:
    """The chosen works for a file, each with its project if it has one."""
    return (
        Work.objects.chosen()
        .filter(budget=budget)
        .select_related("heading__group", "project", "municipality")
        .order_by("heading__group__position", "heading__position", "pk")
    )


def before(budget: Budget) -> Budget | None:
    """The budget of an earlier year whose works are carried out, to read its accounts."""
    earlier = Budget.objects.public().filter(
        municipality=budget.municipality_id, year__lt=budget.year, works__project__isnull=False
    )
    return earlier.order_by("-year", "-pk").first()
