"""What the rooms above tell of the things that own a thread.

Moderation and comparing texts work on every kind of content, and this room lies below
those that know them. Each hands its part here, once, in its AppConfig.ready.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from participation.enums import ThreadKind


if TYPE_CHECKING:
    from django.db.models import Manager, QuerySet

    from accounts.models import User
    from participation.models import Thread


def nothing(thread: Thread, by: User | None, reason: str) -> None:
    """A kind whose visibility is wholly its thread's has nothing of its own to change."""


def all_of_them(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """A kind that is always shown under the name of its author."""
    return threads


def no_lock(thread: Thread) -> None:
    """Nor to lock."""


def no_answers(comments: Iterable[int]) -> dict[int, Any]:
    """Nor is anything answered to a comment but in words, by another comment."""
    return {}


@dataclass(frozen=True)
class Backing:
    """How many residents back a thing, of how many it needs, and its words for what may follow."""

    supports: int
    needed: int
    is_reached: bool
    summary: str = ""
    text: str = ""


def no_backing(thread: Thread) -> Backing | None:
    """A kind that nobody supports, or that is no longer to be built upon."""
    return None


@dataclass(frozen=True)
class Kind:
    """One kind of thing.

    `words` gives the whole text of each thread by its id, in one query. `hide` and `show`
    do what the room keeps of its own, inside the transaction that changes the thread;
    `by` is nobody if a rule did it. `lock` holds the room's own row until the transaction
    ends; it is asked first, for the room's own actions lock it before the thread.
    `backing` says whether it has the supports that it needs. `under_own_name` leaves out what
    its author said for an organisation or an office. What cannot be hidden is nobody's to flag
    or to decide about; comments on it are. `answers` gives, by comment, what was formally
    answered to it, which `answer_template` shows beside.
    """

    code: ThreadKind
    words: Callable[[Iterable[int]], dict[int, str]]
    hide: Callable[[Thread, User | None, str], None] = nothing
    show: Callable[[Thread, User | None, str], None] = nothing
    lock: Callable[[Thread], None] = no_lock
    backing: Callable[[Thread], Backing | None] = no_backing
    under_own_name: Callable[[QuerySet[Thread]], QuerySet[Thread]] = all_of_them
    can_be_hidden: bool = True
    answers: Callable[[Iterable[int]], dict[int, Any]] = no_answers
    answer_template: str = ""


def hidden_beside_its_state(things: Manager) -> dict[str, Callable]:
    """`lock`, `hide` and `show` of what notes on its own row since when, by whom and why it is hidden.

    They touch nothing else, so that showing it again restores what was.
    """

    def lock(thread: Thread) -> None:
        list(things.select_for_update(of=("self",), no_key=True).filter(thread=thread).values("pk"))

    def hide(thread: Thread, by: User | None, reason: str) -> None:
        # A rule that holds it gives no reason of its own.
        reason = reason or _("It waits until somebody of the municipality has looked at it.")
        things.filter(thread=thread).update(
            hidden_at=timezone.now(), hidden_by=by, hidden_reason=reason
        )

    def show(thread: Thread, by: User | None, reason: str) -> None:
        things.filter(thread=thread).update(hidden_at=None, hidden_by=None, hidden_reason="")

    return {"lock": lock, "hide": hide, "show": show}


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.code] = kind


def can_be_hidden(thread: Thread) -> bool:
    return thread.kind not in KINDS or KINDS[thread.kind].can_be_hidden


def backing_of(thread: Thread) -> Backing | None:
    """Who backs it, if its kind is one that people support."""
    return KINDS[thread.kind].backing(thread) if thread.kind in KINDS else None


def answers_of(code: str, comments: Iterable[int]) -> dict[int, Any]:
    """What was formally answered to comments on things of this kind, by comment."""
    return KINDS[code].answers(comments) if code in KINDS else {}


def answer_template(code: str) -> str:
    return KINDS[code].answer_template if code in KINDS else ""


def words_of(threads: Iterable[Thread]) -> dict[int, str]:
    """The text of each thread by its id; one query for each kind there is among them."""
    by_kind: dict[str, list[int]] = {}
    for thread in threads:
        by_kind.setdefault(thread.kind, []).append(thread.pk)
    found: dict[int, str] = {}
    for code, ids in by_kind.items():
        found |= KINDS[code].words(ids)
    return found
