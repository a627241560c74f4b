"""Words that people marked, and marking them. All ways of marking lead to one form."""

import uuid

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from decide.common.refusals import sign_in
from norms import marking, progress, reading, wordings
from norms.actions import annotations as actions
from norms.enums import AnchorState
from norms.forms.annotations import AnnotationForm
from norms.rules.annotations import why_no_comments, why_not_annotate
from norms.views.article import may_mark
from norms.views.found import annotation_or_404, article_or_404
from norms.views.page import follows
from participation import drafts, limits, screening, traces
from participation.conversation import conversation_context
from participation.enums import TracedAct
from participation.rules import why_not_follow


KEPT = "annotation_text"
TYPED = ("text", "words", "new_text", "take_out", "form_key", "as_office", "organisation")
WORDINGS = 20


@require_http_methods(["GET", "HEAD", "POST"])
def annotate(request, municipality_slug, pk, slug):
    """The form for words of a provision: marked on its page, or typed here."""
    article = article_or_404(request, pk, slug)
    norm = article.norm
    if not request.user.is_authenticated and why_no_comments(norm) is None:
        drafts.keep_typed(request, KEPT, TYPED)
        return redirect(sign_in(back_to(request, article)))
    if reason := why_not_annotate(request.user, norm):
        return no(request, article, reason)
    target = marking.target_of(article, request.POST or request.GET)
    if target.part is None:
        return show_form(request, article, target, None, status=422)
    if request.method != "POST":
        typed = request.session.pop(KEPT, {})
        initial = {"form_key": uuid.uuid4()} | target.initial | typed
        form = AnnotationForm(user=request.user, norm=norm, part=target.part, initial=initial)
        return show_form(request, article, target, form)
    if target.is_outdated:
        return ask_again(request, article, target)
    form = AnnotationForm(request.POST, user=request.user, norm=norm, part=target.part)
    if not form.is_valid():
        return show_form(request, article, target, form, status=422)
    if wait := limits.why_wait(request, request.user, norm.municipality, TracedAct.COMMENT):
        form.add_error(None, str(wait))
        return show_form(request, article, target, form, status=422)
    try:
        said = actions.annotate(target.part, by=request.user, **form.said)
    except actions.IsOutdated:
        article = article_or_404(request, pk, slug)
        return ask_again(request, article, marking.target_of(article, request.POST))
    except actions.CannotAnnotate as refusal:
        form.add_error(None, str(refusal))
        return show_form(request, article, target, form, status=422)
    traces.leave(request, said.thread, TracedAct.COMMENT)
    published = _("Your comment is published, beside the words you marked.")
    messages.success(request, screening.WAITS if said.hidden_at else published)
    return redirect(f"{said.thread.path}?nuevo={said.pk}#comentario-{said.pk}")


def back_to(request, article):
    """The address of the same form, with the words that were marked."""
    address = reverse(
        "norms:annotate", args=[request.municipality.slug, article.norm_id, article.slug]
    )
    if request.method != "POST":
        return request.get_full_path()
    return f"{address}?{marking.query_of(request.POST)}"


def no(request, article, reason):
    """Say why not; what was typed is shown, to be copied."""
    if request.method != "POST":
        messages.error(request, str(reason))
        return redirect(article)
    return show_form(request, article, marking.Target(None), None, status=403, reason=reason)


def ask_again(request, article, target):
    """A newer version came out meanwhile: the form about its text, with all that was typed."""
    if target.part is None:
        return show_form(request, article, target, None, status=422)
    typed = {name: request.POST.get(name, "") for name in TYPED if name != "words"}
    if typed["new_text"] == request.POST.get("offered", ""):
        del typed["new_text"]  # nothing else was proposed: it offers the words of now
    initial = target.initial | typed | {"form_key": uuid.uuid4()}
    form = AnnotationForm(user=request.user, norm=article.norm, part=target.part, initial=initial)
    return show_form(request, article, target, form, status=422)


def show_form(request, article, target, form, status=200, reason=None):
    """With the passage that it is about; without a form, what was typed is still shown."""
    about = target.part.article if target.part else article
    about.municipality = request.municipality
    context = {
        "norm": article.norm,
        "article": about,
        "target": target,
        "part": target.part,
        "reason": reason,
        "form": form,
        "kept": request.POST.get("text", "") if form is None else "",
        "current": article.norm.current,
    }
    return render(request, "norms/annotate.html", context, status=status)


@require_safe
def annotation(request, municipality_slug, pk):
    """Words that somebody marked: where they are now, and what people say of them."""
    found = annotation_or_404(request, pk)
    norm = found.norm
    anchors = list(
        found.anchors.filter(version__published_at__isnull=False)
        .select_related("version", "part__article")
        .order_by("-version__number")
    )
    newest = norm.current.pk if norm.current else None
    now = next((one for one in anchors if one.version_id == newest), None)
    seen = next((one for one in anchors if one.state != AnchorState.LOST), None)
    if seen:
        seen.part.article.municipality = request.municipality
    context = {
        "norm": norm,
        "annotation": found,
        "anchors": anchors,
        "now": now,
        "seen": seen,
        "passage": passage_of(seen),
        "badge": progress.badge(norm),
        "may_mark": bool(now and now.part_id) and may_mark(request.user, norm),
        "propose": marking.address_of(found, now) if now and now.part_id else "",
        "wordings": wordings_of(request, found),
        "follows": follows(request.user, found.thread),
        "follow_reason": why_not_follow(request.user, found.thread),
        **conversation_context(request, found.thread),
    }
    return render(request, "norms/annotation.html", context)


def passage_of(anchor):
    """The paragraphs around the words, with the words marked in them."""
    if anchor is None:
        return []
    mark = reading.Mark(anchor.annotation_id, anchor.start, anchor.stop, 0, "")
    lines = reading.paragraphs(anchor.part.text, [mark])
    return [one for one in lines if one.start < anchor.stop and one.stop > anchor.start]


def wordings_of(request, annotation):
    """The wordings proposed for these words, those that most is said of first."""
    found = wordings.by_voices(wordings.shown(annotation.norm).filter(annotation=annotation))
    return wordings.prepare(request.user, annotation.norm, found[:WORDINGS])
