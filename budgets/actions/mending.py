"""What an evaluator asks the author to mend, and the author's one answer while there is time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets import evaluating
from budgets.actions.evaluations import CannotEvaluate, at_work, locked, office_of, until
from budgets.actions.works import CannotEdit, rewrite
from budgets.models import Evaluation, Observation, Work
from budgets.rules.evaluation import why_not_mend
from decide.common import workdays
from participation import history


if TYPE_CHECKING:
    from accounts.models import User

MENDABLE = ("summary", "body", "place_name", "latitude", "longitude", "estimate")


class CannotMend(Exception):
    """The answer is not taken; the text says why, and nothing was changed."""


@transaction.atomic
def observe(evaluation: Evaluation, *, by: User, text: str) -> Observation:
    """Ask the author to mend something, once. The evaluator's own time stands still meanwhile."""
    work, evaluation = at_work(evaluation, by, declared=True)
    if work.author_id is None:
        raise CannotEvaluate(_("Its author has deleted the account: nobody could answer."))
    if evaluating.standing_of(work).observation:
        raise CannotEvaluate(_("The author was asked already, and is asked once."))
    days = work.budget.mending_days
    observation = Observation.objects.create(
        municipality_id=work.municipality_id,
        evaluation=evaluation,
        text=text,
        due_on=workdays.after(timezone.localdate(), days),
    )
    evaluation.due_on = workdays.after(evaluation.due_on, days)
    evaluation.save(update_fields=["due_on", "saved_at"])
    history.record(
        "work_observed",
        work.thread,
        by=by,
        text=f"{until(observation.due_on)}\n\n{text}",
        data={"page": reverse("budgets:mend", args=[work.municipality.slug, work.pk])},
        as_office=office_of(work.municipality),
        is_public=False,
        people=[work.author_id],
    )
    return observation


@transaction.atomic
def mend(work: Work, *, by: User, answer: str, **words: Any) -> Work:
    """The author answers, once, and may change the work's text, place and estimate with it."""
    work = locked(work)
    standing = evaluating.standing_of(work)
    observation = standing and standing.observation
    if reason := why_not_mend(by, work, observation):
        raise CannotMend(str(reason))
    observation.answer, observation.answered_at = answer, timezone.now()
    observation.save(update_fields=["answer", "answered_at"])
    try:
        rewrite(work, {name: words[name] for name in MENDABLE if name in words}, by=by)
    except CannotEdit as refusal:
        raise CannotMend(str(refusal)) from refusal
    asked_by = standing.evaluation or observation.evaluation
    history.record(
        "work_mended",
        work.thread,
        by=by,
        text=answer,
        data={"page": reverse("budgets:evaluate", args=[work.municipality.slug, asked_by.pk])},
        is_public=False,
        people=[asked_by.assigned_by_id if asked_by.recused_at else asked_by.evaluator_id],
    )
    return work
