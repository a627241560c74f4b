"""The register of social conflicts, as the Defensoría's monthly reports tell them."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreements.conflict_months import MONTHS, window
from agreements.enums import ConflictKind, ConflictState
from agreements.models import Conflict
from municipalities.models import Place


A_PAGE = 50


@require_safe
def index(request):
    """Each report with its cases by kind, and the cases themselves, newest first."""
    reports = (
        Conflict.objects.values("report", "month")
        .annotate(
            cases=Count("pk"),
            active=Count("pk", filter=Q(state=ConflictState.ACTIVE)),
            environmental=Count("pk", filter=Q(kind=ConflictKind.SOCIO_ENVIRONMENTAL)),
            labour=Count("pk", filter=Q(kind=ConflictKind.LABOUR)),
            without_place=Count("pk", filter=Q(ubigeos=[])),
        )
        .order_by("-month", "-report")[:MONTHS]
    )
    page = Paginator(Conflict.objects.order_by("-month", "-report", "code"), A_PAGE).get_page(
        request.GET.get("page")
    )
    codes = {code for case in page for code in case.ubigeos}
    names = dict(Place.objects.filter(pk__in=codes).values_list("code", "name"))
    context = {
        "reports": reports,
        "page": page,
        "cases": [(case, [names.get(code, code) for code in case.ubigeos]) for case in page],
        "window": window(),
        "of": MONTHS,
    }
    return render(request, "agreements/baseline/conflicts.html", context)
