"""What one row of a padrón's file must be, told by row, column and reason.

Never by what was written there: an error is shown, stored and perhaps printed, and a
document must not be in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export import fields, resources, widgets

from decide.common import documents
from municipalities.enums import PlaceLevel
from municipalities.models import Municipality, Padron, Place
from municipalities.padron_files import PadronFile, Problem, UnreadableFile


class Fault(models.TextChoices):
    """What can be wrong with a cell."""

    MISSING = "missing", _("It is empty.")
    KIND = "kind", _("The kind of document must be DNI or CE.")
    DNI = "dni", _("A DNI has 8 digits.")
    DNI_NUMBER = (
        "dni_number",
        _("It has fewer than 8 digits: the sheet dropped a zero. Format the column as text."),
    )
    CARD = "card", _("A carné de extranjería has 9 digits, older ones up to 12 signs.")
    DIGIT = "digit", _("The check digit does not belong to this DNI.")
    DATE = "date", _("Write the date as day/month/year, for example 05/11/1987.")
    DATE_RANGE = "date_range", _("Nobody alive was born on that day.")
    UBIGEO = "ubigeo", _("No district has this code.")
    ELSEWHERE = "elsewhere", _("This district does not belong to the municipality.")
    TWICE = "twice", _("The same document is already in an earlier row.")
    LONG = "long", _("It has more than 80 letters.")


class Column(models.TextChoices):
    """The columns, as an error names them."""

    DOCUMENT = "document", "dni / documento"
    KIND = "kind", "tipo"
    BORN = "born", "fecha_nacimiento"
    DIGIT = "digit", "digito"
    DISTRICT = "district", "ubigeo_inei"
    DISTRICT_RENIEC = "district_reniec", "ubigeo_reniec"
    SECTOR = "sector", "sector"


@dataclass(frozen=True)
class CleanRow:
    document_hash: bytes
    birth_hash: bytes
    district: str
    sector: str


class Wrong(ValueError):
    """A cell is not what it must be; `hint` may be shown, it is masked."""

    def __init__(self, fault: Fault, hint: str = ""):
        super().__init__(fault.value)
        self.fault = fault
        self.hint = hint


class KindWidget(widgets.Widget):
    names = {"": documents.DNI, "DNI": documents.DNI, "01": documents.DNI, "1": documents.DNI}
    names |= dict.fromkeys(("CE", "CARNEDEEXTRANJERIA", "04", "4"), documents.FOREIGNER_CARD)

    def clean(self, value, row=None, **kwargs):
        name = documents.normalise(value if value is not None else "").replace("É", "E")
        try:
            return self.names[name.replace("Í", "I")]
        except KeyError:
            raise Wrong(Fault.KIND) from None


class DocumentWidget(widgets.Widget):
    def clean(self, value, row=None, *, kind=documents.DNI, **kwargs):
        is_number = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        text = documents.normalise(int(value) if is_number else value or "")
        if not text:
            raise Wrong(Fault.MISSING)
        try:
            return documents.clean(kind, text)
        except documents.BadDocument:
            fault = Fault.DNI if kind == documents.DNI else Fault.CARD
            if is_number and kind == documents.DNI and len(text) < 8:
                fault = Fault.DNI_NUMBER
            raise Wrong(fault, documents.masked(text)[:12]) from None


class BirthDateWidget(widgets.Widget):
    """Day first, ISO, or the date of a spreadsheet."""

    formats = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S")
    first = date(1895, 1, 1)

    def clean(self, value, row=None, **kwargs):
        born = self._date(value)
        if not self.first <= born <= timezone.localdate():
            raise Wrong(Fault.DATE_RANGE)
        return born

    def _date(self, value: Any) -> date:
        if value in (None, ""):
            raise Wrong(Fault.MISSING)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if isinstance(value, (int, float)) and 0 < value < 80_000:
            return date(1899, 12, 30) + timedelta(days=int(value))
        text = str(value).strip()
        # The usual one without strptime, which is most of the time of a large file.
        if len(text) == 10 and text[2] == text[5] == "/":
            try:
                return date(int(text[6:]), int(text[3:5]), int(text[:2]))
            except ValueError:
                raise Wrong(Fault.DATE) from None
        for shape in self.formats:
            try:
                return datetime.strptime(text, shape).date()  # noqa: DTZ007  a day has no zone
            except ValueError:
                continue
        raise Wrong(Fault.DATE)


class DistrictWidget(widgets.Widget):
    """A ubigeo of INEI or of RENIEC, whose codes are not the same, to the place it names."""

    def __init__(self, known: Mapping[str, str], prefix: str):
        super().__init__()
        self.known = known
        self.prefix = prefix

    def clean(self, value, row=None, **kwargs):
        is_number = isinstance(value, float) and value.is_integer()
        code = str(int(value) if is_number else value or "").strip()
        if not code:
            raise Wrong(Fault.MISSING)
        district = self.known.get(code.zfill(6))
        if district is None:
            raise Wrong(Fault.UBIGEO, code[:8])
        if not district.startswith(self.prefix):
            raise Wrong(Fault.ELSEWHERE, code[:8])
        return district


class SectorWidget(widgets.Widget):
    def clean(self, value, row=None, **kwargs):
        text = " ".join(str(value or "").replace("\0", "").split())
        if len(text) > 80:
            raise Wrong(Fault.LONG)
        return text


class PadronResource(resources.Resource):
    """The columns of a padrón and what each must hold, for one municipality."""

    kind = fields.Field(column_name="kind", widget=KindWidget())
    document = fields.Field(column_name="document", widget=DocumentWidget())
    born = fields.Field(column_name="born", widget=BirthDateWidget())
    sector = fields.Field(column_name="sector", widget=SectorWidget())

    def __init__(self, municipality: Municipality, padron: Padron, default_district: str = ""):
        super().__init__()
        self.version = padron.key_version
        self.default = default_district
        districts = Place.objects.filter(level=PlaceLevel.DISTRICT)
        prefix = municipality.place_id
        self.districts = {
            "district": fields.Field(
                column_name="district",
                widget=DistrictWidget(
                    {code: code for (code,) in districts.values_list("code")}, prefix
                ),
            ),
            "district_reniec": fields.Field(
                column_name="district_reniec",
                widget=DistrictWidget(
                    dict(districts.exclude(reniec_code="").values_list("reniec_code", "code")),
                    prefix,
                ),
            ),
        }

    def check_columns(self, file: PadronFile) -> None:
        """Refuse a file that lacks a column nobody can do without."""
        columns = set(file.columns)
        if "document" not in columns:
            raise UnreadableFile(Problem.NO_DOCUMENT)
        if "born" not in columns:
            raise UnreadableFile(Problem.NO_BIRTH_DATE)
        if not columns & set(self.districts):
            if "unknown_ubigeo" in columns:
                raise UnreadableFile(Problem.WHICH_UBIGEO)
            if not self.default:
                raise UnreadableFile(Problem.NO_DISTRICT)

    def clean_row(self, row: dict[str, Any]) -> tuple[CleanRow | None, list[tuple[str, Wrong]]]:
        """The row as it is kept, or all that is wrong with it, column by column."""
        values: dict[str, Any] = {}
        faults: list[tuple[str, Wrong]] = []
        for name, field in (*self.fields.items(), *self.districts.items()):
            if name not in row and name not in ("document", "born"):
                continue
            try:
                extra = {"kind": values.get("kind", documents.DNI)} if name == "document" else {}
                values[name] = field.widget.clean(row.get(name), row=row, **extra)
            except Wrong as wrong:
                faults.append((name, wrong))
        kind = values.get("kind", documents.DNI)
        digit = str(row.get("digit") if row.get("digit") is not None else "").strip()
        dni = values.get("document") if kind == documents.DNI else None
        if digit and dni and not documents.fits_check_digit(dni, digit):
            faults.append(("digit", Wrong(Fault.DIGIT)))
        if faults:
            return None, faults
        return CleanRow(
            documents.document_hash(kind, values["document"], self.version),
            documents.birth_hash(kind, values["document"], values["born"], self.version),
            values.get("district") or values.get("district_reniec") or self.default,
            values.get("sector", ""),
        ), []
