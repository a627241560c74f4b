"""What staff make happen to a budget: it is prepared, opened with its rules, or called off.

Each function is one thing that happens, in one transaction, with its line in the history. While
it is being prepared nobody but staff sees it. `seen` is the mark of what somebody had before
their eyes (budgets/definition.py): if a colleague changed it meanwhile, nothing is written over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets import definition
from budgets.counting import complete
from budgets.enums import BudgetState, Mode, StepKind
from budgets.models import Budget, Criterion, Group, Heading, Minutes, Step
from budgets.preparation import (
    MOST_CRITERIA,
    MOST_GROUPS,
    MOST_HEADINGS,
    missing,
    why_not_binding,
    why_not_rule,
    why_not_weights,
    why_not_words,
    why_over,
)
from decide.common.typed import says_something
from municipalities.models import Municipality
from participation import history
from participation.enums import ThreadKind
from participation.models import Thread
from votes.enums import Effect, UrnState


if TYPE_CHECKING:
    from accounts.models import User


class CannotPrepare(Exception):
    """The budget is open already, or what was written does not fit."""


class HasChanged(CannotPrepare):
    """A colleague changed it since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A colleague changed this since you opened the page, so nothing was kept. See in"
                " another window what it says now. Below is what you wrote: if you send it once"
                " more, it takes the place of theirs."
            )
        )


