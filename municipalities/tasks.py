"""Work that an action leaves for later. Each task takes ids and opens its own scope."""

from celery import shared_task
from django.utils import timezone

from municipalities import emails, padron_store
from municipalities.models import Interest, Municipality
from municipalities.rls import scoped_transaction


@shared_task
def read_padron(municipality_id: int, source_id: int) -> None:
    """Read an uploaded padrón; a file that has been read is left alone."""
    with scoped_transaction(Municipality.objects.get(pk=municipality_id)):
        padron_store.read(source_id)


@shared_task
def store_padron(municipality_id: int, source_id: int) -> None:
    """Store a confirmed padrón; one that has been stored is left alone."""
    with scoped_transaction(Municipality.objects.get(pk=municipality_id)):
        padron_store.store(source_id)


@shared_task
def tell_the_interested(municipality_id: int) -> int:
    """Write to everybody who waited for the space to open, each once; run again, it goes on."""
    municipality = Municipality.objects.get(pk=municipality_id)
    told = 0
    while True:
        with scoped_transaction(municipality):
            waiting = Interest.objects.select_for_update(skip_locked=True).filter(told_at=None)
            interest = waiting.first()
            if interest is None:
                return told
            emails.space_opened(municipality, interest.email)
            interest.told_at = timezone.now()
            interest.save(update_fields=["told_at"])
            told += 1
