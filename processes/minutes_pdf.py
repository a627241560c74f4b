"""The acta of a meeting on paper: what it decided, what was agreed, and a line for each signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _, override, pgettext
from reportlab.platypus import CondPageBreak, Flowable

from decide.common import pdf
from decide.common.words import number


if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from processes.models import AgendaItem, Meeting, Minutes, Undertaking


def acta(
    minutes: Minutes, items: Sequence[AgendaItem], agreed: Sequence[Undertaking], address: str
) -> bytes:
    """In Spanish, whoever asks; `address` is where the acta is read. The same acta, the same bytes."""
    meeting = minutes.meeting
    with override(settings.LANGUAGE_CODE):
        parts: list[Flowable] = [
            pdf.text(meeting.title, pdf.HEADING),
            pdf.table([_("Acta"), ""], facts(minutes), [48, 122]),
            *_agenda(items),
            CondPageBreak(90),
            pdf.heading(_("What was said")),
            *(pdf.text(words) for words in minutes.text.splitlines() if words.strip()),
            *_agreed(agreed),
            *_signatures(minutes),
            pdf.gap(6),
            pdf.text(_("It can be read at %(address)s.") % {"address": address}, pdf.SMALL),
        ]
        return pdf.document(_("Acta of a meeting"), meeting.municipality.name, parts)


def facts(minutes: Minutes) -> list[tuple[str, str]]:
    """Label and value of each thing that the head of an acta says, for page and paper."""
    meeting = minutes.meeting
    where = ". ".join(filter(None, (meeting.place_name, meeting.address))) or _("From afar")
    rows = [
        (_("Municipality"), meeting.municipality.name),
        (_("Kind"), str(meeting.get_kind_display())),
        (_("When"), when(meeting)),
        (_("Where"), where),
        (_("Called"), _called(meeting)),
        (_("People who came"), number(minutes.attended)),
    ]
    parts = (
        (_("Of them, women"), minutes.women),
        (_("Of them, from the countryside"), minutes.rural),
        (_("Of them, for the first time"), minutes.first_time),
    )
    rows += [(label, number(count)) for label, count in parts if count is not None]
    if meeting.quorum:
        said = _("reached") if minutes.had_quorum else _("not reached")
        rows.append((_("Quorum"), f"{number(meeting.quorum)}: {said}"))
    return rows


def when(meeting: Meeting) -> str:
    start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    values = {"day": long_day(start), "from": f"{start:%H:%M}", "until": f"{end:%H:%M}"}
    if start.date() == end.date():
        return _("%(day)s, from %(from)s to %(until)s") % values
    values["last"] = long_day(end)
    return _("from %(day)s, %(from)s, to %(last)s, %(until)s") % values


def long_day(value: date) -> str:
    """Always with the year: an acta is read years later."""
    return formats.date_format(value, pgettext("date format", "j F Y"))


def _called(meeting: Meeting) -> str:
    day = long_day(timezone.localtime(meeting.called_at))
    return day if meeting.was_called_in_time else _("%(day)s (late)") % {"day": day}


def _agenda(items: Sequence[AgendaItem]) -> list[Flowable]:
    if not items:
        return []
    rows = [[f"{item.position}. {item.title}", item.decided or "–"] for item in items]
    return [
        CondPageBreak(90),
        pdf.heading(_("Agenda and decisions")),
        pdf.table([_("Point"), _("What was decided")], rows, [60, 110]),
    ]


def _agreed(agreed: Sequence[Undertaking]) -> list[Flowable]:
    if not agreed:
        return []
    rows = [[row.text, row.owner, long_day(row.due_on)] for row in agreed]
    return [
        CondPageBreak(90),
        pdf.heading(_("What was agreed")),
        pdf.table([_("What"), _("Who does it"), _("Due on")], rows, [90, 45, 35]),
    ]


def signers_of(signatures: str) -> list[tuple[str, str]]:
    """Each line is a name and, after its first comma, what the person signs as."""
    lines = (line.partition(",") for line in signatures.splitlines() if line.strip())
    return [(name.strip(), office.strip()) for name, _comma, office in lines]


def _signatures(minutes: Minutes) -> list[Flowable]:
    """A line for each, and some for whoever else signs."""
    rows: list[list[str | Flowable]] = [
        [name, office, pdf.gap(14)] for name, office in signers_of(minutes.signatures)
    ]
    rows += [[pdf.gap(14), "", ""] for _empty in range(2)]
    return [
        CondPageBreak(150),
        pdf.heading(_("Who signs")),
        pdf.table([_("Name"), _("Signs as"), _("Signature")], rows, [60, 55, 55]),
    ]
