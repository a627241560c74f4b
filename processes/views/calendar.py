"""The agenda for calendars (RFC 5545) and for feed readers (Atom)."""

from datetime import timedelta
from hashlib import sha256

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from decide.calendar import feed
from decide.common.markdown import to_html
from municipalities.middleware import municipality_or_404
from participation.views.feeds import IN_A_FEED, PublicFeed, printable
from processes import agenda, ical
from processes.minutes_pdf import when
from processes.models import Meeting, Process
from processes.views.agenda import AHEAD, kind_of
from processes.views.meetings import seen_or_404


BEHIND = timedelta(days=90)


@require_safe
def municipality_ics(request, municipality_slug):
    """All that has its day here, from three months ago on; cancelled meetings say so."""
    municipality = municipality_or_404(request)
    now, chosen = timezone.now(), kind_of(request)
    kinds = (chosen,) if chosen else ()
    found = agenda.entries(municipality, now - BEHIND, now + AHEAD, kinds=kinds)
    return answer(request, ical.calendar(municipality.short_name, found), municipality.slug)


@require_safe
def process_ics(request, municipality_slug, pk):
    """Steps and meetings of one process, however long ago."""
    municipality = municipality_or_404(request)
    here = Process.objects.for_municipality(municipality).public()
    process = get_object_or_404(here.defer("search"), pk=pk)
    now = timezone.now()
    found = agenda.entries(municipality, now - AHEAD * 10, now + AHEAD * 10, process=process)
    return answer(request, ical.calendar(process.title, found), f"proceso-{pk}")


@require_safe
def meeting_ics(request, municipality_slug, pk):
    meeting = seen_or_404(request, pk)
    content = feed(meeting.title, [ical.of_meeting(meeting)])
    return answer(request, content, f"reunion-{pk}")


def answer(request, content, name):
    """A file for whoever opens it, and nothing to send again to a program that has it."""

    @condition(etag_func=lambda _request: f'"{sha256(content).hexdigest()}"')
    def made(_request):
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
        return response

    return made(request)


class MeetingsFeed(PublicFeed):
    """The meetings of a municipality, those called last at the top."""

    def get_object(self, request, municipality_slug):
        return municipality_or_404(request)

    def title(self, municipality):
        return _("Meetings of %(place)s") % {"place": municipality}

    def link(self, municipality):
        return reverse("agenda:index", args=[municipality.slug])

    def feed_url(self, municipality):
        return reverse("agenda:feed", args=[municipality.slug])

    def author_name(self, municipality):
        return str(municipality)

    def items(self, municipality):
        newest = Meeting.objects.for_municipality(municipality).public()
        found = list(newest.order_by("-called_at", "-pk")[:IN_A_FEED])
        for meeting in found:
            meeting.municipality = municipality
        return found

    def item_description(self, meeting):
        lines = [when(meeting), meeting.place_name]
        if meeting.is_cancelled:
            lines.append(_("Cancelled: %(why)s") % {"why": meeting.cancelled_why})
        lines.append(meeting.text)
        return str(to_html(printable("\n\n".join(filter(None, lines)))))

    def item_author_name(self, meeting):
        return printable(meeting.office) or None

    def item_pubdate(self, meeting):
        return meeting.called_at

    def item_updateddate(self, meeting):
        return meeting.changed_at
