"""«What was transferred, in what form, to whom, with what effect», on paper."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import get_language, gettext as _

from agreements.models import Advice
from agreements.transfers_told import Told
from decide.common import pdf
from decide.common.words import day, number, percent
from municipalities.models import Municipality


def sheet(municipality: Municipality, told: list[Told], advice: list[Advice]) -> bytes:
    parts = [
        pdf.text(municipality.name, pdf.HEAD),
        pdf.text(_("As of %(day)s.") % {"day": day(timezone.localdate())}, pdf.SMALL),
    ]
    if not told:
        parts += [pdf.gap(), pdf.text(_("No practice has been transferred here yet."))]
    for one in told:
        parts += _transfer(one)
    if advice:
        head = [_("Day"), _("Topic"), _("How"), _("Hours")]
        rows = [
            [day(a.day), a.topic, a.get_medium_display(), number(float(a.hours))] for a in advice
        ]
        parts += [pdf.heading(_("Advice given")), pdf.table(head, rows, [30, 80, 35, 25])]
    return pdf.document(
        _("What was transferred"),
        "Decide La Libertad",
        parts,
        language=get_language() or "es",
    )


def _transfer(told: Told) -> list:
    transfer = told.transfer
    facts = [
        [_("State"), transfer.get_state_display()],
        [_("Convenio"), str(transfer.agreement) if transfer.agreement else "–"],
        [_("What is to be reached"), transfer.target or "–"],
        [_("Level of adoption"), told.level or "–"],
        [_("Done"), _done(told)],
        [_("To whom"), _people(told)],
        [_("Effect"), _effect(told)],
    ]
    pieces = [[one.label, one.badge[0], one.detail or one.why_not or "–"] for one in told.pieces]
    parts = [
        pdf.heading(str(transfer.version)),
        pdf.table([_("What"), ""], facts, [45, 125]),
        pdf.gap(2),
        pdf.table([_("Piece"), _("State"), _("What exactly")], pieces, [55, 40, 75]),
    ]
    if told.activities:
        rows = [
            [
                day(one.day),
                f"{one.get_kind_display()}: {one.title}",
                number(float(one.hours)),
                _expected(one),
            ]
            for one in told.activities
        ]
        head = [_("Day"), _("Form"), _("Hours"), _("People")]
        parts += [pdf.gap(2), pdf.table(head, rows, [35, 85, 20, 30])]
    if told.adaptations:
        rows = [
            [
                a.adaptation.component.name,
                a.adaptation.get_choice_display(),
                " · ".join(filter(None, [a.adaptation.what, a.adaptation.why, a.adaptation.norm])),
            ]
            for a in told.adaptations
        ]
        head = [_("Component"), _("Here"), _("How and why")]
        parts += [pdf.gap(2), pdf.table(head, rows, [50, 30, 90])]
    return parts


def _expected(activity) -> str:
    if activity.came:
        return number(activity.came)
    if activity.planned_people:
        return _("%(count)s expected") % {"count": number(activity.planned_people)}
    return "–"


def _done(told: Told) -> str:
    if told.done.percent is None:
        return _("Nothing is planned yet.")
    return _("%(verified)d of %(planned)d pieces verified (%(percent)d %%)") % {
        "verified": told.done.verified,
        "planned": told.done.planned,
        "percent": told.done.percent,
    }


def _people(told: Told) -> str:
    reach = told.reach
    if not reach.people:
        return _("Nobody has been recorded yet.")
    said = [
        _("%(count)s people in %(hours)s hours")
        % {
            "count": number(reach.people),
            "hours": number(float(reach.hours)),
        }
    ]
    if reach.women_share is not None:
        said.append(_("women: %(share)s") % {"share": percent(reach.women_share)})
    if reach.rural_share is not None:
        said.append(_("countryside: %(share)s") % {"share": percent(reach.rural_share)})
    return "; ".join(said)


def _effect(told: Told) -> str:
    said = []
    if told.reach.before is not None:
        said.append(
            _("Test from 0 to 20: %(before).1f before, %(after).1f after")
            % {"before": told.reach.before, "after": told.reach.after}
        )
    said += [one.effect for one in told.evaluations if one.effect]
    return "; ".join(said) or _("Not evaluated yet.")
