"""Finding what was learnt, by its words: without accents, by their stems, and when mistyped."""

from __future__ import annotations

from datetime import datetime

from agreements.models import Learning
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality
from participation.vocabulary import Vocabulary


# Of every place: whatever is published (the id is only what a vocabulary is asked with).
TEXTS = """
SELECT to_tsvector('simple', unaccent(title || ' ' || context || ' ' || result))
FROM agreements_learning WHERE published_at IS NOT NULL AND %s IS NOT NULL
"""


def newest(_municipality: Municipality) -> tuple[int, datetime] | None:
    found = Learning.objects.published().order_by("-published_at", "-pk")
    return found.values_list("pk", "published_at").first()


meant = Vocabulary("learnings", TEXTS, newest).meant


def found_by(words: str):
    """What has the words, the best match first; if nothing has, what is written nearly so."""
    published = Learning.objects.published()
    exact = published.matching(words)
    if exact.exists():
        return exact.by_relevance(words)
    region = Municipality.objects.filter(kind=MunicipalityKind.REGION).first()
    place = region or Municipality.objects.first()
    return published.meaning(meant(place, words)) if place else published.none()
