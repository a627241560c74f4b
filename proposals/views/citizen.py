from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from decide.common import changes
from decide.common.permissions import Reason
from decide.common.refusals import refused, sign_in
from municipalities.enums import Module
from municipalities.middleware import municipality_or_404
from participation import limits, traces
from participation.conversation import conversation_context, conversation_key
from participation.enums import TracedAct
from participation.links import links_of
from participation.rules import why_not_follow
from participation.rules.moderation import why_hidden
from proposals import progress
from proposals.actions import citizen
from proposals.enums import ProposalState, VoteVerdict
from proposals.forms.citizen import RetireForm
from proposals.models import Proposal
from proposals.rules import (
    why_not_edit,
    why_not_request_vote,
    why_not_retire,
    why_not_support,
    why_not_withdraw_support,
)
from proposals.timeline import story_of
from proposals.views.listing import KEPT_FOR_VISITORS


def proposal_or_404(request, pk, proposals=None):
    """The proposal of this place, whoever may see it; its municipality is the address's."""
    municipality = municipality_or_404(request)
    proposals = Proposal.objects if proposals is None else proposals
    proposal = get_object_or_404(
        proposals.for_municipality(municipality).defer("search").select_related("thread"), pk=pk
    )
    proposal.municipality = proposal.thread.municipality = municipality
    return proposal


@require_safe
def by_number(request, municipality_slug, pk):
    """The short address of a proposal, for paper and SMS."""
    return detail(request, municipality_slug, pk, "")


@require_safe
def detail(request, municipality_slug, pk, title):
    signed_in = request.user.is_authenticated
    proposal = proposal_or_404(request, pk, in_full(request) if signed_in else None)
    if not request.user.has_perm("proposals.view_proposal", proposal):
        return gone(request, proposal)
    address = proposal.get_absolute_url()
    if request.path != address:
        return redirect(address, permanent=not proposal.is_draft)
    if proposal.is_draft:
        return redirect("proposals:preview", municipality_slug, pk)
    # Links lead on to where its supports count; its own story stays readable behind `sola`.
    merged = proposal.state == ProposalState.MERGED and not proposal.is_hidden
    if merged and "sola" not in request.GET:
        return joined(request, proposal)

    context = {
        "proposal": proposal,
        "address": request.build_absolute_uri(address),
        "content": content_of(request, proposal),
    }
    return render(request, "proposals/detail.html", context)


def content_of(request, proposal):
    """All there is to read; drawn anew for whoever is signed in, kept a moment for visitors."""
    if request.user.is_authenticated:
        return drawn(request, proposal)
    seen = (proposal.pk, proposal.state, proposal.support_count, proposal.saved_at.isoformat())
    said = conversation_key(request)
    key = (
        f"proposals:detail:{get_language()}:{request.get_host()}:{said}:{':'.join(map(str, seen))}"
    )

    def fresh():
        return drawn(request, proposal_or_404(request, proposal.pk, in_full(request)))

    return cache.get_or_set(key, fresh, KEPT_FOR_VISITORS)


def in_full(request):
    """Proposals with what a page of one shows, in one query."""
    proof = request.user.proof if request.user.is_authenticated else None
    return (
        Proposal.objects.with_support_of(proof)
        .with_follow_of(request.user)
        .with_edits()
        .select_related("author", "category", "answer", "sheet", "merged_into")
    )


def drawn(request, proposal):
    answer = getattr(proposal, "answer", None)
    answer = answer if answer and answer.published_at else None
    context = support_context(request, proposal) | {
        "answer": answer,
        "sheet": getattr(proposal, "sheet", None),
        "badge": progress.badge(proposal, verdict=answer.verdict if answer else ""),
        "steps": progress.steps(proposal, answer=answer),
        "next": progress.next_sentence(proposal, answer=answer),
        "entries": story_of(proposal),
        "links": links_of(proposal.thread),
        "vote_requests": vote_requests_of(proposal),
        "may_request_vote": request.user.pk == proposal.author_id
        and why_not_request_vote(request.user, proposal) is None,
        "pictures": [image.picture for image in proposal.thread.images.of_author()],
        "documents": proposal.thread.documents.all(),
        "address": request.build_absolute_uri(proposal.get_absolute_url()),
        "hidden": why_hidden(proposal.thread) if proposal.is_hidden else None,
        "may_draft_norm": may_draft_norm(request.user, proposal),
        "is_author": proposal.author_id == request.user.pk,
        "may_edit": why_not_edit(request.user, proposal) is None,
        "may_retire": why_not_retire(request.user, proposal) is None,
        "follow_reason": why_not_follow(request.user, proposal.thread),
        **conversation_context(request, proposal.thread, keep=["sola"]),
    }
    return render_to_string("proposals/_detail.html", context, request)


def vote_requests_of(proposal):
    """What was asked and answered about a vote on it; only what can have been asked costs a query."""
    if proposal.reached_at is None:
        return []
    asked = proposal.vote_requests.exclude(verdict=VoteVerdict.WITHDRAWN)
    return list(asked.select_related("poll"))


def may_draft_norm(user, proposal):
    """Staff begin a draft norm from what has its supports; that room asks again (norms:from_proposal)."""
    return (
        proposal.reached_at is not None
        and not proposal.is_hidden
        and proposal.municipality.has_module(Module.NORMS)
        and user.has_perm("norms.draft_from_proposal", proposal.municipality)
    )


