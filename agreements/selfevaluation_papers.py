"""The yearly self-evaluation of a municipality as PDF and DOCX, with what others answered beside it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext as _
from reportlab.platypus import Flowable

from agreements.closing import dated, filled
from agreements.selfevaluation import Answered, SelfEvaluation
from decide.common import pdf


def title_of(evaluation: SelfEvaluation) -> str:
    return _("Self-evaluation of participation %(year)s") % {"year": evaluation.year}


def summary_of(evaluation: SelfEvaluation) -> list[list[Any]]:
    return [
        [_("«Yes», with evidence"), len(evaluation.supported)],
        [_("Unsupported: claimed without evidence"), len(evaluation.unsupported)],
        [_("Without an answer"), len(evaluation.missing)],
        [_("Answered otherwise by others"), len(evaluation.doubted)],
    ]


def reply_of(one: Answered) -> str:
    if one.answer is None:
        return _("Without an answer")
    said = str(one.answer.get_reply_display())
    return f"{said} – {_('unsupported')}" if one.is_unsupported else said


def shown_of(one: Answered) -> str:
    """What the municipality says and shows."""
    lines = [one.answer.text] if one.answer and one.answer.text else []
    lines += [f"• {piece.title}" for piece in one.evidence]
    return "\n".join(lines) or "–"


def others_of(one: Answered) -> str:
    lines = [f"{c.organization}: {c.get_reply_display()}. {c.text}" for c in one.counters]
    return "\n".join(lines) or "–"


def state_of(evaluation: SelfEvaluation) -> str:
    if evaluation.published_at is None:
        return _("Draft: it is not published yet.")
    return _("Published on %(day)s.") % {"day": dated(evaluation.published_at)}


def as_pdf(evaluation: SelfEvaluation) -> bytes:
    parts: list[Flowable] = [
        pdf.text(evaluation.municipality.name, pdf.HEADING),
        pdf.text(state_of(evaluation)),
        pdf.gap(2),
        pdf.table(
            [_("Of %(count)d questions") % {"count": len(evaluation.answered)}, ""],
            summary_of(evaluation),
            [130, 40],
        ),
    ]
    head = [_("Question"), _("Answer"), _("What shows it"), _("Others")]
    for part, answered in evaluation.parts:
        rows = [
            [one.question.text, reply_of(one), shown_of(one), others_of(one)] for one in answered
        ]
        parts += [pdf.heading(part), pdf.table(head, rows, [58, 26, 46, 40])]
    return pdf.document(
        title_of(evaluation), evaluation.municipality.name, parts, language=get_language()
    )


def as_docx(evaluation: SelfEvaluation) -> bytes:
    return filled(
        "self_evaluation.docx",
        {
            "title": title_of(evaluation),
            "municipality": evaluation.municipality.name,
            "state": state_of(evaluation),
            "summary": [{"what": what, "count": count} for what, count in summary_of(evaluation)],
            "rows": [
                {
                    "part": part,
                    "question": one.question.text,
                    "reply": reply_of(one),
                    "shown": shown_of(one),
                    "others": others_of(one),
                }
                for part, answered in evaluation.parts
                for one in answered
            ],
            "said": {
                "question": _("Question"),
                "answer": _("Answer"),
                "shown": _("What shows it"),
                "others": _("Others"),
            },
        },
    )
