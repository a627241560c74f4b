"""How an export is read: rows with their numbers, cells that are understood or refuse."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path

import nh3


ENCODINGS = ("utf-8-sig", "cp1252")
CELL = 10 * 1024 * 1024
MOST = 1_000_000_000  # more than there are people on any portal, and room to go on counting
EARLIEST = 2000
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%Y/%m/%d")
CODE = 30

Row = dict[str, str]
Rows = Iterator[tuple[int, Row]]


class NotAnExport(Exception):
    """The file as a whole cannot be read as a CONSUL export."""


class BadCell(Exception):
    """One cell that cannot be understood."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column, self.reason = column, reason


@dataclass
class Summary:
    """What happened to the rows of one kind."""

    created: int = 0
    unchanged: int = 0
    kept: list[dict[str, str | int]] = field(default_factory=list)
    left_out: list[dict[str, str | int]] = field(default_factory=list)
    rejected: list[dict[str, str | int]] = field(default_factory=list)

    def keep(self, row: int, code: str, reason: str) -> None:
        self.kept.append({"row": row, "code": code, "reason": reason})

    def leave_out(self, row: int, code: str, reason: str) -> None:
        self.left_out.append({"row": row, "code": code, "reason": reason})

    def reject(self, row: int, column: str, reason: str) -> None:
        self.rejected.append({"row": row, "column": column, "reason": reason})

    def as_dict(self) -> dict:
        return asdict(self)


def rows_of(path: Path, columns: tuple[str, ...]) -> Rows:
    """The rows with their numbers as a spreadsheet shows them: the header is row 1."""
    csv.field_size_limit(CELL)
    text = _decoded(path.read_bytes())
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    missing = [name for name in columns if name not in (reader.fieldnames or [])]
    if missing:
        raise NotAnExport(f"the columns {', '.join(missing)} are missing from {path.name}")
    try:
        yield from enumerate(reader, start=2)
    except csv.Error as problem:
        raise NotAnExport(f"{path.name} is broken near line {reader.line_num}: {problem}") from None


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotAnExport("the file is neither in UTF-8 nor in Windows-1252")


def check_whole(row: Row) -> None:
    """A row with as many cells as the header, none of them with what a text cannot hold."""
    if None in row:
        raise BadCell("", "the row has more cells than the header")
    if None in row.values():
        raise BadCell("", "the row has fewer cells than the header")
    for column, cell in row.items():
        if "\x00" in cell:
            raise BadCell(column, "holds a NUL byte")


def line(text: str) -> str:
    return " ".join(_plain(text).split())


def paragraphs(text: str) -> str:
    """Plain paragraphs; what the other portal held as HTML loses its tags, not its breaks."""
    text = re.sub(r"(?i)<br\s*/?>|</(p|div|li|h\d)>", "\n", text)
    lines = (" ".join(line.split()) for line in _plain(text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _plain(text: str) -> str:
    if re.search(r"</?[a-zA-Z][^>]*>", text):
        text = nh3.clean(text, tags=set())
    return html.unescape(text)


def cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    head, _space, _rest = text[:limit].rpartition(" ")
    return (head or text[: limit - 1]).rstrip(" ,;:.") + "…"


def code_in(row: Row, column: str) -> str:
    code = row[column].strip()
    if not code:
        raise BadCell(column, "is empty")
    if len(code) > CODE:
        raise BadCell(column, f"is longer than {CODE} characters")
    return code


def day_in(row: Row, column: str, today: date) -> date:
    text = row[column].strip()
    for form in DATES:
        try:
            day = datetime.strptime(text[:10], form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
        if day > today:
            raise BadCell(column, f"lies in the future: {text[:30]}")
        if day.year < EARLIEST:
            raise BadCell(column, f"lies before {EARLIEST}: {text[:30]}")
        return day
    raise BadCell(column, f"is no date we know: {text[:30]!r}")


def count_in(row: Row, column: str) -> int:
    digits = row[column].strip()
    if not re.fullmatch(r"[0-9]{1,10}(\.0)?", digits) or int(float(digits)) > MOST:
        raise BadCell(column, f"is no count: {digits[:30]!r}")
    return int(float(digits))
