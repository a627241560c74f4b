"""The public story of a debate: what happened, in words.

Actions record verbs; here each verb becomes a sentence, once for all pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from debates.models import Debate
from participation import levels
from participation.models import Event, Thread


SAYS = {
    "debate_opened": (_("The debate was opened"), "megaphone", "open"),
    "edited": (_("Its author changed the text"), "edit", "quiet"),
    "debate_closed": (_("It was closed before its time"), "lock", "wait"),
    "concluded": (_("The municipality published its conclusion"), "check", "good"),
    "led_to": (_("A proposal came out of it"), "bulb", "accent"),
    "hidden": (pgettext_lazy("debate", "Hidden by moderation"), "eye-off", "bad"),
    "restored": (pgettext_lazy("debate", "Shown again by moderation"), "eye", "quiet"),
}

SAYS |= levels.SAYS


@dataclass
class Entry:
    """One line of the story; `link` leads elsewhere."""

    title: Any
    when: datetime
    icon: str
    tone: str
    who: str = ""
    link: tuple[str, str] | None = None


def story_of(debate: Debate) -> list[Entry]:
    """From the first event to the last, and the end by the clock; two queries."""
    events = debate.thread.events.public().filter(verb__in=SAYS).select_related("by")
    told = list(events)
    led_to = {event.data.get("thread") for event in told if event.verb == "led_to"}
    results = {t.pk: t for t in Thread.objects.filter(pk__in=led_to, is_public=True)}
    entries = [entry_of(event, debate, results) for event in told]
    if debate.thread.has_closed and not _closed_by_hand(debate, told):
        entries.append(
            Entry(_("It stopped taking arguments"), debate.thread.closes_at, "clock", "quiet")
        )
    return sorted(entries, key=lambda entry: entry.when)


def _closed_by_hand(debate: Debate, told: list[Event]) -> bool:
    """Whether somebody closed it, or its conclusion did, and not the clock."""
    closed = any(event.verb == "debate_closed" for event in told)
    return closed or (
        debate.concluded_at is not None and debate.thread.closes_at >= debate.concluded_at
    )


def entry_of(event: Event, debate: Debate, results: dict[int, Thread]) -> Entry:
    sentence, icon, tone = SAYS[event.verb]
    if event.verb in levels.SAYS:
        sentence = levels.sentence_of(event)
    who = event.as_office or (event.by.public_name if event.by else "")
    entry = Entry(sentence, event.at, icon, tone, who)
    if result := results.get(event.data.get("thread")):
        entry.link = (result.path, result.title)
    entry.link = entry.link or levels.link_of(event)
    return entry
