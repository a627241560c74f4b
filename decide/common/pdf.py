"""PDF documents of one look: A4, our colours, a title, who issues it, and page numbers.

Rooms give the parts as reportlab's flowables; the same parts give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from decide.common.words import FULL_SPACE, NARROW_SPACE


INK, TEAL, SAND, LINE = (HexColor(c) for c in ("#22201C", "#0F5F5C", "#FBF7F0", "#CFC6B8"))
TEXT = ParagraphStyle(
    "text", fontName="Helvetica", fontSize=10.5, leading=15, textColor=INK, alignment=TA_LEFT
)
SMALL = ParagraphStyle("small", TEXT, fontSize=8.5, leading=12)
CELL = ParagraphStyle("cell", TEXT, fontSize=9.5, leading=12.5)
HEAD = ParagraphStyle("head", CELL, fontName="Helvetica-Bold")
CODE = ParagraphStyle("code", TEXT, fontName="Courier", fontSize=9, leading=13)
TITLE = ParagraphStyle(
    "title", TEXT, fontName="Helvetica-Bold", fontSize=19, leading=24, textColor=TEAL
)
HEADING = ParagraphStyle(
    "heading",
    TEXT,
    fontName="Helvetica-Bold",
    fontSize=13,
    leading=17,
    spaceBefore=12,
    spaceAfter=4,
    textColor=TEAL,
)


def text(words: Any, style: ParagraphStyle = TEXT) -> Paragraph:
    """A paragraph of plain words: nothing in them is markup."""
    plain = str(words).replace(NARROW_SPACE, FULL_SPACE)  # the fonts of PDF have no narrow one
    return Paragraph(escape(plain).replace("\n", "<br/>"), style)


def heading(words: Any) -> Paragraph:
    return text(words, HEADING)


def gap(height: float = 4) -> Spacer:
    """Empty space, in millimetres."""
    return Spacer(1, height * mm)


def table(
    head: Sequence[Any], rows: Sequence[Sequence[Any]], widths: Sequence[float] | None = None
) -> Table:
    """Rows of plain words under a head that comes again on each page; widths in millimetres."""
    cells = [[text(cell, HEAD) for cell in head]]
    cells += [
        [cell if isinstance(cell, Flowable) else text(cell, CELL) for cell in row] for row in rows
    ]
    made = Table(cells, colWidths=widths and [width * mm for width in widths], repeatRows=1)
    made.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, 0), SAND),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ]
    )
    return made


def document(
    title: str,
    issuer: str,
    parts: Sequence[Flowable],
    *,
    language: str = "es",
    is_wide: bool = False,
) -> bytes:
    """The whole PDF: `issuer` stands at the head of each page, its number at the foot.

    For tables of many columns the pages are wide: 257 millimetres of text instead of 170.
    """
    out = io.BytesIO()
    width, height = size = landscape(A4) if is_wide else A4
    made = SimpleDocTemplate(
        out,
        pagesize=size,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=24 * mm,
        bottomMargin=20 * mm,
        title=title,
        author=issuer,
        lang=language,
        invariant=1,
    )

    def frame(canvas: Any, doc: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 8.5)
        canvas.setFillColor(INK)
        canvas.drawString(20 * mm, height - 14 * mm, issuer)
        canvas.setStrokeColor(TEAL)
        canvas.line(20 * mm, height - 16 * mm, width - 20 * mm, height - 16 * mm)
        canvas.drawRightString(
            width - 20 * mm, 12 * mm, _("Page %(number)d") % {"number": doc.page}
        )
        canvas.restoreState()

    whole = [text(title, TITLE), gap(), *parts]
    made.build(whole, onFirstPage=frame, onLaterPages=frame)
    return out.getvalue()
