"""What the clock starts."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.core.files.storage import default_storage
from django.utils import timezone

from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from participation import traces
from participation.files import remove_folder
from participation.models import Document, Image


# Younger files may belong to a transaction that has not ended yet.
OLD_ENOUGH = timedelta(days=1)


@shared_task
def remove_orphans() -> int:
    """Take away the files that no row speaks of: what a crash or a cascade left behind."""
    removed = 0
    for municipality in Municipality.objects.order_by("pk"):
        folders = _folders(f"m/{municipality.pk}")
        if not folders:
            continue
        with scoped_transaction(municipality):
            known = {
                str(uuid)
                for model in (Image, Document)
                for uuid in model.objects.filter(uuid__in=folders).values_list("uuid", flat=True)
            }
        for name in sorted(folders - known):
            folder = f"m/{municipality.pk}/{name}"
            if _is_old(folder):
                remove_folder(folder)
                removed += 1
    return removed


@shared_task
def forget_traces() -> int:
    """From where people acted goes after 30 days."""
    removed = 0
    for municipality in Municipality.objects.order_by("pk"):
        with scoped_transaction(municipality):
            removed += traces.forget_old()
    return removed


def _folders(path: str) -> set[str]:
    """The folders of attachments; whatever else may lie there is not ours to remove."""
    try:
        found, _files = default_storage.listdir(path)
    except FileNotFoundError:
        return set()
    return {name for name in found if _is_uuid(name)}


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _is_old(folder: str) -> bool:
    _folders, names = default_storage.listdir(folder)
    limit = timezone.now() - OLD_ENOUGH
    return all(default_storage.get_modified_time(f"{folder}/{name}") < limit for name in names)
