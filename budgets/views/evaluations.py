"""The table of the evaluation, which works come into it, and who is given which."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets import evaluating
from budgets.actions import evaluations as actions
from budgets.enums import Stage, StepKind, WorkState
from budgets.forms.evaluations import GiveForm, TableForm, TakeUpForm
from budgets.models import Evaluation, Work
from budgets.rules import why_not_now
from budgets.views.budgets import budget_or_404, staff_of_budgets
from budgets.views.evaluations_desk import (
    chosen_of,
    form_page,
    table_of,
    with_reason,
    work_or_404,
)


A_PAGE = 25
TO_TAKE_UP = 50
ORDER = {stage: place for place, stage in enumerate(Stage)}
TONES = {
    Stage.LATE: ("bad", "alert"),
    Stage.TO_ASSIGN: ("wait", "user"),
    Stage.AT_WORK: ("open", "edit"),
    Stage.WAITING: ("wait", "clock"),
    Stage.HANDED_IN: ("good", "check"),
}


@require_safe
@staff_of_budgets()
def evaluations(request, municipality, pk):
    """Everything under evaluation: one's own first, then what is late, then what waits longest."""
    budget = budget_or_404(request, pk)
    everything = evaluating.standings(Work.objects.filter(budget=budget))
    form = TableForm(request.GET, budget=budget)
    found = form.narrow(everything)
    found.sort(key=lambda one: _order(one, request.user))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    counts = Counter(one.stage for one in everything)
    can_run = request.user.has_perm("budgets.run_budget", municipality)
    waiting = Work.objects.filter(budget=budget, state=WorkState.PUBLISHED, hidden_at=None)
    context = {
        "budget": budget,
        "form": form,
        "page": page,
        "rows": [(one, *TONES[one.stage], one.is_of(request.user)) for one in page],
        "counts": [(stage.value, stage.label, counts[stage]) for stage in Stage],
        "mine": sum(one.is_of(request.user) and not _is_done(one) for one in everything),
        "give": GiveForm(municipality=municipality) if can_run and found else None,
        "can_run": can_run,
        "to_take_up": waiting.filter(support_count__gte=budget.supports_needed).count(),
        "has_matrix": budget.criteria.exists(),
    }
    return render(request, "budgets/evaluation/table.html", context)


def _is_done(standing: evaluating.Standing) -> bool:
    return standing.stage == Stage.HANDED_IN


def _order(standing: evaluating.Standing, user):
    mine = standing.is_of(user) and not _is_done(standing)
    due = standing.evaluation.due_on.toordinal() if standing.evaluation else 0
    return (not mine, ORDER[standing.stage], due, standing.work.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def take_up(request, municipality, pk):
    """Published works with enough supports, several at once, perhaps given to somebody."""
    budget = budget_or_404(request, pk)
    form = TakeUpForm(request.POST or None, municipality=municipality)
    if request.method == "POST" and form.is_valid():
        _take_up_several(request, chosen_of(budget, request.POST.getlist("ids")), form)
        return redirect(table_of(budget))
    works = Work.objects.filter(budget=budget, state=WorkState.PUBLISHED, hidden_at=None)
    few = request.GET.get("apoyos") == "menos"
    works = works.filter(
        **{"support_count__lt" if few else "support_count__gte": budget.supports_needed}
    )
    works = works.select_related("heading").defer("search", "body")
    page = Paginator(works.order_by("-support_count", "pk"), TO_TAKE_UP).get_page(
        request.GET.get("page")
    )
    context = {
        "budget": budget,
        "form": form,
        "page": page,
        "few": few,
        "chosen": set(request.POST.getlist("ids")),
        "why_not": why_not_now(budget, StepKind.FILTER),
    }
    status = 422 if form.errors else 200
    return render(request, "budgets/evaluation/take_up.html", context, status=status)


def _take_up_several(request, works, form) -> None:
    """What cannot be taken up now stays as it is, and why is said."""
    taken, refusals = 0, []
    for work in works:
        try:
            actions.take_up(work, by=request.user)
            taken += 1
            if evaluator := form.cleaned_data["evaluator"]:
                due_on = form.cleaned_data["due_on"]
                actions.assign(work, to=evaluator, due_on=due_on, by=request.user)
        except actions.CannotEvaluate as refusal:
            refusals.append(str(refusal))
    _say_how_many(request, taken, refusals, _("Choose works first."))


def _say_how_many(request, done: int, refusals: list[str], none: str) -> None:
    if done:
        said = ngettext("Done with %(count)d work.", "Done with %(count)d works.", done)
        messages.success(request, said % {"count": done})
    elif not refusals:
        messages.info(request, none)
    for refusal in list(dict.fromkeys(refusals))[:5]:
        messages.error(request, refusal)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def take_up_one(request, municipality, pk):
    """One with too few supports, for a reason."""
    work = work_or_404(municipality, pk)
    return with_reason(
        request,
        work,
        title=_("Evaluate it all the same"),
        label=_("Why it is evaluated with fewer supports"),
        button=_("Take it into evaluation"),
        back=table_of(work.budget),
        done=_("It is under evaluation."),
        act=lambda why: actions.take_up(work, by=request.user, why=why),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def put_back(request, municipality, pk):
    work = work_or_404(municipality, pk)
    return with_reason(
        request,
        work,
        title=_("Take it out of the evaluation"),
        label=_("Why it is not evaluated after all"),
        button=_("Take it out"),
        back=table_of(work.budget),
        done=_("It is published as before, and its author knows why."),
        act=lambda why: actions.put_back(work, by=request.user, why=why),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def assign(request, municipality, pk):
    """Give one work to somebody, or to somebody else, or until another day."""
    work = work_or_404(municipality, pk)
    standing = evaluating.standing_of(work)
    given = standing and standing.evaluation
    form = GiveForm(
        request.POST or None,
        municipality=municipality,
        initial={"evaluator": given.evaluator_id, "due_on": given.due_on} if given else None,
    )
    if request.method == "POST" and form.is_valid():
        to, due_on = form.cleaned_data["evaluator"], form.cleaned_data["due_on"]
        try:
            actions.assign(work, to=to, due_on=due_on, by=request.user)
            said = _("%(name)s evaluates it and has been told.") % {"name": to.public_name}
            messages.success(request, said)
            return redirect(table_of(work.budget))
        except actions.NotAnEvaluator as refusal:
            form.add_error("evaluator", str(refusal))
        except actions.CannotEvaluate as refusal:
            form.add_error(None, str(refusal))
    return form_page(
        request,
        work,
        form,
        title=_("Who evaluates it"),
        button=_("Give it to this person"),
        back=table_of(work.budget),
        before=Evaluation.objects.filter(work=work).select_related("evaluator"),
    )


@require_POST
@staff_of_budgets("budgets.run_budget")
def assign_several(request, municipality, pk):
    budget = budget_or_404(request, pk)
    form = GiveForm(request.POST, municipality=municipality)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
        return redirect(table_of(budget))
    given, refusals = 0, []
    for work in chosen_of(budget, request.POST.getlist("ids")):
        try:
            actions.assign(
                work,
                to=form.cleaned_data["evaluator"],
                due_on=form.cleaned_data["due_on"],
                by=request.user,
            )
            given += 1
        except actions.CannotEvaluate as refusal:
            refusals.append(str(refusal))
    _say_how_many(request, given, refusals, _("Choose works first."))
    return redirect(table_of(budget))
