"""Which moves a convenio makes, and what of it may be changed when and by whom.

Two tables that anybody can read, and that tests go through cell by cell. «In force» and «expired»
are no moves: they follow from the dates whenever somebody looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from agreements.enums import AgreementState


DRAFT, REVIEW, OBSERVED, TO_SIGN, SIGNED, SUSPENDED, TERMINATED, CLOSED, DENIED = AgreementState
# What is still being written, and what has been agreed.
PREPARING = frozenset({DRAFT, REVIEW, OBSERVED})
BEFORE_SIGNING = PREPARING | {TO_SIGN}
RUNNING = frozenset({SIGNED, SUSPENDED})
ONCE_SIGNED = RUNNING | {TERMINATED, CLOSED}
EVERY = frozenset(AgreementState)


class Who(StrEnum):
    """Who somebody is for a convenio."""

    PLANNER = "planner"
    STAFF = "staff"  # of a municipality that is a party
    OBSERVER = "observer"


class Need(StrEnum):
    """What a move asks for besides the right state."""

    REASON = "reason"
    CAUSE = "cause"
    DOCUMENT = "document"
    FINAL_REPORT = "final_report"
    CLAUSES = "clauses"
    SIGNATURES = "signatures"


@dataclass(frozen=True)
class Move:
    """From some states to one, by whom, and what it needs."""

    label: Any
    before: frozenset[AgreementState]
    after: AgreementState
    who: frozenset[Who] = frozenset({Who.PLANNER})
    needs: frozenset[Need] = field(default_factory=frozenset)


MOVES = {
    "send": Move(_("Send it to review"), frozenset({DRAFT, OBSERVED}), REVIEW),
    "observe": Move(
        _("Return it with observations"),
        frozenset({REVIEW, TO_SIGN}),
        OBSERVED,
        needs=frozenset({Need.REASON}),
    ),
    "clear": Move(
        _("Clear it for signing"), frozenset({REVIEW}), TO_SIGN, needs=frozenset({Need.CLAUSES})
    ),
    "sign": Move(
        _("Record that it is signed"),
        frozenset({TO_SIGN}),
        SIGNED,
        needs=frozenset({Need.SIGNATURES}),
    ),
    "suspend": Move(
        _("Suspend it"),
        frozenset({SIGNED}),
        SUSPENDED,
        needs=frozenset({Need.REASON, Need.DOCUMENT}),
    ),
    "resume": Move(
        _("Take it up again"), frozenset({SUSPENDED}), SIGNED, needs=frozenset({Need.REASON})
    ),
    "terminate": Move(
        _("Terminate it"),
        RUNNING,
        TERMINATED,
        needs=frozenset({Need.REASON, Need.CAUSE, Need.DOCUMENT}),
    ),
    "close": Move(
        _("Close it"),
        frozenset({SIGNED, TERMINATED}),
        CLOSED,
        needs=frozenset({Need.FINAL_REPORT}),
    ),
    "deny": Move(_("Deny or shelve it"), BEFORE_SIGNING, DENIED, needs=frozenset({Need.REASON})),
}


class Part(StrEnum):
    """What of a convenio is changed together."""

    CONTENTS = "contents"  # its text, term, parties, clauses and undertakings: later by addendum
    WORDS = "words"  # how it is told to the public, and what it is filed under
    SIGNING = "signing"  # dates, signatories, acts of the councils
    FILES = "files"
    COORDINATORS = "coordinators"
    FULFILMENT = "fulfilment"  # how far an undertaking is
    ADDENDA = "addenda"
    REPORTS = "reports"


EDITABLE: dict[Part, dict[Who, frozenset[AgreementState]]] = {
    Part.CONTENTS: {Who.PLANNER: PREPARING},
    Part.WORDS: {Who.PLANNER: EVERY - {DENIED}},
    Part.SIGNING: {Who.PLANNER: BEFORE_SIGNING},
    Part.FILES: {Who.PLANNER: EVERY - {DENIED}},
    Part.COORDINATORS: {Who.PLANNER: BEFORE_SIGNING | RUNNING},
    Part.FULFILMENT: {Who.PLANNER: RUNNING},
    Part.ADDENDA: {Who.PLANNER: RUNNING},
    Part.REPORTS: {Who.PLANNER: ONCE_SIGNED, Who.STAFF: RUNNING | {TERMINATED}},
}
# The columns of a convenio itself, by the part they belong to.
FIELDS = {
    Part.CONTENTS: (
        "kind",
        "template",
        "parent",
        "title",
        "object",
        "problem",
        "population",
        "expected_change",
        "moves_money",
        "starts_on",
        "ends_on",
        "open_ended_why",
        "renewal",
        "notice_days",
    ),
    Part.WORDS: ("summary", "policy_areas", "commitment", "invented"),
    Part.SIGNING: ("council_exception",),
}


def may_edit(part: Part, who: Who | None, state: str) -> bool:
    """One cell of the matrix."""
    return who is not None and state in EDITABLE[part].get(who, frozenset())


def fields_open(who: Who | None, state: str) -> set[str]:
    """The columns that somebody may change in a state."""
    return {name for part, names in FIELDS.items() if may_edit(part, who, state) for name in names}


# What the history says of each verb.
VERBS = {
    "created": pgettext_lazy("history of a convenio", "Written"),
    "edited": pgettext_lazy("history of a convenio", "Changed"),
    "party_added": _("A party joins"),
    "party_removed": _("A party was taken out"),
    "act_recorded": _("A paper was recorded"),
    "file_added": _("A document was added"),
    "send": _("Sent to review"),
    "observe": _("Returned with observations"),
    "clear": _("Cleared for signing"),
    "sign": pgettext_lazy("history of a convenio", "Signed"),
    "publish": pgettext_lazy("history of a convenio", "Published"),
    "suspend": pgettext_lazy("history of a convenio", "Suspended"),
    "resume": _("Taken up again"),
    "terminate": pgettext_lazy("history of a convenio", "Terminated"),
    "separate": _("A party separates"),
    "close": pgettext_lazy("history of a convenio", "Closed"),
    "deny": _("Denied or shelved"),
    "undertaking": _("How far an undertaking is"),
    "coordinator": _("A coordinator was named"),
    "ratified": _("The coordinator was ratified"),
    "addendum_drafted": _("An addendum was written"),
    "addendum_rebased": _("An addendum was written against the present text"),
    "addendum_signed": _("An addendum was signed"),
    "addendum_dropped": _("An addendum was dropped"),
    "report_submitted": _("A report was sent"),
    "report_certified": _("A report was certified"),
    "report_accepted": _("A report was accepted"),
    "report_returned": _("A report was returned"),
    "imported": _("Brought in from a file"),
}
