import csv
import io

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe

from municipalities.middleware import municipality_or_404
from participation import moderation_log
from participation.enums import DecisionKind
from participation.rules.moderation import AGAINST_AUTHOR


PER_PAGE = 50


@require_safe
def index(request, municipality_slug):
    municipality = municipality_or_404(request)
    page = Paginator(moderation_log.decided(municipality), PER_PAGE)
    page = page.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [moderation_log.row(decision) for decision in page],
        "kinds": [DecisionKind(kind).done for kind in AGAINST_AUTHOR],
        "by_rule": moderation_log.by_rule(municipality),
        "totals": moderation_log.totals(municipality),
    }
    return render(request, "participation/moderation/log.html", context)


@require_safe
def as_csv(request, municipality_slug):
    municipality = municipality_or_404(request)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(moderation_log.COLUMNS)
    with override("es"):
        writer.writerows(moderation_log.rows(municipality))
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="moderacion-{municipality.slug}.csv"'
    return response
