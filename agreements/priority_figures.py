"""The figures that the index weighs, each with its source and day, from what everybody may read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.baselines import locked_sheets, municipalities
from agreements.conflict_months import window
from agreements.enums import AgreementState, InterestState, MechanismState
from agreements.models import (
    Agreement,
    BaselineCell,
    Interest,
    MoneyReceived,
    PriorityInput,
    PriorityScenario,
)
from agreements.priorities import CODES, EQUAL
from municipalities.enums import PopulationSource
from municipalities.models import Municipality, Population


WILLING = (InterestState.INTERESTED, InterestState.INVITED)


@dataclass(frozen=True)
class Figure:
    value: float
    source: str
    as_of: str


@dataclass(frozen=True)
class Gathered:
    towns: list[Municipality]
    figures: dict[int, dict[str, Figure]]
    sources: dict[str, list[str]]  # of each variable, every source that was used
    known: dict[str, int]
    money_year: int | None

    @property
    def values(self) -> dict[int, dict[str, float | None]]:
        return {
            town.pk: {
                code: figure.value if (figure := self.figures[town.pk].get(code)) else None
                for code in CODES
            }
            for town in self.towns
        }


def gather(*, source: str = PopulationSource.CENSUS, today: date | None = None) -> Gathered:
    """Nine queries, however many municipalities; `source`: which population money is divided by."""
    today = today or timezone.localdate()
    towns = list(municipalities().defer("welcome", "planned"))
    by_place = {town.place_id: town.pk for town in towns}
    figures: dict[int, dict[str, Figure]] = {town.pk: {} for town in towns}
    people, rural = _people(source)
    for code, read in {
        "conflict": lambda: _conflict(by_place, today),
        "canon": lambda: _canon(by_place, people),
        "rural": lambda: _inputs("rural", by_place, rural),
        "poverty": lambda: _inputs("poverty", by_place, {}),
        "gap": lambda: _gap(today),
        "will": lambda: _will(towns, today),
    }.items():
        for town, figure in read().items():
            if town in figures:
                figures[town][code] = figure
    used = defaultdict(set)
    for row in figures.values():
        for code, figure in row.items():
            used[code].add(f"{figure.source} ({figure.as_of})")
    return Gathered(
        towns,
        figures,
        {code: sorted(used[code]) for code in CODES},
        {code: sum(code in row for row in figures.values()) for code in CODES},
        MoneyReceived.objects.aggregate(last=Max("year"))["last"],
    )


def weights_in_force() -> tuple[Any, Mapping[str, float], PriorityScenario | None]:
    """Those that were set last; until then all alike."""
    scenario = PriorityScenario.objects.select_related("by").first()
    if scenario is None:
        return _("All alike, until the board decides"), EQUAL, None
    return scenario.name, {code: float(scenario.weights.get(code, 0)) for code in CODES}, scenario


def _people(source: str) -> tuple[dict[str, tuple[int, str, int]], dict[str, Figure]]:
    """How many people each place has by this source, and the rural share by the newest that tells."""
    people, rural = {}, {}
    for one in Population.objects.order_by("year"):
        if one.source == source:
            people[one.place_id] = (one.total, one.source, one.year)
        if one.rural is not None and one.total:
            share = 100 * one.rural / one.total
            rural[one.place_id] = Figure(share, one.source, str(one.year))
    return people, rural


def _conflict(by_place: dict[str, int], today: date) -> dict[int, Figure]:
    seen = window(today)
    if not seen.known:
        return {}
    source = _("Defensoría del Pueblo, %(known)d months known") % {"known": len(seen.known)}
    last = max(seen.known).strftime("%m/%Y")
    return {
        town: Figure(float(seen.count(place) or 0), source, last)
        for place, town in by_place.items()
    }


def _canon(by_place: dict[str, int], people: dict[str, tuple[int, str, int]]) -> dict[int, Figure]:
    """Of the newest year; who is not in its file has no figure, which is not zero."""
    year = MoneyReceived.objects.aggregate(last=Max("year"))["last"]
    rows = (
        MoneyReceived.objects.filter(year=year)
        .values("place")
        .annotate(amount=Sum("amount"), source=Max("source"), as_of=Max("as_of"))
        .order_by()
    )
    found = {}
    for row in rows:
        town, counted = by_place.get(row["place"]), people.get(row["place"])
        if town and counted:
            total, by_whom, of = counted
            source = f"{row['source']} {year}; {by_whom} {of}"
            found[town] = Figure(float(row["amount"]) / total, source, row["as_of"].isoformat())
    return found


def _inputs(
    variable: str, by_place: dict[str, int], otherwise: dict[str, Figure]
) -> dict[int, Figure]:
    """The newest figure that was brought in; else what the site knows already."""
    known = dict(otherwise)
    for row in PriorityInput.objects.filter(variable=variable).order_by("as_of"):
        known[row.place_id] = Figure(float(row.value), row.source, row.as_of.isoformat())
    return {by_place[place]: figure for place, figure in known.items() if place in by_place}


def _gap(today: date) -> dict[int, Figure]:
    """By the newest locked baseline of each municipality."""
    newest = locked_sheets().order_by("municipality_id", "-year").distinct("municipality_id")
    sheets = {sheet.pk: sheet for sheet in newest}
    cells = defaultdict(list)
    rows = BaselineCell.objects.filter(sheet__in=list(sheets))
    for sheet, state in rows.values_list("sheet", "state"):
        if state != MechanismState.UNKNOWN:
            cells[sheet].append(state == MechanismState.ACTIVE)
    return {
        sheets[pk].municipality_id: Figure(
            100 * (1 - sum(active) / len(active)),
            _("Baseline of %(year)d") % {"year": sheets[pk].year},
            timezone.localdate(sheets[pk].locked_at).isoformat(),
        )
        for pk, active in cells.items()
    }


def _will(towns: list[Municipality], today: date) -> dict[int, Figure]:
    """Nothing said is known as well: it is zero, and no data of nobody."""
    latest = Interest.objects.exclude(published_at=None).order_by("municipality_id", "-at", "-pk")
    latest = latest.distinct("municipality_id").values_list("municipality_id", "state")
    willing = {town for town, state in latest if state in WILLING}
    signed = Agreement.objects.filter(state=AgreementState.SIGNED).exclude(published_at=None)
    parties = {town for towns_of in signed.values_list("towns", flat=True) for town in towns_of}
    source = _("Convenios and expressions of interest on this site")
    return {
        town.pk: Figure(
            2.0 if town.pk in parties else float(town.pk in willing), source, today.isoformat()
        )
        for town in towns
    }
