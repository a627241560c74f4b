"""How a municipality answers, for everybody: how fast, what is overdue, and all as open data."""

from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from municipalities.middleware import municipality_or_404
from proposals.enums import ProposalState, Verdict
from proposals.models import Proposal
from proposals.resources import ProposalResource, open_data as rows


PER_PAGE = 25


@require_GET
def answers(request, municipality_slug):
    """What is overdue and in whose office, how long answers take, and the latest ones."""
    municipality = municipality_or_404(request)
    public = Proposal.objects.for_municipality(municipality).public()
    overdue = public.overdue().select_related("municipality", "sheet").oldest_due_first()
    answered = public.answered().select_related("municipality", "answer")
    median = public.median_time_to_answer()
    page = Paginator(overdue, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "overdue": page.paginator.count,
        "waiting": public.awaiting_answer().count(),
        "answered": answered.count(),
        "median_days": None if median is None else max(0, round(median.total_seconds() / 86400)),
        "latest": answered.order_by("-answer__published_at")[:10],
        "crumbs": crumbs_to(municipality, _("Answers")),
    }
    return render(request, "proposals/answers.html", context)


@require_GET
def open_data(request, municipality_slug):
    """What each column of the open data means."""
    municipality = municipality_or_404(request)
    columns = ProposalResource().get_export_fields()
    context = {
        "columns": [(column.column_name, column.meaning) for column in columns],
        "states": [choice for choice in ProposalState.choices if choice[0] != "draft"],
        "verdicts": Verdict.choices,
        "crumbs": crumbs_to(municipality, _("Open data")),
    }
    return render(request, "proposals/open_data.html", context)


@require_GET
def open_data_csv(request, municipality_slug):
    municipality = municipality_or_404(request)
    response = StreamingHttpResponse(rows(municipality), content_type="text/csv; charset=utf-8")
    name = f"propuestas-{municipality.slug}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def crumbs_to(municipality, name: str) -> list[tuple[str, str | None]]:
    proposals = reverse("proposals:index", args=[municipality.slug])
    return [
        (municipality.short_name, municipality.get_absolute_url()),
        (_("Proposals"), proposals),
        (name, None),
    ]
