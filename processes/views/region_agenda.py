"""The agenda of the whole region, by municipality and province; a minute old at most."""

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from municipalities.models import Municipality
from municipalities.rls import region_scope
from processes import agenda, ical
from processes.views.agenda import AHEAD, PER_PAGE, kind_of, span_or_404
from processes.views.calendar import BEHIND, answer


KEPT = 60  # seconds


class Where:
    """The open municipalities of the region, and which of them are asked for."""

    def __init__(self, request):
        found = Municipality.objects.open().of_region(settings.REGION).select_related("place")
        self.all = list(found.defer("place__outline"))
        self.by_id = {m.pk: m for m in self.all}
        names = {m.place_id: m.short_name for m in self.all}
        codes = sorted({m.place_id[:4] for m in self.all if len(m.place_id) >= 4})
        self.provinces = [(code, names.get(code, code)) for code in codes]
        self.slug = request.GET.get("municipalidad", "")
        self.province = request.GET.get("provincia", "")
        if self.slug not in {m.slug for m in self.all}:
            self.slug = ""
        if self.province not in codes:
            self.province = ""
        if self.slug:
            self.chosen = {m.pk for m in self.all if m.slug == self.slug}
        elif self.province:
            self.chosen = {m.pk for m in self.all if m.place_id.startswith(self.province)}
        else:
            self.chosen = set(self.by_id)

    def of(self, found):
        return [entry for entry in found if entry.municipality_id in self.chosen]


def kept(name, since, until):
    """Public entries of the region between the moments, read once a minute for everybody."""
    key = f"region-agenda:{get_language()}:{name}"

    def read():
        with region_scope("region agenda"):
            return agenda.entries(None, since, until)

    return cache.get_or_set(key, read, KEPT)


def context_of(request, where, chosen):
    return {
        "where": where,
        "chosen": chosen,
        "kinds": agenda.Kind,
        "today": timezone.localdate(),
    }


def narrowed(where, chosen, found):
    """Each entry beside its municipality."""
    return [
        (entry, where.by_id[entry.municipality_id])
        for entry in where.of(found)
        if not chosen or entry.kind == chosen
    ]


@require_safe
@vary_on_headers("HX-Request")
def index(request):
    where, chosen, now = Where(request), kind_of(request), timezone.now()
    found = [entry for entry in kept("ahead", now, now + AHEAD) if not entry.is_over]
    rows = narrowed(where, chosen, found)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    template = "processes/agenda/region.html"
    context = context_of(request, where, chosen) | {"page": page}
    return render(request, f"{template}#results" if request.htmx else template, context)


@require_safe
def month(request, year, month):
    where, chosen = Where(request), kind_of(request)
    since, until = span_or_404(year, month)
    rows = narrowed(where, chosen, kept(f"{year}-{month}", since, until))
    table = agenda.month_of(year, month, [entry for entry, _place in rows])
    days = [
        {"date": day.date, "rows": [(e, where.by_id[e.municipality_id]) for e in day.entries]}
        for day in table.days
    ]
    context = context_of(request, where, chosen) | {"month": table, "days": days}
    return render(request, "processes/agenda/region_month.html", context)


@require_safe
def region_ics(request):
    where, chosen, now = Where(request), kind_of(request), timezone.now()
    rows = narrowed(where, chosen, kept("feed", now - BEHIND, now + AHEAD))
    name = _("Agenda of the region")
    return answer(request, ical.calendar(name, [entry for entry, _place in rows]), "agenda")
