"""What waits for a planner: evidence, submitted steps, reports, tasks; the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.enums import ItemState, ReportState, TaskKind, TaskState
from agreements.models import Evidence, Report, Task, WorkItem


A_KIND = 50
KINDS = {
    "evidence": _("Evidence"),
    "step": _("Steps submitted"),
    "report": _("Reports of the parties"),
    "task": _("Tasks"),
}


@dataclass(frozen=True)
class Waiting:
    """One thing that somebody has to accept or return."""

    kind: str
    pk: int
    title: str
    where: str
    since: datetime | None

    @property
    def label(self) -> Any:
        return KINDS[self.kind]

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"


def waiting() -> list[Waiting]:
    """Four queries, however much waits; what can be judged first stands first."""
    evidence = Evidence.objects.waiting().select_related("municipality").order_by("added_at", "pk")
    steps = WorkItem.objects.filter(state=ItemState.SUBMITTED).select_related(
        "agreement", "party__organization"
    )
    reports = Report.objects.filter(
        state__in=[ReportState.SUBMITTED, ReportState.CERTIFIED]
    ).select_related("agreement", "party__organization")
    tasks = Task.objects.exclude(state=TaskState.VERIFIED).select_related("municipality")
    mine = tasks.filter(state=TaskState.DONE) | tasks.filter(
        state=TaskState.OPEN, kind__in=[TaskKind.HELP, TaskKind.RENEW, TaskKind.INACTIVE]
    )
    return [
        *(
            Waiting("evidence", one.pk, one.title, one.municipality.short_name, one.added_at)
            for one in evidence[:A_KIND]
        ),
        *(
            Waiting("step", one.pk, one.name, str(one.party.organization), None)
            for one in steps.order_by("done_on", "pk")[:A_KIND]
        ),
        *(
            Waiting("report", one.pk, str(one), str(one.party.organization), one.submitted_at)
            for one in reports.order_by("submitted_at", "pk")[:A_KIND]
        ),
        *(
            Waiting("task", one.pk, one.text[:80], one.municipality.short_name, one.opened_at)
            for one in mine.order_by("opened_at", "pk")[:A_KIND]
        ),
    ]


def after(key: str, found: list[Waiting]) -> Waiting | None:
    """The next one, once this is done: what stood behind it, or the first."""
    keys = [one.key for one in found]
    if key not in keys:
        return found[0] if found else None
    behind = found[keys.index(key) + 1 :] + found[: keys.index(key)]
    return behind[0] if behind else None
