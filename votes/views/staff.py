"""The desk of votes, and the page of one poll for those who work on it."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from municipalities.desks import for_staff
from votes import agenda, invitation, timeline
from votes.course import Course
from votes.enums import Voters
from votes.models import Poll
from votes.progress import badge
from votes.rules import district_names
from votes.views.polls import poll_or_404


A_PAGE = 20
SHOWN = {
    "real": _("Votes"),
    "tests": _("Tests"),
    "models": _("Models"),
}


on_polls = for_staff("votes.work_on_polls")


def case_url(poll):
    return reverse("votes:case", args=[poll.municipality.slug, poll.pk])


def attempt(request, said, refusal, act, *args, **kwargs):
    """Do it and say so, or say why not; what it gave, or nothing."""
    try:
        done = act(*args, **kwargs)
    except refusal as reason:
        messages.error(request, str(reason))
        return None
    messages.success(request, said)
    return done


@require_safe
@on_polls
def desk(request, municipality):
    """What has to be done now, what is coming by the calendar, and all polls there are."""
    here = Poll.objects.for_municipality(municipality).select_related("urn")
    shown = request.GET.get("ver", "real")
    lists = {
        "real": here.real(),
        "tests": here.filter(urn__is_test=True),
        "models": here.filter(is_template=True),
    }
    if shown not in lists:
        raise Http404
    page = Paginator(lists[shown].order_by("-created_at", "-pk"), A_PAGE).get_page(
        request.GET.get("page")
    )
    for poll in page.object_list:
        poll.municipality = municipality
    context = {
        "urgent": agenda.urgent(municipality),
        "months": agenda.months(municipality),
        "page": page,
        "rows": [(poll, badge(poll)) for poll in page.object_list],
        "shown": shown,
        "tabs": [(code, SHOWN[code], code == shown) for code in lists],
    }
    return render(request, "votes/staff/desk.html", context)


@require_safe
@on_polls
def calendar(request, municipality):
    """One month: what opens, closes, and has to be answered or looked at again, day by day."""
    month = asked_month(request.GET.get("mes", ""))
    context = {
        "month": month,
        "before": agenda.month_before(month),
        "after": agenda.month_after(month),
        "days": agenda.days_of(municipality, month),
    }
    return render(request, "votes/staff/calendar.html", context)


def asked_month(text):
    """«2026-11»; this one, if nothing is asked."""
    if not text:
        return timezone.localdate().replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as problem:
        raise Http404 from problem


@require_safe
@on_polls
def case(request, municipality, pk):
    """Where it stands, what is missing, and the one thing that comes next."""
    poll = poll_or_404(request, pk)
    course = Course(poll, request.user)
    context = {
        "poll": poll,
        "course": course,
        "phase": poll.phase.value,
        "names": [approval.by.public_name for approval in course.approvals],
        "districts": district_names(poll) if poll.districts else [],
        "listed": poll.listed.count() if poll.voters == Voters.LISTED else 0,
        "questions": list(poll.questions.prefetch_related("options")),
        "trustees": list(poll.trustees.all()),
        "documents": list(poll.thread.documents.all()),
        "story": timeline.story_of(poll),
        "objections": poll.complaints.filter(answered_at=None).count(),
        "newsletter": newsletter_url(request, poll),
    }
    return render(request, "votes/staff/case.html", context)


def newsletter_url(request, poll):
    """Where administrators write to everybody about a poll that is public; the text is begun."""
    if not poll.thread.is_public or poll.cancelled_at:
        return ""
    if not request.user.has_perm("participation.write_newsletters", poll.municipality):
        return ""
    write = reverse("participation:write_newsletter", args=[poll.municipality.slug])
    return f"{write}?{urlencode(invitation.to(poll))}"
