"""Watched words and links: how a text is read so that small disguises do not help.

Accents, capitals, digits instead of letters, repeated letters, letters drawn apart and look-alikes
of other alphabets all read as the plain word. Only whole words, their plurals and phrases count, so
that «computadora» is not held for what is in the middle of it; «idiot*» stands for all words that
begin so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from decide.common.typed import visible
from participation.enums import WatchedKind
from participation.models import WatchedWord


# «año» is not «ano»: the tilde of the ñ stays.
ENYE = "\ue000"
LOOK_ALIKE = str.maketrans("аеорсухіјѕԁӏαοντ", "aeopcyxijsdlaovt")
DISGUISES = [
    str.maketrans("4301578$€@", "aeoistbsea"),
    str.maketrans("4301578$€@", "aeolstbsea"),
]
WORD = re.compile(rf"[a-z0-9{ENYE}](?:[a-z0-9{ENYE}]|[@$€](?![\s.,;:!?)]*\d))*")
TWICE = re.compile(r"(.)\1+")
# Fewer single letters in a row may be words: «a», «y», «o».
DRAWN_APART = 4

SCHEME = r"(?:https?://|www\.)[^\s<>\[\]()\"']+"
# Without a scheme only endings that no Spanish sentence has after a full stop.
ENDINGS = "com|net|org|info|pe|ly|gl|xyz|top|shop|club|online|app|io|tk|biz|cc|ru|link|click|site"
BARE = rf"(?<![@\w.-])(?:[a-z0-9-]+\.)+(?:{ENDINGS})\b(?:/[^\s<>\[\]()\"']*)?"
LINK = re.compile(f"{SCHEME}|{BARE}", re.IGNORECASE)


@dataclass(frozen=True)
class Hit:
    """A watched word or link that a text contains, as staff wrote it down."""

    kind: WatchedKind
    text: str


def hits(text: str, watched: Iterable[WatchedWord]) -> list[Hit]:
    """What of the lists the text contains, each once."""
    words, links = tokens(text), links_in(text)
    found = []
    for entry in watched:
        if entry.kind == WatchedKind.LINK:
            matches = any(leads_to(link, entry.text) for link in links)
        else:
            matches = contains(words, entry.text)
        if matches:
            found.append(Hit(WatchedKind(entry.kind), entry.text))
    return found


# --- words
def tokens(text: str) -> list[frozenset[str]]:
    """The words of a text, each with the plain readings it may have."""
    words = [match[0] for match in WORD.finditer(_folded(text))]
    read: list[frozenset[str]] = []
    for is_letter, run in groupby(words, key=lambda word: len(word) == 1):
        run = list(run)
        if is_letter and len(run) >= DRAWN_APART:
            run = ["".join(run)]
        read += [_readings(word) for word in run]
    return read


def plain_words(text: str) -> list[str]:
    """The words as a neighbour would copy them: without accents, capitals, marks and look-alikes."""
    return WORD.findall(_folded(text))


def contains(words: Sequence[frozenset[str]], phrase: str) -> bool:
    wanted = [_once(match) for match in re.findall(rf"[a-z0-9{ENYE}]+\*?", _folded(phrase))]
    if not wanted:
        return False
    return any(
        all(
            _is_read_as(word, one)
            for word, one in zip(words[place : place + len(wanted)], wanted, strict=True)
        )
        for place in range(len(words) - len(wanted) + 1)
    )


def _is_read_as(word: frozenset[str], wanted: str) -> bool:
    if wanted.endswith("*"):
        return any(reading.startswith(wanted[:-1]) for reading in word)
    return not word.isdisjoint((wanted, f"{wanted}s", f"{wanted}es"))


def _readings(word: str) -> frozenset[str]:
    if word.isdigit():
        return frozenset([word])
    return frozenset(_once(reading) for reading in (word, *map(word.translate, DISGUISES)))


def _once(word: str) -> str:
    return TWICE.sub(r"\1", word)


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFC", visible(text)).lower().replace("ñ", ENYE)
    kept = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in kept if not unicodedata.combining(sign)).translate(LOOK_ALIKE)


# --- links
def links_in(text: str) -> list[str]:
    """The links of a text, written out or not, without their scheme."""
    return [plain_link(match[0]) for match in LINK.finditer(visible(text))]


def plain_link(link: str) -> str:
    """`https://www.Example.com/Path/` as `example.com/path`."""
    link = link.strip().rstrip(".,;:!?/*_")
    try:
        parts = urlsplit(link if "//" in link else f"//{link}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return link.lower()
    return f"{host.removeprefix('www.')}{parts.path.rstrip('/').lower()}"


def leads_to(link: str, watched: str) -> bool:
    """Whether a link leads to a watched address: the same host or one below it, and that path."""
    host, _slash, path = link.partition("/")
    watched_host, _slash, watched_path = plain_link(watched).partition("/")
    same_host = host == watched_host or host.endswith(f".{watched_host}")
    inside = not watched_path or path == watched_path or path.startswith(f"{watched_path}/")
    return bool(watched_host) and same_host and inside
