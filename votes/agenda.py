"""Dates of a municipality's polls, for those who work on them: what is urgent, and the calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from votes.enums import Phase, UrnState
from votes.models import Poll


if TYPE_CHECKING:
    from municipalities.models import Municipality

URGENT = 20
COMING = 40
SOON = timedelta(days=7)


class Entry(NamedTuple):
    """One thing that falls on a moment, or on a day."""

    when: datetime | date
    what: str
    icon: str
    tone: str
    poll: Poll

    @property
    def day(self) -> date:
        is_moment = isinstance(self.when, datetime)
        return timezone.localdate(self.when) if is_moment else self.when

    @property
    def url(self) -> str:
        return reverse("votes:case", args=[self.poll.municipality.slug, self.poll.pk])


class Urgent(NamedTuple):
    poll: Poll
    why: str
    is_late: bool = False


def urgent(municipality: Municipality) -> list[Urgent]:
    """Polls that somebody of staff has to see to: the late ones first."""
    today, now = timezone.localdate(), timezone.now()
    waits = (
        Q(urn__state=UrnState.FROZEN)
        | Q(urn__state=UrnState.CLOSED)
        | Q(urn__state=UrnState.READY, urn__closes_at__lte=now)
        | Q(urn__state=UrnState.PREPARED, urn__opens_at__lte=now + SOON)
        | Q(urn__state=UrnState.OPENED, answered_at=None)
        | Q(urn__state=UrnState.OPENED, review_on__lte=today)
    )
    found = Poll.objects.for_municipality(municipality).real().filter(waits).select_related("urn")
    entries = []
    for poll in found.order_by("urn__closes_at", "pk")[:URGENT]:
        poll.municipality = municipality
        entries.append(_why(poll, now))
    return sorted(entries, key=lambda entry: not entry.is_late)


def _why(poll: Poll, now: datetime) -> Urgent:
    match poll.phase:
        case Phase.PREPARED:
            is_late = poll.urn.opens_at <= now
            said = (
                _("Its opening has passed and it is not ready.")
                if is_late
                else _("It should open within a week and is still being prepared.")
            )
            return Urgent(poll, said, is_late)
        case Phase.KEYS:
            is_late = poll.urn.opens_at <= now
            said = (
                _("It should be open, and has no key yet.")
                if is_late
                else _("Its rules are frozen. Now the trustees make the key.")
            )
            return Urgent(poll, said, is_late)
        case Phase.COUNTING:
            return Urgent(poll, _("It has closed and waits to be counted."))
    if poll.answered_at is None:
        said = (
            _("The answer of the municipality is late.")
            if poll.is_answer_late
            else _("It has its results and waits for the answer of the municipality.")
        )
        return Urgent(poll, said, poll.is_answer_late)
    return Urgent(poll, _("It is time to say what has become of the result."), True)


def months(municipality: Municipality) -> list[tuple[date, list[Entry]]]:
    """What is to come, month by month."""
    today = timezone.localdate()
    entries = [one for one in _entries(municipality, today) if one.day >= today][:COMING]
    return [
        (first, list(inside))
        for first, inside in groupby(entries, key=lambda entry: entry.day.replace(day=1))
    ]


def days_of(municipality: Municipality, month: date) -> list[tuple[date, list[Entry]]]:
    """The days of a month on which something falls."""
    until = month_after(month)
    inside = [one for one in _entries(municipality, month, until) if month <= one.day < until]
    return [(day, list(of_day)) for day, of_day in groupby(inside, key=lambda entry: entry.day)]


def month_after(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_before(month: date) -> date:
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def _entries(municipality: Municipality, since: date, until: date | None = None) -> list[Entry]:
    """One query; a poll that was called off has no dates any more."""
    falls = (
        Q(urn__opens_at__date__gte=since)
        | Q(urn__closes_at__date__gte=since)
        | Q(answer_due_on__gte=since, answered_at=None)
        | Q(review_on__gte=since)
    )
    polls = Poll.objects.for_municipality(municipality).real().filter(falls)
    if until:
        polls = polls.filter(urn__opens_at__date__lt=until)
    entries = []
    for poll in polls.exclude(urn__state=UrnState.CANCELLED).select_related("urn"):
        poll.municipality = municipality
        entries += list(_of(poll))
    return sorted(
        entries, key=lambda entry: (entry.day, isinstance(entry.when, datetime), entry.poll.pk)
    )


def _of(poll: Poll) -> Any:
    yield Entry(poll.urn.opens_at, _("Opens"), "ballot", "open", poll)
    yield Entry(poll.urn.closes_at, _("Closes"), "lock", "wait", poll)
    if poll.answered_at is None:
        tone = "bad" if poll.is_answer_late else "accent"
        yield Entry(poll.answer_due_on, _("Last day to answer"), "megaphone", tone, poll)
    if poll.review_on:
        yield Entry(poll.review_on, _("To be looked at again"), "eye", "accent", poll)
