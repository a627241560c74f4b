"""A workbook for a municipality without a line: one for each period, filled in and brought back.

What may be typed is open, the rest is protected. A hidden sheet carries which municipality, period
and version it was made from, sealed, so that a file for another place or with altered codes is
refused. Reading it changes nothing: it says what would change, cell by cell, and what cannot.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.conf import settings
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from accounts.enums import Area, Gender
from agreements.actions.indicators import Value, cells_of, is_same, previous
from agreements.enums import AgeGroup, EntryState, PeriodState
from agreements.models import Entry, Indicator, Period
from decide.common.typed import harmless
from municipalities.models import Municipality


VALUES, PARTS, HIDDEN = "Valores", "Desglose", "_decide"
HEAD_OF_VALUES = ("Código", "Indicador", "Unidad", "Antes", "Valor", "De", "Nota")
HEAD_OF_PARTS = ("Código", "Género", "Zona", "Edad", "Valor")
CODE, VALUE, OF, NOTE = 1, 5, 6, 7
PART_VALUE = 5
FIRST = 3  # the row below title and head
SALT = "agreements.workbook"
HEAVIEST = 1_000_000  # bytes of the file
UNZIPPED = 20_000_000
MOST_ROWS = 3_000
# «Did not say» has no value of its own.
GENDERS = [*(g for g in Gender if g != Gender.UNDISCLOSED), ""]
AREAS = [*Area, ""]
AGES = [*AgeGroup, ""]
OPEN = Protection(locked=False)
INPUT = PatternFill("solid", fgColor="FFF8E1")


class Unreadable(Exception):
    """It is no workbook of ours, or was altered."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, in which cell: «Valores!E5»."""

    cell: str
    text: str


@dataclass(frozen=True)
class Change:
    """What a row of the file would write."""

    indicator: Indicator
    before: Entry | None
    value: Value


@dataclass
class Reading:
    changes: list[Change] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)


def entered_indicators() -> list[Indicator]:
    """Those that people enter."""
    return list(Indicator.objects.filter(is_active=True, computed=""))


def entries_of(municipality: Municipality, period: Period) -> dict[int, Entry]:
    found = Entry.objects.filter(municipality=municipality, period=period)
    return {entry.indicator_id: entry for entry in found.prefetch_related("cells")}


# Writing it


@translation.override(settings.LANGUAGE_CODE)
def make(municipality: Municipality, period: Period) -> bytes:
    indicators, entries = entered_indicators(), entries_of(municipality, period)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = VALUES
    _title(sheet, f"{municipality.name} · {period.label}", HEAD_OF_VALUES)
    for row, indicator in enumerate(indicators, start=FIRST):
        entry = entries.get(indicator.pk)
        before = previous(municipality, indicator, period)
        fixed = [indicator.code, indicator.name_es, indicator.unit]
        for column, text in enumerate(fixed, start=1):
            sheet.cell(row, column, harmless(text))
        sheet.cell(row, 4, _plain(before and before.numerator))
        _input(sheet.cell(row, VALUE), _plain(entry and entry.numerator))
        if indicator.denominator:
            _input(sheet.cell(row, OF), _plain(entry and entry.denominator))
        _input(sheet.cell(row, NOTE), harmless(entry.note) if entry and entry.note else None)
    _numbers_only(sheet, f"E{FIRST}:F{FIRST + len(indicators)}")
    _finish(sheet, (10, 52, 18, 12, 14, 14, 50))

    parts = book.create_sheet(PARTS)
    _title(parts, f"{municipality.name} · {period.label}", HEAD_OF_PARTS)
    row = FIRST
    for indicator in indicators:
        if not indicator.counts_people:
            continue
        entry = entries.get(indicator.pk)
        known = cells_of(entry) if entry else {}
        for key in every_cell():
            for column, text in enumerate([indicator.code, *words_of(key)], start=1):
                parts.cell(row, column, harmless(text))
            _input(parts.cell(row, PART_VALUE), _plain(known.get(key)))
            row += 1
    _numbers_only(parts, f"E{FIRST}:E{row}")
    _finish(parts, (10, 22, 22, 18, 14))
    _seal_into(book, municipality, period, indicators, entries)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def every_cell() -> list[tuple[str, str, str]]:
    return [
        (str(gender), str(area), str(age)) for gender in GENDERS for area in AREAS for age in AGES
    ]


def words_of(key: tuple[str, str, str]) -> list[str]:
    return [name(of, value) for of, value in zip((Gender, Area, AgeGroup), key, strict=True)]


def name(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else _("Did not say")


def _title(sheet: Any, title: str, head: tuple[str, ...]) -> None:
    sheet.cell(1, 1, harmless(title)).font = Font(bold=True, size=14)
    for column, text in enumerate(head, start=1):
        cell = sheet.cell(FIRST - 1, column, text)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True)


