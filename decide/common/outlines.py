"""Outlines of places as paths of one small SVG: a map that needs no script and weighs two kilobytes."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


MARGIN = 0.005  # in degrees: half a kilometre around the spots


@dataclass(frozen=True)
class Drawing:
    view_box: str
    paths: list[str]  # in the order of the geometries; empty for a place without an outline
    places: list[tuple[int, int] | None]  # of the spots; none for one that is beyond the sheet


def rings(geometry: dict | None) -> list[list[list[float]]]:
    """Every closed line of a GeoJSON Polygon or MultiPolygon."""
    if not geometry:
        return []
    polygons = (
        geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    )
    return [ring for polygon in polygons for ring in polygon]


Spot = tuple[float, float]


def draw(
    geometries: Iterable[dict | None],
    *,
    width: int = 600,
    spots: Sequence[Spot] = (),
    closely: bool = False,
) -> Drawing:
    """All geometries on one sheet, north up, as wide as asked, in whole pixels.

    `spots` (longitude, latitude) are placed on it too. The sheet is as large as the geometries;
    `closely`, or where there are none, as large as the spots.
    """
    shapes = [rings(geometry) for geometry in geometries]
    points = [point for shape in shapes for ring in shape for point in ring]
    if spots and (closely or not points):
        points = [_shifted(spot, side) for spot in spots for side in (-MARGIN, MARGIN)]
    if not points:
        return Drawing("0 0 1 1", ["" for _ in shapes], [])
    west, east = min(lng for lng, _ in points), max(lng for lng, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    # A degree of longitude is shorter than one of latitude by this much here.
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = width / max((east - west) * squeeze, 1e-9)

    def place(point: Sequence[float]) -> tuple[int, int]:
        return round((point[0] - west) * squeeze * scale), round((north - point[1]) * scale)

    height = round((north - south) * scale)
    return Drawing(
        f"-2 -2 {width + 4} {height + 4}",
        ["".join(path([place(point) for point in ring]) for ring in shape) for shape in shapes],
        [
            place(spot) if west <= spot[0] <= east and south <= spot[1] <= north else None
            for spot in spots
        ],
    )


def _shifted(spot: Spot, degrees: float) -> Spot:
    return spot[0] + degrees, spot[1] + degrees


def path(points: list[tuple[int, int]]) -> str:
    """A closed ring in relative steps, without those that do not move."""
    kept = [points[0]]
    kept += [point for before, point in zip(points, points[1:], strict=False) if point != before]
    if len(kept) > 1 and kept[-1] == kept[0]:
        kept.pop()
    steps = [f"{x - left} {y - top}" for (left, top), (x, y) in zip(kept, kept[1:], strict=False)]
    return f"M{kept[0][0]} {kept[0][1]}l{' '.join(steps)}z".replace(" -", "-") if steps else ""
