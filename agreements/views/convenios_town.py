"""What a municipality agreed: its published convenios for everybody, all of them and what it owes for
its own staff. The page runs in the municipality's scope, so who reads what is asked here."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import drafts
from agreements.actions import reports as actions
from agreements.enums import ReportState
from agreements.forms.convenios import ReportForm
from agreements.models import Agreement, AgreementFile, Report
from agreements.rules.convenios import speaks_for
from agreements.rules.people import works_for
from agreements.sheet import ReportLine, Sheet, badge, listed, public_copy
from agreements.views.convenios import A_PAGE, printed, sent
from municipalities.middleware import municipality_or_404


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OWED = (ReportState.DUE, ReportState.RETURNED, ReportState.SUBMITTED)
OWED_SHOWN = 12


def ours(request):
    """The convenios of the municipality of the address that this person may read."""
    municipality = municipality_or_404(request)
    found = Agreement.objects.filter(towns__contains=[municipality.pk])
    return found if works_for(request.user, municipality) else found.published()


@require_safe
def convenios(request, municipality_slug):
    inside = works_for(request.user, municipality_or_404(request))
    page = Paginator(listed(ours(request)), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(agreement, badge(agreement)) for agreement in page.object_list],
        "inside": inside,
        "owed": owed(request) if inside else [],
    }
    return render(request, "agreements/convenios/town.html", context)


def owed(request):
    """The next reports that the municipality has to send or to certify."""
    found = Report.objects.filter(
        party__organization__town=request.municipality, state__in=OWED
    ).select_related("agreement", "party__organization")
    return [ReportLine(one) for one in found.order_by("due_on", "pk")[:OWED_SHOWN]]


def one_of_ours(request, pk):
    found = ours(request).select_related("parent", "template", "commitment")
    return get_object_or_404(found, pk=pk)


@require_safe
def convenio(request, municipality_slug, pk):
    agreement = one_of_ours(request, pk)
    inside = works_for(request.user, request.municipality)
    sheet = Sheet(agreement, inside=inside, town=request.municipality.slug)
    context = {"agreement": agreement, "sheet": sheet}
    return render(request, "agreements/convenios/town_convenio.html", context)


@require_safe
def as_pdf(request, municipality_slug, pk):
    agreement = one_of_ours(request, pk)
    return printed(agreement, inside=works_for(request.user, request.municipality))


@require_safe
def as_docx(request, municipality_slug, pk):
    """The draft to go on writing, for those who negotiate it."""
    agreement = one_of_ours(request, pk)
    if not works_for(request.user, request.municipality):
        raise Http404
    response = HttpResponse(drafts.as_docx(agreement), content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{agreement.code}.docx"'
    return response


@require_safe
def file(request, municipality_slug, pk):
    """The document itself for the parties' staff; its public copy for everybody else."""
    found = get_object_or_404(
        AgreementFile.objects.filter(agreement__in=ours(request).values("pk")), pk=pk
    )
    copy = found.file if works_for(request.user, request.municipality) else public_copy(found)
    if not copy:
        raise Http404
    return sent(copy)


# --- Reports


def report_or_404(request, pk):
    municipality = municipality_or_404(request)
    found = Report.objects.select_related("agreement", "party__organization", "submitted_by")
    report = get_object_or_404(found, pk=pk, party__organization__town=municipality)
    if not speaks_for(request.user, report.party):
        raise Http404
    return report


@require_http_methods(["GET", "HEAD", "POST"])
def report(request, municipality_slug, pk):
    """Write it and send it; once it is sent, read it."""
    report = report_or_404(request, pk)
    initial = {"text": report.text, "no_progress": report.no_progress}
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReportForm(*sent, initial=initial)
    if sent and form.is_valid():
        try:
            actions.submit(report, by=request.user, **form.cleaned_data)
        except actions.CannotReport as error:
            form.add_error(None, str(error))
        else:
            return redirect("agreed:report", municipality_slug, report.pk)
    context = {
        "report": report,
        "line": ReportLine(report),
        "form": form,
        "is_open": report.state in (ReportState.DUE, ReportState.RETURNED),
        "may_certify": report.state == ReportState.SUBMITTED
        and report.submitted_by_id != request.user.pk,
    }
    return render(request, "agreements/convenios/report.html", context)


@require_POST
def certify(request, municipality_slug, pk):
    report = report_or_404(request, pk)
    try:
        actions.certify(report, by=request.user)
    except actions.CannotReport as error:
        messages.error(request, str(error))
    return redirect("agreed:report", municipality_slug, report.pk)
