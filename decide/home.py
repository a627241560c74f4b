"""What the region's and a municipality's home page tell. Views show it; nothing here writes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _, gettext_lazy

from agreements import board
from agreements.models import Commitment
from budgets.enums import BudgetState, StepKind
from budgets.models import Budget, Step
from debates.models import Debate
from decide import numbers
from decide.cards import (
    budget_card,
    card,
    debate_card,
    debate_decision,
    decision,
    ended,
    meeting_card,
    norm_card,
    norm_decision,
    poll_card,
    poll_decision,
    process_card,
    step_decision,
)
from municipalities.enums import Module, MunicipalityKind
from municipalities.models import Municipality
from municipalities.rls import region_scope
from norms.models import Norm
from participation.enums import InterventionKind
from participation.statistics import per_people, told
from processes.models import Meeting, Process
from proposals.enums import Verdict
from proposals.models import AWAITING_ANSWER, Answer, Proposal
from votes.models import Poll


KEPT = 60  # seconds
SHOWN = 6
SOME = 3
PER_INHABITANTS = {
    InterventionKind.PROPOSAL: gettext_lazy("proposals for every 10 000 inhabitants"),
    InterventionKind.SUPPORT: gettext_lazy("supports for every 10 000 inhabitants"),
    InterventionKind.COMMENT: gettext_lazy("comments for every 10 000 inhabitants"),
    InterventionKind.BALLOT: gettext_lazy("ballots for every 10 000 inhabitants"),
}
UNSHOWN_FIELDS = ["body", "search", "tags"]
# Steps of budgets in which residents do something here; a vote shows as the vote it is.
STEPS_FOR_PEOPLE = (StepKind.CALL, StepKind.WORKS, StepKind.SUPPORTS)


def provinces(municipalities: list[Municipality], words: str = "") -> list[dict[str, Any]]:
    """The region itself, then its provinces with their municipalities; those that match words."""
    wanted = slugify(words)
    names = {m.place_id: m.short_name for m in municipalities}
    groups: dict[str, list[Municipality]] = {}
    for municipality in municipalities:
        province = municipality.place_id[:4]
        haystack = f"{municipality.short_name} {names.get(province, '')}"
        if wanted in slugify(haystack):
            groups.setdefault(province, []).append(municipality)
    return [
        {"name": names.get(code, code), "municipalities": group} for code, group in groups.items()
    ]


def of_the_region() -> list[Municipality]:
    return list(Municipality.objects.of_region(settings.REGION).select_related("place"))


def region(municipalities: list[Municipality]) -> dict[str, Any]:
    """What is open across the region and what has been done so far; a minute old at most."""
    kept = cache.get("region-home")
    if kept is None:
        kept = _read_region(municipalities)
        cache.set("region-home", kept, KEPT)
    return {
        "open_now": _open_now(
            kept["closing"],
            kept["debates"],
            _still_open(kept["polls"]),
            _still_running(kept["steps"]),
            _still_taking_comments(kept["norms"]),
            with_place=True,
        )[:SHOWN],
        "sections": _sections(kept["latest"], kept["supported"]),
        "rows": kept["rows"],
        "rural": kept["rural"],
        "numbers": figures(kept["rows"], kept["open"]),
        "commitment": kept["commitment"],
        "provincial": kept["provincial"],
    }


def _read_region(municipalities: list[Municipality]) -> dict[str, Any]:
    running = [m for m in municipalities if m.is_open]
    with region_scope("region home"):
        public = _listed().filter(municipality__in=[m.pk for m in running])
        return {
            "closing": _closing(public)[:SHOWN],
            "debates": _closing_debates(_debates().filter(municipality__in=running)),
            "polls": _closing_polls(_polls().filter(municipality__in=running)),
            "steps": _running_steps(Step.objects.filter(municipality__in=running)),
            "norms": _norms_to_comment(_norms().filter(municipality__in=running)),
            "latest": list(public.order_by("-published_at", "-pk")[:3]),
            "supported": list(public.order_by("-support_count", "-pk")[:3]),
            "rows": numbers.rows_of(running),
            "rural": numbers.rural(running),
            "open": len(running),
            "commitment": Commitment.objects.order_by("starts_on").first(),
            "provincial": board.stages_of(
                m for m in municipalities if m.kind == MunicipalityKind.PROVINCIAL
            ),
        }


def municipality(here: Municipality) -> dict[str, Any]:
    """What is being decided here, the latest, the most supported, and how it ended before."""
    public = _listed().for_municipality(here)
    debates = _debates().for_municipality(here)
    polls = _polls().for_municipality(here)
    answers = (
        Answer.objects.filter(municipality=here, published_at__isnull=False)
        .filter(proposal__hidden_at=None)
        .select_related("proposal__municipality")
        .order_by("-published_at")
    )
    return {
        "decisions": _open_now(
            _closing(public),
            _closing_debates(debates),
            _closing_polls(polls),
            _running_steps(Step.objects.filter(municipality=here)),
            _norms_to_comment(_norms().for_municipality(here)),
        )[:4],
        "sections": _meeting_section(here)
        + _process_section(here)
        + _budget_section(here)
        + _norm_section(here)
        + _vote_section(here, polls)
        + _proposal_sections(here, public)
        + _debate_section(here, debates),
        "ended": [ended(answer) for answer in answers[:4]],
        **facts(here),
    }


def facts(here: Municipality) -> dict[str, Any]:
    """Acts by inhabitants and in total, the countryside's part, what people came with, outcomes."""
    sums = numbers.totals([here]).get(here.pk, {})
    people = here.place.population
    return {
        "population": people,
        "outcomes": outcomes(here),
        "numbers": {
            "totals": numbers.acts_of(sums, people and people.total),
            "rural": numbers.rural([here]),
            "intake": numbers.intake_of(sums),
        },
    }


