"""What is counted: money, works, ballots, and the order of the lots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain


SETS = ("approval", "knapsack")
KINDS = (*SETS, "points")

Answer = Collection[str] | Mapping[str, int]
Order = tuple[int, int, int]  # votes from the most, cost from the least, lot


class BadElection(ValueError):
    """What was handed in cannot be counted."""


class TieWithoutLot(Exception):
    """Works are tied where it decides what is funded, and no order was drawn before opening."""

    def __init__(self, tied: list[str]) -> None:
        super().__init__(", ".join(tied))
        self.tied = tied


@dataclass(frozen=True)
class Work:
    id: str
    cost: int


@dataclass(frozen=True)
class Election:
    money: int
    works: Iterable[Work]
    ballots: Iterable[tuple[Answer, int]]
    kind: str = "approval"
    lots: list[str] | None = None


@dataclass
class Tally:
    """An election once read: the order of works and ballots in it no longer matters."""

    money: int
    costs: dict[str, int]
    votes: dict[str, int]
    answers: list[Answer]  # sets, or points above zero
    many: list[int]  # gave each
    lots: dict[str, int]
    drawn: bool  # or the lots are only an order to try
    withdrawn: frozenset[str] = frozenset()
    why_not: dict[str, str] = field(default_factory=dict)

    @property
    def ballots(self) -> int:
        return sum(self.many)

    def order(self, work: str) -> Order:
        return -self.votes[work], self.costs[work], self.lots[work]

    def candidates(self, threshold: int, *, dear: bool) -> list[str]:
        """The works that have a turn, best first; `why_not` says it of the others.

        `dear`: those dearer than all the money have one too.
        """
        for work, votes in self.votes.items():
            if work in self.withdrawn:
                self.why_not[work] = "withdrawn"
            elif not votes:
                self.why_not[work] = "no_votes"
            elif votes < threshold:
                self.why_not[work] = "below_threshold"
            elif self.costs[work] > self.money and not dear:
                self.why_not[work] = "dearer_than_all"
        return sorted(self.costs.keys() - self.why_not.keys(), key=self.order)


def tally(election: Election, withdrawn: Collection[str] = ()) -> Tally:
    """Read an election, once, and count votes (or points)."""
    costs = _costs(election)
    if unknown := set(withdrawn) - costs.keys():
        raise BadElection(f"withdrawn, but no work: {', '.join(sorted(unknown))}")
    given = list(election.ballots)
    many = [number for _answer, number in given]
    if not set(map(type, many)) <= {int} or min(many, default=0) < 0:
        raise BadElection("how many gave an answer is a whole number from 0 on")
    answers = _answers(election.kind, [answer for answer, _number in given])

    votes = dict.fromkeys(costs, 0)
    for work, number in _votes(answers, many).items():
        if work not in costs:
            raise BadElection(f"a ballot names {work!r}, which is no work")
        votes[work] = 0 if work in withdrawn else number
    return Tally(
        money=election.money,
        costs=costs,
        votes=votes,
        answers=answers,
        many=many,
        lots=_lots(election, costs),
        drawn=election.lots is not None,
        withdrawn=frozenset(withdrawn),
    )


def _costs(election: Election) -> dict[str, int]:
    works = list(election.works)
    costs = {work.id: work.cost for work in sorted(works, key=lambda work: work.id)}
    if len(costs) != len(works):
        raise BadElection("a work is there twice")
    if not all(type(money) is int and money >= 0 for money in (election.money, *costs.values())):
        raise BadElection("money is a whole number from 0 on")
    return costs


def _lots(election: Election, costs: dict[str, int]) -> dict[str, int]:
    if election.lots is None:
        return {work: place for place, work in enumerate(costs)}
    if len(set(election.lots)) != len(election.lots) or not costs.keys() <= set(election.lots):
        raise BadElection("the lots do not order the works")
    return {work: place for place, work in enumerate(election.lots)}


def _answers(kind: str, answers: list[Answer]) -> list[Answer]:
    """In the one form in which answers are counted. Where it is long, the loops are Python's own."""
    types = set(map(type, answers))
    if kind in SETS:
        if any(issubclass(one, str | Mapping) for one in types):
            raise BadElection("a ballot is a collection of works")
        return list(map(frozenset, answers))
    if kind != "points":
        raise BadElection(f"ballots of the kind {kind!r} are not counted")
    if not all(issubclass(one, Mapping) for one in types):
        raise BadElection("a ballot gives points to works")
    points = list(chain.from_iterable(answer.values() for answer in answers))
    if not set(map(type, points)) <= {int} or min(points, default=0) < 0:
        raise BadElection("points are whole numbers from 0 on")
    return [{work: given for work, given in answer.items() if given} for answer in answers]


def _votes(answers: list[Answer], many: list[int]) -> Counter[str]:
    """Votes of each work, or its points."""
    votes: Counter[str] = Counter()
    alike: dict[int, list[Answer]] = {}  # given by as many: counted in one go
    for answer, number in zip(answers, many, strict=True):
        if isinstance(answer, frozenset):
            alike.setdefault(number, []).append(answer)
        else:
            for work, points in answer.items():
                votes[work] += points * number
    for number, sets in alike.items():
        for work, times in Counter(chain.from_iterable(sets)).items():
            votes[work] += times * number
    return votes
