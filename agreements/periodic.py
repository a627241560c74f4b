"""What the clock starts. What people read follows from the dates, so that nothing waits for it.

Each of these may run twice, or late: nothing is told or counted twice.
"""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from agreements import ledger
from agreements.actions import coordinators, reminders
from municipalities.rls import region_scope


@shared_task
def add_up_the_ledger() -> int:
    """Bring the sums behind the indicators up to date; safe to run twice."""
    return ledger.advance()


@shared_task
def ask_who_is_there() -> int:
    """Ask new authorities who coordinates, and offices past their day who is reached there; each once."""
    today = timezone.localdate()
    with transaction.atomic(), region_scope("who coordinates convenios"):
        return coordinators.open_ratify_tasks(today) + coordinators.open_contact_tasks(today)


@shared_task
def tell_of_deadlines() -> int:
    """Offices hear of what is due: the latest threshold that each date has crossed."""
    with transaction.atomic(), region_scope("agreements: what is due"):
        return reminders.tell_of_deadlines()


@shared_task
def look_after_spaces() -> int:
    """Spaces where nobody has taken part for 90 days become somebody's task."""
    with transaction.atomic(), region_scope("agreements: spaces without activity"):
        return reminders.look_after_spaces()
