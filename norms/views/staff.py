"""The desk of norms: a draft norm is begun, published, given more time, withdrawn, decided."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from norms import course, progress
from norms.actions import norms as actions
from norms.enums import Phase
from norms.forms.norms import ExtendForm, NormForm, ResultForm, WithdrawForm
from norms.models import Norm
from norms.rules.norms import (
    warning_on_days,
    why_closed,
    why_not_extend,
    why_not_publish,
    why_not_result,
    why_not_withdraw,
)
from norms.views.norms import norm_or_404, staff_of_norms
from participation import drafts


A_PAGE = 20
shown_and_sent = require_http_methods(["GET", "HEAD", "POST"])


def to_manage(norm):
    return redirect("norms:manage", norm.municipality.slug, norm.pk)


def status_of(form):
    return 422 if form.is_bound and form.errors else 200


def away(request, norm, reason):
    """Back to its page for staff, with why."""
    messages.error(request, str(reason))
    return to_manage(norm)


@require_safe
@staff_of_norms
def desk(request, municipality):
    """All draft norms, also those nobody else sees, by phase if one is asked for."""
    here = Norm.objects.for_municipality(municipality).defer("search", "explanation")
    phase = request.GET.get("fase", "")
    phase = phase if phase in Phase.values else ""
    if phase:
        here = here.in_phase(phase)
    page = Paginator(here.order_by("-created_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(norm, progress.badge(norm), course.next_date(norm)) for norm in page.object_list],
        "phases": list(Phase),
        "phase": phase,
    }
    return render(request, "norms/staff/desk.html", context)


@shown_and_sent
@staff_of_norms
def write(request, municipality):
    form = NormForm(request.POST or None, initial={"form_key": uuid.uuid4()})
    if form.is_valid():
        try:
            norm = actions.begin(
                municipality,
                by=request.user,
                form_key=drafts.form_key(form.cleaned_data["form_key"]) or uuid.uuid4(),
                **form.words,
            )
        except actions.CannotNorm as reason:
            form.add_error(None, str(reason))
        else:
            return kept(request, norm, _("It is kept. Nobody but staff sees it yet."))
    context = {"form": form, "closed": why_closed(municipality)}
    return render(request, "norms/staff/write.html", context, status=status_of(form))


@shown_and_sent
@staff_of_norms
def edit(request, municipality, pk):
    norm = norm_or_404(request, pk)
    # The form changes the instance that it is given before it is known whether it is valid.
    form = NormForm(request.POST or None, instance=norm_or_404(request, pk))
    if form.is_valid():
        try:
            norm = actions.revise(norm, by=request.user, **form.words)
        except actions.CannotNorm as reason:
            form.add_error(None, str(reason))
        else:
            return kept(request, norm, _("Your changes are kept."))
    context = {"form": form, "norm": norm}
    return render(request, "norms/staff/write.html", context, status=status_of(form))


def kept(request, norm, said):
    """Say so, and warn if there is little time for comments."""
    messages.success(request, said)
    if not norm.is_public and (warning := warning_on_days(norm.opens_at, norm.closes_at)):
        messages.warning(request, warning)
    return to_manage(norm)


@require_safe
@staff_of_norms
def manage(request, municipality, pk):
    """Where it stands, what comes now, and every page of staff about it."""
    norm = norm_or_404(request, pk)
    draft = norm.draft
    context = {
        "norm": norm,
        "badge": progress.badge(norm),
        "stages": progress.steps(norm),
        "todo": course.todo(norm),
        "draft": draft,
        "versions": list(norm.versions.published().order_by("-number")),
        "warning": warning_on_days(norm.opens_at, norm.closes_at),
        "can_publish": why_not_publish(norm) is None,
        "can_extend": why_not_extend(norm) is None,
        "can_withdraw": why_not_withdraw(norm) is None,
        "can_result": why_not_result(norm) is None,
        "links": course.links(norm),
    }
    return render(request, "norms/staff/manage.html", context)


@shown_and_sent
@staff_of_norms
def publish(request, municipality, pk):
    norm = norm_or_404(request, pk)
    if reason := why_not_publish(norm):
        return away(request, norm, reason)
    if request.method == "POST":
        try:
            actions.publish(norm, by=request.user)
        except actions.CannotNorm as reason:
            return away(request, norm, reason)
        messages.success(request, _("Everybody can read it. Who follows the municipality is told."))
        return to_manage(norm)
    context = {
        "norm": norm,
        "stages": progress.steps(norm),
        "warning": warning_on_days(norm.opens_at, norm.closes_at),
    }
    return render(request, "norms/staff/publish.html", context)


@shown_and_sent
@staff_of_norms
def extend(request, municipality, pk):
    norm = norm_or_404(request, pk)
    if reason := why_not_extend(norm):
        return away(request, norm, reason)
    form = ExtendForm(request.POST or None, norm=norm)
    if done(request, form, _("Its days are put off."), actions.extend, norm):
        return to_manage(norm)
    return form_page(
        request,
        norm,
        form,
        title=_("Give more time"),
        lead=_("The days can be put off, never brought forward. Who follows it is told."),
        button=_("Put the days off"),
    )


@shown_and_sent
@staff_of_norms
def withdraw(request, municipality, pk):
    norm = norm_or_404(request, pk)
    if reason := why_not_withdraw(norm):
        return away(request, norm, reason)
    form = WithdrawForm(request.POST or None)
    if done(request, form, _("It is withdrawn. What was said stays."), actions.withdraw, norm):
        return to_manage(norm)
    return form_page(
        request,
        norm,
        form,
        title=_("Withdraw the draft norm"),
        lead=_(
            "It takes no more comments. Its page stays, with the reason, and who follows it is"
            " told. This cannot be taken back."
        ),
        button=pgettext("draft norm", "Withdraw it"),
        danger=True,
    )


@shown_and_sent
@staff_of_norms
def result(request, municipality, pk):
    norm = norm_or_404(request, pk)
    if reason := why_not_result(norm):
        return away(request, norm, reason)
    form = ResultForm(request.POST or None, instance=norm_or_404(request, pk))
    if done(request, form, _("The result is published."), actions.publish_result, norm):
        return to_manage(norm)
    return form_page(
        request,
        norm,
        form,
        title=_("Publish the result"),
        lead=_("What the council made of it. Who follows it is told; it does not change any more."),
        button=_("Publish the result"),
    )


def done(request, form, said, act, norm):
    """Do what a valid form says and tell; or say at the form why not."""
    if not form.is_valid():
        return False
    try:
        act(norm, by=request.user, **form.cleaned_data)
    except actions.CannotNorm as reason:
        form.add_error(None, str(reason))
        return False
    messages.success(request, said)
    return True


def form_page(request, norm, form, **words):
    context = {"norm": norm, "form": form, **words}
    return render(request, "norms/staff/form.html", context, status=status_of(form))
