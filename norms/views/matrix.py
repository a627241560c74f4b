"""The matrix contribution – answer – change: a page, and files for the council."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from decide.common.words import number
from norms import contributions as facts, matrix as rule, matrix_papers, places
from norms.views.answers import looked_at, narrowed
from norms.views.norms import public_norm_or_404


A_PAGE = 25
PAPERS = {
    "pdf": (matrix_papers.as_pdf, "application/pdf"),
    "docx": (
        matrix_papers.as_docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


@require_safe
def answers(request, municipality_slug, pk):
    """What people contributed, what the office did with it and why, and what it changed."""
    norm = public_norm_or_404(request, pk)
    names = places.places(norm)
    found, form = narrowed(norm, request, names, is_staff=False)
    is_mine = request.user.is_authenticated and request.GET.get("mios") == "si"
    if is_mine:
        found = facts.of(found, request.user)
    page = Paginator(facts.with_everything(found), A_PAGE).get_page(request.GET.get("page"))
    comments = looked_at(norm, list(page.object_list), names)
    rows = zip(comments, rule.rows_of(norm, comments, names), strict=True)
    query = request.GET.copy()
    for name in ("page", "mios"):
        query.pop(name, None)
    context = {
        "norm": norm,
        "form": form,
        "page": page,
        "rows": list(rows),
        "counts": facts.counts(norm),
        "is_mine": is_mine,
        "query": query.urlencode(),
        "is_overdue": bool(norm.answers_at and timezone.now() > norm.answers_at),
    }
    return render(request, "norms/answers/answers.html", context)


@require_safe
def matrix(request, municipality_slug, pk, kind):
    """The same rows as a file; narrowed as the page was."""
    norm = public_norm_or_404(request, pk)
    if kind not in (*PAPERS, "csv"):
        raise Http404
    names = places.places(norm)
    found, _form = narrowed(norm, request, names, is_staff=False)
    name = f"matriz-norma-{norm.pk}.{kind}"
    if kind == "csv":
        return as_file(rule.as_csv(rule.rows(norm, found, names)), name, "text/csv; charset=utf-8")
    if found.count() > rule.AT_MOST[kind]:
        messages.error(
            request,
            _(
                "One document holds %(most)s contributions, and there are more. Choose a provision"
                " first, or take them all as CSV."
            )
            % {"most": number(rule.AT_MOST[kind])},
        )
        return redirect("norms:answers", norm.municipality.slug, norm.pk)
    make, content_type = PAPERS[kind]
    data = make(norm, list(rule.rows(norm, found, names)), facts.counts(norm))
    return as_file(data, name, content_type)


def as_file(data, name, content_type):
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
