"""The acta de integridad: what happened to a vote, in figures that anybody may look over.

It exists from closing on, without a word of the result, and is completed at the opening. Page,
document and file are drawn from the same sections. No cell of fewer than five people is told, nor
one from which such a cell could be worked out; no time finer than the day.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Sum
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext as _, ngettext

from accounts.enums import DeskActKind
from accounts.models import DeskAct
from decide.common.words import day, moment, number
from participation.enums import InterventionKind
from participation.models import Intervention
from participation.statistics import SMALLEST, hide_small
from votes import voters
from votes.actions.urn import head_hash
from votes.commitments import canonical
from votes.enums import CastChannel, PaperAct, UrnState
from votes.models import KeyShare, PaperEvent
from votes.shares import Share


if TYPE_CHECKING:
    from votes.models import Checkpoint, Poll, Urn

KEPT_FOR = 60 * 60
KEPT_WHILE_COUNTED = 60  # tables are still being signed

# What arrived by the web or with help, and what became of it.
WHAT_BECAME_OF_IT = """
SELECT count(*),
    count(DISTINCT e.person_key),
    count(DISTINCT e.person_key) FILTER (WHERE m.channel = 'paper')
FROM votes_envelope e JOIN votes_mark m ON m.urn_id = e.urn_id AND m.person_key = e.person_key
WHERE e.urn_id = %s
"""


class Section(NamedTuple):
    """One table of the acta, with what has to be said about it."""

    code: str
    title: str
    head: list[str]
    rows: list[list[str]]
    note: str = ""


@dataclass(frozen=True)
class Acta:
    """The whole of it, as it stands now."""

    poll: Poll
    sections: list[Section]

    @property
    def is_complete(self) -> bool:
        return self.poll.urn.state == UrnState.OPENED

    @property
    def digest(self) -> str:
        return bytes(self.poll.urn.digest).hex()

    @cached_property
    def as_json(self) -> dict[str, Any]:
        return {
            "poll": self.poll.pk,
            "title": self.poll.title,
            "digest": self.digest,
            "complete": self.is_complete,
            "sections": [
                {
                    "id": section.code,
                    "title": section.title,
                    "columns": section.head,
                    "rows": section.rows,
                    "note": section.note,
                }
                for section in self.sections
            ],
        }


def of(poll: Poll) -> Acta:
    """Needs a closed urn. What is added up over the whole roll is reckoned now and then."""
    is_opened = poll.urn.state == UrnState.OPENED
    key = f"votes:integrity:{poll.urn.state}:{get_language()}:{poll.urn_id}"
    kept_for = KEPT_FOR if is_opened else KEPT_WHILE_COUNTED
    sums = cache.get_or_set(key, lambda: [*_sums(poll)], kept_for)
    sections = [_rules(poll), *sums, *_help(poll), _log(poll.urn)]
    if is_opened:
        sections += [_opening(poll), _objections(poll)]
    return Acta(poll, [section for section in sections if section.rows or section.note])


def told(amount: int | None) -> str:
    return _("too few to be told") if amount is None else number(amount)


# --- Rules


def _rules(poll: Poll) -> Section:
    """Who approved them, when lots were drawn, when they were frozen; nothing after that."""
    frozen = json.loads(poll.urn.definition)
    read = {name: value for name, value in frozen.items() if name not in ("roll", "sign_key")}
    content = hashlib.sha256(canonical(read)).digest()
    rows = [
        [_("Approved"), moment(one.at), one.by.public_name]
        for one in poll.approvals.filter(content=content).select_related("by")
    ]
    events = poll.thread.events.filter(verb__in=["poll_lots", "poll_announced"]).order_by(
        "at", "pk"
    )
    for event in events:
        if event.verb == "poll_lots":
            where = [event.data.get("where"), event.data.get("before"), event.text]
            rows.append([_("Lots drawn"), moment(event.at), ", ".join(filter(None, where))])
        else:
            rows.append([_("Rules frozen"), moment(event.at), bytes(poll.urn.digest).hex()])
    rows.append(
        [
            _("Changes since then"),
            _("none"),
            _("The database refuses any, and each receipt carries the fingerprint."),
        ]
    )
    head = [_("What"), _("When"), _("By whom, or how")]
    return Section("rules", _("The rules and their changes"), head, rows)


# --- Sums over the roll


def _sums(poll: Poll) -> list[Section]:
    urn = poll.urn
    ways = voters.by_channel(urn)
    return [
        _channels(ways),
        _days(urn),
        _groups("places", _("By district"), voters.by_place(urn)),
        *(
            _groups(f"people-{at}", label, groups, _("Rounded to fives."))
            for at, (label, groups) in enumerate(voters.described(urn), start=1)
        ),
        _roll(poll, ways.total()),
        _replaced(poll),
    ]


def _channels(ways: dict[str, int]) -> Section:
    total = sum(ways.values())
    rows = [
        [str(way.label), number(ways[way]), Share(ways[way], total).text] for way in CastChannel
    ]
    rows.append([_("All who voted"), number(total), Share(total, total).text])
    head = [_("How they voted"), _("People"), _("Share of them")]
    return Section("channels", _("By way of voting"), head, rows)


def _days(urn: Urn) -> Section:
    note = _("By the web and with help. On purpose no hour is kept, so that none can be looked up.")
    rows = [[one.label, told(one.number)] for one in voters.by_day(urn)]
    return Section("days", _("By day"), [_("Day"), _("Ballots that arrived")], rows, note)


def _groups(code: str, title: str, groups: list[voters.Told], note: str = "") -> Section:
    rows = [[group.label, told(group.number)] for group in groups]
    return Section(code, title, ["", _("People")], rows, note)


def _roll(poll: Poll, voted: int) -> Section:
    """Who could vote, who did, and how many joined while the vote was on."""
    frozen = json.loads(poll.urn.definition)
    on_roll = frozen.get("roll", {}).get("count")
    rows = []
    if on_roll is not None:
        rows.append([_("On the roll when the rules were frozen"), number(on_roll)])
    rows.append([_("Voted"), number(voted)])
    opens, closes = poll.urn.opens_at.date(), poll.urn.closes_at.date()
    kinds = {
        InterventionKind.REGISTRATION: _("Accounts opened in these days"),
        InterventionKind.RESIDENCE: _("Residences proven in these days"),
    }
    found = Intervention.objects.filter(
        municipality=poll.municipality_id, kind__in=kinds, day__range=(opens, closes)
    )
    sums = dict(found.values_list("kind").annotate(Sum("amount")).order_by())
    for kind, label in kinds.items():
        amount = sums.get(kind, 0)
        rows.append([label, told(None if 0 < amount < SMALLEST else amount)])
    return Section("roll", _("Registrations and votes"), ["", _("Number")], rows)


def _replaced(poll: Poll) -> Section:
    with connection.cursor() as cursor:
        cursor.execute(WHAT_BECAME_OF_IT, [poll.urn_id])
        arrived, people, on_paper = cursor.fetchone()
    shown = hide_small({"later": arrived - people, "paper": on_paper})
    replaced = {
        "later": (_("Replaced by a later one of the same person"), _("The last one counts.")),
        "paper": (
            _("Replaced by a paper ballot"),
            _("Who takes a paper ballot at a desk votes with it alone."),
        ),
    }
    of_both = {"later": arrived - people, "paper": on_paper}
    rows = [
        [label, told(shown.get(name) if of_both[name] else 0), rule]
        for name, (label, rule) in replaced.items()
    ]
    rows = [
        [_("Arrived by the web or with help"), number(arrived), ""],
        *rows,
        [_("Counted of them"), number(people - on_paper), ""],
        [
            _("Audited instead of cast"),
            number(poll.urn.spoiled.count()),
            _(
                "What has been opened for its voter to check is no longer secret, and cannot be cast."
            ),
        ],
    ]
    spoiled = poll.tables.aggregate(Sum("spoiled"))["spoiled__sum"]
    if spoiled is not None:
        rule = _("Taken back at the table before another was handed out; kept apart from the box.")
        rows.append([_("Spoiled papers"), number(spoiled), rule])
    head = [_("Ballots"), _("Number"), _("Rule")]
    return Section("replaced", _("Replaced and not counted"), head, rows)


# --- Help


def _help(poll: Poll) -> list[Section]:
    """How much went through each officer's hands. They are letters here: it is about shares."""
    cast = f"/votaciones/{poll.pk}/votar/emitir/"  # DeskAct keeps the address that was used
    acts = DeskAct.objects.filter(
        municipality=poll.municipality_id,
        act=DeskActKind.ASSISTED,
        seen__endswith=cast,
        at__range=(poll.urn.opens_at, poll.urn.closes_at),
    )
    helped = dict(
        acts.values_list("officer").annotate(Count("person", distinct=True)).order_by("officer")
    )
    handed = dict(
        PaperEvent.objects.filter(table__poll=poll, act=PaperAct.HANDED)
        .values_list("officer")
        .annotate(Count("pk"))
        .order_by("officer")
    )
    parts = (
        ("helped", _("Ballots cast with help, by officer"), helped),
        ("handed", _("Papers handed out, by officer"), handed),
    )
    return [_by_officer(code, title, numbers) for code, title, numbers in parts if numbers]


