from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from debates import vocabulary
from debates.filters import DebateFilter
from debates.models import Debate
from debates.progress import badge
from debates.rules.debates import why_not_debate
from municipalities.middleware import municipality_or_404
from participation.models import Category, Image
from participation.screening import settings_of


PER_PAGE = 12
# A visitor may see a list this old, in seconds; whoever is signed in sees what they just did.
KEPT_FOR_VISITORS = 10
ON_CARDS = (
    "title",
    "text",
    "place_name",
    "is_official",
    "office",
    "published_at",
    "concluded_at",
    "category__name_es",
    "category__name_en",
    "thread__closes_at",
    "thread__comment_count",
    "thread__agrees",
    "thread__disagrees",
)


@require_safe
@vary_on_headers("HX-Request")
def index(request, municipality_slug):
    municipality_or_404(request)
    template = "debates/index.html#results" if request.htmx else "debates/index.html"
    context = {
        "list": Listing(request),
        "query": request.GET.urlencode(),
        "reason": why_not_debate(request.user, request.municipality),
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
        return DebateFilter(
            self.request.GET,
            self.everything,
            categories=list(Category.objects.filter(is_active=True)),
            counts_everybody=settings_of(self.municipality).counts_unverified,
        )

    @property
    def everything(self):
        return Debate.objects.for_municipality(self.municipality).public()

    @cached_property
    def page(self):
        ids = self.filters.ordered(self.filters.found).values_list("pk", flat=True)
        return Paginator(ids, PER_PAGE).get_page(self.request.GET.get("page"))

    @cached_property
    def guesses(self):
        """Ids of what was perhaps meant, where nothing says exactly what was asked."""
        if not self.filters.words or self.page.paginator.count:
            return []
        meant = vocabulary.meant(self.municipality, self.filters.words)
        return list(self.everything.meaning(meant).values_list("pk", flat=True)[:PER_PAGE])

    @cached_property
    def cards(self):
        return cards(self.municipality, self.guesses or list(self.page.object_list))


def cards(municipality, ids):
    """The cards of these debates in this order; two queries."""
    found = Debate.objects.select_related("category", "thread").only(*ON_CARDS).in_bulk(ids)
    rows = [found[pk] for pk in ids if pk in found]
    pictures = {}
    threads = [row.thread_id for row in rows]
    for image in Image.objects.filter(thread__in=threads).of_author().order_by("-position", "-pk"):
        pictures[image.thread_id] = image.picture
    for row in rows:
        row.municipality = municipality
    return [
        {"debate": row, "badge": badge(row), "picture": pictures.get(row.thread_id)} for row in rows
    ]
