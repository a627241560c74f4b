"""Lists of what was agreed: in which order, by which light, and as data for everybody.

A light is a word, an icon and a colour, in this order of importance.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, Count, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone

from decide.common.typed import harmless
from municipalities.models import Municipality
from processes.enums import Light, MeetingState, ProcessState, UndertakingState
from processes.models import SOON, Party, Process, Undertaking, UndertakingUpdate


class Badge(NamedTuple):
    label: Any
    tone: str
    icon: str


BADGES = {
    Light.GREEN: Badge(Light.GREEN.label, "good", "check"),
    Light.BLUE: Badge(Light.BLUE.label, "open", "calendar"),
    Light.AMBER: Badge(Light.AMBER.label, "wait", "clock"),
    Light.RED: Badge(Light.RED.label, "bad", "alert"),
    Light.GREY: Badge(Light.GREY.label, "quiet", "minus"),
}
# What worries comes first.
BY_WEIGHT = [Light.RED, Light.AMBER, Light.BLUE, Light.GREEN, Light.GREY]


def shining(light: str) -> Q:
    """The undertakings that have this light today; the same as Undertaking.light says of one."""
    today = timezone.localdate()
    to_do = Q(state=UndertakingState.OPEN)
    return {
        Light.GREEN: Q(state=UndertakingState.DONE),
        Light.GREY: Q(state=UndertakingState.DROPPED),
        Light.RED: to_do & Q(due_on__lt=today),
        Light.AMBER: to_do & Q(due_on__gte=today, due_on__lte=today + SOON),
        Light.BLUE: to_do & Q(due_on__gt=today + SOON),
    }[Light(light)]


def for_everybody(undertakings: QuerySet[Undertaking]) -> QuerySet[Undertaking]:
    """Those that everybody reads, of processes and meetings that are public themselves."""
    return undertakings.filter(
        ~Q(process__state=ProcessState.DRAFT) | Q(process=None),
        ~Q(meeting__state=MeetingState.DRAFT) | Q(meeting=None),
        is_public=True,
    )


def in_order(undertakings: QuerySet[Undertaking]) -> QuerySet[Undertaking]:
    """What is overdue first, then what is due next, then what is done, then what was given up."""
    rank = Case(
        When(state=UndertakingState.OPEN, then=Value(0)),
        When(state=UndertakingState.DONE, then=Value(1)),
        default=Value(2),
    )
    return undertakings.order_by(rank, "due_on", "pk")


def with_story(undertakings: QuerySet[Undertaking]) -> QuerySet[Undertaking]:
    """With all that a row of a list shows; two queries."""
    updates = UndertakingUpdate.objects.order_by("at", "pk")
    return undertakings.select_related("party", "process", "meeting").prefetch_related(
        Prefetch("updates", updates)
    )


def evidence_asked(undertaking: Undertaking) -> datetime | None:
    """Since when evidence has been asked for, and nothing has been told since."""
    asked = None
    for update in undertaking.updates.all():
        if not update.asks_evidence:
            asked = None
        elif asked is None:
            asked = update.at
    return asked


def last_shown(undertaking: Undertaking) -> str:
    """The address of the newest thing that shows it, if there is one."""
    return next((u.url for u in reversed(undertaking.updates.all()) if u.url), "")


class Row(NamedTuple):
    """A party of a dialogue with how many of its undertakings have each light."""

    party: Party | None
    cells: list[tuple[Badge, int]]
    total: int


def matrix(process: Process) -> list[Row]:
    """Each party by each light, then what no party answers for; two queries."""
    told = for_everybody(Undertaking.objects.filter(process=process)).order_by()
    counts = {str(light): Count("pk", filter=shining(light)) for light in BY_WEIGHT}
    by_party = {row["party"]: row for row in told.values("party").annotate(**counts)}
    rows = [_row(party, by_party.get(party.pk, {})) for party in process.parties.all()]
    if None in by_party:
        rows.append(_row(None, by_party[None]))
    return rows


def _row(party: Party | None, counts: dict[str, int]) -> Row:
    cells = [(BADGES[light], counts.get(str(light), 0)) for light in BY_WEIGHT]
    return Row(party, cells, sum(number for _badge, number in cells))


# --- As data

COLUMNS = [
    "number",
    "process",
    "meeting",
    "party",
    "party_kind",
    "owner",
    "text",
    "agreed_on",
    "due_on",
    "state",
    "light",
    "evidence_asked_on",
    "evidence",
]


def data_of(undertakings: Iterable[Undertaking]) -> list[dict[str, Any]]:
    """A line for each, with codes instead of words that change with the language."""
    return [_line(undertaking) for undertaking in undertakings]


def _line(undertaking: Undertaking) -> dict[str, Any]:
    party, asked = undertaking.party, evidence_asked(undertaking)
    return {
        "number": undertaking.pk,
        "process": undertaking.process.title if undertaking.process else "",
        "meeting": undertaking.meeting.title if undertaking.meeting else "",
        "party": party.name if party else "",
        "party_kind": party.kind if party else "",
        "owner": undertaking.owner,
        "text": undertaking.text,
        "agreed_on": timezone.localdate(undertaking.created_at).isoformat(),
        "due_on": undertaking.due_on.isoformat(),
        "state": undertaking.state,
        "light": str(undertaking.light),
        "evidence_asked_on": timezone.localdate(asked).isoformat() if asked else "",
        "evidence": last_shown(undertaking),
    }


def as_csv(lines: list[dict[str, Any]]) -> str:
    """For a spreadsheet, with the mark by which it knows the accents."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([harmless(str(line[name])) for name in COLUMNS] for line in lines)
    return "\ufeff" + out.getvalue()


def of_town(municipality: Municipality) -> QuerySet[Undertaking]:
    return Undertaking.objects.filter(municipality=municipality)
