"""The sheets of a table, to be printed: paper ballots, list of signatures, acta of the recount.

All of them work without any network. A ballot carries no number, so that none can be told from
another; what it does carry is the fingerprint of the rules it belongs to.
"""

from __future__ import annotations

import io
import json
from typing import Any

from django.utils.translation import gettext as _, ngettext
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    PageBreak,
    PageTemplate,
    Paragraph,
    Table as Grid,
)

from decide.common import pdf
from decide.common.money import soles
from decide.common.words import moment
from votes import counting, definition, papers
from votes.counting.answers import SETS
from votes.models import Poll, Table, Urn


MARGIN = 12 * mm
BOX = 9 * mm
SIGNATURES_AT_MOST = 2_000
ROW = 12 * mm
PLACE = ParagraphStyle("place", pdf.SMALL, fontSize=9, leading=12, textColor=pdf.INK)
NAME = ParagraphStyle("name", pdf.TITLE, fontSize=16, leading=20, spaceAfter=3 * mm)
ASKED = ParagraphStyle("asked", pdf.HEADING, fontSize=13, leading=17, spaceBefore=5 * mm)
HOW = ParagraphStyle("how", pdf.SMALL, fontName="Helvetica-Oblique", fontSize=10.5, leading=13.5)
OPTION = ParagraphStyle("option", pdf.TEXT, fontSize=13, leading=16)
FOOT = ParagraphStyle("foot", pdf.SMALL, fontSize=9.5, leading=12.5, spaceBefore=2 * mm)


class Square(Flowable):
    """An empty box to be marked or written in."""

    def __init__(self, side: float = BOX) -> None:
        super().__init__()
        self.width = self.height = side

    def draw(self) -> None:
        self.canv.setStrokeColor(pdf.INK)
        self.canv.setLineWidth(1.2)
        self.canv.rect(0, 0, self.width, self.height)


def fingerprint(urn: Urn) -> str:
    """The first sixteen signs of the digest, as people compare it; none before it is settled."""
    if urn.digest is None:
        return ""
    signs = bytes(urn.digest).hex()[:16]
    return " ".join(signs[start : start + 4] for start in range(0, 16, 4))


# --- The paper ballot


def ballot(poll: Poll, sheet: str = "") -> bytes:
    """Two on each A4 sheet if they fit, to be cut apart; else one on as many pages as it takes.

    `sheet` is the district whose questions alone are printed (votes.papers.sheets_of).
    """
    parts = _ballot_parts(poll, sheet)
    width, height = A4[1] / 2 - 2 * MARGIN, A4[0] - 2 * MARGIN
    out = io.BytesIO()
    facts = {"title": poll.title, "author": poll.municipality.name, "lang": "es", "invariant": 1}
    if _height(parts, width) <= height:
        page = landscape(A4)
        frames = [Frame(left, 0, page[0] / 2, page[1], *[MARGIN] * 4) for left in (0, page[0] / 2)]
        template = PageTemplate("two", frames, onPage=_line_to_cut, pagesize=page)
        parts = [*parts, FrameBreak(), *_ballot_parts(poll, sheet)]
    else:
        frames = [Frame(0, 0, *A4, *[MARGIN] * 4)]
        template = PageTemplate("one", frames, pagesize=A4)
    made = BaseDocTemplate(out, pageTemplates=[template], **facts)
    made.build(parts)
    return out.getvalue()


def _height(parts: list[Flowable], width: float) -> float:
    return sum(
        part.wrap(width, 10_000)[1] + part.getSpaceBefore() + part.getSpaceAfter() for part in parts
    )


def _line_to_cut(canvas: Any, _doc: Any) -> None:
    middle = A4[1] / 2
    canvas.saveState()
    canvas.setStrokeColor(pdf.LINE)
    canvas.setDash(3, 3)
    canvas.line(middle, 0, middle, A4[0])
    canvas.restoreState()


