"""Desks, who attends them when, and which of them work for which poll."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from votes.models import Desk, Poll, Shift, Table, Urn


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality


class CannotSetDesks(Exception):
    """Desks and shifts stay as they are; the text says why."""


@transaction.atomic
def save_desk(
    municipality: Municipality,
    *,
    name: str,
    address: str,
    is_active: bool,
    desk: Desk | None = None,
) -> Desk:
    """Open a desk, or correct what is said of it. Its name is in the rules of the polls it serves."""
    desk = desk or Desk(municipality=municipality)
    was = Desk.objects.filter(pk=desk.pk).first()
    if was and was.name != name and desk.tables.exclude(poll__urn__state="prepared").exists():
        raise CannotSetDesks(_("The rules of a vote name this desk: its name stays."))
    desk.name, desk.address, desk.is_active = name, address, is_active
    try:
        with transaction.atomic():
            desk.save()
    except IntegrityError:
        raise CannotSetDesks(_("There is a desk of this name already.")) from None
    return desk


@transaction.atomic
def add_shift(desk: Desk, *, officer: User, starts_at: datetime, ends_at: datetime) -> Shift:
    """Somebody attends a desk for some hours, and no other meanwhile."""
    try:
        with transaction.atomic():
            return Shift.objects.create(
                municipality_id=desk.municipality_id,
                desk=desk,
                officer=officer,
                starts_at=starts_at,
                ends_at=ends_at,
            )
    except IntegrityError as error:
        if "one_desk_at_a_time" not in str(error):
            raise
        raise CannotSetDesks(
            _("%(officer)s attends a desk in these hours already.")
            % {"officer": officer.public_name}
        ) from None


@transaction.atomic
def end_shift(shift: Shift) -> None:
    """A shift that has begun ends now; one to come is taken out."""
    shift = Shift.objects.select_for_update(of=("self",)).get(pk=shift.pk)
    now = timezone.now()
    if shift.starts_at >= now:
        shift.delete()
    elif shift.ends_at > now:
        shift.ends_at = now
        shift.save(update_fields=["ends_at"])


@transaction.atomic
def set_tables(poll: Poll, supplied: dict[int, int]) -> None:
    """Say which desks work for a poll, by their ids, and how many papers each is given.

    The rules name the desks, so that they are settled with them; papers may be brought later.
    """
    urn = Urn.objects.select_for_update(of=("self",), no_key=True).get(pk=poll.urn_id)
    if urn.state != "prepared":
        raise CannotSetDesks(_("The rules of this vote are settled: its desks stay."))
    Table.objects.filter(poll=poll).exclude(desk__in=supplied).delete()
    for desk, number in supplied.items():
        Table.objects.update_or_create(
            poll=poll,
            desk_id=desk,
            defaults={"municipality_id": poll.municipality_id, "supplied": number},
        )
