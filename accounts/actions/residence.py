"""A person proves where they live: at once by a padrón, later when one comes, or at a desk.

A wrong document and one that already verifies somebody end in the same place, by the same
way and with the same words. The document is in memory only while it is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts import legal, residence, tasks
from accounts.actions import consents
from accounts.enums import CheckResult, DeskActKind, ProofMethod, Purpose, RequestState
from accounts.models import (
    DeskAct,
    ResidenceMove,
    ResidenceRequest,
    ResidenceTries,
    Resident,
    User,
)
from decide.common import documents
from municipalities.models import Municipality, Padron, Place
from municipalities.rls import municipality_scope


LOCK = timedelta(days=1)
WAITS = timedelta(days=90)


class CannotProve(Exception):
    """Residence cannot be proven now; the text says why and what to do."""


class Locked(CannotProve):
    """Too many wrong tries; the account waits until a moment."""

    def __init__(self, until: datetime):
        super().__init__(_("There were too many tries that did not match."))
        self.until = until


class MovedLately(CannotProve):
    """Somebody proved another district a short while ago."""


class Withdrawn(CannotProve):
    """An administrator took the proof back: only a desk gives it again."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The proof of residence with this document was withdrawn. Go to the desk of your"
                " municipality with it: they can prove it again."
            )
        )


class CannotWithdraw(Exception):
    """The proof is not there to be withdrawn; the text says why."""


class Taken(Exception):
    """The document verifies another account, or the account another document."""


@dataclass(frozen=True)
class Outcome:
    """What came of a try, and how many are left."""

    result: CheckResult
    tries_left: int = 0


@sensitive_variables()
@transaction.atomic
def prove(user: User, *, kind: str, number: str, birth_date: date, district: Place) -> Outcome:
    """Compare the document with the checks and, if it matches, make the account a resident's."""
    tries = _locked_tries(user)
    if tries.is_locked:
        raise Locked(tries.locked_until)

    result = residence.ask(kind, number, birth_date, district.pk)
    if result == CheckResult.NOT_ALLOWED:
        return Outcome(result)
    consents.give(user, {Purpose.RESIDENCE: legal.RESIDENCE_VERSION})
    if result == CheckResult.UNAVAILABLE:
        _wait(user, kind, number, birth_date, district)
        return Outcome(result)

    hashes = documents.all_hashes(kind, number)
    try:
        with transaction.atomic():
            # Also for what did not match: looked up alike, so that it takes as long.
            found = _find(hashes)
            if result != CheckResult.MATCHED:
                raise Taken
            _claim(user, found, kind, hashes[-1], district, method=ProofMethod.PADRON)
    except Taken:
        return _count_wrong(tries)
    tries.delete()
    ResidenceRequest.objects.filter(user=user).delete()
    return Outcome(CheckResult.MATCHED)


@sensitive_variables()
@transaction.atomic
def verify_in_person(user: User, *, kind: str, number: str, district: Place, by: User) -> Resident:
    """An officer has seen the document; raises Taken if it already verifies somebody else."""
    _locked_tries(user).delete()
    hashes = documents.all_hashes(kind, number)
    resident = _claim(
        user, _find(hashes), kind, hashes[-1], district, method=ProofMethod.DESK, by=by
    )
    ResidenceRequest.objects.filter(user=user).delete()
    return resident


@sensitive_variables("number")
@transaction.atomic
def withdraw(municipality: Municipality, *, kind: str, number: str, why: str, by: User) -> Resident:
    """Take back the proof of somebody who does not live here, and tell them why.

    What they did while it stood stays. A desk that sees them and their document lifts it.
    """
    here = Resident.objects.select_for_update(of=("self",)).select_related("user")
    resident = here.filter(
        document_hash__in=documents.all_hashes(kind, number),
        district__code__startswith=municipality.place_id,
    ).first()
    if resident is None:
        raise CannotWithdraw(_("Nobody has proven with this document that they live here."))
    if resident.user == by:
        raise CannotWithdraw(_("Nobody withdraws their own proof: another administrator does it."))
    if resident.withdrawn_at:
        raise CannotWithdraw(_("The proof with this document has been withdrawn already."))
    resident.withdrawn_at, resident.withdrawn_by = timezone.now(), by
    resident.withdrawn_in, resident.withdrawn_why = municipality, why
    resident.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_in", "withdrawn_why"])
    if resident.user:
        DeskAct.objects.create(
            municipality=municipality,
            officer=by,
            person=resident.user,
            act=DeskActKind.WITHDRAWN,
            seen=why,
            consent_version=legal.RESIDENCE_VERSION,
        )
        _tell_withdrawn(resident.user, municipality, why)
    return resident


