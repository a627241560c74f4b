"""What every room does for somebody who is writing: nothing of what they typed is lost."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from participation import kinds


if TYPE_CHECKING:
    from django.http import HttpRequest  # noqa: TID251  only its type

    from participation.models import Thread

LONGEST = 20_000
SHORTEST_TITLE, LONGEST_TITLE = 4, 120


def keep_typed(request: HttpRequest, name: str, fields: Iterable[str]) -> None:
    """Who writes before signing in, or after the session has ended, finds the text again."""
    if request.method != "POST":
        return
    typed = {field: request.POST.get(field, "")[:LONGEST] for field in fields}
    request.session[name] = {field: value for field, value in typed.items() if value}
    messages.info(request, _("Your text is kept. Sign in to go on with it."))


def form_key(text: Any) -> uuid.UUID | None:
    """The key by which a form sent twice is known, if it is one."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def words_from(source: Thread | None) -> dict[str, Any]:
    """A form filled in with the words of something public; the rest is for the person to say."""
    if source is None:
        return {}
    body = kinds.words_of([source])[source.pk].removeprefix(source.title).strip()
    return {"title": source.title[:LONGEST_TITLE], "body": body[:LONGEST], "came_from": source.pk}


def title_asked(request: HttpRequest) -> str:
    """The title that somebody is writing, if there is enough of it to look for similar ones."""
    title = request.GET.get("q") or request.GET.get("title", "")
    return searchable(title)


def searchable(title: str) -> str:
    title = title.replace("\x00", "").strip()[:LONGEST_TITLE]
    return title if len(title) >= SHORTEST_TITLE else ""


def saved_now(is_clear: bool) -> str:
    """What the page says beside the form once a draft is kept."""
    said = _("Saved at %(time)s") if is_clear else _("Saved at %(time)s, but look at the marks")
    return said % {"time": timezone.localtime().strftime("%H:%M")}
