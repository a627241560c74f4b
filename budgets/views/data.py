"""Open data of a budget: its works, what the evaluation found, and what came out."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets import ballots, exchange, resources
from budgets.enums import Mode, WorkState
from budgets.models import Count
from budgets.views.budgets import seen_or_404
from budgets.views.results import heading_or_404
from proposals.resources import XLSX


KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
FILES = {
    "obras": (resources.WorkResource, resources.works_of),
    "evaluaciones": (resources.EvaluationResource, resources.evaluations_of),
    "resultados": (resources.ResultResource, resources.results_of),
}


def opened_or_404(request, pk):
    budget = seen_or_404(request, pk)
    if budget.is_draft:
        raise Http404
    return budget


@require_safe
def open_data(request, municipality_slug, pk):
    """The files, and what each of their columns means."""
    budget = opened_or_404(request, pk)
    context = {
        "budget": budget,
        "works": dictionary(resources.WorkResource),
        "evaluations": dictionary(resources.EvaluationResource),
        "results": dictionary(resources.ResultResource),
        "states": [choice for choice in WorkState.choices if choice[0] != WorkState.DRAFT],
        "headings": headings_with_a_file(budget),
    }
    return render(request, "budgets/results/open_data.html", context)


def dictionary(resource):
    return [(column.column_name, column.meaning) for column in resource().get_export_fields()]


def headings_with_a_file(budget):
    ballot = ballots.current(budget, ballots.purpose_of(budget))
    if not ballots.is_opened(ballot):
        return []
    return [heading for heading in ballots.headings_of(budget) if heading.question]


@require_safe
def works_data(request, municipality_slug, pk, kind):
    return told(request, pk, "obras", kind)


@require_safe
def evaluations_data(request, municipality_slug, pk, kind):
    return told(request, pk, "evaluaciones", kind)


@require_safe
def results_data(request, municipality_slug, pk, kind):
    return told(request, pk, "resultados", kind)


def told(request, pk, name, kind):
    budget = opened_or_404(request, pk)
    if kind not in KINDS:
        raise Http404
    resource, rows = FILES[name]
    made = resource().export(rows(budget))
    data = made.xlsx if kind == "xlsx" else "\ufeff" + made.csv
    return as_file(data, f"{name}-{budget.year}-{pk}.{kind}", KINDS[kind])


@require_safe
def heading_pb(request, municipality_slug, pk, heading):
    """The ballots of a heading as a .pb file; there is none before the urn is opened."""
    budget = opened_or_404(request, pk)
    heading = heading_or_404(budget, heading)
    ballot = ballots.current(budget, ballots.purpose_of(budget))
    if budget.mode == Mode.MATRIX or not heading.question or not ballots.is_opened(ballot):
        raise Http404
    count = Count.objects.official().done().filter(heading=heading).first()
    text = exchange.heading_pb(heading, ballot, count)
    return as_file(
        text, f"presupuesto-{budget.year}-{pk}-{heading.pk}.pb", "text/plain; charset=utf-8"
    )


def as_file(data, name, content_type):
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
