"""What the tables of a poll hand over to the count, how far each has come, and what is missing.

Only reads. What happens at a table is in votes/actions/paper.py and paper_recount.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.models import Place
from votes import counting, readings
from votes.enums import EntryRole, PaperAct, TableStep
from votes.models import EntryPart, PaperEntry, Table


if TYPE_CHECKING:
    from votes.models import Urn

FIGURES = ("signatures", "spoiled", "left_over", "papers", "blank", "void")
# Above one line in each begun hundred that differs, a table is entered afresh.
TOLERATED_IN = 100


class TablePapers(NamedTuple):
    """The box of one desk: what its acta says, and one set of answers for each paper in it.

    A paper's answers go by the ids of the questions; a null one is void.
    """

    desk: str
    acta: dict[str, Any]
    answers: list[dict[str, Any]]


class Handed(NamedTuple):
    """What the log of a table says: papers handed out, and taken back spoiled."""

    handed: int
    spoiled: int


def of_urn(urn: Urn) -> list[TablePapers]:
    """The settled tables of the urn's poll, in the order of their names; none without a poll."""
    tables = Table.objects.filter(poll__urn=urn, settled_at__isnull=False)
    return [
        TablePapers(table.desk.name, acta_of(table), answers_of(table))
        for table in tables.select_related("desk").order_by("desk__name")
    ]


def why_not_ready(urn: Urn) -> str:
    """What keeps paper from being counted, table by table, in words for staff; or nothing."""
    tables = Table.objects.filter(poll__urn=urn, settled_at=None).select_related(
        "desk", "poll__urn"
    )
    steps = steps_of(tables.order_by("desk__name"))
    return " ".join(
        _("%(desk)s: %(missing)s.") % {"desk": table.desk.name, "missing": steps[table.pk].label}
        for table in tables.order_by("desk__name")
    )


def acta_of(table: Table) -> dict[str, Any]:
    acta: dict[str, Any] = {name: getattr(table, name) for name in ("supplied", *FIGURES)}
    notes = "\n\n".join(note for note in (table.note, table.entries_note) if note)
    return acta | {"note": notes, "photo": table.photo_sha256}


def log_of(table: Table) -> Handed:
    count = table.events.aggregate(
        handed=Count("pk", filter=Q(act=PaperAct.HANDED)),
        spoiled=Count("pk", filter=Q(act=PaperAct.SPOILED)),
    )
    return Handed(**count)


def what_does_not_add_up(table: Table, figures: Mapping[str, int], log: Handed) -> list[str]:
    """Each sum of an acta that does not hold, in words; what the database asks too (votes/0003)."""
    supplied = table.supplied
    signatures, spoiled, left_over, papers, blank, void = (figures[name] for name in FIGURES)
    found = []
    if supplied != signatures + left_over:
        found.append(
            _("%(supplied)d papers were supplied, and signatures and papers left over are %(sum)d.")
            % {"supplied": supplied, "sum": signatures + left_over}
        )
    if signatures != papers + spoiled:
        found.append(
            _("There are %(signatures)d signatures, and papers in the box and spoiled are %(sum)d.")
            % {"signatures": signatures, "sum": papers + spoiled}
        )
    if blank + void > papers:
        found.append(
            _("Blank and void are %(sum)d, more than the %(papers)d papers in the box.")
            % {"sum": blank + void, "papers": papers}
        )
    if signatures != log.handed:
        found.append(
            _("The log of this table has %(handed)d papers handed out, and not %(signatures)d.")
            % {"handed": log.handed, "signatures": signatures}
        )
    if spoiled != log.spoiled:
        found.append(
            _("The log of this table has %(logged)d spoiled papers, and not %(spoiled)d.")
            % {"logged": log.spoiled, "spoiled": spoiled}
        )
    return found


# --- Which paper ballots there are

OTHERS = "otro"  # somebody who lives in no district that a question names


def sheets_of(questions: list[dict[str, Any]]) -> dict[str, str]:
    """The paper ballots, by the ubigeo of their district, if not all are asked the same."""
    _elsewhere, *districts = counting.places_of(questions)
    if not districts:
        return {}
    names = Place.objects.filter(code__in=districts).order_by("name").values_list("code", "name")
    found = dict(names)
    return found | ({OTHERS: _("Other places")} if counting.asked_in(questions, OTHERS) else {})


