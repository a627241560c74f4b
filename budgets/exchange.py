"""A heading of an opened vote as a .pb file, for whoever counts it elsewhere.

A file holds the ballots of one heading as the urn's own public package does: which answers there were
and how many gave each, in an order that says nothing of who, when or where. Works that were withdrawn
during the vote leave the file as they left the ballots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from budgets import counts, pabulib
from budgets.enums import BallotKind
from budgets.models import Work


if TYPE_CHECKING:
    from budgets.counting import Election
    from budgets.models import Ballot, Count, Heading

VOTE_TYPE = {"approval": "approval", "knapsack": "approval", "points": "cumulative"}
CENTS = 100
DESCRIBED = "Presupuesto participativo, Decide La Libertad"


def heading_pb(heading: Heading, ballot: Ballot, count: Count | None) -> str:
    """A heading of an opened vote as a .pb file, with what was chosen if it is counted."""
    what = counts.of_urn(heading, ballot)
    election = what.election
    return pabulib.write(
        pabulib.File(
            meta=_meta(heading, ballot, election),
            money=election.money,
            works=_works(heading, what, count),
            ballots=list(pabulib.numbered(_answers(what))),
            unit=CENTS,
        )
    )


def _meta(heading: Heading, ballot: Ballot, election: Election) -> dict[str, str]:
    budget, urn = heading.group.budget, ballot.poll.urn
    meta = {
        "description": f"{DESCRIBED}: {budget.title}",
        "country": "Perú",
        "unit": budget.municipality.name,
        "subunit": heading.name,
        "instance": str(budget.year),
        "vote_type": VOTE_TYPE[election.kind],
        "rule": "equalshares" if budget.rule.get("method") == "mes" else "greedy",
        "date_begin": timezone.localtime(urn.opens_at).strftime("%d.%m.%Y"),
        "date_end": timezone.localtime(urn.closes_at).strftime("%d.%m.%Y"),
        "currency": "PEN",
        "language": "es",
        "decide_rule": counts.key_of(budget.rule),
    }
    if budget.rule.get("threshold"):
        meta["min_project_score_threshold"] = str(budget.rule["threshold"])
    if election.kind == "points":
        meta["max_sum_points"] = str(budget.points)
    elif budget.ballot == BallotKind.APPROVAL:
        meta["max_length"] = str(budget.most)
    elif election.kind == "knapsack":
        meta["max_sum_cost"] = f"{election.money // CENTS}"
    return meta


def _works(heading: Heading, what: counts.ToCount, count: Count | None) -> list[dict[str, Any]]:
    kept = {work.code: work for work in heading.works.filter(code__in=what.codes)}
    told = {one["id"]: one for one in count.result["works"]} if count else {}
    lots = what.election.lots or []
    rows = []
    for work in sorted(what.election.works, key=lambda work: pabulib.natural(work.id)):
        if work.id in what.withdrawn:
            continue
        found = kept[work.id]
        name = "" if found.is_hidden else found.title
        row = {"project_id": work.id, "cost": work.cost, "name": name} | _place(found)
        if lots:
            row["lot"] = str(lots.index(work.id) + 1)
        if told:
            row |= {
                "votes": str(told[work.id]["votes"]),
                "selected": "1" if told[work.id]["chosen"] else "0",
            }
        rows.append(row)
    return rows


def _place(work: Work) -> dict[str, str]:
    there = work.latitude is not None
    return {
        "latitude": f"{work.latitude:.6f}" if there else "",
        "longitude": f"{work.longitude:.6f}" if there else "",
    }


def _answers(what: counts.ToCount) -> list[tuple[Any, int]]:
    """Without what was withdrawn; who chose nothing else has still voted."""
    found = []
    for answer, many in what.election.ballots:
        if isinstance(answer, dict):
            kept = {work: points for work, points in answer.items() if work not in what.withdrawn}
        else:
            kept = [work for work in answer if work not in what.withdrawn]
        found.append((kept, many))
    return found
