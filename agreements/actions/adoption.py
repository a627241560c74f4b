"""A practice takes deeper root in a municipality: somebody says so, and the evidence carries it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.adoption import current, facts_of, missing_for
from agreements.enums import Adoption, TransferState
from agreements.models import AdoptionStep, Transfer
from decide.common.permissions import Reason, Refusal


class CannotReach(Refusal):
    """The level is not carried by what there is to show; the reason says what is missing."""


@transaction.atomic
def reach(
    transfer: Transfer, level: int, *, by: Any, day: date | None = None, reason: str = ""
) -> AdoptionStep:
    """From a day on the practice stands at this level; down needs a reason, up its evidence."""
    transfer = (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("version", "agreement")
        .get(pk=transfer.pk)
    )
    day = day or timezone.localdate()
    latest = current(transfer)
    if day > timezone.localdate():
        raise CannotReach(Reason(_("That day has not come yet.")))
    if latest and day < latest.day:
        raise CannotReach(Reason(_("Its level today was reached later than that day.")))
    if transfer.state == TransferState.ABANDONED and level > Adoption.KNOWS:
        raise CannotReach(Reason(_("This transfer was given up.")))
    facts = facts_of(transfer, day)
    if lacking := missing_for(level, facts):
        raise CannotReach(
            Reason(
                _("«%(level)s» needs: %(what)s.")
                % {"level": Adoption(level).label, "what": "; ".join(lacking)}
            )
        )
    if latest and latest.level == level and latest.is_partial == facts.drops_core:
        raise CannotReach(Reason(_("It stands at this level already.")))
    if latest and level < latest.level and not reason.strip():
        raise CannotReach(Reason(_("Say why it stands lower than before.")))
    return AdoptionStep.objects.create(
        municipality_id=transfer.municipality_id,
        transfer=transfer,
        level=level,
        day=day,
        is_partial=facts.drops_core,
        reason=reason.strip()[:1_000],
        by=by,
    )
