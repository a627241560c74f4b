"""Processes, meetings and dialogues with a past, for the demo.

They are begun, opened, called and minuted by the actions. Only the hour of a meeting that is over,
and the day of what was agreed long ago, are written here: an action says that something happens now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from municipalities.models import Municipality
from participation.models import Thread
from processes.actions import (
    dialogue,
    meetings,
    minutes,
    outcomes,
    processes,
    registrations,
    steps,
    undertakings,
)
from processes.enums import StepKind, UndertakingState
from processes.models import Meeting, Party, Process, Undertaking


NOTICE = timedelta(days=9)


@dataclass
class Hall:
    """One municipality, who runs its processes, who comes, and a debate that a step may name."""

    municipality: Municipality
    officer: User
    citizens: list[User]
    debate: Thread | None = None


def plant(hall: Hall, texts: Iterable[dict[str, Any]]) -> list[Process]:
    """Grow the processes of a municipality from their texts."""
    return [_grow(hall, text) for text in texts]


def _grow(hall: Hall, text: dict[str, Any]) -> Process:
    words = {
        name: text[name].strip() for name in ("kind", "title", "summary", "text", "rules", "office")
    }
    process = processes.begin(hall.municipality, by=hall.officer, form_key=uuid4(), **words)
    rows = [
        {
            "kind": step["kind"],
            "title": step["title"],
            "text": step.get("text", ""),
            "starts_at": _in(step["from"], hour=8),
            "ends_at": _in(step["until"], hour=18),
        }
        for step in text["steps"]
    ]
    written = steps.set_steps(process, by=hall.officer, steps=rows)
    names = ("role", "name", "office")
    team = [dict(zip(names, member, strict=True)) for member in text["team"]]
    processes.set_team(process, by=hall.officer, members=team)
    if "parties" in text:
        names = ("kind", "name", "speaker", "contact")
        seats = [dict(zip(names, party, strict=True)) for party in text["parties"]]
        dialogue.set_parties(process, by=hall.officer, parties=seats)
    for step in written:
        if step.kind == StepKind.DEBATE and hall.debate:
            steps.link_step(step, by=hall.officer, thread=hall.debate)
    process = processes.open_process(process, by=hall.officer)
    for meeting in text.get("meetings", ()):
        _meet(hall, process, meeting)
    if "outcome" in text:
        outcome = text["outcome"]
        process = processes.close(process, by=hall.officer)
        outcomes.publish(
            process,
            by=hall.officer,
            decided=outcome["decided"],
            next_steps=outcome["next_steps"],
            review_on=timezone.localdate() + timedelta(days=outcome["review_in"]),
        )
    return process


def _meet(hall: Hall, process: Process, text: dict[str, Any]) -> Meeting:
    """Called for a day to come; if its day is over, it is moved there and minuted."""
    is_over = text["day"] < 0
    starts = _in(1 if is_over else text["day"], hour=10)
    step = process.steps.filter(kind=StepKind.MEETING).first()
    meeting = meetings.prepare(
        hall.municipality,
        by=hall.officer,
        form_key=uuid4(),
        process=process,
        step=step,
        items=[title for title, _decided in text["points"]],
        kind=text["kind"],
        title=text["title"],
        text=text.get("text", ""),
        place_name=text["place"],
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        takes_registrations="seats" in text,
        capacity=text.get("seats"),
        is_closed="closed_why" in text,
        closed_why=text.get("closed_why", ""),
    )
    meeting = meetings.call(meeting, by=hall.officer)
    if not is_over:
        for citizen in hall.citizens if "seats" in text else ():
            registrations.register(meeting, by=citizen)
        return meeting
    starts = _in(text["day"], hour=10)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=starts, ends_at=starts + timedelta(hours=2), called_at=starts - NOTICE
    )
    _minute(hall, Meeting.objects.get(pk=meeting.pk), text)
    return meeting


def _minute(hall: Hall, meeting: Meeting, text: dict[str, Any]) -> None:
    said = [decided for _title, decided in text["points"]]
    items = meeting.items.order_by("position")
    minutes.write(
        meeting,
        by=hall.officer,
        text=text["acta"],
        attended=text["attended"],
        decided={item.pk: words for item, words in zip(items, said, strict=True) if words},
        women=text.get("women"),
        rural=text.get("rural"),
        first_time=text.get("first_time"),
        signatures=text["signatures"],
        is_restricted=text.get("restricted", False),
    )
    minutes.publish(meeting, by=hall.officer)
    parties = {party.name: party for party in Party.objects.filter(process=meeting.process)}
    for owner, what, due_in, state, came, asked in text["agreed"]:
        undertaking = undertakings.agree(
            by=hall.officer,
            owner=owner,
            text=what,
            due_on=timezone.localdate() + timedelta(days=max(due_in, 0)),
            process=meeting.process,
            meeting=meeting,
            party=parties.get(owner),
        )
        if due_in < 0:
            due_on = timezone.localdate() + timedelta(days=due_in)
            Undertaking.objects.filter(pk=undertaking.pk).update(
                due_on=due_on, created_at=meeting.ends_at
            )
            undertaking.refresh_from_db()
        if state == UndertakingState.DONE:
            undertakings.tell(undertaking, by=hall.officer, state=state, text=came)
        if asked:
            undertakings.ask_evidence(undertaking, by=hall.officer)


def _in(days: int, *, hour: int) -> datetime:
    """An hour of a day so many days from today."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))  # noqa: DTZ001
