"""The money of a budget, shared out: groups, and in each as many headings as are needed.

Without JavaScript one more row is a button of the form, which keeps what was typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from budgets.actions.budgets import GroupRow, HeadingRow
from budgets.forms.fields import SolesField
from budgets.preparation import MOST_GROUPS, MOST_HEADINGS, why_over
from municipalities.enums import PlaceLevel
from municipalities.models import Place
from participation.forms.fields import VisibleField


if TYPE_CHECKING:
    from budgets.models import Budget

FEWEST, MORE = 3, 3
PARTS = ("name", "money", "districts")


class HeadingsForm(forms.Form):
    """Group g0 has the fields g0_name and g0_each, and its headings g0_h0_name, g0_h0_money, …

    A row without a name is left out, unless it has money. `do` says which button was pressed: a group's for more
    rows, "group" for another group, "districts" for a heading of each district.
    """

    use_required_attribute = False

    def __init__(self, data: Any = None, *, budget: Budget, do: str = "") -> None:
        self.budget = budget
        places = Place.objects.filter(
            level=PlaceLevel.DISTRICT, code__startswith=budget.municipality.place_id
        )
        self.places = list(places.order_by("name").values_list("code", "name"))
        if data is not None and do == "districts":
            data = self._with_districts(data.copy())
        super().__init__(data)
        self.rows_of: list[int] = []
        kept = list(budget.groups.prefetch_related("headings"))
        groups = self._sent(r"g(\d+)_name", MOST_GROUPS) if self.is_bound else len(kept)
        if self.is_bound and do == "group":
            self.data = self.data.copy()
            self.data[f"g{groups}_each"] = 1  # what was sent has no initial values
        for at in range(min(max(groups, 1) + (do == "group"), MOST_GROUPS)):
            self._add_group(at, kept[at] if not self.is_bound and at < len(kept) else None, do)

    @property
    def has_districts(self) -> bool:
        return len(self.places) > 1

    def _sent(self, pattern: str, most: int) -> int:
        """How many rows of a kind were sent."""
        found = [int(match[1]) for name in self.data if (match := re.fullmatch(pattern, name))]
        return min(max(found, default=-1) + 1, most)

    def _add_group(self, at: int, group: Any, do: str) -> None:
        self.fields[f"g{at}_name"] = VisibleField(
            label=_("Name of the group"),
            max_length=80,
            required=False,
            help_text=_("A theme or a kind of territory: «Districts», «Whole province».")
            if at == 0
            else "",
        )
        self.fields[f"g{at}_each"] = forms.IntegerField(
            label=_("In how many of its headings each person may support works"),
            min_value=1,
            max_value=MOST_HEADINGS,
            initial=1,
        )
        headings = list(group.headings.all()) if group else []
        if group:
            self.initial |= {f"g{at}_name": group.name, f"g{at}_each": group.headings_each}
        sent = self._sent(rf"g{at}_h(\d+)_name", MOST_HEADINGS)
        rows = sent if self.is_bound and sent else max(len(headings), FEWEST)
        rows = min(rows + (MORE if do == f"g{at}" else 0), MOST_HEADINGS)
        self.rows_of.append(rows)
        for row in range(rows):
            self._add_heading(at, row, headings[row] if row < len(headings) else None)

    def _add_heading(self, at: int, row: int, heading: Any) -> None:
        prefix = f"g{at}_h{row}"
        self.fields[f"{prefix}_name"] = VisibleField(
            label=_("Heading %(number)d") % {"number": row + 1}, max_length=80, required=False
        )
        self.fields[f"{prefix}_money"] = SolesField(
            label=_("Money of heading %(number)d") % {"number": row + 1},
            required=False,
            min_value=1,
        )
        if self.has_districts:
            self.fields[f"{prefix}_districts"] = forms.MultipleChoiceField(
                label=_("Only residents of these districts"),
                required=False,
                choices=self.places,
                widget=forms.CheckboxSelectMultiple,
            )
        if heading:
            self.initial |= {f"{prefix}_{part}": getattr(heading, part) for part in PARTS}

    def _with_districts(self, data: Any) -> Any:
        """What was typed, and in the first group a row for each district that has none yet."""
        typed = {data[name] for name in data if re.fullmatch(r"g0_h\d+_name", name)}
        free = (row for row in range(MOST_HEADINGS) if not data.get(f"g0_h{row}_name"))
        for code, name in self.places:
            row = next(free, None) if name not in typed else None
            if row is not None:
                data[f"g0_h{row}_name"] = name
                data.setlist(f"g0_h{row}_districts", [code])
                data.setdefault(f"g0_h{row}_money", "")
        return data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        names: set[str] = set()
        for at in range(len(self.rows_of)):
            self._check_group(at, names)
        if not self.errors and not self.groups:
            self.add_error("g0_h0_name", _("Write at least one heading with its money."))
        if not self.errors and (reason := why_over(self.budget.announced, self.shared)):
            raise ValidationError(reason)
        return cleaned

    def _check_group(self, at: int, names: set[str]) -> None:
        seen: set[str] = set()
        for row in range(self.rows_of[at]):
            self._check_heading(f"g{at}_h{row}", seen)
        name = self.cleaned_data.get(f"g{at}_name", "")
        if seen and not name:
            self.add_error(f"g{at}_name", _("Name the group."))
        if name and not seen:
            self.add_error(f"g{at}_h0_name", _("Write at least one heading of this group."))
        if name and name.casefold() in names:
            self.add_error(f"g{at}_name", _("There is a group of this name already."))
        names.add(name.casefold())

    def _check_heading(self, prefix: str, seen: set[str]) -> None:
        name, money = (self.cleaned_data.get(f"{prefix}_{part}") for part in ("name", "money"))
        if not name:
            if money:
                self.add_error(f"{prefix}_name", _("Name the heading that has this money."))
            return
        if money is None and f"{prefix}_money" not in self.errors:
            self.add_error(f"{prefix}_money", _("Write the money of this heading."))
        if name.casefold() in seen:
            self.add_error(f"{prefix}_name", _("There is a heading of this name in the group."))
        seen.add(name.casefold())

    @property
    def groups(self) -> list[GroupRow]:
        """For the action: what is filled in, in the order of the page."""
        found = []
        for at, rows in enumerate(self.rows_of):
            cells = [
                [self.cleaned_data.get(f"g{at}_h{row}_{part}") for part in PARTS]
                for row in range(rows)
            ]
            headings = [
                HeadingRow(name, money, districts or []) for name, money, districts in cells if name
            ]
            if headings:
                name, each = (self.cleaned_data.get(f"g{at}_{part}") for part in ("name", "each"))
                found.append(GroupRow(name, each, headings))
        return found

    @property
    def shared(self) -> int:
        """What is shared out as it was typed, whatever else is wrong with it."""
        total = 0
        for name in self.fields:
            if name.endswith("_money"):
                try:
                    total += self.fields[name].clean(self[name].value()) or 0
                except ValidationError:
                    continue
        return total

    @property
    def over(self) -> int:
        return max(self.shared - self.budget.announced, 0)

    @property
    def left(self) -> int:
        return max(self.budget.announced - self.shared, 0)

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The groups with their rows, as the page shows them."""
        return [
            {
                "at": at,
                "name": self[f"g{at}_name"],
                "each": self[f"g{at}_each"],
                "rows": [
                    [
                        self[f"g{at}_h{row}_{part}"]
                        for part in PARTS
                        if f"g{at}_h{row}_{part}" in self.fields
                    ]
                    for row in range(rows)
                ],
                "more": rows < MOST_HEADINGS,
            }
            for at, rows in enumerate(self.rows_of)
        ]

    @property
    def another(self) -> bool:
        return len(self.rows_of) < MOST_GROUPS
