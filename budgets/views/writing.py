"""Where a budget is prepared: its words, headings, matrix and steps; opened, and called off."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budgets import checklist, definition, words
from budgets.actions import budgets, steps
from budgets.course import step_of
from budgets.enums import StepKind
from budgets.forms.budgets import BudgetForm, CloneForm, RewordForm, WhyForm
from budgets.forms.criteria import SETS, CriteriaForm
from budgets.forms.headings import HeadingsForm
from budgets.forms.steps import MoveForm, StepForm, StepsForm
from budgets.models import Step
from budgets.preparation import missing
from budgets.rules import why_closed
from budgets.views.budgets import budget_or_404, staff_of_budgets
from budgets.views.page import money_of
from budgets.views.rules_page import places_of


runs_budgets = staff_of_budgets("budgets.run_budget")
shown_and_sent = require_http_methods(["GET", "HEAD", "POST"])


def draft_or_back(request, pk, *parts):
    """A budget whose rules can still be changed, or the way back with the reason."""
    budget = budget_or_404(request, pk, *parts)
    if budget.is_draft:
        return budget, None
    messages.error(
        request, _("This budget is open, or was called off: its rules do not change any more.")
    )
    return budget, to_case(budget)


def to_case(budget):
    return redirect("budgets:case", budget.municipality.slug, budget.pk)


def done(form, request, said, act, *args, **kwargs):
    """Do it and say so; or say at the form why not."""
    try:
        act(*args, **kwargs)
    except budgets.HasChanged as reason:
        form.add_error(None, ValidationError(str(reason), code="changed"))
        return False
    except (budgets.CannotPrepare, budgets.CannotCancel, steps.CannotMove) as reason:
        form.add_error(None, str(reason))
        return False
    messages.success(request, said)
    return True


def mark_for(form, seen, now):
    """What the page was opened with; once that is known to have changed, what there is now."""
    return now if form.has_error(NON_FIELD_ERRORS, "changed") else seen


def status_of(request, form):
    return 422 if form.is_bound and form.errors else 200


# --- Words, money and rules


@shown_and_sent
@runs_budgets
def new(request, municipality):
    form = BudgetForm(request.POST or None, municipality=municipality)
    if form.is_valid():
        try:
            budget = budgets.create(municipality, by=request.user, **form.words)
        except budgets.IsThere as twice:
            messages.info(request, str(twice))
            return to_case(twice.budget)
        except budgets.CannotPrepare as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("It is kept. Nobody but staff sees it yet."))
            return to_case(budget)
    context = {"form": form, "closed": why_closed(municipality)}
    return render(request, "budgets/staff/write.html", context, status=status_of(request, form))


@shown_and_sent
@runs_budgets
def edit(request, municipality, pk):
    """All words and rules of a draft; of an open budget only what it says."""
    budget = budget_or_404(request, pk)
    if budget.is_cancelled:
        return draft_or_back(request, pk)[1]
    if not budget.is_draft:
        return reword(request, budget)
    # The form changes the instance that it is given before it is known whether it is valid.
    form = BudgetForm(
        request.POST or None, municipality=municipality, instance=budget_or_404(request, pk)
    )
    now = definition.mark(budgets.words_of(budget))
    seen = request.POST.get("seen") or now
    if form.is_valid() and done(
        form,
        request,
        _("Your changes are kept."),
        budgets.revise,
        budget,
        by=request.user,
        seen=seen,
        **form.words,
    ):
        return to_case(budget)
    context = {"form": form, "budget": budget, "seen": mark_for(form, seen, now)}
    return render(request, "budgets/staff/write.html", context, status=status_of(request, form))


def reword(request, budget):
    form = RewordForm(request.POST or None, instance=budget_or_404(request, budget.pk))
    if form.is_valid() and done(
        form,
        request,
        _("It is put right, and everybody reads why."),
        budgets.reword,
        budget,
        by=request.user,
        **form.cleaned_data,
    ):
        return to_case(budget)
    context = {"form": form, "budget": budget}
    return render(request, "budgets/staff/reword.html", context, status=status_of(request, form))


# --- Headings and the matrix


@shown_and_sent
@runs_budgets
def headings(request, municipality, pk):
    budget, away = draft_or_back(request, pk)
    if away:
        return away
    do = request.POST.get("do", "")
    form = HeadingsForm(request.POST or None, budget=budget, do=do)
    now = definition.mark(definition.groups_of(budget))
    seen = request.POST.get("seen") or now
    context = {"budget": budget, "form": form, "seen": seen}
    if do == "sum" and request.htmx:
        return render(request, "budgets/staff/headings.html#sum", context)
    if do:
        return render(request, "budgets/staff/headings.html", unjudged(context))
    if form.is_valid() and done(
        form,
        request,
        _("The money is shared out."),
        budgets.share_out,
        budget,
        by=request.user,
        groups=form.groups,
        seen=seen,
    ):
        return to_case(budget)
    return render(request, "budgets/staff/headings.html", context, status=status_of(request, form))


@shown_and_sent
@runs_budgets
def criteria(request, municipality, pk):
    budget, away = draft_or_back(request, pk)
    if away:
        return away
    begin, do = request.GET.get("conjunto", ""), request.POST.get("do", "")
    if begin and begin not in SETS:
        raise Http404
    form = CriteriaForm(request.POST or None, budget=budget, more=do == "more", begin=begin)
    now = definition.mark(definition.matrix_of(budget))
    seen = request.POST.get("seen") or now
    context = {"budget": budget, "form": form, "seen": seen, "begin": begin, "sets": sets()}
    if do == "sum" and request.htmx:
        return render(request, "budgets/staff/criteria.html#sum", context)
    if do:
        return render(request, "budgets/staff/criteria.html", unjudged(context))
    if form.is_valid() and done(
        form,
        request,
        _("The matrix is kept."),
        budgets.set_matrix,
        budget,
        by=request.user,
        criteria=form.criteria,
        seen=seen,
    ):
        return to_case(budget)
    return render(request, "budgets/staff/criteria.html", context, status=status_of(request, form))


def sets():
    return [(name, label) for name, (label, _rows) in SETS.items()]


def unjudged(context):
    """With what was typed and without what is missing: more rows were asked for, nothing else."""
    context["form"]._errors = {}
    return context


# --- Steps


@shown_and_sent
@runs_budgets
def all_steps(request, municipality, pk):
    """The days of all steps of a draft; the steps of an open budget, each with its own page."""
    budget = budget_or_404(request, pk)
    if not budget.is_draft:
        context = {"budget": budget, "form": None, "kinds": kinds_of(budget)}
        return render(request, "budgets/staff/steps.html", context)
    form = StepsForm(request.POST or None, budget=budget)
    now = definition.mark(steps.days_of(budget))
    seen = request.POST.get("seen") or now
    if form.is_valid() and done(
        form,
        request,
        _("The days are kept."),
        steps.set_days,
        budget,
        by=request.user,
        days=form.days,
        seen=seen,
    ):
        return to_case(budget)
    context = {"budget": budget, "form": form, "seen": mark_for(form, seen, now)}
    return render(request, "budgets/staff/steps.html", context, status=status_of(request, form))


def kinds_of(budget):
    return [(kind, step_of(budget, kind)) for kind in StepKind]


@shown_and_sent
@runs_budgets
def step(request, municipality, pk, kind):
    """What is said of one step with its documents; and, of an open budget, its other days."""
    if kind not in StepKind.values:
        raise Http404
    budget = budget_or_404(request, pk)
    found = step_of(budget, kind) or Step(municipality=municipality, budget=budget, kind=kind)
    moves = request.POST.get("do") == "move"
    sent = request.POST or None
    tell = StepForm(None if moves else sent, None if moves else request.FILES or None, step=found)
    move = MoveForm(sent if moves else None, step=found)
    by = request.user
    if tell.is_valid() and done(
        tell,
        request,
        _("What happens in this step is kept."),
        steps.tell,
        budget,
        kind,
        by=by,
        text=tell.cleaned_data["text"],
        add=tell.cleaned_data["documents"],
        remove=tell.removed,
    ):
        return redirect("budgets:steps", municipality.slug, pk)
    said = _("The step has other days, and who follows the budget is told.")
    if move.is_valid() and done(
        move, request, said, steps.move, budget, kind, by=by, **move.cleaned_data
    ):
        return redirect("budgets:steps", municipality.slug, pk)
    context = {
        "budget": budget,
        "kind": StepKind(kind),
        "step": found,
        "form": move if moves else tell,
        "tell": tell,
        "move": None if budget.is_draft or budget.is_cancelled else move,
    }
    return render(
        request, "budgets/staff/step.html", context, status=status_of(request, context["form"])
    )


# --- Opening, calling off, copying


@shown_and_sent
@runs_budgets
def open_budget(request, municipality, pk):
    """Everything once more as people will read it; whoever opens it has read exactly this."""
    budget, away = draft_or_back(request, pk, *checklist.WITH_ITS_PARTS)
    if away:
        return away
    refused = ""
    if request.method == "POST":
        try:
            budgets.open_budget(budget, by=request.user, content=request.POST.get("content", ""))
        except budgets.CannotOpen as reason:
            refused = str(reason)
        else:
            messages.success(request, _("The budget is open, and who follows you is told."))
            return redirect(budget.get_absolute_url())
    context = {
        "budget": budget,
        "gaps": missing(budget),
        "content": definition.mark(definition.of(budget)),
        "rules": words.rules_of(budget),
        "money": money_of(budget, places=places_of(budget)),
        "criteria": list(budget.criteria.all()),
        "kinds": kinds_of(budget),
        "refused": refused,
    }
    return render(request, "budgets/staff/open.html", context, status=422 if refused else 200)


@shown_and_sent
@runs_budgets
def cancel(request, municipality, pk):
    budget = budget_or_404(request, pk)
    if budget.is_cancelled:
        return draft_or_back(request, pk)[1]
    form = WhyForm(request.POST or None)
    if form.is_valid() and done(
        form,
        request,
        _("It is called off."),
        budgets.cancel,
        budget,
        by=request.user,
        **form.cleaned_data,
    ):
        return to_case(budget)
    context = {"budget": budget, "form": form}
    return render(request, "budgets/staff/cancel.html", context, status=status_of(request, form))


@shown_and_sent
@runs_budgets
def clone(request, municipality, pk):
    budget = budget_or_404(request, pk)
    year = budget.year + 1
    begun = {"year": year, "title": budget.title.replace(str(budget.year), str(year))}
    form = CloneForm(request.POST or None, initial=begun)
    if form.is_valid():
        try:
            copy = budgets.clone(budget, by=request.user, **form.cleaned_data)
        except budgets.IsThere as twice:
            messages.info(request, str(twice))
            return to_case(twice.budget)
        except budgets.CannotPrepare as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("It begins from the other. Adapt it and set its days."))
            return to_case(copy)
    context = {"budget": budget, "form": form}
    return render(request, "budgets/staff/clone.html", context, status=status_of(request, form))
