from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from debates.actions import conclusions
from debates.forms.conclusions import ConclusionForm
from debates.models import Debate
from debates.progress import badge
from debates.rules.debates import why_not_conclude
from debates.views.debates import seen_or_404
from decide.common.permissions import require
from decide.common.refusals import refused, sign_in
from decide.common.typed import number
from municipalities.middleware import municipality_or_404


FOUND, MOST = 10, 50


@require_safe
def desk(request, municipality_slug):
    """The municipality's own questions; first those whose time is over without a conclusion."""
    municipality = municipality_or_404(request)
    if not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    require(request.user, "debates.work_at_desk", municipality)
    here = Debate.objects.for_municipality(municipality).defer("search").select_related("thread")
    waiting = list(here.awaiting_conclusion().order_by("thread__closes_at", "pk")[:MOST])
    page = Paginator(here.filter(is_official=True), 20).get_page(request.GET.get("page"))
    for debate in [*waiting, *page.object_list]:
        debate.municipality = municipality
    rows = [(debate, badge(debate)) for debate in page.object_list]
    context = {"waiting": waiting, "page": page, "rows": rows}
    return render(request, "debates/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def conclude(request, municipality_slug, pk):
    """Look for comments, choose what is taken up, write, and publish once: all in one form."""
    debate = seen_or_404(request, pk)
    if reason := why_not_conclude(request.user, debate):
        return refused(request, reason, debate.get_absolute_url())
    asked = request.POST if request.method == "POST" else request.GET
    chosen = chosen_of(debate, asked)
    options = {"chosen": chosen, "needs_one": debate.thread.comment_count > 0}
    status = 200
    if asked.get("do") == "publish" and request.method == "POST":
        form = ConclusionForm(request.POST, **options)
        if form.is_valid():
            try:
                conclusions.conclude(
                    debate, by=request.user, text=form.cleaned_data["text"], quotes=form.quotes
                )
            except conclusions.CannotConclude as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The conclusion is published, and people are told."))
                return redirect(debate)
        status = 422
    else:
        form = ConclusionForm(initial=asked.dict(), **options)
    words = asked.get("q", "").replace("\x00", "").strip()[:100]
    context = {
        "debate": debate,
        "form": form,
        "q": words,
        "found": found_in(debate, words, chosen),
    }
    return render(request, "debates/conclude.html", context, status=status)


def chosen_of(debate, asked):
    """The comments chosen so far, with the one just added and without the one just dropped."""
    ids = [pk for pk in map(number, asked.getlist("comment")) if pk]
    added, dropped = number(asked.get("add", "")), number(asked.get("drop", ""))
    wanted = [pk for pk in dict.fromkeys([*ids, added]) if pk and pk != dropped][:MOST]
    found = debate.thread.comments.shown().select_related("author").in_bulk(wanted)
    return [named(found[pk], debate) for pk in wanted if pk in found]


def found_in(debate, words, chosen):
    """The comments with these words or this number; without any, those most agreed with."""
    comments = debate.thread.comments.shown().exclude(pk__in=[c.pk for c in chosen])
    if words:
        fits = Q(text__unaccent__icontains=words)
        if pk := number(words.lstrip("#")):
            fits |= Q(pk=pk)
        comments = comments.filter(fits)
    best = comments.select_related("author").order_by(F("score").desc(), "-pk")[:FOUND]
    return [named(comment, debate) for comment in best]


def named(comment, debate):
    comment.municipality = debate.municipality
    return comment
