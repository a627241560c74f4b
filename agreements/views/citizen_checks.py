"""«Is this true in your place?»: a page for each step and each transfer of a municipality."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.actions import citizen_checks as actions
from agreements.citizen_checks import FEWEST, said_of
from agreements.forms.evaluation import CheckForm, WhyForm
from agreements.models import CitizenCheck, Transfer, WorkItem
from agreements.rules.evaluation import may_hide, why_not_check
from agreements.views.evaluation_page import form_page, page_of
from decide.common.permissions import Refusal
from decide.common.refusals import refused, sign_in
from municipalities.middleware import municipality_or_404
from participation import limits
from participation.enums import TracedAct


@require_http_methods(["GET", "HEAD", "POST"])
def check_transfer(request, municipality_slug, pk):
    municipality = municipality_or_404(request)
    found = Transfer.objects.exclude(published_at=None).select_related("version__practice")
    transfer = get_object_or_404(found, municipality=municipality, pk=pk)
    transfer.municipality = municipality
    here = reverse("agreed:check_transfer", args=[municipality.slug, pk])
    return _check(request, municipality, here, transfer=transfer)


@require_http_methods(["GET", "HEAD", "POST"])
def check_item(request, municipality_slug, pk):
    """A step of a published convenio that this municipality is a party of."""
    municipality = municipality_or_404(request)
    found = WorkItem.objects.select_related("agreement").exclude(agreement__published_at=None)
    item = get_object_or_404(found, agreement__towns__contains=[municipality.pk], pk=pk)
    here = reverse("agreed:check_item", args=[municipality.slug, pk])
    return _check(request, municipality, here, item=item)


def _check(request, municipality, here, **thing):
    mine = (
        CitizenCheck.objects.filter(municipality=municipality, by=request.user, **thing).first()
        if request.user.is_authenticated
        else None
    )
    reason = why_not_check(request.user, municipality)
    initial = {"reply": mine.reply, "comment": mine.comment} if mine else None
    form = CheckForm(request.POST or None, initial=initial)
    if request.method == "POST":
        if reason:
            return refused(request, reason, here)
        if form.is_valid():
            return _say(request, municipality, here, form, thing)
    checks = CitizenCheck.objects.filter(municipality=municipality, **thing)
    context = {
        "thing": thing.get("item") or thing["transfer"],
        "said": said_of(municipality=municipality, **thing),
        "fewest": FEWEST,
        "page": page_of(request, checks.filter(hidden_at=None).exclude(comment="")),
        "form": form,
        "mine": mine,
        "reason": reason,
        "sign_in": sign_in(here),
        "may_hide": may_hide(request.user, municipality),
    }
    status = 422 if form.errors else 200
    return render(request, "agreements/evaluation/check.html", context, status=status)


def _say(request, municipality, here, form, thing):
    wait = limits.why_wait(request, request.user, municipality, TracedAct.COMMENT)
    if wait:
        return refused(request, wait, here)
    try:
        actions.say(municipality=municipality, by=request.user, **form.cleaned_data, **thing)
    except Refusal as refusal:
        return refused(request, refusal.reason, here)
    messages.success(request, _("Thank you! Your answer counts; you may change it."))
    return redirect(here)


@require_http_methods(["GET", "HEAD", "POST"])
def hide_check(request, municipality_slug, pk):
    """Moderation takes the words away, with its reason; the answer goes on counting."""
    municipality = municipality_or_404(request)
    if not request.user.is_authenticated:
        return redirect(sign_in(request.get_full_path()))
    if not may_hide(request.user, municipality):
        raise PermissionDenied
    check = get_object_or_404(CitizenCheck, municipality=municipality, pk=pk)
    if check.hidden_at:
        raise Http404
    name, of = ("item", check.item_id) if check.item_id else ("transfer", check.transfer_id)
    back = reverse(f"agreed:check_{name}", args=[municipality.slug, of])
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.hide_words(check=check, why=form.cleaned_data["why"])
        messages.success(request, _("The words are hidden; the answer goes on counting."))
        return redirect(back)
    return form_page(
        request,
        form,
        title=_("Hide what was written"),
        lead=check.comment,
        button=_("Hide it"),
        back=back,
    )
