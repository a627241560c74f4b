"""What looks odd beside a municipality's own past: it is pointed out, never blocked."""

from __future__ import annotations

from decimal import Decimal
from statistics import median
from typing import Any

from django.utils.translation import gettext_lazy as _


SUDDEN = 10
SPREAD = 3  # median absolute deviations
ENOUGH = 4  # values before one can speak of a usual spread


def odd(value: Decimal | None, before: list[Decimal]) -> list[Any]:
    """Why a value is worth a second look, given the ones before it, oldest first."""
    if value is None or not before:
        return []
    reasons, last = [], before[-1]
    if last and (value >= last * SUDDEN or (value and value * SUDDEN <= last)):
        reasons.append(_("Ten times as much or as little as the last time"))
    if value == last and value:
        reasons.append(_("The same as the last time"))
    if len(before) >= ENOUGH:
        middle = median(before)
        spread = median(abs(one - middle) for one in before)
        if spread and abs(value - middle) > SPREAD * spread:
            reasons.append(_("Far from what is usual here"))
    return reasons
