"""What one does with comments. Every act works as a page; with htmx its part of it is replaced."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from decide.common import changes
from decide.common.permissions import Reason
from decide.common.refusals import refused, sign_in
from municipalities.middleware import municipality_or_404
from participation import conversation, limits, screening, traces
from participation.actions import comments, reactions
from participation.enums import TracedAct
from participation.forms.comments import CommentForm, EditForm
from participation.models import Comment
from participation.rules.comments import (
    why_not_comment,
    why_not_edit_comment,
    why_not_react,
    why_not_take_back,
)
from participation.views.following import visible_thread


KEPT = "comment_text"
VERSIONS_SHOWN = 10


def thread_or_404(request, pk):
    thread = visible_thread(request, pk)
    thread.municipality = request.municipality
    return thread


def comment_or_404(request, pk):
    """A comment on something the person may see, with its author and what it replies to."""
    municipality = municipality_or_404(request)
    found = Comment.objects.select_related("thread", "author", "parent__author")
    comment = get_object_or_404(found, pk=pk, municipality=municipality)
    if not request.user.has_perm("participation.view_files", comment.thread):
        raise Http404
    comment.municipality = comment.thread.municipality = municipality
    if comment.parent:
        comment.parent.thread, comment.parent.municipality = comment.thread, municipality
    return comment


@require_safe
def comment(request, municipality_slug, pk):
    """One comment by itself, with what was replied to it: where a link to it leads."""
    root = comment_or_404(request, pk)
    context = {
        "comment": root,
        "conversation": conversation.Conversation(request, root.thread, root=root),
    }
    return render(request, "participation/comment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request, municipality_slug, pk):
    return say(request, thread_or_404(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request, municipality_slug, pk):
    parent = comment_or_404(request, pk)
    return say(request, parent.thread, parent)


def say(request, thread, parent=None):
    """The form of a comment or a reply; sent, what was said is on the page one came from."""
    if not request.user.is_authenticated and thread.is_public:
        return keep_typed(request)
    if reason := why_not_comment(request.user, thread, parent):
        return no(request, reason, back_to(request, thread))
    if request.method != "POST":
        typed = request.session.pop(KEPT, {}).get(request.path)
        typed = {"text": typed} if typed else {}
        back = back_to(request, thread)
        form = conversation.new_form(request.user, thread, parent, back=back, **typed)
        if request.htmx:  # it has just been asked for, where one is
            form.fields["text"].widget.attrs["autofocus"] = True
        return show_form(request, thread, parent, form)
    form = CommentForm(request.POST, user=request.user, thread=thread, parent=parent)
    if not form.is_valid():
        return show_form(request, thread, parent, form, status=422)
    if reason := limits.why_wait(request, request.user, thread.municipality, TracedAct.COMMENT):
        return show_form(request, thread, parent, form, status=422, reason=reason)
    try:
        said = comments.comment(thread, by=request.user, parent=parent, **form.said)
    except comments.CannotComment as refusal:
        return no(request, refusal.reason, back_to(request, thread))
    traces.leave(request, thread, TracedAct.COMMENT)
    return tell_said(request, said, form.cleaned_data["back"])


def keep_typed(request):
    """Who writes before signing in, or when the session is over, finds the text again."""
    if request.method == "POST" and (text := request.POST.get("text", "")[:5000]):
        request.session[KEPT] = {request.path: text}
        messages.info(request, _("Your text is kept. Sign in to go on with it."))
    address = sign_in(request.path)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def show_form(request, thread, parent, form, status=200, reason=None):
    """With `reason`, why what was typed has to wait."""
    context = {
        "reason": reason,
        "thread": thread,
        "parent": parent,
        "form": form,
        "municipality": thread.municipality,
    }
    page = "participation/_comment_form.html" if request.htmx else "participation/comment_form.html"
    return render(request, page, context, status=status)


def tell_said(request, said, back):
    words = _("Your reply is published.") if said.parent_id else _("Your comment is published.")
    if said.hidden_at:
        words = screening.WAITS
    if not request.htmx:
        messages.success(request, words)
        return redirect(at(safe(request, said.thread, back), said))
    thread, parent = said.thread, said.parent
    said.thread, said.municipality = thread, request.municipality
    said.level, said.branch = 3 if parent else 1, []
    conversation.prepare(request.user, thread, [said], may_speak=True)
    form = None if parent else conversation.new_form(request.user, thread, back=back)
    context = {"thread": thread, "parent": parent, "form": form, "comment": said}
    response = render(request, "participation/_comment_said.html", context)
    return trigger_client_event(response, "announce", str(words))


def no(request, reason, back):
    """Say why not. A fragment says it where the form would be."""
    if not request.htmx or not request.user.is_authenticated:
        return refused(request, reason, back)
    context = {"reason": reason}
    response = render(request, "participation/_comment_refused.html", context, status=422)
    return trigger_client_event(response, "announce", str(reason))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, municipality_slug, pk):
    said = comment_or_404(request, pk)
    back = at(back_to(request, said.thread), said)
    if reason := why_not_edit_comment(request.user, said):
        return refused(request, reason, back)
    form = EditForm(request.POST or None, initial={"text": said.text, "back": back})
    if request.method == "POST" and form.is_valid():
        try:
            comments.edit(said, by=request.user, text=form.cleaned_data["text"])
            messages.success(
                request, _("Your comment is changed. What it said before can be read.")
            )
        except comments.CannotComment as refusal:
            messages.error(request, str(refusal))
        return redirect(at(safe(request, said.thread, form.cleaned_data["back"]), said))
    context = {"comment": said, "form": form, "back": back}
    status = 422 if form.is_bound else 200
    return render(request, "participation/comment_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request, municipality_slug, pk):
    said = comment_or_404(request, pk)
    back = at(back_to(request, said.thread), said)
    if reason := why_not_take_back(request.user, said):
        return refused(request, reason, back)
    if request.method == "POST":
        try:
            comments.take_back(said, by=request.user)
            messages.success(request, _("You have taken your comment back. Its place stays."))
        except comments.CannotComment as refusal:
            messages.error(request, str(refusal))
        return redirect(at(safe(request, said.thread, request.POST.get("back", "")), said))
    context = {"comment": said, "back": back}
    return render(request, "participation/comment_take_back.html", context)


@require_safe
def history(request, municipality_slug, pk):
    """What a comment said before, and what each change took and added."""
    said = comment_or_404(request, pk)
    if not said.is_shown:
        raise Http404
    page = Paginator(said.versions.order_by("-pk"), VERSIONS_SHOWN).get_page(
        request.GET.get("page")
    )
    edits, after = [], said.text
    if page.number > 1:
        newer = said.versions.filter(pk__gt=page.object_list[0].pk).order_by("pk")
        after = newer.values_list("text", flat=True).first() or said.text
    for version in page.object_list:
        edits.append((version, changes.between(version.text, after)))
        after = version.text
    context = {"comment": said, "page": page, "edits": edits}
    return render(request, "participation/comment_history.html", context)


@require_POST
def react_to_thread(request, municipality_slug, pk):
    return react(request, thread_or_404(request, pk))


@require_POST
def react_to_comment(request, municipality_slug, pk):
    said = comment_or_404(request, pk)
    return react(request, said.thread, said)


SAID = {"si": True, "no": False, "nada": None}


def react(request, thread, said=None):
    """Agree, disagree, or say nothing any more; what the button says, whatever was before."""
    back = back_to(request, thread)
    back = at(back, said) if said else back
    asked = request.POST.get("opinion")
    if asked not in SAID:
        return refused(request, Reason(_("Choose whether you agree.")), back)
    reason = why_not_react(request.user, thread, said) or limits.why_wait(
        request, request.user, thread.municipality, TracedAct.REACTION
    )
    if reason is None:
        try:
            if SAID[asked] is None:
                reactions.take_back(thread, said, by=request.user)
            else:
                reactions.react(thread, said, by=request.user, agrees=SAID[asked])
                traces.leave(request, thread, TracedAct.REACTION)
        except reactions.CannotReact as refusal:
            reason = refusal.reason
    if not request.user.is_authenticated or (reason and not request.htmx):
        return refused(request, reason, back)
    words = {"si": _("You agree."), "no": _("You disagree."), "nada": _("You took it back.")}[asked]
    if not request.htmx:
        messages.success(request, words)
        return redirect(back)
    given = conversation.reaction_of(request.user, thread, said)
    context = conversation.reactions_context(request.user, thread, said, given)
    context["refusal"] = reason
    status = 422 if reason else 200
    response = render(request, "participation/_reactions.html", context, status=status)
    return trigger_client_event(response, "announce", str(reason or words))


def back_to(request, thread):
    """The page somebody comes from, if it is one of this conversation; else where it is at home."""
    came = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    parts = split(came)
    ours = parts.netloc == request.get_host()
    query = f"?{parts.query}" if parts.query else ""
    return safe(request, thread, f"{parts.path}{query}" if ours else "")


def safe(request, thread, back):
    """An address of this conversation; what somebody may have put in its place leads home."""
    parts = split(back)
    alone = reverse("participation:comment", args=[request.municipality.slug, 1]).replace("1/", "")
    is_one = parts.path == thread.path or (
        parts.path.startswith(alone) and parts.path.removeprefix(alone).strip("/").isdecimal()
    )
    if parts.scheme or parts.netloc or not parts.path or not is_one:
        return thread.path or request.municipality.get_absolute_url()
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def split(address):
    """The parts of what a browser says; of what is no address, none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def at(back, said):
    """The same page, with this comment on it."""
    parts = urlsplit(back)
    asked = dict(parse_qsl(parts.query)) | {"nuevo": str(said.pk)}
    return f"{parts.path}?{urlencode(asked)}#comentario-{said.pk}"
