"""What a desk officer does for somebody who stands before them: verifies, registers, gives a receipt.

Each act is written down with officer, reason and agreement. The officer never sees a list
of people, never sets a password, and no receipt carries a document's number.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts import desk_codes, legal
from accounts.actions import handles, residence
from accounts.assistance import Assistance
from accounts.enums import DeskActKind, Purpose
from accounts.models import AssistedAccount, Consent, DeskAct, DeskRelease, Resident, User
from decide.common import documents
from municipalities.models import Municipality, Place
from municipalities.rls import region_scope


RECEIPT_LASTS = timedelta(days=365)
RECEIPT = "receipt"  # in the session: whose receipt has been shown


class CannotHelp(Exception):
    """The desk cannot do this now; the text says why and what to do."""


class AddressTaken(Exception):
    """Another account has this e-mail or number, be it one that still waits to be confirmed."""


@sensitive_variables("number")
@transaction.atomic
def verify(
    municipality: Municipality,
    *,
    code: str,
    kind: str,
    number: str,
    district: Place,
    seen: str,
    by: User,
) -> User:
    """Verify the residence of the account that shows this code."""
    person = desk_codes.person_of(code)
    if person is None:
        raise CannotHelp(_("This code does not work, or no longer. Ask the person for a new one."))
    if person == by:
        raise CannotHelp(_("Nobody verifies their own residence at a desk."))
    _mind_the_cap(municipality, by)
    try:
        with transaction.atomic():
            residence.verify_in_person(person, kind=kind, number=number, district=district, by=by)
    except residence.Taken:
        raise CannotHelp(_taken()) from None
    _write_down(municipality, person, DeskActKind.VERIFIED, seen=seen, by=by)
    transaction.on_commit(lambda: desk_codes.used(person))
    return person


@sensitive_variables("number")
@transaction.atomic
def register(
    municipality: Municipality,
    *,
    display_name: str,
    kind: str,
    number: str,
    district: Place,
    seen: str,
    reason: str,
    by: User,
) -> tuple[User, str]:
    """Open an account for somebody who cannot do it alone; returns it and the code of its receipt."""
    _mind_the_cap(municipality, by)
    person = User.objects.create_user(display_name=display_name, wants_email=False)
    handles.give(person)
    try:
        with transaction.atomic():
            residence.verify_in_person(person, kind=kind, number=number, district=district, by=by)
    except residence.Taken:
        raise CannotHelp(_taken()) from None
    code = _new_receipt(person)
    import_string(settings.LEDGER)("registration", municipality, by=person, channel="desk")
    _write_down(municipality, person, DeskActKind.REGISTERED, seen=seen, reason=reason, by=by)
    return person, code


@sensitive_variables("number")
@transaction.atomic
def new_receipt(
    municipality: Municipality, *, kind: str, number: str, seen: str, by: User
) -> tuple[User, str]:
    """For who has lost theirs: a new code, and the old one no longer works."""
    _mind_the_cap(municipality, by)
    resident = (
        Resident.objects.select_related("user")
        .filter(
            document_hash__in=documents.all_hashes(kind, number),
            district__code__startswith=municipality.place_id,
            user__assisted__taken_over_at=None,
            user__assisted__isnull=False,
        )
        .first()
    )
    if resident is None:
        raise CannotHelp(_("No account that a desk opened here waits for this document."))
    code = _new_receipt(resident.user)
    _write_down(municipality, resident.user, DeskActKind.RECEIPT, seen=seen, by=by)
    return resident.user, code


@transaction.atomic
def accompany(municipality: Municipality, *, code: str, reason: str, by: User) -> User:
    """Begin to act for somebody who sits beside the officer and shows a code or their receipt."""
    assisted = holder(code)
    person = assisted.user if assisted else desk_codes.person_of(code)
    if person is None:
        raise CannotHelp(_("This code does not work, or no longer. Ask the person for a new one."))
    if person == by or person.is_staff or _holds_a_role_elsewhere(person, by):
        raise CannotHelp(_("Nobody acts here for themselves, nor for somebody who holds a role."))
    _mind_the_cap(municipality, by)
    _write_down(municipality, person, DeskActKind.SESSION, reason=reason, by=by)
    transaction.on_commit(lambda: desk_codes.used(person))
    return person


def note_assisted(assistance: Assistance, what: str) -> None:
    """One act of an assisted half hour, with the officer's name."""
    _write_down(
        assistance.municipality,
        assistance.person,
        DeskActKind.ASSISTED,
        seen=what[:120],
        by=assistance.officer,
    )


@transaction.atomic
def note_vote(assistance: Assistance) -> None:
    """An officer has helped somebody to vote; never how. A day has room for so many."""
    officer, municipality = assistance.officer, assistance.municipality
    User.objects.select_for_update(of=("self",)).get(pk=officer.pk)
    if votes_left(municipality, officer) < 1:
        raise CannotHelp(
            _(
                "You have helped as many people to vote as one officer may in a day. Another"
                " officer can go on, or an administrator lets you help more."
            )
        )
    _write_down(municipality, assistance.person, DeskActKind.VOTED, by=officer)


