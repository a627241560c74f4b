"""The sorting question: what people come with, counted in public by class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum

from municipalities.models import Municipality
from participation import ledger
from participation.enums import InterventionKind
from participation.models import Intervention
from proposals.enums import IntakeClass


if TYPE_CHECKING:
    from accounts.models import User

KINDS = {
    IntakeClass.PROPOSAL: InterventionKind.INTAKE_PROPOSAL,
    IntakeClass.WORK: InterventionKind.INTAKE_WORK,
    IntakeClass.COMPLAINT: InterventionKind.INTAKE_COMPLAINT,
    IntakeClass.JOB: InterventionKind.INTAKE_JOB,
}


@transaction.atomic
def note(municipality: Municipality, intake: str, *, by: User | None) -> None:
    """Somebody came with this. The ledger does not say who."""
    ledger.record(KINDS[IntakeClass(intake)], municipality, by=by)


def intake_counts(municipality: Municipality) -> dict[IntakeClass, int]:
    """How many came with what so far, every class named even if nobody came."""
    rows = Intervention.objects.filter(municipality=municipality, kind__in=KINDS.values())
    sums = dict(rows.order_by().values_list("kind").annotate(total=Sum("amount")))
    return {intake: sums.get(kind, 0) for intake, kind in KINDS.items()}
