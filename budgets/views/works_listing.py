"""The works of a budget: the list with its filters, the map, and the feed."""

import secrets

from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from budgets import vocabulary
from budgets.course import is_running
from budgets.enums import StepKind, WorkOrder
from budgets.filters import MAX_SEED, WorkFilter
from budgets.forms.works import headings_of
from budgets.models import Work
from budgets.rules.works import why_not_put_forward
from budgets.views.budgets import seen_or_404 as budget_or_404
from budgets.work_progress import badge
from budgets.works_map import sheet_of
from participation.models import Category, Image
from participation.views.feeds import IN_A_FEED, PublicFeed, printable


PER_PAGE = 12
POINTS = 1000
EXACT = 5  # digits after the point: a metre, and a map that is light
ON_CARDS = (
    *("municipality_id", "budget_id", "heading_id", "thread_id", "agent_id", "author_id"),
    *("title", "summary", "place_name", "state", "published_at", "estimate", "cost"),
    *("support_count", "category__name_es", "category__name_en", "thread__comment_count"),
    *("heading__name", "proposal__thread__is_public"),
)


@require_safe
@vary_on_headers("HX-Request")
def works(request, municipality_slug, pk):
    budget = budget_or_404(request, pk)
    if request.GET.get("orden") == WorkOrder.RANDOM and not request.GET.get("semilla"):
        address = request.GET.copy()
        address["semilla"] = secrets.randbelow(MAX_SEED - 1) + 1
        return redirect(f"{request.path}?{address.urlencode()}")
    template = "budgets/works/index.html#results" if request.htmx else "budgets/works/index.html"
    context = {
        "budget": budget,
        "list": Listing(request, budget),
        "query": request.GET.urlencode(),
        "reason": why_not_put_forward(request.user, budget),
        "collects": is_running(budget, StepKind.WORKS),
    }
    return render(request, template, context)


def filters_of(request, budget):
    works = Work.objects.for_municipality(budget.municipality).filter(budget=budget).public()
    return WorkFilter(
        request.GET,
        works,
        budget=budget,
        headings=list(headings_of(budget)),
        categories=list(Category.objects.filter(is_active=True)),
        resident=request.user.proof if request.user.is_authenticated else None,
    )


class Listing:
    """What a page of the list shows, found only when the template asks."""

    def __init__(self, request, budget):
        self.request, self.budget = request, budget
        self.is_map = request.GET.get("ver") == "mapa"

    @cached_property
    def filters(self):
        return filters_of(self.request, self.budget)

    @cached_property
    def page(self):
        ids = self.filters.ordered(self.filters.found).values_list("pk", flat=True)
        return Paginator(ids, PER_PAGE).get_page(self.request.GET.get("page"))

    @cached_property
    def guesses(self):
        """Ids of what was perhaps meant, where nothing says exactly what was asked."""
        if not self.filters.words or self.page.paginator.count:
            return []
        meant = vocabulary.meant(self.budget.municipality, self.filters.words)
        return list(self.filters.queryset.meaning(meant).values_list("pk", flat=True)[:PER_PAGE])

    @cached_property
    def centre(self):
        """The work that the list is near to, if it was asked so."""
        near = self.filters.values.get("cerca")
        found = self.filters.queryset.filter(pk=near).only("title").first() if near else None
        if found:
            found.municipality = self.budget.municipality
        return found

    @cached_property
    def sheet(self):
        """Its works on a drawing of the place; closely, if those near one were asked for."""
        found = self.filters.ordered(self.filters.found).exclude(latitude=None)
        rows = found.values_list("pk", "title", "longitude", "latitude")[:POINTS]
        works = [(pk, title, (longitude, latitude)) for pk, title, longitude, latitude in rows]
        return sheet_of(self.budget.municipality, works, closely=self.centre is not None)

    @cached_property
    def cards(self):
        return cards(self.budget, self.guesses or list(self.page.object_list))


def cards(budget, ids):
    """The cards of these works in this order; two queries."""
    found = Work.objects.select_related("category", "thread", "heading", "proposal__thread")
    found = found.only(*ON_CARDS).in_bulk(ids)
    rows = [found[pk] for pk in ids if pk in found]
    threads = {row: [row.thread_id, *origin_of(row)] for row in rows}
    pictures = {}
    for image in (
        Image.objects.filter(thread__in=sum(threads.values(), []))
        .of_author()
        .order_by("-position", "-pk")
    ):
        pictures[image.thread_id] = image.picture
    shown = []
    for row in rows:
        row.municipality, row.budget = budget.municipality, budget
        picture = next((pictures[pk] for pk in threads[row] if pk in pictures), None)
        shown.append({"work": row, "badge": badge(row), "picture": picture})
    return shown


def origin_of(work):
    """The thread of the proposal it came from, whose pictures stand in where it has none."""
    is_seen = work.proposal_id and work.proposal.thread.is_public
    return [work.proposal.thread_id] if is_seen else []


@require_safe
def points(request, municipality_slug, pk):
    """The points of a list as GeoJSON, for the map; the list itself says the same in words."""
    budget = budget_or_404(request, pk)
    filters = filters_of(request, budget)
    found = filters.ordered(filters.found).exclude(latitude=None)
    features = []
    for number, title, *place in found.values_list("pk", "title", "longitude", "latitude")[:POINTS]:
        url = reverse("budgets:work_by_number", args=[municipality_slug, number])
        point = {"type": "Point", "coordinates": [round(degrees, EXACT) for degrees in place]}
        about = {"title": title, "url": url}
        features.append({"type": "Feature", "geometry": point, "properties": about})
    return JsonResponse(
        {"type": "FeatureCollection", "features": features},
        json_dumps_params={"separators": (",", ":"), "ensure_ascii": False},
    )


class WorksFeed(PublicFeed):
    """The newest works of a budget, with the filters of its address."""

    def get_object(self, request, municipality_slug, pk):
        budget = budget_or_404(request, pk)
        return budget, filters_of(request, budget), request.GET.urlencode()

    def title(self, about):
        return printable(_("Works of «%(budget)s»") % {"budget": about[0].title})

    def link(self, about):
        return self._address("budgets:works", about)

    def feed_url(self, about):
        return self._address("budgets:works_feed", about)

    def _address(self, name, about):
        budget, _filters, query = about
        address = reverse(name, args=[budget.municipality.slug, budget.pk])
        return f"{address}?{query}" if query else address

    def author_name(self, about):
        return str(about[0].municipality)

    def items(self, about):
        budget, filters, _query = about
        newest = filters.found.select_related("author", "agent", "proposal")
        newest = newest.defer("search", "body").order_by("-published_at", "-pk")[:IN_A_FEED]
        found = list(newest)
        for work in found:
            work.municipality = budget.municipality
        return found

    def item_description(self, work):
        return escape(printable(work.summary))

    def item_author_name(self, work):
        return printable(work.shown_author) or None

    def item_pubdate(self, work):
        return work.published_at