def sheet_in(urn: Urn, place: str) -> str:
    """The name of the paper ballot for somebody who lives there, if there are several."""
    sheets = sheets_of(readings.questions_of(urn))
    return sheets.get(place) or sheets.get(OTHERS, "")


# --- Entries


def questions_of(table: Table) -> list[dict[str, Any]]:
    return readings.questions_of(table.poll.urn)


def read_in(table: Table) -> dict[int, dict[str, Any]]:
    """What each role has read on each paper in this round: number → role → answers."""
    rows = PaperEntry.objects.filter(part__table=table, part__round=table.round)
    return _by_number(rows.values_list("number", "part__role", "answers"))


def _by_number(rows: Iterable[tuple[int, str, Any]]) -> dict[int, dict[str, Any]]:
    read: dict[int, dict[str, Any]] = defaultdict(dict)
    for number, role, answers in rows:
        read[number][role] = answers
    return dict(sorted(read.items()))


def differing(questions: list[dict[str, Any]], read: dict[int, dict[str, Any]]) -> list[int]:
    """The papers on which the two people did not read the same."""
    return [
        number
        for number, by in read.items()
        if not readings.same(questions, by.get(EntryRole.FIRST), by.get(EntryRole.SECOND))
    ]


def are_too_many(differing_: int, papers: int) -> bool:
    """Whether so many papers differ that the table is entered afresh: above 1 in each 100."""
    return differing_ > -(-papers // TOLERATED_IN)


def answers_of(table: Table) -> list[dict[str, Any]]:
    """What both entries say of each paper of the last round, or else what the third person read."""
    return _settled(questions_of(table), read_in(table))


def _settled(
    questions: list[dict[str, Any]], read: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    apart = set(differing(questions, read))
    return [
        by[EntryRole.THIRD if number in apart else EntryRole.FIRST] for number, by in read.items()
    ]


class Totals(NamedTuple):
    """Whole papers with nothing on them, and whole papers that are void."""

    blank: int
    void: int


def as_counted(table: Table) -> list[dict[str, Any]]:
    """The same, with what two marked headings of one paper make void."""
    questions = questions_of(table)
    return [counting.settled(questions, paper) for paper in answers_of(table)]


def totals_of(answers: list[dict[str, Any]]) -> Totals:
    """A paper is blank or void in the acta's sense if it is so in every question it answers."""
    papers = [list(paper.values()) for paper in answers]
    void = sum(bool(paper) and all(one is None for one in paper) for paper in papers)
    blank = sum(all(one is not None and not one for one in paper) for paper in papers)
    return Totals(blank, void)


# --- How far each has come


def steps_of(tables: Iterable[Table]) -> dict[int, TableStep]:
    """What is to be done next at each table. Needs `poll.urn`; two queries for all of them."""
    tables = list(tables)
    parts: dict[int, dict[str, EntryPart]] = defaultdict(dict)
    for part in EntryPart.objects.filter(table__in=tables):
        if part.round == next(t.round for t in tables if t.pk == part.table_id):
            parts[part.table_id][part.role] = part
    both = [table for table in tables if _both_done(parts[table.pk])]
    read = defaultdict(list)
    for pk, round_, *row in PaperEntry.objects.filter(part__table__in=both).values_list(
        "part__table", "part__round", "number", "part__role", "answers"
    ):
        read[pk, round_].append(row)
    return {
        table.pk: _step(table, parts[table.pk], _by_number(read[table.pk, table.round]))
        for table in tables
    }


def _both_done(parts: dict[str, EntryPart]) -> bool:
    two = (parts.get(EntryRole.FIRST), parts.get(EntryRole.SECOND))
    return all(part and part.done_at for part in two)


def _step(table: Table, parts: dict[str, EntryPart], read: dict[int, dict[str, Any]]) -> TableStep:
    if table.settled_at:
        return TableStep.SETTLED
    if table.signed_at is None:
        if table.emptied_at:
            return TableStep.ACTA
        is_over = timezone.now() >= table.poll.urn.closes_at
        return TableStep.BOX if is_over else TableStep.VOTING
    if not _both_done(parts) and table.papers:
        return TableStep.ENTRIES
    third = parts.get(EntryRole.THIRD)
    if differing(questions_of(table), read) and not (third and third.done_at):
        return TableStep.THIRD
    return TableStep.TOTALS


def step_of(table: Table) -> TableStep:
    return steps_of([table])[table.pk]
