from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from municipalities.middleware import municipality_or_404
from participation.activity import Entry, stream
from participation.enums import Activity


STEPS_A_PAGE = 20


@require_safe
def activity(request, municipality_slug):
    """What goes on here, newest first; the address holds the heading."""
    municipality = municipality_or_404(request)
    chosen = request.GET.get("tipo", "")
    chosen = chosen if chosen in Activity.values else ""
    page = Paginator(stream(municipality, chosen), STEPS_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [Entry(event) for event in page.object_list]
    context = {
        "municipality": municipality,
        "page": page,
        "chosen": chosen,
        "headings": Activity.choices,
    }
    return render(request, "participation/activity.html", context)
