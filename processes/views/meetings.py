"""The page of one meeting, and registering for it. Staff pages are in views/meetings_desk.py."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from decide.common.refusals import refused
from municipalities.middleware import municipality_or_404
from participation.conversation import conversation_context
from participation.models import Follow
from participation.rules import why_not_follow
from processes.actions import registrations
from processes.formality import with_formality
from processes.models import Meeting
from processes.rules.meetings import why_no_registration, why_not_register
from processes.undertakings import for_everybody, with_story


def meeting_or_404(request, pk):
    """The meeting of this place, whoever may see it; its municipality is the address's."""
    municipality = municipality_or_404(request)
    found = with_formality(Meeting.objects.for_municipality(municipality))
    meeting = get_object_or_404(found.select_related("thread", "process", "minutes"), pk=pk)
    meeting.municipality = meeting.thread.municipality = municipality
    if meeting.process:
        meeting.process.municipality = municipality
    return meeting


def seen_or_404(request, pk):
    meeting = meeting_or_404(request, pk)
    if not request.user.has_perm("processes.view_meeting", meeting):
        raise Http404
    return meeting


def acta_of(meeting):
    """Its acta, written or published; nothing if nobody has begun it."""
    return getattr(meeting, "minutes", None)


@require_safe
def meeting(request, municipality_slug, pk):
    found = seen_or_404(request, pk)
    acta = acta_of(found)
    mine = registration_of(request, found)
    acta_is_out = acta is not None and acta.published_at is not None
    reads_acta = acta_is_out and request.user.has_perm("processes.read_minutes", acta)
    context = {
        "meeting": found,
        "items": found.items.all(),
        "acta": acta if acta_is_out else None,
        "reads_acta": reads_acta,
        "undertakings": agreed_in(found, request.user),
        "mine": mine,
        "rank": registrations.rank(mine) if mine else 0,
        "seated": found.registrations.seated().count() if found.takes_registrations else 0,
        "waiting": found.registrations.waiting().count() if found.takes_registrations else 0,
        "reason": why_not_register(request.user, found),
        "may_give_back": mine is not None and why_no_registration(found) is None,
        "pictures": [image.picture for image in found.thread.images.of_author()],
        "papers": found.thread.documents.all(),
        "may_work": request.user.has_perm("processes.work_on_agenda", found),
        "address": request.build_absolute_uri(found.get_absolute_url()),
        "moves": found.thread.events.filter(verb="meeting_moved", is_public=True).order_by("at"),
        "follows": follows(request, found),
        "follow_reason": why_not_follow(request.user, found.thread),
        **conversation_context(request, found.thread),
    }
    return render(request, "processes/agenda/meeting.html", context)


def agreed_in(meeting, user):
    """What was agreed in it; what is not public only for staff."""
    found = with_story(meeting.undertakings.order_by("due_on", "pk"))
    if not user.has_perm("processes.work_on_agenda", meeting):
        found = for_everybody(found)
    rows = list(found)
    for row in rows:
        row.municipality = meeting.municipality
    return rows


def registration_of(request, meeting):
    if not request.user.is_authenticated:
        return None
    return meeting.registrations.standing().filter(user=request.user).first()


def follows(request, meeting):
    if not request.user.is_authenticated:
        return False
    return Follow.objects.filter(user=request.user, thread=meeting.thread).exists()


@require_POST
def register(request, municipality_slug, pk):
    found = seen_or_404(request, pk)
    try:
        mine = registrations.register(found, by=request.user)
    except registrations.CannotRegister as refusal:
        return refused(request, refusal.reason, found.get_absolute_url())
    if mine.seated_at:
        messages.success(request, _("You are registered. Your seat is kept."))
    else:
        messages.info(
            request, _("All seats are taken. You wait for one, and we tell you when it is yours.")
        )
    return redirect(found)


@require_POST
def unregister(request, municipality_slug, pk):
    found = seen_or_404(request, pk)
    if not request.user.is_authenticated:
        return refused(request, why_not_register(request.user, found), found.get_absolute_url())
    try:
        registrations.cancel(found, by=request.user)
    except registrations.CannotRegister as refusal:
        return refused(request, refusal.reason, found.get_absolute_url())
    messages.success(request, _("You gave your seat back. Somebody else may take it."))
    return redirect(found)
