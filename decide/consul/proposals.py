"""The proposals of a CONSUL export, with their past.

The export counts supports and names nobody, so that a proposal arrives with the number and
without people or author. Whatever had to be altered to fit is said, and nothing is invented:
a cell that cannot be understood refuses its row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from decide.consul.reading import (
    BadCell,
    NotAnExport,
    Row,
    Rows,
    Summary,
    check_whole,
    code_in,
    count_in,
    cut,
    day_in,
    line,
    paragraphs,
)
from municipalities.models import Municipality
from participation import history, ledger
from participation.enums import Channel, InterventionKind, ThreadKind
from participation.models import Thread
from proposals.enums import AuthorKind, ProposalState
from proposals.models import Proposal
from proposals.thresholds import terms_for


COLUMNS = ("code", "title", "date", "summary", "text", "status", "numSupports")
TITLE, SUMMARY, BODY = 120, 300, 20_000
ASSOCIATION = "Asociación (sin nombre en los datos abiertos)"
OF_ARCHIVED, OF_OPEN, OF_RETIRED = "archived", "open", "retired"
STATES = {
    "archived": OF_ARCHIVED,
    "open": OF_OPEN,
    "published": OF_OPEN,
    "active": OF_OPEN,
    "retired": OF_RETIRED,
}
RETIRED_THERE = "Su autor o autora la retiró en el portal anterior."


@dataclass
class Arrival:
    """A proposal as it will be here, and what had to be altered."""

    code: str
    title: str
    summary: str
    body: str
    day: date
    state: ProposalState
    supports: int
    is_association: bool
    notes: list[str] = field(default_factory=list)

    @property
    def published_at(self) -> datetime:
        """The export knows the day alone; noon is that day for everybody."""
        return _at_noon(self.day)


# --- Understanding


def understand(row: Row, municipality: Municipality, today: date) -> Arrival:
    """A row as a proposal of this site; BadCell says which cell refuses."""
    check_whole(row)
    notes: list[str] = []
    body = paragraphs(row["text"])
    title = line(row["title"])
    if not title:
        raise BadCell("title", "is empty")
    if len(title) > TITLE:
        body = f"**{title}**\n\n{body}".strip()
        title = cut(title, TITLE)
        notes.append(f"title longer than {TITLE}: cut at a word, kept whole in the text")
    summary = line(row["summary"])
    if not summary:
        summary = cut(line(row["text"]) or title, SUMMARY)
        notes.append("summary empty: taken from the text or the title")
    elif len(summary) > SUMMARY:
        body = f"{summary}\n\n{body}".strip()
        summary = cut(summary, SUMMARY)
        notes.append(f"summary longer than {SUMMARY}: cut at a word, kept whole in the text")
    if len(body) > BODY:
        raise BadCell("text", f"is longer than {BODY} characters")
    day = day_in(row, "date", today)
    return Arrival(
        code=code_in(row, "code"),
        title=title,
        summary=summary,
        body=body,
        day=day,
        state=_state(row["status"], day, municipality, today, notes),
        supports=count_in(row, "numSupports"),
        is_association=(row.get("isAssociation") or "0").strip().lower() in ("1", "true", "t"),
        notes=notes,
    )


def _state(
    text: str, day: date, municipality: Municipality, today: date, notes: list[str]
) -> ProposalState:
    known = STATES.get(text.strip().lower())
    if known is None:
        raise BadCell("status", f"is none we know: {text[:30]!r}")
    if known == OF_RETIRED:
        return ProposalState.RETIRED
    closes = terms_for(municipality, day).closes_on
    if known == OF_OPEN and closes >= today:
        return ProposalState.GATHERING
    if known == OF_OPEN:
        notes.append(f"open there; its term ended on {closes}, so it is archived here")
    return ProposalState.ARCHIVED


# --- Bringing


@transaction.atomic
def bring_proposals(
    rows: Rows,
    municipality: Municipality,
    *,
    threshold: int | None = None,
) -> Summary:
    """Bring each row that is understood and is not here yet. Needs the municipality's scope."""
    summary = Summary()
    today = timezone.localdate()
    seen: dict[str, int] = {}
    here = {p.code: p for p in Proposal.objects.filter(municipality=municipality).exclude(code="")}
    for number, row in rows:
        try:
            arrival = understand(row, municipality, today)
            if arrival.code in seen:
                raise BadCell("code", f"is that of row {seen[arrival.code]} too")
            known = here.get(arrival.code)
            if known and known.channel != Channel.IMPORT:
                raise BadCell("code", "belongs to a proposal written here")
        except BadCell as problem:
            summary.reject(number, problem.column, problem.reason)
            continue
        seen[arrival.code] = number
        if known is None:
            _create(arrival, municipality, threshold)
            summary.created += 1
            if arrival.state == ProposalState.GATHERING:
                arrival.notes.append("still open: goes on gathering supports of residents here")
            for note in arrival.notes:
                summary.keep(number, arrival.code, note)
        elif changed := _differences(known, arrival):
            summary.keep(
                number, arrival.code, f"here already and left as it is; differs in {changed}"
            )
        else:
            summary.unchanged += 1
    return summary


