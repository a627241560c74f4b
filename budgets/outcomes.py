"""How far a budget is from being decided, and what came out of each heading, for its pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from budgets import ballots
from budgets.enums import BallotKind, CountState, Mode, StepKind, WorkState
from budgets.models import Count, Heading, Work
from budgets.outcome import MATRIX, POINTS, VOTES, Named, Outcome
from votes.enums import Phase
from votes.shares import Share


if TYPE_CHECKING:
    from budgets.models import Ballot, Budget, Step
    from votes.models import Poll


@dataclass(frozen=True)
class Standing:
    """What has to happen until it is known which works are done. A handful of queries."""

    budget: Budget

    @cached_property
    def ballot(self) -> Ballot | None:
        found = ballots.current(self.budget, ballots.purpose_of(self.budget))
        if found:
            found.poll.municipality = found.poll.urn.municipality = self.budget.municipality
        return found

    @property
    def poll(self) -> Poll | None:
        """The vote as everybody sees it: once its rules are settled."""
        return self.ballot.poll if self.ballot and self.ballot.poll.thread.is_public else None

    @property
    def phase(self) -> str:
        return self.poll.phase.value if self.poll else ""

    @property
    def is_by_hand(self) -> bool:
        return self.budget.mode == Mode.AGENTS and self.ballot is None

    @property
    def is_matrix(self) -> bool:
        return self.budget.mode == Mode.MATRIX

    @property
    def step(self) -> Step | None:
        """The step in which it is decided."""
        kind = StepKind.VOTE if self.budget.mode == Mode.RESIDENTS else StepKind.WORKSHOP
        return next(
            (one for one in self.budget.steps.all() if one.kind == kind and one.starts_at), None
        )

    @cached_property
    def counts(self) -> list[Count]:
        found = Count.objects.official().filter(heading__group__budget=self.budget)
        return list(found.select_related("heading").defer("result").order_by("heading__position"))

    @property
    def under_way(self) -> list[Count]:
        return [count for count in self.counts if count.is_under_way]

    @property
    def stopped(self) -> list[Count]:
        return [count for count in self.counts if count.state == CountState.FAILED]

    @property
    def done(self) -> int:
        return sum(count.state == CountState.DONE for count in self.counts)

    @property
    def is_decided(self) -> bool:
        return bool(self.counts) and self.done == len(self.counts)

    @property
    def waits(self) -> bool:
        """Whether there will be news of the count in a moment."""
        return bool(self.under_way) or (self.phase == Phase.RESULTS and not self.counts)


class Summary(NamedTuple):
    """A heading in short: its money, what is spent, and the works that are done."""

    heading: Heading
    count: Count | None
    spent: Share
    cost: int
    left: int
    chosen: list[Work]
    others: int

    @property
    def is_done(self) -> bool:
        return self.count is not None and self.count.state == CountState.DONE


def summaries(budget: Budget) -> list[Summary]:
    """Three queries, however many headings and works there are."""
    headings = ballots.headings_of(budget)
    counts = {
        count.heading_id: count
        for count in Count.objects.official().filter(heading__in=headings).defer("result")
    }
    states = [WorkState.CHOSEN, WorkState.NOT_CHOSEN]
    works: dict[int, list[Work]] = {heading.pk: [] for heading in headings}
    others = dict.fromkeys(works, 0)
    facts = ("title", "state", "cost", "code", "hidden_at")
    places = ("budget_id", "heading_id", "municipality_id")
    found = budget.works.filter(state__in=states).only(*facts, *places)
    for work in found.order_by("-cost", "pk"):
        work.municipality = budget.municipality
        if work.state == WorkState.CHOSEN:
            works[work.heading_id].append(work)
        else:
            others[work.heading_id] += 1
    return [
        _summary(heading, counts.get(heading.pk), works[heading.pk], others[heading.pk])
        for heading in headings
    ]


def _summary(heading: Heading, count: Count | None, chosen: list[Work], others: int) -> Summary:
    cost = sum(work.cost for work in chosen)
    spent = Share(cost, heading.money)
    return Summary(heading, count, spent, cost, heading.money - cost, chosen, others)


def of_heading(heading: Heading, count: Count) -> Outcome:
    """A count with the titles of its works; one query."""
    budget = heading.group.budget
    named = {}
    facts = ("code", "title", "state", "state_reason", "hidden_at")
    for work in heading.works.exclude(code="").only(*facts, "heading_id", "municipality_id"):
        work.municipality = budget.municipality
        if work.is_hidden:  # its title is what moderation took away
            continue
        why = work.state_reason if work.state == WorkState.WITHDRAWN else ""
        named[work.code] = Named(work.title, work.get_absolute_url(), why)
    if budget.mode == Mode.MATRIX:
        unit = MATRIX
    else:
        unit = POINTS if budget.ballot == BallotKind.POINTS else VOTES
    return Outcome(count, named, unit)
