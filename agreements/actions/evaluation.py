"""Evaluating a transfer; what is recommended becomes tasks (agreements.actions.assigned)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.actions import assigned
from agreements.enums import Evaluator, TaskKind
from agreements.fidelity import core_of, reach_of
from agreements.models import Evaluation, Organization, Transfer
from municipalities.rls import region_scope


class CannotEvaluate(Exception):
    """This evaluator has said it for this moment already, or something of it is missing."""


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
        assigned.open_task(
            transfer.municipality,
            kind=TaskKind.FOLLOW_UP,
            agreement=transfer.agreement,
            transfer=transfer,
            key=f"evaluation:{evaluation.pk}:{number}",
            text=line[:1_000],
            due_on=due_on,
            by=by,
        )
    return evaluation


@transaction.atomic
def evaluate_as_third(*, organization: Organization, by: User, **said: Any) -> Evaluation:
    """By an observer's organisation, which works in no municipality's scope."""
    with region_scope("an organisation evaluates a transfer", by=by):
        return evaluate(evaluator=Evaluator.THIRD, organization=organization, by=by, **said)
