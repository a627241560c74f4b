"""How states look on a page: a word, an icon and a tone, never a colour alone."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from agreements.enums import Completion, ItemState, Light


Badge = dict[str, Any]

OF_COMPLETION = {
    Completion.NO_EVIDENCE: ("bad", "question"),
    Completion.NOT_STARTED: ("quiet", "circle"),
    Completion.LIMITED: ("wait", "clock"),
    Completion.SUBSTANTIAL: ("open", "chart"),
    Completion.COMPLETE: ("good", "check"),
}
OF_LIGHTS = {
    Light.GREY: ("quiet", "question"),
    Light.RED: ("bad", "alert"),
    Light.AMBER: ("wait", "clock"),
    Light.GREEN: ("good", "check"),
    Light.BLUE: ("accent", "star"),
}
OF_ITEMS = {
    ItemState.UNDERWAY: ("open", "clock"),
    ItemState.SUBMITTED: ("open", "inbox"),
    ItemState.RETURNED: ("wait", "undo"),
    ItemState.VERIFIED: ("good", "check"),
    ItemState.CANCELLED: ("quiet", "cross"),
}
QUIET = ("quiet", "circle")


def completion(level: str) -> Badge:
    """A level in the scale of the IRM; an empty one says that nobody has given any."""
    if not level:
        return {"label": _("No data"), "tone": "quiet", "icon": "question"}
    tone, icon = OF_COMPLETION[Completion(level)]
    return {"label": Completion(level).label, "tone": tone, "icon": icon}


def light(value: str) -> Badge:
    tone, icon = OF_LIGHTS[Light(value)]
    return {"label": Light(value).label, "tone": tone, "icon": icon}


def item(state: str) -> Badge:
    tone, icon = OF_ITEMS.get(ItemState(state), QUIET)
    return {"label": ItemState(state).label, "tone": tone, "icon": icon}
