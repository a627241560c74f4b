"""The agenda: whatever has its day, gathered from all rooms in a handful of queries.

Meetings, the steps of processes, and the days on which debates, votes, the steps of budgets and
the phases of draft norms begin or end. Only what everybody may see.
"""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets.enums import BudgetState
from budgets.models import Step as BudgetStep
from debates.models import Debate
from norms.enums import NormState
from norms.models import Norm
from participation.enums import ThreadKind
from processes.enums import ProcessState, StepKind
from processes.formality import with_formality
from processes.models import Meeting, Process, Step
from votes.models import Poll


if TYPE_CHECKING:
    from municipalities.models import Municipality

MOST = 300  # of each kind


class Kind(models.TextChoices):
    """What has its day; the values are seen in addresses."""

    MEETING = "reuniones", _("Meetings")
    PROCESS = "procesos", _("Processes")
    DEBATE = "debates", _("Debates")
    VOTE = "votaciones", _("Votes")
    BUDGET = "presupuestos", _("Participatory budgets")
    NORM = "normas", _("Draft norms")

    @property
    def icon(self) -> str:
        return ICONS[self]


ICONS = {
    Kind.MEETING: "people",
    Kind.PROCESS: "list",
    Kind.DEBATE: "comment",
    Kind.VOTE: "ballot",
    Kind.BUDGET: "coins",
    Kind.NORM: "document",
}


class What(models.TextChoices):
    """What happens at that hour."""

    MEETING = "meeting", _("Meeting")
    STEP = "step", _("Step of a process")
    DEBATE_CLOSES = "debate_closes", _("Last day to argue")
    VOTE_OPENS = "vote_opens", _("The vote opens")
    VOTE_CLOSES = "vote_closes", _("The vote closes")
    BUDGET_BEGINS = "budget_begins", _("A step of the budget begins")
    BUDGET_ENDS = "budget_ends", _("A step of the budget ends")
    NORM_OPENS = "norm_opens", _("Comments on a draft norm open")
    NORM_CLOSES = "norm_closes", _("Comments on a draft norm close")
    NORM_ANSWERS = "norm_answers", _("Answers on a draft norm are due")
    NORM_FINAL = "norm_final", _("The final text of a draft norm is due")


@dataclass(frozen=True)
class Entry:
    """One line of the agenda. `meeting` is there for meetings, whose row says more."""

    kind: Kind
    what: What
    uid: str
    starts_at: datetime
    title: str
    url: str
    municipality_id: int
    changed_at: datetime
    ends_at: datetime | None = None
    place: str = ""
    is_cancelled: bool = False
    meeting: Meeting | None = field(default=None, compare=False)

    @property
    def is_over(self) -> bool:
        return (self.ends_at or self.starts_at) <= timezone.now()

    @property
    def day(self) -> Any:
        return timezone.localdate(self.starts_at)


def entries(
    municipality: Municipality | None,
    since: datetime,
    until: datetime,
    *,
    kinds: tuple[str, ...] = (),
    process: Process | None = None,
    newest: bool = False,
) -> list[Entry]:
    """What falls between the two moments, the earliest first; without a municipality, of all in scope.

    `kinds` narrows it, and so does `process`; with `newest` the latest come first. One query for
    each kind, however much there is, and MOST of each.
    """
    gatherers = {
        Kind.MEETING: _meetings,
        Kind.PROCESS: _steps,
        Kind.DEBATE: _debates,
        Kind.VOTE: _polls,
        Kind.BUDGET: _budgets,
        Kind.NORM: _norms,
    }
    if process is not None:
        gatherers = {Kind.MEETING: _meetings, Kind.PROCESS: _steps}
    span = Span(municipality, since, until, process, newest)
    found = [
        entry
        for kind, gather in gatherers.items()
        if not kinds or kind in kinds
        for entry in gather(span)
        if span.holds(entry)
    ]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.uid), reverse=newest)


