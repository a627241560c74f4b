"""What a count says, as pages tell it: of each work its votes and why it is done or not, in words.

Nothing is counted here. Works are named by their codes in the result; pages give them their titles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.text import get_text_list
from django.utils.translation import gettext as _, ngettext

from budgets import matrix, words
from decide.common.money import soles
from decide.common.words import number
from municipalities.models import Place
from votes.enums import CastChannel
from votes.shares import Share


if TYPE_CHECKING:
    from budgets.models import Count

POINTS, VOTES, MATRIX = "points", "votes", "matrix"


class Named(NamedTuple):
    """A work as a page names it; without a page of its own it has no address."""

    title: str
    url: str = ""
    why: str = ""  # it was withdrawn


class Row(NamedTuple):
    """One work: what it got, what it costs, whether it is done, and why."""

    code: str
    title: str
    url: str
    got: str
    share: Share
    cost: int
    chosen: bool
    withdrawn: bool
    why: str


class Tie(NamedTuple):
    decides: bool
    words: str


class PlaceRow(NamedTuple):
    """How much of what the voters of a place chose was won."""

    where: str
    ballots: int
    won: Share
    anything: Share


@dataclass(frozen=True)
class Outcome:
    """A count that is done, with the titles of its works."""

    count: Count
    works: Mapping[str, Named] = field(default_factory=dict)
    unit: str = VOTES
    money_in_words: Callable[[int], str] = soles

    @property
    def result(self) -> dict[str, Any]:
        return self.count.result

    @property
    def is_shares(self) -> bool:
        return self.result["rule"]["method"] == "mes"

    @property
    def rule_name(self) -> str:
        if self.unit == MATRIX:
            return _("By the points of the matrix")
        return words.rule_name(self.result["rule"])

    @property
    def ballots(self) -> int:
        return self.result["ballots"]

    # --- Money

    @property
    def money(self) -> int:
        return self.result["money"]

    @property
    def cost(self) -> int:
        return self.result["cost"]

    @property
    def left(self) -> int:
        return self.result["left"]

    @property
    def spent(self) -> Share:
        return Share(self.cost, self.money)

    # --- Works

    @cached_property
    def rows(self) -> list[Row]:
        """Those that are done in the order in which they were chosen, then the others by votes."""
        place = {code: turn for turn, code in enumerate(self.result["winners"])}
        works = sorted(
            self.result["works"],
            key=lambda one: (
                not one["chosen"],
                place.get(one["id"], 0),
                -one["votes"],
                one["cost"],
            ),
        )
        whole = self._whole
        return [self._row(one, whole) for one in works]

    @property
    def _whole(self) -> int:
        """Of what the votes of a work are a part, as wide as its bar is drawn."""
        if self.unit == VOTES:
            return self.ballots
        if self.unit == MATRIX:
            return 100 * self.result["scale"]
        return max((one["votes"] for one in self.result["works"]), default=0)

    def _row(self, one: dict[str, Any], whole: int) -> Row:
        work = self.named(one["id"])
        return Row(
            code=one["id"],
            title=work.title,
            url=work.url,
            got=self._got(one["votes"]),
            share=Share(one["votes"], whole),
            cost=one["cost"],
            chosen=one["chosen"],
            withdrawn=one["why"] == "withdrawn",
            why=self._why(one, work),
        )

    def named(self, code: str) -> Named:
        return self.works.get(code, Named(code))

    def _got(self, votes: int) -> str:
        if self.unit == MATRIX:
            return _("%(points)s of 100 points") % {
                "points": matrix.shown(Fraction(votes, self.result["scale"]))
            }
        told = {"number": number(votes)}
        if self.unit == POINTS:
            return ngettext("%(number)s point", "%(number)s points", votes) % told
        said = ngettext("%(number)s vote", "%(number)s votes", votes) % told
        return f"{said} ({Share(votes, self.ballots).text})"

    # --- Why

    def _why(self, one: dict[str, Any], work: Named) -> str:
        short = self.money_in_words(one["short"]) if one["short"] is not None else ""
        match one["why"]:
            case "chosen":
                return self._why_chosen(one)
            case "over":
                return _("%(short)s over what was left at its turn.") % {"short": short}
            case "spent":
                return _(
                    "Its supporters' money was spent on other works: they lacked %(short)s."
                ) % {"short": short}
            case "no_votes":
                return self._why_no_votes
            case "below_threshold":
                least = self.result["rule"]["threshold"]
                return ngettext(
                    "It needed at least %(least)d vote.",
                    "It needed at least %(least)d votes.",
                    least,
                ) % {"least": least}
            case "dearer_than_all":
                more = self.money_in_words(one["cost"] - self.money)
                return _("It costs %(more)s more than all the money there is.") % {"more": more}
            case "stopped":
                return _("The count had ended at a work before it that did not fit.")
        return _("Withdrawn: %(why)s") % {"why": work.why} if work.why else _("Withdrawn.")

    @property
    def _why_no_votes(self) -> str:
        return _("It got no points.") if self.unit == MATRIX else _("Nobody chose it.")

    def _why_chosen(self, one: dict[str, Any]) -> str:
        left = self.money_in_words(one["left_before"])
        if not self.is_shares:
            return _("At its turn %(left)s were left, and it fits.") % {"left": left}
        if one["id"] in self.result["completed"]:
            return _("By its votes, with the %(left)s that equal shares left over.") % {
                "left": left
            }
        price = {"price": self._about(one["price"])}
        if self.unit == POINTS:
            return (
                _(
                    "Its supporters paid for it together: %(price)s for each point, or all they had left."
                )
                % price
            )
        return (
            _("Its supporters paid for it together: %(price)s each, or all they had left.") % price
        )

    def _about(self, fraction: list[int]) -> str:
        """Exact where it is a whole number of céntimos, and else rounded up."""
        above, below = fraction
        amount, rest = divmod(above, below)
        if not rest:
            return self.money_in_words(amount)
        return _("about %(amount)s") % {"amount": self.money_in_words(amount + 1)}

    # --- Equal shares

    @property
    def share_said(self) -> str:
        """What each voter had, and how often it was raised."""
        if not self.result["endowment"]:
            return ""
        share = self._about(self.result["endowment"])
        said = ngettext(
            "The money was shared out equally to %(voters)s person: %(share)s.",
            "The money was shared out equally to %(voters)s people: %(share)s each.",
            self.ballots,
        ) % {"voters": number(self.ballots), "share": share}
        raised = self.result["increments"]
        if not raised:
            return said
        more = ngettext(
            "For that the shares were raised %(times)s time.",
            "For that the shares were raised %(times)s times.",
            raised,
        ) % {"times": number(raised)}
        return f"{said} {more}"

    # --- Ties

    @cached_property
    def ties(self) -> list[Tie]:
        """Those that decided come first."""
        told = [Tie(tie["decides"], self._tie(tie)) for tie in self.result["ties"]]
        return sorted(told, key=lambda tie: not tie.decides)

    def _tie(self, tie: dict[str, Any]) -> str:
        names = {
            "tied": get_text_list(
                [f"«{self.named(code).title}»" for code in tie["tied"]], _("and")
            ),
            "won": f"«{self.named(tie['won']).title}»",
        }
        said = {
            "cost": _("%(tied)s came out even; %(won)s is cheaper and came first."),
            "votes": _("%(tied)s came out even; %(won)s has more votes and came first."),
            "lot": _("%(tied)s came out even; the lot drawn in public put %(won)s first."),
        }[tie["by"]] % names
        if tie["decides"]:
            then = _("That decided which of them is done.")
        else:
            then = _("That changed nothing.")
        return f"{said} {then}"

    # --- Places

    @cached_property
    def places(self) -> list[PlaceRow]:
        rows = self.result.get("places") or []
        codes = [name for name, *_sums in rows if name and "|" not in name]
        names = dict(Place.objects.filter(code__in=codes).values_list("code", "name"))
        return [
            PlaceRow(_where(name, names), ballots, Share(won, chosen), Share(anything, ballots))
            for name, ballots, chosen, won, anything in rows
        ]


def _where(name: str, names: Mapping[str, str]) -> str:
    if not name:
        return _("Small groups, told together")
    desk, _bar, channel = name.rpartition("|")
    if channel == CastChannel.PAPER:
        return _("On paper at «%(desk)s»") % {"desk": desk}
    return names.get(name, name)


# --- One rule beside another


class Difference(NamedTuple):
    """What another rule would have done that was not done, and the other way round."""

    more: list[str]
    less: list[str]

    @property
    def is_none(self) -> bool:
        return not self.more and not self.less


def compare(official: Outcome, other: Outcome) -> Difference:
    was, would = set(official.result["winners"]), set(other.result["winners"])
    order = [row.code for row in official.rows]
    return Difference(
        [official.named(code).title for code in order if code in would - was],
        [official.named(code).title for code in order if code in was - would],
    )
