"""Baselines as they are read: the latest locked version of each municipality, side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from agreements.enums import MechanismState
from agreements.models import BaselineAnswer, BaselineCell, BaselineSheet
from agreements.questionnaire import QUESTIONS, Question
from municipalities.enums import MunicipalityKind
from municipalities.mechanisms import MECHANISMS, Mechanism, mechanisms_of
from municipalities.models import Municipality


MUNICIPAL = [m for m in MECHANISMS if set(m.kinds) & {"provincial", "district"}]
NOT_HERE = ""  # the law gives this mechanism to another kind of municipality


def locked_sheets(*, year: int | None = None) -> QuerySet[BaselineSheet]:
    """The newest published version of each municipality and year."""
    sheets = BaselineSheet.objects.locked().exclude(published_at=None)
    if year is not None:
        sheets = sheets.filter(year=year)
    newest = sheets.order_by("municipality_id", "year", "-version").distinct(
        "municipality_id", "year"
    )
    return BaselineSheet.objects.filter(pk__in=newest.values("pk"))


def years() -> list[int]:
    """Those with a published baseline, newest first."""
    found = BaselineSheet.objects.locked().exclude(published_at=None)
    return list(found.order_by("-year").values_list("year", flat=True).distinct())


@dataclass
class Line:
    """A municipality of the matrix: a state for each mechanism, in the order of the columns."""

    town: Municipality
    sheet: BaselineSheet | None
    cells: list[dict[str, Any]]


@dataclass
class Matrix:
    columns: list[Mechanism]
    lines: list[Line]
    # By mechanism: how many municipalities are in which state; «no data» is a state of its own.
    counts: dict[str, Counter] = field(default_factory=dict)


def matrix(towns: list[Municipality], year: int | None, mechanism: str = "") -> Matrix:
    """How each mechanism stands in each municipality in a year; two queries whatever their number."""
    columns = [m for m in MUNICIPAL if mechanism in ("", m.code)]
    sheets = {} if year is None else _by_town(locked_sheets(year=year), towns)
    cells: dict[int, dict[str, BaselineCell]] = defaultdict(dict)
    for cell in BaselineCell.objects.filter(sheet__in=list(sheets.values())):
        cells[cell.municipality_id][cell.mechanism] = cell
    lines = [
        Line(town, sheets.get(town.pk), [_cell(town, m, cells[town.pk]) for m in columns])
        for town in towns
    ]
    return Matrix(columns, lines, _counts(columns, lines))


def _by_town(sheets: QuerySet, towns: list[Municipality]) -> dict[int, BaselineSheet]:
    return {sheet.municipality_id: sheet for sheet in sheets.filter(municipality__in=towns)}


def _cell(town: Municipality, mechanism: Mechanism, known: dict[str, BaselineCell]) -> dict:
    if town.kind not in mechanism.kinds:
        return {"state": NOT_HERE, "label": "", "cell": None, "is_over": False}
    cell = known.get(mechanism.code)
    state = MechanismState(cell.state) if cell else MechanismState.UNKNOWN
    return {
        "state": state.value,
        "label": state.label,
        "cell": cell,
        "is_over": bool(cell and cell.mandate_is_over),
    }


def _counts(columns: list[Mechanism], lines: list[Line]) -> dict[str, Counter]:
    return {
        column.code: Counter(
            line.cells[at]["state"] for line in lines if line.cells[at]["state"] != NOT_HERE
        )
        for at, column in enumerate(columns)
    }


@dataclass
class Compared:
    """A municipality's baselines of several years, side by side, oldest first."""

    years: list[int]
    mechanisms: list[tuple[Mechanism, list[BaselineCell | None]]]
    answers: list[tuple[Question, list[BaselineAnswer | None]]]
    sheets: list[BaselineSheet]


def compared(town: Municipality) -> Compared:
    """Three queries, however many years there are."""
    sheets = list(locked_sheets().filter(municipality=town).order_by("year"))
    cells = {(c.sheet_id, c.mechanism): c for c in BaselineCell.objects.filter(sheet__in=sheets)}
    answers = {(a.sheet_id, a.question): a for a in BaselineAnswer.objects.filter(sheet__in=sheets)}
    return Compared(
        [sheet.year for sheet in sheets],
        [(m, [cells.get((s.pk, m.code)) for s in sheets]) for m in mechanisms_of(town)],
        [(q, [answers.get((s.pk, q.code)) for s in sheets]) for q in QUESTIONS],
        sheets,
    )


def corrected(town: Municipality) -> list[BaselineSheet]:
    """Versions that were made to correct another one, with their reasons."""
    sheets = BaselineSheet.objects.locked().exclude(published_at=None)
    return list(sheets.filter(municipality=town, version__gt=1).order_by("-year", "-version"))


def municipalities() -> QuerySet[Municipality]:
    """Those of this region that a baseline is asked of: not the region itself."""
    here = Municipality.objects.of_region(settings.REGION)
    return here.exclude(kind=MunicipalityKind.REGION).order_by("place_id")
