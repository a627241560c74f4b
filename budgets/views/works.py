"""A work on its own page, compared with another, and all that somebody wrote and supports."""

from collections import defaultdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from budgets import work_progress as progress
from budgets.actions import works as actions
from budgets.enums import WorkState
from budgets.forms.works import ReasonForm
from budgets.models import Budget, SupportedHeading, Work, WorkSupport
from budgets.reports import published_of
from budgets.rules.evaluation import why_not_appeal, why_not_mend
from budgets.rules.works import (
    why_not_edit,
    why_not_take_off_the_ballot,
    why_not_withdraw,
)
from budgets.views.found import placed, seen_or_404, work_or_404
from budgets.views.mending import observation_of
from budgets.views.works_supports import support_context
from budgets.work_timeline import story_of
from decide.common import changes
from decide.common.money import soles
from decide.common.permissions import require
from decide.common.refusals import refused, sign_in
from decide.common.typed import number
from decide.common.words import number as number_in_words
from municipalities.middleware import municipality_or_404
from participation.conversation import conversation_context
from participation.links import links_of
from participation.rules import why_not_follow
from participation.rules.moderation import why_hidden


COMPARABLE = 100
NUMBERS = ("estimate", "beneficiaries")


@require_safe
def by_number(request, municipality_slug, pk):
    """The short address of a work, for paper, SMS and the map."""
    return work(request, municipality_slug, pk, "")


@require_safe
def work(request, municipality_slug, pk, title):
    proof = request.user.proof if request.user.is_authenticated else None
    full = Work.objects.with_support_of(proof).with_follow_of(request.user).with_edits()
    shown = work_or_404(request, pk, full.select_related("category", "proposal__thread", "project"))
    if not request.user.has_perm("budgets.view_work", shown):
        return gone(request, shown)
    address = shown.get_absolute_url()
    if request.path != address:
        return redirect(address, permanent=not shown.is_draft)
    if shown.is_draft:
        return redirect("budgets:preview_work", municipality_slug, pk)
    context = support_context(request, shown) | {
        "badge": progress.badge(shown),
        "steps": progress.steps(shown),
        "next": progress.next_sentence(shown),
        "entries": story_of(shown),
        "links": links_of(shown.thread),
        "origin": origin_of(shown),
        "reports": published_of(shown) if shown.budget.decisions_published_at else [],
        "pictures": pictures_of(shown),
        "documents": shown.thread.documents.all(),
        "address": request.build_absolute_uri(address),
        "hidden": why_hidden(shown.thread) if shown.is_hidden else None,
        "is_author": shown.author_id == request.user.pk,
        "may_edit": why_not_edit(request.user, shown) is None,
        "may_withdraw": why_not_withdraw(request.user, shown) is None,
        "may_take_off": request.user.has_perm("budgets.take_off_the_ballot", shown)
        and why_not_take_off_the_ballot(shown) is None,
        **asked_of_author(request.user, shown),
        "others": comparable_with(shown),
        "follow_reason": why_not_follow(request.user, shown.thread),
        **conversation_context(request, shown.thread),
    }
    return render(request, "budgets/works/detail.html", context)


def asked_of_author(user, work):
    """Whether its author may answer now what was observed, or appeal, perhaps through a desk."""
    if not user.is_authenticated:
        return {}
    is_author = work.author_id == user.pk
    return {
        "may_mend": is_author
        and work.state == WorkState.EVALUATION
        and why_not_mend(user, work, observation_of(work)) is None,
        "may_appeal": work.shown_state == WorkState.UNFEASIBLE
        and (is_author or user.has_perm("budgets.register_agents", work))
        and why_not_appeal(work) is None,
    }


def gone(request, work):
    """A draft does not exist for others; what moderation hid is said to be gone, without it."""
    if work.is_draft:
        raise Http404
    context = {"work": work, "hidden": why_hidden(work.thread)}
    return render(request, "budgets/works/gone.html", context, status=410)


def origin_of(work):
    """The proposal that was brought in, as long as everybody may see it."""
    if work.proposal_id is None or not work.proposal.thread.is_public:
        return None
    work.proposal.municipality = work.municipality
    return work.proposal


def pictures_of(work):
    """Its own, or those of the proposal it came from."""
    own = [image.picture for image in work.thread.images.of_author()]
    if own or not (origin := origin_of(work)):
        return own
    return [image.picture for image in origin.thread.images.of_author()]


def comparable_with(work):
    """The other works that ask for the same money."""
    rivals = Work.objects.for_municipality(work.municipality).public()
    rivals = rivals.filter(heading=work.heading).exclude(pk=work.pk)
    return rivals.order_by("-support_count", "-pk").only("title")[:COMPARABLE]


