"""What another portal's open data brings: the proposals of a CONSUL export, with their past.

The export counts supports and names nobody, so that a proposal arrives with the number and
without people or author. Whatever had to be altered to fit is said, and nothing is invented:
a cell that cannot be understood refuses its row.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from pathlib import Path

import nh3
from django.db import transaction
from django.utils import timezone

from municipalities.models import Municipality
from participation import history, ledger
from participation.enums import Channel, InterventionKind, ThreadKind
from participation.models import Thread
from proposals.enums import AuthorKind, ProposalState
from proposals.models import Proposal
from proposals.thresholds import terms_for


ENCODINGS = ("utf-8-sig", "cp1252")
COLUMNS = ("code", "title", "date", "summary", "text", "status", "numSupports")
CELL = 10 * 1024 * 1024
MOST_SUPPORTS = 2_147_483_647
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%Y/%m/%d")
TITLE, SUMMARY, BODY, CODE = 120, 300, 20_000, 30
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
NO_COMMENTS = "comments are brought once the site has conversations; nothing of them was stored"


class NotAnExport(Exception):
    """The file as a whole cannot be read as a CONSUL export."""


class BadCell(Exception):
    """One cell that cannot be understood."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column, self.reason = column, reason


@dataclass
class Summary:
    """What happened to the rows of one kind."""

    created: int = 0
    unchanged: int = 0
    kept: list[dict[str, str | int]] = field(default_factory=list)
    rejected: list[dict[str, str | int]] = field(default_factory=list)

    def keep(self, row: int, code: str, reason: str) -> None:
        self.kept.append({"row": row, "code": code, "reason": reason})

    def reject(self, row: int, column: str, reason: str) -> None:
        self.rejected.append({"row": row, "column": column, "reason": reason})

    def as_dict(self) -> dict:
        return asdict(self)


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


# --- Reading


def rows_of(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their numbers as a spreadsheet shows them: the header is row 1."""
    csv.field_size_limit(CELL)
    text = _decoded(path.read_bytes())
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    missing = [name for name in columns if name not in (reader.fieldnames or [])]
    if missing:
        raise NotAnExport(f"the columns {', '.join(missing)} are missing from {path.name}")
    try:
        yield from enumerate(reader, start=2)
    except csv.Error as problem:
        raise NotAnExport(f"{path.name} is broken near line {reader.line_num}: {problem}") from None


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotAnExport("the file is neither in UTF-8 nor in Windows-1252")


# --- Understanding


def understand(row: dict[str, str], municipality: Municipality, today: date) -> Arrival:
    """A row as a proposal of this site; BadCell says which cell refuses."""
    if None in row:
        raise BadCell("", "the row has more cells than the header")
    if None in row.values():
        raise BadCell("", "the row has fewer cells than the header")
    for column, cell in row.items():
        if "\x00" in cell:
            raise BadCell(column, "holds a NUL byte")
    notes: list[str] = []
    body = _paragraphs(row["text"])
    title = _line(row["title"])
    if not title:
        raise BadCell("title", "is empty")
    if len(title) > TITLE:
        body = f"**{title}**\n\n{body}".strip()
        title = _cut(title, TITLE)
        notes.append(f"title longer than {TITLE}: cut at a word, kept whole in the text")
    summary = _line(row["summary"])
    if not summary:
        summary = _cut(_line(row["text"]) or title, SUMMARY)
        notes.append("summary empty: taken from the text or the title")
    elif len(summary) > SUMMARY:
        body = f"{summary}\n\n{body}".strip()
        summary = _cut(summary, SUMMARY)
        notes.append(f"summary longer than {SUMMARY}: cut at a word, kept whole in the text")
    if len(body) > BODY:
        raise BadCell("text", f"is longer than {BODY} characters")
    day = _day(row["date"], today)
    return Arrival(
        code=_code(row["code"]),
        title=title,
        summary=summary,
        body=body,
        day=day,
        state=_state(row["status"], day, municipality, today, notes),
        supports=_number(row["numSupports"]),
        is_association=(row.get("isAssociation") or "0").strip().lower() in ("1", "true", "t"),
        notes=notes,
    )


def _line(text: str) -> str:
    return " ".join(_plain(text).split())


def _paragraphs(text: str) -> str:
    """Plain paragraphs; what the other portal held as HTML loses its tags, not its breaks."""
    text = re.sub(r"(?i)<br\s*/?>|</(p|div|li|h\d)>", "\n", text)
    lines = (" ".join(line.split()) for line in _plain(text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _plain(text: str) -> str:
    if re.search(r"</?[a-zA-Z][^>]*>", text):
        text = nh3.clean(text, tags=set())
    return html.unescape(text)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    head, _space, _rest = text[:limit].rpartition(" ")
    return (head or text[: limit - 1]).rstrip(" ,;:.") + "…"


def _code(text: str) -> str:
    code = text.strip()
    if not code:
        raise BadCell("code", "is empty")
    if len(code) > CODE:
        raise BadCell("code", f"is longer than {CODE} characters")
    return code


def _day(text: str, today: date) -> date:
    text = text.strip()
    for form in DATES:
        try:
            day = datetime.strptime(text[:10], form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
        if day > today:
            raise BadCell("date", f"lies in the future: {text[:30]}")
        return day
    raise BadCell("date", f"is no date we know: {text[:30]!r}")


def _number(text: str) -> int:
    digits = text.strip()
    if not re.fullmatch(r"[0-9]+(\.0)?", digits) or int(float(digits)) > MOST_SUPPORTS:
        raise BadCell("numSupports", f"is no count: {digits[:30]!r}")
    return int(float(digits))


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
    rows: Iterator[tuple[int, dict[str, str]]],
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
