"""The words a municipality's proposals use, so that a mistyped one finds the word that was meant.

Comparing what somebody typed with every title would cost more the more there are. The
different words are few, and they are read again only when something new is published.
"""

from __future__ import annotations

import re

from django.core.cache import cache
from django.db import connection

from municipalities.models import Municipality
from proposals.models import Proposal


KEPT = 24 * 60 * 60
NEAR = 0.3  # trigrams in common: «sonbra» and «sombra» have 0.4, «plasa» and «plaza» 0.33
SHORTEST = 4
AT_MOST = 20

# Both texts without accents and in small letters, as `es` has them, but not stemmed.
WORDS = """
SELECT word FROM ts_stat(format(
    'SELECT to_tsvector(''simple'', unaccent(title || '' '' || place_name))
     FROM proposals_proposal
     WHERE municipality_id = %%s AND state NOT IN (''draft'', ''merged'') AND hidden_at IS NULL',
    %s::bigint))
WHERE length(word) >= 4
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


def words_in(text: str) -> list[str]:
    """The words of a text, without what a query would take for its own signs."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", text.lower())))[:AT_MOST]


def meant(municipality: Municipality, text: str) -> list[list[str]]:
    """Each word of the text with those of the place that are written nearly so."""
    typed = words_in(text)
    near = nearest(municipality, [word for word in typed if len(word) >= SHORTEST])
    return [[word, *near.get(word, [])] for word in typed]


def nearest(municipality: Municipality, typed: list[str]) -> dict[str, list[str]]:
    if not typed:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [typed, vocabulary(municipality), NEAR])
        return dict(cursor.fetchall())


def vocabulary(municipality: Municipality) -> list[str]:
    """The different words of its titles and places, kept until something is published."""
    public = Proposal.objects.for_municipality(municipality).public()
    newest = public.order_by("-published_at", "-pk").values_list("pk", "published_at").first()
    key = f"proposals:words:{newest and (newest[0], newest[1].timestamp())}".replace(" ", "")
    words = cache.get(key)
    if words is None:
        with connection.cursor() as cursor:
            cursor.execute(WORDS, [municipality.pk])
            words = [word for (word,) in cursor.fetchall()]
        cache.set(key, words, KEPT)
    return words
