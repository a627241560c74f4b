"""What the ledger may tell everybody: sums, without a cell that could point to a person.

All of it reads the scope that is open. The regional government's space reads its whole
region through the door that says so in the log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth, TruncYear
from django.utils.translation import gettext, gettext_lazy as _

from accounts.enums import Area, Gender
from decide.common.words import number
from municipalities.models import Municipality
from municipalities.rls import region_scope
from participation.enums import AgeBand, Channel, InterventionKind
from participation.models import Intervention


SMALLEST = 5  # what is crossed and smaller stays untold
SMALLEST_TURNOUT = 20  # who votes is watched more closely, so that also sums below it stay untold
# What is compared by people and places. Agreeing with comments and voting on statements is
# not: an evening of one person gives dozens, which would drown what others wrote. Nor is coming to
# a meeting: a sheet on paper counts women and rural people, so that of the others nothing is known.
TAKING_PART = (
    InterventionKind.PROPOSAL,
    InterventionKind.SUPPORT,
    InterventionKind.DEBATE,
    InterventionKind.COMMENT,
    InterventionKind.STATEMENT,
    InterventionKind.BALLOT,
    InterventionKind.AGENT,
    InterventionKind.WORK,
    InterventionKind.WORK_SUPPORT,
    InterventionKind.WORDING,
)
INTAKE = (
    InterventionKind.INTAKE_PROPOSAL,
    InterventionKind.INTAKE_WORK,
    InterventionKind.INTAKE_COMPLAINT,
    InterventionKind.INTAKE_JOB,
)
ACTS = (
    InterventionKind.PROPOSAL,
    InterventionKind.SUPPORT,
    InterventionKind.DEBATE,
    InterventionKind.COMMENT,
    InterventionKind.REACTION,
    InterventionKind.STATEMENT,
    InterventionKind.STATEMENT_VOTE,
    InterventionKind.BALLOT,
    InterventionKind.AGENT,
    InterventionKind.WORK,
    InterventionKind.WORK_SUPPORT,
    InterventionKind.WORDING,
    InterventionKind.WORDING_STANCE,
    InterventionKind.MEETING_REGISTRATION,
    InterventionKind.ATTENDANCE,
    InterventionKind.ANSWER,
    InterventionKind.RESIDENCE,
)
DIMENSIONS = {"gender": Gender, "age_band": AgeBand, "area": Area}
DIMENSION_LABELS = {"gender": _("Gender"), "age_band": _("Age"), "area": _("Town or country")}
PER_PEOPLE = 10_000
# Municipalities are compared with those of their size, never by raw totals.
SIZES = (5_000, 25_000, 100_000)
COLUMNS = (
    "municipalidad",
    "ubigeo",
    "periodo",
    "acto",
    "acto_nombre",
    "desglose",
    "valor",
    "cantidad",
    "nota",
)


class Sums(NamedTuple):
    """One line of the open data; `amount` is None where it is too small to be told."""

    period: str
    kind: str
    dimension: str
    value: str
    amount: int | None
    is_brought: bool = False


def reading(municipality: Municipality) -> AbstractContextManager[None]:
    """The scope the statistics of a space are read in."""
    if municipality.is_region:
        return region_scope("public statistics of the region")
    return nullcontext()


def smallest_of(kind: str) -> int:
    return SMALLEST_TURNOUT if kind == InterventionKind.BALLOT else SMALLEST


def told(kind: str, amount: int) -> int | None:
    """A sum as everybody may read it: how few have voted is not told."""
    is_watched = kind == InterventionKind.BALLOT and 0 < amount < SMALLEST_TURNOUT
    return None if is_watched else amount


def hide_small(
    cells: dict[str, int], secret: Collection[str] = (), smallest: int = SMALLEST
) -> dict[str, int | None]:
    """Leave out what is too small or secret, and as many more as it could be worked out from.

    The sum of all is told elsewhere, so that what stays untold has to be several cells that
    are not small together; a sum that is small itself is not broken down at all.
    """
    cells = {value: amount for value, amount in cells.items() if amount}
    if sum(cells.values()) < smallest:
        return {}
    ordered = sorted(cells, key=lambda value: (cells[value], value))
    untold = [value for value in ordered if cells[value] < smallest or value in secret]
    for value in ordered:
        if not untold or (len(untold) > 1 and sum(cells[v] for v in untold) >= smallest):
            break
        if value not in untold:
            untold.append(value)
    return {value: None if value in untold else amount for value, amount in cells.items()}


def rural_ratio(rural: int, known: int, rural_share: float | None) -> float | None:
    """The share of the countryside among who takes part, beside its share of the people.

    1 is even; 0.44 means that the countryside takes part less than half as much as its
    number of people would suggest. None while too few have said where they live.
    """
    if known < SMALLEST or not rural_share:
        return None
    return round(rural / known / rural_share, 2)


def per_people(amount: int, people: int | None) -> float | None:
    return round(amount * PER_PEOPLE / people, 1) if people else None


@dataclass
class Statistics:
    """The sums of one space: a municipality's, or the region's over all of its own."""

    municipality: Municipality

    @property
    def all_rows(self) -> QuerySet[Intervention]:
        code = self.municipality.place_id
        if self.municipality.is_region:
            return Intervention.objects.filter(municipality__place__code__startswith=code)
        return Intervention.objects.filter(municipality=self.municipality)

    @property
    def rows(self) -> QuerySet[Intervention]:
        """What happened here. Brought from another portal is what other people did elsewhere."""
        return self.all_rows.exclude(channel=Channel.IMPORT)

    @property
    def people(self) -> int | None:
        population = self.municipality.place.population
        return population.total if population else None

    @cached_property
    def totals(self) -> dict[str, int]:
        found = self.rows.values_list("kind").annotate(Sum("amount")).order_by()
        return dict(found)

    def table(self, kinds: tuple[str, ...]) -> list[tuple[str, int | None, float | None]]:
        """For each kind its name, its sum and that for 10 000 people; None where untold."""
        sums = {kind: told(kind, self.totals.get(kind, 0)) for kind in kinds}
        return [
            (
                InterventionKind(kind).label,
                amount,
                None if amount is None else per_people(amount, self.people),
            )
            for kind, amount in sums.items()
        ]

    def crossed(self, dimension: str) -> list[tuple[str, int | None]]:
        """Acts of taking part by what people chose to say of themselves.

        The open data tells the same by year and kind. What is untold there may not come out
        as the difference between this sum and what is told.
        """
        sums: dict[str, int] = defaultdict(int)
        untold: dict[str, list[int]] = defaultdict(list)
        for (_year, kind), cells in self._by_year(dimension).items():
            if kind not in TAKING_PART:
                continue
            shown = hide_small(cells, smallest=smallest_of(kind))
            for value, amount in cells.items():
                sums[value] += amount
                if amount and shown.get(value) is None:
                    untold[value].append(amount)
        secret = [v for v, parts in untold.items() if len(parts) == 1 or sum(parts) < SMALLEST]
        found = hide_small(sums, secret)
        return [(label_of(dimension, value), found[value]) for value in sorted(found)]

    def _by_year(self, dimension: str) -> dict[tuple[date, str], dict[str, int]]:
        """For each year and kind the sum of each value."""
        years: dict[tuple[date, str], dict[str, int]] = defaultdict(dict)
        found = self.rows.annotate(year=TruncYear("day")).values_list("year", "kind", dimension)
        for year, kind, value, amount in found.annotate(Sum("amount")).order_by("year", "kind"):
            years[year, kind][value] = amount
        return years

    @cached_property
    def rural_ratio(self) -> float | None:
        """The region's is that of its sums: each place weighs as much as it takes part."""
        found = dict(
            self.rows.filter(kind__in=TAKING_PART)
            .exclude(area="")
            .values_list("area")
            .annotate(Sum("amount"))
            .order_by()
        )
        share = self.municipality.place.rural_share
        return rural_ratio(found.get(Area.RURAL, 0), sum(found.values()), share)

    def lines(self) -> Iterator[Sums]:
        """The open data: what happened in each month, and by year who took part."""
        months = self.all_rows.annotate(month=TruncMonth("day")).values_list("month", "kind")
        brought = months.annotate(brought=Q(channel=Channel.IMPORT), amount=Sum("amount"))
        for month, kind, is_brought, amount in brought.order_by("month", "kind", "brought"):
            if amount:
                yield Sums(f"{month:%Y-%m}", kind, "", "", told(kind, amount), is_brought)
        for dimension in DIMENSIONS:
            for (year, kind), cells in self._by_year(dimension).items():
                for value, amount in sorted(hide_small(cells, smallest=smallest_of(kind)).items()):
                    yield Sums(f"{year:%Y}", kind, dimension, value, amount)

    def places(self) -> list[Place]:
        """For the region: its municipalities, those of a like size together, by rate."""
        found = (
            self.rows.filter(kind__in=TAKING_PART)
            .values_list("municipality_id")
            .annotate(Sum("amount"))
            .order_by()
        )
        sums = dict(found)
        ours = (
            Municipality.objects.of_region(self.municipality.place_id)
            .exclude(pk=self.municipality.pk)
            .filter(pk__in=sums)
            .select_related("place")
            .prefetch_related("place__populations")
        )
        each = [Place(here, sums[here.pk]) for here in ours]
        return sorted(each, key=lambda place: (place.size, -(place.rate or 0)))


