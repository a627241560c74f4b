"""The seats of real municipalities: from their population, or from what a later norm says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from agreements.models import PriorityInput
from agreements.seats import Seats, councillors_of, seats_of
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality, Population


@dataclass(frozen=True)
class SeatsOfTown:
    """`seats` is nothing where neither the people nor the councillors are known."""

    town: Municipality
    people: Population | None
    seats: Seats | None
    source: str  # of the councillors, if they do not follow from the people
    knows_mayors: bool


def seats_of_towns(towns: list[Municipality], source: str) -> list[SeatsOfTown]:
    """Three queries, however many there are."""
    places = [town.place_id for town in towns]
    people = {p.place_id: p for p in Population.objects.filter(place__in=places, source=source)}
    typed: dict[tuple[str, str], PriorityInput] = {}
    found = PriorityInput.objects.filter(
        place__in=places, variable__in=("councillors", "village_mayors")
    )
    for one in found.order_by("as_of"):
        typed[one.place_id, one.variable] = one
    districts = Counter(
        place[:4]
        for place in Municipality.objects.filter(kind=MunicipalityKind.DISTRICT).values_list(
            "place_id", flat=True
        )
    )
    return [_of(town, people, typed, districts) for town in towns]


def _of(town: Municipality, people: dict, typed: dict, districts: Counter) -> SeatsOfTown:
    said = typed.get((town.place_id, "councillors"))
    villages = typed.get((town.place_id, "village_mayors"))
    counted = people.get(town.place_id)
    is_province = town.kind == MunicipalityKind.PROVINCIAL
    knows_mayors = is_province or villages is not None
    if said is None and counted is None:
        return SeatsOfTown(town, None, None, "", knows_mayors)
    councillors = int(said.value) if said else councillors_of(counted.total)
    mayors = districts[town.place_id] if is_province else int(villages.value) if villages else 0
    seats = seats_of(town.kind, councillors, mayors)
    return SeatsOfTown(town, counted, seats, said.source if said else "", knows_mayors)
