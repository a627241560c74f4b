"""Residents support works, in no more headings of a group than its rule allows.

Everything one resident does here waits for what they do elsewhere at the same moment: their own
row is locked first. So a place that is freed and one that is taken never cross, and the unique
places in the database (budgets.SupportedHeading) are the last word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Resident
from budgets.course import is_running
from budgets.enums import StepKind, WorkState
from budgets.models import SupportedHeading, Work, WorkSupport
from budgets.rules.works import why_not_in
from participation import ledger
from participation.enums import InterventionKind


if TYPE_CHECKING:
    from accounts.models import User


class CannotSupport(Exception):
    """The work takes no supports, or not from this person."""


@transaction.atomic
def support(work: Work, *, by: User, resident: Resident, channel: str | None = None) -> bool:
    """Add a resident's support, once. False, quietly, if they supported it already."""
    channel = channel or ledger.present_channel()
    if not is_running(work.budget, StepKind.SUPPORTS):
        raise CannotSupport(_("This work takes no more supports."))
    _one_at_a_time(resident)
    if WorkSupport.objects.filter(work=work, resident=resident).exists():
        return False
    _take_a_place(work, resident)
    try:
        with transaction.atomic():
            WorkSupport.objects.create(
                municipality_id=work.municipality_id, work=work, resident=resident, channel=channel
            )
    except IntegrityError as error:
        raise CannotSupport(_("This work takes no more supports.")) from error
    ledger.record(InterventionKind.WORK_SUPPORT, work.municipality_id, by=by, channel=channel)
    work.refresh_from_db(fields=["support_count", "state"])
    return True


@transaction.atomic
def take_back(work: Work, *, by: User, resident: Resident) -> bool:
    """Take a support back; the last one in a heading frees its place."""
    _one_at_a_time(resident)
    now = Work.objects.select_for_update(of=("self",), no_key=True).get(pk=work.pk)
    if now.state != WorkState.PUBLISHED or not is_running(work.budget, StepKind.SUPPORTS):
        raise CannotSupport(_("Supports of this work can no longer be taken back."))
    given = WorkSupport.objects.filter(work=work, resident=resident).first()
    if given is None:
        return False
    given.delete()
    SupportedHeading.objects.filter(resident=resident, heading=work.heading_id).idle().delete()
    ledger.record(
        InterventionKind.WORK_SUPPORT, work.municipality_id, by=by, channel=given.channel, amount=-1
    )
    work.refresh_from_db(fields=["support_count", "state"])
    return True


def _one_at_a_time(resident: Resident) -> None:
    list(Resident.objects.select_for_update(of=("self",), no_key=True).filter(pk=resident.pk))


def _take_a_place(work: Work, resident: Resident) -> None:
    """The heading's own, if they have it, or the lowest that is free in its group."""
    heading, group = work.heading, work.heading.group
    places = SupportedHeading.objects.filter(resident=resident, group=group)
    places.idle().delete()
    if reason := why_not_in(resident, heading):
        raise CannotSupport(str(reason))
    taken = dict(places.values_list("heading", "slot"))
    if heading.pk in taken:
        return
    free = set(range(1, group.headings_each + 1)) - set(taken.values())
    try:
        with transaction.atomic():
            SupportedHeading.objects.create(
                municipality_id=work.municipality_id,
                group=group,
                heading=heading,
                resident=resident,
                slot=min(free),
            )
    except IntegrityError as error:
        raise CannotSupport(_("This work is not one that you can support.")) from error
