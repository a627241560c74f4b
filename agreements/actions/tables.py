"""Bring in a table, whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions import baseline
from agreements.because import because
from agreements.models import BaselineSheet
from agreements.tables_in import KINDS, Plan


if TYPE_CHECKING:
    from accounts.models import User


class CannotBringIn(Exception):
    """Something in the table is wrong; nothing of it was stored. `plan` says what."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(_("Nothing was stored: put the rows right that are named below."))
        self.plan = plan


@transaction.atomic
def bring_in(kind: str, text: str, *, by: User | None) -> Plan:
    """Read it once more and store it: what is new, what changed, nothing else."""
    plan = KINDS[kind].plan(text)
    if not plan.is_good:
        raise CannotBringIn(plan)
    with because(str(KINDS[kind].title)):
        if kind == "inventory":
            _store_inventory(plan, by=by)
            return plan
        for one in [*plan.new, *plan.changed]:
            one.full_clean(validate_unique=False, validate_constraints=False)
        if plan.new:
            type(plan.new[0]).objects.bulk_create(plan.new)
        if plan.changed:
            type(plan.changed[0]).objects.bulk_update(plan.changed, plan.fields)
    return plan


def _store_inventory(plan: Plan, *, by: User | None) -> None:
    """Sheets that are missing are begun; what is written there stays open until it is locked."""
    said = defaultdict(dict)
    towns = {}
    for cell in [*plan.new, *plan.changed]:
        said[cell.town.pk, cell.year][cell.mechanism] = cell.values
        towns[cell.town.pk] = cell.town
    for (town, year), cells in said.items():
        sheets = BaselineSheet.objects.filter(municipality=town, year=year).order_by("-version")
        sheet = sheets.first() or baseline.begin(towns[town], year=year, by=by)
        baseline.save_cells(sheet, cells, by=by)
