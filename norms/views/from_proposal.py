"""Staff begin a draft norm from a proposal that has its supports."""

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from decide.common.permissions import require
from decide.common.refusals import sign_in
from municipalities.middleware import municipality_or_404
from norms import from_proposal as drafting
from norms.actions.norms import CannotNorm
from participation.kinds import backing_of
from participation.models import Thread


class KeyForm(forms.Form):
    form_key = forms.UUIDField()


@require_http_methods(["GET", "HEAD", "POST"])
def from_proposal(request, municipality_slug, pk):
    """Its supports and what they were to be; one button, if they suffice."""
    municipality = municipality_or_404(request)
    if not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    require(request.user, "norms.draft_from_proposal", municipality)
    here = Thread.objects.filter(municipality=municipality, is_public=True)
    thread = get_object_or_404(here, pk=pk)
    thread.municipality = municipality
    if request.method == "POST":
        form = KeyForm(request.POST)
        key = form.cleaned_data["form_key"] if form.is_valid() else uuid4()
        try:
            norm = drafting.draft(thread, by=request.user, form_key=key)
        except (drafting.CannotDraft, CannotNorm) as error:
            messages.error(request, str(error))
            return redirect(request.path)
        messages.success(request, _("It is begun with the words of the proposal. Go on from here."))
        return redirect("norms:manage", municipality.slug, norm.pk)
    context = {
        "thread": thread,
        "backing": backing_of(thread),
        "reason": drafting.why_not_draft(thread),
        "made": drafting.drafted_from(thread),
        "form_key": uuid4(),
    }
    return render(request, "norms/initiatives/from_proposal.html", context)
