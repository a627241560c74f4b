"""What is printed for the ceremonies: a sheet for each trustee, and one for each act's table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Table

from decide.common import pdf
from decide.common.words import moment
from votes import ceremonies, custody
from votes.ceremonies import in_groups
from votes.commitments import short_code
from votes.enums import UrnState


if TYPE_CHECKING:
    from votes.ceremonies import Seat, Standing

COLUMNS = 4
NUMBER = ParagraphStyle("number", pdf.SMALL, alignment=2, textColor=pdf.INK)
WORD = ParagraphStyle("word", pdf.TEXT, fontName="Courier-Bold", fontSize=13, leading=17)
LINE = "_" * 13


def of_trustee(standing: Standing, seat: Seat, words: Sequence[str]) -> bytes:
    """A trustee's own sheet, with the words of their part."""
    title = _("Sheet of a trustee")
    return pdf.document(title, _issuer(standing), _sheet(standing, seat, words))


def of_keys(standing: Standing) -> bytes:
    """The acta of the key ceremony, and behind it a sheet for each trustee to write on."""
    parts: list[Flowable] = [
        *_facts(standing),
        pdf.heading(_("How it goes")),
        *_numbered(
            [
                _("Whoever leads reads this sheet aloud and presses «Make the key»."),
                _("Each trustee opens their own link on their own phone, and nobody else's."),
                _("Each writes their 20 words on their sheet, in order, and types them back."),
                _("With the words of enough of them the trial ballot is opened."),
                _("When all have proved their words, the vote opens at its hour by itself."),
            ]
        ),
        pdf.text(
            _(
                "If somebody's link was opened before they opened it, if a sheet is lost, or if"
                " anybody has a doubt: begin anew. The words made before are then worth nothing."
            )
        ),
        pdf.gap(),
        _when(_("Begun"), standing.ceremony.begun_at if standing.ceremony else None),
        _when(_("Trial ballot opened"), standing.ceremony and standing.ceremony.tried_at),
        _when(_("Key proven"), standing.ceremony and standing.ceremony.proven_at),
        *_signatures(standing),
    ]
    for seat in standing.seats:
        parts += [PageBreak(), pdf.text(_("Sheet of a trustee"), pdf.TITLE), pdf.gap()]
        parts += _sheet(standing, seat, [""] * custody.WORDS)
    return pdf.document(_("Key ceremony"), _issuer(standing), parts)


def of_closing(standing: Standing) -> bytes:
    """What is read aloud and signed when the urn has closed."""
    is_closed = standing.state in (UrnState.CLOSED, UrnState.OPENED)
    closing = ceremonies.closing_of(standing.poll) if is_closed else None
    blank = [(label, "") for label, _number in ceremonies.closing_of(standing.poll).marks]
    rows = [(label, number) for label, number in closing.marks] if closing else blank
    rows += [
        (_("People who voted"), closing.voters if closing else ""),
        (
            _("Sealed envelopes, with those that were replaced"),
            closing.envelopes if closing else "",
        ),
    ]
    head = closing.head if closing else None
    log = [
        (_("Number of the head"), head.number if head else ""),
        (_("Commitments in the log"), head.size if head else ""),
        (_("Hash (root)"), in_groups(head.root) if head else ""),
        (_("Signature"), in_groups(head.signature) if head else ""),
    ]
    tables = standing.tables
    parts = [
        *_facts(standing),
        _when(_("Closed"), closing.at if closing else None),
        pdf.heading(_("How many voted, and by what way")),
        pdf.table([_("Way"), _("Number")], rows, [120, 46]),
        pdf.heading(_("Last head of the public log")),
        pdf.text(
            _("Read it aloud and write it into the acta: with it nobody can add or take away.")
        ),
        pdf.table([_("What"), _("Value")], log, [46, 120]),
        pdf.heading(_("Before it is opened")),
        pdf.text(
            _("These tables have to be recounted and settled first: %(tables)s.")
            % {"tables": tables}
            if tables
            else _("Every table with paper ballots is recounted, signed and settled.")
        ),
        *_signatures(standing),
    ]
    return pdf.document(_("Closing of the urn"), _issuer(standing), parts)


def of_opening(standing: Standing) -> bytes:
    """What the trustees do at the opening, with what it is compared with."""
    head = standing.poll.urn.checkpoints.order_by("number").last()
    compare = [
        (_("Fingerprint of the rules"), in_groups(standing.poll.urn.digest)),
        (_("Public key"), in_groups(standing.poll.urn.seal_key)),
        (_("Last head of the log"), in_groups(head.root) if head else ""),
    ]
    parts = [
        *_facts(standing),
        pdf.heading(_("How it goes")),
        *_numbered(
            [
                _("Compare the last head of the log with the one in the acta of the closing."),
                _("Each trustee opens their own screen on their phone and types their 20 words."),
                _("With the words of enough of them the opening begins by itself."),
                _("Wait until the screen says that it is counted. If it stops, nothing is lost."),
                _("Read the results aloud, print the acta and sign it."),
            ]
        ),
        pdf.heading(_("To compare")),
        pdf.table([_("What"), _("Value")], compare, [46, 120]),
        pdf.heading(_("Trustees")),
        pdf.table(
            [_("Trustee"), _("Typed their words (hour)")],
            [
                (
                    _named(seat),
                    moment(seat.share.used_at) if seat.share and seat.share.used_at else "",
                )
                for seat in standing.seats
            ],
            [106, 60],
        ),
        *_signatures(standing),
    ]
    return pdf.document(_("Opening of the urn"), _issuer(standing), parts)


