"""Meetings, and whatever else has its day in the agenda, as calendars read it (decide/calendar.py)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from decide.calendar import Appointment, feed


if TYPE_CHECKING:
    from processes.agenda import Entry
    from processes.models import Meeting


def host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def of_meeting(meeting: Meeting) -> Appointment:
    """A meeting with its place and how to join. Nothing of it says who registered."""
    return Appointment(
        uid=f"{meeting.uid}@{host()}",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        title=meeting.title,
        url=site(meeting.get_absolute_url()),
        changed_at=meeting.changed_at,
        text=_said(meeting),
        place=", ".join(filter(None, (meeting.place_name, meeting.address))) or meeting.online_url,
        point=None if meeting.latitude is None else (meeting.latitude, meeting.longitude),
        kind=str(meeting.get_kind_display()),
        status="CANCELLED" if meeting.is_cancelled else "CONFIRMED",
        sequence=meeting.sequence,
    )


def of_entry(entry: Entry) -> Appointment:
    """Any line of the agenda; with a meeting behind it, all that the meeting says."""
    if entry.meeting is not None:
        return of_meeting(entry.meeting)
    return Appointment(
        uid=f"{entry.uid}@{host()}",
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        title=f"{entry.what.label}: {entry.title}",
        url=site(entry.url),
        changed_at=entry.changed_at,
        kind=str(entry.kind.label),
        status="CANCELLED" if entry.is_cancelled else "CONFIRMED",
    )


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """A calendar of lines of the agenda, to subscribe to."""
    return feed(name, (of_entry(entry) for entry in entries))


def site(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path


def _said(meeting: Meeting) -> str:
    lines = []
    if meeting.is_cancelled:
        lines.append(_("Cancelled: %(why)s") % {"why": meeting.cancelled_why})
    if meeting.is_closed:
        lines.append(_("Closed session: %(why)s") % {"why": meeting.closed_why})
    if meeting.online_url and not meeting.is_closed:
        lines.append(_("From afar: %(address)s") % {"address": meeting.online_url})
    lines.append(meeting.text)
    return "\n".join(filter(None, lines))
