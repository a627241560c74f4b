"""What the portal spares a municipality: papers that the law asks for, out of what is here already.

The file for the public hearings of May and September (LOM, art. 119-A), and the dossier of a
participatory budget. Only what everybody may read goes in; what the portal does not know is left to be
written by hand, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _, override
from reportlab.platypus import Flowable

from budgets.accounts import Accounts, works_of
from budgets.course import steps_of
from budgets.models import Budget, Committee, Minutes
from budgets.words import who_decides
from decide.common import pdf
from decide.common.money import soles
from decide.common.words import day, number
from municipalities.mechanisms import HEARING_MONTHS
from municipalities.models import Municipality
from participation.enums import Channel, InterventionKind
from participation.models import Intervention
from participation.statistics import ACTS, told
from proposals.models import Proposal


MOST_ROWS = 60
BY_HAND = "................................................................"


def period_of(year: int, month: int) -> tuple[date, date]:
    """From January to the day before the month of the hearing."""
    return date(year, 1, 1), date(year, month, 1)


def hearings_until(today: date) -> list[tuple[int, int]]:
    """The next hearing that the law asks for and the three before it, newest first."""
    every = [
        (year, month) for year in range(today.year - 2, today.year + 2) for month in HEARING_MONTHS
    ]
    over = [one for one in every if one <= (today.year, today.month)]
    ahead = [one for one in every if one > (today.year, today.month)]
    return [ahead[0], *reversed(over[-3:])]


def hearing_file(town: Municipality, year: int, month: int) -> bytes:
    """Who took part, what was answered, and how the works of the people go, in plain words."""
    since, until = period_of(year, month)
    with override(settings.LANGUAGE_CODE):
        parts: list[Flowable] = [
            pdf.text(
                _(
                    "From %(since)s to the day before %(until)s. Made from the records of the portal."
                )
                % {"since": day(since), "until": day(until)}
            ),
            *_taking_part(town, since, until),
            *_answers(town, since, until),
            *_waiting(town),
            *_works(town, year),
            pdf.heading(_("To be written by hand")),
            pdf.text(
                _(
                    "The portal does not hold the municipality's accounts. Execution of the whole"
                    " budget, and its outlook to the end of the year:"
                )
            ),
            *(pdf.text(BY_HAND) for _line in range(4)),
        ]
        title = _("File for the public hearing of %(month)s %(year)d") % {
            "month": _("May") if month == HEARING_MONTHS[0] else _("September"),
            "year": year,
        }
        return pdf.document(title, town.name, parts)


def _between(since: date, until: date) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    return (
        datetime.combine(since, time(), tzinfo=zone),
        datetime.combine(until, time(), tzinfo=zone),
    )


def _taking_part(town: Municipality, since: date, until: date) -> list[Flowable]:
    rows = Intervention.objects.filter(municipality=town, day__gte=since, day__lt=until)
    rows = rows.exclude(channel=Channel.IMPORT)
    sums = dict(rows.values_list("kind").annotate(Sum("amount")).order_by())
    lines = [(kind, told(kind, sums[kind])) for kind in ACTS if sums.get(kind)]
    return _section(
        _("How people took part"),
        [_("What they did"), _("How often")],
        [
            [InterventionKind(kind).label, _("few") if amount is None else number(amount)]
            for kind, amount in lines
        ],
        [120, 50],
        _("Nothing was recorded in these months."),
    )


def _answers(town: Municipality, since: date, until: date) -> list[Flowable]:
    start, end = _between(since, until)
    answered = (
        Proposal.objects.public()
        .for_municipality(town)
        .filter(answer__published_at__gte=start, answer__published_at__lt=end)
        .select_related("answer")
        .order_by("answer__published_at")
    )
    return _section(
        _("What was answered"),
        [_("Proposal"), _("Decision"), _("Who answered"), _("Day")],
        [
            [
                proposal.title,
                proposal.answer.get_verdict_display(),
                proposal.answer.office,
                day(timezone.localdate(proposal.answer.published_at)),
            ]
            for proposal in answered
        ],
        [70, 30, 40, 30],
        _("No proposal was answered in these months."),
    )


def _waiting(town: Municipality) -> list[Flowable]:
    """As of today: who comes to the hearing asks for it."""
    waiting = Proposal.objects.public().for_municipality(town).awaiting_answer()
    return _section(
        _("What still waits for an answer, as of %(day)s") % {"day": day(timezone.localdate())},
        [_("Proposal"), _("Owed by")],
        [
            [proposal.title, day(proposal.answer_due_on) or "–"]
            for proposal in waiting.oldest_due_first()
        ],
        [120, 50],
        _("Nothing waits."),
    )


def _works(town: Municipality, year: int) -> list[Flowable]:
    """Of the budgets whose works are carried out, the newest first."""
    parts: list[Flowable] = []
    for budget in Budget.objects.public().filter(municipality=town, year__lte=year)[:5]:
        accounts = Accounts(budget)
        if not accounts.projects:
            continue
        parts += [pdf.gap(2), pdf.text(f"{budget.title} ({budget.year})", pdf.HEAD)]
        parts += _pairs(
            [
                (_("Announced"), soles(budget.announced)),
                (_("Works chosen"), number(accounts.chosen)),
                (_("Their cost"), soles(accounts.cost)),
                (_("In the municipality's budget"), soles(accounts.sums.money)),
                *((bar.label, soles(bar.amount)) for bar in accounts.sums.bars),
                *((line.state.label, number(line.number)) for line in accounts.states),
                (_("Late"), number(len(accounts.late))),
            ]
        )
    heading = pdf.heading(_("The works that people chose"))
    return [heading, *(parts or [pdf.text(_("No work of a participatory budget is carried out."))])]


def dossier(budget: Budget) -> bytes:
    """What goes with a participatory budget: rules, days, agents, works, acta and committee."""
    with override(settings.LANGUAGE_CODE):
        accounts = Accounts(budget)
        parts: list[Flowable] = [
            pdf.text(f"{budget.title} ({budget.year})", pdf.HEADING),
            *_pairs(
                [
                    (_("Ordinance"), budget.norm or "–"),
                    (_("Money announced"), soles(budget.announced)),
                    (
                        _("Share of the municipality's budget"),
                        f"{number(budget.percent)} %" if budget.percent is not None else "–",
                    ),
                    (_("Who decides"), who_decides(budget)),
                    (_("Effect"), budget.get_effect_display()),
                ]
            ),
            *_steps(budget),
            *_agents(budget, accounts),
            *_headings(accounts),
            *_chosen(budget),
            *_papers(budget),
        ]
        title = _("Dossier of the participatory budget %(year)d") % {"year": budget.year}
        return pdf.document(title, budget.municipality.name, parts)


def _steps(budget: Budget) -> list[Flowable]:
    return _section(
        _("Steps"),
        [_("Step"), _("From"), _("To")],
        [
            [
                step.get_kind_display(),
                day(step.starts_at and timezone.localdate(step.starts_at))
                or (
                    _("Left out: %(why)s") % {"why": step.left_out_why}
                    if step.left_out_why
                    else "–"
                ),
                day(step.ends_at and timezone.localdate(step.ends_at)) or "–",
            ]
            for step in steps_of(budget)
        ],
        [70, 60, 40],
        _("No days are set."),
    )


def _agents(budget: Budget, accounts: Accounts) -> list[Flowable]:
    people = accounts.people
    pairs = [(_("Agents registered"), number(budget.agents.accepted().count()))]
    if people and people.gender_told:
        pairs.append(
            (
                _("Women among their delegates"),
                _("%(women)d of %(told)d who said their gender")
                % {"women": people.women, "told": people.gender_told},
            )
        )
    if people and people.area_told:
        pairs.append(
            (
                _("Delegates from the countryside"),
                _("%(rural)d of %(told)d who said where they live")
                % {"rural": people.rural, "told": people.area_told},
            )
        )
    return [pdf.heading(_("Participating agents")), *_pairs(pairs)]


def _headings(accounts: Accounts) -> list[Flowable]:
    return _section(
        _("Headings"),
        [_("Heading"), _("Money"), _("Works chosen"), _("Their cost")],
        [
            [line.heading.name, soles(line.heading.money), number(line.chosen), soles(line.cost)]
            for line in accounts.headings
        ],
        [70, 35, 30, 35],
        _("There are no headings."),
    )


def _chosen(budget: Budget) -> list[Flowable]:
    return _section(
        _("Works chosen"),
        [_("Code"), _("Work"), _("Cost")],
        [
            [work.code, "–" if work.hidden_at else work.title, soles(work.cost)]
            for work in works_of(budget)
        ],
        [30, 105, 35],
        _("No work has been chosen yet."),
    )


def _papers(budget: Budget) -> list[Flowable]:
    minutes = Minutes.objects.filter(budget=budget).exclude(issued_at=None).first()
    committee = Committee.objects.filter(budget=budget).first()
    issued = minutes and minutes.issued_at and timezone.localdate(minutes.issued_at)
    return [
        pdf.heading(_("Acta and committee")),
        *_pairs(
            [
                (_("Acta of agreements and commitments"), day(issued) or _("Not issued yet.")),
                (
                    _("Fingerprint of the acta"),
                    bytes(minutes.digest).hex() if minutes and minutes.digest else "–",
                ),
                (
                    _("Vigilance committee"),
                    _("Elected on %(day)s, recognised by: %(norm)s")
                    % {"day": day(committee.elected_on), "norm": committee.resolution or "–"}
                    if committee
                    else _("Not written down yet."),
                ),
            ]
        ),
    ]


def _pairs(pairs: Sequence[tuple[Any, Any]]) -> list[Flowable]:
    return [pdf.table(["", ""], [[str(label), str(said)] for label, said in pairs], [60, 110])]


def _section(
    title: str, head: list[Any], rows: list[list[Any]], widths: list[int], empty: str
) -> list[Flowable]:
    """A table of at most MOST_ROWS rows, or the words for nothing."""
    if not rows:
        return [pdf.heading(title), pdf.text(empty)]
    parts = [pdf.heading(title), pdf.table(head, rows[:MOST_ROWS], widths)]
    if len(rows) > MOST_ROWS:
        more = len(rows) - MOST_ROWS
        parts.append(pdf.text(_("And %(more)d more, on the site.") % {"more": more}, pdf.SMALL))
    return parts
