"""What was decided, for whom it concerns; their appeal; and another moderator's answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from municipalities.middleware import municipality_or_404
from participation import queue
from participation.actions import appeals
from participation.actions.moderation import CannotModerate
from participation.forms.moderation import AnswerAppealForm, AppealForm
from participation.models import Appeal, Decision
from participation.rules.moderation import (
    AGAINST_AUTHOR,
    may_show_again,
    why_hidden,
    why_not_appeal,
    why_not_decide_appeal,
)
from participation.views.moderation_desk import (
    address_of,
    comment_of,
    crumbs_of,
    desk,
    thread_of,
)


DECISIONS_A_PAGE = 20


def decisions():
    return Decision.objects.select_related(
        "by",
        "author",
        "suspension",
        "undone_by",
        "appeal__decided_by",
        "case__thread__municipality",
        "case__comment__municipality",
    )


@login_required
def decision(request, municipality_slug, pk):
    """For its author and for moderators; to others it does not exist."""
    municipality = municipality_or_404(request)
    found = get_object_or_404(decisions(), pk=pk, municipality=municipality)
    is_author = found.author_id == request.user.pk
    if not is_author and not request.user.has_perm("participation.moderate", municipality):
        raise Http404
    reason = why_not_appeal(request.user, found)
    form = None
    if is_author and reason is None:
        form = AppealForm(request.POST if request.method == "POST" else None)
    elif request.method == "POST":
        messages.error(request, str(reason))
        return redirect("participation:decision", municipality.slug, pk)
    if form and form.is_valid():
        try:
            appeals.appeal(found, by=request.user, text=form.cleaned_data["text"])
        except CannotModerate as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Another moderator will look at it. You will be told."))
        return redirect("participation:decision", municipality.slug, pk)
    (card,) = queue.cards([found.case])
    context = {
        "decision": found,
        "card": card,
        "form": form,
        "is_author": is_author,
        "appeal": getattr(found, "appeal", None),
        "back": getattr(found, "undone_by", None),
        "may_show": may_show_again(request.user, found),
    }
    status = 422 if form and form.errors else 200
    return render(request, "participation/moderation/decision.html", context, status=status)


@require_safe
@login_required
def mine(request, municipality_slug):
    """What was decided here about what the person wrote."""
    municipality = municipality_or_404(request)
    made = decisions().filter(
        municipality=municipality, author=request.user, kind__in=AGAINST_AUTHOR
    )
    page = Paginator(made, DECISIONS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "participation/moderation/mine.html", {"page": page})


@require_safe
@login_required
def why(request, municipality_slug, pk):
    return explained(request, thread_of(request, pk), None)


@require_safe
@login_required
def why_comment(request, municipality_slug, pk):
    comment = comment_of(request, pk)
    return explained(request, comment.thread, comment)


def explained(request, thread, comment):
    """Why something is out of sight: its decision, or that it waits."""
    author = comment.author_id if comment else thread.author_id
    hidden = why_hidden(thread, comment)
    is_moderator = request.user.has_perm("participation.moderate", thread)
    if hidden is None or (author != request.user.pk and not is_moderator):
        raise Http404
    if hidden.decision:
        return redirect("participation:decision", request.municipality.slug, hidden.decision.pk)
    context = {"case": hidden.case, "thread": thread, "comment": comment}
    return render(request, "participation/moderation/waits.html", context)


@desk()
def appeal(request, municipality, pk):
    """Another moderator looks again."""
    waiting = Appeal.objects.select_related(
        "user",
        "decided_by",
        "decision__by",
        "decision__suspension",
        "decision__author",
        "decision__case__thread__municipality",
        "decision__case__comment__municipality",
    )
    found = get_object_or_404(waiting, pk=pk, municipality=municipality)
    reason = why_not_decide_appeal(request.user, found)
    form = None
    if reason is None:
        form = AnswerAppealForm(request.POST if request.method == "POST" else None)
    elif request.method == "POST":
        messages.error(request, str(reason))
        return redirect("participation:moderation", municipality.slug)
    if form and form.is_valid():
        try:
            appeals.decide_appeal(found, by=request.user, **form.cleaned_data)
        except CannotModerate as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Decided. The author has been told."))
        return redirect("participation:moderation", municipality.slug)
    (card,) = queue.cards([found.decision.case])
    context = {
        "appeal": found,
        "decision": found.decision,
        "card": card,
        "form": form,
        "reason": reason,
        "link": address_of(found.decision.case.thread, found.decision.case.comment),
        "crumbs": crumbs_of(municipality, _("The appeal")),
    }
    status = 422 if form and form.errors else 200
    return render(request, "participation/moderation/appeal.html", context, status=status)
