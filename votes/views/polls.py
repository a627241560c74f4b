"""The poll of an address, for the views of citizens."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from municipalities.middleware import municipality_or_404
from votes.models import Poll


def poll_or_404(request, pk, polls=None):
    """The poll of this place, whoever may see it; its municipality is the address's."""
    municipality = municipality_or_404(request)
    polls = Poll.objects if polls is None else polls
    found = polls.for_municipality(municipality).select_related("urn", "thread")
    poll = get_object_or_404(found, pk=pk)
    poll.municipality = poll.thread.municipality = poll.urn.municipality = municipality
    return poll


def seen_or_404(request, pk):
    poll = poll_or_404(request, pk)
    if not request.user.has_perm("votes.view_poll", poll):
        raise Http404
    return poll


def settled_or_404(request, pk):
    """With rules that change no more, and so with a fingerprint and a log."""
    poll = seen_or_404(request, pk)
    if poll.is_prepared:
        raise Http404
    return poll
