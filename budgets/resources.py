"""Works, evaluations and results as open data.

Only what everybody may read on the pages: no account, no document, no name of a person, no internal
note. The columns have Spanish names that stay; what each means is said once, here, for the dictionary.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from import_export import resources

from budgets.models import Count, Evaluation, Work
from proposals.resources import Column, harmless, moment


if TYPE_CHECKING:
    from budgets.models import Budget


class OpenData(resources.Resource):
    """Cells that no spreadsheet runs."""

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        return harmless(super().export_field(field, instance, **kwargs))


class WorkResource(OpenData):
    code = Column("codigo", _("Code of the work; it never changes."), "code")
    title = Column("obra", _("Title, as its author wrote it."), "title")
    summary = Column("resumen", _("What is to be done."), "summary")
    group = Column("grupo", _("Group of headings."), "heading__group__name")
    heading = Column("rubro", _("Heading that would pay for it."), "heading__name")
    category = Column("tema", _("Topic, if one was chosen."), "category__name_es")
    place_name = Column("lugar", _("Where it is to be done."), "place_name")
    latitude = Column("latitud", _("Point on the map, WGS 84."), "latitude")
    longitude = Column("longitud", _("Point on the map, WGS 84."), "longitude")
    beneficiaries = Column("beneficiarios", _("People who benefit."), "beneficiaries")
    who_benefits = Column("quienes", _("Who they are."), "who_benefits")
    organisation = Column(
        "organizacion", _("The agent that puts it forward; people are not named.")
    )
    proposal = Column("propuesta", _("Code of the proposal it came from."), "proposal__code")
    estimate = Column("costo_estimado", _("What its author thinks it costs, in soles."))
    cost = Column("costo", _("What the evaluation says it costs, in soles; this counts."))
    state = Column("estado", _("Where it stands today."), "state")
    reason = Column("motivo", _("Why it is in this state, if that is said."), "state_reason")
    support_count = Column("apoyos", _("Residents who support it."), "support_count")
    option = Column("opcion", _("Its option on the ballot."), "option")
    lot = Column("sorteo", _("Its place in the lot that decides ties."), "lot")
    published_at = Column("publicada", _("When it was put forward, Lima time."))
    address = Column("direccion_web", _("Path of its page on this site."))

    def dehydrate_organisation(self, work: Work) -> str:
        return work.agent.name if work.agent_id else ""

    def dehydrate_estimate(self, work: Work) -> Any:
        return in_soles(work.estimate)

    def dehydrate_cost(self, work: Work) -> Any:
        return in_soles(work.cost)

    def dehydrate_published_at(self, work: Work) -> str:
        return moment(work.published_at)

    def dehydrate_address(self, work: Work) -> str:
        return work.get_absolute_url()


class EvaluationResource(OpenData):
    code = Column("codigo", _("Code of the work."), "work__code")
    title = Column("obra", _("Title of the work."), "work__title")
    heading = Column("rubro", _("Heading that would pay for it."), "work__heading__name")
    round = Column("vuelta", _("Whether it is the first evaluation or the one on appeal."), "round")
    is_legal = Column("legal", _("Whether the law allows it."))
    is_competence = Column("competencia", _("Whether it is the municipality's to do."))
    is_technical = Column("tecnica", _("Whether it can be done."))
    verdict = Column("decision", _("What was found."), "verdict")
    cost = Column("costo", _("What it costs, in soles: the sum of its lines."))
    running_cost = Column("costo_anual", _("Cost of running it, in soles a year."))
    months = Column("meses", _("Months to do it."), "months")
    invierte_code = Column("codigo_invierte", _("Its code in Invierte.pe."), "invierte_code")
    report = Column("informe", _("The public report."), "report")
    submitted_at = Column("entregada", _("When it was handed in, Lima time."))

    def dehydrate_is_legal(self, evaluation: Evaluation) -> str:
        return yes_or_no(evaluation.is_legal)

    def dehydrate_is_competence(self, evaluation: Evaluation) -> str:
        return yes_or_no(evaluation.is_competence)

    def dehydrate_is_technical(self, evaluation: Evaluation) -> str:
        return yes_or_no(evaluation.is_technical)

    def dehydrate_cost(self, evaluation: Evaluation) -> Any:
        return in_soles(sum(line.amount for line in evaluation.cost_lines.all()) or None)

    def dehydrate_running_cost(self, evaluation: Evaluation) -> Any:
        return in_soles(evaluation.running_cost)

    def dehydrate_submitted_at(self, evaluation: Evaluation) -> str:
        return moment(evaluation.submitted_at)


class ResultResource(OpenData):
    """A line for each work of each heading that is counted, as the official count says it."""

    group = Column("grupo", _("Group of headings."), "group")
    heading = Column("rubro", _("Heading that pays for it."), "heading")
    money = Column("monto_rubro", _("Money of the heading, in soles."), "money")
    ballots = Column("cedulas", _("Ballots that chose something in this heading."), "ballots")
    code = Column("codigo", _("Code of the work."), "code")
    title = Column("obra", _("Title of the work."), "title")
    votes = Column(
        "votos", _("Votes or points; where the matrix decides, its points of a hundred."), "votes"
    )
    cost = Column("costo", _("Cost, in soles."), "cost")
    chosen = Column("elegida", _("Whether it is done."), "chosen")
    turn = Column("turno", _("In which place its turn came."), "turn")
    why = Column("motivo", _("Why it is done or not, in a word."), "why")
    short = Column(
        "falto", _("By how much it went over the money, or what was lacking, in soles."), "short"
    )
    price = Column(
        "precio_por_persona",
        _("In equal shares: what each supporter paid at most, in soles."),
        "price",
    )
    rule = Column("regla", _("The rule by which it was counted."), "rule")


# --- What there is to export


def works_of(budget: Budget) -> QuerySet[Work]:
    """With everything that a row needs, so that none asks the database by itself."""
    works = Work.objects.public().filter(budget=budget)
    return (
        works.select_related("municipality", "heading__group", "category", "agent", "proposal")
        .defer("search", "body")
        .order_by("pk")
    )


def evaluations_of(budget: Budget) -> QuerySet[Evaluation]:
    """Those that everybody may read, with the lines of their cost."""
    found = Evaluation.objects.published().filter(work__budget=budget, work__hidden_at=None)
    return (
        found.select_related("work__heading")
        .prefetch_related("cost_lines")
        .order_by("work_id", "pk")
    )


class Line(dict):
    """A row of results: what a column names, it has."""

    __getattr__ = dict.__getitem__


def results_of(budget: Budget) -> list[Line]:
    counts = Count.objects.official().done().filter(heading__group__budget=budget)
    counts = counts.select_related("heading__group").order_by(
        "heading__group__position", "heading__position", "pk"
    )
    works = budget.works.filter(hidden_at=None).exclude(code="")
    titles = dict(works.values_list("code", "title"))
    return [_line(count, one, titles) for count in counts for one in count.result["works"]]


def _line(count: Count, one: dict[str, Any], titles: dict[str, str]) -> Line:
    scale = count.result.get("scale", 1)
    above, below = one["price"] or (None, 1)
    return Line(
        group=count.heading.group.name,
        heading=count.heading.name,
        money=in_soles(count.result["money"]),
        ballots=count.result["ballots"],
        code=one["id"],
        title=titles.get(one["id"], ""),
        votes=one["votes"] if scale == 1 else round(Decimal(one["votes"]) / scale, 2),
        cost=in_soles(one["cost"]),
        chosen=yes_or_no(one["chosen"]),
        turn=one["turn"],
        why=one["why"],
        short=in_soles(one["short"]),
        price=in_soles(-(-above // below)) if above is not None else None,
        rule=count.rule_key,
    )


def in_soles(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents) / 100


def yes_or_no(value: bool | None) -> str:
    return "" if value is None else "si" if value else "no"
