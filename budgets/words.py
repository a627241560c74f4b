"""The rules of a budget in plain words, for every page that explains them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _, ngettext

from budgets.counting import BadRule, complete
from budgets.enums import BallotKind, Mode
from decide.common.money import soles
from decide.common.words import number


if TYPE_CHECKING:
    from collections.abc import Callable

    from budgets.models import Budget


def rules_of(budget: Budget) -> dict[str, Any]:
    """Who decides, how people vote and how it is counted, each in a sentence or two."""
    return {
        "decides": who_decides(budget),
        "votes": how_to_vote(budget) if budget.mode == Mode.RESIDENTS else "",
        "counted": how_counted(budget.rule),
        "supports": supports(budget),
        "days": days(budget),
    }


def who_decides(budget: Budget) -> str:
    return {
        Mode.RESIDENTS: _("The residents decide by their vote: one person, one vote, in secret."),
        Mode.AGENTS: _(
            "The participating agents decide by their vote: people whom organisations send, and"
            " citizens without one. One person, one vote."
        ),
        Mode.MATRIX: _(
            "The prioritisation matrix decides: each work gets points for each criterion, and the"
            " participating agents confirm the order."
        ),
    }[Mode(budget.mode)]


def how_to_vote(budget: Budget) -> str:
    match budget.ballot:
        case BallotKind.KNAPSACK:
            return _("You choose works until the money of the heading is used up.")
        case BallotKind.POINTS:
            return _("You share out %(points)s points among the works, as you like.") % {
                "points": number(budget.points)
            }
    return ngettext(
        "You choose one work of the heading.",
        "You choose up to %(most)s works of the heading.",
        budget.most,
    ) % {"most": number(budget.most)}


def how_counted(rule: dict[str, Any], money: Callable[[int], str] = soles) -> list[str]:
    """Every part of the rule that decides something, one sentence each."""
    try:
        rule = complete(rule)
    except BadRule:
        return []
    said = _greedy(rule) if rule["method"] == "greedy" else _equal_shares(rule, money)
    if rule["threshold"]:
        said.append(
            ngettext(
                "A work needs at least one vote.",
                "A work needs at least %(votes)s votes.",
                rule["threshold"],
            )
            % {"votes": number(rule["threshold"])}
        )
    said.append(
        _("If works have the same votes, the cheaper goes first; then the lot drawn in public.")
    )
    return said


def _greedy(rule: dict[str, Any]) -> list[str]:
    said = [_("The works with most votes are done first, while the money lasts.")]
    if rule["variant"] == "skip":
        said.append(
            _(
                "A work that costs more than what is left is passed over, and the next that fits goes on."
            )
        )
    else:
        said.append(_("At the first work that costs more than what is left, the count stops."))
    return said


def _equal_shares(rule: dict[str, Any], money: Callable[[int], str]) -> list[str]:
    said = [
        _(
            "Equal shares: each person who votes has the same part of the money. A work is done if"
            " those who chose it can pay for it together, each with about the same."
        ),
        {
            "cost": _(
                "First go the works for which each pays the smallest part of what they cost."
            ),
            "cardinality": _("First go the works for which each supporter pays least."),
        }[rule["utility"]],
        {
            "none": _("What is left after that is not spent."),
            "add1": _(
                "While money is left, each part is raised little by little and all is counted again."
            ),
            "add1u": _(
                "While money is left, each part is raised little by little and all is counted"
                " again; what is left even then goes to the works with most votes that fit."
            ),
            "utilitarian": _("What is left after that goes to the works with most votes that fit."),
        }[rule["completion"]],
    ]
    if rule["completion"] in ("add1", "add1u"):
        said.append(_raised(rule, money))
    if rule["first"] == "floored":
        said.append(_("Parts are rounded down to whole céntimos at first."))
    return said


def _raised(rule: dict[str, Any], money: Callable[[int], str]) -> str:
    if rule["exhaustive_stop"]:
        said = _(
            "Each time by %(increment)s; it stops once nothing more fits, or when it would cost more"
            " than there is."
        )
    else:
        said = _("Each time by %(increment)s; it stops when it would cost more than there is.")
    return said % {"increment": money(rule["increment"])}


def rule_name(rule: dict[str, Any]) -> str:
    """In a few words, so that one rule is told from another."""
    rule = complete(rule)
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


def supports(budget: Budget) -> str:
    if not budget.supports_needed:
        return _("A work needs no supports to be evaluated.")
    return ngettext(
        "A work needs one support to be evaluated.",
        "A work needs %(number)s supports to be evaluated.",
        budget.supports_needed,
    ) % {"number": number(budget.supports_needed)}


def days(budget: Budget) -> str:
    return _(
        "Who put a work forward has %(mending)s working days to mend what was observed, and"
        " %(appeal)s to appeal."
    ) % {"mending": number(budget.mending_days), "appeal": number(budget.appeal_days)}
