"""What waits for a municipality's staff, of every kind: how much, how long, and how fast it goes.

The rooms know nothing of each other's work; here it stands side by side. A figure of one
officer is shown to administrators and to that officer alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DurationField, F, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, ngettext

from accounts.rules import is_evaluator, is_moderator
from budgets.models import Agent, Appeal as BudgetAppeal, CommitteeReport, Evaluation
from budgets.rules import works_on_budgets
from debates.models import Debate
from decide.common.median import Median
from municipalities.enums import Module
from norms.models import Norm
from norms.rules.norms import works_on_norms
from participation.models import Appeal, Case, Decision
from processes.models import Escalation, Meeting, Minutes, Outcome, Undertaking
from processes.rules.escalations import WAITING
from processes.rules.processes import works_on_processes
from proposals.enums import MilestoneState
from proposals.models import Milestone, Proposal, VoteRequest
from votes.enums import UrnState
from votes.models import Complaint, Poll
from votes.rules import works_on_polls


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality

LAST = timedelta(days=30)


@dataclass
class Work:
    """One kind of work: what waits, since when, what is late, and what the last month saw."""

    name: Any
    url: str
    waiting: int
    oldest: datetime | None
    late: int | None = None
    done: int = 0
    median: timedelta | None = None

    @property
    def median_words(self) -> str:
        return spoken(self.median)


@dataclass
class Share:
    """What of it lies with one office, or was done by one officer."""

    name: str
    number: int
    late: int = 0


def spoken(took: timedelta | None) -> str:
    """«5 hours», «3 days»: half of them took less."""
    if took is None:
        return ""
    hours = round(took.total_seconds() / 3600)
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", max(1, hours)) % {"n": max(1, hours)}
    return ngettext("%(n)d day", "%(n)d days", took.days) % {"n": took.days}


def work_of(municipality: Municipality, reader: User) -> list[Work]:
    """All kinds there are here, in the order in which they hurt; with the desk, if it is theirs."""
    since = timezone.now() - LAST
    found = []
    for works, is_theirs in (
        (_moderation(municipality, since), is_moderator(reader, municipality)),
        (_proposals(municipality, since), True),
        (_debates(municipality, since), is_evaluator(reader, municipality)),
        (_votes(municipality, since), works_on_polls(reader, municipality)),
        (_budgets(municipality, since), works_on_budgets(reader, municipality)),
        (_norms(municipality), works_on_norms(reader, municipality)),
        (_processes(municipality, since), works_on_processes(reader, municipality)),
    ):
        for work in works:
            work.url = work.url if is_theirs else ""
            found.append(work)
    return found


def _moderation(here: Municipality, since: datetime) -> Iterator[Work]:
    cases = Case.objects.filter(municipality=here)
    yield Work(
        _("Cases of moderation"),
        reverse("participation:moderation", args=[here.slug]),
        **_waits(cases.open(), "opened_at"),
        **_done(cases.filter(closed_at__gte=since), F("closed_at") - F("opened_at")),
    )
    appeals = Appeal.objects.filter(municipality=here)
    yield Work(
        _("Appeals"),
        reverse("participation:moderation", args=[here.slug]),
        **_waits(appeals.filter(decided_at=None), "created_at"),
        **_done(appeals.filter(decided_at__gte=since), F("decided_at") - F("created_at")),
    )


def _proposals(here: Municipality, since: datetime) -> Iterator[Work]:
    today = timezone.localdate()
    desk = reverse("proposals:desk", args=[here.slug])
    proposals = Proposal.objects.for_municipality(here).filter(hidden_at=None)
    answered = proposals.answered().filter(answer__published_at__gte=since)
    yield Work(
        _("Proposals that await an answer"),
        desk,
        **_waits(proposals.awaiting_answer(), "reached_at"),
        late=proposals.overdue().count(),
        **_done(
            answered.filter(reached_at__isnull=False), F("answer__published_at") - F("reached_at")
        ),
    )
    yield Work(
        _("Accepted, without milestones yet"),
        desk,
        **_waits(proposals.awaiting_milestones(), "answer__published_at"),
    )
    milestones = Milestone.objects.filter(municipality=here, proposal__hidden_at=None)
    late = milestones.filter(state=MilestoneState.PLANNED, due_on__lt=today)
    first = late.aggregate(number=Count("pk"), oldest=Min("due_on"))
    yield Work(
        _("Milestones past their day"),
        desk,
        waiting=first["number"],
        oldest=_morning(first["oldest"]),
        late=first["number"],
        done=milestones.filter(done_on__gte=timezone.localdate(since)).count(),
    )


def _debates(here: Municipality, since: datetime) -> Iterator[Work]:
    debates = Debate.objects.for_municipality(here).public()
    yield Work(
        _("Debates that await a conclusion"),
        reverse("debates:desk", args=[here.slug]),
        **_waits(debates.awaiting_conclusion(), "thread__closes_at"),
        **_done(
            debates.filter(concluded_at__gte=since, thread__closes_at__isnull=False),
            F("concluded_at") - F("thread__closes_at"),
        ),
    )


def _votes(here: Municipality, since: datetime) -> Iterator[Work]:
    """Nothing where votes were never held."""
    now, today = timezone.now(), timezone.localdate()
    polls = Poll.objects.for_municipality(here).real()
    if not here.has_module(Module.VOTES) and not polls.exists():
        return
    desk = reverse("votes:desk", args=[here.slug])
    asked = VoteRequest.objects.filter(municipality=here)
    yield Work(
        _("Proposals that ask for a vote"),
        reverse("proposals:desk", args=[here.slug]) + "?cola=piden-votacion",
        **_waits(asked.open(), "created_at"),
        late=asked.overdue().count(),
        **_done(
            asked.answered().filter(answered_at__gte=since), F("answered_at") - F("created_at")
        ),
    )
    without_key = polls.filter(urn__state=UrnState.FROZEN)
    yield Work(
        _("Votes whose key has to be made"),
        desk,
        **_waits(without_key, "created_at"),
        late=without_key.filter(urn__opens_at__lte=now).count(),
    )
    counted = polls.with_results().filter(urn__outcome__at__gte=since)
    yield Work(
        _("Votes to be opened and counted"),
        desk,
        **_waits(polls.over().exclude(urn__state=UrnState.OPENED), "urn__closes_at"),
        **_done(counted, F("urn__outcome__at") - F("urn__closes_at")),
    )
    yield Work(
        _("Results that await an answer"),
        desk,
        **_waits(polls.awaiting_answer(), "urn__outcome__at"),
        late=polls.awaiting_answer().filter(answer_due_on__lt=today).count(),
        **_done(
            polls.with_results().filter(answered_at__gte=since),
            F("answered_at") - F("urn__outcome__at"),
        ),
    )
    due = polls.filter(review_on__lte=today).aggregate(number=Count("pk"), oldest=Min("review_on"))
    yield Work(_("Results to look at again"), desk, due["number"], _morning(due["oldest"]))
    objections = Complaint.objects.filter(municipality=here, poll__urn__is_test=False)
    yield Work(
        _("Objections to results"),
        desk,
        **_waits(objections.filter(answered_at=None), "created_at"),
        **_done(objections.filter(answered_at__gte=since), F("answered_at") - F("created_at")),
    )


def _budgets(here: Municipality, since: datetime) -> Iterator[Work]:
    """Nothing where no budget was ever held."""
    if not here.has_module(Module.BUDGETS) and not here.budgets.exists():
        return
    today = timezone.localdate()
    desk = reverse("budgets:desk", args=[here.slug])
    agents = Agent.objects.filter(municipality=here)
    yield Work(
        _("Participating agents to look at"),
        desk,
        **_waits(agents.waiting(), "created_at"),
        **_done(agents.filter(decided_at__gte=since), F("decided_at") - F("created_at")),
    )
    evaluations = Evaluation.objects.filter(municipality=here)
    yield Work(
        _("Works to evaluate"),
        desk,
        **_waits(evaluations.open(), "assigned_at"),
        late=evaluations.late().count(),
        **_done(evaluations.filter(submitted_at__gte=since), F("submitted_at") - F("assigned_at")),
    )
    appeals = BudgetAppeal.objects.filter(municipality=here)
    yield Work(
        _("Appeals against evaluations"),
        desk,
        **_waits(appeals.filter(decided_at=None), "at"),
        **_done(appeals.filter(decided_at__gte=since), F("decided_at") - F("at")),
    )
    reports = CommitteeReport.objects.filter(municipality=here)
    waiting = reports.filter(answered_at=None)
    yield Work(
        _("Reports of vigilance committees to answer"),
        desk,
        **_waits(waiting, "published_at"),
        late=waiting.filter(due_on__lt=today).count(),
        **_done(reports.filter(answered_at__gte=since), F("answered_at") - F("published_at")),
    )


def _norms(here: Municipality) -> Iterator[Work]:
    """Nothing where no norm was ever under debate."""
    norms = Norm.objects.for_municipality(here)
    if not here.has_module(Module.NORMS) and not norms.exists():
        return
    now = timezone.now()
    desk = reverse("norms:desk", args=[here.slug])
    yield Work(
        _("Draft norms whose contributions are to be answered"),
        desk,
        **_waits(norms.running().filter(closes_at__lte=now, answers_at__gt=now), "closes_at"),
    )
    ended = norms.running().filter(answers_at__lte=now)
    yield Work(
        _("Draft norms that await their final text or result"),
        desk,
        **_waits(ended, "answers_at"),
        late=ended.filter(final_at__lte=now).count(),
    )


def _processes(here: Municipality, since: datetime) -> Iterator[Work]:
    """Nothing where nobody ever met and no process was begun."""
    today = timezone.localdate()
    agenda, desk = (reverse(name, args=[here.slug]) for name in ("agenda:desk", "processes:desk"))
    meetings = Meeting.objects.for_municipality(here)
    if meetings.exists() or here.processes.exists():
        written = Minutes.objects.filter(municipality=here, published_at__gte=since)
        yield Work(
            _("Meetings whose acta is to be published"),
            agenda,
            **_waits(meetings.without_minutes(), "ends_at"),
            **_done(written, F("published_at") - F("meeting__ends_at")),
        )
        due = Outcome.objects.filter(municipality=here, review_on__lte=today)
        first = due.aggregate(number=Count("pk"), oldest=Min("review_on"))
        yield Work(_("Outcomes to look at again"), desk, first["number"], _morning(first["oldest"]))
        agreed = Undertaking.objects.filter(municipality=here).overdue()
        first = agreed.aggregate(number=Count("pk"), oldest=Min("due_on"))
        yield Work(
            _("What was agreed and is overdue"),
            reverse("processes:town_undertakings", args=[here.slug]),
            first["number"],
            _morning(first["oldest"]),
            late=first["number"],
        )
    received = Escalation.objects.filter(to_municipality=here)
    if received.exists():
        waiting = received.filter(state__in=WAITING)
        yield Work(
            _("Matters raised by other municipalities"),
            reverse("processes:escalation_desk", args=[here.slug]),
            **_waits(waiting, "sent_at"),
            late=waiting.filter(answer_by__lt=today).count(),
            **_done(received.filter(answered_at__gte=since), F("answered_at") - F("sent_at")),
        )


def by_office(municipality: Municipality) -> list[Share]:
    """Where the proposals that await an answer lie, the fullest desk first."""
    waiting = Proposal.objects.for_municipality(municipality).filter(hidden_at=None)
    rows = (
        waiting.awaiting_answer()
        .values(office=F("sheet__office"))
        .annotate(
            number=Count("pk"), late=Count("pk", filter=Q(answer_due_on__lt=timezone.localdate()))
        )
        .order_by("-number", "office")
    )
    return [
        Share(row["office"] or str(_("No office yet")), row["number"], row["late"]) for row in rows
    ]


def by_officer(municipality: Municipality, reader: User, *, everybody: bool) -> list[Share]:
    """Decisions of the last month by who made them; of oneself alone, or of everybody."""
    decisions = Decision.objects.filter(municipality=municipality, at__gte=timezone.now() - LAST)
    if not everybody:
        decisions = decisions.filter(by=reader)
    rows = decisions.values("by", name=F("by__display_name")).annotate(number=Count("pk"))
    return [
        Share(row["name"] or str(_("deleted account")), row["number"])
        for row in rows.order_by("-number", "name")
    ]


def _waits(waiting: QuerySet, since: str) -> dict[str, Any]:
    found = waiting.order_by().aggregate(number=Count("pk"), oldest=Min(since))
    return {"waiting": found["number"], "oldest": found["oldest"]}


def _done(done: QuerySet, took: Any) -> dict[str, Any]:
    return done.order_by().aggregate(
        done=Count("pk"), median=Median(took, output_field=DurationField())
    )


def _morning(day: Any) -> datetime | None:
    return day and timezone.make_aware(datetime.combine(day, time()))
