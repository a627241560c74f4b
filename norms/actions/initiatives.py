"""What staff note of citizens' initiatives, as their papers say it. Nothing is signed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from norms.enums import InitiativeState
from norms.legal_route import needed
from norms.models import Initiative
from norms.rules.initiatives import why_not_move, why_not_revise


if TYPE_CHECKING:
    from municipalities.models import Municipality


class CannotNote(Exception):
    """It is not where this may be noted of it."""


@transaction.atomic
def write(municipality: Municipality, **fields: Any) -> Initiative:
    """Begin to follow one; nobody outside sees it until it is published."""
    return Initiative.objects.create(
        municipality=municipality, needed=needed(fields["electors"], fields["share"]), **fields
    )


@transaction.atomic
def revise(initiative: Initiative, **fields: Any) -> Initiative:
    """Put right what is said of it while it runs; its signatures are reckoned anew.

    Raises CannotNote once it has ended.
    """
    initiative = _locked(initiative)
    if reason := why_not_revise(initiative):
        raise CannotNote(str(reason))
    for name, value in fields.items():
        setattr(initiative, name, value)
    initiative.needed = needed(initiative.electors, initiative.share)
    initiative.save(update_fields=[*fields, "needed"])
    return initiative


@transaction.atomic
def publish(initiative: Initiative) -> Initiative:
    """Show it to everybody; doing it twice changes nothing."""
    initiative = _locked(initiative)
    if not initiative.is_public:
        initiative.published_at = timezone.now()
        initiative.save(update_fields=["published_at"])
    return initiative


@transaction.atomic
def move(initiative: Initiative, state: InitiativeState, **noted: Any) -> Initiative:
    """Note the next step with its dates and numbers; raises CannotNote if it cannot come now."""
    initiative = _locked(initiative)
    if reason := why_not_move(initiative, state):
        raise CannotNote(str(reason))
    initiative.state = state
    for name, value in noted.items():
        setattr(initiative, name, value)
    initiative.save(update_fields=["state", *noted])
    return initiative


def _locked(initiative: Initiative) -> Initiative:
    here = Initiative.objects.select_for_update(of=("self",)).select_related("municipality")
    return here.get(pk=initiative.pk)
