"""What is asked, of whom and by which rules, as plain JSON: what is approved, frozen and hashed.

The urn keeps it in one canonical form (votes/commitments.py); the pages of a frozen poll, the
count and the public package read it from there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import UTC
from typing import TYPE_CHECKING, Any

from votes import counting, roll
from votes.commitments import canonical
from votes.enums import QuestionKind, Voters


if TYPE_CHECKING:
    from votes.models import Option, Poll, Question

# By kind, what else of a question its count needs.
NUMBERS = {
    QuestionKind.MULTIPLE: lambda question: {"most": question.most},
    QuestionKind.RANKED: lambda question: {"most": question.most},
    QuestionKind.SCORE: lambda question: {"scale": [question.lowest, question.highest]},
    QuestionKind.POINTS: lambda question: {"points": question.points},
    QuestionKind.KNAPSACK: lambda question: {"money": question.money},
    QuestionKind.OPEN: lambda question: {"length": question.length},
}
YES, NO = "a", "b"
MICRODEGREES = 1_000_000  # canonical JSON has whole numbers alone


def of(poll: Poll) -> dict[str, Any]:
    """All that a voter can be held to or may rely on. A few queries, however much there is."""
    urn = poll.urn
    found = {
        "title": poll.title,
        "text": poll.text,
        "meaning": poll.meaning,
        "effect": poll.effect,
        "norm": poll.norm,
        "in_favour": poll.in_favour,
        "against": poll.against,
        "place": poll.municipality.place_id,
        "districts": sorted(poll.districts),
        "opens_at": urn.opens_at.astimezone(UTC).isoformat(timespec="seconds"),
        "closes_at": urn.closes_at.astimezone(UTC).isoformat(timespec="seconds"),
        "custody": poll.custody,
        "keys_needed": poll.keys_needed,
        "trustees": [
            {"name": trustee.name, "office": trustee.office} for trustee in poll.trustees.all()
        ],
        "desks": sorted(table.desk.name for table in poll.tables.select_related("desk")),
        "documents": [
            {"title": document.title, "sha256": document.sha256}
            for document in poll.thread.documents.all()
        ],
        "answer_due_on": poll.answer_due_on.isoformat(),
        "test": urn.is_test,
        "questions": [
            question_of(question) for question in poll.questions.prefetch_related("options")
        ],
    }
    if poll.part_of:
        found["part_of"] = {"title": poll.part_of, "address": poll.part_of_address}
    if poll.voters == Voters.LISTED:
        found["voters"] = poll.voters
        found["roll"] = roll.told(poll)  # who approves it approves the list
    return found


def shown(poll: Poll) -> dict[str, Any]:
    """What its pages show: the frozen rules, or before that how they stand."""
    return of(poll) if poll.is_prepared else json.loads(poll.urn.definition)


def question_of(question: Question) -> dict[str, Any]:
    """One question as votes/counting reads it, with the words that people read."""
    found: dict[str, Any] = {
        "id": question.code,
        "kind": question.kind,
        "title": question.title,
        "help": question.help,
    }
    if question.kind != QuestionKind.OPEN:
        options = list(question.options.all())
        found |= {
            "options": [option.code for option in options],
            "titles": {option.code: option.title for option in options},
            "texts": {option.code: option.text for option in options if option.text},
            "keeps_order": question.keeps_order,
            "seats": question.seats,
            "lots": list(question.lots),
        }
        found |= _works_of(options)
    found |= {
        name: value
        for name, value in (
            ("districts", sorted(question.districts)),
            ("group", question.group),
            ("rule", question.rule),
            ("money", question.money),
        )
        if value
    }
    if question.quorum_of:
        found["quorum"] = [question.quorum_of, question.quorum_in]
    if question.kind == QuestionKind.YES_NO:
        share = [question.majority_of, question.majority_in]
        found["majority"] = {"option": YES, "share": share, "of": question.base}
    extra = NUMBERS.get(QuestionKind(question.kind))
    return found | (extra(question) if extra else {})


def _works_of(options: list[Option]) -> dict[str, Any]:
    """What options cost, where they are and where one reads more, of those that have it."""
    found = {
        "costs": {one.code: one.cost for one in options if one.cost is not None},
        "addresses": {one.code: one.address for one in options if one.address},
        "places": {
            one.code: [round(one.latitude * MICRODEGREES), round(one.longitude * MICRODEGREES)]
            for one in options
            if one.latitude is not None
        },
    }
    return {name: value for name, value in found.items() if value}


def content_hash(poll: Poll) -> bytes:
    """What somebody approves: the same 32 bytes only while nothing of it has changed."""
    return hash_of(of(poll))


def hash_of(rules: dict[str, Any]) -> bytes:
    return hashlib.sha256(canonical(rules)).digest()


def longest(definition: dict[str, Any]) -> dict[str, Any]:
    """Choices than which none are longer, so that every ballot is sealed at that length."""
    questions = {question["id"]: question for question in definition["questions"]}
    each = {name: counting.longest(question) for name, question in questions.items()}
    size = {name: len(name) + len(canonical(answer)) for name, answer in each.items()}
    ballots = [
        [*ballot.needed, *_longest_of_groups(questions, ballot.possible - ballot.needed, size)]
        for ballot in counting.ballots_of(definition["questions"])
    ]
    chosen = max(ballots, key=lambda names: sum(size[name] + 4 for name in names))
    return {name: each[name] for name in questions if name in chosen}


def _longest_of_groups(
    questions: dict[str, Any], names: Collection[str], size: dict[str, int]
) -> list[str]:
    """The longest question of each group: of a group only one is answered."""
    found: dict[str, str] = {}
    for name in sorted(names):
        group = questions[name]["group"]
        if group not in found or size[name] > size[found[group]]:
            found[group] = name
    return list(found.values())
