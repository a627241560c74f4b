from django.shortcuts import render
from django.views.decorators.http import require_safe

from norms import timeline
from norms.views.found import seen_or_404


@require_safe
def history(request, municipality_slug, pk):
    """What has happened to a draft norm, from its first day on."""
    norm = seen_or_404(request, pk)
    return render(request, "norms/history.html", {"norm": norm, "entries": timeline.story_of(norm)})
