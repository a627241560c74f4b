"""What the page shows of the opinion on a debate: the numbers, in words and drawings.

Lists are made of the counts as they stand. Parts of the people and groups come from the
analysis (tasks/opinion.py), and only for statements that are still public.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.enums import Area, Gender
from debates.models import Debate, OpinionAnalysis, Statement
from debates.opinion import lists
from debates.opinion.cells import MIN_PEOPLE
from debates.opinion.groups import MIN_PEOPLE as GROUP_PEOPLE, MIN_STATEMENTS, MIN_VOTES_EACH, Why
from debates.opinion.intervals import Share, wilson
from debates.opinion.lists import Tally
from municipalities.models import Place
from participation.enums import AgeBand


DIMENSIONS = {
    "district": gettext_lazy("District"),
    "area": gettext_lazy("Town and country"),
    "age": gettext_lazy("Age"),
    "gender": gettext_lazy("Gender"),
}
PARTS = {
    "area": {Area.URBAN: gettext_lazy("In town"), Area.RURAL: gettext_lazy("In the countryside")},
    "gender": {
        Gender.WOMAN: gettext_lazy("Women"),
        Gender.MAN: gettext_lazy("Men"),
        Gender.OTHER: gettext_lazy("Another gender"),
    },
}
NAMES = "ABCDEFGH"
SIZE = 300  # of the drawing of groups
DIFFERENCES = 8


@dataclass(frozen=True)
class Percent:
    """A share as people read it, and as a drawing needs it."""

    share: Share

    @property
    def text(self) -> str:
        return f"{round(100 * self.share.value)} %"

    @property
    def between(self) -> str:
        return _("between %(low)d and %(high)d") % {
            "low": round(100 * self.share.low),
            "high": round(100 * self.share.high),
        }

    @property
    def of(self) -> int:
        return self.share.of

    # Attributes of SVG have a point, whatever the language.
    @property
    def width(self) -> str:
        return f"{100 * self.share.value:.1f}"

    @property
    def low(self) -> str:
        return f"{100 * self.share.low:.1f}"

    @property
    def high(self) -> str:
        return f"{100 * self.share.high:.1f}"


@dataclass(frozen=True)
class Row:
    """One statement with how people have voted."""

    statement: Statement
    tally: Tally

    @property
    def agree(self) -> Percent:
        return Percent(self.tally.agree)

    @property
    def disagree(self) -> Percent:
        return Percent(self.tally.disagree)

    @property
    def passed(self) -> Percent:
        return Percent(self.tally.neither)

    @property
    def disagree_from(self) -> str:
        return f"{100 * (1 - self.tally.disagree.value):.1f}"


def tally_of(statement: Statement) -> Tally:
    return Tally(statement.pk, statement.agrees, statement.disagrees, statement.passes)


def rows_of(statements: Iterable[Statement]) -> dict[str, list[Row]]:
    """The lists: what people agree on, what divides them, what is not clear, what is too new."""
    by_id = {statement.pk: statement for statement in statements}
    tallies = [tally_of(statement) for statement in by_id.values()]
    rows = {tally.statement: Row(by_id[tally.statement], tally) for tally in tallies}

    def of(found: Iterable[Tally]) -> list[Row]:
        return [rows[tally.statement] for tally in found]

    def standing(which: lists.Standing) -> list[Row]:
        found = [tally for tally in tallies if tally.standing is which]
        return of(sorted(found, key=lambda tally: (-tally.votes, tally.statement)))

    return {
        "consensus": of(lists.consensus(tallies)),
        "division": of(lists.division(tallies)),
        "unclear": standing(lists.Standing.UNCLEAR),
        "few": standing(lists.Standing.FEW),
    }


def compared(analysis: OpinionAnalysis | None, texts: dict[int, str]) -> dict[str, Any]:
    """Who sees a statement otherwise, and everything that was compared, as a table."""
    found = (analysis.result if analysis else {}).get("compared") or {}
    shares = {int(pk): parts for pk, parts in found.get("shares", {}).items() if int(pk) in texts}
    differences = [d for d in found.get("differences", []) if d["statement"] in texts]
    places = _places(shares)
    return {
        "tests": found.get("tests", 0),
        "smallest": MIN_PEOPLE,
        "differences": [
            {
                "text": texts[d["statement"]],
                "part": _part(d["dimension"], d["part"], places),
                "share": _percent(d["share"]),
                "others": _percent(d["others"]),
            }
            for d in differences[:DIFFERENCES]
        ],
        "more": max(0, len(differences) - DIFFERENCES),
        "table": [
            {
                "text": texts[pk],
                "dimension": DIMENSIONS[dimension],
                "part": _part(dimension, part, places),
                "share": _percent(share),
            }
            for pk, dimensions in shares.items()
            for dimension, parts in dimensions.items()
            for part, share in sorted(parts.items())
        ],
    }


def groups(analysis: OpinionAnalysis | None, texts: dict[int, str]) -> dict[str, Any]:
    """The groups if the votes support them, else in a sentence why not."""
    found = (analysis.result if analysis else {}).get("groups")
    if not found or found["why_not"]:
        return {"found": False, "why_not": _why_not(found)}
    shares = {int(pk): parts for pk, parts in found["shares"].items() if int(pk) in texts}
    names = NAMES[: len(found["sizes"])]

    def table(chosen: list[int]) -> list[dict[str, Any]]:
        return [
            {"text": texts[pk], "shares": [_percent(shares[pk][str(g)]) for g in range(len(names))]}
            for pk in chosen
            if pk in shares
        ]

    return {
        "found": True,
        "people": found["people"],
        "names": list(names),
        "groups": list(zip(names, found["sizes"], strict=True)),
        "shapes": [
            _shape(name, size, ellipse)
            for name, size, ellipse in zip(names, found["sizes"], found["ellipses"], strict=True)
        ],
        "size": SIZE,
        "telling": table(found["telling"]),
        "common": table(found["common"]),
    }


def _shape(name: str, size: int, ellipse: dict[str, float]) -> dict[str, Any]:
    """An ellipse in the drawing, with a little room around the square from −1 to 1."""
    half = SIZE / 2
    unit = half / 1.1
    x, y = half + unit * ellipse["x"], half - unit * ellipse["y"]
    return {
        "name": name,
        "size": size,
        "x": f"{x:.0f}",
        "y": f"{y:.0f}",
        "long": f"{max(14, unit * ellipse['long']):.0f}",
        "short": f"{max(14, unit * ellipse['short']):.0f}",
        "turn": f"rotate({-ellipse['angle']:.0f} {x:.0f} {y:.0f})",
    }


def _why_not(found: dict[str, Any] | None) -> str:
    if found is None:
        return _("The votes have not been looked at yet; that happens half a minute after one.")
    why = Why(found["why_not"])
    if why is Why.FEW_PEOPLE:
        return ngettext(
            "One person has voted on %(votes)d statements or more, and it takes %(needed)d people.",
            "%(count)d people have voted on %(votes)d statements or more, and it takes %(needed)d.",
            found["people"],
        ) % {"count": found["people"], "votes": MIN_VOTES_EACH, "needed": GROUP_PEOPLE}
    if why is Why.FEW_STATEMENTS:
        return ngettext(
            "One statement has enough different votes, and it takes %(needed)d.",
            "%(count)d statements have enough different votes, and it takes %(needed)d.",
            found["statements"],
        ) % {"count": found["statements"], "needed": MIN_STATEMENTS}
    return {
        Why.CHANCE: _(
            "Who agrees with one statement agrees with another no more often than by chance."
        ),
        Why.TOO_SMALL: _(
            "The only groups there might be leave one with too few people to call it a group."
        ),
        Why.UNSTABLE: _(
            "Leaving out a few people would make the groups others: they are not firm enough."
        ),
    }[why]


def _percent(kept: list[float]) -> Percent:
    return Percent(wilson(int(kept[0]), int(kept[1])))


def _part(dimension: str, part: str, places: dict[str, str]) -> str:
    if dimension == "age":
        return _("Aged %(band)s") % {"band": AgeBand(part).label.lower()}
    if dimension == "district":
        return places.get(part, part)
    return str(PARTS[dimension][part])


def _places(shares: dict[int, dict[str, dict[str, Any]]]) -> dict[str, str]:
    codes = {code for dimensions in shares.values() for code in dimensions.get("district", ())}
    return dict(Place.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def people_of(analysis: OpinionAnalysis | None) -> dict[str, int] | None:
    """How many have voted and how many of them are residents, as last counted."""
    if analysis is None or not analysis.people:
        return None
    return {"people": analysis.people, "residents": analysis.result.get("residents", 0)}


def analysis_of(debate: Debate) -> OpinionAnalysis | None:
    return OpinionAnalysis.objects.filter(debate=debate).first()
