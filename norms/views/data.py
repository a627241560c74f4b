"""Draft norms for machines: all of them as CSV or JSON, and the text of one."""

import csv

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from municipalities.middleware import municipality_or_404
from norms import open_data
from norms.models import Norm


IN_WORDS = {"ensure_ascii": False, "indent": 1}


@require_safe
def norms_data(request, municipality_slug, kind):
    municipality = municipality_or_404(request)
    rows = open_data.rows(municipality)
    if kind == "json":
        return JsonResponse({"normas": list(rows)}, json_dumps_params=IN_WORDS)
    if kind != "csv":
        raise Http404
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="normas-{municipality.slug}.csv"'
    writer = csv.writer(response)
    writer.writerow(open_data.COLUMNS)
    writer.writerows(open_data.cells(row) for row in rows)
    return response


@require_safe
def text_json(request, municipality_slug, pk):
    municipality = municipality_or_404(request)
    public = Norm.objects.for_municipality(municipality).public().defer("search")
    norm = get_object_or_404(public, pk=pk)
    norm.municipality = municipality
    return JsonResponse(open_data.text_of(norm), json_dumps_params=IN_WORDS)
