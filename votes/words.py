"""The rules of a question as sentences: how one answers it, and what decides."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _, ngettext

from decide.common.money import soles
from votes.enums import QuestionKind


MANY = 30  # nobody reads so many names in one sentence


def how_to_answer(question: dict[str, Any]) -> str:
    kind = question["kind"]
    if kind == QuestionKind.MULTIPLE:
        most = question["most"]
        text = ngettext("Mark up to %(n)d option.", "Mark up to %(n)d options.", most)
        return text % {"n": most}
    if kind == QuestionKind.KNAPSACK:
        text = _("Mark those you want, as long as together they cost no more than %(money)s.")
        return text % {"money": soles(question["money"])}
    if kind == QuestionKind.RANKED:
        return _("Give 1 to the one you prefer, 2 to the next, and so on. Not all need a place.")
    if kind == QuestionKind.SCORE:
        low, high = question["scale"]
        return _("Give each a mark from %(low)d to %(high)d, or none.") % {"low": low, "high": high}
    if kind == QuestionKind.POINTS:
        text = ngettext(
            "Share out up to %(n)d point.", "Share out up to %(n)d points.", question["points"]
        )
        return text % {"n": question["points"]}
    if kind == QuestionKind.OPEN:
        text = _("Write up to %(n)d letters. Do not say who you are: the answers are published.")
        return text % {"n": question["length"]}
    return {
        QuestionKind.YES_NO: _("Choose one answer."),
        QuestionKind.SINGLE: _("Choose one option."),
        QuestionKind.APPROVAL: _("Mark all that you agree with."),
    }[kind]


def what_decides(question: dict[str, Any], part_of: str = "") -> list[str]:
    """What comes out of the answers, each rule in one sentence."""
    kind, seats = question["kind"], question.get("seats", 1)
    said = []
    if kind == QuestionKind.OPEN:
        return [_("The answers are read by people; nothing is counted.")]
    if question.get("rule"):
        said.append(
            _("Here votes are counted. From them «%(part_of)s» decides, by a rule settled before.")
            % {"part_of": part_of}
        )
        if question.get("money") and kind != QuestionKind.KNAPSACK:
            text = _("There are %(money)s for what is chosen.")
            said.append(text % {"money": soles(question["money"])})
    elif majority := question.get("majority"):
        of, whole = majority["share"]
        share = {"of": of, "in": whole}
        base = {
            "valid": _("It is approved with more than %(of)d/%(in)d of the valid votes."),
            "cast": _("It is approved with more than %(of)d/%(in)d of all votes, blank ones too."),
        }
        said.append(base[majority["of"]] % share)
    elif kind == QuestionKind.RANKED:
        said.append(
            _(
                "Whoever is first on more than half of the ballots wins. Until then the option with"
                " the fewest first places leaves, and its ballots go on to their next one."
            )
        )
    else:
        text = ngettext("The option with most wins.", "The %(n)d options with most win.", seats)
        said.append(text % {"n": seats})
    if quorum := question.get("quorum"):
        said.append(
            _("It counts only if at least %(of)d of every %(in)d who may vote take part.")
            % {"of": quorum[0], "in": quorum[1]}
        )
    if lots := question.get("lots"):
        said.append(_tie_words(question, lots))
    return said


def _tie_words(question: dict[str, Any], lots: list[str]) -> str:
    if len(lots) > MANY:
        return _("A tie is decided by the lot drawn in public; its order is in the rules.")
    order = ", ".join(question["titles"][one] for one in lots)
    return _("A tie is decided by the lot drawn in public: %(order)s.") % {"order": order}
