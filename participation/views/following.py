from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from municipalities.middleware import municipality_or_404
from municipalities.models import Municipality
from municipalities.rls import municipality_scope
from participation.actions import following
from participation.models import Follow, Thread
from participation.rules.following import tag_of


FOLLOWS_A_PAGE = 30


@require_POST
def follow(request, municipality_slug, pk):
    thread = visible_thread(request, pk)
    try:
        following.follow(thread, by=request.user)
    except following.CannotFollow as refusal:
        messages.error(request, str(refusal))
        if not request.user.is_authenticated:
            return redirect(f"{refusal.reason.url}?next={thread.path}")
    else:
        tell(request, _("You follow this now. You hear of each step in your notices."))
    return followed(request, thread)


@require_POST
def unfollow(request, municipality_slug, pk):
    thread = visible_thread(request, pk)
    if request.user.is_authenticated:
        following.unfollow(thread, by=request.user)
        tell(request, _("You no longer follow this."))
    return followed(request, thread)


def visible_thread(request, pk):
    municipality_or_404(request)
    thread = get_object_or_404(Thread, pk=pk)
    if not request.user.has_perm("participation.view_files", thread):
        raise Http404
    return thread


def tell(request, text):
    if not request.htmx:  # the fragment says it itself
        messages.success(request, text)


def followed(request, thread):
    if request.htmx:
        return render(request, "participation/follow_fragment.html", {"thread": thread})
    return redirect(thread.path or request.municipality)


# --- A person, a tag, the municipality


@require_POST
def follow_here(request, municipality_slug):
    municipality, person, tag = what(request)
    by = request.user
    try:
        if person:
            following.follow_person(person, municipality, by=by)
        elif tag:
            following.follow_tag(tag, municipality, by=by)
        else:
            following.follow_municipality(municipality, by=by)
    except following.CannotFollow as refusal:
        messages.error(request, str(refusal))
        if not by.is_authenticated:
            return redirect(f"{refusal.reason.url}?next={back(request)}")
    else:
        tell(request, _("You follow this now. You hear in your notices of what is published."))
    return turned(request, person, tag)


@require_POST
def unfollow_here(request, municipality_slug):
    municipality, person, tag = what(request)
    if request.user.is_authenticated:
        following.unfollow_here(municipality, by=request.user, person=person, tag=tag)
        tell(request, _("You no longer follow this."))
    return turned(request, person, tag)


def what(request):
    municipality = municipality_or_404(request)
    handle = request.POST.get("persona", "")
    if "\x00" in handle:
        raise Http404
    person = get_object_or_404(User, handle=handle, is_active=True) if handle else None
    typed = request.POST.get("etiqueta", "")
    tag = tag_of(typed)
    if typed.strip() and not tag:
        raise Http404
    return municipality, person, "" if person else tag


def turned(request, person, tag):
    if request.htmx:
        context = {"person": person, "tag": tag, "back": back(request)}
        return render(request, "participation/follow_here_fragment.html", context)
    return redirect(back(request))


def back(request):
    """The page on which the button was, if it is one of ours."""
    path = request.POST.get("volver", "")
    if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return request.municipality.get_absolute_url()


# --- All that somebody follows


@require_safe
@login_required
def following_list(request):
    own = Follow.objects.filter(user=request.user)
    places = Municipality.objects.filter(pk__in=own.values("municipality")).only("pk")
    with municipality_scope(*places, person=request.user.pk):
        follows = own.select_related("thread", "person", "municipality").order_by(
            "-created_at", "-pk"
        )
        page = Paginator(follows, FOLLOWS_A_PAGE).get_page(request.GET.get("page"))
        return render(request, "participation/following.html", {"page": page})


@require_POST
@login_required
def end(request, pk):
    own = Follow.objects.filter(user=request.user).select_related("municipality")
    following.end(get_object_or_404(own, pk=pk))
    messages.success(request, _("You no longer follow this."))
    return redirect("participation:following")
