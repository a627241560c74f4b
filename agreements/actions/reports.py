"""Reports of the parties: owed by a day, sent by one, certified by another, accepted or returned."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions.convenios import CannotChange, locked, refuse_unless
from agreements.because import because
from agreements.enums import PartyRole, ReportKind, ReportState
from agreements.history import record
from agreements.models import Agreement, Report
from agreements.rules.convenios import speaks_for, why_not_edit
from agreements.rules.people import is_planner
from agreements.states import Part
from decide.common import workdays


if TYPE_CHECKING:
    from django.core.files.base import File

    from accounts.models import User

# Working days after the end of the period (Decreto Regional 001-2020).
TERMS = {ReportKind.QUARTERLY: 15, ReportKind.YEARLY: 20, ReportKind.FINAL: 20}
LONGEST = timedelta(days=366 * 10)


class CannotReport(CannotChange):
    """The report is not at this step, or somebody else has to take it."""


@transaction.atomic
def plan(
    agreement: Agreement, *, by: User, kind: str = ReportKind.QUARTERLY, until: date | None = None
) -> list[Report]:
    """What each party but observers and the region owes, from its first day to its last.

    Those that are there already stay as they are.
    """
    agreement = locked(agreement)
    refuse_unless(why_not_edit(by, agreement, Part.REPORTS), CannotReport)
    if not is_planner(by):
        raise CannotReport(_("Only the region's planners do this."))
    end = min(filter(None, [agreement.ends_on, until, agreement.starts_on + LONGEST]))
    days = [end] if kind == ReportKind.FINAL else _period_ends(agreement.starts_on, end, kind)
    owing = agreement.parties.exclude(role__in=[PartyRole.OBSERVER, PartyRole.LEAD])
    there = set(agreement.reports.filter(kind=kind).values_list("party_id", "period_ends_on"))
    return Report.objects.bulk_create(
        Report(
            agreement=agreement,
            party=party,
            kind=kind,
            period_ends_on=day,
            due_on=workdays.after(day, TERMS[ReportKind(kind)]),
        )
        for party in owing
        for day in days
        if (party.pk, day) not in there
    )


def _period_ends(start: date, end: date, kind: str) -> list[date]:
    """The last days of the quarters or years that end while it is in force."""
    months = (12,) if kind == ReportKind.YEARLY else (3, 6, 9, 12)
    found = [
        date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        for year in range(start.year, end.year + 1)
        for month in months
    ]
    return [day for day in found if start < day <= end]


@transaction.atomic
def submit(
    report: Report,
    *,
    by: User,
    text: str = "",
    no_progress: bool = False,
    file: File | None = None,
) -> Report:
    """Say what was done, or that nothing was: that is an answer too."""
    report = _for(report, by, ReportState.DUE, ReportState.RETURNED)
    if not text.strip() and not no_progress:
        raise CannotReport(_("Say what was done, or that nothing was."))
    before = report.state
    report.state = ReportState.SUBMITTED
    report.text, report.no_progress = text.strip(), no_progress
    report.submitted_by, report.submitted_at = by, timezone.now()
    report.certified_by = None
    fields = ["state", "text", "no_progress", "submitted_by", "submitted_at", "certified_by"]
    if file:
        report.file = file
        fields.append("file")
    report.save(update_fields=fields)
    record(report.agreement, "report_submitted", by=by, before=before, after=str(report))
    return report


@transaction.atomic
def certify(report: Report, *, by: User) -> Report:
    """Another person of the same party answers for it."""
    report = _for(report, by, ReportState.SUBMITTED)
    if report.submitted_by_id == by.pk:
        raise CannotReport(
            _("Whoever sent it does not certify it: another person of the party does.")
        )
    report.state, report.certified_by = ReportState.CERTIFIED, by
    report.save(update_fields=["state", "certified_by"])
    record(report.agreement, "report_certified", by=by, after=str(report))
    return report


@transaction.atomic
def accept(report: Report, *, by: User) -> Report:
    report = _for_the_region(report, by)
    report.state = ReportState.ACCEPTED
    report.accepted_by, report.accepted_at = by, timezone.now()
    report.save(update_fields=["state", "accepted_by", "accepted_at"])
    record(report.agreement, "report_accepted", by=by, after=str(report))
    return report


@transaction.atomic
def give_back(report: Report, *, by: User, reason: str) -> Report:
    """It is written again, and certified again."""
    report = _for_the_region(report, by)
    if not reason.strip():
        raise CannotReport(_("Say why."))
    report.state, report.returned_why = ReportState.RETURNED, reason.strip()[:1_000]
    report.certified_by = None
    with because(reason):
        report.save(update_fields=["state", "returned_why", "certified_by"])
    record(report.agreement, "report_returned", by=by, after=str(report), reason=reason)
    return report


def _for(report: Report, by: User, *states: str) -> Report:
    report = _locked(report)
    if not speaks_for(by, report.party):
        raise CannotReport(_("This report is another party's."))
    return _at(report, *states)


def _for_the_region(report: Report, by: User) -> Report:
    report = _locked(report)
    if not is_planner(by):
        raise CannotReport(_("Only the region's planners do this."))
    return _at(report, ReportState.CERTIFIED)


def _at(report: Report, *states: str) -> Report:
    if report.state not in states:
        raise CannotReport(
            _("It is «%(state)s»: this is not its next step.")
            % {"state": report.get_state_display()}
        )
    return report


def _locked(report: Report) -> Report:
    return (
        Report.objects.select_for_update(of=("self",))
        .select_related("agreement", "party__organization")
        .get(pk=report.pk)
    )
