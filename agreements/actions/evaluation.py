"""Evaluating a transfer, following up what was recommended, and saying whether that was enough."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.enums import Evaluator, TaskKind, TaskState
from agreements.fidelity import core_of, reach_of
from agreements.models import Evaluation, Organization, Task, Transfer
from agreements.rules.evaluation import why_not_judge
from decide.common.permissions import Refusal
from municipalities.rls import region_scope


class CannotEvaluate(Exception):
    """This evaluator has said it for this moment already, or there is nothing to follow up."""


@transaction.atomic
def evaluate(
    *,
    transfer: Transfer,
    moment: str,
    evaluator: str,
    by: User,
    due_on: date | None = None,
    organization: Organization | None = None,
    **said: Any,
) -> Evaluation:
    """What a transfer is worth now: what can be computed is, each recommendation becomes a task."""
    lines = [line.strip(" -•\t") for line in said.get("recommendations", "").splitlines()]
    lines = [line for line in lines if line]
    if lines and due_on is None:
        raise CannotEvaluate(_("Say by when the recommendations are to be followed."))
    if evaluator == Evaluator.THIRD and organization is None:
        raise CannotEvaluate(_("An independent evaluation names its organisation."))
    if Evaluation.objects.filter(transfer=transfer, moment=moment, evaluator=evaluator).exists():
        raise CannotEvaluate(_("There is an evaluation of this kind for this moment already."))
    core_verified, core_total = core_of(transfer)
    evaluation = Evaluation.objects.create(
        municipality=transfer.municipality,
        transfer=transfer,
        moment=moment,
        evaluator=evaluator,
        organization=organization,
        core_verified=core_verified,
        core_total=core_total,
        reach=reach_of(transfer),
        by=by,
        published_at=timezone.now(),
        **said,
    )
    for number, line in enumerate(lines, start=1):
        Task.objects.create(
            municipality=transfer.municipality,
            kind=TaskKind.FOLLOW_UP,
            agreement=transfer.agreement,
            transfer=transfer,
            key=f"evaluation:{evaluation.pk}:{number}",
            text=line[:1_000],
            due_on=due_on,
            opened_by=by,
        )
    return evaluation


@transaction.atomic
def evaluate_as_third(*, organization: Organization, by: User, **said: Any) -> Evaluation:
    """By an observer's organisation, which works in no municipality's scope."""
    with region_scope("an organisation evaluates a transfer", by=by):
        return evaluate(evaluator=Evaluator.THIRD, organization=organization, by=by, **said)


@transaction.atomic
def follow_up(*, task: Task, answer: str, by: User) -> Task:
    """Say what was done; somebody else says whether it is enough."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if task.state == TaskState.VERIFIED:
        raise CannotEvaluate(_("It has been found enough already."))
    task.state, task.answer = TaskState.DONE, answer
    task.done_by, task.done_at = by, timezone.now()
    task.verified_by, task.is_adequate = None, None
    task.save(update_fields=["state", "answer", "done_by", "done_at", "verified_by", "is_adequate"])
    return task


@transaction.atomic
def judge(*, task: Task, is_adequate: bool, by: User) -> Task:
    """Enough, or open again."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if reason := why_not_judge(by, task):
        raise Refusal(reason)
    if task.state != TaskState.DONE:
        raise CannotEvaluate(_("Nobody has said yet what was done."))
    task.verified_by, task.is_adequate = by, is_adequate
    task.state = TaskState.VERIFIED if is_adequate else TaskState.OPEN
    task.save(update_fields=["verified_by", "is_adequate", "state"])
    return task
