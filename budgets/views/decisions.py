"""When decisions are published, publishing them together, and the public table of them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets import evaluating, matrix
from budgets.actions import decisions as actions
from budgets.enums import Stage, Verdict, WorkState
from budgets.forms.matrix import DecisionsForm, WhenForm
from budgets.models import Budget, Evaluation, Heading, Work
from budgets.views.budgets import budget_or_404, seen_or_404, staff_of_budgets
from budgets.views.evaluations_desk import (
    attempt,
    work_or_404,
)
from decide.common.typed import number


A_PAGE = 50


@require_safe
def decisions(request, municipality_slug, pk):
    """What was found of each work; before that, when it will be known."""
    budget = seen_or_404(request, pk)
    if budget.decisions_published_at is None:
        context = {
            "budget": budget,
            "under": Work.objects.public()
            .filter(budget=budget, state=WorkState.EVALUATION)
            .count(),
        }
        return render(request, "budgets/evaluation/decisions_ahead.html", context)
    everything = Work.objects.public().decided().filter(budget=budget)
    form = DecisionsForm(request.GET, budget=budget)
    found = form.narrow(everything).select_related("heading", "appeal").defer("search", "body")
    found = found.order_by("heading__group__position", "heading__position", "heading_id", "title")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    for work in page:
        work.municipality = budget.municipality
    context = {
        "budget": budget,
        "form": form,
        "page": page,
        "rows": rows_of(budget, list(page)),
        "total": everything.count(),
        "unfeasible": everything.found_unfeasible().count(),
        "has_matrix": budget.criteria.exists(),
        "last": evaluating.appeal_until(budget),
    }
    return render(request, "budgets/evaluation/decisions.html", context)


def rows_of(budget: Budget, works: list[Work]) -> list[tuple]:
    """Each work with its points if they count, and with what was found and what an appeal did."""
    verdicts = dict(
        Evaluation.objects.filter(work__in=works)
        .published()
        .order_by("assigned_at", "pk")
        .values_list("work_id", "verdict")
    )
    return [
        (
            sheet.work,
            verdicts.get(sheet.work.pk) == Verdict.FEASIBLE,
            matrix.shown(matrix.total_of(sheet.cells)) if sheet.cells else "",
            appeal_of(sheet.work),
        )
        for sheet in matrix.sheets(budget, works)
    ]


def appeal_of(work: Work) -> str:
    appeal = getattr(work, "appeal", None)
    if appeal is None:
        return ""
    return _("Decided on appeal") if appeal.decided_at else _("Under appeal")


@require_safe
def matrix_order(request, municipality_slug, pk):
    """The feasible works of one heading in the order of the matrix, and how it comes about."""
    budget = seen_or_404(request, pk)
    headings = list(Heading.objects.filter(group__budget=budget))
    if budget.decisions_published_at is None or not headings:
        raise Http404
    asked = number(request.GET.get("rubro"))
    heading = next((one for one in headings if one.pk == asked), headings[0])
    criteria = list(budget.criteria.all())
    if not criteria:
        raise Http404
    heading.group.budget = budget
    rows = matrix.of(heading)
    for row in rows:
        row.work.municipality = budget.municipality
    context = {
        "budget": budget,
        "headings": headings,
        "heading": heading,
        "criteria": criteria,
        "rows": rows,
        "is_tied": any(row.is_tied for row in rows),
    }
    return render(request, "budgets/evaluation/matrix_order.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_budgets("budgets.run_budget")
def decisions_desk(request, municipality, pk):
    """What is still missing before decisions can be published; the moment; the appeals."""
    budget = budget_or_404(request, pk)
    form = WhenForm(request.POST or None, initial={"at": budget.decisions_at})
    if request.method == "POST" and form.is_valid():
        try:
            actions.announce(
                budget, by=request.user, at=form.cleaned_data["at"], why=form.cleaned_data["why"]
            )
            messages.success(request, _("Everybody can read now when decisions are published."))
            return redirect("budgets:decisions_desk", municipality.slug, pk)
        except actions.CannotPublish as refusal:
            form.add_error("at", str(refusal))
    standings = evaluating.standings(Work.objects.filter(budget=budget))
    handed_in = [one for one in standings if one.stage == Stage.HANDED_IN]
    feasible = [one for one in handed_in if one.evaluation.verdict == Verdict.FEASIBLE]
    context = {
        "budget": budget,
        "form": form,
        "missing": actions.missing(budget, standings),
        "feasible": len(feasible),
        "unfeasible": len(handed_in) - len(feasible),
        "over": [one for one in feasible if one.evaluation.cost > one.work.heading.money],
        "appeals": [one for one in standings if one.is_on_appeal],
        "last": evaluating.appeal_until(budget),
    }
    status = 422 if form.errors else 200
    return render(request, "budgets/evaluation/decisions_desk.html", context, status=status)


@require_POST
@staff_of_budgets("budgets.run_budget")
def publish_decisions(request, municipality, pk):
    budget = budget_or_404(request, pk)
    done = _("The decisions are published. Authors and followers have been told.")
    if attempt(request, done, actions.publish, budget, by=request.user):
        return redirect("budgets:decisions", municipality.slug, pk)
    return redirect("budgets:decisions_desk", municipality.slug, pk)


@require_POST
@staff_of_budgets("budgets.run_budget")
def publish_appeal(request, municipality, pk):
    work = work_or_404(municipality, pk)
    done = _("It is published, and final.")
    attempt(request, done, actions.publish_appeal, work, by=request.user)
    return redirect("budgets:decisions_desk", municipality.slug, work.budget_id)
