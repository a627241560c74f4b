"""A process on paper: a poster in big words for the wall, and thirty seconds for the radio.

The poster is drawn for A4; A3 is the same, larger. Whatever is written fits on one sheet: the
letters grow or shrink until it does.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import segno
from django.utils import timezone
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A3, A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, Paragraph, Spacer

from decide.common import pdf
from decide.common.words import day, moment
from processes.enums import ProcessState


if TYPE_CHECKING:
    from processes.models import Meeting, Process, Step

SHEETS = {"a4": A4, "a3": A3}
GOLD = HexColor("#D9A036")
WIDE, HIGH = A4
SIDE, BAND, FOOT = 18 * mm, 30 * mm, 62 * mm
MOST_STEPS, MOST_MEETINGS = 7, 3
SPOKEN = 80  # words that one reads aloud in half a minute
LARGEST = 150  # percent of the sizes below, where little is written
# Sizes of letters in points, before they grow or shrink.
TITLE, LEAD, HEAD, WHEN, WHAT = 44, 19, 17, 17, 15


def poster(process: Process, *, address: str, sheet: str = "a4") -> bytes:
    """The PDF of one sheet; `address` is the whole one of its page, which the QR code holds."""
    out = io.BytesIO()
    size = SHEETS[sheet]
    canvas = Canvas(out, pagesize=size, invariant=1, lang="es")
    canvas.setTitle(process.title)
    canvas.setAuthor(process.municipality.name)
    canvas.scale(size[0] / WIDE, size[0] / WIDE)
    _head(canvas, process)
    _body(canvas, process)
    _foot(canvas, process, address)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def radio_script(process: Process) -> str:
    """What a speaker reads in half a minute: who invites, to what, when, and where one asks."""
    here = process.municipality
    parts = [
        _("Neighbours of %(place)s: %(who)s invites you to «%(process)s».")
        % {"place": here.short_name, "who": here.name, "process": process.title},
        process.summary,
    ]
    for meeting in meetings_of(process)[:1]:
        parts.append(
            _("We meet on %(when)s: %(what)s, %(where)s.")
            % {"when": moment(meeting.starts_at), "what": meeting.title, "where": where(meeting)}
        )
    if len(parts) == 2 and (step := next(iter(steps_of(process)), None)):
        parts.append(f"{step.title}: {days_of(step)}.")
    ask = _("Ask at %(office)s. You take part without internet too.")
    parts.append(ask % {"office": process.shown_office})
    return " ".join(_within(parts, SPOKEN))


def steps_of(process: Process) -> list[Step]:
    """Those that have days and are not over."""
    return [step for step in process.steps.all() if step.starts_at and not step.is_over]


def meetings_of(process: Process) -> list[Meeting]:
    """Those that people may come to, the nearest first."""
    return list(process.meetings.coming().filter(is_closed=False)[:MOST_MEETINGS])


def where(meeting: Meeting) -> str:
    return meeting.place_name or _("from afar, by internet")


def days_of(step: Step) -> str:
    start, end = day(step.starts_at), day(step.ends_at)
    if not end or start == end:
        return start
    if step.starts_at <= timezone.now():
        return _("Until %(end)s") % {"end": end}
    return _("From %(start)s until %(end)s") % {"start": start, "end": end}


# --- The sheet


def _head(canvas: Canvas, process: Process) -> None:
    """Who invites, on a band with the steps of Chan Chan below it."""
    canvas.setFillColor(pdf.TEAL)
    canvas.rect(0, HIGH - BAND, WIDE, BAND, stroke=0, fill=1)
    canvas.setFillColor(GOLD)
    unit = 3 * mm
    for place in range(int(WIDE / (4 * unit)) + 1):
        left = place * 4 * unit
        for column, height in enumerate((1, 2, 1)):
            canvas.rect(left + column * unit, HIGH - BAND, unit, height * unit / 2, 0, 1)
    name = process.municipality.name
    style = _style(26, color=white, bold=True)
    _fitting(canvas, [(name, style)], SIDE, HIGH - BAND + 6 * mm, WIDE - 2 * SIDE, BAND - 13 * mm)


def _body(canvas: Canvas, process: Process) -> None:
    parts = list(_parts(process))
    low, high = FOOT + 4 * mm, HIGH - BAND - 6 * mm
    _fitting(canvas, parts, SIDE, low, WIDE - 2 * SIDE, high - low, most=LARGEST)


def _parts(process: Process) -> Iterator[tuple[Any, ParagraphStyle]]:
    if process.state == ProcessState.DRAFT:
        yield _("In preparation: not for the wall yet"), _style(12, color=HexColor("#B4472B"))
    yield process.title, _style(TITLE, bold=True, after=8)
    yield process.summary, _style(LEAD, after=14)
    if process.state == ProcessState.CALLED_OFF:
        yield _("It was called off"), _head_style()
        yield process.called_off_why, _style(WHAT)
        return
    if outcome := getattr(process, "outcome", None):
        yield _("What was decided"), _head_style()
        yield outcome.decided, _style(WHAT, after=10)
        yield _("What happens now"), _head_style()
        yield outcome.next_steps, _style(WHAT)
        return
    if meetings := meetings_of(process):
        yield _("Come"), _head_style()
        for meeting in meetings:
            yield moment(meeting.starts_at), _style(WHEN, bold=True)
            yield f"{meeting.title}. {where(meeting)}", _style(WHAT, after=8)
    steps = steps_of(process)
    if steps:
        yield _("When"), _head_style()
    for step in steps[:MOST_STEPS]:
        yield days_of(step), _style(WHEN, bold=True)
        yield step.title, _style(WHAT, after=8)


def _foot(canvas: Canvas, process: Process, address: str) -> None:
    """Where one asks, and the way to its page for a telephone's camera."""
    canvas.setFillColor(pdf.SAND)
    canvas.rect(0, 0, WIDE, FOOT, stroke=0, fill=1)
    canvas.setFillColor(pdf.TEAL)
    canvas.rect(0, FOOT - 1.2 * mm, WIDE, 1.2 * mm, stroke=0, fill=1)
    side = FOOT - 16 * mm
    left = WIDE - SIDE - side
    _draw_qr(canvas, address, left, 7 * mm, side)
    here = process.municipality
    parts = [(_("Take part"), _style(24, color=pdf.TEAL, bold=True, after=4))]
    if process.place_name:
        parts.append((process.place_name, _style(WHAT, bold=True)))
    parts.append((process.shown_office, _style(WHAT)))
    parts += [(here.contact_phone, _style(WHAT))] if here.contact_phone else []
    without = _("Without internet: ask at the office. With a telephone: point its camera here.")
    parts.append((without, _style(11)))
    parts.append((address.split("://", 1)[-1], _style(10, after=0)))
    _fitting(canvas, parts, SIDE, 5 * mm, left - SIDE - 6 * mm, FOOT - 10 * mm)


