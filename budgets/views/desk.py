"""The desk of budgets, and the page of one for those who work on it."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets import checklist, course, progress
from budgets.models import Budget
from budgets.timeline import story_of
from budgets.views.budgets import budget_or_404, staff_of_budgets


A_PAGE = 20


@require_safe
@staff_of_budgets()
def desk(request, municipality):
    """All budgets, drafts too, with what goes on in each."""
    here = Budget.objects.for_municipality(municipality).prefetch_related("steps")
    page = Paginator(here.order_by("-year", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            (budget, progress.badge(budget), course.running(budget), course.next_step(budget))
            for budget in page.object_list
        ],
        "runs_here": request.user.has_perm("budgets.run_budget", municipality),
    }
    return render(request, "budgets/staff/desk.html", context)


@require_safe
@staff_of_budgets()
def case(request, municipality, pk):
    """What is set, what is missing, what comes next, and every page of staff about it."""
    budget = budget_or_404(request, pk, *checklist.WITH_ITS_PARTS)
    parts = checklist.parts(budget) if budget.is_draft else []
    context = {
        "budget": budget,
        "badge": progress.badge(budget),
        "parts": parts,
        "next_part": next((part for part in parts if part.gaps), None),
        "running": course.running(budget),
        "next": course.next_step(budget),
        "pages": [] if budget.is_draft else checklist.pages(budget),
        "entries": story_of(budget),
        "runs_here": request.user.has_perm("budgets.run_budget", municipality),
    }
    return render(request, "budgets/staff/case.html", context)
