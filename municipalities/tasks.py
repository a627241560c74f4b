"""Work that an action leaves for later. Each task takes ids and opens its own scope."""

from celery import shared_task

from municipalities import padron_store
from municipalities.models import Municipality
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
