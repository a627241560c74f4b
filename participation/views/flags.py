"""Reporting something: a page of its own, or a form that opens in its place."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from decide.common.refusals import refused
from participation.actions import moderation
from participation.enums import TracedAct
from participation.forms.moderation import FlagForm
from participation.limits import why_wait
from participation.rules.moderation import is_shown, why_not_flag
from participation.traces import leave
from participation.views.moderation_desk import address_of, comment_of, thread_of


def flag(request, municipality_slug, pk):
    return report(request, thread_of(request, pk), None)


def flag_comment(request, municipality_slug, pk):
    comment = comment_of(request, pk)
    return report(request, comment.thread, comment)


def report(request, thread, comment):
    reason = why_not_flag(request.user, thread, comment)
    if reason and request.htmx and request.user.is_authenticated:
        return answer(request, thread, comment, said=str(reason), state="refused")
    if reason:
        here = address_of(thread, comment) if is_shown(thread, comment) else ""
        return refused(request, reason, here or request.municipality.get_absolute_url())
    form = FlagForm(request.POST if request.method == "POST" else None)
    wait = None
    if form.is_valid():
        wait = why_wait(request, request.user, thread.municipality, TracedAct.FLAG)
        if wait is None:
            return send(request, thread, comment, form.cleaned_data)
        form.add_error(None, str(wait))
    context = {"form": form, "thread": thread, "comment": comment, "wait": wait}
    page = "participation/_flag_form.html" if request.htmx else "participation/moderation/flag.html"
    return render(request, page, context, status=422 if form.errors else 200)


def send(request, thread, comment, chosen):
    try:
        is_new = moderation.flag(thread, comment, by=request.user, **chosen)
    except moderation.CannotFlag as refusal:
        return answer(request, thread, comment, said=str(refusal), state="refused")
    if is_new:
        leave(request, thread, TracedAct.FLAG)
    said = (
        _("Thank you. A moderator will look at it.")
        if is_new
        else _("You had reported it already. A moderator will look at it.")
    )
    return answer(request, thread, comment, said=said, state="done")


def answer(request, thread, comment, *, said, state):
    if request.htmx:
        context = {"thread": thread, "comment": comment, "said": said, "state": state}
        return render(request, "participation/_flag_said.html", context)
    level = messages.SUCCESS if state == "done" else messages.ERROR
    messages.add_message(request, level, said)
    thread.refresh_from_db(fields=["is_public"])
    if not thread.is_public:
        return redirect(request.municipality)
    return redirect(address_of(thread, comment))
