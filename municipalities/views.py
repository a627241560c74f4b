from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from decide.common.colour import accent_css
from municipalities.map import as_geojson
from municipalities.mechanisms import GROUPS, mechanisms_of
from municipalities.middleware import municipality_or_404


YEAR = 60 * 60 * 24 * 365


@require_safe
def mechanisms(request, municipality_slug):
    """Every way of taking part that the law gives here, and the rules of each."""
    municipality = municipality_or_404(request)
    known = mechanisms_of(municipality)
    groups = [(title, [m for m in known if m.group == group]) for group, title in GROUPS]
    return render(
        request,
        "municipalities/mechanisms.html",
        {"municipality": municipality, "groups": groups, "count": len(known)},
    )


@require_safe
def accent(request, municipality_slug):
    """The municipality's colour as readable tokens; the link to it changes with the colour."""
    municipality = municipality_or_404(request)
    css = accent_css(municipality.accent) if municipality.accent else ""
    return kept(HttpResponse(css, content_type="text/css; charset=utf-8"), YEAR)


@require_safe
def coat_of_arms(request, municipality_slug, name):
    """The coat of arms in use; its name changes with each new one."""
    picture = municipality_or_404(request).coat_of_arms
    if not picture or picture.name.rpartition("/")[2] != name:
        raise Http404
    try:
        file = picture.open()
    except OSError as error:
        raise Http404 from error
    return kept(FileResponse(file, content_type="image/webp"), YEAR)


@require_safe
def outlines(request, municipality_slug):
    """The outline of the municipality and of its parts, for maps."""
    municipality = municipality_or_404(request)
    response = JsonResponse(as_geojson(municipality), json_dumps_params={"separators": (",", ":")})
    response.headers["Content-Type"] = "application/geo+json"
    return kept(response, 60 * 60 * 24)


def kept(response, seconds):
    """Let browsers and proxies keep what is the same for everybody."""
    patch_cache_control(response, public=True, max_age=seconds)
    return response
