"""Putting works to the vote: of residents or agents; and the election of the vigilance committee.

The vote itself is the urn's (votes/): from approvals and lots to keys, desks and opening, staff go
through its own pages. Here it is begun, begun again while it is being prepared, and its works
are given back if it was called off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets import ballots
from budgets.actions.evaluations import office_of
from budgets.ballots import HELD_IN
from budgets.enums import BudgetState, Purpose, StepKind, WorkState
from budgets.models import Ballot, Budget, Heading, Work
from decide.common.words import moment
from participation import history
from votes.actions import asked, polls
from votes.actions.asked import AskedOption, AskedQuestion
from votes.actions.polls import CannotPrepare
from votes.enums import Effect, QuestionKind, Voters


if TYPE_CHECKING:
    from accounts.models import User
    from votes.models import Poll


class CannotAsk(Exception):
    """These works cannot be put to the vote so, or not now; nothing was changed."""


@transaction.atomic
def put_works(
    budget: Budget,
    *,
    by: User,
    works: Collection[int],
    title: str,
    text: str,
    meaning: str,
    opens_at: datetime,
    closes_at: datetime,
) -> Ballot:
    """Put these works to the vote of whoever decides in this budget; or others in their place."""
    budget = _locked(budget)
    purpose = ballots.purpose_of(budget)
    if purpose is None:
        raise CannotAsk(_("Here the matrix decides: no works are put to a vote."))
    if budget.decisions_published_at is None:
        raise CannotAsk(
            _("Publish the decisions of the evaluation first: only feasible works are voted on.")
        )
    _mind_step(budget, purpose, opens_at, closes_at)
    ballot = _to_write(budget, purpose, by)
    chosen = _chosen(budget, set(works))
    wanted = ballots.questions(budget, purpose, chosen)
    poll = _ask(
        budget,
        purpose,
        ballot,
        wanted,
        by=by,
        title=title,
        text=text,
        meaning=meaning,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    _name_on_ballot(budget, poll, chosen, by)
    return ballot or _made(budget, purpose, poll, by)


@transaction.atomic
def elect_committee(
    budget: Budget,
    *,
    by: User,
    question: str,
    candidates: Sequence[tuple[str, str]],
    seats: int,
    title: str,
    text: str,
    meaning: str,
    opens_at: datetime,
    closes_at: datetime,
) -> Ballot:
    """Have the agents elect the vigilance committee; `candidates` are names with whom they are from."""
    budget = _locked(budget)
    _mind_step(budget, Purpose.COMMITTEE, opens_at, closes_at)
    ballot = _to_write(budget, Purpose.COMMITTEE, by)
    if len(candidates) <= seats:
        raise CannotAsk(_("There have to be more candidates than places."))
    names = [name.casefold() for name, _organisation in candidates]
    if len(set(names)) < len(names):
        raise CannotAsk(_("A candidate is there twice."))
    wanted = AskedQuestion(
        title=question,
        kind=QuestionKind.MULTIPLE,
        most=seats,
        seats=seats,
        options=[AskedOption(title=name, text=whose) for name, whose in candidates],
    )
    poll = _ask(
        budget,
        Purpose.COMMITTEE,
        ballot,
        [wanted],
        by=by,
        title=title,
        text=text,
        meaning=meaning,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    return ballot or _made(budget, Purpose.COMMITTEE, poll, by)


@transaction.atomic
def give_back(ballot: Ballot, *, by: User | None) -> Ballot:
    """Take the works of a vote that was called off from its ballot: another may be made."""
    budget = _locked(ballot.budget)
    ballot = Ballot.objects.select_related("poll__urn").get(pk=ballot.pk)
    if ballot.replaced_at is not None:
        return ballot
    if not ballots.is_called_off(ballot):
        raise CannotAsk(_("This vote was not called off."))
    ballot.replaced_at = timezone.now()
    ballot.save(update_fields=["replaced_at"])
    if ballot.purpose != Purpose.COMMITTEE:
        _clear(budget)
        _tell_works(budget.works.filter(state=WorkState.FEASIBLE), "work_off_ballot", by)
    return ballot


# --- What may be asked


def _locked(budget: Budget) -> Budget:
    found = Budget.objects.select_for_update(of=("self",), no_key=True)
    found = found.select_related("municipality", "thread").get(pk=budget.pk)
    if found.state != BudgetState.OPEN:
        raise CannotAsk(_("Only in an open budget there is something to vote on."))
    return found


def _mind_step(budget: Budget, purpose: Purpose, opens_at: datetime, closes_at: datetime) -> None:
    step = ballots.step_for(budget, purpose)
    kind = StepKind(HELD_IN[purpose])
    if step is None:
        raise CannotAsk(
            _("This budget has no days for the step «%(step)s».") % {"step": kind.label}
        )
    if opens_at < step.starts_at or closes_at > step.ends_at:
        raise CannotAsk(
            _("The vote is held within the step «%(step)s»: from %(start)s until %(end)s.")
            % {
                "step": kind.label,
                "start": moment(step.starts_at),
                "end": moment(step.ends_at),
            }
        )


def _to_write(budget: Budget, purpose: Purpose, by: User) -> Ballot | None:
    """The ballot that is still being prepared; nothing, if there is to be a new one."""
    ballot = ballots.current(budget, purpose)
    if ballot is None:
        return None
    if ballots.is_called_off(ballot):
        give_back(ballot, by=by)
        return None
    if not ballot.poll.is_prepared:
        raise CannotAsk(_("The rules of this vote are frozen: what it asks does not change."))
    return ballot


def _chosen(budget: Budget, pks: set[int]) -> list[tuple[Heading, list[Work]]]:
    list(budget.works.select_for_update(of=("self",), no_key=True).order_by("pk").values("pk"))
    ready = ballots.works_ready(budget)
    if strange := pks - {work.pk for works in ready.values() for work in works}:
        raise CannotAsk(
            _("%(number)d of these works cannot be voted on now. Look at the list again.")
            % {"number": len(strange)}
        )
    found = []
    for heading in ballots.headings_of(budget):
        works = [work for work in ready[heading.pk] if work.pk in pks]
        for work in works:
            if why := ballots.why_not_on(budget, heading, work):
                raise CannotAsk(f"«{work.title}»: {why}.")
        found.append((heading, works))
    if not any(works for _heading, works in found):
        raise CannotAsk(_("Choose at least one work."))
    return found


# --- The poll


def _ask(
    budget: Budget,
    purpose: Purpose,
    ballot: Ballot | None,
    wanted: list[AskedQuestion],
    *,
    by: User,
    opens_at: datetime,
    closes_at: datetime,
    **words: str,
) -> Poll:
    """Begin the poll, or ask anew in the one there is; and close the list of those who vote in it."""
    hashes = None if purpose == Purpose.RESIDENTS else ballots.listed(budget)
    if hashes is not None and not hashes:
        raise CannotAsk(_("Close the official list of agents first: it says who votes."))
    try:
        if ballot is None:
            poll = asked.ask(
                municipality=budget.municipality,
                by=by,
                opens_at=opens_at,
                closes_at=closes_at,
                part_of=budget.title,
                part_of_address=budget.get_absolute_url(),
                questions=wanted,
                effect=budget.effect,
                norm=budget.norm if budget.effect == Effect.BINDING else "",
                voters=Voters.RESIDENTS if hashes is None else Voters.LISTED,
                **words,
            )
        else:
            poll = ballot.poll
            polls.revise(poll, by=by, opens_at=opens_at, closes_at=closes_at, **words)
            poll = asked.ask_anew(poll, by=by, questions=wanted)
        if hashes is not None:
            asked.list_voters(poll, by=by, hashes=hashes)
    except CannotPrepare as reason:
        raise CannotAsk(str(reason)) from reason
    return poll


def _made(budget: Budget, purpose: Purpose, poll: Poll, by: User) -> Ballot:
    ballot = Ballot.objects.create(
        municipality_id=budget.municipality_id, budget=budget, purpose=purpose, poll=poll
    )
    history.record(
        "budget_ballot",
        budget.thread,
        by=by,
        data={"purpose": purpose, "poll": poll.pk},
        is_public=False,  # the poll is announced when its rules are settled
    )
    return ballot


# --- The works on it


def _clear(budget: Budget) -> None:
    """Nothing is on a ballot; withdrawn works stay withdrawn."""
    budget.works.filter(state=WorkState.ON_BALLOT).update(
        state=WorkState.FEASIBLE, option="", lot=None
    )
    budget.works.filter(state=WorkState.WITHDRAWN).update(option="", lot=None)
    Heading.objects.filter(group__budget=budget).exclude(question="").update(question="")


def _name_on_ballot(
    budget: Budget, poll: Poll, chosen: list[tuple[Heading, list[Work]]], by: User
) -> None:
    """Each heading gets its question and each work its option, in the order in which they were asked."""
    before = set(budget.works.on_ballot().values_list("pk", flat=True))
    _clear(budget)
    asked_of = [(heading, works) for heading, works in chosen if works]
    changed: dict[str, list[Work]] = defaultdict(list)
    for (heading, works), question in zip(
        asked_of, poll.questions.order_by("position"), strict=True
    ):
        heading.question = question.code
        heading.save(update_fields=["question"])
        for work, code in zip(works, asked.codes(len(works)), strict=True):
            work.state, work.option, work.lot = WorkState.ON_BALLOT, code, None
            if work.pk not in before:
                changed["work_on_ballot"].append(work)
    now = [work for _heading, works in asked_of for work in works]
    Work.objects.bulk_update(now, ["state", "option", "lot"])
    left_out = before - {work.pk for work in now}
    changed["work_off_ballot"] = list(budget.works.filter(pk__in=left_out))
    for verb, works in changed.items():
        _tell_works(Work.objects.filter(pk__in=[work.pk for work in works]), verb, by)


def _tell_works(works, verb: str, by: User | None) -> None:
    """In the history of each; those who follow one hear of the vote when it is announced."""
    for work in works.select_related("thread", "municipality"):
        office = office_of(work.municipality) if by else ""
        history.record(verb, work.thread, by=by, as_office=office)
