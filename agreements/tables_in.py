"""Tables that planners bring in: what each would add and change, before anything is stored.

Conflicts each month, canon and regalías each year, figures such as poverty, and the inventory of
mechanisms. A row is known again by its key, so that the same file changes nothing the second time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Model, Sum
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from agreements.csv_rows import (
    Column,
    Problem,
    Row,
    amount,
    day,
    known,
    month,
    one_of,
    read,
    text,
    twice,
    whole,
)
from agreements.enums import ConflictKind, ConflictState, MechanismState
from agreements.models import (
    BaselineCell,
    BaselineSheet,
    Conflict,
    MoneyReceived,
    PriorityInput,
)
from decide.common.words import soles
from municipalities.mechanisms import MECHANISMS, mechanisms_of
from municipalities.models import Municipality, Place


# Figures of a place that the index or the seats use: poverty in %, rural in %, councillors by a later
# resolution of the jury, mayors of populated centres.
VARIABLES = ("poverty", "rural", "councillors", "village_mayors")
PERCENTS = ("poverty", "rural")


@dataclass
class Plan:
    """What a table would do. With a problem nothing of it is stored."""

    new: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fields: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Kind:
    """A kind of table: its title, its columns and how it is read."""

    code: str
    title: Any
    columns: tuple[str, ...]
    plan: Callable[[str], Plan]


def conflicts(typed: str) -> Plan:
    """A case of a report; several ubigeos stand in one cell, with spaces between."""
    rows, problems = read(
        typed,
        {
            "informe": Column(whole(1, 9_999)),
            "mes": Column(month),
            "caso": Column(text(40)),
            "titulo": Column(text(300), is_needed=False),
            "tipo": Column(one_of(ConflictKind)),
            "estado": Column(one_of(ConflictState)),
            "fase": Column(text(20), is_needed=False),
            "ubigeos": Column(_ubigeos(), is_needed=False),
            "actores": Column(text(600), is_needed=False),
            "fuente": Column(text(200), is_needed=False),
        },
    )
    problems += twice(rows, "informe", "caso")
    wanted = [
        Conflict(
            report=row.values["informe"],
            month=row.values["mes"],
            code=row.values["caso"],
            title=row.values["titulo"] or "",
            kind=row.values["tipo"],
            state=row.values["estado"],
            phase=row.values["fase"] or "",
            ubigeos=row.values["ubigeos"] or [],
            actors=row.values["actores"] or "",
            source_url=row.values["fuente"] or "",
        )
        for row in rows
    ]
    reports = {one.report for one in wanted}
    fields = ("month", "title", "kind", "state", "phase", "ubigeos", "actors", "source_url")
    return _compared(
        wanted, Conflict.objects.filter(report__in=reports), ("report", "code"), fields, problems
    )


def money(typed: str) -> Plan:
    """What each municipality received in a year; the sum of the file is told beside what is stored."""
    rows, problems = read(
        typed,
        {
            "anio": Column(whole(2000, 2100)),
            "ubigeo": Column(_governed()),
            "rubro": Column(text(80)),
            "monto": Column(amount),
            "fuente": Column(text(300)),
            "fecha": Column(day),
        },
    )
    problems += twice(rows, "anio", "ubigeo", "rubro")
    wanted = [
        MoneyReceived(
            place_id=row.values["ubigeo"],
            year=row.values["anio"],
            item=row.values["rubro"],
            amount=row.values["monto"],
            source=row.values["fuente"],
            as_of=row.values["fecha"],
        )
        for row in rows
    ]
    years = {one.year for one in wanted}
    stored = MoneyReceived.objects.filter(year__in=years)
    plan = _compared(
        wanted, stored, ("place_id", "year", "item"), ("amount", "source", "as_of"), problems
    )
    before = dict(stored.order_by().values_list("year").annotate(Sum("amount")))
    plan.notes = [
        _note(
            year,
            sum((one.amount for one in wanted if one.year == year), Decimal(0)),
            before.get(year, Decimal(0)),
        )
        for year in sorted(years)
    ]
    return plan


def _note(year: int, in_file: Decimal, stored: Decimal) -> str:
    return _("%(year)d: the file sums %(file)s; stored before: %(stored)s.") % {
        "year": year,
        "file": soles(in_file),
        "stored": soles(stored),
    }


def inputs(typed: str) -> Plan:
    """Figures of places: poverty, rural population, councillors, mayors of populated centres."""
    rows, problems = read(
        typed,
        {
            "variable": Column(known(VARIABLES, _list_of(VARIABLES))),
            "ubigeo": Column(_places()),
            "valor": Column(amount),
            "fuente": Column(text(300)),
            "fecha": Column(day),
        },
    )
    problems += twice(rows, "variable", "ubigeo", "fecha")
    for row in rows:
        most = 100 if row.values["variable"] in PERCENTS else 1_000
        if not 0 <= row.values["valor"] <= most:
            problems.append(Problem(row.number, "valor", _("From 0 to %(most)d.") % {"most": most}))
    wanted = [
        PriorityInput(
            place_id=row.values["ubigeo"],
            variable=row.values["variable"],
            value=row.values["valor"],
            source=row.values["fuente"],
            as_of=row.values["fecha"],
        )
        for row in rows
    ]
    stored = PriorityInput.objects.filter(variable__in={one.variable for one in wanted})
    return _compared(
        wanted, stored, ("place_id", "variable", "as_of"), ("value", "source"), problems
    )


CELL_FIELDS = ("state", "norm", "last_act_on", "mandate_ends_on", "note")


@dataclass(frozen=True)
class InventoryCell:
    """A row of the inventory: which cell of which sheet, and what it says."""

    town: Municipality
    year: int
    mechanism: str
    values: dict[str, Any]


def inventory(typed: str) -> Plan:
    """Municipality × mechanism × year. A locked baseline takes no other value than its own."""
    towns = {town.place_id: town for town in Municipality.objects.exclude(kind="region")}
    codes = [mechanism.code for mechanism in MECHANISMS]
    rows, problems = read(
        typed,
        {
            "ubigeo": Column(_governed(towns)),
            "anio": Column(whole(2015, timezone.localdate().year)),
            "mecanismo": Column(known(codes, _list_of(codes))),
            "estado": Column(one_of(MechanismState)),
            "norma": Column(text(160), is_needed=False),
            "ultimo_acto": Column(day, is_needed=False),
            "fin_mandato": Column(day, is_needed=False),
            "nota": Column(text(300), is_needed=False),
        },
    )
    problems += twice(rows, "ubigeo", "anio", "mecanismo")
    sheets, cells = _sheets_and_cells({towns[row.values["ubigeo"]].pk for row in rows})
    plan = Plan(problems=problems)
    for row in rows:
        _judge(plan, row, towns[row.values["ubigeo"]], sheets, cells)
    return plan


def _judge(plan: Plan, row: Row, town: Municipality, sheets: dict, cells: dict) -> None:
    code, year = row.values["mecanismo"], row.values["anio"]
    if code not in {mechanism.code for mechanism in mechanisms_of(town)}:
        why = _("The law gives this mechanism to another kind of municipality.")
        plan.problems.append(Problem(row.number, "mecanismo", why))
        return
    said = {
        "state": row.values["estado"],
        "norm": row.values["norma"] or "",
        "last_act_on": row.values["ultimo_acto"],
        "mandate_ends_on": row.values["fin_mandato"],
        "note": row.values["nota"] or "",
    }
    sheet = sheets.get((town.pk, year))
    cell = cells.get((sheet.pk, code)) if sheet else None
    wanted = InventoryCell(town, year, code, said)
    if cell and all(getattr(cell, name) == value for name, value in said.items()):
        plan.unchanged += 1
    elif sheet and sheet.is_locked:
        why = _("The baseline of %(year)d is locked: correct it by a new version.")
        plan.problems.append(Problem(row.number, "anio", why % {"year": year}))
    elif cell:
        plan.changed.append(wanted)
    else:
        plan.new.append(wanted)


def _sheets_and_cells(towns: set[int]) -> tuple[dict, dict]:
    """The newest version of each municipality and year, and what it says."""
    newest = BaselineSheet.objects.filter(municipality__in=towns)
    newest = newest.order_by("municipality_id", "year", "-version").distinct(
        "municipality_id", "year"
    )
    sheets = {(sheet.municipality_id, sheet.year): sheet for sheet in newest}
    found = BaselineCell.objects.filter(sheet__in=list(sheets.values()))
    return sheets, {(cell.sheet_id, cell.mechanism): cell for cell in found}


# --- Places


def _places() -> Callable[[str], str]:
    codes = Place.objects.values_list("code", flat=True)
    return known(codes, _("No place has this INEI ubigeo."))


def _ubigeos() -> Callable[[str], list[str]]:
    one = _places()

    def reading(typed: str) -> list[str]:
        return sorted({one(code) for code in typed.replace(";", " ").replace(",", " ").split()})

    return reading


def _governed(towns: Iterable[str] | None = None) -> Callable[[str], str]:
    """The place of a municipality; a capital district is governed by its province's."""
    codes = Municipality.objects.exclude(kind="region").values_list("place_id", flat=True)
    places = frozenset(codes if towns is None else towns)

    def reading(typed: str) -> str:
        if typed in places:
            return typed
        if len(typed) == 6 and typed.endswith("01") and typed[:4] in places:
            return typed[:4]
        raise ValueError(_("No municipality has this INEI ubigeo."))

    return reading


