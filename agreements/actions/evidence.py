"""Evidence: what shows that something is so, looked at by somebody else, and never deleted.

What came is kept as it came, where no address leads to, with its hash; the public sees a copy
without camera, place or author, if there is one and it was accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import adoption
from agreements.actions import work
from agreements.because import because
from agreements.enums import (
    EvidenceKind,
    EvidenceState,
    ItemState,
    VerificationMethod,
    VerificationResult,
)
from agreements.models import Evidence, Verification
from agreements.models.work import SUBJECTS
from agreements.rules import work as rules
from agreements.rules.people import is_planner, reviewer_for
from decide.common.permissions import Reason, Refusal
from decide.common.typed import says_something
from municipalities.models import Municipality, private_storage
from municipalities.rls import region_scope
from participation import documents, files, images


if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


PDF, JPEG = "pdf", "jpg"


class CannotShow(Refusal):
    """The evidence was not taken."""


class CannotVerify(Refusal):
    """What was found is not written down."""


@dataclass(frozen=True)
class Use:
    """Where the same file was shown before, in words that anybody may read."""

    title: str
    where: str
    day: date

    def __str__(self) -> str:
        return _("«%(title)s», %(where)s, %(day)s") % {
            "title": self.title,
            "where": self.where,
            "day": self.day.strftime("%d-%m-%Y"),
        }


@transaction.atomic
def add(
    municipality: Municipality,
    *,
    by: User,
    kind: EvidenceKind,
    title: str,
    upload: UploadedFile | None = None,
    url: str = "",
    taken_on: date | None = None,
    is_public: bool = False,
    public_upload: UploadedFile | None = None,
    supersedes: Evidence | None = None,
    **subject: Any,
) -> Evidence:
    """Show a file or an address, of one thing: `item=…`, `piece=…`, `activity=…`."""
    if reason := rules.why_not_show(by, municipality):
        raise CannotShow(reason)
    if set(subject) - set(SUBJECTS) or len(subject) != 1:
        raise TypeError("Evidence is of one thing.")
    if not upload and not url:
        raise CannotShow(Reason(_("Add a file or an address.")))
    item = subject.get("item")
    if item and item.state in (ItemState.VERIFIED, ItemState.CANCELLED):
        raise CannotShow(Reason(_("This step is over: nothing is added to it.")))
    evidence = Evidence(
        municipality=municipality,
        kind=kind,
        title=title,
        url=url,
        taken_on=taken_on,
        is_public=is_public,
        supersedes=supersedes,
        added_by=by,
        **subject,
    )
    if upload:
        _keep(evidence, upload, public_upload)
    evidence.save()
    if supersedes:
        _turn(supersedes, EvidenceState.REMOVED, _("Replaced by another one."), by=by)
    return evidence


def _keep(evidence: Evidence, upload: UploadedFile, public: UploadedFile | None) -> None:
    """What came, byte by byte; for the public a photo made anew, or the PDF given for it."""
    ending = _checked(upload)
    upload.seek(0)
    content = upload.read()
    evidence.sha256 = sha256(content).hexdigest()
    folder = f"evidence/{evidence.municipality_id}/{uuid4()}"
    kept = {"file": (f"{folder}/original.{ending}", content)}
    if public:
        ending = _checked(public)
        copy = documents.cleaned(public) if ending == PDF else images.as_jpeg(public)
        kept["public_file"] = (f"{folder}/public.{ending}", copy)
    elif ending == JPEG:
        kept["public_file"] = (f"{folder}/public.{JPEG}", images.as_jpeg(upload))
    with files.kept_if_committed(folder, private_storage()) as write:
        for name, (path, data) in kept.items():
            write(path, ContentFile(data))
            getattr(evidence, name).name = path


def _checked(upload: UploadedFile) -> str:
    """How the file is kept, or in words why it is not taken."""
    upload.seek(0)
    try:
        if b"%PDF-" in upload.read(1024):
            documents.check(upload)
            return PDF
        images.check(upload)
    except (documents.InvalidDocument, images.InvalidImage) as problem:
        raise CannotShow(Reason(str(problem))) from problem
    return JPEG


def other_uses(evidence: Evidence, *, by: User) -> list[Use]:
    """Where the same bytes were shown before, in any municipality: a warning, not a refusal."""
    if not evidence.sha256:
        return []
    with region_scope("the same file as evidence elsewhere", by=by):
        same = Evidence.objects.filter(sha256=evidence.sha256).exclude(pk=evidence.pk)
        return [
            Use(one.title, one.municipality.short_name, timezone.localdate(one.added_at))
            for one in same.select_related("municipality").order_by("pk")[:5]
        ]


@transaction.atomic
def look_at(
    evidence: Evidence,
    *,
    by: User,
    result: VerificationResult,
    method: VerificationMethod = VerificationMethod.DESK,
    notes: str = "",
) -> Verification:
    """What somebody of another institution found. «No» turns it down, whoever accepted it before."""
    evidence = _locked(evidence)
    if reason := rules.why_not_look_at(by, evidence):
        raise CannotVerify(reason)
    if result != VerificationResult.OK and not says_something(notes):
        raise CannotVerify(Reason(_("Say what is missing.")))
    found = Verification.objects.create(
        municipality_id=evidence.municipality_id,
        evidence=evidence,
        by=by,
        organization=reviewer_for(by) or rules.speaks_for(by)[0],
        result=result,
        method=method,
        notes=notes,
    )
    if result == VerificationResult.OK and evidence.state == EvidenceState.UPLOADED:
        _turn(evidence, EvidenceState.ACCEPTED, "", by=by)
    elif result == VerificationResult.NO:
        _turn(evidence, EvidenceState.REJECTED, notes, by=by)
    return found


@transaction.atomic
def remove(evidence: Evidence, *, by: User, reason: str) -> Evidence:
    """Take it back with a reason; it stays to be read, and what rested on it falls."""
    evidence = _locked(evidence)
    if evidence.state == EvidenceState.REMOVED:
        raise CannotShow(Reason(_("It was removed already.")))
    if evidence.added_by_id != by.pk and not is_planner(by):
        raise CannotShow(Reason(_("Only who added it or a planner removes it.")))
    if not says_something(reason):
        raise CannotShow(Reason(_("Say why it is removed: it stays in the history.")))
    return _turn(evidence, EvidenceState.REMOVED, reason, by=by)


def _turn(evidence: Evidence, state: EvidenceState, reason: str, *, by: User) -> Evidence:
    evidence.state, evidence.state_reason = state, reason[:600]
    with because(reason):
        evidence.save(update_fields=["state", "state_reason"])
    if state in (EvidenceState.REJECTED, EvidenceState.REMOVED):
        _let_fall(evidence, by=by)
    return evidence


def _let_fall(evidence: Evidence, *, by: User) -> None:
    """A step that no longer has its evidence is returned, and a level that rested on it goes down."""
    for name in ("piece", "activity", "adoption"):
        if (shown := getattr(evidence, name)) and shown.transfer:
            adoption.refresh(shown.transfer, by=by)
    item = evidence.item
    if item is None or item.state not in (ItemState.SUBMITTED, ItemState.VERIFIED):
        return
    left = item.evidence.filter(
        state__in=[EvidenceState.ACCEPTED]
        if item.state == ItemState.VERIFIED
        else [EvidenceState.ACCEPTED, EvidenceState.UPLOADED]
    )
    if left.count() < item.min_evidence:
        reason = _("Its evidence is missing: «%(title)s».") % {"title": evidence.title}
        work.reopen(item, by=by, reason=reason)


def _locked(evidence: Evidence) -> Evidence:
    return (
        Evidence.objects.select_for_update(of=("self",))
        .select_related("municipality", "item__party__organization", "item__agreement")
        .get(pk=evidence.pk)
    )
