"""A municipality begins a process from a template: its words, its steps with their days, and
the budget and the draft norm in which steps happen, prepared for staff alone.

Debates have no drafts: they are public from their first minute. The step keeps the question
and its text, and one button opens the debate once the process is open. Otherwise people would
argue in public about a process that they cannot read yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions import budgets
from debates.actions import debates
from decide.common.permissions import Reason, Refusal
from norms.actions import norms
from processes.actions import processes
from processes.days import LEFT_OUT, dated
from processes.enums import StepKind, TeamRole
from processes.models import Process, Step
from processes.rules.templates import why_not_open_debate, why_not_prepare


if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from debates.models import Debate
    from municipalities.models import Municipality
    from participation.models import Thread
    from processes.models import ProcessTemplate

# How the votes of a budget are counted until staff choose: the plainest rule.
PLAIN_RULE = {"method": "greedy"}
LONGEST_TITLE, LONGEST_TEXT = 120, 10_000  # of a budget


class CannotClone(Refusal):
    """The template is not offered, or its first day has passed."""


class CannotPrepare(Refusal):
    """What this step needs cannot be prepared now; the reason says why, and the way on."""


@transaction.atomic
def clone(
    template: ProcessTemplate,
    municipality: Municipality,
    *,
    by: User,
    first_day: date,
    form_key: UUID,
    title: str = "",
    with_debate: bool = True,
    with_budget: bool = True,
) -> Process:
    """Begin a process from the template; the same form sent again finds the one it began.

    Without its debate or its budget it has no step for it. What is switched off in the
    municipality is not prepared: its step stays, and can be prepared later.
    """
    if template.published_at is None:
        raise CannotClone(Reason(_("This template is not offered.")))
    mine = Process.objects.for_municipality(municipality).filter(author=by, form_key=form_key)
    if known := mine.first():
        return known
    if first_day < timezone.localdate():
        raise CannotClone(Reason(_("That day has passed already. Choose a later one.")))
    process = processes.begin(
        municipality,
        by=by,
        form_key=form_key,
        template=template,
        kind=template.kind,
        title=title or template.title,
        summary=template.summary,
        text=template.text,
        rules=template.rules,
    )
    if process.steps.exists():  # the other of two that came at once has written them
        return process
    chosen = {"with_debate": with_debate, "with_budget": with_budget}
    without = {kind for name, kind in LEFT_OUT.items() if not chosen[name]}
    steps = dated(template, first_day, without=without)
    processes.set_steps(process, by=by, steps=[step.values for step in steps])
    _name_who_answers(process, by)
    for step in process.steps.select_related("process__municipality"):
        if not why_not_prepare(step):
            prepare(step, by=by)
    return process


@transaction.atomic
def prepare(step: Step, *, by: User) -> Step:
    """Prepare the budget or the draft norm of a step, unseen by people; opened on its own desk."""
    step = _locked(step)
    if reason := why_not_prepare(step):
        raise CannotPrepare(reason)
    make = _budget if step.kind == StepKind.BUDGET else _norm
    return processes.link_step(step, by=by, thread=make(step, by))


@transaction.atomic
def open_debate(step: Step, *, by: User, form_key: UUID, title: str, text: str) -> Debate:
    """Put the question of a step to everybody, in the municipality's name, until the step ends."""
    step = _locked(step)
    if reason := why_not_open_debate(step):
        raise CannotPrepare(reason)
    process = step.process
    try:
        debate = debates.open_debate(
            process.municipality,
            by=by,
            form_key=form_key,
            is_official=True,
            office=process.shown_office[:120],
            closes_at=step.ends_at,
            title=title,
            text=text,
            category=process.category,
            place_name=process.place_name,
        )
    except debates.CannotDebate as error:
        raise CannotPrepare(Reason(str(error))) from error
    processes.link_step(step, by=by, thread=debate.thread)
    return debate


def _name_who_answers(process: Process, by: User) -> None:
    """Who answers in the municipality leads it, until staff write the team."""
    here = process.municipality
    if here.contact_name:
        leader = {"role": TeamRole.LEADS, "name": here.contact_name, "office": here.contact_office}
        processes.set_team(process, by=by, members=[leader])


def _budget(step: Step, by: User) -> Thread:
    """A draft of next year's budget; the one of that name, if it was begun already."""
    process = step.process
    begins = timezone.localdate(step.starts_at) if step.starts_at else timezone.localdate()
    words: dict[str, Any] = {
        "title": process.title[:LONGEST_TITLE],
        "text": (step.text or process.summary)[:LONGEST_TEXT],
    }
    try:
        budget = budgets.create(
            process.municipality, by=by, year=begins.year + 1, rule=dict(PLAIN_RULE), **words
        )
    except budgets.IsThere as twice:
        budget = twice.budget
    return budget.thread


def _norm(step: Step, by: User) -> Thread:
    process = step.process
    norm = norms.begin(
        process.municipality,
        by=by,
        form_key=uuid5(NAMESPACE_URL, f"{process.get_absolute_url()}{step.pk}"),
        title=process.title,
        summary=process.summary,
        office=process.office,
        category=process.category,
        **_phases(step),
    )
    return norm.thread


def _phases(step: Step) -> dict[str, datetime]:
    """The days of a norm's phases as the steps around say them; none, if they say too little."""
    if not (step.starts_at and step.ends_at):
        return {}
    days = {"opens_at": step.starts_at, "closes_at": step.ends_at}
    others = [one for one in step.process.steps.all() if one.starts_at and one.ends_at]
    before = [one.starts_at for one in others if one.starts_at <= step.starts_at]
    days["explained_at"] = min(before)
    answers = [one.ends_at for one in others if one.kind == StepKind.ANSWER]
    if after := [end for end in answers if end >= step.ends_at]:
        days |= {"answers_at": min(after), "final_at": max(one.ends_at for one in others)}
    return days


def _locked(step: Step) -> Step:
    return (
        Step.objects.select_for_update(of=("self",), no_key=True)
        .select_related("process__municipality", "process__thread", "process__category", "thread")
        .get(pk=step.pk)
    )
