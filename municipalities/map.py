"""Maps of places: the region as a drawing that needs no script, a municipality as GeoJSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.cache import cache

from decide.common.outlines import draw
from municipalities.enums import PlaceLevel
from municipalities.models import Municipality, Place


def region_map(region: str, municipalities: Iterable[Municipality]) -> dict[str, Any]:
    """The districts of a region, each leading to its municipality and coloured by how far it is.

    A capital district leads to the municipality of its province, which governs it.
    """
    by_place = {municipality.place_id: municipality for municipality in municipalities}
    view_box, districts = _drawn(region)
    shapes = []
    for code, name, path in districts:
        municipality = by_place.get(code) or by_place.get(code[:4])
        if municipality and path:
            shapes.append(
                {
                    "path": path,
                    "url": municipality.get_absolute_url(),
                    "name": name,
                    "state": municipality.state,
                    "state_label": municipality.get_state_display(),
                }
            )
    return {"view_box": view_box, "shapes": shapes}


def _drawn(region: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Code, name and path of each district; kept for an hour, for outlines hardly ever change."""
    key = f"region-map-{region}"
    kept = cache.get(key)
    if kept is None:
        places = list(
            Place.objects.districts()
            .filter(code__startswith=region)
            .values_list("code", "name", "outline")
        )
        drawing = draw(outline for _code, _name, outline in places)
        kept = (
            drawing.view_box,
            [
                (code, name, path)
                for (code, name, _outline), path in zip(places, drawing.paths, strict=True)
            ],
        )
        if places:
            cache.set(key, kept, 60 * 60)
    return kept


def outlines_of(municipality: Municipality) -> list[dict[str, Any]]:
    """Its own outline and those of its parts, kept for an hour."""
    key = f"outlines-{municipality.place_id}"
    kept = cache.get(key)
    if kept is None:
        kept = [feature["geometry"] for feature in as_geojson(municipality)["features"]]
        cache.set(key, kept, 60 * 60)
    return kept


def as_geojson(municipality: Municipality) -> dict[str, Any]:
    """A municipality's own outline and those of what lies in it."""
    level = PlaceLevel.PROVINCE if municipality.is_region else PlaceLevel.DISTRICT
    parts = Place.objects.filter(code__startswith=municipality.place_id, level=level)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": place.code,
                "properties": {"name": place.name, "level": place.level},
                "geometry": place.outline,
            }
            for place in [municipality.place, *parts.exclude(pk=municipality.place_id)]
            if place.outline
        ],
    }
