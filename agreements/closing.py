"""The Open Government Partnership's end-of-commitment form, filled from the record, as PDF and DOCX.

Section 1: how far each milestone is (by the public rule, and three assessments), why, and evidence. Section
2: «Did it open government?» for each value, «not applicable» where nobody answered. Then the
lessons, and up to three files of 10 MB.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext as _
from docxtpl import DocxTemplate
from reportlab.platypus import Flowable

from agreements import completion
from agreements.enums import Assessor, Completion, EvidenceState, OgpValue
from agreements.models import Assessment, Commitment, EndForm, EndValue, Evidence
from decide.common import pdf


MOST_FILES = 3
MOST_BYTES = 10 * 1024 * 1024
PAPERS = Path(__file__).parent / "papers"


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone and how far it is, as each assessor sees it; «no data» where one said nothing."""

    title: str
    text: str
    by_assessor: list[tuple[Any, str, str]]  # first of all what the rule computes


@dataclass(frozen=True)
class ValueLine:
    name: Any
    result: str
    narrative: str
    evidence: str


@dataclass(frozen=True)
class ClosingForm:
    """All that the form says, in words."""

    commitment: Commitment
    dates: str
    milestones: list[MilestoneLine]
    explanation: str
    values: list[ValueLine]
    lessons: str
    files: list[tuple[str, str, str]]

    @property
    def title(self) -> str:
        return _("End-of-commitment form: %(code)s") % {"code": self.commitment.code}


def dated(value: date | datetime) -> str:
    """With its year: a paper is read for long."""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return formats.date_format(value, "DATE_FORMAT")


def problems_of(form: EndForm) -> list[str]:
    """What has to be mended before it is handed in."""
    problems = []
    if not form.explanation:
        problems.append(_("Say why it is that far."))
    if not form.lessons:
        problems.append(_("Say what was learnt."))
    return [*problems, *problems_of_files(list(form.evidence.all()))]


def problems_of_files(files: Sequence[Evidence]) -> list[str]:
    problems = []
    if len(files) > MOST_FILES:
        problems.append(_("At most %(count)d files are attached.") % {"count": MOST_FILES})
    for one in files:
        if one.state != EvidenceState.ACCEPTED:
            problems.append(_("«%(title)s» is not verified by somebody else.") % {"title": one})
        if one.file and one.file.size > MOST_BYTES:
            problems.append(_("«%(title)s» is larger than 10 MB.") % {"title": one})
    return problems


def closing_of(commitment: Commitment) -> ClosingForm:
    """From the record, in the scope that reads it."""
    form = EndForm.objects.filter(commitment=commitment).first()
    evidence = list(form.evidence.all()) if form else []
    values = {one.value: one for one in form.values.select_related("evidence")} if form else {}
    levels = completion.overall(completion.of(completion.provincial()).values())
    said: dict[tuple, Assessment] = {}
    public = Assessment.objects.filter(commitment=commitment).exclude(published_at=None)
    for one in public.exclude(milestone=None):
        said.setdefault((one.milestone_id, one.assessor), one)  # the newest first
    return ClosingForm(
        commitment=commitment,
        dates=f"{dated(commitment.starts_on)} – {dated(commitment.ends_on)}",
        milestones=[
            MilestoneLine(
                str(one),
                one.text,
                [
                    _computed(levels[one.gate]),
                    *(_assessed(who, said.get((one.pk, who))) for who in Assessor),
                ],
            )
            for one in commitment.milestones.all()
        ],
        explanation=form.explanation if form else "",
        values=[_valued(value, values.get(value)) for value in OgpValue],
        lessons=form.lessons if form else "",
        files=[(one.title, _size(one), one.sha256) for one in evidence],
    )


def _computed(level: str) -> tuple[Any, str, str]:
    return (
        _("By the rule"),
        str(Completion(level).label),
        _("Computed from evidence that somebody else has verified."),
    )


def _assessed(who: Assessor, found: Assessment | None) -> tuple[Any, str, str]:
    if found is None or not found.completion:
        nothing = _("No IRM data") if who == Assessor.IRM else _("No data")
        return who.label, nothing, found.narrative if found else ""
    return who.label, str(found.get_completion_display()), found.narrative


def _valued(value: OgpValue, found: EndValue | None) -> ValueLine:
    if found is None or not found.result:
        return ValueLine(value.label, _("Not applicable"), found.narrative if found else "", "")
    shown = found.evidence.title if found.evidence else ""
    return ValueLine(value.label, str(found.get_result_display()), found.narrative, shown)


def _size(evidence: Evidence) -> str:
    return filesizeformat(evidence.file.size) if evidence.file else evidence.url


def as_pdf(form: ClosingForm) -> bytes:
    nothing = _("Nothing was written.")
    parts: list[Flowable] = [
        pdf.text(form.commitment.title, pdf.HEADING),
        pdf.text(_("Dates of the plan: %(dates)s") % {"dates": form.dates}),
        pdf.heading(_("1. How far it is")),
    ]
    for line in form.milestones:
        parts += [
            pdf.text(line.title, pdf.HEAD),
            pdf.text(line.text, pdf.SMALL),
            pdf.gap(1),
            pdf.table(
                [_("Who assesses"), _("Completion"), _("What it rests on")],
                line.by_assessor,
                [42, 42, 86],
            ),
            pdf.gap(3),
        ]
    parts += [
        pdf.heading(_("Why it is that far")),
        pdf.text(form.explanation or nothing),
        pdf.heading(_("2. Did it open government?")),
        pdf.table(
            [_("Value"), _("Result"), _("What it rests on"), _("Evidence")],
            [[one.name, one.result, one.narrative, one.evidence] for one in form.values],
            [36, 30, 70, 34],
        ),
        pdf.heading(_("3. Lessons")),
        pdf.text(form.lessons or nothing),
        pdf.heading(_("4. Files")),
    ]
    if form.files:
        rows = [
            [title, size, pdf.text(f"{sha[:32]}\n{sha[32:]}" if sha else "–", pdf.CODE)]
            for title, size, sha in form.files
        ]
        parts.append(pdf.table([_("Title"), _("Size"), "SHA-256"], rows, [60, 30, 80]))
    else:
        parts.append(pdf.text(_("No file is attached.")))
    return pdf.document(
        form.title, _("Regional government of La Libertad"), parts, language=get_language()
    )


def as_docx(form: ClosingForm) -> bytes:
    """The same words in a file that people may go on writing in."""
    return filled(
        "end_of_commitment.docx",
        {
            "form": form,
            "milestones": [
                {"title": line.title, "who": who, "completion": completion, "why": why}
                for line in form.milestones
                for who, completion, why in line.by_assessor
            ],
            "files": [
                {"title": title, "size": size, "sha": sha} for title, size, sha in form.files
            ],
            "said": {
                "dates": _("Dates of the plan: %(dates)s") % {"dates": form.dates},
                "far": _("1. How far it is"),
                "milestone": _("Milestone"),
                "assessor": _("Who assesses"),
                "completion": _("Completion"),
                "rests": _("What it rests on"),
                "why": _("Why it is that far"),
                "opened": _("2. Did it open government?"),
                "value": _("Value"),
                "result": _("Result"),
                "evidence": _("Evidence"),
                "lessons": _("3. Lessons"),
                "files": _("4. Files"),
                "title": _("Title"),
                "size": _("Size"),
            },
        },
    )


def filled(name: str, context: dict[str, Any]) -> bytes:
    """A DOCX from its template; nothing that people wrote is markup."""
    document = DocxTemplate(PAPERS / name)
    document.render(context, autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
