from django.core.paginator import Paginator
from django.db.models import Sum
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets import course, progress
from budgets.models import Budget
from municipalities.middleware import municipality_or_404


PER_PAGE = 12


@require_safe
def index(request, municipality_slug):
    """All budgets of a municipality, the newest year first."""
    municipality = municipality_or_404(request)
    everything = Budget.objects.for_municipality(municipality).public()
    page = Paginator(everything.order_by("-year", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "years": by_year(cards(municipality, page.object_list)),
        "works_here": request.user.has_perm("budgets.work_on_budgets", municipality),
    }
    return render(request, "budgets/index.html", context)


def cards(municipality, budgets):
    """What a list shows of these budgets; two queries."""
    found = list(
        budgets.select_related("thread")
        .prefetch_related("steps")
        .annotate(shared=Sum("groups__headings__money"))
    )
    for budget in found:
        budget.municipality = municipality
    return [
        {
            "budget": budget,
            "badge": progress.badge(budget),
            "money": budget.shared or budget.announced,
            "closes": closes_of(budget),
            "next": course.next_step(budget) if not budget.is_cancelled else None,
        }
        for budget in found
    ]


def closes_of(budget):
    """Until when what goes on now goes on."""
    going_on = course.running(budget)
    return progress.main_of(going_on).ends_at if going_on else None


def by_year(shown):
    years = {}
    for card in shown:
        years.setdefault(card["budget"].year, []).append(card)
    return years.items()
