from django.urls import reverse
from django.utils.translation import gettext as _

from decide.common.markdown import to_html
from municipalities.middleware import municipality_or_404
from participation.views.feeds import IN_A_FEED, PublicFeed, printable
from votes.models import Poll


class PollsFeed(PublicFeed):
    """The newest questions that a municipality puts to its residents."""

    def get_object(self, request, municipality_slug):
        return municipality_or_404(request)

    def title(self, municipality):
        return _("Votes of %(place)s") % {"place": municipality}

    def link(self, municipality):
        return reverse("votes:index", args=[municipality.slug])

    def feed_url(self, municipality):
        return reverse("votes:feed", args=[municipality.slug])

    def author_name(self, municipality):
        return str(municipality)

    def items(self, municipality):
        newest = Poll.objects.for_municipality(municipality).public().select_related("urn")
        found = list(newest.defer("urn__definition").order_by("-created_at", "-pk")[:IN_A_FEED])
        for poll in found:
            poll.municipality = municipality
        return found

    def item_description(self, poll):
        return str(to_html(printable(poll.text)))

    def item_pubdate(self, poll):
        return poll.created_at

    def item_updateddate(self, poll):
        return poll.answered_at or poll.cancelled_at or poll.created_at
