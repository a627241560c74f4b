from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from municipalities.middleware import municipality_or_404
from participation.models import Image
from votes.enums import Phase
from votes.filters import PollFilter
from votes.models import Poll
from votes.progress import badge


PER_PAGE = 12
# A visitor may see a list this old, in seconds; whoever is signed in sees it as it is.
KEPT_FOR_VISITORS = 10


@require_safe
@vary_on_headers("HX-Request")
def index(request, municipality_slug):
    municipality = municipality_or_404(request)
    template = "votes/index.html#results" if request.htmx else "votes/index.html"
    context = {
        "list": Listing(request),
        "query": request.GET.urlencode(),
        "works_here": request.user.has_perm("votes.work_on_polls", municipality),
        "attends_here": request.user.has_perm("votes.attend_desk", municipality),
        "seconds_kept": 0 if request.user.is_authenticated else KEPT_FOR_VISITORS,
    }
    return render(request, template, context)


class Listing:
    """What a page of the list shows, found only when the template asks: it may have it kept."""

    def __init__(self, request):
        self.request = request
        self.municipality = request.municipality

    @cached_property
    def filters(self):
        everything = Poll.objects.for_municipality(self.municipality).public()
        return PollFilter(self.request.GET, everything)

    @cached_property
    def page(self):
        ids = self.filters.found.values_list("pk", flat=True)
        return Paginator(ids, PER_PAGE).get_page(self.request.GET.get("page"))

    @cached_property
    def cards(self):
        return cards(self.municipality, list(self.page.object_list))


def cards(municipality, ids):
    """The cards of these polls in this order; two queries."""
    found = Poll.objects.select_related("urn", "thread").defer("urn__definition").in_bulk(ids)
    rows = [found[pk] for pk in ids if pk in found]
    pictures = {}
    threads = [row.thread_id for row in rows]
    for image in Image.objects.filter(thread__in=threads).of_author().order_by("-position", "-pk"):
        pictures[image.thread_id] = image.picture
    for row in rows:
        row.municipality = municipality
    return [
        {
            "poll": row,
            "badge": badge(row),
            "picture": pictures.get(row.thread_id),
            "is_open": row.phase == Phase.OPEN,
            "is_coming": row.phase in (Phase.KEYS, Phase.SCHEDULED),
        }
        for row in rows
    ]
