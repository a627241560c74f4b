"""What the rooms below are told of a budget (participation/kinds.py).

Moderation cannot hide one: its rules are settled, money was announced, and only calling it off,
in public, ends it. Comments on it are moderated as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from budgets.models import Budget
from participation.enums import ThreadKind
from participation.kinds import Kind


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
