"""The process of an address, for everybody who may see it and for those who work on it."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from municipalities.desks import for_staff
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


staff_of_processes = for_staff("processes.work_at_desk")
