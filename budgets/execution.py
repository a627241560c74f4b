"""How the works of a budget are being carried out, in figures and words, for pages and files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from budgets.enums import ProjectState, SpendingStage
from budgets.models import Project
from decide.common.money import soles
from decide.common.words import day


if TYPE_CHECKING:
    from collections.abc import Iterable

    from participation.models import Event

BADGES = {
    ProjectState.PLANNED: ("calendar", "quiet"),
    ProjectState.STUDIES: ("document", "open"),
    ProjectState.TENDER: ("scales", "open"),
    ProjectState.RUNNING: ("hammer", "accent"),
    ProjectState.PAUSED: ("alert", "wait"),
    ProjectState.DONE: ("check", "good"),
    ProjectState.CANCELLED: ("cross", "bad"),
}
STAGES = {
    SpendingStage.CERTIFIED: gettext_lazy("Set aside, with a budget certificate."),
    SpendingStage.COMMITTED: gettext_lazy("Promised to somebody by contract or order."),
    SpendingStage.ACCRUED: gettext_lazy("Owed for what has been delivered or built."),
    SpendingStage.PAID: gettext_lazy("Paid out."),
}


@dataclass(frozen=True)
class Bar:
    """One amount beside the money there is; `width` in hundredths, never more than all."""

    code: str
    label: str
    help: str
    amount: int
    of: int

    @property
    def width(self) -> int:
        return min(100, round(100 * self.amount / self.of)) if self.of > 0 else 0

    @property
    def percent(self) -> int | None:
        return round(100 * self.amount / self.of) if self.of > 0 else None


@dataclass(frozen=True)
class Sums:
    """What several projects add up to."""

    projects: int
    money: int
    cofinanced: int
    spent: dict[str, int]

    @property
    def bars(self) -> list[Bar]:
        return bars(self.money + self.cofinanced, self.spent)


def sums_of(projects: Iterable[Project]) -> Sums:
    """Of projects that come `with_spending`."""
    found = list(projects)
    return Sums(
        len(found),
        sum(project.money for project in found),
        sum(project.cofinanced for project in found),
        {stage: sum(getattr(project, stage) for project in found) for stage in STAGES},
    )


def bars(of: int, spent: dict[str, int]) -> list[Bar]:
    return [
        Bar(stage.value, str(stage.label), str(text), spent[stage], of)
        for stage, text in STAGES.items()
    ]


def bars_of(project: Project) -> list[Bar]:
    spent = {stage: getattr(project, stage) for stage in STAGES}
    return bars(project.money + project.cofinanced, spent)


def badge_of(project: Project) -> dict[str, Any]:
    state = ProjectState(project.state)
    icon, tone = BADGES[state]
    return {"label": state.label, "icon": icon, "tone": tone}


def late_said(project: Project) -> str:
    """That it is late, and by how much; nothing of what keeps its day."""
    days = project.days_late
    return ngettext("One day late", "%(days)d days late", days) % {"days": days} if days else ""


def late_first(projects: Iterable[Project]) -> list[Project]:
    """What is late stands before all others, then what has stopped, then what has its day first."""

    def place(project: Project) -> tuple[Any, ...]:
        stopped = project.state != ProjectState.PAUSED
        return (-project.days_late, stopped, project.is_over, str(project.promised_on or "9"))

    return sorted(projects, key=place)


def last_reason(project: Project) -> str:
    """Why it stands as it does: what was said of it last, or why its day has moved."""
    delays = sorted(project.delays.all(), key=lambda delay: (delay.at, delay.pk))
    return project.why or (delays[-1].reason if delays else "")


def exceeds(project: Project, certified: int) -> bool:
    """Whether it is more than the municipality and others have put in."""
    return certified > project.money + project.cofinanced


def warnings_of(project: Project) -> list[str]:
    """What does not add up in its money, said to everybody."""
    found = []
    if exceeds(project, project.certified):
        found.append(
            _("More has been certified than there is for it: %(certified)s of %(money)s.")
            % {
                "certified": soles(project.certified),
                "money": soles(project.money + project.cofinanced),
            }
        )
    for before, after in pairwise(SpendingStage):
        if getattr(project, after) > getattr(project, before):
            found.append(
                _("More stands under «%(after)s» than under «%(before)s».")
                % {"after": after.label, "before": before.label}
            )
    return found


def facts_of(event: Event) -> list[str]:
    """What a step in the story of a work names: a milestone, a report, or what it was before."""
    data = event.data
    if event.verb == "project_changed":
        return [
            f"{_name_of(name)}: {_told(name, before)} → {_told(name, data['after'][name])}"
            for name, before in data["before"].items()
        ]
    if event.verb == "project_delayed":
        return [f"{day(parse_date(data['before']))} → {day(parse_date(data['day']))}"]
    if event.verb == "project_moved":
        states = (ProjectState(data[name]).label for name in ("before", "state"))
        return [" → ".join(map(str, dict.fromkeys(states))), f"{data['percent']} %"]
    is_named = event.verb.startswith(("project_", "committee_")) and "title" in data
    return [data["title"]] if is_named else []


def _name_of(name: str) -> str:
    label = str(Project._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _told(name: str, value: Any) -> str:
    if name in ("money", "cofinanced"):
        return soles(value)
    if name in ("starts_on", "ends_on") and value:
        return day(parse_date(value))
    return str(value) or "–"
