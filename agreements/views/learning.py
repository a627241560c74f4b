"""Lessons, experiments and challenges: found without an account, told by towns, organisations, students."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions import learning as actions
from agreements.enums import LearningKind
from agreements.forms.evaluation import LearningForm, LearningSearchForm, PublicLearningForm
from agreements.learnings import found_by
from agreements.models import Learning
from agreements.rules.evaluation import learns_for
from agreements.views.evaluation_page import form_page, of_the_town, page_of
from decide.common.refusals import sign_in


@require_safe
def learnings(request):
    form = LearningSearchForm(request.GET)
    form.full_clean()
    asked = form.cleaned_data
    words = asked.get("q", "").replace("\x00", "")
    found = found_by(words) if words else Learning.objects.published()
    if kind := asked.get("tipo"):
        found = found.filter(kind=kind)
    if worked := asked.get("resultado"):
        found = found.filter(worked=worked == "si")
    if asked.get("estudiantes"):
        found = found.filter(for_students=True)
    if tag := request.GET.get("palabra", "").replace("\x00", ""):
        found = found.filter(tags__contains=[tag])
    found = found.select_related("municipality", "organization").defer("search")
    context = {
        "form": form,
        "page": page_of(request, found),
        "crumbs": [(_("What was learnt"), None)],
    }
    return render(request, "agreements/evaluation/learnings.html", context)


@require_safe
def learning(request, pk):
    found = Learning.objects.published().select_related(
        "municipality", "organization", "answers_to"
    )
    one = get_object_or_404(found.defer("search"), pk=pk)
    context = {
        "learning": one,
        "answers": Learning.objects.published().filter(answers_to=one).defer("search")[:50],
        "crumbs": [(_("What was learnt"), reverse("agreements:learnings")), (one.title, None)],
    }
    return render(request, "agreements/evaluation/learning.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tell_learning(request):
    """By anybody with an account, for an organisation or as a student; a planner publishes it."""
    if not request.user.is_authenticated:
        return redirect(sign_in(request.get_full_path()))
    initial = {"answers_to": request.GET.get("desafio"), "kind": LearningKind.EXPERIMENT}
    form = PublicLearningForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.tell_for_an_organization(
            organization=learns_for(request.user), by=request.user, **form.cleaned_data
        )
        messages.success(request, _("Thank you. The region reads it and publishes it."))
        return redirect("agreements:learnings")
    return form_page(
        request,
        form,
        title=_("Tell what you learnt"),
        button=_("Send it"),
        back=reverse("agreements:learnings"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_the_town
def tell_own_learning(request, municipality):
    form = LearningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        learning = actions.tell(
            municipality=municipality, by=request.user, publish_now=True, **form.cleaned_data
        )
        messages.success(request, _("It is public."))
        return redirect("agreements:learning", learning.pk)
    return form_page(
        request,
        form,
        title=_("Tell what was learnt here"),
        button=_("Publish it"),
        back=reverse("agreements:learnings"),
    )
