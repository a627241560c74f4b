"""What was transferred, in what form, to whom and with what effect: told the same on every page.

Under the empty scope of the observatory not all rows that make up a public figure are public:
`in_public` opens the region's for them, and shows only transfers that are published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, QuerySet

from agreements.enums import ActivityState, AdaptationChoice, Adoption
from agreements.models import (
    Activity,
    Adaptation,
    AdoptionStep,
    Advice,
    Evaluation,
    OutreachAct,
    PracticeReview,
    Transfer,
)
from agreements.transfers import (
    Done,
    PieceShown,
    Reach,
    done_of,
    joint_by_quarter,
    pieces_of_many,
    reach_of,
    spacing_gaps,
)
from decide.common import changes
from municipalities.models import Municipality
from municipalities.rls import region_scope


@dataclass(frozen=True)
class AdaptationTold:
    """A component as it is here, beside how it was given, word by word."""

    adaptation: Adaptation

    @property
    def pieces(self) -> list[changes.Piece]:
        if self.adaptation.choice != AdaptationChoice.ADAPT:
            return []
        return changes.between(self.adaptation.component.description, self.adaptation.what)


@dataclass
class Told:
    transfer: Transfer
    pieces: list[PieceShown]
    done: Done
    steps: list[AdoptionStep] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    adaptations: list[AdaptationTold] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    outreach: list[OutreachAct] = field(default_factory=list)

    @property
    def step(self) -> AdoptionStep | None:
        return self.steps[-1] if self.steps else None

    @property
    def level(self) -> str:
        return Adoption(self.step.level).label if self.step else ""

    @property
    def reach(self) -> Reach:
        return reach_of(self.activities, (r for a in self.activities for r in a.attendance.all()))

    @property
    def gaps(self) -> list[str]:
        return spacing_gaps(self.activities)

    @property
    def joint(self) -> dict[str, int]:
        return joint_by_quarter(self.activities)


def tell(transfers: QuerySet[Transfer]) -> list[Told]:
    """Everything about these transfers, in as many queries for one as for many."""
    found = list(
        transfers.select_related(
            "municipality", "version__practice__origin", "agreement", "donor", "mentor"
        )
    )
    pieces = pieces_of_many(found)
    told = {one.pk: Told(one, pieces[one.pk], done_of(pieces[one.pk])) for one in found}
    activities = (
        Activity.objects.filter(transfer__in=told)
        .exclude(state=ActivityState.CANCELLED)
        .prefetch_related("attendance", "organizations")
        .order_by("day", "pk")
    )
    for name, rows in (
        ("steps", AdoptionStep.objects.filter(transfer__in=told).order_by("pk")),
        ("activities", activities),
        ("evaluations", Evaluation.objects.filter(transfer__in=told).exclude(published_at=None)),
        ("outreach", OutreachAct.objects.filter(transfer__in=told).order_by("starts_on")),
    ):
        for row in rows:
            getattr(told[row.transfer_id], name).append(row)
    for one in told.values():
        for activity in one.activities:
            activity.came = sum(row.people for row in activity.attendance.all())
    for row in Adaptation.objects.filter(transfer__in=told).select_related("component"):
        told[row.transfer_id].adaptations.append(AdaptationTold(row))
    return list(told.values())


def in_public(transfers: QuerySet[Transfer], *, by: Any) -> list[Told]:
    """The published ones of these, with all their figures, for whoever asks."""
    with region_scope("observatory", by=by):
        return tell(transfers.published())


def advice_in_public(municipality: Municipality) -> list[Advice]:
    """The log of advice: the newest; all of it is public by its own date."""
    found = Advice.objects.filter(municipality=municipality).exclude(published_at=None)
    return list(found[:20])


@dataclass(frozen=True)
class Row:
    """A municipality in the matrix, with its level in each practice, in the columns' order."""

    municipality: Municipality
    cells: list[Transfer | None]


def matrix(municipalities: Iterable[Municipality], practices: list[int]) -> list[Row]:
    """How deep each practice has taken root in each municipality, as everybody may read it."""
    places = list(municipalities)
    found: dict[int, dict[int, Transfer]] = defaultdict(dict)
    transfers = (
        Transfer.objects.published()
        .active()
        .with_level()
        .filter(municipality__in=places, version__practice__in=practices)
        .select_related("version")
        .order_by("pk")
    )
    for one in transfers:
        found[one.municipality_id][one.version.practice_id] = one
    return [Row(place, [found[place.pk].get(pk) for pk in practices]) for place in places]


def with_kit(versions: QuerySet) -> QuerySet:
    """Versions with the parts that a sheet shows."""
    return versions.select_related("practice__origin", "practice__nominated_by").prefetch_related(
        "components",
        "requirements",
        "kit",
        Prefetch("reviews", queryset=PracticeReview.objects.select_related("organization")),
    )
