"""Counting away from any request: a count may take seconds, and a page waits for nobody."""

from __future__ import annotations

from functools import partial

from celery import shared_task
from django.db import transaction

from budgets import counts
from budgets.models import Count
from municipalities.models import Municipality


def count_soon(count: Count) -> None:
    """After the commit, so that the task finds it."""
    transaction.on_commit(partial(count_it.delay, count.municipality_id, count.pk))


@shared_task
def count_it(municipality_id: int, count_id: int) -> bool:
    """Whether its result is there. Two at once: the second has nothing to do."""
    return counts.run(Municipality.objects.get(pk=municipality_id), count_id)
