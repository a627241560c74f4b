"""The public story of a draft norm: what happened, in words.

Actions record verbs; here each verb becomes a sentence, once for all pages. What the clock does
(comments open and close) has no event and is added from its dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from norms.enums import NormState
from norms.models import Norm
from participation.models import Event


SAYS = {
    "norm_published": (_("The draft norm was published"), "megaphone", "open"),
    "norm_reworded": (_("What is said of it was put right"), "edit", "quiet"),
    "norm_version": (_("Version %(version)s of the text was published"), "document", "accent"),
    "norm_final": (_("The final text was published"), "document", "good"),
    "norm_extended": (_("There is more time"), "calendar", "wait"),
    "norm_answers": (_("The office answered contributions"), "megaphone", "good"),
    "norm_withdrawn": (_("It was withdrawn"), "cross", "bad"),
    "norm_result": (_("It is known what became of it"), "check", "good"),
}


@dataclass
class Entry:
    """One line of the story; `text` is the reason that was given, `link` leads to that version."""

    title: Any
    when: datetime
    icon: str
    tone: str
    who: str = ""
    text: str = ""
    link: str = ""


def story_of(norm: Norm) -> list[Entry]:
    """From the first event to the last, with what the clock did; one query."""
    told = norm.thread.events.public().filter(verb__in=SAYS).select_related("by")
    entries = [entry_of(event, norm) for event in told]
    return sorted(entries + _by_the_clock(norm), key=lambda entry: entry.when)


def entry_of(event: Event, norm: Norm) -> Entry:
    sentence, icon, tone = SAYS[event.verb]
    number = event.data.get("version")
    who = event.as_office or (event.by.public_name if event.by else "")
    title = sentence % {"version": number} if number and event.verb == "norm_version" else sentence
    text = "" if event.verb == "norm_result" else event.text  # the page shows it in full
    entry = Entry(title, event.at, icon, tone, who, text)
    if number:
        entry.link = reverse("norms:version", args=[norm.municipality.slug, norm.pk, number])
    return entry


def _by_the_clock(norm: Norm) -> list[Entry]:
    """Comments that began and ended, if they did before it was withdrawn."""
    if norm.published_at is None or norm.state == NormState.WITHDRAWN:
        return []
    now = timezone.now()
    found = [
        (norm.opens_at, _("It began to take comments"), "comment", "open"),
        (norm.closes_at, _("It stopped taking comments"), "lock", "quiet"),
    ]
    return [Entry(title, at, icon, tone) for at, title, icon, tone in found if at <= now]
