"""The first page of the admin: what waits for a municipality's staff, and the region's board."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleGrant
from agreements import planners_board
from budgets.models import Agent, Appeal as BudgetAppeal, CommitteeReport, Evaluation
from debates.models import Debate
from decide.common.admin import is_regional
from decide.numbers import Row, rows_of
from municipalities.enums import MunicipalityKind, MunicipalityState, MunicipalityVerb
from municipalities.models import Municipality, MunicipalityEvent
from norms.models import Norm
from participation.rules.moderation import waiting_for
from processes.models import Escalation, Meeting, Outcome, Undertaking
from processes.rules.escalations import WAITING
from proposals.enums import MilestoneState, ProposalState
from proposals.models import Milestone, Proposal, VoteRequest
from votes.enums import UrnState
from votes.models import Complaint, Poll


AWAITING = [ProposalState.THRESHOLD, ProposalState.EVALUATION]
SHOWN = 10
SOON = timedelta(days=30)
SPACES = "espacios"


@dataclass
class Waiting:
    """One thing that waits for somebody, with the day it is due."""

    title: str
    url: str
    due_on: date | None
    note: Any = ""

    @property
    def days_left(self) -> int | None:
        return self.due_on and (self.due_on - timezone.localdate()).days

    @property
    def is_late(self) -> bool:
        return self.days_left is not None and self.days_left < 0


@dataclass
class Desk:
    """A municipality as its own staff find it in the morning."""

    municipality: Municipality
    to_answer: list[Waiting]
    to_answer_count: int
    to_conclude: list[Waiting]
    of_votes: list[Waiting]
    of_budgets: list[Waiting]
    of_norms: list[Waiting]
    of_processes: list[Waiting]
    milestones: list[Waiting]
    roles_ending: list[RoleGrant]
    to_moderate: int | None = None  # nothing for who does not moderate
    missing: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        return reverse("admin:municipalities_municipality_change", args=[self.municipality.pk])


@dataclass
class BoardRow:
    """A municipality as planners see it among the others."""

    numbers: Row
    url: str
    opened_at: Any
    answered: int
    on_time: int
    votes: int = 0

    @property
    def municipality(self) -> Municipality:
        return self.numbers.municipality

    @property
    def on_time_share(self) -> int | None:
        return round(100 * self.on_time / self.answered) if self.answered else None


def context(request: Any) -> dict[str, Any]:
    user = request.user
    own = {pk for _role, pk in user.roles}
    municipalities = Municipality.objects.filter(pk__in=own).exclude(kind=MunicipalityKind.REGION)
    found = {"desks": [desk(m, user) for m in municipalities.select_related("place")]}
    if is_regional(user):
        of_spaces = request.GET.get("tablero") == SPACES
        found |= board() if of_spaces else agreements(request)
    return found


def agreements(request: Any) -> dict[str, Any]:
    """What planners begin with; how the open spaces do is a click away."""
    return {"agreements": planners_board.build(planners_board.Filters.of(request.GET))}


def desk(municipality: Municipality, user: Any) -> Desk:
    today = timezone.localdate()
    awaiting = Proposal.objects.filter(
        municipality=municipality, state__in=AWAITING, hidden_at=None
    ).select_related("municipality")
    late = Milestone.objects.filter(
        municipality=municipality, state=MilestoneState.PLANNED, due_on__lte=today + SOON
    ).select_related("proposal__municipality")
    to_conclude = (
        Debate.objects.for_municipality(municipality)
        .public()
        .awaiting_conclusion()
        .select_related("municipality", "thread")
        .order_by("thread__closes_at", "pk")
    )
    return Desk(
        municipality=municipality,
        to_answer=[
            Waiting(p.title, case(p), p.answer_due_on, p.get_state_display())
            for p in awaiting.order_by(F("answer_due_on").asc(nulls_last=True), "pk")[:SHOWN]
        ],
        to_answer_count=awaiting.count(),
        to_conclude=[
            Waiting(d.title, conclusion(d), timezone.localdate(d.thread.closes_at))
            for d in to_conclude[:SHOWN]
        ],
        of_votes=of_votes(municipality)[:SHOWN],
        of_budgets=of_budgets(municipality)[:SHOWN],
        of_norms=of_norms(municipality)[:SHOWN],
        of_processes=of_processes(municipality)[:SHOWN],
        milestones=[
            Waiting(m.title, case(m.proposal), m.due_on, m.proposal.title) for m in late[:SHOWN]
        ],
        roles_ending=list(
            RoleGrant.objects.current()
            .filter(municipality=municipality, ends_on__lte=today + SOON)
            .select_related("user", "municipality")[:SHOWN]
        ),
        to_moderate=waiting_for(user, municipality)
        if user.has_perm("participation.moderate", municipality)
        else None,
        missing=missing(municipality),
    )


def of_votes(municipality: Municipality) -> list[Waiting]:
    """What staff have to do about votes, whatever is due first at the top."""
    polls = Poll.objects.for_municipality(municipality).real().select_related("urn", "municipality")
    day = timezone.localdate
    found = [
        *(
            Waiting(asked.proposal.title, vote_answer(asked), asked.due_on, _("asks for a vote"))
            for asked in VoteRequest.objects.filter(municipality=municipality)
            .open()
            .select_related("proposal", "municipality")
        ),
        *(
            Waiting(p.title, poll_case(p), day(p.urn.opens_at), _("its key has to be made"))
            for p in polls.filter(urn__state=UrnState.FROZEN)
        ),
        *(
            Waiting(p.title, poll_case(p), day(p.urn.closes_at), _("has to be opened and counted"))
            for p in polls.over().exclude(urn__state=UrnState.OPENED)
        ),
        *(
            Waiting(p.title, poll_case(p), p.answer_due_on, _("its result awaits an answer"))
            for p in polls.awaiting_answer()
        ),
        *(
            Waiting(p.title, poll_case(p), p.review_on, _("to say what became of its result"))
            for p in polls.filter(review_on__lte=day() + SOON)
        ),
        *(
            Waiting(c.poll.title, poll_case(c.poll), None, _("an objection awaits an answer"))
            for c in Complaint.objects.filter(
                municipality=municipality, answered_at=None, poll__urn__is_test=False
            ).select_related("poll__municipality")
        ),
    ]
    return sorted(found, key=lambda one: one.due_on or date.min)


def of_budgets(municipality: Municipality) -> list[Waiting]:
    """What staff have to do about budgets, whatever is due first at the top."""
    here = {"municipality": municipality}

    def at(name: str, *args: int) -> str:
        return reverse(f"budgets:{name}", args=[municipality.slug, *args])

    agents = Agent.objects.filter(**here).waiting()
    evaluations = Evaluation.objects.filter(**here).open().select_related("work")
    soon = evaluations.filter(due_on__lte=timezone.localdate() + SOON)
    appeals = BudgetAppeal.objects.filter(**here, decided_at=None).select_related("work")
    reports = CommitteeReport.objects.filter(**here, answered_at=None)
    found = [
        *(
            Waiting(a.name, at("agent_case", a.budget_id, a.pk), None, _("asks to be registered"))
            for a in agents[:SHOWN]
        ),
        *(
            Waiting(e.work.title, at("evaluate", e.pk), e.due_on, _("has to be evaluated"))
            for e in soon[:SHOWN]
        ),
        *(
            Waiting(a.work.title, at("evaluations", a.work.budget_id), None, _("was appealed"))
            for a in appeals[:SHOWN]
        ),
        *(
            Waiting(
                r.title, at("answer_report", r.pk), r.due_on, _("the committee awaits an answer")
            )
            for r in reports[:SHOWN]
        ),
    ]
    return sorted(found, key=lambda one: one.due_on or date.min)


def of_norms(municipality: Municipality) -> list[Waiting]:
    """Draft norms whose next word is the municipality's, whatever is due first at the top."""
    now, day = timezone.now(), timezone.localdate
    ended = Norm.objects.for_municipality(municipality).running().filter(closes_at__lte=now)
    found = [
        Waiting(
            norm.title,
            reverse("norms:manage", args=[municipality.slug, norm.pk]),
            day(norm.answers_at if now < norm.answers_at else norm.final_at),
            _("its contributions await an answer")
            if now < norm.answers_at
            else _("its final text and result are awaited"),
        )
        for norm in ended.order_by("answers_at", "pk")[:SHOWN]
    ]
    return sorted(found, key=lambda one: one.due_on or date.min)