def _input(cell: Any, value: Any) -> None:
    cell.value = value
    cell.protection = OPEN
    cell.fill = INPUT


def _numbers_only(sheet: Any, cells: str) -> None:
    rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")
    rule.error = _("Type a number from 0 on, or leave it empty.")
    rule.showErrorMessage = True
    sheet.add_data_validation(rule)
    rule.add(cells)


def _finish(sheet: Any, widths: tuple[int, ...]) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(FIRST, 2)
    sheet.protection.sheet = True


def _seal_into(book: Any, municipality: Any, period: Any, indicators: list, entries: dict) -> None:
    made_from = {
        "municipality": municipality.pk,
        "period": period.pk,
        "versions": {
            one.code: [one.pk, entries[one.pk].version if one.pk in entries else 0]
            for one in indicators
        },
    }
    text = json.dumps(made_from, sort_keys=True)
    sheet = book.create_sheet(HIDDEN)
    sheet.sheet_state = "veryHidden"
    sheet["A1"], sheet["A2"] = text, seal(text)
    sheet.protection.sheet = True


def seal(text: str) -> str:
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


# Reading it


def read(file: IO[bytes], municipality: Municipality, period: Period) -> Reading:
    """What the file would change for this municipality and period, and what it cannot."""
    with_values, with_formulas = _open(file)
    versions = _made_from(with_values, municipality, period)
    period.refresh_from_db()
    if period.state == PeriodState.LOCKED:
        raise Unreadable(_("The period is locked: its values do not change any more."))
    reading = Reading()
    cells = _Cells(with_values, with_formulas, reading.problems)
    rows = _rows(cells, versions, reading.problems)
    parts = _parts(cells, versions, reading.problems)
    _compare(reading, rows, parts, versions, municipality, period)
    return reading


def _open(file: IO[bytes]) -> tuple[Any, Any]:
    content = file.read(HEAVIEST + 1)
    if len(content) > HEAVIEST:
        raise Unreadable(_("The file is too large."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as inside:
            if sum(one.file_size for one in inside.infolist()) > UNZIPPED:
                raise Unreadable(_("The file is too large."))
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content))
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        OSError,
    ) as error:
        raise Unreadable(_("This is not a workbook (.xlsx) that can be read.")) from error
    if not {VALUES, PARTS, HIDDEN} <= set(values.sheetnames):
        raise Unreadable(_("This is not the workbook of this page: download it again."))
    return values, formulas


def _made_from(book: Any, municipality: Municipality, period: Period) -> dict[str, list[int]]:
    text, sealed = str(book[HIDDEN]["A1"].value or ""), str(book[HIDDEN]["A2"].value or "")
    if not constant_time_compare(sealed, seal(text)):
        raise Unreadable(_("What the workbook was made from has been altered: download it again."))
    made_from = json.loads(text)
    if made_from["municipality"] != municipality.pk:
        raise Unreadable(_("This workbook is of another municipality."))
    if made_from["period"] != period.pk:
        raise Unreadable(_("This workbook is of another period."))
    return made_from["versions"]


class _Cells:
    """A cell's value; a formula counts by the value that was saved with it."""

    def __init__(self, values: Any, formulas: Any, problems: list[Problem]) -> None:
        self.values, self.formulas, self.problems = values, formulas, problems

    def last_row(self, sheet: str) -> int:
        return min(self.values[sheet].max_row or 0, MOST_ROWS)

    def text(self, sheet: str, row: int, column: int) -> str:
        value = self.values[sheet].cell(row, column).value
        return "" if value is None else str(value).strip()

    def number(self, sheet: str, row: int, column: int) -> Decimal | None:
        cell = self.values[sheet].cell(row, column)
        where = f"{sheet}!{cell.coordinate}"
        value = cell.value
        if value is None:
            formula = self.formulas[sheet].cell(row, column).value
            if isinstance(formula, str) and formula.startswith("="):
                self.problems.append(
                    Problem(
                        where, _("The formula has no value: open the file, save it, try again.")
                    )
                )
            return None
        if isinstance(value, str):
            value = value.strip().replace(" ", "").replace(",", ".")
            if not value:
                return None
        try:
            if isinstance(value, bool):
                raise InvalidOperation
            found = round(Decimal(str(value)), 4)
        except InvalidOperation:
            self.problems.append(Problem(where, _("This is not a number.")))
            return None
        if not found.is_finite() or found < 0 or found >= 10**12:
            self.problems.append(Problem(where, _("Type a number from 0 on, or leave it empty.")))
            return None
        return found


