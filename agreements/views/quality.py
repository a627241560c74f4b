"""The rubric and what its marks add up to, for everybody; marking for the town and for organisations."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions import quality as actions
from agreements.enums import ActivityState, Assessor
from agreements.forms.evaluation import MarksForm
from agreements.models import Activity, QualityScore
from agreements.quality import quality_of
from agreements.rubric import RUBRIC
from agreements.views.evaluation_page import (
    for_organizations,
    form_page,
    of_the_town,
    page_of,
)
from municipalities.models import Municipality


FIELDS = [criterion.field for criterion in RUBRIC]


@require_safe
def quality(request):
    """What municipalities and others think of interventions, side by side, and of how many."""
    scores = QualityScore.objects.exclude(published_at=None)
    town = Municipality.objects.filter(slug=request.GET.get("municipalidad", "")).first()
    held = Activity.objects.filter(state=ActivityState.HELD).exclude(published_at=None)
    if town:
        scores, held = scores.filter(municipality=town), held.filter(municipality=town)
    found = quality_of(scores.only("at", "activity", "thread", "assessor", "organization", *FIELDS))
    context = {
        "quality": found,
        "rubric": RUBRIC,
        "town": town,
        "held": held.count(),
        "towns": Municipality.objects.filter(
            pk__in=QualityScore.objects.exclude(published_at=None).values("municipality")
        ),
        "crumbs": [(_("Quality of interventions"), None)],
    }
    return render(request, "agreements/evaluation/quality.html", context)


@require_safe
@of_the_town
def own_quality(request, municipality):
    """What has taken place here, and whether it was marked, by whom."""
    held = Activity.objects.filter(municipality=municipality, state=ActivityState.HELD)
    page = page_of(request, held)
    marked = QualityScore.objects.filter(activity__in=list(page)).values_list(
        "activity_id", "assessor"
    )
    by_activity: dict[int, set[str]] = {}
    for activity, assessor in marked:
        by_activity.setdefault(activity, set()).add(assessor)
    rows = [
        (
            one,
            Assessor.SELF in by_activity.get(one.pk, ()),
            Assessor.COUNTERPART in by_activity.get(one.pk, ()),
        )
        for one in page
    ]
    context = {"page": page, "rows": rows}
    return render(request, "agreements/evaluation/own_quality.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_the_town
def score_own(request, municipality, pk):
    activity = get_object_or_404(Activity, municipality=municipality, pk=pk)
    back = reverse("agreed:own_quality", args=[municipality.slug])
    return _score(
        request,
        activity,
        back,
        lambda form: actions.score_own(
            municipality=municipality,
            activity=activity,
            marks=form.marks,
            notes=form.cleaned_data["notes"],
            by=request.user,
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_organizations
def score_as_third(request, organization, pk):
    activity = get_object_or_404(Activity.objects.select_related("municipality"), pk=pk)
    return _score(
        request,
        activity,
        f"{reverse('agreements:oversight')}?que=actividades",
        lambda form: actions.score_as_third(
            activity=activity,
            organization=organization,
            marks=form.marks,
            notes=form.cleaned_data["notes"],
            by=request.user,
        ),
    )


def _score(request, activity, back, act):
    form = MarksForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(form)
        except actions.CannotScore as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your marks are kept and public."))
            return redirect(back)
    return form_page(
        request,
        form,
        title=_("How good was it?"),
        lead=activity.title,
        button=_("Keep the marks"),
        back=back,
    )
