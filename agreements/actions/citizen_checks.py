"""Residents say whether it is true in their place; when many doubt it, somebody has to answer."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.actions import assigned
from agreements.because import because
from agreements.citizen_checks import is_doubted
from agreements.enums import TaskKind
from agreements.models import CitizenCheck, Transfer, WorkItem
from agreements.rules.evaluation import why_not_check
from decide.common.permissions import Refusal
from municipalities.models import Municipality


DAYS_TO_ANSWER = 15


@transaction.atomic
def say(
    *,
    municipality: Municipality,
    reply: str,
    comment: str,
    by: User,
    item: WorkItem | None = None,
    transfer: Transfer | None = None,
) -> CitizenCheck:
    """One answer of each resident, which they may change; the last one counts."""
    if reason := why_not_check(by, municipality):
        raise Refusal(reason)
    thing = {"item": item} if item else {"transfer": transfer}
    check, _made = CitizenCheck.objects.update_or_create(
        municipality=municipality,
        by=by,
        **thing,
        defaults={
            "reply": reply,
            "comment": comment,
            "day": timezone.localdate(),
            "published_at": timezone.now(),
        },
    )
    _open_task_if_doubted(municipality, item, transfer)
    return check


def _open_task_if_doubted(
    municipality: Municipality, item: WorkItem | None, transfer: Transfer | None
) -> None:
    """Once, however many more say so."""
    thing = {"item": item} if item else {"transfer": transfer}
    checks = CitizenCheck.objects.filter(municipality=municipality, **thing)
    if not is_doubted(checks.values_list("by_id", "reply", "day")):
        return
    kind, pk = ("item", item.pk) if item else ("transfer", transfer.pk)
    assigned.open_task(
        municipality,
        kind=TaskKind.CITIZENS,
        key=f"citizens:{kind}:{pk}:{municipality.pk}",
        agreement=item.agreement if item else transfer.agreement,
        transfer=transfer,
        text=_("Residents say that this is not so, or only in part: %(what)s")
        % {"what": item or transfer.version},
        due_on=timezone.localdate() + timedelta(days=DAYS_TO_ANSWER),
    )


@transaction.atomic
def hide_words(*, check: CitizenCheck, why: str) -> None:
    """Moderation takes away what was written, for a reason; the answer goes on counting."""
    check = CitizenCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
    check.hidden_at, check.hidden_why = timezone.now(), why
    with because(why):
        check.save(update_fields=["hidden_at", "hidden_why"])
