"""A municipality answers its baseline: a step at a time, kept as it goes, then read and locked."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.actions import baseline as actions, evidence as evidences
from agreements.forms.baseline import (
    BeginForm,
    CellForm,
    CorrectForm,
    EvidenceForm,
    LockForm,
    SectionForm,
)
from agreements.models import BaselineSheet
from agreements.questionnaire import QUESTIONS, SECTIONS
from agreements.rules.baseline import why_not_answer
from decide.common.refusals import sign_in
from municipalities.mechanisms import GROUPS, mechanisms_of
from municipalities.middleware import municipality_or_404


REFUSALS = (
    actions.CannotBegin,
    actions.CannotCorrect,
    actions.CannotLock,
    actions.IsLocked,
)


def staff_or_refused(request):
    """The municipality of the address; or the way to sign in; or a page that says no."""
    municipality = municipality_or_404(request)
    reason = why_not_answer(request.user, municipality)
    if reason is None:
        return municipality, None
    if request.user.is_authenticated:
        raise PermissionDenied(str(reason))
    return municipality, redirect(sign_in(request.get_full_path()))


def steps_of(municipality):
    """Addresses and names of the steps: groups of mechanisms first, then the questions."""
    known = {mechanism.group for mechanism in mechanisms_of(municipality)}
    return [
        *((code, name) for code, name in GROUPS if code in known),
        *SECTIONS.items(),
    ]


def sheet_or_404(municipality, pk):
    sheets = BaselineSheet.objects.filter(municipality=municipality)
    sheet = get_object_or_404(sheets, pk=pk)
    sheet.municipality = municipality
    return sheet


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request, municipality_slug):
    """The baselines of the municipality, and one more begun."""
    municipality, refusal = staff_or_refused(request)
    if refusal:
        return refusal
    form = BeginForm(request.POST or None, initial={"year": timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        try:
            sheet = actions.begin(municipality, by=request.user, **form.cleaned_data)
        except actions.CannotBegin as error:
            form.add_error("year", str(error))
        else:
            return redirect("agreed:baseline", municipality.slug, sheet.pk)
    sheets = BaselineSheet.objects.filter(municipality=municipality).order_by("-year", "-version")
    context = {"form": form, "sheets": sheets, "municipality": municipality}
    status = 422 if form.is_bound else 200
    return render(request, "agreements/baseline/desk.html", context, status=status)


@never_cache
@require_safe
def sheet(request, municipality_slug, pk):
    """All that a sheet says, what is still missing, and its lock."""
    municipality, refusal = staff_or_refused(request)
    if refusal:
        return refusal
    return _sheet_page(request, sheet_or_404(municipality, pk), LockForm())


def _sheet_page(request, found, lock_form):
    municipality = found.municipality
    cells = {cell.mechanism: cell for cell in found.cells.prefetch_related("evidence")}
    answers = {answer.question: answer for answer in found.answers.all()}
    by_law = mechanisms_of(municipality)
    parts = [
        (code, name, [(m, cells.get(m.code)) for m in by_law if m.group == code], [])
        for code, name in GROUPS
        if any(m.group == code for m in by_law)
    ]
    parts += [
        (code, name, [], [(q, answers.get(q.code)) for q in QUESTIONS if q.section == code])
        for code, name in SECTIONS.items()
    ]
    context = {
        "sheet": found,
        "parts": parts,
        "known": sum(cell.state != "unknown" for cell in cells.values()),
        "mechanisms": len(by_law),
        "answered": len(answers),
        "questions": len(QUESTIONS),
        "form": lock_form,
        "is_newest": not BaselineSheet.objects.filter(
            municipality=municipality, year=found.year, version__gt=found.version
        ).exists(),
    }
    status = 422 if lock_form.is_bound else 200
    return render(request, "agreements/baseline/sheet.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request, municipality_slug, pk, step):
    """One step: a group of mechanisms, or a section of the questions; kept, then the next."""
    municipality, refusal = staff_or_refused(request)
    if refusal:
        return refusal
    found = sheet_or_404(municipality, pk)
    steps = steps_of(municipality)
    codes = [code for code, _name in steps]
    if step not in codes:
        raise Http404
    if found.is_locked:
        messages.error(request, _("This baseline is locked. Correct it by a new version."))
        return redirect("agreed:baseline", municipality.slug, found.pk)
    at = codes.index(step)
    forms = forms_of(request, municipality, found, step)
    wrong = [form for form in forms if not form.is_valid()]  # all are looked at
    if request.method == "POST" and not wrong:
        keep(found, step, forms, by=request.user)
        messages.success(request, _("Kept."))
        if "later" in request.POST or at + 1 == len(steps):
            return redirect("agreed:baseline", municipality.slug, found.pk)
        return redirect("agreed:baseline_step", municipality.slug, found.pk, codes[at + 1])
    context = {
        "sheet": found,
        "title": dict(steps)[step],
        "number": at + 1,
        "steps": len(steps),
        "forms": forms,
        "is_last": at + 1 == len(steps),
        "before": codes[at - 1] if at else "",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "agreements/baseline/step.html", context, status=status)


def forms_of(request, municipality, found, step):
    """What was typed stays, also where something else is to be put right."""
    typed = request.POST if request.method == "POST" else None
    if step in SECTIONS:
        said = {
            answer.question: answer.text if answer.number is None else plain(answer.number)
            for answer in found.answers.all()
        }
        return [SectionForm(typed, section=step, initial=said)]
    cells = {cell.mechanism: cell for cell in found.cells.all()}
    return [
        CellForm(typed, mechanism=mechanism, instance=cells.get(mechanism.code))
        for mechanism in mechanisms_of(municipality)
        if mechanism.group == step
    ]


def plain(number):
    """12 and not 12.00; 12.5 and not 12.50."""
    return int(number) if number == number.to_integral_value() else number.normalize()


def keep(found, step, forms, *, by):
    if step in SECTIONS:
        actions.save_answers(found, forms[0].cleaned_data, by=by)
    else:
        cells = {form.mechanism.code: form.cleaned_data for form in forms}
        actions.save_cells(found, cells, by=by)


@require_POST
def lock(request, municipality_slug, pk):
    municipality, refusal = staff_or_refused(request)
    if refusal:
        return refusal
    found = sheet_or_404(municipality, pk)
    form = LockForm(request.POST)
    if form.is_valid():
        try:
            actions.lock(found, by=request.user, answered_by=form.cleaned_data["answered_by"])
        except REFUSALS as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The baseline is locked, and everybody can read it."))
            return redirect("agreed:baseline", municipality.slug, found.pk)
    return _sheet_page(request, found, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, municipality_slug, pk):
    """A new version of what is locked, with its reason."""
    municipality, refusal = staff_or_refused(request)
    if refusal:
        return refusal
    found = sheet_or_404(municipality, pk)
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = actions.correct(found, by=request.user, **form.cleaned_data)
        except actions.CannotCorrect as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Here is the new version: change what is wrong, then lock it.")
            )
            return redirect("agreed:baseline", municipality.slug, new.pk)
    context = {"sheet": found, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "agreements/baseline/correct.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request, municipality_slug, pk, mechanism):
    """What shows how a mechanism stands; somebody else looks at it before it counts."""
    municipality, refusal = staff_or_refused(request)
    if refusal:
        return refusal
    found = sheet_or_404(municipality, pk)
    cell = get_object_or_404(found.cells, mechanism=mechanism)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            evidences.add(municipality, by=request.user, baseline_cell=cell, **form.cleaned_data)
        except evidences.CannotShow as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is kept, and somebody else will look at it."))
            return redirect("agreed:baseline", municipality.slug, found.pk)
    context = {
        "sheet": found,
        "name": {one.code: one.name for one in mechanisms_of(municipality)}[mechanism],
        "form": form,
        "kept": cell.evidence.all(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "agreements/baseline/evidence.html", context, status=status)
