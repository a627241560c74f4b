"""What the tables of a poll hand over to the count: their actas, and what was read on each paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from votes.enums import EntryRole
from votes.models import PaperEntry, Table


if TYPE_CHECKING:
    from votes.models import Urn


class TablePapers(NamedTuple):
    """The box of one desk: what its acta says, and one set of answers for each paper in it.

    A paper's answers go by the ids of the questions; a null one is void.
    """

    desk: str
    acta: dict[str, Any]
    answers: list[dict[str, Any]]


def of_urn(urn: Urn) -> list[TablePapers]:
    """The settled tables of the urn's poll, in the order of their names; none without a poll."""
    tables = Table.objects.filter(poll__urn=urn, settled_at__isnull=False)
    return [
        TablePapers(table.desk.name, acta_of(table), answers_of(table))
        for table in tables.select_related("desk").order_by("desk__name")
    ]


def why_not_ready(urn: Urn) -> str:
    """What keeps paper from being counted, in words for staff; nothing if all is settled."""
    unsettled = Table.objects.filter(poll__urn=urn, settled_at=None).select_related("desk")
    return ", ".join(table.desk.name for table in unsettled.order_by("desk__name"))


def acta_of(table: Table) -> dict[str, Any]:
    figures = ("supplied", "signatures", "spoiled", "left_over", "papers", "blank", "void")
    acta: dict[str, Any] = {name: getattr(table, name) for name in figures}
    return acta | {"note": table.note, "photo": table.photo_sha256}


def answers_of(table: Table) -> list[dict[str, Any]]:
    """What both entries say of each paper of the last round, or else what the third person read."""
    entries = PaperEntry.objects.filter(part__table=table, part__round=table.round)
    read: dict[int, dict[str, Any]] = {}
    for number, role, answers in entries.values_list("number", "part__role", "answers"):
        read.setdefault(number, {})[role] = answers
    return [_settled(read[number]) for number in sorted(read)]


def _settled(by_role: dict[str, Any]) -> dict[str, Any]:
    if by_role.get(EntryRole.FIRST) == by_role.get(EntryRole.SECOND):
        return by_role[EntryRole.FIRST]
    return by_role[EntryRole.THIRD]
