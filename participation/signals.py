"""What looks unusual and deserves a person's look: signals, never proof, and nothing follows by itself.

A school, an assembly or a good meeting on the radio gives the same picture as somebody who
pays for supports. So each signal says what to look at and leads there. No address is shown,
people only as numbers, and small ones not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, ExpressionWrapper, F, Q
from django.db.models.functions import TruncHour
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.models import DeskAct
from decide.common.words import moment, number, percent
from participation import likeness, traces
from participation.models import Comment, DeclaredPlace, Thread, Trace


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality

DAY = timedelta(days=1)
# No signal speaks of fewer people.
FEWEST = 5

BURST, TIMES_THE_USUAL = 20, 5
NEW, OF_NEW = DAY, 0.5
PEOPLE, OF_ELSEWHERE = 10, 0.6
SIMILAR, FROM_ACCOUNTS = 5, 3
COMPARED = 5000
DESK_ACTS, DESK_WITHIN = 10, timedelta(minutes=10)
SHARED_BY, OF_SHARED = 8, 0.3
SHOWN = 20


class Kind(models.TextChoices):
    """What may be unusual."""

    DESK = "desk", gettext_lazy("Very fast desks")
    ALIKE = "alike", gettext_lazy("The same text from several accounts")
    BURST = "burst", gettext_lazy("Very many in one hour")
    NEW = "new", gettext_lazy("Accounts made the same day")
    SHARED = "shared", gettext_lazy("Many from one connection")
    ELSEWHERE = "elsewhere", gettext_lazy("People from elsewhere")


WHAT_TO_LOOK_AT = {
    Kind.DESK: gettext_lazy(
        "Nobody registers a person in less than two minutes. Ask the officer what happened that day,"
        " call some of the people registered, and compare with the receipts."
    ),
    Kind.ALIKE: gettext_lazy(
        "Read them. A campaign that shares a text is allowed; pretending to be several is not. If it"
        " repeats itself, moderation has a rule for it."
    ),
    Kind.BURST: gettext_lazy(
        "Was there an assembly, a radio programme or a message in a group at that hour? If nobody"
        " knows of one, look at who acted: new accounts, one connection, the same text."
    ),
    Kind.NEW: gettext_lazy(
        "People who come because of one thing are welcome. Look whether they ever do anything else,"
        " and whether their residence is proven."
    ),
    Kind.SHARED: gettext_lazy(
        "A village, a school or a family shares one connection. If it is a place you know, declare it;"
        " if not, ask who was there."
    ),
    Kind.ELSEWHERE: gettext_lazy(
        "Those who live elsewhere may argue, but only residents decide. Look at the figures of"
        " residents alone before you speak of «the people»."
    ),
}


@dataclass(frozen=True)
class Signal:
    """One thing to look at: of what, the figures, and where to go; an officer is asked in person."""

    title: str
    text: str
    url: str
    size: float
    officer: User | None = None


def report(municipality: Municipality, days: int) -> list[tuple[Kind, str, list[Signal]]]:
    """Every kind with what to look at and what was found in these days, the largest first."""
    since = timezone.now() - timedelta(days=days)
    found = {
        Kind.DESK: fast_desks(municipality, since),
        Kind.ALIKE: same_texts(municipality, since),
        Kind.BURST: bursts(municipality, since),
        Kind.NEW: new_accounts(municipality, since),
        Kind.SHARED: shared_connections(municipality, since),
        Kind.ELSEWHERE: from_elsewhere(municipality, since),
    }
    return [
        (kind, WHAT_TO_LOOK_AT[kind], sorted(found[kind], key=lambda one: -one.size)[:SHOWN])
        for kind in Kind
    ]


# --- desks
def fast_desks(municipality: Municipality, since: datetime) -> list[Signal]:
    """For each officer the ten minutes with the most acts, if no person could have done so many."""
    acts = DeskAct.objects.filter(municipality=municipality, at__gte=since).order_by("at")
    times: dict[int, list[datetime]] = defaultdict(list)
    officers = {}
    for act in acts.select_related("officer"):
        times[act.officer_id].append(act.at)
        officers[act.officer_id] = act.officer
    signals = []
    for pk, officer in officers.items():
        first, count = busiest(times[pk], DESK_WITHIN)
        if count >= DESK_ACTS:
            said = _("%(count)d acts at a desk within 10 minutes, from %(moment)s.")
            signals.append(
                Signal(
                    officer.public_name,
                    said % {"count": count, "moment": moment(first)},
                    "",
                    count,
                    officer,
                )
            )
    return signals


def busiest(times: Sequence[datetime], within: timedelta) -> tuple[datetime, int]:
    """When the fullest stretch of that length begins, and how many there are in it."""
    best, start = (times[0], 1), 0
    for end, now in enumerate(times):
        while now - times[start] > within:
            start += 1
        if end - start + 1 > best[1]:
            best = (times[start], end - start + 1)
    return best


# --- texts
def same_texts(municipality: Municipality, since: datetime) -> list[Signal]:
    """At least five nearly identical comments from at least three accounts within a day."""
    comments = list(
        Comment.objects.filter(municipality=municipality, created_at__gte=since, deleted_at=None)
        .exclude(text="")
        .order_by("-created_at")
        .only("text", "author_id", "created_at", "municipality_id")[:COMPARED]
    )
    times = [comment.created_at for comment in comments]
    signals = []
    for group in likeness.alike([comment.text for comment in comments], times, DAY):
        together = within_a_day([comments[place] for place in group])
        authors = {comment.author_id for comment in together}
        if len(together) >= SIMILAR and len(authors) >= FROM_ACCOUNTS:
            first = together[0]
            first.municipality = municipality
            said = _("%(count)s comments almost alike from several accounts, from %(moment)s.")
            figures = {"count": number(len(together)), "moment": moment(first.created_at)}
            signals.append(
                Signal(
                    shortened(first.text), said % figures, first.get_absolute_url(), len(together)
                )
            )
    return signals


def within_a_day(comments: Iterable[Comment]) -> list[Comment]:
    """Of comments that are alike, the most that were written within one day."""
    ordered = sorted(comments, key=lambda comment: comment.created_at)
    first, count = busiest([comment.created_at for comment in ordered], DAY)
    start = next(place for place, one in enumerate(ordered) if one.created_at == first)
    return ordered[start : start + count]


def shortened(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79].rstrip()}…"


# --- acts on one thing
def bursts(municipality: Municipality, since: datetime) -> list[Signal]:
    """Hours in which far more happened to a thing than in its usual ones."""
    hours: dict[int, dict[datetime, int]] = defaultdict(dict)
    rows = acts_here(municipality).annotate(hour=TruncHour("at")).values("thread", "hour")
    for row in rows.annotate(acts=Count("pk")).order_by("thread", "hour"):
        hours[row["thread"]][row["hour"]] = row["acts"]
    found = {}
    for thread, acts in hours.items():
        hour, most = max(acts.items(), key=lambda item: item[1])
        others = [count for when, count in acts.items() if when != hour]
        usual = sum(others) / len(others) if others else 0
        if hour >= since and most >= max(BURST, TIMES_THE_USUAL * usual):
            found[thread] = (most, usual, hour)
    said = _("%(count)s acts in the hour from %(moment)s; in its other hours %(usual)s on average.")
    return [
        Signal(
            thread.title,
            said
            % {"count": number(most), "moment": moment(hour), "usual": number(round(usual, 1))},
            thread.path,
            most,
        )
        for thread, (most, usual, hour) in threads_of(found)
    ]


def new_accounts(municipality: Municipality, since: datetime) -> list[Signal]:
    """Things on which mostly accounts acted that had just been made."""
    age = ExpressionWrapper(F("at") - F("user__date_joined"), output_field=models.DurationField())
    rows = acts_here(municipality, since).annotate(age=age).values("thread")
    counted = rows.annotate(
        people=Count("user", distinct=True),
        new=Count("user", distinct=True, filter=Q(age__range=(timedelta(0), NEW))),
    ).filter(people__gte=PEOPLE, new__gte=FEWEST)
    found = {
        row["thread"]: (row["new"], row["people"])
        for row in counted
        if row["new"] >= OF_NEW * row["people"]
    }
    said = _("%(new)s of the %(people)s accounts that acted were made less than a day before.")
    return signals_of(found, said, ("new", "people"))


def from_elsewhere(municipality: Municipality, since: datetime) -> list[Signal]:
    """Things on which mostly people acted who have not proven that they live here."""
    here = Q(user__resident__district__code__startswith=municipality.place_id)
    rows = acts_here(municipality, since).values("thread")
    counted = rows.annotate(
        people=Count("user", distinct=True),
        away=Count("user", distinct=True, filter=Q(user__resident__isnull=False) & ~here),
        open=Count("user", distinct=True, filter=Q(user__resident=None)),
    ).filter(people__gte=PEOPLE)
    found = {
        row["thread"]: (
            percent((row["away"] + row["open"]) / row["people"]),
            row["people"],
            at_least(row["away"]),
        )
        for row in counted
        if row["away"] + row["open"] >= max(FEWEST, OF_ELSEWHERE * row["people"])
    }
    said = _(
        "%(share)s of the %(people)s accounts that acted have not proven that they live here;"
        " live elsewhere: %(away)s."
    )
    return signals_of(found, said, ("share", "people", "away"), size=1)


def shared_connections(municipality: Municipality, since: datetime) -> list[Signal]:
    """Things on which many accounts acted from one connection, with its name if it is declared."""
    acts = acts_here(municipality, since)
    rows = acts.values("thread").annotate(people=Count("user", distinct=True))
    everybody = dict(rows.values_list("thread", "people"))
    shared = acts.values("thread", "address_hash").annotate(people=Count("user", distinct=True))
    found = {}
    for row in shared.filter(people__gte=SHARED_BY).order_by("people"):
        if row["people"] >= OF_SHARED * everybody[row["thread"]]:
            found[row["thread"]] = (
                row["people"],
                everybody[row["thread"]],
                bytes(row["address_hash"]),
            )
    names = declared_places(municipality, since)
    signals = []
    for thread, (people, of_all, source) in threads_of(found):
        place = names.get(source, "")
        said = (
            _("%(people)s of the %(of_all)s accounts acted from «%(place)s», a declared place.")
            if place
            else _("%(people)s of the %(of_all)s accounts acted from one connection.")
        )
        figures = {"people": number(people), "of_all": number(of_all), "place": place}
        signals.append(Signal(thread.title, said % figures, thread.path, people))
    return signals


# --- what they share
def acts_here(municipality: Municipality, since: datetime | None = None):
    acts = Trace.objects.filter(municipality=municipality)
    return acts.filter(at__gte=since) if since else acts


def threads_of(found: dict[int, tuple]) -> list[tuple[Thread, tuple]]:
    threads = Thread.objects.filter(pk__in=found).only("title", "path")
    return [(thread, found[thread.pk]) for thread in threads]


def signals_of(
    found: dict[int, tuple], said: str, names: tuple[str, ...], *, size: int = 0
) -> list[Signal]:
    signals = []
    for thread, figures in threads_of(found):
        words = [number(one) if isinstance(one, int) else one for one in figures]
        text = said % dict(zip(names, words, strict=True))
        signals.append(Signal(thread.title, text, thread.path, figures[size]))
    return signals


def declared_places(municipality: Municipality, since: datetime) -> dict[bytes, str]:
    """What stands in the traces for each declared place, in the months since then."""
    now = timezone.now()
    return {
        traces.hash_of(place, at): place.name
        for place in DeclaredPlace.objects.filter(municipality=municipality)
        for at in (since, now)
    }


def at_least(count: int) -> str:
    """Fewer people than can hide among each other are not told."""
    if 0 < count < FEWEST:
        return ngettext("fewer than %(count)d", "fewer than %(count)d", FEWEST) % {"count": FEWEST}
    return number(count)
