from django.core.cache import cache
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from debates.models import Debate
from debates.progress import badge
from debates.rules.debates import why_not_close, why_not_conclude, why_not_edit
from debates.timeline import story_of
from debates.views.debates import debate_or_404
from debates.views.listing import KEPT_FOR_VISITORS
from debates.views.statement_card import section_context
from participation.conversation import conversation_context, conversation_key
from participation.links import links_of
from participation.rules import why_not_follow


@require_safe
def by_number(request, municipality_slug, pk):
    """The short address of a debate, for paper and SMS."""
    return detail(request, municipality_slug, pk, "")


@require_safe
def detail(request, municipality_slug, pk, title):
    signed_in = request.user.is_authenticated
    debate = debate_or_404(request, pk, in_full(request) if signed_in else None)
    if not request.user.has_perm("debates.view_debate", debate):
        return render(request, "debates/gone.html", {"debate": debate}, status=410)
    address = debate.get_absolute_url()
    if request.path != address:
        return redirect(address, permanent=True)
    context = {
        "debate": debate,
        "address": request.build_absolute_uri(address),
        "content": content_of(request, debate),
    }
    return render(request, "debates/detail.html", context)


def in_full(request):
    """Debates with what a page of one shows, in one query."""
    followed = Debate.objects.with_follow_of(request.user)
    return followed.with_edits().select_related("author", "category")


def content_of(request, debate):
    """All there is to read; drawn anew for whoever is signed in, kept a moment for visitors."""
    if request.user.is_authenticated:
        return drawn(request, debate)
    thread = debate.thread
    seen = (debate.pk, debate.stage.value, thread.comment_count, thread.agrees, thread.disagrees)
    key = ":".join(map(str, (get_language(), request.get_host(), conversation_key(request), *seen)))

    def fresh():
        return drawn(request, debate_or_404(request, debate.pk, in_full(request)))

    return cache.get_or_set(f"debates:detail:{key}", fresh, KEPT_FOR_VISITORS)


def drawn(request, debate):
    thread = debate.thread
    context = {
        "debate": debate,
        "badge": badge(debate),
        "address": request.build_absolute_uri(debate.get_absolute_url()),
        "pictures": [image.picture for image in thread.images.of_author()],
        "taken_up": taken_up(debate),
        "links": links_of(thread),
        "entries": story_of(debate),
        "may_edit": why_not_edit(request.user, debate) is None,
        "may_close": why_not_close(request.user, debate) is None,
        "may_conclude": why_not_conclude(request.user, debate) is None,
        "follow_reason": why_not_follow(request.user, thread),
        **conversation_context(request, thread),
        **(section_context(request, debate) if debate.takes_statements else {}),
    }
    return render_to_string("debates/_detail.html", context, request)


def taken_up(debate):
    """The comments that the conclusion quotes or links, each with its address."""
    if not debate.concluded_at:
        return []
    found = list(debate.taken_up.select_related("comment__author"))
    for each in found:
        each.comment.municipality = debate.municipality
    return found
