"""What somebody reads on a paper ballot, brought into the one form that the count takes.

Void = more than allowed; the same mark twice = one; no mark = blank (votes/counting/answers.py).
A code is what is quick to type on a number pad: «2», «1 3», «0» for blank, «*» for void. Of a
question that is not on the paper, or of whose heading nothing is marked, there is no answer.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from decide.common.money import soles
from votes import counting
from votes.counting.answers import NUMBERS, SETS


if TYPE_CHECKING:
    from votes.models import Urn

VOID = None
ABSENT = object()  # no answer, which is something else than a blank one
VOID_SIGNS = {"*", "n", "x"}
BLANK_SIGNS = {"0", "b"}
NOTHING = {"#", "-"}  # no number for this option, or no mark under this heading
APART = re.compile(r"[\s,;.+/]+")


class BadCode(ValueError):
    """What was typed means nothing for this question; the text says what would."""


def questions_of(urn: Urn) -> list[dict[str, Any]]:
    return json.loads(urn.definition)["questions"]


def allowed(question: dict[str, Any], answer: Any) -> Any:
    """The answer, or void if the rules of the question do not allow it."""
    try:
        counting.check(question, answer)
    except counting.Void:
        return VOID
    return answer


def of_marks(question: dict[str, Any], marked: Collection[str]) -> Any:
    """Which options of a set are marked."""
    return allowed(question, [one for one in question["options"] if one in marked])


def of_numbers(question: dict[str, Any], written: Mapping[str, int]) -> Any:
    """Which number stands beside which option: a place, a mark or points."""
    if question["kind"] != "ranked":
        return allowed(question, dict(written))
    if len(set(written.values())) < len(written):
        return VOID
    return allowed(question, sorted(written, key=lambda option: written[option]))


def of_code(question: dict[str, Any], code: str) -> Any:
    """What was typed in a hurry, or BadCode."""
    typed = unicodedata.normalize("NFKC", code).strip().lower()
    if not typed:
        raise BadCode(_("Write something: 0 if it is blank, * if it is void."))
    if typed in VOID_SIGNS:
        return VOID
    if question.get("group") and typed in NOTHING:
        return ABSENT
    is_mark = question["kind"] in NUMBERS and len(question["options"]) == 1 and typed == "0"
    if typed in BLANK_SIGNS and not is_mark:
        return counting.blank(question)
    if question["kind"] == "open":
        return allowed(question, code.strip())
    words = [word for word in APART.split(typed) if word]
    options = question["options"]
    if question["kind"] in NUMBERS:
        return _numbers(question, _single_signs(words, len(options)))
    if len(words) == 1 and len(options) < 10:
        words = list(words[0])
    return _options(question, words)


def _options(question: dict[str, Any], words: list[str]) -> Any:
    options = question["options"]
    chosen = []
    for word in words:
        if not (word.isascii() and word.isdigit() and 1 <= int(word) <= len(options)):
            raise BadCode(
                _("«%(word)s» is no option: they go from 1 to %(last)d.")
                % {"word": word, "last": len(options)}
            )
        chosen.append(options[int(word) - 1])
    if question["kind"] in SETS:
        return of_marks(question, chosen)
    if len(set(chosen)) < len(chosen):
        raise BadCode(_("The same option twice. If the paper says so, it is void: write *."))
    return allowed(question, chosen)


def _single_signs(words: list[str], count: int) -> list[str]:
    return list(words[0]) if len(words) == 1 and len(words[0]) == count else words


def _numbers(question: dict[str, Any], words: list[str]) -> Any:
    options = question["options"]
    if len(words) != len(options):
        raise BadCode(
            _("Write %(count)d numbers, one for each option in order; # where there is none.")
            % {"count": len(options)}
        )
    written = {}
    for option, word in zip(options, words, strict=True):
        if word in NOTHING:
            continue
        if not re.fullmatch(r"-?[0-9]{1,4}", word):
            raise BadCode(_("«%(word)s» is no number.") % {"word": word})
        written[option] = int(word)
    if (read := allowed(question, written)) is VOID:
        raise BadCode(
            _("These numbers are not allowed. If the paper says so, it is void: write *.")
        )
    return read


# --- Comparing and showing


def same(questions: list[dict[str, Any]], one: Any, other: Any) -> bool:
    """Whether two people read the same; of free text, only that there is some."""
    if one is None or other is None:
        return False
    return all(
        _alike(question, one.get(question["id"], ABSENT), other.get(question["id"], ABSENT))
        for question in questions
    )


def _alike(question: dict[str, Any], one: Any, other: Any) -> bool:
    if question["kind"] == "open" and isinstance(one, str) and isinstance(other, str):
        return bool(one) == bool(other)
    return one == other


def why_void(question: dict[str, Any], marked: Collection[str]) -> str:
    """Of works that cost more than there is: how much they cost together; else nothing."""
    if question["kind"] != "knapsack":
        return ""
    spent = counting.cost(question, set(marked))
    if spent <= question["money"]:
        return ""
    return _("void, for it costs %(spent)s and there are %(money)s") % {
        "spent": soles(spent),
        "money": soles(question["money"]),
    }


def is_whole(questions: list[dict[str, Any]], answers: Collection[str]) -> bool:
    """Whether there is a ballot that asks exactly this, wherever its voter lives."""
    return any(ballot.fits(answers) for ballot in counting.ballots_of(questions))


def told(question: dict[str, Any], answer: Any) -> str:
    """An answer in words, for whoever has just typed it."""
    if answer is VOID:
        return _("void")
    if not answer:
        return _("blank")
    if isinstance(answer, str):
        return answer
    titles = question["titles"]
    if isinstance(answer, dict):
        return ", ".join(f"{titles[option]}: {number}" for option, number in answer.items())
    return ", ".join(titles[option] for option in answer)
