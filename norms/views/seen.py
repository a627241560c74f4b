"""The draft norm of an address, for everybody who may see it and for those who work on it."""

from functools import wraps

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from decide.common.permissions import require
from decide.common.refusals import sign_in
from municipalities.middleware import municipality_or_404
from norms.models import Norm


def norm_or_404(request, pk):
    """The norm of this place, whoever may see it; its municipality is the address's."""
    municipality = municipality_or_404(request)
    found = Norm.objects.for_municipality(municipality).defer("search").select_related("thread")
    return of_this_place(get_object_or_404(found, pk=pk), municipality)


def public_norm_or_404(request, pk):
    """One that everybody may read: what its pages tell is told of nothing else."""
    norm = norm_or_404(request, pk)
    if not norm.is_public:
        raise Http404
    return norm


def of_this_place(norm, municipality):
    norm.municipality = norm.thread.municipality = municipality
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


def back_to(request, fallback):
    """Where somebody came from, if that is a page of this site; otherwise the fallback."""
    asked = request.POST.get("back", "")
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(asked, hosts, require_https=request.is_secure())
    return asked if is_ours else fallback
