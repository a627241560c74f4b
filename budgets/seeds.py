"""Budgets of the demo, made as staff, agents and neighbours make them: by the room's actions.

A step opens what it opens by its days, and what lies in the past cannot be done today. So while
something is planted its step runs, and gets its own days back afterwards (`during`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from budgets import counts, definition
from budgets.actions import (
    agents,
    agents_desk,
    ballots,
    budgets,
    committee,
    decisions,
    evaluations,
    matrix,
    mending,
    minutes,
    projects,
    steps,
    supports,
    tallies,
    works,
)
from budgets.actions.budgets import GroupRow, HeadingRow
from budgets.enums import AgentKind, Mode, StepKind
from budgets.models import Agent, Budget, Evaluation, Heading, Step, Work
from budgets.preparation import Days
from decide.common import pdf
from participation.models import Category
from votes.seeds import Planted, Square


WORKS, EVALUATION, VOTE, FINISHED = "works", "evaluation", "vote", "finished"
CENTS = 100
# Each step in days after the call, and which of those days is today by the stage of the budget.
DAYS = {
    StepKind.CALL: (0, 30),
    StepKind.TRAINING: (5, 35),
    StepKind.WORKS: (20, 60),
    StepKind.SUPPORTS: (30, 75),
    StepKind.FILTER: (76, 100),
    StepKind.WORKSHOP: (101, 103),
    StepKind.VOTE: (105, 113),
    StepKind.MINUTES: (114, 118),
    StepKind.COMMITTEE: (118, 122),
    StepKind.COORDINATION: (122, 130),
    StepKind.INCLUSION: (130, 160),
    StepKind.EXECUTION: (161, 526),
}
TODAY = {WORKS: 45, EVALUATION: 90, VOTE: 104, FINISHED: 320}
NO_VOTE = "La ordenanza da la decisión a los agentes participantes en el taller (artículo 18)."
WORDS = ("title", "summary", "body", "place_name", "latitude", "longitude", "beneficiaries")


@dataclass
class Plot:
    """One budget, where it grows, and what has grown so far."""

    square: Square
    text: dict[str, Any]
    budget: Budget
    headings: dict[str, Heading]
    agents: dict[str, Agent] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    poll: Planted | None = None

    @property
    def stage(self) -> str:
        return self.text["stage"]

    @property
    def staff(self) -> tuple[Any, Any]:
        return self.square.administrator, self.square.evaluator


def plant(square: Square, text: dict[str, Any]) -> Plot:
    """A budget as far as its stage says; its vote is for the caller to open (`ballot`)."""
    plot = _prepared(square, text)
    with during(plot.budget, StepKind.CALL):
        _agents(plot)
    with during(plot.budget, StepKind.WORKS, StepKind.SUPPORTS):
        _works(plot)
    if plot.stage == WORKS:
        return plot
    with during(plot.budget, StepKind.FILTER):
        _evaluate(plot)
    if plot.stage == FINISHED:
        with during(plot.budget, StepKind.WORKSHOP):
            _raise_hands(plot)
        _carry_out(plot)
    return plot


def ballot(plot: Plot, opens_at: datetime, closes_at: datetime) -> Any:
    """Put its feasible works to the vote of the residents; the poll is still to be settled."""
    where = plot.square.municipality.short_name
    # Its step lasts as long as the vote, to the second.
    Step.objects.filter(budget=plot.budget, kind=StepKind.VOTE).update(
        starts_at=opens_at, ends_at=closes_at
    )
    made = ballots.put_works(
        _again(plot.budget),
        by=plot.square.administrator,
        works=[work.pk for work in plot.works.values() if "verdict" not in _text(plot, work)],
        title=f"Presupuesto participativo {plot.budget.year}: elige las obras",
        text=f"Elige las obras de tu distrito y las de toda la provincia de {where}.",
        meaning="El concejo municipal recibe el resultado con el acta de acuerdos.",
        opens_at=opens_at,
        closes_at=closes_at,
    )
    return made.poll


def leaning_of(plot: Plot, question: str) -> list[float]:
    """How much the neighbours like each option of a question of its ballot."""
    heading = Heading.objects.get(group__budget=plot.budget, question=question)
    asked = Work.objects.on_ballot().filter(heading=heading)
    options = sorted(asked, key=lambda work: (len(work.option), work.option))
    return [_text(plot, work)["leaning"] for work in options]


@contextmanager
def during(budget: Budget, *kinds: StepKind) -> Iterator[None]:
    """These steps run while something is planted, and have their own days again afterwards."""
    rows = Step.objects.filter(budget=budget, kind__in=kinds)
    before = list(rows)
    now = timezone.now()
    rows.update(starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1))
    try:
        yield
    finally:
        Step.objects.bulk_update(before, ["starts_at", "ends_at"])


def _again(budget: Budget) -> Budget:
    """As it stands now, with nothing remembered of before."""
    return Budget.objects.select_related("municipality", "thread").get(pk=budget.pk)


def _text(plot: Plot, work: Work) -> dict[str, Any]:
    return next(text for text in plot.text["works"] if text["title"] == work.title)


# --- Set up


def _prepared(square: Square, text: dict[str, Any]) -> Plot:
    by = square.administrator
    known = ("year", "title", "norm", "percent", "mode", "effect", "ballot", "rule", "most")
    budget = budgets.create(
        square.municipality,
        by=by,
        text=text["text"].strip(),
        announced=text["announced"] * CENTS,
        supports_needed=text["supports_needed"],
        **{name: text[name] for name in known if name in text},
    )
    groups = [
        GroupRow(
            group["name"],
            group["headings_each"],
            [
                HeadingRow(one["name"], one["money"] * CENTS, one.get("districts", []))
                for one in group["headings"]
            ],
        )
        for group in text["groups"]
    ]
    budgets.share_out(budget, by=by, groups=groups)
    budgets.set_matrix(budget, by=by, criteria=text.get("criteria", []))
    steps.set_days(budget, by=by, days=_days(text))
    budget = _again(budget)
    content = definition.mark(definition.of(budget))
    budgets.open_budget(budget, by=by, content=content)
    headings = Heading.objects.filter(group__budget=budget).select_related("group__budget")
    return Plot(square, text, _again(budget), {one.name: one for one in headings})


def _days(text: dict[str, Any]) -> dict[str, Days]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    begin = midnight - timedelta(days=TODAY[text["stage"]])
    found = {
        kind: Days(begin + timedelta(days=first), begin + timedelta(days=last))
        for kind, (first, last) in DAYS.items()
    }
    if text["mode"] != Mode.RESIDENTS:
        found[StepKind.VOTE] = Days(left_out_why=NO_VOTE)
    return found


# --- Agents and works


def _agents(plot: Plot) -> None:
    """They come with their papers in order; the last of a budget that still calls waits."""
    texts = plot.text["agents"]
    for place, text in enumerate(texts):
        neighbour = plot.square.residents[text["delegate"]]
        agent = agents.begin(
            plot.budget,
            by=neighbour.user,
            form_key=_key(plot, text["name"]),
            kind=AgentKind(text["kind"]),
            name=text["name"],
        )
        person = agents.Person(
            name=neighbour.user.display_name,
            gender=neighbour.user.gender,
            area=neighbour.user.area,
            number=plot.square.document(text["delegate"]),
        )
        agents.name_delegates(agent, by=neighbour.user, people=[person])
        if text["kind"] != AgentKind.CITIZEN:
            agents.change_files(agent, by=neighbour.user, add=[plot.square.draw("acta")])
        agents.submit(agent, by=neighbour.user)
        plot.agents[agent.name] = agent
        if plot.stage != WORKS or place + 1 < len(texts):
            agents_desk.accept(agent, by=plot.square.administrator)
    if plot.stage != WORKS:
        now = timezone.now()
        call = Step.objects.filter(budget=plot.budget, kind=StepKind.CALL)
        call.update(starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
        agents_desk.close_list(_again(plot.budget), by=plot.square.administrator)


def _works(plot: Plot) -> None:
    chance = Random(plot.budget.title)
    topics = {one.code: one for one in Category.objects.all()}
    for text in plot.text["works"]:
        author = plot.square.residents[text["author"]].user
        heading = plot.headings[text["heading"]]
        agent = plot.agents.get(text.get("agent", ""))
        work = works.begin(
            plot.budget,
            by=author,
            form_key=_key(plot, text["title"]),
            heading=heading,
            agent=agent and Agent.objects.get(pk=agent.pk),
            category=topics.get(text["topic"]),
            place_name=text["place"],
            latitude=text["lat"],
            longitude=text["lon"],
            who_benefits=text["who"],
            estimate=text["estimate"] * CENTS,
            **{name: text[name] for name in WORDS if name in text},
        )
        if "picture" in text:
            works.change_files(work, by=author, add_images=[plot.square.draw(text["picture"])])
            work.thread.images.update(description=text["alt"])
        works.publish(work, by=author)
        plot.works[work.title] = Work.objects.select_related("heading__group").get(pk=work.pk)
        _support(plot, plot.works[work.title], text["supports"], chance)


def _support(plot: Plot, work: Work, number: int, chance: Random) -> None:
    """By neighbours whom the heading asks and who have not chosen another one of its group."""
    here = [
        one
        for one in plot.square.residents[2:]
        if not work.heading.districts or one.district_id in work.heading.districts
    ]
    chance.shuffle(here)
    given = 0
    for neighbour in here:
        if given == number:
            break
        try:
            given += supports.support(work, by=neighbour.user, resident=neighbour)
        except supports.CannotSupport:
            continue


def _key(plot: Plot, name: str) -> Any:
    return uuid5(NAMESPACE_URL, f"{plot.budget.municipality.slug}/{plot.budget.year}/{name}")


# --- Evaluation


def _evaluate(plot: Plot) -> None:
    administrator, evaluator = plot.staff
    due_on = timezone.localdate() + timedelta(days=10)
    for work in plot.works.values():
        text = _text(plot, work)
        evaluations.take_up(work, by=administrator, why="El equipo técnico la evalúa.")
        found = evaluations.assign(work, to=evaluator, due_on=due_on, by=administrator)
        evaluations.declare(found, by=evaluator)
        if "observed" in text:
            mending.observe(found, by=evaluator, text=text["observed"])
        if "cost" in text or "verdict" in text:
            _hand_in(found, text, evaluator)
            if plot.text.get("criteria") and "scores" in text:
                _score(plot, work, text["scores"])
    moment = timezone.now() + timedelta(days=12)
    decisions.announce(_again(plot.budget), by=administrator, at=moment)
    if plot.stage == EVALUATION:
        return
    # Its moment has come, as the rest of the demo tells it.
    Budget.objects.filter(pk=plot.budget.pk).update(decisions_at=timezone.now())
    decisions.publish(_again(plot.budget), by=administrator)


def _hand_in(found: Evaluation, text: dict[str, Any], evaluator: Any) -> None:
    feasible = "verdict" not in text
    report = text.get("report", "La obra es legal, es de competencia municipal y se puede hacer.")
    evaluations.save(
        found,
        by=evaluator,
        lines=[(what, amount * CENTS) for what, amount in text.get("costs", [])],
        is_legal=True,
        is_competence=feasible,
        is_technical=True,
        running_cost=text.get("running", 0) * CENTS,
        months=text.get("months"),
        verdict="feasible" if feasible else "unfeasible",
        report=report,
    )
    evaluations.hand_in(Evaluation.objects.get(pk=found.pk), by=evaluator)


def _score(plot: Plot, work: Work, scores: list[int]) -> None:
    criteria = list(plot.budget.criteria.order_by("position", "pk"))
    points = {one.pk: score for one, score in zip(criteria, scores, strict=True)}
    for officer in plot.staff:
        matrix.type_in(work, by=officer, points=points)


# --- The workshop, and what came after


def _raise_hands(plot: Plot) -> None:
    administrator = plot.square.administrator
    where = f"En el taller, ante los agentes de {plot.square.municipality.short_name}"
    tallies.draw_lots(_again(plot.budget), by=administrator, where=where)
    for heading in plot.headings.values():
        votes = {
            work.pk: _text(plot, work)["votes"]
            for work in plot.works.values()
            if work.heading_id == heading.pk
        }
        for officer in plot.staff:
            tallies.type_sheet(heading, by=officer, present=plot.text["present"], votes=votes)
        # The task would come after the commit, and what follows needs the result.
        counts.run(plot.square.municipality, heading.counts.official().get().pk)


def _carry_out(plot: Plot) -> None:
    """The acta, the committee, and each work as far as it has come."""
    administrator, today = plot.square.administrator, timezone.localdate()
    budget = _again(plot.budget)
    steps.tell(
        budget,
        StepKind.WORKSHOP,
        by=administrator,
        text="Los agentes votaron a mano alzada, obra por obra.",
        add=[_acta_of_the_workshop(plot)],
    )
    signers = [f"{one['name']}, {one['organisation']}" for one in plot.text["committee"]]
    minutes.write(
        budget,
        by=administrator,
        held_on=today - timedelta(days=205),
        place="Auditorio municipal de Tayabamba",
        text=plot.text["agreements"],
        attendance="\n".join(signers),
    )
    minutes.issue(budget, by=administrator)
    committee.form(
        budget,
        by=administrator,
        elected_on=today - timedelta(days=202),
        how="A mano alzada, en el último taller.",
        resolution="Resolución de Alcaldía 088-2025-MPP (inventada)",
        recognised_on=today - timedelta(days=195),
    )
    for text in plot.text["committee"]:
        committee.add_member(budget, by=administrator, since=today - timedelta(days=200), **text)
    projects.make(budget, by=administrator, office="Gerencia de Infraestructura")
    for work in plot.works.values():
        if told := _text(plot, work).get("project"):
            _report(plot, work, told, today)


def _acta_of_the_workshop(plot: Plot) -> SimpleUploadedFile:
    words = pdf.text("Acta inventada para esta demostración.")
    content = pdf.document("Acta del taller", plot.square.municipality.name, [words])
    return SimpleUploadedFile("acta-del-taller.pdf", content, "application/pdf")


def _report(plot: Plot, work: Work, told: dict[str, Any], today: date) -> None:
    by = plot.square.administrator
    project = Work.objects.get(pk=work.pk).project

    def on(days: int) -> date:
        return today + timedelta(days=days)

    projects.change(
        project,
        by=by,
        office=told["office"],
        contractor=told["contractor"],
        invierte_code=told["code"],
        starts_on=on(told["starts"]),
        ends_on=on(told["ends"]),
    )
    for title, due, state in told["milestones"]:
        promised = projects.add_milestone(project, by=by, title=title, due_on=on(due))
        if state == "done":
            projects.complete(promised, by=by, done_on=on(due))
    for stage, day, amount, what in told["spending"]:
        projects.spend(project, by=by, stage=stage, day=on(day), amount=amount * CENTS, text=what)
    if "delay" in told:
        days, reason = told["delay"]
        projects.delay(project, by=by, new_day=on(told["ends"] + days), reason=reason)
    if told["state"] != "planned":
        projects.move(
            type(project).objects.get(pk=project.pk),
            by=by,
            state=told["state"],
            percent=told["percent"],
            why=told.get("why", ""),
            finished_on=on(told["finished"]) if "finished" in told else None,
        )
