"""Who took part in a poll, as far as it may be told: by way, place and day, gender and age.

Everything here is about having voted, never about what. It may be told from closing on; until then
pages tell one number, and only from 20 on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _, gettext_lazy

from accounts.enums import Gender
from decide.common.words import day as day_in_words
from municipalities.models import Place
from participation.enums import AgeBand
from participation.statistics import SMALLEST, hide_small
from votes.enums import CastChannel
from votes.models import Envelope, Mark, Turnout
from votes.opening import SMALLEST_CELL


if TYPE_CHECKING:
    from votes.models import Urn

ENOUGH_TO_DESCRIBE = 20  # of more people gender and age are told
ROUNDED_TO = 5
DESCRIBED = {
    "gender": (gettext_lazy("Gender"), Gender),
    "age_band": (gettext_lazy("Age"), AgeBand),
}


class Told(NamedTuple):
    """One group of those who voted; without a number it is too small to be told."""

    label: str
    number: int | None


def by_channel(urn: Urn) -> Counter[str]:
    found = Mark.objects.filter(urn=urn).values_list("channel")
    return Counter(dict(found.annotate(Count("pk")).order_by()))


def by_place(urn: Urn) -> list[Told]:
    """Where those live who voted; empty if there is but one place, or nothing can be told.

    Results tell how many ballots were in each cell of place and channel with 25 or more. What is
    left of a place beside its cells may not come out as a handful of people either.
    """
    marks: dict[str, Counter[str]] = defaultdict(Counter)
    rows = Mark.objects.filter(urn=urn).values_list("place", "channel")
    for place, channel, number in rows.annotate(Count("pk")).order_by():
        marks[place][channel] = number
    shown = told_by_place(marks)
    if len(marks) < 2 or not any(shown.values()):
        return []
    names = dict(Place.objects.filter(code__in=marks).values_list("code", "name"))
    listed = [Told(names.get(code, _("Not known")), shown.get(code)) for code in marks]
    return sorted(listed, key=lambda told: told.label)


def told_by_place(marks: dict[str, Counter[str]]) -> dict[str, int | None]:
    totals = {place: ways.total() for place, ways in marks.items()}
    secret = {place for place, ways in marks.items() if any(map(_is_few, _left_beside(ways)))}
    while True:
        shown = hide_small(totals, secret)
        untold = [place for place in totals if shown.get(place) is None]
        left = sum(_left_beside(marks[place])[0] for place in untold)
        if not _is_few(left) or len(untold) == len(totals):
            return shown
        secret.add(min(set(totals) - set(untold), key=lambda place: (totals[place], place)))


def _left_beside(ways: Counter[str]) -> list[int]:
    """How many of a place are in none of its cells, whichever of them are told; first, of all."""
    cells = [ways[way] for way in (CastChannel.WEB, CastChannel.ASSISTED)]
    told = [number for number in cells if number >= SMALLEST_CELL]
    return [ways.total() - sum(told), *(ways.total() - number for number in told)]


def _is_few(number: int) -> bool:
    return 0 < number < SMALLEST


def by_day(urn: Urn) -> list[Told]:
    """Ballots that arrived by the web or with help; of hours nothing is kept."""
    found = (
        Envelope.objects.filter(urn=urn).values_list("day").annotate(Count("pk")).order_by("day")
    )
    days = dict(found)
    shown = hide_small(days)
    return [Told(day_in_words(one), shown.get(one)) for one in days] if shown else []


def described(urn: Urn) -> list[tuple[str, list[Told]]]:
    """How those who voted describe themselves: only of more than 20, and no small group.

    Rounded, for the statistics of the place add up all its polls of a year: what one of them does
    not tell may not come out as the difference between that sum and what the others tell.
    """
    if Turnout.objects.filter(urn=urn).count() <= ENOUGH_TO_DESCRIBE:
        return []
    told = []
    for field, (label, choices) in DESCRIBED.items():
        rows = Turnout.objects.filter(urn=urn).values_list(field).annotate(Count("pk")).order_by()
        cells: dict[str, Any] = hide_small(dict(rows))
        order = [*choices.values, ""]
        told.append(
            (
                str(label),
                [
                    Told(str(choices(one).label) if one else _("Not said"), rounded(cells[one]))
                    for one in order
                    if one in cells
                ],
            )
        )
    return told


def rounded(number: int | None) -> int | None:
    return None if number is None else ROUNDED_TO * round(number / ROUNDED_TO)