@sensitive_variables()
@transaction.atomic
def know_in_person(*, kind: str, number: str, district: Place, by: User) -> Resident:
    """The proven person behind a document that an officer has seen, with or without an account.

    Whoever is known already stays as they were. Whoever is not becomes somebody without an
    account, so that the account they may open later finds what they did before.
    """
    hashes = documents.all_hashes(kind, number)
    if found := _find(hashes):
        return found
    try:
        with transaction.atomic():
            made = Resident.objects.create(
                document_kind=kind,
                document_hash=hashes[-1],
                key_version=documents.latest_key(),
                district=district,
                method=ProofMethod.DESK,
                verified_by=by,
            )
    except IntegrityError:
        return _find(hashes)  # another desk was first
    _count(None, district, desk=True)
    return made


@transaction.atomic
def settle_waiting(municipality: Municipality) -> int:
    """Compare who has been waiting with the padrones there are now, and tell them; returns how many."""
    settled = 0
    with municipality_scope(municipality):
        padrones = [padron for padron in Padron.objects.valid() if padron.districts]
        waiting = (
            ResidenceRequest.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("user", "district")
            .filter(
                state=RequestState.WAITING,
                district__in={code for padron in padrones for code in padron.districts},
            )
        )
        for request in waiting:
            settled += _settle(request, padrones)
    return settled


@transaction.atomic
def lapse_waiting() -> int:
    """Forget the hashes of whom no padrón came for, and ask them to try again."""
    old = ResidenceRequest.objects.select_for_update(of=("self",)).filter(
        state=RequestState.WAITING, created_at__lt=timezone.now() - WAITS
    )
    requests = list(old.select_related("user"))
    for request in requests:
        _close(request, RequestState.LAPSED)
    return len(requests)


def _locked_tries(user: User) -> ResidenceTries:
    """The row every try of an account goes through, one after the other."""
    ResidenceTries.objects.get_or_create(user=user)
    return ResidenceTries.objects.select_for_update().get(user=user)


def _count_wrong(tries: ResidenceTries) -> Outcome:
    now = timezone.now()
    if tries.since < now - LOCK:
        tries.wrong = 0
    if tries.wrong == 0:
        tries.since = now
    tries.wrong += 1
    left = settings.RESIDENCE_TRIES - tries.wrong
    if left <= 0:
        tries.wrong, left = 0, 0
        tries.locked_until = now + LOCK
    tries.save()
    return Outcome(CheckResult.NOT_MATCHED, left)


def _find(hashes: list[bytes]) -> Resident | None:
    return Resident.objects.select_for_update(of=("self",)).filter(document_hash__in=hashes).first()


@sensitive_variables()
def _claim(
    user: User,
    found: Resident | None,
    kind: str,
    document_hash: bytes,
    district: Place,
    *,
    method: ProofMethod,
    by: User | None = None,
) -> Resident:
    """Link the proven person to the account; the unique hash decides between two who come at once."""
    mine = Resident.objects.filter(user=user).first()
    if found is None:
        if mine:
            raise Taken
        found = Resident(document_kind=kind, district=district)
        is_news = True
    else:
        if found.user_id not in (None, user.pk) or (mine and mine != found):
            raise Taken
        if found.withdrawn_at and method != ProofMethod.DESK:
            raise Withdrawn
        is_news = found.district_id != district.pk
        if is_news:
            _move(found, district, method=method, by=by or user)
    found.user = user
    found.document_hash = document_hash
    found.key_version = documents.latest_key()
    found.district = district
    found.method = method
    found.verified_by = by
    found.verified_at = timezone.now()
    found.withdrawn_at = found.withdrawn_by = found.withdrawn_in = None
    found.withdrawn_why = ""
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise Taken from None
    user.__dict__.pop("proof", None)
    if is_news:
        _count(user, district, desk=method == ProofMethod.DESK)
    return found


