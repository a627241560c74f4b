"""Whether people take part in a municipality: by the last day of its ledger of interventions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from agreements.enums import Heartbeat
from participation.enums import InterventionKind


AT_RISK, INACTIVE = timedelta(days=60), timedelta(days=90)

# A probe of the index for each municipality and kind, however long the ledger is.
LAST_DAYS = """
SELECT m.id, max(latest.day) FROM unnest(%(ids)s::bigint[]) AS m (id)
CROSS JOIN unnest(%(kinds)s::text[]) AS k (kind)
CROSS JOIN LATERAL (
    SELECT i.day FROM participation_intervention i
    WHERE i.municipality_id = m.id AND i.kind = k.kind AND i.day <= %(day)s
    ORDER BY i.day DESC LIMIT 1) latest
GROUP BY m.id
"""


def last_days(municipalities: Iterable[int], day: date | None = None) -> dict[int, date]:
    """The last day on which people took part, of those municipalities where they ever did."""
    asked = {
        "ids": list(municipalities),
        "kinds": InterventionKind.values,
        "day": day or timezone.localdate(),
    }
    with connection.cursor() as cursor:
        cursor.execute(LAST_DAYS, asked)
        return dict(cursor.fetchall())


def beats(last: date | None, day: date | None = None) -> str:
    """Active, at risk after 60 days without anything, inactive after 90 or if nothing ever was."""
    if last is None:
        return Heartbeat.INACTIVE
    silence = (day or timezone.localdate()) - last
    if silence >= INACTIVE:
        return Heartbeat.INACTIVE
    return Heartbeat.AT_RISK if silence >= AT_RISK else Heartbeat.ACTIVE
