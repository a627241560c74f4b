"""What somebody looks at in the observatory, and what a municipality types for a period."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Area, Gender
from agreements.actions.indicators import Value, cells_of
from agreements.enums import AgeGroup
from agreements.models import Entry, Indicator
from agreements.observed import Choice
from agreements.workbook import AGES, every_cell, name


class ChoiceForm(forms.Form):
    """The period, the count of people, and whether totals are wanted instead of rates."""

    periodo = forms.ChoiceField(label=_("Period"))
    poblacion = forms.ChoiceField(label=_("Population by"), required=False)
    totales = forms.BooleanField(label=_("Totals instead of rates"), required=False)

    def __init__(self, choice: Choice, *, with_totals: bool = False) -> None:
        super().__init__(initial=choice.query)
        self.fields["periodo"].choices = [(p.label, p.label) for p in choice.periods]
        self.fields["poblacion"].choices = [(v.code, str(v)) for v in choice.vintages]
        if not choice.vintages:
            del self.fields["poblacion"]
        if not with_totals:
            del self.fields["totales"]


LARGEST = 10**12


def amount(label: object, initial: object = None) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        initial=initial,
        required=False,
        min_value=0,
        max_value=LARGEST - 1,
        max_digits=16,
        decimal_places=4,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )


class GridForm(forms.Form):
    """A line for each indicator: value, whole if it is a share, and a note. Each carries the
    version that was read."""

    def __init__(self, *args, indicators: list[Indicator], entries: dict[int, Entry], **kwargs):
        super().__init__(*args, **kwargs)
        self.indicators, self.entries = indicators, entries
        for one in indicators:
            entry = entries.get(one.pk)
            self.fields[f"value_{one.pk}"] = amount(
                one.numerator or _("Value"), _short(entry and entry.numerator)
            )
            if one.denominator:
                self.fields[f"of_{one.pk}"] = amount(
                    one.denominator, _short(entry and entry.denominator)
                )
            self.fields[f"note_{one.pk}"] = forms.CharField(
                label=_("Note"),
                required=False,
                max_length=1_000,
                initial=entry.note if entry else "",
            )
            self.fields[f"version_{one.pk}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=entry.version if entry else 0, min_value=0
            )

    def clean(self):
        cleaned = super().clean()
        for one in self.indicators:
            if cleaned.get(f"of_{one.pk}") == 0:
                self.add_error(f"of_{one.pk}", _("A share of nothing has no value."))
        return cleaned

    def value(self, indicator: Indicator) -> tuple[Value, int]:
        """What was typed, and the version that was read."""
        found = self.cleaned_data
        value = Value(
            found[f"value_{indicator.pk}"],
            found.get(f"of_{indicator.pk}"),
            found[f"note_{indicator.pk}"],
        )
        return value, found[f"version_{indicator.pk}"]

    def lines(self):
        """For the page: each indicator with its entry and its fields."""
        for one in self.indicators:
            yield {
                "indicator": one,
                "entry": self.entries.get(one.pk),
                "value": self[f"value_{one.pk}"],
                "of": self[f"of_{one.pk}"] if one.denominator else None,
                "note": self[f"note_{one.pk}"],
                "version": self[f"version_{one.pk}"],
            }


class CellsForm(forms.Form):
    """The parts of one value: gender × area in rows, age in columns; empty is none."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, entry: Entry | None, **kwargs):
        kwargs.setdefault("initial", {"version": entry.version if entry else 0})
        super().__init__(*args, **kwargs)
        known = cells_of(entry) if entry else {}
        self.keys = dict(enumerate(every_cell()))
        for number, key in self.keys.items():
            label = ", ".join(
                name(of, part) for of, part in zip((Gender, Area, AgeGroup), key, strict=True)
            )
            self.fields[f"cell_{number}"] = forms.IntegerField(
                label=label,
                required=False,
                min_value=0,
                max_value=LARGEST - 1,
                initial=_short(known.get(key)),
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "aria-label": label}),
            )

    @property
    def cells(self) -> dict[tuple[str, str, str], Decimal]:
        found = self.cleaned_data
        return {
            key: Decimal(found[f"cell_{number}"])
            for number, key in self.keys.items()
            if found[f"cell_{number}"] is not None
        }

    @property
    def ages(self) -> list[str]:
        return [name(AgeGroup, str(age)) for age in AGES]

    def rows(self):
        """For the page: gender, area, and the fields of each age."""
        wide = len(AGES)
        for number in range(0, len(self.keys), wide):
            gender, area, _age = self.keys[number]
            yield (
                name(Gender, gender),
                name(Area, area),
                [self[f"cell_{n}"] for n in range(number, number + wide)],
            )


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("The workbook, filled in"), widget=forms.FileInput(attrs={"accept": ".xlsx"})
    )


def _short(value: Decimal | None) -> Decimal | None:
    """12 and not 12.0000."""
    if value is None:
        return None
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
