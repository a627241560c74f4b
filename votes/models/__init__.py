"""Urns, what is asked through them, who keeps their keys, and paper."""

from votes.models.custody import KeyCeremony, KeyShare, Trustee
from votes.models.paper import Desk, EntryPart, PaperEntry, PaperEvent, Shift, Table
from votes.models.poll import Approval, Complaint, Listed, Option, Poll, Question
from votes.models.urn import (
    Checkpoint,
    Envelope,
    Leaf,
    Mark,
    OpenedAnswer,
    Outcome,
    Spoiled,
    Turnout,
    Urn,
)


__all__ = [
    "Approval",
    "Checkpoint",
    "Complaint",
    "Desk",
    "EntryPart",
    "Envelope",
    "KeyCeremony",
    "KeyShare",
    "Leaf",
    "Listed",
    "Mark",
    "OpenedAnswer",
    "Option",
    "Outcome",
    "PaperEntry",
    "PaperEvent",
    "Poll",
    "Question",
    "Shift",
    "Spoiled",
    "Table",
    "Trustee",
    "Turnout",
    "Urn",
]
