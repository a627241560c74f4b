"""Meetings, workshops and visits of a transfer, who came, and what else is done for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.because import because
from agreements.enums import ActivityState, TransferState
from agreements.models import (
    Activity,
    Advice,
    Agreement,
    Attendance,
    Organization,
    OutreachAct,
    Transfer,
)
from decide.common.permissions import Reason, Refusal
from municipalities.models import Municipality


class CannotRecord(Refusal):
    """What was to be written down does not fit; the reason says why."""


AT_WORK = (TransferState.PLAN, TransferState.UNDERWAY, TransferState.ACCEPTED)


@transaction.atomic
def plan_activity(
    transfer: Transfer,
    *,
    by: Any,
    kind: str,
    title: str,
    day: date,
    hours: Decimal,
    planned_people: int | None = None,
    organizations: Iterable[Organization] = (),
    **values: Any,
) -> Activity:
    """An activity of a stated form, with its hours and the people expected (requirement R59)."""
    transfer = Transfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    if transfer.state not in AT_WORK:
        raise CannotRecord(Reason(_("Plan the transfer first, then its activities.")))
    activity = Activity.objects.create(
        municipality_id=transfer.municipality_id,
        transfer=transfer,
        agreement_id=transfer.agreement_id,
        kind=kind,
        title=title,
        day=day,
        hours=hours,
        planned_people=planned_people,
        **values,
    )
    activity.organizations.set(organizations)
    return activity


@transaction.atomic
def hold(
    activity: Activity,
    *,
    by: Any,
    attendance: list[Mapping[str, Any]],
    decisions: str = "",
    outcome: str = "",
    reason: str = "",
) -> Activity:
    """It took place: who came, in counts and never by name, and what was decided.

    Told again it replaces what was told before, and then says why.
    """
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if activity.state == ActivityState.CANCELLED:
        raise CannotRecord(Reason(_("This activity was called off.")))
    if activity.day > timezone.localdate():
        raise CannotRecord(Reason(_("That day has not come yet.")))
    if activity.state == ActivityState.HELD and not reason.strip():
        raise CannotRecord(Reason(_("Say why what was recorded changes.")))
    if not sum(row["people"] for row in attendance):
        raise CannotRecord(Reason(_("Say how many people were there.")))
    with because(reason):
        activity.attendance.all().delete()
        for row in attendance:
            if row.get("passed") is not None and row["passed"] > row["people"]:
                raise CannotRecord(Reason(_("No more people can pass than were there.")))
            try:
                with transaction.atomic():
                    Attendance.objects.create(
                        municipality_id=activity.municipality_id, activity=activity, **row
                    )
            except IntegrityError as error:
                if "agreements_attendance_once" not in str(error):
                    raise
                raise CannotRecord(
                    Reason(_("Two rows are of the same office, gender and area: add them up."))
                ) from error
        activity.state = ActivityState.HELD
        activity.decisions, activity.outcome = decisions, outcome
        activity.published_at = activity.published_at or timezone.now()
        activity.save(update_fields=["state", "decisions", "outcome", "published_at"])
    return activity


@transaction.atomic
def call_off(activity: Activity, *, by: Any, reason: str) -> Activity:
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if activity.state != ActivityState.PLANNED:
        raise CannotRecord(Reason(_("Only what is planned can be called off.")))
    if not reason.strip():
        raise CannotRecord(Reason(_("Say why: people read it.")))
    with because(reason):
        activity.state, activity.outcome = ActivityState.CANCELLED, reason.strip()
        activity.save(update_fields=["state", "outcome"])
    return activity


@transaction.atomic
def advise(
    municipality: Municipality,
    *,
    by: Any,
    day: date,
    topic: str,
    medium: str,
    hours: Decimal,
    agreement: Agreement | None = None,
    agreed: str = "",
) -> Advice:
    """The region advised a municipality; the log is public from the start."""
    if day > timezone.localdate():
        raise CannotRecord(Reason(_("That day has not come yet.")))
    return Advice.objects.create(
        municipality=municipality,
        agreement=agreement,
        day=day,
        topic=topic,
        medium=medium,
        hours=hours,
        agreed=agreed,
        by=by,
        published_at=timezone.now(),
    )


@transaction.atomic
def tell_people(municipality: Municipality, *, by: Any, **values: Any) -> OutreachAct:
    """People were told of what is transferred: by radio, loudspeaker, from house to house…"""
    if values["ends_on"] < values["starts_on"]:
        raise CannotRecord(Reason(_("It ends before it begins.")))
    if values.get("reached") is not None and not values.get("how_known", "").strip():
        raise CannotRecord(Reason(_("Say how it is known how many people it reached.")))
    return OutreachAct.objects.create(
        municipality=municipality, published_at=timezone.now(), **values
    )
