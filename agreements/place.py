"""One municipality in the observatory: its milestones with what counts and what is missing, what it
agreed and took over, how participation stood, and what was learnt. Published rows only."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from agreements import badges
from agreements.board import Row
from agreements.enums import Assessor, EntryState, MechanismState, ValueType
from agreements.models import (
    Advice,
    Agreement,
    Assessment,
    BaselineCell,
    BaselineSheet,
    Entry,
    Evaluation,
    Evidence,
    Learning,
    OutreachAct,
    Transfer,
)
from agreements.sheet import badge
from decide.common.words import number
from municipalities.models import Municipality
from participation.statistics import Place as Size


SHOWN = 10


@dataclass
class Page:
    """What a municipality's page shows, and half of what two of them show side by side."""

    row: Row
    size: Size
    convenios: list[dict[str, Any]] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    baseline: dict[str, Any] = field(default_factory=dict)
    advice: dict[str, Any] = field(default_factory=dict)

    @property
    def municipality(self) -> Municipality:
        return self.row.municipality


def peers(municipality: Municipality, among: list[Municipality]) -> list[Municipality]:
    """Others of its size, those nearest in people first; nobody is ranked."""
    here = Size(municipality, 0)
    if here.people is None:
        return []
    sizes = [Size(m, 0) for m in among if m.pk != municipality.pk]
    alike = [one for one in sizes if one.people is not None and one.size == here.size]
    alike.sort(key=lambda one: abs(one.people - here.people))
    return [one.municipality for one in alike]


def read(row: Row) -> Page:
    here = row.municipality
    return Page(
        row=row,
        size=Size(here, 0),
        convenios=convenios_of(here),
        transfers=transfers_of(here),
        baseline=baseline_of(here),
        advice=Advice.objects.filter(municipality=here, published_at__isnull=False).aggregate(
            number=Count("pk"), hours=Sum("hours")
        ),
    )


def convenios_of(here: Municipality) -> list[dict[str, Any]]:
    found = Agreement.objects.published().filter(towns__contains=[here.pk])
    return [
        {"convenio": one, "badge": badge(one)}
        for one in found.order_by("-signed_on", "-pk")[:SHOWN]
    ]


def transfers_of(here: Municipality) -> list[Transfer]:
    found = Transfer.objects.filter(municipality=here, published_at__isnull=False)
    return list(found.select_related("version__practice", "agreement")[:SHOWN])


def baseline_of(here: Municipality) -> dict[str, Any]:
    """Mechanisms by state in the first locked year and in the latest; «no data» is its own count."""
    sheets = list(
        BaselineSheet.objects.locked()
        .filter(municipality=here, published_at__isnull=False)
        .order_by("year", "version")
    )
    if not sheets:
        return {}
    ends = [sheets[0]] if len({s.year for s in sheets}) == 1 else [sheets[0], sheets[-1]]
    counts: dict[int, dict[str, int]] = {sheet.pk: {} for sheet in ends}
    cells = BaselineCell.objects.filter(sheet__in=ends).values_list("sheet", "state")
    for sheet, state, many in cells.annotate(Count("pk")).order_by():
        counts[sheet][state] = many
    return {
        "years": [sheet.year for sheet in ends],
        "rows": [
            (state.label, [counts[sheet.pk].get(state, 0) for sheet in ends])
            for state in MechanismState
        ],
        "active": counts[ends[-1].pk].get(MechanismState.ACTIVE, 0),
    }


def rest(here: Municipality) -> dict[str, Any]:
    """What only its own page shows."""
    published = {"municipality": here, "published_at__isnull": False}
    return {
        "evidence": list(
            Evidence.objects.filter(municipality=here, is_public=True)
            .valid()
            .order_by("-added_at")[:SHOWN]
        ),
        "entries": [(entry, value_of(entry)) for entry in latest_entries(here)],
        "learnings": list(Learning.objects.filter(**published)[:SHOWN]),
        "advice_given": list(Advice.objects.filter(**published)[:SHOWN]),
        "outreach": list(OutreachAct.objects.filter(**published)[:SHOWN]),
        "evaluations": list(
            Evaluation.objects.filter(**published).select_related(
                "transfer__version__practice", "organization"
            )[:SHOWN]
        ),
        "assessments": assessments_of(here),
    }


def latest_entries(here: Municipality) -> QuerySet[Entry]:
    """The newest accepted value of each indicator."""
    found = Entry.objects.filter(
        municipality=here, state=EntryState.ACCEPTED, published_at__isnull=False
    ).select_related("indicator", "period")
    return found.order_by("indicator__code", "-period__ends_on").distinct("indicator__code")


def value_of(entry: Entry) -> Decimal | None:
    """As its indicator is read; what is missing is missing, never zero."""
    if entry.numerator is None or entry.indicator.value_type == ValueType.NUMBER:
        return entry.numerator
    if entry.denominator is None:
        return None
    times = {ValueType.PERCENT: 100, ValueType.RATE: 1000}.get(entry.indicator.value_type, 1)
    return round(times * entry.numerator / entry.denominator, 2)


def assessments_of(here: Municipality) -> list[dict[str, Any]]:
    """The latest that each assessor published of this municipality, milestone by milestone."""
    latest: dict[tuple[int | None, str], Assessment] = {}
    found = Assessment.objects.filter(municipality=here, published_at__isnull=False)
    for one in found.select_related("milestone", "organization").order_by("day", "pk"):
        latest[one.milestone_id, one.assessor] = one
    return [
        {
            "assessment": one,
            "assessor": Assessor(one.assessor).label,
            "badge": badges.completion(one.completion),
        }
        for one in latest.values()
    ]


def side_by_side(pages: list[Page]) -> list[tuple[str, list[Any]]]:
    """Rows of a table with a column for each: the same questions, nobody ahead."""
    lines: list[tuple[str, list[Any]]] = [
        (_("Inhabitants"), [number(page.size.people) or None for page in pages]),
        (_("How far it is"), [page.row.stage_label for page in pages]),
    ]
    for which, gate in enumerate(pages[0].row.gates):
        lines.append((str(gate["label"]), [page.row.gates[which]["badge"] for page in pages]))
    lines += [
        (_("Published convenios"), [page.row.convenios for page in pages]),
        (_("Practices handed on"), [len(page.transfers) for page in pages]),
        (
            _("Active mechanisms, by the latest baseline"),
            [page.baseline.get("active") if page.baseline else None for page in pages],
        ),
        (_("Hours of advice published"), [page.advice["hours"] for page in pages]),
    ]
    return lines
