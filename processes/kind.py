"""What the rooms below are told of processes and meetings (participation/kinds.py).

Both are the municipality's own: moderation hides comments on them, never themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from participation.enums import ThreadKind
from participation.kinds import Kind
from processes.models import Meeting, Process


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from participation.models import Thread


def words(threads: Iterable[int]) -> dict[int, str]:
    rows = Process.objects.filter(thread__in=threads).values_list(
        "thread_id", "title", "summary", "text"
    )
    return {pk: "\n".join(filter(None, texts)) for pk, *texts in rows}


def words_of_meetings(threads: Iterable[int]) -> dict[int, str]:
    rows = Meeting.objects.filter(thread__in=threads).values_list("thread_id", "title", "text")
    return {pk: "\n".join(filter(None, texts)) for pk, *texts in rows}


def under_own_name(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """They are the municipality's, never of whoever typed them."""
    return threads.none()


PROCESSES = Kind(
    code=ThreadKind.PROCESS, words=words, under_own_name=under_own_name, can_be_hidden=False
)
MEETINGS = Kind(
    code=ThreadKind.MEETING,
    words=words_of_meetings,
    under_own_name=under_own_name,
    can_be_hidden=False,
)
