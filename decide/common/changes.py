"""What changed between two texts, word by word, in pieces that can be read aloud."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher


WORDS_AT_MOST = 2000


@dataclass(frozen=True)
class Piece:
    """Some words that stayed ("same"), went ("removed") or came ("added")."""

    kind: str
    text: str


def between(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in the order one reads them. Long texts are compared by line."""
    old, new = _parts(before), _parts(after)
    if max(len(old), len(new)) > WORDS_AT_MOST:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(old[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(new[c:d])))
    return pieces


def _parts(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)
