"""What came out of what: a debate became a proposal, told on both pages.

The rooms know nothing of one another, only of these threads.
"""

from __future__ import annotations

from dataclasses import dataclass

from participation.models import Thread, ThreadLink


@dataclass(frozen=True)
class Links:
    """The public things that one came from, and those that came out of it."""

    came_from: list[Thread]
    led_to: list[Thread]


def links_of(thread: Thread) -> Links:
    """One query for both."""
    found = ThreadLink.objects.filter(source=thread) | ThreadLink.objects.filter(result=thread)
    came_from, led_to = [], []
    for link in found.select_related("source", "result").order_by("pk"):
        other, side = (
            (link.result, led_to) if link.source_id == thread.pk else (link.source, came_from)
        )
        if other.is_public:
            side.append(other)
    return Links(came_from, led_to)


def source_of(number: str, municipality_id: int) -> Thread | None:
    """The public thing of this place that an address names by its number."""
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    return Thread.objects.filter(pk=number, municipality=municipality_id, is_public=True).first()
