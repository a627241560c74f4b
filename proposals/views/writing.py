import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from decide.common.permissions import Reason
from decide.common.refusals import refused, sign_in
from decide.common.typed import says_something
from municipalities.middleware import municipality_or_404
from participation import drafts, limits, links, screening, traces
from participation.enums import TracedAct
from participation.forms.writing import ESSENTIAL
from proposals import vocabulary
from proposals.actions import citizen
from proposals.forms.citizen import ProposalForm
from proposals.models import Proposal
from proposals.rules import (
    why_not_begin,
    why_not_delete_draft,
    why_not_edit,
    why_not_propose,
    why_not_publish,
)
from proposals.thresholds import terms_for


KEPT = "proposal_text"
TYPED = (
    *ESSENTIAL,
    "body",
    "tags",
    "latitude",
    "longitude",
    "organisation",
    "form_key",
    "came_from",
)
SIMILAR = 5


def own_or_none(request, pk):
    """The person's own proposal here; of others' drafts nothing is told, not even that they are."""
    municipality = municipality_or_404(request)
    if not request.user.is_authenticated:
        return None
    own = Proposal.objects.for_municipality(municipality).of(request.user).defer("search")
    proposal = own.select_related("thread", "category", "author").filter(pk=pk).first()
    if proposal:
        proposal.municipality = municipality
    return proposal


def not_yours(request):
    if not request.user.is_authenticated:
        return redirect(sign_in(request.path))
    return render(request, "proposals/not_yours.html", status=404)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request, municipality_slug):
    """A proposal not saved yet. The first save makes the draft, and its page goes on."""
    municipality = municipality_or_404(request)
    if not request.user.is_authenticated:
        return keep_typed(request)
    known = own_by_key(request, request.POST.get("form_key"))
    if reason := None if known else why_not_begin(request.user, municipality):
        return blocked(request, reason)
    if request.method == "POST":
        return save(request, known)
    typed = request.session.pop(KEPT, {}) if request.method == "GET" else {}
    typed = typed or drafts.words_from(source_of(request, request.GET.get("desde")))
    return show_form(request, ProposalForm(initial={"form_key": uuid.uuid4()} | typed))


def keep_typed(request):
    """Who writes before signing in finds the text again afterwards."""
    drafts.keep_typed(request, KEPT, TYPED)
    then = reverse("proposals:write", args=[request.municipality.slug])
    if source := source_of(request, request.GET.get("desde")):
        then += f"?desde={source.pk}"
    return redirect(sign_in(then))


def source_of(request, number):
    """The public thing of this place that somebody makes a proposal of; its room is not known here."""
    return links.source_of(number or "", request.municipality.pk)


def own_by_key(request, key):
    if (key := drafts.form_key(key)) is None:
        return None
    own = Proposal.objects.for_municipality(request.municipality).of(request.user)
    pk = own.filter(form_key=key).values_list("pk", flat=True).first()
    return own_or_none(request, pk) if pk else None


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, municipality_slug, pk):
    if request.method == "POST" and not request.user.is_authenticated:
        municipality_or_404(request)
        return keep_typed(request)  # the session ended while they wrote
    proposal = own_or_none(request, pk)
    if proposal is None:
        return not_yours(request)
    why_not = why_not_propose(request.user, proposal.municipality) if proposal.is_draft else None
    if reason := why_not or why_not_edit(request.user, proposal):
        return refused(request, reason, fallback_of(proposal))
    if request.method == "POST":
        return save(request, proposal)
    return show_form(request, ProposalForm(proposal=proposal), proposal)


def save(request, proposal):
    """Keep what can be understood, whatever else is wrong, and go where the button said."""
    is_public = proposal is not None and not proposal.is_draft
    goes_on = request.POST.get("do") == "preview"
    form = ProposalForm(
        request.POST, request.FILES, proposal=proposal, publishing=is_public or goes_on
    )
    is_valid = form.is_valid()
    if is_valid or not is_public:
        try:
            proposal = keep_words(request, form, proposal)
        except citizen.CannotEdit as error:
            form.add_error(None, str(error))
        else:
            for problem in citizen.change_files(proposal, by=request.user, **form.files_changed):
                form.add_error(None, problem)
    if form.errors:
        return show_form(request, form, proposal, status=422)
    if is_public:
        said = screening.WAITS if proposal.is_hidden else _("Your changes are published.")
        messages.success(request, said)
        return redirect(proposal)
    if goes_on:
        return redirect("proposals:preview", request.municipality.slug, proposal.pk)
    messages.success(request, _("Draft saved. Only you can see it."))
    return redirect("proposals:edit", request.municipality.slug, proposal.pk)


def keep_words(request, form, proposal):
    if proposal:
        proposal = citizen.revise(proposal, by=request.user, **form.words)
    else:
        key = form.cleaned_data.get("form_key") or uuid.uuid4()
        proposal = citizen.begin(
            request.municipality,
            by=request.user,
            form_key=key,
            came_from=source_of(request, form.cleaned_data.get("came_from")),
            **form.words,
        )
    proposal.municipality = request.municipality
    return proposal


