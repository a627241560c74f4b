"""What the rooms below are told of draft norms, their provisions and annotations (participation/kinds.py).

Moderation cannot hide what the municipality itself published; comments on it are moderated as
everywhere. Marked words are the norm's own, so that an annotation has nothing to hide either.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from norms.contributions import answers_of
from norms.models import Annotation, Article, Norm
from participation.enums import ThreadKind
from participation.kinds import Kind


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from participation.models import Thread


ANSWER = "norms/_answer.html"


def words(threads: Iterable[int]) -> dict[int, str]:
    rows = Norm.objects.filter(thread__in=threads).values_list(
        "thread_id", "title", "summary", "explanation"
    )
    return {pk: "\n".join(filter(None, texts)) for pk, *texts in rows}


def words_of_articles(threads: Iterable[int]) -> dict[int, str]:
    """As the newest version that has it says it."""
    rows = Article.objects.filter(thread__in=threads, parts__version__published_at__isnull=False)
    ordered = rows.order_by("parts__version__number")
    return dict(ordered.values_list("thread_id", "parts__text"))


def words_of_annotations(threads: Iterable[int]) -> dict[int, str]:
    return dict(Annotation.objects.filter(thread__in=threads).values_list("thread_id", "quote"))


def lock(thread: Thread) -> None:
    """Before its thread, as this room's actions do."""
    list(Norm.objects.select_for_update(of=("self",), no_key=True).filter(thread=thread))


def under_own_name(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """It is the municipality's, never of whoever typed it."""
    return threads.none()


NORMS = Kind(
    code=ThreadKind.NORM,
    words=words,
    lock=lock,
    under_own_name=under_own_name,
    can_be_hidden=False,
    answers=answers_of,
    answer_template=ANSWER,
)
ARTICLES = Kind(
    code=ThreadKind.ARTICLE,
    words=words_of_articles,
    under_own_name=under_own_name,
    can_be_hidden=False,
    answers=answers_of,
    answer_template=ANSWER,
)
ANNOTATIONS = Kind(
    code=ThreadKind.ANNOTATION,
    words=words_of_annotations,
    under_own_name=under_own_name,
    can_be_hidden=False,
    answers=answers_of,
    answer_template=ANSWER,
)
