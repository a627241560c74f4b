"""Municipalities in the observatory: all of them by stage, one by itself, two side by side."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements import board, place as pages


@require_safe
def index(request):
    """Every municipality by province, each with its stage."""
    rows = board.read(board.municipalities_of_the_region(), by=request.user)
    provinces = {}
    for row in rows:
        provinces.setdefault(row.municipality.place_id[:4], []).append(row)
    context = {
        "provinces": list(provinces.values()),
        "stages": board.by_stage(rows),
        "crumbs": [(_("Municipalities"), None)],
    }
    return render(request, "agreements/observatory/municipalities.html", context)


@require_safe
def place(request, slug):
    """One municipality; with `?con=` another one beside it."""
    everyone = board.municipalities_of_the_region()
    here = by_slug_or_404(everyone, slug)
    beside = request.GET.get("con", "")
    if beside and beside != slug:
        return compare(request, here, by_slug_or_404(everyone, beside))
    (row,) = board.read([here], by=request.user)
    alike = pages.peers(here, everyone)
    context = {
        "page": pages.read(row),
        **pages.rest(here),
        "peers": alike[:6],
        "others": [m for m in everyone if m.pk != here.pk],
        "crumbs": [
            (_("Municipalities"), reverse("agreements:municipalities")),
            (here.short_name, None),
        ],
    }
    return render(request, "agreements/observatory/municipality.html", context)


def compare(request, *towns):
    found = [pages.read(row) for row in board.read(towns, by=request.user)]
    here = towns[0]
    context = {
        "pages": found,
        "lines": pages.side_by_side(found),
        "crumbs": [
            (_("Municipalities"), reverse("agreements:municipalities")),
            (here.short_name, reverse("agreements:municipality", args=[here.slug])),
            (_("Side by side"), None),
        ],
    }
    return render(request, "agreements/observatory/compare.html", context)


def by_slug_or_404(municipalities, slug):
    for one in municipalities:
        if one.slug == slug:
            return one
    raise Http404
