"""What an organisation, or a citizen without one, does to take part in a budget.

A registration is a draft until it is sent. Of the documents of delegates only keyed hashes are
kept; the number itself is in memory while it is hashed. Who may is asked of budgets.rules.agents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.enums import Role
from accounts.models import Resident, RoleGrant
from budgets import agent_alerts
from budgets.course import is_running
from budgets.enums import AgentKind, AgentState, StepKind
from budgets.models import Agent, AgentFile, AgentList, Budget, Delegate
from budgets.models.agents import agent_file_path
from decide.common import documents as identity
from municipalities.models import private_storage
from participation import documents, files, history, images, ledger
from participation.enums import Channel, InterventionKind


if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

MOST_FILES = 5
NUMBERS = re.compile(r"\d(?:[\s.-]?\d){5,}")
PDF, JPEG = "application/pdf", "image/jpeg"
NAMES = {PDF: "documento.pdf", JPEG: "foto.jpg"}


class CannotRegister(Exception):
    """The registration cannot be written, sent or withdrawn now; the text says why."""


@dataclass(frozen=True)
class Person:
    """A delegate as typed; without a number the one that was given before is kept."""

    name: str
    is_alternate: bool = False
    gender: str = ""
    area: str = ""
    document_kind: str = identity.DNI
    number: str = field(default="", repr=False)


@transaction.atomic
def begin(budget: Budget, *, by: User, form_key: UUID, **facts: Any) -> Agent:
    """Keep a draft for the first time; the same form sent again finds the draft it made."""
    try:
        with transaction.atomic():
            return Agent.objects.create(
                municipality_id=budget.municipality_id,
                budget=budget,
                registered_by=by,
                form_key=form_key,
                **_with_a_vote(facts),
            )
    except IntegrityError:
        known = Agent.objects.of(by).filter(form_key=form_key, budget=budget).first()
        if known is None:
            raise
    return revise(known, by=by, **facts) if known.is_draft else known


@transaction.atomic
def revise(agent: Agent, *, by: User, **facts: Any) -> Agent:
    """Change what is said of the organisation, as long as it is written or mended."""
    agent = _being_written(agent)
    for name, value in _with_a_vote(facts).items():
        setattr(agent, name, value)
    agent.save()
    return agent


@sensitive_variables("people", "person")
@transaction.atomic
def name_delegates(agent: Agent, *, by: User, people: list[Person]) -> None:
    """Who speaks for it; whoever is not among them goes."""
    agent = _being_written(agent)
    known = {one.is_alternate: one for one in agent.delegates.all()}
    agent.delegates.exclude(is_alternate__in=[one.is_alternate for one in people]).delete()
    for person in people:
        delegate = known.get(person.is_alternate) or Delegate(
            municipality_id=agent.municipality_id, agent=agent, is_alternate=person.is_alternate
        )
        if person.number:
            _hash_into(delegate, person)
        delegate.name, delegate.gender, delegate.area = person.name, person.gender, person.area
        try:
            with transaction.atomic():
                delegate.save()
        except IntegrityError:
            raise CannotRegister(_("The delegate and who stands in are two people.")) from None


@transaction.atomic
def change_files(
    agent: Agent, *, by: User, add: list[UploadedFile] = (), remove: set[int] = frozenset()
) -> list[str]:
    """Add and remove documents; what found no room is told. Each is made anew from what it shows."""
    agent = _being_written(agent)
    for file in agent.files.filter(pk__in=remove):
        remove_file(file)
    problems = []
    for upload in add:
        if agent.files.count() >= MOST_FILES:
            text = _("There are already %(count)d documents. Remove one to add another.")
            problems.append(text % {"count": MOST_FILES})
            break
        add_paper(agent, upload)
    return problems


@transaction.atomic
def submit(agent: Agent, *, by: User, at_desk: bool = False) -> Agent:
    """Send it to be looked at, or send again what was observed. Sent twice, it is sent once.

    `at_desk` an officer writes it down for somebody who is not known here.
    """
    budget = locked_budget(agent.budget_id)
    agent = locked(agent)
    if agent.state == AgentState.SUBMITTED:
        return agent
    is_new = agent.is_draft
    if not (is_new or agent.is_being_mended):
        raise CannotRegister(_("This registration is settled."))
    if is_new and not is_running(budget, StepKind.CALL):
        raise CannotRegister(_("Agents do not register now."))
    if AgentList.objects.filter(budget=budget).exists():
        raise CannotRegister(_("The list of agents is closed."))
    delegates = list(agent.delegates.all())
    _refuse_gaps(agent, delegates)
    agent.state = AgentState.SUBMITTED
    if is_new:
        agent.submitted_at = timezone.now()
        agent.channel = Channel.DESK if at_desk else ledger.present_channel()
    agent.save(update_fields=["state", "submitted_at", "channel", "saved_at"])
    _record("agent_registered" if is_new else "agent_mended", agent, budget, by=by)
    if is_new:
        counted = None if at_desk else by
        ledger.record(
            InterventionKind.AGENT, agent.municipality_id, by=counted, channel=agent.channel
        )
        _tell_delegates(agent, budget, delegates, by)
        if agent_alerts.has_just_become_many(budget):
            _tell_administrators(budget, by)
    return agent


@transaction.atomic
def withdraw(agent: Agent, *, by: User, reason: str = "") -> Agent:
    """Take it back before the list closes; what was sent stays in the history."""
    budget = locked_budget(agent.budget_id)
    agent = locked(agent)
    if agent.is_draft or agent.state in (AgentState.REJECTED, AgentState.WITHDRAWN):
        raise CannotRegister(_("There is nothing to withdraw."))
    if agent.is_accepted and AgentList.objects.filter(budget=budget).exists():
        raise CannotRegister(_("The list is closed: what is on it stays."))
    agent.state, agent.reason, agent.grounds = AgentState.WITHDRAWN, reason, []
    agent.decided_at, agent.decided_by = timezone.now(), by
    agent.save(update_fields=["state", "reason", "grounds", "decided_at", "decided_by", "saved_at"])
    tell("agent_withdrawn", agent, budget, by=by, text=reason)
    return agent


@transaction.atomic
def delete_draft(agent: Agent) -> None:
    """A draft goes for good, with its documents."""
    agent = locked(agent)
    if not agent.is_draft:
        raise CannotRegister(_("Only what has not been sent can be deleted."))
    for file in agent.files.all():
        remove_file(file)
    agent.delete()


def is_pdf(upload: UploadedFile) -> bool:
    """By what is in it; all else has to be a picture."""
    upload.seek(0)
    return b"%PDF-" in upload.read(1024)


def remove_file(file: AgentFile) -> None:
    files.remove_when_committed(agent_file_path(file, ""), private_storage())
    file.delete()


def tell(verb: str, agent: Agent, budget: Budget, *, by: User, text: str = "", **data: Any) -> None:
    """Keep it in the history of the budget, for staff, and tell whoever registered the agent."""
    people = {agent.registered_by_id} - {by.pk, None}
    _record(verb, agent, budget, by=by, text=text, people=people, **data)


def _record(
    verb: str,
    agent: Agent,
    budget: Budget,
    *,
    by: User | None,
    text: str = "",
    people: Iterable[int] = (),
    **data: Any,
) -> None:
    # A citizen's name would stay in the history when they have gone.
    name = "" if agent.is_citizen else agent.name
    history.record(
        verb,
        budget.thread,
        by=by,
        text="\n".join(filter(None, [name, text])),
        data={"agent": agent.pk, "page": agent.get_absolute_url()} | data,
        is_public=False,
        people=people,
    )


def _refuse_gaps(agent: Agent, delegates: list[Delegate]) -> None:
    if not agent.kind or not agent.name:
        raise CannotRegister(_("Say first who registers."))
    if all(one.is_alternate for one in delegates):
        raise CannotRegister(_("Name a delegate first."))
    if any(one.document_hash is None or not one.name for one in delegates):
        raise CannotRegister(_("Write name and document of each delegate."))


def _tell_delegates(agent: Agent, budget: Budget, delegates: list[Delegate], by: User) -> None:
    """Nobody speaks for an organisation without knowing it, if they have an account."""
    hashes = [bytes(one.document_hash) for one in delegates]
    named = Resident.objects.filter(document_hash__in=hashes, user__is_active=True)
    if people := set(named.values_list("user_id", flat=True)) - {by.pk}:
        _record("agent_named", agent, budget, by=by, people=people)


def _with_a_vote(facts: dict[str, Any]) -> dict[str, Any]:
    """The technical team has voice and no vote; of all others the desk says it."""
    if "kind" not in facts:
        return facts
    return facts | {"has_vote": facts["kind"] != AgentKind.TECHNICAL}


@sensitive_variables("person")
def _hash_into(delegate: Delegate, person: Person) -> None:
    """The hash by which the site knows this person already, under whichever key; else the latest."""
    hashes = identity.all_hashes(person.document_kind, person.number)
    known = (
        Resident.objects.filter(document_hash__in=hashes).values_list(
            "document_hash", "key_version"
        )
    ).first()
    delegate.document_hash, delegate.key_version = known or (hashes[-1], identity.latest_key())


def add_paper(agent: Agent, upload: UploadedFile) -> AgentFile:
    """What the file shows and nothing else, where no address leads to."""
    kind, make = (PDF, documents.cleaned) if is_pdf(upload) else (JPEG, images.as_jpeg)
    content = make(upload)
    file = AgentFile(
        municipality_id=agent.municipality_id,
        agent=agent,
        # A name such as «DNI 40123456.pdf» would keep what is kept nowhere else.
        title=NUMBERS.sub("…", documents.title_of(upload)),
        content_type=kind,
        size=len(content),
        sha256=sha256(content).hexdigest(),
    )
    file.file.name = agent_file_path(file, NAMES[kind])
    with files.kept_if_committed(agent_file_path(file, ""), private_storage()) as write:
        write(file.file.name, ContentFile(content))
    file.save()
    return file


def _tell_administrators(budget: Budget, by: User) -> None:
    grants = RoleGrant.objects.current().filter(
        municipality=budget.municipality_id, role=Role.ADMINISTRATOR
    )
    people = set(grants.values_list("user_id", flat=True)) - {by.pk}
    if people:
        history.record(
            "agent_alert",
            budget.thread,
            by=None,
            data={"page": agent_alerts.page_of(budget)},
            is_public=False,
            people=people,
        )


def _being_written(agent: Agent) -> Agent:
    agent = locked(agent)
    if not (agent.is_draft or agent.is_being_mended):
        raise CannotRegister(_("What has been sent cannot be changed."))
    return agent


def locked_budget(pk: int) -> Budget:
    """Before its agents, as closing the list does."""
    return (
        Budget.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread", "municipality")
        .get(pk=pk)
    )


def locked(agent: Agent) -> Agent:
    return (
        Agent.objects.select_for_update(of=("self",), no_key=True)
        .select_related("municipality")
        .get(pk=agent.pk)
    )
