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
from functools import partial
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage
from django.db import transaction


if TYPE_CHECKING:
    from django.core.files.base import ContentFile

logger = logging.getLogger(__name__)


class _Fate:
    """Kept by the list of what runs after the commit, and let go with it by a rollback."""

    def __init__(self, folder: str) -> None:
        self.undo = weakref.finalize(self, remove_folder, folder)

    def __call__(self) -> None:
        self.undo.detach()


@contextmanager
def kept_if_committed(folder: str) -> Iterator[Callable[[str, ContentFile], None]]:
    """Gives what writes a file of the folder, which goes if the transaction does not commit."""
    fate = _Fate(folder)

    def write(path: str, content: ContentFile) -> None:
        saved = default_storage.save(path, content)
        if saved != path:
            default_storage.delete(saved)
            raise FileExistsError(path)

    yield write
    transaction.on_commit(fate)


def remove_when_committed(folder: str) -> None:
    transaction.on_commit(partial(remove_folder, folder), robust=True)


def remove_folder(folder: str) -> None:
    """The files of one attachment, which share a folder of their own."""
    folder = folder.rstrip("/")
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)
