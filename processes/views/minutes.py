"""The acta of a meeting: its page and its PDF for everybody, and its pages for who writes it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from municipalities.middleware import municipality_or_404
from participation import documents
from processes.actions import minutes as actions, undertakings
from processes.agreed_data import agreed, as_csv
from processes.forms.minutes import AgreementForm, MinutesForm
from processes.minutes_pdf import acta as acta_pdf, facts, signers_of
from processes.views.meetings import acta_of, agreed_in, meeting_or_404, seen_or_404
from processes.views.meetings_desk import FORM, form_page, manage_of, staff_of_the_agenda


# The papers of the call and those of what happened.
PAPERS = 12


def acta_or_404(request, pk):
    """The published acta of this meeting, whoever may read what it says."""
    meeting = seen_or_404(request, pk)
    acta = acta_of(meeting)
    if acta is None or acta.published_at is None:
        raise Http404
    acta.meeting = meeting
    return acta


@require_safe
def minutes(request, municipality_slug, pk):
    """What it says; or, if it is for staff alone, that it exists."""
    acta = acta_or_404(request, pk)
    reads = request.user.has_perm("processes.read_minutes", acta)
    context = {"acta": acta, "meeting": acta.meeting, "reads": reads}
    if reads:
        context |= {
            "facts": facts(acta),
            "items": acta.meeting.items.all(),
            "undertakings": agreed_in(acta.meeting, request.user),
            "signers": signers_of(acta.signatures),
        }
    response = render(request, "processes/agenda/minutes.html", context)
    if acta.is_restricted:
        response["Cache-Control"] = "no-store"
    return response


@require_safe
def minutes_pdf(request, municipality_slug, pk):
    acta = acta_or_404(request, pk)
    if not request.user.has_perm("processes.read_minutes", acta):
        raise Http404
    address = settings.SITE_URL + reverse("agenda:minutes", args=[municipality_slug, pk])
    undertaken = agreed_in(acta.meeting, request.user)
    content = acta_pdf(acta, list(acta.meeting.items.all()), undertaken, address)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="acta-reunion-{pk}.pdf"'
    if acta.is_restricted:
        response["Cache-Control"] = "no-store"
    return response


# --- What was agreed, for machines


@require_safe
def agreements_json(request, municipality_slug, pk=None):
    """Of one meeting, or of all that were held here."""
    municipality = municipality_or_404(request)
    rows = agreed(municipality, seen_or_404(request, pk) if pk else None)
    return JsonResponse(
        {"municipality": municipality.slug, "agreements": rows},
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


@require_safe
def agreements_csv(request, municipality_slug, pk=None):
    municipality = municipality_or_404(request)
    rows = agreed(municipality, seen_or_404(request, pk) if pk else None)
    response = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    name = f"acuerdos-reunion-{pk}" if pk else f"acuerdos-{municipality.slug}"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


# --- Staff


@require_http_methods(FORM)
@staff_of_the_agenda
def write_minutes(request, municipality, pk):
    meeting = meeting_or_404(request, pk)
    if problem := actions.why_not_write(meeting):
        messages.error(request, problem)
        return redirect(manage_of(meeting))
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = MinutesForm(*data, meeting=meeting, minutes=acta_of(meeting))
    if form.is_valid():
        try:
            actions.write(meeting, by=request.user, decided=form.decided, **form.words)
            for upload in form.cleaned_data.get("documents", ()):
                title = documents.title_of(upload)
                documents.store_document(
                    meeting.thread, upload, title, by=request.user, limit=PAPERS
                )
        except (actions.CannotMinute, documents.TooManyDocuments) as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("The acta is kept. Nobody else reads it until you publish it.")
            )
            return redirect(manage_of(meeting))
    status = 422 if form.is_bound else 200
    context = {"meeting": meeting, "form": form}
    return render(request, "processes/agenda/write_minutes.html", context, status=status)


@require_POST
@staff_of_the_agenda
def publish_minutes(request, municipality, pk):
    meeting = meeting_or_404(request, pk)
    try:
        actions.publish(meeting, by=request.user)
    except actions.CannotMinute as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The acta is published, and people are told."))
    return redirect(manage_of(meeting))


@require_http_methods(FORM)
@staff_of_the_agenda
def agree(request, municipality, pk):
    """Write down something that was agreed in it."""
    meeting = meeting_or_404(request, pk)
    form = AgreementForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            undertakings.agree(
                by=request.user,
                meeting=meeting,
                is_public=not meeting.is_closed,
                **form.cleaned_data,
            )
        except undertakings.CannotAgree as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is written down: everybody can follow it."))
            return redirect(manage_of(meeting))
    return form_page(
        request,
        form,
        meeting,
        title=_("Something agreed"),
        button=_("Write it down"),
        lead=_("Who does what by when. Everybody sees whether it is done in time."),
    )
