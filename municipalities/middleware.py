from django.contrib.auth import SESSION_KEY
from django.http import Http404
from django.shortcuts import redirect

from municipalities.models import RESERVED_SLUGS, FormerSlug, Municipality
from municipalities.rls import scoped_transaction


class ScopeMiddleware:
    """Find the municipality in the address and stay inside it until the response is ready.

    The transaction is opened here, not only by ATOMIC_REQUESTS, because class-based
    views render their template after the view's own transaction has ended.
    ATOMIC_REQUESTS stays on: it undoes the view's work when the view fails.
    Pages that belong to no municipality get an empty scope.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        slug = request.path_info.removeprefix("/").partition("/")[0]
        request.municipality = None
        if slug == "salud":  # must answer without a database
            return self.get_response(request)
        municipalities = []
        if slug and not {".", "\x00"} & set(slug) and slug not in RESERVED_SLUGS:
            request.municipality = find(slug)
            if request.municipality is None:
                return moved(request, slug) or self.get_response(request)
            municipalities = [request.municipality]
        person = request.session.get(SESSION_KEY)
        with scoped_transaction(*municipalities, person=int(person) if person else None):
            return self.get_response(request)


def moved(request, slug):
    """Where the address leads now, if a municipality once had it."""
    former = FormerSlug.objects.select_related("municipality").filter(slug=slug).first()
    if former is None or request.method not in ("GET", "HEAD"):
        return None
    path = request.get_full_path().replace(slug, former.municipality.slug, 1)
    return redirect(path, permanent=True)


def find(slug: str) -> Municipality | None:
    return (
        Municipality.objects.select_related("place")
        .defer("place__outline")
        .filter(slug=slug)
        .first()
    )


def municipality_or_404(request) -> Municipality:
    """The municipality of the address, for views below `/<slug>/`."""
    if request.municipality is None:
        raise Http404
    return request.municipality
