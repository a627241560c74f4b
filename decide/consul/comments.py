"""The comments of a CONSUL export, with their threads and votes.

The export tells nobody's name, so that a comment arrives without author and its votes as
numbers without people. A reply finds its parent wherever it stands in the file; one whose
parent does not come stays at the top level, and that is said.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo

from django.db import transaction
from django.utils import timezone

from decide.consul.reading import (
    BadCell,
    Row,
    Rows,
    Summary,
    check_whole,
    code_in,
    count_in,
    day_in,
    paragraphs,
)
from municipalities.models import Municipality
from participation import ledger
from participation.enums import Channel, InterventionKind
from participation.models import Comment
from participation.models.comments import COMMENT_LENGTH


COLUMNS = (
    *("id", "parentId", "proposalId", "userType", "date", "time"),
    *("text", "numVotes", "numPositiveVotes", "numNegativeVotes"),
)
NO_PARENT = ("", "-1", "0", "nan")
AT_ONCE = 1000
# Durations as spreadsheets of Python write them («0 days 10:50:19»), or times of day.
TIME = re.compile(r"(?:0 days )?([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?")
# Who spoke for the town there; their words stand out here too, under what the export calls them.
OFFICES = {
    "empleados públicos",
    "organización municipal",
    "directores generales",
    "concejales",
    "alcaldía",
    "official",
}
PEOPLE = {"", "autor", "autora", "author", "colectivo", "organization"}
OF_THE_PORTAL = "{} (portal anterior)"
AT_TOP = "kept at the top level"

Say = Callable[[int, int], None]


@dataclass
class Arrival:
    """A comment as it will be here, and what had to be altered."""

    row: int
    code: str
    proposal: str
    parent: str
    text: str
    created_at: datetime
    agrees: int
    disagrees: int
    office: str
    notes: list[str] = field(default_factory=list)

    def to_top(self, reason: str) -> None:
        self.notes.append(f"{reason}: {AT_TOP}")
        self.parent = ""


# --- Understanding


def understand(number: int, row: Row, zone: tzinfo) -> Arrival:
    """A row as a comment of this site; BadCell says which cell refuses."""
    check_whole(row)
    now = timezone.now().astimezone(zone)
    text = paragraphs(row["text"])
    if len(text) > COMMENT_LENGTH:
        raise BadCell("text", f"is longer than {COMMENT_LENGTH} characters")
    day = day_in(row, "date", now.date())
    created_at = datetime.combine(day, _time(row["time"]), zone)
    if created_at > now:
        raise BadCell("time", f"lies in the future: {row['time'][:30]}")
    parent = row["parentId"].strip().lower().removesuffix(".0")
    arrival = Arrival(
        row=number,
        code=code_in(row, "id"),
        proposal=code_in(row, "proposalId"),
        parent="" if parent in NO_PARENT else parent,
        text=text,
        created_at=created_at,
        agrees=count_in(row, "numPositiveVotes"),
        disagrees=count_in(row, "numNegativeVotes"),
        office="",
    )
    if count_in(row, "numVotes") != arrival.agrees + arrival.disagrees:
        arrival.notes.append("numVotes is not the sum of those for and against, which were taken")
    kind = row["userType"].strip()
    if kind.lower() in OFFICES:
        arrival.office = OF_THE_PORTAL.format(kind)
    elif kind.lower() not in PEOPLE:
        arrival.notes.append(f"userType {kind[:30]!r} is none we know: brought as anybody's")
    return arrival


def _time(text: str) -> time:
    found = TIME.fullmatch(text.strip())
    if not found:
        raise BadCell("time", f"is no time we know: {text[:30]!r}")
    hour, minute, second = found.groups(default="0")
    return time(int(hour), int(minute), int(second))


# --- Bringing


@transaction.atomic
def bring_comments(
    rows: Rows,
    municipality: Municipality,
    threads: dict[str, int],
    *,
    zone: tzinfo,
    say: Say = lambda done, of: None,
) -> Summary:
    """Bring each comment that is understood and is not here yet. Needs the municipality's scope.

    `threads` gives for each proposal, by its id over there, the thread it has here.
    """
    summary = Summary()
    arrivals, gone = _read(rows, threads, zone, summary)
    here = {
        comment.imported_code: comment
        for comment in Comment.objects.filter(municipality=municipality)
        .exclude(imported_code="")
        .select_related("parent")
    }
    _settle_parents(arrivals, gone, threads, here)
    _cut_circles(arrivals)
    coming = []
    for arrival in arrivals.values():
        known = here.get(arrival.code)
        if known is None:
            coming.append(arrival)
            for note in arrival.notes:
                summary.keep(arrival.row, arrival.code, note)
        elif changed := _differences(known, arrival, threads):
            reason = f"here already and left as it is; differs in {changed}"
            summary.keep(arrival.row, arrival.code, reason)
        else:
            summary.unchanged += 1
    ids = {code: comment.pk for code, comment in here.items()}
    _create(coming, municipality, threads, ids, say)
    summary.created = len(coming)
    return summary


def _read(
    rows: Rows, threads: dict[str, int], zone: tzinfo, summary: Summary
) -> tuple[dict[str, Arrival], dict[str, str]]:
    """The comments that may come, by their code, and why the others do not."""
    arrivals: dict[str, Arrival] = {}
    gone: dict[str, str] = {}
    seen: dict[str, int] = {}
    for number, row in rows:
        try:
            arrival = understand(number, row, zone)
            if arrival.code in seen:
                raise BadCell("id", f"is that of row {seen[arrival.code]} too")
        except BadCell as problem:
            summary.reject(number, problem.column, problem.reason)
            gone.setdefault((row.get("id") or "").strip(), "was rejected")
            continue
        seen[arrival.code] = number
        if arrival.proposal not in threads:
            reason = f"of the proposal {arrival.proposal}, which is not here"
        elif not arrival.text:
            reason = "has no text"
            gone[arrival.code] = reason
        else:
            arrivals[arrival.code] = arrival
            continue
        summary.leave_out(number, arrival.code, reason)
    return arrivals, gone


def _settle_parents(
    arrivals: dict[str, Arrival],
    gone: dict[str, str],
    threads: dict[str, int],
    here: dict[str, Comment],
) -> None:
    """What cannot hang on the comment it names goes to the top level, and says why."""
    for arrival in arrivals.values():
        name = arrival.parent
        if not name:
            continue
        if name in arrivals:
            thread = threads[arrivals[name].proposal]
        elif name in here:
            thread = here[name].thread_id
        else:
            why = gone.get(name, "is not in the export")
            arrival.to_top(f"the comment {name[:30]} it replies to {why}")
            continue
        if thread != threads[arrival.proposal]:
            arrival.to_top(f"the comment {name} it replies to is on another proposal")


def _cut_circles(arrivals: dict[str, Arrival]) -> None:
    """Comments that reply to each other in a circle hang on the one that stands first."""
    done: set[str] = set()
    for start in arrivals:
        path: dict[str, Arrival] = {}
        code = start
        while code in arrivals and code not in done and code not in path:
            path[code] = arrivals[code]
            code = arrivals[code].parent
        if code in path:
            circle = list(path.values())[list(path).index(code) :]
            first = min(circle, key=lambda arrival: arrival.row)
            first.to_top("it replies to itself in a circle")
        done |= path.keys()


def _create(
    coming: list[Arrival],
    municipality: Municipality,
    threads: dict[str, int],
    ids: dict[str, int],
    say: Say,
) -> None:
    """Level by level, so that each parent has its id before its replies come."""
    replies: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in coming:
        replies["" if arrival.parent in ids else arrival.parent].append(arrival)
    level, created = replies[""], 0
    while level:
        for batch in _batches(level):
            comments = [_comment(arrival, municipality, threads, ids) for arrival in batch]
            Comment.objects.bulk_create(comments)
            ids |= {comment.imported_code: comment.pk for comment in comments}
            days = (arrival.created_at.date() for arrival in batch)
            acts = [ledger.Act(None, day, Channel.IMPORT) for day in days]
            ledger.record_many(InterventionKind.COMMENT, municipality, acts)
            created += len(batch)
            say(created, len(coming))
        level = [reply for arrival in level for reply in replies[arrival.code]]


def _batches(level: list[Arrival]) -> Iterable[list[Arrival]]:
    return (level[start : start + AT_ONCE] for start in range(0, len(level), AT_ONCE))


def _comment(
    arrival: Arrival, municipality: Municipality, threads: dict[str, int], ids: dict[str, int]
) -> Comment:
    return Comment(
        municipality=municipality,
        thread_id=threads[arrival.proposal],
        parent_id=ids[arrival.parent] if arrival.parent else None,
        as_office=arrival.office,
        text=arrival.text,
        channel=Channel.IMPORT,
        created_at=arrival.created_at,
        imported_code=arrival.code,
        imported_agrees=arrival.agrees,
        imported_disagrees=arrival.disagrees,
        agrees=arrival.agrees,
        disagrees=arrival.disagrees,
    )


def _differences(known: Comment, arrival: Arrival, threads: dict[str, int]) -> str:
    fields = {
        "proposalId": known.thread_id == threads[arrival.proposal],
        "parentId": (known.parent.imported_code if known.parent else "") == arrival.parent,
        "text": known.text == arrival.text,
        "date or time": known.created_at == arrival.created_at,
        "numPositiveVotes": known.imported_agrees == arrival.agrees,
        "numNegativeVotes": known.imported_disagrees == arrival.disagrees,
    }
    return ", ".join(name for name, is_same in fields.items() if not is_same)
