"""What is asked, of whom and by which rules, as plain JSON: what is approved, frozen and hashed.

The urn keeps it in one canonical form (votes/commitments.py); the pages of a frozen poll, the
count and the public package read it from there.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from votes import counting
from votes.commitments import canonical
from votes.enums import QuestionKind


if TYPE_CHECKING:
    from votes.models import Poll, Question

# By kind, what else of a question its count needs.
NUMBERS = {
    QuestionKind.MULTIPLE: lambda question: {"most": question.most},
    QuestionKind.RANKED: lambda question: {"most": question.most},
    QuestionKind.SCORE: lambda question: {"scale": [question.lowest, question.highest]},
    QuestionKind.POINTS: lambda question: {"points": question.points},
    QuestionKind.OPEN: lambda question: {"length": question.length},
}
YES, NO = "a", "b"


def of(poll: Poll) -> dict[str, Any]:
    """All that a voter can be held to or may rely on. A few queries, however much there is."""
    urn = poll.urn
    return {
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
    if question.quorum_of:
        found["quorum"] = [question.quorum_of, question.quorum_in]
    if question.kind == QuestionKind.YES_NO:
        share = [question.majority_of, question.majority_in]
        found["majority"] = {"option": YES, "share": share, "of": question.base}
    extra = NUMBERS.get(QuestionKind(question.kind))
    return found | (extra(question) if extra else {})


def content_hash(poll: Poll) -> bytes:
    """What somebody approves: the same 32 bytes only while nothing of it has changed."""
    return hash_of(of(poll))


def hash_of(rules: dict[str, Any]) -> bytes:
    return hashlib.sha256(canonical(rules)).digest()


def longest(definition: dict[str, Any]) -> dict[str, Any]:
    """Choices than which none are longer, so that every ballot is sealed at that length."""
    return {question["id"]: counting.longest(question) for question in definition["questions"]}
