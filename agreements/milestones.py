"""Milestones as pages show them: plain figures, computed through the one door, and assessments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from agreements import completion
from agreements.completion import COMPONENTS, ORDER, Progress
from agreements.enums import Assessor, Completion, Gate
from agreements.models import Assessment
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality
from municipalities.rls import region_scope


TONES = {
    Completion.NO_EVIDENCE: ("bad", "question"),
    Completion.NOT_STARTED: ("quiet", "circle"),
    Completion.LIMITED: ("wait", "clock"),
    Completion.SUBSTANTIAL: ("open", "arrow-right"),
    Completion.COMPLETE: ("good", "check"),
}
TEXTS = {(one.gate, one.key): one.text for one in COMPONENTS}


def badge(level: str) -> dict[str, Any]:
    tone, icon = TONES[level]
    return {"label": Completion(level).label, "tone": tone, "icon": icon}


@dataclass
class Row:
    municipality: Municipality
    progress: Progress

    @property
    def badges(self) -> list[dict[str, Any]]:
        return [badge(self.progress.levels[gate]) for gate in ORDER]


@dataclass
class Board:
    gates: list[Gate]
    overall: list[tuple[Gate, dict[str, Any]]]
    rows: list[Row]
    operating: int
    of: int


def board(*, by: Any) -> Board:
    """The provincial municipalities by milestone; nothing leaves but levels and counts."""
    towns = list(
        Municipality.objects.filter(kind=MunicipalityKind.PROVINCIAL).order_by("short_name")
    )
    with transaction.atomic(), region_scope("observatory", by=by):
        found = completion.of([one.pk for one in towns])
    whole = completion.overall(found.values())
    return Board(
        gates=ORDER,
        overall=[(gate, badge(whole[gate])) for gate in ORDER],
        rows=[Row(one, found[one.pk]) for one in towns],
        operating=sum(one.is_operating for one in found.values()),
        of=len(towns),
    )


@dataclass
class GateShown:
    gate: Gate
    badge: dict[str, Any]
    parts: list[tuple[Any, int, int]]  # text, verified, planned
    holds_back: Any


def of_town(town: Municipality, *, by: Any) -> tuple[Progress, list[GateShown]]:
    """Each milestone of a municipality with its components: counts, no rows."""
    with transaction.atomic(), region_scope("observatory", by=by):
        progress = completion.of([town.pk])[town.pk]
    return progress, [
        GateShown(
            gate,
            badge(progress.levels[gate]),
            [
                (TEXTS.get((gate, key), completion.STEPS), int(verified), planned)
                for key, (verified, planned) in progress.counts[gate].parts.items()
            ],
            completion.why_not_yet(gate, progress),
        )
        for gate in ORDER
    ]


def assessments(town: Municipality | None = None) -> list[tuple[Any, Assessment | None]]:
    """The newest of each assessor, side by side; none where an assessor said nothing."""
    every = Assessment.objects.filter(milestone=None).exclude(published_at=None)
    every = (
        every.filter(municipality=town)
        if town
        else every.filter(municipality__kind=MunicipalityKind.REGION)
    ).select_related("commitment", "organization")
    newest: dict[str, Assessment] = {}
    for one in every.order_by("day", "pk"):
        newest[one.assessor] = one
    return [(assessor.label, newest.get(assessor)) for assessor in Assessor]
