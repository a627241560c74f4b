"""Whom to support first, seats of civil society, and who says that they are interested: for everybody."""

import csv
import io

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreements import priorities
from agreements.baselines import municipalities
from agreements.enums import InterestState
from agreements.forms.seats import SeatsForm
from agreements.models import Interest, PriorityScenario
from agreements.priorities import TOP, VARIABLES
from agreements.priority_figures import gather, weights_in_force
from agreements.seats import BANDS, MOST_COUNCILLORS
from agreements.seats_of_towns import seats_of_towns
from municipalities.enums import PopulationSource
from proposals.resources import harmless


A_PAGE = 50
SOURCES = [PopulationSource.CENSUS, PopulationSource.PROJECTION, PopulationSource.MINAM]


def source_of(request):
    """Which population money is divided by: each figure says its vintage."""
    asked = request.GET.get("poblacion", "")
    return asked if asked in SOURCES else PopulationSource.CENSUS


@require_safe
def index(request):
    """The list by the weights in force, what moves it, other weights, and how it is computed."""
    source = source_of(request)
    gathered = gather(source=source)
    values = gathered.values
    name, weights, scenario = weights_in_force()
    ranking = priorities.rank(values, weights)
    towns = {town.pk: town for town in gathered.towns}
    page = Paginator(ranking.ranked, A_PAGE).get_page(request.GET.get("page"))
    used = [v for v in VARIABLES if v.code not in ranking.left_out]
    names = {variable.code: variable.name for variable in VARIABLES}
    context = {
        "name": name,
        "scenario": scenario,
        "scenarios": PriorityScenario.objects.select_related("by")[:TOP],
        "page": page,
        "used": used,
        "rows": [(one, towns[one.key], cells_of(used, gathered.figures[one.key])) for one in page],
        "apart": [
            (towns[key], [names[code] for code in missing])
            for key, missing in ranking.apart.items()
        ],
        "moves": [
            (names[m.code], m, [towns[k] for k in m.enter], [towns[k] for k in m.leave])
            for m in priorities.moves(values, weights)
        ],
        "tops": [
            (title, given, [towns[key] for key in priorities.rank(values, given).top])
            for title, given in priorities.scenarios(name, weights)
        ],
        "method": [
            {
                "variable": variable,
                "weight": weights.get(variable.code, 0),
                "known": gathered.known[variable.code],
                "sources": gathered.sources[variable.code][:3],
                "left_out": variable.code in ranking.left_out,
            }
            for variable in VARIABLES
        ],
        "towns": len(towns),
        "top": TOP,
        "source": source,
        "population_sources": SOURCES,
        "query": request.GET.urlencode(),
    }
    return render(request, "agreements/priorities/index.html", context)


def cells_of(variables, figures):
    return [figures.get(variable.code) for variable in variables]


@require_safe
def data(request):
    """Every figure with its source and day, and the index, as CSV."""
    gathered = gather(source=source_of(request))
    _name, weights, _scenario = weights_in_force()
    ranking = priorities.rank(gathered.values, weights)
    placed = {one.key: one for one in ranking.ranked}
    out = io.StringIO()
    writer = csv.writer(out)
    head = ["ubigeo", "municipalidad", "puesto", "indice", "variable", "peso", "valor"]
    writer.writerow([*head, "desviaciones", "fuente", "fecha"])
    for town in gathered.towns:
        one = placed.get(town.pk)
        index = [one.position, f"{one.score:.4f}"] if one else ["", ""]
        for variable in VARIABLES:
            figure = gathered.figures[town.pk].get(variable.code)
            z = one.z.get(variable.code) if one else None
            row = [town.place_id, town.name, *index, variable.code, weights[variable.code]]
            row += [f"{figure.value:.4f}" if figure else "", "" if z is None else f"{z:.4f}"]
            row += [figure.source, figure.as_of] if figure else ["", ""]
            writer.writerow([harmless(cell) for cell in row])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="prioridades.csv"'
    return response


@require_safe
def seats(request):
    """How many seats the law gives civil society: of a municipality, or of what one types."""
    form = SeatsForm(request.GET or None)
    found = None
    if form.is_bound and form.is_valid():
        found = form.seats
    source = source_of(request)
    page = Paginator(municipalities().select_related("place").defer("place__outline"), A_PAGE)
    page = page.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "found": found,
        "page": page,
        "rows": seats_of_towns(list(page), source),
        "bands": BANDS,
        "most": MOST_COUNCILLORS,
        "source": source,
    }
    return render(request, "agreements/priorities/seats.html", context)


@require_safe
def interests(request):
    """Who is interested, invited, has declined or withdrawn, newest first."""
    rows = Interest.objects.exclude(published_at=None).select_related("municipality", "practice")
    asked = request.GET.get("estado", "")
    state = asked if asked in InterestState.values else ""
    if state:
        rows = rows.filter(state=state)
    context = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "states": InterestState.choices,
        "state": state,
    }
    return render(request, "agreements/priorities/interests.html", context)
