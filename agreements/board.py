"""How far each municipality is, for the public: plain figures, also from rows that are not public.

Completion, stages and lights rest on evidence, advice and reports that nobody reads outside of the
region. `read` is the one place of the observatory that opens the region's scope for them; what it
gives away are levels, counts and words, never a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements import badges, completion, lights
from agreements.enums import Gate, Stage
from agreements.models import Agreement
from municipalities.enums import MunicipalityKind
from municipalities.map import region_map
from municipalities.models import Municipality
from municipalities.rls import region_scope


# How the map colours stages: four steps, each with its words beside it.
ON_THE_MAP = [
    ("open", _("In operation"), (Stage.OPERATING, Stage.EVALUATED)),
    (
        "preparing",
        _("Handed on, or being handed on"),
        (Stage.TRANSFERRING, Stage.TRANSFERRED, Stage.DORMANT),
    ),
    ("paused", _("With a convenio, or about to"), (Stage.IN_FORCE, Stage.NEGOTIATING)),
    ("invited", _("Not yet"), (Stage.NO_CONTACT, Stage.INTERESTED, Stage.LAPSED)),
]
COLOURS = {stage: colour for colour, _label, stages in ON_THE_MAP for stage in stages}


@dataclass
class Row:
    """One municipality on the board."""

    municipality: Municipality
    progress: completion.Progress
    convenios: int = 0
    light: lights.Reading | None = None
    gates: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return reverse("agreements:municipality", args=[self.municipality.slug])

    @property
    def stage_label(self) -> str:
        return self.progress.stage_label

    @property
    def light_badge(self) -> badges.Badge | None:
        return badges.light(self.light.light) if self.light else None


def municipalities_of_the_region() -> list[Municipality]:
    """Provincial and district municipalities, by their codes; the region itself is not among them."""
    found = Municipality.objects.of_region(settings.REGION).exclude(kind=MunicipalityKind.REGION)
    return list(
        found.select_related("place").defer("place__outline").prefetch_related("place__populations")
    )


def read(municipalities: Iterable[Municipality], *, by: Any) -> list[Row]:
    """The same number of queries however many they are."""
    municipalities = list(municipalities)
    with region_scope("observatory", by=by):
        progress = completion.of([m.pk for m in municipalities])
        published = list(Agreement.objects.published().values_list("pk", "towns"))
        readings = lights.of([pk for pk, _towns in published])
    of_town: dict[int, list[lights.Reading]] = {}
    number = Counter(town for _pk, towns in published for town in towns)
    for pk, towns in published:
        for town in towns if pk in readings else ():
            of_town.setdefault(town, []).append(readings[pk])
    return [
        Row(
            municipality=one,
            progress=progress[one.pk],
            convenios=number[one.pk],
            light=min(of_town.get(one.pk, []), key=urgency, default=None),
            gates=gates_of(progress[one.pk]),
        )
        for one in municipalities
    ]


def stages_of(municipalities: Iterable[Municipality]) -> dict[str, Any]:
    """How many of these operate, and how many are at each stage, as the open scope sees them."""
    found = list(completion.of([m.pk for m in municipalities]).values())
    count = Counter(one.stage for one in found)
    return {
        "operating": sum(one.is_operating for one in found),
        "of": len(found),
        "stages": [(stage, count[stage]) for stage in reversed(Stage) if count[stage]],
    }


def light_of(convenio: Agreement, *, by: Any) -> dict[str, Any] | None:
    """The light of one convenio with why, since when and who has to act; none before it is signed."""
    with region_scope("observatory", by=by):
        reading = lights.of([convenio.pk]).get(convenio.pk)
    return reading and {
        "badge": badges.light(reading.light),
        "why": reading.why,
        "since": reading.since,
        "who": reading.who,
        "by_hand": reading.is_by_hand,
        "until": reading.until,
    }


def urgency(reading: lights.Reading) -> int:
    return lights.URGENCY[reading.light]


def gates_of(progress: completion.Progress) -> list[dict[str, Any]]:
    """The five milestones: their level, how much of each is verified, and what is missing."""
    return [
        {
            "gate": gate,
            "label": gate.label,
            "badge": badges.completion(progress.levels[gate]),
            "verified": progress.counts[gate].verified,
            "planned": progress.counts[gate].planned,
            "parts": parts_of(gate, progress),
            "held_back": completion.why_not_yet(gate, progress),
        }
        for gate in Gate
    ]


def parts_of(gate: str, progress: completion.Progress) -> list[dict[str, Any]]:
    """Each component of a milestone: what it asks, how much is verified of how much is planned."""
    texts = {component.key: component.text for component in completion.COMPONENTS}
    texts["steps"] = _("The steps of the work plans towards it")
    return [
        {
            "text": texts[key],
            "verified": int(verified),
            "planned": int(planned),
            "is_done": verified >= planned,
        }
        for key, (verified, planned) in progress.counts[gate].parts.items()
    ]


def by_stage(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """How many are at each stage, the furthest first; stages without anybody are left out."""
    rows = list(rows)
    return [
        {"stage": stage, "label": stage.label, "rows": found, "number": len(found)}
        for stage in reversed(Stage)
        if (found := [row for row in rows if row.progress.stage == stage])
    ]


def stage_map(rows: Iterable[Row]) -> dict[str, Any]:
    """The region's districts, each coloured by the stage of its municipality and leading to it."""
    rows = list(rows)
    by_url = {row.municipality.get_absolute_url(): row for row in rows}
    drawn = region_map(settings.REGION, [row.municipality for row in rows])
    shapes = []
    for shape in drawn["shapes"]:
        row = by_url[shape["url"]]
        shapes.append(
            {
                "path": shape["path"],
                "name": shape["name"],
                "url": row.url,
                "state": COLOURS[Stage(row.progress.stage)],
                "state_label": row.stage_label,
            }
        )
    legend = [{"colour": colour, "label": label} for colour, label, _stages in ON_THE_MAP]
    return {"view_box": drawn["view_box"], "shapes": shapes, "legend": legend}


def overall(*, by: Any) -> dict[str, badges.Badge]:
    """Each milestone of the commitment as a whole, over the provincial municipalities."""
    with region_scope("observatory", by=by):
        found = completion.overall(completion.of(completion.provincial()).values())
    return {gate: badges.completion(level) for gate, level in found.items()}
