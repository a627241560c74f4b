"""A table of the demo: papers handed out, and the recount by two who do not see each other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils import timezone

from accounts.enums import DocumentKind
from votes.actions import paper, paper_desks, paper_recount
from votes.models import Desk, Table


if TYPE_CHECKING:
    from accounts.models import User
    from votes.models import Poll
    from votes.seeds import Planted, Square


def set_up(square: Square, poll: Poll, text: dict[str, Any]) -> None:
    """The desk, with the officer who attends it today; its table, with its papers."""
    desk = paper_desks.save_desk(
        square.municipality, name=text["name"], address=text["address"], is_active=True
    )
    now = timezone.now()
    until = now + timedelta(hours=8)
    paper_desks.add_shift(desk, officer=square.clerk, starts_at=now, ends_at=until)
    paper_desks.set_tables(poll, {desk.pk: text["supplied"]})


def hand_out(planted: Planted) -> None:
    """The last of the neighbours vote on paper; the first paper is spoiled and exchanged."""
    square, table = planted.square, _table(planted)
    for place in range(len(square.residents) - papers_of(planted.text), len(square.residents)):
        paper.hand_out(
            [table],
            kind=DocumentKind.DNI,
            number=square.document(place),
            attempt=uuid4(),
            by=square.clerk,
        )
    paper.replace_spoiled(table, attempt=uuid4(), by=square.clerk)


def recount(planted: Planted) -> None:
    square, desk, table = planted.square, planted.text["desk"], _table(planted)
    inside = papers_of(planted.text)
    paper_recount.empty_box(table, by=square.clerk)
    figures = {
        "signatures": inside + 1,
        "spoiled": 1,
        "left_over": desk["supplied"] - inside - 1,
        "papers": inside,
        "blank": desk["papers"].count([]),
        "void": desk["void"],
    }
    photo = square.draw("acta")
    paper_recount.sign(table, figures=figures, note="", photo=photo, by=square.clerk)
    for officer in (square.administrator, square.evaluator):
        _enter(table, desk, by=officer)


def _enter(table: Table, desk: dict[str, Any], *, by: User) -> None:
    part = paper_recount.take_part(table, by=by)
    read = [*desk["papers"], *[None] * desk["void"]]
    paper_recount.enter(
        part, read={number: {"q1": marks} for number, marks in enumerate(read, start=1)}, by=by
    )


def papers_of(text: dict[str, Any]) -> int:
    """How many are in the box; none without a desk."""
    desk = text.get("desk")
    return len(desk["papers"]) + desk["void"] if desk else 0


def _table(planted: Planted) -> Table:
    tables = Table.objects.select_related("municipality", "desk", "poll__urn")
    return tables.get(poll=planted.poll, desk__in=Desk.objects.filter(is_active=True))
