"""The questions of the yearly self-evaluation of a municipality, and what its answers come to.

«Yes» or «in part» without a piece of evidence is unsupported, and is shown so; a question that
nobody answered is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from agreements.enums import EvidenceState, SelfReply
from agreements.models import CounterAnswer, Evidence, SelfAnswer
from municipalities.models import Municipality


@dataclass(frozen=True)
class Asked:
    """A question, what to look at before answering it, and what would show it."""

    code: str
    part: Any
    text: Any
    guide: Any
    shown_by: Any


RULES, DOORS, VOICES, ANSWERS, ACCOUNTS, LASTING = (
    _("Rules"),
    _("Open doors"),
    _("Whose voices"),
    _("Answers"),
    _("Accounts"),
    _("That it lasts"),
)
QUESTIONS = (
    Asked(
        "norm",
        RULES,
        _("Is there a norm in force that says how neighbours take part?"),
        _("An ordenanza of this council, not only the national law."),
        _("The ordenanza, with its number and date of publication."),
    ),
    Asked(
        "calendar",
        RULES,
        _("Was the calendar of participation of the year published before it began?"),
        _("Participatory budget, hearings, sessions of the coordination council."),
        _("The publication with its date."),
    ),
    Asked(
        "office",
        RULES,
        _("Does an office with a named person answer for participation?"),
        _("By resolution or in the ROF, with hours and a telephone."),
        _("The resolution, or the page of the ROF."),
    ),
    Asked(
        "budget",
        DOORS,
        _("Did the participatory budget take place with all its steps?"),
        _("Call, workshops, technical evaluation, formalisation, committee of vigilance."),
        _("The acta of agreements and commitments."),
    ),
    Asked(
        "hearings",
        DOORS,
        _("Were there at least two public hearings for accountability?"),
        _("Announced beforehand, with questions that got an answer."),
        _("The actas of the hearings."),
    ),
    Asked(
        "council",
        DOORS,
        _("Is the coordination council (CCL) elected and did it meet twice this year?"),
        _("With its representatives of civil society in office."),
        _("The acta of the election and those of its sessions."),
    ),
    Asked(
        "digital",
        DOORS,
        _("Can people propose and follow what becomes of it without coming to the office?"),
        _("On this site or another, by telephone, or at a desk near them."),
        _("The address, or the record of what came in."),
    ),
    Asked(
        "women",
        VOICES,
        _("Is it known how many women took part, and was something done so that more could?"),
        _("Hours, care for children, calls to their organisations."),
        _("The attendance by gender, and what was done."),
    ),
    Asked(
        "rural",
        VOICES,
        _("Did people of the countryside take part near where they live?"),
        _("Workshops in caseríos and centros poblados, radio, a travelling desk."),
        _("The attendance by place."),
    ),
    Asked(
        "language",
        VOICES,
        _("Was it told in plain words and by means that need no internet?"),
        _("Radio, loudspeaker, posters, assemblies."),
        _("The proof of the broadcast or of the posters."),
    ),
    Asked(
        "answered",
        ANSWERS,
        _("Did every proposal get an answer with reasons in its term?"),
        _("Also those that were turned down."),
        _("The list of proposals with dates and answers."),
    ),
    Asked(
        "used",
        ANSWERS,
        _("Did what people said change a decision of this year?"),
        _("An ordenanza, the budget, a work, a service."),
        _("The decision, and where it names what people said."),
    ),
    Asked(
        "published",
        ACCOUNTS,
        _("Is what was spent on agreed works published by work?"),
        _("Also their delays, with reasons."),
        _("The publication, or the report of the committee of vigilance."),
    ),
    Asked(
        "vigilance",
        ACCOUNTS,
        _("Did the committee of vigilance get what it asked for?"),
        _("Documents in time, visits to works."),
        _("Its report."),
    ),
    Asked(
        "staff",
        LASTING,
        _("Were those who look after participation trained this year, and do they stay?"),
        _("Trained staff should stay at least a year."),
        _("The certificate or the list of attendance."),
    ),
    Asked(
        "money",
        LASTING,
        _("Does the institutional budget have money for participation?"),
        _("In the POI and the PIA, with an amount."),
        _("The page of the POI or of the PIA."),
    ),
)
BY_CODE = {question.code: question for question in QUESTIONS}
CLAIMS = (SelfReply.YES, SelfReply.PARTLY)


@dataclass(frozen=True)
class Answered:
    """A question with what was answered, by the municipality and by others."""

    question: Asked
    answer: SelfAnswer | None = None
    evidence: list[Evidence] = field(default_factory=list)
    counters: list[CounterAnswer] = field(default_factory=list)

    @property
    def is_missing(self) -> bool:
        return self.answer is None

    @property
    def is_unsupported(self) -> bool:
        return self.answer is not None and self.answer.reply in CLAIMS and not self.evidence

    @property
    def differs(self) -> bool:
        """Whether somebody of civil society or a university answered otherwise."""
        return any(one.reply != self.answer.reply for one in self.counters if self.answer)


@dataclass(frozen=True)
class SelfEvaluation:
    municipality: Municipality
    year: int
    answered: list[Answered]

    @property
    def published_at(self) -> Any:
        days = [one.answer.published_at for one in self.answered if one.answer]
        return max(days) if days and all(days) else None

    @property
    def missing(self) -> list[Answered]:
        return [one for one in self.answered if one.is_missing]

    @property
    def unsupported(self) -> list[Answered]:
        return [one for one in self.answered if one.is_unsupported]

    @property
    def supported(self) -> list[Answered]:
        """«Yes» with evidence: all that counts as shown."""
        return [
            one
            for one in self.answered
            if one.answer and one.answer.reply == SelfReply.YES and one.evidence
        ]

    @property
    def doubted(self) -> list[Answered]:
        return [one for one in self.answered if one.differs]

    @property
    def parts(self) -> list[tuple[Any, list[Answered]]]:
        found: dict[Any, list[Answered]] = {}
        for one in self.answered:
            found.setdefault(one.question.part, []).append(one)
        return list(found.items())


def evaluation_of(
    municipality: Municipality, year: int, answers: Iterable[SelfAnswer] | None = None
) -> SelfEvaluation:
    """As far as the scope sees it: everybody reads what is published, the town also its draft."""
    if answers is None:
        answers = SelfAnswer.objects.filter(municipality=municipality, year=year)
    shown = Evidence.objects.exclude(state__in=[EvidenceState.REJECTED, EvidenceState.REMOVED])
    counters = CounterAnswer.objects.select_related("organization")
    found = {
        one.question: one
        for one in answers.prefetch_related(
            Prefetch("evidence", shown, to_attr="shown"),
            Prefetch("counters", counters, to_attr="said"),
        )
    }
    return SelfEvaluation(
        municipality,
        year,
        [
            Answered(question, answer, answer.shown, answer.said)
            if (answer := found.get(question.code))
            else Answered(question)
            for question in QUESTIONS
        ],
    )
