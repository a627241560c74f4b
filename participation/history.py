"""What happened to a thing, kept for good and told once to whoever follows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts import assistance
from participation.models import Event, Thread
from participation.tasks.notices import tell_followers


if TYPE_CHECKING:
    from accounts.models import User


def record(
    verb: str,
    thread: Thread,
    *,
    by: User | None,
    text: str = "",
    data: dict[str, Any] | None = None,
    as_office: str = "",
    is_public: bool = True,
    at: datetime | None = None,
    tell: bool = False,
    people: Iterable[int] = (),
) -> Event:
    """Add an event to the thread's history; with `tell`, its author and followers hear of it.

    `people` are the ids of those it speaks to, who hear of it besides.
    """
    if people := sorted(people):
        data = (data or {}) | {"people": people}
    if helped := assistance.current():
        data = (data or {}) | {"assisted_by": helped.officer.pk}
    event = Event.objects.create(
        municipality_id=thread.municipality_id,
        thread=thread,
        verb=verb,
        text=text,
        data=data or {},
        by=by,
        as_office=as_office,
        is_public=is_public,
        at=at or timezone.now(),
    )
    if tell or people:
        transaction.on_commit(partial(tell_followers.delay, thread.municipality_id, event.pk))
    return event