def of_processes(municipality: Municipality) -> list[Waiting]:
    """Actas, outcomes, what was agreed and what was raised: whatever is due first at the top."""
    today = timezone.localdate()

    def at(name: str, *args: int) -> str:
        return reverse(name, args=[municipality.slug, *args])

    meetings = Meeting.objects.for_municipality(municipality).without_minutes()
    outcomes = Outcome.objects.filter(municipality=municipality, review_on__lte=today + SOON)
    agreed = Undertaking.objects.filter(municipality=municipality).overdue()
    raised = Escalation.objects.filter(to_municipality=municipality, state__in=WAITING)
    found = [
        *(
            Waiting(m.title, at("agenda:manage", m.pk), None, _("its acta is to be published"))
            for m in meetings[:SHOWN]
        ),
        *(
            Waiting(
                o.process.title,
                at("processes:review_outcome", o.process_id),
                o.review_on,
                _("to say what became of its outcome"),
            )
            for o in outcomes.select_related("process").order_by("review_on")[:SHOWN]
        ),
        *(
            Waiting(u.text, at("processes:undertaking", u.pk), u.due_on, u.owner)
            for u in agreed[:SHOWN]
        ),
        *(
            Waiting(e.title, at("processes:escalation", e.pk), e.answer_by, _("was raised to here"))
            for e in raised.order_by("sent_at")[:SHOWN]
        ),
    ]
    return sorted(found, key=lambda one: one.due_on or date.min)


