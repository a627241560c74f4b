"""The draft norm of an address, for everybody who may see it and for those who work on it."""

from functools import wraps

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache

from decide.common.permissions import require
from decide.common.refusals import sign_in
from municipalities.middleware import municipality_or_404
from norms.models import Norm


def norm_or_404(request, pk):
    """The draft norm of this place, whoever may see it; its municipality is the address's."""
    municipality = municipality_or_404(request)
    norms = Norm.objects.for_municipality(municipality).defer("search").select_related("thread")
    norm = get_object_or_404(norms, pk=pk)
    norm.municipality = norm.thread.municipality = municipality
    return norm


def seen_or_404(request, pk):
    norm = norm_or_404(request, pk)
    if not request.user.has_perm("norms.view_norm", norm):
        raise Http404
    return norm


def staff_of_norms(view):
    """For those who work on norms here; nothing of it stays on a shared machine.

    The view gets the request, the municipality, and whatever else the address names.
    """

    @never_cache
    @wraps(view)
    def inside(request, municipality_slug, **kwargs):
        municipality = municipality_or_404(request)
        if not request.user.is_authenticated:
            return redirect(sign_in(request.get_full_path()))
        require(request.user, "norms.work_at_desk", municipality)
        return view(request, municipality, **kwargs)

    return inside
