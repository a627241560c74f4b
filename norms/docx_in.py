"""A Word document as the parts of a norm: its paragraphs, with the numbers that Word draws.

Word keeps automatic numbers («Artículo 1», «a)») nowhere in the text, so they are counted here
as it counts them. Tables come as lines; what was deleted with tracked changes stays deleted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _

from norms.docx_numbering import Numbering, Style, numbering_of, styles_of
from norms.docx_package import BadDocx, Package, parse
from norms.lines import MARKER, Line, one_line
from norms.structure import Found, begins, from_lines


__all__ = ["BadDocx", "lines_of", "read"]

MOST_PARAGRAPHS = 50_000
MOST_LETTERS = 2_000_000
LEFT_OUT = {"del", "moveFrom", "instrText", "delText", "Fallback", "comment"}
BREAKS = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-", "softHyphen": ""}
WORD = re.compile(r"(?:schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml)/wordprocessingml")


def read(upload: IO[bytes]) -> list[Found]:
    """The parts of the norm in a .docx; raises BadDocx with what to do if it is not taken."""
    found = from_lines(lines_of(upload))
    if not found:
        raise BadDocx(_("There is no text in it."))
    return found


def lines_of(upload: IO[bytes]) -> list[Line]:
    """Its paragraphs in order, each with its number and how high a heading it is."""
    package = Package(upload)
    styles = styles_of(package.beside_main("styles"))
    numbering = numbering_of(package.beside_main("numbering"))
    notes = _Notes().read(package.beside_main("footnotes"))
    body = _Body(styles, numbering, notes)
    body.read(package[package.main])
    return body.lines


@dataclass
class _Paragraph:
    text: list[str] = field(default_factory=list)
    style: str = ""
    number: str | None = None
    level: int | None = None
    outline: int | None = None


@dataclass
class _Row:
    cells: list[list[Line]] = field(default_factory=list)


class _Body:
    """What goes through the document's XML, element after element, and keeps the lines."""

    def __init__(
        self, styles: dict[str, Style], numbering: Numbering, notes: dict[str, str]
    ) -> None:
        self.styles, self.numbering, self.notes = styles, numbering, notes
        self.lines: list[Line] = []
        self.paragraphs: list[_Paragraph] = []
        self.rows: list[_Row] = []
        self.skipping = 0
        self.in_text = 0
        self.letters = self.seen = 0

    def read(self, data: bytes) -> None:
        parse(data, start=self._start, end=self._end, text=self._text)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _sep, name = tag.rpartition(" ")
        if self.skipping or name in LEFT_OUT:
            self.skipping += 1
        elif WORD.search(space):
            self._word(name, {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def _word(self, name: str, attributes: dict[str, str]) -> None:
        value = attributes.get("val", "")
        paragraph = self.paragraphs[-1] if self.paragraphs else None
        match name:
            case "p":
                self.seen += 1
                if self.seen > MOST_PARAGRAPHS:
                    raise _too_long()
                self.paragraphs.append(_Paragraph())
            case "tr":
                self.rows.append(_Row())
            case "tc" if self.rows:
                self.rows[-1].cells.append([])
            case "t":
                self.in_text += 1
            case _ if paragraph is None:
                return
            case "pStyle":
                paragraph.style = value
            case "numId":
                paragraph.number = value
            case "ilvl":
                paragraph.level = _small(value)
            case "outlineLvl":
                paragraph.outline = _small(value)
            case "footnoteReference":
                if note := self.notes.get(attributes.get("id", "")):
                    paragraph.text.append(f" [{note}]")
            case _ if name in BREAKS:
                paragraph.text.append(BREAKS[name])

    def _end(self, tag: str) -> None:
        if self.skipping:
            self.skipping -= 1
            return
        space, _sep, name = tag.rpartition(" ")
        if not WORD.search(space):
            return
        match name:
            case "t":
                self.in_text -= 1
            case "p" if self.paragraphs:
                self._keep(self._lines_of(self.paragraphs.pop()))
            case "tr" if self.rows:
                self._keep(_row_lines(self.rows.pop()))

    def _text(self, text: str) -> None:
        if self.in_text and not self.skipping and self.paragraphs:
            self.letters += len(text)
            if self.letters > MOST_LETTERS:
                raise _too_long()
            self.paragraphs[-1].text.append(text)

    def _keep(self, lines: list[Line]) -> None:
        if self.rows and self.rows[-1].cells:
            self.rows[-1].cells[-1] += lines
        else:
            self.lines += lines

    def _lines_of(self, paragraph: _Paragraph) -> list[Line]:
        """A line break within a paragraph begins another line, as one sees it."""
        texts = [text for raw in "".join(paragraph.text).split("\n") if (text := one_line(raw))]
        if not texts:
            return []
        style = self.styles.get(paragraph.style)
        number = paragraph.number if paragraph.number is not None else style and style.number
        level = paragraph.level if paragraph.level is not None else style and style.level
        mark = self.numbering.next(number, level or 0) if number not in (None, "0") else ""
        outline = paragraph.outline if paragraph.outline is not None else style and style.outline
        heading = outline + 1 if outline is not None and outline < 9 else 0
        first = f"{mark} {texts[0]}".strip()
        depth = None
        if mark and not heading and not begins(first) and not _is_told_by_its_mark(first):
            depth = (level or 0) + 1
        return [Line(first, heading, depth), *(Line(text) for text in texts[1:])]


class _Notes:
    """The words of footnotes by their ids: they are told where the text speaks of them."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self.now: list[str] = []
        self.in_text = False

    def read(self, data: bytes | None) -> dict[str, str]:
        if data:
            parse(data, start=self._start, end=self._end, text=self._text)
        return {
            key: text for key, words in self.found.items() if (text := one_line("".join(words)))
        }

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "footnote":
            key = next((v for k, v in attributes.items() if k.endswith(" id")), "")
            self.now = self.found.setdefault(key, [])
        elif name == "p":
            self.now.append(" ")
        self.in_text = name == "t"

    def _end(self, tag: str) -> None:
        self.in_text = False

    def _text(self, text: str) -> None:
        if self.in_text:
            self.now.append(text)


def _is_told_by_its_mark(text: str) -> bool:
    mark = MARKER.match(text)
    return bool(mark and not mark["bullet"])


def _row_lines(row: _Row) -> list[Line]:
    """A row as one line with its cells; a row of one cell is only a frame around its paragraphs."""
    cells = [cell for cell in row.cells if cell]
    if len(cells) <= 1:
        return cells[0] if cells else []
    return [Line(" | ".join(" ".join(line.text for line in cell) for cell in cells))]


def _small(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]", text) else None


def _too_long() -> BadDocx:
    return BadDocx(_("It is too long to be read at once. Bring it in parts."))
