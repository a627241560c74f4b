"""How late a report is: it follows from its day whenever somebody looks, and is written nowhere."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.enums import ReportState
from agreements.models import Report


SOON = timedelta(days=7)
VERY = timedelta(days=14)


class Lateness(models.TextChoices):
    IN_TIME = "in_time", _("Not due yet")
    SOON = "soon", _("Due soon")
    LATE = "late", _("Late")
    VERY_LATE = "very_late", _("Very late")
    SENT = "sent", _("Sent")


TONES = {
    Lateness.IN_TIME: ("quiet", "calendar"),
    Lateness.SOON: ("wait", "clock"),
    Lateness.LATE: ("bad", "alert"),
    Lateness.VERY_LATE: ("bad", "alert"),
    Lateness.SENT: ("good", "check"),
}


def lateness(report: Report, day: date | None = None) -> Lateness:
    """Up to seven days before it is due it is «soon»; more than fourteen after, «very late»."""
    if report.state in (ReportState.SUBMITTED, ReportState.CERTIFIED, ReportState.ACCEPTED):
        return Lateness.SENT
    left = report.due_on - (day or timezone.localdate())
    if left > SOON:
        return Lateness.IN_TIME
    if left >= timedelta(0):
        return Lateness.SOON
    return Lateness.VERY_LATE if -left > VERY else Lateness.LATE
