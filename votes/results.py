"""What came out of a poll, as pages, documents and files tell it: figures with their sentences.

All of it is read from the signed outcome (votes/opening.py) and from the rules as they were frozen;
nothing is counted here. Before an urn is opened there is no outcome, and so nothing to tell.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.text import get_text_list
from django.utils.translation import gettext as _, ngettext

from decide.common.words import number
from municipalities.models import Place
from votes.enums import CastChannel, QuestionKind, UrnState
from votes.opening import REST
from votes.shares import Share, in_words


if TYPE_CHECKING:
    from votes.models import Poll

SUMS = (QuestionKind.SCORE, QuestionKind.POINTS)
MANY = 30
KINDS_OF_BALLOT = ("valid", "blank", "void", "cast")


class Row(NamedTuple):
    """One option: its votes or points, and their part of the whole; of a work also its cost."""

    code: str
    title: str
    total: int
    share: Share
    won: bool
    cost: int | None = None
    address: str = ""


class Round(NamedTuple):
    """One round of a ranked count, and who left it."""

    number: int
    rows: list[Row]
    exhausted: int
    out: str
    by_lot: bool


class Cell(NamedTuple):
    """The ballots of one place or table: how many of each sort, and the total of each option."""

    where: str
    how: str
    sums: list[int]
    totals: list[int]


class Reached(NamedTuple):
    """Whether what the rules asked for was reached, in a sentence with its figures."""

    yes: bool
    words: str


@dataclass(frozen=True)
class QuestionResult:
    """What came out of one question."""

    rules: dict[str, Any]
    found: dict[str, Any]
    eligible: int
    places: dict[str, str]
    part_of: str = ""

    @property
    def code(self) -> str:
        return self.rules["id"]

    @property
    def kind(self) -> str:
        return self.rules["kind"]

    @property
    def title(self) -> str:
        return self.rules["title"]

    @property
    def is_open(self) -> bool:
        return self.kind == QuestionKind.OPEN

    @property
    def is_ranked(self) -> bool:
        return self.kind == QuestionKind.RANKED

    @property
    def adds_up_points(self) -> bool:
        return self.kind in SUMS

    @property
    def is_left_to_rule(self) -> bool:
        """Whether what the poll is part of decides from the totals: then nobody wins here."""
        return bool(self.rules.get("rule"))

    @property
    def options(self) -> list[str]:
        return self.rules.get("options", [])

    def name_of(self, option: str) -> str:
        return self.rules["titles"].get(option, option)

    # --- Figures

    @property
    def sums(self) -> list[tuple[str, int]]:
        """How many ballots of each sort; together they are those cast."""
        labels = (_("Valid"), _("Blank"), _("Void"), _("All cast"))
        return [
            (label, self.found[name]) for label, name in zip(labels, KINDS_OF_BALLOT, strict=True)
        ]

    @property
    def winners(self) -> list[str]:
        """The names of those who won; of a yes-or-no, nobody does, for its majority decides."""
        if self.is_open or self.is_left_to_rule or "majority" in self.found:
            return []
        return [self.name_of(option) for option in self.found["winners"]]

    @cached_property
    def rows(self) -> list[Row]:
        """The options, the most voted first; yes and no as they were asked. None if ranked or open."""
        if self.is_open or self.is_ranked:
            return []
        order = self.options if self.kind == QuestionKind.YES_NO else self.found["order"]
        won = set() if "majority" in self.found else set(self.found.get("winners", []))
        costs, pages = self.rules.get("costs", {}), self.rules.get("addresses", {})
        whole = self.found["valid"] * self._most_of_one
        return [
            Row(
                code,
                self.name_of(code),
                self.found["totals"][code],
                Share(max(self.found["totals"][code], 0), whole),
                code in won,
                costs.get(code),
                pages.get(code, ""),
            )
            for code in order
        ]

    @property
    def _most_of_one(self) -> int:
        """How much one ballot can give to one option."""
        if self.kind == QuestionKind.SCORE:
            return max(self.rules["scale"][1], 1)
        return self.rules["points"] if self.kind == QuestionKind.POINTS else 1

    @cached_property
    def rounds(self) -> list[Round]:
        if not self.is_ranked:
            return []
        last = len(self.found["rounds"])
        return [
            Round(
                at,
                self._rows_of(one["totals"], ends=at == last),
                one["exhausted"],
                self.name_of(one["out"]) if "out" in one else "",
                one.get("by_lot", False),
            )
            for at, one in enumerate(self.found["rounds"], start=1)
        ]

    def _rows_of(self, totals: dict[str, int], *, ends: bool) -> list[Row]:
        live = sum(totals.values())
        order = sorted(totals, key=lambda option: (-totals[option], self.options.index(option)))
        return [
            Row(
                option,
                self.name_of(option),
                totals[option],
                Share(totals[option], live),
                ends and option in self.found["winners"],
            )
            for option in order
        ]

    @cached_property
    def cells(self) -> list[Cell]:
        """By place and way of voting, and by table; the small ones come last, told together."""
        order = list(CastChannel.values)
        found = []
        for key, part in self.found["cells"].items():
            where, _bar, how = key.rpartition("|")
            if key == REST:
                place = (len(order), _("Small groups, told together"), "")
            else:
                place = (order.index(how), self.places.get(where, where), CastChannel(how).label)
            found.append((place, part))
        found.sort(key=lambda each: (each[0][0], each[0][1]))
        return [
            Cell(where, str(how), self._sums_of(part), self._totals_of(part))
            for (_place, where, how), part in found
        ]

    @cached_property
    def channels(self) -> list[Cell]:
        """The same cells added up by way of voting."""
        parts: dict[str, list[Cell]] = defaultdict(list)
        for cell in self.cells:
            parts[cell.how or cell.where].append(cell)
        return [
            Cell(
                how,
                "",
                [sum(column) for column in zip(*(cell.sums for cell in cells), strict=True)],
                [sum(column) for column in zip(*(cell.totals for cell in cells), strict=True)],
            )
            for how, cells in parts.items()
        ]

    def _sums_of(self, part: dict[str, Any]) -> list[int]:
        return [part[name] for name in KINDS_OF_BALLOT]

    def _totals_of(self, part: dict[str, Any]) -> list[int]:
        return [part["totals"][option] for option in self.options] if "totals" in part else []

    @property
    def names(self) -> list[str]:
        """The heads of the columns of totals."""
        return [self.name_of(option) for option in self.options]

    @property
    def names_shown(self) -> list[str]:
        """The same, where they fit on a page."""
        return self.names if len(self.options) <= MANY else []

    # --- What the rules asked for

    @property
    def quorum(self) -> Reached | None:
        if "quorum" not in self.found:
            return None
        of, parts = self.rules["quorum"]
        figures = {
            "cast": number(self.found["cast"]),
            "eligible": number(self.eligible),
            "fraction": in_words(of, parts),
            "needed": number(-(-self.eligible * of // parts)),
        }
        if self.found["quorum"]:
            said = _(
                "%(cast)s of %(eligible)s voted; %(fraction)s (%(needed)s) was needed: reached."
            )
        else:
            said = _(
                "%(cast)s of %(eligible)s voted; %(fraction)s (%(needed)s) was needed: not reached."
            )
        return Reached(self.found["quorum"], said % figures)

    @property
    def majority(self) -> Reached | None:
        if "majority" not in self.found:
            return None
        rule = self.rules["majority"]
        of, parts = rule["share"]
        base = self.found[rule["of"]]
        figures = {
            "option": self.name_of(rule["option"]),
            "votes": number(self.found["totals"][rule["option"]]),
            "fraction": in_words(of, parts),
            "base": number(base),
            "needed": number(base * of // parts + 1),
        }
        if rule["of"] == "valid":
            said = _(
                "More than %(fraction)s of the %(base)s valid ballots had to say «%(option)s»"
                " (%(needed)s); %(votes)s did."
            )
        else:
            said = _(
                "More than %(fraction)s of the %(base)s ballots cast, blank and void ones too, had to"
                " say «%(option)s» (%(needed)s); %(votes)s did."
            )
        return Reached(self.found["majority"], said % figures)

    @property
    def base_note(self) -> str:
        """What part blank and void ballots have in the result."""
        rule = self.rules.get("majority")
        if rule and rule["of"] == "cast":
            return _("Blank and void ballots count in the whole of which a majority is a part.")
        if self.found.get("quorum") is not None:
            return _("Blank and void ballots count for the quorum, and for no option.")
        return _("Blank and void ballots count as cast, and for no option.")

    @property
    def ties(self) -> list[str]:
        """Who came out even, and what decided where it mattered."""
        told: list[str] = []
        if self.is_left_to_rule:
            return told  # whether it decides anything, the rule says
        for tied in self.found.get("ties", []):
            names = self._listed(tied)
            won = [option for option in tied if option in self.found["winners"]]
            decides = 0 < len(won) < len(tied) and "majority" not in self.found
            if decides:
                told.append(
                    _(
                        "%(tied)s were tied; the lot drawn in public before opening decided: %(won)s."
                    )
                    % {"tied": names, "won": self._listed(won)}
                )
            else:
                told.append(_("%(tied)s were tied; that decided nothing.") % {"tied": names})
        return told

    @property
    def condorcet(self) -> str:
        """Whom most prefer to each other one; noted beside the count, never decisive."""
        if not self.is_ranked:
            return ""
        best = self.found["condorcet"]
        if best is None:
            return _("No option is preferred to each of the others, one by one.")
        return _("Compared one by one, most prefer «%(title)s» to each other option.") % {
            "title": self.name_of(best)
        }

    # --- In one sentence

    @property
    def answer(self) -> str:
        if self.is_open:
            wrote = self.found["valid"]
            return ngettext(
                "%(number)s person wrote an answer.", "%(number)s people wrote an answer.", wrote
            ) % {"number": number(wrote)}
        if not self.found["valid"]:
            return _("Nobody chose anything.")
        if self.is_left_to_rule:
            return self._counted_said
        said = self._majority_said if "majority" in self.found else self._winners_said
        if self.found.get("quorum") is False:
            missed = _("The quorum was not reached.")
            return f"{missed} {said}"
        return said

    @property
    def _counted_said(self) -> str:
        """Who has most, and that this is not who wins."""
        first = self.rows[0]
        text = (
            _("«%(title)s» got most points, %(votes)s. What is chosen, «%(part_of)s» decides.")
            if self.adds_up_points
            else _("«%(title)s» got most votes, %(votes)s. What is chosen, «%(part_of)s» decides.")
        )
        return text % {
            "title": first.title,
            "votes": number(first.total),
            "part_of": self.part_of,
        }

    @property
    def _majority_said(self) -> str:
        rule = self.rules["majority"]
        share = Share(self.found["totals"][rule["option"]], self.found[rule["of"]])
        figures = {
            "option": self.name_of(rule["option"]),
            "votes": number(share.number),
            "base": number(share.of),
            "share": share.text,
            "fraction": in_words(*rule["share"]),
        }
        of_valid = rule["of"] == "valid"
        if not self.found["majority"]:
            said = (
                _(
                    "Not approved: %(votes)s of %(base)s valid ballots say «%(option)s» (%(share)s),"
                    " and more than %(fraction)s was needed."
                )
                if of_valid
                else _(
                    "Not approved: %(votes)s of %(base)s ballots cast say «%(option)s» (%(share)s),"
                    " and more than %(fraction)s was needed."
                )
            )
        elif self.found.get("quorum") is False:
            said = (
                _("%(votes)s of %(base)s valid ballots say «%(option)s» (%(share)s).")
                if of_valid
                else _("%(votes)s of %(base)s ballots cast say «%(option)s» (%(share)s).")
            )
        else:
            said = (
                _("Approved: %(votes)s of %(base)s valid ballots say «%(option)s» (%(share)s).")
                if of_valid
                else _("Approved: %(votes)s of %(base)s ballots cast say «%(option)s» (%(share)s).")
            )
        return said % figures

    @property
    def _winners_said(self) -> str:
        winners = self.found["winners"]
        if not winners:
            return _("No option got a vote.")
        is_void = self.found.get("quorum") is False
        if len(winners) > 1:
            most = _("Most voted: %(names)s.") if is_void else _("These won: %(names)s.")
            return most % {"names": self._listed(winners)}
        rows = self.rounds[-1].rows if self.is_ranked else self.rows
        first = next(row for row in rows if row.code == winners[0])
        figures = {
            "title": first.title,
            "votes": number(first.total),
            "base": number(first.share.of),
            "share": first.share.text,
            "round": len(self.found.get("rounds", [])),
        }
        if is_void and not self.is_ranked:
            said = _("«%(title)s» came first, with %(votes)s.")
        elif self.adds_up_points:
            said = _("«%(title)s» won, with %(votes)s points.")
        elif self.is_ranked:
            said = _(
                "«%(title)s» won in round %(round)d, with %(votes)s of %(base)s ballots (%(share)s)."
            )
        else:
            said = _("«%(title)s» won, with %(votes)s of %(base)s valid ballots (%(share)s).")
        decided = _("A tie was decided by the lot drawn before opening.")
        return f"{said % figures} {decided}" if self._lot_decided else said % figures

    @property
    def _lot_decided(self) -> bool:
        if self.is_ranked:
            # Of options nobody put first it does not matter which leaves before the other.
            return any(
                one.get("by_lot") and one["totals"][one["out"]] for one in self.found["rounds"]
            )
        won = set(self.found["winners"])
        return any(0 < len(won & set(tied)) < len(tied) for tied in self.found["ties"])

    def _listed(self, options: list[str]) -> str:
        names = [f"«{self.name_of(option)}»" for option in options]
        return get_text_list(names, _("and"))


@dataclass(frozen=True)
class Results:
    """The result of one poll."""

    poll: Poll
    rules: dict[str, Any]
    statement: dict[str, Any]
    questions: list[QuestionResult]

    @property
    def eligible(self) -> int:
        return self.statement["eligible"]

    @property
    def channels(self) -> list[tuple[str, int, Share]]:
        """How many voted by each way."""
        marks = self.statement["marks"]
        return [
            (str(channel.label), marks[channel], Share(marks[channel], self.voters))
            for channel in CastChannel
        ]

    @property
    def voters(self) -> int:
        return sum(self.statement["marks"].values())

    @property
    def turnout(self) -> Share:
        return Share(self.voters, self.eligible)

    @property
    def turnout_said(self) -> str:
        return ngettext(
            "%(voters)s of the %(eligible)s person who could vote did (%(share)s).",
            "%(voters)s of the %(eligible)s people who could vote did (%(share)s).",
            self.eligible,
        ) % {
            "voters": number(self.voters),
            "eligible": number(self.eligible),
            "share": self.turnout.text,
        }


def of(poll: Poll) -> Results:
    """Needs an opened urn; two queries, or one if the outcome came with it."""
    rules = json.loads(poll.urn.definition)
    statement = json.loads(poll.urn.outcome.statement)
    places = _names_of_places(statement)
    questions = [
        QuestionResult(
            question,
            statement["results"][question["id"]],
            statement["eligible"],
            places,
            poll.part_of,
        )
        for question in rules["questions"]
    ]
    return Results(poll, rules, statement, questions)


def summary_context(poll: Poll) -> dict[str, Any]:
    """What templates/votes/_result_summary.html shows; nothing before the urn is opened."""
    return {"results": of(poll)} if poll.urn.state == UrnState.OPENED else {}


def _names_of_places(statement: dict[str, Any]) -> dict[str, str]:
    codes = {
        where
        for result in statement["results"].values()
        for where, _bar, how in (cell.rpartition("|") for cell in result["cells"])
        if how in (CastChannel.WEB, CastChannel.ASSISTED)
    }
    return dict(Place.objects.filter(code__in=codes).values_list("code", "name"))
