"""How many seats civil society has in a coordination council (LOM, arts. 98 and 102).

Forty percent of the authorities who sit in it. The law does not say how to round: what is
certain is the whole part, so that both are shown: «2 (legal share 2.4)».
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from municipalities.enums import MunicipalityKind


# JNE Res. 148-98-JNE: how many councillors by inhabitants; the last one for more than that.
BANDS = ((25_000, 5), (50_000, 7), (100_000, 9), (300_000, 11), (500_000, 13))
MOST_COUNCILLORS = 15
SHARE = Decimal("0.40")
MAYOR = 1


@dataclass(frozen=True)
class Seats:
    """The authorities that are counted, and what follows."""

    councillors: int
    mayors: int
    mayors_count: bool
    base: int

    @property
    def share(self) -> Decimal:
        return SHARE * self.base

    @property
    def least(self) -> int:
        return int(self.share.to_integral_value(ROUND_FLOOR))


def councillors_of(people: int) -> int:
    """By the bands of the electoral jury; a later resolution is typed over it."""
    return next((number for most, number in BANDS if people <= most), MOST_COUNCILLORS)


def seats_of(kind: str, councillors: int, mayors: int = 0) -> Seats:
    """`mayors`: of the districts in a province, of the populated centres in a district.

    In a district they are counted once they are at least 40 % of the legal number of the council
    (LOM, art. 102); else the council alone is the base.
    """
    council = MAYOR + councillors
    counted = kind == MunicipalityKind.PROVINCIAL or mayors >= SHARE * council
    return Seats(councillors, mayors, counted, council + (mayors if counted else 0))