# --- Parts of them


def _issuer(standing: Standing) -> str:
    return str(standing.poll.municipality)


def _facts(standing: Standing) -> list[Flowable]:
    poll, ceremony = standing.poll, standing.ceremony
    rows: list[tuple[str, Any]] = [
        (_("Vote"), f"{poll.title} ({poll.pk})"),
        (_("Time to vote"), f"{moment(poll.urn.opens_at)} – {moment(poll.urn.closes_at)}"),
        (_("Needed to open"), _needed(standing)),
        (_("Fingerprint of the rules"), in_groups(poll.urn.digest)),
    ]
    if ceremony:
        rows.append((_("Ceremony"), _("Number %(number)d") % {"number": ceremony.number}))
        rows.append((_("Public key"), in_groups(ceremony.public_key)))
    return [_pairs(rows), pdf.gap(2)]


def _sheet(standing: Standing, seat: Seat, words: Sequence[str]) -> list[Flowable]:
    ceremony = standing.ceremony
    number = str(ceremony.number) if ceremony else LINE
    rows = [
        (_("Trustee"), _named(seat)),
        (_("Vote"), f"{standing.poll.title} ({standing.poll.pk})"),
        (_("Ceremony"), _("Number %(number)s") % {"number": number}),
        (_("Needed to open"), _needed(standing)),
        (_("Until"), moment(standing.poll.urn.closes_at)),
        (
            _("Fingerprint of your part"),
            short_code(bytes(seat.share.digest)) if seat.share else LINE,
        ),
    ]
    return [
        _pairs(rows),
        pdf.heading(_("Your 20 words, in this order")),
        _words(words),
        pdf.text(_("The first four letters of each word are enough."), pdf.SMALL),
        KeepTogether(
            [
                pdf.heading(_("What to do")),
                *_listed(
                    [
                        _("Keep this sheet in a closed envelope, where only you get at it."),
                        _("Bring it to the opening, when the time to vote is over."),
                        _("If it is lost, or somebody saw it, tell the municipality at once."),
                    ]
                ),
                pdf.heading(_("What not to do")),
                *_listed(
                    [
                        _("Do not photograph it, copy it, or send it to anybody."),
                        _("Do not type the words anywhere but on your screen of this vote."),
                        _("Do not give it to anybody, nor tell the words: not to staff either."),
                    ]
                ),
            ]
        ),
        pdf.gap(6),
        pdf.text(_("Signature of the trustee: %(line)s") % {"line": LINE * 3}),
    ]


def _words(words: Sequence[str]) -> Table:
    """In rows, as the screens show them."""
    cells = []
    for first in range(0, len(words), COLUMNS):
        line: list[Flowable] = []
        for place, word in enumerate(words[first : first + COLUMNS], start=first + 1):
            line += [pdf.text(place, NUMBER), pdf.text(word, WORD)]
        cells.append(line)
    made = Table(cells, colWidths=[8 * mm, 33.5 * mm] * COLUMNS, rowHeights=11 * mm)
    lines = [
        ("LINEBELOW", (2 * column + 1, 0), (2 * column + 1, -1), 0.7, pdf.LINE)
        for column in range(COLUMNS)
    ]
    made.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            *lines,
        ]
    )
    return made


def _pairs(rows: Sequence[tuple[str, Any]]) -> Table:
    cells = [[pdf.text(name, pdf.HEAD), pdf.text(value, pdf.CELL)] for name, value in rows]
    made = Table(cells, colWidths=[46 * mm, 120 * mm])
    made.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, pdf.LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
        ]
    )
    return made


def _numbered(sentences: Sequence[str]) -> list[Flowable]:
    return [pdf.text(f"{place}. {text}") for place, text in enumerate(sentences, start=1)]


def _listed(sentences: Sequence[str]) -> list[Flowable]:
    return [pdf.text(f"•  {text}") for text in sentences]


def _when(label: str, at: Any) -> Flowable:
    return pdf.text(f"{label}: {moment(at) if at else LINE * 2}")


def _signatures(standing: Standing) -> list[Flowable]:
    people = [_named(seat) for seat in standing.seats]
    people += [_("On behalf of the municipality"), _("Who observes"), _("Who observes")]
    # Room enough for a hand.
    rows = [(who, "", pdf.gap(8)) for who in people]
    made = pdf.table([_("Name and office"), _("DNI"), _("Signature")], rows, [76, 30, 60])
    return [KeepTogether([pdf.heading(_("Signatures")), made])]


def _needed(standing: Standing) -> str:
    return _("%(needed)d of %(of)d trustees") % {
        "needed": standing.needed,
        "of": len(standing.seats),
    }


def _named(seat: Seat) -> str:
    office = seat.trustee.office
    return f"{seat.trustee.name}, {office}" if office else seat.trustee.name
