"""Typing the points of the matrix, by two people apart, and settling what differs."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budgets import evaluating
from budgets.actions import matrix as actions
from budgets.actions.evaluations import CannotEvaluate
from budgets.enums import Stage, Verdict
from budgets.forms.matrix import PointsForm
from budgets.matrix import Sheet, sheets
from budgets.models import Work
from budgets.views.budgets import budget_or_404, staff_of_budgets
from budgets.views.evaluations_desk import (
    address,
    with_reason,
    work_or_404,
)


A_PAGE = 50


@require_safe
@staff_of_budgets()
def matrix(request, municipality, pk):
    """Works whose points are typed, with how far each has come for whoever looks."""
    budget = budget_or_404(request, pk)
    rows = [(sheet, *told(sheet, request.user)) for sheet in sheets(budget, scored(budget))]
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "budget": budget,
        "criteria": budget.criteria.all(),
        "page": page,
        "can_type": request.user.has_perm("budgets.evaluate", municipality),
        "can_run": request.user.has_perm("budgets.run_budget", municipality),
        "settled": sum(sheet.is_settled for sheet, *_said in rows),
    }
    return render(request, "budgets/evaluation/matrix.html", context)


def scored(budget) -> list[Work]:
    """Those under evaluation but for what was found not feasible."""
    standings = evaluating.standings(Work.objects.filter(budget=budget))
    works = [one.work for one in standings if not found_unfeasible(one)]
    return sorted(works, key=lambda work: (work.heading.position, work.heading_id, work.code))


def found_unfeasible(standing: evaluating.Standing) -> bool:
    return standing.stage == Stage.HANDED_IN and standing.evaluation.verdict == Verdict.UNFEASIBLE


def told(sheet: Sheet, user) -> tuple:
    """How far a work has come, for this person: words, tone, icon, and what they can do."""
    mine = sheet.entry_of(user)
    if sheet.is_settled:
        return _("Both agree"), "good", "check", ""
    if sheet.is_typed_twice:
        return _("They differ"), "bad", "alert", _("Settle it") if mine else ""
    if evaluating.is_theirs(user, sheet.work):
        return _("Your own work"), "quiet", "lock", ""
    if mine:
        return _("Yours is in, one is missing"), "wait", "clock", _("Type yours again")
    if sheet.people:
        return _("One is in, yours is missing"), "open", "edit", _("Type the points")
    return _("Nobody has typed it"), "quiet", "circle", _("Type the points")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.evaluate")
def score(request, municipality, pk):
    """One work: its points or, once two people have typed them, those that differ.

    What the other person typed is shown only then.
    """
    work = work_or_404(municipality, pk)
    sheet = actions.sheet_of(work)
    mine = sheet.entry_of(request.user)
    back = address("matrix", work, work.budget_id)
    if sheet.is_settled or (sheet.is_typed_twice and mine is None):
        messages.info(request, _("The points of this work are typed."))
        return redirect(back)
    kept = sheet.typed(mine) if mine else {}
    asked = sheet.differing or sheet.criteria
    form = PointsForm(request.POST or None, criteria=asked, typed=kept)
    if request.method == "POST" and form.is_valid():
        points = {pk: number for pk, number in kept.items() if sheet.differing} | form.points
        try:
            sheet = actions.type_in(work, by=request.user, points=points)
        except (actions.CannotScore, CannotEvaluate) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said(sheet))
            return (
                redirect("budgets:score", municipality.slug, pk)
                if sheet.differing
                else redirect(back)
            )
    others = sheet.typed(3 - mine) if mine and sheet.is_typed_twice else {}
    context = {
        "work": work,
        "sheet": sheet,
        "form": form,
        "rows": [(one, field, kept.get(one.pk), others.get(one.pk)) for one, field in form.rows],
        "back": back,
        "is_settling": bool(sheet.differing),
    }
    status = 422 if form.errors else 200
    return render(request, "budgets/evaluation/score.html", context, status=status)


def said(sheet: Sheet) -> str:
    if sheet.is_settled:
        return _("Both agree: the points of «%(work)s» are settled.") % {"work": sheet.work}
    if sheet.is_typed_twice:
        return _("Two people have typed «%(work)s», and some points differ.") % {"work": sheet.work}
    return _("Your points of «%(work)s» are kept. Somebody else types them too.") % {
        "work": sheet.work
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def score_afresh(request, municipality, pk):
    work = work_or_404(municipality, pk)
    return with_reason(
        request,
        work,
        title=_("Have the points typed afresh"),
        label=_("Why they are typed afresh"),
        button=_("Take them away"),
        back=address("matrix", work, work.budget_id),
        done=_("Two people type them anew."),
        act=lambda why: actions.type_afresh(work, by=request.user, why=why),
    )