def outcomes(here: Municipality) -> dict[str, int]:
    """How many proposals of the past were accepted, in part, or not, and how many still wait."""
    published = Q(answer__published_at__isnull=False)
    return (
        Proposal.objects.public()
        .for_municipality(here)
        .aggregate(
            **{
                verdict.value: Count("pk", filter=published & Q(answer__verdict=verdict))
                for verdict in Verdict
            },
            waiting=Count("pk", filter=Q(state__in=AWAITING_ANSWER)),
        )
    )


def figures(rows: list[numbers.Row], running: int) -> list[dict[str, Any]]:
    """The region's few numbers: by inhabitants, because 55 of 100 of them live around one city."""
    people = sum(
        row.people or 0 for row in rows if row.municipality.kind != MunicipalityKind.REGION
    )
    found = [{"number": running, "label": _("open spaces")}]
    for kind, label in PER_INHABITANTS.items():
        total = told(kind, sum(row.totals.get(kind, 0) for row in rows))
        if people and total is not None:
            found.append({"number": per_people(total, people), "label": label})
    answers = sum(row.totals.get(InterventionKind.ANSWER, 0) for row in rows)
    return [*found, {"number": answers, "label": _("answers by municipalities")}]


def _listed() -> QuerySet[Proposal]:
    return Proposal.objects.public().select_related("municipality").defer(*UNSHOWN_FIELDS)


def _closing(public: QuerySet[Proposal]) -> list[Proposal]:
    """What can still be supported, whatever ends first at the top."""
    return list(public.gathering().order_by(F("closes_on").asc(), "-support_count", "pk")[:SHOWN])


def _debates() -> QuerySet[Debate]:
    return Debate.objects.public().select_related("municipality", "thread").defer("search")


def _closing_debates(public: QuerySet[Debate]) -> list[Debate]:
    return list(public.filter(municipality__modules__contains=[Module.DEBATES]).closing()[:SHOWN])


def _polls() -> QuerySet[Poll]:
    return Poll.objects.public().select_related("municipality", "urn").defer("text", "answer")


def _closing_polls(public: QuerySet[Poll]) -> list[Poll]:
    return list(public.filter(municipality__modules__contains=[Module.VOTES]).closing()[:SHOWN])


def _still_open(polls: list[Poll]) -> list[Poll]:
    """What was read a minute ago may have closed since."""
    return [poll for poll in polls if poll.urn.is_open]


def _running_steps(steps: QuerySet[Step]) -> list[Step]:
    """What residents can do in budgets now, whatever ends first at the top."""
    now = timezone.now()
    running = steps.filter(
        kind__in=STEPS_FOR_PEOPLE,
        starts_at__lte=now,
        ends_at__gt=now,
        budget__state=BudgetState.OPEN,
        municipality__modules__contains=[Module.BUDGETS],
    ).select_related("budget__municipality")
    return list(running.order_by("ends_at", "pk")[:SHOWN])


def _still_running(steps: list[Step]) -> list[Step]:
    return [step for step in steps if step.is_running()]


def _norms() -> QuerySet[Norm]:
    return Norm.objects.public().select_related("municipality").defer("explanation", "search")


def _norms_to_comment(public: QuerySet[Norm]) -> list[Norm]:
    """Draft norms that take comments now, whatever ends first at the top."""
    found = public.filter(municipality__modules__contains=[Module.NORMS]).taking_comments()
    return list(found.order_by("closes_at", "pk")[:SHOWN])


