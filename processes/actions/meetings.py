"""A meeting is prepared, called, moved and cancelled; whoever registered hears of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from decide.common.typed import says_something
from participation import attachments, channels, history
from participation.enums import ThreadKind
from participation.models import Thread
from processes.actions import registrations
from processes.enums import MeetingState
from processes.models import AgendaItem, Meeting, Process, Step
from processes.rules.meetings import why_closed, why_not_change
from processes.tasks.meetings import tell_registered


if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User
    from municipalities.models import Municipality

# What a calendar shows of a meeting: who registered hears when one of them changes.
IN_CALENDARS = {"title", "place_name", "address", "latitude", "longitude", "online_url"}
NAMES = {field.name for field in Meeting._meta.concrete_fields if field.editable} - {
    *("municipality", "thread", "author", "process", "step", "cancelled_why")
}


class CannotMeet(Exception):
    """The meeting may not be prepared, called, moved or cancelled now. Its text says why."""


@transaction.atomic
def prepare(
    municipality: Municipality,
    *,
    by: User | None,
    form_key: UUID,
    process: Process | None = None,
    step: Step | None = None,
    items: Iterable[str | dict[str, Any]] = (),
    **fields: Any,
) -> Meeting:
    """Begin a meeting that only staff see; the same form sent again finds what it began.

    `items` are the points of its agenda: words, or `{"title": …, "minutes": …}`.
    """
    mine = Meeting.objects.for_municipality(municipality).filter(author=by, form_key=form_key)
    if known := mine.first():
        return known
    fields = _checked(fields)
    try:
        with transaction.atomic():
            thread = Thread.objects.create(
                municipality=municipality, kind=ThreadKind.MEETING, title=fields["title"]
            )
            meeting = Meeting.objects.create(
                municipality=municipality,
                thread=thread,
                author=by,
                form_key=form_key,
                process=process,
                step=step,
                **fields,
            )
    except IntegrityError:  # the other of two that came at once has begun it
        known = mine.first()
        if known is None:
            raise
        return known
    _set_items(meeting, items)
    _name_thread(meeting)
    _record("meeting_prepared", meeting, by=by, is_public=False)
    return meeting


@transaction.atomic
def revise(
    meeting: Meeting,
    *,
    by: User,
    items: Iterable[str | dict[str, Any]] | None = None,
    files: dict[str, Any] | None = None,
    **fields: Any,
) -> list[str]:
    """Change its words, place and agenda; once it is called, its hour changes only by `move`.

    Gives what could not be kept of the files, in words.
    """
    meeting = locked(meeting)
    if problem := why_not_change(meeting):
        raise CannotMeet(problem)
    if meeting.is_public:
        fields = {k: v for k, v in fields.items() if k not in ("starts_at", "ends_at")}
    fields = _checked(fields, meeting)
    changed = [name for name, value in fields.items() if getattr(meeting, name) != value]
    for name in changed:
        setattr(meeting, name, fields[name])
    if meeting.is_public and not (meeting.place_name or meeting.online_url):
        raise CannotMeet(_("Say where it is, or how to join from afar."))
    in_calendars = meeting.is_public and IN_CALENDARS & set(changed)
    _keep(meeting, *changed, in_calendars=bool(in_calendars))
    if items is not None and _set_items(meeting, items):
        changed.append("items")
    problems = []
    if files and any(files.values()):
        problems = attachments.change(meeting.thread, by=by, caption=meeting.title, **files)
        changed.append("files")
    _name_thread(meeting)
    if changed:
        public = meeting.is_public
        _record("edited", meeting, by=by, data={"fields": changed}, is_public=public)
    if in_calendars:
        _tell_registered(meeting)
    registrations.fill_seats(meeting)  # there may be more of them now
    return problems


@transaction.atomic
def call(meeting: Meeting, *, by: User) -> Meeting:
    """Make it public and tell people; called later than the rules ask, it says so for good."""
    meeting = locked(meeting)
    if reason := why_closed(meeting.municipality):
        raise CannotMeet(str(reason))
    if meeting.state != MeetingState.DRAFT:
        raise CannotMeet(_("It has been called already."))
    if meeting.starts_at <= timezone.now():
        raise CannotMeet(_("Its hour has passed already. Choose a later one."))
    if not (meeting.place_name or meeting.online_url):
        raise CannotMeet(_("Say where it is, or how to join from afar."))
    meeting.state, meeting.called_at = MeetingState.CALLED, timezone.now()
    _keep(meeting, "state", "called_at")
    meeting.thread.is_public = True
    _name_thread(meeting)
    late = not meeting.was_called_in_time
    _record("meeting_called", meeting, by=by, data={"late": late}, tell=True)
    return meeting


@transaction.atomic
def move(
    meeting: Meeting, *, by: User, starts_at: datetime, ends_at: datetime, reason: str
) -> Meeting:
    """Hold it at another hour; who registered is told, and their calendars move it."""
    meeting = locked(meeting)
    if problem := why_not_change(meeting):
        raise CannotMeet(problem)
    if meeting.state != MeetingState.CALLED:
        raise CannotMeet(_("It is not called yet: change its hour where it is prepared."))
    if ends_at <= starts_at:
        raise CannotMeet(_("It ends before it begins."))
    if starts_at <= timezone.now():
        raise CannotMeet(_("Its hour has passed already. Choose a later one."))
    if not says_something(reason):
        raise CannotMeet(_("Say why it is moved: everybody reads that."))
    if (meeting.starts_at, meeting.ends_at) == (starts_at, ends_at):
        return meeting
    before = {"starts_at": meeting.starts_at.isoformat(), "ends_at": meeting.ends_at.isoformat()}
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    _keep(meeting, "starts_at", "ends_at", in_calendars=True)
    data = {"before": before, "after": {"starts_at": starts_at.isoformat()}}
    _record("meeting_moved", meeting, by=by, text=reason, data=data, tell=True)
    _tell_registered(meeting, "meeting_moved", reason)
    return meeting


@transaction.atomic
def cancel(meeting: Meeting, *, by: User, reason: str) -> Meeting:
    """Call it off; it stays in the agenda, with the reason, and calendars strike it out."""
    meeting = locked(meeting)
    if problem := why_not_change(meeting):
        raise CannotMeet(problem)
    if meeting.state != MeetingState.CALLED:
        raise CannotMeet(_("It was never called, so that nobody has to be told."))
    if not says_something(reason):
        raise CannotMeet(_("Say why it is cancelled: everybody reads that."))
    meeting.state, meeting.cancelled_why = MeetingState.CANCELLED, reason
    _keep(meeting, "state", "cancelled_why", in_calendars=True)
    _record("meeting_cancelled", meeting, by=by, text=reason, tell=True)
    _tell_registered(meeting, "meeting_cancelled", reason)
    return meeting


def locked(meeting: Meeting) -> Meeting:
    found = Meeting.objects.select_related("municipality", "thread")
    return found.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)


def _checked(fields: dict[str, Any], meeting: Meeting | None = None) -> dict[str, Any]:
    if unknown := set(fields) - NAMES:
        raise TypeError(f"A meeting has no {', '.join(sorted(unknown))}.")

    def value(name: str) -> Any:
        return fields.get(name, getattr(meeting, name, None))

    if not says_something(value("title") or ""):
        raise CannotMeet(_("Give it a title."))
    if not value("starts_at") or not value("ends_at") or value("ends_at") <= value("starts_at"):
        raise CannotMeet(_("It ends before it begins."))
    if value("is_closed") and not says_something(value("closed_why") or ""):
        raise CannotMeet(_("Say why it is closed: everybody reads that."))
    return fields


def _keep(meeting: Meeting, *names: str, in_calendars: bool = False) -> None:
    if not names:
        return
    meeting.changed_at = timezone.now()
    if in_calendars:
        meeting.sequence += 1
    meeting.save(update_fields=[*names, "changed_at", "sequence"])


def _set_items(meeting: Meeting, items: Iterable[str | dict[str, Any]]) -> bool:
    """Whether the agenda changed."""
    wanted = [{"title": item} if isinstance(item, str) else item for item in items]
    rows = [(item["title"], item.get("minutes")) for item in wanted]
    known = list(meeting.items.values_list("title", "minutes"))
    if rows == known:
        return False
    meeting.items.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(
            municipality_id=meeting.municipality_id,
            meeting=meeting,
            position=position,
            title=title,
            minutes=minutes,
        )
        for position, (title, minutes) in enumerate(rows, 1)
    )
    return True


def _name_thread(meeting: Meeting) -> None:
    thread = meeting.thread
    thread.title, thread.path = meeting.title, meeting.get_absolute_url()
    thread.save(update_fields=["title", "path", "is_public"])


def _tell_registered(meeting: Meeting, verb: str = "", reason: str = "") -> None:
    """By e-mail with what their calendars read; the others by a notice, which may be a message."""
    transaction.on_commit(
        partial(tell_registered.delay, meeting.municipality_id, meeting.pk, meeting.sequence)
    )
    if not verb:
        return
    standing = meeting.registrations.standing().exclude(user=None).select_related("user")
    people = [r.user_id for r in standing if not channels.takes_email(r.user)]
    if people:
        told = f"{verb}_told"
        _record(told, meeting, by=None, text=reason, people=people, is_public=False)


def _record(verb: str, meeting: Meeting, *, by: User | None, **more: Any) -> None:
    here = meeting.municipality
    office = (meeting.office or here.contact_office or here.name)[:120]
    history.record(verb, meeting.thread, by=by, as_office=office, **more)
