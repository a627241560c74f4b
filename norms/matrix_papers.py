"""The matrix contribution – answer – change as PDF and DOCX, wide, for the council's file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _, override, pgettext
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable

from decide.common import pdf
from norms.matrix import Row, proposed
from norms.models import Norm


# In millimetres, of the 257 that a wide page has between its margins.
WIDTHS = (14, 34, 84, 80, 45)
# What fits on a page of the PDF in one cell, by columns of that width; longer ones go on below.
LONGEST = 1_300
NOT_OF_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
SMALL_CELL = ParagraphStyle("matrix", pdf.CELL, fontSize=8.5, leading=11)


@dataclass(frozen=True)
class Paper:
    """What a document of the matrix says, in words: the same for both kinds."""

    title: str
    issuer: str
    name: str
    lines: list[str]
    summary: list[tuple[str, str]]
    head: list[str]
    rows: list[list[str]]


def paper(norm: Norm, rows: Iterable[Row], counts: dict[str, int]) -> Paper:
    """In Spanish, whoever asks: it is for the municipality's file."""
    phases = _("Comments were taken from %(first)s to %(last)s.") % {
        "first": dated(norm.opens_at),
        "last": dated(norm.closes_at),
    }
    return Paper(
        title=_("Matrix of contributions, answers and changes"),
        issuer=norm.municipality.name,
        name=norm.title,
        lines=[
            f"{norm.get_kind_display()} · {norm.shown_office}",
            phases,
            _("Drawn up on %(day)s.") % {"day": dated(timezone.now())},
        ],
        summary=[
            (_("Contributions"), str(counts["all"])),
            (_("Taken up"), str(counts["taken"])),
            (_("Taken up in part"), str(counts["partly"])),
            (_("Not taken up"), str(counts["no"])),
            (_("Without an answer"), str(counts["unanswered"])),
            (_("Answered after the day that was set"), str(counts["late"])),
        ],
        head=[
            _("No."),
            _("Provision"),
            _("Contribution"),
            _("Answer"),
            pgettext("of a text", "Change"),
        ],
        rows=[
            [str(row.number), row.place, contribution(row), answer(row), "\n".join(row.changed)]
            for row in rows
        ],
    )


def contribution(row: Row) -> str:
    name = row.who or _("Without a name")
    lines = [f"{name}, {dated(row.at)}", row.text]
    if row.old:
        lines.append(_("Of the words: «%(words)s»") % {"words": row.old})
    if row.new:
        lines.append(_("Proposes: «%(words)s»") % {"words": row.new})
    elif row.new is not None:
        lines.append(proposed(row))
    return "\n".join(lines)


def answer(row: Row) -> str:
    if not row.verdict:
        return _("Without an answer")
    lines = [row.verdict_label, row.reasons, f"{row.office}, {dated(row.answered_at)}"]
    if row.is_late:
        lines.append(_("After the day that was set."))
    return "\n".join(lines)


def dated(moment: datetime | None) -> str:
    """With its year: a paper is read for long."""
    if moment is None:
        return "–"
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")


def as_pdf(norm: Norm, rows: Iterable[Row], counts: dict[str, int]) -> bytes:
    with override(settings.LANGUAGE_CODE):
        said = paper(norm, rows, counts)
        lines = [line for row in said.rows for line in _pieces(row)]
        numbers = pdf.table([_("In numbers"), ""], said.summary, [90, 25])
        numbers.hAlign = "LEFT"
        parts: list[Flowable] = [
            pdf.heading(said.name),
            *(pdf.text(line) for line in said.lines),
            pdf.gap(2),
            numbers,
            pdf.gap(6),
        ]
        if lines:
            cells = [[pdf.text(cell, SMALL_CELL) for cell in line] for line in lines]
            parts.append(pdf.table(said.head, cells, WIDTHS))
        return pdf.document(said.title, said.issuer, parts, is_wide=True)


def as_docx(norm: Norm, rows: Iterable[Row], counts: dict[str, int]) -> bytes:
    with override(settings.LANGUAGE_CODE):
        said = paper(norm, rows, counts)
        made = Document()
        section = made.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin = section.bottom_margin = Mm(18)
        section.header.paragraphs[0].text = plain(said.issuer)
        made.core_properties.title = plain(f"{said.title}: {said.name}")[:255]
        made.core_properties.author = plain(said.issuer)[:255]
        made.core_properties.language = settings.LANGUAGE_CODE
        made.add_heading(said.title, level=1)
        made.add_heading(plain(said.name), level=2)
        for line in said.lines:
            made.add_paragraph(plain(line))
        _table(made, [_("In numbers"), ""], said.summary, (90, 25))
        made.add_paragraph()
        if said.rows:
            _table(made, said.head, said.rows, WIDTHS)
        out = io.BytesIO()
        made.save(out)
        return out.getvalue()


def _table(made, head: Sequence[str], rows: Iterable[Sequence[str]], widths) -> None:
    """Its head comes again on each page. Written cell by cell, for `add_row` is slow on long ones."""
    table = made.add_table(rows=1, cols=len(head), style="Table Grid")
    table.autofit = False
    for cell, name, width in zip(table.rows[0].cells, head, widths, strict=True):
        cell.width = Mm(width)
        cell.paragraphs[0].add_run(name).bold = True
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in rows:
        table._tbl.append(_row(row, widths))
    for cell in table.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.font.size = Pt(9)


def _row(cells: Sequence[str], widths):
    row = OxmlElement("w:tr")
    for text, width in zip(cells, widths, strict=True):
        cell = OxmlElement("w:tc")
        look, measure = OxmlElement("w:tcPr"), OxmlElement("w:tcW")
        measure.set(qn("w:w"), str(Mm(width).twips))
        measure.set(qn("w:type"), "dxa")
        look.append(measure)
        cell.append(look)
        for line in plain(text).split("\n"):
            cell.append(_paragraph(line))
        row.append(cell)
    return row


def _paragraph(line: str):
    paragraph, run, look = OxmlElement("w:p"), OxmlElement("w:r"), OxmlElement("w:rPr")
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), "17")  # in half points
    look.append(size)
    words = OxmlElement("w:t")
    words.text = line
    words.set(qn("xml:space"), "preserve")
    run.append(look)
    run.append(words)
    paragraph.append(run)
    return paragraph


def plain(text: str) -> str:
    """Without what XML cannot hold; a tab before a line sets it in."""
    return NOT_OF_XML.sub("", text).replace("\t", "    ").replace("\r", "")


def _pieces(row: Sequence[str]) -> list[list[str]]:
    """A row in as many lines as its longest cell needs, so that each fits on a page."""
    cells = [list(_cut(cell)) for cell in row]
    return [list(line) for line in zip_longest(*cells, fillvalue="")]


def _cut(text: str) -> Iterable[str]:
    """Between words, and inside one only if it is longer than a page."""
    while len(text) > LONGEST or text.count("\n") > 25:
        end = LONGEST
        if len(lines := text.split("\n")) > 25:
            end = min(end, len("\n".join(lines[:25])))
        place = max(text.rfind(" ", 1, end), text.rfind("\n", 1, end + 1))
        place = place if place > 0 else end
        yield text[:place]
        text = text[place:].lstrip(" \n")
    yield text
