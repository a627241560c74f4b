"""Who coordinates for a party: an office, from a day until a day; asked again when authorities change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions.convenios import CannotChange, in_words, locked, refuse_unless
from agreements.enums import OrganizationKind, TaskKind, TaskState
from agreements.history import record
from agreements.models import Agreement, Coordinator, Office, Party, Task
from agreements.rules.convenios import why_not_edit
from agreements.states import Part
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality


if TYPE_CHECKING:
    from accounts.models import User

# Municipal authorities take office on 1 January, every fourth year: 2019, 2023, 2027.
EVERY, ONE_OF_THEM = 4, 2027
TIME_TO_RATIFY = timedelta(days=30)
TIME_TO_CORRECT = timedelta(days=15)
MUNICIPAL = (OrganizationKind.PROVINCIAL, OrganizationKind.DISTRICT)


@transaction.atomic
def name(
    party: Party,
    office: Office,
    *,
    starts_on: date,
    by: User,
    person: str = "",
    designated_by: str = "",
) -> Coordinator:
    """The office that coordinates from a day; whoever did so before ends the day before."""
    agreement = locked(party.agreement)
    refuse_unless(why_not_edit(by, agreement, Part.COORDINATORS))
    if office.organization_id != party.organization_id:
        raise CannotChange(_("This office is of another organisation."))
    before = party.coordinators.filter(ends_on=None).first()
    if before:
        if before.starts_on >= starts_on:
            raise CannotChange(_("The one before began that day or later."))
        before.ends_on = starts_on - timedelta(days=1)
        before.save(update_fields=["ends_on"])
    try:
        with transaction.atomic():
            named = Coordinator.objects.create(
                agreement=agreement,
                party=party,
                office=office,
                person=person,
                starts_on=starts_on,
                designated_by=designated_by,
            )
    except IntegrityError as error:
        raise in_words(error) from error
    record(
        agreement,
        "coordinator",
        by=by,
        before=str(before.office) if before else "",
        after=str(office),
        reason=designated_by,
    )
    _settle(party, by, _("%(office)s coordinates.") % {"office": office})
    return named


@transaction.atomic
def ratify(party: Party, *, by: User, act: str) -> None:
    """The new authorities keep who coordinates; the act that says so is kept."""
    agreement = locked(party.agreement)
    refuse_unless(why_not_edit(by, agreement, Part.COORDINATORS))
    if not act.strip():
        raise CannotChange(_("Name the act by which it was ratified."))
    _settle(party, by, act)
    record(agreement, "ratified", by=by, after=str(party), reason=act)


def _settle(party: Party, by: User, answer: str) -> None:
    Task.objects.filter(
        kind=TaskKind.RATIFY, state=TaskState.OPEN, key__startswith=f"ratify:{party.pk}:"
    ).update(state=TaskState.DONE, answer=answer[:2_000], done_by=by, done_at=timezone.now())


def change_of_authorities(day: date) -> date | None:
    """The last 1 January on which authorities changed, if that was within the year before the day."""
    return date(day.year, 1, 1) if (day.year - ONE_OF_THEM) % EVERY == 0 else None


@transaction.atomic
def open_ratify_tasks(day: date) -> int:
    """For each municipal party of a convenio in force: ask the new authorities who coordinates.

    Once for each party and change, however often it is called; in the region's scope.
    """
    since = change_of_authorities(day)
    if since is None:
        return 0
    parties = (
        Party.objects.filter(
            agreement__in=Agreement.objects.in_force(day),
            agreement__starts_on__lt=since,
            organization__kind__in=MUNICIPAL,
        )
        .select_related("agreement", "organization__town")
        .prefetch_related("coordinators__office")
        .order_by("pk")
    )
    tasks = []
    for party in parties:
        current = [one for one in party.coordinators.all() if one.ends_on is None]
        if any(one.starts_on >= since for one in current):
            continue
        tasks.append(
            Task(
                municipality=party.organization.town or _the_region(),
                kind=TaskKind.RATIFY,
                agreement=party.agreement,
                office=current[0].office if current else None,
                key=f"ratify:{party.pk}:{since.year}",
                text=_(
                    "Authorities changed on 1 January %(year)d: say whether the coordinator of %(party)s in %(code)s stays, or name another."
                )
                % {"year": since.year, "party": party, "code": party.agreement.code},
                due_on=since + TIME_TO_RATIFY,
            )
        )
    return _open_once(tasks)


@transaction.atomic
def open_contact_tasks(day: date) -> int:
    """Each office that is past its day, once: somebody has to say who is there now."""
    offices = Office.objects.filter(valid_until__lt=day).select_related("organization__town")
    return _open_once(
        Task(
            municipality=office.organization.town or _the_region(),
            kind=TaskKind.CONTACT,
            office=office,
            key=f"contact:{office.pk}:{office.valid_until.isoformat()}",
            text=_("Bring up to date who is reached at %(office)s.") % {"office": office},
            due_on=day + TIME_TO_CORRECT,
        )
        for office in offices.order_by("pk")
    )


def _open_once(tasks) -> int:
    """Those that no earlier call opened."""
    found = list(tasks)
    there = set(
        Task.objects.filter(key__in=[task.key for task in found]).values_list("key", flat=True)
    )
    new = [task for task in found if task.key not in there]
    Task.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _the_region() -> Municipality:
    return Municipality.objects.get(kind=MunicipalityKind.REGION)
