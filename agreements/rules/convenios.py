"""Convenios: who may read, move and change which, and for whom somebody speaks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from agreements.enums import AgreementState
from agreements.models import Agreement, Member, Party
from agreements.rules.people import is_observer, is_planner
from agreements.states import MOVES, Part, Who, may_edit
from decide.common.permissions import Reason


def who_is(user: Any, agreement: Agreement) -> Who | None:
    """Who somebody is for this convenio; None for the public."""
    if is_planner(user):
        return Who.PLANNER
    if user.is_authenticated and any(
        (Role.ADMINISTRATOR, town) in user.roles for town in agreement.towns
    ):
        return Who.STAFF
    return Who.OBSERVER if is_observer(user) else None


def sees(user: Any, agreement: Agreement) -> bool:
    """What is published everybody sees; the rest its parties, planners and observers."""
    return agreement.published_at is not None or who_is(user, agreement) is not None


def why_not_move(user: Any, agreement: Agreement, verb: str) -> Reason | None:
    move = MOVES[verb]
    if who_is(user, agreement) not in move.who:
        return Reason(_("Only the region's planners do this."))
    if agreement.state not in move.before:
        return Reason(
            _("It is «%(state)s»: this is not its next step.")
            % {"state": AgreementState(agreement.state).label}
        )
    return None


def why_not_edit(user: Any, agreement: Agreement, part: Part) -> Reason | None:
    """The matrix of agreements/states.py, asked for one person."""
    who = who_is(user, agreement)
    if may_edit(part, who, agreement.state):
        return None
    if may_edit(part, Who.PLANNER, agreement.state) or who is None:
        return Reason(_("This is not yours to change."))
    if part == Part.CONTENTS and agreement.state in MOVES["suspend"].before | {"suspended"}:
        return Reason(_("What was signed changes by an addendum."))
    return Reason(
        _("It is «%(state)s»: this does not change any more.")
        % {"state": AgreementState(agreement.state).label}
    )


def speaks_for(user: Any, party: Party) -> bool:
    """Whether somebody reports for a party: staff of its municipality, or one of its members."""
    if not user.is_authenticated:
        return False
    town = party.organization.town_id
    if town and (Role.ADMINISTRATOR, town) in user.roles:
        return True
    return Member.objects.current().filter(user=user, organization=party.organization_id).exists()
