"""The accounts of a budget as open data: a line for each chosen work.

Only what its pages show. The columns have Spanish names that stay; money is in soles.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from budgets.execution import last_reason
from budgets.models import Project, Work
from budgets.resources import OpenData
from proposals.resources import Column, day


class AccountsResource(OpenData):
    """The public columns."""

    code = Column("codigo", _("Code of the work; it never changes."), "code")
    title = Column("obra", _("Title of the work."))
    group = Column("grupo", _("Group of headings."), "heading__group__name")
    heading = Column("rubro", _("Heading that pays for it."), "heading__name")
    place_name = Column("lugar", _("Where it is done."), "place_name")
    latitude = Column("latitud", _("Point on the map, WGS 84."), "latitude")
    longitude = Column("longitud", _("Point on the map, WGS 84."), "longitude")
    cost = Column("costo_acordado", _("Cost with which it was chosen, in soles."))
    state = Column("estado", _("How it stands; empty before it is begun."))
    office = Column("oficina", _("Office in charge."))
    contractor = Column("ejecutor", _("Who carries it out."))
    invierte_code = Column("codigo_invierte", _("Its code in Invierte.pe."))
    money = Column("presupuesto", _("Money in the municipality's budget, in soles."))
    cofinanced = Column("cofinanciado", _("Brought by others, in soles."))
    certified = Column("certificado", _("Certified, in soles."))
    committed = Column("comprometido", _("Committed, in soles."))
    accrued = Column("devengado", _("Accrued, in soles."))
    paid = Column("girado", _("Paid, in soles."))
    percent = Column("avance_fisico", _("Progress on site, of a hundred."))
    starts_on = Column("inicio", _("First day."))
    ends_on = Column("fin_prometido", _("Last day as first promised."))
    promised_on = Column("fin_previsto", _("Last day as promised now."))
    finished_on = Column("terminada", _("Day on which it was finished."))
    days_late = Column("dias_de_retraso", _("Days past the day promised now."))
    reason = Column("motivo", _("Why it stands as it does, or why its day moved."))
    address = Column("direccion_web", _("Path of its page on this site."))

    def export(self, queryset: QuerySet[Work], **kwargs: Any) -> Any:
        """With the projects and what each has spent in two queries more."""
        works = list(queryset)
        found = Project.objects.with_spending().with_work().filter(work__in=works)
        self.projects = {project.work_id: project for project in found}
        return super().export(works, **kwargs)

    def of_project(self, work: Work, name: str) -> Any:
        project = self.projects.get(work.pk)
        return getattr(project, name) if project else None

    def dehydrate_title(self, work: Work) -> str:
        return "" if work.is_hidden else work.title

    def dehydrate_cost(self, work: Work) -> Any:
        return soles(work.cost)

    def dehydrate_state(self, work: Work) -> Any:
        return self.of_project(work, "state")

    def dehydrate_office(self, work: Work) -> Any:
        return self.of_project(work, "office")

    def dehydrate_contractor(self, work: Work) -> Any:
        return self.of_project(work, "contractor")

    def dehydrate_invierte_code(self, work: Work) -> Any:
        return self.of_project(work, "invierte_code")

    def dehydrate_money(self, work: Work) -> Any:
        return soles(self.of_project(work, "money"))

    def dehydrate_cofinanced(self, work: Work) -> Any:
        return soles(self.of_project(work, "cofinanced"))

    def dehydrate_certified(self, work: Work) -> Any:
        return soles(self.of_project(work, "certified"))

    def dehydrate_committed(self, work: Work) -> Any:
        return soles(self.of_project(work, "committed"))

    def dehydrate_accrued(self, work: Work) -> Any:
        return soles(self.of_project(work, "accrued"))

    def dehydrate_paid(self, work: Work) -> Any:
        return soles(self.of_project(work, "paid"))

    def dehydrate_percent(self, work: Work) -> Any:
        return self.of_project(work, "percent")

    def dehydrate_starts_on(self, work: Work) -> str:
        return day(self.of_project(work, "starts_on"))

    def dehydrate_ends_on(self, work: Work) -> str:
        return day(self.of_project(work, "ends_on"))

    def dehydrate_promised_on(self, work: Work) -> str:
        return day(self.of_project(work, "promised_on"))

    def dehydrate_finished_on(self, work: Work) -> str:
        return day(self.of_project(work, "finished_on"))

    def dehydrate_days_late(self, work: Work) -> Any:
        return self.of_project(work, "days_late")

    def dehydrate_reason(self, work: Work) -> str:
        project = self.projects.get(work.pk)
        return last_reason(project) if project else ""

    def dehydrate_address(self, work: Work) -> str:
        project = self.projects.get(work.pk)
        if project:
            project.municipality = work.municipality
        return (project or work).get_absolute_url()


def soles(cents: int | None) -> Any:
    """Soles with a point, as a machine reads them."""
    return None if cents is None else str(Decimal(cents) / 100)
