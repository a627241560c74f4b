"""The parts of a Peruvian norm, found in its text: títulos, capítulos, artículos, disposiciones.

Pure: text in, parts out, and every word of the text is in some part. It guesses, and staff put
right what it guessed (norms/actions/parts.py); so where a line may be two things it takes the
one that hides nothing: text stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.text import slugify

from norms.enums import HEADINGS, PartKind
from norms.lines import MARKER, Line, of_markdown, of_text
from norms.numbers import NUMBER, ORDINAL, value_of


LONGEST_LABEL, LONGEST_HEADING, LONGEST_TEXT = 80, 300, 100_000
DEEPEST = 6
# So much of a line is looked at for what it begins with; the rest is words in any case.
LOOKED_AT = 400

DASHES = "-–—"
SIGNS = rf"(?P<mark>\s?[°ºª])?(?P<signs>[{DASHES}\s.:)]*)(?P<rest>.*)"
ARTICLE = re.compile(
    rf"(?P<label>art(?:[íi]culo)?\b\.?\s*(?:n\s?[.°ºo]+\s*)?(?P<number>{NUMBER})){SIGNS}",
    re.IGNORECASE,
)
GROUP = re.compile(
    r"(?P<label>(?P<word>libro|t[íi]tulo|cap[íi]tulo|sub\s?cap[íi]tulo|secci[óo]n|sub\s?secci[óo]n)"
    rf"\s+(?:n\s?[.°ºo]+\s*)?(?P<number>{NUMBER}|preliminar\b|final\b)){SIGNS}",
    re.IGNORECASE,
)
CLOSING = r"(?:complementari[oa]s?|final(?:es)?|transitori[oa]s?|derogatori[oa]s?|modificatori[oa]s?|adicional(?:es)?)"
CLOSING_GROUP = re.compile(
    rf"(?P<label>disposici(?:ones|[óo]n)(?:\s*(?:,|\b(?:y|e|generales|{CLOSING})\b))*"
    rf"\s+{CLOSING}(?P<only>\s+[uú]nica)?(?!\w)){SIGNS}",
    re.IGNORECASE,
)
CLOSING_ONE = re.compile(
    rf"(?P<label>{ORDINAL}\s+disposici[óo]n(?:\s+(?:y\s+)?{CLOSING})*(?!\w)){SIGNS}", re.IGNORECASE
)
ORDINAL_ONE = re.compile(rf"(?P<label>(?:disposici[óo]n\s+)?{ORDINAL}(?!\w)){SIGNS}", re.IGNORECASE)
ANNEX = re.compile(
    rf"(?P<label>anexos?\b(?:\s*(?:n\s?[.°ºo]+\s*)?(?P<number>{NUMBER}|(?-i:[A-Z])(?!\w)))?){SIGNS}",
    re.IGNORECASE,
)
RECITAL = re.compile(
    r"(?P<label>considerandos?|vistos?|por\s+cuanto|exposici[óo]n\s+de\s+motivos|pre[áa]mbulo)"
    rf"(?!\w)(?P<signs>[{DASHES}\s.:,]*)(?P<rest>.*)",
    re.IGNORECASE,
)
# After it, what is numbered Primero, Segundo is decided and no more considered.
DECIDES = re.compile(
    r"(?:se\s+)?(?:resuelve|acuerda|ordena|decreta|acord[óo])\b|(?:la\s+)?(?:siguiente\s+)?ordenanza\b",
    re.IGNORECASE,
)
QUOTES_ONE = re.compile(r"[\"“«‘']\s*art", re.IGNORECASE)
QUOTE_ENDS = re.compile(r"[\"”»’'](?:\s*\([^()]{0,20}\))?[.,;]?$")
LONGEST_QUOTE = 60  # lines

KINDS = {"l": PartKind.TITLE, "t": PartKind.TITLE, "c": PartKind.CHAPTER}


@dataclass
class Found:
    """A part as it was found. `text` has a line for each paragraph, tabs for how deep it is set."""

    kind: str
    label: str = ""
    heading: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def from_markdown(text: str) -> list[Found]:
    return from_lines(of_markdown(text))


def from_text(text: str) -> list[Found]:
    return from_lines(of_text(text))


def from_lines(lines: Iterable[Line]) -> list[Found]:
    reader = _Reader(list(lines))
    return [piece for part in reader.read() for piece in _fitted(part)]


def begins(text: str, *, is_marked: bool = False, closing: bool = False) -> Found | None:
    """The part that a line begins, with what else the line says as its text; None if it begins none.

    `is_marked`: its source says it is a heading. `closing`: it stands among closing provisions.
    """
    head, tail = text[:LOOKED_AT], text[LOOKED_AT:]
    for pattern, kind_of in STARTS:
        if (found := pattern.match(head)) and (
            kind := kind_of(found, is_marked=is_marked, closing=closing)
        ):
            rest = (found["rest"] + tail).strip(" ,")
            mark = found.groupdict().get("mark") or ""
            return Found(kind, f"{found['label']}{mark}".strip(), lines=[rest] if rest else [])
    return None


def number_of(label: str) -> tuple[int, str] | None:
    """The number in the label of an article or a closing provision, to put them in order."""
    if found := re.search(rf"(?<!\w){NUMBER}", label, re.IGNORECASE):
        return value_of(found[0])
    return None


def slug_of(kind: str, label: str) -> str:
    """The address of a provision by its number: «articulo-5», «disposicion-3», «anexo-2»."""
    words = {PartKind.ARTICLE: "articulo", PartKind.DISPOSITION: "disposicion"}
    if kind in words and (number := number_of(label)):
        return f"{words[kind]}-{number[0]}{number[1]}"
    return slugify(label)


# --- What a line begins


def _is_set_off(found: re.Match[str]) -> bool:
    """Whether its number is followed by a sign, by nothing, or by what can only be a heading.

    «Artículo 5.- La…» is; «Artículo 5 de la Ley…», «Artículo 5.2 de…» and «artículo 5, que…» aren't.
    """
    rest = found["rest"]
    if not rest:
        return True
    if found["signs"].strip():
        return not (rest[0].isdigit() and not found["signs"][-1:].isspace())
    return rest[0].isupper() and len(rest) <= 120 and not rest.endswith((".", ";", ","))


def _article(found: re.Match[str], *, is_marked: bool, closing: bool) -> str | None:
    if value_of(found["number"]) is None:
        return None
    return PartKind.ARTICLE if is_marked or _is_set_off(found) else None


def _group(found: re.Match[str], *, is_marked: bool, closing: bool) -> str | None:
    number = found["number"].lower()
    if value_of(found["number"]) is None and number not in ("preliminar", "final"):
        return None
    if not is_marked and not (_is_set_off(found) and _is_short(found["rest"])):
        return None
    return KINDS.get(found["word"][0].lower(), PartKind.SECTION)


def _closing_group(found: re.Match[str], *, is_marked: bool, closing: bool) -> str | None:
    if not found["rest"]:
        return PartKind.TITLE
    is_one = found["only"] and any(dash in found["signs"] for dash in DASHES + ":.")
    return PartKind.DISPOSITION if is_one else None


def _closing_one(found: re.Match[str], *, is_marked: bool, closing: bool) -> str | None:
    return PartKind.DISPOSITION if is_marked or _is_set_off(found) else None


def _ordinal_one(found: re.Match[str], *, is_marked: bool, closing: bool) -> str | None:
    signs = found["signs"].strip()
    if not signs and found["rest"]:
        return None
    if closing:
        return PartKind.DISPOSITION
    if not found["label"].isupper() or not any(dash in signs for dash in DASHES):
        return None
    is_feminine = found["label"][-1] in "aA"
    return PartKind.DISPOSITION if is_feminine else PartKind.ARTICLE


def _annex(found: re.Match[str], *, is_marked: bool, closing: bool) -> str | None:
    rest = found["rest"]
    if is_marked or not rest:
        return PartKind.ANNEX
    is_named = found["signs"].strip() or rest.isupper()
    return PartKind.ANNEX if is_named and len(rest) <= 160 and rest[-1] not in ".;," else None


def _recital(found: re.Match[str], *, is_marked: bool, closing: bool) -> str | None:
    is_set_off = not found["rest"] or ":" in found["signs"] or found["label"].isupper()
    return PartKind.PREAMBLE if is_marked or is_set_off else None


STARTS = (
    (ARTICLE, _article),
    (GROUP, _group),
    (CLOSING_GROUP, _closing_group),
    (CLOSING_ONE, _closing_one),
    (ORDINAL_ONE, _ordinal_one),
    (ANNEX, _annex),
    (RECITAL, _recital),
)


def _is_short(text: str) -> bool:
    return len(text) <= LONGEST_HEADING and not text.endswith((";", ","))


# --- Line after line


class _Reader:
    """Goes through the lines once; what it knows on its way is which part it is in."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.parts: list[Found] = []
        self.closing = False  # among closing provisions
        self.decided = False  # what was considered has led to what is decided
        self.waits = False  # the part's heading may come in the next line
        self.quoted = 0  # so many more lines are words of another norm
        self.level = 0  # of the part's heading, as its source marks it
        self.marks: list[str] = []  # the lists that are open, by how their items are marked
        self.last = ""  # the mark of the last item
        self.letters: dict[str, str] = {}  # the last letter that was one

    def read(self) -> list[Found]:
        for at, line in enumerate(self.lines):
            after = self.lines[at + 1] if at + 1 < len(self.lines) else None
            if self.quoted:
                self.quoted -= 1
                self._say(line)
            elif found := self._begins(line):
                self._begin(found, line, after)
            elif self.waits and self._is_heading(line, after):
                self._head(line)
            elif line.heading:
                self._group_by_level(line)
            else:
                self._say(line)
                self._mind_quotes(at)
        return self.parts

    @property
    def part(self) -> Found | None:
        return self.parts[-1] if self.parts else None

    def _begins(self, line: Line) -> Found | None:
        found = begins(line.text, is_marked=bool(line.heading), closing=self.closing)
        if found is None:
            return None
        by_ordinal = ORDINAL_ONE.match(found.label) and found.kind == PartKind.ARTICLE
        is_considered = self.part is None or self.part.kind == PartKind.PREAMBLE
        return None if by_ordinal and is_considered and not self.decided else found

    def _begin(self, found: Found, line: Line, after: Line | None) -> None:
        rest = found.text
        found.lines = []
        self.parts.append(found)
        self.marks, self.waits, self.level = [], False, line.heading
        if found.kind == PartKind.PREAMBLE:
            self.decided = False
        is_group = found.kind in HEADINGS
        if is_group or found.kind == PartKind.ANNEX:
            self.closing = bool(CLOSING_GROUP.match(found.label))
        if is_group or found.kind == PartKind.ANNEX or line.heading and not _is_sentence(rest):
            found.heading, self.waits = rest, not rest and not self.closing
        elif not rest:
            self.waits = found.kind != PartKind.PREAMBLE
        elif found.kind == PartKind.PREAMBLE:
            self._say(Line(rest))
        else:
            is_followed = after is not None and not self._begins(after) and not after.heading
            found.heading, said = _headed(rest, is_followed=is_followed)
            if said:
                self._say(Line(said))

    def _is_heading(self, line: Line, after: Line | None) -> bool:
        if MARKER.match(line.text) or line.depth:
            return False
        is_group = self.part.kind in HEADINGS or self.part.kind == PartKind.ANNEX
        if line.heading:
            return line.heading > self.level - is_group if self.level else is_group
        if is_group:
            return _is_short(line.text) and not _is_sentence(line.text)
        is_followed = after is not None and not self._begins(after)
        return is_followed and len(line.text) <= 120 and line.text[-1] not in ".;:,"

    def _head(self, line: Line) -> None:
        heading = f"{self.part.heading} {line.text}".strip()
        self.part.heading = heading
        # A heading in capitals may go on in the next line.
        self.waits = self.part.kind in HEADINGS and heading.isupper() and len(heading) < 200

    def _group_by_level(self, line: Line) -> None:
        """A heading of its source without a number: of a plan, or the name of the whole."""
        if not self.parts:
            self.parts.append(Found(PartKind.PREAMBLE, heading=line.text))
        elif line.heading > 3:
            self._say(Line(line.text))
        else:
            kinds = (PartKind.TITLE, PartKind.CHAPTER, PartKind.SECTION)
            self.parts.append(Found(kinds[line.heading - 1], heading=line.text))
            self.closing = False
        self.waits, self.marks, self.level = False, [], line.heading

    def _say(self, line: Line) -> None:
        """One more paragraph of the part; below a heading, of a provision without a number."""
        if self.part is None:
            self.parts.append(Found(PartKind.PREAMBLE))
        elif self.part.kind in HEADINGS:
            if self.part.heading.isupper() and self.waits and line.text.isupper():
                self._head(line)
                return
            self.parts.append(Found(PartKind.DISPOSITION if self.closing else PartKind.ARTICLE))
        self.waits = False
        if self.part.kind == PartKind.PREAMBLE and DECIDES.match(line.text):
            self.decided = True
        self.part.lines.append(self._set_in(line))

    def _set_in(self, line: Line) -> str:
        """With a tab for each level: by what its source says, or by how it is numbered."""
        mark = MARKER.match(line.text)
        text = line.text
        if mark and mark["bullet"]:
            text = f"– {text[mark.end() :]}"
        if line.depth is not None:
            self.marks = [f"list {level}" for level in range(line.depth)]
            return "\t" * min(line.depth, DEEPEST) + text
        if not mark:
            self.marks = []
            return text
        kind = self._kind_of(mark)
        if kind in self.marks:
            self.marks = self.marks[: self.marks.index(kind) + 1]
        else:
            self.marks.append(kind)
        self.last = mark[mark.lastgroup or 0]
        return "\t" * min(len(self.marks), DEEPEST) + text

    def _kind_of(self, mark: re.Match[str]) -> str:
        """How an item is marked: «a)», «1.», «1.1»; «i)» is Roman, unless «h)» came before."""
        if dotted := mark["dotted"]:
            is_below = dotted.rpartition(".")[0] == self.last.split(".")[0] == self.last
            open_already = f"dotted {dotted.count('.')} below"
            is_below = is_below or open_already in self.marks
            return open_already if is_below else f"dotted {dotted.count('.')}"
        said = mark["letter"] or mark["roman"]
        if not said:
            return mark.lastgroup or ""
        case = "small" if said.islower() else "capital"
        before = self.letters.get(case, "") if f"letter {case}" in self.marks else ""
        if mark["letter"] and before and ord(said) == ord(before) + 1:
            is_roman = False
        else:
            goes_on = f"roman {case}" in self.marks and said in "vxlcVXLC"
            is_roman = bool(mark["roman"]) or said in "iI" or goes_on
        if not is_roman:
            self.letters[case] = said
        return f"{'roman' if is_roman else 'letter'} {case}"

    def _mind_quotes(self, at: int) -> None:
        """An article that is put into another norm is quoted whole: none of it begins a part."""
        if not QUOTES_ONE.match(self.lines[at].text):
            return
        for more, line in enumerate(self.lines[at : at + LONGEST_QUOTE]):
            if QUOTE_ENDS.search(line.text):
                self.quoted = more
                return


