"""What the clock starts in this room."""

from celery import shared_task

from accounts.actions import joining, residence, sessions
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction


@shared_task
def settle_waiting(municipality_id: int) -> int:
    """Compare waiting proofs with a municipality's padrones; also right after an import."""
    municipality = Municipality.objects.get(pk=municipality_id)
    with scoped_transaction(municipality):
        return residence.settle_waiting(municipality)


@shared_task
def settle_all_waiting() -> None:
    """For what an interrupted worker left, and for those whom no padrón came for."""
    for pk in Municipality.objects.values_list("pk", flat=True):
        settle_waiting(pk)
    residence.lapse_waiting()


@shared_task
def forget_unconfirmed() -> int:
    """Accounts that nobody confirmed within a week."""
    return joining.forget_unconfirmed()


@shared_task
def forget_ended_sessions() -> int:
    """Nothing of a session is kept once it is over."""
    return sessions.forget_ended()
