"""Convenios as a table: the open data of everybody, and the planners' own spreadsheet.

Columns have Spanish names that stay. Cells that a spreadsheet would run are made harmless.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.enums import PartyRole
from agreements.models import Agreement
from agreements.sheet import listed
from budgets.resources import OpenData
from proposals.resources import Column, day


MANY = "; "


class ConvenioData(OpenData):
    """The public columns."""

    code = Column("codigo", _("Code of the convenio; it never changes."), "code")
    kind = Column("tipo", _("Kind of convenio."), "kind")
    title = Column("titulo", _("Its title."), "title")
    summary = Column("resumen", _("What it is about, in plain words."), "summary")
    state = Column("estado", _("What was decided of it."), "state")
    standing = Column("situacion", _("What it is today, by its dates."))
    parties = Column("partes", _("The parties, separated by semicolons."))
    numbers = Column("numeros", _("The number that each party gave it, in the same order."))
    signed_on = Column("suscrito", _("The day it was signed."))
    starts_on = Column("vigente_desde", _("The first day it is in force."))
    ends_on = Column("vigente_hasta", _("The last day it is in force; empty if it has no end."))
    policy_areas = Column("policy_areas", _("Policy areas of open government that it serves."))
    mechanisms = Column("mecanismos", _("The ways of taking part that it improves."))
    version = Column("version", _("How many times its contents have changed, from 1."), "version")
    invented = Column("inventado", _("Whether it is invented, to show how the site works."))
    address = Column("direccion_web", _("Path of its page on this site."))

    def dehydrate_standing(self, agreement: Agreement) -> str:
        return str(agreement.standing())

    def dehydrate_parties(self, agreement: Agreement) -> str:
        return MANY.join(str(party.organization.name) for party in self.signing(agreement))

    def dehydrate_numbers(self, agreement: Agreement) -> str:
        return MANY.join(party.own_number for party in self.signing(agreement))

    def signing(self, agreement: Agreement) -> list[Any]:
        return [p for p in agreement.parties.all() if p.role != PartyRole.OBSERVER]

    def dehydrate_signed_on(self, agreement: Agreement) -> str:
        return day(agreement.signed_on)

    def dehydrate_starts_on(self, agreement: Agreement) -> str:
        return day(agreement.starts_on)

    def dehydrate_ends_on(self, agreement: Agreement) -> str:
        return day(agreement.ends_on)

    def dehydrate_policy_areas(self, agreement: Agreement) -> str:
        return MANY.join(agreement.policy_areas)

    def dehydrate_mechanisms(self, agreement: Agreement) -> str:
        return MANY.join(sorted({u.mechanism for u in agreement.undertakings.all()} - {""}))

    def dehydrate_invented(self, agreement: Agreement) -> str:
        return "si" if agreement.invented else "no"

    def dehydrate_address(self, agreement: Agreement) -> str:
        return agreement.get_absolute_url() if agreement.published_at else ""


def with_parts(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    return listed(agreements).prefetch_related("undertakings")


def rows(agreements: QuerySet[Agreement]) -> Iterator[list[Any]]:
    """The head and a line for each."""
    resource = ConvenioData()
    yield resource.get_export_headers()
    for agreement in with_parts(agreements).iterator(chunk_size=500):
        yield resource.export_resource(agreement)


def spreadsheet(agreements: QuerySet[Agreement]) -> bytes:
    return ConvenioData().export(with_parts(agreements)).xlsx
