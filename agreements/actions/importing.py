"""Convenios out of a spreadsheet: whole or not at all, each fault by row, column and reason.

A convenio is known by the region's own number. The same file again changes nothing, and what was
signed does not change by a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import BadZipFile

from django.db import transaction
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from agreements import numbers
from agreements.actions import convenios
from agreements.enums import AgreementKind, OrganizationKind, PartyRole, PolicyArea
from agreements.history import record
from agreements.models import Agreement, AgreementTemplate, Organization, Party
from agreements.rules.people import is_planner
from agreements.states import PREPARING
from municipalities.rls import current_scope


if TYPE_CHECKING:
    from accounts.models import User

MOST_ROWS = 3_000
MANY = ";"
YES, NO = {"si", "sí", "s", "1", "true", "verdadero"}, {"no", "n", "0", "false", "falso", ""}
DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")


class UnreadableFile(convenios.CannotChange):
    """It is no spreadsheet of convenios."""


class Fault(NamedTuple):
    """A cell that is wrong: the row as the spreadsheet counts it, from 1 with the head."""

    row: int
    column: str
    reason: str


@dataclass
class Outcome:
    """What a file did, or what is wrong with it; with a fault nothing was kept."""

    created: int = 0
    changed: int = 0
    same: int = 0
    faults: list[Fault] = field(default_factory=list)


# --- Cells


class Words(widgets.Widget):
    """Text of at most so many letters; a number that a spreadsheet made of it is text again."""

    def __init__(self, most: int, *, needed: bool = False) -> None:
        super().__init__()
        self.most, self.needed = most, needed

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = str(value if value is not None else "").replace("\0", "").strip()
        # An export puts this before what a spreadsheet would run.
        if text[:2] in ("'=", "'+", "'-", "'@"):
            text = text[1:]
        if self.needed and not text:
            raise ValueError(_("It is empty."))
        if len(text) > self.most:
            raise ValueError(_("It has more than %(number)d letters.") % {"number": self.most})
        return text


class Day(widgets.Widget):
    """A day first, ISO, or the date of a spreadsheet."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        if value in (None, ""):
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        for shape in DAYS:
            try:
                return datetime.strptime(str(value).strip(), shape).date()  # noqa: DTZ007  a day
            except ValueError:
                continue
        raise ValueError(_("Write the date as day/month/year, for example 05/11/2026."))


class OneOf(widgets.Widget):
    """A choice by its code or by how it is called in the reader's language."""

    def __init__(self, choices: Any) -> None:
        super().__init__()
        self.choices = choices

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        asked = str(value or "").strip().casefold()
        for code, label in self.choices.choices:
            if asked in (code, str(label).casefold()):
                return code
        raise ValueError(
            _("It has to be one of: %(choices)s.") % {"choices": ", ".join(self.choices.values)}
        )