def _still_taking_comments(norms: list[Norm]) -> list[Norm]:
    return [norm for norm in norms if norm.takes_comments]


def _open_now(
    proposals: list[Proposal],
    debates: list[Debate],
    polls: list[Poll],
    steps: list[Step],
    norms: list[Norm],
    *,
    with_place: bool = False,
) -> list[dict[str, Any]]:
    """What can be voted on, supported or argued about, whatever ends first at the top."""
    found = [decision(proposal, with_place=with_place) for proposal in proposals]
    found += [debate_decision(debate, with_place=with_place) for debate in debates]
    found += [poll_decision(poll, with_place=with_place) for poll in polls]
    found += [step_decision(step, with_place=with_place) for step in steps]
    found += [norm_decision(norm, with_place=with_place) for norm in norms]
    # What has no end comes last.
    return sorted(found, key=lambda each: (each["closes"] is None, each["closes"]))


def _proposal_sections(here: Municipality, public: QuerySet[Proposal]) -> list[dict[str, Any]]:
    if not here.has_module(Module.PROPOSALS):
        return []
    return _sections(
        list(public.order_by("-published_at", "-pk")[:4]),
        list(public.order_by("-support_count", "-pk")[:4]),
    )


def _budget_section(here: Municipality) -> list[dict[str, Any]]:
    if not here.has_module(Module.BUDGETS):
        return []
    budgets = Budget.objects.for_municipality(here).public().select_related("municipality")
    shown = [budget_card(budget) for budget in budgets.prefetch_related("steps")[:2]]
    address = reverse("budgets:index", args=[here.slug])
    section = {
        "title": _("Participatory budgets"),
        "cards": shown,
        "url": address,
        "more": _("All budgets"),
    }
    return [section] if shown else []


def _norm_section(here: Municipality) -> list[dict[str, Any]]:
    if not here.has_module(Module.NORMS):
        return []
    shown = [norm_card(norm) for norm in _norms().for_municipality(here)[:SOME]]
    address = reverse("norms:index", args=[here.slug])
    section = {"title": _("Norms under debate"), "cards": shown, "url": address}
    return [section | {"more": _("All draft norms")}] if shown else []


def _process_section(here: Municipality) -> list[dict[str, Any]]:
    """Those that are open; a space that has none says nothing of them."""
    running = Process.objects.for_municipality(here).open().select_related("municipality")
    shown = [process_card(process) for process in running.defer("text", "rules", "search")[:SOME]]
    address = reverse("processes:index", args=[here.slug])
    section = {"title": _("Processes under way"), "cards": shown, "url": address}
    return [section | {"more": _("All processes")}] if shown else []


def _meeting_section(here: Municipality) -> list[dict[str, Any]]:
    coming = Meeting.objects.for_municipality(here).coming().select_related("municipality")
    shown = [meeting_card(meeting) for meeting in coming.defer("text")[:SOME]]
    address = reverse("agenda:index", args=[here.slug])
    section = {"title": _("Next meetings"), "cards": shown, "url": address}
    return [section | {"more": _("The whole agenda")}] if shown else []


def _vote_section(here: Municipality, polls: QuerySet[Poll]) -> list[dict[str, Any]]:
    """What comes next, then what came out last; those open now stand at the top of the page."""
    if not here.has_module(Module.VOTES):
        return []
    coming = list(polls.upcoming().order_by("urn__opens_at", "pk")[:SOME])
    over = list(polls.over().order_by("-urn__closes_at", "-pk")[:SOME])
    shown = [poll_card(poll) for poll in [*coming, *over][:SOME]]
    address = reverse("votes:index", args=[here.slug])
    section = {"title": _("Votes"), "cards": shown, "url": address, "more": _("All votes")}
    return [section] if shown else []


def _debate_section(here: Municipality, debates: QuerySet[Debate]) -> list[dict[str, Any]]:
    if not here.has_module(Module.DEBATES):
        return []
    latest = [debate_card(debate) for debate in debates.order_by("-trend", "-pk")[:3]]
    address = reverse("debates:index", args=[here.slug])
    section = {"title": _("Debates"), "cards": latest, "url": address, "more": _("All debates")}
    return [section] if latest else []


def _sections(latest: list[Proposal], supported: list[Proposal]) -> list[dict[str, Any]]:
    """The parts of a page with cards, without the empty ones."""
    known = [
        {"title": _("Latest proposals"), "cards": [card(p) for p in latest]},
        {"title": _("Most supported"), "cards": [card(p) for p in supported if p.support_count]},
    ]
    return [section for section in known if section["cards"]]
