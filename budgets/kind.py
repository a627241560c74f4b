"""What the rooms below are told of a budget and of its works (participation/kinds.py).

Moderation cannot hide a budget: its rules are settled, money was announced, and only calling it
off, in public, ends it. Comments on it are moderated as everywhere. Works are hidden and shown
like proposals, beside their state.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from budgets.models import Budget, Work
from participation.enums import ThreadKind
from participation.kinds import Kind, hidden_beside_its_state
from proposals.enums import AuthorKind


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from participation.models import Thread


def words(threads: Iterable[int]) -> dict[int, str]:
    rows = Budget.objects.filter(thread__in=threads).values_list("thread_id", "title", "text")
    return {pk: f"{title}\n{text}" for pk, title, text in rows}


def lock(thread: Thread) -> None:
    """Before its thread, as this room's actions do."""
    list(Budget.objects.select_for_update(of=("self",), no_key=True).filter(thread=thread))


def under_own_name(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """A budget is the municipality's, never of whoever typed it."""
    return threads.none()


BUDGETS = Kind(
    code=ThreadKind.BUDGET,
    words=words,
    lock=lock,
    under_own_name=under_own_name,
    can_be_hidden=False,
)


def words_of_works(threads: Iterable[int]) -> dict[int, str]:
    rows = Work.objects.filter(thread__in=threads).values_list(
        "thread_id", "title", "summary", "body", "place_name", "who_benefits"
    )
    return {pk: "\n".join(filter(None, texts)) for pk, *texts in rows}


def works_under_own_name(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """Not what somebody put forward for an agent, nor what they had proposed for an organisation."""
    of_an_organisation = threads.filter(work__proposal__author_kind=AuthorKind.ORGANISATION)
    return threads.filter(work__agent=None).exclude(pk__in=of_an_organisation)


WORKS = Kind(
    code=ThreadKind.WORK,
    words=words_of_works,
    under_own_name=works_under_own_name,
    **hidden_beside_its_state(Work.objects),
)
