from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from municipalities.middleware import municipality_or_404
from participation.views.feeds import IN_A_FEED, PublicFeed, printable
from proposals.views.listing import filters_of


NOT_IN_FEED = ("search", "body", "close_reason", "hidden_reason")


class ProposalsFeed(PublicFeed):
    """The newest of a list, with the filters of its address."""

    def get_object(self, request, municipality_slug):
        return municipality_or_404(request), filters_of(request), request.GET.urlencode()

    def title(self, about):
        return _("Proposals of %(place)s") % {"place": about[0]}

    def link(self, about):
        return self._address("proposals:index", about)

    def feed_url(self, about):
        return self._address("proposals:feed", about)

    def _address(self, name, about):
        address = reverse(name, args=[about[0].slug])
        return f"{address}?{about[2]}" if about[2] else address

    def author_name(self, about):
        return str(about[0])

    def items(self, about):
        municipality, filters, _query = about
        newest = filters.found.select_related("author").defer(*NOT_IN_FEED)
        found = list(newest.order_by("-published_at", "-pk")[:IN_A_FEED])
        for proposal in found:
            proposal.municipality = municipality
        return found

    def item_description(self, proposal):
        return escape(printable(proposal.summary))

    def item_author_name(self, proposal):
        return printable(proposal.shown_author) or None

    def item_pubdate(self, proposal):
        return proposal.published_at
