"""What the clock starts. Nothing waits for it: whether a debate is open follows from the hour."""

from celery import shared_task
from django.db import transaction

from debates import trending
from debates.models import Debate
from municipalities.models import Municipality
from municipalities.rls import region_scope, scoped_transaction


@shared_task
def refresh_trends() -> int:
    """Bring the order of every municipality's list up to date."""
    with transaction.atomic(), region_scope("debates: which places the clock has work in"):
        ids = list(Debate.objects.order_by().values_list("municipality_id", flat=True).distinct())
    moved = 0
    for municipality in Municipality.objects.filter(pk__in=ids):
        with scoped_transaction(municipality):
            moved += trending.refresh(municipality)
    return moved
