"""The ledger of interventions: every accepted act of taking part adds one row.

Rooms call `record` inside the transaction of the act, so that an act and its row stand
or fall together. Nothing here says who acted.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import age_band
from municipalities.models import Municipality
from participation.enums import Channel
from participation.models import Intervention


if TYPE_CHECKING:
    from accounts.models import User


def record(
    kind: str,
    municipality: Municipality | int,
    *,
    by: User | None = None,
    channel: str = Channel.WEB,
    day: date | None = None,
    amount: int = 1,
) -> None:
    """Add one act, with what the person chose to say of themselves; −1 takes one back."""
    day = day or timezone.localdate()
    Intervention.objects.create(
        municipality_id=municipality if isinstance(municipality, int) else municipality.pk,
        kind=kind,
        day=day,
        gender=by.gender if by else "",
        age_band=age_band(by.birth_year, day) if by else "",
        area=by.area if by else "",
        channel=channel,
        amount=amount,
    )
