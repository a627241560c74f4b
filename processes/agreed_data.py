"""What was agreed in meetings, for machines: the same rows as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone

from decide.common.typed import harmless
from processes.ical import site
from processes.models import Undertaking
from processes.undertakings import for_everybody


if TYPE_CHECKING:
    from collections.abc import Iterable

    from municipalities.models import Municipality
    from processes.models import Meeting

MOST = 5_000
COLUMNS = {
    "numero": "number",
    "municipalidad": "municipality",
    "reunion": "meeting",
    "reunion_titulo": "meeting_title",
    "reunion_fecha": "held_on",
    "acuerdo": "text",
    "responsable": "owner",
    "vence": "due_on",
    "estado": "state",
    "semaforo": "light",
    "direccion": "url",
}


def agreed(municipality: Municipality, meeting: Meeting | None = None) -> list[dict[str, Any]]:
    """What everybody may read of what was agreed in one meeting, or in all; the newest first.

    Days as in ISO 8601; state and light are the codes of processes.enums.
    """
    rows = for_everybody(Undertaking.objects.filter(municipality=municipality))
    rows = rows.filter(meeting=meeting) if meeting else rows.exclude(meeting=None)
    rows = rows.select_related("meeting")
    return [_row(municipality, row) for row in _newest(rows)]


def _newest(rows: QuerySet[Undertaking]) -> Iterable[Undertaking]:
    return rows.order_by("-created_at", "-pk")[:MOST]


def _row(municipality: Municipality, row: Undertaking) -> dict[str, Any]:
    row.meeting.municipality = municipality
    return {
        "number": row.pk,
        "municipality": municipality.slug,
        "meeting": row.meeting_id,
        "meeting_title": row.meeting.title,
        "held_on": timezone.localdate(row.meeting.starts_at).isoformat(),
        "text": row.text,
        "owner": row.owner,
        "due_on": row.due_on.isoformat(),
        "state": str(row.state),
        "light": str(row.light),
        "url": site(row.meeting.get_absolute_url()),
    }


def as_csv(rows: list[dict[str, Any]]) -> str:
    """With the mark by which spreadsheets know UTF-8, and no cell that they take for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([harmless(str(row[name])) for name in COLUMNS.values()])
    return "\ufeff" + out.getvalue()
