"""What is new, as Atom, for whoever follows from elsewhere. The rooms above have theirs too."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.syndication.views import Feed
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from decide.common.markdown import to_html
from municipalities.middleware import municipality_or_404
from participation.activity import Entry, stream
from participation.enums import Activity
from participation.models import Thread


IN_A_FEED = 30
# What XML cannot hold, whatever somebody typed.
UNPRINTABLE = dict.fromkeys([*(c for c in range(32) if c not in (9, 10, 13)), 0xFFFE, 0xFFFF])
NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)


class Atom(Atom1Feed):
    def latest_post_date(self):
        """An empty feed does not change from one moment to the next."""
        return super().latest_post_date() if self.items else NOTHING_YET


class PublicFeed(Feed):
    """The newest of what everybody may see in a municipality; its object is what it is about.

    Answers with ETag and Last-Modified, so that asking again costs little. Summaries are
    HTML: plain text has to be escaped.
    """

    feed_type = Atom

    @classmethod
    def as_view(cls):
        return require_safe(conditional_page(cls()))

    def item_title(self, item):
        return printable(str(item))

    def item_author_name(self, item):
        return None

    def item_updateddate(self, item):
        return self.item_pubdate(item)

    def item_guid(self, item):
        """The same for good, wherever the site moves."""
        kind = type(item)._meta.model_name
        return f"tag:decide-la-libertad,2026:{item.municipality_id}:{kind}:{item.pk}"


def printable(text: str) -> str:
    return text.translate(UNPRINTABLE)


class ActivityFeed(PublicFeed):
    def get_object(self, request, municipality_slug):
        chosen = request.GET.get("tipo", "")
        return municipality_or_404(request), chosen if chosen in Activity.values else ""

    def title(self, about):
        municipality, chosen = about
        heading = Activity(chosen).label if chosen else _("What goes on")
        return f"{heading} · {municipality}"

    def link(self, about):
        municipality, chosen = about
        address = reverse("participation:activity", args=[municipality.slug])
        return f"{address}?tipo={chosen}" if chosen else address

    def feed_url(self, about):
        municipality, chosen = about
        address = reverse("participation:activity_feed", args=[municipality.slug])
        return f"{address}?tipo={chosen}" if chosen else address

    def author_name(self, about):
        return str(about[0])

    def items(self, about):
        return stream(*about)[:IN_A_FEED]

    def item_title(self, event):
        return printable(f"{Entry(event).sentence} · {event.thread.title}")

    def item_description(self, event):
        return escape(printable(event.thread.title))

    def item_link(self, event):
        return event.thread.path

    def item_author_name(self, event):
        return event.as_office or None

    def item_pubdate(self, event):
        return event.at


class ThreadFeed(PublicFeed):
    """The comments on one thing, newest first."""

    def get_object(self, request, municipality_slug, pk):
        municipality_or_404(request)
        thread = get_object_or_404(Thread.objects.select_related("municipality"), pk=pk)
        if not thread.is_public:
            raise Http404
        return thread

    def title(self, thread):
        return printable(_("Comments on «%(title)s»") % {"title": thread.title})

    def link(self, thread):
        return thread.path or thread.municipality.get_absolute_url()

    def feed_url(self, thread):
        return reverse("participation:thread_feed", args=[thread.municipality.slug, thread.pk])

    def author_name(self, thread):
        return str(thread.municipality)

    def items(self, thread):
        newest = thread.comments.shown().select_related("author", "municipality")
        return newest.order_by("-created_at", "-pk")[:IN_A_FEED]

    def item_title(self, comment):
        return printable(_("%(name)s commented") % {"name": comment.as_office or name_of(comment)})

    def item_description(self, comment):
        return str(to_html(printable(comment.text)))

    def item_author_name(self, comment):
        return printable(comment.as_office or name_of(comment))

    def item_pubdate(self, comment):
        return comment.created_at

    def item_updateddate(self, comment):
        return comment.edited_at or comment.created_at


def name_of(comment) -> str:
    return comment.author.public_name if comment.author else _("Brought from another portal")