def _ballot_parts(poll: Poll, sheet: str) -> list[Flowable]:
    rules = json.loads(poll.urn.definition) if poll.urn.digest else definition.of(poll)
    questions = rules["questions"]
    named = papers.sheets_of(questions).get(sheet, "")
    if sheet:
        questions = counting.asked_in(questions, sheet)
    alternatives = _alternatives(questions)
    signs = fingerprint(poll.urn)
    parts: list[Flowable] = [
        pdf.text(" · ".join(filter(None, [poll.municipality.name, named])), PLACE),
        pdf.text(rules["title"], NAME),
    ]
    for number, question in enumerate(questions, start=1):
        if number in alternatives:
            parts.append(pdf.text(alternatives[number], ASKED))
        title = f"{number}. {question['title']}" if len(questions) > 1 else question["title"]
        parts += [pdf.text(title, ASKED), pdf.text(_how(question), HOW), pdf.gap(2)]
        parts.append(_options(question))
    parts += [
        pdf.gap(3),
        pdf.text(
            _(
                "If you mark nothing in a question, your vote there is blank. It is void if you mark"
                " more than is allowed. Marking the same box twice counts once. Do not sign this paper."
            ),
            FOOT,
        ),
        *(pdf.text(rule, FOOT) for rule in _more_rules(questions)),
        pdf.text(
            _("Paper ballot. Fingerprint of the rules: %(signs)s") % {"signs": signs}
            if signs
            else _("DRAFT: the rules are not settled yet. Do not use it to vote."),
            FOOT,
        ),
    ]
    return parts


def _alternatives(questions: list[dict[str, Any]]) -> dict[int, str]:
    """Before the first of several questions of which one is answered: which they are."""
    groups: dict[str, list[int]] = {}
    for number, question in enumerate(questions, start=1):
        if question.get("group"):
            groups.setdefault(question["group"], []).append(number)
    return {
        numbers[0]: _("Vote in ONE of these alone: %(numbers)s.")
        % {"numbers": ", ".join(map(str, numbers))}
        for numbers in groups.values()
        if len(numbers) > 1
    }


def _more_rules(questions: list[dict[str, Any]]) -> list[str]:
    """What else makes a vote void, where works are chosen."""
    said = []
    if any(question["kind"] == "knapsack" for question in questions):
        said.append(_("If what you mark costs more than there is, your vote there is void."))
    if _alternatives(questions):
        said.append(
            _("If you mark in two of the questions of which you vote in one, both are void.")
        )
    return said


def _how(question: dict[str, Any]) -> str:
    match question["kind"]:
        case "knapsack":
            return _(
                "Mark with a cross those you want. Together they may cost at most %(money)s."
            ) % {"money": soles(question["money"])}
        case "single" | "yes_no":
            return _("Mark one box with a cross.")
        case "multiple":
            most = question["most"]
            text = ngettext("Mark one box.", "Mark up to %(count)d boxes with a cross.", most)
            return text % {"count": most}
        case "approval":
            return _("Mark with a cross all those you agree with.")
        case "ranked":
            return _("Write 1 in the box of the one you prefer, 2 in that of the next, and so on.")
        case "score":
            low, high = question["scale"]
            return _("Write in each box a number from %(low)d to %(high)d.") % {
                "low": low,
                "high": high,
            }
        case "points":
            return _("Share out %(points)d points: write a number in the boxes you choose.") % {
                "points": question["points"]
            }
    return _("Write your answer.")


def _options(question: dict[str, Any]) -> Grid:
    """A box beside each option, in the order of the rules; lines to write on if there is none."""
    if question["kind"] == "open":
        lines = Grid([[""]] * 4, colWidths=["100%"], rowHeights=[9 * mm] * 4, hAlign="LEFT")
        lines.setStyle([("LINEBELOW", (0, 0), (-1, -1), 0.6, pdf.INK)])
        return lines
    rows = []
    for number, code in enumerate(question["options"], start=1):
        place = f"{number}" if question["kind"] in SETS else ""
        cost = question.get("costs", {}).get(code)
        title = " – ".join(filter(None, [question["titles"][code], soles(cost)]))
        rows.append([Square(), pdf.text(place, PLACE), pdf.text(title, OPTION)])
    made = Grid(rows, colWidths=[BOX + 4 * mm, 7 * mm, "*"], hAlign="LEFT")
    made.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ]
    )
    return made


# --- Sheets of a table


