"""Reading and writing .pb files, in which cities publish what was voted on and how.

The format is Pabulib's (Faliszewski et al., IJCAI 2023): semicolons, three parts (META, PROJECTS,
VOTES), each with a line that names its columns. What is written is read back identically.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from budgets.counting import Election, Work


KINDS = {
    "approval": "approval",
    "choose-1": "approval",
    "cumulative": "points",
    "scoring": "points",
    "ordinal": "ordinal",  # is read and written, and not counted
}
PARTS = {
    "META": ("key", "value"),
    "PROJECTS": ("project_id", "cost"),
    "VOTES": ("voter_id", "vote"),
}
# Of META, in the order in which Pabulib writes them; the rest follows.
FIRST = (
    "description", "country", "unit", "instance", "num_projects", "num_votes", "budget",
    "vote_type", "rule", "date_begin", "date_end",
)  # fmt: skip
COUNTED = ("num_projects", "num_votes", "budget")
AMOUNT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,6}))?")
POINTS = re.compile(r"[0-9]{1,9}")

Row = dict[str, Any]


class BadFile(Exception):
    """A line of the file that cannot be read, and why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(_("Line %(line)d: %(reason)s") % {"line": line, "reason": reason})
        self.line = line


@dataclass
class File:
    """What a .pb file says. Amounts are whole numbers of which `unit` make one of the currency."""

    meta: dict[str, str]  # but for what is counted: projects, votes, and the budget
    money: int
    works: list[Row]  # project_id, cost, and further columns as text
    ballots: list[Row]  # voter_id, vote (a list), points (one for each) and further columns
    unit: int = 1

    @property
    def kind(self) -> str:
        return KINDS[self.meta["vote_type"]]

    @property
    def threshold(self) -> int:
        """The fewest votes (or points) with which a work can win, if the file says so."""
        text = self.meta.get("min_project_score_threshold", "0")
        return int(text) if POINTS.fullmatch(text) else 0

    def election(self) -> Election:
        """To be counted, with ids in natural order (2 before 10) in place of lots."""
        ids = [work["project_id"] for work in self.works]
        return Election(
            money=self.money,
            works=[Work(work["project_id"], work["cost"]) for work in self.works],
            ballots=[(_answer(ballot), 1) for ballot in self.ballots],
            kind=self.kind,
            lots=sorted(ids, key=natural),
        )


def natural(name: str) -> tuple[Any, ...]:
    """A key by which `w2` comes before `w10`."""
    parts = re.split(r"([0-9]+)", name)
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts)), name


def _answer(ballot: Row) -> list[str] | dict[str, int]:
    if "points" in ballot:
        return dict(zip(ballot["vote"], ballot["points"], strict=True))
    return ballot["vote"]


def numbered(answers: Iterable[tuple[Any, int]]) -> Iterator[Row]:
    """Ballots as rows, of answers and how many gave each. Their order says nothing of the urn's."""
    by_works = sorted(
        (sorted(answer.items() if isinstance(answer, dict) else answer), many)
        for answer, many in answers
    )
    voter = 0
    for answer, many in by_works:
        for _each in range(many):
            voter += 1
            if answer and isinstance(answer[0], tuple):
                works, points = zip(*answer, strict=True)
                yield {"voter_id": str(voter), "vote": list(works), "points": list(points)}
            else:
                yield {"voter_id": str(voter), "vote": list(answer)}


# --- writing


