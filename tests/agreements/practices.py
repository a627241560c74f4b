"""Situations of practices and transfers that several tests begin from."""

from datetime import date, timedelta

from django.utils import timezone

from agreements.actions import practices, transfers
from agreements.enums import (
    EvidenceKind,
    EvidenceState,
    OrganizationKind,
    PieceKind,
    PracticeState,
)
from agreements.models import Evidence
from municipalities.rls import region_scope
from tests.agreements.factories import (
    AgreementFactory,
    ComponentFactory,
    EvidenceFactory,
    KitItemFactory,
    OrganizationFactory,
    PracticeFactory,
    PracticeReviewFactory,
    PracticeVersionFactory,
    RequirementFactory,
    VerificationFactory,
    the_region,
)
from tests.factories import UserFactory


SHEET = {
    "limits": "Donde no hay señal hace falta una mesa.",
    "risks": "Que nadie responda.",
    "staff": "Una persona, media jornada.",
    "connectivity": "Internet en la municipalidad.",
    "legal_basis": "Ley 27972",
    "setup_cost": 0,
    "yearly_cost": 1_200,
}


def in_region():
    the_region()
    return region_scope("tests")


def nominated(*, sheet=True, **fields):
    """A practice with a version whose sheet is whole: two components, one essential need."""
    practice = PracticeFactory(**fields)
    version = PracticeVersionFactory(
        practice=practice,
        number=1,
        **(SHEET if sheet else SHEET | {"limits": ""}),
        modules=["proposals"],
    )
    ComponentFactory(version=version, name="Reglas publicadas", description="Reglas de todos.")
    ComponentFactory(version=version, name="Plazos", is_core=False, description="Diez días.")
    RequirementFactory(version=version, text="Una persona que responda")
    KitItemFactory(version=version)
    return practice


def reviewed_by(practice, *kinds, **fields):
    with in_region():
        version = practice.versions.order_by("-number").first()
    for kind in kinds:
        PracticeReviewFactory(
            version=version, organization=OrganizationFactory(kind=kind), **fields
        )


def move(practice, *states, by=None):
    by = by or UserFactory()
    with in_region():
        for state in states:
            practice = practices.move(practice, state, by=by, reason="Porque sí.")
    return practice


def published(**fields):
    practice = move(nominated(**fields), PracticeState.REVIEW)
    reviewed_by(practice, OrganizationKind.CIVIL_SOCIETY, OrganizationKind.UNIVERSITY)
    return move(practice, PracticeState.REVIEWED, PracticeState.VALIDATED, PracticeState.PUBLISHED)


def ready(town, practice=None):
    """A transfer whose readiness was answered."""
    practice = practice or published()
    with in_region():
        version = practice.offered
        transfer = transfers.begin(town, version, by=UserFactory())
        answers = dict.fromkeys(version.requirements.values_list("pk", flat=True), (True, ""))
        return transfers.answer_readiness(transfer, answers, by=UserFactory())


def pieces(*, left_out=(), due_on=None):
    due_on = due_on or timezone.localdate() + timedelta(days=90)
    return [
        transfers.PiecePlan(kind, is_planned=False, why_not="Ya la tiene.")
        if kind in left_out
        else transfers.PiecePlan(kind, due_on=due_on)
        for kind in PieceKind
    ]


def plan(transfer, town, *, left_out=(), **fields):
    today = timezone.localdate()
    agreement = fields.pop("agreement", None) or AgreementFactory(
        towns=[town],
        signed=date(2020, 1, 1),
        starts_on=date(2020, 1, 1),
        ends_on=today + timedelta(days=700),
    )
    values = {
        "agreement": agreement,
        "mechanism": "portal_propuestas",
        "target": "100 propuestas respondidas",
        "starts_on": today - timedelta(days=100),
        "ends_on": today + timedelta(days=100),
        "pieces": pieces(left_out=left_out),
    }
    with in_region():
        return transfers.plan(transfer, by=UserFactory(), **values | fields)


def underway(town, practice=None, **fields):
    transfer = plan(ready(town, practice), town, **fields)
    with in_region():
        return transfers.start(transfer, by=UserFactory())


def accepted_evidence(town, *, kind=EvidenceKind.MINUTES, **of):
    """Evidence of one thing that somebody else has verified."""
    with in_region():
        evidence = EvidenceFactory(municipality=town, kind=kind, **({"activity": None} | of))
        VerificationFactory(municipality=town, evidence=evidence)
        Evidence.objects.filter(pk=evidence.pk).update(state=EvidenceState.ACCEPTED)
    return evidence


def show(transfer, *kinds):
    """Accepted evidence for these pieces."""
    with in_region():
        found = {piece.kind: piece for piece in transfer.pieces.all()}
    papers = {PieceKind.NORM: EvidenceKind.NORM}
    return [
        accepted_evidence(
            transfer.municipality,
            piece=found[kind],
            kind=papers.get(kind, EvidenceKind.MINUTES),
        )
        for kind in kinds
    ]
