"""What a vigilance committee is expected to be, each with where that is written.

Only checks: ordinances differ, and the agents elect whom they elect. What does not fit is told to
staff and to everybody, and stops nothing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.enums import Gender
from budgets.models import Budget, Committee, CommitteeMember


if TYPE_CHECKING:
    from collections.abc import Iterable

MEMBERS = 4
WOMEN = 30  # of a hundred
INSTRUCTIVO = "Instructivo 001-2010-EF/76.01"
ICA = "Ordenanza 021-2025, Ica"


@dataclass(frozen=True)
class Check:
    """One thing to look at; `is_met` is nothing where not enough is known."""

    text: str
    source: str
    is_met: bool | None


def checks(
    budget: Budget, committee: Committee | None, current: Iterable[CommitteeMember]
) -> list[Check]:
    """One query, for who was in the last committee."""
    members = list(current)
    told = [member for member in members if member.gender]
    women = sum(member.gender == Gender.WOMAN for member in told)
    share = None if len(told) < len(members) or not members else women * 100 >= WOMEN * len(members)
    again = again_of(budget, members)
    return [
        Check(
            _("At least %(least)d members: there are %(number)d.")
            % {"least": MEMBERS, "number": len(members)},
            INSTRUCTIVO,
            len(members) >= MEMBERS,
        ),
        Check(
            _("Nobody was in the committee before: %(names)s.") % {"names": ", ".join(again)}
            if again
            else _("Nobody was in the committee before."),
            INSTRUCTIVO,
            not again,
        ),
        Check(
            _("It is formally recognised."),
            INSTRUCTIVO,
            bool(committee and committee.resolution),
        ),
        Check(
            _("At least %(least)d %% are women: %(women)d of %(number)d.")
            % {"least": WOMEN, "women": women, "number": len(members)},
            _("as %(norm)s asks; yours may say otherwise") % {"norm": ICA},
            share,
        ),
    ]


def again_of(budget: Budget, members: list[CommitteeMember]) -> list[str]:
    """Who was in the committee of the budget before, by their name as it is written."""
    earlier = Budget.objects.public().filter(
        municipality=budget.municipality_id, year__lt=budget.year, committee__isnull=False
    )
    last = earlier.order_by("-year", "-pk").values("pk")[:1]
    before = CommitteeMember.objects.filter(budget__in=last).values_list("name", flat=True)
    names = {plain(name) for name in before}
    return [member.name for member in members if plain(member.name) in names]


def plain(name: str) -> str:
    """In small letters without accents, so that one person is one name."""
    letters = unicodedata.normalize("NFD", name.lower())
    return " ".join("".join(sign for sign in letters if not unicodedata.combining(sign)).split())
