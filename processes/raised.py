"""What was raised to another level, as all who have a part in it read it: its chain and its days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from decide.common import workdays
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from participation.models import Thread
from processes.enums import EscalationState
from processes.models import Escalation, EscalationEvent
from processes.rules.escalations import WAITING
from proposals.models import Proposal


# Ley 27444, article 39: thirty working days, unless whoever receives it says another day.
TERM = 30

BADGES = {
    EscalationState.SENT: ("wait", "mail"),
    EscalationState.RECEIVED: ("open", "inbox"),
    EscalationState.ANSWERED: ("good", "megaphone"),
    EscalationState.RETURNED: ("bad", "undo"),
    EscalationState.PASSED_ON: ("accent", "arrow-right"),
}


def code_of(thread: Thread) -> str:
    """What it is known by everywhere: a proposal's own code, or one made of its place and number."""
    proposal = Proposal.objects.filter(thread=thread).only("code").first()
    if proposal is not None and proposal.code:
        return proposal.code
    return f"{thread.municipality.place_id}-{thread.kind}-{thread.pk}".upper()


def due_from(day: date) -> date:
    return workdays.after(day, TERM)


@dataclass(frozen=True)
class Link:
    """One level of a chain: the row, what happened there, how long it waited or has waited."""

    row: Escalation
    events: list[EscalationEvent]
    is_hidden: bool = False

    @property
    def tone(self) -> str:
        return BADGES[EscalationState(self.row.state)][0]

    @property
    def icon(self) -> str:
        return BADGES[EscalationState(self.row.state)][1]

    @property
    def days(self) -> int:
        """Days from the sending to the answer, or until today while there is none."""
        return (_day(self.row.answered_at) - _day(self.row.sent_at)).days

    @property
    def is_waiting(self) -> bool:
        return self.row.state in WAITING

    @property
    def days_late(self) -> int:
        """Days past the day by which it was to be answered; none if it was in time."""
        if self.row.answer_by is None:
            return 0
        return max(0, (_day(self.row.answered_at) - self.row.answer_by).days)


def _day(moment: datetime | None) -> date:
    return timezone.localdate(moment) if moment else timezone.localdate()


def hidden_among(rows: Iterable[Escalation]) -> set[str]:
    """Codes of what moderation has hidden since, where it began; one query, in the scope of there.

    Its title is nobody's to read any more: neither there nor at the levels that it went to.
    """
    rows = list(rows)
    places = {row.origin_id: row.origin for row in rows}
    if not places:
        return set()
    with scoped_transaction(*places.values()):
        found = Escalation.objects.filter(
            origin__in=places, code__in={row.code for row in rows}, thread__is_public=False
        )
        return set(found.values_list("code", flat=True))


def links(rows: Iterable[Escalation]) -> list[Link]:
    """Rows of a list, without their events."""
    rows = list(rows)
    hidden = hidden_among(rows)
    return [Link(row, [], row.code in hidden) for row in rows]


def chain_of(escalation: Escalation) -> list[Link]:
    """All levels it went through, from where it began; a query for each of them and one for all."""
    rows = [escalation]
    while before := _one(pk=rows[0].before_id):
        rows.insert(0, before)
    while after := _one(before=rows[-1].pk):
        rows.append(after)
    happened: dict[int, list[EscalationEvent]] = {row.pk: [] for row in rows}
    for event in EscalationEvent.objects.filter(escalation__in=happened).order_by("at", "pk"):
        happened[event.escalation_id].append(event)
    hidden = hidden_among(rows[:1])
    return [Link(row, happened[row.pk], row.code in hidden) for row in rows]


def _one(**lookup: int | None) -> Escalation | None:
    if None in lookup.values():
        return None
    return with_places().filter(**lookup).first()


def with_places() -> QuerySet[Escalation]:
    return Escalation.objects.select_related("municipality", "to_municipality", "origin")


def of_town(municipality: Municipality) -> QuerySet[Escalation]:
    """What this municipality raised, received, or what began here."""
    return with_places().filter(
        Q(municipality=municipality) | Q(to_municipality=municipality) | Q(origin=municipality)
    )
