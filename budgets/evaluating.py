"""Where the technical evaluation of each work stands: who is at it, what is late, who waits for whom.

No clock runs here: what ends on a day has ended when it is read after that day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from accounts.enums import Role
from accounts.models import RoleGrant, User
from budgets.enums import Round, Stage, Verdict, WorkState
from budgets.models import Evaluation, Work
from decide.common import workdays
from decide.common.words import day


if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from budgets.models import Budget, Observation
    from municipalities.models import Municipality

# What an evaluator answers with yes or no, and what is meant by it.
QUESTIONS: list[tuple[str, Any, Any]] = [
    (
        "is_legal",
        _("Does the law allow it?"),
        _("No norm forbids it, the land may be used for it, and nobody's rights are harmed."),
    ),
    (
        "is_competence",
        _("Is it the municipality's to do?"),
        _(
            "By the Organic Law of Municipalities it falls to it, and not to a ministry, the region"
            " or a company."
        ),
    ),
    (
        "is_technical",
        _("Can it be done?"),
        _("On that ground and with known means, and somebody will run it and keep it up."),
    ),
]
# Whoever hears «not feasible» is owed more than a sentence.
REASONS_AT_LEAST = 60


@dataclass(frozen=True)
class Standing:
    """A work under evaluation, with what there is of the round that runs."""

    work: Work
    round: Round
    evaluation: Evaluation | None
    observation: Observation | None

    @property
    def stage(self) -> Stage:
        if self.evaluation is None:
            return Stage.TO_ASSIGN
        if self.evaluation.submitted_at:
            return Stage.HANDED_IN
        if self.observation and self.observation.is_open:
            return Stage.WAITING
        return Stage.LATE if self.evaluation.is_late else Stage.AT_WORK

    @property
    def days_late(self) -> int:
        if self.stage != Stage.LATE:
            return 0
        return workdays.between(self.evaluation.due_on, timezone.localdate())

    @property
    def is_on_appeal(self) -> bool:
        return self.round == Round.APPEAL

    def is_of(self, user: User) -> bool:
        return self.evaluation is not None and self.evaluation.evaluator_id == user.pk


def standings(works: QuerySet[Work]) -> list[Standing]:
    """Of those of the works that are under evaluation; two queries."""
    under = works.filter(state=WorkState.EVALUATION)
    under = list(
        under.select_related("heading", "agent", "appeal", "municipality").defer("search", "body")
    )
    found = Evaluation.objects.filter(work__in=under).with_cost()
    by_work = defaultdict(list)
    for evaluation in found.select_related("evaluator", "observation"):
        by_work[evaluation.work_id].append(evaluation)
    return [_standing(work, by_work[work.pk]) for work in under]


def standing_of(work: Work) -> Standing | None:
    """Of a work, or nothing if it is not under evaluation."""
    return next(iter(standings(Work.objects.filter(pk=work.pk))), None)


def _standing(work: Work, evaluations: list[Evaluation]) -> Standing:
    appealed = getattr(work, "appeal", None)
    runs = Round.APPEAL if appealed and appealed.decided_at is None else Round.FIRST
    evaluations = [one for one in evaluations if one.round == runs]
    # Asked once a round: whoever asked and has stepped back since, asked for the municipality.
    asked = (getattr(one, "observation", None) for one in evaluations)
    return Standing(
        work=work,
        round=runs,
        evaluation=next((one for one in evaluations if one.recused_at is None), None),
        observation=next(filter(None, asked), None),
    )


# --- Who


def evaluators_of(municipality: Municipality) -> QuerySet[User]:
    """Everybody with the role of an evaluator here today."""
    granted = RoleGrant.objects.current().filter(municipality=municipality, role=Role.EVALUATOR)
    return User.objects.filter(pk__in=granted.values("user"), is_active=True).order_by(
        "display_name", "pk"
    )


def is_theirs(user: User, work: Work) -> bool:
    """Whether the person put the work forward, or registered the agent on whose behalf it is."""
    registered = work.agent.registered_by_id if work.agent_id else None
    return user.pk in (work.author_id, registered)


def why_not_evaluator(user: User, work: Work, before: Iterable[Evaluation]) -> str:
    """Why somebody cannot be given a work, or nothing; `before` are all its evaluations."""
    if is_theirs(user, work):
        return gettext("%(name)s put «%(work)s» forward, or its agent.") % {
            "name": user.public_name,
            "work": work,
        }
    for evaluation in before:
        if evaluation.evaluator_id != user.pk:
            continue
        if evaluation.recused_at:
            return gettext("%(name)s has stepped back from «%(work)s».") % {
                "name": user.public_name,
                "work": work,
            }
        if evaluation.submitted_at:
            return gettext(
                "%(name)s has evaluated «%(work)s» already: on appeal somebody else does."
            ) % {"name": user.public_name, "work": work}
    return ""


# --- What is missing before an evaluation can be handed in


def missing(evaluation: Evaluation, costs: int, observation: Observation | None) -> list[str]:
    """In words, what keeps it from being handed in; `costs` is the sum of its lines."""
    found = []
    answers = [getattr(evaluation, name) for name, _question, _help in QUESTIONS]
    if observation and observation.is_open:
        found.append(
            gettext("You asked the author to mend something: they may answer until %(day)s.")
            % {"day": day(observation.due_on)}
        )
    if None in answers:
        found.append(gettext("Answer the three questions with yes or no."))
    if not evaluation.verdict:
        found.append(gettext("Say whether it is feasible."))
    if not evaluation.report:
        found.append(gettext("Write the public report."))
    if evaluation.verdict == Verdict.FEASIBLE:
        if False in answers:
            found.append(
                gettext(
                    "It cannot be feasible if the law forbids it, if it is not the municipality's"
                    " to do, or if it cannot be done."
                )
            )
        if not costs:
            found.append(gettext("Write what it costs, with one line at least."))
        if evaluation.running_cost is None:
            found.append(gettext("Write what it costs a year to run it; 0 if nothing."))
        if not evaluation.months:
            found.append(gettext("Write how many months it takes."))
    elif evaluation.verdict and 0 < len(evaluation.report) < REASONS_AT_LEAST:
        found.append(
            gettext("Explain in at least %(count)d letters why it is not feasible.")
            % {"count": REASONS_AT_LEAST}
        )
    return found


# --- Appeals


def appeal_until(budget: Budget) -> date | None:
    """The last day on which an author may appeal, once decisions are published."""
    if budget.decisions_published_at is None:
        return None
    return workdays.after(timezone.localdate(budget.decisions_published_at), budget.appeal_days)
