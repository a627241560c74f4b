"""Dates and appointments as iCalendar (RFC 5545), for the calendar of a telephone.

One writer for the whole site, on the library icalendar, which folds and escapes. Hours go out
in UTC, which needs no table of time zones; calendars show them in that of their reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event, vCalAddress, vText


if TYPE_CHECKING:
    from typing import Any

PRODID = "-//Decide La Libertad//ES"
ZONE = "America/Lima"
# How often a program that follows a calendar asks again.
REFRESH = timedelta(hours=6)
# What looks like the end of a line to some reader, and no reader needs.
LINE_ENDS = dict.fromkeys(map(ord, "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\n")


@dataclass(frozen=True)
class Day:
    """Something that falls on a day."""

    uid: str
    on: date
    title: str
    url: str


@dataclass(frozen=True)
class Appointment:
    """Something with hours; a `uid` once given stays, and `sequence` grows with each change.

    `status` is CONFIRMED, TENTATIVE or CANCELLED; `point` latitude and longitude in degrees.
    Without an end it is a moment.
    """

    uid: str
    starts_at: datetime
    title: str
    url: str
    changed_at: datetime
    ends_at: datetime | None = None
    text: str = ""
    place: str = ""
    point: tuple[float, float] | None = None
    kind: str = ""
    status: str = "CONFIRMED"
    sequence: int = 0


@dataclass(frozen=True)
class Invitation:
    """To whom an appointment is sent, and by whom: names and e-mail addresses."""

    organizer: str
    organizer_email: str
    attendee: str
    attendee_email: str


def ics(name: str, days: Iterable[Day], *, now: datetime) -> str:
    """A calendar of whole days; each keeps its identity, so that reading it again moves it."""
    calendar = _calendar(name)
    for day in days:
        event = _event(day, now)
        event.add("dtstart", day.on)
        event.add("dtend", day.on + timedelta(days=1))
        calendar.add_component(event)
    return calendar.to_ical().decode()


def feed(name: str, appointments: Iterable[Appointment]) -> bytes:
    """A calendar to subscribe to, in which what was called off stays as cancelled.

    It says nothing of the moment at which it is asked for, so that it is the same bytes until
    something changes.
    """
    calendar = _calendar(name)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for appointment in appointments:
        calendar.add_component(_appointment(appointment, appointment.changed_at))
    return calendar.to_ical()


def invitation(
    appointment: Appointment, to: Invitation, *, now: datetime, method: str = "REQUEST"
) -> bytes:
    """What a mail program puts into the calendar (REQUEST) or strikes out (CANCEL) (RFC 5546)."""
    calendar = _calendar("")
    calendar.add("method", method)
    event = _appointment(appointment, now)
    event.add("organizer", _address(to.organizer, to.organizer_email))
    attendee = _address(to.attendee, to.attendee_email)
    attendee.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    event.add("attendee", attendee)
    calendar.add_component(event)
    return calendar.to_ical()


def one_line(text: Any) -> str:
    return " ".join(plain(text).split())


def plain(text: Any) -> str:
    """Without control signs, and with one kind of line end."""
    text = str(text).replace("\r\n", "\n").translate(LINE_ENDS)
    return "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and sign != "\x7f"))


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    if name:
        calendar.add("x-wr-calname", one_line(name))
    return calendar


def _event(thing: Day | Appointment, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", thing.uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("summary", one_line(thing.title))
    event.add("url", thing.url)
    return event


def _appointment(one: Appointment, stamp: datetime) -> Event:
    event = _event(one, stamp)
    event.add("dtstart", one.starts_at.astimezone(UTC))
    if one.ends_at:
        event.add("dtend", one.ends_at.astimezone(UTC))
    event.add("last-modified", one.changed_at.astimezone(UTC))
    event.add("sequence", one.sequence)
    event.add("status", one.status)
    if one.status == "CANCELLED" or not one.ends_at:
        event.add("transp", "TRANSPARENT")  # nobody is busy by it
    if one.text:
        event.add("description", plain(one.text).strip())
    if one.place:
        event.add("location", one_line(one.place))
    if one.point:
        event.add("geo", one.point)
    if one.kind:
        event.add("categories", [one_line(one.kind)])
    return event


def _address(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    # No quotation mark can stand in a parameter (RFC 5545, 3.2).
    address.params["CN"] = vText(one_line(name).replace('"', "'"))
    return address