def vote_answer(asked: VoteRequest) -> str:
    """Where staff say whether there will be a vote."""
    return reverse(
        "proposals:answer_vote_request", args=[asked.municipality.slug, asked.proposal_id]
    )


def poll_case(poll: Poll) -> str:
    """Where staff see what a vote lacks and what comes next."""
    return reverse("votes:case", args=[poll.municipality.slug, poll.pk])


def case(proposal: Proposal) -> str:
    """Where staff attend to a proposal."""
    return reverse("proposals:case", args=[proposal.municipality.slug, proposal.pk])


def conclusion(debate: Debate) -> str:
    """Where staff conclude a debate of theirs."""
    return reverse("debates:conclude", args=[debate.municipality.slug, debate.pk])


def missing(municipality: Municipality) -> list[Any]:
    """What a space still lacks before people can rely on it."""
    lacks = [
        (not municipality.contact_email, _("the e-mail of the office that answers")),
        (not municipality.contact_name, _("the name of the officer who answers")),
        (not municipality.data_officer, _("who looks after personal data")),
        (not municipality.welcome, _("a welcome text")),
        (not municipality.modules, _("at least one way of taking part")),
    ]
    return [what for lack, what in lacks if lack]


def board() -> dict[str, Any]:
    """Every municipality of the region: open ones with their numbers, the others by state."""
    every = list(Municipality.objects.of_region(settings.REGION).select_related("place"))
    started = [m for m in every if m.state in (MunicipalityState.OPEN, MunicipalityState.PAUSED)]
    opened = dict(
        MunicipalityEvent.objects.filter(verb=MunicipalityVerb.OPENED)
        .values_list("municipality_id")
        .annotate(Max("at"))
    )
    answers = {
        pk: (answered, on_time)
        for pk, answered, on_time in Proposal.objects.filter(answer__published_at__isnull=False)
        .values_list("municipality_id")
        .annotate(
            answered=Count("pk"),
            on_time=Count(
                "pk",
                filter=Q(answer_due_on=None)
                | Q(answer__published_at__date__lte=F("answer_due_on")),
            ),
        )
    }
    held = Poll.objects.public().with_results()
    votes = dict(held.order_by().values_list("municipality_id").annotate(Count("pk")))
    rows = [
        BoardRow(
            numbers=row,
            url=reverse("admin:municipalities_municipality_change", args=[row.municipality.pk]),
            opened_at=opened.get(row.municipality.pk),
            answered=answers.get(row.municipality.pk, (0, 0))[0],
            on_time=answers.get(row.municipality.pk, (0, 0))[1],
            votes=votes.get(row.municipality.pk, 0),
        )
        for row in rows_of(started)
    ]
    waiting = [
        {"label": state.label, "municipalities": [m for m in every if m.state == state]}
        for state in (MunicipalityState.PREPARING, MunicipalityState.INVITED)
    ]
    return {"board": rows, "not_open": [group for group in waiting if group["municipalities"]]}
