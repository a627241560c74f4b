"""What is raised to another level: everybody follows it, the two levels work on it."""

from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budgets.views.staff_forms import attempt, form_page
from decide.common.refusals import refused
from municipalities.desks import for_staff
from municipalities.middleware import municipality_or_404
from participation.models import Thread
from processes import raised
from processes.actions import escalations as actions
from processes.enums import EscalationState
from processes.forms.escalations import EscalateForm, Reply, ReplyForm, TakeInForm
from processes.rules.escalations import (
    WAITING,
    levels_above,
    why_not_answer,
    why_not_escalate,
    why_not_pass_on,
)


PER_PAGE = 20


of_staff = for_staff("processes.escalate")


@require_safe
def escalations(request, municipality_slug):
    """What began here, what was raised from here and what was raised to here: waiting ones first."""
    municipality = municipality_or_404(request)
    rank = Case(When(state__in=WAITING, then=Value(0)), default=Value(1))
    found = raised.of_town(municipality).order_by(rank, "-sent_at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": raised.links(page.object_list),
        "works": request.user.has_perm("processes.escalate", municipality),
    }
    return render(request, "processes/escalations/index.html", context)


@require_safe
def escalation(request, municipality_slug, pk):
    """The whole chain of one matter, with its days, in the space of each level that it went through."""
    municipality = municipality_or_404(request)
    found = get_object_or_404(raised.of_town(municipality), pk=pk)
    chain = raised.chain_of(found)
    mine = next((link.row for link in chain if link.row.to_municipality == municipality), None)
    context = {
        "escalation": found,
        "chain": chain,
        "first": chain[0].row,
        "last": chain[-1],
        "mine": mine,
        "may_answer": bool(mine) and why_not_answer(request.user, mine) is None,
    }
    return render(request, "processes/escalations/detail.html", context)


# --- Staff


@require_safe
@of_staff
def escalation_desk(request, municipality):
    """What other levels have raised to this one: what waits, the oldest first, then the rest."""
    received = raised.with_places().filter(to_municipality=municipality)
    waiting = received.filter(state__in=WAITING).order_by("answer_by", "sent_at", "pk")
    done = received.exclude(state__in=WAITING).order_by("-answered_at", "-pk")
    waits = Paginator(waiting, PER_PAGE).get_page(request.GET.get("esperan"))
    page = Paginator(done, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": raised.links(waits.object_list),
        "waits": waits,
        "done": raised.links(page.object_list),
        "page": page,
        "sent": EscalationState.SENT,
    }
    return render(request, "processes/escalations/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_staff
def escalate(request, municipality, pk):
    found = Thread.objects.filter(municipality=municipality, is_public=True)
    thread = get_object_or_404(found.select_related("municipality"), pk=pk)
    if reason := why_not_escalate(request.user, thread):
        return refused(request, reason, thread.path or municipality.get_absolute_url())
    form = EscalateForm(request.POST or None, levels=levels_above(municipality))
    if form.is_valid():
        made = attempt(
            request,
            _("It is raised. Its author and those who follow it are told of each step."),
            actions.CannotEscalate,
            actions.escalate,
            thread,
            by=request.user,
            to=form.level,
            reason=form.cleaned_data["reason"],
        )
        if made:
            return redirect(made)
    return form_page(
        request,
        form,
        title=_("Raise it to another level"),
        button=_("Raise it"),
        back=(thread.path or municipality.get_absolute_url(), thread.title),
        lead=_("It keeps its code and its history, and whatever is answered is told here too."),
    )


def received_or_404(municipality, pk):
    found = raised.with_places().filter(to_municipality=municipality)
    return get_object_or_404(found, pk=pk)


def seen_from(municipality, escalation):
    return reverse("processes:escalation", args=[municipality.slug, escalation.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@of_staff
def take_in_escalation(request, municipality, pk):
    found = received_or_404(municipality, pk)
    back = seen_from(municipality, found)
    if reason := why_not_answer(request.user, found):
        return refused(request, reason, back)
    form = TakeInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        values = form.cleaned_data | {"by": request.user}
        said = _("It is taken in, and whom it concerns is told.")
        if attempt(request, said, actions.CannotReply, actions.take_in, found, **values):
            return redirect(back)
    return form_page(
        request,
        form,
        title=_("Take it in"),
        button=_("Take it in"),
        back=(back, str(found)),
        lead=found.reason,
    )


ACTS = {
    Reply.ANSWER: actions.answer,
    Reply.RETURN: actions.send_back,
    Reply.PASS_ON: actions.pass_on,
}


@require_http_methods(["GET", "HEAD", "POST"])
@of_staff
def answer_escalation(request, municipality, pk):
    found = received_or_404(municipality, pk)
    back = seen_from(municipality, found)
    if reason := why_not_answer(request.user, found):
        return refused(request, reason, back)
    can_pass_on = why_not_pass_on(request.user, found) is None
    form = ReplyForm(request.POST or None, can_pass_on=can_pass_on)
    if form.is_valid():
        act = ACTS[Reply(form.cleaned_data["do"])]
        said = _("It is published here and where it began, and whom it concerns is told.")
        text = form.cleaned_data["text"]
        if attempt(request, said, actions.CannotReply, act, found, by=request.user, text=text):
            return redirect(back)
    return form_page(
        request,
        form,
        title=_("Answer what was raised"),
        button=_("Publish it"),
        back=(back, str(found)),
        lead=found.reason,
    )
