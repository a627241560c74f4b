"""The acta of agreements: for everybody once it is issued, and for those who write it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets.actions import minutes as actions
from budgets.forms.minutes import AddendumForm, MinutesForm, SignedForm
from budgets.minutes import content_of
from budgets.minutes_pdf import acta
from budgets.minutes_told import parts_of
from budgets.models import Minutes
from budgets.views.budgets import budget_or_404, seen_or_404, staff_of_budgets
from budgets.views.staff_forms import attempt, form_page
from votes.commitments import canonical


def minutes_of(budget):
    found = Minutes.objects.filter(budget=budget).select_related("signed").first()
    if found:
        found.budget = budget
    return found


def issued_or_404(request, pk):
    minutes = minutes_of(seen_or_404(request, pk))
    if minutes is None or not minutes.is_issued:
        raise Http404
    return minutes


@require_safe
def minutes(request, municipality_slug, pk):
    """What was agreed, as it was issued; before that, that it is not there yet."""
    budget = seen_or_404(request, pk)
    found = minutes_of(budget)
    context = {"budget": budget, "minutes": found}
    if found is None or not found.is_issued:
        return render(request, "budgets/after/minutes_wait.html", context, status=404)
    context |= {
        "parts": parts_of(found.content),
        "signers": found.content["signers"],
        "digest": bytes(found.digest).hex(),
        "addenda": found.addenda.all(),
    }
    return render(request, "budgets/after/minutes.html", context)


@require_safe
def minutes_pdf(request, municipality_slug, pk):
    """Always the same bytes: who has them already is told so."""
    found = issued_or_404(request, pk)

    def made():
        address = settings.SITE_URL + reverse("budgets:minutes", args=[municipality_slug, pk])
        return HttpResponse(acta(found.content, address), content_type="application/pdf")

    return _file(request, found, made, f"acta-presupuesto-{pk}.pdf")


@require_safe
def minutes_json(request, municipality_slug, pk):
    """Exactly the bytes whose SHA-256 is the fingerprint."""
    found = issued_or_404(request, pk)

    def made():
        kind = "application/json; charset=utf-8"
        return HttpResponse(canonical(found.content), content_type=kind)

    return _file(request, found, made, f"acta-presupuesto-{pk}.json")


def _file(request, found, made, name):
    etag = f'"{bytes(found.digest).hex()}"'
    response = get_conditional_response(request, etag=etag) or made()
    response["ETag"] = etag
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


# --- Staff


@require_safe
@staff_of_budgets("budgets.run_budget")
def minutes_desk(request, municipality, pk):
    """What is written, what is missing, and all of it as it would be issued now."""
    budget = budget_or_404(request, pk)
    found = minutes_of(budget)
    context = {"budget": budget, "minutes": found, "problem": actions.why_not_issue(budget, found)}
    if found and not found.is_issued:
        content = content_of(found)
        context |= {"parts": parts_of(content), "signers": content["signers"]}
    elif found:
        context |= {"addenda": found.addenda.all(), "digest": bytes(found.digest).hex()}
    return render(request, "budgets/after/minutes_desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def write_minutes(request, municipality, pk):
    budget = budget_or_404(request, pk)
    found = minutes_of(budget)
    if found and found.is_issued:
        messages.error(request, _("The acta is issued: it is corrected by an addendum."))
        return redirect(desk_of(budget))
    form = MinutesForm(request.POST or None, instance=found)
    if form.is_valid():
        said = _("It is kept. Read it below as it will be issued.")
        refusal = actions.CannotWriteMinutes
        attempt(request, said, refusal, actions.write, budget, by=request.user, **form.cleaned_data)
        return redirect(desk_of(budget))
    return form_page(
        request,
        form,
        title=_("Write the acta"),
        button=_("Save"),
        back=(desk_of(budget), _("Acta of agreements")),
        lead=_("Only staff read it until it is issued."),
    )


@require_POST
@staff_of_budgets("budgets.run_budget")
def issue_minutes(request, municipality, pk):
    budget = budget_or_404(request, pk)
    said = _("The acta is issued, and people are told.")
    attempt(request, said, actions.CannotIssue, actions.issue, budget, by=request.user)
    return redirect(desk_of(budget))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def sign_minutes(request, municipality, pk):
    budget = budget_or_404(request, pk)
    found = _issued(request, budget)
    if found is None:
        return redirect(desk_of(budget))
    form = SignedForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        said = _("The signed paper stands beside the acta.")
        (upload,) = form.cleaned_data["document"]
        refusal = actions.CannotWriteMinutes
        attempt(request, said, refusal, actions.keep_signed, found, by=request.user, upload=upload)
        return redirect(desk_of(budget))
    return form_page(
        request,
        form,
        title=_("Upload the signed paper"),
        button=_("Upload"),
        back=(desk_of(budget), _("Acta of agreements")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def add_addendum(request, municipality, pk):
    budget = budget_or_404(request, pk)
    found = _issued(request, budget)
    if found is None:
        return redirect(desk_of(budget))
    form = AddendumForm(request.POST or None)
    if form.is_valid():
        said = _("The addendum is public, and people are told.")
        text = form.cleaned_data["text"]
        refusal = actions.CannotWriteMinutes
        if attempt(request, said, refusal, actions.add, found, by=request.user, text=text):
            return redirect(desk_of(budget))
    return form_page(
        request,
        form,
        title=_("Correct the acta"),
        button=_("Publish the addendum"),
        back=(desk_of(budget), _("Acta of agreements")),
    )


def desk_of(budget):
    return reverse("budgets:minutes_desk", args=[budget.municipality.slug, budget.pk])


def _issued(request, budget):
    found = minutes_of(budget)
    if found is None or not found.is_issued:
        messages.error(request, _("The acta is not issued yet."))
        return None
    return found
