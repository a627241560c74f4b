from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from norms import progress, reading
from norms.rules.annotations import why_no_comments
from norms.views.found import seen_or_404
from participation.conversation import conversation_context
from participation.links import links_of
from participation.models import Follow
from participation.rules import why_not_follow


@require_safe
def by_number(request, municipality_slug, pk):
    """The short address of a draft norm, for paper and SMS."""
    return detail(request, municipality_slug, pk, "")


@require_safe
def detail(request, municipality_slug, pk, title):
    norm = seen_or_404(request, pk)
    address = norm.get_absolute_url()
    if request.path != address:
        return redirect(address)  # for now: its title may be put right
    context = {
        "norm": norm,
        "address": request.build_absolute_uri(address),
        "badge": progress.badge(norm),
        "steps": progress.steps(norm),
        "until": progress.until(norm),
        "reason": why_no_comments(norm),
        "versions": versions_of(norm),
        "documents": documents_of(norm),
        "links": links_of(norm.thread),
        "follows": follows(request.user, norm.thread),
        "follow_reason": why_not_follow(request.user, norm.thread),
        "works_here": works_here(request),
        "current": norm.current,
        **text_of(request, norm.current, "1"),
        **conversation_context(request, norm.thread),
    }
    return render(request, "norms/detail.html", context)


@require_safe
def version(request, municipality_slug, pk, number):
    """The whole text of one version, as it was published."""
    norm = seen_or_404(request, pk)
    shown = get_object_or_404(norm.versions.published(), number=number)
    context = {
        "norm": norm,
        "version": shown,
        "is_current": shown == norm.current,
        "current": norm.current,
        "versions": versions_of(norm),
        "badge": progress.badge(norm),
        **text_of(request, shown, request.GET.get("page")),
    }
    return render(request, "norms/version.html", context)


def text_of(request, version, number):
    """One page of a version's text, its table of contents, and what is said of each provision."""
    if version is None:
        return {"parts": [], "page": None, "contents": []}
    parts = list(version.parts.select_related("article__thread").order_by("position"))
    said = reading.said_of(version)
    for part in parts:
        if part.article:
            part.article.municipality = request.municipality
            part.marks, in_marks = said.get(part.pk, (0, 0))
            part.comments = part.article.thread.comment_count + in_marks
    page = Paginator(reading.pages_of(parts), 1).get_page(number)
    [shown] = page.object_list
    is_below = False  # the first provisions may stand before any heading
    for part in shown:
        part.paragraphs = reading.paragraphs(part.text)
        is_below = is_below or part.is_heading
        part.is_below = is_below
    return {"parts": shown, "page": page, "contents": parts}


def versions_of(norm):
    """Those that everybody reads, the newest first."""
    return list(norm.versions.published().order_by("-number"))


def documents_of(norm):
    documents = list(norm.thread.documents.all())
    for document in documents:
        document.municipality = norm.municipality
    return documents


def follows(user, thread):
    return user.is_authenticated and Follow.objects.filter(thread=thread, user=user).exists()


def works_here(request):
    return request.user.has_perm("norms.work_at_desk", request.municipality)
