"""The draft norm of an address, for everybody who may see it and for those who work on it."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from municipalities.desks import for_staff
from municipalities.middleware import municipality_or_404
from norms.models import Norm


def norm_or_404(request, pk):
    """The draft norm of this place, whoever may see it; its municipality is the address's."""
    municipality = municipality_or_404(request)
    norms = Norm.objects.for_municipality(municipality).defer("search").select_related("thread")
    return of_this_place(get_object_or_404(norms, pk=pk), municipality)


def of_this_place(norm, municipality):
    norm.municipality = norm.thread.municipality = municipality
    return norm


def public_norm_or_404(request, pk):
    """One that everybody may read: what its pages tell is told of nothing else."""
    norm = norm_or_404(request, pk)
    if not norm.is_public:
        raise Http404
    return norm


def seen_or_404(request, pk):
    norm = norm_or_404(request, pk)
    if not request.user.has_perm("norms.view_norm", norm):
        raise Http404
    return norm


staff_of_norms = for_staff("norms.work_at_desk")


def back_to(request, fallback):
    """Where somebody came from, if that is a page of this site; otherwise the fallback."""
    asked = request.POST.get("back", "")
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(asked, hosts, require_https=request.is_secure())
    return asked if is_ours else fallback