class IsThere(CannotPrepare):
    """There is one of this year with this title; `budget` is that one."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(_("There is already a budget of this year with this title."))
        self.budget = budget


class CannotOpen(Exception):
    """Something is missing, or it is no longer what the person read."""


class CannotCancel(Exception):
    """It was called off already, or no reason was given."""


@dataclass(frozen=True)
class HeadingRow:
    name: str
    money: int
    districts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class GroupRow:
    name: str
    headings_each: int
    headings: list[HeadingRow]


@transaction.atomic
def create(municipality: Municipality, *, by: User, **fields: Any) -> Budget:
    """Begin a budget, with all steps of the law still without days."""
    Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
    _refuse_wrong(fields)
    _refuse_twice(municipality, fields["year"], fields["title"])
    thread = Thread.objects.create(
        municipality=municipality, kind=ThreadKind.BUDGET, title=fields["title"], author=None
    )
    budget = Budget.objects.create(municipality=municipality, thread=thread, author=by, **fields)
    Step.objects.bulk_create(
        Step(municipality=municipality, budget=budget, kind=kind) for kind in StepKind
    )
    thread.path = budget.get_absolute_url()
    thread.save(update_fields=["path"])
    record("budget_prepared", budget, by=by, is_public=False)
    return budget


@transaction.atomic
def revise(budget: Budget, *, by: User, seen: str = "", **fields: Any) -> Budget:
    """Change words, money and rules while it is being prepared."""
    budget = in_preparation(budget)
    _refuse_wrong(fields)
    changed = [name for name, value in fields.items() if getattr(budget, name) != value]
    if not changed:
        return budget
    _mind(seen, words_of(budget))
    if (fields["year"], fields["title"]) != (budget.year, budget.title):
        _refuse_twice(budget.municipality, fields["year"], fields["title"])
    if reason := why_over(fields["announced"], shared(budget)):
        raise CannotPrepare(reason)
    for name in changed:
        setattr(budget, name, fields[name])
    budget.save(update_fields=changed)
    _follow_title(budget)
    edited(budget, by, changed)
    return budget


@transaction.atomic
def share_out(budget: Budget, *, by: User, groups: list[GroupRow], seen: str = "") -> Budget:
    """Set the groups, their headings and the money of each, all together."""
    budget = in_preparation(budget)
    before = definition.groups_of(budget)
    if [_as_defined(group) for group in groups] == before:
        return budget
    _mind(seen, before)
    headings = [heading for group in groups for heading in group.headings]
    if len(groups) > MOST_GROUPS or len(headings) > MOST_HEADINGS:
        raise CannotPrepare(
            _("At most %(groups)d groups and %(headings)d headings.")
            % {"groups": MOST_GROUPS, "headings": MOST_HEADINGS}
        )
    if any(not group.headings for group in groups):
        raise CannotPrepare(_("Each group needs at least one heading."))
    if reason := why_over(budget.announced, sum(heading.money for heading in headings)):
        raise CannotPrepare(reason)
    budget.groups.all().delete()
    here = budget.municipality_id
    for position, row in enumerate(groups):
        group = Group.objects.create(
            municipality_id=here,
            budget=budget,
            position=position,
            name=row.name,
            headings_each=row.headings_each,
        )
        Heading.objects.bulk_create(
            Heading(
                municipality_id=here,
                group=group,
                position=place,
                name=heading.name,
                money=heading.money,
                districts=sorted(heading.districts),
            )
            for place, heading in enumerate(row.headings)
        )
    edited(budget, by, ["headings"])
    return budget


@transaction.atomic
def set_matrix(
    budget: Budget, *, by: User, criteria: list[dict[str, Any]], seen: str = ""
) -> Budget:
    """Set the criteria of the prioritisation matrix; none, if works are not prioritised by one."""
    budget = in_preparation(budget)
    before = definition.matrix_of(budget)
    if criteria == before:
        return budget
    _mind(seen, before)
    if len(criteria) > MOST_CRITERIA:
        raise CannotPrepare(_("At most %(count)d criteria.") % {"count": MOST_CRITERIA})
    weights = [criterion["weight"] for criterion in criteria]
    if criteria and (reason := why_not_weights(weights, budget.mode)):
        raise CannotPrepare(reason)
    budget.criteria.all().delete()
    Criterion.objects.bulk_create(
        Criterion(
            municipality_id=budget.municipality_id, budget=budget, position=position, **criterion
        )
        for position, criterion in enumerate(criteria)
    )
    edited(budget, by, ["matrix"])
    return budget


@transaction.atomic
def clone(budget: Budget, *, by: User, year: int, title: str) -> Budget:
    """Begin another from this one: everything but its days, its documents and what came of it."""
    fields = {name: getattr(budget, name) for name in ("text", *Budget.RULES)}
    copy = create(budget.municipality, by=by, **fields | {"year": year, "title": title})
    groups = [
        GroupRow(
            group.name,
            group.headings_each,
            [HeadingRow(one.name, one.money, one.districts) for one in group.headings.all()],
        )
        for group in budget.groups.prefetch_related("headings")
    ]
    share_out(copy, by=by, groups=groups)
    set_matrix(copy, by=by, criteria=definition.matrix_of(budget))
    told = {step.kind: step for step in budget.steps.all()}
    for step in copy.steps.all():
        if before := told.get(step.kind):
            step.text, step.left_out_why = before.text, before.left_out_why
            step.save(update_fields=["text", "left_out_why"])
    return copy


@transaction.atomic
def open_budget(budget: Budget, *, by: User, content: str) -> Budget:
    """Settle its rules for good and tell everybody.

    `content` is the mark of what the person read; if anything changed since, it does not open.
    """
    budget = in_preparation(budget, CannotOpen)
    if gaps := missing(budget):
        raise CannotOpen(gaps[0].text)
    rules = definition.of(budget)
    if definition.mark(rules) != content:
        raise CannotOpen(
            _("It has changed since you opened this page, so it was not opened. Read it again.")
        )
    budget.state, budget.digest = BudgetState.OPEN, definition.digest_of(rules)
    budget.opened_at, budget.opened_by = timezone.now(), by
    budget.save(update_fields=["state", "digest", "opened_at", "opened_by"])
    budget.thread.is_public = True
    budget.thread.save(update_fields=["is_public"])
    record("budget_opened", budget, by=by, data={"digest": budget.digest.hex()}, tell=True)
    return budget


@transaction.atomic
def reword(
    budget: Budget,
    *,
    by: User,
    title: str,
    text: str,
    why: str,
) -> Budget:
    """Put right what an open budget says; its rules stay, and everybody reads what it said before."""
    budget = locked(budget)
    if budget.state != BudgetState.OPEN:
        raise CannotPrepare(_("Only what an open budget says is put right here."))
    if reason := why_not_words(title, text):
        raise CannotPrepare(reason)
    if not says_something(why):
        raise CannotPrepare(_("Say why it is changed: everybody reads it."))
    before = {name: getattr(budget, name) for name in ("title", "text")}
    now = {"title": title, "text": text}
    if now == before:
        return budget
    if title != budget.title:
        _refuse_twice(budget.municipality, budget.year, title)
    for name, value in now.items():
        setattr(budget, name, value)
    budget.save(update_fields=list(now))
    _follow_title(budget)
    data = {"before": f"{before['title']}\n\n{before['text']}"}
    record("budget_reworded", budget, by=by, text=why, data=data, tell=True)
    return budget


@transaction.atomic
def cancel(budget: Budget, *, by: User, why: str) -> Budget:
    """Call it off, with a reason for everybody; a draft, for those who work on it."""
    budget = locked(budget)
    if budget.is_cancelled:
        raise CannotCancel(_("It was called off already."))
    if not says_something(why):
        raise CannotCancel(_("Say why: whoever can see the budget will read it."))
    if reason := _why_it_stays(budget):
        raise CannotCancel(reason)
    budget.state = BudgetState.CANCELLED
    budget.cancelled_why, budget.cancelled_at, budget.cancelled_by = why, timezone.now(), by
    budget.save(update_fields=["state", "cancelled_why", "cancelled_at", "cancelled_by"])
    was_public = budget.thread.is_public
    record("budget_cancelled", budget, by=by, text=why, is_public=was_public, tell=was_public)
    return budget


# --- Shared by the actions of this room


def locked(budget: Budget) -> Budget:
    return (
        Budget.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread", "municipality")
        .get(pk=budget.pk)
    )


def in_preparation(budget: Budget, refusal: type[Exception] = CannotPrepare) -> Budget:
    budget = locked(budget)
    if not budget.is_draft:
        raise refusal(
            _("This budget is open, or was called off: its rules do not change any more.")
        )
    return budget


def record(verb: str, budget: Budget, *, by: User | None, **more: Any) -> None:
    """A line of the history, signed by the office that answers for participation here."""
    here = budget.municipality
    office = (here.contact_office or here.name)[:120]
    history.record(verb, budget.thread, by=by, as_office=office, **more)


def edited(budget: Budget, by: User, fields: Iterable[str]) -> None:
    """A line for staff alone: what of a draft was changed."""
    record("budget_edited", budget, by=by, data={"fields": list(fields)}, is_public=False)


def shared(budget: Budget) -> int:
    """The money of all its headings together."""
    return sum(Heading.objects.filter(group__budget=budget).values_list("money", flat=True))


def words_of(budget: Budget) -> dict[str, Any]:
    """What the form of its words shows, as it can be marked."""
    day = budget.decisions_at.isoformat() if budget.decisions_at else ""
    words = {"title": budget.title, "text": budget.text, "decisions_at": day}
    return words | definition.columns_of(budget)


def _why_it_stays(budget: Budget) -> str:
    """An acta was issued, or people still vote in an urn that would not know of it."""
    if Minutes.objects.filter(budget=budget, issued_at__isnull=False).exists():
        return _("Its acta is issued: what was agreed stays.")
    over = Q(poll__urn__state__in=[UrnState.OPENED, UrnState.CANCELLED])
    going_on = budget.ballots.filter(replaced_at=None).exclude(over).select_related("poll").first()
    if going_on:
        return _("Call its vote off first, on the vote's own page: «%(vote)s».") % {
            "vote": going_on.poll
        }
    return ""


def _as_defined(group: GroupRow) -> dict[str, Any]:
    headings = [
        {"name": one.name, "money": one.money, "districts": sorted(one.districts)}
        for one in group.headings
    ]
    return {"name": group.name, "headings_each": group.headings_each, "headings": headings}


def _mind(seen: str, now: Any) -> None:
    if seen and seen != definition.mark(now):
        raise HasChanged


def _refuse_wrong(fields: dict[str, Any]) -> None:
    """What no draft may have; and the rule with all its parts said."""
    mode = fields.get("mode", Mode.RESIDENTS)
    reasons = (
        why_not_words(fields["title"], fields["text"]),
        why_not_binding(fields.get("effect", Effect.CONSULTATIVE), fields.get("norm", "")),
        why_not_rule(fields["rule"], mode),
    )
    for reason in filter(None, reasons):
        raise CannotPrepare(reason)
    fields["rule"] = complete(fields["rule"])


def _refuse_twice(municipality: Municipality, year: int, title: str) -> None:
    """For a form sent twice, and so that nobody takes one for another."""
    same = Budget.objects.for_municipality(municipality).filter(year=year, title__iexact=title)
    if found := same.exclude(state=BudgetState.CANCELLED).first():
        raise IsThere(found)


def _follow_title(budget: Budget) -> None:
    budget.thread.title, budget.thread.path = budget.title, budget.get_absolute_url()
    budget.thread.save(update_fields=["title", "path"])
