"""Convenios: written, sent round, signed, published, suspended, ended. Every step leaves its event.

What a convenio lacks is said in words (agreements/checks.py); the database refuses the same, so that
no other way leads past it, and its refusals are said in words here too.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from agreements import checks, clauses as clauses_of, numbers
from agreements.because import because
from agreements.enums import (
    AgreementState,
    EndCause,
    FileKind,
    PartyRole,
    ReportKind,
    ReportState,
    UndertakingState,
)
from agreements.files import sha256_of
from agreements.history import record
from agreements.models import (
    Act,
    Agreement,
    AgreementFile,
    AgreementTemplate,
    Clause,
    Organization,
    Party,
    Undertaking,
)
from agreements.rules.convenios import who_is, why_not_edit, why_not_move
from agreements.rules.people import is_planner
from agreements.states import MOVES, Need, Part, fields_open
from decide.common.permissions import Reason
from participation.codes import next_code


if TYPE_CHECKING:
    from django.core.files.base import File

    from accounts.models import User

# One at a time gives a code, so that none is given twice.
CODES = 5_006_001


class CannotChange(Exception):
    """This convenio cannot be changed so, or not now, or not by this person."""


class CannotMove(CannotChange):
    """The step is not the next one, or something for it is lacking."""


class CannotSign(CannotMove):
    """Something that makes a convenio signed is not there."""


class CannotPublish(CannotMove):
    """It does not say what it is for, or how one will know."""


# What the database says when it refuses, in words.
REFUSED = {
    "agreements_signed_by_all": gettext_lazy(
        "Each party has to have signed, on a day that is not still to come."
    ),
    "agreements_council_act": gettext_lazy(
        "The acuerdo of each municipal council is needed, or why there is none."
    ),
    "agreements_signed_file": gettext_lazy("The signed file is missing."),
    "agreements_agreement_without_end_has_a_reason": gettext_lazy(
        "Say until when it is in force, or why it has no end."
    ),
    "agreements_agreement_signed_has_dates": gettext_lazy(
        "The day when it was signed and the day from which it is in force are missing."
    ),
    "agreements_agreement_ends_after_start": gettext_lazy("It ends before it begins."),
    "agreements_agreement_terminated_says_why": gettext_lazy("Say why it ends, and when."),
    "agreements_party_once": gettext_lazy("This organisation is a party already."),
    "agreements_clause_once": gettext_lazy("This clause is there already."),
    "agreements_coordinator_one_at_a_time": gettext_lazy("A party has one coordinator at a time."),
}


def in_words(error: IntegrityError, kind: type[CannotChange] = CannotChange) -> CannotChange:
    """The refusal of the database as ours; what is not known stays a failure."""
    name = error.__cause__.diag.constraint_name if error.__cause__ else ""
    if name not in REFUSED:
        raise error
    return kind(str(REFUSED[name]))


def locked(agreement: Agreement) -> Agreement:
    return (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("template")
        .get(pk=agreement.pk)
    )


def refuse_unless(reason: Reason | None, kind: type[CannotChange] = CannotChange) -> None:
    if reason is not None:
        raise kind(str(reason))


# --- Written


@transaction.atomic
def create(
    *, kind: str, title: str, by: User, template: AgreementTemplate | None = None, **values: Any
) -> Agreement:
    """A draft with a code of its own and the clauses of its template."""
    if not is_planner(by):
        raise CannotChange(_("Only the region's planners do this."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CODES])
    prefix = f"CONV-{timezone.localdate().year}-"
    agreement = Agreement(
        kind=kind,
        title=title,
        template=template,
        code=next_code(Agreement.objects.all(), prefix, digits=4),
        created_by=by,
        **values,
    )
    try:
        with transaction.atomic():
            agreement.save(force_insert=True)
    except IntegrityError as error:
        raise in_words(error) from error
    Clause.objects.bulk_create(
        Clause(
            agreement=agreement,
            key=one["key"],
            position=position,
            title=one["title"],
            text=one.get("text", ""),
        )
        for position, one in enumerate(template.clauses if template else [], start=1)
    )
    record(agreement, "created", by=by, after=AgreementState.DRAFT)
    return agreement


@transaction.atomic
def edit(agreement: Agreement, *, by: User, reason: str = "", **values: Any) -> Agreement:
    """Change what may be changed in this state; what was signed changes by addendum alone."""
    agreement = locked(agreement)
    changed = {name for name, value in values.items() if getattr(agreement, name) != value}
    if not changed:
        return agreement
    refuse_unless(why_not_edit(by, agreement, Part.WORDS))
    from_now_on = fields_open(who_is(by, agreement), agreement.state)
    if changed - from_now_on:
        refuse_unless(
            why_not_edit(by, agreement, Part.CONTENTS) or why_not_edit(by, agreement, Part.SIGNING)
        )
        raise CannotChange(_("This does not change here."))
    for name in changed:
        setattr(agreement, name, values[name])
    try:
        with transaction.atomic(), because(reason):
            agreement.save(update_fields=sorted(changed))
    except IntegrityError as error:
        raise in_words(error) from error
    record(agreement, "edited", by=by, after=", ".join(sorted(changed)), reason=reason)
    return agreement


@transaction.atomic
def add_party(
    agreement: Agreement,
    organization: Organization,
    *,
    by: User,
    role: str = PartyRole.COUNTERPART,
    own_number: str = "",
    **values: Any,
) -> Party:
    agreement = locked(agreement)
    refuse_unless(why_not_edit(by, agreement, Part.CONTENTS))
    party = Party(agreement=agreement, organization=organization, role=role, **values)
    number_it(party, own_number)
    try:
        with transaction.atomic():
            party.save(force_insert=True)
    except IntegrityError as error:
        raise in_words(error) from error
    record(agreement, "party_added", by=by, after=str(organization))
    return party


def number_it(party: Party, own_number: str) -> None:
    """Its number as it was typed, and in parts to sort by."""
    read = numbers.parse(own_number)
    party.own_number = own_number.strip()[:80]
    party.number_serial = read.serial
    party.number_year = read.year
    party.number_initials = read.initials


@transaction.atomic
def remove_party(party: Party, *, by: User, reason: str = "") -> None:
    """Only while it is written, and only one that promises nothing."""
    agreement = locked(party.agreement)
    refuse_unless(why_not_edit(by, agreement, Part.CONTENTS))
    if party.undertakings.exists():
        raise CannotChange(_("Take out first what it promises."))
    name = str(party.organization)
    with because(reason):
        party.delete()
    record(agreement, "party_removed", by=by, before=name, reason=reason)


@transaction.atomic
def record_act(
    agreement: Agreement,
    *,
    kind: str,
    number: str,
    day: date,
    by: User,
    party: Party | None = None,
    **values: Any,
) -> Act:
    """A paper on its way: who was empowered, or what somebody held of it."""
    agreement = locked(agreement)
    refuse_unless(why_not_edit(by, agreement, Part.SIGNING))
    if day > timezone.localdate():
        raise CannotChange(_("A paper of a day that is still to come cannot be recorded."))
    act = Act.objects.create(
        agreement=agreement, kind=kind, number=number, day=day, party=party, **values
    )
    record(agreement, "act_recorded", by=by, after=str(act))
    return act


@transaction.atomic
def sign_party(party: Party, *, on: date, by: User, **values: Any) -> Party:
    """The day when one party signed, and who for it, by which act."""
    agreement = locked(party.agreement)
    refuse_unless(why_not_edit(by, agreement, Part.SIGNING))
    if on > timezone.localdate():
        raise CannotChange(_("The day of a signature cannot be still to come."))
    for name, value in (values | {"signed_on": on}).items():
        setattr(party, name, value)
    party.save(update_fields=[*values, "signed_on"])
    return party


@transaction.atomic
def add_file(
    agreement: Agreement, *, kind: str, title: str, file: File, by: User, **values: Any
) -> AgreementFile:
    """Keep a document with the hash of its bytes."""
    agreement = locked(agreement)
    refuse_unless(why_not_edit(by, agreement, Part.FILES))
    added = AgreementFile.objects.create(
        agreement=agreement,
        kind=kind,
        title=title,
        file=file,
        sha256=sha256_of(file),
        added_by=by,
        **values,
    )
    record(agreement, "file_added", by=by, after=title, reason=added.sha256)
    return added


@transaction.atomic
def fulfil(undertaking: Undertaking, state: str, *, by: User, reason: str = "") -> Undertaking:
    """How far what a party promised is."""
    agreement = locked(undertaking.agreement)
    refuse_unless(why_not_edit(by, agreement, Part.FULFILMENT))
    if state in (UndertakingState.CANCELLED, UndertakingState.SUSPENDED) and not reason.strip():
        raise CannotChange(_("Say why."))
    before = undertaking.state
    undertaking.state, undertaking.state_reason = state, reason[:600]
    with because(reason):
        undertaking.save(update_fields=["state", "state_reason"])
    record(agreement, "undertaking", by=by, before=before, after=state, reason=reason)
    return undertaking


# --- On its way


@transaction.atomic
def move(
    agreement: Agreement,
    verb: str,
    *,
    by: User,
    reason: str = "",
    cause: str = "",
    document: AgreementFile | None = None,
    day: date | None = None,
) -> Agreement:
    """One of the moves of agreements/states.py, with all that it needs."""
    agreement = locked(agreement)
    needs = MOVES[verb].needs
    refusal = CannotSign if verb == "sign" else CannotMove
    refuse_unless(why_not_move(by, agreement, verb), refusal)
    if lacking := _lacking(agreement, needs, reason=reason, cause=cause, document=document):
        raise refusal(" ".join(lacking))
    before, values = agreement.state, {"state": MOVES[verb].after}
    if verb == "sign":
        values |= _signed(agreement)
    if verb == "terminate":
        values |= {"end_cause": cause, "ended_on": day or timezone.localdate()}
    if verb == "close" and not agreement.ended_on:
        values |= {"ended_on": day or timezone.localdate()}
    _write(agreement, values, reason, refusal)
    if verb in ("suspend", "terminate", "resume"):
        _cascade(agreement, verb, reason)
    record(agreement, verb, by=by, before=before, after=agreement.state, reason=reason)
    return agreement


def _lacking(
    agreement: Agreement,
    needs: frozenset[Need],
    *,
    reason: str,
    cause: str,
    document: AgreementFile | None,
) -> list[str]:
    lacking = []
    if Need.REASON in needs and not reason.strip():
        lacking.append(_("Say why."))
    if Need.CAUSE in needs and cause not in EndCause.values:
        lacking.append(_("Say for which cause it ends."))
    if Need.DOCUMENT in needs and (document is None or document.agreement_id != agreement.pk):
        lacking.append(_("Add first the document that decides it, and name it."))
    if Need.CLAUSES in needs:
        lacking += [
            _("The clause «%(clause)s» is missing.") % {"clause": title}
            for title in clauses_of.missing(agreement)
        ]
    if Need.SIGNATURES in needs:
        lacking += checks.for_signing(agreement)
    if Need.FINAL_REPORT in needs and not _has_final_report(agreement):
        lacking.append(_("A convenio is closed with its final report: it is missing."))
    return lacking


def _has_final_report(agreement: Agreement) -> bool:
    accepted = agreement.reports.filter(kind=ReportKind.FINAL, state=ReportState.ACCEPTED)
    return agreement.files.filter(kind=FileKind.FINAL).exists() or accepted.exists()


def _signed(agreement: Agreement) -> dict[str, Any]:
    """Signed when the last party did; in force from the day after, unless it says another day."""
    days = agreement.parties.exclude(role=PartyRole.OBSERVER).values_list("signed_on", flat=True)
    signed_on = max(day for day in days if day)
    return {
        "signed_on": signed_on,
        "starts_on": agreement.starts_on or signed_on + timedelta(days=1),
    }


def _write(
    agreement: Agreement, values: dict[str, Any], reason: str, refusal: type[CannotChange]
) -> None:
    for name, value in values.items():
        setattr(agreement, name, value)
    try:
        with transaction.atomic(), because(reason):
            agreement.save(update_fields=sorted(values))
    except IntegrityError as error:
        raise in_words(error, refusal) from error


def _cascade(agreement: Agreement, verb: str, reason: str) -> None:
    """What is promised rests or ends with the convenio, for the same reason."""
    before, after = {
        "suspend": ([UndertakingState.OPEN], UndertakingState.SUSPENDED),
        "resume": ([UndertakingState.SUSPENDED], UndertakingState.OPEN),
        "terminate": (
            [UndertakingState.OPEN, UndertakingState.SUSPENDED],
            UndertakingState.CANCELLED,
        ),
    }[verb]
    with because(reason):
        agreement.undertakings.filter(state__in=before).update(
            state=after, state_reason=reason[:600]
        )


def sign(agreement: Agreement, *, by: User) -> Agreement:
    """CannotSign says everything that is lacking, not only the first."""
    return move(agreement, "sign", by=by)


@transaction.atomic
def publish(agreement: Agreement, *, by: User) -> Agreement:
    """Show its sheet to everybody; only once it says what it is for and how one will know."""
    agreement = locked(agreement)
    refuse_unless(why_not_edit(by, agreement, Part.WORDS), CannotPublish)
    if agreement.published_at is not None:
        raise CannotPublish(_("It is published already."))
    if agreement.state in (
        AgreementState.DRAFT,
        AgreementState.REVIEW,
        AgreementState.OBSERVED,
    ):
        raise CannotPublish(_("A convenio is published once it is cleared for signing."))
    if lacking := checks.for_publication(agreement):
        raise CannotPublish(" ".join(lacking))
    agreement.published_at = timezone.now()
    agreement.save(update_fields=["published_at"])
    record(agreement, "publish", by=by, after=agreement.state)
    return agreement


# --- Its end


@transaction.atomic
def separate(party: Party, *, by: User, reason: str, today: date | None = None) -> Agreement:
    """A party separates freely, with notice: until that day all goes on as agreed.

    If fewer than two would be left the convenio ends that day, by its date and without a clock
    that would have to write it.
    """
    agreement = locked(party.agreement)
    refuse_unless(why_not_move(by, agreement, "terminate"), CannotMove)
    if not reason.strip():
        raise CannotMove(_("Say why."))
    if party.leaves_on is not None:
        raise CannotMove(_("This party has separated already."))
    day = (today or timezone.localdate()) + timedelta(days=agreement.notice_days)
    if agreement.ends_on is not None and agreement.ends_on <= day:
        raise CannotMove(_("It ends before the notice would: nothing has to be done."))
    party.leaves_on = day
    with because(reason):
        party.save(update_fields=["leaves_on"])
    staying = agreement.parties.filter(leaves_on=None).exclude(role=PartyRole.OBSERVER)
    if staying.count() < 2:
        values = {"ends_on": day, "ended_on": day, "end_cause": EndCause.SEPARATION}
        _write(agreement, values, reason, CannotMove)
    record(agreement, "separate", by=by, before=str(party), after=day.isoformat(), reason=reason)
    return agreement
