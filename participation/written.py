"""What every room does with a text that is a draft first and public then, inside its own actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from decide.common.typed import says_something
from participation import screening


if TYPE_CHECKING:
    from django.db.models import Model

    from accounts.models import User


def refuse_gaps(
    thing: Model, fields: dict[str, Any], needed: Iterable[str], refusal: type[Exception]
) -> None:
    """Stop unless each of the needed fields says something, as it is or as it is about to be."""
    for name in needed:
        if not says_something(fields.get(name, getattr(thing, name))):
            label = thing._meta.get_field(name).verbose_name
            raise refusal(_("Write «%(field)s» first.") % {"field": label})


def name_thread(thing: Any, *, is_public: bool | None = None) -> None:
    """Its thread says what it is and where, for those who know only the thread."""
    thread = thing.thread
    thread.title = thing.title
    thread.path = thing.get_absolute_url()
    thread.is_public = thread.is_public if is_public is None else is_public
    thread.save(update_fields=["title", "path", "is_public"])


def screen(thing: Any, names: Iterable[str], *, by: User) -> None:
    """Out of sight until somebody has looked, if its words ask for it."""
    words = "\n".join(filter(None, (getattr(thing, name) for name in names)))
    if screening.screen(thing.thread, words=words, by=by):
        thing.refresh_from_db(fields=["hidden_at", "hidden_by", "hidden_reason"])
