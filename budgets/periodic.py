"""What the clock starts. Each of these may run twice, or at once with another, or late."""

from __future__ import annotations

from functools import partial

from celery import shared_task
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from budgets import counts
from budgets.actions import ballots
from budgets.actions.counts import count_officially
from budgets.enums import BudgetState, CountState, Purpose, WorkState
from budgets.models import AgentFile, Ballot, Budget, Count, Work
from budgets.models.agents import agent_folder
from budgets.tasks.counting import count_soon
from municipalities.everywhere import for_each
from municipalities.models import Municipality, private_storage
from municipalities.rls import scoped_transaction
from participation import files
from votes.enums import UrnState


_for_each = partial(for_each, reason="budgets: what the clock has work with")


@shared_task
def count_what_is_opened() -> int:
    """Have budgets counted whose urn was opened; staff may have it done earlier."""
    opened = Ballot.objects.filter(
        budget=OuterRef("pk"),
        purpose__in=[Purpose.RESIDENTS, Purpose.AGENTS],
        replaced_at=None,
        poll__urn__state=UrnState.OPENED,
    )
    on_ballot = Work.objects.filter(budget=OuterRef("pk"), state=WorkState.ON_BALLOT)
    counted = Count.objects.official().filter(heading__group__budget=OuterRef("pk"))
    waiting = Budget.objects.filter(Exists(opened), Exists(on_ballot), state=BudgetState.OPEN)
    return len(_for_each(waiting.exclude(Exists(counted)), _count))


@shared_task
def go_on_with_counts() -> int:
    """Take up counts that nobody is at: their task was lost, or its worker killed."""
    before = timezone.now() - counts.STALE
    left = Count.objects.filter(
        Q(state=CountState.WAITING, asked_at__lt=before)
        | Q(state=CountState.RUNNING, told_at__lt=before)
    )
    return len(_for_each(left, count_soon))


@shared_task
def give_works_back() -> int:
    """Works of a vote that was called off are no longer put to the vote."""
    off = Ballot.objects.filter(replaced_at=None, poll__urn__state=UrnState.CANCELLED)
    return len(_for_each(off.select_related("budget"), _give_back))


@shared_task
def remove_stray_papers() -> int:
    """Take away documents of agents that no row speaks of: a crash left them behind."""
    removed = 0
    for municipality in Municipality.objects.order_by("pk"):
        with scoped_transaction(municipality):
            removed += files.remove_strays(
                agent_folder(municipality.pk), _of_a_row, private_storage()
            )
    return removed


def _of_a_row(folders: set[str]) -> set[str]:
    known = AgentFile.objects.filter(uuid__in=folders).values_list("uuid", flat=True)
    return {str(uuid) for uuid in known}


def _count(budget: Budget) -> None:
    count_officially(budget, by=None)


def _give_back(ballot: Ballot) -> None:
    ballots.give_back(ballot, by=None)
