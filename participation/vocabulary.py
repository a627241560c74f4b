"""The words a municipality's texts use, so that a mistyped one finds the word that was meant.

Comparing what somebody typed with every title would cost more the more there are. The
different words are few, and they are read again only when something new is published.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import connection

from municipalities.models import Municipality


KEPT = 24 * 60 * 60
NEAR = 0.3  # trigrams in common: «sonbra» and «sombra» have 0.4, «plasa» and «plaza» 0.33
SHORTEST = 4
AT_MOST = 20

WORDS = """
SELECT word FROM ts_stat(format(%s, %s::bigint)) WHERE length(word) >= 4
"""
NEAREST = """
SELECT typed, array_agg(word ORDER BY likeness DESC, word)
FROM unnest(%s::text[]) AS typed CROSS JOIN LATERAL (
    SELECT word, similarity(word, unaccent(lower(typed))) AS likeness
    FROM unnest(%s::text[]) AS word
    WHERE similarity(word, unaccent(lower(typed))) >= %s
    ORDER BY likeness DESC, word LIMIT 3
) AS near
GROUP BY typed
"""


@dataclass(frozen=True)
class Vocabulary:
    """The words of one kind of thing in a place.

    `texts` is a query of their vectors with `%s` for the municipality's id, without accents
    and in small letters, as `es` has them, but not stemmed. `newest` says which was published
    last and when.
    """

    name: str
    texts: str
    newest: Callable[[Municipality], tuple[int, datetime] | None]

    def meant(self, municipality: Municipality, text: str) -> list[list[str]]:
        """Each word of the text with those of the place that are written nearly so."""
        typed = words_in(text)
        near = self.nearest(municipality, [word for word in typed if len(word) >= SHORTEST])
        return [[word, *near.get(word, [])] for word in typed]

    def nearest(self, municipality: Municipality, typed: list[str]) -> dict[str, list[str]]:
        if not typed:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(NEAREST, [typed, self.words(municipality), NEAR])
            return dict(cursor.fetchall())

    def words(self, municipality: Municipality) -> list[str]:
        """The different words of its titles and places, kept until something is published."""
        newest = self.newest(municipality)
        key = f"{self.name}:words:{newest and (newest[0], newest[1].timestamp())}".replace(" ", "")
        words = cache.get(key)
        if words is None:
            with connection.cursor() as cursor:
                cursor.execute(WORDS, [self.texts, municipality.pk])
                words = [word for (word,) in cursor.fetchall()]
            cache.set(key, words, KEPT)
        return words


def words_in(text: str) -> list[str]:
    """The words of a text, without what a query would take for its own signs."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", text.lower())))[:AT_MOST]
