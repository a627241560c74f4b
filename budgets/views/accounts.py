"""The rendición de cuentas: one page that adds up, and the same as files."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets import accounts as what
from budgets.accounts_data import AccountsResource
from budgets.execution import last_reason
from budgets.views.budgets import seen_or_404
from proposals.resources import XLSX


KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


@require_safe
def accounts(request, municipality_slug, pk):
    budget = seen_or_404(request, pk)
    if budget.is_draft:
        raise Http404
    found = what.Accounts(budget)
    for project in found.projects:
        project.municipality = budget.municipality
    context = {
        "budget": budget,
        "accounts": found,
        "late": [(project, last_reason(project)) for project in found.late],
        "stopped": [(project, last_reason(project)) for project in found.stopped],
        "moved": [(project, last_reason(project)) for project in found.moved],
        "before": what.before(budget),
    }
    return render(request, "budgets/after/accounts.html", context)


@require_safe
def accounts_data(request, municipality_slug, pk, kind):
    """A line for each chosen work, with what has become of it."""
    budget = seen_or_404(request, pk)
    if budget.is_draft or kind not in KINDS:
        raise Http404
    made = AccountsResource().export(what.works_of(budget))
    data = made.xlsx if kind == "xlsx" else "\ufeff" + made.csv
    response = HttpResponse(data, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="rendicion-{budget.year}-{pk}.{kind}"'
    return response
