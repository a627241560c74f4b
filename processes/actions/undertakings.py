"""What was agreed: written down once, and told about for as long as it takes.

Nothing is overwritten: each word about it is a row of its own, and the state and the day of the
undertaking are those of the last one.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from decide.common.typed import says_something
from participation import history
from processes.enums import UndertakingState
from processes.models import Meeting, Party, Process, Undertaking, UndertakingUpdate
from processes.rules.dialogue import why_not_ask_evidence, why_not_keep


if TYPE_CHECKING:
    from accounts.models import User
    from participation.models import Thread


class CannotAgree(Exception):
    """It cannot be written down as agreed; the text says why."""


class CannotTell(Exception):
    """What became of it cannot be told so; the text says why."""


@transaction.atomic
def agree(
    *,
    by: User,
    owner: str,
    text: str,
    due_on: date,
    process: Process | None = None,
    meeting: Meeting | None = None,
    party: Party | None = None,
    is_public: bool = True,
) -> Undertaking:
    """Write down who does what by when. CannotAgree where there is nobody or nothing to hold to it.

    What was agreed in a meeting of a process is of both. Followers of it are told, if it is public.
    """
    place = process or meeting
    if place is None:
        raise CannotAgree(_("Say in which process or meeting it was agreed."))
    if reason := why_not_keep(by, place.municipality):
        raise CannotAgree(str(reason))
    process = process or meeting.process
    if meeting and process and meeting.process_id != process.pk:
        raise CannotAgree(_("This meeting is not one of this process."))
    if party and (process is None or party.process_id != process.pk):
        raise CannotAgree(_("This party does not sit at the table of this process."))
    owner = owner.strip() or (party.name if party else "")
    if not says_something(owner) or not says_something(text):
        raise CannotAgree(_("Say who does it, and what."))
    undertaking = Undertaking.objects.create(
        municipality_id=place.municipality_id,
        process=process,
        meeting=meeting,
        party=party,
        owner=owner,
        text=text.strip(),
        due_on=due_on,
        is_public=is_public,
    )
    _record("undertaking_agreed", undertaking, by=by)
    return undertaking


def tell(
    undertaking: Undertaking,
    *,
    by: User,
    state: str,
    text: str,
    url: str = "",
    due_on: date | None = None,
) -> UndertakingUpdate:
    """Add what became of it, with what shows it; a new day if it has one, and the reason is the text."""
    return _add(undertaking, by=by, state=state, text=text, url=url, due_on=due_on)


@transaction.atomic
def ask_evidence(undertaking: Undertaking, *, by: User, text: str = "") -> UndertakingUpdate:
    """Ask in public for what shows it; the day on which it was asked stays. State and day do too."""
    undertaking = _locked(undertaking)
    if reason := why_not_ask_evidence(by, undertaking):
        raise CannotTell(str(reason))
    text = text.strip() or _("The municipality asks for evidence that it is done.")
    return _add(undertaking, by=by, state=undertaking.state, text=text, asks_evidence=True)


@transaction.atomic
def _add(
    undertaking: Undertaking, *, by: User, state: str, text: str, **fields: Any
) -> UndertakingUpdate:
    undertaking = _locked(undertaking)
    if reason := why_not_keep(by, undertaking.municipality):
        raise CannotTell(str(reason))
    if state not in UndertakingState.values:
        raise CannotTell(_("Say whether it is to be done, done or given up."))
    if not says_something(text):
        raise CannotTell(_("Write what became of it."))
    day = fields.get("due_on")
    if day and state != UndertakingState.OPEN:
        raise CannotTell(_("Only what is still to be done has a new day."))
    update = UndertakingUpdate.objects.create(
        municipality_id=undertaking.municipality_id,
        undertaking=undertaking,
        by=by,
        state=state,
        text=text.strip(),
        **fields,
    )
    undertaking.state, undertaking.due_on = state, day or undertaking.due_on
    undertaking.save(update_fields=["state", "due_on"])
    verb = "undertaking_evidence" if update.asks_evidence else f"undertaking_{VERBS[state]}"
    _record(verb, undertaking, by=by, text=update.text, at=update.at)
    return update


VERBS = {
    UndertakingState.OPEN: "told",
    UndertakingState.DONE: "done",
    UndertakingState.DROPPED: "dropped",
}


def thread_of(undertaking: Undertaking) -> Thread:
    """Where its story is told: in the process, or in the meeting that belongs to none."""
    return (undertaking.process or undertaking.meeting).thread


def _locked(undertaking: Undertaking) -> Undertaking:
    found = Undertaking.objects.select_for_update(of=("self",))
    return found.select_related("municipality", "process__thread", "meeting__thread").get(
        pk=undertaking.pk
    )


def _record(verb: str, undertaking: Undertaking, *, by: User, **more: Any) -> None:
    """What not everybody reads leaves its trace for staff, and nobody is told of it."""
    data = {"undertaking": undertaking.pk, "title": f"{undertaking.owner}: {undertaking}"[:160]}
    if not undertaking.is_public:
        more.pop("text", None)
        data = {"undertaking": undertaking.pk}
    history.record(
        verb,
        thread_of(undertaking),
        by=by,
        as_office=undertaking.municipality.contact_office,
        data=data,
        is_public=undertaking.is_public,
        tell=undertaking.is_public,
        **more,
    )
