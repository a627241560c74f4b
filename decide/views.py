from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.models import Agreement
from budgets.enums import BudgetState
from budgets.models import Budget, Step, Work
from debates.models import Debate
from decide import home as pages, numbers
from decide.calendar import Day, ics
from municipalities import actions
from municipalities.enums import Module, MunicipalityState
from municipalities.forms import InterestForm
from municipalities.map import region_map
from municipalities.mechanisms import hearings
from municipalities.middleware import municipality_or_404
from municipalities.models import Municipality
from norms.models import Norm
from processes.models import Meeting, Process
from proposals.models import Proposal
from votes.models import Poll


MOST_LINKS = 10_000
MOST_DAYS = 200


@require_safe
def health(request):
    """For load balancers: the process answers, whatever the database does."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def home(request):
    municipalities = pages.of_the_region()
    words = asked(request)
    return render(
        request,
        "decide/home.html",
        {
            **pages.region(municipalities),
            "q": words,
            "provinces": pages.provinces(municipalities, words),
            "region_map": region_map(settings.REGION, municipalities),
        },
    )


@require_safe
def municipalities(request):
    """Municipalities beside those of their size, by inhabitants; totals only if asked for."""
    every = pages.of_the_region()
    found = pages.region(every)
    return render(
        request,
        "decide/municipalities.html",
        {
            "bands": numbers.by_band(found["rows"]),
            "per_capita": request.GET.get("cifras") != "totales",
            "rural": found["rural"],
            "provinces": pages.provinces(every, asked(request)),
            "q": asked(request),
        },
    )


def asked(request):
    return request.GET.get("q", "").replace("\x00", "").strip()[:80]


@require_http_methods(["GET", "HEAD", "POST"])
def municipality_home(request, municipality_slug):
    """What is being decided here; or, before the space opens, what is planned."""
    municipality = municipality_or_404(request)
    if not municipality.is_open:
        return not_open(request, municipality)
    if request.method == "POST":
        return redirect(municipality)
    found = pages.municipality(municipality)
    proposals = reverse("proposals:index", args=[municipality.slug])
    for section in found["sections"]:
        section.setdefault("url", proposals)
        section.setdefault("more", _("All proposals"))
    takes_proposals = municipality.has_module(Module.PROPOSALS)
    return render(
        request,
        "municipalities/home.html",
        {
            **found,
            "municipality": municipality,
            "proposals_url": proposals if takes_proposals else "",
            "write_url": reverse("proposals:new", args=[municipality.slug])
            if takes_proposals
            else "",
        },
    )


def not_open(request, municipality):
    """Leave an address and be told. The answer is the same whether it was here before or not."""
    form = InterestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action="interest"):
            actions.leave_address(municipality, form.cleaned_data["email"])
            messages.success(request, _("Noted. We will write to you when the space opens."))
            return redirect(municipality)
        form.add_error(
            None, _("Too many addresses came from here within an hour. Try again later.")
        )
    nearby = (
        Municipality.objects.open()
        .filter(place__code__startswith=municipality.place_id[:2])
        .exclude(pk=municipality.pk)
    )
    return render(
        request,
        "municipalities/not_open.html",
        {
            "municipality": municipality,
            "form": form,
            "nearby": sorted(nearby, key=lambda m: m.place_id[:4] != municipality.place_id[:4])[:4],
            "proposals_url": reverse("proposals:index", args=[municipality.slug])
            if municipality.state == MunicipalityState.PAUSED
            else "",
        },
        status=422 if form.errors else 200,
    )


@require_safe
def information(request, municipality_slug):
    """Contacts, documents and dates on one light page: to print, to pin up, to read on 2G."""
    municipality = municipality_or_404(request)
    public = Proposal.objects.public().for_municipality(municipality).select_related("municipality")
    return render(
        request,
        "municipalities/information.html",
        {
            "municipality": municipality,
            **pages.facts(municipality),
            "hearings": hearings(),
            "debates": Debate.objects.public()
            .for_municipality(municipality)
            .select_related("municipality", "thread")
            .closing()[:10],
            "polls": Poll.objects.public()
            .for_municipality(municipality)
            .select_related("municipality", "urn")
            .ahead()[:10],
            "steps": _steps_ahead(municipality)[:10],
            "closing": public.gathering().order_by("closes_on", "pk")[:10],
            "awaiting": public.awaiting_answer().order_by(
                F("answer_due_on").asc(nulls_last=True), "pk"
            )[:10],
            "proposals_url": reverse("proposals:index", args=[municipality.slug]),
        },
    )


@require_safe
def calendar(request, municipality_slug):
    """The days until which proposals gather supports or are owed an answer, debates end, and
    votes open and close."""
    municipality = municipality_or_404(request)
    site = settings.SITE_URL.rstrip("/")
    public = Proposal.objects.public().for_municipality(municipality).select_related("municipality")
    closing = public.gathering().order_by("closes_on", "pk")[:MOST_DAYS]
    awaiting = public.awaiting_answer().exclude(answer_due_on=None).order_by("answer_due_on", "pk")
    dates = [(p, p.closes_on, _("Last day to support: %s"), "apoyos") for p in closing]
    dates += [
        (p, p.answer_due_on, _("The municipality has to answer: %s"), "respuesta")
        for p in awaiting[:MOST_DAYS]
    ]
    debates = Debate.objects.public().for_municipality(municipality)
    dates += [
        (d, timezone.localdate(d.thread.closes_at), _("Last day to argue: %s"), "debate")
        for d in debates.closing().select_related("municipality", "thread")[:MOST_DAYS]
    ]
    polls = Poll.objects.public().for_municipality(municipality)
    polls = polls.select_related("municipality", "urn")
    coming = polls.upcoming().order_by("urn__opens_at", "pk")[:MOST_DAYS]
    dates += [
        (p, timezone.localdate(p.urn.opens_at), _("The vote opens: %s"), "abre") for p in coming
    ]
    dates += [
        (p, timezone.localdate(p.urn.closes_at), _("The vote closes: %s"), "cierra")
        for p in [*coming, *polls.closing()[:MOST_DAYS]]
    ]
    days = [
        Day(
            uid=f"{kind}-{thing.pk}@{municipality.slug}",
            on=on,
            title=words % thing.title,
            url=site + thing.get_absolute_url(),
        )
        for thing, on, words, kind in dates
    ]
    for step in _steps_ahead(municipality)[:MOST_DAYS]:
        edges = [(step.starts_at, _("Begins: %s")), (step.ends_at, _("Ends: %s"))]
        days += [
            Day(
                uid=f"etapa-{step.pk}-{edge}@{municipality.slug}",
                on=timezone.localdate(moment),
                title=words % f"{step} · {step.budget.title}",
                url=site + step.budget.get_absolute_url(),
            )
            for edge, (moment, words) in enumerate(edges)
        ]
    response = HttpResponse(
        ics(municipality.short_name, days, now=timezone.now()),
        content_type="text/calendar; charset=utf-8",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{municipality.slug}.ics"'
    return response


def _steps_ahead(municipality):
    """Steps of open budgets that run now or later, whatever begins first at the top."""
    steps = Step.objects.filter(municipality=municipality, budget__state=BudgetState.OPEN)
    ahead = steps.filter(ends_at__gt=timezone.now()).select_related("budget__municipality")
    return ahead.order_by("starts_at", "pk")


@require_safe
def robots(request):
    return render(
        request,
        "decide/robots.txt",
        {"site_url": settings.SITE_URL.rstrip("/")},
        content_type="text/plain",
    )


@require_safe
def sitemap(request):
    """The index: one list of pages for the region and one for each open space."""
    return render(
        request,
        "decide/sitemap_index.xml",
        {
            "site_url": settings.SITE_URL.rstrip("/"),
            "municipalities": Municipality.objects.open().of_region(settings.REGION),
        },
        content_type="application/xml",
    )


@require_safe
def sitemap_of_the_region(request):
    paths = [
        reverse(name)
        for name in (
            "home",
            "municipalities",
            "region_agenda:index",
            "process_templates:index",
        )
    ]
    every = pages.of_the_region()
    paths += [m.get_absolute_url() for m in every]
    paths += [
        reverse(f"agreements:{name}")
        for name in ("home", "commitments", "convenios", "municipalities", "open_data")
    ]
    paths += [reverse("agreements:municipality", args=[m.slug]) for m in every if not m.is_region]
    codes = Agreement.objects.published().order_by("-pk").values_list("code", flat=True)
    paths += [reverse("agreements:convenio", args=[code]) for code in codes[:MOST_LINKS]]
    return sitemap_page(request, [(path, None) for path in paths])


@require_safe
def sitemap_of_a_municipality(request, municipality_slug):
    municipality = municipality_or_404(request)
    paths = [
        (reverse(name, args=[municipality.slug]), None)
        for name in ("municipalities:mechanisms", "municipalities:information")
    ]
    newest = (
        Proposal.objects.public()
        .for_municipality(municipality)
        .select_related("municipality")
        .only("title", "published_at", "municipality__slug")
        .order_by("-published_at", "-pk")
    )
    paths += [(p.get_absolute_url(), p.published_at) for p in newest[:MOST_LINKS]]
    if municipality.has_module(Module.DEBATES):
        paths.append((reverse("debates:index", args=[municipality.slug]), None))
    debates = (
        Debate.objects.public()
        .for_municipality(municipality)
        .select_related("municipality")
        .only("title", "published_at", "municipality__slug")
    )
    paths += [(d.get_absolute_url(), d.published_at) for d in debates[:MOST_LINKS]]
    if municipality.has_module(Module.VOTES):
        paths.append((reverse("votes:index", args=[municipality.slug]), None))
    polls = (
        Poll.objects.public()
        .for_municipality(municipality)
        .select_related("municipality", "urn")
        .only("title", "municipality__slug", "urn__opens_at")
    )
    paths += [(p.get_absolute_url(), None) for p in polls[:MOST_LINKS]]
    if municipality.has_module(Module.BUDGETS):
        paths.append((reverse("budgets:index", args=[municipality.slug]), None))
    budgets = Budget.objects.for_municipality(municipality).public().select_related("municipality")
    paths += [(b.get_absolute_url(), b.opened_at) for b in budgets[:MOST_LINKS]]
    if municipality.has_module(Module.NORMS):
        paths.append((reverse("norms:index", args=[municipality.slug]), None))
    paths += [
        (reverse(name, args=[municipality.slug]), None)
        for name in ("processes:index", "agenda:index")
    ]
    for model, moment in ((Norm, "published_at"), (Process, "opened_at"), (Meeting, "called_at")):
        found = model.objects.for_municipality(municipality).public()
        found = found.select_related("municipality").only("title", moment, "municipality__slug")
        newest = found.order_by(f"-{moment}", "-pk")[:MOST_LINKS]
        paths += [(one.get_absolute_url(), getattr(one, moment)) for one in newest]
    works = (
        Work.objects.for_municipality(municipality)
        .public()
        .select_related("municipality")
        .only("title", "published_at", "municipality__slug")
    )
    paths += [(w.get_absolute_url(), w.published_at) for w in works[:MOST_LINKS]]
    return sitemap_page(request, paths)


def sitemap_page(request, paths):
    return render(
        request,
        "decide/sitemap.xml",
        {"site_url": settings.SITE_URL.rstrip("/"), "paths": paths},
        content_type="application/xml",
    )
