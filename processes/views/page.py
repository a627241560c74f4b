from hashlib import sha256

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from participation.conversation import conversation_context
from participation.links import links_of
from participation.models import Follow
from participation.rules import why_not_follow
from processes import happening, progress, undertakings as agreed
from processes.formality import with_formality
from processes.models import Undertaking
from processes.timeline import entry_of, events_of
from processes.views.processes import seen_or_404


SHOWN_EVENTS, A_PAGE = 5, 20
MOST_MEETINGS, SHOWN_AGREED = 20, 5


@require_safe
def by_number(request, municipality_slug, pk):
    """The short address of a process, for paper and SMS."""
    return redirect(seen_or_404(request, pk).get_absolute_url())


@require_safe
def detail(request, municipality_slug, pk, title):
    process = seen_or_404(request, pk, "team")
    address = process.get_absolute_url()
    if request.path != address:
        return redirect(address)  # for now: its title may be put right
    thread = process.thread
    lines = progress.lines(process, happening.of_steps(process.municipality, process.steps.all()))
    going_on = [line for line in lines if line.state == "current"]
    events = list(events_of(process)[: SHOWN_EVENTS + 1])
    context = {
        "process": process,
        "address": request.build_absolute_uri(address),
        "badge": progress.badge(process),
        "lines": lines,
        "going_on": going_on,
        "main": next((line for line in going_on if verb_of(line)), None),
        "next": progress.next_step(process),
        "outcome": outcome_of(process),
        "reviews": reviews_of(process),
        "documents": documents_of(process),
        "meetings": meetings_of(process),
        **agreed_in(process),
        "links": links_of(thread),
        "entries": [entry_of(event) for event in events[:SHOWN_EVENTS]],
        "has_more_entries": len(events) > SHOWN_EVENTS,
        "follow_reason": why_not_follow(request.user, thread),
        "follows": follows(request.user, thread),
        "works_here": request.user.has_perm("processes.work_at_desk", process.municipality),
        **conversation_context(request, thread),
    }
    return render(request, "processes/detail.html", context)


def verb_of(line):
    """What one can do in the thing of this step, if there is something to do now."""
    return line.happening and line.happening.verb


def outcome_of(process):
    return process.outcome if hasattr(process, "outcome") else None


def reviews_of(process):
    return list(process.outcome.reviews.order_by("-at", "-pk")) if outcome_of(process) else []


def documents_of(process):
    found = list(process.thread.documents.all())
    for document in found:
        document.municipality = process.municipality
    return found


def meetings_of(process):
    """Those that were called, in the order of their days; of very many the latest."""
    meetings = with_formality(process.meetings.public()).select_related("minutes")
    found = list(meetings.order_by("-starts_at", "-pk")[:MOST_MEETINGS])
    for meeting in found:
        meeting.municipality = process.municipality
    return found[::-1]


def agreed_in(process):
    """The first of what was agreed in it, what worries before the rest."""
    told = agreed.for_everybody(Undertaking.objects.filter(process=process))
    found = list(agreed.with_story(agreed.in_order(told))[: SHOWN_AGREED + 1])
    for undertaking in found:
        undertaking.municipality = process.municipality
    return {"undertakings": found[:SHOWN_AGREED], "has_more_agreed": len(found) > SHOWN_AGREED}


def follows(user, thread):
    return user.is_authenticated and Follow.objects.filter(thread=thread, user=user).exists()


@require_safe
def rules(request, municipality_slug, pk):
    """The rules as they were frozen, with the fingerprint by which anybody compares them."""
    process = seen_or_404(request, pk)
    digest = sha256(process.rules.encode()).hexdigest() if process.opened_at else ""
    return render(request, "processes/rules.html", {"process": process, "digest": digest})


@require_safe
def rules_text(request, municipality_slug, pk):
    """The very letters that were hashed, and nothing else."""
    process = seen_or_404(request, pk)
    if not process.opened_at:
        raise Http404
    response = HttpResponse(process.rules.encode(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="reglas-{process.pk}.txt"'
    return response


@require_safe
def history(request, municipality_slug, pk):
    """Everything that happened to it, the newest first."""
    process = seen_or_404(request, pk)
    page = Paginator(events_of(process), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "process": process,
        "page": page,
        "entries": [entry_of(event) for event in page.object_list],
    }
    return render(request, "processes/history.html", context)
