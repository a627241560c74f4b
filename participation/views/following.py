from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from municipalities.middleware import municipality_or_404
from participation.actions import following
from participation.models import Thread


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
