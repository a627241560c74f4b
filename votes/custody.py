"""The key of an urn in parts of twenty words, and what is wrong with words as people type them.

Each poll's private key comes from a random secret of 128 bits, which is as strong as the lock
(X25519) and takes twenty words of SLIP-39 to write down, where 256 bits would take 33. Any k of
the n parts give the secret back; fewer say nothing about it. Nothing here reads or writes.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from django.utils.translation import gettext as _, ngettext
from shamir_mnemonic import combine_mnemonics, generate_mnemonics
from shamir_mnemonic.rs1024 import create_checksum
from shamir_mnemonic.share import Share
from shamir_mnemonic.utils import MnemonicError
from shamir_mnemonic.wordlist import WORD_INDEX_MAP, WORDLIST


SECRET = 16  # bytes
WORDS = 20  # that write down a part of so many
MOST_SHARES = 16
LETTERS = 4  # tell the words of the list apart
CHECKSUM = 3  # words at the end
FAMILY = b"shamir_extendable"  # what SLIP-39 mixes into the checksum of shares like these
# Stretching is for passphrases; there is none, and the secret is as random as can be.
NO_STRETCHING = 0
KEY = b"decide-la-libertad/seal-key/1"
SHARE = b"decide-la-libertad/share/1"

BY_PREFIX = {word[:LETTERS]: word for word in WORDLIST}


class CannotCombine(Exception):
    """These parts do not make a key; the text says why."""


class Problem(NamedTuple):
    """What is wrong with typed words: at which place, from 1, or with all of them (None)."""

    place: int | None
    text: str


# --- Making parts, and a key of them


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET)


def private_key(secret: bytes) -> bytes:
    """The key (X25519) that a secret stands for."""
    return hashlib.sha256(KEY + secret).digest()


def make_shares(secret: bytes, needed: int, of: int) -> list[str]:
    """The secret in `of` parts of twenty words, any `needed` of which give it back."""
    if needed == 1:  # SLIP-39 has no 1 of many: each gets the whole, in words of their own
        return [_generate(secret, 1, 1)[0] for _one in range(of)]
    return _generate(secret, needed, of)


def _generate(secret: bytes, needed: int, of: int) -> list[str]:
    made = generate_mnemonics(1, [(needed, of)], secret, iteration_exponent=NO_STRETCHING)
    return made[0]


def combine(parts: Iterable[Sequence[str]]) -> bytes:
    """The private key that the parts give together. Those beyond the number needed are not used."""
    different = list(dict.fromkeys(" ".join(whole(words)) for words in parts))
    if not different:
        raise CannotCombine(_("Nobody has typed their words yet."))
    try:
        shares = [Share.from_mnemonic(words) for words in different]
        needed = shares[0].member_threshold
        if len({share.group_parameters() for share in shares[:needed]}) > 1:
            raise CannotCombine(_("These words are of different keys."))
        if len(shares) < needed:
            raise CannotCombine(
                ngettext(
                    "The words of one more trustee are missing.",
                    "The words of %(missing)d more trustees are missing.",
                    needed - len(shares),
                )
                % {"missing": needed - len(shares)}
            )
        return private_key(combine_mnemonics(different[:needed]))
    except MnemonicError as error:
        raise CannotCombine(_("These words do not fit together.")) from error


def digest(words: Sequence[str]) -> bytes:
    """What recognises a part without telling anything of it."""
    return hashlib.sha256(SHARE + " ".join(whole(words)).encode()).digest()


# --- Reading what people type


def read(typed: Iterable[str] | str) -> list[str]:
    """The words in what was typed: in one piece, or in a field for each of them.

    Capitals, accents, signs and the numbers of a copied list do not matter. A field left empty
    stays an empty word, unless somebody wrote several words into one of them.
    """
    if isinstance(typed, str):
        return _plain(typed).split()
    fields = [_plain(one) for one in typed]
    if any(len(field.split()) > 1 for field in fields):
        return " ".join(fields).split()
    while fields and not fields[-1].strip():
        fields.pop()
    return [field.strip() for field in fields]


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(
        r"[^a-z]+", " ", "".join(letter for letter in letters if not unicodedata.combining(letter))
    )


def whole(words: Sequence[str]) -> list[str]:
    """Each word as the list has it, where its first letters are enough to know it."""
    return [_known(word) or word for word in words]


def _known(word: str) -> str | None:
    if word in WORD_INDEX_MAP:
        return word
    found = BY_PREFIX.get(word[:LETTERS])
    return found if found and found.startswith(word) else None


def problems(words: Sequence[str]) -> list[Problem]:
    """All that is wrong with the words of one part, however they came; nothing if all is well."""
    found = [Problem(place, text) for place, word in _numbered(words) if (text := _about(word))]
    if len(words) != WORDS:
        found.append(Problem(None, _about_number(len(words))))
    if found:
        return found
    if place := _wrong_place(words):
        return [
            Problem(
                place,
                _("This word is in the list, but it is not the one of your sheet. Look again."),
            )
        ]
    if not _adds_up(words):
        return [Problem(None, _about_order(words))]
    return []


def _numbered(words: Sequence[str]) -> Iterable[tuple[int, str]]:
    return enumerate(words, start=1)


def _about(word: str) -> str:
    if not word:
        return _("This word is missing.")
    if _known(word):
        return ""
    near = get_close_matches(word, WORDLIST, n=2)
    if not near:
        return _("«%(word)s» is not in the list of words.") % {"word": word}
    return _("«%(word)s» is not in the list of words. Is it «%(near)s»?") % {
        "word": word,
        "near": _("» or «").join(near),
    }


def _about_number(count: int) -> str:
    if count < WORDS:
        return ngettext(
            "One word is missing: there are %(whole)d, and you typed %(count)d.",
            "%(missing)d words are missing: there are %(whole)d, and you typed %(count)d.",
            WORDS - count,
        ) % {"missing": WORDS - count, "whole": WORDS, "count": count}
    return _("There are too many words: there are %(whole)d, and you typed %(count)d.") % {
        "whole": WORDS,
        "count": count,
    }


def _about_order(words: Sequence[str]) -> str:
    for one, other in itertools.combinations(range(WORDS), 2):
        swapped = list(words)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        if _adds_up(swapped):
            return _("Words %(one)d and %(other)d seem to have changed places.") % {
                "one": one + 1,
                "other": other + 1,
            }
    return _(
        "Every word is in the list, but together they are not a part of a key:"
        " two or more are not those of your sheet. Compare them one by one."
    )


# --- The checksum at the end of each part


def _adds_up(words: Sequence[str]) -> bool:
    return not any(_difference(_places(words)))


def _places(words: Sequence[str]) -> list[int]:
    return [WORD_INDEX_MAP[word] for word in whole(words)]


def _difference(places: Sequence[int]) -> list[int]:
    """Between the checksum that is there and the one that should be: zeros if all is well."""
    made = create_checksum(places[:-CHECKSUM], FAMILY)
    return [there ^ should for there, should in zip(places[-CHECKSUM:], made, strict=True)]


def _wrong_place(words: Sequence[str]) -> int | None:
    """Which word is wrong, from 1, if one alone is. That says nothing of which it should be.

    The checksum tells: each bit of each word changes it in a way of its own, whatever the others
    are, and no two words change it alike. So it is looked for which word's bits explain the
    difference.
    """
    places = _places(words)
    difference = _as_number(_difference(places))
    if not difference:
        return None
    nothing = _as_number(_difference([0] * WORDS))
    for place in range(WORDS):
        effects = []
        for bit in range(10):
            alone = [0] * WORDS
            alone[place] = 1 << bit
            effects.append(_as_number(_difference(alone)) ^ nothing)
        if _is_sum_of(difference, effects):
            return place + 1
    return None


def _as_number(difference: Sequence[int]) -> int:
    return sum(part << (10 * place) for place, part in enumerate(difference))


def _is_sum_of(number: int, parts: Iterable[int]) -> bool:
    """Whether some of the parts, joined by exclusive or, are the number."""
    basis: list[int] = []
    for part in parts:
        if reduced := _reduced(part, basis):
            basis.append(reduced)
    return not _reduced(number, basis)


def _reduced(number: int, basis: Iterable[int]) -> int:
    for one in basis:
        number = min(number, number ^ one)
    return number
