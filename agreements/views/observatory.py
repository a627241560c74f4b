"""The observatory's own door, and everything in it as files."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements import board, open_data as data
from agreements.enums import Gate
from agreements.models import Commitment
from municipalities.enums import MunicipalityKind


MAIN = "LAL0009"


@require_safe
def home(request):
    """What this is for, how many operate, and how far each provincial municipality is."""
    everyone = board.read(board.municipalities_of_the_region(), by=request.user)
    rows = [row for row in everyone if row.municipality.kind == MunicipalityKind.PROVINCIAL]
    context = {
        "commitment": Commitment.objects.filter(code=MAIN).first() or Commitment.objects.first(),
        "rows": rows,
        "gates": Gate,
        "operating": sum(row.progress.is_operating for row in rows),
        "stages": board.by_stage(rows),
        "all_stages": board.by_stage(everyone),
        "map": board.stage_map(everyone),
    }
    return render(request, "agreements/observatory/home.html", context)


@require_safe
def open_data(request):
    """The files, and what each of their columns means."""
    context = {"tables": data.TABLES.values(), "crumbs": [(_("Open data"), None)]}
    return render(request, "agreements/observatory/open_data.html", context)


@require_safe
def open_file(request, table, kind):
    found = data.TABLES.get(table)
    if found is None or kind not in ("csv", "json"):
        raise Http404
    if kind == "json":
        response = JsonResponse(
            data.as_json(found, by=request.user), json_dumps_params={"ensure_ascii": False}
        )
    else:
        response = HttpResponse(
            data.as_csv(found, by=request.user), content_type="text/csv; charset=utf-8"
        )
    response["Content-Disposition"] = f'attachment; filename="observatorio-{table}.{kind}"'
    return response
