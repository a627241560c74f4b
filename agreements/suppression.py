"""What is told of few people, so that nobody can be found out, by subtraction either.

A cell of 1 to 4 people is shown as «<5». As the sum of all cells is known, others are withheld
with it until every small one could still be any number from 1 to 4; the reader who knows this
rule learns nothing more. See docs/decisions/0107-small-numbers.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar


LEAST = 5
MOST_HIDDEN = LEAST - 1  # a small cell is 1 to 4
Key = TypeVar("Key", bound=Hashable)


class Hidden(StrEnum):
    SMALL = "small"  # shown as «<5»
    WITHHELD = "withheld"  # large enough, but a small one would follow from it


def protect(cells: Mapping[Key, int]) -> dict[Key, int | Hidden] | None:
    """The cells as they are told beside their sum; None if nothing of them can be told."""
    small = {key for key, value in cells.items() if 0 < value < LEAST}
    if not small:
        return dict(cells)
    rest = sorted((key for key in cells if cells[key] >= LEAST), key=lambda key: cells[key])
    withheld: list[Key] = []
    while not _is_safe([cells[key] for key in small], [cells[key] for key in withheld]):
        if not rest:
            return None
        withheld.append(rest.pop(0))
    return {
        key: Hidden.SMALL if key in small else Hidden.WITHHELD if key in withheld else value
        for key, value in cells.items()
    }


def _is_safe(small: list[int], withheld: list[int]) -> bool:
    """Whether each small cell may be anything from 1 to 4, for all that the sum tells.

    The sum of what is hidden is known. A small cell can be 4 if the others have room to be at
    their least, and 1 if they can make up for it, which withheld ones always can.
    """
    total, many = sum(small) + sum(withheld), len(small)
    least_of_others = many - 1 + LEAST * len(withheld)
    if total - MOST_HIDDEN < least_of_others:
        return False
    return bool(withheld) or total - 1 <= MOST_HIDDEN * (many - 1)


@dataclass
class Node:
    """A number and its parts, which add up to it: all, women of all, women of the countryside…"""

    label: str
    value: int
    parts: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    label: str
    value: int | Hidden
    parts: tuple[Told, ...] = ()


def tell(node: Node) -> Told:
    """A tree as everybody reads it. What is hidden shows no parts, so that each sum stands alone
    and what holds for one list of parts holds for all."""
    if 0 < node.value < LEAST:
        return Told(node.label, Hidden.SMALL)
    shown = protect({number: part.value for number, part in enumerate(node.parts)})
    if shown is None:
        return Told(node.label, node.value)
    parts = (
        tell(part) if not isinstance(shown[number], Hidden) else Told(part.label, shown[number])
        for number, part in enumerate(node.parts)
    )
    return Told(node.label, node.value, tuple(parts))
