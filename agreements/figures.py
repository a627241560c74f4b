"""What each indicator is worth in a period, for every municipality and for all: plain figures.

Everything is read inside the region's scope in `measure` and nothing but figures comes out.
A share or a rate of all is the ratio of the sums, never a mean of shares. What nobody gave or
accepted is missing: it is not zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from accounts.enums import Area, Gender
from agreements import completion, ledger
from agreements.enums import (
    ActivityState,
    Adding,
    Assessor,
    EntryState,
    ValueType,
)
from agreements.models import Activity, Entry, EntryCell, Indicator, QualityScore
from agreements.populations import People, Vintage, people_of
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality, Place
from municipalities.rls import region_scope
from participation.enums import InterventionKind
from participation.statistics import TAKING_PART
from proposals.models import Proposal


TRUJILLO = "1301"
MARKS = (
    "reach",
    "diversity",
    "information",
    "deliberation",
    "answer",
    "result",
    "accessibility",
    "evidence_mark",
)
# The roles by which people take part whose parity is watched, as the ledger knows them.
ROLES = (
    InterventionKind.PROPOSAL,
    InterventionKind.DEBATE,
    InterventionKind.COMMENT,
    InterventionKind.BALLOT,
    InterventionKind.AGENT,
)
FACTORS = {ValueType.PERCENT: 100, ValueType.RATE: 1000}


@dataclass(frozen=True)
class Figure:
    """A number, or the two sums of a share."""

    numerator: Decimal | None = None
    denominator: Decimal | None = None

    def value(self, value_type: str) -> Decimal | None:
        """What is read: 12, 12 %, 12 for 1,000 inhabitants; None where something is missing."""
        if self.numerator is None:
            return None
        if value_type == ValueType.NUMBER:
            return self.numerator
        if not self.denominator:
            return None
        return FACTORS.get(value_type, 1) * self.numerator / self.denominator


MISSING = Figure()


def figure(numerator: Any, denominator: Any = None) -> Figure:
    return Figure(
        None if numerator is None else Decimal(str(numerator)),
        None if denominator is None else Decimal(str(denominator)),
    )


@dataclass
class Measured:
    """An indicator in a period: of each municipality that has a figure, and of all."""

    indicator: Indicator
    starts_on: date
    ends_on: date
    vintage: Vintage | None
    overall: Figure = MISSING
    by_town: dict[int, Figure] = field(default_factory=dict)
    # Parts that the page shows beside it: by kind, by role, by quarter…
    parts: list[tuple[Any, Figure]] = field(default_factory=list)
    # Cells by gender, area and age of the municipalities whose parts add up to their whole.
    cells: dict[int, list[tuple[str, str, str, int]]] = field(default_factory=dict)
    incomplete: set[int] = field(default_factory=set)

    def value(self, town: int | None = None) -> Decimal | None:
        found = self.overall if town is None else self.by_town.get(town, MISSING)
        return found.value(self.indicator.value_type)


@dataclass
class Ground:
    """What the rules below read from: the places, the people, the ledger between two days."""

    starts_on: date
    ends_on: date
    region: Municipality | None
    towns: list[Municipality]
    people: People | None
    tally: ledger.Tally

    @property
    def code(self) -> str:
        return self.region.place_id if self.region else ""

    def inhabitants(self, place: str) -> int | None:
        return self.people.total(place) if self.people else None


Rule = Callable[[Ground, Measured], None]
RULES: dict[str, Rule] = {}


def rule(name: str) -> Callable[[Rule], Rule]:
    """Under this name the definition of an indicator says how it is computed."""

    def keep(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return keep


def measure(
    indicators: Iterable[Indicator],
    starts_on: date,
    ends_on: date,
    vintage: Vintage | None,
    *,
    by: object = None,
) -> list[Measured]:
    """The figures of these indicators between two days, as everybody may be told them once
    small numbers are hidden (agreements/told.py)."""
    found = [Measured(one, starts_on, ends_on, vintage) for one in indicators]
    with transaction.atomic(), region_scope("public figures of the observatory", by=by):
        ground = _ground(starts_on, ends_on, vintage)
        entered = {m.indicator.pk: m for m in found if not m.indicator.computed}
        for measured in found:
            if measured.indicator.computed:
                RULES[measured.indicator.computed](ground, measured)
        _read_entries(entered, starts_on, ends_on)
    return found


def _ground(starts_on: date, ends_on: date, vintage: Vintage | None) -> Ground:
    region = Municipality.objects.filter(kind=MunicipalityKind.REGION).first()
    towns = (
        Municipality.objects.of_region(region.place_id if region else "")
        .exclude(kind=MunicipalityKind.REGION)
        .order_by("place_id")
    )
    return Ground(
        starts_on,
        ends_on,
        region,
        list(towns),
        people_of(vintage),
        ledger.tally(starts_on, ends_on),
    )


def join(figures: Iterable[Figure], how: str) -> Figure:
    """Several as one, over time or over places."""
    known = [one for one in figures if one.numerator is not None]
    if not known:
        return MISSING
    if how == Adding.LATEST:
        return known[-1]
    if how == Adding.MAX:
        return max(known, key=lambda one: one.numerator)
    total = sum(one.numerator for one in known)
    if how == Adding.AVERAGE:
        return Figure(total / len(known))
    if all(one.denominator is not None for one in known):
        return Figure(total, sum(one.denominator for one in known))
    # A share of which somebody did not say the whole has no value; a number needs none.
    return MISSING if how == Adding.RATIO else Figure(total)


# What people enter.


def _read_entries(wanted: dict[int, Measured], starts_on: date, ends_on: date) -> None:
    """Accepted entries of the period itself or, where there is none, of the periods in it."""
    entries = (
        Entry.objects.filter(
            indicator__in=list(wanted),
            state=EntryState.ACCEPTED,
            published_at__isnull=False,
            period__starts_on__gte=starts_on,
            period__ends_on__lte=ends_on,
        )
        .select_related("period")
        .order_by("period__starts_on", "period__ends_on")
    )
    groups: dict[tuple[int, int], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.indicator_id, entry.municipality_id), []).append(entry)
    used: dict[int, tuple[Measured, Entry]] = {}
    for (indicator, town), rows in groups.items():
        measured = wanted[indicator]
        whole = [e for e in rows if (e.period.starts_on, e.period.ends_on) == (starts_on, ends_on)]
        rows = whole or _apart(rows)
        measured.by_town[town] = join(
            (figure(e.numerator, e.denominator) for e in rows), measured.indicator.over_time
        )
        if not measured.indicator.counts_people or measured.indicator.over_time != Adding.SUM:
            rows = rows[-1:]
        used |= {entry.pk: (measured, entry) for entry in rows}
        if not all(entry.is_complete for entry in rows):
            measured.incomplete.add(town)
    for measured in wanted.values():
        measured.overall = join(measured.by_town.values(), measured.indicator.over_places)
    _read_cells(used)


def _apart(entries: list[Entry]) -> list[Entry]:
    """The longest periods that do not overlap: four quarters and their two halves are one year."""
    chosen: list[Entry] = []
    for entry in sorted(entries, key=lambda e: (e.period.starts_on - e.period.ends_on).days):
        period = entry.period
        if all(
            period.ends_on < c.period.starts_on or period.starts_on > c.period.ends_on
            for c in chosen
        ):
            chosen.append(entry)
    return sorted(chosen, key=lambda e: e.period.starts_on)


def _read_cells(used: dict[int, tuple[Measured, Entry]]) -> None:
    sums: dict[tuple[int, int], dict[tuple[str, str, str], int]] = {}
    of = {id(measured): measured for measured, _entry in used.values()}
    for cell in EntryCell.objects.filter(entry__in=list(used)):
        measured, entry = used[cell.entry_id]
        if entry.municipality_id in measured.incomplete or not measured.indicator.counts_people:
            continue
        cells = sums.setdefault((id(measured), entry.municipality_id), {})
        key = (cell.gender, cell.area, cell.age)
        cells[key] = cells.get(key, 0) + int(cell.numerator)
    for (measured_id, town), cells in sums.items():
        of[measured_id].cells[town] = [(*key, value) for key, value in sorted(cells.items())]


# What the portal computes.


@rule("operating")
def operating(ground: Ground, measured: Measured) -> None:
    """I-1: provincial municipalities with a practice in operation and valid evidence of it, by the
    rule of the board, on the last day of the period."""
    provincial = [t.pk for t in ground.towns if t.kind == MunicipalityKind.PROVINCIAL]
    day = min(ground.ends_on, timezone.localdate())
    found = completion.of(provincial, day)
    measured.by_town = {pk: figure(int(one.is_operating)) for pk, one in found.items()}
    at_work = sum(one.is_operating for one in found.values())
    measured.overall = figure(at_work, len(provincial) or None)


@rule("interventions")
def interventions(ground: Ground, measured: Measured) -> None:
    """I-2: acts of taking part, by kind and municipality."""
    if ground.tally.is_empty:
        return
    by_kind: dict[str, int] = {}
    for town in ground.towns:
        measured.by_town[town.pk] = figure(ground.tally.total(town.pk, TAKING_PART))
        for kind in TAKING_PART:
            by_kind[kind] = by_kind.get(kind, 0) + ground.tally.total(town.pk, [kind])
    measured.overall = join(measured.by_town.values(), Adding.SUM)
    measured.parts = [(InterventionKind(kind).label, figure(n)) for kind, n in by_kind.items()]


@rule("rate")
def rate(ground: Ground, measured: Measured) -> None:
    """Acts for 1,000 inhabitants. A province's people are counted in its districts too, so that
    all together are divided by the people of the region."""
    if ground.tally.is_empty:
        return
    total = 0
    for town in ground.towns:
        acts = ground.tally.total(town.pk, TAKING_PART)
        measured.by_town[town.pk] = figure(acts, ground.inhabitants(town.place_id))
        total += acts
    measured.overall = figure(total, ground.inhabitants(ground.code))


@rule("women")
def women(ground: Ground, measured: Measured) -> None:
    """Of the acts of those who say to be women or men, the part of women."""
    _share(ground, measured, "genders", Gender.WOMAN, (Gender.WOMAN, Gender.MAN))


@rule("rural")
def rural(ground: Ground, measured: Measured) -> None:
    _share(ground, measured, "areas", Area.RURAL, (Area.RURAL, Area.URBAN))


def _share(
    ground: Ground, measured: Measured, dimension: str, of: str, known: tuple[str, ...]
) -> None:
    for town in ground.towns:
        sums = ground.tally.by(dimension, town.pk, TAKING_PART)
        if whole := sum(sums.get(value, 0) for value in known):
            measured.by_town[town.pk] = figure(sums.get(of, 0), whole)
    measured.overall = join(measured.by_town.values(), Adding.RATIO)


@rule("parity")
def parity(ground: Ground, measured: Measured) -> None:
    """The part of women in each role by which people take part, and among who came to activities."""
    women(ground, measured)
    for role in ROLES:
        sums: dict[str, int] = {}
        for town in ground.towns:
            for gender, amount in ground.tally.by("genders", town.pk, [role]).items():
                sums[gender] = sums.get(gender, 0) + amount
        known = sums.get(Gender.WOMAN, 0) + sums.get(Gender.MAN, 0)
        measured.parts.append(
            (InterventionKind(role).label, figure(sums.get(Gender.WOMAN, 0), known or None))
        )


@rule("attending")
def attending(ground: Ground, measured: Measured) -> None:
    """Women among those who came to the activities of transfer, by counts of who was there."""
    rows = (
        _held(ground)
        .values_list("municipality_id", "attendance__gender")
        .annotate(people=Sum("attendance__people"))
        .order_by()
    )
    sums: dict[int, dict[str, int]] = {}
    for town, gender, people in rows:
        found = sums.setdefault(town, {})
        found[gender] = found.get(gender, 0) + (people or 0)
    for town, found in sums.items():
        if known := found.get(Gender.WOMAN, 0) + found.get(Gender.MAN, 0):
            measured.by_town[town] = figure(found.get(Gender.WOMAN, 0), known)
    measured.overall = join(measured.by_town.values(), Adding.RATIO)


@rule("capital")
def capital(ground: Ground, measured: Measured) -> None:
    """How much of its province's taking part happens in the space of the provincial capital,
    beside the part of the people who live there: 1 is even, 1.7 nearly twice its weight."""
    capitals = dict(
        Place.objects.filter(code__startswith=ground.code, code__endswith="01")
        .filter(code__regex=r"^\d{6}$")
        .values_list("parent_id", "code")
    )
    for town in ground.towns:
        if town.kind != MunicipalityKind.PROVINCIAL:
            continue
        every = sum(
            ground.tally.total(other.pk, TAKING_PART)
            for other in ground.towns
            if other.place_id.startswith(town.place_id)
        )
        people = ground.inhabitants(town.place_id)
        living = ground.inhabitants(capitals.get(town.place_id, ""))
        if every and people and living:
            here = ground.tally.total(town.pk, TAKING_PART)
            measured.by_town[town.pk] = figure(Decimal(here) / every, Decimal(living) / people)
    # Of the region: the part of the province of its capital, beside its part of the people.
    inside, every = _around(ground)
    people, living = ground.inhabitants(ground.code), ground.inhabitants(TRUJILLO)
    if every and people and living:
        measured.overall = figure(Decimal(inside) / every, Decimal(living) / people)


@rule("outside")
def outside(ground: Ground, measured: Measured) -> None:
    """The part of what happened outside the province of Trujillo."""
    inside, every = _around(ground)
    if every:
        measured.overall = figure(every - inside, every)


def _around(ground: Ground) -> tuple[int, int]:
    sums = {t.place_id: ground.tally.total(t.pk, TAKING_PART) for t in ground.towns}
    return sum(n for place, n in sums.items() if place.startswith(TRUJILLO)), sum(sums.values())


@rule("answers")
def answers(ground: Ground, measured: Measured) -> None:
    """Of the answers owed in the period, those given by their day."""
    owed = (
        Proposal.objects.filter(answer_due_on__range=(ground.starts_on, ground.ends_on))
        .values_list("municipality_id")
        .annotate(
            every=Count("pk"),
            given=Count("pk", filter=Q(answer__published_at__date__lte=F("answer_due_on"))),
        )
        .order_by()
    )
    measured.by_town = {town: figure(given, every) for town, every, given in owed}
    measured.overall = join(measured.by_town.values(), Adding.RATIO)


@rule("collaboration")
def collaboration(ground: Ground, measured: Measured) -> None:
    """Activities in which two institutions or more took part, by quarter (requirement R16)."""
    held = _held(ground).annotate(many=Count("organizations", distinct=True)).filter(many__gte=2)
    quarters: dict[str, int] = {}
    counts: dict[int, int] = {}
    for town, day in held.values_list("municipality_id", "day").order_by("day", "pk"):
        quarter = f"{day.year}-T{(day.month + 2) // 3}"
        quarters[quarter] = quarters.get(quarter, 0) + 1
        counts[town] = counts.get(town, 0) + 1
    held_in = set(_held(ground).values_list("municipality_id", flat=True))
    measured.by_town = {town: figure(counts.get(town, 0)) for town in held_in}
    measured.overall = join(measured.by_town.values(), Adding.SUM)
    measured.parts = [(quarter, figure(many)) for quarter, many in quarters.items()]


@rule("quality")
def quality(ground: Ground, measured: Measured) -> None:
    """The mean mark (0 to 3) of the interventions that were scored: by themselves, by a third
    party, and the gap. An empty mark is not scored, which is not zero."""
    sums: dict[tuple[int, str], list[Decimal]] = {}
    rows = QualityScore.objects.filter(
        published_at__isnull=False, at__date__range=(ground.starts_on, ground.ends_on)
    )
    for row in rows:
        marks = [mark for name in MARKS if (mark := getattr(row, name)) is not None]
        if marks:
            side = Assessor.SELF if row.assessor == Assessor.SELF else Assessor.COUNTERPART
            sums.setdefault((row.municipality_id, side), []).append(
                Decimal(sum(marks)) / len(marks)
            )
    for town in {pk for pk, _side in sums}:
        every = [m for (pk, _side), found in sums.items() if pk == town for m in found]
        measured.by_town[town] = figure(sum(every), len(every))
    measured.overall = join(measured.by_town.values(), Adding.RATIO)
    means = {}
    for side in (Assessor.SELF, Assessor.COUNTERPART):
        marks = [m for (_pk, by), found in sums.items() if by == side for m in found]
        means[side] = figure(sum(marks), len(marks)) if marks else MISSING
        measured.parts.append((side.label, means[side]))


def _held(ground: Ground):
    return Activity.objects.filter(
        state=ActivityState.HELD,
        published_at__isnull=False,
        day__range=(ground.starts_on, ground.ends_on),
    )
