"""Asking for a count: the official one of what was decided, or one under another rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets import ballots, counting, counts
from budgets.enums import BudgetState, CountState, Purpose
from budgets.models import Budget, Count, Heading, ImportedElection
from budgets.tasks.counting import count_soon


if TYPE_CHECKING:
    from accounts.models import User


class CannotCount(Exception):
    """There is nothing to count, or not so."""


MOST_WAITING = (
    20  # other rules at once in a municipality: the official count does not wait behind them
)


@transaction.atomic
def count_officially(budget: Budget, *, by: User | None) -> list[Count]:
    """Have every heading counted by the budget's own rule; what is done stays, what stopped begins anew."""
    budgets = Budget.objects.select_for_update(of=("self",), no_key=True)
    budget = budgets.select_related("municipality").get(pk=budget.pk)
    ballot = ballots.current(budget, ballots.purpose_of(budget))
    if budget.state != BudgetState.OPEN or not ballots.is_opened(ballot):
        raise CannotCount(_("It is counted once the urn is opened."))
    asked = [heading for heading in ballots.headings_of(budget) if heading.question]
    return [have_counted(heading, Purpose(ballot.purpose), budget.rule, by=by) for heading in asked]


@transaction.atomic
def count_again(budget: Budget, *, by: User | None) -> list[Count]:
    """Have what was opened counted, and what stopped begun anew, whoever decides here."""
    if ballots.current(budget, ballots.purpose_of(budget)):
        return count_officially(budget, by=by)
    stopped = Count.objects.official().filter(
        heading__group__budget=budget, state__in=[CountState.FAILED, CountState.WAITING]
    )
    found = [_on_its_way(count) for count in stopped.select_for_update(of=("self",))]
    if not found:
        raise CannotCount(_("No count has stopped."))
    return found


def have_counted(
    heading: Heading, purpose: Purpose, rule: dict[str, Any], *, by: User | None
) -> Count:
    """The official count of a heading, on its way if it is not done."""
    count, _made = Count.objects.get_or_create(
        heading=heading,
        is_official=True,
        defaults={
            "municipality_id": heading.municipality_id,
            "purpose": purpose,
            "rule": counting.complete(rule),
            "rule_key": counts.key_of(rule),
            "asked_by": by,
        },
    )
    return _on_its_way(count)


def known(what: Heading | ImportedElection, rule: dict[str, Any]) -> Count | None:
    """The count that somebody has asked for already, unless it stopped."""
    found = Count.objects.filter(**_of(what), rule_key=counts.key_of(rule), is_official=False)
    return found.exclude(state=CountState.FAILED).first()


@transaction.atomic
def ask_another_rule(
    what: Heading | ImportedElection, rule: dict[str, Any], *, by: User | None
) -> Count:
    """What if? The same ballots by another rule; what somebody asked before is counted already."""
    facts = _of(what)
    if isinstance(what, Heading):
        budget = what.group.budget
        ballot = ballots.current(budget, ballots.purpose_of(budget))
        if not what.question or not ballots.is_opened(ballot):
            raise CannotCount(
                _("There are no opened ballots here that could be counted otherwise.")
            )
        facts["purpose"] = ballot.purpose
    place = what.municipality_id
    if known(what, rule) is None:
        waiting = Count.objects.unfinished().filter(municipality=place, is_official=False)
        if waiting.count() >= MOST_WAITING:
            raise CannotCount(_("Many counts are waiting. Try again in a few minutes."))
    count, _made = Count.objects.get_or_create(
        **facts,
        rule_key=counts.key_of(rule),
        is_official=False,
        defaults={
            "municipality_id": place,
            "rule": counting.complete(rule),
            "asked_by": by,
        },
    )
    return _on_its_way(count)


def _of(what: Heading | ImportedElection) -> dict[str, Any]:
    return {"heading": what} if isinstance(what, Heading) else {"election": what}


def _on_its_way(count: Count) -> Count:
    """Hand it to a worker; one that stopped begins anew."""
    if count.state == CountState.FAILED:
        count.state, count.problem, count.tries = CountState.WAITING, "", 0
        count.asked_at = timezone.now()
        count.save(update_fields=["state", "problem", "tries", "asked_at"])
    if count.state == CountState.WAITING:
        count_soon(count)
    return count
