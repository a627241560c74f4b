"""For the demo: words that are watched, a place that shares a connection, and something to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from participation import ledger, traces
from participation.actions import guards
from participation.enums import InterventionKind, SharedPlace, TracedAct, WatchedKind
from participation.models import Comment, Trace


if TYPE_CHECKING:
    from accounts.models import Resident, User
    from municipalities.models import Municipality
    from participation.models import Thread

WORDS = ("idiota", "imbécil", "ratero*", "vende patria", "muerto de hambre")
LINKS = ("apuestas.example.com", "bit.ly")
# A text that was handed out, as people change what they paste.
HANDED_OUT = (
    "Apoyemos todos esta propuesta, vecinos: es la obra que nuestro pueblo espera hace años.",
    "apoyemos todos esta propuesta vecinos, es la obra que nuestro pueblo espera hace años!!",
    "Apoyemos todos esta propuesta, vecinos: es la obra que nuestro pueblo espera hace anos 👏",
    "¡Apoyemos todos esta propuesta, vecinos! Es la obra que nuestro pueblo espera hace años",
    "Vecinos, apoyemos todos esta propuesta: es la obra que nuestro pueblo espera hace años.",
)
CAME = 24


def plant(
    municipality: Municipality, thread: Thread, residents: Sequence[Resident], *, by: User
) -> None:
    """An assembly in a school with its connection, and five who pasted the same message."""
    guards.watch(municipality, WatchedKind.WORD, WORDS, by=by)
    guards.watch(municipality, WatchedKind.LINK, LINKS, by=by)
    then = timezone.now().replace(minute=5) - timedelta(days=2)
    school = guards.declare_place(
        municipality,
        by=by,
        kind=SharedPlace.SCHOOL,
        name="I.E. José Faustino Sánchez Carrión",
        network="203.0.113.0/24",
        starts_at=then - timedelta(days=20),
        ends_at=then + timedelta(days=60),
    )
    for minute, (text, resident) in enumerate(zip(HANDED_OUT, residents[-5:], strict=True)):
        at = then + timedelta(minutes=4 * minute)
        Comment.objects.create(
            municipality=municipality,
            thread=thread,
            author=resident.user,
            by_resident=True,
            text=text,
            created_at=at,
        )
        day = timezone.localdate(at)
        ledger.record(InterventionKind.COMMENT, municipality, by=resident.user, day=day)
    Trace.objects.bulk_create(
        Trace(
            municipality=municipality,
            thread=thread,
            user=resident.user,
            act=TracedAct.SUPPORT,
            address_hash=traces.hash_of(school, then),
            at=then + timedelta(minutes=minute),
        )
        for minute, resident in enumerate(residents[:CAME])
    )
