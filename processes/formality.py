"""Meetings that were a formality, and those that count: said in one place (R11).

A meeting is «only formal» when it is over, its acta is published, FORMAL_AFTER has passed since
it ended, and nothing came of it: no point of its agenda has a decision, and nothing agreed in it
was done, has news, or is still in time. Of what was agreed, news are what somebody told; that
evidence was asked for is none. One that is only formal can become effective when something is
told later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, Sum
from django.utils import timezone

from processes.enums import UndertakingState
from processes.models import (
    FORMAL_AFTER,
    AgendaItem,
    Meeting,
    Undertaking,
    UndertakingUpdate,
)


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from municipalities.models import Municipality


def only_formal(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    return meetings.filter(_settled(), ~Exists(_decisions()), ~Exists(_agreed()))


def effective(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Held with an acta, and something came of it already."""
    held = meetings.over().filter(minutes__published_at__isnull=False)
    return held.filter(Q(Exists(_decisions())) | Q(Exists(_agreed())))


def with_formality(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Each with `formality`, so that a list asks once."""
    rule = Q(_settled()) & ~Q(Exists(_decisions())) & ~Q(Exists(_agreed()))
    return meetings.annotate(formality=ExpressionWrapper(rule, output_field=BooleanField()))


def is_only_formal(meeting: Meeting) -> bool:
    known = getattr(meeting, "formality", None)
    if known is not None:
        return bool(known)
    return only_formal(Meeting.objects.filter(pk=meeting.pk)).exists()


def figures(municipality: Municipality) -> dict[str, int]:
    """Meetings and people who came: effective ones, those only formal, and those still open.

    People who came to a meeting that was only formal are told apart, and not among those whose
    coming had an effect.
    """
    here = Meeting.objects.for_municipality(municipality)
    held = here.over().filter(minutes__published_at__isnull=False)
    kinds = {"effective": effective(here), "formal": only_formal(here), "held": held}
    told = {}
    for name, rows in kinds.items():
        sums = rows.aggregate(number=Count("pk"), people=Sum("minutes__attended"))
        told[name], told[f"{name}_people"] = sums["number"], sums["people"] or 0
    for name in ("", "_people"):
        told[f"open{name}"] = told[f"held{name}"] - told[f"effective{name}"] - told[f"formal{name}"]
    told["without_minutes"] = here.without_minutes().count()
    return told


def _settled() -> Q:
    return Q(
        state="called",
        ends_at__lte=timezone.now() - FORMAL_AFTER,
        minutes__published_at__isnull=False,
    )


def _decisions() -> QuerySet[AgendaItem]:
    return AgendaItem.objects.filter(meeting=OuterRef("pk")).exclude(decided="")


def _agreed() -> QuerySet[Undertaking]:
    news = UndertakingUpdate.objects.filter(undertaking=OuterRef("pk"), asks_evidence=False)
    counts = (
        Q(state=UndertakingState.DONE)
        | Q(state=UndertakingState.OPEN, due_on__gte=timezone.localdate())
        | (Q(state=UndertakingState.OPEN) & Exists(news))
    )
    return Undertaking.objects.filter(meeting=OuterRef("pk")).filter(counts)
