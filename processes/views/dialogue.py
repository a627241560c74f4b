"""The table of a dialogue, and what was agreed at it or in a meeting."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budgets.views.staff_forms import attempt, form_page
from decide.common.refusals import refused
from municipalities.desks import for_staff
from municipalities.middleware import municipality_or_404
from processes import undertakings as lists
from processes.actions import dialogue as seats, undertakings as actions
from processes.enums import MeetingKind
from processes.forms.dialogue import AgreeForm, EvidenceForm, PartiesForm, TellForm
from processes.models import Process, Undertaking
from processes.rules.dialogue import why_not_ask_evidence, why_not_seat
from processes.undertaking_filters import UndertakingFilter


PER_PAGE = 20
ON_TABLE = 10


keeps = for_staff("processes.keep_undertakings")


def process_or_404(municipality, pk):
    found = Process.objects.filter(municipality=municipality).defer("search")
    process = get_object_or_404(found.select_related("thread"), pk=pk)
    process.municipality = municipality
    return process


def seen_or_404(request, pk):
    """A process that everybody reads, or that staff prepare."""
    process = process_or_404(municipality_or_404(request), pk)
    if not process.is_public and not _keeps(request):
        raise Http404
    return process


def _keeps(request):
    return request.user.has_perm("processes.keep_undertakings", request.municipality)


# --- For everybody


@require_safe
def table(request, municipality_slug, pk):
    """Who sits at it, what each promised and how that stands, and its sessions, closed ones too."""
    process = seen_or_404(request, pk)
    if not process.is_dialogue:
        raise Http404
    told = lists.for_everybody(Undertaking.objects.filter(process=process))
    agreed = list(lists.with_story(lists.in_order(told))[: ON_TABLE + 1])
    sessions = process.meetings.public().filter(kind=MeetingKind.TABLE)
    sessions = list(sessions.select_related("minutes").order_by("-starts_at", "-pk"))
    for row in [*agreed, *sessions]:
        row.municipality = process.municipality
    context = {
        "process": process,
        "parties": list(process.parties.all()),
        "rows": lists.matrix(process),
        "lights": [lists.BADGES[light] for light in lists.BY_WEIGHT],
        "undertakings": agreed[:ON_TABLE],
        "has_more": len(agreed) > ON_TABLE,
        "sessions": sessions,
        "keeps": _keeps(request),
    }
    return render(request, "processes/dialogue/table.html", context)


@require_safe
def undertakings(request, municipality_slug, pk):
    process = seen_or_404(request, pk)
    return _list(request, Undertaking.objects.filter(process=process), process)


@require_safe
def town_undertakings(request, municipality_slug):
    municipality = municipality_or_404(request)
    return _list(request, lists.of_town(municipality), None)


def _list(request, among, process):
    keeps_them = _keeps(request)
    shown = among if keeps_them else lists.for_everybody(among)
    asked = UndertakingFilter(request.GET, shown)
    found = lists.with_story(lists.in_order(asked.found))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.municipality = request.municipality
    kept_back = 0 if keeps_them else among.filter(is_public=False).count()
    name, arguments = ("processes:town_undertakings", [request.municipality.slug])
    if process:
        name, arguments = "processes:undertakings", [request.municipality.slug, process.pk]
    context = {
        "process": process,
        "filters": asked,
        "page": page,
        "kept_back": kept_back,
        "keeps": keeps_them,
        "here": reverse(name, args=arguments),
        "csv": reverse(f"{name}_data", args=[*arguments, "csv"]),
        "json": reverse(f"{name}_data", args=[*arguments, "json"]),
    }
    return render(request, "processes/dialogue/undertakings.html", context)


@require_safe
def undertakings_data(request, municipality_slug, pk, kind):
    process = seen_or_404(request, pk)
    return _data(Undertaking.objects.filter(process=process), kind, f"acuerdos-{process.pk}")


@require_safe
def town_undertakings_data(request, municipality_slug, kind):
    municipality = municipality_or_404(request)
    return _data(lists.of_town(municipality), kind, f"acuerdos-{municipality.slug}")


def _data(among, kind, name):
    """All that everybody reads, as a file; the same to whoever asks."""
    told = lists.with_story(lists.in_order(lists.for_everybody(among)))
    lines = lists.data_of(told)
    if kind == "json":
        return JsonResponse({"agreements": lines})
    if kind != "csv":
        raise Http404
    response = HttpResponse(lists.as_csv(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def undertaking_or_404(request, pk):
    found = Undertaking.objects.filter(municipality=municipality_or_404(request))
    found = found.select_related("party", "process", "meeting").prefetch_related("updates")
    undertaking = get_object_or_404(found, pk=pk)
    undertaking.municipality = request.municipality
    for part in (undertaking.process, undertaking.meeting):
        if part:
            part.municipality = request.municipality
    if not request.user.has_perm("processes.view_undertaking", undertaking):
        raise Http404
    return undertaking


@require_safe
def undertaking(request, municipality_slug, pk):
    """One thing that was agreed, with its story."""
    found = undertaking_or_404(request, pk)
    context = {
        "undertaking": found,
        "keeps": _keeps(request),
        "may_ask": why_not_ask_evidence(request.user, found) is None,
    }
    return render(request, "processes/dialogue/undertaking.html", context)


def address_of(undertaking):
    return reverse("processes:undertaking", args=[undertaking.municipality.slug, undertaking.pk])


# --- Staff


@require_http_methods(["GET", "HEAD", "POST"])
@keeps
def agree(request, municipality, pk):
    process = process_or_404(municipality, pk)
    form = AgreeForm(request.POST or None, process=process)
    back = reverse("processes:undertakings", args=[municipality.slug, pk])
    if form.is_valid():
        said = _("It is written down. You will be reminded before its day.")
        values = form.cleaned_data | {"process": process, "by": request.user}
        if attempt(request, said, actions.CannotAgree, actions.agree, **values):
            return redirect(back)
    return form_page(
        request,
        form,
        title=_("Write down what was agreed"),
        button=_("Write it down"),
        back=(back, process.title),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keeps
def tell(request, municipality, pk):
    found = undertaking_or_404(request, pk)
    form = TellForm(request.POST or None, initial={"state": found.state})
    if form.is_valid():
        said = _("It is told, and stays in its story.")
        values = form.cleaned_data | {"by": request.user}
        if attempt(request, said, actions.CannotTell, actions.tell, found, **values):
            return redirect(address_of(found))
    return form_page(
        request,
        form,
        title=_("Tell what came of it"),
        button=_("Publish it") if found.is_public else _("Keep it"),
        back=(address_of(found), f"{found.owner}: {found}"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keeps
def ask_evidence(request, municipality, pk):
    found = undertaking_or_404(request, pk)
    if reason := why_not_ask_evidence(request.user, found):
        return refused(request, reason, address_of(found))
    form = EvidenceForm(request.POST or None)
    if form.is_valid():
        said = _("It is asked, with today's date.")
        text = form.cleaned_data["text"]
        asked = attempt(
            request,
            said,
            actions.CannotTell,
            actions.ask_evidence,
            found,
            by=request.user,
            text=text,
        )
        if asked:
            return redirect(address_of(found))
    return form_page(
        request,
        form,
        title=_("Ask for evidence"),
        button=_("Ask in public") if found.is_public else _("Ask"),
        back=(address_of(found), f"{found.owner}: {found}"),
        lead=found.text,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keeps
def parties(request, municipality, pk):
    """Who sits at the table: rows that need no script, with a button for more of them."""
    process = process_or_404(municipality, pk)
    if reason := why_not_seat(request.user, process):
        back = reverse("processes:undertakings", args=[municipality.slug, pk])
        return refused(request, reason, back)
    do = request.POST.get("do", "")
    form = PartiesForm(request.POST or None, process=process, do=do)
    if request.method == "POST" and do != "more" and form.is_valid():
        said = _("The parties are written down.")
        made = attempt(
            request,
            said,
            seats.CannotSeat,
            seats.set_parties,
            process,
            by=request.user,
            parties=form.parties,
        )
        if made is not None:
            return redirect("processes:table", municipality.slug, pk)
    status = 422 if form.is_bound and do != "more" else 200
    context = {"process": process, "form": form}
    return render(request, "processes/dialogue/parties.html", context, status=status)
