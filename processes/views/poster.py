"""A process on paper and aloud: for whoever may read it, and for staff before it opens."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from processes import poster as papers
from processes.views.processes import seen_or_404


@require_safe
def poster(request, municipality_slug, pk):
    """One sheet: A4, or A3 with `?hoja=a3`."""
    process = seen_or_404(request, pk)
    sheet = request.GET.get("hoja", "a4")
    if sheet not in papers.SHEETS:
        raise Http404
    made = papers.poster(process, address=address_of(process), sheet=sheet)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="afiche-{process.pk}-{sheet}.pdf"'
    return response


@require_safe
def radio(request, municipality_slug, pk):
    process = seen_or_404(request, pk)
    script = papers.radio_script(process)
    context = {"process": process, "script": script, "words": len(script.split())}
    return render(request, "processes/templates/radio.html", context)


def address_of(process):
    """The short address of its page, as it can be typed too."""
    path = reverse("processes:by_number", args=[process.municipality.slug, process.pk])
    return settings.SITE_URL.rstrip("/") + path
