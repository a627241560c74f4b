"""Pages of a municipality that only those who hold a permission there open."""

from functools import wraps

from django.shortcuts import redirect  # noqa: TID251  what views share
from django.views.decorators.cache import never_cache

from decide.common.permissions import require
from decide.common.refusals import sign_in
from municipalities.middleware import municipality_or_404


def for_staff(permission):
    """A decorator for such pages: visitors sign in first; nothing of them stays on a shared machine.

    The view gets the request, the municipality, and whatever else the address names.
    """

    def decorator(view):
        @never_cache
        @wraps(view)
        def inside(request, municipality_slug, **kwargs):
            municipality = municipality_or_404(request)
            if not request.user.is_authenticated:
                return redirect(sign_in(request.get_full_path()))
            require(request.user, permission, municipality)
            return view(request, municipality, **kwargs)

        return inside

    return decorator
