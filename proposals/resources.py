"""Proposals as open data and as a spreadsheet for the desk.

Only what everybody may read on the pages: no account, no document, no name of a person. The
columns have Spanish names that stay; what each means is said once, here, for the dictionary.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export import resources
from import_export.fields import Field

from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from proposals.models import Proposal


CHUNK = 1000
XLSX_AT_MOST = 5000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet takes a cell that begins like this for a formula and runs it.
FORMULA = re.compile(r"^[=+\-@\t\r]")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class TooManyRows(Exception):
    """More than a spreadsheet is made of while somebody waits."""


def harmless(value: Any) -> Any:
    """Text that no spreadsheet runs, and that every spreadsheet can hold."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = UNPRINTABLE.sub("", value)
    return f"'{text}" if FORMULA.match(text) else text


class Column(Field):
    """A column with its meaning."""

    def __init__(self, name: str, meaning: Any, attribute: str | None = None) -> None:
        super().__init__(column_name=name, attribute=attribute)
        self.meaning = meaning


class ProposalResource(resources.Resource):
    """The public columns."""

    code = Column("codigo", _("Code of the proposal; it never changes."), "code")
    title = Column("titulo", _("Title, as its author wrote it."), "title")
    summary = Column("resumen", _("What is asked and for whom."), "summary")
    body = Column("detalle", _("More detail in Markdown, if its author gave any."), "body")
    category = Column("tema", _("Topic, if one was chosen."))
    tags = Column("etiquetas", _("Words its author gave it, separated by semicolons."))
    place_name = Column("lugar", _("Village, sector or street, by name."), "place_name")
    latitude = Column("latitud", _("Point on the map, WGS 84."), "latitude")
    longitude = Column("longitud", _("Point on the map, WGS 84."), "longitude")
    author_kind = Column(
        "proponente", _("Whether a person or an organisation proposes it."), "author_kind"
    )
    organisation = Column("organizacion", _("The organisation; people are not named."))
    state = Column("estado", _("Where it stands today."))
    published_at = Column("publicada", _("When it was published, Lima time."))
    closes_on = Column("junta_apoyos_hasta", _("Last day to support it."))
    threshold = Column("apoyos_necesarios", _("Supports it needs to be answered."), "threshold")
    support_count = Column(
        "apoyos", _("Verified residents who support it, each counted once."), "support_count"
    )
    imported_supports = Column(
        "apoyos_otro_portal",
        _("Supports that another portal counted, without the people."),
        "imported_supports",
    )
    reached_at = Column("alcanzo_umbral", _("When it reached its threshold, Lima time."))
    answer_due_on = Column("respuesta_hasta", _("Day by which an answer is owed."))
    verdict = Column("decision", _("What the municipality decided; empty before the answer."))
    answer = Column("respuesta", _("The reasons of the answer."))
    signed_by = Column("firma", _("Who signs the answer for the municipality."))
    answer_office = Column("oficina_que_responde", _("The office that answers."))
    answered_at = Column("respondida", _("When the answer was published, Lima time."))
    milestones_done = Column("hitos_cumplidos", _("Milestones reached."))
    milestones_planned = Column("hitos_pendientes", _("Milestones still to come."))
    address = Column("direccion_web", _("Path of its page on this site."))

    def export_field(self, field: Field, instance: Proposal, **kwargs: Any) -> Any:
        return harmless(super().export_field(field, instance, **kwargs))

    def dehydrate_category(self, proposal: Proposal) -> str:
        return proposal.category.name_es if proposal.category else ""

    def dehydrate_tags(self, proposal: Proposal) -> str:
        return "; ".join(proposal.tags)

    def dehydrate_organisation(self, proposal: Proposal) -> str:
        return proposal.organisation if proposal.author_kind == "organisation" else ""

    def dehydrate_state(self, proposal: Proposal) -> str:
        return proposal.shown_state.value

    def dehydrate_published_at(self, proposal: Proposal) -> str:
        return moment(proposal.published_at)

    def dehydrate_closes_on(self, proposal: Proposal) -> str:
        return day(proposal.closes_on)

    def dehydrate_reached_at(self, proposal: Proposal) -> str:
        return moment(proposal.reached_at)

    def dehydrate_answer_due_on(self, proposal: Proposal) -> str:
        return day(proposal.answer_due_on)

    def dehydrate_verdict(self, proposal: Proposal) -> str:
        return answer_of(proposal, "verdict")

    def dehydrate_answer(self, proposal: Proposal) -> str:
        return answer_of(proposal, "text")

    def dehydrate_signed_by(self, proposal: Proposal) -> str:
        return answer_of(proposal, "signed_by")

    def dehydrate_answer_office(self, proposal: Proposal) -> str:
        return answer_of(proposal, "office")

    def dehydrate_answered_at(self, proposal: Proposal) -> str:
        return moment(answer_of(proposal, "published_at") or None)

    def dehydrate_milestones_done(self, proposal: Proposal) -> int:
        return sum(m.done_on is not None for m in proposal.milestones.all())

    def dehydrate_milestones_planned(self, proposal: Proposal) -> int:
        return sum(m.done_on is None for m in proposal.milestones.all())

    def dehydrate_address(self, proposal: Proposal) -> str:
        return proposal.get_absolute_url()


