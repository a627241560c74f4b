from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from budgets import accounts, course, progress, words
from budgets.enums import Purpose
from budgets.models import Budget, CommitteeMember, Count as Counted, Minutes, Project, Work
from budgets.timeline import story_of
from budgets.views.budgets import budget_or_404, seen_or_404
from participation.conversation import conversation_context, conversation_key
from participation.models import Follow
from participation.rules import why_not_follow
from votes.enums import Phase
from votes.views.page import turnout_of


# A visitor may see a page this old, in seconds; whoever is signed in sees it as it is.
KEPT_FOR_VISITORS = 10
WITH_ITS_PARTS = ("groups__headings", "steps__documents__document")


@require_safe
def by_number(request, municipality_slug, pk):
    """The short address of a budget, for paper and SMS."""
    return detail(request, municipality_slug, pk, "")


@require_safe
def detail(request, municipality_slug, pk, title):
    budget = seen_or_404(request, pk)
    address = budget.get_absolute_url()
    if request.path != address:
        return redirect(address)  # for now: its title may be put right
    context = {
        "budget": budget,
        "address": request.build_absolute_uri(address),
        "content": content_of(request, budget),
    }
    return render(request, "budgets/detail.html", context)


def content_of(request, budget):
    """All there is to read; drawn anew for whoever is signed in, kept a moment for visitors."""
    if request.user.is_authenticated:
        return drawn(request, budget)
    seen = (budget.pk, budget.state, budget.thread.comment_count)
    key = ":".join(map(str, (get_language(), request.get_host(), conversation_key(request), *seen)))
    return cache.get_or_set(
        f"budgets:detail:{key}", lambda: drawn(request, budget), KEPT_FOR_VISITORS
    )


def drawn(request, budget):
    thread = budget.thread
    budget = budget_or_404(request, budget.pk, *WITH_ITS_PARTS)
    works, after = works_of(budget), after_of(budget)
    context = {
        "budget": budget,
        "badge": progress.badge(budget),
        "stages": progress.stages(budget),
        "money": money_of(budget, works=works),
        "works": sum(works.values()),
        "agents": budget.agents.accepted().count(),
        "rules": words.rules_of(budget),
        "entries": story_of(budget),
        "address": request.build_absolute_uri(budget.get_absolute_url()),
        "follow_reason": why_not_follow(request.user, thread),
        "follows": follows(request.user, thread),
        "works_here": request.user.has_perm("budgets.work_on_budgets", budget.municipality),
        **now_of(budget, after),
        **after,
        "before": accounts.before(budget),
        **conversation_context(request, thread),
    }
    return render_to_string("budgets/_detail.html", context, request)


def follows(user, thread):
    return user.is_authenticated and Follow.objects.filter(thread=thread, user=user).exists()


def now_of(budget, after):
    """What goes on, the one thing to do, and what comes next."""
    going_on = course.running(budget)
    poll = vote_of(budget)
    has_results = Counted.objects.official().done().filter(heading__group__budget=budget).exists()
    vote_url = poll.get_absolute_url() if poll and poll.phase == Phase.OPEN else ""
    there = {"vote_url": vote_url, "has_projects": after["has_projects"]}
    verbs = [(step, progress.verb_of(budget, step, **there)) for step in going_on]
    main = progress.main_of(going_on) if going_on else None
    verb = next((verb for step, verb in verbs if step == main), None)
    return {
        "now": main,
        "verb": verb,
        "besides": [(step, verb) for step, verb in verbs if step != main],
        "next": None if budget.is_cancelled else course.next_step(budget),
        "poll": poll,
        "turnout": turnout_of(poll) if poll else None,
        "has_results": has_results,
        "results_url": progress.at("results", budget) if has_results else "",
    }


def after_of(budget):
    """What has come of it, so that a page is linked once there is something on it; one query."""
    here = Budget.objects.filter(pk=budget.pk)
    return here.values(
        has_minutes=Exists(Minutes.objects.filter(budget=OuterRef("pk"), issued_at__isnull=False)),
        has_committee=Exists(CommitteeMember.objects.filter(budget=OuterRef("pk"))),
        has_projects=Exists(Project.objects.filter(work__budget=OuterRef("pk"))),
    ).get()


def vote_of(budget):
    """The residents' vote on the urn, once its rules are frozen."""
    ballots = budget.ballots.filter(purpose=Purpose.RESIDENTS, replaced_at=None)
    ballot = ballots.select_related("poll__urn", "poll__thread").first()
    if ballot is None or ballot.poll.is_prepared:
        return None
    ballot.poll.municipality = budget.municipality
    return ballot.poll


def works_of(budget):
    """How many works there are, by heading."""
    works = Work.objects.public().filter(budget=budget).values_list("heading")
    return dict(works.annotate(Count("pk")).order_by())


def money_of(budget, *, works=None, places=None):
    """Each group with its headings, and what is not shared out; no query if they were fetched."""
    works, places = works or {}, places or {}
    groups = [
        (
            group,
            [
                {
                    "heading": heading,
                    "works": works.get(heading.pk, 0),
                    "places": places.get(heading.pk, ""),
                }
                for heading in group.headings.all()
            ],
        )
        for group in budget.groups.all()
    ]
    money = [row["heading"].money for _group, rows in groups for row in rows]
    return {
        "groups": groups,
        "headings": len(money),
        "most": max(money, default=0),
        "left": budget.announced - sum(money),
    }
