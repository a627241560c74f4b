"""A text as the lines it is read in: cleaned of what nobody sees, and unwrapped.

Whatever the source, norms/structure.py is given these. No word is dropped on the way: what
goes are signs of layout, never letters or digits.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Line:
    """One paragraph. `heading` is the level its source marks it with, 1 for the highest, or 0.

    `depth` says in how many lists its source sets it, if the source says it at all.
    """

    text: str
    heading: int = 0
    depth: int | None = None


# So long a line may have been cut by the width of a page.
WRAPPED = 50
# And what has become longer than any paragraph is joined to nothing more.
LONGEST_JOINED = 5_000
# Signs of emphasis are looked for in lines up to this length: beyond, it is not Markdown.
EMPHASISED = 5_000

ENDS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
SPACES = re.compile(r"[^\S\n]+")
BULLET = r"[-–—•·▪●○◦‣*\u2212\ue000-\uf8ff]"
MARKER = re.compile(
    rf"""(?:
    (?P<dotted>\d{{1,3}}(?:\.\d{{1,3}}){{1,5}})[.)]?[-–—]? |
    (?P<number>\d{{1,3}})[°º]?[.)][-–—]? |
    (?P<roman>[ivxlc]{{2,7}}|[IVXLC]{{2,7}})[.)][-–—]? |
    (?P<letter>[a-zñ]|[A-ZÑ])[.)][-–—]? |
    (?P<bullet>{BULLET})(?=\s|[^\W\d_])
    )\s*(?=\S)""",
    re.VERBOSE,
)

ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)(.*)")
CLOSING_HASHES = re.compile(r"[ \t]+#+[ \t]*$")
RULE = re.compile(r" {0,3}([-*_=])(?:[ \t]*\1){2,}[ \t]*$")
ITEM = re.compile(r"([ \t]*)([-*+]|\d{1,4}[.)])[ \t]+(\S.*)")
TABLE_RULE = re.compile(r"[ \t]*\|?[ \t:|-]*-[ \t:|-]*\|[ \t:|-]*$")
QUOTED = re.compile(r"^ {0,3}(?:>[ \t]?)+")
LINK = re.compile(r"!?\[([^\[\]]*)\]\(\s*<?([^()\s<>]+)>?([^()]*)\)")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")
# Only around whole words, so that what remains is not glued to what stands beside it.
EMPHASES = tuple(
    re.compile(rf"(?<![^\W_]){mark}(?=\S)([^{sign}]+)(?<=\S){mark}(?![^\W_])")
    for mark, sign in ((r"\*{1,3}", "*"), ("_{1,3}", "_"), ("~~", "~"), ("`+", "`"))
)


def clean(text: str) -> str:
    """In composed letters, without what nobody sees, each line ended by a single sign."""
    text = ENDS.sub("\n", unicodedata.normalize("NFC", text))
    return "".join(map(_shown, text))


def one_line(text: str) -> str:
    """The same with each run of spaces as one, and none at its ends."""
    return " ".join(clean(text).split())


def of_text(text: str) -> list[Line]:
    """Of a text as it was pasted: lines that the width of a page has cut are joined."""
    found: list[Line] = []
    goes_on = False
    for raw in clean(text).split("\n"):
        line = SPACES.sub(" ", raw).strip()
        if not line:
            goes_on = False
            continue
        if goes_on and _continues(found[-1].text, line):
            found[-1] = Line(f"{found[-1].text} {line}")
        else:
            found.append(Line(line))
        goes_on = True
    return found


def of_markdown(text: str) -> list[Line]:
    """Of Markdown as people write it: headings, lists, quotations, tables as lines."""
    found: list[Line] = []
    goes_on = False
    indents: list[int] = []
    for raw in BREAK.sub("\n", clean(text)).split("\n"):
        line = QUOTED.sub("", raw.rstrip().expandtabs(4))
        if not line.strip():
            goes_on = False
        elif RULE.match(line) or TABLE_RULE.match(line):
            if goes_on and line.strip()[0] in "=-" and not found[-1].heading:
                found[-1] = Line(found[-1].text, heading=1 if "=" in line else 2)
            goes_on = False
        elif heading := ATX.match(line):
            said = plain(CLOSING_HASHES.sub("", heading[2]))
            if said:
                found.append(Line(said, heading=len(heading[1])))
            goes_on, indents = False, []
        elif item := ITEM.match(line):
            indents = [indent for indent in indents if indent < len(item[1])] + [len(item[1])]
            said = plain(item[3])
            if said:
                mark = "" if item[2] in "-*+" and MARKER.match(said) else f"{_bullet(item[2])} "
                found.append(Line(mark + said, depth=len(indents)))
            goes_on = bool(said)
        else:
            said = plain(_cells(line))
            if not said:
                continue
            if goes_on and _continues(found[-1].text, said):
                found[-1] = Line(f"{found[-1].text} {said}", depth=found[-1].depth)
            else:
                found.append(Line(said))
                indents = [] if not line.startswith(" ") else indents
            goes_on = True
    return found


def plain(text: str) -> str:
    """A line of Markdown without its signs; the address of a link stays beside its words."""
    text = text.strip()
    if len(text) <= EMPHASISED:
        text = LINK.sub(_link_said, text)
        for emphasis in EMPHASES:
            text = emphasis.sub(r"\1", text)
    return SPACES.sub(" ", ESCAPED.sub(r"\1", text)).strip()


@lru_cache(maxsize=4_096)
def _shown(sign: str) -> str:
    if sign == "\n":
        return sign
    kind = unicodedata.category(sign)
    if kind in ("Cf", "Cs", "Cn") or sign == "\x00":  # soft hyphens, marks of direction, halves
        return ""
    return " " if kind in ("Cc", "Zs") else sign


def _continues(before: str, line: str) -> bool:
    """Whether a line goes on with a sentence that the one before has not ended."""
    return (
        WRAPPED <= len(before) <= LONGEST_JOINED
        and before[-1] not in ".:;"
        and line[0].islower()
        and not MARKER.match(line)
    )


def _bullet(mark: str) -> str:
    return "–" if mark in "-*+" else mark


def _link_said(link: re.Match[str]) -> str:
    words, address, title = link.groups()
    said = f"{words} ({address}{title.rstrip()})" if words else f"{address}{title.rstrip()}"
    before, after = link.string[: link.start()][-1:], link.string[link.end() :][:1]
    return f"{' ' * before.isalnum()}{said}{' ' * after.isalnum()}"


def _cells(line: str) -> str:
    """A row of a table with its cells one after the other."""
    line = line.strip()
    if not line.startswith("|"):
        return line
    return " | ".join(cell.strip() for cell in line.strip("|").split("|"))
