"""Organisations nominate practices and review those of others, without the admin (R62, R80)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions import practices as actions
from agreements.forms.practices import NominationForm, ReviewForm
from agreements.models import Practice, PracticeVersion
from agreements.rules.people import is_observer, is_planner, organizations_of
from agreements.rules.practices import (
    nominators_for,
    reviewers_for,
    why_not_nominate,
    why_not_review,
)
from agreements.transfers_told import with_kit
from municipalities.rls import region_scope


def crumbs(title):
    return [(_("Good practices"), reverse("agreements:practices")), (title, None)]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def nominate_practice(request):
    """Put a practice forward for an organisation or a municipality."""
    if reason := why_not_nominate(request.user):
        messages.error(request, str(reason))
        return redirect("agreements:practices")
    form = NominationForm(request.POST or None, organizations=nominators_for(request.user))
    if request.method == "POST" and form.is_valid():
        with region_scope("nominate a practice", by=request.user):
            made = actions.nominate(by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("«%(title)s» is nominated as %(code)s. Others review it now.")
            % {"title": made.title, "code": made.code},
        )
        return redirect("agreements:practices")
    title = _("Nominate a practice")
    context = {
        "form": form,
        "title": title,
        "lead": _("You tell what works; others review it. It is published once they recommend it."),
        "button": _("Nominate it"),
        "back": (reverse("agreements:practices"), _("Good practices")),
        "crumbs": crumbs(title),
    }
    status = 422 if form.is_bound else 200
    return render(request, "agreements/practices/form.html", context, status=status)


@login_required
@never_cache
@require_safe
def practices_to_review(request):
    """What waits for a review, for those who speak for an organisation and for the region."""
    user = request.user
    if not (organizations_of(user) or is_planner(user) or is_observer(user)):
        raise PermissionDenied
    with region_scope("practices under review", by=user):
        waiting = Practice.objects.under_review().select_related("origin", "nominated_by")
        rows = [(one, why_not_review(user, one)) for one in waiting[:100]]
    title = _("Practices under review")
    context = {"rows": rows, "title": title, "crumbs": crumbs(title)}
    return render(request, "agreements/practices/to_review.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_practice(request, code):
    """Read a practice that is not published yet, and say what one found."""
    user = request.user
    if not organizations_of(user):
        raise PermissionDenied
    with region_scope("review a practice", by=user):
        practice = Practice.objects.under_review().filter(code=code).first()
        if practice is None:
            raise Http404
        if reason := why_not_review(user, practice):
            messages.error(request, str(reason))
            return redirect("agreements:practices_to_review")
        form = ReviewForm(request.POST or None, organizations=reviewers_for(user, practice))
        if request.method == "POST" and form.is_valid():
            return _reviewed(request, practice, form)
        version = with_kit(PracticeVersion.objects.filter(pk=practice.latest.pk)).get()
        context = {
            "form": form,
            "practice": practice,
            "version": version,
            "crumbs": [
                *crumbs("")[:1],
                (_("Practices under review"), reverse("agreements:practices_to_review")),
                (practice.title, None),
            ],
        }
        status = 422 if form.is_bound else 200
        return render(request, "agreements/practices/review.html", context, status=status)


def _reviewed(request, practice, form):
    try:
        actions.review(practice.latest, by=request.user, **form.cleaned_data)
    except actions.CannotReview as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Thank you: your review is kept, with your organisation's name.")
        )
    return redirect("agreements:practices_to_review")
