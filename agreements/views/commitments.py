"""Plans of open government and their commitments, with three assessments side by side."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements import assessments, bars, board
from agreements.enums import OgpValue, PolicyArea
from agreements.models import (
    ActionPlan,
    Commitment,
    Milestone,
    Responsibility,
)


@require_safe
def index(request):
    """Each plan with what it promises, the newest first."""
    plans = ActionPlan.objects.prefetch_related("commitments")
    return render(
        request,
        "agreements/observatory/commitments.html",
        {"plans": plans, "crumbs": [(_("Commitments"), None)]},
    )


@require_safe
def commitment(request, code):
    """What was promised, by when, who answers, and how far it is in the eyes of each."""
    found = get_object_or_404(Commitment.objects.select_related("plan"), code=code)
    responsible = Responsibility.objects.select_related("office__organization").order_by(
        "-starts_on"
    )
    milestones = list(
        found.milestones.prefetch_related(Prefetch("responsible", responsible)).order_by("number")
    )
    context = {
        "commitment": found,
        "policy_areas": [PolicyArea(area).label for area in found.policy_areas],
        "bars": bars.of(found, milestones),
        "whole": assessments.side_by_side(found)[None],
        "milestones": milestones_of(found, milestones, by=request.user),
        "documents": found.documents.all(),
        "related": found.related.all(),
        "crumbs": [(_("Commitments"), reverse("agreements:commitments")), (found.code, None)],
    }
    return render(request, "agreements/observatory/commitment.html", context)


def milestones_of(found: Commitment, milestones: list[Milestone], *, by):
    given = assessments.side_by_side(found)
    levels = board.overall(by=by)
    return [
        {
            "milestone": milestone,
            "values": [OgpValue(value).label for value in milestone.values],
            "assessments": given[milestone.pk],
            "computed": levels.get(milestone.gate),
            "responsible": milestone.responsible.all(),
        }
        for milestone in milestones
    ]
