"""Files live and die with their rows, though a storage knows nothing of transactions.

What is written is taken away again if the transaction does not commit; what is removed
goes only once it has. A crash in between, or a row that a cascade took, leaves files that
`remove_orphans` finds at night.
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.storage import Storage, default_storage
from django.db import transaction
from django.utils import timezone


if TYPE_CHECKING:
    from django.core.files.base import ContentFile

logger = logging.getLogger(__name__)

# Younger files may belong to a transaction that has not ended yet.
OLD_ENOUGH = timedelta(days=1)


class _Fate:
    """Kept by the list of what runs after the commit, and let go with it by a rollback."""

    def __init__(self, folder: str, storage: Storage) -> None:
        self.undo = weakref.finalize(self, remove_folder, folder, storage)

    def __call__(self) -> None:
        self.undo.detach()


@contextmanager
def kept_if_committed(
    folder: str, storage: Storage = default_storage
) -> Iterator[Callable[[str, ContentFile], None]]:
    """Gives what writes a file of the folder, which goes if the transaction does not commit."""
    fate = _Fate(folder, storage)

    def write(path: str, content: ContentFile) -> None:
        saved = storage.save(path, content)
        if saved != path:
            storage.delete(saved)
            raise FileExistsError(path)

    yield write
    transaction.on_commit(fate)


def remove_when_committed(folder: str, storage: Storage = default_storage) -> None:
    transaction.on_commit(partial(remove_folder, folder, storage), robust=True)


def remove_folder(folder: str, storage: Storage = default_storage) -> None:
    """The files of one attachment, which share a folder of their own."""
    folder = folder.rstrip("/")
    try:
        _folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        storage.delete(f"{folder}/{name}")
    storage.delete(folder)


def remove_strays(
    root: str, known: Callable[[set[str]], set[str]], storage: Storage = default_storage
) -> int:
    """Take away the attachments below `root` that no row speaks of: of a set of names, `known` says
    which are somebody's.
    """
    folders = _folders(root, storage)
    strays = sorted(folders - known(folders)) if folders else []
    removed = [folder for name in strays if _is_old(folder := f"{root}/{name}", storage)]
    for folder in removed:
        remove_folder(folder, storage)
    return len(removed)


def _folders(path: str, storage: Storage) -> set[str]:
    """The folders of attachments; whatever else may lie there is not ours to remove."""
    try:
        found, _files = storage.listdir(path)
    except FileNotFoundError:
        return set()
    return {name for name in found if _is_uuid(name)}


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _is_old(folder: str, storage: Storage) -> bool:
    _folders, names = storage.listdir(folder)
    limit = timezone.now() - OLD_ENOUGH
    return all(storage.get_modified_time(f"{folder}/{name}") < limit for name in names)
