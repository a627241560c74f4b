"""Identity documents: how they are written, and the keyed hash that is all we keep of them.

A document is only ever in memory. It is hashed with a secret of the settings, because
there are so few DNIs that a plain hash could be undone by trying them all. See docs/keys.md.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from datetime import date

from django.conf import settings
from django.utils.translation import gettext_lazy as _


DNI = "dni"
FOREIGNER_CARD = "ce"

WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
CHECK_DIGITS = "67890112345"
CHECK_LETTERS = "KABCDEFGHIJ"
SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015\u200b\u00ad]+")
SHAPES = {
    DNI: re.compile(r"[0-9]{8}"),
    # Nine digits today; older ones carry letters.
    FOREIGNER_CARD: re.compile(r"(?=.*[0-9])[0-9A-Z]{6,12}"),
}


class BadDocument(ValueError):
    """The number cannot be one of this kind of document; the text never repeats it."""


def normalise(number: str) -> str:
    """What was typed, in plain digits and capitals, without spaces, dots or hyphens."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", str(number))).upper()


def clean(kind: str, number: str) -> str:
    """The document as it is hashed; refuses what cannot be one."""
    number = normalise(number)
    if not SHAPES[kind].fullmatch(number):
        if kind == DNI:
            raise BadDocument(_("A DNI has 8 digits. Write them all, zeros at the start too."))
        raise BadDocument(_("A carné de extranjería has 9 digits, older ones up to 12 signs."))
    return number


def check_digit(dni: str) -> tuple[str, str]:
    """The digit and the letter that may be printed beside a DNI.

    They catch typing errors and prove nothing: many people do not know theirs.
    """
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, dni, strict=True))
    index = (11 - total % 11) % 11
    return CHECK_DIGITS[index], CHECK_LETTERS[index]


def fits_check_digit(dni: str, digit: str) -> bool:
    return normalise(digit) in check_digit(dni)


def latest_key() -> int:
    return max(settings.DOCUMENT_KEYS)


def document_hash(kind: str, number: str, version: int | None = None) -> bytes:
    """What is kept of a document: the same person gives the same 32 bytes, and only we can tell."""
    return _hash(f"document:{kind}:{clean(kind, number)}", version)


def birth_hash(kind: str, number: str, born: date, version: int | None = None) -> bytes:
    """Document and birth date together, so that neither the one nor the other is kept."""
    return _hash(f"birth:{kind}:{clean(kind, number)}:{born.isoformat()}", version)


def all_hashes(kind: str, number: str) -> list[bytes]:
    """The hashes under every key we still have, to find what an older one has stored."""
    return [document_hash(kind, number, version) for version in sorted(settings.DOCUMENT_KEYS)]


def masked(number: str) -> str:
    """Enough to find the row in one's own file, too little to know the person."""
    number = normalise(number)
    return "•" * max(len(number) - 2, 0) + number[-2:] if len(number) > 4 else "•" * len(number)


def _hash(text: str, version: int | None) -> bytes:
    key = settings.DOCUMENT_KEYS[latest_key() if version is None else version]
    return hmac.digest(key.encode(), text.encode(), "sha256")
