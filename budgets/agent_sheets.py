"""What is printed about agents: the sheet of one, with what was typed already, and the official list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from reportlab.platypus import Flowable

from budgets import agent_list
from budgets.models import AgentList
from decide.common import pdf
from decide.common.words import moment


if TYPE_CHECKING:
    from collections.abc import Sequence

    from budgets.models import Agent, Budget, Delegate

LINE = "_" * 38
FACTS = [46, 124]


def sheet(budget: Budget, agent: Agent | None = None) -> bytes:
    """To be signed, photographed and added; the numbers of documents are written by hand alone."""
    is_citizen = agent is not None and agent.is_citizen
    parts: list[Flowable] = [
        pdf.text(budget.title),
        pdf.text(
            _(
                "Sign it, take a photo of it and add it to the registration on the site, or bring"
                " it to the desk of the municipality. The site keeps no number of a document:"
                " write yours here by hand."
            ),
            pdf.SMALL,
        ),
    ]
    if not is_citizen:
        parts += [pdf.heading(_("The organisation")), _facts(_of_the_organisation(agent))]
    people = {one.is_alternate: one for one in agent.delegates.all()} if agent else {}
    parts += [
        pdf.heading(_("Who takes part") if is_citizen else _("Delegate")),
        _facts(_of_a_person(people.get(False), agent if is_citizen else None)),
    ]
    if not is_citizen:
        parts += [
            pdf.heading(_("Who stands in for the delegate")),
            _facts(_of_a_person(people.get(True))),
        ]
    parts += [
        pdf.heading(_("Sworn declaration")),
        pdf.text(
            _(
                "I declare that what is written here is true, and I know that the names of those"
                " who are accepted are published on the official list of participating agents."
            )
        ),
        pdf.gap(16),
        pdf.table(
            [_("Signature"), _("Place and date")], [[f"\n\n{LINE}", f"\n\n{LINE}"]], [85, 85]
        ),
    ]
    return pdf.document(_("Registration of a participating agent"), _issuer(budget), parts)


def official(budget: Budget) -> bytes:
    """The list as it is published: provisional until it is closed, then with its hash."""
    closed = AgentList.objects.filter(budget=budget).first()
    agents = list(agent_list.on_it(budget))
    if closed:
        when = _("Closed on %(day)s.") % {"day": moment(closed.closed_at)}
    else:
        when = _("Provisional list of %(day)s: it can still change until it is closed.") % {
            "day": moment(timezone.now())
        }
    votes = _("Voice and vote")
    voice = _("Voice")
    rows = [
        [
            agent.number,
            agent.name,
            agent.get_kind_display(),
            agent_list.delegate_of(agent),
            votes if agent.has_vote else voice,
        ]
        for agent in agents
    ]
    counted = _("Agents: %(agents)d. People with a vote: %(voters)d.")
    voters = len(agent_list.voters_of(budget))
    parts: list[Flowable] = [
        pdf.text(budget.title),
        pdf.text(budget.norm),
        pdf.text(when),
        pdf.text(counted % {"agents": len(agents), "voters": voters}),
    ]
    if closed:
        parts += [
            pdf.text(_("Fingerprint (SHA-256) of the list as a CSV file:"), pdf.SMALL),
            pdf.text(bytes(closed.digest).hex(), pdf.CODE),
        ]
    parts += [
        pdf.gap(),
        pdf.table(
            [_("No."), _("Organisation"), _("Kind"), _("Delegate"), _("Takes part with")],
            rows,
            [11, 55, 35, 45, 24],
        ),
    ]
    return pdf.document(_("Official list of participating agents"), _issuer(budget), parts)


def _of_the_organisation(agent: Agent | None) -> list[tuple[Any, Any]]:
    found = [
        (_("Name"), agent and agent.name),
        (_("Kind"), agent and agent.get_kind_display()),
        (_("RUC, if it has one"), agent and agent.ruc),
        (_("Public registry, if it is entered"), agent and agent.registry),
        (_("Founded on"), agent and agent.founded_on and f"{agent.founded_on:%d/%m/%Y}"),
        (_("Members"), agent and agent.members),
    ]
    return found + _where(agent)


def _of_a_person(one: Delegate | None, agent: Agent | None = None) -> list[tuple[Any, Any]]:
    found = [(_("Full name"), one and one.name), (_("DNI or carné de extranjería"), None)]
    return found + (_where(agent) if agent else [])


def _where(agent: Agent | None) -> list[tuple[Any, Any]]:
    return [
        (_("District"), agent and agent.district),
        (_("Village or neighbourhood"), agent and agent.place),
        (_("Telephone or e-mail"), agent and agent.contact),
    ]


def _facts(rows: Sequence[tuple[Any, Any]]) -> Flowable:
    """What is not known is a line to write on."""
    return pdf.table([_("What"), _("Data")], [(what, said or LINE) for what, said in rows], FACTS)


def _issuer(budget: Budget) -> str:
    return budget.municipality.name