def _list_of(codes: Iterable[str]) -> str:
    return _("One of these: %(list)s.") % {"list": ", ".join(codes)}


# --- What is new, and what changes


def _compared(
    wanted: list[Model],
    stored: Any,
    keys: tuple[str, ...],
    fields: tuple[str, ...],
    problems: list[Problem],
) -> Plan:
    here = defaultdict(lambda: None)
    for one in stored:
        here[tuple(getattr(one, name) for name in keys)] = one
    plan = Plan(problems=problems, fields=fields)
    for one in wanted:
        found = here[tuple(getattr(one, name) for name in keys)]
        if found is None:
            plan.new.append(one)
        elif all(getattr(found, name) == getattr(one, name) for name in fields):
            plan.unchanged += 1
        else:
            for name in fields:
                setattr(found, name, getattr(one, name))
            plan.changed.append(found)
    return plan


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "conflicts",
            gettext_lazy("Conflicts of a month"),
            (
                *("informe", "mes", "caso", "titulo", "tipo", "estado", "fase", "ubigeos"),
                *("actores", "fuente"),
            ),
            conflicts,
        ),
        Kind(
            "money",
            gettext_lazy("Canon and regalías of a year"),
            ("anio", "ubigeo", "rubro", "monto", "fuente", "fecha"),
            money,
        ),
        Kind(
            "inputs",
            gettext_lazy("Figures for the priorities"),
            ("variable", "ubigeo", "valor", "fuente", "fecha"),
            inputs,
        ),
        Kind(
            "inventory",
            gettext_lazy("Inventory of mechanisms"),
            (
                *("ubigeo", "anio", "mecanismo", "estado", "norma", "ultimo_acto"),
                *("fin_mandato", "nota"),
            ),
            inventory,
        ),
    )
}
