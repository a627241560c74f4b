"""An officer acts for somebody who sits beside them: half an hour at most, each act marked.

Rooms above ask `current()` when they write something down; they need not know how it began.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from municipalities.models import Municipality


LASTS = timedelta(minutes=30)
KEY = "assistance"


@dataclass(frozen=True)
class Assistance:
    officer: User
    person: User
    municipality: Municipality
    until: datetime


_current: ContextVar[Assistance | None] = ContextVar("assistance", default=None)


def current() -> Assistance | None:
    """Who helps whom in what is happening now, if anybody."""
    return _current.get()


@contextmanager
def marked(assistance: Assistance) -> Iterator[None]:
    token = _current.set(assistance)
    try:
        yield
    finally:
        _current.reset(token)


def begin(session: MutableMapping[str, Any], person: User, municipality: Municipality) -> None:
    until = timezone.now() + LASTS
    session[KEY] = {
        "person": person.pk,
        "municipality": municipality.pk,
        "until": until.timestamp(),
    }


def window(session: MutableMapping[str, Any], what: str, lasts: timedelta) -> datetime:
    """Until when the officer may help with one thing: it begins when this is first asked."""
    noted = session[KEY]
    windows = noted.setdefault("windows", {})
    if what not in windows:
        windows[what] = (timezone.now() + lasts).timestamp()
        session[KEY] = noted  # or what changed inside is not saved
    return datetime.fromtimestamp(windows[what], tz=timezone.get_current_timezone())


def end(session: MutableMapping[str, Any]) -> None:
    session.pop(KEY, None)


def of(
    session: MutableMapping[str, Any], officer: Any, municipality: Municipality | None
) -> Assistance | None:
    """The assistance that holds on this municipality's pages; one that is over is forgotten.

    It ends with its half hour, with the officer's role and with a role of the person's,
    so that nobody reaches another's desk through it.
    """
    if municipality is None:
        return None
    noted = session.get(KEY)
    if not noted or noted["municipality"] != municipality.pk:
        return None
    person = User.objects.select_related("resident").filter(pk=noted["person"]).first()
    is_over = noted["until"] <= timezone.now().timestamp()
    may_go_on = officer.has_perm("accounts.work_at_desk", municipality)
    if is_over or not may_go_on or person is None or not person.is_active or person.is_staff:
        end(session)
        return None
    until = datetime.fromtimestamp(noted["until"], tz=timezone.get_current_timezone())
    return Assistance(officer, person, municipality, until)


def own_pages(assistance: Assistance) -> tuple[str, ...]:
    """What stays the officer's own below the municipality's address."""
    slug = assistance.municipality.slug
    return (f"/{slug}/mesa/", f"/{slug}/padron/")