class DeskResource(ProposalResource):
    """The same with what the desk sorts by; the internal notes stay where they are."""

    office = Column("oficina_responsable", _("Office that has to answer."))
    estimated_cost = Column("costo_estimado", _("Estimated cost in soles."))
    beneficiaries = Column("beneficiarios", _("People who benefit."))
    days_late = Column("dias_de_retraso", _("Working days since the answer was due."), "days_late")

    def dehydrate_office(self, proposal: Proposal) -> str:
        return sheet_of(proposal, "office")

    def dehydrate_estimated_cost(self, proposal: Proposal) -> Any:
        return sheet_of(proposal, "estimated_cost")

    def dehydrate_beneficiaries(self, proposal: Proposal) -> Any:
        return sheet_of(proposal, "beneficiaries")


def answer_of(proposal: Proposal, name: str) -> Any:
    """A draft says nothing to anybody."""
    answer = getattr(proposal, "answer", None)
    return getattr(answer, name) if answer and answer.published_at else ""


def sheet_of(proposal: Proposal, name: str) -> Any:
    sheet = getattr(proposal, "sheet", None)
    return getattr(sheet, name) if sheet else ""


def moment(value) -> str:
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


def day(value) -> str:
    return value.isoformat() if value else ""


def rows_of(proposals):
    """With everything that a row needs, so that none asks the database by itself."""
    return (
        proposals.select_related("municipality", "category", "answer", "sheet")
        .prefetch_related("milestones")
        .defer("search")
    )


def open_data(municipality: Municipality) -> Iterator[str]:
    """Every public proposal of a municipality as CSV, a thousand at a time.

    A stream is read after the request's own transaction has ended, so that each part opens
    the scope for itself; without one the walls would show nothing.
    """
    resource = ProposalResource()
    yield "\ufeff" + _line(resource.get_export_headers())
    last = 0
    while True:
        with scoped_transaction(municipality):
            found = Proposal.objects.public().for_municipality(municipality).filter(pk__gt=last)
            batch = list(rows_of(found).order_by("pk")[:CHUNK])
            lines = [_line(resource.export_resource(proposal)) for proposal in batch]
        yield "".join(lines)
        if len(batch) < CHUNK:
            return
        last = batch[-1].pk


def spreadsheet(proposals) -> bytes:
    """The desk's own list as XLSX, which is made in one piece and therefore not without end."""
    if proposals.count() > XLSX_AT_MOST:
        raise TooManyRows(_("Those are too many for a spreadsheet. Use the open data."))
    return DeskResource().export(rows_of(proposals)).xlsx


def _line(values: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue()
