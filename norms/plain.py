"""How hard a norm is to read, sentence by sentence, for staff who write it.

The score is the perspicuity of Francisco Szigriszt Pazos («Sistemas predictivos de legibilidad
del mensaje escrito: fórmula de perspicuidad», doctoral thesis, Universidad Complutense de
Madrid, 1993): 206.835 - 62.3 × syllables / words - words / sentences. Its five grades are those
of the INFLESZ scale (Inés María Barrio-Cantalejo and others, «Validación de la Escala INFLESZ
para evaluar la legibilidad de los textos dirigidos a pacientes», Anales del Sistema Sanitario de
Navarra 31, 2008). Spanish syllables follow from spelling, so that no dictionary is needed.

Pure but for the words it explains with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from norms.legalese import PLAINER
from norms.numbers import bare


LONG_SENTENCE, VERY_LONG_SENTENCE = 30, 45  # words
LONG_WORD = 6  # syllables
LONG_WORDS = 4
NESTED = 4  # words that begin a clause
HARD = 3  # points from which a sentence is hard

VOWELS = "aeiouáéíóúü"
STRONG = "aeoáéíóú"
WORD = re.compile(r"[^\W\d_]+")
ENDS = re.compile(r"(?<=[.;:?!])[»”\"')]*\s+(?=[\"«“(¿¡–\-]*[^\W\d_a-z]|\d|[a-zñ]\))")
# Points after which no sentence ends.
SHORT = re.compile(
    r"(?:\b(?:art|arts|inc|núm|nro|no|nº|n|pág|párr|lit|sr|sra|dr|dra|ing|abog|etc|av|jr|mz|lt|cf|vol|ed"
    r"|d\.\s?s|r\.\s?m|ee|uu)|\b[A-ZÑ])\.$",
    re.IGNORECASE,
)
MARKER = re.compile(
    r"^\s*(?:[–•-]|\d{1,3}(?:\.\d{1,3})+[.)]?|\(?(?:[a-zñA-ZÑ]|[ivxlc]+|\d{1,3})[.)])\s*(?=\S)"
)

BE = (
    r"(?:es|son|era|eran|fue|fueron|será|serán|sería|serían|sea|sean|fuera|fueran|fuese|fuesen"
    r"|ser|siendo|sido)"
)
PARTICIPLE = (
    r"[^\W\d_]{2,}(?:ad[oa]s?|id[oa]s?)|"
    r"(?:hech|dich|escrit|inscrit|prescrit|suscrit|puest|dispuest|impuest|propuest|expuest|abiert"
    r"|cubiert|resuelt|devuelt|vist|previst|provist|rot|impres)[oa]s?"
)
PASSIVE = re.compile(rf"\b{BE}\s+(?:[^\W\d_]+mente\s+)?(?:{PARTICIPLE})\b", re.IGNORECASE)
# «Sido» and «ser» as nouns aside, these end like participles and are none.
NOT_PASSIVE = re.compile(
    r"\b(?:todo|todos|toda|todas|cada|nada|lado|estado|sentido|contenido|cuando|obligad[oa]s?"
    r"|responsable|debid[oa]s?|adecuad[oa]s?|válid[oa]s?|rápid[oa]s?|únic[oa]s?)$",
    re.IGNORECASE,
)
CLAUSE = re.compile(
    r"\b(?:(?:siempre|dado|puesto|salvo|para|ya|sino|aun)\s+que|que|quien(?:es)?|cual(?:es)?|cuy[oa]s?"
    r"|donde|cuando|si|salvo|excepto|aunque|mientras|porque)\b",
    re.IGNORECASE,
)

LOOKED_FOR = [(f" {bare(words)} ", words) for words in PLAINER]

GRADES = (
    (80, "very_easy", gettext_lazy("Very easy")),
    (65, "easy", gettext_lazy("Quite easy")),
    (55, "normal", gettext_lazy("Normal")),
    (40, "hard", gettext_lazy("Somewhat hard")),
)
HARDEST = ("very_hard", gettext_lazy("Very hard"))


@dataclass(frozen=True)
class Mark:
    """Why a sentence is hard: `code` is the reason, `points` how much it weighs."""

    code: str
    text: str
    points: int


@dataclass(frozen=True)
class Sentence:
    """A sentence with what makes it hard; nothing, if it is not."""

    text: str
    words: int
    marks: tuple[Mark, ...]

    @property
    def points(self) -> int:
        return sum(mark.points for mark in self.marks)

    @property
    def is_hard(self) -> bool:
        return self.points >= HARD


@dataclass(frozen=True)
class Report:
    """What was found in some texts together. `score` goes from 0, the hardest, to about 100."""

    score: int | None
    grade: str
    grade_label: Any
    words: int
    sentences: tuple[Sentence, ...]

    @property
    def hard(self) -> list[Sentence]:
        """The hard sentences, the hardest first."""
        return sorted(
            (one for one in self.sentences if one.is_hard),
            key=lambda one: (-one.points, -one.words),
        )


def report(texts: Iterable[str]) -> Report:
    """Of texts as parts keep them, a paragraph or inciso in each line."""
    said = [text for whole in texts for text in sentences(whole)]
    words = [word for text in said for word in WORD.findall(text)]
    value = score(words, len(said)) if words else None
    grade, label = grade_of(value)
    return Report(value, grade, label, len(words), tuple(map(judge, said)))


def sentences(text: str) -> list[str]:
    """Its sentences, without the marks of incisos; each inciso is one, however it ends."""
    found: list[str] = []
    for line in text.split("\n"):
        pieces = ENDS.split(MARKER.sub("", line.strip()))
        whole: list[str] = []
        for piece in pieces:
            if whole and SHORT.search(whole[-1]):
                whole[-1] = f"{whole[-1]} {piece}"
            else:
                whole.append(piece)
        found += [piece.strip() for piece in whole if WORD.search(piece)]
    return found


def judge(text: str) -> Sentence:
    """One sentence and why it is hard to read."""
    words = WORD.findall(text)
    marks = [*_length(len(words)), *_passive(text), *_nested(text), *_legalese(text)]
    return Sentence(text, len(words), (*marks, *_long_words(words)))


def score(words: Sequence[str], sentence_count: int) -> int:
    """The perspicuity, never below 0 nor above 100."""
    syllable_count = sum(map(syllables, words))
    value = 206.835 - 62.3 * syllable_count / len(words) - len(words) / max(sentence_count, 1)
    return round(min(max(value, 0), 100))


def grade_of(value: int | None) -> tuple[str, Any]:
    if value is None:
        return "", ""
    return next(((code, label) for least, code, label in GRADES if value > least), HARDEST)


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """How many syllables a Spanish word has, by its vowels: «ciu-da-da-ní-a» has five.

    Two vowels are one syllable unless both are strong; an accented í or ú stands alone.
    """
    word = re.sub(r"qu(?=[eiéí])", "q", word.lower())
    word = re.sub(r"gu(?=[eiéí])", "g", word)
    word = re.sub(r"y$", "i", word)
    count = 0
    for group in re.findall(rf"[{VOWELS}]+(?:h[{VOWELS}]+)*", word):
        letters = group.replace("h", "")
        count += 1
        for one, other in zip(letters, letters[1:], strict=False):
            count += _are_apart(one, other)
    return max(count, 1)


def _are_apart(one: str, other: str) -> bool:
    if one == other or one in "íú" or other in "íú":
        return True
    return one in STRONG and other in STRONG


def _length(words: int) -> list[Mark]:
    if words <= LONG_SENTENCE:
        return []
    text = _("%(count)d words: cut it in two or three.") % {"count": words}
    return [Mark("long", text, 4 if words > VERY_LONG_SENTENCE else 3)]


def _passive(text: str) -> list[Mark]:
    found = [one[0] for one in PASSIVE.finditer(text) if not NOT_PASSIVE.search(one[0])]
    if not found:
        return []
    said = _("Passive: «%(words)s». Say who does it.") % {"words": "», «".join(found[:3])}
    return [Mark("passive", said, 2 * min(len(found), 2))]


def _nested(text: str) -> list[Mark]:
    count = len(CLAUSE.findall(text))
    if count < NESTED:
        return []
    said = ngettext(
        "%(count)d clause within others: make sentences of them, or a list.",
        "%(count)d clauses within others: make sentences of them, or a list.",
        count,
    ) % {"count": count}
    return [Mark("nested", said, 2 if count == NESTED else 3)]


def _legalese(text: str) -> list[Mark]:
    lowered = f" {' '.join(WORD.findall(bare(text)))} "
    found = [(words, PLAINER[words]) for looked_for, words in LOOKED_FOR if looked_for in lowered]
    return [
        Mark(
            "legalese", _("«%(words)s»: better «%(plain)s».") % {"words": words, "plain": plain}, 1
        )
        for words, plain in found[:5]
    ]


def _long_words(words: Sequence[str]) -> list[Mark]:
    long = list(dict.fromkeys(word for word in words if syllables(word) >= LONG_WORD))
    if len(long) < LONG_WORDS:
        return []
    said = _("Long words: %(words)s.") % {"words": ", ".join(long[:6])}
    return [Mark("long_words", said, 1)]