def write(file: File) -> str:
    """The file as text, to be saved as UTF-8."""
    counted = {
        "num_projects": str(len(file.works)),
        "num_votes": str(len(file.ballots)),
        "budget": _decimal(file.money, file.unit),
    }
    meta = {**file.meta, **counted}
    keys = [key for key in FIRST if key in meta] + [key for key in meta if key not in FIRST]
    has_points = file.kind == "points"
    rows = [["META"], PARTS["META"], *([key, meta[key]] for key in keys)]

    columns = _columns(PARTS["PROJECTS"], file.works)
    rows += [["PROJECTS"], columns]
    for work in file.works:
        row = work | {"cost": _decimal(work["cost"], file.unit)}
        rows.append([row.get(column, "") for column in columns])

    columns = _columns((*PARTS["VOTES"], *(["points"] if has_points else [])), file.ballots)
    rows += [["VOTES"], columns]
    for ballot in file.ballots:
        row = ballot | {"vote": ",".join(ballot["vote"])}
        if has_points:
            row["points"] = ",".join(map(str, ballot.get("points", [])))
        rows.append([row.get(column, "") for column in columns])
    return "".join(f"{';'.join(map(_cell, row))}\n" for row in rows)


def _cell(text: str) -> str:
    """Quoted where it must be; csv.writer leaves a lone carriage return bare."""
    if any(sign in text for sign in ';"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _columns(first: tuple[str, ...], rows: list[Row]) -> list[str]:
    return list(dict.fromkeys([*first, *(column for row in rows for column in row)]))


def _decimal(amount: int, unit: int) -> str:
    whole, rest = divmod(amount, unit)
    return f"{whole}.{rest:0{len(str(unit)) - 1}}" if rest else str(whole)


# --- reading


def read(data: bytes | str, unit: int | None = None) -> File:
    """Read a file. `unit=100` asks for céntimos, which others than whole soles need anyhow."""
    parts = _Parts(data if isinstance(data, str) else text_of(data))
    meta = parts.meta()
    places = parts.places(unit)
    money = parts.money(places)
    works = parts.works(places)
    ballots = parts.ballots({work["project_id"] for work in works}, KINDS[meta["vote_type"]])
    return File(meta, money, works, ballots, 10**places)


def text_of(data: bytes) -> str:
    """UTF-8, with or without a mark at its start; what old spreadsheets save, if it is not."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as problem:
            line = data.count(b"\n", 0, problem.start) + 1
    raise BadFile(line, _("These signs are not text."))


class _Parts:
    """The rows of the three parts, each with its line."""

    def __init__(self, text: str) -> None:
        self.rows: dict[str, list[tuple[int, Row]]] = {}
        self.starts: dict[str, int] = {}
        self.line = 1
        part, columns = None, None
        for self.line, row in _lines(text):
            if len(row) == 1 and row[0].strip() in PARTS:
                part, columns = self._open(row[0].strip()), None
            elif part is None:
                raise BadFile(self.line, _("The file must begin with META."))
            elif columns is None:
                columns = self._head(part, row)
            else:
                self._add(part, columns, row)
        if missing := [name for name in PARTS if name not in self.rows]:
            raise BadFile(self.line, _("The part %(name)s is missing.") % {"name": missing[0]})

    def _open(self, name: str) -> str:
        if list(PARTS)[len(self.rows) : len(self.rows) + 1] != [name]:
            raise BadFile(self.line, _("The parts are META, PROJECTS and VOTES, in this order."))
        self.rows[name], self.starts[name] = [], self.line
        return name

    def _head(self, part: str, row: list[str]) -> list[str]:
        columns = [name.strip() for name in row]
        for name in PARTS[part]:
            if name not in columns:
                raise BadFile(self.line, _("The column %(name)s is missing.") % {"name": name})
        if len(set(columns)) < len(columns):
            raise BadFile(self.line, _("Two columns have the same name."))
        return columns

    def _add(self, part: str, columns: list[str], row: list[str]) -> None:
        if len(row) != len(columns):
            raise BadFile(
                self.line,
                _("%(number)d values, where %(wanted)d are named.")
                % {"number": len(row), "wanted": len(columns)},
            )
        self.rows[part].append((self.line, dict(zip(columns, row, strict=True))))

    # --- META

    def meta(self) -> dict[str, str]:
        self.said: dict[str, tuple[int, str]] = {}
        for line, row in self.rows["META"]:
            if row["key"] in self.said:
                raise BadFile(line, _("%(name)s is there twice.") % {"name": row["key"]})
            self.said[row["key"]] = line, row["value"]
        for key in (*COUNTED, "vote_type"):
            if key not in self.said:
                raise BadFile(self.starts["META"], _("META lacks %(name)s.") % {"name": key})
        for key, part in (("num_projects", "PROJECTS"), ("num_votes", "VOTES")):
            line, text = self.said[key]
            if text.strip() != str(len(self.rows[part])):
                raise BadFile(
                    line,
                    _("%(name)s is %(said)s, and the file has %(number)d.")
                    % {"name": key, "said": text, "number": len(self.rows[part])},
                )
        line, kind = self.said["vote_type"]
        if kind not in KINDS:
            raise BadFile(line, _("There is no kind of vote “%(name)s”.") % {"name": kind})
        return {key: text for key, (_line, text) in self.said.items() if key not in COUNTED}

    # --- amounts

    def places(self, unit: int | None) -> int:
        """How many decimals amounts need; whoever asks for a unit gets it, or is refused."""
        amounts = [self.said["budget"]]
        amounts += [(line, row["cost"]) for line, row in self.rows["PROJECTS"]]
        most = len(str(unit)) - 1 if unit else 6
        needed = 0
        for line, text in amounts:
            match = AMOUNT.fullmatch(text.strip())
            decimals = len((match[2] or "").rstrip("0")) if match else 0
            if not match or decimals > most:
                raise BadFile(
                    line,
                    _("“%(text)s” is not an amount with at most %(most)d decimals, as 1250.50.")
                    % {"text": text[:40], "most": most},
                )
            needed = max(needed, decimals)
        return most if unit else max(needed, 2) if needed else 0

    def money(self, places: int) -> int:
        return _amount(self.said["budget"][1], places)

    def works(self, places: int) -> list[Row]:
        works: dict[str, Row] = {}
        for line, row in self.rows["PROJECTS"]:
            name = row["project_id"].strip()
            if not name or "," in name:
                raise BadFile(line, _("A work needs an id, without commas."))
            if name in works:
                raise BadFile(line, _("%(name)s is there twice.") % {"name": name})
            works[name] = row | {"project_id": name, "cost": _amount(row["cost"], places)}
        return list(works.values())

    # --- VOTES

    def ballots(self, works: set[str], kind: str) -> list[Row]:
        ballots, voters = [], set()
        for line, row in self.rows["VOTES"]:
            if row["voter_id"] in voters:
                raise BadFile(line, _("%(name)s is there twice.") % {"name": row["voter_id"]})
            voters.add(row["voter_id"])
            chosen = [name.strip() for name in row["vote"].split(",")] if row["vote"] else []
            for name in chosen:
                if name not in works:
                    raise BadFile(line, _("There is no work “%(name)s”.") % {"name": name[:40]})
            ballot = row | {"vote": list(dict.fromkeys(chosen))}
            if kind == "points":
                given = _points(line, row.get("points"), chosen)
                ballot |= {"vote": list(given), "points": list(given.values())}
            ballots.append(ballot)
        return ballots


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, each with its line."""
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise BadFile(text.count("\n", 0, text.index("\0")) + 1, _("These signs are not text."))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error:
        reason = _("The quotes or the length of this line are not right.")
        raise BadFile(reader.line_num, reason) from None


def _amount(text: str, places: int) -> int:
    whole, _point, rest = text.strip().partition(".")
    return int(whole + rest.rstrip("0").ljust(places, "0"))


def _points(line: int, text: str | None, chosen: list[str]) -> dict[str, int]:
    """Points of each work; named twice, it has both."""
    numbers = [number.strip() for number in text.split(",")] if text else []
    if len(numbers) != len(chosen) or not all(map(POINTS.fullmatch, numbers)):
        raise BadFile(line, _("Each work needs its points: whole numbers, with commas between."))
    points: dict[str, int] = {}
    for name, number in zip(chosen, numbers, strict=True):
        points[name] = points.get(name, 0) + int(number)
    return points
