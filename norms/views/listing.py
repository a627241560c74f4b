from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from municipalities.middleware import municipality_or_404
from norms import progress
from norms.filters import NormFilter
from norms.models import Norm
from participation.models import Category


PER_PAGE = 12


@require_safe
@vary_on_headers("HX-Request")
def index(request, municipality_slug):
    """The draft norms of a municipality, the newest first, or those that fit what is asked."""
    municipality = municipality_or_404(request)
    asked = NormFilter(
        request.GET,
        Norm.objects.for_municipality(municipality).public(),
        categories=list(Category.objects.filter(is_active=True)),
    )
    page = Paginator(asked.ordered(asked.found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": asked,
        "page": page,
        "cards": cards(municipality, page.object_list),
        "works_here": request.user.has_perm("norms.work_at_desk", municipality),
    }
    template = "norms/index.html#results" if request.htmx else "norms/index.html"
    return render(request, template, context)


def cards(municipality, norms):
    """What a list shows of these norms; one query."""
    found = list(norms.select_related("thread", "category").defer("search", "explanation"))
    for norm in found:
        norm.municipality = municipality
    return [
        {"norm": norm, "badge": progress.badge(norm), "until": progress.until(norm)}
        for norm in found
    ]
