"""The process of an address, for everybody who may see it and for those who work on it."""

from functools import wraps

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache

from decide.common.permissions import require
from decide.common.refusals import sign_in
from municipalities.middleware import municipality_or_404
from processes.models import Process


def process_or_404(request, pk, *parts):
    """The process of this place, whoever may see it, with its steps and what else is asked for.

    Its municipality is the address's.
    """
    municipality = municipality_or_404(request)
    found = Process.objects.for_municipality(municipality)
    found = found.select_related("thread", "outcome", "category")
    process = get_object_or_404(found.prefetch_related("steps__thread", *parts), pk=pk)
    process.municipality = process.thread.municipality = municipality
    return process


def seen_or_404(request, pk, *parts):
    process = process_or_404(request, pk, *parts)
    if not request.user.has_perm("processes.view_process", process):
        raise Http404
    return process


def staff_of_processes(view):
    """For those who work on processes here; nothing of it stays on a shared machine.

    The view gets the request, the municipality, and whatever else the address names.
    """

    @never_cache
    @wraps(view)
    def inside(request, municipality_slug, **kwargs):
        municipality = municipality_or_404(request)
        if not request.user.is_authenticated:
            return redirect(sign_in(request.get_full_path()))
        require(request.user, "processes.work_at_desk", municipality)
        return view(request, municipality, **kwargs)

    return inside
