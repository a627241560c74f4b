"""A table that somebody brings in: each wrong cell by row, column and reason; all of it or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _


HEAD = 1  # rows are counted as a spreadsheet does: the first one has the names


@dataclass(frozen=True)
class Problem:
    row: int
    column: str
    why: str


@dataclass(frozen=True)
class Column:
    """`read` turns a text into a value or raises ValueError with the reason."""

    read: Callable[[str], Any]
    is_needed: bool = True


@dataclass(frozen=True)
class Row:
    number: int
    values: dict[str, Any]


def read(text: str, columns: dict[str, Column]) -> tuple[list[Row], list[Problem]]:
    """The rows that are right, and what is wrong in the others; empty cells read as nothing."""
    lines = text.lstrip("\ufeff")
    head = lines.partition("\n")[0]
    table = csv.DictReader(
        io.StringIO(lines, newline=""), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    try:
        names = [(name or "").strip().lower() for name in table.fieldnames or []]
        table.fieldnames = names
        missing = [name for name, column in columns.items() if column.is_needed]
        missing = [name for name in missing if name not in names]
        if missing:
            return [], [Problem(HEAD, name, _("This column is missing.")) for name in missing]
        found = [_row(number, raw, columns) for number, raw in enumerate(table, start=HEAD + 1)]
    except csv.Error as error:
        return [], [Problem(HEAD, "", _("This is no CSV file: %(why)s") % {"why": error})]
    rows = [row for row, problems in found if not problems]
    problems = [problem for _row_, problems in found for problem in problems]
    if not found:
        problems = [Problem(HEAD, "", _("There are no rows."))]
    return rows, problems


def _row(number: int, raw: dict, columns: dict[str, Column]) -> tuple[Row, list[Problem]]:
    values, problems = {}, []
    for name, column in columns.items():
        typed = (raw.get(name) or "").strip()
        if not typed:
            values[name] = None
            if column.is_needed:
                problems.append(Problem(number, name, _("This cell is empty.")))
            continue
        try:
            values[name] = column.read(typed)
        except ValueError as error:
            problems.append(Problem(number, name, str(error)))
    return Row(number, values), problems


def twice(rows: Iterable[Row], *names: str) -> list[Problem]:
    """Rows of which an earlier one has the same key."""
    seen: dict[tuple, int] = {}
    problems = []
    for row in rows:
        key = tuple(row.values[name] for name in names)
        first = seen.setdefault(key, row.number)
        if first != row.number:
            why = _("The same as row %(number)d.") % {"number": first}
            problems.append(Problem(row.number, names[0], why))
    return problems


# --- What a cell may hold


def text(most: int) -> Callable[[str], str]:
    def reading(typed: str) -> str:
        if len(typed) > most or "\x00" in typed:
            raise ValueError(_("At most %(most)d letters.") % {"most": most})
        return typed

    return reading


def whole(least: int, most: int) -> Callable[[str], int]:
    def reading(typed: str) -> int:
        if not typed.isdecimal() or not least <= int(typed) <= most:
            raise ValueError(
                _("A whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
            )
        return int(typed)

    return reading


def amount(typed: str) -> Decimal:
    """1250000.50 or 1250000,50; groups of thousands may stand apart by spaces."""
    plain = typed.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    if "," in plain and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError(_("This is no number: write 1250000.50.")) from None
    if not value.is_finite() or abs(value) >= 10**10:
        raise ValueError(_("This is no number: write 1250000.50."))
    return value


def day(typed: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    raise ValueError(_("This is no day: write 2026-05-31."))


def month(typed: str) -> date:
    for form in ("%Y-%m", "%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(typed, form).date().replace(day=1)  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(_("This is no month: write 2026-05."))


def one_of(choices: Any) -> Callable[[str], str]:
    """The code of a choice, or the word that people read."""

    def reading(typed: str) -> str:
        words = {str(label).lower(): value for value, label in choices.choices}
        found = typed.lower() if typed.lower() in choices.values else words.get(typed.lower())
        if found is None:
            raise ValueError(_("One of these: %(list)s.") % {"list": ", ".join(choices.values)})
        return found

    return reading


def known(codes: Iterable[str], why: str) -> Callable[[str], str]:
    kept = frozenset(codes)

    def reading(typed: str) -> str:
        if typed not in kept:
            raise ValueError(why)
        return typed

    return reading
