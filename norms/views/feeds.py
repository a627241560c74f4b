from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from municipalities.middleware import municipality_or_404
from norms.models import Norm
from norms.open_data import NOT_READ
from participation.views.feeds import IN_A_FEED, PublicFeed, printable


class NormsFeed(PublicFeed):
    """The newest draft norms of a municipality."""

    def get_object(self, request, municipality_slug):
        return municipality_or_404(request)

    def title(self, municipality):
        return _("Draft norms of %(place)s") % {"place": municipality}

    def link(self, municipality):
        return reverse("norms:index", args=[municipality.slug])

    def feed_url(self, municipality):
        return reverse("norms:feed", args=[municipality.slug])

    def author_name(self, municipality):
        return str(municipality)

    def items(self, municipality):
        newest = Norm.objects.for_municipality(municipality).public().defer(*NOT_READ)
        found = list(newest.order_by("-published_at", "-pk")[:IN_A_FEED])
        for norm in found:
            norm.municipality = municipality
        return found

    def item_description(self, norm):
        return escape(printable(norm.summary))

    def item_author_name(self, norm):
        return printable(norm.shown_office) or None

    def item_pubdate(self, norm):
        return norm.published_at

    def item_updateddate(self, norm):
        return norm.resulted_at or norm.published_at
