from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decide.common import changes
from norms import progress, reading
from norms.models import Anchor, Part
from norms.rules.annotations import why_no_comments, why_not_annotate
from norms.views.found import article_or_404
from norms.views.page import follows
from participation.conversation import conversation_context
from participation.rules import why_not_follow


FIRST = 20
COMPARED = 5


@require_safe
def article(request, municipality_slug, pk, slug):
    """One provision, as the newest version that has it says it, and what people say of it."""
    found = article_or_404(request, pk, slug)
    norm = found.norm
    read = list(
        Part.objects.filter(article=found, version__published_at__isnull=False)
        .select_related("version")
        .order_by("-version__number")
    )
    part = read[0] if read else None
    is_current = bool(part and norm.current and part.version_id == norm.current.pk)
    marks = reading.marks_of(part, request.municipality) if is_current else []
    context = {
        "norm": norm,
        "article": found,
        "part": part,
        "is_current": is_current,
        "current": norm.current,
        "badge": progress.badge(norm),
        "paragraphs": reading.paragraphs(part.text, marks) if part else [],
        "may_mark": is_current and may_mark(request.user, norm),
        "reason": why_not_annotate(request.user, norm),
        "earlier": earlier(read),
        "follows": follows(request.user, found.thread),
        "follow_reason": why_not_follow(request.user, found.thread),
        **neighbours(request, part),
        **annotations(request, found, part if is_current else None),
        **conversation_context(request, found.thread, keep=["marcas", "perdidas"]),
    }
    return render(request, "norms/article.html", context)


def may_mark(user, norm):
    """Whether words can be marked now; visitors sign in when they do."""
    if user.is_authenticated:
        return why_not_annotate(user, norm) is None
    return why_no_comments(norm) is None


def neighbours(request, part):
    """The provision before it and the one after it, in its version; one query."""
    if part is None:
        return {"previous": None, "next": None}
    provisions = part.version.parts.provisions().exclude(article=None).defer("text")
    row = list(provisions.select_related("article").order_by("position"))
    at = next((place for place, other in enumerate(row) if other.pk == part.pk), None)
    if at is None:
        return {"previous": None, "next": None}
    for other in row:
        other.article.municipality = request.municipality
    return {
        "previous": row[at - 1] if at else None,
        "next": row[at + 1] if at + 1 < len(row) else None,
    }


def annotations(request, found, part):
    """The words marked in it, those with most comments first, and those that went from it."""
    here = Anchor.objects.filter(part=part) if part else Anchor.objects.none()
    gone = Anchor.objects.filter(version=found.norm.current, annotation__article=found)
    return {
        "marked": page_of(request, here, "marcas"),
        "gone": page_of(request, gone.exclude(part__article=found), "perdidas"),
    }


def page_of(request, anchors, name):
    """A page of them, which the address names apart from the pages of the conversation."""
    rows = anchors.select_related("annotation__thread", "part__article").defer("part__text")
    rows = rows.order_by("-annotation__thread__comment_count", "-pk")
    page = Paginator(rows, FIRST).get_page(request.GET.get(name))
    page.object_list = list(page.object_list)
    for row in page.object_list:
        row.annotation.municipality = request.municipality
    return page


def earlier(read):
    """How it read in the versions before, as what each one took and added up to the newest."""
    newest, *others = read or [None]
    return [
        {
            "version": other.version,
            "part": other,
            "is_same": (other.text, other.name) == (newest.text, newest.name),
            "pieces": changes.between(other.text, newest.text) if other.text != newest.text else [],
        }
        for other in others[:COMPARED]
    ]
