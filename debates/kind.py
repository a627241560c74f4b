"""What the rooms below are told of a debate and of its statements (participation/kinds.py).

Whether they are seen is wholly their thread's, so that hiding and showing change nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from debates.models import Debate, Statement
from debates.tasks.opinion import analyse_soon
from participation.enums import ThreadKind
from participation.kinds import Kind


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from participation.models import Thread


def words(threads: Iterable[int]) -> dict[int, str]:
    """The question, what it is about, and what was concluded."""
    rows = Debate.objects.filter(thread__in=threads).values_list(
        "thread_id", "title", "text", "conclusion"
    )
    return {pk: "\n".join(filter(None, texts)) for pk, *texts in rows}


def lock(thread: Thread) -> None:
    """Before its thread, as this room's actions do."""
    list(Debate.objects.select_for_update(no_key=True).filter(thread=thread).values("pk"))


def under_own_name(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """Questions of the municipality are its office's, not of whoever typed them."""
    return threads.filter(debate__is_official=False)


DEBATES = Kind(code=ThreadKind.DEBATE, words=words, lock=lock, under_own_name=under_own_name)


def statement_words(threads: Iterable[int]) -> dict[int, str]:
    found = Statement.objects.filter(thread__in=threads)
    return dict(found.values_list("thread_id", "text"))


def lock_statement(thread: Thread) -> None:
    Statement.objects.select_for_update(of=("self",), no_key=True).get(thread=thread)


def analyse_anew(thread: Thread, by: User | None, reason: str) -> None:
    """What is hidden counts no more in what people agree on, and what comes back does."""
    analyse_soon(Debate.objects.get(statements__thread=thread))


STATEMENTS = Kind(
    code=ThreadKind.STATEMENT,
    words=statement_words,
    hide=analyse_anew,
    show=analyse_anew,
    lock=lock_statement,
)
