"""Forms of as many rows as are needed: added, moved and taken out by buttons of the form itself.

Without JavaScript each such button sends the page and brings it back with what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms


MOST = 60  # rows that are read at all
ACT = re.compile(r"(up|down|out)-(\d{1,2})")


class Rows:
    """Rows of one small form. `act` is the button that was pressed, if it was not that to keep.

    After such an act nothing is judged: the rows come back as they were typed.
    """

    row_form: type[forms.Form]
    named = "title"  # a row without it, and without all else that one types, is left out
    ignored: tuple[str, ...] = ()  # what has a value of its own in an empty row

    def __init__(
        self, data: Mapping[str, Any] | None, *, kept: list[dict[str, Any]], act: str = ""
    ) -> None:
        self.is_bound = data is not None and not act
        self.problems: list[str] = []
        if data is None:
            self.rows = [self.row_form(prefix=str(at), initial=row) for at, row in enumerate(kept)]
            if not kept:
                self._add()
            return
        typed = [self._typed(data, at) for at in range(self._number(data))]
        if act:
            typed = acted(typed, act)
            self.rows = [self.row_form(prefix=str(at), initial=row) for at, row in enumerate(typed)]
            if act == "more":
                self._add()
            return
        self.rows = [self.row_form(data, prefix=str(at)) for at in range(len(typed))]
        for row, values in zip(self.rows, typed, strict=True):
            row.empty_permitted = row.is_left_out = self._says_nothing(values)
            row.use_required_attribute = False

    @property
    def count(self) -> int:
        """For the page: how many rows it sends."""
        return len(self.rows)

    def is_valid(self) -> bool:
        filled = [row for row in self.rows if not getattr(row, "is_left_out", False)]
        valid = [row.is_valid() for row in filled]  # all of them say what is wrong
        return self.is_bound and all(valid)

    @property
    def values(self) -> list[dict[str, Any]]:
        """For the action: the rows that say something, in their order."""
        return [row.cleaned_data for row in self.rows if not row.is_left_out]

    def refuse(self, problem: str) -> None:
        """Say at the head of the page why it cannot be."""
        self.problems.append(problem)

    def _add(self) -> None:
        self.rows.append(self.row_form(prefix=str(len(self.rows))))

    def _number(self, data: Mapping[str, Any]) -> int:
        sent = data.get("rows", "")
        return min(int(sent), MOST) if sent.isascii() and sent.isdigit() and len(sent) < 4 else 0

    def _typed(self, data: Mapping[str, Any], at: int) -> dict[str, Any]:
        return {name: data.get(f"{at}-{name}", "") for name in self.row_form.base_fields}

    def _says_nothing(self, values: dict[str, Any]) -> bool:
        return not any(value.strip() for name, value in values.items() if name not in self.ignored)


def acted(rows: list[dict[str, Any]], act: str) -> list[dict[str, Any]]:
    """The rows with one of them a place up, a place down, or out; unchanged for any other act."""
    found = ACT.fullmatch(act)
    if not found or int(found[2]) >= len(rows):
        return rows
    at, rows = int(found[2]), list(rows)
    row = rows.pop(at)
    if found[1] == "out":
        return rows
    rows.insert(max(at - 1, 0) if found[1] == "up" else at + 1, row)
    return rows