def _move(resident: Resident, district: Place, *, method: ProofMethod, by: User) -> None:
    recently = timezone.now() - timedelta(days=settings.RESIDENCE_MOVE_DAYS)
    last = resident.moves.order_by("-at").first()
    if method != ProofMethod.DESK and last and last.at > recently:
        raise MovedLately(
            _(
                "You changed your district a short while ago. The desk of your municipality can do it."
            )
        )
    ResidenceMove.objects.create(
        resident=resident,
        from_district=resident.district,
        to_district=district,
        method=method,
        by=by,
    )


def _count(user: User | None, district: Place, *, desk: bool) -> None:
    """One act in the ledger, in the space nearest to where the person lives."""
    municipality = residence.home_of(district.pk)
    if municipality is None:
        return
    with municipality_scope(municipality):
        import_string(settings.LEDGER)(
            "residence", municipality, by=user, channel="desk" if desk else "web"
        )


@sensitive_variables()
def _wait(user: User, kind: str, number: str, birth_date: date, district: Place) -> None:
    ResidenceRequest.objects.update_or_create(
        user=user,
        defaults={
            "document_kind": kind,
            "document_hash": documents.document_hash(kind, number),
            "birth_hash": documents.birth_hash(kind, number, birth_date),
            "key_version": documents.latest_key(),
            "district": district,
            "state": RequestState.WAITING,
            "created_at": timezone.now(),
        },
    )


def _settle(request: ResidenceRequest, padrones: list[Padron]) -> bool:
    """Whether the request could be decided; hashes of another key cannot be compared."""
    here = [padron for padron in padrones if request.district_id in padron.districts]
    comparable = [padron for padron in here if padron.key_version == request.key_version]
    if not comparable:
        _close(request, RequestState.LAPSED)
        return True
    matched = any(
        residence.is_in_padron(
            padron, bytes(request.document_hash), bytes(request.birth_hash), request.district_id
        )
        for padron in comparable
    )
    if not matched and len(comparable) < len(here):
        _close(request, RequestState.LAPSED)
        return True
    tries = _locked_tries(request.user)
    try:
        with transaction.atomic():
            found = _find([bytes(request.document_hash)])
            if not matched:
                raise Taken
            _claim(
                request.user,
                found,
                request.document_kind,
                bytes(request.document_hash),
                request.district,
                method=ProofMethod.PADRON,
            )
    except (Taken, MovedLately, Withdrawn):
        _count_wrong(tries)
        _close(request, RequestState.NOT_MATCHED)
        return True
    tries.delete()
    user = request.user
    request.delete()
    _tell(user, RequestState.WAITING, proven=True)
    return True


def _close(request: ResidenceRequest, state: RequestState) -> None:
    """Keep what became of it, and no longer the hashes."""
    request.state = state
    request.document_hash = request.birth_hash = bytes(32)
    request.save(update_fields=["state", "document_hash", "birth_hash"])
    _tell(request.user, state)


def _tell(user: User, state: RequestState, *, proven: bool = False) -> None:
    """By e-mail or SMS, in the person's language; never what was typed."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        if proven:
            text = _("Your residence is proven: you can take part now.")
        elif state == RequestState.LAPSED:
            text = _("We could not prove your residence yet. Please try again.")
        else:
            text = _("Your data do not match the padrón. Please check them and try again.")
    _write_to(user, text)


def _tell_withdrawn(user: User, municipality: Municipality, why: str) -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        text = _(
            "%(place)s has withdrawn the proof that you live there. Reason: %(why)s What you did"
            " until now stays. If it is wrong, go to its desk with your document."
        ) % {"place": municipality, "why": why}
    _write_to(user, text)


def _write_to(user: User, text: str) -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject = _("Your proof of residence")
    text = f"{text} {settings.SITE_URL.rstrip('/')}/cuenta/residencia/"
    if user.email:
        transaction.on_commit(partial(tasks.send_mail.delay, subject, text, user.email))
    elif user.phone and user.phone_verified:
        transaction.on_commit(partial(tasks.send_sms.delay, user.phone, text))
