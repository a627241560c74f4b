"""What waits for a moderator, each with what is needed to judge it.

A page of cases costs the same queries whatever it holds: what it replies to, the words of its
thing, the flags, and what was decided about its author here before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import Suspension
from participation import kinds
from participation.enums import CaseSource, DecisionKind, ModerationRule
from participation.forms.moderation import DecisionForm
from participation.models import Appeal, Case, Decision, Flag
from participation.rules.moderation import UNDO_WITHIN, open_appeals_for


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality

APPEALS_SHOWN = 20
RECENT_SHOWN = 5


@dataclass
class Card:
    """A case as the queue shows it."""

    case: Case
    text: str
    author: User | None
    flags: list[tuple[str, int, list[str]]]
    new_flags: int
    history: list[tuple[str, int]]
    suspension: Suspension | None
    suggested: str  # the rule most people named, or the one a rule of ours looked for
    form: DecisionForm = field(init=False)

    def __post_init__(self) -> None:
        self.form = DecisionForm(
            initial={"rule": self.suggested}, auto_id=f"case-{self.case.pk}-%s"
        )


def with_context(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with all that hangs directly on them."""
    return cases.select_related(
        "municipality",
        "thread__municipality",
        "thread__author",
        "comment__municipality",
        "comment__author",
        "comment__parent__author",
    ).prefetch_related(Prefetch("flags", Flag.objects.order_by("created_at")))


def waiting(municipality: Municipality, user: User) -> tuple[QuerySet[Case], int]:
    """What this moderator may decide about, what has waited longest first; and how many are
    their own, which others decide."""
    mine = Q(comment=None, thread__author=user) | Q(comment__author=user)
    cases = Case.objects.open().filter(municipality=municipality)
    return with_context(cases.exclude(mine)).oldest_first(), cases.filter(mine).count()


def cards(cases: Iterable[Case]) -> list[Card]:
    cases = list(cases)
    words = kinds.words_of(case.thread for case in cases if case.comment is None)
    authors = {case.pk: _author(case) for case in cases}
    people = {author.pk for author in authors.values() if author}
    before = _history(people)
    suspended = {s.user_id: s for s in Suspension.objects.current().filter(user__in=people)}
    return [_card(case, authors[case.pk], words, before, suspended) for case in cases]


def _card(case, author, words, before, suspended) -> Card:
    by_rule: dict[str, list[str]] = {}
    for flag in case.flags.all():
        by_rule.setdefault(flag.rule, []).append(flag.text)
    most_first = sorted(by_rule.items(), key=lambda item: -len(item[1]))
    looked_for = ModerationRule.PERSONAL if case.source == CaseSource.PERSONAL else ""
    return Card(
        case=case,
        text=case.comment.text if case.comment else words.get(case.thread_id, case.thread.title),
        author=author,
        flags=[
            (ModerationRule(rule).label, len(texts), [text for text in texts if text])
            for rule, texts in most_first
        ],
        new_flags=sum(not flag.counts for flag in case.flags.all()),
        history=before.get(author.pk, []) if author else [],
        suspension=suspended.get(author.pk) if author else None,
        suggested=most_first[0][0] if most_first else looked_for,
    )


def _author(case: Case) -> User | None:
    return case.comment.author if case.comment else case.thread.author


def _history(people: set[int]) -> dict[int, list[tuple[str, int]]]:
    """How often something was decided against each of them here, and still stands."""
    standing = Decision.objects.filter(
        author__in=people,
        undone_by=None,
        kind__in=[DecisionKind.HIDE, DecisionKind.WARN, DecisionKind.SUSPEND],
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for author, kind, number in standing.values_list("author", "kind").annotate(Count("pk")):
        found.setdefault(author, []).append((DecisionKind(kind).done, number))
    return found


def appeals(municipality: Municipality, user: User) -> list[Appeal]:
    """Those that this moderator may decide, the oldest first."""
    waiting = open_appeals_for(user, municipality).order_by("created_at", "pk")
    return list(
        waiting.select_related("decision__case__thread", "decision__case__comment", "user")[
            :APPEALS_SHOWN
        ]
    )


def just_decided(municipality: Municipality, user: User) -> list[Decision]:
    """What can still be taken back, the latest first."""
    since = timezone.now() - UNDO_WITHIN
    made = Decision.objects.filter(
        municipality=municipality, at__gt=since, undone_by=None, appeal=None
    ).exclude(kind__in=[DecisionKind.UNDO, DecisionKind.RESTORE])
    made = made.exclude(author=user.pk).order_by("-pk")
    return list(made.select_related("by", "case__thread", "case__comment")[:RECENT_SHOWN])