def _is_sentence(text: str) -> bool:
    return text.endswith((".", ";", ":")) and not text.isupper() and len(text.split()) > 6


def _headed(text: str, *, is_followed: bool) -> tuple[str, str]:
    """The heading of a provision and what it says, told apart in one line.

    «Objeto.- La presente…» and «Objeto» alone before other lines have one; «Derógase la
    Ordenanza 5.» has none.
    """
    if found := re.match(rf"([^.:;]{{2,150}})\s?[.:]\s?[{DASHES}]+\s*(.*)", text, re.DOTALL):
        return found[1].strip(), found[2]
    if is_followed and len(text) <= 120:
        words = text.split()
        is_order = words[0].lower().endswith("se")  # «Derógase…», «Encárguese…»
        if text[-1] not in ".;:," or (text[-1] in ".:" and len(words) <= 6 and not is_order):
            return text, ""
    if found := re.match(r"([A-ZÁÉÍÓÚÑ][^.:;,]{2,60})\.\s+(?=[A-ZÁÉÍÓÚÑ])(.+)", text, re.DOTALL):
        words = found[1].split()
        if len(words) <= 5 and not words[0].lower().endswith("se"):
            return found[1], found[2]
    return "", text


# --- What the columns hold


def _fitted(part: Found) -> list[Found]:
    """The part as the database can keep it; what finds no room in one goes on in the next."""
    if len(part.label) > LONGEST_LABEL:
        part.heading = f"{part.label} {part.heading}".strip()
        part.label = ""
    if len(part.heading) <= LONGEST_HEADING and len(part.text) <= LONGEST_TEXT:
        return [part]
    if part.kind in HEADINGS:
        first, *more = _pieces(part.heading, LONGEST_HEADING)
        return [Found(part.kind, part.label, first), *(Found(part.kind, "", one) for one in more)]
    if len(part.heading) > LONGEST_HEADING:
        part.lines.insert(0, part.heading)
        part.heading = ""
    chunks: list[list[str]] = [[]]
    room = LONGEST_TEXT
    for line in part.lines:
        for piece in _pieces(line, LONGEST_TEXT - 1):
            if len(piece) + 1 > room:
                chunks.append([])
                room = LONGEST_TEXT
            chunks[-1].append(piece)
            room -= len(piece) + 1
    first_lines, *others = chunks
    return [
        Found(part.kind, part.label, part.heading, first_lines),
        *(Found(part.kind, lines=lines) for lines in others),
    ]


def _pieces(text: str, longest: int) -> list[str]:
    """Cut between words where possible."""
    pieces = []
    while len(text) > longest:
        at = text.rfind(" ", 1, longest)
        at = at if at > 0 else longest
        pieces.append(text[:at])
        text = text[at:].lstrip(" ")
    return [*pieces, text]
