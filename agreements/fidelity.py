"""What can be computed of a transfer when it is evaluated: its core, its people, then and now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from accounts.enums import Area, Gender
from agreements.enums import ActivityState, AdaptationChoice, MechanismState
from agreements.models import Attendance, BaselineSheet, Transfer
from municipalities.mechanisms import MECHANISMS
from municipalities.models import Municipality


FEWEST = 5


def core_of(transfer: Transfer) -> tuple[int, int]:
    """Core components seen working, of all core components of the version that was handed on."""
    core = set(transfer.version.components.filter(is_core=True).values_list("pk", flat=True))
    seen = transfer.adaptations.exclude(verified_on=None).exclude(choice=AdaptationChoice.DROP)
    return len(core & set(seen.values_list("component_id", flat=True))), len(core)


def reach_of(transfer: Transfer) -> list[list[Any]]:
    """People of its activities by gender and area crossed: [gender, area, people], as it was then."""
    rows = (
        Attendance.objects.filter(activity__transfer=transfer, activity__state=ActivityState.HELD)
        .values_list("gender", "area")
        .annotate(people=Sum("people"))
        .order_by("gender", "area")
    )
    return [list(row) for row in rows]


@dataclass(frozen=True)
class Cell:
    people: int | None

    @property
    def is_hidden(self) -> bool:
        return self.people is None


def crossed(reach: list[list[Any]]) -> list[tuple[Any, list[int | None]]]:
    """Gender down, area across (city, countryside, not said), None for a cell of 1 to 4 people.

    If only one cell of a row or of a column were hidden it could be worked out from a sum; no
    sums are shown, so that none can.
    """
    found: Counter[tuple[str, str]] = Counter()
    for gender, area, people in reach:
        found[gender or Gender.UNDISCLOSED, area] += people
    areas = [*Area.values, ""]
    return [
        (gender.label, [_shown(found[gender.value, area]) for area in areas])
        for gender in Gender
        if any(found[gender.value, area] for area in areas)
    ]


def _shown(people: int) -> int | None:
    return None if 0 < people < FEWEST else people


def sheets_of(
    municipality: Municipality, since: date | None
) -> tuple[BaselineSheet | None, BaselineSheet | None]:
    """The locked baseline from before (or, without one, the first), and the latest; maybe one only."""
    locked = BaselineSheet.objects.filter(municipality=municipality).locked()
    locked = list(locked.prefetch_related("cells").order_by("year", "version"))
    by_year = {sheet.year: sheet for sheet in locked}  # the last version of each year
    sheets = [by_year[year] for year in sorted(by_year)]
    if not sheets:
        return None, None
    before = [sheet for sheet in sheets if since is None or sheet.year <= since.year]
    first = before[-1] if since and before else sheets[0]
    return first, sheets[-1] if sheets[-1] != first else None


def side_by_side(
    before: BaselineSheet | None, after: BaselineSheet | None
) -> list[tuple[Any, str, str]]:
    """Each mechanism then and now; «no data» stays what it is."""
    then, now = _states(before), _states(after)
    names = {mechanism.code: mechanism.name for mechanism in MECHANISMS}
    unknown = MechanismState.UNKNOWN.label
    return [
        (names.get(code, code), then.get(code, unknown), now.get(code, unknown))
        for code in dict.fromkeys([*then, *now])
    ]


def _states(sheet: BaselineSheet | None) -> dict[str, Any]:
    cells = sheet.cells.all() if sheet else []
    return {cell.mechanism: cell.get_state_display() for cell in cells}
