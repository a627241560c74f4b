"""What organisations say beside the official record, and the right of reply. All of it is only added.

An observer works in no municipality's scope: each action opens the region's door and says why.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import (
    Agreement,
    Observation,
    Organization,
    OversightReport,
    Transfer,
    WorkItem,
)
from agreements.rules.evaluation import observing_for, why_not_observe, why_not_reply
from decide.common.permissions import Refusal
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality
from municipalities.rls import region_scope


class CannotObserve(Exception):
    """Nothing to observe or to reply to."""


@transaction.atomic
def observe(
    *,
    text: str,
    by: User,
    agreement: Agreement | None = None,
    transfer: Transfer | None = None,
    item: WorkItem | None = None,
) -> Observation:
    """An observation on a convenio, a transfer or a step, public from the first moment."""
    if reason := why_not_observe(by):
        raise Refusal(reason)
    with region_scope("an organisation observes", by=by):
        return Observation.objects.create(
            municipality=town_of(agreement=agreement, transfer=transfer, item=item),
            organization=observing_for(by),
            agreement=agreement,
            transfer=transfer,
            item=item,
            text=text,
            by=by,
            published_at=timezone.now(),
        )


def town_of(
    *,
    agreement: Agreement | None = None,
    transfer: Transfer | None = None,
    item: WorkItem | None = None,
) -> Municipality:
    """The municipality that has the right of reply; of a convenio without one, the region."""
    if transfer is not None:
        return transfer.municipality
    if item is not None and (town := item.party.organization.town):
        return town
    whole = agreement or item.agreement
    towns = Municipality.objects.filter(pk__in=whole.towns)
    return towns.exclude(kind=MunicipalityKind.REGION).order_by(
        "place_id"
    ).first() or Municipality.objects.get(kind=MunicipalityKind.REGION)


@transaction.atomic
def reply(*, observation: Observation, organization: Organization, text: str, by: User):
    """The municipality's or the region's word below it; the observation stays as it is."""
    if reason := why_not_reply(by, observation.municipality):
        raise Refusal(reason)
    if observation.replies_to_id:
        raise CannotObserve(_("Reply to the observation itself."))
    return Observation.objects.create(
        municipality=observation.municipality,
        organization=organization,
        agreement=observation.agreement,
        transfer=observation.transfer,
        item=observation.item,
        replies_to=observation,
        text=text,
        by=by,
        published_at=timezone.now(),
    )


@transaction.atomic
def publish_report(
    *, title: str, summary: str, by: User, url: str = "", file: UploadedFile | None = None
) -> OversightReport:
    """An organisation's own report, in public at once."""
    if reason := why_not_observe(by):
        raise Refusal(reason)
    kept: dict[str, Any] = {}
    if file:
        content = file.read()
        kept = {
            "file": ContentFile(content, name="informe.pdf"),
            "sha256": sha256(content).hexdigest(),
        }
    with region_scope("an organisation publishes its report", by=by):
        return OversightReport.objects.create(
            organization=observing_for(by), title=title, summary=summary, url=url, by=by, **kept
        )
