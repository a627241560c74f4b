"""A municipality's space in minutes: what a practice's preset switches on, says and opens (R14)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.enums import KitKind
from agreements.models import PracticeVersion
from agreements.rules.practices import why_not_offer
from decide.common.permissions import Reason, Refusal
from municipalities import actions
from municipalities.enums import MunicipalityState
from municipalities.models import Municipality


class CannotUsePreset(Refusal):
    """The space cannot be made from this; the reason says what is missing."""


@transaction.atomic
def use_preset(
    municipality: Municipality,
    version: PracticeVersion,
    *,
    by: Any,
    contact_email: str = "",
    contact_office: str = "",
    welcome: str = "",
) -> Municipality:
    """Switch its ways of taking part on, say welcome and open; what is there already stays.

    Doing it twice changes nothing the second time.
    """
    if why_not := why_not_offer(version):
        raise CannotUsePreset(why_not)
    if not version.modules:
        raise CannotUsePreset(Reason(_("This practice has no preset of a space.")))
    reason = _("From the preset of «%(practice)s».") % {"practice": version}
    try:
        modules = [*municipality.modules, *version.modules]
        municipality = actions.set_modules(municipality, modules, by=by)
        texts = {
            "welcome": municipality.welcome or welcome or _welcome_of(version),
            "contact_email": municipality.contact_email or contact_email,
            "contact_office": municipality.contact_office or contact_office,
        }
        municipality = actions.change_settings(municipality, by=by, **texts)
        if municipality.state == MunicipalityState.INVITED:
            municipality = actions.prepare(municipality, by=by, reason=reason)
        if not municipality.is_open:
            municipality = actions.open_space(municipality, by=by, reason=reason)
    except actions.CannotChange as error:
        raise CannotUsePreset(Reason(str(error))) from error
    return municipality


def _welcome_of(version: PracticeVersion) -> str:
    preset = version.kit.filter(kind=KitKind.PRESET).first()
    return preset.text.strip()[:600] if preset else ""
