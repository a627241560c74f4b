"""What staff make happen to a draft norm: begun, published, given more time, withdrawn, decided.

Each function is one thing that happens, in one transaction, with its line in the history. Its
text comes in and is published in norms/actions/versions.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from decide.common.typed import says_something
from norms.enums import NormResult, NormState
from norms.models import Norm
from norms.rules.norms import (
    why_not_extend,
    why_not_publish,
    why_not_result,
    why_not_withdraw,
)
from participation import history
from participation.enums import ThreadKind
from participation.models import Thread, ThreadLink


if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User
    from municipalities.models import Municipality

WORDS = ("title", "summary", "explanation")
DATES = ("explained_at", "opens_at", "closes_at", "answers_at", "final_at")
NEEDED = ("title", "summary")


class CannotNorm(Exception):
    """It is not the time for this, something is missing, or what was given does not fit."""


@transaction.atomic
def begin(
    municipality: Municipality,
    *,
    by: User,
    form_key: UUID,
    came_from: Thread | None = None,
    **fields: Any,
) -> Norm:
    """Keep a draft norm that nobody but staff sees; the same form sent again finds it.

    `came_from` is what it came out of, as a proposal: both tell so once it is public.
    """
    mine = Norm.objects.for_municipality(municipality).filter(author=by, form_key=form_key)
    if known := mine.first():
        return known
    _refuse_gaps(fields)
    _refuse_disorder(fields)
    try:
        with transaction.atomic():
            thread = Thread.objects.create(
                municipality=municipality,
                kind=ThreadKind.NORM,
                title=fields["title"],
                opens_at=fields.get("opens_at"),
                closes_at=fields.get("closes_at"),
            )
            norm = Norm.objects.create(
                municipality=municipality, thread=thread, author=by, form_key=form_key, **fields
            )
            if came_from:
                ThreadLink.objects.create(
                    municipality=municipality, source=came_from, result=thread
                )
    except IntegrityError:  # the other of two that came at once has made it
        known = mine.first()
        if known is None:
            raise
        return known
    _name_thread(norm)
    record("norm_begun", norm, by=by, is_public=False)
    return norm


@transaction.atomic
def revise(norm: Norm, *, by: User, **fields: Any) -> Norm:
    """Change words and, while nobody has seen it, dates; of what is public everybody reads that."""
    norm = locked(norm)
    if norm.state == NormState.WITHDRAWN or norm.resulted_at:
        raise CannotNorm(_("It is over: what it says does not change any more."))
    changed = [name for name, value in fields.items() if getattr(norm, name) != value]
    if not changed:
        return norm
    if norm.is_public and set(changed) & {*DATES, "kind"}:
        raise CannotNorm(_("It is published: give it more time instead of changing its days."))
    now = {name: getattr(norm, name) for name in (*NEEDED, *DATES)} | fields
    _refuse_gaps(now)
    _refuse_disorder(now)
    before = {name: getattr(norm, name) for name in changed if name in WORDS}
    for name in changed:
        setattr(norm, name, fields[name])
    norm.save(update_fields=changed)
    _name_thread(norm)
    if not norm.is_public:
        _open_and_close(norm)
        record("norm_edited", norm, by=by, data={"fields": changed}, is_public=False)
    elif before:
        said = "\n\n".join(filter(None, before.values()))
        record("norm_reworded", norm, by=by, data={"fields": changed, "before": said}, tell=True)
    return norm


@transaction.atomic
def publish(norm: Norm, *, by: User) -> Norm:
    """Let everybody read it, and comment on it when its day comes."""
    norm = locked(norm)
    if reason := why_not_publish(norm):
        raise CannotNorm(str(reason))
    norm.state, norm.published_at = NormState.PUBLISHED, timezone.now()
    norm.save(update_fields=["state", "published_at"])
    threads_of(norm).update(is_public=True)
    _open_and_close(norm)
    record("norm_published", norm, by=by, tell=True)
    for link in norm.thread.came_from.select_related("source"):
        data = {"thread": norm.thread_id}
        history.record("led_to_norm", link.source, by=by, data=data, tell=True)
    return norm


@transaction.atomic
def extend(
    norm: Norm,
    *,
    by: User,
    closes_at: datetime,
    answers_at: datetime,
    final_at: datetime,
    reason: str,
) -> Norm:
    """Give more time, with a reason for everybody; never less than was promised."""
    norm = locked(norm)
    if why := why_not_extend(norm):
        raise CannotNorm(str(why))
    if not says_something(reason):
        raise CannotNorm(_("Say why there is more time: everybody reads it."))
    given = {"closes_at": closes_at, "answers_at": answers_at, "final_at": final_at}
    changed = [name for name, value in given.items() if getattr(norm, name) != value]
    if not changed:
        raise CannotNorm(_("These are the days it has already. Choose later ones."))
    if any(given[name] < getattr(norm, name) for name in changed):
        raise CannotNorm(_("The days can be put off, never brought forward."))
    if "closes_at" in changed:
        if closes_at <= timezone.now():
            raise CannotNorm(_("That day has passed already. Choose a later one."))
        if norm.versions.published().filter(is_final=True).exists():
            raise CannotNorm(_("Its final text is published: it takes no more comments."))
    _refuse_disorder({name: getattr(norm, name) for name in DATES} | given)
    before = {name: getattr(norm, name).isoformat() for name in changed}
    for name in changed:
        setattr(norm, name, given[name])
    norm.save(update_fields=changed)
    _open_and_close(norm)
    data = {"before": before, "now": {name: given[name].isoformat() for name in changed}}
    record("norm_extended", norm, by=by, text=reason, data=data, tell=True)
    return norm


@transaction.atomic
def withdraw(norm: Norm, *, by: User, reason: str) -> Norm:
    """Take it off the table, with a reason for everybody; all that was said stays readable."""
    norm = locked(norm)
    if why := why_not_withdraw(norm):
        raise CannotNorm(str(why))
    if not says_something(reason):
        raise CannotNorm(_("Say why it is withdrawn: everybody reads it."))
    norm.state, norm.withdrawn_why = NormState.WITHDRAWN, reason
    norm.save(update_fields=["state", "withdrawn_why"])
    now = timezone.now()
    threads_of(norm).filter(closes_at__gt=now).update(closes_at=now)
    record("norm_withdrawn", norm, by=by, text=reason, tell=True)
    return norm


@transaction.atomic
def publish_result(norm: Norm, *, by: User, **fields: Any) -> Norm:
    """Tell what became of it: `result`, `result_text` and, if it was passed, number, day and where."""
    norm = locked(norm)
    if why := why_not_result(norm):
        raise CannotNorm(str(why))
    if fields.get("result") not in NormResult.values:
        raise CannotNorm(_("Choose what became of it."))
    if not says_something(fields.get("result_text", "")):
        raise CannotNorm(_("Say what was decided and why: everybody reads it."))
    is_final = norm.versions.published().filter(is_final=True).exists()
    if fields["result"] == NormResult.PASSED and not is_final:
        raise CannotNorm(_("Publish the final text first: that is what was approved."))
    for name, value in fields.items():
        setattr(norm, name, value)
    norm.resulted_at, norm.resulted_by = timezone.now(), by
    norm.save(update_fields=[*fields, "resulted_at", "resulted_by"])
    data = {"result": norm.result}
    record("norm_result", norm, by=by, text=norm.result_text, data=data, tell=True)
    return norm


# --- Shared by the actions of this room


def locked(norm: Norm) -> Norm:
    return (
        Norm.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread", "municipality")
        .get(pk=norm.pk)
    )


def record(verb: str, norm: Norm, *, by: User | None, **more: Any) -> None:
    """A line of the history, signed by the office that answers for it."""
    history.record(verb, norm.thread, by=by, as_office=norm.shown_office[:120], **more)


def threads_of(norm: Norm):
    """Its own conversation, and those of its provisions and of the words marked in them."""
    return Thread.objects.filter(
        Q(pk=norm.thread_id) | Q(article__norm=norm) | Q(annotation__norm=norm)
    )


def _open_and_close(norm: Norm) -> None:
    """All its conversations take comments when it does."""
    threads_of(norm).update(opens_at=norm.opens_at, closes_at=norm.closes_at)


def _name_thread(norm: Norm) -> None:
    norm.thread.title, norm.thread.path = norm.title, norm.get_absolute_url()
    norm.thread.save(update_fields=["title", "path"])


def _refuse_gaps(fields: dict[str, Any]) -> None:
    for name in NEEDED:
        if not says_something(fields.get(name, "")):
            label = Norm._meta.get_field(name).verbose_name
            raise CannotNorm(_("Write «%(field)s» first.") % {"field": label})


def _refuse_disorder(fields: dict[str, Any]) -> None:
    """As the constraint of the model says it; what is not set yet cannot be out of order."""
    days = [fields.get(name) for name in DATES]
    if days[1] and days[2] and days[1] == days[2]:
        raise CannotNorm(_("Comments end after they begin."))
    known = [day for day in days if day]
    if known != sorted(known):
        raise CannotNorm(_("Each phase begins when the one before has ended."))
