"""In how many of the last 24 months a place had an active social conflict, by the Defensoría's reports.

A month is known once a report of it is here and each of its cases names its places: a case whose
place is not said could have been anywhere. A known month without a case is a month without a conflict;
a month that is not known is no data.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from agreements.enums import ConflictState
from agreements.models import Conflict
from municipalities.models import Municipality


MONTHS = 24


@dataclass(frozen=True)
class Window:
    """The known months, and where there was an active case in each of them."""

    first: date
    last: date
    known: frozenset[date]
    places: dict[date, frozenset[str]]
    reports: tuple[int, ...]

    def months_of(self, code: str) -> list[date]:
        """The months with an active case in this place or in a part of it."""
        return [
            month
            for month in sorted(self.known)
            if any(ubigeo.startswith(code) for ubigeo in self.places.get(month, ()))
        ]

    def count(self, code: str) -> int | None:
        """Nothing, if no month is known."""
        return len(self.months_of(code)) if self.known else None


def months_before(today: date, many: int = MONTHS) -> list[date]:
    """First days of the months that are over, oldest first."""
    index = today.year * 12 + today.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(index - many, index)]


def window(today: date | None = None) -> Window:
    """One query."""
    months = months_before(today or timezone.localdate())
    cases = defaultdict(list)
    found = Conflict.objects.filter(month__in=months)
    for month, report, state, ubigeos in found.values_list("month", "report", "state", "ubigeos"):
        cases[month].append((report, state, ubigeos))
    known = {month for month, rows in cases.items() if all(places for _r, _s, places in rows)}
    return Window(
        months[0],
        months[-1],
        frozenset(known),
        {
            month: frozenset(
                place
                for _report, state, places in cases[month]
                if state == ConflictState.ACTIVE
                for place in places
            )
            for month in known
        },
        tuple(sorted({row[0] for rows in cases.values() for row in rows})),
    )


def of_town(town: Municipality, today: date | None = None) -> dict:
    """What a municipality's page says of it."""
    seen = window(today)
    return {
        "window": seen,
        "months": seen.months_of(town.place_id),
        "known": len(seen.known),
        "of": MONTHS,
    }
