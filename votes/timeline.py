"""The public story of a poll: what happened, in words.

Actions record verbs; here each verb becomes a sentence, once for all pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from decide.common import words


if TYPE_CHECKING:
    from participation.models import Event
    from votes.models import Poll

SAYS = {
    "poll_lots": (gettext_lazy("The lots that decide ties were drawn"), "scales", "quiet"),
    "poll_approved": (gettext_lazy("Somebody of the municipality approved it"), "check", "quiet"),
    "poll_announced": (
        gettext_lazy("Its rules were frozen and it was announced"),
        "megaphone",
        "open",
    ),
    "poll_opened": (gettext_lazy("It opened"), "ballot", "open"),
    "poll_closed": (gettext_lazy("It closed"), "lock", "wait"),
    "poll_results": (gettext_lazy("It was opened and counted"), "chart", "good"),
    "poll_objection_answered": (gettext_lazy("An objection was answered"), "comment", "quiet"),
    "poll_recount": (
        gettext_lazy("Sealed ballots were handed to auditors, to be opened again"),
        "scales",
        "quiet",
    ),
    "poll_answer_late": (
        gettext_lazy("The day for the answer of the municipality passed without one"),
        "clock",
        "bad",
    ),
    "poll_answered": (
        gettext_lazy("The municipality said what it does with the result"),
        "megaphone",
        "good",
    ),
    "poll_reviewed": (
        gettext_lazy("The municipality said what became of the result"),
        "eye",
        "good",
    ),
    "poll_ballots_destroyed": (
        gettext_lazy("The sealed ballots were destroyed; the public log stays"),
        "trash",
        "quiet",
    ),
    "poll_cancelled": (gettext_lazy("It was called off"), "cross", "bad"),
    "hidden": (gettext_lazy("Its discussion was hidden by moderation"), "eye-off", "bad"),
    "restored": (gettext_lazy("Its discussion was shown again by moderation"), "eye", "quiet"),
}


@dataclass
class Entry:
    """One line of the story, with what was said along with it."""

    title: Any
    when: datetime
    icon: str
    tone: str
    who: str = ""
    text: str = ""


def story_of(poll: Poll) -> list[Entry]:
    """From the first public event to the last, the key among them; two queries."""
    events = poll.thread.events.public().filter(verb__in=SAYS).select_related("by")
    entries = [entry_of(event) for event in events]
    proven = poll.ceremonies.filter(proven_at__isnull=False).order_by("number").last()
    if proven:
        said = _("The trustees proved that they have the key")
        entries.append(Entry(said, proven.proven_at, "lock", "good"))
    return sorted(entries, key=lambda entry: entry.when)


def entry_of(event: Event) -> Entry:
    sentence, icon, tone = SAYS[event.verb]
    who = event.as_office or (event.by.public_name if event.by else "")
    more = MORE.get(event.verb)
    said = [more(event.data) if more else "", event.text]
    return Entry(sentence, event.at, icon, tone, who, "\n\n".join(filter(None, said)))


def _lots(data: dict[str, Any]) -> str:
    lines = []
    if data.get("where"):
        lines.append(_("Where: %(where)s.") % {"where": data["where"].rstrip(".")})
    if data.get("before"):
        lines.append(_("Before: %(people)s.") % {"people": data["before"].rstrip(".")})
    for code, titles in sorted(data.get("order", {}).items(), key=lambda one: int(one[0][1:])):
        order = " · ".join(f"{place}. {title}" for place, title in enumerate(titles, start=1))
        lines.append(_("Question %(number)s: %(order)s") % {"number": code[1:], "order": order})
    return "\n".join(lines)


def _announced(data: dict[str, Any]) -> str:
    eligible = data.get("eligible", 0)
    people = ngettext("%(number)s person may vote.", "%(number)s people may vote.", eligible) % {
        "number": words.number(eligible)
    }
    return _("%(people)s Fingerprint of the rules: %(digest)s") % {
        "people": people,
        "digest": data.get("digest", ""),
    }


def _answered(data: dict[str, Any]) -> str:
    if not data.get("before"):
        return ""
    return _("It corrected its answer. Before it said: %(text)s") % {"text": data["before"]}


MORE = {"poll_lots": _lots, "poll_announced": _announced, "poll_answered": _answered}