def signatures(table: Table) -> bytes:
    """A line for each paper that was supplied: whoever is handed one signs."""
    count = min(table.supplied, SIGNATURES_AT_MOST) or 50
    head = [_("No."), _("Surnames and given names"), _("Signature or fingerprint")]
    rows = [[str(number), "", ""] for number in range(1, count + 1)]
    lines = Grid(
        [[pdf.text(cell, pdf.HEAD) for cell in head], *rows],
        colWidths=[14 * mm, 96 * mm, 60 * mm],
        rowHeights=[9 * mm, *[ROW] * count],
        repeatRows=1,
    )
    lines.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.6, pdf.LINE),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("BACKGROUND", (0, 0), (-1, 0), pdf.SAND),
            ("FONTSIZE", (0, 1), (0, -1), 9),
        ]
    )
    parts = [
        *_facts(table),
        pdf.text(
            _(
                "One signature for each paper handed out, after the mark on the site. Whoever gives"
                " back a spoiled paper and gets another signs once more. Write no document numbers."
            )
        ),
        pdf.gap(3),
        lines,
    ]
    return pdf.document(_("List of signatures"), table.municipality.name, parts)


def acta(table: Table) -> bytes:
    """The recount sheet, to be filled in by hand, signed and photographed."""
    figures = [
        ("A", _("Papers supplied"), str(table.supplied or "")),
        ("B", _("Signatures, one for each paper handed out"), ""),
        ("C", _("Papers left over, that nobody was handed"), ""),
        ("D", _("Spoiled papers, in their own envelope"), ""),
        ("E", _("Papers in the box"), ""),
        ("F", _("Of those in the box: blank in every question"), ""),
        ("G", _("Of those in the box: void in every question"), ""),
    ]
    sums = [
        (_("A = B + C"), _("supplied = signatures + left over")),
        (_("B = D + E"), _("signatures = spoiled + in the box")),
        (_("F + G are not more than E"), _("blank and void are part of those in the box")),
    ]
    parts = [
        *_facts(table),
        pdf.heading(_("Before the box is opened")),
        pdf.text(
            _(
                "Wait until the vote has closed. Count signatures, papers left over and spoiled"
                " papers. Then open the box before those present, empty it, mix the papers, and only"
                " then write a number on each: 1, 2, 3…"
            )
        ),
        pdf.heading(_("Figures")),
        _filled_in(["", "", _("Number of papers")], figures, [10 * mm, 120 * mm, 40 * mm]),
        pdf.heading(_("They must add up")),
        _filled_in(
            [_("Sum"), _("In words"), _("It does (yes or no)")],
            [(*row, "") for row in sums],
            [50 * mm, 80 * mm, 40 * mm],
        ),
        PageBreak(),
        pdf.heading(_("If something does not add up: what, and why. It is published.")),
        _lines(6),
        pdf.heading(_("Those who were at the table sign")),
        _filled_in(
            [_("Name"), _("Office or organisation"), _("Signature")],
            [("", "", "")] * 7,
            [65 * mm, 50 * mm, 55 * mm],
            height=14 * mm,
        ),
        pdf.gap(4),
        pdf.text(
            _(
                "Take a photo of both pages side by side and add it on the site, where these figures"
                " are written too. Keep this sheet with the papers."
            )
        ),
    ]
    return pdf.document(_("Acta of the table"), table.municipality.name, parts)


def _facts(table: Table) -> list[Flowable]:
    urn = table.poll.urn
    facts = [
        (_("Vote"), table.poll.title),
        (_("Voting table"), " · ".join(filter(None, [table.desk.name, table.desk.address]))),
        (_("Opens"), moment(urn.opens_at)),
        (_("Closes"), moment(urn.closes_at)),
        (_("Fingerprint of the rules"), fingerprint(urn) or _("not settled yet")),
    ]
    return [
        *(Paragraph(f"<b>{_safe(name)}:</b> {_safe(said)}", pdf.TEXT) for name, said in facts),
        pdf.gap(3),
    ]


def _safe(words: Any) -> str:
    return str(words).replace("&", "&amp;").replace("<", "&lt;")


def _filled_in(
    head: list[str], rows: list[tuple[str, ...]], widths: list[float], height: float = 10 * mm
) -> Grid:
    cells = [[pdf.text(cell, pdf.HEAD) for cell in head]]
    cells += [[pdf.text(cell, pdf.CELL) for cell in row] for row in rows]
    made = Grid(cells, colWidths=widths, rowHeights=[9 * mm, *[height] * len(rows)])
    made.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.6, pdf.LINE),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("BACKGROUND", (0, 0), (-1, 0), pdf.SAND),
        ]
    )
    return made


def _lines(count: int) -> Grid:
    made = Grid([[""]] * count, colWidths=[170 * mm], rowHeights=[9 * mm] * count)
    made.setStyle([("LINEBELOW", (0, 0), (-1, -1), 0.6, pdf.LINE)])
    return made
