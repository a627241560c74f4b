"""The ceremonies as staff lead them, and as everybody may watch them."""

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from decide.common.permissions import require
from decide.common.refusals import sign_in
from decide.common.typed import number
from municipalities.middleware import municipality_or_404
from votes import ceremonies, links, sheets
from votes.actions import custody as actions
from votes.enums import UrnState
from votes.models import Poll


def poll_or_404(request, pk):
    municipality = municipality_or_404(request)
    polls = Poll.objects.for_municipality(municipality).select_related("urn", "thread")
    poll = get_object_or_404(polls, pk=pk)
    poll.municipality = municipality
    return poll


def led_or_404(request, pk):
    """The poll, for those who lead its ceremonies."""
    poll = poll_or_404(request, pk)
    require(request.user, "votes.work_on_polls", poll)
    return poll


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request, municipality_slug, pk):
    """The key ceremony: begin it, see the trustees prove their words, take the key."""
    if not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    poll = led_or_404(request, pk)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "begin":
                wanted = number(request.POST.get("number", "")) or 0
                given = actions.begin_keys(poll, by=request.user, number=wanted)
                return links_shown_once(request, poll, given)
            actions.accept_key(poll, by=request.user)
        except actions.CannotBegin as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The urn has its key, and opens by the clock."))
        return redirect("votes:keys", municipality_slug, pk)
    context = standing_of(poll) | {"problems": actions.missing(poll)}
    return shown(request, "votes/custody/keys.html", context)


def links_shown_once(request, poll, given):
    """Never redirected to: what is on this page is nowhere else."""
    handouts = [
        (one.trustee, qr(request, one.link), links.spelled(one.code), absolute(request, one.link))
        for one in given
    ]
    context = standing_of(poll) | {
        "handouts": handouts,
        "keys_url": reverse("votes:keys", args=[poll.municipality.slug, poll.pk]),
    }
    return render(request, "votes/custody/links.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request, municipality_slug, pk):
    """Closing and opening: read aloud what came in, and wait for the trustees' words."""
    if not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    poll = led_or_404(request, pk)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "close":
                actions.close(poll, by=request.user)
                messages.success(request, _("The urn is closed."))
            else:
                actions.go_on(poll, by=request.user)
        except (actions.CannotClose, actions.CannotOpen) as error:
            messages.error(request, str(error))
        return redirect("votes:opening", municipality_slug, pk)
    context = standing_of(poll)
    standing = context["standing"]
    is_closed = standing.state in (UrnState.CLOSED, UrnState.OPENED)
    context["closing"] = ceremonies.closing_of(poll) if is_closed else None
    if standing.state == UrnState.CLOSED:
        context["entrances"] = [
            (seat.trustee, qr(request, seat.path), absolute(request, seat.path))
            for seat in standing.seats
        ]
    return shown(request, "votes/custody/opening.html", context)


@require_safe
def custody(request, municipality_slug, pk):
    """For everybody: who keeps the key, and what happened at each ceremony, with its hashes."""
    poll = poll_or_404(request, pk)
    if not request.user.has_perm("votes.view_poll", poll):
        raise Http404
    context = standing_of(poll)
    is_closed = poll.urn.state in (UrnState.CLOSED, UrnState.OPENED)
    if is_closed and (head := poll.urn.checkpoints.order_by("number").last()):
        context |= {"head": head, "root": ceremonies.in_groups(head.root)}
    return shown(request, "votes/custody/public.html", context)


def shown(request, template, context, status=200):
    """The page; or only what changes of it, if it has changed since it was last looked at."""
    if not request.htmx:
        return render(request, template, context, status=status)
    match context["standing"].news_since(request.GET.get("v", "")):
        case "none":
            return HttpResponse(status=204)
        case "another":
            # Not a reload, which would press again the button that made a page of links.
            return HttpResponse(headers={"HX-Redirect": request.path})
    return render(request, f"{template}#state", context)


@require_safe
def keys_sheet(request, municipality_slug, pk):
    """For the table of the key ceremony: its acta, and a sheet for each trustee to write on."""
    return sheet(request, pk, sheets.of_keys, "llave")


@require_safe
def closing_sheet(request, municipality_slug, pk):
    return sheet(request, pk, sheets.of_closing, "cierre")


@require_safe
def opening_sheet(request, municipality_slug, pk):
    return sheet(request, pk, sheets.of_opening, "apertura")


def sheet(request, pk, make, name):
    if not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    poll = led_or_404(request, pk)
    return pdf(make(ceremonies.of(poll)), f"{name}-{poll.pk}")


def pdf(content, name):
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}.pdf"',
            "Cache-Control": "no-store, private",
        },
    )


def standing_of(poll):
    standing = ceremonies.of(poll)
    return {
        "standing": standing,
        "poll": poll,
        "ceremony": standing.ceremony,
        "steps": ceremonies.steps(standing),
    }


def absolute(request, path):
    return request.build_absolute_uri(path)


def qr(request, path):
    """The address as a drawing; dark on light in both schemes, for cameras."""
    code = segno.make(absolute(request, path), error="m", micro=False)
    drawing = code.svg_inline(omitsize=True, border=3, dark="#000", light="#fff")
    return mark_safe(drawing)  # noqa: S308  made of squares alone
