"""What is printed for a table, in the language of the place whoever asks for it."""

from functools import partial

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import override
from django.views.decorators.http import require_safe

from votes import definition, paper_sheets as sheets, papers
from votes.models import Poll
from votes.views.paper import for_those_who, table_or_404


MEMBER = for_those_who("votes.recount_papers")


@require_safe
@MEMBER
def ballot(request, municipality, pk):
    poll = get_object_or_404(
        Poll.objects.select_related("urn", "municipality"), municipality=municipality, pk=pk
    )
    chosen = request.GET.get("distrito", "")
    if chosen and chosen not in papers.sheets_of(definition.shown(poll)["questions"]):
        raise Http404
    return printed(partial(sheets.ballot, sheet=chosen), poll, f"cedula-{chosen}-{poll.title}")


@require_safe
@MEMBER
def signatures(request, municipality, pk):
    table = table_or_404(municipality, pk)
    return printed(sheets.signatures, table, f"firmas-{table.desk.name}")


@require_safe
@MEMBER
def acta(request, municipality, pk):
    table = table_or_404(municipality, pk)
    return printed(sheets.acta, table, f"acta-{table.desk.name}")


def printed(sheet, of, name):
    with override(settings.LANGUAGE_CODE):
        made = sheet(of)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slugify(name)[:80]}.pdf"'
    return response
