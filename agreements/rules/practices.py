"""Who may nominate and review a practice, what each step of its way needs, and why not."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.rules import has_role
from agreements.enums import CIVIL, OrganizationKind, PracticeState, TransferState
from agreements.models import Organization, Practice, PracticeReview, PracticeVersion, Transfer
from agreements.rules.people import organizations_of
from decide.common.permissions import Reason


NOMINATED, REVIEW, REVIEWED, VALIDATED, PUBLISHED, RETIRED = PracticeState
# From each state, those that may follow. A published one publishes its next version.
PIPELINE: dict[str, tuple[str, ...]] = {
    NOMINATED: (REVIEW, RETIRED),
    REVIEW: (REVIEWED, RETIRED),
    REVIEWED: (VALIDATED, REVIEW, RETIRED),
    VALIDATED: (PUBLISHED, REVIEW, RETIRED),
    PUBLISHED: (PUBLISHED, RETIRED),
    RETIRED: (),
}
T = TransferState
TRANSFER_MOVES: dict[str, tuple[str, ...]] = {
    T.INTEREST: (T.READINESS, T.ABANDONED),
    T.READINESS: (T.READINESS, T.PLAN, T.ABANDONED),
    T.PLAN: (T.PLAN, T.UNDERWAY, T.SUSPENDED, T.ABANDONED),
    T.UNDERWAY: (T.ACCEPTED, T.SUSPENDED, T.ABANDONED),
    T.ACCEPTED: (T.SUSPENDED, T.ABANDONED),
    T.SUSPENDED: (T.UNDERWAY, T.ABANDONED),
    T.ABANDONED: (),
}

rules.add_perm("agreements.work_on_transfers", has_role(Role.ADMINISTRATOR))


def proposers(practice: Practice) -> set[int]:
    """The organisations that speak for the practice, and so never review it."""
    return {practice.origin_id, practice.nominated_by_id}


def counting_reviews(version: PracticeVersion) -> list[PracticeReview]:
    """The reviews that may carry it: in favour, without a conflict of interest, of others."""
    found = version.reviews.filter(recommends=True, has_conflict=False)
    found = found.exclude(organization__in=proposers(version.practice))
    return list(found.select_related("organization"))


def why_not_validate(version: PracticeVersion) -> Reason | None:
    """Civil society and a university, at least one of each; governments alone are not enough."""
    kinds = {review.organization.kind for review in counting_reviews(version)}
    if not kinds & set(CIVIL):
        return Reason(_("No organisation of civil society has recommended it yet."))
    if OrganizationKind.UNIVERSITY not in kinds:
        return Reason(_("No university has recommended it yet."))
    return None


def sheet_gaps(version: PracticeVersion) -> list[str]:
    """What the replicability sheet lacks; without it nobody can judge whether it fits."""
    written = {
        _("its known limits"): version.limits.strip(),
        _("its risks"): version.risks.strip(),
        _("the staff it needs"): version.staff.strip(),
        _("the connectivity it needs"): version.connectivity.strip(),
        _("the law it rests on"): version.legal_basis.strip(),
        _("what it costs to begin"): version.setup_cost is not None,
        _("what it costs a year"): version.yearly_cost is not None,
        _("what a municipality needs"): version.requirements.exists(),
        _("its core components"): version.components.filter(is_core=True).exists(),
    }
    return [name for name, is_there in written.items() if not is_there]


def why_not_freeze(version: PracticeVersion) -> Reason | None:
    gaps = sheet_gaps(version)
    if not gaps:
        return None
    return Reason(_("Its replicability sheet lacks: %(what)s.") % {"what": ", ".join(gaps)})


def why_not_move(practice: Practice, to: str) -> Reason | None:
    """What keeps a practice from its next state, whoever asks."""
    if to not in PIPELINE[practice.state]:
        return Reason(
            _("From «%(before)s» a practice does not go to «%(after)s».")
            % {
                "before": practice.get_state_display(),
                "after": PracticeState(to).label,
            }
        )
    version = practice.latest
    if to == PUBLISHED and practice.state == PUBLISHED and version.frozen_at:
        return Reason(_("Its newest version is published already."))
    if to == REVIEWED and not version.reviews.exists():
        return Reason(_("Nobody has reviewed it yet."))
    if to in (VALIDATED, PUBLISHED) and (reason := why_not_validate(version)):
        return reason
    return why_not_freeze(version) if to == PUBLISHED else None


def why_not_offer(version: PracticeVersion) -> Reason | None:
    """Only what is validated, published and frozen is handed on (requirements R69, R79)."""
    if version.practice.state != PUBLISHED or not version.frozen_at:
        return Reason(_("Only a published version of a practice is offered for transfer."))
    return why_not_freeze(version)


def reviewers_for(user: Any, practice: Practice) -> list[Organization]:
    """For which organisations the person may review it; civil society and universities first."""
    found = [one for one in organizations_of(user) if one.pk not in proposers(practice)]
    carrying = (*CIVIL, OrganizationKind.UNIVERSITY)
    return sorted(found, key=lambda one: one.kind not in carrying)


def why_not_review(user: Any, practice: Practice) -> Reason | None:
    version = practice.latest
    draft_to_come = practice.state == PUBLISHED and not version.frozen_at
    if practice.state not in (REVIEW, REVIEWED) and not draft_to_come:
        return Reason(_("This practice is not under review now."))
    if not organizations_of(user):
        return Reason(
            _("Only people who speak for an organisation review practices. Ask the region for it.")
        )
    if not reviewers_for(user, practice):
        return Reason(_("Nobody reviews a practice of their own organisation."))
    if version.reviews.filter(by=user).exists():
        return Reason(_("You have reviewed this version already."))
    return None


def nominators_for(user: Any) -> list[Organization]:
    """For whom the person may nominate: their organisations and the municipalities they run."""
    if not user.is_authenticated:
        return []
    towns = [pk for role, pk in user.roles if role in (Role.ADMINISTRATOR, Role.PLANNER)]
    own = Organization.objects.filter(town__in=towns)
    return list({one.pk: one for one in [*organizations_of(user), *own]}.values())


def why_not_nominate(user: Any) -> Reason | None:
    if nominators_for(user):
        return None
    return Reason(_("People who speak for an organisation or a municipality nominate practices."))


def why_not_move_transfer(transfer: Transfer, to: str) -> Reason | None:
    if to in TRANSFER_MOVES[transfer.state]:
        return None
    return Reason(
        _("From «%(before)s» a transfer does not go to «%(after)s».")
        % {"before": transfer.get_state_display(), "after": TransferState(to).label}
    )


def readiness_gaps(transfer: Transfer) -> list[str]:
    """Requirements without an answer, and essential ones that are missing with nothing done."""
    answers = {one.requirement_id: one for one in transfer.readiness.all()}
    gaps = []
    for one in transfer.version.requirements.all():
        answer = answers.get(one.pk)
        if answer is None:
            gaps.append(_("Not answered yet: %(what)s") % {"what": one.text})
        elif one.is_essential and not answer.is_met and not answer.note.strip():
            gaps.append(_("Missing, and nothing is done about it: %(what)s") % {"what": one.text})
    return gaps
