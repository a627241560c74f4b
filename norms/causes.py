"""Which contributions caused the changes of a norm, as staff said it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from norms.contributions import contributions, with_everything
from norms.enums import Verdict
from norms.models import Cause, Norm, Version
from participation.models import Comment


def causes(norm: Norm, articles: Iterable[int | None]) -> dict[int, list[Comment]]:
    """By provision, those that are shown of what caused a change in any published version."""
    found = Cause.objects.filter(
        version__norm=norm,
        version__published_at__isnull=False,
        article__in=[pk for pk in articles if pk],
    )
    pairs = list(dict.fromkeys(found.order_by("comment").values_list("article", "comment")))
    comments = _shown(norm, {comment for _article, comment in pairs})
    by_article: dict[int, list[Comment]] = defaultdict(list)
    for article, comment in pairs:
        if comment in comments:
            by_article[article].append(comments[comment])
    return dict(by_article)


def offered(version: Version, articles: Iterable[int]) -> dict[int, list[tuple[Comment, bool]]]:
    """By provision, what may have caused its change, and whether staff said that it did.

    Offered is what was taken up, wholly or in part, of what was said on the provision.
    """
    articles = set(articles)
    said = set(
        Cause.objects.filter(version=version, article__in=articles).values_list(
            "article", "comment"
        )
    )
    taken = Q(
        place__in=articles, answered__answer__verdict__in=[Verdict.TAKEN, Verdict.PARTLY]
    ) | Q(pk__in={comment for _article, comment in said})
    found = with_everything(contributions(version.norm).filter(taken)).order_by("pk")
    by_article: dict[int, list[tuple[Comment, bool]]] = defaultdict(list)
    for comment in found:
        about = {article for article, pk in said if pk == comment.pk}
        if comment.place in articles:
            about.add(comment.place)
        for article in about:
            by_article[article].append((comment, (article, comment.pk) in said))
    return dict(by_article)


def _shown(norm: Norm, ids: set[int]) -> dict[int, Comment]:
    if not ids:
        return {}
    return with_everything(contributions(norm)).in_bulk(ids)