@require_safe
def compare(request, municipality_slug):
    """Two works side by side; with one alone, the others of its heading to choose from."""
    municipality = municipality_or_404(request)
    wanted = [pk for pk in (number(request.GET.get("a")), number(request.GET.get("b"))) if pk]
    public = Work.objects.for_municipality(municipality).public().defer("search")
    public = public.select_related("thread", "budget", "heading__group", "agent", "author")
    public = public.select_related("category", "proposal__thread").prefetch_related("budget__steps")
    found = public.in_bulk(wanted)
    works = [placed(found[pk], municipality) for pk in dict.fromkeys(wanted) if pk in found]
    if not works:
        raise Http404
    sides = [
        {
            "work": one,
            "badge": progress.badge(one),
            "next": progress.next_sentence(one),
            "picture": next(iter(pictures_of(one)), None),
        }
        for one in works
    ]
    others = comparable_with(works[0]) if len(works) == 1 else []
    context = {"sides": sides, "others": others, "budget": works[0].budget}
    return render(request, "budgets/works/compare.html", context)


@require_safe
def history(request, municipality_slug, pk):
    """What each change of a published text took and added, the latest first."""
    work = seen_or_404(request, pk)
    if work.is_draft:
        raise Http404
    edits, after = [], {name: getattr(work, name) for name in actions.KEPT}
    for event in work.thread.events.filter(verb="edited").order_by("-at", "-pk"):
        before = event.data.get("before", {})
        parts = [
            (Work._meta.get_field(name).verbose_name, pieces(name, old, after[name]))
            for name, old in before.items()
        ]
        after |= before
        edits.append({"number": 0, "at": event.at, "parts": parts})
    for place, edit in enumerate(edits):
        edit["number"] = len(edits) - place
    page = Paginator(edits, 10).get_page(request.GET.get("page"))
    return render(request, "budgets/works/history.html", {"work": work, "page": page})


def pieces(name, old, new):
    """Words are compared one by one; of a number, the whole went and the whole came."""
    if name not in NUMBERS:
        return changes.between(old, new)
    shown = soles if name == "estimate" else number_in_words
    parts = [("removed", shown(old)), ("added", shown(new))]
    return [changes.Piece(kind, text) for kind, text in parts if text]


@never_cache
@require_safe
def mine(request, municipality_slug):
    """What somebody has written here, and what they support, with the way to take it back."""
    municipality = municipality_or_404(request)
    if not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    own = Work.objects.for_municipality(municipality).of(request.user).defer("search", "body")
    own = own.select_related("thread", "budget", "heading__group")
    drafts = list(own.drafts().order_by("-saved_at"))
    page = Paginator(own.exclude(state=WorkState.DRAFT), 20).get_page(request.GET.get("page"))
    for one in [*drafts, *page.object_list]:
        placed(one, municipality)
    context = {
        "drafts": drafts,
        "page": page,
        "rows": [(one, progress.badge(one)) for one in page.object_list],
        "groups": supported_by(request.user.proof, municipality),
        "budgets": Budget.objects.for_municipality(municipality).open(),
    }
    return render(request, "budgets/works/mine.html", context)


def supported_by(resident, municipality):
    """By group, the headings that somebody's supports hold, and the works in them."""
    if resident is None:
        return []
    given = WorkSupport.objects.filter(resident=resident, municipality=municipality)
    given = given.select_related("work__thread", "work__budget", "work__heading__group")
    groups = {}
    for one in given.order_by("-work__budget__year", "work__heading__group__position", "pk"):
        work = placed(one.work, municipality)
        group = work.heading.group
        groups.setdefault(group, []).append(work)
    places = SupportedHeading.objects.filter(resident=resident, municipality=municipality)
    held = defaultdict(list)
    for place in places.holding().select_related("heading").order_by("slot"):
        held[place.group_id].append(place.heading)
    return [
        {"group": group, "works": works, "held": held[group.pk]} for group, works in groups.items()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, municipality_slug, pk):
    work = seen_or_404(request, pk)
    if reason := why_not_withdraw(request.user, work):
        return refused(request, reason, work.get_absolute_url())
    return take_back(request, work, actions.withdraw, _("You have withdrawn your work."))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_from_ballot(request, municipality_slug, pk):
    """The municipality takes a work off the vote, in public and with its reason."""
    work = work_or_404(request, pk)
    if not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    require(request.user, "budgets.take_off_the_ballot", work)
    if reason := why_not_take_off_the_ballot(work):
        return refused(request, reason, work.get_absolute_url())

    def act(work, **what):
        office = work.municipality.contact_office or work.municipality.name
        return actions.withdraw_from_ballot(work, as_office=office[:120], **what)

    return take_back(request, work, act, _("The work is off the vote, and people are told."))


def take_back(request, work, act, said):
    by_staff = work.state == WorkState.ON_BALLOT
    form = ReasonForm(request.POST or None, by_staff=by_staff)
    if request.method == "POST" and form.is_valid():
        try:
            act(work, by=request.user, **form.cleaned_data)
            messages.success(request, said)
        except actions.CannotWithdraw as error:
            messages.error(request, str(error))
        return redirect(work)
    context = {"work": work, "form": form, "by_staff": by_staff}
    status = 422 if form.is_bound else 200
    return render(request, "budgets/works/withdraw.html", context, status=status)
