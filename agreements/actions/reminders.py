"""Telling offices what is due: each threshold once, also after days without a worker.

Every run looks at the latest threshold that each date has crossed; the row of Reminder, whose key
is unique, says that it was told. A date that moves begins anew.
"""

from __future__ import annotations

from datetime import date
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.tasks import send_mail
from agreements.actions.assigned import open_task
from agreements.deadlines import RENEW_WITHIN, Crossed, crossed, days_said
from agreements.enums import Heartbeat, TaskKind
from agreements.heartbeat import beats, last_days
from agreements.models import Agreement, Coordinator, Reminder
from municipalities.enums import MunicipalityKind, MunicipalityState
from municipalities.models import Municipality


@transaction.atomic
def tell_of_deadlines(day: date | None = None) -> int:
    """How many thresholds were told. Needs the region's scope."""
    day = day or timezone.localdate()
    found = crossed(day)
    told = set(
        Reminder.objects.filter(key__in=[one.key for one in found]).values_list("key", flat=True)
    )
    fresh = [one for one in found if one.key not in told]
    mailboxes = _mailboxes(fresh)
    region = Municipality.objects.filter(kind=MunicipalityKind.REGION).first()
    sent = 0
    with translation.override(settings.LANGUAGE_CODE):
        for one in fresh:
            audience = sorted(_audience(one, mailboxes, region))
            _reminder, is_new = Reminder.objects.get_or_create(
                key=one.key, defaults={"audience": audience}
            )
            if not is_new:
                continue
            sent += 1
            subject, text = _words(one, day)
            for address in audience:
                transaction.on_commit(partial(send_mail.delay, subject, text, address))
            _ask_to_renew(one, day, region)
    return sent


def _agreement(one: Crossed) -> Agreement | None:
    if one.kind == "commitment":
        return None
    return one.of if one.kind in ("ends", "notice") else one.of.agreement


def _mailboxes(fresh: list[Crossed]) -> dict[int, list[tuple[int, str]]]:
    """The offices that coordinate each convenio today: its party and its address."""
    agreements = {found.pk for one in fresh if (found := _agreement(one))}
    named = (
        Coordinator.objects.filter(agreement__in=agreements, ends_on=None)
        .exclude(office__email="")
        .values_list("agreement_id", "party_id", "office__email")
    )
    boxes: dict[int, list[tuple[int, str]]] = {}
    for agreement, party, email in named:
        boxes.setdefault(agreement, []).append((party, email))
    return boxes


def _audience(
    one: Crossed, mailboxes: dict[int, list[tuple[int, str]]], region: Municipality | None
) -> set[str]:
    """Whose turn it is; a report more than a week late, and ends, go to the region as well."""
    agreement = _agreement(one)
    boxes = mailboxes.get(agreement.pk, []) if agreement else []
    found = {email for party, email in boxes if one.party in (None, party)}
    escalates = one.kind in ("ends", "notice", "commitment") or one.offset >= 7
    if region and region.contact_email and (escalates or not found):
        found.add(region.contact_email)
    return found


def _words(one: Crossed, day: date) -> tuple[str, str]:
    names = {
        "ends": _("A convenio ends"),
        "notice": _("Last day to say that a convenio is not renewed"),
        "report": _("A report is due"),
        "step": _("A step of a work plan is due"),
        "commitment": _("A commitment ends"),
    }
    left = days_said(one.on, day)
    agreement = _agreement(one)
    about = str(one.of) if one.kind != "step" else one.of.name
    lines = [about, f"{one.on.strftime('%d-%m-%Y')} ({left})"]
    if agreement and agreement != one.of:
        lines.insert(0, str(agreement))
    return f"{names[one.kind]}: {left}", "\n".join([*lines, "", settings.SITE_URL])


def _ask_to_renew(one: Crossed, day: date, region: Municipality | None) -> None:
    """Within 90 days of an end somebody has to decide what comes next."""
    if region is None or one.kind not in ("ends", "commitment") or one.on - day > RENEW_WITHIN:
        return
    open_task(
        region,
        kind=TaskKind.RENEW,
        key=f"renew:{one.kind}:{one.of.pk}:{one.on.isoformat()}",
        text=_("%(what)s: renew it or close it (%(left)s).")
        % {"what": one.of, "left": days_said(one.on, day)},
        agreement=_agreement(one),
        due_on=one.on,
    )


@transaction.atomic
def look_after_spaces(day: date | None = None) -> int:
    """A task for each space with a convenio in force where nobody took part for 90 days: once."""
    day = day or timezone.localdate()
    towns = {
        pk for row in Agreement.objects.in_force(day).values_list("towns", flat=True) for pk in row
    }
    open_ones = Municipality.objects.filter(pk__in=towns, state=MunicipalityState.OPEN).exclude(
        kind=MunicipalityKind.REGION
    )
    spaces = list(open_ones.order_by("pk"))
    lasts = last_days([one.pk for one in spaces], day)
    opened = 0
    with translation.override(settings.LANGUAGE_CODE):
        for space in spaces:
            last = lasts.get(space.pk)
            if beats(last, day) != Heartbeat.INACTIVE:
                continue
            task = open_task(
                space,
                kind=TaskKind.INACTIVE,
                key=f"inactive:{space.pk}:{last.isoformat() if last else 'never'}",
                text=_("%(place)s: nobody has taken part for 90 days.")
                % {"place": space.short_name},
            )
            opened += task is not None
    return opened
