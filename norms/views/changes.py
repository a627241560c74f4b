"""What changed between versions, and which contributions caused it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from decide.common.typed import number
from norms import causes as facts, changes as rule
from norms.actions import answers as actions
from norms.rules.norms import works_on_norms
from norms.views.answers import looked_at
from norms.views.norms import norm_or_404, public_norm_or_404, staff_of_norms


A_PAGE = 20


@require_safe
def compare(request, municipality_slug, pk, before, after):
    """Two versions, provision by provision; staff also compare the one in preparation."""
    norm = norm_or_404(request, pk)
    is_staff = works_on_norms(request.user, norm)
    if not norm.is_public and not is_staff:
        raise Http404
    versions = norm.versions.all() if is_staff else norm.versions.published()
    old = get_object_or_404(versions, number=before)
    new = get_object_or_404(versions, number=after)
    found = rule.compare(old, new)
    shows_all = request.GET.get("ver") == "todo"
    page = Paginator(found if shows_all else rule.changed(found), A_PAGE)
    context = {
        "norm": norm,
        "before": old,
        "after": new,
        "versions": list(versions.order_by("number")),
        "counted": rule.counted(found),
        "page": page.get_page(request.GET.get("page")),
        "shows_all": shows_all,
    }
    return render(request, "norms/answers/compare.html", context)


@require_safe
def changes(request, municipality_slug, pk):
    """From the first text to the final one: what changed, and the contributions that caused it."""
    norm = public_norm_or_404(request, pk)
    published = list(norm.versions.published().order_by("number"))
    if not published:
        raise Http404
    first = published[0]
    last = next((one for one in published if one.is_final), published[-1])
    found = rule.compare(first, last)
    page = Paginator(rule.changed(found), A_PAGE).get_page(request.GET.get("page"))
    caused = facts.causes(norm, [change.article for change in page.object_list])
    comments = [comment for some in caused.values() for comment in some]
    looked_at(norm, comments, {})
    context = {
        "norm": norm,
        "first": first,
        "last": last,
        "versions": published,
        "counted": rule.counted(found),
        "page": page,
        "rows": [(change, caused.get(change.article, [])) for change in page.object_list],
    }
    return render(request, "norms/answers/changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_of_norms
def causes(request, municipality, pk, version):
    """Which contributions caused each change of this version; proposed from what was taken up."""
    norm = norm_or_404(request, pk)
    version = get_object_or_404(norm.versions, number=version)
    version.norm = norm
    before = norm.versions.published().filter(number__lt=version.number).order_by("number").last()
    found = [one for one in rule.changed(rule.compare(before, version)) if one.article]
    page = Paginator(found if before else [], A_PAGE).get_page(request.GET.get("page"))
    problem = ""
    if request.method == "POST":
        articles = {change.article for change in page.object_list}
        try:
            actions.set_causes(
                version, by=request.user, articles=articles, causes=chosen(request.POST, articles)
            )
        except actions.CannotAnswer as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("It is kept which contributions caused these changes."))
            return redirect(request.get_full_path())
    ids = [change.article for change in page.object_list]
    offered = facts.offered(version, ids)
    for rows in offered.values():
        looked_at(norm, [comment for comment, _is_cause in rows], {})
    context = {
        "norm": norm,
        "version": version,
        "before": before,
        "page": page,
        "rows": [(change, offered.get(change.article, [])) for change in page.object_list],
        "problem": problem,
        "typed": request.POST,
    }
    return render(request, "norms/answers/causes.html", context, status=422 if problem else 200)


def chosen(asked, articles):
    """The pairs that are ticked, and those typed by the number of the contribution."""
    pairs = set()
    for article in articles:
        ticked = asked.getlist(f"causa-{article}")
        typed = asked.get(f"otros-{article}", "").replace(",", " ").replace("#", " ").split()
        for text in [*ticked, *typed]:
            # A number that cannot be one is refused with the others that are no contributions.
            pairs.add((article, number(text) or 0))
    return pairs
