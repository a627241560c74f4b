"""Who follows citizens' initiatives for the municipality, and who reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.utils.translation import gettext_lazy as _

from decide.common.permissions import Reason
from norms.enums import InitiativeState
from norms.rules.norms import works_on_norms


if TYPE_CHECKING:
    from norms.models import Initiative


# What the next papers may say, by what the last ones said. From the presentation it may fall
# back: some signatures were struck out, and the promoters complete them (Ley 26300, art. 10).
MOVES = {
    InitiativeState.GATHERING: (InitiativeState.PRESENTED, InitiativeState.LAPSED),
    InitiativeState.PRESENTED: (
        InitiativeState.VERIFIED,
        InitiativeState.GATHERING,
        InitiativeState.LAPSED,
    ),
    InitiativeState.VERIFIED: (InitiativeState.DECIDED,),
    InitiativeState.DECIDED: (),
    InitiativeState.LAPSED: (),
}


@rules.predicate
def is_public(user: Any, initiative: Initiative) -> bool:
    return initiative.is_public


rules.add_perm("norms.view_initiative", is_public | works_on_norms)
rules.add_perm("norms.follow_initiatives", works_on_norms)
rules.add_perm("norms.draft_from_proposal", works_on_norms)


def why_not_move(initiative: Initiative, state: str) -> Reason | None:
    """What keeps it from being noted in this state now."""
    if not initiative.is_public:
        return Reason(_("Publish it first."))
    if state not in MOVES[InitiativeState(initiative.state)]:
        return Reason(
            _("It is «%(state)s»: that cannot come next.")
            % {"state": initiative.get_state_display()}
        )
    return None


def why_not_revise(initiative: Initiative) -> Reason | None:
    """What has ended stays as it was told."""
    if initiative.has_ended:
        return Reason(_("It has ended: what is said of it does not change any more."))
    return None
