"""What each step of a process needs in order to happen: what is there, and what staff do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from budgets.models import Budget
from decide.common.permissions import Reason
from norms.models import Norm
from participation.enums import ThreadKind
from processes.enums import StepKind
from processes.rules.templates import (
    PREPARED,
    why_not_open_debate,
    why_not_prepare,
    why_off,
)


if TYPE_CHECKING:
    from processes.models import Process, Step


@dataclass(frozen=True)
class Part:
    """A step, the address where staff work on what happens in it, and what may be done now."""

    step: Step
    desk: str = ""
    off: Reason | None = None  # its way of taking part is switched off here
    can_prepare: bool = False
    can_open_debate: bool = False
    waits: Reason | None = None  # why its debate cannot be opened yet
    begin: str = ""  # the address where a meeting or a vote is prepared


def parts_of(process: Process) -> list[Part]:
    """One for each step, in their order; two queries, however many steps, if they were fetched."""
    steps = list(process.steps.all())
    for step in steps:
        step.process = process
    desks = _desks(process, [step.thread_id for step in steps if step.thread_id])
    return [_part(step, desks) for step in steps]


def _part(step: Step, desks: dict[int, str]) -> Part:
    if step.thread_id:
        return Part(step, desk=desks.get(step.thread_id, step.thread.path))
    if off := why_off(step.process.municipality, step.kind):
        return Part(step, off=off)
    if step.kind in PREPARED:
        return Part(step, can_prepare=why_not_prepare(step) is None)
    if step.kind == StepKind.DEBATE:
        waits = why_not_open_debate(step)
        return Part(step, can_open_debate=waits is None, waits=waits)
    return Part(step, begin=_begin(step))


def _begin(step: Step) -> str:
    """Meetings and votes are prepared on their own desks; a meeting can name its process there."""
    slug = step.process.municipality.slug
    if step.kind == StepKind.MEETING:
        return f"{reverse('agenda:write', args=[slug])}?proceso={step.process_id}"
    return reverse("votes:new", args=[slug]) if step.kind == StepKind.VOTE else ""


def _desks(process: Process, threads: list[int]) -> dict[int, str]:
    """Where staff work on budgets and norms; other things are worked on where everybody reads them."""
    slug = process.municipality.slug
    found = {}
    for model, kind, name in (
        (Budget, ThreadKind.BUDGET, "budgets:case"),
        (Norm, ThreadKind.NORM, "norms:manage"),
    ):
        rows = model.objects.filter(thread__in=threads, thread__kind=kind)
        for pk, thread in rows.values_list("pk", "thread_id"):
            found[thread] = reverse(name, args=[slug, pk])
    return found