def votes_left(municipality: Municipality, officer: User) -> int:
    """How many more people the officer may help to vote today."""
    today = timezone.localdate()
    more = DeskRelease.objects.filter(municipality=municipality, officer=officer, day=today)
    released = more.aggregate(more=Sum("more"))["more"] or 0
    return settings.DESK_DAILY_VOTES + released - helped_to_vote(municipality, officer).count()


def helped_to_vote(municipality: Municipality, officer: User) -> QuerySet[DeskAct]:
    """Today's."""
    return DeskAct.objects.filter(
        municipality=municipality, officer=officer, act=DeskActKind.VOTED, at__gte=_midnight()
    )


@transaction.atomic
def release(municipality: Municipality, *, officer: User, by: User) -> DeskRelease:
    """Let an officer help as many people again to vote today."""
    if officer == by:
        raise CannotHelp(_("Nobody releases more for themselves: another administrator does it."))
    User.objects.select_for_update(of=("self",)).get(pk=officer.pk)
    if votes_left(municipality, officer) > 0:
        raise CannotHelp(_("This officer can still help others today."))
    return DeskRelease.objects.create(
        municipality=municipality, officer=officer, more=settings.DESK_DAILY_VOTES, by=by
    )


def holder(code: str) -> AssistedAccount | None:
    """The account that this receipt makes one's own, if it still does."""
    return (
        AssistedAccount.objects.select_related("user")
        .filter(
            code_hash=desk_codes.receipt_hash(code),
            code_expires_at__gt=timezone.now(),
            taken_over_at=None,
            user__is_active=True,
        )
        .first()
    )


@transaction.atomic
def give_address(assisted: AssistedAccount, *, email: str | None, phone: str | None) -> User:
    """Note the address to be confirmed; whoever mistyped it may come again with the receipt."""
    user = User.objects.select_for_update(of=("self",)).get(pk=assisted.user_id)
    EmailAddress.objects.filter(user=user, verified=False).delete()
    user.email, user.phone, user.phone_verified = email, phone, False
    user.wants_email = bool(email)
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "phone", "phone_verified", "wants_email"])
    except IntegrityError:
        raise AddressTaken from None
    if email:
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
    return user


def waits_for_receipt(user: User) -> bool:
    """Whether a desk opened the account and nobody has shown that it is theirs."""
    return AssistedAccount.objects.filter(user=user, taken_over_at=None).exists()


def take_over(user: User) -> bool:
    """The person signs in with an address of their own: the receipt is spent, if there was one."""
    waiting = AssistedAccount.objects.filter(user=user, taken_over_at=None)
    return bool(waiting.update(taken_over_at=timezone.now()))


def _holds_a_role_elsewhere(person: User, officer: User) -> bool:
    """The desk's own scope shows the roles of its municipality alone."""
    with region_scope("role of somebody who asks for help", by=officer):
        return person.grants.current().exists()


def _new_receipt(person: User) -> str:
    code = desk_codes.receipt_code()
    AssistedAccount.objects.update_or_create(
        user=person,
        defaults={
            "code_hash": desk_codes.receipt_hash(code),
            "code_expires_at": timezone.now() + RECEIPT_LASTS,
        },
    )
    return desk_codes.spaced(code)


def _mind_the_cap(municipality: Municipality, officer: User) -> None:
    """No desk helps hundreds in a day; the officer's row keeps two of their acts apart."""
    User.objects.select_for_update(of=("self",)).get(pk=officer.pk)
    done = DeskAct.objects.filter(
        municipality=municipality, officer=officer, at__gte=_midnight()
    ).exclude(act__in=[DeskActKind.ASSISTED, DeskActKind.VOTED])
    if done.count() >= settings.DESK_DAILY_CAP:
        raise CannotHelp(
            _("You have reached today's limit of %(cap)d acts. Another officer can go on.")
            % {"cap": settings.DESK_DAILY_CAP}
        )


def _midnight() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def _write_down(
    municipality: Municipality,
    person: User,
    act: str,
    *,
    by: User,
    seen: str = "",
    reason: str = "",
) -> None:
    DeskAct.objects.create(
        municipality=municipality,
        officer=by,
        person=person,
        act=act,
        reason=reason,
        seen=seen,
        consent_version=legal.RESIDENCE_VERSION,
    )
    if act in (DeskActKind.VERIFIED, DeskActKind.REGISTERED):
        purposes = {Purpose.RESIDENCE: legal.RESIDENCE_VERSION}
        if act == DeskActKind.REGISTERED:
            purposes[Purpose.TERMS] = legal.TERMS_VERSION
        Consent.objects.bulk_create(
            Consent(user=person, purpose=purpose, text_version=text, channel="desk", officer=by)
            for purpose, text in purposes.items()
        )


def _taken() -> str:
    return _(
        "This document already verifies another account, or this account another document."
        " The person can sign in with the first one, or delete it and come back."
    )
