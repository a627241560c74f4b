"""The queue of a municipality over all kinds of content, and what is decided there."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from decide.common.typed import number
from participation import queue
from participation.actions import moderation
from participation.enums import DecisionKind
from participation.forms.moderation import BulkForm, DecisionForm, ModerateForm, ReasonForm
from participation.models import Case, Decision
from participation.rules.moderation import why_not_decide
from participation.views.moderation_desk import (
    address_of,
    comment_of,
    crumbs_of,
    desk,
    thread_of,
)


PER_PAGE = 20
BULK_AT_MOST = 100
DONE = {
    DecisionKind.KEEP: gettext_lazy("It stays."),
    DecisionKind.HIDE: gettext_lazy("It is hidden. Its author has been told why."),
    DecisionKind.WARN: gettext_lazy("It stays, and its author has been warned."),
    DecisionKind.SUSPEND: gettext_lazy("It is hidden and its author suspended, and told why."),
}


@require_safe
@desk()
def index(request, municipality):
    waiting, own = queue.waiting(municipality, request.user)
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "cards": queue.cards(page.object_list),
        "own": own,
        "appeals": queue.appeals(municipality, request.user),
        "recent": queue.just_decided(municipality, request.user),
        "bulk": BulkForm(auto_id="bulk_%s"),
        "may_set": request.user.has_perm("participation.set_conversation", municipality),
        "crumbs": crumbs_of(municipality),
    }
    return render(request, "participation/moderation/index.html", context)


@desk()
def case(request, municipality, pk):
    """One case by itself; where a decision is sent, and what was wrong with it is shown."""
    found = get_object_or_404(
        queue.with_context(Case.objects.filter(municipality=municipality)), pk=pk
    )
    if request.method == "POST" and (
        reason := why_not_decide(request.user, found.thread, found.comment)
    ):
        messages.error(request, str(reason))
        return redirect("participation:moderation", municipality.slug)
    form = DecisionForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        attempt(request, moderation.decide, found, by=request.user, **form.cleaned_data)
        return redirect("participation:moderation", municipality.slug)
    (card,) = queue.cards([found])
    card.form = form or card.form
    context = {
        "card": card,
        "case": found,
        "form": form,
        "reason": why_not_decide(request.user, found.thread, found.comment),
        "decisions": found.decisions.select_related("by"),
        "crumbs": crumbs_of(municipality, _("Case")),
    }
    status = 422 if form else 200
    return render(request, "participation/moderation/case.html", context, status=status)


@require_POST
@desk()
def bulk(request, municipality):
    """The same decision about many; each is decided by itself, and what cannot be is told."""
    form = BulkForm(request.POST, auto_id="bulk_%s")
    chosen = [pk for value in request.POST.getlist("case")[:BULK_AT_MOST] if (pk := number(value))]
    cases = Case.objects.open().filter(municipality=municipality, pk__in=chosen).oldest_first()
    cases = list(cases.select_related("thread__municipality", "comment"))
    if not form.is_valid() or not cases:
        error = next(iter(form.errors.values()), [_("Choose at least one.")])[0]
        messages.error(request, error)
        return redirect("participation:moderation", municipality.slug)
    done = 0
    for one in cases:
        try:
            with transaction.atomic():
                moderation.decide(one, by=request.user, **form.cleaned_data)
            done += 1
        except moderation.CannotModerate as refusal:
            messages.error(request, f"{one.comment or one.thread}: {refusal}")
    if done:
        said = ngettext("Decided: %(count)d case.", "Decided: %(count)d cases.", done)
        messages.success(request, said % {"count": done})
    return redirect("participation:moderation", municipality.slug)


@require_POST
@desk()
def undo(request, municipality, pk):
    decisions = Decision.objects.select_related("case__thread__municipality", "case__comment")
    decision = get_object_or_404(decisions, pk=pk, municipality=municipality)
    try:
        moderation.undo(decision, by=request.user)
    except moderation.CannotModerate as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. Everything is as it was."))
    return redirect("participation:moderation", municipality.slug)


def moderate(request, municipality_slug, pk):
    """A moderator on the page of a thing decides without waiting for anybody to report it."""
    return _moderate(request, municipality_slug=municipality_slug, thread=pk)


def moderate_comment(request, municipality_slug, pk):
    return _moderate(request, municipality_slug=municipality_slug, comment=pk)


@desk()
def _moderate(request, municipality, thread=None, comment=None):
    comment = comment_of(request, comment) if comment else None
    thread = comment.thread if comment else thread_of(request, thread)
    form = ModerateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        act = moderation.decide_at_once
        attempt(request, act, thread, comment, by=request.user, **form.cleaned_data)
        return redirect(address_of(thread, comment))
    return moderate_page(request, form, thread, comment, title=_("Moderate"))


def show_again(request, municipality_slug, pk):
    return _show_again(request, municipality_slug=municipality_slug, thread=pk)


def show_comment_again(request, municipality_slug, pk):
    return _show_again(request, municipality_slug=municipality_slug, comment=pk)


@desk()
def _show_again(request, municipality, thread=None, comment=None):
    """Whenever it was hidden; the reason goes to its author."""
    comment = comment_of(request, comment) if comment else None
    thread = comment.thread if comment else thread_of(request, thread)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            moderation.show_again(thread, comment, by=request.user, **form.cleaned_data)
        except moderation.CannotModerate as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Everybody can see it again, as it was."))
        return redirect(address_of(thread, comment))
    return moderate_page(request, form, thread, comment, title=_("Show it again"))


def moderate_page(request, form, thread, comment, *, title):
    context = {
        "form": form,
        "title": title,
        "thread": thread,
        "comment": comment,
        "back": address_of(thread, comment),
        "crumbs": crumbs_of(request.municipality, title),
    }
    status = 422 if form.errors else 200
    return render(request, "participation/moderation/moderate.html", context, status=status)


def attempt(request, act, *args, kind, **kwargs) -> bool:
    """Do it and say so, or say why not."""
    try:
        act(*args, kind=kind, **kwargs)
    except moderation.CannotModerate as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, DONE[kind])
    return True
