"""What has been done so far, from the ledger: by inhabitants first, never ranked by totals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from accounts.enums import Area
from municipalities.enums import PopulationSource
from municipalities.models import Municipality, Population
from participation.enums import Channel, InterventionKind
from participation.models import Intervention
from participation.statistics import TAKING_PART, per_people, told


# Acts by which somebody takes part; arriving, proving residence and answering are not.
ACTS = {
    InterventionKind.PROPOSAL: _("Proposals published"),
    InterventionKind.SUPPORT: _("Supports for proposals"),
    InterventionKind.DEBATE: _("Debates opened"),
    InterventionKind.COMMENT: _("Comments"),
    InterventionKind.BALLOT: _("Ballots cast"),
    InterventionKind.WORK: _("Works put forward for budgets"),
    InterventionKind.WORK_SUPPORT: _("Supports for works"),
    InterventionKind.WORDING: _("Wordings proposed for norms"),
    InterventionKind.ATTENDANCE: _("People at meetings"),
}
INTAKE = [
    InterventionKind.INTAKE_PROPOSAL,
    InterventionKind.INTAKE_WORK,
    InterventionKind.INTAKE_COMPLAINT,
    InterventionKind.INTAKE_JOB,
]
# Bands of population, so that a village is compared with villages.
BANDS = [
    (5_000, _("Up to 5 000 inhabitants")),
    (25_000, _("5 000 to 25 000 inhabitants")),
    (100_000, _("25 000 to 100 000 inhabitants")),
    (None, _("More than 100 000 inhabitants")),
]


@dataclass(frozen=True)
class Act:
    label: Any
    total: int
    per_10000: float | None


@dataclass(frozen=True)
class Rural:
    """How far the countryside takes part: its share of the acts beside its share of the people."""

    participants: float
    people: float

    @property
    def ratio(self) -> float | None:
        """1 when the countryside takes part as much as it weighs."""
        return round(self.participants / self.people, 2) if self.people else None

    @property
    def participants_percent(self) -> int:
        return round(100 * self.participants)

    @property
    def people_percent(self) -> int:
        return round(100 * self.people)


@dataclass
class Row:
    """One municipality in the table."""

    municipality: Municipality
    people: int | None
    totals: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.municipality.short_name

    @property
    def url(self) -> str:
        return self.municipality.get_absolute_url()

    @property
    def proposals(self) -> int:
        return self.totals.get(InterventionKind.PROPOSAL, 0)

    @property
    def supports(self) -> int:
        return self.totals.get(InterventionKind.SUPPORT, 0)

    @property
    def proposals_rate(self) -> float | None:
        return per_people(self.proposals, self.people)

    @property
    def supports_rate(self) -> float | None:
        return per_people(self.supports, self.people)


def populations(codes: Iterable[str]) -> dict[str, Population]:
    """The people of each place by its census or, where there is none, its newest figure."""
    found: dict[str, Population] = {}
    for figure in Population.objects.filter(place__in=list(codes)).order_by("year"):
        known = found.get(figure.place_id)
        newer_census = figure.source == PopulationSource.CENSUS
        if known is None or known.source != PopulationSource.CENSUS or newer_census:
            found[figure.place_id] = figure
    return found


def totals(municipalities: Iterable[Municipality]) -> dict[int, dict[str, int]]:
    """For each municipality in scope the sum of every kind of act that happened there."""
    sums: dict[int, dict[str, int]] = {}
    rows = (
        Intervention.objects.filter(municipality__in=[m.pk for m in municipalities])
        .exclude(channel=Channel.IMPORT)
        .values_list("municipality_id", "kind")
        .annotate(Sum("amount"))
    )
    for municipality, kind, total in rows:
        sums.setdefault(municipality, {})[kind] = total
    return sums


def rows_of(municipalities: list[Municipality]) -> list[Row]:
    people = populations(m.place_id for m in municipalities)
    sums = totals(municipalities)
    return [
        Row(m, people[m.place_id].total if m.place_id in people else None, sums.get(m.pk, {}))
        for m in municipalities
    ]


def by_band(rows: list[Row]) -> list[dict[str, Any]]:
    """Rows grouped with those of their size and, within, by name: nobody is ranked."""
    bands = []
    lower = -1
    for upper, label in BANDS:
        inside = [
            row
            for row in rows
            if lower < (row.people or 0) and (upper is None or (row.people or 0) <= upper)
        ]
        if inside:
            bands.append({"label": label, "rows": sorted(inside, key=lambda row: row.name)})
        lower = upper
    return bands


def acts_of(sums: dict[str, int], people: int | None) -> list[Act]:
    amounts = {kind: told(kind, sums.get(kind, 0)) for kind in ACTS}
    return [
        Act(ACTS[kind], amount, per_people(amount, people))
        for kind, amount in amounts.items()
        if amount is not None
    ]


def intake_of(sums: dict[str, int]) -> list[dict[str, Any]]:
    return [{"label": InterventionKind(kind).label, "count": sums.get(kind, 0)} for kind in INTAKE]


def rural(municipalities: list[Municipality]) -> Rural | None:
    """How the countryside takes part, in one municipality or in several together.

    Only acts of people who said where they live are counted. Of several, each weighs as
    many as it has inhabitants, so that one city's many acts do not drown the rest.
    """
    shares = _rural_participants(municipalities)
    people = {
        p.place_id: p
        for p in Population.objects.filter(
            place__in=[m.place_id for m in municipalities], rural__isnull=False, total__gt=0
        ).order_by("year")
    }
    known = [
        (people[m.place_id], shares[m.pk])
        for m in municipalities
        if m.pk in shares and m.place_id in people
    ]
    inhabitants = sum(p.total for p, _share in known)
    if not inhabitants:
        return None
    return Rural(
        participants=sum(p.total * share for p, share in known) / inhabitants,
        people=sum(p.rural for p, _share in known) / inhabitants,
    )


def _rural_participants(municipalities: list[Municipality]) -> dict[int, float]:
    declared = (
        Intervention.objects.filter(
            municipality__in=[m.pk for m in municipalities],
            kind__in=TAKING_PART,
            area__in=[Area.RURAL, Area.URBAN],
        )
        .values_list("municipality_id")
        .annotate(rural=Sum("amount", filter=Q(area=Area.RURAL), default=0), every=Sum("amount"))
    )
    return {pk: rural / every for pk, rural, every in declared if every > 0}
