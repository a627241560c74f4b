"""One evaluation: first whether there is an interest, then what is found, read once more, handed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from budgets import evaluating, reports
from budgets.actions import evaluations as actions, mending
from budgets.forms.evaluations import EvaluationForm, NotesForm, StepBackForm
from budgets.forms.mending import ObserveForm
from budgets.models import Evaluation
from budgets.views.budgets import staff_of_budgets
from budgets.views.evaluations_desk import address, attempt, form_page, table_of
from decide.common import workdays


def evaluation_or_404(municipality, pk: int) -> Evaluation:
    found = Evaluation.objects.filter(municipality=municipality).select_related(
        *("evaluator", "work__budget", "work__heading", "work__agent", "work__author"),
        "work__appeal",
    )
    evaluation = get_object_or_404(found, pk=pk)
    evaluation.work.municipality = evaluation.work.budget.municipality = municipality
    return evaluation


def page_of(evaluation: Evaluation) -> str:
    return address("evaluate", evaluation.work, evaluation.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets()
def evaluate(request, municipality, pk):
    """For its evaluator what is to be done next; for other staff what there is to read."""
    evaluation = evaluation_or_404(municipality, pk)
    standing = evaluating.standing_of(evaluation.work)
    if not is_at_work(request.user, evaluation, standing):
        return read(request, evaluation, standing)
    if evaluation.declared_at is None:
        return interest(request, evaluation)
    lines = [(line.text, line.amount) for line in evaluation.cost_lines.all()]
    do = request.POST.get("do")
    form = EvaluationForm(
        request.POST or None, evaluation=evaluation, lines=lines, more=do == "more"
    )
    if request.method == "POST":
        is_whole = form.is_valid()
        try:
            actions.save(evaluation, by=request.user, lines=form.lines, **form.found)
        except actions.CannotEvaluate as refusal:
            messages.error(request, str(refusal))
            return redirect(page_of(evaluation))
        if is_whole and do == "review":
            return redirect(address("hand_in", evaluation.work, evaluation.pk))
        if is_whole and do != "more":
            messages.success(request, _("Saved. Nobody but staff sees it."))
            return redirect(page_of(evaluation))
    work = evaluation.work
    context = {
        "evaluation": evaluation,
        "work": work,
        "standing": standing,
        "form": form,
        "report": reports.report_of(evaluation, work),
        "mending_days": work.budget.mending_days,
    }
    status = 422 if form.errors else 200
    return render(request, "budgets/evaluation/evaluate.html", context, status=status)


def is_at_work(user, evaluation: Evaluation, standing: evaluating.Standing | None) -> bool:
    """Whether it is this person's, and still to be done."""
    return (
        user.has_perm("budgets.evaluate", evaluation.work)
        and evaluation.evaluator_id == user.pk
        and standing is not None
        and standing.evaluation == evaluation
        and evaluation.submitted_at is None
    )


def interest(request, evaluation: Evaluation) -> HttpResponse:
    """Before anything else: no interest in the work, or which."""
    form = StepBackForm(request.POST if request.POST.get("do") == "step_back" else None)
    if request.POST.get("do") == "declare":
        attempt(request, _("Now evaluate it."), actions.declare, evaluation, by=request.user)
        return redirect(page_of(evaluation))
    if form.is_bound and form.is_valid():
        return stepped_back(request, evaluation, form)
    context = {"evaluation": evaluation, "work": evaluation.work, "form": form}
    status = 422 if form.errors else 200
    return render(request, "budgets/evaluation/interest.html", context, status=status)


def stepped_back(request, evaluation: Evaluation, form: StepBackForm) -> HttpResponse:
    why = form.cleaned_data["why"]
    done = _("You have stepped back. Somebody else will be found.")
    attempt(request, done, actions.step_back, evaluation, by=request.user, why=why)
    return redirect(table_of(evaluation.work.budget))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.evaluate")
