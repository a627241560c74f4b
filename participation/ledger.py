"""The ledger of interventions: every accepted act of taking part adds one row.

Rooms call `record` inside the transaction of the act, so that an act and its row stand
or fall together. Nothing here says who acted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from accounts import assistance
from accounts.models import age_band
from municipalities.models import Municipality
from participation.enums import Channel
from participation.models import Intervention


if TYPE_CHECKING:
    from accounts.models import User


class Act(NamedTuple):
    """One act among many that are written down together."""

    by: User | None
    day: date
    channel: str = Channel.WEB


def present_channel() -> Channel:
    """By what way an act of now comes in: what an officer does for somebody came by a desk."""
    return Channel.DESK if assistance.current() else Channel.WEB


def record(
    kind: str,
    municipality: Municipality | int,
    *,
    by: User | None = None,
    channel: str | None = None,
    day: date | None = None,
    amount: int = 1,
) -> None:
    """Add one act, with what the person chose to say of themselves; −1 takes one back."""
    act = Act(by, day or timezone.localdate(), channel or present_channel())
    _row(kind, municipality, act, amount).save()


def record_many(kind: str, municipality: Municipality | int, acts: Iterable[Act]) -> None:
    """Add the acts of many at once, as what was counted elsewhere arrives."""
    Intervention.objects.bulk_create(_row(kind, municipality, act) for act in acts)


def _row(kind: str, municipality: Municipality | int, act: Act, amount: int = 1) -> Intervention:
    by = act.by
    return Intervention(
        municipality_id=municipality if isinstance(municipality, int) else municipality.pk,
        kind=kind,
        day=act.day,
        gender=by.gender if by else "",
        age_band=age_band(by.birth_year, act.day) if by else "",
        area=by.area if by else "",
        channel=act.channel,
        amount=amount,
    )
