"""Following a thing, a person, a tag or a municipality, and following it no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from decide.common.permissions import Refusal
from municipalities.rls import municipality_scope
from participation.models import Follow, Thread
from participation.rules import why_not_follow
from participation.rules.following import why_not_follow_here, why_not_follow_person


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality


class CannotFollow(Refusal):
    """The person may not follow this; the text says why."""


@transaction.atomic
def follow(thread: Thread, *, by: User) -> None:
    """Hear what becomes of it; a second time changes nothing, also at the same moment."""
    if reason := why_not_follow(by, thread):
        raise CannotFollow(reason)
    _follow(by, municipality_id=thread.municipality_id, thread=thread)


@transaction.atomic
def follow_person(person: User, municipality: Municipality, *, by: User) -> None:
    """Hear of what this person publishes here."""
    if reason := why_not_follow_person(by, municipality, person):
        raise CannotFollow(reason)
    _follow(by, municipality_id=municipality.pk, person=person)


@transaction.atomic
def follow_tag(tag: str, municipality: Municipality, *, by: User) -> None:
    """Hear of what is published here under this tag."""
    if reason := why_not_follow_here(by, municipality):
        raise CannotFollow(reason)
    _follow(by, municipality_id=municipality.pk, tag=tag)


@transaction.atomic
def follow_municipality(municipality: Municipality, *, by: User) -> None:
    """Hear of all that is published here."""
    if reason := why_not_follow_here(by, municipality):
        raise CannotFollow(reason)
    _follow(by, municipality_id=municipality.pk)


def _follow(by: User, **what: object) -> None:
    Follow.objects.bulk_create([Follow(user=by, **what)], ignore_conflicts=True)


@transaction.atomic
def unfollow(thread: Thread, *, by: User) -> None:
    """Hear no more of it, whatever has become of it meanwhile."""
    Follow.objects.filter(thread=thread, user=by).delete()


@transaction.atomic
def unfollow_here(
    municipality: Municipality, *, by: User, person: User | None = None, tag: str = ""
) -> None:
    """The same for a person, a tag or, with neither, the municipality."""
    own = Follow.objects.filter(municipality=municipality, user=by, thread=None)
    own.filter(person=person, tag=tag).delete()


@transaction.atomic
def end(follow: Follow) -> None:
    """One of those a person sees in their list, wherever it is."""
    with municipality_scope(follow.municipality, person=follow.user_id):
        Follow.objects.filter(pk=follow.pk, user=follow.user_id).delete()
