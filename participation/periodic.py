"""What the clock starts."""

from celery import shared_task

from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from participation import files, traces
from participation.models import Document, Image


@shared_task
def remove_orphans() -> int:
    """Take away the files that no row speaks of: what a crash or a cascade left behind."""
    removed = 0
    for municipality in Municipality.objects.order_by("pk"):
        with scoped_transaction(municipality):
            removed += files.remove_strays(f"m/{municipality.pk}", _of_a_row)
    return removed


@shared_task
def forget_traces() -> int:
    """From where people acted goes after 30 days."""
    removed = 0
    for municipality in Municipality.objects.order_by("pk"):
        with scoped_transaction(municipality):
            removed += traces.forget_old()
    return removed


def _of_a_row(folders: set[str]) -> set[str]:
    return {
        str(uuid)
        for model in (Image, Document)
        for uuid in model.objects.filter(uuid__in=folders).values_list("uuid", flat=True)
    }
