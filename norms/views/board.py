"""The drafter's board: what still stands in the way of agreement."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from norms import changes, contributions, obstacles as rule, places, wordings
from norms.views.norms import norm_or_404, staff_of_norms


A_PAGE = 20


@require_safe
@staff_of_norms
def obstacles(request, municipality, pk):
    """Wordings on which somebody insists, and whether the text in preparation meets them."""
    norm = norm_or_404(request, pk)
    version = norm.draft or norm.current
    texts = changes.texts_of(version) if version else {}
    found = rule.obstacles(wordings.shown(norm), texts)
    in_the_way = [one for one in found if one.is_in_the_way]
    shows_all = request.GET.get("ver") == "todo"
    page = Paginator(found if shows_all else in_the_way, A_PAGE).get_page(request.GET.get("page"))
    names = places.places(norm)
    for one in page.object_list:
        one.wording.norm, one.wording.comment.municipality = norm, municipality
    context = {
        "norm": norm,
        "version": version,
        "page": page,
        "rows": [(names.get(one.wording.annotation.article_id), one) for one in page.object_list],
        "shows_all": shows_all,
        "insisted": len(found),
        "in_the_way": len(in_the_way),
        "counts": contributions.counts(norm),
    }
    return render(request, "norms/answers/obstacles.html", context)
