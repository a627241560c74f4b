from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import assistance
from accounts.actions import desk as actions, residence
from accounts.enums import DeskActKind
from accounts.forms.residence import (
    AccompanyForm,
    AssistedForm,
    ReceiptForm,
    VerifyForm,
    WithdrawForm,
)
from accounts.models import DeskAct, User
from decide.common.permissions import require
from municipalities.middleware import municipality_or_404


@login_required
@never_cache
@require_GET
def home(request, municipality_slug):
    """What a desk can do, and what this officer did today."""
    municipality = _desk(request)
    acts = DeskAct.objects.filter(officer=request.user).select_related("person")[:20]
    context = {
        "municipality": municipality,
        "acts": acts,
        "may_withdraw": request.user.has_perm("accounts.withdraw_residence", municipality),
        "waiting": _who_may_help_no_more(municipality)
        if request.user.has_perm("accounts.release_votes", municipality)
        else [],
    }
    return render(request, "accounts/desk.html", context)


@login_required
@never_cache
@sensitive_post_parameters("number")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request, municipality_slug):
    municipality = _desk(request)
    form = VerifyForm(request.POST or None, municipality=municipality)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.verify(municipality, by=request.user, **_facts(form))
        except actions.CannotHelp as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is verified.") % {"name": person.public_name})
            return redirect("desk:home", municipality.slug)
    return _page(request, "accounts/desk_verify.html", form)


@login_required
@never_cache
@sensitive_post_parameters("number")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request, municipality_slug):
    municipality = _desk(request)
    form = AssistedForm(request.POST or None, municipality=municipality)
    if request.method == "POST" and form.is_valid():
        try:
            person, code = actions.register(municipality, by=request.user, **_facts(form))
        except actions.CannotHelp as error:
            form.add_error(None, str(error))
        else:
            return _receipt(request, person, code)
    return _page(request, "accounts/desk_register.html", form)


@login_required
@never_cache
@sensitive_post_parameters("number")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def new_receipt(request, municipality_slug):
    municipality = _desk(request)
    form = ReceiptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person, code = actions.new_receipt(municipality, by=request.user, **form.cleaned_data)
        except actions.CannotHelp as error:
            form.add_error(None, str(error))
        else:
            return _receipt(request, person, code)
    return _page(request, "accounts/desk_receipt_again.html", form)


@login_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def accompany(request, municipality_slug):
    """For half an hour the officer's pages of this municipality are those of the person."""
    municipality = _desk(request)
    form = AccompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.accompany(
                municipality,
                code=form.cleaned_data["code"],
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except actions.CannotHelp as error:
            form.add_error("code", str(error))
        else:
            assistance.begin(request.session, person, municipality)
            return redirect(municipality)
    return _page(request, "accounts/desk_accompany.html", form)


@login_required
@require_POST
def end_accompanying(request, municipality_slug):
    municipality = _desk(request)
    assistance.end(request.session)
    messages.success(request, _("You act for yourself again."))
    return redirect("desk:home", municipality.slug)


@login_required
@never_cache
@sensitive_post_parameters("number")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, municipality_slug):
    """An administrator takes back the proof of somebody who does not live here."""
    municipality = _desk(request)
    require(request.user, "accounts.withdraw_residence", municipality)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("kind", "number", "why")}
        try:
            residence.withdraw(municipality, by=request.user, **facts)
        except residence.CannotWithdraw as error:
            form.add_error("number", str(error))
        else:
            messages.success(request, _("The proof is withdrawn, and the person is told why."))
            return redirect("desk:home", municipality.slug)
    return _page(request, "accounts/desk_withdraw.html", form)


@login_required
@require_POST
def release_votes(request, municipality_slug, officer):
    """An administrator lets an officer help more people to vote today."""
    municipality = _desk(request)
    require(request.user, "accounts.release_votes", municipality)
    officer = get_object_or_404(_officers_of(municipality), pk=officer)
    try:
        actions.release(municipality, officer=officer, by=request.user)
    except actions.CannotHelp as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("%(name)s can help more people today.") % {"name": officer.public_name}
        )
    return redirect("desk:home", municipality.slug)


def _officers_of(municipality):
    acts = DeskAct.objects.filter(municipality=municipality, act=DeskActKind.VOTED)
    return User.objects.filter(pk__in=acts.values("officer"))


def _who_may_help_no_more(municipality):
    """Officers who have helped as many people to vote today as they may."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    busy = _officers_of(municipality).filter(
        desk_acts__municipality=municipality,
        desk_acts__act=DeskActKind.VOTED,
        desk_acts__at__gte=today,
    )
    counted = busy.annotate(helped=Count("desk_acts")).filter(helped__gte=settings.DESK_DAILY_VOTES)
    return [one for one in counted if actions.votes_left(municipality, one) < 1]


def _desk(request):
    municipality = municipality_or_404(request)
    require(request.user, "accounts.work_at_desk", municipality)
    return municipality


def _facts(form):
    ticks = ("adult", "consent")
    return {name: value for name, value in form.cleaned_data.items() if name not in ticks}


def _receipt(request, person, code):
    """Shown once: it is kept nowhere, so that only the paper opens the account."""
    context = {"person": person, "receipt_code": code, "lasts": actions.RECEIPT_LASTS.days}
    return render(request, "accounts/desk_receipt.html", context)


def _page(request, template, form):
    return render(request, template, {"form": form}, status=422 if form.errors else 200)
