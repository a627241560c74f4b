"""The rules of a budget: for people to read, and byte by byte as they were hashed."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets import definition, words
from budgets.views.budgets import seen_or_404
from budgets.views.page import money_of
from municipalities.models import Place
from votes.commitments import canonical


@require_safe
def rules(request, municipality_slug, pk):
    budget = seen_or_404(request, pk, "groups__headings", "criteria")
    context = {
        "budget": budget,
        "rules": words.rules_of(budget),
        "money": money_of(budget, places=places_of(budget)),
        "criteria": list(budget.criteria.all()),
        "digest": bytes(budget.digest).hex() if budget.digest else "",
    }
    return render(request, "budgets/rules.html", context)


@require_safe
def rules_json(request, municipality_slug, pk):
    """Exactly the bytes whose SHA-256 is the fingerprint."""
    budget = seen_or_404(request, pk)
    if budget.digest is None:
        raise Http404
    response = HttpResponse(
        canonical(definition.of(budget)), content_type="application/json; charset=utf-8"
    )
    response["Content-Disposition"] = f'inline; filename="reglas-{budget.pk}.json"'
    return response


def places_of(budget):
    """By heading, the names of the districts whose residents it asks; one query."""
    headings = [heading for group in budget.groups.all() for heading in group.headings.all()]
    codes = {code for heading in headings for code in heading.districts}
    names = dict(Place.objects.filter(code__in=codes).values_list("code", "name"))
    return {
        heading.pk: ", ".join(sorted(names.get(code, code) for code in heading.districts))
        for heading in headings
    }
