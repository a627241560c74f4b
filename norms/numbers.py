"""How provisions of Peruvian norms are numbered: 5, 5-A, IV, Primero, Décimo Segunda, Único."""

from __future__ import annotations

import re
import unicodedata


UNITS = {
    "primer": 1,
    "segund": 2,
    "tercer": 3,
    "cuart": 4,
    "quint": 5,
    "sext": 6,
    "septim": 7,
    "setim": 7,
    "octav": 8,
    "noven": 9,
}
TENS = {
    "decim": 10,
    "vigesim": 20,
    "trigesim": 30,
    "cuadragesim": 40,
    "quincuagesim": 50,
    "sexagesim": 60,
}
ALONE = {"unic": 1, "undecim": 11, "duodecim": 12}

_UNIT = r"(?:primer|segund|tercer|cuart|quint|sext|s[ée]p?tim|octav|noven)[oa]?"
_TEN = r"(?:d[ée]cim|vig[ée]sim|trig[ée]sim|cuadrag[ée]sim|quincuag[ée]sim|sexag[ée]sim)[oa]"
# Without a word's end: whoever uses them adds it.
ORDINAL = rf"(?:{_TEN}[\s-]?{_UNIT}|{_TEN}|[uú]nic[oa]|und[ée]cim[oa]|duod[ée]cim[oa]|{_UNIT})"
FIGURE = r"\d{1,4}(?:\s?[-–]\s?[A-Z](?![\w]))?"
ROMAN = r"(?-i:[IVXLC]{1,7})"
NUMBER = rf"(?:{FIGURE}|{ORDINAL}(?!\w)|{ROMAN}(?!\w))"

VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
PROPER_ROMAN = re.compile(r"C{0,3}(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")


def bare(text: str) -> str:
    """In small letters and without accents."""
    parts = unicodedata.normalize("NFD", text.lower())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def roman(text: str) -> int | None:
    """The value of a Roman number that is written as one writes them."""
    if not text or not PROPER_ROMAN.fullmatch(text):
        return None
    values = [VALUES[sign] for sign in text]
    after = [*values[1:], 0]
    return sum(-one if one < next_ else one for one, next_ in zip(values, after, strict=True))


def ordinal(text: str) -> int | None:
    """«Décimo Segunda» is 12, «Única» is 1."""
    word = re.sub(r"[\s-]", "", bare(text))
    if word[:-1] in ALONE:
        return ALONE[word[:-1]]
    value = 0
    for stem, ten in TENS.items():
        if word.startswith(stem):
            value, word = ten, word[len(stem) + 1 :]
            break
    if not word:
        return value or None
    for stem, unit in UNITS.items():
        if word in (stem, f"{stem}o", f"{stem}a"):
            return value + unit
    return None


def value_of(number: str) -> tuple[int, str] | None:
    """As something to be put in order: «5-A» is (5, "a"), «IV» is (4, "")."""
    number = number.strip()
    if found := re.fullmatch(r"(\d{1,4})(?:\s?[-–]\s?([A-Z]))?", number):
        return int(found[1]), (found[2] or "").lower()
    if (value := roman(number)) or (value := ordinal(number)):
        return value, ""
    return None
