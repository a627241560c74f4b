"""Numbers of official documents: kept as they were typed, and taken apart to sort by.

Each party gives its own number in its own manner («Convenio N° 026-2025-GRLL-GGR-SG-NOT», «N°
011-2023-MPM-CH/CM», «005-2022»). Nothing is refused here: what cannot be read stays unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


# A hyphen, or what a word processor makes of it.
DASH = r"\s*[-‐-―−]\s*"
MARK = r"(?:N\s*[°º.ro]{1,3}|Nro\.?|No\.?|Número)?"
WITH_YEAR = re.compile(
    rf"{MARK}\s*(?<!\d)(?P<serial>\d{{1,7}}){DASH}(?P<year>(?:19|20)\d{{2}})(?!\d)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
YEAR_FIRST = re.compile(
    rf"(?<!\d)(?P<year>(?:19|20)\d{{2}}){DASH}(?P<serial>\d{{1,7}})(?!\d)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
ONLY_SERIAL = re.compile(r"(?<!\d)(?P<serial>\d{1,7})(?!\d)(?P<rest>.*)", re.DOTALL)
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Number:
    """What could be read of a number; None and "" where it says nothing."""

    serial: int | None = None
    year: int | None = None
    initials: str = ""

    @property
    def is_whole(self) -> bool:
        return self.serial is not None and self.year is not None


def parse(text: str) -> Number:
    """The serial, the year and the initials of who gave the number."""
    for shape in (WITH_YEAR, YEAR_FIRST, ONLY_SERIAL):
        if found := shape.search(text or ""):
            parts = found.groupdict()
            serial = int(parts["serial"])
            return Number(
                serial=serial if serial <= LARGEST else None,
                year=int(parts["year"]) if parts.get("year") else None,
                initials=_initials(parts["rest"]),
            )
    return Number()


def same(one: str, other: str) -> bool:
    """Whether two ways of writing name the same document of one issuer."""
    first, second = parse(one), parse(other)
    if first.is_whole and second.is_whole:
        return first == second
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _initials(rest: str) -> str:
    """«-GRLL-GGR-SG-NOT» as GRLL-GGR-SG-NOT, with its own strokes; words after a space are no part."""
    rest = re.sub(DASH, "-", rest.strip())
    word = rest.split()[0] if rest else ""
    return word.strip("-/.,;").upper()[:60]