def _by_officer(code: str, title: str, numbers: dict[int, int]) -> Section:
    shown = {officer: amount for officer, amount in hide_small(numbers).items() if amount}
    total, of_shown = sum(numbers.values()), sum(shown.values())
    order = sorted(shown, key=lambda officer: (-numbers[officer], officer))
    rows = [
        [
            _("Officer %(letter)s") % {"letter": _letter(at)},
            number(numbers[officer]),
            Share(numbers[officer], total).text,
        ]
        for at, officer in enumerate(order)
    ]
    if others := len(numbers) - len(shown):
        label = ngettext("%(count)d more", "%(count)d more, together", others) % {"count": others}
        rows.append([label, number(total - of_shown), Share(total - of_shown, total).text])
    return Section(code, title, ["", _("Number"), _("Share of them")], rows)


def _letter(at: int) -> str:
    return chr(65 + at) if at < 26 else f"{_letter(at // 26 - 1)}{chr(65 + at % 26)}"


# --- The log and the opening


def last_head(urn: Urn) -> Checkpoint | None:
    return urn.checkpoints.order_by("number").last()


def _log(urn: Urn) -> Section:
    head = last_head(urn)
    rows = [[_("Fingerprint of the rules"), bytes(urn.digest).hex()]]
    if head:
        rows += [
            [_("Commitments in the log"), number(head.size)],
            [_("Root of the log"), bytes(head.root).hex()],
            [_("Last link of the chain of heads"), head_hash(head).hex()],
            [_("Signed heads"), number(head.number)],
        ]
    return Section("log", _("The public log at closing"), ["", ""], rows)


