"""The first good practices of the catalogue, in our own words, for a real site and for the demo.

They come nominated: who reviews them decides whether they are ever offered.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from agreements import facts
from agreements.actions import practices as actions
from agreements.enums import OrganizationKind, PracticeState
from agreements.models import Component, KitItem, Organization, Practice, Requirement
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality


CATALOGUE = Path(__file__).parent / "data" / "practices.toml"
WAY = (PracticeState.REVIEWED, PracticeState.VALIDATED, PracticeState.PUBLISHED)


def load_facts() -> facts.Loaded:
    """The plan, commitment LAL0009, organisations and templates: what the rest stands on."""
    return facts.load_facts()


def the_region() -> Municipality:
    return Municipality.objects.get(kind=MunicipalityKind.REGION)


@transaction.atomic
def load_practices(*, by: Any = None, path: Path = CATALOGUE) -> list[Practice]:
    """Nominate those that are not here yet; what is here stays as it is. In the region's scope."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["practice"]
    here = set(Practice.objects.values_list("code", flat=True))
    region = organization_of_the_region()
    return [_nominate(row, region, by) for row in rows if row["code"] not in here]


def _nominate(row: dict[str, Any], region: Organization, by: Any) -> Practice:
    values = {
        name: value
        for name, value in row.items()
        if name not in ("origin", "components", "requirements", "kit")
    }
    origin = _origin(row["origin"], region)
    practice = actions.nominate(by=by, organization=region, origin=origin, **values)
    version = practice.latest
    Component.objects.bulk_create(
        Component(
            version=version,
            position=place,
            name=one["name"],
            description=one["description"],
            is_core=one["core"],
            verified_by=one["verified"],
        )
        for place, one in enumerate(row["components"])
    )
    Requirement.objects.bulk_create(
        Requirement(
            version=version, position=place, text=one["text"], is_essential=one["essential"]
        )
        for place, one in enumerate(row["requirements"])
    )
    KitItem.objects.bulk_create(
        KitItem(version=version, kind=one["kind"], title=one["title"], text=one["text"].strip())
        for one in row["kit"]
    )
    return practice


def organization_of_the_region() -> Organization:
    region = the_region()
    found = Organization.objects.filter(town=region).first()
    if found is None:
        found, _created = Organization.objects.get_or_create(
            name=region.name,
            defaults={"kind": OrganizationKind.REGIONAL_GOVERNMENT, "town": region},
        )
    return found


def _origin(name: str, region: Organization) -> Organization:
    if name in (region.name, "Gobierno Regional de La Libertad"):
        return region
    found, _created = Organization.objects.get_or_create(
        name=name, defaults={"kind": OrganizationKind.REGIONAL_GOVERNMENT}
    )
    return found


def walk(
    practice: Practice,
    reviews: Iterable[Mapping[str, Any]],
    *,
    by: Any,
    until: str = PracticeState.PUBLISHED,
) -> Practice:
    """Lead a nominated practice through its reviews as far as told; for the demo."""
    practice = actions.move(practice, PracticeState.REVIEW, by=by)
    for one in reviews:
        actions.review(practice.latest, **one)
    for state in WAY if until in WAY else ():
        practice = actions.move(practice, state, by=by)
        if state == until:
            break
    return practice
