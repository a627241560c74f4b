"""Evaluating works: taking them up, giving them to people, and what those find, until it is handed in.

Every action holds the work's row, so that no two people are at the same one. Nothing that is
found here is told to anybody before decisions are published (actions/decisions.py).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from budgets import evaluating
from budgets.enums import BudgetState, StepKind, WorkState
from budgets.models import Budget, CostLine, Evaluation, Work
from budgets.rules import why_not_now
from decide.common.words import day
from participation import history


if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from municipalities.models import Municipality

FIELDS = (
    *("is_legal", "is_competence", "is_technical", "running_cost", "months"),
    *("invierte_code", "verdict", "report", "notes"),
)


class CannotEvaluate(Exception):
    """The evaluation does not go on like this; the text says why, and nothing was changed."""


class ReadSomethingElse(CannotEvaluate):
    """What is handed in is not what was read before: it was saved again meanwhile."""


class NotAnEvaluator(CannotEvaluate):
    """This person cannot evaluate this work."""


def office_of(place: Municipality) -> str:
    return (place.contact_office or place.name)[:120]


def locked(work: Work) -> Work:
    """The work as it stands now, and nobody else's until this transaction ends."""
    works = Work.objects.select_related("thread", "budget", "heading", "municipality", "agent")
    work = works.select_for_update(of=("self",), no_key=True).get(pk=work.pk)
    work.budget.municipality = work.municipality
    if work.budget.state != BudgetState.OPEN:
        raise CannotEvaluate(_("This budget was called off."))
    return work


# --- Which works


@transaction.atomic
def take_up(work: Work, *, by: User, why: str = "") -> Work:
    """Begin to evaluate a published work. One with too few supports needs a reason."""
    # Held until the end, so that decisions are not published without it.
    budget = Budget.objects.select_for_update(of=("self",), no_key=True).get(pk=work.budget_id)
    work = locked(work)
    if work.state != WorkState.PUBLISHED:
        raise CannotEvaluate(
            _("«%(work)s» is not waiting to be evaluated: it is «%(state)s».")
            % {"work": work, "state": work.get_state_display()}
        )
    if work.is_hidden:
        raise CannotEvaluate(_("«%(work)s» is hidden by moderation.") % {"work": work})
    if budget.decisions_published_at:
        raise CannotEvaluate(_("The decisions of this budget are published already."))
    if reason := why_not_now(work.budget, StepKind.FILTER):
        raise CannotEvaluate(str(reason))
    if work.support_count < budget.supports_needed and not why:
        raise CannotEvaluate(
            _("«%(work)s» has %(count)d of the %(needed)d supports it needs: say why all the same.")
            % {"work": work, "count": work.support_count, "needed": budget.supports_needed}
        )
    _move(work, WorkState.EVALUATION, "work_evaluation_started", by=by, why=why)
    return work


@transaction.atomic
def put_back(work: Work, *, by: User, why: str) -> Work:
    """It is not evaluated after all. What was handed in is decided and cannot be put back."""
    work = locked(work)
    standing = standing_or_refuse(work)
    if standing.is_on_appeal:
        raise CannotEvaluate(_("An appeal is answered: it is evaluated anew."))
    if standing.evaluation and standing.evaluation.submitted_at:
        raise CannotEvaluate(_("Its evaluation is handed in, and will be published."))
    _move(work, WorkState.PUBLISHED, "work_evaluation_stopped", by=by, why=why)
    return work


def _move(work: Work, state: WorkState, verb: str, *, by: User, why: str) -> None:
    work.state, work.state_reason = state, why
    work.save(update_fields=["state", "state_reason", "saved_at"])
    history.record(
        verb, work.thread, by=by, text=why, as_office=office_of(work.municipality), tell=True
    )


def standing_or_refuse(work: Work) -> evaluating.Standing:
    """Where its evaluation stands; the work is held by the caller."""
    standing = evaluating.standing_of(work)
    if standing is None:
        raise CannotEvaluate(
            _("«%(work)s» is not under evaluation: it is «%(state)s».")
            % {"work": work, "state": work.get_state_display()}
        )
    return standing


# --- Who


@transaction.atomic
def assign(work: Work, *, to: User, due_on: date, by: User) -> Evaluation:
    """Give a work to an evaluator until a day, or to another one than before.

    What the one before has written stays for the next, who says first that they have no interest.
    """
    work = locked(work)
    standing = standing_or_refuse(work)
    if not evaluating.evaluators_of(work.municipality).filter(pk=to.pk).exists():
        raise NotAnEvaluator(_("%(name)s is no evaluator here.") % {"name": to.public_name})
    before = list(Evaluation.objects.filter(work=work))
    if why := evaluating.why_not_evaluator(to, work, before):
        raise NotAnEvaluator(why)
    if due_on < timezone.localdate():
        raise CannotEvaluate(_("That day is over: choose one that is still to come."))
    evaluation = standing.evaluation
    if evaluation is None:
        evaluation = Evaluation(municipality_id=work.municipality_id, work=work)
        evaluation.round = standing.round
    elif evaluation.submitted_at:
        raise CannotEvaluate(_("Its evaluation is handed in."))
    elif evaluation.evaluator_id == to.pk and evaluation.due_on == due_on:
        return evaluation
    if evaluation.evaluator_id not in (None, to.pk):
        evaluation.declared_at = None
        _tell(
            evaluation,
            "work_evaluation_reassigned",
            evaluation.evaluator_id,
            by=by,
            page=_table(work),
        )
    evaluation.evaluator, evaluation.assigned_by, evaluation.due_on = to, by, due_on
    evaluation.assigned_at = timezone.now()
    evaluation.save()
    _tell(
        evaluation,
        "work_evaluation_assigned",
        to.pk,
        by=by,
        page=_own(evaluation),
        text=until(due_on),
    )
    return evaluation


