"""Counting a heading: what there is to count, doing it, and what follows from the official count.

A count is a row that a task takes in hand. Its state, and when it was last heard of, say whether
somebody is at it; what a killed worker left is taken up again. Counting twice gives the same, and the
official result is written once.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from math import lcm
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets import ballots, counting, imported, matrix, tallies
from budgets.counting import Election, TieWithoutLot, Work as Counted
from budgets.enums import BallotKind, CountState, Mode, Purpose, WorkState
from budgets.models import Ballot, Budget, Count, Heading, Work
from municipalities.rls import scoped_transaction
from participation import history
from votes import opened
from votes.actions.urn import definition_of
from votes.commitments import canonical
from votes.enums import CastChannel
from votes.opening import SMALLEST_CELL


if TYPE_CHECKING:
    from municipalities.models import Municipality

KINDS = {
    BallotKind.KNAPSACK: "knapsack",
    BallotKind.APPROVAL: "approval",
    BallotKind.POINTS: "points",
}
STALE = timedelta(seconds=60)  # without a word: whoever counted it may have stopped
TELL_EVERY = 1.0  # seconds


class NothingToCount(Exception):
    """There are no opened ballots of this heading."""


@dataclass(frozen=True)
class ToCount:
    """The ballots of a heading as they are counted, its works named by their codes."""

    election: Election
    withdrawn: frozenset[str] = frozenset()
    # What the result says besides, of what was not counted ballot by ballot.
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        return [work.id for work in self.election.works]

    @cached_property
    def digest(self) -> bytes:
        """The same 32 bytes whenever and wherever the same is counted."""
        election = self.election
        content = {
            "money": election.money,
            "works": sorted([work.id, work.cost] for work in election.works),
            "kind": election.kind,
            "lots": election.lots,
            "withdrawn": sorted(self.withdrawn),
            "ballots": sorted(
                (canonical(answer).decode(), number) for answer, number in election.ballots
            ),
        }
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).digest()


# --- Rules


def key_of(rule: dict[str, Any]) -> str:
    """A rule in a word, the same for the same rule: `mes-cost-add1u-stop-exact-i1-t0`."""
    full = counting.complete(rule)
    if full["method"] == "greedy":
        return f"greedy-{full['variant']}-t{full['threshold']}"
    stop = "stop" if full["exhaustive_stop"] else "nostop"
    return (
        f"mes-{full['utility']}-{full['completion']}-{stop}-{full['first']}"
        f"-i{full['increment']}-t{full['threshold']}"
    )


# --- What there is to count


def to_count(count: Count) -> ToCount:
    """What a count counts, as it stands now."""
    if count.election_id:
        file = imported.read(count.election.source)
        return ToCount(file.election(), more=imported.told_by(file))
    heading, budget = count.heading, count.heading.group.budget
    if budget.mode == Mode.MATRIX:
        return of_matrix(heading)
    if ballot := ballots.current(budget, Purpose(count.purpose)):
        return of_urn(heading, ballot)
    return of_sheets(heading)


def of_urn(heading: Heading, ballot: Ballot) -> ToCount:
    """The valid ballots of an opened urn that chose something in this heading.

    Blank and void ones have chosen nothing here, and so have no share of its money.
    """
    question = question_of(heading, ballot)
    if question is None or not ballots.is_opened(ballot):
        raise NothingToCount(_("Its ballots are not opened."))
    works = on_ballot(heading)
    codes = {work.option: work.code for work in works}
    given: Counter[str] = Counter()
    for one in opened.answers(ballot.poll.urn, heading.question):
        if one.answer:
            given[json.dumps(one.answer, sort_keys=True)] += one.number
    lots = [codes[option] for option in question["lots"]] or _lots_of(works)
    election = Election(
        money=heading.money,
        works=[Counted(codes[option], cost) for option, cost in sorted(question["costs"].items())],
        ballots=[(_named(json.loads(answer), codes), given[answer]) for answer in sorted(given)],
        kind=KINDS[BallotKind(question["kind"])],
        lots=lots or None,
    )
    return ToCount(election, withdrawn_of(works))


def question_of(heading: Heading, ballot: Ballot) -> dict[str, Any] | None:
    """The question of a heading as it was frozen."""
    if not heading.question:
        return None
    asked = definition_of(ballot.poll.urn).get("questions", [])
    return next((one for one in asked if one["id"] == heading.question), None)


def on_ballot(heading: Heading) -> list[Work]:
    return list(heading.works.exclude(option="").order_by("option"))


def withdrawn_of(works: Collection[Work]) -> frozenset[str]:
    return frozenset(work.code for work in works if work.state == WorkState.WITHDRAWN)


def of_sheets(heading: Heading) -> ToCount:
    """What both who typed a vote by hand say of it."""
    sheet = tallies.agreed(heading)
    if sheet is None:
        raise NothingToCount(_("Two people have not typed the same yet."))
    return _of_totals(heading, tallies.votes_on(sheet), {"ballots": sheet.present})


def of_matrix(heading: Heading) -> ToCount:
    """The totals of the matrix as whole numbers, `scale` times what they are."""
    rows = matrix.of(heading)
    if not rows:
        raise NothingToCount(_("The matrix has no works here."))
    scale = lcm(*(row.total.denominator for row in rows))
    totals = {row.work: int(row.total * scale) for row in rows}
    return _of_totals(heading, totals, {"ballots": 0, "scale": scale})


def _of_totals(heading: Heading, totals: dict[Work, int], more: dict[str, Any]) -> ToCount:
    election = Election(
        money=heading.money,
        works=[Counted(work.code, work.cost) for work in totals],
        ballots=[({work.code: total for work, total in totals.items() if total}, 1)],
        kind="points",
        lots=_lots_of(totals) or None,
    )
    return ToCount(election, withdrawn_of(totals), more)


def _named(answer: Any, codes: dict[str, str]) -> Any:
    if isinstance(answer, dict):
        return {codes[option]: points for option, points in sorted(answer.items())}
    return sorted(codes[option] for option in answer)


def _lots_of(works: Collection[Work]) -> list[str]:
    """The codes in the order of the lot that was drawn on the works; none if it was not, or of some."""
    if any(work.lot is None for work in works):
        return []
    return [work.code for work in sorted(works, key=lambda work: work.lot)]


# --- Counting


def run(municipality: Municipality, pk: int) -> bool:
    """Count one, unless somebody else is at it; whether its result is there now."""
    with scoped_transaction(municipality):
        count = _take(pk)
        if count is None:
            return Count.objects.done().filter(pk=pk).exists()

    told = time.monotonic()

    def tell(tries: int) -> None:
        nonlocal told
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            with scoped_transaction(municipality):
                mine = Count.objects.filter(pk=pk, state=CountState.RUNNING)
                mine.update(tries=tries, told_at=timezone.now())

    try:
        with scoped_transaction(municipality):
            what = to_count(count)
        result = counting.count(what.election, count.rule, tell, what.withdrawn) | what.more
    except TieWithoutLot as tie:
        problem = _("These works are tied where it decides, and no lot was drawn among them: %s.")
        _stop(municipality, pk, problem % _titles(municipality, count, tie.tied))
    except (NothingToCount, counting.BadElection) as reason:
        _stop(municipality, pk, str(reason))
    except Exception:
        _stop(municipality, pk, _("The program stopped. Whoever runs the site can read why."))
        raise
    else:
        with scoped_transaction(municipality):
            return _finish(count, what, result)
    return False


def _take(pk: int) -> Count | None:
    now = timezone.now()
    free = Q(state=CountState.WAITING) | Q(state=CountState.RUNNING, told_at__lt=now - STALE)
    taken = Count.objects.filter(free, pk=pk).update(
        state=CountState.RUNNING, told_at=now, tries=0, problem=""
    )
    if not taken:
        return None
    found = Count.objects.select_related("heading__group__budget__municipality", "election")
    return found.get(pk=pk)


def _stop(municipality: Municipality, pk: int, problem: str) -> None:
    with scoped_transaction(municipality):
        running = Count.objects.filter(pk=pk, state=CountState.RUNNING)
        running.update(state=CountState.FAILED, problem=problem)


def _titles(municipality: Municipality, count: Count, codes: list[str]) -> str:
    if count.heading_id is None:
        return ", ".join(codes)
    with scoped_transaction(municipality):
        works = Work.objects.filter(budget=count.heading.group.budget, code__in=codes)
        return ", ".join(f"«{work.title}»" for work in works.order_by("code"))


def _finish(count: Count, what: ToCount, result: dict[str, Any]) -> bool:
    """Write the result, unless it is there already, and settle what an official one decides."""
    if count.is_official:
        budgets = Budget.objects.select_for_update(of=("self",), no_key=True)
        budget = budgets.select_related("thread").get(pk=count.heading.group.budget_id)
        works = count.heading.works.filter(code__in=what.codes).select_related("thread")
        works = list(works.select_for_update(of=("self",), no_key=True).order_by("pk"))
        if what.withdrawn != withdrawn_of(works):
            Count.objects.unfinished().filter(pk=count.pk).update(state=CountState.WAITING)
            return False  # a work was withdrawn meanwhile: the clock has it counted again
    count = Count.objects.select_for_update().get(pk=count.pk)
    if count.state == CountState.DONE:
        return True
    if count.is_official and (places := won_by_place(count, result["winners"])):
        result["places"] = places
    count.state, count.result, count.ballots = CountState.DONE, result, what.digest
    count.finished_at = count.told_at = timezone.now()
    count.save(update_fields=["state", "result", "ballots", "finished_at", "told_at"])
    if count.is_official:
        _settle(budget, works, count.result["winners"], what.election.lots or [])
    return True


def _settle(budget: Budget, works: list[Work], winners: list[str], lots: list[str]) -> None:
    """What was counted is chosen or not; with the last heading the budget has its results."""
    order = {code: place for place, code in enumerate(lots, start=1)}
    for work in works:
        if work.state not in (WorkState.ON_BALLOT, WorkState.FEASIBLE):
            continue
        is_chosen = work.code in winners
        work.state = WorkState.CHOSEN if is_chosen else WorkState.NOT_CHOSEN
        work.lot = order.get(work.code)
        work.save(update_fields=["state", "lot", "saved_at"])
        verb = "work_chosen" if is_chosen else "work_not_chosen"
        history.record(verb, work.thread, by=None, tell=True)
    told = budget.thread.events.filter(verb="budget_results")
    if not is_waited_for(budget) and not told.exists():
        history.record("budget_results", budget.thread, by=None, tell=True)


def is_waited_for(budget: Budget) -> bool:
    """Whether a heading is still to be counted: works wait there for what is decided."""
    ballot = ballots.current(budget, ballots.purpose_of(budget))
    waiting = WorkState.ON_BALLOT if ballot else WorkState.FEASIBLE
    return budget.works.filter(state=waiting).exists()


# --- How much of what people chose was won, by where they live


def won_by_place(count: Count, winners: list[str]) -> list[list[Any]] | None:
    """Place, its ballots, what they chose in all, what of it was won, and ballots that won something.

    Nobody's ballot is told alone: places with few are told together, under no name, and so are as
    many others as it takes that these cannot be told from what is left over. Nothing, if they are
    too few even then.
    """
    budget = count.heading.group.budget
    ballot = ballots.current(budget, Purpose(count.purpose))
    if budget.mode == Mode.MATRIX or ballot is None:
        return None
    works = on_ballot(count.heading)
    won = {work.option for work in works if work.code in winners}
    gone = {work.option for work in works if work.state == WorkState.WITHDRAWN}
    sums: dict[str, list[int]] = {}
    for one in opened.answers(ballot.poll.urn, count.heading.question):
        if not one.answer:
            continue
        weights = one.answer if isinstance(one.answer, dict) else dict.fromkeys(one.answer, 1)
        chosen = {option: weight for option, weight in weights.items() if option not in gone}
        got = {option: weight for option, weight in chosen.items() if option in won}
        name = f"{one.place}|{one.channel}" if one.channel == CastChannel.PAPER else one.place
        row = sums.setdefault(name, [0, 0, 0, 0])
        for index, value in enumerate((1, sum(chosen.values()), sum(got.values()), bool(got))):
            row[index] += value * one.number
    return _without_small(sums)


def _without_small(sums: dict[str, list[int]]) -> list[list[Any]] | None:
    order = sorted(sums, key=lambda name: (sums[name][0], name))
    small = [name for name in order if not name or sums[name][0] < SMALLEST_CELL]
    others = [name for name in order if name not in small]
    while small and others and sum(sums[name][0] for name in small) < SMALLEST_CELL:
        small.append(others.pop(0))
    rows = [[name, *sums[name]] for name in others]
    if small:
        together = [sum(column) for column in zip(*(sums[name] for name in small), strict=True)]
        if together[0] < SMALLEST_CELL:
            return None
        rows.append(["", *together])
    return sorted(rows, key=lambda row: (not row[0], row[0]))
