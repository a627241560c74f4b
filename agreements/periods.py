"""The stretches of time for which values are given: years, half-years and quarters."""

from calendar import monthrange
from datetime import date, timedelta

from agreements.models import Period


# How a year is cut: the letter of each part and its months.
CUTS = {"year": ("", 12), "half": ("S", 6), "quarter": ("T", 3)}
DAYS_TO_REPORT = 30


def parts_of(year: int, cut: str) -> list[tuple[str, date, date]]:
    """Name, first and last day: «2026», «2026-S1», «2026-T1»."""
    letter, months = CUTS[cut]
    parts = []
    for number, first in enumerate(range(1, 13, months), start=1):
        last = first + months - 1
        label = f"{year}-{letter}{number}" if letter else f"{year}"
        parts.append((label, date(year, first, 1), date(year, last, monthrange(year, last)[1])))
    return parts


def generate(year: int, cut: str) -> int:
    """Add the periods of a year that are not there yet, in the region's scope; how many."""
    made = 0
    for label, starts_on, ends_on in parts_of(year, cut):
        _period, is_new = Period.objects.get_or_create(
            label=label,
            defaults={
                "starts_on": starts_on,
                "ends_on": ends_on,
                "due_on": ends_on + timedelta(days=DAYS_TO_REPORT),
            },
        )
        made += is_new
    return made
