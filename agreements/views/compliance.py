"""Papers that the law asks for, ready-made for the municipality's staff."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agreements import compliance
from agreements.views.baseline_town import staff_or_refused
from budgets.models import Budget
from municipalities.mechanisms import HEARING_MONTHS


BUDGETS = 10


@never_cache
@require_safe
def index(request, municipality_slug):
    municipality, refusal = staff_or_refused(request)
    if refusal:
        return refusal
    context = {
        "hearings": compliance.hearings_until(timezone.localdate()),
        "may": HEARING_MONTHS[0],
        "budgets": Budget.objects.public()
        .filter(municipality=municipality)
        .order_by("-year", "-pk")[:BUDGETS],
    }
    return render(request, "agreements/baseline/compliance.html", context)


@never_cache
@require_safe
def hearing(request, municipality_slug, year, month):
    municipality, refusal = staff_or_refused(request)
    if refusal:
        return refusal
    if month not in HEARING_MONTHS or not 2015 <= year <= timezone.localdate().year + 1:
        raise Http404
    data = compliance.hearing_file(municipality, year, month)
    return as_pdf(data, f"audiencia-{year}-{month:02}.pdf")


@never_cache
@require_safe
def dossier(request, municipality_slug, pk):
    municipality, refusal = staff_or_refused(request)
    if refusal:
        return refusal
    budgets = Budget.objects.public().prefetch_related("steps")
    budget = get_object_or_404(budgets, municipality=municipality, pk=pk)
    budget.municipality = municipality
    return as_pdf(compliance.dossier(budget), f"presupuesto-participativo-{budget.year}.pdf")


def as_pdf(data, name):
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
