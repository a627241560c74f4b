"""Open data of indicators: a CSV line for each figure, and JSON shaped like the results of IATI
(result → indicator → baseline and target → period → actual), which cooperation agencies read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from agreements import told
from agreements.enums import Adding, Direction, IndicatorLevel, ValueType
from agreements.observed import Choice, Line
from decide.common.typed import harmless
from municipalities.models import Municipality


COLUMNS = (
    "indicador",
    "nombre",
    "nivel",
    "periodo",
    "desde",
    "hasta",
    "ubigeo",
    "municipalidad",
    "valor",
    "numerador",
    "denominador",
    "unidad",
    "poblacion",
    "nota",
)


def towns_of(lines: Iterable[Line]) -> dict[int, Municipality]:
    ids = {pk for line in lines for pk in line.measured.by_town}
    return Municipality.objects.defer("place__outline").in_bulk(ids)


def as_csv(lines: list[Line], choice: Choice) -> str:
    file = io.StringIO()
    out = csv.writer(file, lineterminator="\n")
    out.writerow(COLUMNS)
    places = towns_of(lines)
    for line in lines:
        out.writerow(_row(line, choice, "", _("All municipalities"), line.shown, ""))
        shown = told.towns(line.measured)
        for pk in sorted(shown, key=lambda pk: places[pk].place_id):
            note = _("broken down incompletely") if pk in _incomplete(line) else ""
            town = places[pk]
            out.writerow(_row(line, choice, town.place_id, town.short_name, shown[pk], note))
    return file.getvalue()


def _incomplete(line: Line) -> set[int]:
    return line.measured.incomplete if line.indicator.counts_people else set()


def _row(line: Line, choice: Choice, ubigeo: str, name: str, shown: told.Shown, note: str) -> list:
    indicator, found = line.indicator, shown.figure
    value = shown.value(indicator.value_type)
    if shown.is_hidden:
        note = shown.text
    elif value is None:
        note = _("No data")
    return [
        indicator.code,
        harmless(indicator.name_es),
        indicator.level,
        choice.period.label,
        choice.period.starts_on.isoformat(),
        choice.period.ends_on.isoformat(),
        ubigeo,
        harmless(name),
        "" if value is None else plain(value),
        plain(found.numerator) if found else "",
        plain(found.denominator) if found else "",
        harmless(indicator.unit),
        str(choice.vintage) if indicator.value_type == ValueType.RATE and choice.vintage else "",
        note,
    ]


def plain(value: Any) -> str:
    return "" if value is None else f"{round(value, 4).normalize():f}"


MEASURES = {ValueType.PERCENT: "2", ValueType.NUMBER: "1"}  # of IATI; 5 is «something else»


def as_json(lines: list[Line], choice: Choice) -> dict[str, Any]:
    places = towns_of(lines)
    return {
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "period": choice.period.label,
        "population": str(choice.vintage) if choice.vintage else None,
        "result": [
            {
                "type": level.value,
                "title": str(level.label),
                "indicator": [
                    _indicator(line, choice, places)
                    for line in lines
                    if line.indicator.level == level
                ],
            }
            for level in IndicatorLevel
        ],
    }


def _indicator(line: Line, choice: Choice, places: dict[int, Municipality]) -> dict[str, Any]:
    one, target = line.indicator, line.target
    actual = [_actual(line, None, line.shown)]
    for pk, shown in told.towns(line.measured).items():
        actual.append(_actual(line, places[pk], shown))
    return {
        "code": one.code,
        "title": {"es": one.name_es, "en": one.name_en},
        "description": one.definition,
        "formula": one.formula,
        "source": one.source,
        "limits": one.limits,
        "measure": MEASURES.get(one.value_type, "5"),
        "unit": one.unit,
        "ascending": one.direction != Direction.DOWN,
        "aggregation": {"time": one.over_time, "place": one.over_places},
        "aggregation-status": one.over_places in (Adding.SUM, Adding.RATIO),
        "baseline": None
        if line.baseline is None
        else {
            "iso-date": target.baseline_on.isoformat(),
            "value": plain(line.baseline),
            "comment": target.baseline_source,
        },
        "period": [
            {
                "period-start": choice.period.starts_on.isoformat(),
                "period-end": choice.period.ends_on.isoformat(),
                "target": None
                if line.goal is None
                else {"iso-date": target.target_on.isoformat(), "value": plain(line.goal)},
                "actual": actual,
                "light": {"value": line.verdict.light.value, "why": str(line.verdict.why)},
            }
        ],
    }


def _actual(line: Line, place: Municipality | None, shown: told.Shown) -> dict[str, Any]:
    found = shown.figure
    value = shown.value(line.indicator.value_type)
    return {
        "location": None if place is None else {"ref": place.place_id, "name": place.short_name},
        "value": None if value is None else plain(value),
        "numerator": plain(found.numerator) or None if found else None,
        "denominator": plain(found.denominator) or None if found else None,
        "comment": shown.text if shown.is_hidden else "",
    }
