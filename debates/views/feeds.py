from django.urls import reverse
from django.utils.translation import gettext as _

from debates.models import Debate
from decide.common.markdown import to_html
from municipalities.middleware import municipality_or_404
from participation.views.feeds import IN_A_FEED, PublicFeed, printable


class DebatesFeed(PublicFeed):
    """The newest debates of a municipality."""

    def get_object(self, request, municipality_slug):
        return municipality_or_404(request)

    def title(self, municipality):
        return _("Debates of %(place)s") % {"place": municipality}

    def link(self, municipality):
        return reverse("debates:index", args=[municipality.slug])

    def feed_url(self, municipality):
        return reverse("debates:feed", args=[municipality.slug])

    def author_name(self, municipality):
        return str(municipality)

    def items(self, municipality):
        newest = Debate.objects.for_municipality(municipality).public().select_related("author")
        found = list(newest.defer("search").order_by("-published_at", "-pk")[:IN_A_FEED])
        for debate in found:
            debate.municipality = municipality
        return found

    def item_description(self, debate):
        return str(to_html(printable(debate.text)))

    def item_author_name(self, debate):
        if debate.is_official:
            return printable(debate.office) or None
        return printable(debate.author.public_name) if debate.author else None

    def item_pubdate(self, debate):
        return debate.published_at

    def item_updateddate(self, debate):
        return debate.concluded_at or debate.edited_at or debate.published_at
