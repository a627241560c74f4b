"""The package of an opened urn as it was first published.

It is kept, so that its bytes and the hash in the signed acta stay what they were when the program
that ships in it is one day a newer one. Its name is its hash: a copy that a crash cut short is
recognised, and made anew.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from django.core.cache import cache
from django.core.files.base import ContentFile

from municipalities.models import private_storage
from votes import package


if TYPE_CHECKING:
    from django.core.files.storage import Storage

    from votes.models import Urn

KNOWN_FOR = 24 * 60 * 60
PIECE = 1024 * 1024


class Published(NamedTuple):
    """Where the package lies in the private storage."""

    path: str
    sha256: str
    size: int


def package_of(urn: Urn) -> Published:
    """The package of an opened urn; the first time it is made and kept."""
    key = f"votes:package:{urn.pk}"
    known = cache.get(key)
    if known and private_storage().exists(known[0]):
        return Published(*known)
    found = _kept(urn) or _keep(urn)
    cache.set(key, tuple(found), KNOWN_FOR)
    return found


def _folder(urn: Urn) -> str:
    return f"votes/{urn.municipality_id}/{urn.pk}"


def _kept(urn: Urn) -> Published | None:
    storage = private_storage()
    try:
        _folders, names = storage.listdir(_folder(urn))
    except FileNotFoundError:
        return None
    for name in sorted(names):
        path = f"{_folder(urn)}/{name}"
        if name == f"{_hash_of(storage, path)}.zip":
            return Published(path, name.removesuffix(".zip"), storage.size(path))
        storage.delete(path)
    return None


def _keep(urn: Urn) -> Published:
    storage = private_storage()
    data = package.build(urn)
    sha256 = hashlib.sha256(data).hexdigest()
    path = f"{_folder(urn)}/{sha256}.zip"
    saved = storage.save(path, ContentFile(data))
    if saved != path:  # somebody else was as quick, with the same bytes
        storage.delete(saved)
    return Published(path, sha256, len(data))


def _hash_of(storage: Storage, path: str) -> str:
    hasher = hashlib.sha256()
    with storage.open(path) as file:
        while piece := file.read(PIECE):
            hasher.update(piece)
    return hasher.hexdigest()
