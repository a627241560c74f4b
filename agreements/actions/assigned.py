"""Tasks: opened by a rule or a person, answered by who has to do them, verified by another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.enums import TaskKind, TaskState
from agreements.models import Agreement, Task, Transfer
from agreements.rules import work as rules
from agreements.rules.people import is_planner
from decide.common.permissions import Reason, Refusal
from decide.common.typed import says_something
from municipalities.models import Municipality


class CannotAnswer(Refusal):
    """The task stays as it was."""


@transaction.atomic
def open_task(
    municipality: Municipality,
    *,
    kind: TaskKind,
    text: str,
    by: User | None = None,
    key: str = "",
    due_on: date | None = None,
    **more: Any,
) -> Task | None:
    """Nothing if the same rule has opened it before: `key` says for what."""
    found = {"kind": kind, "text": text, "opened_by": by, "due_on": due_on, **more}
    if not key:
        return Task.objects.create(municipality=municipality, **found)
    task, is_new = Task.objects.get_or_create(
        key=key, defaults={"municipality": municipality, **found}
    )
    return task if is_new else None


@transaction.atomic
def ask_for_help(
    municipality: Municipality,
    *,
    by: User,
    text: str,
    agreement: Agreement | None = None,
    transfer: Transfer | None = None,
) -> Task:
    """A municipality asks the region, which finds it among what waits."""
    if reason := rules.why_not_show(by, municipality):
        raise CannotAnswer(reason)
    if not says_something(text):
        raise CannotAnswer(Reason(_("Say what you need.")))
    return open_task(
        municipality,
        kind=TaskKind.HELP,
        text=text,
        by=by,
        agreement=agreement,
        transfer=transfer,
    )


@transaction.atomic
def answer(task: Task, *, by: User, text: str) -> Task:
    """It is done, and how."""
    task = _locked(task)
    if reason := rules.why_not_answer(by, task):
        raise CannotAnswer(reason)
    if task.state != TaskState.OPEN:
        raise CannotAnswer(Reason(_("This task is not open any more.")))
    if task.kind == TaskKind.HELP and not is_planner(by):
        raise CannotAnswer(Reason(_("The region answers when help is asked for.")))
    if not says_something(text):
        raise CannotAnswer(Reason(_("Say what was done.")))
    task.answer, task.state = text, TaskState.DONE
    task.done_by, task.done_at = by, timezone.now()
    task.save(update_fields=["answer", "state", "done_by", "done_at"])
    return task


@transaction.atomic
def judge(task: Task, *, by: User, is_adequate: bool, reason: str = "") -> Task:
    """Another person says whether what was done is enough; if not, it is open again."""
    task = _locked(task)
    if task.state != TaskState.DONE:
        raise CannotAnswer(Reason(_("Only what was done is verified.")))
    if task.done_by_id == by.pk:
        raise CannotAnswer(Reason(_("Whoever says that something is done does not verify it.")))
    if not is_planner(by):
        raise CannotAnswer(Reason(_("Planners of the region verify tasks.")))
    if not is_adequate and not says_something(reason):
        raise CannotAnswer(Reason(_("Say what is missing.")))
    task.is_adequate = is_adequate
    if is_adequate:
        task.state, task.verified_by = TaskState.VERIFIED, by
    else:
        task.state, task.done_by, task.done_at = TaskState.OPEN, None, None
        task.answer = f"{task.answer}\n\n{reason}"[:2_000]
    task.save(update_fields=["state", "is_adequate", "verified_by", "done_by", "done_at", "answer"])
    return task


def _locked(task: Task) -> Task:
    return Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