@dataclass(frozen=True)
class Span:
    """Where and between which moments one looks."""

    municipality: Municipality | None
    since: datetime
    until: datetime
    process: Process | None = None
    newest: bool = False

    def first(self, rows: QuerySet, name: str) -> QuerySet:
        """As many as are shown of each kind, from the near end of the span."""
        sign = "-" if self.newest else ""
        return rows.order_by(f"{sign}{name}", f"{sign}pk")[:MOST]

    def here(self, rows: QuerySet) -> QuerySet:
        if self.municipality is None:
            return rows.select_related(*_path_to_municipality(rows.model))
        return rows.filter(municipality=self.municipality)

    def between(self, *names: str) -> Q:
        """Rows of which one of these moments falls inside."""
        found = Q()
        for name in names:
            found |= Q(**{f"{name}__gte": self.since, f"{name}__lt": self.until})
        return found

    def overlapping(self) -> Q:
        """Rows that begin inside, or that began before and go on."""
        return Q(starts_at__lt=self.until) & (
            Q(ends_at__gte=self.since) | Q(ends_at=None, starts_at__gte=self.since)
        )

    def holds(self, entry: Entry) -> bool:
        return entry.starts_at < self.until and (entry.ends_at or entry.starts_at) >= self.since

    def place(self, thing: Any) -> Any:
        """Its municipality without another query."""
        if self.municipality is not None:
            thing.municipality = self.municipality
        return thing


def _path_to_municipality(model: type[models.Model]) -> tuple[str, ...]:
    if model is Step:
        return ("process__municipality",)
    if model is BudgetStep:
        return ("budget__municipality",)
    return ("municipality",)


def _meetings(span: Span) -> Iterator[Entry]:
    rows = with_formality(span.here(Meeting.objects.public())).filter(span.overlapping())
    if span.process is not None:
        rows = rows.filter(process=span.process)
    for meeting in span.first(rows.select_related("minutes"), "starts_at"):
        span.place(meeting)
        yield Entry(
            kind=Kind.MEETING,
            what=What.MEETING,
            uid=str(meeting.uid),
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            title=meeting.title,
            url=meeting.get_absolute_url(),
            municipality_id=meeting.municipality_id,
            changed_at=meeting.changed_at,
            place=meeting.place_name,
            is_cancelled=meeting.is_cancelled,
            meeting=meeting,
        )


def _steps(span: Span) -> Iterator[Entry]:
    """Steps that are not told already by what happens in them."""
    told = [ThreadKind.DEBATE, ThreadKind.POLL, ThreadKind.BUDGET, ThreadKind.NORM]
    rows = span.here(Step.objects.exclude(process__state=ProcessState.DRAFT))
    rows = rows.filter(span.between("starts_at")).exclude(thread__kind__in=told)
    rows = rows.exclude(kind=StepKind.MEETING, meetings__called_at__isnull=False)
    if span.process is not None:
        rows = rows.filter(process=span.process)
    for step in span.first(rows.select_related("process"), "starts_at"):
        process = span.place(step.process)
        yield Entry(
            kind=Kind.PROCESS,
            what=What.STEP,
            uid=f"paso-{step.pk}",
            starts_at=step.starts_at,
            ends_at=step.ends_at,
            title=f"{step.title} · {process.title}",
            url=process.get_absolute_url(),
            municipality_id=step.municipality_id,
            changed_at=process.opened_at or process.created_at,
            is_cancelled=process.state == ProcessState.CALLED_OFF,
        )


def _debates(span: Span) -> Iterator[Entry]:
    rows = span.here(Debate.objects.public()).select_related("thread").defer("search", "text")
    rows = rows.filter(span.between("thread__closes_at"))
    for debate in span.first(rows, "thread__closes_at"):
        span.place(debate)
        moment = debate.thread.closes_at
        yield _moment(Kind.DEBATE, What.DEBATE_CLOSES, debate, moment, debate.published_at)


