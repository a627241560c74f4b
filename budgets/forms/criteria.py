"""The prioritisation matrix: criteria with weights that sum to exactly 100 %."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from budgets.preparation import MOST_CRITERIA, why_not_weights
from participation.forms.fields import VisibleField


if TYPE_CHECKING:
    from budgets.models import Budget

FEWEST, MORE = 4, 3
PARTS = ("name", "help", "weight", "highest", "scale")
FROM_0_TO_5 = _("0: nothing\n1: very little\n2: little\n3: some\n4: much\n5: very much")
# To begin from: name, what is looked at, weight. Each municipality adapts them.
SETS = {
    "cuatro": (
        _("Social, economic, environmental and institutional"),
        [
            (_("Social"), _("Health, education, water, safety: whose lives it betters."), 40),
            (_("Economic"), _("Work, production, roads and markets: what it brings."), 40),
            (_("Environmental"), _("Water, soil, waste, risks: what it protects or repairs."), 15),
            (_("Institutional"), _("What it does for organisation and services of all."), 5),
        ],
    ),
    "brechas": (
        _("Gaps and needs"),
        [
            (_("Urban-rural gap"), _("Whether it reaches places that have had least."), 30),
            (
                _("Access to basic services"),
                _("Water, drainage, electricity, health, school: how many get one they lack."),
                30,
            ),
            (_("People who benefit"), _("How many, compared with those who live there."), 25),
            (_("Upkeep"), _("Whether it can be kept up, by whom and with what money."), 15),
        ],
    ),
}


class CriteriaForm(forms.Form):
    """Criterion 0 has the fields c0_name, c0_help, c0_weight, c0_highest and c0_scale.

    A row without a name is left out. `begin` fills an empty form with one of SETS.
    """

    use_required_attribute = False

    def __init__(
        self, data: Any = None, *, budget: Budget, more: bool = False, begin: str = ""
    ) -> None:
        super().__init__(data)
        self.budget = budget
        kept = begun(begin) if begin else list(budget.criteria.values(*PARTS))
        sent = [int(m[1]) for name in self.data if (m := re.fullmatch(r"c(\d+)_name", name))]
        rows = max(sent, default=-1) + 1 if self.is_bound else max(len(kept), FEWEST)
        self.row_count = min(rows + (MORE if more else 0), MOST_CRITERIA)
        for row in range(self.row_count):
            self._add(row, kept[row] if not self.is_bound and row < len(kept) else {})

    def _add(self, row: int, kept: dict[str, Any]) -> None:
        fields = {
            "name": VisibleField(
                label=_("Criterion %(number)d") % {"number": row + 1},
                max_length=120,
                required=False,
            ),
            "help": forms.CharField(
                label=_("What is looked at"),
                max_length=1_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
            "weight": forms.IntegerField(
                label=_("Weight in %"), min_value=1, max_value=100, required=False
            ),
            "highest": forms.IntegerField(
                label=_("Most points"), min_value=1, max_value=100, required=False, initial=5
            ),
            "scale": forms.CharField(
                label=_("What each number of points means"),
                max_length=2_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_("One line for each, as «0: no need shown»."),
            ),
        }
        for part, field in fields.items():
            self.fields[f"c{row}_{part}"] = field
            if part in kept:
                self.initial[f"c{row}_{part}"] = kept[part]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        seen: set[str] = set()
        for row in range(self.row_count):
            self._check(row, seen)
        if not self.errors:
            weights = [criterion["weight"] for criterion in self.criteria]
            if reason := why_not_weights(weights, self.budget.mode):
                raise ValidationError(reason)
        return cleaned

    def _check(self, row: int, seen: set[str]) -> None:
        values = {part: self.cleaned_data.get(f"c{row}_{part}") for part in PARTS}
        name = values["name"]
        if not name:
            if values["help"] or values["weight"] or values["scale"]:
                self.add_error(f"c{row}_name", _("Name the criterion."))
            return
        for part, text in (
            ("weight", _("Write how much it weighs.")),
            ("highest", _("Write the most points it can have.")),
        ):
            if values[part] is None and f"c{row}_{part}" not in self.errors:
                self.add_error(f"c{row}_{part}", text)
        if name.casefold() in seen:
            self.add_error(f"c{row}_name", _("There is a criterion of this name already."))
        seen.add(name.casefold())

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """For the action: what is filled in, in the order of the page."""
        rows = [
            {part: self.cleaned_data.get(f"c{row}_{part}") for part in PARTS}
            for row in range(self.row_count)
        ]
        return [row for row in rows if row["name"]]

    @property
    def rows(self) -> list[list[Any]]:
        return [[self[f"c{row}_{part}"] for part in PARTS] for row in range(self.row_count)]

    @property
    def sum(self) -> int:
        """The weights as they were typed."""
        total = 0
        for row in range(self.row_count):
            field = f"c{row}_weight"
            try:
                total += self.fields[field].clean(self[field].value()) or 0
            except ValidationError:
                continue
        return total

    @property
    def can_have_more(self) -> bool:
        return self.row_count < MOST_CRITERIA


def begun(name: str) -> list[dict[str, Any]]:
    """One of the sets, as rows of the form."""
    _label, rows = SETS[name]
    return [
        {
            "name": str(title),
            "help": str(said),
            "weight": weight,
            "highest": 5,
            "scale": str(FROM_0_TO_5),
        }
        for title, said, weight in rows
    ]