def _rows(cells: _Cells, versions: dict, problems: list[Problem]) -> dict[str, tuple]:
    """Of each code its row, value, whole and note; each code once, and no other."""
    found: dict[str, tuple] = {}
    for row in range(FIRST, cells.last_row(VALUES) + 1):
        code = cells.text(VALUES, row, CODE)
        if not code:
            continue
        if code not in versions or code in found:
            raise Unreadable(
                _("The code in %(cell)s was altered: download the workbook again.")
                % {"cell": f"{VALUES}!A{row}"}
            )
        note = cells.text(VALUES, row, NOTE).removeprefix("'")[:1_000]
        value, whole = cells.number(VALUES, row, VALUE), cells.number(VALUES, row, OF)
        if whole == 0:
            problems.append(Problem(f"{VALUES}!F{row}", _("A share of nothing has no value.")))
        found[code] = (row, value, whole, note)
    return found


def _parts(cells: _Cells, versions: dict, problems: list[Problem]) -> dict[str, dict]:
    """By gender, area and age: the rows of a code stand in the order in which they were written."""
    found: dict[str, dict] = {}
    order = every_cell()
    seen: dict[str, int] = {}
    for row in range(FIRST, cells.last_row(PARTS) + 1):
        code = cells.text(PARTS, row, CODE)
        if not code:
            continue
        place = seen.get(code, 0)
        seen[code] = place + 1
        if code not in versions or place >= len(order) or not _is_row_of(cells, row, order[place]):
            raise Unreadable(
                _("The code in %(cell)s was altered: download the workbook again.")
                % {"cell": f"{PARTS}!A{row}"}
            )
        amount = cells.number(PARTS, row, PART_VALUE)
        if amount is not None and amount != amount.to_integral_value():
            problems.append(Problem(f"{PARTS}!E{row}", _("People are counted in whole numbers.")))
        elif amount is not None:
            found.setdefault(code, {})[order[place]] = amount
    return found


def _is_row_of(cells: _Cells, row: int, key: tuple[str, str, str]) -> bool:
    """The book is in one language, whoever downloads it and whoever brings it back."""
    written = [cells.text(PARTS, row, column).removeprefix("'") for column in (2, 3, 4)]
    with translation.override(settings.LANGUAGE_CODE):
        return written == words_of(key)


def _compare(
    reading: Reading,
    rows: dict[str, tuple],
    parts: dict[str, dict],
    versions: dict[str, list[int]],
    municipality: Municipality,
    period: Period,
) -> None:
    indicators = {one.code: one for one in entered_indicators()}
    entries = entries_of(municipality, period)
    wrong = {problem.cell.split("!")[0] + row_of(problem.cell) for problem in reading.problems}
    for code, (row, value, whole, note) in rows.items():
        indicator = indicators.get(code)
        if indicator is None or indicator.pk != versions[code][0]:
            raise Unreadable(_("This is not the workbook of this page: download it again."))
        if f"{VALUES}{row}" in wrong:
            continue
        cells = parts.get(code, {}) if indicator.counts_people else None
        new = Value(value, whole if indicator.denominator else None, note, cells)
        before = entries.get(indicator.pk)
        if before is None and new.is_empty and not note:
            continue
        if before and is_same(before, new):
            reading.same += 1
        elif before and before.state == EntryState.ACCEPTED:
            text = _("This value was accepted. The region can return it so that it is changed.")
            reading.problems.append(Problem(f"{VALUES}!E{row}", text))
        elif (before.version if before else 0) != versions[code][1]:
            text = _("Somebody saved %(now)s since you downloaded the file, which says %(file)s.")
            words = {"now": _said(before), "file": "–" if value is None else f"{value:f}"}
            reading.problems.append(Problem(f"{VALUES}!E{row}", text % words))
        else:
            reading.changes.append(Change(indicator, before, new))


def _said(entry: Entry | None) -> str:
    return "–" if entry is None or entry.numerator is None else f"{entry.numerator.normalize():f}"


def row_of(cell: str) -> str:
    return "".join(sign for sign in cell.split("!")[-1] if sign.isdigit())


# From the dry run to the confirmation


def pack(reading: Reading) -> list[dict[str, Any]]:
    """What would change, to be sealed into the page that asks for a yes."""
    return [
        {
            "indicator": change.indicator.pk,
            "version": change.before.version if change.before else 0,
            "numerator": _text(change.value.numerator),
            "denominator": _text(change.value.denominator),
            "note": change.value.note,
            "cells": None
            if change.value.cells is None
            else [[*key, _text(amount)] for key, amount in change.value.cells.items()],
        }
        for change in reading.changes
    ]


def unpack(packed: dict[str, Any]) -> Value:
    cells = packed["cells"]
    return Value(
        _decimal(packed["numerator"]),
        _decimal(packed["denominator"]),
        packed["note"],
        None if cells is None else {(g, a, age): Decimal(n) for g, a, age, n in cells},
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
