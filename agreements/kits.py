"""The kit of a practice as one file to take along: it opens without internet (R14)."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from typing import IO

from django.utils.text import slugify
from django.utils.translation import gettext as _

from agreements.models import KitItem, PracticeVersion


IN_MEMORY = 2_000_000  # bytes; a larger kit is written to a file that goes by itself
WHEN = (1980, 1, 1, 0, 0, 0)  # the same kit gives the same file


def kit_of(version: PracticeVersion) -> IO[bytes]:
    """The open zip: what the practice is, its pieces, and the SHA-256 of each file in it."""
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the answer closes it
    sums = []
    with zipfile.ZipFile(out, "w") as made:
        for name, content in [("00-LEEME.txt", _about(version).encode()), *_pieces(version)]:
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
            _write(made, name, content)
        _write(made, "SHA256SUMS.txt", "".join(sums).encode())
    out.seek(0)
    return out


def name_of(version: PracticeVersion) -> str:
    return f"kit-{slugify(version.practice.code)}-v{version.number}.zip"


def _write(made: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, WHEN)
    info.compress_type = zipfile.ZIP_DEFLATED
    made.writestr(info, content)


def _pieces(version: PracticeVersion):
    for place, item in enumerate(version.kit.order_by("kind", "pk"), start=1):
        stem = f"{place:02}-{item.kind}-{slugify(item.title)[:60]}"
        if item.text:
            yield f"{stem}.txt", f"{item.title}\n\n{item.text}\n".encode()
        if item.file:
            yield f"{stem}.{item.file.name.rpartition('.')[2][:5]}", _content(item)


def _content(item: KitItem) -> bytes:
    with item.file.open("rb") as opened:
        return opened.read()


def _about(version: PracticeVersion) -> str:
    practice = version.practice
    parts = [
        f"{practice.title} ({practice.code}, {_('version')} {version.number})",
        f"{_('Whose practice it is')}: {practice.origin.name}",
        f"{_('Licence')}: {version.licence}",
        f"{_('Problem it solves')}\n{version.problem}",
        f"{_('What is done')}\n{version.solution}",
        f"{_('Known limits')}\n{version.limits}",
        _("The file SHA256SUMS.txt says what each file has to be, to the bit."),
    ]
    return "\n\n".join(parts) + "\n"
