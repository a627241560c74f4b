"""Decisions of the evaluation come out together, at a moment that was said before; then appeals."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _, ngettext

from budgets import evaluating, matrix
from budgets.actions import budgets
from budgets.actions.evaluations import CannotEvaluate, locked, office_of, standing_or_refuse
from budgets.enums import BudgetState, Mode, Stage, Verdict, WorkState
from budgets.models import Appeal, Budget, Evaluation, Work
from budgets.rules.evaluation import why_not_appeal
from decide.common.money import soles
from decide.common.words import day, moment
from participation import history


if TYPE_CHECKING:
    from accounts.models import User


class CannotPublish(Exception):
    """Decisions do not come out now; the text says what is missing."""


class CannotAppeal(Exception):
    """The appeal is not taken; the text says why."""


@transaction.atomic
def announce(budget: Budget, *, by: User, at: datetime, why: str = "") -> Budget:
    """Say when decisions are published. Another moment than the one said before needs a reason."""
    budget = budgets.locked(budget)
    if budget.state != BudgetState.OPEN:
        raise CannotPublish(_("This budget is not open."))
    if budget.decisions_published_at:
        raise CannotPublish(_("The decisions of this budget are published already."))
    if at <= timezone.now():
        raise CannotPublish(_("That moment is over: choose one that is still to come."))
    if at == budget.decisions_at:
        return budget
    if budget.decisions_at and not why:
        raise CannotPublish(_("Another moment was said before: write why it changes."))
    budget.decisions_at = at
    budget.save(update_fields=["decisions_at"])
    with translation.override(settings.LANGUAGE_CODE):
        text = _("All decisions are published on %(moment)s.") % {"moment": moment(at)}
    text = "\n\n".join(filter(None, [text, why]))
    budgets.record("budget_decisions_announced", budget, by=by, text=text, tell=True)
    return budget


def missing(budget: Budget, standings: list[evaluating.Standing]) -> list[str]:
    """In words, what keeps the decisions of these works from being published now."""
    found = []
    if budget.decisions_published_at:
        return [_("The decisions of this budget are published already.")]
    if budget.decisions_at is None:
        found.append(_("Say first, in public, when they are published."))
    elif timezone.now() < budget.decisions_at:
        found.append(
            _("They are published from %(moment)s on.") % {"moment": moment(budget.decisions_at)}
        )
    if not standings:
        found.append(_("No work is under evaluation."))
    stages = Counter(standing.stage for standing in standings)
    if waiting := len(standings) - stages[Stage.HANDED_IN]:
        found.append(
            ngettext(
                "The evaluation of %(count)d work is not handed in.",
                "The evaluations of %(count)d works are not handed in.",
                waiting,
            )
            % {"count": waiting}
        )
    if unsettled := len(_without_points(budget, standings)):
        found.append(
            ngettext(
                "The points of %(count)d feasible work are not settled.",
                "The points of %(count)d feasible works are not settled.",
                unsettled,
            )
            % {"count": unsettled}
        )
    return found


def _without_points(budget: Budget, standings: list[evaluating.Standing]) -> list[Work]:
    """The feasible works without points, where points decide."""
    if budget.mode != Mode.MATRIX:
        return []
    works = [
        standing.work
        for standing in standings
        if standing.stage == Stage.HANDED_IN and standing.evaluation.verdict == Verdict.FEASIBLE
    ]
    return [sheet.work for sheet in matrix.sheets(budget, works) if not sheet.is_settled]


@transaction.atomic
def publish(budget: Budget, *, by: User) -> Budget:
    """All decisions at once: what is feasible, at what cost, and what is not. Authors hear of it."""
    budget = budgets.locked(budget)
    if budget.state != BudgetState.OPEN:
        raise CannotPublish(_("This budget is not open."))
    under = Work.objects.filter(budget=budget, state=WorkState.EVALUATION)
    list(under.select_for_update(of=("self",), no_key=True).order_by("pk").values("pk"))
    standings = evaluating.standings(under.select_related("thread"))
    if why_not := missing(budget, standings):
        raise CannotPublish(" ".join(why_not))
    budget.decisions_published_at = timezone.now()
    budget.save(update_fields=["decisions_published_at"])
    for standing in standings:
        _decide(standing.work, standing.evaluation, budget, "work_decided", by=by)
    counts = Counter(standing.evaluation.verdict for standing in standings)
    data = {verdict.value: counts[verdict] for verdict in Verdict}
    budgets.record("budget_decisions", budget, by=by, data=data, tell=True)
    return budget


@transaction.atomic
def appeal(work: Work, *, by: User, text: str, received: str = "") -> Appeal:
    """The author asks for another look, once. `received` is how it came to a desk, if it did."""
    try:
        work = locked(work)
    except CannotEvaluate as refusal:
        raise CannotAppeal(str(refusal)) from refusal
    if reason := why_not_appeal(work):
        raise CannotAppeal(str(reason))
    made = Appeal.objects.create(municipality_id=work.municipality_id, work=work, by=by, text=text)
    work.state = WorkState.EVALUATION
    work.save(update_fields=["state", "saved_at"])
    history.record(
        "work_appealed",
        work.thread,
        by=by,
        text=text,
        data={"received": received} if received else {},
        as_office=office_of(work.municipality) if received else "",
        tell=True,
    )
    return made


@transaction.atomic
def publish_appeal(work: Work, *, by: User) -> Work:
    """What was found on appeal, which is final."""
    try:
        work = locked(work)
        standing = standing_or_refuse(work)
    except CannotEvaluate as refusal:
        raise CannotPublish(str(refusal)) from refusal
    if not standing.is_on_appeal or standing.stage != Stage.HANDED_IN:
        raise CannotPublish(_("The second evaluation is not handed in."))
    if _without_points(work.budget, [standing]):
        raise CannotPublish(_("The points of this work are not settled."))
    found = Appeal.objects.get(work=work)
    found.decided_at, found.decided_by = timezone.now(), by
    found.save(update_fields=["decided_at", "decided_by"])
    _decide(work, standing.evaluation, work.budget, "work_appeal_decided", by=by)
    return work


def _decide(work: Work, evaluation: Evaluation, budget: Budget, verb: str, *, by: User) -> None:
    is_feasible = evaluation.verdict == Verdict.FEASIBLE
    work.state = WorkState.FEASIBLE if is_feasible else WorkState.UNFEASIBLE
    work.cost, work.state_reason = evaluation.cost, ""
    work.save(update_fields=["state", "cost", "state_reason", "saved_at"])
    history.record(
        verb,
        work.thread,
        by=by,
        text=_said(work, budget, is_final=verb == "work_appeal_decided"),
        data={"verdict": evaluation.verdict, "cost": work.cost},
        as_office=office_of(budget.municipality),
        tell=True,
    )


def _said(work: Work, budget: Budget, *, is_final: bool) -> str:
    """What was found and what can be done about it, in the language of the place."""
    with translation.override(settings.LANGUAGE_CODE):
        if work.state == WorkState.FEASIBLE:
            return _("It is feasible, and costs %(cost)s.") % {"cost": soles(work.cost)}
        if is_final:
            return _("It is not feasible, and that is final.")
        return _("It is not feasible. Its author may appeal until %(day)s.") % {
            "day": day(evaluating.appeal_until(budget))
        }
