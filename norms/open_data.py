"""Draft norms as open data: a line for each, and the whole text of one with its answers.

Only what the pages show, and never who wrote a contribution. Names in Spanish, which stay;
moments in ISO 8601.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from decide.common.typed import harmless
from municipalities.models import Municipality
from norms.models import Norm, OfficeAnswer, Part


NOT_READ = ("search", "explanation", "withdrawn_why")
COLUMNS = (
    "id",
    "tipo",
    "titulo",
    "resumen",
    "fase",
    "oficina",
    "explicacion_desde",
    "aportes_desde",
    "aportes_hasta",
    "respuestas_hasta",
    "texto_final_hasta",
    "publicada",
    "versiones",
    "articulos_comentados",
    "resultado",
    "numero",
    "aprobada_el",
    "donde_se_publico",
    "direccion_oficial",
    "direccion_web",
)


def rows(municipality: Municipality) -> Iterator[dict[str, Any]]:
    """Every public draft norm, the newest first; one query."""
    found = (
        Norm.objects.for_municipality(municipality)
        .public()
        .defer("search", "explanation")
        .annotate(
            published_versions=Count(
                "versions", filter=Q(versions__published_at__isnull=False), distinct=True
            ),
            talked_about=Count(
                "articles", filter=Q(articles__thread__comment_count__gt=0), distinct=True
            ),
        )
        .order_by("-published_at", "-pk")
    )
    for norm in found:
        norm.municipality = municipality
        yield dict(zip(COLUMNS, _values(norm), strict=True))


def _values(norm: Any) -> tuple[Any, ...]:
    return (
        norm.pk,
        norm.kind,
        norm.title,
        norm.summary,
        norm.phase.value,
        norm.office,
        when(norm.explained_at),
        when(norm.opens_at),
        when(norm.closes_at),
        when(norm.answers_at),
        when(norm.final_at),
        when(norm.published_at),
        norm.published_versions,
        norm.talked_about,
        norm.result,
        norm.number,
        when(norm.passed_on),
        norm.publicity,
        norm.url,
        norm.get_absolute_url(),
    )


def cells(row: dict[str, Any]) -> list[Any]:
    """A row for a CSV file: nothing that a spreadsheet would run."""
    return [harmless(cell) if isinstance(cell, str) else cell for cell in row.values()]


def text_of(norm: Norm) -> dict[str, Any]:
    """Its published versions, part by part, and the published answers to what was contributed."""
    parts = (
        Part.objects.filter(version__norm=norm, version__published_at__isnull=False)
        .select_related("article")
        .order_by("version__number", "position")
    )
    by_version: dict[int, list[dict[str, Any]]] = {}
    for part in parts:
        by_version.setdefault(part.version_id, []).append(
            {
                "tipo": part.kind,
                "numero": part.label,
                "titulo": part.heading,
                "texto": part.text,
                "disposicion": part.article.slug if part.article else "",
            }
        )
    versions = norm.versions.published().order_by("number")
    return {
        "id": norm.pk,
        "titulo": norm.title,
        "direccion_web": norm.get_absolute_url(),
        "versiones": [
            {
                "numero": version.number,
                "publicada": when(version.published_at),
                "texto_final": version.is_final,
                "que_cambio": version.what_changed,
                "partes": by_version.get(version.pk, []),
            }
            for version in versions
        ],
        "respuestas": list(_answers(norm)),
    }


def _answers(norm: Norm) -> Iterator[dict[str, Any]]:
    """Each with how many contributions it answers that everybody may read."""
    shown = Q(answered__comment__hidden_at=None, answered__comment__deleted_at=None)
    answers = OfficeAnswer.objects.published().filter(norm=norm)
    for answer in answers.annotate(contributions=Count("answered", filter=shown)).order_by("pk"):
        yield {
            "decision": answer.verdict,
            "motivo": answer.text,
            "oficina": answer.office,
            "aportes": answer.contributions,
            "publicada": when(answer.published_at),
        }


def when(moment: datetime | date | None) -> str:
    if isinstance(moment, datetime):
        return timezone.localtime(moment).isoformat(timespec="seconds")
    return moment.isoformat() if moment else ""
