"""Addenda: the only way in which what was signed changes, a version at a time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import addenda, checks
from agreements.actions.convenios import CannotChange, in_words, locked, refuse_unless
from agreements.because import because
from agreements.enums import AddendumState
from agreements.history import record
from agreements.models import Addendum, Agreement, AgreementFile
from agreements.rules.convenios import why_not_edit
from agreements.states import Part


if TYPE_CHECKING:
    from accounts.models import User


class CannotAmend(CannotChange):
    """The addendum does not fit the convenio, or not any more."""


@transaction.atomic
def draft(agreement: Agreement, *, changes: dict[str, Any], reason: str, by: User) -> Addendum:
    """Write one against the present version; `changes` says what each thing is to be."""
    agreement = locked(agreement)
    refuse_unless(why_not_edit(by, agreement, Part.ADDENDA), CannotAmend)
    if not reason.strip():
        raise CannotAmend(_("Say why."))
    patch = {}
    for name, value in changes.items():
        before = addenda.now(agreement, name)
        try:
            after = addenda.written(addenda.cleaned(agreement, name, value))
        except addenda.UnknownChange as error:
            raise CannotAmend(str(error)) from None
        if before != after:
            patch[name] = [before, after]
    if not patch:
        raise CannotAmend(_("It changes nothing."))
    last = agreement.addenda.aggregate(last=Max("number"))["last"] or 0
    addendum = Addendum.objects.create(
        agreement=agreement,
        number=last + 1,
        kinds=addenda.kinds_of(list(patch)),
        reason=reason,
        base_version=agreement.version,
        patch=patch,
    )
    record(agreement, "addendum_drafted", by=by, after=str(addendum), reason=reason)
    return addendum


@transaction.atomic
def sign(
    addendum: Addendum,
    *,
    on: date,
    by: User,
    council_act: str = "",
    file: AgreementFile | None = None,
) -> Agreement:
    """The convenio says from now on what the addendum says, as its next version.

    CannotAmend if it was written against another version (what no longer fits is named), or if it
    gives more time to a convenio that was no longer in force that day.
    """
    agreement = locked(addendum.agreement)
    addendum = _open(addendum, agreement, by)
    if on > timezone.localdate():
        raise CannotAmend(_("The day of a signature cannot be still to come."))
    if file is None or file.agreement_id != agreement.pk:
        raise CannotAmend(_("The signed file of the addendum is missing."))
    if addendum.base_version != agreement.version:
        raise CannotAmend(_against_another_version(addendum))
    if addenda.extends(addendum) and on > agreement.ends_on:
        raise CannotAmend(_("More time is agreed while a convenio is in force: it had expired."))
    before = agreement.version
    try:
        with transaction.atomic(), because(f"{addendum}: {addendum.reason}"):
            _apply(agreement, addendum)
    except IntegrityError as error:
        raise in_words(error, CannotAmend) from error
    if agreement.published_at and (lacking := checks.for_publication(agreement)):
        raise CannotAmend(" ".join(lacking))
    addendum.state, addendum.signed_on = AddendumState.SIGNED, on
    addendum.council_act, addendum.file = council_act, file
    addendum.save(update_fields=["state", "signed_on", "council_act", "file"])
    record(
        agreement,
        "addendum_signed",
        by=by,
        before=f"v{before}",
        after=f"v{agreement.version}",
        reason=str(addendum),
    )
    return agreement


def _apply(agreement: Agreement, addendum: Addendum) -> None:
    of_the_convenio = []
    for name, (_before, after) in addendum.patch.items():
        row, column = addenda.target_of(agreement, name)
        setattr(row, column, addenda.cleaned(agreement, name, after))
        if row is agreement:
            of_the_convenio.append(column)
        else:
            row.save(update_fields=[column])
    agreement.version += 1
    agreement.save(update_fields=[*of_the_convenio, "version"])


def _against_another_version(addendum: Addendum) -> str:
    said = _("It was written against version %(base)d; the convenio is at %(now)d.") % {
        "base": addendum.base_version,
        "now": addendum.agreement.version,
    }
    found = addenda.conflicts(addendum)
    if not found:
        return said + " " + _("Nothing contradicts it: write it against the present version.")
    return (
        said
        + " "
        + _("These no longer say what it changes: %(what)s.")
        % {"what": "; ".join(change.label for change in found)}
    )


@transaction.atomic
def rebase(addendum: Addendum, *, by: User) -> Addendum:
    """Somebody looked at it: it is written against what the convenio says now."""
    agreement = locked(addendum.agreement)
    addendum = _open(addendum, agreement, by)
    addendum.patch = {
        name: [addenda.now(agreement, name), after]
        for name, (_before, after) in addendum.patch.items()
        if addenda.now(agreement, name) != after
    }
    if not addendum.patch:
        raise CannotAmend(_("It changes nothing."))
    before, addendum.base_version = addendum.base_version, agreement.version
    addendum.save(update_fields=["patch", "base_version"])
    record(
        agreement,
        "addendum_rebased",
        by=by,
        before=f"v{before}",
        after=f"v{agreement.version}",
        reason=str(addendum),
    )
    return addendum


@transaction.atomic
def drop(addendum: Addendum, *, by: User, reason: str) -> Addendum:
    agreement = locked(addendum.agreement)
    addendum = _open(addendum, agreement, by)
    if not reason.strip():
        raise CannotAmend(_("Say why."))
    addendum.state = AddendumState.DROPPED
    addendum.save(update_fields=["state"])
    record(agreement, "addendum_dropped", by=by, before=str(addendum), reason=reason)
    return addendum


def _open(addendum: Addendum, agreement: Agreement, by: User) -> Addendum:
    refuse_unless(why_not_edit(by, agreement, Part.ADDENDA), CannotAmend)
    addendum = Addendum.objects.select_for_update(of=("self",)).get(pk=addendum.pk)
    addendum.agreement = agreement
    if addendum.state != AddendumState.DRAFT:
        raise CannotAmend(
            _("It is «%(state)s»: it does not change any more.")
            % {"state": addendum.get_state_display()}
        )
    return addendum
