"""What the agents decide without the urn: by a vote of theirs, typed by two people, or by the matrix."""

from __future__ import annotations

import secrets
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets import ballots, counting, tallies
from budgets.actions.counts import have_counted
from budgets.course import step_of
from budgets.enums import (
    FOUND_FEASIBLE,
    BallotKind,
    BudgetState,
    Mode,
    Purpose,
    StepKind,
    WorkState,
)
from budgets.models import AgentList, Budget, Count, Heading, TallyLine, TallySheet, Work
from participation import history


if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User

lot = secrets.SystemRandom()


class CannotType(Exception):
    """This sheet is not taken; nothing was changed."""


class CannotDraw(Exception):
    """Lots are not drawn now."""


class CannotConfirm(Exception):
    """The order of the matrix cannot be confirmed now."""


def why_not_by_hand(budget: Budget) -> str:
    """What keeps anybody from typing a vote of the agents."""
    if budget.state != BudgetState.OPEN or budget.mode != Mode.AGENTS:
        return _("Only where the agents decide a vote of theirs is typed.")
    ballot = ballots.current(budget, Purpose.AGENTS)
    if ballot and not ballots.is_called_off(ballot):
        return _("The agents vote on the urn: nothing is typed by hand.")
    if counting.complete(budget.rule)["method"] != "greedy":
        return _(
            "Equal shares need whole ballots, not totals alone: have the agents vote on the urn."
        )
    if not AgentList.objects.filter(budget=budget).exists():
        return _("Close the official list of agents first: it says how many have a vote.")
    step = step_of(budget, StepKind.WORKSHOP)
    if step is None or step.starts_at is None or step.starts_at > timezone.now():
        return _("The workshop of priorities has not begun.")
    return ""


@transaction.atomic
def type_sheet(
    heading: Heading, *, by: User, present: int, votes: Mapping[int, int], note: str = ""
) -> TallySheet:
    """Take down what somebody reads on the acta of the workshop: `votes` by the ids of works.

    Typed once more by the same person, theirs is replaced. As soon as two people say the same,
    it is counted.
    """
    budget = _locked(heading.group.budget)
    if reason := why_not_by_hand(budget):
        raise CannotType(reason)
    if Count.objects.official().done().filter(heading=heading).exists():
        raise CannotType(_("This heading is counted already."))
    works = {work.pk: work for work in tallies.works_of(heading)}
    _mind(budget, works, present, votes)
    sheets = {sheet.by_id: sheet for sheet in tallies.sheets_of(heading)}
    mine = sheets.pop(by.pk, None)
    if mine is None:
        if len(sheets) == len(tallies.ENTRIES):
            raise CannotType(_("Two people have typed it already."))
        free = set(tallies.ENTRIES) - {sheet.entry for sheet in sheets.values()}
        mine = TallySheet(municipality_id=heading.municipality_id, heading=heading, by=by)
        mine.entry = min(free)
    mine.present, mine.note, mine.at = present, note, timezone.now()
    mine.save()
    mine.lines.all().delete()
    TallyLine.objects.bulk_create(
        TallyLine(municipality_id=heading.municipality_id, sheet=mine, work=work, votes=votes[pk])
        for pk, work in works.items()
    )
    if tallies.agreed(heading):
        have_counted(heading, Purpose.AGENTS, budget.rule, by=by)
    return mine


def _mind(
    budget: Budget, works: Mapping[int, Work], present: int, votes: Mapping[int, int]
) -> None:
    if not works:
        raise CannotType(_("This heading has no works to vote on."))
    if votes.keys() != works.keys():
        raise CannotType(_("Type the votes of each work, also where there are none."))
    voters = AgentList.objects.get(budget=budget).voters
    if present > voters:
        raise CannotType(
            _("The official list has %(voters)d people with a vote, and no more can be present.")
            % {"voters": voters}
        )
    most = present * (budget.points if budget.ballot == BallotKind.POINTS else 1)
    for pk, number in votes.items():
        if number > most:
            raise CannotType(
                _("«%(work)s» cannot have more than %(most)d: so many were present.")
                % {"work": works[pk].title, "most": most}
            )


@transaction.atomic
def draw_lots(budget: Budget, *, by: User, where: str) -> Budget:
    """Draw the order that decides ties among the works of each heading; `where` and before whom.

    It is drawn before votes are typed. Where it was forgotten, it can still be drawn for a count
    that stopped for want of it; what was drawn is not drawn again once there are votes.
    """
    budget = _locked(budget)
    if budget.mode == Mode.RESIDENTS or budget.state != BudgetState.OPEN:
        raise CannotDraw(_("The lots of a vote on the urn are drawn there."))
    works = list(budget.works.filter(state=WorkState.FEASIBLE).order_by("pk"))
    has_votes = TallySheet.objects.filter(heading__group__budget=budget).exists()
    if has_votes:
        works = [work for work in works if work.lot is None]
    if not works:
        raise CannotDraw(_("The lots are drawn, and votes have been typed: they stay."))
    highest = max((work.lot or 0 for work in budget.works.all()), default=0) if has_votes else 0
    places = [highest + place for place in range(1, len(works) + 1)]
    lot.shuffle(places)
    for work, place in zip(works, places, strict=True):
        work.lot = place
    Work.objects.bulk_update(works, ["lot"])
    order = sorted(works, key=lambda work: work.lot)
    history.record(
        "budget_lots",
        budget.thread,
        by=by,
        text=where,
        data={"works": [work.code for work in order]},
        as_office=_office(budget),
    )
    return budget


@transaction.atomic
def confirm_matrix(budget: Budget, *, by: User, on: date, acta: str) -> Budget:
    """Note that the agents have confirmed the order of the matrix, and have it counted."""
    budget = _locked(budget)
    if budget.state != BudgetState.OPEN or budget.mode != Mode.MATRIX:
        raise CannotConfirm(_("In this budget the matrix does not decide."))
    if budget.decisions_published_at is None:
        raise CannotConfirm(_("The decisions of the evaluation are not published yet."))
    if on > timezone.localdate():
        raise CannotConfirm(_("The day on which it was confirmed has not come yet."))
    headings = [
        heading
        for heading in ballots.headings_of(budget)
        if heading.works.filter(state__in=FOUND_FEASIBLE).exists()
    ]
    if not headings:
        raise CannotConfirm(_("There are no feasible works."))
    if not tallies.is_confirmed(budget):
        history.record(
            "budget_matrix_confirmed",
            budget.thread,
            by=by,
            text=acta,
            data={"on": on.isoformat()},
            as_office=_office(budget),
            tell=True,
        )
    for heading in headings:
        have_counted(heading, Purpose.AGENTS, tallies.matrix_rule(budget), by=by)
    return budget


def _locked(budget: Budget) -> Budget:
    found = Budget.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("municipality", "thread").get(pk=budget.pk)


def _office(budget: Budget) -> str:
    return budget.municipality.contact_office or budget.municipality.name
