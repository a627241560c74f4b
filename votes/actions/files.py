"""Documents beside a poll, for whoever wants to read more before voting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from participation import documents
from votes.actions.polls import in_preparation, record


if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from votes.models import Poll


@transaction.atomic
def change_documents(
    poll: Poll, *, by: User, add: list[UploadedFile] = (), remove: set[int] = frozenset()
) -> list[str]:
    """Add and remove documents while it is being prepared; what found no room is told."""
    poll = in_preparation(poll)
    problems = []
    for document in poll.thread.documents.filter(pk__in=remove):
        documents.remove_document(document)
    for upload in add:
        try:
            documents.store_document(poll.thread, upload, documents.title_of(upload), by=by)
        except documents.TooManyDocuments as problem:
            problems.append(str(problem))
    if add or remove:
        record("poll_edited", poll, by=by, data={"fields": ["documents"]}, is_public=False)
    return problems
