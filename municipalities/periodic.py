"""What the clock starts in this room."""

from celery import shared_task

from municipalities import actions, padron
from municipalities.models import Municipality, Padron
from municipalities.rls import scoped_transaction


@shared_task
def clean_padrones() -> int:
    """Delete the people of padrones that have ended, and files that were left behind.

    Nothing depends on when this runs: a padrón past its date is no longer consulted.
    """
    emptied = 0
    for municipality in Municipality.objects.all():
        with scoped_transaction(municipality):
            for ended in Padron.objects.expired():
                padron.empty(ended, by=None)
                emptied += 1
            padron.forget_left_over()
    return emptied


@shared_task
def forget_told_addresses() -> int:
    """Delete the addresses of people who were told a month ago that a space has opened."""
    forgotten = 0
    for municipality in Municipality.objects.all():
        with scoped_transaction(municipality):
            forgotten += actions.forget_told(municipality)
    return forgotten
