"""Convenios as everybody reads them: only what is published, whoever asks (the walls see to it)."""

import csv

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements import beside, clauses, convenios_data, drafts
from agreements.forms.convenios import CompareForm, ConvenioFilter
from agreements.models import Agreement, AgreementFile, SourceDocument
from agreements.sheet import Sheet, badge, listed, public_copy


A_PAGE = 20
MOST_TO_COMPARE = 500


@require_safe
def convenios(request):
    form = ConvenioFilter(request.GET or None)
    found = form.narrow(Agreement.objects.published())
    page = Paginator(listed(found), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(agreement, badge(agreement)) for agreement in page.object_list],
        "crumbs": [(_("Convenios"), None)],
    }
    return render(request, "agreements/convenios/index.html", context)


def published_or_404(code):
    found = Agreement.objects.published().select_related("parent", "template", "commitment")
    return get_object_or_404(found, code=code)


@require_safe
def convenio(request, code):
    agreement = published_or_404(code)
    context = {
        "agreement": agreement,
        "sheet": Sheet(agreement),
        **beside.of(agreement, by=request.user),
        "crumbs": [(_("Convenios"), reverse("agreements:convenios")), (agreement.code, None)],
    }
    return render(request, "agreements/convenios/convenio.html", context)


@require_safe
def as_pdf(request, code):
    return printed(published_or_404(code))


def printed(agreement, *, inside=False):
    response = HttpResponse(drafts.as_pdf(agreement, inside=inside), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{agreement.code}.pdf"'
    return response


@require_safe
def file(request, pk):
    """The public copy of a document of a published convenio; nothing else is even there."""
    found = get_object_or_404(
        AgreementFile.objects.exclude(agreement__published_at=None).filter(is_public=True), pk=pk
    )
    copy = public_copy(found)
    if copy is None:
        raise Http404
    return sent(copy)


def sent(stored):
    """A stored file as an attachment: nothing that people brought runs here as a page."""
    name = stored.name.rpartition("/")[2]
    response = FileResponse(stored.open("rb"), as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def compare(request):
    """Two convenios clause by clause, with what differs word for word."""
    agreements = Agreement.objects.published().order_by("-signed_on", "-pk")
    form = CompareForm(request.GET or None, agreements=agreements)
    context = {
        "form": form,
        "choices": agreements[:MOST_TO_COMPARE],
        "crumbs": [(_("Convenios"), reverse("agreements:convenios")), (_("Compare two"), None)],
    }
    if form.is_bound and form.is_valid():
        first, second = form.cleaned_data["uno"], form.cleaned_data["otro"]
        context |= {
            "first": first,
            "second": second,
            "compared": clauses.compare(first, second),
        }
    return render(request, "agreements/convenios/compare.html", context)


@require_safe
def data(request):
    """All that are published as CSV, with the meaning of each column in its head."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="convenios.csv"'
    response.write("\ufeff")
    csv.writer(response).writerows(convenios_data.rows(Agreement.objects.published()))
    return response


# --- Official documents of the plans: with their address, and a copy for the day it is gone


@require_safe
def documents(request):
    found = SourceDocument.objects.select_related("commitment").order_by("title", "pk")
    context = {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "crumbs": [(_("Official documents"), None)],
    }
    return render(request, "agreements/convenios/documents.html", context)


@require_safe
def document(request, pk):
    """The stored copy, whether or not its address still answers."""
    found = get_object_or_404(SourceDocument.objects.exclude(file=""), pk=pk)
    return sent(found.file)
