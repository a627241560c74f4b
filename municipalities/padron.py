"""What staff do with a padrón: begin it, bring a file, confirm what it holds, delete its people."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial
from typing import Any

from celery import Signature, chain
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common import documents
from municipalities import tasks
from municipalities.enums import ImportState
from municipalities.models import (
    Municipality,
    Padron,
    PadronImport,
    PadronRow,
    Place,
    private_storage,
)


class CannotImport(Exception):
    """The file cannot go on its way now; the text says why."""


@transaction.atomic
def begin(municipality: Municipality, *, by: AbstractBaseUser | None, **facts: Any) -> Padron:
    """Begin a padrón: what allows it, who gave it, what it is for and when it ends."""
    return Padron.objects.create(
        municipality=municipality, created_by=by, key_version=documents.latest_key(), **facts
    )


@transaction.atomic
def upload(
    padron: Padron,
    file: File,
    *,
    by: AbstractBaseUser | None,
    default_district: Place | None = None,
) -> PadronImport:
    """Take a file in and have it read; nothing is stored yet."""
    if not padron.is_valid:
        raise CannotImport(_("This padrón has ended. Begin a new one."))
    source = PadronImport.objects.create(
        municipality_id=padron.municipality_id,
        padron=padron,
        file=private_storage().save(_name(padron, file.name or ""), file),
        default_district=default_district,
        uploaded_by=by,
    )
    transaction.on_commit(partial(tasks.read_padron.delay, padron.municipality_id, source.pk))
    return source


@transaction.atomic
def confirm(
    source: PadronImport,
    *,
    by: AbstractBaseUser | None,
    skip_bad_rows: bool,
    then: Signature | None = None,
) -> PadronImport:
    """Have the rows stored: all or nothing, unless the bad ones are knowingly left out.

    `then` is what the room above does once the padrón holds them.
    """
    source = PadronImport.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if source.state != ImportState.READY:
        raise CannotImport(_("This file is no longer waiting to be confirmed."))
    if source.rejected and not skip_bad_rows:
        raise CannotImport(
            _("Some rows are wrong. Correct the file, or tick that they are to be skipped.")
        )
    if source.rejected == source.rows:
        raise CannotImport(_("No row of this file is right."))

    source.state = ImportState.STORING
    source.skips_bad_rows = skip_bad_rows
    source.confirmed_by = by
    source.save(update_fields=["state", "skips_bad_rows", "confirmed_by"])
    steps = [tasks.store_padron.si(source.municipality_id, source.pk)]
    transaction.on_commit(chain(*steps, *([then] if then else [])).delay)
    return source


@transaction.atomic
def cancel(source: PadronImport) -> None:
    """Forget a file that was not confirmed, and what was read from it."""
    source = PadronImport.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if source.state not in (ImportState.WAITING, ImportState.READY):
        raise CannotImport(_("This file is no longer waiting to be confirmed."))
    name, source.file = source.file, ""
    source.state = ImportState.CANCELLED
    source.finished_at = timezone.now()
    source.save(update_fields=["state", "file", "finished_at"])
    source.staged.all().delete()
    if name:
        transaction.on_commit(partial(private_storage().delete, name))


@transaction.atomic
def empty(padron: Padron, *, by: AbstractBaseUser | None) -> int:
    """Delete everybody in a padrón; the row stays as the proof of it. Returns how many."""
    padron = Padron.objects.select_for_update(of=("self",)).get(pk=padron.pk)
    if padron.emptied_at:
        return 0
    PadronRow.objects.filter(source__padron=padron).delete()
    _total, deleted = padron.entries.all().delete()
    padron.emptied_at = timezone.now()
    padron.emptied_by = by
    padron.save(update_fields=["emptied_at", "emptied_by"])
    return deleted.get("municipalities.PadronEntry", 0)


def forget_left_over(age: timedelta = timedelta(days=1)) -> int:
    """Cancel what nobody confirmed within a day, and delete files that a worker left behind."""
    old = timezone.now() - age
    waiting = (ImportState.WAITING, ImportState.READY)
    for source in PadronImport.objects.filter(state__in=waiting, created_at__lt=old):
        cancel(source)
    storage = private_storage()
    forgotten = 0
    try:
        folders, _files = storage.listdir("padron")
    except FileNotFoundError:
        return 0
    for folder in folders:
        for name in storage.listdir(f"padron/{folder}")[1]:
            path = f"padron/{folder}/{name}"
            if storage.get_modified_time(path) < old:
                storage.delete(path)
                forgotten += 1
    return forgotten


def _name(padron: Padron, sent_as: str) -> str:
    """A name that says nothing: the sender's might."""
    kind = "xlsx" if sent_as.lower().endswith(".xlsx") else "csv"
    return f"padron/{padron.municipality_id}/{uuid.uuid4().hex}.{kind}"
