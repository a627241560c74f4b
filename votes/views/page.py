from collections import Counter

from django.conf import settings
from django.core.cache import cache
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from decide.common.permissions import Reason
from decide.common.refusals import sign_in
from municipalities.models import Place
from participation.conversation import conversation_context, conversation_key
from participation.links import links_of
from participation.models import Follow
from participation.rules import why_not_follow
from votes import definition, progress, results, words
from votes.enums import CastChannel, Custody, Phase, Voters
from votes.models import Mark
from votes.rules import why_closed, why_not_belong
from votes.timeline import story_of
from votes.views.listing import KEPT_FOR_VISITORS
from votes.views.polls import poll_or_404
from votes.who import channel_of, voter_of


ENOUGH_TO_TELL = 20  # of no more people it is told how many have voted
TURNOUT_KEPT = 60  # seconds, so that nobody sees the number move when a neighbour votes


@require_safe
def by_number(request, municipality_slug, pk):
    """The short address of a poll, for paper and SMS."""
    return detail(request, municipality_slug, pk, "")


@require_safe
def detail(request, municipality_slug, pk, title):
    poll = poll_or_404(request, pk)
    if not request.user.has_perm("votes.view_poll", poll):
        raise Http404
    address = poll.get_absolute_url()
    if request.path != address:
        return redirect(address, permanent=True)
    context = {
        "poll": poll,
        "address": request.build_absolute_uri(address),
        "content": content_of(request, poll),
    }
    return render(request, "votes/detail.html", context)


def content_of(request, poll):
    """All there is to read; drawn anew for whoever is signed in, kept a moment for visitors."""
    if request.user.is_authenticated:
        return drawn(request, poll)
    seen = (poll.pk, poll.phase.value, poll.thread.comment_count, bool(poll.answered_at))
    key = ":".join(map(str, (get_language(), request.get_host(), conversation_key(request), *seen)))
    return cache.get_or_set(f"votes:detail:{key}", lambda: drawn(request, poll), KEPT_FOR_VISITORS)


def drawn(request, poll):
    thread, rules = poll.thread, definition.shown(poll)
    context = {
        "poll": poll,
        "phase": poll.phase.value,
        "rules": rules,
        "questions": questions_of(rules),
        "badge": progress.badge(poll),
        "steps": progress.steps(poll),
        "places": places_of(rules),
        "listed_of": listed_of(rules),
        "by_trustees": poll.custody == Custody.TRUSTEES,
        "age": settings.RESIDENCE_MIN_AGE,
        "turnout": turnout_of(poll),
        "may_vote": sum_of_roll(rules),
        "documents": thread.documents.all(),
        "pictures": [image.picture for image in thread.images.of_author()],
        "links": links_of(thread),
        "entries": story_of(poll),
        "address": request.build_absolute_uri(poll.get_absolute_url()),
        "follow_reason": why_not_follow(request.user, thread),
        "follows": follows(request.user, thread),
        "works_here": request.user.has_perm("votes.work_on_polls", poll),
        **mine(request, poll),
        **results.summary_context(poll),
        **conversation_context(request, thread),
    }
    return render_to_string("votes/_detail.html", context, request)


def mine(request, poll):
    """What this person reads of themselves: whether they may vote, and whether they have."""
    user = request.user
    reason = why_closed(poll.municipality) or why_not_belong(user, poll)
    if poll.urn.is_test:
        reason = None
    if reason and not user.is_authenticated and reason.url == reverse("account_login"):
        back = vote_address(poll) if poll.phase == Phase.OPEN else poll.get_absolute_url()
        reason = Reason(reason.text, sign_in(back), reason.action)
    voted = channel_of(poll, voter_of(poll, user)) if user.is_authenticated else ""
    return {
        "reason": reason,
        "voted": voted,
        "voted_on_paper": voted == CastChannel.PAPER,
        "vote_address": vote_address(poll),
    }


def vote_address(poll):
    return reverse("votes:vote", args=[poll.municipality.slug, poll.pk])


def follows(user, thread):
    return user.is_authenticated and Follow.objects.filter(thread=thread, user=user).exists()


LONG = 12  # so many options or more are folded away


def questions_of(rules):
    """Each question with its options and its rules as people read them."""
    asked, part_of = rules["questions"], rules.get("part_of", {}).get("title", "")
    codes = {code for question in asked for code in question.get("districts", [])}
    names = names_of(codes) if codes else {}
    groups = Counter(question.get("group", "") for question in asked)
    return [
        {
            "title": question["title"],
            "help": question["help"],
            "how": words.how_to_answer(question),
            "decides": words.what_decides(question, part_of),
            "options": options_of(question),
            "is_long": len(question.get("options", [])) >= LONG,
            "mixed": not question.get("keeps_order", True),
            "asked_in": sorted(names.get(code, code) for code in question.get("districts", [])),
            "is_one_of_many": bool(question.get("group")) and groups[question["group"]] > 1,
        }
        for question in asked
    ]


def options_of(question):
    """What there is to choose. Of what has a page of its own the title is enough here."""
    costs, pages = question.get("costs", {}), question.get("addresses", {})
    return [
        {
            "title": question["titles"][one],
            "text": "" if one in pages else question["texts"].get(one, ""),
            "cost": costs.get(one),
            "address": pages.get(one, ""),
        }
        for one in question.get("options", [])
    ]


def names_of(codes):
    return dict(Place.objects.filter(code__in=codes).values_list("code", "name"))


def listed_of(rules):
    """What the list belongs to, if those on a closed list vote."""
    return rules["part_of"]["title"] if rules.get("voters") == Voters.LISTED else ""


def places_of(rules):
    """Where those live who may vote, by name; empty if it is the whole place."""
    if not rules["districts"]:
        return []
    found = Place.objects.filter(code__in=rules["districts"]).order_by("name")
    return list(found.values_list("name", flat=True))


def turnout_of(poll):
    """How many have voted, if it may be told; never what."""
    if poll.phase not in (Phase.OPEN, Phase.COUNTING):
        return None
    marks = Mark.objects.filter(urn=poll.urn_id)
    number = cache.get_or_set(f"votes:turnout:{poll.urn_id}", marks.count, TURNOUT_KEPT)
    return number if number > ENOUGH_TO_TELL else None


def sum_of_roll(rules):
    """How many people could vote when the rules were settled, if that was written down."""
    return rules.get("roll", {}).get("count")
