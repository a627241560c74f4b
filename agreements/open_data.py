"""The observatory as files: published rows only, and never the name of an account.

Columns have Spanish names that stay; what each means is said once, here, for the dictionary.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Gender
from agreements import board
from agreements.models import Activity, Agreement, Transfer, Undertaking
from proposals.resources import harmless


SMALLEST = 5  # fewer women or men than this in one activity stay untold


@dataclass(frozen=True)
class Table:
    """A file: its columns with their meaning, and the rows that whoever asks may see."""

    key: str
    title: Any
    columns: tuple[tuple[str, Any], ...]
    rows: Callable[[Any], Iterable[tuple]]

    @property
    def names(self) -> list[str]:
        return [name for name, _meaning in self.columns]


def convenios(by: Any) -> Iterable[tuple]:
    found = Agreement.objects.published().select_related("commitment", "parent")
    for one in found.prefetch_related("parties__organization__town").order_by("pk"):
        parties = list(one.parties.all())
        yield (
            one.code,
            one.kind,
            one.title,
            one.summary,
            one.standing() or one.state,
            day(one.signed_on),
            day(one.starts_on),
            day(one.ends_on),
            day(one.ended_on),
            one.end_cause,
            "si" if one.moves_money else "no",
            "; ".join(party.organization.name for party in parties),
            "; ".join(
                party.organization.town.place_id for party in parties if party.organization.town
            ),
            "; ".join(party.own_number for party in parties if party.own_number),
            "; ".join(one.policy_areas),
            one.commitment.code if one.commitment else "",
            one.parent.code if one.parent else "",
            reverse("agreements:convenio", args=[one.code]),
        )


def undertakings(by: Any) -> Iterable[tuple]:
    found = Undertaking.objects.filter(agreement__published_at__isnull=False)
    for one in found.select_related(
        "agreement", "party__organization", "practice", "indicator"
    ).order_by("pk"):
        yield (
            one.agreement.code,
            one.party.organization.name,
            one.text,
            one.mechanism,
            one.practice.code if one.practice else "",
            one.indicator.code if one.indicator else "",
            one.baseline,
            day(one.baseline_on),
            one.target,
            one.weight,
            day(one.due_on),
            one.state,
        )


def transfers(by: Any) -> Iterable[tuple]:
    found = Transfer.objects.filter(published_at__isnull=False)
    for one in found.select_related("municipality", "version__practice", "agreement").order_by(
        "pk"
    ):
        yield (
            one.municipality.short_name,
            one.municipality.place_id,
            one.version.practice.code,
            one.version.practice.title,
            one.version.number,
            one.agreement.code if one.agreement else "",
            one.state,
            day(one.starts_on),
            day(one.ends_on),
            day(one.accepted_on),
            "; ".join(one.version.practice.policy_areas),
        )


def activities(by: Any) -> Iterable[tuple]:
    """People as sums of each activity; women and men only where neither could point to anybody."""
    found = Activity.objects.filter(published_at__isnull=False).annotate(
        people=Sum("attendance__people"),
        women=Sum("attendance__people", filter=Q(attendance__gender=Gender.WOMAN)),
        men=Sum("attendance__people", filter=Q(attendance__gender=Gender.MAN)),
    )
    for one in found.select_related("municipality", "agreement", "milestone").order_by("pk"):
        women, men = told(one.people, one.women, one.men)
        yield (
            one.municipality.short_name,
            one.municipality.place_id,
            one.kind,
            one.title,
            day(one.day),
            one.hours,
            one.state,
            one.people,
            women,
            men,
            "; ".join(one.policy_areas),
            one.agreement.code if one.agreement else "",
            one.milestone.number if one.milestone else "",
        )


def told(people: int | None, *parts: int | None) -> list[int | None]:
    """Parts of a sum, or none of them if one, or what is left without them, is small."""
    known = [part for part in parts if part]
    left = (people or 0) - sum(known)
    if any(part < SMALLEST for part in known) or 0 < left < SMALLEST:
        return [None for _part in parts]
    return list(parts)


def milestones(by: Any) -> Iterable[tuple]:
    today = timezone.localdate()
    for row in board.read(board.municipalities_of_the_region(), by=by):
        for gate in row.gates:
            yield (
                row.municipality.short_name,
                row.municipality.place_id,
                row.municipality.kind,
                row.progress.stage,
                gate["gate"].value,
                row.progress.levels[gate["gate"]],
                int(gate["verified"]),
                int(gate["planned"]),
                day(today),
            )


def day(value) -> str:
    return value.isoformat() if value else ""


UBIGEO = ("ubigeo", _("INEI code of the place."))
MUNICIPALITY = ("municipalidad", _("The municipality."))
AREAS = ("areas_de_politica", _("Policy areas, separated by semicolons."))
CONVENIO = ("convenio", _("Code of the convenio."))
TABLES = {
    table.key: table
    for table in (
        Table(
            "convenios",
            _("Convenios"),
            (
                ("codigo", _("Code of the convenio; it is never used again.")),
                ("tipo", _("Framework, specific, or act of commitment.")),
                ("titulo", _("Title.")),
                ("resumen", _("Summary in plain words.")),
                ("estado", _("Where it stands today, by its dates too.")),
                ("firmado", _("Day on which it was signed.")),
                ("vigente_desde", _("First day in force.")),
                ("vigente_hasta", _("Last day in force; empty: no end.")),
                ("terminado", _("Day on which it ended before its time.")),
                ("causa_de_termino", _("Why it ended.")),
                ("transfiere_dinero", _("Whether it transfers money.")),
                ("partes", _("Who agrees, separated by semicolons.")),
                ("ubigeos", _("INEI codes of the municipalities that are parties.")),
                ("numeros", _("The parties' own numbers, as they were typed.")),
                AREAS,
                ("compromiso", _("Commitment of open government that it serves.")),
                ("convenio_marco", _("Code of the framework convenio that it rests on.")),
                ("direccion_web", _("Path of its page on this site.")),
            ),
            convenios,
        ),
        Table(
            "compromisos",
            _("What each party promises"),
            (
                CONVENIO,
                ("parte", _("Who promises.")),
                ("texto", _("What.")),
                ("mecanismo", _("Mechanism of participation, by its code.")),
                ("practica", _("Practice, by its code.")),
                ("indicador", _("Indicator, by its code.")),
                ("linea_de_base", _("What it was before; empty: no data.")),
                ("dia_linea_de_base", _("Day of the baseline.")),
                ("meta", _("What is to be reached.")),
                ("peso", _("Weight of 100.")),
                ("vence", _("Last day.")),
                ("estado", _("Where it stands.")),
            ),
            undertakings,
        ),
        Table(
            "transferencias",
            _("Practices handed on"),
            (
                MUNICIPALITY,
                UBIGEO,
                ("practica", _("Practice, by its code.")),
                ("nombre", _("Name of the practice.")),
                ("version", _("Version of the practice.")),
                CONVENIO,
                ("estado", _("Where it stands.")),
                ("empieza", _("First day.")),
                ("por_terminar", _("Day by which it is to be done.")),
                ("aceptada", _("Day on which the municipality accepted it.")),
                AREAS,
            ),
            transfers,
        ),
        Table(
            "actividades",
            _("Activities"),
            (
                MUNICIPALITY,
                UBIGEO,
                ("forma", _("Workshop, visit, course…")),
                ("titulo", _("Title.")),
                ("dia", _("Day.")),
                ("horas", _("Hours.")),
                ("estado", _("Planned, held or cancelled.")),
                ("personas", _("People who came.")),
                ("mujeres", _("Women among them; empty if they are few or it is not known.")),
                ("hombres", _("Men among them; empty if they are few or it is not known.")),
                AREAS,
                CONVENIO,
                ("hito", _("Number of the milestone it counts for.")),
            ),
            activities,
        ),
        Table(
            "hitos",
            _("Milestones by municipality"),
            (
                MUNICIPALITY,
                UBIGEO,
                ("tipo", _("Provincial or district.")),
                ("etapa", _("How far the municipality is.")),
                ("hito", _("Which of the five milestones.")),
                ("cumplimiento", _("Level in the scale of the IRM, by verified evidence.")),
                ("verificados", _("Components verified.")),
                ("previstos", _("Components planned.")),
                ("al_dia", _("Day of the figures.")),
            ),
            milestones,
        ),
    )
}


def as_csv(table: Table, *, by: Any) -> str:
    """UTF-8 with its mark, so that spreadsheets read accents; no cell that one of them would run."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.names)
    for row in table.rows(by):
        writer.writerow([harmless(value) for value in row])
    return "\ufeff" + out.getvalue()


def as_json(table: Table, *, by: Any) -> dict[str, Any]:
    return {
        "table": table.key,
        "made": timezone.localtime().isoformat(timespec="seconds"),
        "columns": {name: str(meaning) for name, meaning in table.columns},
        "rows": [dict(zip(table.names, row, strict=True)) for row in table.rows(by)],
    }