def show_form(request, form, proposal=None, status=200):
    slug = request.municipality.slug
    is_draft = proposal is None or proposal.is_draft
    if proposal:
        form.show_files(proposal.thread)
        action = reverse("proposals:edit", args=[slug, proposal.pk])
        autosave_url = reverse("proposals:autosave_draft", args=[slug, proposal.pk])
    else:
        action = reverse("proposals:write", args=[slug])
        autosave_url = reverse("proposals:autosave", args=[slug])
    form.fields["title"].widget.attrs |= {
        "hx-get": reverse("proposals:similar", args=[slug]),
        "hx-trigger": "input delay:600ms",
        "hx-target": "#similar",
    }
    context = {
        "form": form,
        "proposal": proposal,
        "is_draft": is_draft,
        "action": action,
        "autosave_url": autosave_url if is_draft else "",
        "has_history": not is_draft and bool(proposal.support_count or proposal.versions.exists()),
    }
    return render(request, "proposals/write.html", context, status=status)


@require_POST
def autosave(request, municipality_slug, pk=None):
    """What the page sends while somebody types. Answers when it was kept, in a few words."""
    municipality = municipality_or_404(request)
    proposal = own_or_none(request, pk) if pk else None
    if request.user.is_authenticated and not pk:
        proposal = own_by_key(request, request.POST.get("form_key"))
    if pk and (proposal is None or not proposal.is_draft):
        return HttpResponse(_("This draft is not here any more."), status=404)
    why_not = why_not_propose if proposal else why_not_begin
    if reason := why_not(request.user, municipality):
        return HttpResponse(str(reason), status=403)
    form = ProposalForm(request.POST, proposal=proposal)
    form.is_valid()
    if proposal is None and not any(form.words.get(name) for name in (*ESSENTIAL, "body")):
        return HttpResponse("")
    try:
        keep_words(request, form, proposal)
    except citizen.CannotEdit as error:
        return HttpResponse(str(error), status=409)
    return HttpResponse(drafts.saved_now(form.is_valid()))


@require_safe
def preview(request, municipality_slug, pk):
    proposal = own_or_none(request, pk)
    if proposal is None:
        return not_yours(request)
    if not proposal.is_draft:
        return redirect(proposal)
    missing = [name for name in ESSENTIAL if not says_something(getattr(proposal, name))]
    reason = why_not_publish(request.user, proposal)
    context = {
        "proposal": proposal,
        "reason": reason,
        "missing": missing,
        "terms": terms_for(proposal.municipality, timezone.localdate()),
        "similar": similar_to(request, proposal.title),
        "pictures": [image.picture for image in proposal.thread.images.of_author()],
        "documents": proposal.thread.documents.all(),
    }
    return render(request, "proposals/preview.html", context)


@require_POST
def publish(request, municipality_slug, pk):
    proposal = own_or_none(request, pk)
    if proposal is None:
        return not_yours(request)
    if reason := why_not_publish(request.user, proposal):
        return refused(request, reason, fallback_of(proposal))
    if wait := limits.why_wait(request, request.user, request.municipality, TracedAct.PROPOSAL):
        return refused(request, wait, fallback_of(proposal))
    try:
        proposal = citizen.publish(proposal, by=request.user)
    except citizen.CannotPublish as error:
        return refused(request, Reason(str(error)), fallback_of(proposal))
    traces.leave(request, proposal.thread, TracedAct.PROPOSAL)
    if proposal.is_hidden:
        messages.success(request, screening.WAITS)
        return redirect(proposal)
    messages.success(
        request,
        _("Your proposal is published with the code %(code)s. Share it to gather supports.")
        % {"code": proposal.code},
    )
    return redirect(proposal)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request, municipality_slug, pk):
    proposal = own_or_none(request, pk)
    if proposal is None:
        return not_yours(request)
    if reason := why_not_delete_draft(request.user, proposal):
        return refused(request, reason, proposal.get_absolute_url())
    if request.method == "POST":
        citizen.delete_draft(proposal)
        messages.success(request, _("The draft is deleted."))
        return redirect("proposals:mine", municipality_slug)
    return render(request, "proposals/delete.html", {"proposal": proposal})


@require_safe
@vary_on_headers("HX-Request")
def similar(request, municipality_slug):
    """Proposals that may ask for the same, while somebody writes a title."""
    municipality_or_404(request)
    title = drafts.title_asked(request)
    template = "proposals/_similar.html" if request.htmx else "proposals/similar.html"
    return render(request, template, {"similar": similar_to(request, title), "title": title})


def similar_to(request, title):
    title = drafts.searchable(title)
    if not title:
        return []
    public = Proposal.objects.for_municipality(request.municipality).public()
    meant = vocabulary.meant(request.municipality, title)
    found = list(public.defer("search", "body").like(meant)[:SIMILAR])
    for proposal in found:
        proposal.municipality = request.municipality
    return found


def fallback_of(proposal):
    if proposal.is_draft:
        slug = proposal.municipality.slug
        return reverse("proposals:preview", args=[slug, proposal.pk])
    return proposal.get_absolute_url()


def blocked(request, reason):
    """Writing is not possible here now: why, and the way on."""
    return render(request, "proposals/blocked.html", {"reason": reason}, status=403)
