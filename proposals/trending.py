"""How a place's proposals trend by their supports (participation/trending.py)."""

from __future__ import annotations

from django.db import connection

from municipalities.models import Municipality
from participation.trending import EPOCH, HALF_LIFE, REMEMBERED, at


__all__ = ["at", "refresh"]

# Publishing counts as one support, and so does each that another portal had counted.
REFRESH = f"""
WITH recent AS (
    SELECT proposal_id,
           sum(power(2, extract(epoch FROM created_at - %(epoch)s)::float / {HALF_LIFE})) AS heat
    FROM proposals_support
    WHERE municipality_id = %(municipality)s
      AND created_at > now() - interval '{REMEMBERED} weeks'
    GROUP BY proposal_id
), fresh AS (
    SELECT p.id, ln(
        (1 + p.imported_supports)
        * power(2, extract(epoch FROM p.published_at - %(epoch)s)::float / {HALF_LIFE})
        + coalesce(recent.heat, 0)) / ln(2::float) AS trend
    FROM proposals_proposal p LEFT JOIN recent ON recent.proposal_id = p.id
    WHERE p.municipality_id = %(municipality)s AND p.state NOT IN ('draft', 'merged')
)
UPDATE proposals_proposal p SET trend = fresh.trend FROM fresh
WHERE fresh.id = p.id AND p.municipality_id = %(municipality)s
  AND abs(p.trend - fresh.trend) > 0.000001
"""  # noqa: S608  the numbers are our own constants


def refresh(municipality: Municipality) -> int:
    """Bring the municipality's order up to date; how many proposals moved."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, {"epoch": EPOCH, "municipality": municipality.pk})
        return cursor.rowcount
