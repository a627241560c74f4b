"""What a municipality is asked for its baseline: twenty questions, kept as data.

An answer that is left empty is «no data», never zero; zero is only what somebody typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _


COUNT, PERCENT, SOLES, HOURS, SCALE, TEXT = "count", "percent", "soles", "hours", "scale", "text"
MOST = {PERCENT: Decimal(100), SCALE: Decimal(3), HOURS: Decimal(1_000)}
UNITS = {PERCENT: "%", SOLES: "S/", HOURS: _("hours a week"), SCALE: _("from 0 to 3")}
WHOLE = (COUNT, SCALE)


@dataclass(frozen=True)
class Question:
    """`part_of` names the question whose figure this one cannot exceed; `law` is what the law asks
    for at least in a year."""

    code: str
    section: str
    text: Any
    kind: str = COUNT
    help: Any = ""
    part_of: str = ""
    law: int = 0

    @property
    def is_number(self) -> bool:
        return self.kind != TEXT

    @property
    def unit(self) -> Any:
        return UNITS.get(self.kind, "")


SECTIONS = {
    "concejos": _("Councils and boards"),
    "presupuesto": _("Last participatory budget"),
    "audiencias": _("Hearings"),
    "medios": _("Means and people"),
    "vecinos": _("Organisations and what neighbours ask"),
}
LAST_YEAR = _("In the last twelve months.")

QUESTIONS = [
    Question(
        "ccl_seats",
        "concejos",
        _("Seats that civil society holds today in the coordination council"),
        help=_("The legal minimum is on the page of seats."),
    ),
    Question(
        "ccl_women", "concejos", _("Of these seats, how many women hold"), part_of="ccl_seats"
    ),
    Question(
        "ccl_sessions",
        "concejos",
        _("Sessions of the coordination council"),
        help=LAST_YEAR,
        law=2,
    ),
    Question(
        "jdv_sessions",
        "concejos",
        _("Sessions of the board of neighbourhood delegates"),
        help=LAST_YEAR,
        law=4,
    ),
    Question(
        "pp_percent",
        "presupuesto",
        _("Share of the investment money that was announced for it"),
        PERCENT,
        _("As it was published."),
    ),
    Question("pp_amount", "presupuesto", _("Money that was announced for it"), SOLES),
    Question("pp_agents", "presupuesto", _("Participating agents registered")),
    Question("pp_women", "presupuesto", _("Of these agents, women"), part_of="pp_agents"),
    Question(
        "pp_rural", "presupuesto", _("Of these agents, from the countryside"), part_of="pp_agents"
    ),
    Question("pp_agreed", "presupuesto", _("Works agreed in the acta")),
    Question(
        "pp_finished", "presupuesto", _("Of these works, finished so far"), part_of="pp_agreed"
    ),
    Question(
        "hearings",
        "audiencias",
        _("Public hearings held"),
        help=_("In the last twelve months; the law asks for two, in May and in September."),
        law=2,
    ),
    Question("hearing_people", "audiencias", _("People who came to the last hearing")),
    Question(
        "channels",
        "medios",
        _("By which means people are told, and how the office is connected"),
        TEXT,
        _("Radio, loudspeaker, posters, assemblies, messages, web; internet or none."),
    ),
    Question(
        "staff_hours", "medios", _("Working time of the people who look after participation"), HOURS
    ),
    Question("organizations", "vecinos", _("Organisations in the municipal register")),
    Question("complaints", "vecinos", _("Complaints and requests received"), help=LAST_YEAR),
    Question(
        "complaints_in_time",
        "vecinos",
        _("Of these, answered within 30 working days"),
        part_of="complaints",
    ),
    Question(
        "requests_share",
        "vecinos",
        _("Of every 100 that are received, how many ask for a work or a job"),
        PERCENT,
    ),
    Question(
        "self_rating",
        "vecinos",
        _("How you judge participation in your municipality"),
        SCALE,
        _("0: nothing works; 1: by law alone; 2: it works; 3: it changes decisions."),
    ),
]
BY_CODE = {question.code: question for question in QUESTIONS}


def of_section(section: str) -> list[Question]:
    return [question for question in QUESTIONS if question.section == section]
