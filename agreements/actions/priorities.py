"""The weights of the priorities: set anew, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.because import because
from agreements.models import PriorityScenario
from agreements.priorities import CODES


if TYPE_CHECKING:
    from accounts.models import User


class CannotWeigh(Exception):
    """A weight is missing, below zero, or all of them are zero."""


@transaction.atomic
def set_weights(
    *, name: str, weights: Mapping[str, float], reason: str, by: User
) -> PriorityScenario:
    """A dated scenario, which holds from now on; those of before stay to be compared."""
    if set(weights) != set(CODES) or min(weights.values()) < 0:
        raise CannotWeigh(_("Give each variable a weight of zero or more."))
    if not any(weights.values()):
        raise CannotWeigh(_("At least one variable has to weigh something."))
    if not reason.strip():
        raise CannotWeigh(_("Say why these weights."))
    with because(reason):
        return PriorityScenario.objects.create(
            name=name,
            weights={code: float(weights[code]) for code in CODES},
            reason=reason.strip(),
            by=by,
        )
