from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from decide.common.markdown import to_html
from municipalities.middleware import municipality_or_404
from participation.models import Category
from participation.views.feeds import IN_A_FEED, PublicFeed, printable
from processes import progress
from processes.filters import ProcessFilter
from processes.models import Process


PER_PAGE = 12


@require_safe
@vary_on_headers("HX-Request")
def index(request, municipality_slug):
    """The processes and dialogues of a municipality, the newest first."""
    municipality = municipality_or_404(request)
    filters = ProcessFilter(
        request.GET,
        Process.objects.for_municipality(municipality).public(),
        categories=list(Category.objects.filter(is_active=True)),
    )
    ids = filters.ordered(filters.found).values_list("pk", flat=True)
    page = Paginator(ids, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "cards": cards(municipality, list(page.object_list)),
        "works_here": request.user.has_perm("processes.work_at_desk", municipality),
    }
    template = "processes/index.html#results" if request.htmx else "processes/index.html"
    return render(request, template, context)


def cards(municipality, ids):
    """What lists show of these processes, in this order; two queries."""
    found = (
        Process.objects.select_related("thread", "category", "outcome")
        .prefetch_related("steps")
        .defer("text", "rules")
        .in_bulk(ids)
    )
    shown = []
    for process in (found[pk] for pk in ids if pk in found):
        process.municipality = municipality
        shown.append(
            {
                "process": process,
                "badge": progress.badge(process),
                "next_date": progress.next_date(process),
                "how_far": progress.how_far(process) if process.is_open else "",
            }
        )
    return shown


class ProcessesFeed(PublicFeed):
    """The newest processes of a municipality."""

    def get_object(self, request, municipality_slug):
        return municipality_or_404(request)

    def title(self, municipality):
        return _("Public processes of %(place)s") % {"place": municipality}

    def link(self, municipality):
        return reverse("processes:index", args=[municipality.slug])

    def feed_url(self, municipality):
        return reverse("processes:feed", args=[municipality.slug])

    def author_name(self, municipality):
        return str(municipality)

    def items(self, municipality):
        newest = Process.objects.for_municipality(municipality).public().select_related("outcome")
        found = list(newest.order_by("-opened_at", "-pk")[:IN_A_FEED])
        for process in found:
            process.municipality = municipality
        return found

    def item_description(self, process):
        return str(to_html(printable("\n\n".join(filter(None, [process.summary, process.text])))))

    def item_pubdate(self, process):
        return process.opened_at

    def item_updateddate(self, process):
        if hasattr(process, "outcome"):
            return process.outcome.published_at
        return process.closed_at or process.opened_at
