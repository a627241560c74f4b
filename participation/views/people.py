from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.enums import Shown
from accounts.models import User
from municipalities.middleware import municipality_or_404
from participation import profiles


CONTRIBUTIONS_A_PAGE = 15


@require_safe
def person(request, municipality_slug, handle):
    """What somebody lets their neighbours see of what they do here.

    Who has chosen nothing and has said nothing here in public has no page: it would only
    tell that they have an account.
    """
    municipality = municipality_or_404(request)
    found = get_object_or_404(User, handle=handle.lower(), is_active=True, deleted_at=None)
    is_own = found == request.user
    shown = [what for what in Shown if what in found.shows]
    chose = bool(shown or found.about)
    if not (chose or is_own or profiles.is_known(found, municipality)):
        raise Http404
    chosen = next(
        (what for what in shown if profiles.ADDRESS[what] == request.GET.get("ver")),
        shown[0] if shown else None,
    )
    page = None
    if chosen:
        theirs = profiles.contributions(found, municipality, chosen)
        page = Paginator(theirs, CONTRIBUTIONS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "municipality": municipality,
        "person": found,
        # Who may not write here for some days does not write on this page either.
        "about": "" if municipality.pk in found.suspensions else found.about,
        "is_own": is_own,
        "chosen": chosen,
        "headings": [(w, profiles.ADDRESS[w], profiles.HEADING[w]) for w in shown],
        "page": page,
    }
    response = render(request, "participation/person.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
