"""The works of a list on a drawing of their place, which needs no script and weighs little.

Works that lie close together are one mark with their number, so that a finger finds it; it leads
to a closer drawing of those around it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING

from decide.common.outlines import Spot, draw
from municipalities.map import outlines_of


if TYPE_CHECKING:
    from municipalities.models import Municipality

# The sheet is 600 wide, and 360 on a phone: a mark is as large as a finger there.
APART = 40


@dataclass(frozen=True)
class Mark:
    """One work, or several that lie close together; `pk` and `title` are of the first."""

    x: int
    y: int
    pk: int
    title: str
    count: int


@dataclass(frozen=True)
class Sheet:
    view_box: str
    paths: list[str]
    marks: list[Mark]


def sheet_of(
    municipality: Municipality, works: Iterable[tuple[int, str, Spot]], *, closely: bool
) -> Sheet:
    """The works, each with its id, its title and its point, in the order of their list."""
    works = list(works)
    spots = [spot for _pk, _title, spot in works]
    drawing = draw(outlines_of(municipality), spots=spots, closely=closely)
    near = defaultdict(list)
    for (pk, title, _spot), place in zip(works, drawing.places, strict=True):
        if place:
            near[place[0] // APART, place[1] // APART].append((place, pk, title))
    marks = [
        Mark(
            x=round(mean(place[0] for place, _pk, _title in those)),
            y=round(mean(place[1] for place, _pk, _title in those)),
            pk=those[0][1],
            title=those[0][2],
            count=len(those),
        )
        for those in near.values()
    ]
    return Sheet(drawing.view_box, [path for path in drawing.paths if path], marks)
