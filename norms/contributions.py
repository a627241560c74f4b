"""What people contributed to a draft norm: the comments to which the office owes an answer.

A contribution is a comment on the norm, on one of its provisions or on words marked in them;
not a reply to another comment, nor what the office itself says. What was taken back or hidden
by moderation drops out, with its answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from norms.enums import Verdict
from norms.models import Annotation, Article, Norm, OfficeAnswer
from norms.places import position_of
from participation.models import Comment, Thread


if TYPE_CHECKING:
    from accounts.models import User

ANSWERED = Q(answered__answer__published_at__isnull=False)


def contributions(norm: Norm) -> QuerySet[Comment]:
    """All that stand, each with `place`: the provision it is about, or none for the whole norm."""
    threads = (
        Thread.objects.filter(pk=norm.thread_id)
        .values("pk")
        .union(
            Article.objects.filter(norm=norm).values("thread"),
            Annotation.objects.filter(norm=norm).values("thread"),
            all=True,
        )
    )
    return (
        Comment.objects.shown()
        .top()
        .filter(thread__in=threads, as_office="")
        .annotate(place=Coalesce("thread__article", "thread__annotation__article"))
    )


def with_everything(found: QuerySet[Comment]) -> QuerySet[Comment]:
    """With who wrote them, the wording they propose and the answer, for a page or a file."""
    return found.select_related(
        "author", "thread", "thread__annotation", "wording__annotation", "answered__answer"
    )


def in_order(found: QuerySet[Comment]) -> QuerySet[Comment]:
    """On the whole norm first, then as the text goes, then as they came."""
    place = Coalesce(position_of("place"), Value(-1))
    return found.order_by(place, F("place").asc(nulls_first=True), "created_at", "pk")


def about(found: QuerySet[Comment], article: int) -> QuerySet[Comment]:
    """On one provision; 0 for the norm as a whole."""
    return found.filter(place=article) if article else found.filter(place=None)


def answered(found: QuerySet[Comment]) -> QuerySet[Comment]:
    return found.filter(ANSWERED)


def unanswered(found: QuerySet[Comment]) -> QuerySet[Comment]:
    """Without an answer that everybody reads; one that is prepared counts only once published."""
    return found.filter(answered__answer__published_at=None)


def drafted(found: QuerySet[Comment]) -> QuerySet[Comment]:
    return found.filter(answered__isnull=False, answered__answer__published_at=None)


def untouched(found: QuerySet[Comment]) -> QuerySet[Comment]:
    """Without even a draft of an answer."""
    return found.filter(answered=None)


def of(found: QuerySet[Comment], user: User) -> QuerySet[Comment]:
    return found.filter(author=user)


def counts(norm: Norm) -> dict[str, int]:
    """How many there are, how many are answered and in which way; one query."""
    drafted = Q(answered__isnull=False, answered__answer__published_at=None)
    late = Q(answered__answer__published_at__gt=norm.answers_at) if norm.answers_at else Q(pk=None)
    asked = {"all": Q(), "answered": ANSWERED, "late": late, "drafted": drafted}
    for verdict in Verdict:
        asked[verdict.value] = ANSWERED & Q(answered__answer__verdict=verdict)
    # Under names of their own, for some of these are names of relations too.
    numbers = {f"number_{name}": Count("pk", filter=which) for name, which in asked.items()}
    found = contributions(norm).aggregate(**numbers)
    told = {name: found[f"number_{name}"] for name in asked}
    return told | {"unanswered": told["all"] - told["answered"]}


def answers_of(comments: Iterable[int]) -> dict[int, OfficeAnswer]:
    """The published answers of these comments, by comment; one query."""
    ids = list(comments)
    if not ids:
        return {}
    found = (
        OfficeAnswer.objects.published()
        .filter(answered__comment__in=ids)
        .annotate(of_comment=F("answered__comment"))
        .select_related("norm__municipality")
    )
    return {answer.of_comment: answer for answer in found}
