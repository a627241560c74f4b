"""The steps of a process: written all together, and each linked to the thing in which it happens.

Of a draft they change freely. Once it is open they change visibly: what was added, taken out or
given other days is told to all who follow it, with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from decide.common.typed import says_something
from participation.models import Thread
from processes import definition
from processes.actions.kept import CannotProcess, HasChanged, locked, record, refuse_over
from processes.enums import StepKind
from processes.models import Process, Step
from processes.rules.processes import LINKED, why_not_steps


if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

TOLD = ("kind", "title", "text", "starts_at", "ends_at")


@transaction.atomic
def set_steps(
    process: Process, *, by: User, steps: list[dict[str, Any]], why: str = "", seen: str = ""
) -> list[Step]:
    """Write all steps in this order: each with `kind`, `title`, `text`, `starts_at`, `ends_at`.

    One with the `pk` of a step that is there changes it and keeps its links; those that are not
    named go. Of an open process a reason is needed, and what has begun is not taken out. `seen`
    is the mark of the steps that somebody had before their eyes.
    """
    process = locked(process)
    refuse_over(process)
    if reason := why_not_steps(steps):
        raise CannotProcess(reason)
    if seen and seen != definition.mark_of_steps(process):
        raise HasChanged
    kept = {step.pk: step for step in process.steps.all()}
    wanted = [row.get("pk") for row in steps if row.get("pk")]
    if set(wanted) - set(kept) or len(set(wanted)) < len(wanted):
        raise HasChanged
    changes = _changes(kept, steps)
    if not changes:
        return [kept[row["pk"]] for row in steps]
    if process.is_public:
        _refuse_hidden_changes(kept, steps, why)
    process.steps.exclude(pk__in=wanted).delete()
    written = [
        _written(process, kept.get(row.get("pk")), row, position)
        for position, row in enumerate(steps)
    ]
    if process.is_public:
        record("process_steps", process, by=by, text=why, data=changes, tell=True)
    else:
        record("process_edited", process, by=by, data={"fields": ["steps"]}, is_public=False)
    return written


@transaction.atomic
def link_step(step: Step, *, by: User, thread: Thread | None) -> Step:
    """Say in which thing of this municipality a step happens, or in none; nothing is copied."""
    process = locked(step.process)
    refuse_over(process)
    step = process.steps.select_related("thread").get(pk=step.pk)
    if step.thread == thread:
        return step
    if thread is not None:
        if thread.municipality_id != process.municipality_id:
            raise CannotProcess(_("It belongs to another municipality."))
        if thread.kind not in LINKED[StepKind(step.kind)]:
            raise CannotProcess(_("A step of this kind does not happen there."))
        if process.steps.filter(thread=thread).exists():
            raise CannotProcess(_("Another step of this process is linked to it already."))
    step.thread = thread
    step.save(update_fields=["thread"])
    data = {"step": step.title, "title": thread.title if thread and thread.is_public else ""}
    record("process_step_linked", process, by=by, data=data, is_public=process.is_public)
    return step


def _written(process: Process, step: Step | None, row: dict[str, Any], position: int) -> Step:
    """The kind of a linked step stays, for the thing it is linked to is of that kind."""
    values = {name: row.get(name) for name in ("starts_at", "ends_at")}
    values |= {"kind": row["kind"], "title": row["title"], "text": row.get("text", "")}
    if step is None:
        return Step.objects.create(
            municipality_id=process.municipality_id, process=process, position=position, **values
        )
    if step.thread_id and step.kind != values["kind"]:
        raise CannotProcess(
            _("«%(step)s» is linked to something: take the link away before you change its kind.")
            % {"step": step.title}
        )
    for name, value in values.items():
        setattr(step, name, value)
    step.position = position
    step.save(update_fields=[*values, "position"])
    return step


def _changes(kept: dict[int, Step], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What becomes different, as the history tells it; nothing if it is as before."""
    there = [row["pk"] for row in rows if row.get("pk")]
    changes: dict[str, Any] = {
        "added": [row["title"] for row in rows if not row.get("pk")],
        "removed": [step.title for pk, step in kept.items() if pk not in there],
        "moved": [],
        "reworded": [],
    }
    for row in rows:
        step = kept.get(row.get("pk"))
        if step is None:
            continue
        was, now = (step.starts_at, step.ends_at), (row.get("starts_at"), row.get("ends_at"))
        if was != now:
            moved = {"step": row["title"], "was": _told(was), "now": _told(now)}
            changes["moved"].append(moved)
        if any(getattr(step, name) != (row.get(name) or "") for name in ("kind", "title", "text")):
            changes["reworded"].append(row["title"])
    changes["reordered"] = there != [pk for pk in kept if pk in there]
    return {name: value for name, value in changes.items() if value}


def _told(days: tuple[datetime | None, datetime | None]) -> list[str]:
    return [day.isoformat() if day else "" for day in days]


def _refuse_hidden_changes(kept: dict[int, Step], rows: list[dict[str, Any]], why: str) -> None:
    if not says_something(why):
        raise CannotProcess(_("Say why the steps change: everybody reads it."))
    there = {row.get("pk") for row in rows}
    now = timezone.now()
    for pk, step in kept.items():
        if pk not in there and step.starts_at and step.starts_at <= now:
            raise CannotProcess(
                _("«%(step)s» has begun: it stays, also if it ends early.") % {"step": step.title}
            )
    if not any(row.get("starts_at") for row in rows):
        raise CannotProcess(_("Write at least one step with the day on which it begins."))
