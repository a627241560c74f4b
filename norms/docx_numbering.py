"""The numbers that Word draws before paragraphs, counted as it counts them; and its styles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from norms.docx_package import parse


LEVELS = 9
MOST = 100_000
# Names under which headings are known, whatever the language Word was in.
HEADING = re.compile(r"(?:heading|t[íi]tulo|ttulo|encabezado)\s?([1-9])$", re.IGNORECASE)
TITLE = re.compile(r"(?:title|t[íi]tulo|puesto)$", re.IGNORECASE)
UNITS = ["", "Primero", "Segundo", "Tercero", "Cuarto", "Quinto", "Sexto", "Séptimo", "Octavo"]
UNITS += ["Noveno"]
TENS = ["", "Décimo", "Vigésimo", "Trigésimo", "Cuadragésimo", "Quincuagésimo"]
ROMANS = [(100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv")]
ROMANS += [(1, "i")]


@dataclass
class Style:
    """What of a paragraph's style matters here: its list, and how high a heading it is."""

    name: str = ""
    based_on: str = ""
    number: str | None = None
    level: int | None = None
    outline: int | None = None


@dataclass
class _Level:
    kind: str = "decimal"
    text: str = "%1."
    start: int = 1
    is_legal: bool = False


@dataclass
class Numbering:
    """The lists of a document: how each level is written, and how far each has been counted."""

    lists: dict[str, dict[int, _Level]] = field(default_factory=dict)
    list_of: dict[str, str] = field(default_factory=dict)
    begins_at: dict[str, dict[int, int]] = field(default_factory=dict)
    counts: dict[str, list[int | None]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def next(self, number: str | None, level: int) -> str:
        """The mark of the next paragraph of a list, as «a)»; empty if there is no such list."""
        of = self.list_of.get(number or "")
        levels = self.lists.get(of or "", {})
        if of is None or level not in levels:
            return ""
        counts = self.counts.setdefault(of, [None] * LEVELS)
        if number not in self.begun:
            self.begun.add(number)
            for at, value in self.begins_at.get(number, {}).items():
                counts[at:] = [value - 1, *[None] * (LEVELS - at - 1)]
        before = counts[level]
        counts[level] = levels[level].start if before is None else min(before + 1, MOST)
        counts[level + 1 :] = [None] * (LEVELS - level - 1)
        return self._drawn(levels, counts, level)

    def _drawn(self, levels: dict[int, _Level], counts: list[int | None], level: int) -> str:
        here = levels[level]
        if here.kind == "bullet":
            return "–"
        if here.kind == "none":
            return re.sub(r"%[1-9]", "", here.text).strip()

        def value(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            of = levels.get(at, _Level())
            count = counts[at] if counts[at] is not None else of.start
            return written(count, "decimal" if here.is_legal else of.kind)

        return re.sub(r"%([1-9])", value, here.text[:100]).strip()


def written(count: int, kind: str) -> str:
    """A count in figures, letters, Roman numbers or words."""
    match kind:
        case "lowerLetter" | "upperLetter" if count > 0:
            letter = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 5)
            return letter if kind == "lowerLetter" else letter.upper()
        case "lowerRoman" | "upperRoman" if 0 < count < 400:
            said, left = "", count
            for value, sign in ROMANS:
                said += sign * (left // value)
                left %= value
            return said if kind == "lowerRoman" else said.upper()
        case "ordinalText" if 0 < count < 60:
            return " ".join(filter(None, [TENS[count // 10], UNITS[count % 10]]))
        case "ordinal":
            return f"{count}º"
        case "decimalZero":
            return f"{count:02}"
    return str(count)


def styles_of(data: bytes | None) -> dict[str, Style]:
    """By their ids, each with what it has from those it is based on."""
    found: dict[str, Style] = {}
    now: list[Style] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        at = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        value = at.get("val", "")
        if name == "style":
            now[:] = [found.setdefault(at.get("styleId", ""), Style())]
        elif now:
            _tell(now[0], name, value)

    if data:
        parse(data, start=start)
    for key, style in found.items():
        _inherit(style, found)
        if style.outline is None:
            style.outline = _outline_by_name(style.name) or _outline_by_name(key)
            if style.outline is not None:
                style.outline -= 1
    return found


def _tell(style: Style, name: str, value: str) -> None:
    match name:
        case "name":
            style.name = value
        case "basedOn":
            style.based_on = value
        case "numId":
            style.number = value
        case "ilvl":
            style.level = _digit(value)
        case "outlineLvl":
            style.outline = _digit(value)


def _outline_by_name(name: str) -> int | None:
    """How high a heading it is, 1 for the highest."""
    if found := HEADING.match(name):
        return int(found[1])
    return 1 if TITLE.match(name) else None


def _inherit(style: Style, styles: dict[str, Style]) -> None:
    above, seen = styles.get(style.based_on), {id(style)}
    while above and id(above) not in seen and len(seen) < 20:
        for name in ("number", "level", "outline"):
            if getattr(style, name) is None:
                setattr(style, name, getattr(above, name))
        seen.add(id(above))
        above = styles.get(above.based_on)


def numbering_of(data: bytes | None) -> Numbering:
    numbering = Numbering()
    of: dict[str, str] = {"list": "", "number": "", "level": ""}

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        at = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        value = at.get("val", "")
        match name:
            case "abstractNum":
                of.update(list=at.get("abstractNumId", ""), number="", level="")
                numbering.lists[of["list"]] = {}
            case "num":
                of.update(list="", number=at.get("numId", ""), level="")
            case "lvl" | "lvlOverride":
                of["level"] = at.get("ilvl", "")
            case "abstractNumId" if of["number"]:
                numbering.list_of[of["number"]] = value
            case "startOverride" if of["number"] and _digit(of["level"]) is not None:
                starts = numbering.begins_at.setdefault(of["number"], {})
                starts[int(of["level"])] = _count(value)
            case _ if of["list"] and _digit(of["level"]) is not None:
                level = numbering.lists[of["list"]].setdefault(int(of["level"]), _Level())
                _tell_level(level, name, value)

    if data:
        parse(data, start=start)
    return numbering


def _tell_level(level: _Level, name: str, value: str) -> None:
    match name:
        case "start":
            level.start = _count(value)
        case "numFmt":
            level.kind = value
        case "lvlText":
            level.text = value
        case "isLgl":
            level.is_legal = value not in ("0", "false")


def _count(text: str) -> int:
    return min(int(text), MOST) if re.fullmatch(r"[0-9]{1,6}", text) else 1


def _digit(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-8]", text) else None
