"""The rules of counting, in words: of one rule its name, what each part of it means, what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _, ngettext

from budgets import counting
from budgets.enums import BallotKind, Mode
from decide.common.money import soles
from votes.enums import Effect


if TYPE_CHECKING:
    from collections.abc import Callable

    from budgets.models import Budget


class Part(NamedTuple):
    """One parameter of a rule as it is set, and what that means."""

    name: str
    value: str
    meaning: str


def name_of(rule: dict[str, Any]) -> str:
    """In a few words, so that one rule is told from another."""
    rule = counting.complete(rule)
    if rule["method"] == "greedy":
        name = (
            _("By votes, skipping what does not fit")
            if rule["variant"] == "skip"
            else _("By votes, until one does not fit")
        )
        return _with_threshold(name, rule)
    parts = [
        _("Equal shares"),
        _("by the cost of works") if rule["utility"] == "cost" else _("by the number of works"),
        {
            "none": _("nothing more"),
            "add1": _("raising the shares"),
            "add1u": _("raising the shares, then by votes"),
            "utilitarian": _("then by votes"),
        }[rule["completion"]],
    ]
    if rule["completion"] in ("add1", "add1u") and not rule["exhaustive_stop"]:
        parts.append(_("also beyond what uses up the money"))
    if rule["first"] == "floored":
        parts.append(_("first share rounded down"))
    return _with_threshold(", ".join(parts), rule)


def _with_threshold(name: str, rule: dict[str, Any]) -> str:
    if not rule["threshold"]:
        return name
    return _("%(rule)s; at least %(number)d") % {"rule": name, "number": rule["threshold"]}


def parts_of(rule: dict[str, Any], money: Callable[[int], str] = soles) -> list[Part]:
    """Every parameter that changes who wins, as it was set before anybody voted."""
    rule = counting.complete(rule)
    return [*(_greedy(rule) if rule["method"] == "greedy" else _shares(rule, money)), _least(rule)]


def _greedy(rule: dict[str, Any]) -> list[Part]:
    if rule["variant"] == "skip":
        then = (_("is skipped"), _("A cheaper work further down may still be done."))
    else:
        then = (_("ends the count"), _("No work after it is done, even if the money would do."))
    return [
        Part(_("Order"), _("by votes"), _("The work with most votes comes first.")),
        Part(_("What does not fit into the money left"), *then),
    ]


def _shares(rule: dict[str, Any], money: Callable[[int], str]) -> list[Part]:
    utility = {
        "cost": (
            _("the cost of the works they get"),
            _("Big works weigh as much as they cost: the supporters of each pay the same part."),
        ),
        "cardinality": (
            _("the number of works they get"),
            _("Each work weighs the same, so that cheap works are done sooner."),
        ),
    }[rule["utility"]]
    first = {
        "exact": (_("exact"), _("To the last fraction of a céntimo.")),
        "floored": (_("rounded down"), _("To whole units; what is left over belongs to nobody.")),
    }[rule["first"]]
    completion = {
        "none": (_("stays"), _("What nobody can buy any more is left over.")),
        "add1": (
            _("raises the shares"),
            _("Everybody is given a little more, and all is counted anew, as long as it suffices."),
        ),
        "add1u": (
            _("raises the shares, and then goes by votes"),
            _(
                "Everybody is given a little more, and all is counted anew, as long as it"
                " suffices; with what is left after that, the most voted works that fit are done."
            ),
        ),
        "utilitarian": (_("goes by votes"), _("The most voted works that still fit are done.")),
    }[rule["completion"]]
    found = [
        Part(_("What counts for voters"), *utility),
        Part(_("First share of each"), *first),
        Part(_("The money left over"), *completion),
    ]
    if rule["completion"] in ("add1", "add1u"):
        stop = (
            (_("when nothing more fits"), _("The first time that the money is used up."))
            if rule["exhaustive_stop"]
            else (_("when the money is exceeded"), _("The last count before that is the one."))
        )
        found += [
            Part(
                _("Each is given more by"),
                money(rule["increment"]),
                _("As small as it is, no work is passed over for a rounding."),
            ),
            Part(_("Raising ends"), *stop),
        ]
    return found


def _least(rule: dict[str, Any]) -> Part:
    least = rule["threshold"]
    if not least:
        return Part(
            _("Votes a work needs"), _("one"), _("What nobody chose is not done, even if it fits.")
        )
    value = ngettext("%(number)d vote", "%(number)d votes", least) % {"number": least}
    return Part(_("Votes a work needs"), value, _("What has fewer is not done, even if it fits."))


# --- Of a budget


def how_to_mark(budget: Budget) -> str:
    """What is put on a ballot."""
    if budget.ballot == BallotKind.KNAPSACK:
        return _("Each person chooses works until the money of the heading is used up, or fewer.")
    if budget.ballot == BallotKind.POINTS:
        return _("Each person shares out up to %(points)d points among the works of a heading.") % {
            "points": budget.points
        }
    return ngettext(
        "Each person chooses %(most)d work of a heading.",
        "Each person chooses up to %(most)d works of a heading.",
        budget.most,
    ) % {"most": budget.most}


def who_decides(budget: Budget) -> str:
    """Who, by which norm, and whether the municipality has to do it."""
    said = {
        Mode.RESIDENTS: _("The residents decide by their vote."),
        Mode.AGENTS: _("The participating agents decide by their vote: one person, one vote."),
        Mode.MATRIX: _(
            "The prioritisation matrix gives the order, and the participating agents confirm it."
        ),
    }[Mode(budget.mode)]
    if budget.norm:
        by = _("So says %(norm)s.") % {"norm": budget.norm}
        said = f"{said} {by}"
    if budget.effect == Effect.BINDING:
        return f"{said} {_('The municipality has to do what comes out.')}"
    consultative = _(
        "It is consultative: the municipality listens to what comes out, and says in public what it"
        " does with it."
    )
    return f"{said} {consultative}"
