"""What happened to a thing, kept for good and told once to whoever follows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts import assistance
from participation.models import Event, Thread
from participation.tasks.notices import tell_followers
from participation.verbs import LED_TO, TOLD_WHEN_SHOWN


if TYPE_CHECKING:
    from accounts.models import User

# What was held back for longer is shown and no longer told.
STILL_NEWS = timedelta(days=14)


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
    """Add an event to the thread's history; with `tell`, those whom it concerns hear of it.

    These are the author and the followers of the thread; `people`, by their ids, who are
    mentioned or addressed; if `data` names a comment by its id ("comment"), the author of
    the one it replies to; for what is published, the followers of the author, of the
    municipality and of the tags in `data` ("tags"). What is not public is told to `people`
    alone or, if none are given, to the author. participation.recipients has the rest.
    """
    if people := sorted(set(people)):
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
        _tell(event)
    return event


def tell_again(thread: Thread, comment_id: int | None = None) -> None:
    """Tell what could not be told while it was held back; nobody hears of it twice.

    Of a thing also that it came out of another one, to whoever follows that.
    """
    news = Event.objects.filter(at__gte=timezone.now() - STILL_NEWS)
    events = news.filter(thread=thread, verb__in=TOLD_WHEN_SHOWN)
    if comment_id:
        events = events.filter(data__comment=comment_id)
    else:
        sources = thread.came_from.values("source")
        came = news.filter(thread__in=sources, verb__in=LED_TO, data__thread=thread.pk)
        events = [*(event for event in events if "comment" not in event.data), *came]
    for event in events:
        _tell(event)


def _tell(event: Event) -> None:
    transaction.on_commit(partial(tell_followers.delay, event.municipality_id, event.pk))