@transaction.atomic
def declare(evaluation: Evaluation, *, by: User) -> Evaluation:
    """The evaluator says that they have no interest in the work."""
    _work, evaluation = at_work(evaluation, by)
    if evaluation.declared_at is None:
        evaluation.declared_at = timezone.now()
        evaluation.save(update_fields=["declared_at", "saved_at"])
    return evaluation


@transaction.atomic
def step_back(evaluation: Evaluation, *, by: User, why: str) -> Evaluation:
    """The evaluator has an interest in the work and says which; somebody else is to be found."""
    work, evaluation = at_work(evaluation, by)
    evaluation.recused_at, evaluation.recused_why = timezone.now(), why
    evaluation.save(update_fields=["recused_at", "recused_why", "saved_at"])
    _tell(
        evaluation,
        "work_evaluation_stepped_back",
        evaluation.assigned_by_id,
        by=by,
        page=_table(work),
        text=why,
    )
    return evaluation


# --- What they find


@transaction.atomic
def save(
    evaluation: Evaluation,
    *,
    by: User,
    lines: Sequence[tuple[str, int]] | None = None,
    **found: Any,
) -> Evaluation:
    """Keep what the evaluator has written so far; nobody but staff sees it."""
    _work, evaluation = at_work(evaluation, by, declared=True)
    for name in set(found) & set(FIELDS):
        setattr(evaluation, name, found[name])
    evaluation.save()
    if lines is not None:
        evaluation.cost_lines.all().delete()
        CostLine.objects.bulk_create(
            CostLine(
                municipality_id=evaluation.municipality_id,
                evaluation=evaluation,
                text=text,
                amount=amount,
            )
            for text, amount in lines
        )
    return evaluation


@transaction.atomic
def write_notes(evaluation: Evaluation, *, by: User, notes: str) -> Evaluation:
    """Internal notes, also of what was handed in: they are no part of what is published."""
    locked(evaluation.work)
    evaluation = Evaluation.objects.get(pk=evaluation.pk)
    _only_theirs(evaluation, by)
    evaluation.notes = notes
    evaluation.save(update_fields=["notes", "saved_at"])
    return evaluation


@transaction.atomic
def hand_in(evaluation: Evaluation, *, by: User, seen: datetime | None = None) -> Evaluation:
    """It is done, and nothing of it changes any more. Nobody hears of it before publication.

    `seen` is when it was saved that the evaluator has read as a whole.
    """
    work, evaluation = at_work(evaluation, by, declared=True)
    if seen and evaluation.saved_at != seen:
        raise ReadSomethingElse(
            _("It was saved again since you read it. Read it once more, then hand it in.")
        )
    costs = sum(line.amount for line in evaluation.cost_lines.all())
    observation = evaluating.standing_of(work).observation
    if missing := evaluating.missing(evaluation, costs, observation):
        raise CannotEvaluate(" ".join(missing))
    evaluation.submitted_at = timezone.now()
    evaluation.save(update_fields=["submitted_at", "saved_at"])
    _tell(
        evaluation,
        "work_evaluation_handed_in",
        evaluation.assigned_by_id,
        by=by,
        page=_table(work),
    )
    return evaluation


def at_work(evaluation: Evaluation, by: User, *, declared: bool = False) -> tuple[Work, Evaluation]:
    """The evaluation with its work, both as they stand now, if this person is at it."""
    work = locked(evaluation.work)
    evaluation = Evaluation.objects.get(pk=evaluation.pk)
    evaluation.work = work
    _only_theirs(evaluation, by)
    if work.state != WorkState.EVALUATION:
        raise CannotEvaluate(_("This work is not under evaluation any more."))
    if evaluation.submitted_at:
        raise CannotEvaluate(_("It is handed in: nothing of it changes any more."))
    if declared and evaluation.declared_at is None:
        raise CannotEvaluate(_("First say that you have no interest in this work."))
    return work, evaluation


def _only_theirs(evaluation: Evaluation, by: User) -> None:
    if evaluation.evaluator_id != by.pk or evaluation.recused_at:
        raise CannotEvaluate(_("This work is not yours to evaluate, or no longer."))


def until(last: date) -> str:
    """For a text that somebody else reads, in the language of the place."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Until %(day)s.") % {"day": day(last)}


def _tell(
    evaluation: Evaluation, verb: str, person: int, *, by: User, page: str, text: str = ""
) -> None:
    """Between staff: it stands in no public history, and says nothing of what was found."""
    work = evaluation.work
    history.record(
        verb,
        work.thread,
        by=by,
        text=text,
        data={"page": page},
        as_office=office_of(work.municipality),
        is_public=False,
        people=[person],
    )


def _table(work: Work) -> str:
    return reverse("budgets:evaluations", args=[work.municipality.slug, work.budget_id])


def _own(evaluation: Evaluation) -> str:
    return reverse("budgets:evaluate", args=[evaluation.work.municipality.slug, evaluation.pk])
