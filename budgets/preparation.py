"""What a budget lacks before it can open, in words; asked by forms, pages and actions alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.counting import BadRule, complete
from budgets.enums import Mode, StepKind
from decide.common.money import soles
from decide.common.typed import says_something
from votes.preparation import LONGEST, MOST_ASKED, why_not_binding


if TYPE_CHECKING:
    from budgets.models import Budget

MOST_GROUPS, MOST_HEADINGS, MOST_CRITERIA = 10, MOST_ASKED, 20
# Without these there is no participatory budget, whatever an ordinance says (Ley 28056, art. 6).
NEEDED = (StepKind.WORKS, StepKind.FILTER, StepKind.MINUTES, StepKind.EXECUTION)
DECIDES = {
    Mode.RESIDENTS: StepKind.VOTE,
    Mode.AGENTS: StepKind.WORKSHOP,
    Mode.MATRIX: StepKind.WORKSHOP,
}
# The first does not begin before the others have ended; or before the other has begun.
AFTER_THE_END = {
    StepKind.VOTE: (StepKind.WORKS, StepKind.SUPPORTS, StepKind.FILTER),
    StepKind.MINUTES: (StepKind.WORKSHOP, StepKind.VOTE),
}
AFTER_THE_START = {
    StepKind.SUPPORTS: StepKind.WORKS,
    StepKind.FILTER: StepKind.WORKS,
    StepKind.WORKSHOP: StepKind.WORKS,
    StepKind.EXECUTION: StepKind.MINUTES,
}


class Gap(NamedTuple):
    """One thing that is missing, and the part of the budget in which it is put right."""

    part: str
    text: str


class Days(NamedTuple):
    """When a step is held, or why it is left out."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    left_out_why: str = ""


def missing(budget: Budget) -> list[Gap]:
    """All that keeps a budget from opening, in the order in which it is written."""
    found = [
        ("text", why_not_words(budget.title, budget.text)),
        ("text", why_not_announced(budget)),
        ("text", why_not_binding(budget.effect, budget.norm)),
        ("text", why_not_rule(budget.rule, budget.mode)),
    ]
    headings = [heading for group in budget.groups.all() for heading in group.headings.all()]
    money = [heading.money for heading in headings]
    found.append(("headings", "" if money else _("Share the money out among headings.")))
    found.append(("headings", why_over(budget.announced, sum(money))))
    weights = [criterion.weight for criterion in budget.criteria.all()]
    found.append(("criteria", why_not_weights(weights, budget.mode)))
    days = {
        step.kind: Days(step.starts_at, step.ends_at, step.left_out_why)
        for step in budget.steps.all()
    }
    found += [("steps", text) for text in why_not_steps(days, budget)]
    return [Gap(part, text) for part, text in found if text]


def why_not_words(title: str, text: str) -> str:
    if says_something(title) and says_something(text):
        return ""
    return _("Write the title and what it is about.")


def why_not_announced(budget: Budget) -> str:
    if budget.announced and budget.percent is not None:
        return ""
    return _(
        "Write the money announced and which share of the municipality's budget it is: the law has"
        " both published (Ley 28056, article 7)."
    )


def why_over(announced: int, shared: int) -> str:
    """The headings never have more than was announced."""
    if shared <= announced:
        return ""
    return _(
        "The headings have %(shared)s, and %(announced)s were announced: %(over)s too much."
    ) % {
        "shared": soles(shared),
        "announced": soles(announced),
        "over": soles(shared - announced),
    }


def why_not_rule(rule: Mapping[str, Any], mode: str) -> str:
    """Every part of the rule is said before anybody votes, and none leaves money lying about."""
    try:
        full = complete(dict(rule))
    except BadRule:
        return _("Choose how votes are counted.")
    if full["method"] == "mes" and mode == Mode.MATRIX:
        return _(
            "The matrix puts works in the order of their points: equal shares need ballots of"
            " people. Choose «the most voted first»."
        )
    if full.get("completion") == "none":
        return _(
            "Equal shares alone leave half of the money or more unspent: choose what is done with"
            " the rest."
        )
    return ""


def why_not_weights(weights: Iterable[int], mode: str) -> str:
    weights = list(weights)
    if not weights:
        if mode != Mode.MATRIX:
            return ""
        return _("The matrix decides: write its criteria.")
    if sum(weights) == 100:
        return ""
    return _("The weights of the matrix sum to %(sum)d %%: they have to sum to exactly 100 %%.") % {
        "sum": sum(weights)
    }


def why_not_steps(days: Mapping[str, Days], budget: Budget) -> list[str]:
    """Each step has its days or the reason why it is left out, and they follow one another."""
    found = []
    unset = [kind for kind in StepKind if not _is_set(days.get(kind, Days()))]
    if unset:
        names = ", ".join(f"«{kind.label}»" for kind in unset)
        found.append(
            _("Give each step its days, or the legal reason why it is left out: %(steps)s.")
            % {"steps": names}
        )
    found += [why_not_left_out(kind, one.left_out_why, budget) for kind, one in days.items()]
    found.append(why_not_in_order(days))
    vote = days.get(StepKind.VOTE, Days())
    if vote.starts_at and vote.starts_at <= timezone.now():
        found.append(_("The vote would begin in the past. Choose a later day."))
    return [text for text in found if text]


def _is_set(days: Days) -> bool:
    return bool(days.starts_at or days.left_out_why)


def why_not_left_out(kind: str, why: str, budget: Budget) -> str:
    if not why:
        return ""
    name = StepKind(kind).label
    if kind in NEEDED:
        return _("The law has no participatory budget without «%(step)s».") % {"step": name}
    if kind == DECIDES[Mode(budget.mode)]:
        return _("«%(step)s» decides which works are done: it cannot be left out.") % {"step": name}
    if kind == StepKind.SUPPORTS and budget.supports_needed:
        return _("Works need supports here, so «%(step)s» cannot be left out.") % {"step": name}
    return ""


def why_not_in_order(days: Mapping[str, Days]) -> str:
    """The first thing that would happen before what it needs."""
    held = {StepKind(kind): one for kind, one in days.items() if one.starts_at}
    for kind, before in AFTER_THE_END.items():
        for other in before:
            if kind in held and other in held and held[kind].starts_at < held[other].ends_at:
                return _("«%(step)s» begins before «%(other)s» has ended.") % _named(kind, other)
    for kind, other in AFTER_THE_START.items():
        if kind in held and other in held and held[kind].starts_at < held[other].starts_at:
            return _("«%(step)s» begins before «%(other)s» has begun.") % _named(kind, other)
    vote = held.get(StepKind.VOTE)
    if vote and vote.ends_at - vote.starts_at > LONGEST:
        return _("A vote lasts %(days)d days at most.") % {"days": LONGEST.days}
    return ""


def _named(kind: StepKind, other: StepKind) -> dict[str, Any]:
    return {"step": kind.label, "other": other.label}
