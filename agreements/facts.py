"""What is known from the start: the plan, commitment LAL0009 and who takes part.

Facts come from agreements/data/lal0009.json, with their sources. Loading them again brings them
up to date and adds nothing twice; what planners wrote since (offices, templates) is left alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from agreements.because import because
from agreements.enums import Assessor, OrganizationKind
from agreements.models import (
    ActionPlan,
    AgreementTemplate,
    Assessment,
    Commitment,
    Milestone,
    Office,
    Organization,
    Responsibility,
    SourceDocument,
)
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality
from municipalities.rls import region_scope


FACTS = Path(__file__).parent / "data" / "lal0009.json"
KINDS = {
    MunicipalityKind.REGION: OrganizationKind.REGIONAL_GOVERNMENT,
    MunicipalityKind.PROVINCIAL: OrganizationKind.PROVINCIAL,
    MunicipalityKind.DISTRICT: OrganizationKind.DISTRICT,
}


class NoRegion(Exception):
    """There is nobody whose commitment it would be: load the places first."""


@dataclass(frozen=True)
class Loaded:
    commitment: Commitment
    organizations: int
    templates: int


@transaction.atomic
def load_facts(path: Path = FACTS) -> Loaded:
    """Plan, commitment, milestones, assessment of the IRM, offices, organisations, templates."""
    facts = json.loads(path.read_text(encoding="utf-8"))
    municipalities = list(Municipality.objects.of_region(settings.REGION))
    region = next((m for m in municipalities if m.is_region), None)
    if region is None:
        raise NoRegion("Load the places of the region first: manage.py load_places.")
    with region_scope("facts of LAL0009"), because("Facts of the commitment"):
        organizations = _organizations(municipalities, facts["organizations"])
        offices = _offices(Organization.objects.get(town=region), facts["offices"])
        commitment = _commitment(facts)
        _milestones(commitment, facts["milestones"], offices[facts["responsible"]])
        _assessment(commitment, region, facts["irm"], date.fromisoformat(facts["read_on"]))
        for document in facts["documents"]:
            SourceDocument.objects.get_or_create(
                url=document["url"],
                commitment=commitment,
                defaults={"title": document["title"], "retrieved_on": facts["read_on"]},
            )
        templates = _templates(facts["templates"])
    return Loaded(commitment, organizations, templates)


def _organizations(municipalities: list[Municipality], others: list[dict[str, Any]]) -> int:
    """Those that stand for municipalities, and those that the region said it would inform."""
    known = set(Organization.objects.exclude(town=None).values_list("town_id", flat=True))
    made = [
        Organization(kind=KINDS[m.kind], name=m.name, short_name=m.short_name, town=m)
        for m in municipalities
        if m.pk not in known
    ]
    for other in others:
        same = Q(name=other["name"]) | Q(short_name=other["short_name"])
        if not Organization.objects.filter(same).exists():
            made.append(Organization(**other))
    Organization.objects.bulk_create(made)
    return len(made)


def _offices(organization: Organization, rows: list[dict[str, Any]]) -> dict[str, Office]:
    return {
        row["name"]: Office.objects.get_or_create(
            organization=organization, name=row["name"], defaults=row
        )[0]
        for row in rows
    }


def _commitment(facts: dict[str, Any]) -> Commitment:
    plan, _created = ActionPlan.objects.update_or_create(
        code=facts["plan"]["code"], defaults=facts["plan"]
    )
    commitment, _created = Commitment.objects.update_or_create(
        code=facts["commitment"]["code"], defaults={**facts["commitment"], "plan": plan}
    )
    commitment.refresh_from_db()
    return commitment


def _milestones(commitment: Commitment, rows: list[dict[str, Any]], office: Office) -> None:
    """Without dates of their own, for the plan gives none; each with one office that answers."""
    for row in rows:
        milestone, _created = Milestone.objects.update_or_create(
            commitment=commitment, number=row["number"], defaults=row
        )
        if not milestone.responsible.exists():
            Responsibility.objects.create(
                milestone=milestone, office=office, starts_on=commitment.starts_on
            )


def _assessment(commitment: Commitment, region: Municipality, irm: dict[str, Any], day: date):
    """What the IRM published; where it is silent, so are we."""
    if not Assessment.objects.filter(
        commitment=commitment, milestone=None, assessor=Assessor.IRM, municipality=region
    ).exists():
        Assessment.objects.create(
            municipality=region,
            commitment=commitment,
            assessor=Assessor.IRM,
            day=day,
            published_at=f"{day}T12:00:00-05:00",
            **irm,
        )


def _templates(rows: list[dict[str, Any]]) -> int:
    return sum(
        AgreementTemplate.objects.get_or_create(name=row["name"], defaults=row)[1] for row in rows
    )
