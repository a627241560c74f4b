"""What can be done now in the things that the steps of a process are linked to.

Each room says of its own things how they stand; here they are asked, all of one kind at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _, pgettext

from budgets import course, progress as budgets
from budgets.enums import BudgetState
from budgets.models import Budget
from debates import progress as debates
from debates.enums import Stage
from debates.models import Debate
from norms.enums import Phase as NormPhase
from norms.models import Norm
from participation.enums import ThreadKind
from processes.enums import StepKind
from processes.models import Meeting
from proposals import progress as proposals
from proposals.models import Proposal
from votes import progress as votes
from votes.enums import Phase
from votes.models import Poll
from votes.progress import Badge


if TYPE_CHECKING:
    from municipalities.models import Municipality
    from processes.models import Step


class Verb(NamedTuple):
    """The one thing that can be done there now, and where."""

    label: str
    url: str
    icon: str


class Happening(NamedTuple):
    """The thing of a step: what it is called, how it stands, what one does there now."""

    title: str
    url: str
    badge: Badge | None = None
    verb: Verb | None = None


def of_steps(municipality: Municipality, steps: Iterable[Step]) -> dict[int, Happening]:
    """What everybody may see of each step's thing, by the id of the step; a query for each kind."""
    steps = list(steps)
    by_kind: dict[str, dict[int, Step]] = {}
    for step in steps:
        if step.thread_id and step.thread.is_public:
            by_kind.setdefault(step.thread.kind, {})[step.thread_id] = step
    found = {}
    for kind, of_kind in by_kind.items():
        rows, tell = THINGS[ThreadKind(kind)]
        for thing in rows().filter(thread__in=of_kind):
            thing.municipality = municipality
            found[of_kind[thing.thread_id].pk] = tell(thing)
    for step in steps:
        if step.kind == StepKind.PROPOSALS and step.pk not in found:
            found[step.pk] = _all_proposals(municipality, step)
    return found | _next_meetings(municipality, steps)


def _next_meetings(municipality: Municipality, steps: list[Step]) -> dict[int, Happening]:
    """Of each step of meetings the one that comes next; one query if there are such steps."""
    held = [step.pk for step in steps if step.kind == StepKind.MEETING]
    found: dict[int, Happening] = {}
    for meeting in Meeting.objects.coming().filter(step__in=held) if held else ():
        meeting.municipality = municipality
        url = meeting.get_absolute_url()
        verb = Verb(_("See when and where"), url, "calendar")
        found.setdefault(meeting.step_id, Happening(meeting.title, url, verb=verb))
    return found


def _debate(debate: Debate) -> Happening:
    url, verb = debate.get_absolute_url(), None
    if debate.stage == Stage.OPEN:
        verb = Verb(_("Say what you think"), url, "comment")
    elif debate.stage == Stage.CONCLUDED:
        verb = Verb(_("Read the conclusion"), url, "check")
    return Happening(debate.title, url, debates.badge(debate), verb)


def _poll(poll: Poll) -> Happening:
    url, verb = poll.get_absolute_url(), None
    if poll.phase == Phase.OPEN:
        verb = Verb(pgettext("verb", "Vote"), url, "ballot")
    elif poll.phase == Phase.RESULTS:
        verb = Verb(_("See the results"), url, "chart")
    return Happening(poll.title, url, votes.badge(poll), verb)


def _budget(budget: Budget) -> Happening:
    url, verb = budget.get_absolute_url(), None
    if going_on := course.running(budget):
        verb = budgets.verb_of(budget, budgets.main_of(going_on), vote_url=url, has_projects=True)
    return Happening(budget.title, url, budgets.badge(budget), verb and Verb(*verb))


def _norm(norm: Norm) -> Happening:
    tones = {
        NormPhase.COMMENTS: ("open", "comment"),
        NormPhase.RESULT: ("good", "check"),
        NormPhase.WITHDRAWN: ("bad", "cross"),
    }
    tone, icon = tones.get(norm.phase, ("wait", "document"))
    url, verb = norm.get_absolute_url(), None
    if norm.phase == NormPhase.COMMENTS:
        verb = Verb(_("Read it and comment on it"), url, "comment")
    elif norm.phase == NormPhase.RESULT:
        verb = Verb(_("Read the result"), url, "check")
    return Happening(norm.title, url, Badge(str(norm.phase.label), tone, icon), verb)


def _proposal(proposal: Proposal) -> Happening:
    return Happening(proposal.title, proposal.get_absolute_url(), proposals.badge(proposal))


def _all_proposals(municipality: Municipality, step: Step) -> Happening:
    """Without one to lead to, the step is about whatever people propose."""
    verb = None
    if step.is_running:
        url = reverse("proposals:new", args=[municipality.slug])
        verb = Verb(_("Make a proposal"), url, "plus")
    return Happening(
        _("Proposals"), reverse("proposals:index", args=[municipality.slug]), verb=verb
    )


THINGS: dict[ThreadKind, tuple[Callable[[], Any], Callable[[Any], Happening]]] = {
    ThreadKind.DEBATE: (lambda: Debate.objects.select_related("thread"), _debate),
    ThreadKind.POLL: (lambda: Poll.objects.select_related("thread", "urn"), _poll),
    ThreadKind.BUDGET: (
        lambda: (
            Budget.objects.exclude(state=BudgetState.DRAFT)
            .select_related("thread")
            .prefetch_related("steps")
        ),
        _budget,
    ),
    ThreadKind.NORM: (lambda: Norm.objects.public().select_related("thread"), _norm),
    ThreadKind.PROPOSAL: (lambda: Proposal.objects.select_related("thread"), _proposal),
}
