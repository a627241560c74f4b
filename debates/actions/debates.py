"""What people make happen to a debate.

Each function is one thing that happens, in one transaction, with its row in the ledger and
its line in the history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from debates import trending
from debates.actions import statements
from debates.models import Debate, DebateVersion
from debates.rules.debates import why_not_ask, why_not_close, why_not_edit
from decide.common.typed import says_something
from municipalities.models import Municipality
from participation import attachments, history, images, ledger
from participation.enums import InterventionKind, ThreadKind
from participation.models import Thread
from participation.screening import screen


if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

WORDS = ("title", "text", "place_name")
NEEDED = ("title", "text")


class CannotDebate(Exception):
    """The person may not open this debate, or it lacks what a reader needs."""


class CannotEdit(Exception):
    """The words of this debate are settled, or somebody else's."""


class CannotClose(Exception):
    """The debate is not for this person to close, or closed already."""


@transaction.atomic
def open_debate(
    municipality: Municipality,
    *,
    by: User,
    form_key: UUID,
    is_official: bool = False,
    office: str = "",
    closes_at: datetime | None = None,
    uploads: list[UploadedFile] = (),
    seeds: list[str] = (),
    **fields: Any,
) -> Debate:
    """Put a question to everybody; the same form sent again finds the debate it opened.

    It may come out not public: then a rule holds it until somebody has looked. `seeds` are
    the statements it begins with, if it looks for what people agree on.
    """
    mine = Debate.objects.for_municipality(municipality).of(by)
    if known := mine.filter(form_key=form_key).first():
        return known
    if reason := why_not_ask(by, municipality, officially=is_official):
        raise CannotDebate(str(reason))
    _refuse_gaps(fields, CannotDebate)
    if closes_at and closes_at <= timezone.now():
        raise CannotDebate(_("The last day has passed already. Choose a later one."))
    try:
        with transaction.atomic():
            debate = _opened(municipality, by, form_key, is_official, office, closes_at, fields)
    except IntegrityError:  # the other of two that came at once has opened it
        known = mine.filter(form_key=form_key).first()
        if known is None:
            raise
        return known
    for upload in uploads:
        images.store_image(debate.thread, upload, debate.title, by=by)
    try:
        statements.seed(debate, seeds, by=by)
    except statements.CannotAdd as error:
        raise CannotDebate(str(error)) from error
    ledger.record(InterventionKind.DEBATE, municipality, by=by, channel=debate.channel)
    _screen(debate, by)
    history.record(
        "debate_opened",
        debate.thread,
        by=by,
        as_office=debate.office,
        data={"tags": debate.tags},
        tell=not debate.is_hidden,
    )
    return debate


@transaction.atomic
def revise(debate: Debate, *, by: User, closes_at: datetime | None, **fields: Any) -> Debate:
    """Change the words within the hour; what it said before stays beside, for all to compare."""
    debate = locked(debate)
    if reason := why_not_edit(by, debate):
        raise CannotEdit(str(reason))
    _refuse_gaps({name: getattr(debate, name) for name in NEEDED} | fields, CannotEdit)
    if closes_at and closes_at <= timezone.now():
        raise CannotEdit(_("The last day has passed already. Choose a later one."))
    thread = debate.thread
    changed = [name for name, value in fields.items() if getattr(debate, name) != value]
    moved = ["closes_at"] if thread.closes_at != closes_at else []
    if not changed and not moved:
        return debate
    if set(changed) & set(WORDS):
        said = {name: getattr(debate, name) for name in WORDS}
        DebateVersion.objects.create(municipality_id=debate.municipality_id, debate=debate, **said)
        debate.edited_at = timezone.now()
    for name in changed:
        setattr(debate, name, fields[name])
    debate.save(update_fields=[*changed, "edited_at"])
    thread.closes_at = closes_at
    _name_thread(debate)
    data = {"fields": [*changed, *moved]}
    history.record("edited", thread, by=by, data=data, as_office=debate.office)
    if set(changed) & set(WORDS):
        _screen(debate, by)
    return debate


@transaction.atomic
def change_files(
    debate: Debate,
    *,
    by: User,
    add: list[UploadedFile] = (),
    remove: set[int] = frozenset(),
    descriptions: dict[int, str] | None = None,
) -> list[str]:
    """Add and remove pictures; what found no room is told, the rest is kept."""
    debate = locked(debate)
    if reason := why_not_edit(by, debate):
        raise CannotEdit(str(reason))
    problems = attachments.change(
        debate.thread,
        by=by,
        caption=debate.title,
        add_images=add,
        remove_images=remove,
        descriptions=descriptions,
    )
    if add or remove:
        data = {"fields": ["files"]}
        history.record("edited", debate.thread, by=by, data=data, as_office=debate.office)
    return problems


@transaction.atomic
def close(debate: Debate, *, by: User) -> Debate:
    """End it before its time, for all to see; what was said stays."""
    debate = locked(debate)
    if reason := why_not_close(by, debate):
        raise CannotClose(str(reason))
    debate.thread.closes_at = timezone.now()
    debate.thread.save(update_fields=["closes_at"])
    history.record("debate_closed", debate.thread, by=by, as_office=debate.office, tell=True)
    return debate


def _opened(
    municipality: Municipality,
    by: User,
    form_key: UUID,
    is_official: bool,
    office: str,
    closes_at: datetime | None,
    fields: dict[str, Any],
) -> Debate:
    now = timezone.now()
    thread = Thread.objects.create(
        municipality=municipality,
        kind=ThreadKind.DEBATE,
        title=fields["title"],
        author=by,
        is_public=True,
        closes_at=closes_at,
    )
    debate = Debate.objects.create(
        municipality=municipality,
        thread=thread,
        author=by,
        form_key=form_key,
        is_official=is_official,
        office=(office or municipality.contact_office or municipality.name)[:120]
        if is_official
        else "",
        channel=ledger.present_channel(),
        published_at=now,
        trend=trending.at(now),
        **fields,
    )
    _name_thread(debate)
    return debate


def locked(debate: Debate) -> Debate:
    return (
        Debate.objects.select_for_update(of=("self", "thread"), no_key=True)
        .select_related("thread", "municipality")
        .get(pk=debate.pk)
    )


def _refuse_gaps(fields: dict[str, Any], refusal: type[Exception]) -> None:
    for name in NEEDED:
        if not says_something(fields.get(name, "")):
            label = Debate._meta.get_field(name).verbose_name
            raise refusal(_("Write «%(field)s» first.") % {"field": label})


def _screen(debate: Debate, by: User) -> None:
    """What a person should look at first is held until then."""
    words = "\n".join(getattr(debate, name) for name in WORDS)
    if screen(debate.thread, words=words, by=by):
        debate.thread.refresh_from_db(fields=["is_public"])


def _name_thread(debate: Debate) -> None:
    thread = debate.thread
    thread.title = debate.title
    thread.path = debate.get_absolute_url()
    thread.save(update_fields=["title", "path", "closes_at"])