def _opening(poll: Poll) -> Section:
    urn = poll.urn
    came = KeyShare.objects.filter(ceremony__poll=poll, used_at__isnull=False)
    names = list(came.order_by("trustee__position").values_list("trustee__name", flat=True))
    rows = [
        [_("Opened on"), moment(urn.outcome.at)],
        [_("Who held the key"), holders(poll)],
    ]
    if names:
        rows.append([_("Who opened it with their words"), get_text_list(names, _("and"))])
    rows.append(
        [
            _("Fingerprint of the outcome"),
            hashlib.sha256(urn.outcome.statement.encode()).hexdigest(),
        ]
    )
    return Section("opening", _("Who opened it, and when"), ["", ""], rows)


def holders(poll: Poll) -> str:
    frozen = json.loads(poll.urn.definition)
    names = [
        f"{one['name']} ({one['office']})" if one["office"] else one["name"]
        for one in frozen["trustees"]
    ]
    listed = get_text_list(names, _("and"))
    if len(names) < 2:
        return listed
    return _("%(names)s; %(needed)d of them had to come") % {
        "names": listed,
        "needed": frozen["keys_needed"],
    }


def _objections(poll: Poll) -> Section:
    until = poll.urn.objections_until
    note = _("They were taken until %(day)s.") % {"day": moment(until)} if until else ""
    rows = [
        [day(one.created_at), one.text, one.answer or _("not answered yet")]
        for one in poll.complaints.order_by("created_at", "pk")
    ]
    head = [_("Day"), _("Objection"), _("Answer of the municipality")]
    return Section("objections", _("Objections and answers"), head, rows, note)
