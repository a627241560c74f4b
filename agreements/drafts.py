"""A convenio on paper: a PDF to read and print, and a DOCX that the parties go on writing in."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docxtpl import DocxTemplate

from agreements.enums import PartyRole
from agreements.models import Agreement
from agreements.sheet import Sheet
from decide.common import pdf
from decide.common.words import day


ISSUER = "Decide La Libertad"
ORDINALS = [
    "Primera",
    "Segunda",
    "Tercera",
    "Cuarta",
    "Quinta",
    "Sexta",
    "Séptima",
    "Octava",
    "Novena",
    "Décima",
    "Undécima",
    "Duodécima",
    "Decimotercera",
    "Decimocuarta",
    "Decimoquinta",
    "Decimosexta",
    "Decimoséptima",
    "Decimoctava",
    "Decimonovena",
    "Vigésima",
]


def ordinal(number: int) -> str:
    """How a clause is called in a convenio; past twenty its number is enough."""
    return ORDINALS[number - 1] if number <= len(ORDINALS) else str(number)


def as_pdf(agreement: Agreement, *, inside: bool = False) -> bytes:
    """What the sheet tells, on paper: parties, clauses, undertakings, and where the signed file is.

    Who signs stands by office; documents of identity are nowhere.
    """
    sheet = Sheet(agreement, inside=inside)
    parts = [
        pdf.text(f"{agreement.get_kind_display()} · {agreement.code} · {agreement.shown_state}"),
        *([pdf.text(_("Invented for the demo"), pdf.SMALL)] if agreement.invented else []),
        *_paragraph(_("In plain words"), agreement.summary),
        pdf.heading(_("Parties")),
        pdf.table(
            [_("Party"), _("Role"), _("Its own number"), _("Signs as"), _("Signed on")],
            [
                [
                    line.party.organization.name,
                    line.party.get_role_display(),
                    line.party.own_number or "–",
                    line.party.signatory_office or "–",
                    day(line.party.signed_on) or "–",
                ]
                for line in sheet.parties
            ],
            [52, 26, 40, 28, 24],
        ),
        pdf.heading(_("Term")),
        pdf.text(term_of(agreement)),
        *_paragraph(_("Object"), agreement.object),
        *_paragraph(_("Problem"), agreement.problem),
        *_paragraph(_("People affected"), agreement.population),
        *_paragraph(_("Expected change"), agreement.expected_change),
        *_undertakings(sheet),
    ]
    for number, clause in enumerate(sheet.clauses, start=1):
        parts += [
            pdf.heading(f"{ordinal(number)}. {clause.title}"),
            pdf.text(clause.text or "…"),
        ]
    if sheet.files:
        parts += [
            pdf.heading(_("Documents")),
            pdf.table(
                [_("Document"), _("Date"), "SHA-256"],
                [
                    [
                        line.file.title,
                        day(line.file.issued_on) or "–",
                        pdf.text(line.file.sha256[:32] + "\n" + line.file.sha256[32:], pdf.CODE),
                    ]
                    for line in sheet.files
                ],
                [60, 30, 80],
            ),
        ]
    return pdf.document(agreement.title, ISSUER, parts)


def term_of(agreement: Agreement) -> str:
    if agreement.starts_on is None:
        return _("Not in force yet.")
    if agreement.ends_on is None:
        return _("In force from %(start)s, without an end: %(why)s") % {
            "start": day(agreement.starts_on),
            "why": agreement.open_ended_why,
        }
    return _("In force from %(start)s until %(end)s.") % {
        "start": day(agreement.starts_on),
        "end": day(agreement.ends_on),
    }


def _paragraph(title: str, words: str) -> list[Any]:
    return [pdf.heading(title), pdf.text(words)] if words.strip() else []


def _undertakings(sheet: Sheet) -> list[Any]:
    if not sheet.undertakings:
        return []
    rows = []
    for line in sheet.undertakings:
        one = line.undertaking
        rows.append(
            [
                one.party.organization.name,
                one.text,
                str(line.mechanism) if one.mechanism else "–",
                measure_of(one),
                day(one.due_on) or "–",
                f"{one.weight}",
            ]
        )
    head = [_("Who"), _("What"), _("Mechanism"), _("From and to"), _("Due on"), _("Weight")]
    return [pdf.heading(_("Undertakings")), pdf.table(head, rows, [32, 48, 28, 28, 22, 14])]


def measure_of(undertaking: Any) -> str:
    """The indicator with its baseline and target, or that there is no baseline."""
    if undertaking.indicator is None:
        return "–"
    if undertaking.baseline is None:
        start = _("without a baseline")
    else:
        start = f"{undertaking.baseline.normalize():f} ({day(undertaking.baseline_on)})"
    end = "–" if undertaking.target is None else f"{undertaking.target.normalize():f}"
    return f"{undertaking.indicator}: {start} → {end}"


# --- The draft that goes on in a word processor


def as_docx(agreement: Agreement) -> bytes:
    """The draft from the template below, filled with the data of the convenio."""
    sheet = Sheet(agreement, inside=True)
    template = DocxTemplate(template_file())
    signing = [line.party for line in sheet.parties if line.party.role != PartyRole.OBSERVER]
    template.render(
        {
            "kind": agreement.get_kind_display().upper(),
            "code": agreement.code,
            "title": agreement.title,
            "state": agreement.shown_state,
            "parties": [
                {
                    "name": party.organization.name,
                    "ruc": party.organization.ruc or "…",
                    "office": party.signatory_office or "…",
                    "signatory": party.signatory or "…",
                    "empowered": party.empowered_by or "…",
                    "number": party.own_number or "…",
                }
                for party in signing
            ],
            "clauses": [
                {"ordinal": ordinal(n).upper(), "title": clause.title, "text": clause.text or "…"}
                for n, clause in enumerate(sheet.clauses, start=1)
            ],
            "undertakings": [
                {
                    "party": str(line.undertaking.party.organization),
                    "text": line.undertaking.text,
                    "measure": measure_of(line.undertaking),
                    "due": day(line.undertaking.due_on) or "…",
                    "weight": str(line.undertaking.weight),
                }
                for line in sheet.undertakings
            ],
            "term": term_of(agreement),
        },
        autoescape=True,
    )
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def template_file() -> io.BytesIO:
    """The form of a convenio, with its places to fill in; its words are Spanish as the law's are."""
    made = Document()
    made.styles["Normal"].font.name = "Arial"
    made.styles["Normal"].font.size = Pt(11)
    _line(made, "{{ kind }}", bold=True, centred=True)
    _line(made, "{{ title }}", bold=True, centred=True)
    _line(made, "{{ code }} · {{ state }}", centred=True)
    _line(made, "Conste por el presente documento el convenio que celebran:")
    _line(made, "{%p for party in parties %}")
    _line(
        made,
        "{{ party.name }}, con RUC {{ party.ruc }}, representada por {{ party.signatory }}, "
        "{{ party.office }}, facultada por {{ party.empowered }} (número propio: {{ party.number }});",
        style="List Bullet",
    )
    _line(made, "{%p endfor %}")
    _line(made, "en los términos y condiciones siguientes:")
    _line(made, "{%p for clause in clauses %}")
    _line(made, "CLÁUSULA {{ clause.ordinal }}: {{ clause.title }}", bold=True)
    _line(made, "{{ clause.text }}")
    _line(made, "{%p endfor %}")
    _line(made, "ANEXO 1: Compromisos, indicadores y metas", bold=True)
    _line(made, "{{ term }}")
    table = made.add_table(rows=4, cols=5)
    table.style = "Table Grid"
    heads = ("Quién", "Compromiso", "Indicador: línea de base → meta", "Plazo", "Peso")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    table.rows[1].cells[0].text = "{%tr for one in undertakings %}"
    filled = ("party", "text", "measure", "due", "weight")
    for cell, key in zip(table.rows[2].cells, filled, strict=True):
        cell.text = "{{ one." + key + " }}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    _line(made, "")
    _line(made, "En señal de conformidad firman:")
    _line(made, "{%p for party in parties %}")
    _line(made, "______________________________")
    _line(made, "{{ party.office }} · {{ party.name }}")
    _line(made, "{%p endfor %}")
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    return out


def _line(
    made: Any, words: str, *, bold: bool = False, centred: bool = False, style: str | None = None
) -> None:
    paragraph = made.add_paragraph(style=style)
    paragraph.add_run(words).bold = bold
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
