"""A practice is handed to a municipality: interest, readiness, plan, activities, acceptance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.adoption import current, refresh
from agreements.because import because
from agreements.enums import AdaptationChoice, Adoption, PartyRole, PieceKind, TransferState
from agreements.models import (
    Adaptation,
    AdoptionStep,
    Agreement,
    Component,
    Organization,
    Piece,
    PracticeVersion,
    ReadinessAnswer,
    Transfer,
)
from agreements.rules.practices import readiness_gaps, why_not_move_transfer, why_not_offer
from agreements.transfers import pieces_done, pieces_of
from decide.common.permissions import Reason, Refusal
from municipalities.mechanisms import mechanisms_of
from municipalities.models import Municipality


class CannotTransfer(Refusal):
    """The transfer cannot go on like this; the reason says what is missing."""


@dataclass(frozen=True)
class PiecePlan:
    """Of the six: planned until a day, or left out and why."""

    kind: str
    is_planned: bool = True
    detail: str = ""
    why_not: str = ""
    due_on: date | None = None


@transaction.atomic
def begin(
    municipality: Municipality,
    version: PracticeVersion,
    *,
    by: Any,
    donor: Organization | None = None,
    local_name: str = "",
    invented: bool = False,
    day: date | None = None,
) -> Transfer:
    """A municipality says that it wants a practice; from then on, today if no day is said, it
    knows it."""
    day = day or timezone.localdate()
    if day > timezone.localdate():
        raise CannotTransfer(Reason(_("That day has not come yet.")))
    if why_not := why_not_offer(version):
        raise CannotTransfer(why_not)
    active = Transfer.objects.active().filter(municipality=municipality)
    if active.filter(version__practice=version.practice_id).exists():
        raise CannotTransfer(Reason(_("This practice is being transferred here already.")))
    transfer = Transfer.objects.create(
        municipality=municipality,
        version=version,
        donor=donor,
        local_name=local_name,
        invented=invented,
    )
    AdoptionStep.objects.create(
        municipality=municipality, transfer=transfer, level=Adoption.KNOWS, day=day, by=by
    )
    return transfer


@transaction.atomic
def answer_readiness(
    transfer: Transfer, answers: Mapping[int, tuple[bool, str]], *, by: Any
) -> Transfer:
    """Whether each requirement is there, and what is done about what is missing."""
    transfer = _locked(transfer, to=TransferState.READINESS)
    asked = set(transfer.version.requirements.values_list("pk", flat=True))
    for requirement, (is_met, note) in answers.items():
        if requirement not in asked:
            raise CannotTransfer(Reason(_("That requirement is of another version.")))
        ReadinessAnswer.objects.update_or_create(
            transfer=transfer,
            requirement_id=requirement,
            defaults={
                "municipality_id": transfer.municipality_id,
                "is_met": is_met,
                "note": note.strip(),
            },
        )
    return _to(transfer, TransferState.READINESS)


@transaction.atomic
def plan(
    transfer: Transfer,
    *,
    by: Any,
    agreement: Agreement,
    mechanism: str,
    target: str,
    starts_on: date,
    ends_on: date,
    pieces: list[PiecePlan],
    mentor: Any = None,
) -> Transfer:
    """What is to be reached by when, under which convenio, and which of the six pieces show it."""
    transfer = _locked(transfer, to=TransferState.PLAN)
    if gaps := readiness_gaps(transfer):
        raise CannotTransfer(Reason(_("It is not ready yet. %(gaps)s") % {"gaps": " ".join(gaps)}))
    if not is_party(transfer.municipality, agreement):
        raise CannotTransfer(
            Reason(_("A transfer needs a convenio in force of which the municipality is a party."))
        )
    if mechanism not in {one.code for one in mechanisms_of(transfer.municipality)}:
        raise CannotTransfer(Reason(_("Choose the mechanism of participation that it serves.")))
    if not target.strip():
        raise CannotTransfer(Reason(_("Say what is to be reached.")))
    if ends_on < starts_on:
        raise CannotTransfer(Reason(_("It ends before it begins.")))
    _check(pieces)
    transfer.agreement, transfer.mechanism, transfer.target = agreement, mechanism, target.strip()
    transfer.starts_on, transfer.ends_on, transfer.mentor = starts_on, ends_on, mentor
    transfer.save(
        update_fields=["agreement", "mechanism", "target", "starts_on", "ends_on", "mentor"]
    )
    done = {piece.kind for piece in pieces_of(transfer) if piece.is_done}
    for one in pieces:
        if one.kind in done and not one.is_planned:
            raise CannotTransfer(Reason(_("What is verified already is not left out.")))
        Piece.objects.update_or_create(
            transfer=transfer,
            kind=one.kind,
            defaults={
                "municipality_id": transfer.municipality_id,
                "is_planned": one.is_planned,
                "detail": one.detail,
                "why_not": "" if one.is_planned else one.why_not.strip(),
                "due_on": one.due_on if one.is_planned else None,
            },
        )
    return _to(transfer, TransferState.PLAN)


def _check(pieces: list[PiecePlan]) -> None:
    if sorted(one.kind for one in pieces) != sorted(PieceKind.values):
        raise CannotTransfer(Reason(_("Say of each of the six pieces whether it is planned.")))
    for one in pieces:
        if not one.is_planned and one.kind == PieceKind.ACCEPTANCE:
            raise CannotTransfer(Reason(_("Without an act of acceptance nothing is transferred.")))
        if not one.is_planned and not one.why_not.strip():
            raise CannotTransfer(
                Reason(_("Say why «%(piece)s» is left out.") % {"piece": PieceKind(one.kind).label})
            )
        if one.is_planned and one.due_on is None:
            raise CannotTransfer(
                Reason(
                    _("Say until when «%(piece)s» is planned.")
                    % {"piece": PieceKind(one.kind).label}
                )
            )


def is_party(municipality: Municipality, agreement: Agreement) -> bool:
    """Whether the convenio is in force today and the municipality signs it."""
    parties = agreement.parties.exclude(role=PartyRole.OBSERVER)
    in_force = Agreement.objects.in_force().filter(pk=agreement.pk)
    return in_force.exists() and parties.filter(organization__town=municipality).exists()


@transaction.atomic
def start(transfer: Transfer, *, by: Any) -> Transfer:
    """It is under way, and from now on everybody reads how far it is."""
    transfer = _locked(transfer, to=TransferState.UNDERWAY)
    if transfer.published_at is None:
        transfer.published_at = timezone.now()
        transfer.save(update_fields=["published_at"])
    return _to(transfer, TransferState.UNDERWAY)


@transaction.atomic
def accept(transfer: Transfer, *, by: Any, day: date | None = None) -> Transfer:
    """The municipality has it: every planned piece has accepted evidence, the act among them."""
    transfer = _locked(transfer, to=TransferState.ACCEPTED)
    day = day or timezone.localdate()
    if day > timezone.localdate():
        raise CannotTransfer(Reason(_("That day has not come yet.")))
    if not pieces_done(transfer).is_whole:
        missing = [p.label for p in pieces_of(transfer) if p.is_planned and not p.is_done]
        raise CannotTransfer(
            Reason(
                _("Not verified yet: %(pieces)s.")
                % {"pieces": ", ".join(str(one) for one in missing) or _("nothing is planned")}
            )
        )
    transfer.accepted_on = day
    transfer.save(update_fields=["accepted_on"])
    return _to(transfer, TransferState.ACCEPTED)


@transaction.atomic
def suspend(transfer: Transfer, *, by: Any, reason: str) -> Transfer:
    return _with_reason(transfer, TransferState.SUSPENDED, reason)


@transaction.atomic
def resume(transfer: Transfer, *, by: Any) -> Transfer:
    """A suspended one goes on; accepted it has to be anew."""
    transfer = _locked(transfer, to=TransferState.UNDERWAY)
    if transfer.state != TransferState.SUSPENDED:
        raise CannotTransfer(Reason(_("Only a suspended transfer goes on again.")))
    transfer.state, transfer.state_reason = TransferState.UNDERWAY, ""
    transfer.save(update_fields=["state", "state_reason"])
    return transfer


@transaction.atomic
def abandon(transfer: Transfer, *, by: Any, reason: str) -> Transfer:
    """Given up, with its reason; its level of adoption goes back to knowing it."""
    transfer = _with_reason(transfer, TransferState.ABANDONED, reason)
    latest = current(transfer)
    if latest and latest.level > Adoption.KNOWS:
        AdoptionStep.objects.create(
            municipality_id=transfer.municipality_id,
            transfer=transfer,
            level=Adoption.KNOWS,
            is_partial=latest.is_partial,
            reason=reason.strip(),
            by=by,
        )
    return transfer


@transaction.atomic
def adapt(
    transfer: Transfer,
    component: Component,
    *,
    by: Any,
    choice: str,
    what: str = "",
    why: str = "",
    norm: str = "",
    verified_on: date | None = None,
) -> Adaptation:
    """A component is kept, shaped or dropped here. Dropping a core one makes adoption partial."""
    transfer = Transfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    if transfer.state == TransferState.ABANDONED:
        raise CannotTransfer(Reason(_("This transfer was given up.")))
    if component.version_id != transfer.version_id:
        raise CannotTransfer(Reason(_("That component is of another version.")))
    if choice != AdaptationChoice.KEEP and not why.strip():
        raise CannotTransfer(Reason(_("Say why it is not kept as it is.")))
    if choice == AdaptationChoice.ADAPT and not what.strip():
        raise CannotTransfer(Reason(_("Say how it is here.")))
    if verified_on and verified_on > timezone.localdate():
        raise CannotTransfer(Reason(_("That day has not come yet.")))
    dropped = choice == AdaptationChoice.DROP
    adaptation, _created = Adaptation.objects.update_or_create(
        transfer=transfer,
        component=component,
        defaults={
            "municipality_id": transfer.municipality_id,
            "choice": choice,
            "what": what.strip() if choice == AdaptationChoice.ADAPT else "",
            "why": why.strip(),
            "norm": norm.strip(),
            "verified_on": None if dropped else verified_on,
        },
    )
    refresh(transfer, by=by)
    return adaptation


def _with_reason(transfer: Transfer, to: str, reason: str) -> Transfer:
    transfer = _locked(transfer, to=to)
    if not reason.strip():
        raise CannotTransfer(Reason(_("Say why: people read it.")))
    transfer.state_reason = reason.strip()[:600]
    with because(reason):
        transfer.state = to
        transfer.save(update_fields=["state", "state_reason"])
    return transfer


def _locked(transfer: Transfer, *, to: str) -> Transfer:
    transfer = (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("version", "municipality", "agreement")
        .get(pk=transfer.pk)
    )
    if why_not := why_not_move_transfer(transfer, to):
        raise CannotTransfer(why_not)
    return transfer


def _to(transfer: Transfer, state: str) -> Transfer:
    transfer.state = state
    transfer.save(update_fields=["state"])
    return transfer
