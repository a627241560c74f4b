"""The planners' board: each municipality by milestone with its light, what is late and what ends.

Needs the region's scope. A handful of queries however many municipalities and convenios there are;
what is shown of milestones is computed for the page alone, unless it is filtered by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import completion, deadlines, lights
from agreements.completion import ORDER, Progress
from agreements.enums import AgreementState, Light, Stage
from agreements.lights import URGENCY, Reading
from agreements.milestones import badge
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality


A_PAGE, WORST = 25, 10
SOON = timedelta(days=90)
MARKS = {
    Light.RED: ("bad", "▲"),
    Light.AMBER: ("wait", "◆"),
    Light.GREY: ("quiet", "○"),
    Light.GREEN: ("good", "●"),
    Light.BLUE: ("open", "✓"),
}
WAITING = """
SELECT (SELECT count(*) FROM agreements_evidence WHERE state = 'uploaded'),
    (SELECT count(*) FROM agreements_workitem
     WHERE due_on < %(day)s AND first_due_on IS NOT NULL AND state NOT IN ('verified', 'cancelled'))
"""


@dataclass(frozen=True)
class Filters:
    """What the address asks for; whatever it does not know is left out."""

    province: str = ""
    light: str = ""
    stage: str = ""
    page: str = "1"

    @classmethod
    def of(cls, asked: Any) -> Filters:
        light, stage = asked.get("luz", ""), asked.get("estado", "")
        page = asked.get("page", "1")
        return cls(
            asked.get("provincia", "")[:60],
            light if light in Light.values else "",
            stage if stage in Stage.values else "",
            page if page.isdecimal() and len(page) < 6 else "1",
        )


@dataclass
class Town:
    """A municipality with the worst light of its convenios."""

    pk: int
    name: str
    slug: str
    province: str
    worst: Reading | None = None
    convenios: int = 0
    progress: Progress | None = None

    @property
    def mark(self) -> str:
        return MARKS[self.worst.light][1] if self.worst else "–"

    @property
    def late_days(self) -> int:
        since = self.worst and self.worst.facts.late_since
        return (self.worst.facts.day - since).days if since else 0

    @property
    def badges(self) -> list[dict[str, Any]]:
        return [badge(self.progress.levels[gate]) for gate in ORDER]


@dataclass(frozen=True)
class Number:
    """A figure with the list behind it."""

    label: Any
    value: int
    where: str  # the name of the list, and what it is asked for
    query: str = ""


@dataclass
class Board:
    filters: Filters
    page: Page
    numbers: list[Number]
    worst: list[Reading]
    provinces: list[str]
    endings: list[deadlines.Ending]

    gates = ORDER
    lights = Light.choices
    stages = Stage.choices


def build(filters: Filters, day: date | None = None) -> Board:
    day = day or timezone.localdate()
    readings = lights.of(day=day)
    towns = _towns()
    for one in sorted(readings.values(), key=_urgency):
        for pk in one.facts.towns:
            if town := towns.get(pk):
                town.convenios += 1
                town.worst = town.worst or one
    provinces = sorted({town.province for town in towns.values()})
    shown = [
        town
        for town in towns.values()
        if filters.province in ("", town.province)
        and (not filters.light or (town.worst and town.worst.light == filters.light))
    ]
    if filters.stage:
        found = completion.of([town.pk for town in shown], day)
        shown = [town for town in shown if found[town.pk].stage == filters.stage]
    shown.sort(key=lambda town: (_urgency(town.worst) if town.worst else (9,), town.name))
    page = Paginator(shown, A_PAGE).get_page(filters.page)
    found = completion.of([town.pk for town in page.object_list], day)
    for town in page.object_list:
        town.progress = found[town.pk]
    worst = [one for one in readings.values() if one.light in (Light.RED, Light.AMBER)]
    return Board(
        filters,
        page,
        _numbers(readings, day),
        sorted(worst, key=_urgency)[:WORST],
        provinces,
        deadlines.guard(day),
    )


def _urgency(reading: Reading) -> tuple:
    """Red first, and of one colour what has been so for longest."""
    return (URGENCY[reading.light], reading.since or date.max, reading.facts.agreement)


def _towns() -> dict[int, Town]:
    found = Municipality.objects.exclude(kind=MunicipalityKind.REGION)
    rows = found.order_by("short_name", "pk").values_list(
        "pk", "short_name", "slug", "kind", "place__name", "place__parent__name"
    )
    return {
        pk: Town(pk, name, slug, place if kind == MunicipalityKind.PROVINCIAL else parent or "")
        for pk, name, slug, kind, place, parent in rows
    }


def _numbers(readings: dict[int, Reading], day: date) -> list[Number]:
    """Six figures; each leads to the list behind it."""
    signed = [one.facts for one in readings.values() if one.facts.state == AgreementState.SIGNED]
    in_force = [one for one in signed if one.ends_on is None or one.ends_on >= day]
    ending = [one for one in in_force if one.ends_on and one.ends_on - day <= SOON]
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"day": day})
        to_look_at, overdue = cursor.fetchone()
    by_light = [one.light for one in readings.values()]
    return [
        Number(_("in force"), len(in_force), "agreement", "state__exact=signed"),
        Number(
            _("end within 90 days"),
            len(ending),
            "agreement",
            f"state__exact=signed&ends_on__gte={day}&ends_on__lte={day + SOON}",
        ),
        Number(_("in red"), by_light.count(Light.RED), "board", "luz=red"),
        Number(_("without information"), by_light.count(Light.GREY), "board", "luz=grey"),
        Number(_("steps past their date"), overdue, "workitem", "late=yes"),
        Number(_("pieces of evidence to look at"), to_look_at, "inbox"),
    ]
