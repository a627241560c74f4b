"""What planners type about transfers in the admin."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from accounts.enums import Area, Gender
from agreements.actions.transfers import PiecePlan
from agreements.enums import ActivityKind, Adoption, PieceKind
from agreements.forms.practices import BeginForm, PlanForm
from agreements.models import Office
from budgets.forms.minutes import DayField
from municipalities.models import Municipality


COLUMNS = ("office", "gender", "area", "people", "passed", "before", "after")


class TransferPlanForm(PlanForm):
    mentor = forms.ModelChoiceField(
        label=gettext_lazy("Who accompanies"), queryset=None, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentor"].queryset = Office.objects.select_related("organization")

    def clean(self) -> dict[str, Any]:
        """The six come as one list of pieces."""
        values = super().clean()
        plain = {
            name: values.get(name)
            for name in ("agreement", "mechanism", "target", "starts_on", "ends_on", "mentor")
        }
        pieces = []
        for kind in PieceKind:
            due, text = values.get(f"due_{kind}"), values.get(f"detail_{kind}") or ""
            pieces.append(
                PiecePlan(kind, detail=text, due_on=due)
                if due
                else PiecePlan(kind, is_planned=False, why_not=text)
            )
        return plain | {"pieces": pieces}


class BeginWithTownForm(BeginForm):
    municipality = forms.ModelChoiceField(
        label=gettext_lazy("Municipality"), queryset=Municipality.objects.all()
    )


class LevelForm(forms.Form):
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"), choices=Adoption.choices, coerce=int
    )
    day = DayField(label=gettext_lazy("Since"))
    reason = forms.CharField(
        label=gettext_lazy("Why, if it stands lower than before"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ActivityForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Form"), choices=ActivityKind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    day = DayField(label=gettext_lazy("Day"))
    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), min_value=Decimal("0.5"), max_value=400, decimal_places=1
    )
    planned_people = forms.IntegerField(label=gettext_lazy("People expected"), min_value=1)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=160, required=False)
    facilitators = forms.CharField(
        label=gettext_lazy("Facilitators"), max_length=300, required=False
    )


class HoldForm(forms.Form):
    """Attendance as lines, so that it can be pasted from a spreadsheet."""

    attendance = forms.CharField(
        label=gettext_lazy("Who came, a line for each group"),
        help_text=gettext_lazy(
            "Office; gender; area; people; passed; mean before; mean after. Only people is needed:"
            " «Alcaldía; mujer; campo; 12; 9; 8; 15» or «;;;20». Counts, never names."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    decisions = forms.CharField(
        label=gettext_lazy("What was decided"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    outcome = forms.CharField(
        label=gettext_lazy("What came of it"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is told anew, if it was told before"),
        required=False,
        max_length=600,
    )

    def clean_attendance(self) -> list[dict[str, Any]]:
        lines = [line for line in self.cleaned_data["attendance"].splitlines() if line.strip()]
        return [_row(number, line) for number, line in enumerate(lines, start=1)]


WORDS = {
    "gender": {
        **{one: one for one in Gender.values},
        "mujer": Gender.WOMAN,
        "hombre": Gender.MAN,
        "otro": Gender.OTHER,
        "m": Gender.WOMAN,
        "h": Gender.MAN,
    },
    "area": {
        **{one: one for one in Area.values},
        "campo": Area.RURAL,
        "ciudad": Area.URBAN,
        "urbana": Area.URBAN,
    },
}


def _row(number: int, line: str) -> dict[str, Any]:
    """One line in its columns; what cannot be read is said with the number of its line."""
    cells = [cell.strip() for cell in line.replace("\t", ";").split(";")]
    cells += [""] * (len(COLUMNS) - len(cells))
    row: dict[str, Any] = {"office": cells[0][:160]}
    for name, cell in zip(COLUMNS[1:], cells[1:], strict=False):
        try:
            row[name] = _read(name, cell)
        except (KeyError, ValueError, InvalidOperation):
            raise ValidationError(
                _("Line %(number)d: «%(cell)s» cannot be read.") % {"number": number, "cell": cell}
            ) from None
    if not row["people"]:
        raise ValidationError(_("Line %(number)d: say how many people.") % {"number": number})
    return row


def _read(name: str, cell: str) -> Any:
    if name in WORDS:
        return WORDS[name][cell.lower()] if cell else ""
    if not cell:
        return None
    if name in ("people", "passed"):
        if not cell.isdecimal() or len(cell) > 6:
            raise ValueError(cell)
        return int(cell)
    mark = Decimal(cell.replace(",", "."))
    if not (mark.is_finite() and 0 <= mark <= 20):
        raise ValueError(cell)
    return mark.quantize(Decimal("0.01"))
