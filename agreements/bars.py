"""The timeline of a commitment: only dates that the plan gives; a milestone without any has no bar."""

from __future__ import annotations

from datetime import date
from typing import Any

from agreements.models import Commitment, Milestone


WIDTH, ROW, LEFT = 640, 34, 6


def of(commitment: Commitment, milestones: list[Milestone]) -> dict[str, Any]:
    """Years and bars as numbers of a drawing that is WIDTH wide."""
    dated = [one for one in milestones if one.starts_on and one.ends_on]
    spans = [(commitment.code, commitment.starts_on, commitment.ends_on)]
    spans += [(str(one), one.starts_on, one.ends_on) for one in dated]
    first = date(min(start for _name, start, _end in spans).year, 1, 1)
    last = date(max(end for _name, _start, end in spans).year + 1, 1, 1)

    def x(day: date) -> int:
        return LEFT + round((WIDTH - 2 * LEFT) * (day - first).days / (last - first).days)

    return {
        "width": WIDTH,
        "height": 24 + ROW * len(spans),
        "years": [
            {"year": year, "x": x(date(year, 1, 1))} for year in range(first.year, last.year)
        ],
        "bars": [
            {
                "name": name,
                "starts_on": start,
                "ends_on": end,
                "x": x(start),
                "y": 24 + ROW * row,
                "width": max(x(end) - x(start), 2),
            }
            for row, (name, start, end) in enumerate(spans)
        ],
    }
