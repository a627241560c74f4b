"""What the clock starts. Nothing waits for it: what people see follows from the date."""

from celery import shared_task
from django.db import transaction

from municipalities.models import Municipality
from municipalities.rls import region_scope, scoped_transaction
from proposals import trending
from proposals.actions import citizen
from proposals.models import Proposal


@shared_task
def archive_expired() -> int:
    """Archive what has not gathered enough in its term and tell its author; safe to run twice."""
    return sum(_archive_in(municipality) for municipality in _with(Proposal.objects.expired()))


def _archive_in(municipality: Municipality) -> int:
    with scoped_transaction(municipality):
        expired = Proposal.objects.for_municipality(municipality).expired()
        return sum(citizen.archive(proposal) for proposal in expired)


@shared_task
def refresh_trends() -> int:
    """Bring the order of every municipality's list up to date."""
    moved = 0
    for municipality in _with(Proposal.objects.public()):
        with scoped_transaction(municipality):
            moved += trending.refresh(municipality)
    return moved


def _with(proposals) -> list[Municipality]:
    """The municipalities that have any of these."""
    with transaction.atomic(), region_scope("proposals: which places the clock has work in"):
        ids = list(proposals.order_by().values_list("municipality_id", flat=True).distinct())
    return list(Municipality.objects.filter(pk__in=ids))
