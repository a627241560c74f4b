from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from debates.actions import debates as actions
from debates.models import Debate
from debates.rules.debates import why_not_close
from decide.common import changes
from decide.common.refusals import refused
from municipalities.middleware import municipality_or_404


def debate_or_404(request, pk, debates=None):
    """The debate of this place, whoever may see it; its municipality is the address's."""
    municipality = municipality_or_404(request)
    debates = Debate.objects if debates is None else debates
    debate = get_object_or_404(
        debates.for_municipality(municipality).defer("search").select_related("thread"), pk=pk
    )
    debate.municipality = debate.thread.municipality = municipality
    return debate


def seen_or_404(request, pk):
    debate = debate_or_404(request, pk)
    if not request.user.has_perm("debates.view_debate", debate):
        raise Http404
    return debate


@require_safe
def history(request, municipality_slug, pk):
    """Every text that people could have read, and what each change took and added."""
    debate = seen_or_404(request, pk)
    page = Paginator(debate.versions.order_by("pk"), 10).get_page(request.GET.get("page"))
    versions = list(page.object_list)
    after = [*versions[1:], None][: len(versions)]
    if versions and page.has_next():
        after[-1] = debate.versions.filter(pk__gt=versions[-1].pk).first()
    edits = [
        {"version": version, "parts": parts_between(version, later or debate)}
        for version, later in zip(versions, after, strict=True)
    ]
    return render(request, "debates/history.html", {"debate": debate, "page": page, "edits": edits})


def parts_between(before, after):
    """The fields that changed, each with its pieces."""
    return [
        (Debate._meta.get_field(name).verbose_name, changes.between(old, new))
        for name in actions.WORDS
        if (old := getattr(before, name)) != (new := getattr(after, name))
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def close(request, municipality_slug, pk):
    debate = seen_or_404(request, pk)
    if reason := why_not_close(request.user, debate):
        return refused(request, reason, debate.get_absolute_url())
    if request.method == "POST":
        try:
            actions.close(debate, by=request.user)
            messages.success(request, _("The debate is closed. What was said stays."))
        except actions.CannotClose as error:
            messages.error(request, str(error))
        return redirect(debate)
    return render(request, "debates/close.html", {"debate": debate})
