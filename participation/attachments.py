"""Changing the pictures and PDFs of a thing at once, as a form of any room sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from participation import documents, images


if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from participation.models import Thread


def change(
    thread: Thread,
    *,
    by: User,
    caption: str,
    add_images: list[UploadedFile] = (),
    add_documents: list[UploadedFile] = (),
    remove_images: set[int] = frozenset(),
    remove_documents: set[int] = frozenset(),
    descriptions: dict[int, str] | None = None,
) -> list[str]:
    """Remove, describe and add; what found no room is told, the rest is kept."""
    problems = []
    for image in thread.images.of_author().filter(pk__in=remove_images):
        images.remove_image(image)
    for document in thread.documents.filter(pk__in=remove_documents):
        documents.remove_document(document)
    for pk, text in (descriptions or {}).items():
        thread.images.of_author().filter(pk=pk).update(description=text)
    try:
        for upload in add_images:
            images.store_image(thread, upload, caption, by=by)
        for upload in add_documents:
            documents.store_document(thread, upload, documents.title_of(upload), by=by)
    except (images.TooManyImages, documents.TooManyDocuments) as problem:
        problems.append(str(problem))
    return problems


def remove_all(thread: Thread) -> None:
    for image in thread.images.all():
        images.remove_image(image)
    for document in thread.documents.all():
        documents.remove_document(document)
