"""What came out of a poll, and all that anybody needs to check it."""

import csv
import json

from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Sum
from django.db.models.functions import MD5
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from decide.common.typed import harmless
from municipalities.models import private_storage
from votes import published, results as what, voters
from votes.enums import UrnState
from votes.rules import why_not_object
from votes.screened import are_held
from votes.tables import told_actas
from votes.views.polls import seen_or_404


TOLD_FOR = 60 * 60
ANSWERS_A_PAGE = 50


def opened_or_404(request, pk):
    """For files: before the urn is opened there is nothing at their address."""
    poll = seen_or_404(request, pk)
    if poll.urn.state != UrnState.OPENED:
        raise Http404
    return poll


def not_yet(request, poll):
    return render(request, "votes/results_wait.html", {"poll": poll}, status=404)


@require_safe
def results(request, municipality_slug, pk):
    """The answer first, then each question, who took part, the tables and the objections."""
    poll = seen_or_404(request, pk)
    if poll.urn.state != UrnState.OPENED:
        return not_yet(request, poll)
    context = {
        "poll": poll,
        "results": what.of(poll),
        "tables": told_actas(poll),
        "objections": list(poll.complaints.select_related("author").order_by("created_at", "pk")),
        "object_reason": why_not_object(request.user, poll),
        **who_voted(poll.urn),
    }
    return render(request, "votes/results.html", context)


def who_voted(urn):
    """Sums over the whole roll, which no longer changes: reckoned once an hour."""

    def reckoned():
        return {
            "by_place": voters.by_place(urn),
            "by_day": voters.by_day(urn),
            "described": voters.described(urn),
        }

    return cache.get_or_set(f"votes:voters:{get_language()}:{urn.pk}", reckoned, TOLD_FOR)


@require_safe
def answers(request, municipality_slug, pk, question):
    """What people wrote, in an order that says nothing of who or when; what is equal, once."""
    poll = opened_or_404(request, pk)
    found = next((one for one in what.of(poll).questions if one.code == question), None)
    if found is None or not found.is_open:
        raise Http404
    rows = (
        poll.urn.answers.filter(question=question)
        .exclude(answer='""')
        .values_list("answer")
        .annotate(number=Sum("number"))
        .order_by(MD5("answer"), "answer")
    )
    page = Paginator(rows, ANSWERS_A_PAGE).get_page(request.GET.get("page"))
    texts = [(json.loads(answer), number) for answer, number in page.object_list]
    held = are_held((text for text, _number in texts), poll.municipality)
    context = {
        "poll": poll,
        "question": found,
        "page": page,
        "answers": [
            {"text": text, "number": number, "is_held": is_held}
            for (text, number), is_held in zip(texts, held, strict=True)
        ],
    }
    return render(request, "votes/results_answers.html", context)


# --- Files

COLUMNS = (
    "pregunta",
    "texto",
    "ronda",
    "lugar_o_mesa",
    "canal",
    "opcion",
    "opcion_nombre",
    "cantidad",
)


@require_safe
def results_csv(request, municipality_slug, pk):
    """Every figure of the page of results, one in each line; none that is not on it."""
    poll = opened_or_404(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="resultados-{poll.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for question in what.of(poll).questions:
        for line in lines_of(question):
            cells = (harmless(cell) if isinstance(cell, str) else cell for cell in line)
            writer.writerow([question.code, harmless(question.title), *cells])
    return response


def lines_of(question):
    kinds = ("validos", "blancos", "nulos", "emitidos")
    for kind, (_label, number) in zip(kinds, question.sums, strict=True):
        yield "", "", "", kind, "", number
    for row in question.rows:
        yield "", "", "", row.code, row.title, row.total
    for one in question.rounds:
        for row in one.rows:
            yield one.number, "", "", row.code, row.title, row.total
        yield one.number, "", "", "agotados", "", one.exhausted
    for cell in question.cells:
        for kind, number in zip(kinds, cell.sums, strict=True):
            yield "", cell.where, cell.how, kind, "", number
        for code, name, number in zip(question.options, question.names, cell.totals, strict=False):
            yield "", cell.where, cell.how, code, name, number


@require_safe
def package(request, municipality_slug, pk):
    """The public package, always the same bytes: who has them already is told so."""
    poll = opened_or_404(request, pk)
    kept = published.package_of(poll.urn)
    etag = f'"{kept.sha256}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = FileResponse(
            private_storage().open(kept.path),
            as_attachment=True,
            filename=f"votacion-{poll.pk}.zip",
            content_type="application/zip",
        )
        response["Content-Length"] = kept.size
    response["ETag"] = etag
    if not poll.urn.is_test:
        patch_cache_control(response, public=True, max_age=TOLD_FOR)
    return response


@require_safe
def verify(request, municipality_slug, pk):
    """In five steps how anybody checks the result without trusting the municipality."""
    poll = seen_or_404(request, pk)
    if poll.urn.state != UrnState.OPENED:
        return not_yet(request, poll)
    head = poll.urn.checkpoints.order_by("number").last()
    context = {
        "poll": poll,
        "digest": bytes(poll.urn.digest).hex(),
        "package": published.package_of(poll.urn),
        "head": head,
        "root": bytes(head.root).hex() if head else "",
    }
    return render(request, "votes/verify.html", context)
