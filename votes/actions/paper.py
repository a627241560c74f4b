"""What happens at a desk while people vote on paper: who they are, a mark on the roll, a paper.

The mark comes before the paper is handed over, and nothing says to whom a paper went. The
document is in memory only while it is compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.actions.residence import know_in_person
from accounts.models import Resident, User
from decide.common import documents
from municipalities.models import Padron, PadronEntry, Place
from participation.enums import Channel
from votes import keys, papers
from votes.actions import urn as urns
from votes.actions.voting import count_first
from votes.enums import PaperAct, Phase
from votes.models import PaperEvent, Table
from votes.rules import why_not_attend, why_not_on_paper
from votes.who import pretend_home


if TYPE_CHECKING:
    from votes.models import Poll


class CannotHandOut(Exception):
    """No paper is handed out now; the text says why and what to do."""


class Known(NamedTuple):
    """Somebody as far as is known here: proven before, or in a padrón, or neither."""

    resident: Resident | None
    district: Place | None
    hashes: list[bytes]


class Handed(NamedTuple):
    """What came of one poll: a paper to hand over, or why not."""

    poll: Poll
    refusal: str = ""
    is_repeated: bool = False
    replaces_web: bool = False
    which: str = ""  # of which district the paper ballot is, if there are several


@sensitive_variables()
def look_up(*, kind: str, number: str) -> Known:
    """Whether a document is that of a proven resident, or in a valid padrón of this municipality."""
    hashes = documents.all_hashes(kind, number)
    proven = Resident.objects.select_related("user", "district", "withdrawn_in").defer(
        "district__outline"
    )
    if resident := proven.filter(document_hash__in=hashes).first():
        return Known(resident, resident.district, hashes)
    listed = PadronEntry.objects.select_related("district").defer("district__outline")
    entry = (
        listed.filter(padron__in=Padron.objects.valid(), document_hash__in=hashes)
        .order_by("-padron__cutoff_on", "-pk")
        .first()
    )
    return Known(None, entry and entry.district, hashes)


@sensitive_variables()
@transaction.atomic
def hand_out(
    tables: Iterable[Table],
    *,
    kind: str,
    number: str,
    attempt: UUID,
    by: User,
    district: Place | None = None,
    seen: str = "",
) -> list[Handed]:
    """Mark somebody on the rolls of these tables' polls, so that they get a paper of each.

    `district` and `seen` are what the officer writes down of somebody who is on no list.
    The same form sent again, told by its `attempt`, hands out nothing more.
    """
    tables = sorted(tables, key=lambda table: table.poll_id)
    for table in tables:
        if reason := why_not_attend(by, table):
            raise CannotHandOut(str(reason))
    _mind_the_caps(by, seen)
    known = look_up(kind=kind, number=number)
    home = known.district or district
    if home is None:
        raise CannotHandOut(_("This document is on no list here. Write down where they live."))
    reasons = {
        table.pk: why_not_on_paper(table.poll, home, known.resident, known.hashes)
        for table in tables
    }
    if all(reasons.values()):
        return [Handed(table.poll, str(reasons[table.pk])) for table in tables]

    resident = know_in_person(kind=kind, number=number, district=home, by=by)
    seen = "" if known.district else seen
    handed = []
    for table in tables:
        if reasons[table.pk]:
            handed.append(Handed(table.poll, str(reasons[table.pk])))
            continue
        person = keys.person_key(table.poll.urn, resident)
        one = _hand_out(table, person, place=home.pk, attempt=attempt, seen=seen, by=by)
        if not one.refusal and not one.is_repeated:
            seen = ""
            if not one.replaces_web:
                count_first(table.poll, resident.user, Channel.DESK)
        handed.append(one)
    return handed


@transaction.atomic
def hand_out_in_test(
    tables: Iterable[Table], *, pretender: int, attempt: UUID, by: User
) -> list[Handed]:
    """The same for a pretend voter, in a test."""
    _mind_the_caps(by, "")
    return [
        _hand_out(
            table,
            keys.pretend_key(table.poll.urn, pretender),
            place=pretend_home(table.poll, pretender),
            attempt=attempt,
            by=by,
            pretends=True,
        )
        for table in sorted(tables, key=lambda table: table.poll_id)
    ]


@transaction.atomic
def replace_spoiled(table: Table, *, attempt: UUID, by: User) -> bool:
    """A spoiled paper is taken back and another handed out; whether it was done just now.

    No new mark: the person has theirs. Also after closing, for who was at the desk by then.
    """
    table = locked(table)
    if reason := why_not_attend(by, table):
        raise CannotHandOut(str(reason))
    form = uuid5(attempt, str(table.pk))
    if table.events.filter(attempt=form).exists():
        return False
    if table.poll.phase not in (Phase.OPEN, Phase.COUNTING) or table.emptied_at:
        raise CannotHandOut(_("Papers are exchanged from the opening until the box is emptied."))
    log = papers.log_of(table)
    if log.handed <= log.spoiled:
        raise CannotHandOut(_("Every paper handed out here has been taken back already."))
    _mind_what_is_left(table, log)
    for act in (PaperAct.SPOILED, PaperAct.HANDED):
        _write_down(table, act, by=by, attempt=form)
    return True


@transaction.atomic
def supply(table: Table, *, number: int, attempt: UUID, by: User) -> Table:
    """More papers are brought to a table whose rules are settled."""
    table = locked(table)
    if reason := why_not_attend(by, table):
        raise CannotHandOut(str(reason))
    if table.emptied_at or table.poll.phase not in (Phase.KEYS, Phase.SCHEDULED, Phase.OPEN):
        raise CannotHandOut(_("Papers are brought before the vote closes."))
    if not table.events.filter(attempt=attempt).exists():
        _write_down(table, PaperAct.SUPPLIED, by=by, attempt=attempt, number=number)
        table.supplied += number
        table.save(update_fields=["supplied"])
    return table


def locked(table: Table) -> Table:
    """The table as it stands, held until the end of the transaction."""
    rows = Table.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("poll__urn", "poll__municipality", "municipality", "desk").get(
        pk=table.pk
    )


def _hand_out(
    table: Table,
    person: bytes,
    *,
    attempt: UUID,
    by: User,
    place: str = "",
    seen: str = "",
    pretends: bool = False,
) -> Handed:
    table = locked(table)
    poll = table.poll
    form = uuid5(attempt, str(table.pk))
    which = papers.sheet_in(poll.urn, place)
    if table.events.filter(act=PaperAct.HANDED, attempt=form).exists():
        return Handed(poll, is_repeated=True, which=which)
    try:
        _mind_what_is_left(table, papers.log_of(table))
        replaced = urns.mark_paper(poll.urn, person=person, place=place, pretends=pretends)
    except CannotHandOut as refusal:
        return Handed(poll, str(refusal))
    except urns.CannotCast as refusal:
        if refusal.outcome == "paper":
            return Handed(
                poll,
                _("They have been handed a paper of this vote already, here or at another desk."),
            )
        return Handed(poll, str(refusal))
    _write_down(table, PaperAct.HANDED, by=by, attempt=form, seen=seen)
    return Handed(poll, replaces_web=replaced, which=which)


def _mind_what_is_left(table: Table, log: papers.Handed) -> None:
    if table.emptied_at:
        raise CannotHandOut(_("The box of this table has been emptied."))
    if log.handed >= table.supplied:
        raise CannotHandOut(
            _("By the log no papers are left at this table. Write down those that are brought.")
        )


def _mind_the_caps(by: User, seen: str) -> None:
    """Nobody hands out hundreds in vain; the officer's row keeps two of their acts apart."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    handed = PaperEvent.objects.filter(officer=by, act=PaperAct.HANDED, at__gte=today)
    if handed.count() >= settings.PAPER_DAILY_CAP:
        raise CannotHandOut(
            _("You have reached today's limit of %(cap)d papers. Another officer can go on.")
            % {"cap": settings.PAPER_DAILY_CAP}
        )
    if seen and handed.exclude(seen="").count() >= settings.DESK_DAILY_CAP:
        raise CannotHandOut(
            _(
                "You have verified %(cap)d people who are on no list today, and that is the limit."
                " Another officer can go on."
            )
            % {"cap": settings.DESK_DAILY_CAP}
        )


def _write_down(table: Table, act: PaperAct, *, by: User, **facts: object) -> None:
    PaperEvent.objects.create(
        municipality_id=table.municipality_id, table=table, act=act, officer=by, **facts
    )
