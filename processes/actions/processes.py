"""What staff make happen to a process: prepared, opened with its rules, closed, or called off.

Each function is one thing that happens, in one transaction, with its line in the history. While
it is being prepared nobody but staff sees it. From the day it opens its rules stay as they are,
and every change of its words and its steps is told with its reason.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from decide.common.typed import says_something
from participation import documents
from participation.enums import ThreadKind
from participation.models import Thread
from processes import definition
from processes.actions.kept import CannotProcess, HasChanged, locked, record, refuse_over
from processes.actions.steps import link_step, set_steps
from processes.enums import ProcessKind, ProcessState, TeamRole
from processes.models import Process, ProcessTemplate, TeamMember
from processes.preparation import missing
from processes.rules.processes import MOST_MEMBERS


if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from municipalities.models import Municipality

__all__ = [
    "CannotProcess",
    "HasChanged",
    "begin",
    "call_off",
    "change_documents",
    "close",
    "link_step",
    "open_process",
    "revise",
    "set_steps",
    "set_team",
]

MOST_DOCUMENTS = 30
# What may be put right after opening, with a reason; the rules may not.
WORDS = ("title", "summary", "text")
FIELDS = (*WORDS, "kind", "rules", "office", "category", "place_name")


@transaction.atomic
def begin(
    municipality: Municipality,
    *,
    by: User,
    form_key: UUID | None,
    template: ProcessTemplate | None = None,
    **fields: Any,
) -> Process:
    """Begin a process, for staff alone; the same form sent again finds the one it began.

    `fields` are of FIELDS; `title` and `summary` are needed.
    """
    mine = Process.objects.for_municipality(municipality).filter(author=by)
    if form_key and (known := mine.filter(form_key=form_key).first()):
        return known
    _refuse_gaps(fields)
    try:
        with transaction.atomic():
            process = _begun(municipality, by, form_key, template, fields)
    except IntegrityError:  # the other of two that came at once has begun it
        known = mine.filter(form_key=form_key).first() if form_key else None
        if known is None:
            raise
        return known
    record("process_prepared", process, by=by, is_public=False)
    return process


@transaction.atomic
def revise(process: Process, *, by: User, why: str = "", **fields: Any) -> Process:
    """Change what it says: all of a draft; later all but kind and rules, with a reason for all."""
    process = locked(process)
    refuse_over(process)
    _refuse_gaps({name: getattr(process, name) for name in WORDS} | fields)
    changed = [name for name, value in fields.items() if getattr(process, name) != value]
    if not changed:
        return process
    if process.is_public and {"rules", "kind"} & set(changed):
        raise CannotProcess(_("Its rules were frozen when it opened: nobody changes them."))
    if process.is_public and not says_something(why):
        raise CannotProcess(_("Say why it is changed: everybody reads it."))
    if "kind" in changed and process.parties.exists():
        raise CannotProcess(_("It has parties at a table: it stays a dialogue."))
    before = {name: getattr(process, name) for name in WORDS if name in changed}
    for name in changed:
        setattr(process, name, fields[name])
    process.save(update_fields=changed)
    _name_thread(process)
    data = {"fields": changed, "before": "\n\n".join(before.values())}
    if process.is_public:
        record("process_reworded", process, by=by, text=why, data=data, tell=bool(before))
    else:
        record("process_edited", process, by=by, data={"fields": changed}, is_public=False)
    return process


@transaction.atomic
def set_team(process: Process, *, by: User, members: list[dict[str, str]]) -> list[TeamMember]:
    """Say who runs it: each with `role`, `name` and `office`, in this order."""
    process = locked(process)
    refuse_over(process)
    if len(members) > MOST_MEMBERS:
        raise CannotProcess(_("At most %(count)d people.") % {"count": MOST_MEMBERS})
    if any(not says_something(member.get("name", "")) for member in members):
        raise CannotProcess(_("Write the name of each person of the team."))
    if process.is_public and all(member["role"] != TeamRole.LEADS for member in members):
        raise CannotProcess(_("Say who leads it: everybody has to know whom to ask."))
    told = [{key: member.get(key, "") for key in ("role", "name", "office")} for member in members]
    if told == list(process.team.values("role", "name", "office")):
        return list(process.team.all())
    process.team.all().delete()
    team = TeamMember.objects.bulk_create(
        TeamMember(
            municipality_id=process.municipality_id, process=process, position=position, **member
        )
        for position, member in enumerate(told)
    )
    names = {"names": [f"{one['name']}, {one['office']}".strip(", ") for one in told]}
    record("process_team", process, by=by, data=names, is_public=process.is_public)
    return team


@transaction.atomic
def change_documents(
    process: Process, *, by: User, add: list[UploadedFile] = (), remove: set[int] = frozenset()
) -> Process:
    """Lay PDFs beside it and take them out, visibly once it has opened; also after it closed."""
    process = locked(process)
    if process.state == ProcessState.CALLED_OFF:
        raise CannotProcess(_("It was called off: nothing is added to it."))
    removed = list(process.thread.documents.filter(pk__in=remove))
    for document in removed:
        documents.remove_document(document)
    added = []
    for upload in add:
        title = documents.title_of(upload)
        try:
            made = documents.store_document(
                process.thread, upload, title, by=by, limit=MOST_DOCUMENTS
            )
        except documents.TooManyDocuments as problem:
            raise CannotProcess(str(problem)) from problem
        added.append(made.title)
    if added or removed:
        data = {"added": added, "removed": [document.title for document in removed]}
        record("process_documents", process, by=by, data=data, is_public=process.is_public)
    return process


@transaction.atomic
def open_process(process: Process, *, by: User, seen: str = "") -> Process:
    """Freeze its rules for good and show it to everybody.

    `seen` is the mark of what the person read (processes/definition.py); if anything changed
    since, it does not open. Without the mark nothing is compared.
    """
    process = locked(process)
    if process.is_public:
        raise CannotProcess(_("It has opened already."))
    if gaps := missing(process):
        raise CannotProcess(gaps[0].text)
    if seen and seen != definition.mark(process):
        raise HasChanged
    process.state, process.opened_at = ProcessState.OPEN, timezone.now()
    process.save(update_fields=["state", "opened_at"])
    process.thread.is_public = True
    process.thread.save(update_fields=["is_public"])
    data = {"digest": sha256(process.rules.encode()).hexdigest()}
    record("process_opened", process, by=by, data=data, at=process.opened_at, tell=True)
    return process


@transaction.atomic
def close(process: Process, *, by: User) -> Process:
    """Its steps are over: what remains is to say what was decided and what becomes of it."""
    process = locked(process)
    _refuse_unless_open(process)
    process.state, process.closed_at = ProcessState.CLOSED, timezone.now()
    process.save(update_fields=["state", "closed_at"])
    record("process_closed", process, by=by, at=process.closed_at, tell=True)
    return process


@transaction.atomic
def call_off(process: Process, *, by: User, reason: str) -> Process:
    """End it for good without an outcome, with the reason for everybody."""
    process = locked(process)
    _refuse_unless_open(process)
    if not says_something(reason):
        raise CannotProcess(_("Say why it is called off: everybody reads it."))
    if hasattr(process, "outcome"):
        raise CannotProcess(_("Its outcome is published: close it instead."))
    process.state, process.called_off_why = ProcessState.CALLED_OFF, reason
    process.closed_at = timezone.now()
    process.save(update_fields=["state", "called_off_why", "closed_at"])
    record("process_called_off", process, by=by, text=reason, at=process.closed_at, tell=True)
    return process


def _begun(
    municipality: Municipality,
    by: User,
    form_key: UUID | None,
    template: ProcessTemplate | None,
    fields: dict[str, Any],
) -> Process:
    thread = Thread.objects.create(
        municipality=municipality, kind=ThreadKind.PROCESS, title=fields["title"], author=None
    )
    process = Process.objects.create(
        municipality=municipality,
        thread=thread,
        author=by,
        form_key=form_key,
        template=template,
        **{"kind": ProcessKind.PARTICIPATION} | fields,
    )
    _name_thread(process)
    return process


def _name_thread(process: Process) -> None:
    process.thread.title, process.thread.path = process.title, process.get_absolute_url()
    process.thread.save(update_fields=["title", "path"])


def _refuse_gaps(fields: dict[str, Any]) -> None:
    for name in ("title", "summary"):
        if not says_something(fields.get(name, "")):
            label = Process._meta.get_field(name).verbose_name
            raise CannotProcess(_("Write «%(field)s» first.") % {"field": label})


def _refuse_unless_open(process: Process) -> None:
    if not process.is_open:
        raise CannotProcess(_("Only an open process is closed or called off."))
