"""PDFs as we keep them: the pages and nothing else.

The pages are copied into a new file, so that scripts, forms, attached files, actions on
opening and whatever names the author stay behind by construction.
"""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from participation import files
from participation.models import Document, Thread, storage_path


if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

MAX_BYTES = 5 * 1024 * 1024
MAX_PAGES = 300
PER_THREAD = 3
FILE_NAME = "documento.pdf"
HARMLESS_ACTIONS = ("/URI", "/GoTo")
LINK_PARTS = ("/Type", "/Subtype", "/Rect", "/Border", "/C", "/H", "/F", "/Dest", "/A")


class InvalidDocument(Exception):
    """The file is no PDF we take. Its text tells the citizen why and what to do."""


class TooManyDocuments(Exception):
    """The thread has as many documents as it may have."""


def check(upload: UploadedFile) -> None:
    """Refuse, in words, what is too heavy, locked or no PDF at all."""
    cleaned(upload)


def title_of(upload: UploadedFile) -> str:
    """The name the file came with, for people: without folders, ending or line breaks."""
    name = PurePath(str(upload.name).replace("\x00", "").replace("\\", "/")).stem
    return " ".join(name.replace("_", " ").split())[:120] or _("Document")


@transaction.atomic
def store_document(
    thread: Thread,
    upload: UploadedFile,
    title: str,
    *,
    by: User | None,
    limit: int = PER_THREAD,
) -> Document:
    """Add a PDF to the thread, which has `limit` of them at most."""
    content = cleaned(upload)
    Thread.objects.select_for_update().get(pk=thread.pk)
    if thread.documents.count() >= limit:
        raise TooManyDocuments(
            _("There are already %(count)d documents. Remove one to add another.")
            % {"count": limit}
        )
    document = Document(
        municipality_id=thread.municipality_id,
        thread=thread,
        title=title,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        uploaded_by=by,
    )
    document.file.name = storage_path(document, FILE_NAME)
    with files.kept_if_committed(storage_path(document, "")) as write:
        write(document.file.name, ContentFile(content))
    document.save()
    return document


@transaction.atomic
def remove_document(document: Document) -> None:
    """Take the document away, row and file; a rolled back removal leaves both."""
    files.remove_when_committed(storage_path(document, ""))
    document.delete()


def cleaned(upload: UploadedFile) -> bytes:
    """The pages and nothing else, or in words why not."""
    if upload.size > MAX_BYTES:
        raise InvalidDocument(
            _(
                "This document weighs %(size)s and the limit is %(limit)s. "
                "Send only the pages that matter."
            )
            % {"size": filesizeformat(upload.size), "limit": filesizeformat(MAX_BYTES)}
        )
    upload.seek(0)
    content = upload.read()
    if b"%PDF-" not in content[:1024]:
        raise InvalidDocument(_("This file is not a PDF. Save it as PDF and try again."))
    try:
        reader = PdfReader(io.BytesIO(content))
        locked = reader.is_encrypted
        pages = 0 if locked else len(reader.pages)
        clean = _only_pages(reader) if 0 < pages <= MAX_PAGES else b""
    except Exception as problem:  # a hostile file may break its reader anywhere
        raise InvalidDocument(
            _("This PDF is damaged and cannot be read. Save it again and try once more.")
        ) from problem
    if locked:
        raise InvalidDocument(
            _("This PDF is locked with a password. Save a copy without one and try again.")
        )
    if not clean:
        raise InvalidDocument(
            _("This PDF has %(pages)d pages; it may have from 1 to %(limit)d.")
            % {"pages": pages, "limit": MAX_PAGES}
        )
    return clean


def _only_pages(reader: PdfReader) -> bytes:
    writer = PdfWriter()
    for page in reader.pages:
        page.pop("/AA", None)
        if "/Annots" in page:
            page[NameObject("/Annots")] = _harmless(page["/Annots"])
        writer.add_page(page)
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _harmless(annotations: ArrayObject) -> ArrayObject:
    """Of what lies upon a page, the links that lead to an address or to another page."""
    links = ArrayObject()
    for each in annotations:
        found = each.get_object()
        action = found.get("/A", DictionaryObject()).get_object()
        if found.get("/Subtype") != "/Link" or action.get("/S", "/GoTo") not in HARMLESS_ACTIONS:
            continue
        action.pop("/Next", None)
        link = {NameObject(part): found[part] for part in LINK_PARTS if part in found}
        links.append(DictionaryObject(link))
    return links
