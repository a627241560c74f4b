"""What has its day in a municipality: as a list and as a month."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from municipalities.middleware import municipality_or_404
from processes import agenda


PER_PAGE = 20
AHEAD, BEHIND = timedelta(days=400), timedelta(days=3_650)
YEARS = range(2020, 2100)


@require_safe
@vary_on_headers("HX-Request")
def index(request, municipality_slug):
    """What is coming, or what is over; of one kind or of all."""
    municipality = municipality_or_404(request)
    chosen = kind_of(request)
    past = request.GET.get("cuando") == "pasadas"
    found = listed(municipality, chosen, past=past)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "past": past,
        "chosen": chosen,
        "kinds": agenda.Kind,
        "today": timezone.localdate(),
        "may_work": request.user.has_perm("processes.work_on_agenda", municipality),
    }
    template = "processes/agenda/index.html"
    return render(request, f"{template}#results" if request.htmx else template, context)


def listed(municipality, chosen, *, past):
    """Entries of what is over, the latest first; or of what is not, the nearest first."""
    now = timezone.now()
    kinds = (chosen,) if chosen else ()
    if past:
        found = agenda.entries(municipality, now - BEHIND, now, kinds=kinds, newest=True)
        return [entry for entry in found if entry.is_over]
    found = agenda.entries(municipality, now, now + AHEAD, kinds=kinds)
    return [entry for entry in found if not entry.is_over]


def kind_of(request):
    asked = request.GET.get("tipo", "")
    return agenda.Kind(asked) if asked in agenda.Kind.values else ""


@require_safe
def month(request, municipality_slug, year, month):
    municipality = municipality_or_404(request)
    since, until = span_or_404(year, month)
    chosen = kind_of(request)
    found = agenda.entries(municipality, since, until, kinds=(chosen,) if chosen else ())
    context = {
        "month": agenda.month_of(year, month, found),
        "chosen": chosen,
        "kinds": agenda.Kind,
        "today": timezone.localdate(),
    }
    return render(request, "processes/agenda/month.html", context)


def span_or_404(year, month):
    if year not in YEARS or not 1 <= month <= 12:
        raise Http404
    return agenda.span_of_month(year, month)
