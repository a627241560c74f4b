import secrets
from hashlib import sha256

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from municipalities.middleware import municipality_or_404
from participation.models import Category, Image
from proposals import vocabulary
from proposals.enums import Order
from proposals.filters import MAX_SEED, ProposalFilter
from proposals.models import Proposal
from proposals.progress import badge
from proposals.rules import why_not_propose


PER_PAGE = 12
POINTS = 2000
CARDS_KEPT = 60 * 60
# A visitor may see a list this old, in seconds; whoever is signed in sees what they just did.
KEPT_FOR_VISITORS = 10
ON_CARDS = (
    "pk",
    "thread_id",
    "category_id",
    "title",
    "summary",
    "place_name",
    "state",
    "published_at",
    "threshold",
    "closes_on",
    "reached_at",
    "support_count",
    "category__name_es",
    "category__name_en",
    "answer__verdict",
    "answer__published_at",
    "thread__comment_count",
)


class ListPaginator(Paginator):
    """Pages of ids. A count in the thousands may be a minute old: nobody misses one of them."""

    REMEMBER_FROM = 1000

    def __init__(self, ids, filters):
        super().__init__(ids, PER_PAGE)
        asked = sorted((k, str(v)) for k, v in filters.values.items() if v and k != "semilla")
        self.key = f"proposals:count:{sha256(repr(asked).encode()).hexdigest()[:32]}"

    @cached_property
    def count(self):
        known = cache.get(self.key)
        if known is None:
            known = self.object_list.count()
            if known >= self.REMEMBER_FROM:
                cache.set(self.key, known, 60)
        return known


def filters_of(request):
    proposals = Proposal.objects.for_municipality(municipality_or_404(request)).public()
    categories = list(Category.objects.filter(is_active=True))
    return ProposalFilter(request.GET, proposals, categories=categories)


@require_safe
@vary_on_headers("HX-Request")
def index(request, municipality_slug):
    if request.GET.get("orden") == Order.RANDOM and not request.GET.get("semilla"):
        address = request.GET.copy()
        address["semilla"] = secrets.randbelow(MAX_SEED - 1) + 1
        return redirect(f"{request.path}?{address.urlencode()}")

    template = "proposals/index.html#results" if request.htmx else "proposals/index.html"
    context = {
        "list": Listing(request),
        "query": request.GET.urlencode(),
        "reason": why_not_propose(request.user, request.municipality),
        "seconds_kept": 0 if request.user.is_authenticated else KEPT_FOR_VISITORS,
    }
    return render(request, template, context)


class Listing:
    """What a page of the list shows, found only when the template asks: it may have it kept."""

    def __init__(self, request):
        self.request = request
        self.municipality = request.municipality
        self.is_map = request.GET.get("ver") == "mapa"

    @cached_property
    def filters(self):
        return filters_of(self.request)

    @cached_property
    def page(self):
        ids = self.filters.ordered(self.filters.found).values_list("pk", flat=True)
        return ListPaginator(ids, self.filters).get_page(self.request.GET.get("page"))

    @cached_property
    def guesses(self):
        """Ids of what was perhaps meant, where nothing says exactly what was asked."""
        if not self.filters.words or self.page.paginator.count:
            return []
        everything = Proposal.objects.for_municipality(self.municipality).public()
        meant = vocabulary.meant(self.municipality, self.filters.words)
        return list(everything.meaning(meant).values_list("pk", flat=True)[:PER_PAGE])

    @cached_property
    def cards(self):
        return cards(self.request, self.guesses or list(self.page.object_list))


def cards(request, ids):
    """The cards of these proposals in this order; two queries, and only what changed is drawn."""
    found = (
        Proposal.objects.select_related("answer", "category", "thread").only(*ON_CARDS).in_bulk(ids)
    )
    rows = [found[pk] for pk in ids if pk in found]
    pictures = {}
    threads = [row.thread_id for row in rows]
    for image in Image.objects.filter(thread__in=threads).of_author().order_by("-position", "-pk"):
        pictures[image.thread_id] = image.picture
    shown = []
    for row in rows:
        row.municipality = request.municipality
        answer = getattr(row, "answer", None)
        verdict = answer.verdict if answer and answer.published_at else ""
        picture = pictures.get(row.thread_id)
        shown.append({"proposal": row, "badge": badge(row, verdict=verdict), "picture": picture})
    return drawn(shown)


def drawn(shown):
    """The HTML of each card, kept under all that it shows, so that it is never out of date."""
    keys = [key_of(card) for card in shown]
    kept = cache.get_many(keys)
    fresh = {}
    for key, card in zip(keys, shown, strict=True):
        if key not in kept:
            fresh[key] = kept[key] = render_to_string("proposals/_card.html", {"card": card})
        card["html"] = kept[key]
    if fresh:
        cache.set_many(fresh, CARDS_KEPT)
    return shown


def key_of(card):
    row = card["proposal"]
    values = [getattr(row, name) for name in ON_CARDS if "__" not in name]
    said = row.thread.comment_count
    facts = (values, said, card["badge"], card["picture"], str(row.category), get_language())
    digest = sha256(repr((*facts, timezone.localdate().year)).encode()).hexdigest()
    return f"proposals:card:{digest[:40]}"


@require_safe
def points(request, municipality_slug):
    """The points of a list as GeoJSON, for the map; the list itself says the same in words."""
    filters = filters_of(request)
    found = filters.ordered(filters.found).exclude(latitude=None)
    features = []
    for proposal in found.only("title", "latitude", "longitude")[:POINTS]:
        proposal.municipality = request.municipality
        features.append(
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [proposal.longitude, proposal.latitude],
                },
                "properties": {"title": proposal.title, "url": proposal.get_absolute_url()},
            }
        )
    return JsonResponse({"type": "FeatureCollection", "features": features})
