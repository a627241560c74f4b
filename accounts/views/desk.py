from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import assistance
from accounts.actions import desk as actions
from accounts.forms.residence import AccompanyForm, AssistedForm, ReceiptForm, VerifyForm
from accounts.models import DeskAct
from decide.common.permissions import require
from municipalities.middleware import municipality_or_404


@login_required
@never_cache
@require_GET
def home(request, municipality_slug):
    """What a desk can do, and what this officer did today."""
    municipality = _desk(request)
    acts = DeskAct.objects.filter(officer=request.user).select_related("person")[:20]
    return render(request, "accounts/desk.html", {"municipality": municipality, "acts": acts})


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