def step_back(request, municipality, pk):
    """An interest that was found later."""
    evaluation = evaluation_or_404(municipality, pk)
    form = StepBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return stepped_back(request, evaluation, form)
    return form_page(
        request,
        evaluation.work,
        form,
        title=_("Step back"),
        button=_("Step back"),
        back=page_of(evaluation),
    )


def read(request, evaluation: Evaluation, standing: evaluating.Standing | None) -> HttpResponse:
    """What is handed in as everybody will read it, and the notes that only staff read."""
    is_own = evaluation.evaluator_id == request.user.pk and evaluation.recused_at is None
    context = {
        "evaluation": evaluation,
        "work": evaluation.work,
        "standing": standing,
        "observation": getattr(evaluation, "observation", None),
        "report": reports.report_of(evaluation, evaluation.work),
        "form": NotesForm(initial={"notes": evaluation.notes}) if is_own else None,
    }
    return render(request, "budgets/evaluation/read.html", context)


@require_POST
@staff_of_budgets("budgets.evaluate")
def autosave(request, municipality, pk):
    """What the page sends while somebody types. Answers when it was kept, in a few words."""
    evaluation = evaluation_or_404(municipality, pk)
    lines = [(line.text, line.amount) for line in evaluation.cost_lines.all()]
    form = EvaluationForm(request.POST, evaluation=evaluation, lines=lines)
    is_whole = form.is_valid()
    try:
        actions.save(evaluation, by=request.user, lines=form.lines, **form.found)
    except actions.CannotEvaluate as refusal:
        return HttpResponse(str(refusal), status=409)
    said = _("Saved at %(time)s") if is_whole else _("Saved at %(time)s, but look at the marks")
    return HttpResponse(said % {"time": timezone.localtime().strftime("%H:%M")})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.evaluate")
def hand_in(request, municipality, pk):
    """Read it as everybody will, with what is missing, and hand it in."""
    evaluation = evaluation_or_404(municipality, pk)
    work, standing = evaluation.work, evaluating.standing_of(evaluation.work)
    if not is_at_work(request.user, evaluation, standing) or evaluation.declared_at is None:
        return redirect(page_of(evaluation))
    if request.method == "POST":
        done = _("It is handed in. It is published together with all the others.")
        seen = seen_at(request.POST.get("seen"))
        if attempt(request, done, actions.hand_in, evaluation, by=request.user, seen=seen):
            return redirect(table_of(work.budget))
        return redirect(address("hand_in", work, evaluation.pk))
    report = reports.report_of(evaluation, work)
    context = {
        "evaluation": evaluation,
        "work": work,
        "report": report,
        "missing": evaluating.missing(evaluation, report.cost, standing.observation),
    }
    return render(request, "budgets/evaluation/hand_in.html", context)


def seen_at(text: str | None):
    try:
        return parse_datetime(text or "")
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.evaluate")
def observe(request, municipality, pk):
    """Ask the author to mend something, once."""
    evaluation = evaluation_or_404(municipality, pk)
    work = evaluation.work
    form = ObserveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("The author has been told, and until when they may answer.")
        text = form.cleaned_data["text"]
        attempt(request, done, mending.observe, evaluation, by=request.user, text=text)
        return redirect(page_of(evaluation))
    return form_page(
        request,
        work,
        form,
        title=_("Ask the author to mend something"),
        button=_("Ask the author"),
        back=page_of(evaluation),
        until=workdays.after(timezone.localdate(), work.budget.mending_days),
    )


@require_POST
@staff_of_budgets("budgets.evaluate")
def notes(request, municipality, pk):
    """Internal notes of what is handed in."""
    evaluation = evaluation_or_404(municipality, pk)
    form = NotesForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["notes"]
        attempt(request, _("Saved."), actions.write_notes, evaluation, by=request.user, notes=text)
    else:
        messages.error(request, " ".join(form.errors["notes"]))
    return redirect(page_of(evaluation))
