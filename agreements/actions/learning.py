"""What was learnt, also from what failed, and challenges that others may take up."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.enums import LearningKind
from agreements.models import Learning, Organization
from municipalities.models import Municipality
from municipalities.rls import region_scope


class CannotPublish(Exception):
    """A lesson or an experiment that does not say what was tried, what came of it, and on what it rests."""


def tell(
    *,
    municipality: Municipality,
    by: User,
    organization: Organization | None = None,
    publish_now: bool = False,
    **said: Any,
) -> Learning:
    """By the municipality itself, which publishes it at once if it is whole."""
    with transaction.atomic():
        learning = Learning.objects.create(
            municipality=municipality, organization=organization, by=by, **said
        )
        return publish(learning=learning) if publish_now else learning


@transaction.atomic
def tell_for_an_organization(
    *, municipality: Municipality, organization: Organization | None, by: User, **said: Any
) -> Learning:
    """By an organisation, a university or a student: it waits for a planner to publish it."""
    with region_scope("somebody tells what was learnt", by=by):
        return tell(municipality=municipality, organization=organization, by=by, **said)


def publish(*, learning: Learning) -> Learning:
    """A failed experiment counts as one that worked: both say what was tried and what came of it."""
    whole = learning.tried and learning.result and learning.source
    if learning.kind != LearningKind.CHALLENGE and not whole:
        raise CannotPublish(_("Say what was tried, what came of it and on what that rests."))
    learning.published_at = timezone.now()
    learning.save(update_fields=["published_at"])
    return learning
