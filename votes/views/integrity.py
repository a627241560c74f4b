"""The actas: of the result, to be signed; and of integrity, from closing on."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from votes import integrity as what, reports
from votes.enums import UrnState
from votes.views.polls import seen_or_404
from votes.views.results import opened_or_404


CLOSED = (UrnState.CLOSED, UrnState.OPENED)


def closed_or_404(request, pk):
    poll = seen_or_404(request, pk)
    if poll.urn.state not in CLOSED:
        raise Http404
    return poll


@require_safe
def integrity(request, municipality_slug, pk):
    poll = seen_or_404(request, pk)
    if poll.urn.state not in CLOSED:
        return render(request, "votes/results_wait.html", {"poll": poll}, status=404)
    return render(request, "votes/integrity.html", {"poll": poll, "acta": what.of(poll)})


@require_safe
def integrity_json(request, municipality_slug, pk):
    acta = what.of(closed_or_404(request, pk))
    return JsonResponse(acta.as_json, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def integrity_pdf(request, municipality_slug, pk):
    poll = closed_or_404(request, pk)
    return pdf(reports.integrity(what.of(poll), get_language()), f"acta-de-integridad-{poll.pk}")


@require_safe
def acta(request, municipality_slug, pk):
    poll = opened_or_404(request, pk)
    return pdf(reports.acta(poll, get_language()), f"acta-{poll.pk}")


def pdf(document, name):
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