def gone(request, proposal):
    """A draft does not exist for others; what moderation hid is said to be gone, without it."""
    if proposal.is_draft:
        raise Http404
    context = {"hidden": why_hidden(proposal.thread)}
    return render(request, "proposals/gone.html", context, status=410)


def joined(request, proposal):
    """Links to what was joined lead on, and say so there."""
    target = proposal.merged_into
    target.municipality = proposal.municipality
    messages.info(
        request,
        _("«%(title)s» was joined to this proposal: its supports count here.")
        % {"title": proposal.title},
    )
    return redirect(target)


def support_context(request, proposal):
    """What the support box shows, on the page and as a fragment."""
    is_supported = getattr(proposal, "is_supported", False)
    why_not = why_not_withdraw_support if is_supported else why_not_support
    reason = why_not(request.user, proposal)
    if reason and not request.user.is_authenticated and reason.url == reverse("account_login"):
        reason = Reason(reason.text, sign_in(proposal.get_absolute_url()), reason.action)
    return {
        "proposal": proposal,
        "is_supported": is_supported,
        "reason": reason,
        "missing": proposal.missing_supports if proposal.is_gathering else 0,
    }


@require_POST
def support(request, municipality_slug, pk):
    proposal = seen_or_404(request, pk)
    reason = why_not_support(request.user, proposal) or limits.why_wait(
        request, request.user, request.municipality, TracedAct.SUPPORT
    )
    if reason is None:
        try:
            citizen.support(proposal, by=request.user, resident=request.user.proof)
            proposal.is_supported = True
            traces.leave(request, proposal.thread, TracedAct.SUPPORT)
        except citizen.CannotSupport as error:
            reason = Reason(str(error))
    said = _("Thank you! You support this proposal.")
    return answer_support(request, proposal, reason, f"{said} {progress.next_sentence(proposal)}")


@require_POST
def withdraw_support(request, municipality_slug, pk):
    proposal = seen_or_404(request, pk)
    reason = why_not_withdraw_support(request.user, proposal)
    if reason is None:
        try:
            citizen.withdraw_support(proposal, by=request.user, resident=request.user.proof)
            proposal.refresh_from_db(fields=["support_count", "state"])
            proposal.is_supported = False
        except citizen.CannotSupport as error:
            reason = Reason(str(error))
    said = _("You no longer support this proposal.")
    return answer_support(request, proposal, reason, said)


def seen_or_404(request, pk):
    proposal = proposal_or_404(request, pk)
    if not request.user.has_perm("proposals.view_proposal", proposal):
        raise Http404
    return proposal


def answer_support(request, proposal, reason, said):
    if not request.htmx:
        if reason:
            return refused(request, reason, proposal.get_absolute_url())
        messages.success(request, said)
        return redirect(proposal)
    if reason:
        proof = request.user.proof if request.user.is_authenticated else None
        proposal.is_supported = bool(proof) and proposal.supports.filter(resident=proof).exists()
    context = support_context(request, proposal) | {
        "refusal": reason,
        "said": said,
        "next": progress.next_sentence(proposal),
    }
    status = 422 if reason else 200
    response = render(request, "proposals/_support.html", context, status=status)
    return trigger_client_event(response, "announce", str(reason or said))


@require_safe
def history(request, municipality_slug, pk):
    """Every text that people could have supported, and what each change took and added."""
    proposal = seen_or_404(request, pk)
    if proposal.is_draft:
        raise Http404
    page = Paginator(proposal.versions.select_related("edited_by"), 10).get_page(
        request.GET.get("page")
    )
    versions = list(page.object_list)
    after = proposal
    if versions and page.number > 1:
        after = proposal.versions.filter(number=versions[0].number + 1).first() or proposal
    edits = []
    for version in versions:
        edits.append({"version": version, "parts": parts_between(version, after)})
        after = version
    context = {"proposal": proposal, "page": page, "edits": edits}
    return render(request, "proposals/history.html", context)


def parts_between(before, after):
    """The fields that changed, each with its pieces."""
    return [
        (Proposal._meta.get_field(name).verbose_name, changes.between(old, new))
        for name in citizen.WORDS
        if (old := getattr(before, name)) != (new := getattr(after, name))
    ]


@require_safe
def mine(request, municipality_slug):
    municipality = municipality_or_404(request)
    if not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    own = Proposal.objects.for_municipality(municipality).of(request.user).defer("search", "body")
    drafts = list(own.drafts().order_by("-saved_at"))
    published = Paginator(own.exclude(state=ProposalState.DRAFT), 20)
    page = published.get_page(request.GET.get("page"))
    for proposal in [*drafts, *page.object_list]:
        proposal.municipality = municipality
    rows = [(proposal, progress.badge(proposal)) for proposal in page.object_list]
    context = {"drafts": drafts, "page": page, "rows": rows}
    return render(request, "proposals/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request, municipality_slug, pk):
    proposal = seen_or_404(request, pk)
    if reason := why_not_retire(request.user, proposal):
        return refused(request, reason, proposal.get_absolute_url())
    form = RetireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            citizen.retire(proposal, by=request.user, **form.cleaned_data)
            messages.success(request, _("You have withdrawn your proposal."))
        except citizen.CannotRetire as error:
            messages.error(request, str(error))
        return redirect(proposal)
    status = 422 if form.is_bound else 200
    return render(
        request, "proposals/retire.html", {"proposal": proposal, "form": form}, status=status
    )
