"""Municipalities like mine: near in people, height and countryside, so that advice fits."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

from municipalities.models import Municipality


# A tenfold population, 2 000 m of height or half of the people in the countryside are as far.
SCALES = (1.0, 2_000.0, 0.5)


@dataclass(frozen=True)
class Peer:
    municipality: Municipality
    distance: float
    people: int | None
    altitude: float | None
    rural_share: float | None


def alike(municipality: Municipality, *, count: int = 6) -> list[Peer]:
    """The nearest of its kind; what is not known of one of the two is left out of the measure."""
    others = (
        Municipality.objects.filter(kind=municipality.kind)
        .exclude(pk=municipality.pk)
        .select_related("place")
        .defer("place__outline")
        .prefetch_related("place__populations")
    )
    mine = _measures(municipality)
    found = [peer for one in others if (peer := _peer(one, mine))]
    return sorted(found, key=lambda peer: (peer.distance, peer.municipality.place_id))[:count]


def _measures(municipality: Municipality) -> tuple[float | None, float | None, float | None]:
    place = municipality.place
    people = place.population.total if place.population else None
    return (log10(people) if people else None, place.altitude, place.rural_share)


def _peer(other: Municipality, mine: tuple) -> Peer | None:
    theirs = _measures(other)
    gaps = [
        abs(a - b) / scale
        for a, b, scale in zip(mine, theirs, SCALES, strict=True)
        if a is not None and b is not None
    ]
    if not gaps:
        return None
    place = other.place
    people = place.population.total if place.population else None
    return Peer(other, sum(gaps) / len(gaps), people, place.altitude, place.rural_share)
