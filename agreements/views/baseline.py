"""What everybody reads of the baselines: the matrix of mechanisms, and one municipality's years."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agreements import baselines, conflict_months
from agreements.baselines_data import DICTIONARY, as_csv, rows
from agreements.enums import MechanismState
from agreements.seats_of_towns import seats_of_towns
from municipalities.enums import PopulationSource
from municipalities.models import Place


A_PAGE = 100


def asked(request):
    """The filters of the address: year, province and mechanism; what is no choice counts as none."""
    years = baselines.years()
    given = request.GET.get("anio", "")
    year = int(given) if given.isdecimal() and int(given) in years else (years or [None])[0]
    provinces = Place.objects.provinces().filter(code__startswith=settings.REGION)
    provinces = list(provinces.values_list("code", "name"))
    province = request.GET.get("provincia", "")
    province = province if province in dict(provinces) else ""
    mechanism = request.GET.get("mecanismo", "")
    mechanism = mechanism if mechanism in {m.code for m in baselines.MUNICIPAL} else ""
    return {
        "years": years,
        "year": year,
        "provinces": provinces,
        "province": province,
        "mechanism": mechanism,
        "mechanisms": baselines.MUNICIPAL,
    }


def towns_of(filters):
    towns = baselines.municipalities().filter(place__code__startswith=filters["province"])
    return towns.select_related("place").defer("place__outline")


@require_safe
def matrix(request):
    filters = asked(request)
    towns = list(towns_of(filters))
    everything = baselines.matrix(towns, filters["year"], filters["mechanism"])
    page = Paginator(everything.lines, A_PAGE).get_page(request.GET.get("page"))
    states = [*MechanismState]
    context = {
        **filters,
        "matrix": everything,
        "page": page,
        "states": states,
        "counts": [
            (column, [everything.counts[column.code][state.value] for state in states])
            for column in everything.columns
        ],
        "without": sum(line.sheet is None for line in everything.lines),
        "query": request.GET.urlencode(),
    }
    return render(request, "agreements/baseline/matrix.html", context)


@require_safe
def matrix_csv(request):
    data = as_csv(rows(**_of_data(request)))
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="mecanismos.csv"'
    return response


@require_safe
def matrix_json(request):
    columns = {name: str(meaning) for name, meaning in DICTIONARY.items()}
    return JsonResponse({"columnas": columns, "filas": list(rows(**_of_data(request)))})


def _of_data(request):
    filters = asked(request)
    return {
        "towns": list(towns_of(filters)),
        "year": filters["year"],
        "mechanism": filters["mechanism"],
    }


@require_safe
def of_town(request, slug):
    """One municipality: its years side by side, and the months with a conflict."""
    town = get_object_or_404(baselines.municipalities().select_related("place"), slug=slug)
    context = {
        "town": town,
        "compared": baselines.compared(town),
        "versions": baselines.corrected(town),
        "conflicts": conflict_months.of_town(town),
        "seats": seats_of_towns([town], PopulationSource.CENSUS)[0],
    }
    return render(request, "agreements/baseline/town.html", context)
