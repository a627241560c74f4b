"""What the acta de acuerdos y compromisos says: gathered from the budget itself, then frozen.

`content_of` reads it as things stand; issuing keeps it with its hash, and page, PDF and JSON are
made of what was kept. Plain JSON: money in céntimos, days as in ISO 8601, hashes in hex.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db.models import Count as Number, Q

from accounts.enums import Gender
from budgets.enums import AgentState, Purpose, WorkState
from budgets.models import Agent, AgentList, Ballot, Budget, Count, Delegate, Heading, Minutes, Work
from votes import results
from votes.commitments import canonical
from votes.enums import UrnState
from votes.integrity import last_head


if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = 1
UNDECIDED = (WorkState.FEASIBLE, WorkState.ON_BALLOT)


def content_of(minutes: Minutes) -> dict[str, Any]:
    """All that the acta says; a handful of queries, however many works there are."""
    budget = minutes.budget
    headings = _headings(budget)
    return {
        "version": VERSION,
        "municipality": budget.municipality.name,
        "place": minutes.place,
        "held_on": minutes.held_on.isoformat(),
        "text": minutes.text,
        "signers": signers_of(minutes.attendance),
        "budget": {
            "number": budget.pk,
            "title": budget.title,
            "year": budget.year,
            "norm": budget.norm,
            "announced": budget.announced,
            "percent": str(budget.percent) if budget.percent is not None else None,
            "mode": budget.mode,
            "effect": budget.effect,
            "ballot": budget.ballot,
            "rule": budget.rule,
            "digest": bytes(budget.digest).hex() if budget.digest else None,
        },
        "agents": _agents(budget),
        "votes": [_vote(ballot) for ballot in _ballots(budget)],
        "headings": headings,
        "totals": {
            "money": sum(heading["money"] for heading in headings),
            "cost": sum(heading["cost"] for heading in headings),
            "left": sum(heading["left"] for heading in headings),
            "works": sum(len(heading["works"]) for heading in headings),
        },
    }


def digest_of(content: dict[str, Any]) -> bytes:
    return sha256(canonical(content)).digest()


def undecided(budget: Budget) -> Iterable[Work]:
    """Works of which nobody has said yet whether they are chosen."""
    return Work.objects.filter(budget=budget, state__in=UNDECIDED).order_by("pk")


def signers_of(attendance: str) -> list[dict[str, str]]:
    """Each line is a name and, after its first comma, what the person signs as."""
    lines = (line.partition(",") for line in attendance.splitlines() if line.strip())
    return [{"name": name.strip(), "office": office.strip()} for name, _comma, office in lines]


# --- Its parts


def _headings(budget: Budget) -> list[dict[str, Any]]:
    found = Heading.objects.filter(group__budget=budget).select_related("group")
    works: dict[int, list[Work]] = {heading.pk: [] for heading in found}
    decided = Work.objects.filter(
        budget=budget, state__in=[WorkState.CHOSEN, WorkState.NOT_CHOSEN]
    ).order_by("title", "pk")
    for work in decided:
        works[work.heading_id].append(work)
    counts = {
        count.heading_id: count
        for count in Count.objects.official().done().filter(heading__group__budget=budget)
    }
    return [_heading(heading, works[heading.pk], counts.get(heading.pk)) for heading in found]


def _heading(heading: Heading, works: list[Work], count: Count | None) -> dict[str, Any]:
    result = count.result if count else {}
    told = {row["id"]: row for row in result.get("works", ())}
    order = {code: place for place, code in enumerate(result.get("winners", ()))}
    chosen = [work for work in works if work.state == WorkState.CHOSEN]
    chosen.sort(key=lambda work: order.get(work.code, len(order)))
    cost = sum(work.cost or 0 for work in chosen)
    titles = {work.code: work.title for work in works if not work.is_hidden}
    return {
        "group": heading.group.name,
        "name": heading.name,
        "money": heading.money,
        "cost": cost,
        "left": heading.money - cost,
        "works": [_work(work, told.get(work.code, {})) for work in chosen],
        "not_chosen": len(works) - len(chosen),
        "counted": count.purpose if count else None,
        "ballots": result.get("ballots"),
        "count": bytes(count.ballots).hex() if count and count.ballots else None,
        "ties": [
            {name: tie[name] for name in ("tied", "won", "by")}
            | {"titles": {code: titles[code] for code in tie["tied"] if code in titles}}
            for tie in result.get("ties", ())
            if tie.get("decides")
        ],
    }


def _work(work: Work, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": work.code,
        "title": work.title,
        "place": work.place_name,
        "cost": work.cost,
        "votes": told.get("votes"),
    }


def _agents(budget: Budget) -> dict[str, Any]:
    agents = Agent.objects.filter(budget=budget, state=AgentState.ACCEPTED)
    delegates = Delegate.objects.filter(agent__in=agents, is_alternate=False)
    closed = AgentList.objects.filter(budget=budget).first()
    return {
        "accepted": agents.count(),
        **delegates.aggregate(
            delegates=Number("pk"), women=Number("pk", filter=Q(gender=Gender.WOMAN))
        ),
        "voters": closed.voters if closed else None,
        "list": bytes(closed.digest).hex() if closed else None,
    }


def _ballots(budget: Budget) -> list[Ballot]:
    """Those that decide works, of which the rules are settled."""
    standing = Ballot.objects.filter(
        budget=budget,
        replaced_at=None,
        purpose__in=[Purpose.RESIDENTS, Purpose.AGENTS],
        poll__cancelled_at=None,
    ).exclude(poll__urn__state=UrnState.PREPARED)
    return list(standing.select_related("poll__urn__outcome").order_by("pk"))


def _vote(ballot: Ballot) -> dict[str, Any]:
    """The vote as it stands: its rules always, who took part once the urn is opened."""
    poll = ballot.poll
    told = {
        "purpose": ballot.purpose,
        "title": poll.title,
        "number": poll.pk,
        "opens_at": poll.urn.opens_at.isoformat(),
        "closes_at": poll.urn.closes_at.isoformat(),
        "rules": bytes(poll.urn.digest).hex(),
        "voters": None,
        "eligible": None,
        "log": None,
    }
    if poll.urn.state == UrnState.OPENED:
        result, head = results.of(poll), last_head(poll.urn)
        told |= {"voters": result.voters, "eligible": result.eligible}
        told["log"] = bytes(head.root).hex() if head else None
    return told
