"""Where in the text of a norm something stands: the names of its provisions, in their order."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from norms.models import Norm, Part


@dataclass(frozen=True)
class Place:
    """A provision under its newest published name; `is_gone` if the current text has it no more."""

    article: int
    slug: str
    name: str
    position: int
    is_gone: bool


def places(norm: Norm) -> dict[int, Place]:
    """The provisions of the published versions by their ids, in the order of the text; one query."""
    parts = Part.objects.filter(
        version__norm=norm, version__published_at__isnull=False, article__isnull=False
    ).select_related("article", "version")
    newest: dict[int, Part] = {}
    last = 0
    for part in parts.defer("text").order_by("version__number"):
        newest[part.article_id] = part
        last = max(last, part.version.number)
    found = [
        Place(pk, part.article.slug, part.name, part.position, part.version.number < last)
        for pk, part in newest.items()
    ]
    found.sort(key=lambda place: (place.position, place.is_gone, place.article))
    return {place.article: place for place in found}


def position_of(article: str) -> Subquery:
    """For ordering in the database by where the provision named by this path stands in the text."""
    parts = Part.objects.filter(article=OuterRef(article), version__published_at__isnull=False)
    return Subquery(parts.order_by("-version__number").values("position")[:1])
