"""Objecting to a result within its term."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from decide.common.refusals import refused
from participation import limits
from participation.enums import TracedAct
from votes.actions import objections as actions
from votes.forms.objections import ObjectionForm
from votes.rules import why_not_object
from votes.views.polls import seen_or_404


def results_of(poll):
    return reverse("votes:results", args=[poll.municipality.slug, poll.pk])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request, municipality_slug, pk):
    """A citizen or an observer says, in public, what was wrong with the vote or its count."""
    poll = seen_or_404(request, pk)
    if reason := why_not_object(request.user, poll):
        here = request.path if not request.user.is_authenticated else results_of(poll)
        return refused(request, reason, here)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and is_taken(request, poll, form):
        messages.success(
            request, _("Your objection is published. The municipality answers it here.")
        )
        return redirect(f"{results_of(poll)}#objeciones")
    status = 422 if form.errors else 200
    return render(request, "votes/object.html", {"poll": poll, "form": form}, status=status)


def is_taken(request, poll, form):
    """Whether it is published; if not, the form says why and keeps what was typed."""
    wait = limits.why_wait(request, request.user, poll.municipality, TracedAct.COMMENT)
    if wait:
        form.add_error(None, wait.text)
        return False
    try:
        actions.object_to(poll, by=request.user, text=form.cleaned_data["text"])
    except actions.CannotObject as error:
        form.add_error("text", str(error))
        return False
    return True
