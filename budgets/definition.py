"""The rules of a budget as plain JSON: what is frozen when it opens, and hashed.

Its columns in Budget.RULES, its groups and headings with their money, and the matrix. Words,
steps and days are not among them: those may be put right later, in public. The pages of an open
budget give exactly these bytes, so that whoever wants computes the digest again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from votes.commitments import canonical


if TYPE_CHECKING:
    from budgets.models import Budget


def of(budget: Budget) -> dict[str, Any]:
    """Three queries, however many headings there are; money in céntimos, percent as text."""
    return {
        "place": budget.municipality.place_id,
        **columns_of(budget),
        "groups": groups_of(budget),
        "matrix": matrix_of(budget),
    }


def columns_of(budget: Budget) -> dict[str, Any]:
    found = {name: getattr(budget, name) for name in budget.RULES}
    return found | {"percent": None if budget.percent is None else f"{budget.percent:.2f}"}


def groups_of(budget: Budget) -> list[dict[str, Any]]:
    return [
        {
            "name": group.name,
            "headings_each": group.headings_each,
            "headings": [
                {
                    "name": heading.name,
                    "money": heading.money,
                    "districts": sorted(heading.districts),
                }
                for heading in group.headings.all()
            ],
        }
        for group in budget.groups.prefetch_related("headings")
    ]


def matrix_of(budget: Budget) -> list[dict[str, Any]]:
    return [
        {
            "name": criterion.name,
            "help": criterion.help,
            "weight": criterion.weight,
            "highest": criterion.highest,
            "scale": criterion.scale,
        }
        for criterion in budget.criteria.all()
    ]


def digest_of(rules: dict[str, Any]) -> bytes:
    return hashlib.sha256(canonical(rules)).digest()


def mark(part: Any) -> str:
    """A short mark of what somebody was shown, to notice that it has changed since."""
    return hashlib.sha256(canonical(part)).hexdigest()[:16]
