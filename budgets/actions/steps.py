"""When the steps of a budget are held, what is said of them, and their documents.

While it is being prepared all days are set together. Once it is open each step moves by itself,
with a reason that everybody reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from budgets import definition
from budgets.actions.budgets import (
    CannotPrepare,
    HasChanged,
    edited,
    in_preparation,
    locked,
    record,
)
from budgets.course import steps_of
from budgets.enums import BudgetState, Purpose, StepKind
from budgets.models import Budget, Step, StepDocument
from budgets.preparation import Days, why_not_in_order, why_not_left_out
from decide.common.typed import says_something
from participation import documents


if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

MOST_DOCUMENTS = 60  # of a budget, over all its steps


class CannotMove(Exception):
    """The step is not held, the days do not fit, or no reason was given."""


@transaction.atomic
def set_days(budget: Budget, *, by: User, days: Mapping[str, Days], seen: str = "") -> Budget:
    """Set the days of all steps, or why one is left out, while it is being prepared."""
    budget = in_preparation(budget)
    before = days_of(budget)
    if before == told(days):
        return budget
    if seen and seen != definition.mark(before):
        raise HasChanged
    reasons = [why_not_left_out(kind, one.left_out_why, budget) for kind, one in days.items()]
    for reason in filter(None, [*reasons, why_not_in_order(days)]):
        raise CannotPrepare(reason)
    for kind, one in days.items():
        step = _step(budget, kind)
        step.starts_at, step.ends_at, step.left_out_why = one
        step.save(update_fields=["starts_at", "ends_at", "left_out_why"])
    edited(budget, by, ["steps"])
    return budget


@transaction.atomic
def move(
    budget: Budget, kind: str, *, by: User, starts_at: datetime, ends_at: datetime, why: str
) -> Step:
    """Give a step of an open budget other days, and tell who follows it why."""
    budget = locked(budget)
    if budget.state != BudgetState.OPEN:
        raise CannotMove(_("Only the steps of an open budget are moved one by one."))
    if not says_something(why):
        raise CannotMove(_("Say why the days change: everybody reads it."))
    if ends_at <= starts_at:
        raise CannotMove(_("A step ends after it starts."))
    if kind == StepKind.VOTE and _is_frozen(budget):
        raise CannotMove(
            _(
                "The rules of the vote are frozen with its days. To vote on other days, call the"
                " vote off and ask anew."
            )
        )
    step = _step(budget, kind)
    was = (step.starts_at, step.ends_at)
    if was == (starts_at, ends_at):
        return step
    days = {
        one.kind: Days(one.starts_at, one.ends_at, one.left_out_why) for one in steps_of(budget)
    }
    if reason := why_not_in_order(days | {kind: Days(starts_at, ends_at)}):
        raise CannotMove(reason)
    step.starts_at, step.ends_at, step.left_out_why = starts_at, ends_at, ""
    step.save(update_fields=["starts_at", "ends_at", "left_out_why"])
    data = {
        "step": kind,
        "was": [one.isoformat() for one in was if one],
        "now": [starts_at.isoformat(), ends_at.isoformat()],
    }
    record("budget_step_moved", budget, by=by, text=why, data=data, tell=True)
    return step


@transaction.atomic
def tell(
    budget: Budget,
    kind: str,
    *,
    by: User,
    text: str,
    add: Collection[UploadedFile] = (),
    remove: Collection[int] = (),
) -> Step:
    """Say what happens in a step and lay documents beside it, at any time before it is called off."""
    budget = locked(budget)
    if budget.is_cancelled:
        raise CannotPrepare(_("This budget was called off: nothing is added to it."))
    step = _step(budget, kind)
    if step.text != text:
        step.text = text
        step.save(update_fields=["text"])
        edited(budget, by, [kind])
    removed = list(step.documents.filter(document__in=remove).select_related("document"))
    for one in removed:
        documents.remove_document(one.document)
    added = []
    for upload in add:
        try:
            document = documents.store_document(
                budget.thread, upload, documents.title_of(upload), by=by, limit=MOST_DOCUMENTS
            )
        except documents.TooManyDocuments as problem:
            raise CannotPrepare(str(problem)) from problem
        StepDocument.objects.create(
            municipality_id=budget.municipality_id, step=step, document=document
        )
        added.append(document.title)
    if added or removed:
        titles = [one.document.title for one in removed]
        data = {"step": kind, "added": added, "removed": titles}
        is_public = budget.thread.is_public
        record("budget_documents", budget, by=by, data=data, is_public=is_public)
    return step


def days_of(budget: Budget) -> dict[str, list[str]]:
    """The days of all steps as they can be compared and marked."""
    return told(
        {
            step.kind: Days(step.starts_at, step.ends_at, step.left_out_why)
            for step in budget.steps.all()
        }
    )


def told(days: Mapping[str, Days]) -> dict[str, list[str]]:
    return {
        str(kind): [
            one.starts_at.astimezone(UTC).isoformat() if one.starts_at else "",
            one.ends_at.astimezone(UTC).isoformat() if one.ends_at else "",
            one.left_out_why,
        ]
        for kind, one in days.items()
    }


def _step(budget: Budget, kind: str) -> Step:
    step, _made = Step.objects.get_or_create(
        budget=budget, kind=kind, defaults={"municipality_id": budget.municipality_id}
    )
    return step


def _is_frozen(budget: Budget) -> bool:
    """Whether residents are already promised when they vote."""
    ballots = budget.ballots.filter(purpose=Purpose.RESIDENTS, replaced_at=None)
    return any(not one.poll.is_prepared for one in ballots.select_related("poll__urn"))
