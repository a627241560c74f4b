"""How a thing's story tells that it was raised to another level, and what that level did.

Each verb is a sentence, which may name the level (`to`), an icon and a tone; `link_of` leads to
the page that follows it through all levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _


if TYPE_CHECKING:
    from participation.models import Event

SAYS: dict[str, tuple[Any, str, str]] = {
    "escalated": (_("It was raised to another level: %(to)s"), "arrow-right", "accent"),
    "escalation_received": (_("The other level has taken it in: %(to)s"), "inbox", "open"),
    "escalation_answered": (_("The other level answered: %(to)s"), "megaphone", "good"),
    "escalation_returned": (_("The other level returned it: %(to)s"), "undo", "bad"),
    "escalation_passed_on": (
        _("It was passed on to the next level: %(to)s"),
        "arrow-right",
        "accent",
    ),
}


def sentence_of(event: Event) -> str:
    return str(SAYS[event.verb][0]) % {"to": event.data.get("to", "")}


def link_of(event: Event) -> tuple[str, str] | None:
    """The address and the name of the page that follows it; none of what was not raised."""
    if event.verb not in SAYS or "escalation_path" not in event.data:
        return None
    return event.data["escalation_path"], event.data.get("code", "")
