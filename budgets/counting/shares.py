"""Equal shares: every voter has the same money, and supporters pay for what they chose.

Decisions are exact. What a voter has left is the first endowment less the prices of the works
the voter paid in full, or nothing at all; so sums over many voters are a few large whole
numbers times how many paid each work, over one denominator. Most works need no such sum: each
voter's money is also kept as a 64-bit whole number with known bounds of its error, and from
these follows a price below which a work cannot be had. Prices only rise as money is spent, so
the bound stays good until the work comes to the front of a queue, and the exact price is
computed of those few that may be the cheapest.

No sorting: supporters who have less than the price pay all they have, which raises the price
for the rest, until no more fall below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import chain
from math import gcd
from typing import Any

import numpy as np

from budgets.counting.election import Tally


Numbers = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Fraction = tuple[int, int]

ROOM = 61  # bits of a 64-bit number that money may take
FINER = 64  # bits by which bounds of money per utility are finer than money


@dataclass
class Supporters:
    """Of one work: their rows, how many voters a row stands for, and the points they gave it."""

    rows: Numbers
    many: Numbers
    points: Numbers | int  # 1 where ballots are sets
    weight: int  # all points of all voters

    def only(self, keep: Mask) -> Supporters:
        points = self.points if isinstance(self.points, int) else self.points[keep]
        many = self.many[keep]
        return Supporters(self.rows[keep], many, points, int((many * points).sum()))

    def weigh(self, of: Mask) -> int:
        points = self.points if isinstance(self.points, int) else self.points[of]
        return int((self.many[of] * points).sum())


class Voters:
    """Who chose what, as arrays: made once, used for every endowment."""

    def __init__(self, tally: Tally, works: list[str], utility: str) -> None:
        self.costs = [tally.costs[work] for work in works]
        self.per_cost = utility == "cost"
        self.ballots = tally.ballots
        rows, which, points, many = _columns(tally, works)
        self.rows = len(many)
        by_work = np.argsort(which, kind="stable")
        ends = np.searchsorted(which[by_work], np.arange(len(works) + 1))
        self.supporters = []
        for start, end in zip(ends[:-1], ends[1:], strict=True):
            here = by_work[start:end]
            given = 1 if points is None else points[here]
            mine = many[rows[here]]
            weight = int((mine * given).sum())
            self.supporters.append(Supporters(rows[here], mine, given, weight))
        self.most = [
            1 if points is None else int(one.points.max(initial=1)) for one in self.supporters
        ]


def _columns(tally: Tally, works: list[str]) -> tuple[Numbers, Numbers, Numbers | None, Numbers]:
    """Ballots as (row, work, points) and how many voters a row stands for."""
    place = {work: index for index, work in enumerate(works)}
    has_points = any(isinstance(answer, Mapping) for answer in tally.answers[:1])
    alike: Counter[Any] = Counter()
    for answer, number in zip(tally.answers, tally.many, strict=True):
        alike[frozenset(answer.items()) if has_points else answer] += number
    points, names = None, chain.from_iterable(alike)
    if has_points:
        pairs = list(names)
        names = (work for work, _points in pairs)
        points = np.array([number for _work, number in pairs], np.int64)
    which = np.fromiter((place.get(work, -1) for work in names), np.int64)
    rows = np.repeat(np.arange(len(alike)), np.fromiter(map(len, alike), np.int64, len(alike)))
    many = np.fromiter(alike.values(), np.int64, len(alike))
    kept = which >= 0
    return rows[kept], which[kept], None if points is None else points[kept], many


@dataclass
class Bought:
    work: int
    price: Fraction  # of one point; of the work for each supporter where ballots are sets
    tied: list[int]
    by: str
    decides: bool = False


@dataclass
class Purse:
    """What all voters have, from the first endowment on, while works are bought."""

    voters: Voters
    endowment: Fraction
    bought: list[Bought] = field(default_factory=list)
    cost: int = 0

    def __post_init__(self) -> None:
        voters = self.voters
        start, self.over = self.endowment
        self.start = start  # over the common denominator, as are prices
        self.prices: list[tuple[int, int]] = []  # work, price of one point
        most = max([start * voters.ballots // self.over, *voters.costs]) * max(voters.most)
        self.shift = ROOM - most.bit_length()
        # Finest units: the truth is less than 1 above what is held, and at most `slack` below.
        self.slack = 0
        self.held = np.full(voters.rows, self.scaled(start, self.over), np.int64)
        self.alive = np.ones(voters.rows, np.bool_)
        self.supporters = list(voters.supporters)
        self.bounds = [
            self.scaled(cost, one.weight)
            for cost, one in zip(voters.costs, voters.supporters, strict=True)
        ]
        self.looked = [-1] * len(voters.costs)  # after which purchase
        self.poor: list[Mask | None] = [None] * len(voters.costs)
        self.queue = [(self.per_utility(work), work) for work in range(len(voters.costs))]
        heapify(self.queue)

    def scaled(self, number: int, over: int) -> int:
        """Money as a whole number of the finest unit that 64 bits allow, rounded down."""
        if self.shift >= 0:
            return (number << self.shift) // over
        return number // (over << -self.shift)

    def per_utility(self, work: int) -> int:
        """Below this the money per unit of utility cannot be."""
        finer = self.bounds[work] << FINER
        if not self.voters.per_cost:
            return finer
        return finer // cost if (cost := self.voters.costs[work]) else 0

    # --- bounds

    def _look(self, work: int) -> bool:
        """Raise the bound of the work's price; whether its supporters may have the money.

        For any set of supporters who pay all they have, what is missing, shared among the
        others, is not more than the price.
        """
        if self.looked[work] == len(self.bought):
            return True
        self.looked[work] = len(self.bought)
        mine = self.supporters[work]
        alive = self.alive[mine.rows]
        if not alive.all():
            mine = self.supporters[work] = mine.only(alive)
        if not mine.weight:
            return False
        cost = self.scaled(self.voters.costs[work], 1)
        held = self.held[mine.rows]
        bound = max(self.bounds[work], cost // mine.weight)
        before = 0
        while True:
            poor = held < bound * mine.points  # whole numbers: so is the truth
            number = int(np.count_nonzero(poor))
            if number == len(held):
                return False
            if number == before:
                break
            before = number
            many = mine.many[poor]
            spent = int((held[poor] * many).sum()) + int(many.sum())
            bound = max(bound, (cost - spent) // (mine.weight - mine.weigh(poor)))
        self.bounds[work], self.poor[work] = bound, poor
        return True

    # --- exact prices

    def _price(self, work: int) -> Fraction | None:
        """The price of one point, over the common denominator too; nothing if it lacks money."""
        mine, poor = self.supporters[work], self.poor[work]
        held = self.held[mine.rows]
        while True:
            rich = mine.weight - mine.weigh(poor)
            missing = self.voters.costs[work] * self.over - self._have(mine, poor)
            bound = self.scaled(missing, self.over * rich)
            doubt = ~poor & (held < (bound + 1) * mine.points + self.slack)
            if not doubt.any():
                break
            less = doubt & (held < bound * mine.points)
            less[doubt & ~less] = self._less(mine.only(doubt & ~less), missing, rich)
            if not less.any():
                break
            poor |= less
            if poor.all():
                return None
        self.bounds[work] = max(self.bounds[work], bound)
        return missing, rich

    def _have(self, mine: Supporters, some: Mask) -> int:
        """What some supporters have together, over the common denominator."""
        if not some.any():
            return 0
        many = np.zeros(self.voters.rows, np.int64)
        many[mine.rows[some]] = mine.many[some]
        have = self.start * int(many.sum())
        for work, price in self.prices:
            paid = self.voters.supporters[work]
            have -= price * int((many[paid.rows] * paid.points).sum())
        return have

    def _less(self, mine: Supporters, missing: int, rich: int) -> list[bool]:
        """Whether each has less than it would pay. Few are so near to it that this is asked."""
        points = np.zeros((len(self.prices), len(mine.rows)), np.int64)
        for place, (work, _price) in enumerate(self.prices):
            paid = self.voters.supporters[work]
            given = np.zeros(self.voters.rows, np.int64)
            given[paid.rows] = paid.points
            points[place] = given[mine.rows]
        own = np.broadcast_to(mine.points, len(mine.rows))
        known: dict[tuple[int, ...], bool] = {}
        answers = []
        for column in np.vstack([points, own]).T.tolist():
            key = tuple(column)
            if key not in known:
                *paid, wanted = column
                have = self.start - sum(
                    price * number for (_work, price), number in zip(self.prices, paid, strict=True)
                )
                known[key] = have * rich < missing * wanted
            answers.append(known[key])
        return answers

    # --- buying

    def cheapest(self) -> tuple[list[int], Fraction]:
        """The works with the least money per unit of utility, which is a fraction."""
        ratios: dict[int, Fraction] = {}
        least, floor = (0, 1), 0
        self.found: dict[int, Fraction] = {}  # exact prices, out of the queue until one is bought
        queue = self.queue
        while queue and (not ratios or queue[0][0] <= floor):
            work = heappop(queue)[1]
            if not self._look(work):
                continue
            key = self.per_utility(work)
            if (queue and key > queue[0][0]) or (ratios and key > floor):
                heappush(queue, (key, work))  # another may be cheaper, or is
                continue
            price = self._price(work)
            if price is None:
                continue
            self.found[work] = price
            cost = self.voters.costs[work] if self.voters.per_cost else 1
            ratios[work] = ratio = (price[0], price[1] * cost) if cost else (0, 1)
            if len(ratios) == 1 or ratio[0] * least[1] < least[0] * ratio[1]:
                least, floor = ratio, self._floor(ratio)
        tied = [
            work for work, ratio in ratios.items() if ratio[0] * least[1] == least[0] * ratio[1]
        ]
        return tied, least

    def _floor(self, ratio: Fraction) -> int:
        number, over = ratio
        over *= self.over
        shift = self.shift + FINER
        return (number << shift) // over if shift >= 0 else number // (over << -shift)

    def buy(self, work: int, tied: list[int], by: str) -> None:
        """Its supporters pay in equal parts, for each point; who cannot pays all they have."""
        missing, rich = self.found.pop(work)
        for other in self.found:
            heappush(self.queue, (self.per_utility(other), other))
        mine, poor = self.supporters[work], self.poor[work]
        paid = self.scaled(missing, self.over * rich)
        self.held[mine.rows] -= paid * mine.points
        self.alive[mine.rows[poor]] = False
        common = gcd(missing, rich)
        missing, rich = missing // common, rich // common
        self.start *= rich
        self.over *= rich
        self.prices = [(other, price * rich) for other, price in self.prices]
        self.prices.append((work, missing))
        self.slack += self.voters.most[work]
        self.cost += self.voters.costs[work]
        common = gcd(missing, self.over)
        price = missing // common, self.over // common
        self.bought.append(Bought(work, price, tied, by))

    def lacks(self, work: int) -> int:
        """How much the supporters of a work lack for it, in whole units, rounded up."""
        mine = self.voters.supporters[work]
        have = self._have(mine, self.alive[mine.rows])
        return -((have - self.voters.costs[work] * self.over) // self.over)


Choose = Callable[[list[int]], tuple[int, str]]


def spend(voters: Voters, endowment: Fraction, most: int, choose: Choose) -> Purse:
    """Buy until nobody can, or until it costs more than there is."""
    purse = Purse(voters, endowment)
    groups: list[tuple[Fraction, list[Bought]]] = []
    while purse.cost <= most:
        works, ratio = purse.cheapest()
        if not works:
            break
        over = purse.over
        work, by = choose(works) if len(works) > 1 else (works[0], "")
        purse.buy(work, works, by)
        same = groups and groups[-1][0][0] * ratio[1] * over == ratio[0] * groups[-1][0][1]
        if not same:
            groups.append(((ratio[0], ratio[1] * over), []))
        groups[-1][1].append(purse.bought[-1])
    for _ratio, together in groups:
        # All bought one after the other at the same price: in any order they pay the same.
        decides = len(together[0].tied) > len(together)
        for bought in together:
            bought.decides = decides and len(bought.tied) > 1
    return purse
