"""A work plan as a picture: planned, first and actual dates, today, and who waits for whom.

Plain figures for an SVG; the same rows are the table that stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from agreements.enums import ItemState
from agreements.models import Agreement, WorkItem


WIDTH, ROW, TOP = 1000, 34, 26
TONES = {
    ItemState.PENDING: ("quiet", "circle"),
    ItemState.UNDERWAY: ("open", "clock"),
    ItemState.SUBMITTED: ("wait", "inbox"),
    ItemState.RETURNED: ("bad", "undo"),
    ItemState.VERIFIED: ("good", "check"),
    ItemState.CANCELLED: ("quiet", "cross"),
}


@dataclass
class Bar:
    """A step: where its bar begins and how long it is; where its first and actual ends are."""

    item: WorkItem
    y: int
    x: int
    width: int
    first_x: int | None
    done_x: int | None
    days_late: int
    waits_for: list[str] = field(default_factory=list)

    @property
    def tone(self) -> str:
        return "bad" if self.days_late and self.item.is_open else TONES[self.item.state][0]

    @property
    def badge(self) -> dict[str, Any]:
        tone, icon = TONES[self.item.state]
        return {"label": self.item.get_state_display(), "tone": tone, "icon": icon}

    @property
    def middle(self) -> int:
        return self.y + 13


@dataclass
class Tick:
    x: int
    label: str


@dataclass
class Gantt:
    bars: list[Bar]
    ticks: list[Tick]
    today_x: int | None
    height: int
    width: int = WIDTH

    @property
    def box(self) -> str:
        return f"0 0 {self.width} {self.height}"


def of(agreement: Agreement, day: date | None = None) -> Gantt:
    """Two queries: the steps, and what they wait for."""
    day = day or timezone.localdate()
    items = list(
        agreement.items.select_related("party__organization")
        .prefetch_related("depends_on")
        .order_by("starts_on", "due_on", "pk")
    )
    if not items:
        return Gantt([], [], None, TOP)
    days = [
        moment
        for one in items
        for moment in (one.starts_on, one.due_on, one.first_due_on, one.done_on)
        if moment
    ]
    first, last = min(days).replace(day=1), max(days) + timedelta(days=15)
    span = max((last - first).days, 30)

    def place(moment: date) -> int:
        return round(WIDTH * (moment - first).days / span)

    bars = []
    for number, one in enumerate(items):
        start = place(one.starts_on)
        bars.append(
            Bar(
                item=one,
                y=TOP + ROW * number,
                x=start,
                width=max(place(one.due_on) - start, 6),
                first_x=place(one.first_due_on) if one.first_due_on else None,
                done_x=place(one.done_on) if one.done_on else None,
                days_late=one.days_late(day) if one.state != ItemState.CANCELLED else 0,
                waits_for=[other.name for other in one.depends_on.all()],
            )
        )
    return Gantt(
        bars=bars,
        ticks=list(_ticks(first, last, place)),
        today_x=place(day) if first <= day <= last else None,
        height=TOP + ROW * len(items) + 4,
    )


def _ticks(first: date, last: date, place: Any) -> Any:
    """The first of each month, or of each quarter or year where there are many."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next(one for one in (1, 3, 6, 12, 24, 60, 1200) if months / one <= 9)
    moment = first
    while moment <= last:
        yield Tick(place(moment), date_format(moment, "M Y"))
        month = moment.month - 1 + step
        moment = date(moment.year + month // 12, month % 12 + 1, 1)
