"""What the pages of moderation share: for whom they exist, and what they are about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from municipalities.middleware import municipality_or_404
from participation.models import Comment, Thread


def desk(permission: str = "participation.moderate"):
    """A page for moderators of this municipality. To others it does not exist."""

    def decorate(view: Callable[..., HttpResponse]):
        @wraps(view)
        def inside(request, municipality_slug, **kwargs):
            municipality = municipality_or_404(request)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm(permission, municipality):
                raise Http404
            return view(request, municipality, **kwargs)

        return inside

    return decorate


def thread_of(request, pk: int) -> Thread:
    """A thing that this person may see: to others it does not exist."""
    municipality = municipality_or_404(request)
    threads = Thread.objects.select_related("municipality", "author")
    thread = get_object_or_404(threads, pk=pk, municipality=municipality)
    if not request.user.has_perm("participation.view_files", thread):
        raise Http404
    return thread


def comment_of(request, pk: int) -> Comment:
    """A comment whose place this person may see; who wrote it sees it hidden too."""
    municipality = municipality_or_404(request)
    comments = Comment.objects.select_related(
        "municipality", "author", "thread__municipality", "thread__author"
    )
    comment = get_object_or_404(comments, pk=pk, municipality=municipality, deleted_at=None)
    if not request.user.has_perm("participation.view_files", comment.thread):
        raise Http404
    return comment


def address_of(thread: Thread, comment: Comment | None) -> str:
    """Where it is read."""
    if comment is not None:
        return comment.get_absolute_url()
    return thread.path or thread.municipality.get_absolute_url()


def crumbs_of(municipality, *names: str) -> list[tuple[str, str | None]]:
    address = reverse("participation:moderation", args=[municipality.slug])
    return [(_("Moderation"), address if names else None), *[(name, None) for name in names]]
