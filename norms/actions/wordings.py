"""What residents say of a proposed wording: that it must be, should, should not or must not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from decide.common.permissions import Refusal
from norms.models import Wording, WordingStance
from norms.rules.wordings import why_not_take, why_not_withdraw
from participation import ledger
from participation.enums import InterventionKind


if TYPE_CHECKING:
    from accounts.models import Resident, User

COUNTS = ("musts", "shoulds", "should_nots", "must_nots")


class CannotTake(Refusal):
    """The wording takes no stances, or not from this person; the reason says why."""


@transaction.atomic
def take(wording: Wording, *, by: User, resident: Resident, stance: str) -> bool:
    """Say it, or something else than before. True for the first time of this resident.

    Each resident is counted once, whichever account they use. Raises CannotTake.
    """
    locked = _locked(wording)
    if reason := why_not_take(by, locked):
        raise CannotTake(reason)
    before = WordingStance.objects.filter(wording=locked, resident=resident).first()
    if before is None:
        WordingStance.objects.create(
            municipality_id=locked.municipality_id,
            wording=locked,
            user=by,
            resident=resident,
            stance=stance,
        )
        ledger.record(InterventionKind.WORDING_STANCE, locked.municipality_id, by=by)
    elif (before.stance, before.user_id) != (stance, by.pk):
        before.stance, before.user = stance, by
        before.save(update_fields=["stance", "user"])
    wording.refresh_from_db(fields=COUNTS)
    return before is None


@transaction.atomic
def withdraw(wording: Wording, *, by: User, resident: Resident) -> bool:
    """Take back what was said. False, quietly, if nothing was. Raises CannotTake."""
    locked = _locked(wording)
    if reason := why_not_withdraw(by, locked):
        raise CannotTake(reason)
    before = WordingStance.objects.filter(wording=locked, resident=resident).first()
    if before is None:
        return False
    before.delete()
    ledger.record(InterventionKind.WORDING_STANCE, locked.municipality_id, by=by, amount=-1)
    wording.refresh_from_db(fields=COUNTS)
    return True


def _locked(wording: Wording) -> Wording:
    """One after the other: the trigger that counts writes the same row anyway."""
    return (
        Wording.objects.select_for_update(of=("self",), no_key=True)
        .select_related("norm__municipality", "comment")
        .get(pk=wording.pk)
    )