def _polls(span: Span) -> Iterator[Entry]:
    rows = span.here(Poll.objects.public()).select_related("urn")
    rows = rows.filter(span.between("urn__opens_at", "urn__closes_at"))
    for poll in span.first(rows, "urn__closes_at"):
        span.place(poll)
        off = poll.cancelled_at is not None
        changed = poll.cancelled_at or poll.created_at
        edges = ((What.VOTE_OPENS, poll.urn.opens_at), (What.VOTE_CLOSES, poll.urn.closes_at))
        for what, moment in edges:
            yield _moment(Kind.VOTE, what, poll, moment, changed, is_cancelled=off)


def _budgets(span: Span) -> Iterator[Entry]:
    rows = span.here(BudgetStep.objects.filter(budget__state=BudgetState.OPEN))
    rows = rows.filter(span.between("starts_at", "ends_at")).select_related("budget")
    for step in span.first(rows, "starts_at"):
        budget = span.place(step.budget)
        edges = ((What.BUDGET_BEGINS, step.starts_at), (What.BUDGET_ENDS, step.ends_at))
        for what, moment in edges:
            yield Entry(
                kind=Kind.BUDGET,
                what=what,
                uid=f"presupuesto-{step.pk}-{what}",
                starts_at=moment,
                title=f"{step} · {budget.title}",
                url=budget.get_absolute_url(),
                municipality_id=step.municipality_id,
                changed_at=budget.opened_at or budget.created_at,
            )


def _norms(span: Span) -> Iterator[Entry]:
    phases = (
        (What.NORM_OPENS, "opens_at"),
        (What.NORM_CLOSES, "closes_at"),
        (What.NORM_ANSWERS, "answers_at"),
        (What.NORM_FINAL, "final_at"),
    )
    rows = span.here(Norm.objects.exclude(state=NormState.DRAFT)).defer("search", "explanation")
    rows = rows.filter(span.between(*(name for _what, name in phases)))
    for norm in span.first(rows, "opens_at"):
        span.place(norm)
        off = norm.state == NormState.WITHDRAWN
        for what, name in phases:
            moment = getattr(norm, name)
            yield _moment(Kind.NORM, what, norm, moment, norm.published_at, is_cancelled=off)


def _moment(
    kind: Kind,
    what: What,
    thing: Any,
    moment: datetime,
    changed_at: datetime,
    *,
    is_cancelled: bool = False,
) -> Entry:
    return Entry(
        kind=kind,
        what=what,
        uid=f"{kind}-{thing.pk}-{what}",
        starts_at=moment,
        title=thing.title,
        url=thing.get_absolute_url(),
        municipality_id=thing.municipality_id,
        changed_at=changed_at,
        is_cancelled=is_cancelled,
    )


# --- A month


@dataclass(frozen=True)
class Day:
    """One day of a month's table, with what begins on it."""

    date: date
    is_in_month: bool
    entries: list[Entry]

    @property
    def is_today(self) -> bool:
        return self.date == timezone.localdate()


@dataclass(frozen=True)
class Month:
    """A month from Monday to Sunday, and what happens in it by day."""

    first: date
    weeks: list[list[Day]]

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def days(self) -> list[Day]:
        """Those on which something happens."""
        return [day for week in self.weeks for day in week if day.is_in_month and day.entries]


def span_of_month(year: int, month: int) -> tuple[datetime, datetime]:
    """From its first moment until that of the next, in Lima."""
    first = date(year, month, 1)
    after = (first + timedelta(days=31)).replace(day=1)
    return _midnight(first), _midnight(after)


def month_of(year: int, month: int, found: list[Entry]) -> Month:
    """The month with these entries; what began before it stands on its first day."""
    first = date(year, month, 1)
    by_day: dict[date, list[Entry]] = {}
    for entry in found:
        by_day.setdefault(max(entry.day, first), []).append(entry)
    weeks = [
        [
            Day(day, day.month == month, by_day.get(day, []) if day.month == month else [])
            for day in week
        ]
        for week in Calendar().monthdatescalendar(year, month)
    ]
    return Month(first, weeks)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
