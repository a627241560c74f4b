from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rules import is_administrator
from decide import workload as found
from municipalities.middleware import municipality_or_404


@require_safe
def workload(request, municipality_slug):
    """For staff of this municipality; to others it does not exist."""
    municipality = municipality_or_404(request)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not request.user.has_perm("proposals.work_at_desk", municipality):
        raise Http404
    everybody = is_administrator(request.user, municipality)
    context = {
        "municipality": municipality,
        "work": found.work_of(municipality, request.user),
        "offices": found.by_office(municipality),
        "officers": found.by_officer(municipality, request.user, everybody=everybody),
        "everybody": everybody,
    }
    return render(request, "decide/workload.html", context)
