"""Places from files: La Libertad in full, and the rest of Peru by a table of districts.

Facts are brought up to date; what staff decided (addresses, states, texts) is never touched.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from municipalities.enums import MunicipalityKind, PlaceLevel, PopulationSource
from municipalities.models import (
    RESERVED_SLUGS,
    FormerSlug,
    Municipality,
    Place,
    Population,
)


DATA = Path(__file__).parent / "data"
LA_LIBERTAD = DATA / "la_libertad.json"
PERU = DATA / "peru.csv"
COLUMNS = ["ubigeo_inei", "ubigeo_reniec", "departamento", "provincia", "distrito"]
PROJECTION_YEAR = 2025
FACTS = [
    "reniec_code",
    "level",
    "parent",
    "name",
    "capital",
    "altitude",
    "latitude",
    "longitude",
    "area_km2",
    "outline",
    "created_by_law",
    "valid_from",
]
LEVELS = {2: PlaceLevel.REGION, 4: PlaceLevel.PROVINCE, 6: PlaceLevel.DISTRICT}


class BadFile(Exception):
    """A file of places cannot be taken; nothing of it has been stored."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Loaded:
    places: int
    municipalities: int
    notes: tuple[str, ...] = ()


@transaction.atomic
def load_la_libertad(path: Path = LA_LIBERTAD) -> Loaded:
    """The region with its outlines and populations, and its 85 municipalities."""
    content = json.loads(path.read_text(encoding="utf-8"))
    places, populations = [], []
    for row in content["places"]:
        populations += [
            Population(place_id=row["code"], **figures) for figures in row.pop("populations")
        ]
        since = row.pop("valid_from", None)
        places.append(
            Place(**row, parent_id=parent_of(row["code"]), valid_from=since and day(since))
        )
    _store_places(places, FACTS)
    _store_populations(populations)
    wanted = [Municipality(place_id=row.pop("place"), **row) for row in content["municipalities"]]
    return Loaded(len(places), _add_municipalities(wanted))


@transaction.atomic
def load_country(path: Path = PERU) -> Loaded:
    """Every region, province and district of a table, with the municipalities they have."""
    rows = _read_districts(path)
    # In the order of the codes, so that the row of its capital names a province.
    regions = {row["ubigeo_inei"][:2]: row for row in reversed(rows)}
    provinces = {row["ubigeo_inei"][:4]: row for row in reversed(rows)}
    notes = tuple(
        f"{row['ubigeo_inei']}: {column} is {row[column]!r}; {above[column]!r} was taken"
        for row in rows
        for above, column in (
            (regions[row["ubigeo_inei"][:2]], "departamento"),
            (provinces[row["ubigeo_inei"][:4]], "provincia"),
        )
        if row[column] != above[column]
    )
    places = [
        *(
            Place(code=code, name=row["departamento"], reniec_code=_shared_reniec(rows, code))
            for code, row in regions.items()
        ),
        *(
            Place(
                code=code,
                name=row["provincia"],
                reniec_code=_shared_reniec(rows, code),
                capital=_capital_of(rows, code),
            )
            for code, row in provinces.items()
        ),
        *(_district(row) for row in rows),
    ]
    for place in places:
        place.level, place.parent_id = LEVELS[len(place.code)], parent_of(place.code)
    # Outlines and dates come from better files than this one; they stay.
    known = ["reniec_code", "level", "parent", "name"]
    _store_places(places[: len(regions)], known)
    _store_places(places[len(regions) : -len(rows)], [*known, "capital"])
    _store_places(places[-len(rows) :], FACTS[: FACTS.index("outline")])
    _store_populations(
        Population(
            place_id=row["ubigeo_inei"],
            year=PROJECTION_YEAR,
            source=PopulationSource.PROJECTION,
            total=int(row["poblacion_2025_proy"]),
        )
        for row in rows
        if row.get("poblacion_2025_proy")
    )
    return Loaded(len(places), _add_municipalities(_municipalities(places)), notes)


def parent_of(code: str) -> str | None:
    """130601 lies in 1306, and that in 13."""
    return code[:-2] or None


def day(text: str) -> date:
    return date.fromisoformat(text)


def _store_places(places: list[Place], facts: list[str]) -> None:
    # Regions before provinces before districts, so that every parent is there.
    Place.objects.bulk_create(
        sorted(places, key=lambda place: len(place.code)),
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=facts,
    )


def _store_populations(populations: Iterable[Population]) -> None:
    Population.objects.bulk_create(
        populations,
        update_conflicts=True,
        unique_fields=["place", "year", "source"],
        update_fields=["total", "women", "men", "urban", "rural"],
    )


def _add_municipalities(wanted: list[Municipality]) -> int:
    """Add those whose place has none yet, under an address that nobody has or had."""
    there = set(Municipality.objects.values_list("place_id", flat=True))
    taken = {
        *RESERVED_SLUGS,
        *Municipality.objects.values_list("slug", flat=True),
        *FormerSlug.objects.values_list("slug", flat=True),
    }
    new = [municipality for municipality in wanted if municipality.place_id not in there]
    for municipality in new:
        candidates = getattr(municipality, "slugs", [municipality.slug])
        municipality.slug = next(
            slug
            for slug in [*candidates, f"{candidates[-1]}-{municipality.place_id}"]
            if slug not in taken
        )
        taken.add(municipality.slug)
    Municipality.objects.bulk_create(new)
    return len(new)


