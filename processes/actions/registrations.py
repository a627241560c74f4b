"""Who means to come: each seat once, the rest in order of arrival, and no seat left empty."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from decide.common.permissions import Refusal
from participation import channels, history, ledger
from participation.enums import InterventionKind
from processes.models import Meeting, Registration
from processes.rules.meetings import why_no_registration, why_not_register
from processes.tasks.meetings import tell_registered


if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User


class CannotRegister(Refusal):
    """The meeting takes no registration from this person now; its reason says why."""


@transaction.atomic
def register(meeting: Meeting, *, by: User) -> Registration:
    """Take the next seat, or the next place of those who wait; asked twice, it stays as it is.

    The meeting's row is locked, so that of two who want the last seat one gets it.
    """
    meeting = _locked(meeting)
    if reason := why_not_register(by, meeting):
        raise CannotRegister(reason)
    fill_seats(meeting)  # who waits comes before who arrives now, however a seat came free
    known = meeting.registrations.filter(user=by).first()
    if known and known.cancelled_at is None:
        return known
    registration = known or Registration(
        municipality_id=meeting.municipality_id, meeting=meeting, user=by
    )
    now = timezone.now()
    registration.created_at, registration.cancelled_at = now, None
    registration.channel = ledger.present_channel()
    registration.seated_at = now if has_free_seat(meeting) else None
    # Who waits is told by the page; the mail with the date comes with the seat.
    registration.sent_sequence = None if registration.seated_at else meeting.sequence
    registration.save()
    ledger.record(InterventionKind.MEETING_REGISTRATION, meeting.municipality, by=by)
    if registration.seated_at:
        _send_invitation(meeting)
    return registration


@transaction.atomic
def cancel(meeting: Meeting, *, by: User) -> Registration | None:
    """Give the seat back, or wait no more; the next who waits takes it and is told."""
    meeting = _locked(meeting)
    if reason := why_no_registration(meeting):
        raise CannotRegister(reason)
    registration = meeting.registrations.standing().filter(user=by).first()
    if registration is None:
        return None
    registration.cancelled_at, registration.seated_at = timezone.now(), None
    registration.save(update_fields=["cancelled_at", "seated_at"])
    ledger.record(InterventionKind.MEETING_REGISTRATION, meeting.municipality, by=by, amount=-1)
    fill_seats(meeting)
    return registration


@transaction.atomic
def mark(meeting: Meeting, *, came: Iterable[int], among: Iterable[int]) -> None:
    """Note of those `among` (ids of registrations) who came; the others did not."""
    came, rows = set(came), meeting.registrations.standing().filter(pk__in=list(among))
    rows.filter(pk__in=came).update(came=True)
    rows.exclude(pk__in=came).update(came=False)


@transaction.atomic
def leave_all(user: User) -> None:
    """Take somebody whose account closes out of what is still to come; who waits moves up."""
    coming = Registration.objects.filter(user=user, meeting__ends_at__gt=timezone.now())
    for registration in coming.select_related("meeting").order_by("meeting"):
        meeting = _locked(registration.meeting)
        registration.delete()
        fill_seats(meeting)


def fill_seats(meeting: Meeting) -> list[Registration]:
    """Give the free seats to who has waited longest; the caller holds the meeting's row."""
    if not meeting.is_public or meeting.is_cancelled or meeting.is_over:
        return []
    waiting = meeting.registrations.waiting().select_related("user")
    waiting = waiting.select_for_update(of=("self",), no_key=True)
    if meeting.capacity is not None:
        free = meeting.capacity - meeting.registrations.seated().count()
        waiting = waiting[: max(free, 0)]
    moved = list(waiting)
    for registration in moved:
        registration.seated_at, registration.sent_sequence = timezone.now(), None
        registration.save(update_fields=["seated_at", "sent_sequence"])
    if moved:
        found = [registration.user for registration in moved if registration.user]
        # The others hear by the mail with the date.
        if people := [user.pk for user in found if not channels.takes_email(user)]:
            history.record("meeting_seat", meeting.thread, by=None, people=people, is_public=False)
        _send_invitation(meeting)
    return moved


def has_free_seat(meeting: Meeting) -> bool:
    """Whether whoever comes now finds one; nobody jumps over those who wait."""
    if meeting.capacity is None:
        return True
    return meeting.registrations.standing().count() < meeting.capacity


def rank(registration: Registration) -> int:
    """How many wait up to and with this one, beginning at 1; 0 for who has a seat."""
    if registration.seated_at or registration.cancelled_at:
        return 0
    waiting = Registration.objects.waiting().filter(meeting=registration.meeting_id)
    before = waiting.filter(created_at__lte=registration.created_at)
    return before.exclude(created_at=registration.created_at, pk__gt=registration.pk).count()


def _locked(meeting: Meeting) -> Meeting:
    found = Meeting.objects.select_related("municipality", "thread")
    return found.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)


def _send_invitation(meeting: Meeting) -> None:
    transaction.on_commit(
        partial(tell_registered.delay, meeting.municipality_id, meeting.pk, meeting.sequence)
    )
