"""What is put to the vote: the feasible works of each heading, as votes asks for them.

The vote itself is a poll like any other (votes/actions/asked.py). Here is what it asks: one question
for each heading that has works, of those who live there, within its money.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from budgets import agent_list, counting
from budgets.course import step_of
from budgets.enums import BallotKind, Mode, Purpose, StepKind, WorkState
from budgets.models import AgentList, Ballot, Heading, Work
from decide.common.money import soles
from votes.actions.asked import AskedOption, AskedQuestion
from votes.enums import UrnState


if TYPE_CHECKING:
    from budgets.models import Budget, Step

# Who votes on works; of the matrix nobody does.
VOTES_ON_WORKS = {Mode.RESIDENTS: Purpose.RESIDENTS, Mode.AGENTS: Purpose.AGENTS}
HELD_IN = {
    Purpose.RESIDENTS: StepKind.VOTE,
    Purpose.AGENTS: StepKind.WORKSHOP,
    Purpose.COMMITTEE: StepKind.COMMITTEE,
}
LONGEST_GROUP = 40
LONGEST_TEXT = 1_000


def purpose_of(budget: Budget) -> Purpose | None:
    """Whose vote decides on works here."""
    return VOTES_ON_WORKS.get(Mode(budget.mode))


def current(budget: Budget, purpose: Purpose | None) -> Ballot | None:
    """The vote that stands, with its poll; one that was called off stands until its works are back."""
    if purpose is None:
        return None
    found = Ballot.objects.filter(budget=budget, purpose=purpose, replaced_at=None)
    return found.select_related("poll__urn", "poll__thread").first()


def is_called_off(ballot: Ballot) -> bool:
    return ballot.poll.urn.state == UrnState.CANCELLED


def is_opened(ballot: Ballot | None) -> bool:
    return ballot is not None and ballot.poll.urn.state == UrnState.OPENED


def step_for(budget: Budget, purpose: Purpose) -> Step | None:
    """The step within whose days the vote is held, if the budget has it."""
    step = step_of(budget, HELD_IN[purpose])
    return step if step and step.starts_at else None


def headings_of(budget: Budget) -> list[Heading]:
    """In their order, each with its group."""
    headings = Heading.objects.filter(group__budget=budget).select_related("group")
    return list(headings.order_by("group__position", "group_id", "position", "pk"))


def works_ready(budget: Budget) -> dict[int, list[Work]]:
    """The works that may be put to the vote, by heading, in the order of their codes."""
    states = [WorkState.FEASIBLE, WorkState.ON_BALLOT]
    found: dict[int, list[Work]] = defaultdict(list)
    for work in budget.works.filter(state__in=states).order_by("pk"):
        work.municipality = budget.municipality
        found[work.heading_id].append(work)
    return found


def why_not_on(budget: Budget, heading: Heading, work: Work) -> str:
    """What keeps a feasible work from the ballot of its heading."""
    if budget.ballot == BallotKind.KNAPSACK and work.cost > heading.money:
        return _("it costs %(more)s more than all the money of «%(heading)s»") % {
            "more": soles(work.cost - heading.money),
            "heading": heading.name,
        }
    return ""


def listed(budget: Budget) -> list[bytes]:
    """The hashes of who votes for an agent, if the official list is closed: nobody before."""
    if not AgentList.objects.filter(budget=budget).exists():
        return []
    return agent_list.voters_of(budget)


# --- As votes asks it


def questions(
    budget: Budget, purpose: Purpose, chosen: Iterable[tuple[Heading, Sequence[Work]]]
) -> list[AskedQuestion]:
    """One question for each heading with works, in this order."""
    asked = [(heading, works) for heading, works in chosen if works]
    groups = _one_of_each(heading for heading, _works in asked)
    is_listed = purpose != Purpose.RESIDENTS  # agents vote on every heading
    return [
        AskedQuestion(
            title=heading.name,
            kind=budget.ballot,
            money=heading.money,
            districts=() if is_listed else heading.districts,
            group="" if is_listed else groups.get(heading.group_id, ""),
            rule=rule_of(budget),
            most=min(budget.most, len(works)) if budget.ballot == BallotKind.APPROVAL else None,
            points=budget.points,
            options=[_option(work) for work in works],
        )
        for heading, works in asked
    ]


def rule_of(budget: Budget) -> dict[str, Any]:
    """How the works are found from the totals and the answers, and who decides so by which norm."""
    rule = counting.complete(budget.rule)
    return rule | {"decides": budget.mode, "norm": budget.norm}


def _option(work: Work) -> AskedOption:
    return AskedOption(
        title=work.title,
        text=f"{work.place_name}. {work.summary}"[:LONGEST_TEXT],
        cost=work.cost,
        address=work.get_absolute_url(),
        latitude=work.latitude,
        longitude=work.longitude,
    )


def _one_of_each(headings: Iterable[Heading]) -> dict[int, str]:
    """Groups of whose headings a person chooses one, by name.

    So it is where the group opens one heading to each and somebody would be asked in two.
    """
    of_group: dict[int, list[Heading]] = defaultdict(list)
    for heading in headings:
        of_group[heading.group_id].append(heading)
    found: dict[int, str] = {}
    for pk, members in of_group.items():
        overlap = any(_share_people(one, other) for one, other in combinations(members, 2))
        if overlap and members[0].group.headings_each == 1:
            name = members[0].group.name
            is_taken = len(name) > LONGEST_GROUP or name in found.values()
            found[pk] = f"{name[: LONGEST_GROUP - 12]} {pk}" if is_taken else name
    return found


def _share_people(one: Heading, other: Heading) -> bool:
    return not one.districts or not other.districts or bool({*one.districts} & {*other.districts})


# --- Whether what is asked is still what there is


def strays(budget: Budget) -> list[Work]:
    """Works that were withdrawn since the ballot was made; while it is prepared it can be made anew."""
    states = [WorkState.FEASIBLE, WorkState.ON_BALLOT]
    return list(budget.works.exclude(option="").exclude(state__in=states).order_by("pk"))