def _municipalities(places: list[Place]) -> list[Municipality]:
    """Those of a country: of each region, each province and each district but the capital ones.

    The order decides who gets a plain name as address: provinces, then regions, then districts.
    """
    names = {place.code: slugify(place.name) for place in places}
    of_level = {level: [p for p in places if p.level == level] for level in PlaceLevel}
    wanted = []
    for place in of_level[PlaceLevel.PROVINCE]:
        name, region = names[place.code], names[place.code[:2]]
        wanted.append(
            _municipality(
                place,
                MunicipalityKind.PROVINCIAL,
                f"Municipalidad Provincial de {place.name}",
                [name, f"{name}-{region}"],
            )
        )
    for place in of_level[PlaceLevel.REGION]:
        name = names[place.code]
        wanted.append(
            _municipality(
                place,
                MunicipalityKind.REGION,
                f"Gobierno Regional de {place.name}",
                [name, f"region-{name}"],
            )
        )
    for place in of_level[PlaceLevel.DISTRICT]:
        if place.code.endswith("01"):  # the provincial municipality governs it
            continue
        name, province, region = (names[place.code[:n]] for n in (6, 4, 2))
        own = f"{name}-distrito" if name == province else f"{name}-{province}"
        wanted.append(
            _municipality(
                place,
                MunicipalityKind.DISTRICT,
                f"Municipalidad Distrital de {place.name}",
                [name, own, f"{name}-{province}-{region}"],
            )
        )
    return wanted


def _municipality(place: Place, kind: str, name: str, slugs: list[str]) -> Municipality:
    found = Municipality(place=place, kind=kind, name=name, short_name=place.name)
    found.slugs = [slug[:60].rstrip("-") for slug in slugs]
    return found


def _district(row: dict[str, str]) -> Place:
    return Place(
        code=row["ubigeo_inei"],
        reniec_code=row["ubigeo_reniec"],
        name=row["distrito"],
        capital=row.get("capital") or "",
        altitude=_number(row, "altitud_msnm"),
        latitude=_number(row, "lat"),
        longitude=_number(row, "lon"),
        area_km2=_number(row, "superficie_km2"),
    )


def _number(row: dict[str, str], column: str) -> float | None:
    return float(row[column]) if row.get(column) else None


def _capital_of(rows: list[dict[str, str]], province: str) -> str:
    return next((r.get("capital") or "" for r in rows if r["ubigeo_inei"] == f"{province}01"), "")


def _shared_reniec(rows: list[dict[str, str]], code: str) -> str:
    """RENIEC's code of a larger place, if all its districts agree on it."""
    found = {
        row["ubigeo_reniec"][: len(code)]
        for row in rows
        if row["ubigeo_inei"].startswith(code) and row["ubigeo_reniec"]
    }
    return found.pop() if len(found) == 1 else ""


def _read_districts(path: Path) -> list[dict[str, str]]:
    """The rows of the table, or BadFile with the number and the fault of each bad one."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [(reader.line_num, row) for row in reader]
            columns = reader.fieldnames or []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile([f"{path}: {error}"]) from error
    if missing := [column for column in COLUMNS if column not in columns]:
        raise BadFile([f"{path}: the column {column} is missing" for column in missing])
    seen: dict[str, int] = {}
    problems = [
        f"row {number}: {fault}" for number, row in rows for fault in _faults(number, row, seen)
    ]
    if not rows:
        problems.append(f"{path}: there are no rows")
    if problems:
        raise BadFile(problems)
    return sorted((row for _number, row in rows), key=lambda row: row["ubigeo_inei"])


def _faults(number: int, row: dict[Any, Any], seen: dict[str, int]) -> Iterable[str]:
    code, reniec = row["ubigeo_inei"] or "", row["ubigeo_reniec"]
    if None in row or None in row.values():
        yield "has another number of columns than the first row"
        return
    if not re.fullmatch(r"[0-9]{6}", code):
        yield f"ubigeo_inei {code!r} is not six digits"
        return
    if code in seen:
        yield f"ubigeo_inei {code} was already in row {seen[code]}"
    seen.setdefault(code, number)
    if reniec and not re.fullmatch(r"[0-9]{6}", reniec):
        yield f"ubigeo_reniec {reniec!r} is not six digits"
    for column in ("departamento", "provincia", "distrito"):
        if not row[column].strip() or len(row[column]) > 80 or "\x00" in row[column]:
            yield f"{column} {row[column][:40]!r} is not a name"
    for column in ("altitud_msnm", "lat", "lon", "superficie_km2"):
        if row.get(column) and not re.fullmatch(r"-?[0-9]{1,7}(\.[0-9]+)?", row[column]):
            yield f"{column} {row[column]!r} is not a number"
    people = row.get("poblacion_2025_proy")
    if people and not re.fullmatch(r"[0-9]{1,8}", people):
        yield f"poblacion_2025_proy {people!r} is not a number of people"
