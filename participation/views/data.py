import csv
import io

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe

from municipalities.middleware import municipality_or_404
from participation import statistics


@require_safe
def data(request, municipality_slug):
    """The public statistics of a space, with what each figure means."""
    municipality = municipality_or_404(request)
    with statistics.reading(municipality):
        found = statistics.Statistics(municipality)
        context = {
            "municipality": municipality,
            "acts": found.table(statistics.ACTS),
            "intake": found.table(statistics.INTAKE),
            "crossed": [
                (label, found.crossed(dimension))
                for dimension, label in statistics.DIMENSION_LABELS.items()
            ],
            "rural_ratio": found.rural_ratio,
            "rural_share": municipality.place.rural_share,
            "people": found.people,
            "smallest": statistics.SMALLEST,
            "places": found.places() if municipality.is_region else [],
            "raw": request.GET.get("por") == "total",
        }
    return render(request, "participation/data.html", context)


@require_safe
def data_csv(request, municipality_slug):
    municipality = municipality_or_404(request)
    out = io.StringIO()
    writer = csv.writer(out)
    with override("es"), statistics.reading(municipality):
        writer.writerow(statistics.COLUMNS)
        for line in statistics.Statistics(municipality).lines():
            writer.writerow(statistics.as_cells(municipality, line))
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="participacion-{municipality.slug}.csv"'
    )
    return response