def _draw_qr(canvas: Canvas, text: str, left: float, low: float, side: float) -> None:
    """Dark squares on white, with the quiet edge that cameras need."""
    rows = list(segno.make(text, error="m", micro=False).matrix)
    edge = 2
    unit = side / (len(rows) + 2 * edge)
    canvas.setFillColor(white)
    canvas.rect(left, low, side, side, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#000000"))
    for y, row in enumerate(reversed(rows)):
        for x, dark in enumerate(row):
            if dark:
                canvas.rect(left + (x + edge) * unit, low + (y + edge) * unit, unit, unit, 0, 1)


def _style(
    size: float, *, color: Any = pdf.INK, bold: bool = False, after: float = 2
) -> ParagraphStyle:
    font = "Helvetica-Bold" if bold else "Helvetica"
    return ParagraphStyle(
        f"poster-{size}-{bold}-{after}",
        pdf.TEXT,
        fontName=font,
        fontSize=size,
        leading=size * 1.18,
        spaceAfter=after,
        textColor=color,
        splitLongWords=1,
    )


def _head_style() -> ParagraphStyle:
    return _style(HEAD, color=pdf.TEAL, bold=True, after=4)


def _fitting(
    canvas: Canvas,
    parts: list[tuple[Any, ParagraphStyle]],
    left: float,
    low: float,
    width: float,
    height: float,
    *,
    most: int = 100,
) -> None:
    """Write the parts in this space from its top: all at `most` percent, or smaller until they fit."""
    for percent in range(most, 15, -5):
        made = _flowables(parts, percent / 100)
        needed = sum(_height(one, width) for one in made)
        if needed <= height:
            break
    frame = Frame(left, low, width, height, 0, 0, 0, 0)
    frame.addFromList(made, canvas)


def _flowables(parts: list[tuple[Any, ParagraphStyle]], scale: float) -> list[Flowable]:
    made: list[Flowable] = []
    for words, style in parts:
        smaller = ParagraphStyle(
            f"{style.name}-{scale}",
            style,
            fontSize=style.fontSize * scale,
            leading=style.leading * scale,
            spaceAfter=0,
        )
        made += [pdf.text(words, smaller), Spacer(1, style.spaceAfter * scale)]
    return made


def _height(part: Flowable, width: float) -> float:
    return part.wrap(width, HIGH)[1] + (0.01 if isinstance(part, Paragraph) else 0)


def _within(parts: list[str], most: int) -> list[str]:
    """The sentences that fit in so many words; the first and the last always, whole."""
    first, *between, last = parts
    left = most - len(f"{first} {last}".split())
    kept = []
    for part in between:
        if len(part.split()) <= left:
            kept.append(part)
            left -= len(part.split())
    return [first, *kept, last]
