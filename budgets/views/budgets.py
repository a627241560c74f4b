"""The budget of an address, for everybody who may see it and for those who work on it."""

from functools import wraps

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache

from budgets.models import Budget
from decide.common.permissions import require
from decide.common.refusals import sign_in
from municipalities.middleware import municipality_or_404


def budget_or_404(request, pk, *parts):
    """The budget of this place, whoever may see it, with its steps and what else is asked for.

    Its municipality is the address's.
    """
    municipality = municipality_or_404(request)
    found = Budget.objects.for_municipality(municipality).select_related("thread")
    budget = get_object_or_404(found.prefetch_related(*(parts or ("steps",))), pk=pk)
    budget.municipality = budget.thread.municipality = municipality
    return budget


def seen_or_404(request, pk, *parts):
    budget = budget_or_404(request, pk, *parts)
    if not request.user.has_perm("budgets.view_budget", budget):
        raise Http404
    return budget


def staff_of_budgets(permission="budgets.work_on_budgets"):
    """For those who may do this here; nothing of it stays on a shared machine.

    The view gets the request, the municipality, and whatever else the address names.
    """

    def decorate(view):
        @never_cache
        @wraps(view)
        def inside(request, municipality_slug, **kwargs):
            municipality = municipality_or_404(request)
            if not request.user.is_authenticated:
                return redirect(sign_in(request.get_full_path()))
            require(request.user, permission, municipality)
            return view(request, municipality, **kwargs)

        return inside

    return decorate
