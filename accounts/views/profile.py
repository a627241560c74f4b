from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import language, legal, phones
from accounts.actions import consents as consent_actions, profile as actions
from accounts.actions.handles import HandleTaken
from accounts.enums import Purpose, Shown
from accounts.forms.profile import HANDLE_TAKEN, ProfileForm, PublicPageForm
from accounts.middleware import has_second_factor
from accounts.models import User
from municipalities.models import Municipality


@login_required
@require_GET
def overview(request):
    """What somebody has here and may do next."""
    user = request.user
    places = Municipality.objects.none()
    if user.proof:
        places = Municipality.objects.where_takes_part(user.proof.district_id).order_by("-place_id")
    return render(
        request,
        "accounts/overview.html",
        {
            "places": places,
            "phone": phones.spaced(user.phone),
            "grants": user.grants.current().select_related("municipality"),
            "second_factor": has_second_factor(user),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request):
    counts = request.user.consents.standing().filter(purpose=Purpose.STATISTICS).exists()
    initial = {"counts": counts, "language": request.user.language or settings.LANGUAGE_CODE}
    # Its own copy, so that the header keeps the old name while the form is being put right.
    person = User.objects.get(pk=request.user.pk)
    data = request.POST if request.method == "POST" else None
    form = ProfileForm(data, instance=person, initial=initial)
    if form.is_valid() and (user := changed(person, form)):
        translation.activate(user.language)
        messages.success(request, _("Saved."))
        response = redirect("accounts:profile")
        language.remember(response, user.language)
        return response
    status = 422 if form.errors else 200
    return render(request, "accounts/edit.html", {"form": form}, status=status)


def changed(person, form):
    try:
        return actions.change_profile(person, **form.cleaned_data)
    except HandleTaken:
        form.add_error("handle", HANDLE_TAKEN)
        return None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def public_page(request):
    """What others see of oneself: chosen here, seen beforehand, kept only with «save»."""
    person = User.objects.get(pk=request.user.pk)
    data = request.POST if request.method == "POST" else None
    form = PublicPageForm(data, instance=person)
    if form.is_valid() and "preview" not in request.POST:
        actions.change_public_page(person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:public_page")
    places = Municipality.objects.none()
    if request.user.proof:
        places = Municipality.objects.where_takes_part(request.user.proof.district_id)
    context = {
        "form": form,
        "person": person,
        "shown": [Shown(what).label for what in person.shows if what in Shown.values],
        "places": places.order_by("-place_id"),
    }
    return render(request, "accounts/public_page.html", context, status=422 if form.errors else 200)


# What may be given and taken back one by one; the rules go with the account.
OPTIONAL = {
    Purpose.STATISTICS: legal.STATISTICS_VERSION,
    Purpose.NEWS: legal.NEWS_VERSION,
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request):
    if request.method == "POST":
        purpose = request.POST.get("purpose")
        if purpose in OPTIONAL:
            if request.POST.get("act") == "give":
                consent_actions.give(request.user, {purpose: OPTIONAL[purpose]})
                messages.success(request, _("You agreed. You can take it back here at any time."))
            else:
                consent_actions.withdraw(request.user, purpose)
                messages.success(request, _("You took it back. From now on we no longer do it."))
        return redirect("accounts:consents")
    standing = {consent.purpose: consent for consent in request.user.consents.standing()}
    rows = [
        {
            "purpose": purpose,
            "label": purpose.label,
            "consent": standing.get(purpose),
            "optional": purpose in OPTIONAL,
        }
        for purpose in Purpose
        if purpose in standing or purpose in OPTIONAL
    ]
    past = request.user.consents.exclude(withdrawn_at=None).order_by("-withdrawn_at")
    return render(request, "accounts/consents.html", {"rows": rows, "past": past})
