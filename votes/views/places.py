"""Where the options of a question are, as points for a map; the list says the same in words."""

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from votes import definition
from votes.definition import MICRODEGREES
from votes.views.polls import seen_or_404


@require_safe
def places(request, municipality_slug, pk):
    """Of the question that is named, or of all."""
    rules = definition.shown(seen_or_404(request, pk))
    asked = request.GET.get("pregunta", "")
    points = [
        point(question, code, *at)
        for question in rules["questions"]
        if asked in ("", question["id"])
        for code, at in sorted(question.get("places", {}).items())
    ]
    return JsonResponse({"type": "FeatureCollection", "features": points})


def point(question, code, latitude, longitude):
    return {
        "type": "Feature",
        "geometry": {
            "type": "Point",
            "coordinates": [longitude / MICRODEGREES, latitude / MICRODEGREES],
        },
        "properties": {
            "title": question["titles"][code],
            "url": question.get("addresses", {}).get(code, ""),
        },
    }
