"""What is due and when: thresholds for reminders, days for calendars, and how much time is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.enums import AgreementState, ItemState, ReportState
from agreements.models import Agreement, Commitment, Report, WorkItem


# Days before (−) and after (+) a date on which somebody is told.
ENDS = (-180, -90, -60, -30, -15, -7, 0)
NOTICE = (-30, -7)
REPORT = (-7, 0, 7, 14)
STEP = (-15, -3, 0, 7)
COMMITMENT = (-180, -90, -30)
# Whoever is told later than this is told of history.
TOO_OLD = timedelta(days=30)
RENEW_WITHIN = timedelta(days=90)


@dataclass(frozen=True)
class Crossed:
    """A threshold that was crossed: the latest of its date."""

    key: str
    kind: str  # ends, notice, report, step, commitment
    of: Any
    on: date
    offset: int
    party: int | None = None


def latest(offsets: Iterable[int], on: date, day: date) -> int | None:
    """The last threshold crossed by a day, if it was crossed lately."""
    crossed = [one for one in offsets if on + timedelta(days=one) <= day]
    if not crossed or day - (on + timedelta(days=max(crossed))) > TOO_OLD:
        return None
    return max(crossed)


def crossed(day: date | None = None) -> list[Crossed]:
    """Every date in the scope with the latest threshold that it has crossed: four queries."""
    day = day or timezone.localdate()
    far, past = day + timedelta(days=180), day - timedelta(days=45)
    found = []

    def look(
        kind: str, of: Any, on: date, offsets: Iterable[int], party: int | None = None
    ) -> None:
        offset = latest(offsets, on, day)
        if offset is not None:
            key = f"{kind}:{of.pk}:{on.isoformat()}:{offset}"
            found.append(Crossed(key, kind, of, on, offset, party))

    signed = Agreement.objects.filter(state=AgreementState.SIGNED, ends_on__gte=past)
    for one in signed.filter(ends_on__lte=far + timedelta(days=400)).order_by("pk"):
        look("ends", one, one.ends_on, ENDS)
        look("notice", one, one.ends_on - timedelta(days=one.notice_days), NOTICE)
    for one in _reports(past, day + timedelta(days=7)):
        look("report", one, one.due_on, REPORT, one.party_id)
    for one in _steps(past, day + timedelta(days=15)):
        look("step", one, one.due_on, STEP, one.party_id)
    for one in Commitment.objects.filter(ends_on__gte=past, ends_on__lte=far).order_by("pk"):
        look("commitment", one, one.ends_on, COMMITMENT)
    return found


def _reports(first: date, last: date) -> Any:
    owed = Q(state__in=[ReportState.DUE, ReportState.RETURNED])
    return (
        Report.objects.filter(owed, due_on__gte=first, due_on__lte=last)
        .select_related("agreement")
        .order_by("due_on", "pk")
    )


def _steps(first: date, last: date) -> Any:
    return (
        WorkItem.objects.filter(due_on__gte=first, due_on__lte=last, first_due_on__isnull=False)
        .exclude(state__in=[ItemState.VERIFIED, ItemState.CANCELLED, ItemState.SUBMITTED])
        .select_related("agreement")
        .order_by("due_on", "pk")
    )


def days_said(on: date, day: date) -> str:
    """«90 days left», «today», «7 days late»."""
    left = (on - day).days
    if left == 0:
        return _("today")
    said = _("%(days)d days left") if left > 0 else _("%(days)d days late")
    return said % {"days": abs(left)}


@dataclass(frozen=True)
class Ending:
    """A commitment or convenio that ends soon: what planners keep an eye on."""

    title: str
    on: date
    days: int
    pk: int
    is_commitment: bool = False


def guard(day: date | None = None) -> list[Ending]:
    """Commitments that end within 180 days, nearest first."""
    day = day or timezone.localdate()
    ending = Commitment.objects.filter(ends_on__gte=day, ends_on__lte=day + timedelta(days=180))
    return [
        Ending(str(one), one.ends_on, (one.ends_on - day).days, one.pk, is_commitment=True)
        for one in ending.order_by("ends_on", "pk")
    ]


@dataclass(frozen=True)
class Due:
    """A day of a calendar."""

    uid: str
    on: date
    title: str
    agreement: int


def of_agreements(agreements: Any, day: date | None = None) -> list[Due]:
    """Ends, reports and steps of these convenios, from a month ago on: three queries."""
    since = (day or timezone.localdate()) - timedelta(days=30)
    found = [
        Due(f"ends-{one.pk}", one.ends_on, _("%(code)s ends") % {"code": one.code}, one.pk)
        for one in agreements.filter(state=AgreementState.SIGNED, ends_on__gte=since)
    ]
    reports = Report.objects.filter(agreement__in=agreements, due_on__gte=since)
    for one in reports.exclude(state=ReportState.ACCEPTED).select_related("agreement"):
        title = f"{one.agreement.code}: {one.get_kind_display()}"
        found.append(Due(f"report-{one.pk}", one.due_on, title, one.agreement_id))
    steps = WorkItem.objects.filter(agreement__in=agreements, due_on__gte=since)
    for one in steps.exclude(state__in=[ItemState.VERIFIED, ItemState.CANCELLED]).select_related(
        "agreement"
    ):
        title = f"{one.agreement.code}: {one.name}"
        found.append(Due(f"step-{one.pk}", one.due_on, title, one.agreement_id))
    return sorted(found, key=lambda one: (one.on, one.uid))
