"""Proposals with a past, for the demo.

What happens today goes through the actions. What lies in the past cannot, because actions
say when they happen; here it is written with the same rows the actions write: supports
under the trigger that counts them, a line in the history and a row in the ledger for each act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.models import Resident, User
from decide.common import workdays
from municipalities.models import Municipality
from participation import history, images, ledger
from participation.actions.following import follow
from participation.enums import Channel, InterventionKind, ModerationRule, ThreadKind
from participation.models import Category, Event, Notice, Thread
from proposals import trending
from proposals.actions import citizen, merges, moderation
from proposals.enums import AuthorKind, MilestoneState, ProposalState, Verdict
from proposals.models import Answer, Milestone, Proposal, Support, TechnicalSheet
from proposals.thresholds import answer_within, terms_for


AFTER_THRESHOLD = (
    ProposalState.THRESHOLD,
    ProposalState.EVALUATION,
    ProposalState.ANSWERED,
    ProposalState.IN_PROGRESS,
    ProposalState.DONE,
)
TOLD = ("threshold_reached", "evaluation_started", "answered", "work_started", "milestone_done")
HIDDEN, MERGED = "hidden", "merged"


@dataclass
class Garden:
    """One municipality, who proposes and supports there, and what has grown so far."""

    municipality: Municipality
    authors: Callable[[int], User]
    residents: list[Resident]
    moderator: User
    evaluator: User
    draw: Callable[[str], UploadedFile]
    today: date = field(default_factory=timezone.localdate)
    planted: dict[str, Proposal] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)


def plant(garden: Garden, texts: Iterable[dict[str, Any]]) -> dict[str, Proposal]:
    """Grow the proposals of a municipality from their texts, the oldest first."""
    oldest_first = sorted(texts, key=lambda text: -text.get("days", 0))
    topics = {topic.code: topic for topic in Category.objects.all()}
    for number, text in enumerate(oldest_first):
        topic = topics[text["topic"]]
        if text["state"] == ProposalState.DRAFT:
            garden.planted[text["title"]] = _draft(garden, text, topic)
        else:
            garden.planted[text["title"]] = _grow(garden, text, topic, Random(f"{number}"))
    for text in oldest_first:
        proposal = garden.planted[text["title"]]
        if text["state"] == HIDDEN:
            moderation.hide(
                proposal,
                by=garden.moderator,
                rule=text.get("rule", ModerationRule.INSULT),
                reason=text["reason"],
            )
        elif text["state"] == MERGED:
            target = garden.planted[text["merged_into"]]
            merges.merge(proposal, target, by=garden.moderator, reason=text["reason"])
        elif text.get("edited"):
            citizen.revise(proposal, by=proposal.author, body=f"{text['body']}\n\n{text['edited']}")
    trending.refresh(garden.municipality)
    return garden.planted


def follow_and_tell(person: User, proposals: Iterable[Proposal]) -> None:
    """What somebody follows, and the notices they had of it; only the last one is unread."""
    mine = []
    for proposal in proposals:
        if proposal.author_id != person.pk:
            follow(proposal.thread, by=person)
        mine.append(proposal.thread_id)
    told = Event.objects.filter(thread__in=mine, verb__in=TOLD).exclude(by=person).order_by("at")
    notices = [
        Notice(
            municipality_id=event.municipality_id,
            event=event,
            user=person,
            sent_at=event.at,
            read_at=event.at,
        )
        for event in told
    ]
    if notices:
        notices[-1].read_at = None
        Notice.objects.bulk_create(notices)
        User.objects.filter(pk=person.pk).update(unread_notices=1)


# --- One proposal


def _words(text: dict[str, Any], topic: Category) -> dict[str, Any]:
    return {
        "title": text["title"],
        "summary": text["summary"],
        "body": text.get("body", ""),
        "category": topic,
        "tags": text.get("tags", []),
        "place_name": text["place"],
        "latitude": text.get("lat"),
        "longitude": text.get("lon"),
        "author_kind": AuthorKind.ORGANISATION if "organisation" in text else AuthorKind.PERSON,
        "organisation": text.get("organisation", ""),
    }


def _draft(garden: Garden, text: dict[str, Any], topic: Category) -> Proposal:
    author = garden.authors(text["author"])
    key = uuid5(NAMESPACE_URL, f"{garden.municipality.slug}/{text['title']}")
    return citizen.begin(garden.municipality, by=author, form_key=key, **_words(text, topic))


def _grow(garden: Garden, text: dict[str, Any], topic: Category, chance: Random) -> Proposal:
    municipality, author = garden.municipality, garden.authors(text["author"])
    published = _moment(garden.today - timedelta(days=text["days"]), chance)
    terms = terms_for(municipality, published.date())
    thread = Thread.objects.create(
        municipality=municipality,
        kind=ThreadKind.PROPOSAL,
        title=text["title"],
        author=author,
        is_public=True,
    )
    proposal = Proposal.objects.create(
        municipality=municipality,
        thread=thread,
        author=author,
        code=_next_code(garden, published.year),
        channel=text.get("channel", Channel.WEB),
        state=ProposalState.GATHERING,
        published_at=published,
        threshold=terms.threshold,
        closes_on=terms.closes_on,
        **_words(text, topic),
    )
    thread.path = proposal.get_absolute_url()
    thread.save(update_fields=["path"])
    day = published.date()
    ledger.record(
        InterventionKind.PROPOSAL, municipality, by=author, channel=proposal.channel, day=day
    )
    history.record("published", thread, by=author, at=published)
    if "picture" in text:
        images.store_image(thread, garden.draw(text["picture"]), text["alt"], by=author)
    reached = _support(garden, proposal, text["supports"], published, chance)
    _move_on(garden, proposal, text, reached)
    return proposal


def _support(
    garden: Garden, proposal: Proposal, wanted: int, published: datetime, chance: Random
) -> datetime | None:
    """Supports over the first weeks; says when the one came that reached the threshold."""
    others = [r for r in garden.residents if r.user_id != proposal.author_id]
    people = chance.sample(others, wanted)
    end = min(published + timedelta(days=60), timezone.now() - timedelta(hours=1))
    span = (end - published).total_seconds()
    moments = sorted(published + timedelta(seconds=chance.random() * span) for _ in people)
    supports = Support.objects.bulk_create(
        Support(
            municipality=garden.municipality,
            proposal=proposal,
            resident=resident,
            channel=Channel.DESK if chance.random() < 0.15 else Channel.WEB,
            created_at=moment,
        )
        for resident, moment in zip(people, moments, strict=True)
    )
    acts = (
        ledger.Act(s.resident.user, timezone.localdate(s.created_at), s.channel) for s in supports
    )
    ledger.record_many(InterventionKind.SUPPORT, garden.municipality, acts)
    return moments[proposal.threshold - 1] if wanted >= proposal.threshold else None


def _move_on(
    garden: Garden, proposal: Proposal, text: dict[str, Any], reached: datetime | None
) -> None:
    state = text["state"]
    if state in (HIDDEN, MERGED):
        return
    if state == ProposalState.RETIRED:
        _retire(proposal, text)
    elif state == ProposalState.ARCHIVED:
        _archive(proposal, text["supports"])
    elif state in AFTER_THRESHOLD:
        if reached is None:
            raise ValueError(f"Too few supports to be {state}: {proposal.title}")
        _reach(garden, proposal, reached)
        _evaluate_and_answer(garden, proposal, text, reached)
        if state in (ProposalState.IN_PROGRESS, ProposalState.DONE):
            _carry_out(garden, proposal, text)
    elif reached is not None:
        raise ValueError(f"Too many supports to be {state}: {proposal.title}")
    if proposal.state != state:
        proposal.state = state
        proposal.save(update_fields=["state"])


def _retire(proposal: Proposal, text: dict[str, Any]) -> None:
    proposal.closed_at = proposal.published_at + timedelta(days=text["retired_after"])
    proposal.close_reason = text["reason"]
    proposal.state = ProposalState.RETIRED
    proposal.save(update_fields=["closed_at", "close_reason", "state"])
    author = proposal.author
    history.record(
        "retired", proposal.thread, by=author, text=text["reason"], at=proposal.closed_at
    )


def _archive(proposal: Proposal, supports: int) -> None:
    proposal.closed_at = timezone.make_aware(
        datetime.combine(proposal.closes_on + timedelta(days=1), datetime.min.time())
    )
    proposal.save(update_fields=["closed_at"])
    data = {"supports": supports, "threshold": proposal.threshold}
    history.record("archived", proposal.thread, by=None, data=data, at=proposal.closed_at)


def _reach(garden: Garden, proposal: Proposal, reached: datetime) -> None:
    days = answer_within(garden.municipality.pk)
    proposal.reached_at = reached
    proposal.answer_due_on = workdays.after(timezone.localdate(reached), days)
    proposal.state = ProposalState.THRESHOLD
    proposal.save(update_fields=["reached_at", "answer_due_on", "state"])
    data = {"supports": proposal.threshold, "answer_due_on": str(proposal.answer_due_on)}
    history.record("threshold_reached", proposal.thread, by=None, data=data, at=reached)


def _evaluate_and_answer(
    garden: Garden, proposal: Proposal, text: dict[str, Any], reached: datetime
) -> None:
    if text["state"] == ProposalState.THRESHOLD:
        return
    office = text.get("office") or garden.municipality.contact_office
    begun = _next_workday(reached, 3)
    history.record(
        "evaluation_started", proposal.thread, by=garden.evaluator, as_office=office, at=begun
    )
    if "answer" not in text:
        return
    answer = text["answer"]
    answered = _next_workday(reached, answer["after"])
    if answered > timezone.now():
        raise ValueError(f"Answered in the future: {proposal.title}")
    if "sheet" in text:
        sheet = {"municipality": garden.municipality, "proposal": proposal, "office": office}
        TechnicalSheet.objects.create(**sheet, **text["sheet"])
    Answer.objects.create(
        municipality=garden.municipality,
        proposal=proposal,
        verdict=Verdict(answer["verdict"]),
        text=answer["text"],
        signed_by=answer["signed_by"],
        office=office,
        prepared_by=garden.evaluator,
        published_at=answered,
    )
    history.record(
        "answered",
        proposal.thread,
        by=garden.evaluator,
        as_office=office,
        data={"verdict": answer["verdict"], "signed_by": answer["signed_by"]},
        at=answered,
    )
    day = timezone.localdate(answered)
    ledger.record(InterventionKind.ANSWER, garden.municipality, day=day)


def _carry_out(garden: Garden, proposal: Proposal, text: dict[str, Any]) -> None:
    """The promised steps, those already done, and the end if it is done."""
    office = text.get("office") or garden.municipality.contact_office
    told = {"by": garden.evaluator, "as_office": office}
    begun = proposal.answer.published_at + timedelta(days=4)
    thread = proposal.thread
    history.record("work_started", thread, at=begun, **told)
    steps = []
    for place, step in enumerate(text["milestones"], start=1):
        due = garden.today + timedelta(days=step["due"])
        milestone = Milestone.objects.create(
            municipality=garden.municipality,
            proposal=proposal,
            title=step["title"],
            text=step.get("text", ""),
            due_on=due,
        )
        data = {"milestone": milestone.pk, "title": milestone.title, "day": due.isoformat()}
        at = begun + timedelta(minutes=place)
        history.record("milestone_added", thread, at=at, data=data, **told)
        if "done" in step:
            steps.append((garden.today + timedelta(days=step["done"]), milestone, step))
    for done_on, milestone, step in steps:
        _complete(garden, milestone, step, done_on, told)
    if text["state"] == ProposalState.DONE:
        last = max(done_on for done_on, _milestone, _step in steps)
        proposal.closed_at = _at(last, 18)
        proposal.save(update_fields=["closed_at"])
        words = text.get("finished", "")
        history.record("finished", thread, at=proposal.closed_at, text=words, **told)


def _complete(
    garden: Garden, milestone: Milestone, step: dict[str, Any], done_on: date, told: dict[str, Any]
) -> None:
    milestone.state, milestone.done_on = MilestoneState.DONE, done_on
    thread = milestone.proposal.thread
    if "picture" in step:
        milestone.photo = images.store_image(
            thread, garden.draw(step["picture"]), step["alt"], by=garden.evaluator, by_office=True
        )
    milestone.save(update_fields=["state", "done_on", "photo"])
    data = {"milestone": milestone.pk, "title": milestone.title, "day": done_on.isoformat()}
    history.record(
        "milestone_done", thread, at=_at(done_on, 16), text=milestone.text, data=data, **told
    )


def _next_code(garden: Garden, year: int) -> str:
    """As publishing numbers them, one after the other within a year."""
    garden.numbers[year] = garden.numbers.get(year, 0) + 1
    prefix = garden.municipality.slug.replace("-", "")[:3].upper()
    return f"{prefix}-{year}-{garden.numbers[year]:05}"


def _moment(day: date, chance: Random) -> datetime:
    return _at(day, 6 + chance.randrange(15), chance.randrange(60))


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))  # noqa: DTZ001


def _next_workday(moment: datetime, days: int) -> datetime:
    return _at(workdays.after(timezone.localdate(moment), days), 10)
