"""What happens to a municipality's space: it opens, pauses, moves, changes; people ask to be told.

Each change of staff leaves a MunicipalityEvent, so that it can be read later who did what when.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.enums import Module, MunicipalityState, MunicipalityVerb
from municipalities.models import (
    RESERVED_SLUGS,
    FormerSlug,
    Interest,
    Municipality,
    MunicipalityEvent,
)
from municipalities.tasks import tell_the_interested


if TYPE_CHECKING:
    from django.db.models import Model

KEPT_AFTER_TELLING = timedelta(days=30)
SETTINGS = [
    "name",
    "short_name",
    "welcome",
    "planned",
    "contact_name",
    "contact_office",
    "contact_email",
    "contact_phone",
    "data_officer",
    "data_officer_email",
    "accent",
    "coat_of_arms",
]


class CannotChange(Exception):
    """The space cannot change in this way now; the text says why and what to do."""


@transaction.atomic
def prepare(municipality: Municipality, *, by: Model | None, reason: str = "") -> Municipality:
    """The municipality has said yes and gets its space ready; nobody takes part yet."""
    return _change_state(
        municipality,
        MunicipalityState.PREPARING,
        MunicipalityVerb.PREPARING,
        by=by,
        reason=reason,
    )


@transaction.atomic
def open_space(municipality: Municipality, *, by: Model | None, reason: str = "") -> Municipality:
    """From now on people take part; whoever asked to be told gets a mail, once."""
    municipality = _locked(municipality)
    if not municipality.contact_email:
        raise CannotChange(
            _("People need to know who answers. Write the contact e-mail first, then open.")
        )
    if not municipality.modules:
        raise CannotChange(_("Switch on at least one way of taking part, then open."))
    municipality = _change_state(
        municipality, MunicipalityState.OPEN, MunicipalityVerb.OPENED, by=by, reason=reason
    )
    transaction.on_commit(partial(tell_the_interested.delay, municipality.pk))
    return municipality


@transaction.atomic
def pause(municipality: Municipality, *, by: Model | None, reason: str) -> Municipality:
    """What is there stays readable; nobody adds to it until the space opens again."""
    if not reason.strip():
        raise CannotChange(_("Say why the space pauses: people read it."))
    return _change_state(
        municipality, MunicipalityState.PAUSED, MunicipalityVerb.PAUSED, by=by, reason=reason
    )


@transaction.atomic
def move(municipality: Municipality, slug: str, *, by: Model | None) -> Municipality:
    """Give the space another address; links to the former one keep leading here."""
    municipality = _locked(municipality)
    if slug == municipality.slug:
        return municipality
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 60:
        raise CannotChange(_("Use small letters without accents, digits and single hyphens."))
    others = Municipality.objects.filter(slug=slug) or FormerSlug.objects.filter(slug=slug).exclude(
        municipality=municipality
    )
    if slug in RESERVED_SLUGS or others:
        raise CannotChange(_("This address is taken. Choose another one."))
    FormerSlug.objects.filter(slug=slug).delete()
    FormerSlug.objects.create(slug=municipality.slug, municipality=municipality)
    _record(
        municipality,
        MunicipalityVerb.MOVED,
        by=by,
        changes={"slug": [municipality.slug, slug]},
    )
    municipality.slug = slug
    municipality.save(update_fields=["slug"])
    return municipality


@transaction.atomic
def set_modules(
    municipality: Municipality, modules: list[str], *, by: Model | None
) -> Municipality:
    """Switch ways of taking part on and off; an open space keeps at least one."""
    municipality = _locked(municipality)
    wanted = [module for module in Module.values if module in modules]
    if not wanted and municipality.is_open:
        raise CannotChange(_("An open space has at least one way of taking part."))
    if wanted != municipality.modules:
        _record(
            municipality,
            MunicipalityVerb.MODULES,
            by=by,
            changes={"modules": [municipality.modules, wanted]},
        )
        municipality.modules = wanted
        municipality.save(update_fields=["modules"])
    return municipality


@transaction.atomic
def change_settings(municipality: Municipality, *, by: Model | None, **values: Any) -> Municipality:
    """Texts, contacts, colour and coat of arms."""
    if unknown := set(values) - set(SETTINGS):
        raise ValueError(f"Not a setting: {', '.join(sorted(unknown))}")
    municipality = _locked(municipality)
    changes = {
        name: [str(getattr(municipality, name) or ""), str(value or "")]
        for name, value in values.items()
        if (getattr(municipality, name) or "") != (value or "")
    }
    if changes:
        former = municipality.coat_of_arms if "coat_of_arms" in changes else None
        for name in changes:
            setattr(municipality, name, values[name] or "")
        municipality.save(update_fields=list(changes))
        if former:
            transaction.on_commit(partial(former.storage.delete, former.name))
        _record(municipality, MunicipalityVerb.SETTINGS, by=by, changes=changes)
    return municipality


def leave_address(municipality: Municipality, email: str) -> None:
    """Somebody wants to hear when the space opens. Asking twice is asking once, and nobody
    can find out whether an address is already here."""
    Interest.objects.bulk_create(
        [Interest(municipality=municipality, email=email.lower())], ignore_conflicts=True
    )


def forget_told(municipality: Municipality) -> int:
    """Addresses were left for one mail; a month after it they go."""
    told = Interest.objects.filter(told_at__lt=timezone.now() - KEPT_AFTER_TELLING)
    return told.filter(municipality=municipality).delete()[0]


def _change_state(
    municipality: Municipality, state: str, verb: str, *, by: Model | None, reason: str
) -> Municipality:
    municipality = _locked(municipality)
    if municipality.state == state:
        raise CannotChange(
            _("The space is already in this state: %(state)s.")
            % {"state": municipality.get_state_display()}
        )
    if state == MunicipalityState.PAUSED and not municipality.is_open:
        raise CannotChange(_("Only an open space can pause."))
    if state == MunicipalityState.PREPARING and municipality.is_open:
        raise CannotChange(_("An open space can pause, not go back to preparing."))
    _record(
        municipality,
        verb,
        by=by,
        reason=reason,
        changes={"state": [municipality.state, state]},
    )
    municipality.state = state
    municipality.save(update_fields=["state"])
    return municipality


def _locked(municipality: Municipality) -> Municipality:
    return Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)


def _record(
    municipality: Municipality,
    verb: str,
    *,
    by: Model | None,
    changes: dict[str, list[Any]],
    reason: str = "",
) -> None:
    MunicipalityEvent.objects.create(
        municipality=municipality, verb=verb, by=by, changes=changes, reason=reason.strip()
    )
