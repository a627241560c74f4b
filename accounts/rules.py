"""Predicates about people, which the rooms above combine in their own rules.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from decide.common.permissions import Reason
from decide.common.words import moment


if TYPE_CHECKING:
    from municipalities.models import Municipality


def has_role(*roles: str) -> rules.Predicate:
    """Whether the person has one of the roles in the municipality of the object."""

    @rules.predicate(f"has_role:{'|'.join(roles)}")
    def predicate(user: Any, obj: Any) -> bool:
        if not user.is_authenticated or obj is None:
            return False
        pk = getattr(obj, "municipality_id", None) or obj.pk
        return any((role, pk) in user.roles for role in roles)

    return predicate


is_administrator = has_role(Role.ADMINISTRATOR)
is_moderator = has_role(Role.ADMINISTRATOR, Role.MODERATOR)
is_desk_officer = has_role(Role.ADMINISTRATOR, Role.DESK_OFFICER)
is_evaluator = has_role(Role.ADMINISTRATOR, Role.EVALUATOR)


rules.add_perm("accounts.work_at_desk", is_desk_officer)
rules.add_perm("accounts.withdraw_residence", is_administrator)
rules.add_perm("accounts.release_votes", is_administrator)
rules.add_perm("municipalities.manage_padron", is_administrator)


def why_suspended(user: Any, municipality: Municipality) -> Reason | None:
    """Somebody whom moderation has suspended here learns by whom, why and until when."""
    if not user.is_authenticated:
        return None
    suspension = user.suspensions.get(municipality.pk)
    if suspension is None:
        return None
    return Reason(
        _(
            "%(who)s, moderator of %(place)s, has suspended you here until %(day)s. Reason: %(reason)s"
        )
        % {
            "who": suspension.by.public_name,
            "place": municipality,
            "day": moment(suspension.ends_at),
            "reason": suspension.reason,
        }
    )


def why_withdrawn(user: Any) -> Reason | None:
    """Somebody whose proof of residence was taken back learns by which place, why, and what to do."""
    if not user.is_authenticated or (resident := user.withdrawn_proof) is None:
        return None
    return Reason(
        _(
            "On %(day)s %(place)s withdrew the proof that you live in %(district)s. Reason:"
            " %(why)s If that is wrong, go to the desk of your municipality with your document"
            " and prove it again."
        )
        % {
            "day": moment(resident.withdrawn_at),
            "place": resident.withdrawn_in,
            "district": resident.district,
            "why": resident.withdrawn_why,
        },
        reverse("accounts:residence"),
        _("See how to prove it again"),
    )


def why_not_take_part(user: Any, municipality: Municipality) -> Reason | None:
    """What keeps this person from taking part as a resident here, and the way on."""
    if not municipality.is_open:
        return Reason(
            _("This municipality's space is not open yet."), municipality.get_absolute_url()
        )
    if not user.is_authenticated:
        return Reason(_("Sign in to take part."), reverse("account_login"), _("Sign in"))
    if reason := why_suspended(user, municipality):
        return reason
    if reason := why_withdrawn(user):
        return reason
    if user.proof is None:
        return Reason(
            _("Prove where you live, once, to take part."),
            reverse("accounts:residence"),
            _("Prove residence"),
        )
    if not user.lives_in(municipality):
        return Reason(_("Only residents of %(place)s take part here.") % {"place": municipality})
    return None
