"""The acta of a meeting: kept while staff write it, published once, and then frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Area, Gender
from decide.common.typed import says_something
from participation import history, ledger
from participation.enums import Channel, InterventionKind
from processes.actions.meetings import locked
from processes.models import AgendaItem, Meeting, Minutes


if TYPE_CHECKING:
    from accounts.models import User


class CannotMinute(Exception):
    """The acta cannot be written or published now. Its text says why."""


@transaction.atomic
def write(
    meeting: Meeting,
    *,
    by: User,
    text: str,
    attended: int,
    decided: dict[int, str] | None = None,
    **fields: Any,
) -> Minutes:
    """Keep what staff wrote; nobody else reads it until it is published.

    `decided` says by the id of each point of the agenda what was decided on it. `fields` are
    women, rural, first_time, signatures and is_restricted. Of a closed session the acta is for
    staff alone. Whether there was a quorum follows from the number who came.
    """
    meeting = locked(meeting)
    if problem := why_not_write(meeting):
        raise CannotMinute(problem)
    minutes = Minutes.objects.filter(meeting=meeting).first()
    minutes = minutes or Minutes(municipality_id=meeting.municipality_id, meeting=meeting, by=by)
    minutes.text, minutes.attended, minutes.by = text, attended, by
    for name in ("women", "rural", "first_time", "signatures", "is_restricted"):
        if name in fields:
            setattr(minutes, name, fields.pop(name))
    if fields:
        raise TypeError(f"An acta has no {', '.join(sorted(fields))}.")
    parts = (minutes.women, minutes.rural, minutes.first_time)
    if any(part is not None and part > attended for part in parts):
        raise CannotMinute(_("There are no more of them than people who came."))
    minutes.is_restricted = minutes.is_restricted or meeting.is_closed
    minutes.had_quorum = attended >= meeting.quorum if meeting.quorum else None
    minutes.save()
    for item in meeting.items.all():
        if (said := (decided or {}).get(item.pk)) is not None and said != item.decided:
            AgendaItem.objects.filter(pk=item.pk).update(decided=said)
    return minutes


@transaction.atomic
def publish(meeting: Meeting, *, by: User) -> Minutes:
    """Freeze the acta for everybody to read, and count who came; done once.

    If it is for staff alone, only that it exists is public.
    """
    meeting = locked(meeting)
    if problem := why_not_write(meeting):
        raise CannotMinute(problem)
    minutes = Minutes.objects.select_for_update(of=("self",)).filter(meeting=meeting).first()
    if minutes is None or not says_something(minutes.text):
        raise CannotMinute(_("Write the acta first."))
    if not meeting.is_over:
        raise CannotMinute(_("The meeting is not over yet."))
    minutes.published_at = timezone.now()
    minutes.save(update_fields=["published_at"])
    Meeting.objects.filter(pk=meeting.pk).update(changed_at=minutes.published_at)
    day = timezone.localdate(meeting.starts_at)
    ledger.record_many(
        InterventionKind.ATTENDANCE,
        meeting.municipality,
        [ledger.Act(person, day, Channel.EVENT) for person in people_of(minutes)],
    )
    here = meeting.municipality
    history.record(
        "minutes_published",
        meeting.thread,
        by=by,
        as_office=(meeting.office or here.contact_office or here.name)[:120],
        data={"restricted": minutes.is_restricted},
        tell=True,
    )
    return minutes


def why_not_write(meeting: Meeting) -> str:
    """Why its acta is not written now, or nothing."""
    if not meeting.is_public:
        return _("It is not called yet.")
    if meeting.is_cancelled:
        return _("It was cancelled, so that it has no acta.")
    if meeting.starts_at > timezone.now():
        return _("The meeting has not been held yet.")
    if Minutes.objects.filter(meeting=meeting).exclude(published_at=None).exists():
        return _("The acta is published, and changes no more.")
    return ""


@dataclass(frozen=True)
class Counted:
    """Somebody of whom only the sheet on paper tells, as the ledger reads a person."""

    gender: str = ""
    area: str = ""
    birth_year: int | None = None


def people_of(minutes: Minutes) -> list[Counted]:
    """One for each who came, with what the sheet says of so many of them.

    It counts women and rural people, and not who is both: so they are laid over each other no
    more than their numbers force, and what is not said stays unsaid.
    """
    women, rural, all_of_them = minutes.women or 0, minutes.rural or 0, minutes.attended
    return [
        Counted(
            gender=Gender.WOMAN if number < women else "",
            area=Area.RURAL if number >= all_of_them - rural else "",
        )
        for number in range(all_of_them)
    ]
