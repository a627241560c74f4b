"""What each assessor holds of a commitment: side by side, the latest of each, none instead of another."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from agreements import badges
from agreements.enums import Assessor
from agreements.models import Assessment, Commitment
from municipalities.enums import MunicipalityKind


def side_by_side(commitment: Commitment) -> dict[int | None, list[dict[str, Any]]]:
    """By milestone (None: the whole commitment), a card for each of the three assessors."""
    latest: dict[tuple[int | None, str], Assessment] = {}
    published = Assessment.objects.filter(
        commitment=commitment,
        municipality__kind=MunicipalityKind.REGION,
        published_at__isnull=False,
    )
    for assessment in published.select_related("organization").order_by("day", "pk"):
        latest[assessment.milestone_id, assessment.assessor] = assessment
    wholes = [None, *commitment.milestones.values_list("pk", flat=True)]
    return defaultdict(
        list,
        {
            whole: [card(assessor, latest.get((whole, assessor))) for assessor in Assessor]
            for whole in wholes
        },
    )


def card(assessor: str, assessment: Assessment | None) -> dict[str, Any]:
    """What it says, and what it says nothing about: a level that nobody gave is no level."""
    nothing = _("No IRM data") if assessor == Assessor.IRM else _("Not given yet")
    return {
        "assessor": Assessor(assessor).label,
        "assessment": assessment,
        "completion": badges.completion(assessment.completion)
        if assessment and assessment.completion
        else {"label": nothing, "tone": "quiet", "icon": "question"},
        "early_results": assessment.get_early_results_display()
        if assessment and assessment.early_results
        else nothing,
        "nothing": nothing,
    }
