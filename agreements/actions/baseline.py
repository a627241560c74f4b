"""What happens to a baseline: begun, answered step by step, locked, and corrected by a new version.

Locking publishes it; from then on the database refuses any change (migration 0006).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.because import because
from agreements.enums import MechanismState
from agreements.models import BaselineAnswer, BaselineCell, BaselineSheet
from agreements.questionnaire import BY_CODE
from municipalities.mechanisms import mechanisms_of


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality

CELL_FIELDS = ("state", "norm", "last_act_on", "mandate_ends_on", "note")
FIRST_YEAR = 2015


class CannotBegin(Exception):
    """There is a baseline of that year already, or the year is not one of which to tell."""


class IsLocked(Exception):
    """Nothing of a locked baseline changes; it is corrected by a new version."""


class CannotLock(Exception):
    """It is locked already, or says nothing yet."""


class CannotCorrect(Exception):
    """Only the newest version is corrected, once it is locked, and with a reason."""


@transaction.atomic
def begin(municipality: Municipality, *, year: int, by: User) -> BaselineSheet:
    """A sheet of a year with a cell for each mechanism of the law, all of them «no data»."""
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise CannotBegin(_("Choose a year from %(first)d to this one.") % {"first": FIRST_YEAR})
    if BaselineSheet.objects.filter(municipality=municipality, year=year).exists():
        raise CannotBegin(_("There is a baseline of %(year)d already.") % {"year": year})
    sheet = BaselineSheet.objects.create(municipality=municipality, year=year, started_by=by)
    BaselineCell.objects.bulk_create(
        BaselineCell(municipality=municipality, sheet=sheet, mechanism=mechanism.code)
        for mechanism in mechanisms_of(municipality)
    )
    return sheet


@transaction.atomic
def save_cells(sheet: BaselineSheet, cells: dict[str, dict[str, Any]], *, by: User) -> None:
    """How the mechanisms stand: values of CELL_FIELDS by the code of the mechanism."""
    sheet = _unlocked(sheet)
    known = {cell.mechanism: cell for cell in sheet.cells.filter(mechanism__in=cells)}
    for code, values in cells.items():
        cell = known.get(code) or BaselineCell(
            municipality_id=sheet.municipality_id, sheet=sheet, mechanism=code
        )
        before = {name: getattr(cell, name) for name in values}
        if cell.pk is None or before != values:
            for name, value in values.items():
                setattr(cell, name, value)
            cell.save()


@transaction.atomic
def save_answers(
    sheet: BaselineSheet, answers: dict[str, Decimal | str | None], *, by: User
) -> None:
    """Answers by the code of the question; an empty one leaves no row: it is no data."""
    sheet = _unlocked(sheet)
    for code, value in answers.items():
        question = BY_CODE[code]
        if value in (None, ""):
            sheet.answers.filter(question=code).delete()
            continue
        said = {"number": value, "text": ""} if question.is_number else {"text": value}
        BaselineAnswer.objects.update_or_create(
            sheet=sheet, question=code, defaults={"municipality_id": sheet.municipality_id, **said}
        )


@transaction.atomic
def lock(sheet: BaselineSheet, *, by: User, answered_by: str = "") -> BaselineSheet:
    """Close it with day and person, and publish it whole."""
    sheet = _held(sheet)
    if sheet.is_locked:
        raise CannotLock(_("This baseline is locked already."))
    said = sheet.cells.exclude(state=MechanismState.UNKNOWN).exists() or sheet.answers.exists()
    if not said:
        raise CannotLock(_("Answer at least one question before you lock it."))
    now = timezone.now()
    sheet.cells.update(published_at=now)
    sheet.answers.update(published_at=now)
    sheet.locked_at, sheet.locked_by, sheet.published_at = now, by, now
    sheet.answered_by = answered_by or sheet.answered_by
    sheet.save(update_fields=["locked_at", "locked_by", "published_at", "answered_by"])
    return sheet


@transaction.atomic
def correct(sheet: BaselineSheet, *, reason: str, by: User) -> BaselineSheet:
    """A new version with all that the old one says, to be mended; the old one stays as it is."""
    sheet = _held(sheet)
    if not reason.strip():
        raise CannotCorrect(_("Say why there is a new version."))
    versions = BaselineSheet.objects.filter(municipality=sheet.municipality_id, year=sheet.year)
    if versions.filter(version__gt=sheet.version).exists():
        raise CannotCorrect(_("There is a newer version already."))
    if not sheet.is_locked:
        raise CannotCorrect(_("This version is not locked: change it as it is."))
    with because(reason):
        new = BaselineSheet.objects.create(
            municipality_id=sheet.municipality_id,
            year=sheet.year,
            version=sheet.version + 1,
            reason=reason.strip(),
            started_by=by,
            answered_by=sheet.answered_by,
            invented=sheet.invented,
        )
        for rows in (sheet.cells.all(), sheet.answers.all()):
            copies = list(rows)
            for row in copies:
                row.pk, row.sheet, row.published_at = None, new, None
                row._state.adding = True
            rows.model.objects.bulk_create(copies)
    return new


def _held(sheet: BaselineSheet) -> BaselineSheet:
    return BaselineSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)


def _unlocked(sheet: BaselineSheet) -> BaselineSheet:
    sheet = _held(sheet)
    if sheet.is_locked:
        raise IsLocked(_("This baseline is locked. Correct it by a new version."))
    return sheet
