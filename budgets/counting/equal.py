"""Equal shares with what completes them, and whether its ties decide anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from math import factorial, gcd
from typing import Any

from budgets.counting import greedy
from budgets.counting.counted import Counted
from budgets.counting.election import Tally, TieWithoutLot
from budgets.counting.shares import Fraction, Purse, Voters, spend


MOST_ORDERS = 120  # that are tried when works are tied and no lot was drawn

Pair = tuple[str, str]


def shares(
    book: Tally, works: list[str], rule: dict[str, Any], progress: Callable[[int], None] | None
) -> Counted:
    if not works:
        return Counted()
    ways = Ways(book, works, rule)
    counted = ways.count(book, progress=progress)
    if not book.drawn:
        ways.stop_if_lots_decide(counted)
    for tie in counted.ties:
        tie["decides"] = tie["decides"] and ways.decides(tie, counted)
    counted.ties += counted.ties_by_votes
    return counted


class Ways:
    """The count, which can be asked again how it would have ended had ties gone another way."""

    def __init__(self, book: Tally, works: list[str], rule: dict[str, Any]) -> None:
        self.book, self.works, self.rule = book, works, rule
        self.voters = Voters(book, works, rule["utility"])
        self.open: list[list[str]] = []  # tied up to the lot, where the lot may decide

    def count(
        self,
        book: Tally,
        first: Pair | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Counted:
        """Of the pair `first`, the one goes before the other whenever both are tied."""
        rule, money = self.rule, book.money
        # Then nothing has to be weighed against anything: add1 would end there, much later.
        all_fit = sum(book.costs[work] for work in self.works) <= money
        endowment = _first(money, book.ballots, rule["first"])
        purse = self._spend(book, endowment, first)
        increments = 0
        if rule["completion"] in ("add1", "add1u") and not all_fit:
            while not self._ended(purse):
                increments += 1
                more = self._spend(book, _add(endowment, rule["increment"] * increments), first)
                if progress:
                    progress(increments)
                if more.cost > money:
                    break  # tried, and one too many
                purse = more
        counted = self._counted(purse, increments)
        rest = sorted(set(self.works) - set(counted.winners), key=book.order)
        if rule["completion"] in ("add1u", "utilitarian") or (
            rule["completion"] == "add1" and all_fit
        ):
            counted.turns = greedy.by_votes(book, rest, money - purse.cost, "skip")
            counted.ties_by_votes = list(greedy.ties(book, rest, counted.turns, "skip"))
            for tie in counted.ties_by_votes:
                if tie["by"] == "lot" and tie["decides"]:
                    self._note(tie["tied"])
        else:
            counted.lacks = {work: purse.lacks(self.works.index(work)) for work in rest}
        return counted

    def _ended(self, purse: Purse) -> bool:
        bought = {one.work for one in purse.bought}
        left = self.book.money - purse.cost
        rest = [cost for work, cost in enumerate(self.voters.costs) if work not in bought]
        if self.rule["exhaustive_stop"]:
            return all(cost > left for cost in rest)
        return not rest

    def _spend(self, book: Tally, endowment: Fraction, first: Pair | None) -> Purse:
        def choose(tied: list[int]) -> tuple[int, str]:
            order = sorted(tied, key=lambda work: _order(book, self.works[work]))
            names = {self.works[work]: work for work in tied}
            if first and first[0] in names and first[1] in names:
                return names[first[0]], "lot"
            one, other = (_order(book, self.works[work]) for work in order[:2])
            by = "cost" if one[0] < other[0] else "votes" if one[1] < other[1] else "lot"
            return order[0], by

        purse = spend(self.voters, endowment, book.money, choose)
        for one in purse.bought:
            if one.decides and one.by == "lot":
                self._note(self._alike(self.works[one.work], self._names(one.tied)))
        return purse

    def _names(self, works: list[int]) -> list[str]:
        return sorted(self.works[work] for work in works)

    def _alike(self, won: str, tied: list[str]) -> list[str]:
        """Those of the tied that only the lot tells from the one that won."""
        same = _order(self.book, won)[:2]
        return [work for work in tied if _order(self.book, work)[:2] == same]

    def _note(self, tied: list[str]) -> None:
        if tied not in self.open:
            self.open.append(tied)

    def _counted(self, purse: Purse, increments: int) -> Counted:
        ties = []
        for one in purse.bought:
            if len(one.tied) > 1:
                tied, won = self._names(one.tied), self.works[one.work]
                tied = self._alike(won, tied) if one.by == "lot" else tied
                ties.append({"tied": tied, "won": won, "by": one.by, "decides": one.decides})
        return Counted(
            bought=[(self.works[one.work], one.price) for one in purse.bought],
            ties=ties,
            endowment=purse.endowment,
            increments=increments,
        )

    # --- ties

    def decides(self, tie: dict[str, Any], counted: Counted) -> bool:
        """Whether other works would be funded if another of the tied went first."""
        won = tie["won"]
        return any(
            self._differ(self.count(self.book, (other, won)), counted)
            for other in tie["tied"]
            if other != won
        )

    def stop_if_lots_decide(self, counted: Counted) -> None:
        """Try all orders of the works that only a lot can order, or raise TieWithoutLot."""
        tried: list[str] = []
        while tried != (tied := sorted({work for group in self.open for work in group})):
            if factorial(len(tied)) > MOST_ORDERS:
                raise TieWithoutLot(self.open[0])
            tried = tied
            rest = [work for work in self.book.lots if work not in tied]
            for order in permutations(tied):
                lots = {work: place for place, work in enumerate([*order, *rest])}
                other = self.count(replace(self.book, lots=lots))
                if fate := self._differ(other, counted):
                    named = (group for group in self.open if fate & set(group))
                    raise TieWithoutLot(next(named, tied))

    @staticmethod
    def _differ(one: Counted, other: Counted) -> set[str]:
        return set(one.winners) ^ set(other.winners)


def _order(book: Tally, work: str) -> tuple[int, int, int]:
    """Among works of the same money per utility: the cheaper, more votes, the lot."""
    return book.costs[work], -book.votes[work], book.lots[work]


def _first(money: int, ballots: int, kind: str) -> Fraction:
    if kind == "floored":
        return money // ballots, 1
    common = gcd(money, ballots)
    return money // common, ballots // common


def _add(endowment: Fraction, more: int) -> Fraction:
    return endowment[0] + more * endowment[1], endowment[1]
