"""The wordings that people propose, and what residents say of each."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from decide.common.permissions import Reason
from decide.common.refusals import refused
from decide.common.typed import number
from municipalities.middleware import municipality_or_404
from norms import changes, obstacles, places, wordings
from norms.actions import wordings as actions
from norms.forms.wordings import OrderForm, StanceForm
from norms.models import Wording
from norms.rules.wordings import why_not_now, why_not_take, why_not_withdraw
from norms.views.norms import back_to, of_this_place, public_norm_or_404
from participation import limits, traces
from participation.enums import TracedAct


A_PAGE = 20


@require_safe
def index(request, municipality_slug, pk):
    """By provision, what most is said of first, and whether the text has it now."""
    norm = public_norm_or_404(request, pk)
    found = wordings.shown(norm)
    names = places.places(norm)
    there = set(found.order_by().values_list("annotation__article", flat=True))
    form = OrderForm(
        request.GET, names=[(pk, place.name) for pk, place in names.items() if pk in there]
    )
    form.is_valid()
    only = number(request.GET.get("redaccion", ""))
    if only:
        found = found.filter(pk=only)
    elif article := form.cleaned_data.get("articulo"):
        found = found.filter(annotation__article=article)
    is_by_voices = form.cleaned_data.get("orden") == "voces"
    ordered = wordings.by_voices(found) if is_by_voices else wordings.by_article(found)
    page = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    texts = changes.texts_of(norm.current) if norm.current else {}
    rows = []
    for wording in wordings.prepare(request.user, norm, page.object_list):
        wording.presence = obstacles.presence_of(wording, texts)
        if given := getattr(wording.comment, "answered", None):
            given.answer.norm = norm
        rows.append((names.get(wording.annotation.article_id), wording))
    first = rows[0][1] if rows else None
    context = {
        "norm": norm,
        "page": page,
        "rows": rows,
        "form": form,
        "only": only,
        "version": norm.current,
        "now": why_not_now(norm),
        "reason": first.reason if first else None,
    }
    return render(request, "norms/answers/wordings.html", context)


@require_POST
def take_stance(request, municipality_slug, pk):
    """Say whether a wording must be; with another button something else, or nothing any more."""
    wording = wording_or_404(request, pk)
    form = StanceForm(request.POST)
    takes_back = form.is_valid() and form.takes_back
    why_not = why_not_withdraw if takes_back else why_not_take
    reason = why_not(request.user, wording)
    if not reason and not form.is_valid():
        reason = Reason(form.errors["stance"][0])
    if not reason and not takes_back:
        reason = limits.why_wait(request, request.user, request.municipality, TracedAct.REACTION)
    said = ""
    if not reason:
        reason, said = try_to(request, wording, form)
    return answer(request, wording, reason, said)


def try_to(request, wording, form):
    by = {"by": request.user, "resident": request.user.proof}
    try:
        if form.takes_back:
            actions.withdraw(wording, **by)
            return None, _("You have taken back what you said of this wording.")
        if actions.take(wording, **by, stance=form.cleaned_data["stance"]):
            traces.leave(request, wording.annotation.thread, TracedAct.REACTION)
    except actions.CannotTake as refusal:
        return refusal.reason, ""
    return None, _("It counts. You can change it while comments are taken.")


def answer(request, wording, reason, said):
    fallback = wordings.address_of(wording)
    back = back_to(request, fallback)
    if not request.htmx:
        if reason:
            return refused(request, reason, back)
        messages.success(request, said)
        return redirect(back if "#" in back else f"{back}#redaccion-{wording.pk}")
    wordings.prepare(request.user, wording.norm, [wording])
    context = {"wording": wording, "refusal": reason, "said": said, "back": back}
    status = 422 if reason else 200
    response = render(request, "norms/_wording.html", context, status=status)
    return trigger_client_event(response, "announce", str(reason or said))


def wording_or_404(request, pk):
    municipality = municipality_or_404(request)
    found = Wording.objects.shown().filter(
        municipality=municipality, norm__published_at__isnull=False
    )
    related = ("norm__thread", "annotation__thread", "annotation__article", "comment__author")
    wording = get_object_or_404(found.select_related(*related), pk=pk)
    of_this_place(wording.norm, municipality)
    wording.annotation.thread.municipality = municipality
    return wording
