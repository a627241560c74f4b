"""Figures as everybody reads them: formatted, with small numbers of people hidden so that nobody
can be found out by subtraction (agreements/suppression.py)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _, pgettext

from accounts.enums import Area, Gender
from agreements.enums import AgeGroup, ValueType
from agreements.figures import Figure, Measured
from agreements.suppression import LEAST, Hidden, Node, Told, protect, tell
from decide.common.words import number


DECIMALS = {ValueType.NUMBER: 2, ValueType.PERCENT: 1, ValueType.RATE: 2, ValueType.INDEX: 2}


@dataclass(frozen=True)
class Shown:
    """A figure with what is written for it; `figure` is None where nothing is told."""

    text: str
    figure: Figure | None = None
    is_hidden: bool = False

    @property
    def percent(self) -> Decimal | None:
        return self.value(ValueType.PERCENT)

    def value(self, value_type: str) -> Decimal | None:
        return self.figure.value(value_type) if self.figure else None


def write(value: Decimal | None, value_type: str) -> str:
    """1 250, 33,3 %, or that there is no data: never a zero for what is missing."""
    if value is None:
        return _("No data")
    rounded = round(value, DECIMALS[value_type])
    text = number(rounded.normalize() if rounded else Decimal(0))
    return f"{text} %" if value_type == ValueType.PERCENT else text


def write_hidden(hidden: Hidden) -> str:
    if hidden == Hidden.SMALL:
        return f"<{LEAST}"
    return pgettext("a number", "not told, so that no small one can be worked out")


def towns(measured: Measured) -> dict[int, Shown]:
    """Each municipality's figure as it may be told beside the sum of all."""
    value_type = measured.indicator.value_type
    shown = {
        pk: Shown(write(f.value(value_type), value_type), f) for pk, f in measured.by_town.items()
    }
    if not measured.indicator.counts_people:
        return shown
    hidden = _hidden({pk: f.numerator for pk, f in measured.by_town.items()})
    if value_type == ValueType.PERCENT:  # the rest of a share are people too
        hidden |= _hidden(
            {
                pk: f.denominator - f.numerator
                for pk, f in measured.by_town.items()
                if f.numerator is not None and f.denominator is not None
            }
        )
    return shown | {pk: Shown(write_hidden(why), None, True) for pk, why in hidden.items()}


def _hidden(people: dict[int, Decimal | None]) -> dict[int, Hidden]:
    """Of which municipalities nothing is told, and why; all of them if it cannot be helped."""
    known = {pk: int(amount) for pk, amount in people.items() if amount is not None}
    told = protect(known)
    if told is None:
        return dict.fromkeys(known, Hidden.WITHHELD)
    return {pk: value for pk, value in told.items() if isinstance(value, Hidden)}


def _leaves_few(found: Figure, value_type: str) -> bool:
    """Whether the rest of a share is so few that a share tells of them."""
    if value_type != ValueType.PERCENT or found.denominator is None:
        return False
    return 0 < found.denominator - found.numerator < LEAST


def overall(measured: Measured) -> Shown:
    found, value_type = measured.overall, measured.indicator.value_type
    is_small = found.numerator is not None and 0 < found.numerator < LEAST
    if measured.indicator.counts_people and (is_small or _leaves_few(found, value_type)):
        return Shown(write_hidden(Hidden.SMALL), None, True)
    return Shown(write(found.value(value_type), value_type), found)


def parts(measured: Measured) -> list[tuple[str, Shown]]:
    """By kind, by role, by quarter; shares of so few people that they tell of them stay untold."""
    value_type = measured.indicator.value_type
    rows = []
    for label, found in measured.parts:
        few = value_type == ValueType.PERCENT and (
            found.denominator is None
            or 0 < (found.numerator or 0) < LEAST
            or _leaves_few(found, value_type)
        )
        text = write_hidden(Hidden.SMALL) if few and found.denominator else ""
        shown = (
            Shown(text, None, True)
            if text
            else Shown(write(found.value(value_type), value_type), found)
        )
        rows.append((str(label), shown))
    return rows


def breakdown(measured: Measured, town: int) -> Told | None:
    """Of a municipality: all, by gender, then by area, then by age."""
    cells = measured.cells.get(town)
    if not cells or towns(measured)[town].is_hidden:
        return None
    return tell(_tree(cells))


def _tree(cells: list[tuple[str, str, str, int]]) -> Node:
    whole = Node("", sum(amount for *_key, amount in cells))
    for gender in dict.fromkeys(g for g, *_rest in cells):
        of_gender = [cell for cell in cells if cell[0] == gender]
        node = Node(label(Gender, gender), sum(c[3] for c in of_gender))
        for area in dict.fromkeys(c[1] for c in of_gender):
            of_area = [cell for cell in of_gender if cell[1] == area]
            inner = Node(label(Area, area), sum(c[3] for c in of_area))
            inner.parts = [Node(label(AgeGroup, age), amount) for _g, _a, age, amount in of_area]
            node.parts.append(inner)
        whole.parts.append(node)
    return whole


def label(choices, value: str) -> str:
    return str(choices(value).label) if value else _("Did not say")


def by_gender(measured: Measured) -> tuple[list[tuple[str, int]], int]:
    """Women and men of all municipalities whose own parts are told, and how many these are: it is
    a sum of what is public, so that it tells nothing more. Incomplete values stay out."""
    sums: dict[str, int] = {}
    many = 0
    for town in measured.cells:
        tree = breakdown(measured, town)
        if tree is None or not tree.parts or any(isinstance(p.value, Hidden) for p in tree.parts):
            continue
        many += 1
        for part in tree.parts:
            sums[part.label] = sums.get(part.label, 0) + part.value
    return list(sums.items()), many
