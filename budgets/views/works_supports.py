"""Supporting a work with one click, and taking it back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from budgets import work_progress as progress
from budgets.actions import supports
from budgets.rules.works import held_headings, why_not_support, why_not_take_back
from budgets.views.found import seen_or_404, work_or_404
from decide.common.permissions import Reason
from decide.common.refusals import refused, sign_in
from participation import limits, traces
from participation.enums import TracedAct


def support_context(request, work):
    """What the support box shows, on the page and as a fragment."""
    is_supported = getattr(work, "is_supported", False)
    why_not = why_not_take_back if is_supported else why_not_support
    reason = why_not(request.user, work)
    if reason and not request.user.is_authenticated and reason.url == reverse("account_login"):
        reason = Reason(reason.text, sign_in(work.get_absolute_url()), reason.action)
    group = work.heading.group
    proof = request.user.proof if request.user.is_authenticated else None
    return {
        "work": work,
        "is_supported": is_supported,
        "reason": reason,
        "group": group,
        # Before they give one: how many headings they have left to choose.
        "left": group.headings_each - len(held_headings(proof, group))
        if proof and reason is None
        else None,
    }


@require_POST
def support(request, municipality_slug, pk):
    work = seen_or_404(request, pk)
    reason = why_not_support(request.user, work) or limits.why_wait(
        request, request.user, request.municipality, TracedAct.SUPPORT
    )
    if reason is None:
        try:
            supports.support(work, by=request.user, resident=request.user.proof)
            work.is_supported = True
            traces.leave(request, work.thread, TracedAct.SUPPORT)
        except supports.CannotSupport as error:
            reason = Reason(str(error))
    said = _("Thank you! You support this work.")
    return answer(request, work, reason, f"{said} {progress.next_sentence(work)}")


@require_POST
def take_back(request, municipality_slug, pk):
    """Also of a work that moderation has hidden since: it holds one of their headings."""
    work = work_or_404(request, pk)
    is_shown = request.user.has_perm("budgets.view_work", work)
    if not is_shown and not supports_it(request.user, work):
        raise Http404
    reason = why_not_take_back(request.user, work)
    if reason is None:
        try:
            supports.take_back(work, by=request.user, resident=request.user.proof)
            work.is_supported = False
        except supports.CannotSupport as error:
            reason = Reason(str(error))
    return answer(request, work, reason, _("You no longer support this work."), is_shown=is_shown)


def supports_it(user, work):
    return bool(
        user.is_authenticated and user.proof and work.supports.filter(resident=user.proof).exists()
    )


def answer(request, work, reason, said, *, is_shown=True):
    back = work.get_absolute_url()
    if not is_shown or request.POST.get("back") == "mine":
        back = reverse("budgets:my_works", args=[work.municipality.slug])
    if not request.htmx:
        if reason:
            return refused(request, reason, back)
        messages.success(request, said)
        return redirect(back)
    if reason:
        work.is_supported = supports_it(request.user, work)
    context = support_context(request, work) | {
        "refusal": reason,
        "said": said,
        "next": progress.next_sentence(work),
    }
    status = 422 if reason else 200
    response = render(request, "budgets/works/_support.html", context, status=status)
    return trigger_client_event(response, "announce", str(reason or said))
