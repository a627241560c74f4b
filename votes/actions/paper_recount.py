"""The recount of a table, in its order: box, acta, two blind entries, a third for what differs.

Each step holds the table's row, so that no two people are at the same one. Nothing that was
entered is changed or lost; what does not agree is settled with a note, which is published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from participation.images import store_image
from votes import papers, readings
from votes.actions.paper import locked
from votes.enums import EntryRole, TableStep
from votes.models import EntryPart, PaperEntry, Table


if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from participation.models import Image


class CannotRecount(Exception):
    """The recount does not go on like this; the text says why, and nothing was changed."""


class SaysNoReason(CannotRecount):
    """The figures do not add up and no note says why: each sum that fails, in words."""

    def __init__(self, sums: list[str]) -> None:
        super().__init__(_("The figures do not add up. Correct them, or write why."))
        self.sums = sums


@transaction.atomic
def empty_box(table: Table, *, by: User) -> Table:
    """The box is opened, emptied and its papers mixed, before witnesses."""
    table = locked(table)
    if table.emptied_at:
        return table
    if timezone.now() < table.poll.urn.closes_at:
        raise CannotRecount(_("People still vote: the box stays closed until the vote has closed."))
    table.emptied_at = timezone.now()
    try:
        with transaction.atomic():
            table.save(update_fields=["emptied_at"])
    except IntegrityError:  # by the database's clock, or a poll that was called off
        raise CannotRecount(_("The box of this vote cannot be emptied now.")) from None
    return table


@transaction.atomic
def sign(
    table: Table, *, figures: Mapping[str, int], note: str, photo: UploadedFile | None, by: User
) -> Table:
    """The acta of a table, as it was signed on paper. Signed again, it is a correction.

    A correction says why, keeps what the acta said before, and has the papers entered afresh.
    """
    table = locked(table)
    if table.emptied_at is None:
        raise CannotRecount(_("First the box is emptied and the papers are mixed."))
    if table.settled_at:
        raise CannotRecount(_("This table is settled."))
    sums = papers.what_does_not_add_up(table, figures, papers.log_of(table))
    if sums and not note:
        raise SaysNoReason(sums)
    if table.signed_at:
        if not note:
            raise CannotRecount(_("Write why the acta is corrected."))
        note = "\n\n".join(filter(None, [table.note, note, _as_it_was(table)]))
        table.round += 1
    elif photo is None:
        raise CannotRecount(_("Add a photo of the signed acta."))
    if photo:
        table.photo = _kept(table, photo, by)
        table.photo_sha256 = _sha256(table.photo)
    for name in papers.FIGURES:
        setattr(table, name, figures[name])
    table.note, table.signed_at, table.signed_by = note, timezone.now(), by
    table.save()
    if not table.papers:
        _settle_if_it_agrees(table, by)
    return table


@transaction.atomic
def take_part(table: Table, *, by: User) -> EntryPart:
    """The part in which somebody enters this table's papers: the first that is free.

    Nobody has two in a round, so that no one person decides what a paper says.
    """
    table = locked(table)
    step = papers.step_of(table)
    parts = {part.role: part for part in table.parts.filter(round=table.round)}
    for part in parts.values():
        if part.by_id == by.pk:
            return part
    if step == TableStep.ENTRIES:
        free = [role for role in (EntryRole.FIRST, EntryRole.SECOND) if role not in parts]
    elif step == TableStep.THIRD:
        free = [EntryRole.THIRD] if EntryRole.THIRD not in parts else []
    else:
        raise CannotRecount(_("The papers of this table are not being entered now."))
    if not free:
        raise CannotRecount(_("Others are entering this table already, and nobody is missing."))
    return EntryPart.objects.create(
        municipality_id=table.municipality_id,
        table=table,
        round=table.round,
        role=free[0],
        by=by,
    )


def left_to_enter(part: EntryPart) -> list[int]:
    """The numbers of the papers that this part still has to read, in order."""
    table = part.table
    numbers = range(1, table.papers + 1)
    if part.role == EntryRole.THIRD:
        numbers = papers.differing(papers.questions_of(table), papers.read_in(table))
    done = set(part.entries.values_list("number", flat=True))
    return [number for number in numbers if number not in done]


@transaction.atomic
def enter(part: EntryPart, *, read: Mapping[int, dict[str, Any]], by: User) -> EntryPart:
    """Add what somebody read on papers, by number. The same again is quiet; another is refused."""
    table = locked(part.table)
    part = EntryPart.objects.select_related("by").get(pk=part.pk)
    part.table = table
    if part.by_id != by.pk or part.round != table.round or table.settled_at:
        raise CannotRecount(_("This is not your part of the recount, or no longer."))
    before = dict(part.entries.filter(number__in=read).values_list("number", "answers"))
    for number, answers in before.items():
        if read[number] != answers:
            raise CannotRecount(
                _("Paper %(number)d is entered already, and what is entered stays.")
                % {"number": number}
            )
    waiting = left_to_enter(part)
    fresh = {number: answers for number, answers in read.items() if number not in before}
    if not set(fresh) <= set(waiting):
        raise CannotRecount(_("There is no such paper to be entered."))
    questions = papers.questions_of(table)
    for number, answers in fresh.items():
        if not readings.is_whole(questions, answers):
            raise CannotRecount(
                _("No paper of this vote asks what was entered of paper %(number)d.")
                % {"number": number}
            )
    PaperEntry.objects.bulk_create(
        PaperEntry(
            municipality_id=table.municipality_id,
            part=part,
            number=number,
            answers={
                q["id"]: readings.allowed(q, answers[q["id"]])
                for q in questions
                if q["id"] in answers
            },
        )
        for number, answers in sorted(fresh.items())
    )
    if part.done_at is None and len(waiting) == len(fresh):
        part.done_at = timezone.now()
        part.save(update_fields=["done_at"])
        _compare(table, by)
    return part


@transaction.atomic
def settle(table: Table, *, note: str, by: User) -> Table:
    """The entries differ from the acta in blank or void papers, and somebody says why."""
    table = locked(table)
    if papers.step_of(table) != TableStep.TOTALS:
        raise CannotRecount(_("There is nothing to be settled at this table now."))
    if not note:
        raise CannotRecount(_("Write why they differ: it is published."))
    table.entries_note = _joined(table.entries_note, note)
    _settle(table, by)
    return table


@transaction.atomic
def enter_afresh(table: Table, *, why: str, by: User) -> Table:
    """Everything is entered once more, from the first paper on; what was entered stays."""
    table = locked(table)
    if papers.step_of(table) not in (TableStep.ENTRIES, TableStep.THIRD, TableStep.TOTALS):
        raise CannotRecount(_("The papers of this table are not being entered now."))
    if not why:
        raise CannotRecount(_("Write why they are entered afresh: it is published."))
    _begin_afresh(table, _("Entered afresh: %(why)s") % {"why": why})
    return table


def _compare(table: Table, by: User) -> None:
    """Somebody has finished: settle, wait for a third person, or begin afresh."""
    parts = list(table.parts.filter(round=table.round))
    done = {part.role for part in parts if part.done_at}
    if not {EntryRole.FIRST, EntryRole.SECOND} <= done:
        return
    if EntryRole.THIRD not in done:
        apart = papers.differing(papers.questions_of(table), papers.read_in(table))
        if papers.are_too_many(len(apart), table.papers):
            _begin_afresh(
                table,
                ngettext(
                    "In round %(round)d one of %(papers)d papers was read differently, more than"
                    " 1 in 100: everything was entered afresh.",
                    "In round %(round)d %(count)d of %(papers)d papers were read differently, more"
                    " than 1 in 100: everything was entered afresh.",
                    len(apart),
                )
                % {"round": table.round, "count": len(apart), "papers": table.papers},
            )
            return
        if apart:
            return
    _settle_if_it_agrees(table, by)


def _begin_afresh(table: Table, why: str) -> None:
    table.round += 1
    table.entries_note = _joined(table.entries_note, why)
    table.save(update_fields=["round", "entries_note"])


def _settle_if_it_agrees(table: Table, by: User) -> None:
    if papers.totals_of(papers.as_counted(table)) == (table.blank, table.void):
        _settle(table, by)


def _settle(table: Table, by: User) -> None:
    table.settled_at, table.settled_by = timezone.now(), by
    table.save(update_fields=["settled_at", "settled_by", "entries_note"])


def _joined(*notes: str) -> str:
    return "\n\n".join(filter(None, notes))


def _as_it_was(table: Table) -> str:
    figures = {name: getattr(table, name) for name in papers.FIGURES}
    return _(
        "Before this correction the acta said: %(signatures)d signatures, %(spoiled)d spoiled,"
        " %(left_over)d left over, %(papers)d papers, of which %(blank)d blank and %(void)d void."
        " Its photo: %(photo)s."
    ) % (figures | {"photo": table.photo_sha256})


def _kept(table: Table, photo: UploadedFile, by: User) -> Image:
    description = _("Signed acta of «%(desk)s»") % {"desk": table.desk.name}
    return store_image(table.poll.thread, photo, description, by=by, by_office=True)


def _sha256(image: Image) -> str:
    with image.file.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
