"""The work plan of a convenio: planned, approved, moved with a reason, submitted, verified.

The first approved date never changes; nobody verifies what their own institution does.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.because import because
from agreements.enums import DelayReason, Gate, ItemState
from agreements.lights import LONGEST_OVERRIDE
from agreements.models import (
    Agreement,
    AgreementEvent,
    Override,
    Party,
    Reschedule,
    Undertaking,
    WorkItem,
)
from agreements.rules import work as rules
from agreements.rules.people import is_planner
from decide.common.permissions import Reason, Refusal
from decide.common.typed import says_something


class CannotPlan(Refusal):
    """The work plan stays as it was."""


class CannotMove(Refusal):
    """The step stays where it was."""


class CannotOverride(Refusal):
    """The light stays as the formula says."""


CHANGED = ("name", "deliverable", "gate", "weight", "is_high", "min_evidence", "undertaking")
DATES = ("starts_on", "due_on")


@transaction.atomic
def add_step(
    agreement: Agreement,
    *,
    by: User,
    party: Party,
    gate: Gate,
    name: str,
    starts_on: date,
    due_on: date,
    undertaking: Undertaking | None = None,
    **more: Any,
) -> WorkItem:
    """A step towards one of the five milestones; its dates are demanded, for the plan has none."""
    _allow(CannotPlan, rules.why_not_plan(by, agreement))
    if party.agreement_id != agreement.pk:
        raise CannotPlan(Reason(_("Only a party of this convenio can do a step of it.")))
    if due_on < starts_on:
        raise CannotPlan(Reason(_("It ends before it begins.")))
    return WorkItem.objects.create(
        agreement=agreement,
        party=party,
        gate=gate,
        name=name,
        starts_on=starts_on,
        due_on=due_on,
        undertaking=undertaking,
        **more,
    )


@transaction.atomic
def change_step(item: WorkItem, *, by: User, reason: str = "", **fields: Any) -> WorkItem:
    """Correct a step; once its date is approved the dates move only by `reschedule`."""
    item = _locked(item)
    _allow(CannotPlan, rules.why_not_plan(by, item.agreement))
    if item.first_due_on and any(
        name in fields and fields[name] != getattr(item, name) for name in DATES
    ):
        raise CannotPlan(Reason(_("An approved date moves with a reason: reschedule the step.")))
    for name, value in fields.items():
        setattr(item, name, value)
    if item.due_on < item.starts_on:
        raise CannotPlan(Reason(_("It ends before it begins.")))
    with because(reason):
        item.save(update_fields=[*fields])
    return item


@transaction.atomic
def wait_for(item: WorkItem, *others: WorkItem, by: User) -> WorkItem:
    """A step begins only after these; no circle of steps that wait for each other."""
    item = _locked(item)
    _allow(CannotPlan, rules.why_not_plan(by, item.agreement))
    waits = {pk: set(found) for pk, found in _dependencies(item.agreement).items()} | {
        item.pk: {one.pk for one in others}
    }
    if any(one.agreement_id != item.agreement_id for one in others):
        raise CannotPlan(Reason(_("A step waits for steps of its own convenio.")))
    if _leads_back(item.pk, waits):
        raise CannotPlan(Reason(_("These steps would wait for each other for ever.")))
    item.depends_on.set(others)
    return item


def _dependencies(agreement: Agreement) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    through = WorkItem.depends_on.through.objects.filter(from_workitem__agreement=agreement)
    for one, other in through.values_list("from_workitem_id", "to_workitem_id"):
        found.setdefault(one, set()).add(other)
    return found


def _leads_back(start: int, waits: dict[int, set[int]]) -> bool:
    seen: set[int] = set()
    ahead = set(waits.get(start, ()))
    while ahead:
        if start in ahead:
            return True
        seen |= ahead
        ahead = {pk for one in ahead for pk in waits.get(one, ())} - seen
    return False


@transaction.atomic
def approve_plan(agreement: Agreement, *, by: User) -> Agreement:
    """The dates of all steps become what lateness is measured against, for ever."""
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    _allow(CannotPlan, rules.why_not_plan(by, agreement))
    steps = list(agreement.items.exclude(state=ItemState.CANCELLED))
    if not steps:
        raise CannotPlan(Reason(_("There is no step to approve.")))
    fresh = [one for one in steps if one.first_due_on is None]
    if not fresh:
        raise CannotPlan(Reason(_("All its dates are approved already.")))
    for one in fresh:
        one.first_due_on = one.due_on
        one.save(update_fields=["first_due_on"])
    _record(agreement, "plan_approved", by=by, after=str(len(fresh)))
    return agreement


@transaction.atomic
def reschedule(item: WorkItem, *, by: User, to: date, code: DelayReason, reason: str) -> WorkItem:
    """Another date for a step, with its reason; what it was first promised for stays."""
    item = _locked(item)
    _allow(CannotPlan, rules.why_not_plan(by, item.agreement))
    if not item.is_open:
        raise CannotPlan(Reason(_("This step is over: its date does not move.")))
    if item.first_due_on is None:
        raise CannotPlan(Reason(_("Its date is not approved yet: correct the step itself.")))
    if not says_something(reason):
        raise CannotPlan(Reason(_("Say why the date moves: it is public.")))
    if to == item.due_on:
        raise CannotPlan(Reason(_("That is the date it has already.")))
    if to < item.starts_on:
        raise CannotPlan(Reason(_("It ends before it begins.")))
    Reschedule.objects.create(
        agreement_id=item.agreement_id,
        item=item,
        before=item.due_on,
        after=to,
        code=code,
        reason=reason,
        by=by,
    )
    item.due_on = to
    with because(reason):
        item.save(update_fields=["due_on"])
    return item


@transaction.atomic
def start(item: WorkItem, *, by: User, exception: str = "") -> WorkItem:
    """It is under way. Out of its turn only with a documented exception, by a planner."""
    item = _locked(item)
    _allow(CannotMove, rules.why_not_work_for(by, item))
    exception = exception if is_planner(by) else ""
    _allow(CannotMove, rules.why_not_start(item, exception))
    return _move(item, ItemState.UNDERWAY, by=by, reason=exception)


@transaction.atomic
def submit(item: WorkItem, *, by: User, done_on: date | None = None) -> WorkItem:
    """It is done, and the evidence is here: somebody else may look."""
    item = _locked(item)
    _allow(CannotMove, rules.why_not_work_for(by, item))
    _allow(CannotMove, rules.why_not_submit(item))
    done_on = done_on or timezone.localdate()
    if done_on > timezone.localdate():
        raise CannotMove(Reason(_("It cannot have been done in the future.")))
    done = {"done_on": done_on, "submitted_by": by, "returned_why": ""}
    return _move(item, ItemState.SUBMITTED, by=by, **done)


@transaction.atomic
def give_back(item: WorkItem, *, by: User, reason: str) -> WorkItem:
    """It is not enough: whoever submitted it reads why."""
    item = _locked(item)
    _allow(CannotMove, rules.why_not_judge(by, item))
    if not says_something(reason):
        raise CannotMove(Reason(_("Say what is missing.")))
    return _move(item, ItemState.RETURNED, by=by, reason=reason, returned_why=reason)


@transaction.atomic
def verify(item: WorkItem, *, by: User) -> WorkItem:
    """Somebody of another institution than the one that does it found it done."""
    item = _locked(item)
    _allow(CannotMove, rules.why_not_verify(by, item))
    return _move(item, ItemState.VERIFIED, by=by, verified_by=by)


@transaction.atomic
def cancel(item: WorkItem, *, by: User, reason: str) -> WorkItem:
    item = _locked(item)
    _allow(CannotPlan, rules.why_not_plan(by, item.agreement))
    if not item.is_open:
        raise CannotMove(Reason(_("This step is over already.")))
    if not says_something(reason):
        raise CannotMove(Reason(_("Say why: everybody reads it.")))
    return _move(item, ItemState.CANCELLED, by=by, reason=reason)


def reopen(item: WorkItem, *, by: User, reason: str) -> WorkItem:
    """What it rested on is gone: it is returned, as long as its evidence is not made whole."""
    fallen = {"returned_why": reason, "verified_by": None}
    return _move(item, ItemState.RETURNED, by=by, reason=reason, **fallen)


@transaction.atomic
def override(
    agreement: Agreement, *, by: User, light: str, reason: str, expires_on: date
) -> Override:
    """Set a light by hand, until a day; then the formula speaks again by itself."""
    if not is_planner(by):
        raise CannotOverride(Reason(_("Planners of the region set a light by hand.")))
    if not says_something(reason):
        raise CannotOverride(Reason(_("Say why: everybody reads it.")))
    today = timezone.localdate()
    if not today < expires_on <= today + LONGEST_OVERRIDE:
        raise CannotOverride(Reason(_("It ends after today, and within 60 days.")))
    found = Override.objects.create(
        agreement=agreement, light=light, reason=reason, by=by, set_on=today, expires_on=expires_on
    )
    _record(agreement, "light_set", by=by, after=light, reason=reason)
    return found


def _locked(item: WorkItem) -> WorkItem:
    return (
        WorkItem.objects.select_for_update(of=("self",))
        .select_related("agreement", "party__organization")
        .get(pk=item.pk)
    )


def _allow(refusal: type[Refusal], reason: Reason | None) -> None:
    if reason:
        raise refusal(reason)


def _move(
    item: WorkItem, state: ItemState, *, by: User, reason: str = "", **fields: Any
) -> WorkItem:
    before, item.state = item.state, state
    for name, value in fields.items():
        setattr(item, name, value)
    with because(reason):
        item.save(update_fields=["state", *fields])
    _record(
        item.agreement,
        f"step_{state}",
        by=by,
        before=before,
        after=state,
        reason=f"{item.name}: {reason}" if reason else item.name,
    )
    return item


def _record(agreement: Agreement, verb: str, *, by: User, **more: str) -> None:
    AgreementEvent.objects.create(agreement=agreement, verb=verb, by=by, **more)
