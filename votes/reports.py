"""The actas as documents to print, read aloud and sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether

from decide.common import pdf
from decide.common.words import moment, number
from votes import integrity as integrity_of, published, results as results_of
from votes.enums import Custody, Effect
from votes.results import QuestionResult
from votes.tables import Acta as TableActa, told_actas


if TYPE_CHECKING:
    from votes.models import Poll

MONOSPACED = pdf.CODE


def acta(poll: Poll, language: str = "es") -> bytes:
    """The acta of the result: what was asked and came out, of which urn, with places to sign."""
    result = results_of.of(poll)
    rules = result.rules
    parts: list[Flowable] = [
        pdf.text(_("Acta of the opening and the count"), pdf.HEADING),
        pdf.text(poll.title),
        pdf.gap(),
        _facts(poll, result),
        pdf.heading(_("Who voted")),
        pdf.text(result.turnout_said),
        pdf.gap(2),
        pdf.table(
            [_("How they voted"), _("People"), _("Share of them")],
            [[label, number(count), share.text] for label, count, share in result.channels],
            [90, 40, 40],
        ),
    ]
    for question in result.questions:
        parts += _question(question)
    if tables := told_actas(poll):
        parts += _tables(tables)
    parts += [*_fingerprints(poll), *_signatures(poll, rules)]
    return pdf.document(
        _("Result of the vote"), poll.municipality.name, parts, language=language or "es"
    )


def integrity(acta: integrity_of.Acta, language: str = "es") -> bytes:
    """The same sections as its page."""
    said = (
        _("Complete: the urn has been opened.")
        if acta.is_complete
        else _("Made at closing: the urn is still sealed, and nobody knows the result.")
    )
    parts: list[Flowable] = [pdf.text(acta.poll.title, pdf.HEADING), pdf.text(said)]
    for section in acta.sections:
        parts += [CondPageBreak(110), pdf.heading(section.title)]
        if section.note:
            parts += [pdf.text(section.note, pdf.SMALL), pdf.gap(2)]
        if section.rows:
            parts.append(_section_table(section))
    return pdf.document(
        _("Acta of integrity"), acta.poll.municipality.name, parts, language=language or "es"
    )


def _section_table(section: integrity_of.Section) -> Flowable:
    widths = {2: [75, 95], 3: [60, 40, 70]}[len(section.head)]
    rows = [[_cell(cell) for cell in row] for row in section.rows]
    return pdf.table(section.head, rows, widths)


def _cell(words: str) -> Any:
    """Fingerprints in letters of one width, which also break where they must."""
    return _hash(words) if len(words) == 64 and words.isalnum() else words


def _hash(digits: str) -> Flowable:
    return pdf.text("\n".join(digits[at : at + 32] for at in range(0, 64, 32)), MONOSPACED)


# --- The acta of the result


def _facts(poll: Poll, result: results_of.Results) -> Flowable:
    rules = result.rules
    effect = (
        _("Binding, by %(norm)s") % {"norm": rules["norm"]}
        if rules["effect"] == Effect.BINDING
        else _("Consultative")
    )
    opened = f"{moment(poll.urn.opens_at)} – {moment(poll.urn.closes_at)}"
    rows = [
        [_("Place"), poll.municipality.name],
        [_("Effect"), effect],
        [_("What the result means"), rules["meaning"]],
        [_("Open"), opened],
        [_("Opened and counted"), moment(poll.urn.outcome.at)],
        [_("Could vote"), number(result.eligible)],
        [_("Who held the key"), integrity_of.holders(poll)],
    ]
    return pdf.table(["", ""], rows, [45, 125])


def _question(question: QuestionResult) -> list[Flowable]:
    parts: list[Flowable] = [
        CondPageBreak(120),
        pdf.heading(f"{question.code[1:]}. {question.title}"),
        pdf.text(question.answer),
    ]
    for rule in filter(None, (question.quorum, question.majority)):
        parts.append(pdf.text(rule.words, pdf.SMALL))
    parts += [pdf.text(words, pdf.SMALL) for words in question.ties]
    if question.rows:
        unit = _("Points") if question.adds_up_points else _("Votes it got")
        rows = [[row.title, number(row.total), row.share.text] for row in question.rows]
        parts += [
            pdf.gap(2),
            pdf.table([_("Option"), unit, _("Share of them")], rows, [100, 35, 35]),
        ]
    for one in question.rounds:
        parts += _round(one)
    if question.condorcet:
        parts += [pdf.gap(2), pdf.text(question.condorcet, pdf.SMALL)]
    sums = ", ".join(f"{label.lower()}: {number(count)}" for label, count in question.sums)
    parts += [pdf.gap(2), pdf.text(f"{sums}. {question.base_note}", pdf.SMALL)]
    return parts


def _round(one: results_of.Round) -> list[Flowable]:
    rows = [[row.title, number(row.total), row.share.text] for row in one.rows]
    rows.append([_("Ballots that name none of these"), number(one.exhausted), ""])
    head = [_("Round %(number)d") % {"number": one.number}, _("Votes it got"), _("Share of them")]
    parts: list[Flowable] = [pdf.gap(2), pdf.table(head, rows, [100, 35, 35])]
    if one.out:
        said = _("«%(title)s» leaves by lot.") if one.by_lot else _("«%(title)s» leaves.")
        parts.append(pdf.text(said % {"title": one.out}, pdf.SMALL))
    return [KeepTogether(parts)]


def _tables(tables: list[TableActa]) -> list[Flowable]:
    head = [
        _("Voting table"),
        _("Papers supplied"),
        _("Left over"),
        _("Signatures"),
        _("Spoiled"),
        _("In the box"),
        _("Blank"),
        _("Void"),
    ]
    rows = [
        [
            one.desk,
            *map(number, (one.supplied, one.left_over, one.signatures, one.spoiled, one.papers)),
            "–" if one.blank is None else number(one.blank),
            "–" if one.void is None else number(one.void),
        ]
        for one in tables
    ]
    notes = [f"{one.desk}: {one.note}" for one in tables if one.note]
    parts: list[Flowable] = [
        CondPageBreak(120),
        pdf.heading(_("Tables")),
        pdf.table(head, rows, [34, 22, 20, 18, 24, 18, 17, 17]),
    ]
    if any(one.is_small for one in tables):
        small = _("Of a box with fewer than 25 papers it is not told how many were blank or void.")
        parts.append(pdf.text(small, pdf.SMALL))
    if notes:
        parts += [pdf.gap(2), pdf.text("\n".join(notes), pdf.SMALL)]
    return parts


def _fingerprints(poll: Poll) -> list[Flowable]:
    urn, head = poll.urn, integrity_of.last_head(poll.urn)
    rows = [
        [_("Rules"), _hash(bytes(urn.digest).hex())],
        [_("Package (SHA-256)"), _hash(published.package_of(urn).sha256)],
    ]
    if head:
        label = _("Log, %(size)s commitments") % {"size": number(head.size)}
        rows.append([label, _hash(bytes(head.root).hex())])
    return [
        CondPageBreak(150),
        pdf.heading(_("Fingerprints")),
        pdf.text(_("Compare them, letter by letter, with those of what you download."), pdf.SMALL),
        pdf.gap(2),
        pdf.table([_("Of what"), _("Fingerprint")], rows, [55, 115]),
    ]


def _signatures(poll: Poll, rules: dict[str, Any]) -> list[Flowable]:
    """A line for each trustee, the secretary and two observers."""
    alone = rules["custody"] == Custody.SECRETARY
    trustee = _("Keeps the key") if alone else _("Trustee")
    people = [
        (f"{one['name']}\n{one['office']}" if one["office"] else one["name"], trustee)
        for one in rules["trustees"]
    ]
    if not alone:
        people.append(("", _("Secretary of the municipality")))
    people += [("", _("Observer of the vote")), ("", _("Observer of the vote"))]
    rows = [[name or pdf.gap(14), office, pdf.gap(14)] for name, office in people]
    signed: Flowable = pdf.table(
        [_("Name"), _("In which office"), _("Signature and document")], rows, [65, 40, 65]
    )
    lead = _(
        "Read aloud and signed on ____ / ____ / ______ at ____ : ____, in ____________________."
    )
    return [CondPageBreak(200), pdf.heading(_("Signatures")), pdf.text(lead), pdf.gap(3), signed]