@dataclass(frozen=True)
class Place:
    """A municipality among those of its size."""

    municipality: Municipality
    amount: int

    @property
    def people(self) -> int | None:
        population = self.municipality.place.population
        return population.total if population else None

    @property
    def rate(self) -> float | None:
        return per_people(self.amount, self.people)

    @property
    def size(self) -> int:
        return size_of(self.people)

    @property
    def size_label(self) -> str:
        return size_label(self.size)


def size_of(people: int | None) -> int:
    """The band of population, from the smallest."""
    return sum(1 for limit in SIZES if (people or 0) >= limit)


def size_label(size: int) -> str:
    if size == 0:
        return gettext("Under %(people)s people") % {"people": number(SIZES[0])}
    return gettext("From %(people)s people") % {"people": number(SIZES[size - 1])}


def label_of(dimension: str, value: str) -> str:
    return str(DIMENSIONS[dimension](value).label) if value else gettext("Not said")


def as_cells(municipality: Municipality, line: Sums) -> tuple[str | int, ...]:
    """A line of the open data as the file writes it, in the words of the active language."""
    by = line.dimension
    return (
        municipality.short_name,
        municipality.place_id,
        line.period,
        line.kind,
        str(InterventionKind(line.kind).label),
        str(DIMENSION_LABELS[by]) if by else "",
        label_of(by, line.value) if by else "",
        "" if line.amount is None else line.amount,
        note_on(line),
    )


def note_on(line: Sums) -> str:
    if line.is_brought:
        return gettext("brought from another portal")
    return gettext("too small to be told") if line.amount is None else ""
