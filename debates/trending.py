"""How a place's debates trend (participation/trending.py).

Everybody who takes part counts once, by the last comment or reaction of theirs: who writes
a hundred times moves a debate no more than who writes once.
"""

from __future__ import annotations

from django.db import connection

from municipalities.models import Municipality
from participation.trending import EPOCH, HALF_LIFE, REMEMBERED, at


__all__ = ["at", "refresh"]

# Opening it counts as one person.
REFRESH = f"""
WITH acts AS (
    SELECT thread_id, author_id AS person, created_at FROM participation_comment
    WHERE municipality_id = %(municipality)s AND deleted_at IS NULL AND hidden_at IS NULL
      AND created_at > now() - interval '{REMEMBERED} weeks'
    UNION ALL
    SELECT thread_id, user_id, created_at FROM participation_reaction
    WHERE municipality_id = %(municipality)s AND comment_id IS NULL
      AND created_at > now() - interval '{REMEMBERED} weeks'
), people AS (
    SELECT thread_id, max(created_at) AS last FROM acts GROUP BY thread_id, person
), heat AS (
    SELECT thread_id,
           sum(power(2, extract(epoch FROM last - %(epoch)s)::float / {HALF_LIFE})) AS heat
    FROM people GROUP BY thread_id
), fresh AS (
    SELECT d.id, ln(
        power(2, extract(epoch FROM d.published_at - %(epoch)s)::float / {HALF_LIFE})
        + coalesce(heat.heat, 0)) / ln(2::float) AS trend
    FROM debates_debate d LEFT JOIN heat ON heat.thread_id = d.thread_id
    WHERE d.municipality_id = %(municipality)s
)
UPDATE debates_debate d SET trend = fresh.trend FROM fresh
WHERE fresh.id = d.id AND d.municipality_id = %(municipality)s
  AND abs(d.trend - fresh.trend) > 0.000001
"""  # noqa: S608  the numbers are our own constants


def refresh(municipality: Municipality) -> int:
    """Bring the municipality's order up to date; how many debates moved."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, {"epoch": EPOCH, "municipality": municipality.pk})
        return cursor.rowcount