class SomeOf(OneOf):
    """Several, separated by semicolons."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        return sorted(
            super(SomeOf, self).clean(one) for one in str(value or "").split(MANY) if one.strip()
        )


class Whole(widgets.Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int:
        if value in (None, ""):
            return 30
        text = str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()
        if not text.isascii() or not text.isdecimal() or int(text) > 3_650:
            raise ValueError(_("Write a number of days."))
        return int(text)


class YesOrNo(widgets.Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        said = str(value if value is not None else "").strip().casefold()
        if said not in YES | NO:
            raise ValueError(_("Write si or no."))
        return said in YES


class Towns(widgets.Widget):
    """Municipalities by their ubigeo, separated by semicolons: those that are parties."""

    def __init__(self) -> None:
        super().__init__()
        kinds = (OrganizationKind.PROVINCIAL, OrganizationKind.DISTRICT)
        found = Organization.objects.filter(kind__in=kinds, town__isnull=False)
        self.by_ubigeo = {one.town.place_id: one for one in found.select_related("town")}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Organization]:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        codes = [code.strip() for code in str(value or "").split(MANY) if code.strip()]
        if not codes:
            raise ValueError(_("It is empty."))
        unknown = [code for code in codes if code not in self.by_ubigeo]
        if unknown:
            raise ValueError(
                _("No municipality of this site has the ubigeo %(codes)s.")
                % {"codes": ", ".join(unknown)[:60]}
            )
        return [self.by_ubigeo[code] for code in dict.fromkeys(codes)]


class ConvenioRow(resources.Resource):
    """The columns, and what each must hold."""

    number = fields.Field(column_name="numero_regional", widget=Words(80, needed=True))
    kind = fields.Field(column_name="tipo", widget=OneOf(AgreementKind))
    title = fields.Field(column_name="titulo", widget=Words(300, needed=True))
    own_numbers = fields.Field(column_name="numero_municipal", widget=Words(400))
    object = fields.Field(column_name="objeto", widget=Words(4_000))
    problem = fields.Field(column_name="problema", widget=Words(2_000))
    population = fields.Field(column_name="poblacion", widget=Words(600))
    expected_change = fields.Field(column_name="cambio_esperado", widget=Words(2_000))
    starts_on = fields.Field(column_name="vigente_desde", widget=Day())
    ends_on = fields.Field(column_name="vigente_hasta", widget=Day())
    open_ended_why = fields.Field(column_name="sin_fin_porque", widget=Words(300))
    notice_days = fields.Field(column_name="dias_de_aviso", widget=Whole())
    moves_money = fields.Field(column_name="transfiere_dinero", widget=YesOrNo())
    policy_areas = fields.Field(column_name="areas", widget=SomeOf(PolicyArea))
    towns = fields.Field(column_name="municipalidades")

    def __init__(self) -> None:
        super().__init__()
        self.fields["towns"].widget = Towns()

    @classmethod
    def columns(cls) -> list[str]:
        return [one.column_name for one in cls.fields.values()]

    def read(self, cells: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """The values of a row, and what is wrong with it by column."""
        values, wrong = {}, []
        for name, one in self.fields.items():
            try:
                values[name] = one.widget.clean(cells.get(one.column_name))
            except ValueError as error:
                wrong.append((one.column_name, str(error)))
        start, end = values.get("starts_on"), values.get("ends_on")
        if start and end and end < start:
            wrong.append(("vigente_hasta", _("It ends before it begins.")))
        if start and "ends_on" in values and end is None and not values.get("open_ended_why"):
            wrong.append(("sin_fin_porque", _("A convenio without an end says why.")))
        return values, wrong


# Columns of the convenio itself; the others make its parties.
OF_THE_CONVENIO = [
    "kind",
    "title",
    "object",
    "problem",
    "population",
    "expected_change",
    "starts_on",
    "ends_on",
    "open_ended_why",
    "notice_days",
    "moves_money",
    "policy_areas",
]


def blank() -> Workbook:
    """An empty file with the columns, for whoever begins."""
    book = Workbook()
    book.active.title = "convenios"
    book.active.append(ConvenioRow.columns())
    return book


@transaction.atomic
def bring_in(file: Any, *, by: User) -> Outcome:
    """Read the whole file first; only if no cell is wrong, write."""
    if not is_planner(by) or not current_scope():
        raise convenios.CannotChange(_("Only the region's planners do this."))
    region = Organization.objects.filter(kind=OrganizationKind.REGIONAL_GOVERNMENT).first()
    if region is None:
        raise convenios.CannotChange(_("Write first the regional government as an organisation."))
    resource = ConvenioRow()
    outcome, rows, seen = Outcome(), [], {}
    known = {_key(p.own_number): p.agreement for p in _numbered(region)}
    for number, cells in _read(file):
        values, wrong = resource.read(cells)
        key = _key(values.get("number", ""))
        if key and key in seen:
            wrong.append(("numero_regional", _("Row %(row)d has the same.") % {"row": seen[key]}))
        seen.setdefault(key, number)
        agreement = known.get(key)
        if agreement and not wrong and _differs(agreement, values) - _open(agreement):
            reason = _("It was signed or sent for signing: it does not change by a file.")
            wrong.append(("numero_regional", reason))
        outcome.faults += [Fault(number, column, reason) for column, reason in wrong]
        rows.append((agreement, values))
    if outcome.faults:
        return outcome
    for agreement, values in rows:
        _write(agreement, values, region, by, outcome)
    return outcome


def _open(agreement: Agreement) -> set[str]:
    """What a file may still change: all of it while it is written, nothing after."""
    return set(OF_THE_CONVENIO) if agreement.state in PREPARING else set()


def _numbered(region: Organization) -> Any:
    return (
        Party.objects.filter(organization=region).exclude(own_number="").select_related("agreement")
    )


def _key(text: str) -> Any:
    """Two ways of writing one number are one."""
    read = numbers.parse(text)
    return read if read.is_whole else " ".join(text.split()).casefold()


def _differs(agreement: Agreement, values: dict[str, Any]) -> set[str]:
    return {name for name in OF_THE_CONVENIO if getattr(agreement, name) != values[name]}


def _write(
    agreement: Agreement | None,
    values: dict[str, Any],
    region: Organization,
    by: User,
    outcome: Outcome,
) -> None:
    contents = {name: values[name] for name in OF_THE_CONVENIO}
    if agreement is not None:
        if changed := _differs(agreement, values):
            convenios.edit(agreement, by=by, **{name: contents[name] for name in changed})
            outcome.changed += 1
        else:
            outcome.same += 1
        return
    template = AgreementTemplate.objects.filter(kind=values["kind"], is_active=True).first()
    made = convenios.create(by=by, template=template, **contents)
    own = [one.strip() for one in values["own_numbers"].split(MANY)]
    own += [""] * len(values["towns"])
    convenios.add_party(made, region, by=by, role=PartyRole.LEAD, own_number=values["number"])
    for town, number in zip(values["towns"], own, strict=False):
        convenios.add_party(made, town, by=by, own_number=number)
    record(made, "imported", by=by, after=values["number"])
    outcome.created += 1


def _read(file: Any) -> list[tuple[int, dict[str, Any]]]:
    """The rows that say something, with their number; formulas as what they gave."""
    try:
        sheet = load_workbook(file, read_only=True, data_only=True).active
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError):
        raise UnreadableFile(_("This is no XLSX spreadsheet.")) from None
    lines = sheet.iter_rows(values_only=True) if sheet is not None else iter(())
    head = [str(cell or "").strip().casefold() for cell in next(lines, ())]
    missing = [name for name in ConvenioRow.columns() if name not in head]
    if missing:
        raise UnreadableFile(
            _("These columns are missing: %(columns)s.") % {"columns": ", ".join(missing)}
        )
    found = []
    for number, line in enumerate(lines, start=2):
        if any(cell not in (None, "") for cell in line):
            found.append((number, dict(zip(head, line, strict=False))))
        if len(found) > MOST_ROWS:
            raise UnreadableFile(_("It has more than %(number)d rows.") % {"number": MOST_ROWS})
    return found
