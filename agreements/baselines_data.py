"""The inventory of mechanisms as open data: a row for each municipality and mechanism of a year.

What comes out can come in again (agreements/imports/inventory.py). Columns have Spanish names that stay.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.baselines import NOT_HERE, matrix
from municipalities.models import Municipality
from proposals.resources import harmless


DICTIONARY = {
    "ubigeo": _("INEI ubigeo of the municipality's place: four digits for a province."),
    "municipalidad": _("Its name."),
    "anio": _("Year of the baseline; empty if there is none."),
    "mecanismo": _("Code of the mechanism."),
    "estado": _("How it stands; «unknown» is no data, «none» that it does not exist."),
    "norma": _("Norm that created or regulates it."),
    "ultimo_acto": _("Day of its last act."),
    "fin_mandato": _("Last day of the mandate."),
    "nota": _("Note."),
}


def rows(
    towns: list[Municipality], year: int | None, mechanism: str = ""
) -> Iterator[dict[str, Any]]:
    """Also of municipalities without a baseline: their cells are «no data»."""
    found = matrix(towns, year, mechanism)
    for line in found.lines:
        for column, cell in zip(found.columns, line.cells, strict=True):
            if cell["state"] == NOT_HERE:
                continue
            known = cell["cell"]
            yield {
                "ubigeo": line.town.place_id,
                "municipalidad": line.town.name,
                "anio": year or "",
                "mecanismo": column.code,
                "estado": cell["state"],
                "norma": known.norm if known else "",
                "ultimo_acto": _day(known and known.last_act_on),
                "fin_mandato": _day(known and known.mandate_ends_on),
                "nota": known.note if known else "",
            }


def as_csv(found: Iterable[dict[str, Any]]) -> str:
    """With the mark by which spreadsheets know UTF-8, and no cell that one would run."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(DICTIONARY)
    writer.writerows([harmless(row[name]) for name in DICTIONARY] for row in found)
    return "\ufeff" + out.getvalue()


def _day(value: Any) -> str:
    return value.isoformat() if value else ""