def threads_of(rows: Rows, municipality: Municipality) -> dict[str, int]:
    """The thread here of each proposal that was brought, by the id it has over there.

    Codes are how this site knows them; comments name the id.
    """
    codes: dict[str, str] = {}
    for number, row in rows:
        there, code = (row["id"] or "").strip(), (row["code"] or "").strip()
        if codes.setdefault(there, code) != code:
            raise NotAnExport(
                f"row {number} of the proposals has the id of another: {there[:30]!r}"
            )
    brought = Proposal.objects.filter(municipality=municipality, channel=Channel.IMPORT)
    threads = dict(brought.values_list("code", "thread"))
    return {there: threads[code] for there, code in codes.items() if code in threads}


def _create(arrival: Arrival, municipality: Municipality, threshold: int | None) -> Proposal:
    terms = terms_for(municipality, arrival.day)
    needed = _needed(arrival, threshold, terms.threshold)
    thread = Thread.objects.create(
        municipality=municipality,
        kind=ThreadKind.PROPOSAL,
        title=arrival.title,
        is_public=True,
    )
    is_closed = arrival.state != ProposalState.GATHERING
    proposal = Proposal.objects.create(
        municipality=municipality,
        thread=thread,
        channel=Channel.IMPORT,
        author_kind=AuthorKind.ORGANISATION if arrival.is_association else AuthorKind.PERSON,
        organisation=ASSOCIATION if arrival.is_association else "",
        code=arrival.code,
        title=arrival.title,
        summary=arrival.summary,
        body=arrival.body,
        place_name=municipality.short_name,
        state=arrival.state,
        published_at=arrival.published_at,
        threshold=needed,
        closes_on=terms.closes_on,
        closed_at=_at_noon(min(terms.closes_on, timezone.localdate())) if is_closed else None,
        close_reason=RETIRED_THERE if arrival.state == ProposalState.RETIRED else "",
        imported_supports=arrival.supports,
        support_count=arrival.supports,
    )
    thread.path = proposal.get_absolute_url()
    thread.save(update_fields=["path"])
    history.record("published", thread, by=None, at=proposal.published_at)
    history.record("imported", thread, by=None, data={"supports": arrival.supports})
    ledger.record(InterventionKind.PROPOSAL, municipality, channel=Channel.IMPORT, day=arrival.day)
    return proposal


def _needed(arrival: Arrival, there: int | None, here: int) -> int:
    """What the bar is measured by, for a number that another portal counted by its own rules."""
    if there is None and arrival.state == ProposalState.GATHERING:
        # Nobody knows who stood behind the number, so that an answer is owed only once as
        # many verified residents support it here as any other proposal needs.
        return arrival.supports + here
    # What ended there without enough may not look here as if it had had them.
    return max(there or here, arrival.supports + 1)


def _differences(known: Proposal, arrival: Arrival) -> str:
    fields = {
        "title": known.title == arrival.title,
        "summary": known.summary == arrival.summary,
        "text": known.body == arrival.body,
        "date": known.published_at == arrival.published_at,
        "numSupports": known.imported_supports == arrival.supports,
    }
    return ", ".join(name for name, is_same in fields.items() if not is_same)


def _at_noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
