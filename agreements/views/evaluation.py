"""Evaluations of transfers, the recommendations that follow, and the end of a commitment."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements import closing
from agreements.actions import assigned, evaluation as actions
from agreements.enums import Evaluator, TaskKind, TaskState
from agreements.fidelity import crossed, sheets_of, side_by_side
from agreements.forms.evaluation import EvaluationForm, FollowUpForm
from agreements.models import Commitment, EndForm, Evaluation, Task, Transfer
from agreements.views.evaluation_page import (
    DOCX,
    for_organizations,
    form_page,
    of_the_town,
    page_of,
    sent,
)
from municipalities.rls import region_scope


@require_safe
def transfer_evaluations(request, pk):
    """What a transfer is worth, by whom and how it was looked at; the baseline beside today."""
    transfers = Transfer.objects.exclude(published_at=None)
    transfer = get_object_or_404(
        transfers.select_related("municipality", "version__practice"), pk=pk
    )
    evaluations = list(
        Evaluation.objects.filter(transfer=transfer)
        .exclude(published_at=None)
        .select_related("organization")
    )
    before, after = sheets_of(transfer.municipality, transfer.starts_on)
    context = {
        "transfer": transfer,
        "evaluations": [(one, crossed(one.reach)) for one in evaluations],
        "before": before,
        "after": after,
        "mechanisms": side_by_side(before, after),
        "crumbs": [(_("Evaluations"), reverse("agreements:evaluations")), (str(transfer), None)],
    }
    return render(request, "agreements/evaluation/transfer.html", context)


@require_safe
def evaluations(request):
    found = (
        Evaluation.objects.exclude(published_at=None)
        .exclude(transfer__published_at=None)
        .select_related("municipality", "transfer__version__practice", "organization")
    )
    context = {"page": page_of(request, found), "crumbs": [(_("Evaluations"), None)]}
    return render(request, "agreements/evaluation/evaluations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_the_town
def evaluate_own(request, municipality, pk):
    transfer = get_object_or_404(
        Transfer.objects.select_related("version__practice", "municipality", "agreement"),
        municipality=municipality,
        pk=pk,
    )
    back = reverse("agreed:recommendations", args=[municipality.slug])
    return _evaluate(
        request,
        transfer,
        back,
        lambda values: actions.evaluate(
            transfer=transfer, evaluator=Evaluator.ADOPTER, by=request.user, **values
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_organizations
def evaluate_as_third(request, organization, pk):
    transfer = get_object_or_404(
        Transfer.objects.select_related("version__practice", "municipality", "agreement"), pk=pk
    )
    return _evaluate(
        request,
        transfer,
        reverse("agreements:oversight_subject", args=["transferencia", pk]),
        lambda values: actions.evaluate_as_third(
            transfer=transfer, organization=organization, by=request.user, **values
        ),
    )


def _evaluate(request, transfer, back, act):
    form = EvaluationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except actions.CannotEvaluate as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The evaluation is public."))
            return redirect(back)
    return form_page(
        request,
        form,
        title=_("Evaluate a transfer"),
        lead=str(transfer),
        button=_("Publish the evaluation"),
        back=back,
    )


@require_safe
@of_the_town
def recommendations(request, municipality):
    """What was recommended to this municipality, what waits first; and its transfers to evaluate."""
    tasks = Task.objects.filter(municipality=municipality, kind=TaskKind.FOLLOW_UP)
    order = Case(
        When(state=TaskState.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    context = {
        "page": page_of(request, tasks.order_by(order, "due_on", "pk")),
        "transfers": Transfer.objects.filter(municipality=municipality)
        .active()
        .select_related("version__practice", "municipality")[:50],
    }
    return render(request, "agreements/evaluation/recommendations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_the_town
def follow_up(request, municipality, pk):
    task = get_object_or_404(Task, municipality=municipality, kind=TaskKind.FOLLOW_UP, pk=pk)
    back = reverse("agreed:recommendations", args=[municipality.slug])
    form = FollowUpForm(request.POST or None, initial={"answer": task.answer})
    if request.method == "POST" and form.is_valid():
        try:
            assigned.answer(task, text=form.cleaned_data["answer"], by=request.user)
        except assigned.CannotAnswer as refusal:
            messages.error(request, str(refusal.reason))
        else:
            messages.success(request, _("Noted. Somebody else says whether it is enough."))
        return redirect(back)
    return form_page(
        request,
        form,
        title=_("What was done"),
        lead=task.text,
        button=_("Say it is done"),
        back=back,
    )


@require_safe
def end_form(request, code, ending=""):
    """The end-of-commitment form once it is published: as a page, a PDF and a DOCX."""
    commitment = get_object_or_404(Commitment, code=code)
    if not EndForm.objects.filter(commitment=commitment).exclude(published_at=None).exists():
        raise Http404
    with region_scope("a published end-of-commitment form", by=request.user):
        form = closing.closing_of(commitment)
    if ending == "pdf":
        return sent(closing.as_pdf(form), f"cierre-{code}.pdf")
    if ending == "docx":
        return sent(closing.as_docx(form), f"cierre-{code}.docx", DOCX)
    context = {"form": form, "crumbs": [(form.title, None)]}
    return render(request, "agreements/evaluation/end_form.html", context)
