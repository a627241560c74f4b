"""Who may plan, show, submit and verify, and why not."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.enums import Role
from agreements.enums import (
    AgreementState,
    EvidenceState,
    Gate,
    ItemState,
    OrganizationKind,
)
from agreements.models import Agreement, Evidence, Member, Organization, Task, WorkItem
from agreements.rules.people import is_planner, works_for
from decide.common.permissions import Reason
from municipalities.models import Municipality


STARTED = (AgreementState.SIGNED, AgreementState.SUSPENDED)


def speaks_for(user: Any) -> list[Organization]:
    """The institutions that a person acts for today: by a role, or as a member.

    Observers read for nobody's account but their own organisation's.
    """
    if not user.is_authenticated:
        return []
    towns = {pk for role, pk in user.roles if role != Role.OBSERVER}
    mine = Q(town__in=towns) | Q(
        pk__in=Member.objects.current().filter(user=user).values("organization")
    )
    if is_planner(user):
        mine |= Q(kind=OrganizationKind.REGIONAL_GOVERNMENT)
    return list(Organization.objects.filter(mine).order_by("pk"))


def why_not_work_for(user: Any, item: WorkItem) -> Reason | None:
    """Only those who do a step say that it has begun and is done; planners may for anybody."""
    if is_planner(user) or item.party.organization in speaks_for(user):
        return None
    return Reason(_("Only the party that does this step says how far it is."))


def why_not_start(item: WorkItem, exception: str = "") -> Reason | None:
    if item.state not in (ItemState.PENDING, ItemState.RETURNED):
        return Reason(_("Only a step that is pending or was returned can begin."))
    if item.first_due_on is None:
        return Reason(_("First the work plan is approved: it gives the step its date."))
    if exception:
        return None
    if item.gate != Gate.AGREEMENT and item.agreement.state not in STARTED:
        return Reason(_("Milestones are cumulative: first the convenio is signed."))
    waits = item.depends_on.exclude(state__in=[ItemState.VERIFIED, ItemState.CANCELLED]).first()
    if waits:
        return Reason(_("It waits for «%(step)s».") % {"step": waits.name})
    return None


def why_not_submit(item: WorkItem) -> Reason | None:
    if item.state not in (ItemState.UNDERWAY, ItemState.RETURNED):
        return Reason(_("Only a step under way can be submitted."))
    there = item.evidence.filter(state__in=[EvidenceState.UPLOADED, EvidenceState.ACCEPTED]).count()
    if there < item.min_evidence:
        return Reason(
            _("It needs %(needed)d pieces of evidence, and there are %(there)d.")
            % {"needed": item.min_evidence, "there": there}
        )
    return None


def why_not_judge(user: Any, item: WorkItem) -> Reason | None:
    """Why somebody may not accept or return a step that was submitted."""
    if item.state != ItemState.SUBMITTED:
        return Reason(_("Only a step that was submitted is verified or returned."))
    return _why_not_a_judge(user, item.submitted_by_id, item.party.organization)


def why_not_verify(user: Any, item: WorkItem) -> Reason | None:
    if reason := why_not_judge(user, item):
        return reason
    accepted = item.evidence.filter(state=EvidenceState.ACCEPTED).count()
    if accepted < item.min_evidence:
        return Reason(
            _("%(needed)d pieces of its evidence have to be accepted first; %(there)d are.")
            % {"needed": item.min_evidence, "there": accepted}
        )
    return None


def why_not_look_at(user: Any, evidence: Evidence) -> Reason | None:
    """Why somebody may not say what a piece of evidence is worth."""
    if evidence.state not in (EvidenceState.UPLOADED, EvidenceState.ACCEPTED):
        return Reason(_("It was turned down or removed: another one takes its place."))
    if evidence.verifications.filter(by=user.pk).exists():
        return Reason(_("You have looked at it already."))
    responsible = (
        evidence.item.party.organization
        if evidence.item_id
        else Organization.objects.filter(town=evidence.municipality_id).first()
    )
    return _why_not_a_judge(user, evidence.added_by_id, responsible, evidence.municipality_id)


def _why_not_a_judge(
    user: Any, author: int | None, responsible: Organization | None, town: int | None = None
) -> Reason | None:
    if user.pk == author:
        return Reason(_("Whoever says that something is done does not verify it."))
    mine = speaks_for(user)
    if not mine:
        return Reason(_("Planners of the region and reviewers of organisations verify."))
    if responsible in mine or (town and any(one.town_id == town for one in mine)):
        return Reason(_("Somebody of another institution verifies it."))
    return None


def why_not_plan(user: Any, agreement: Agreement) -> Reason | None:
    if not is_planner(user):
        return Reason(_("The region's planners write the work plan."))
    if agreement.state in (
        AgreementState.TERMINATED,
        AgreementState.CLOSED,
        AgreementState.DENIED,
    ):
        return Reason(_("This convenio is over: its work plan stays as it is."))
    return None


def why_not_show(user: Any, municipality: Municipality) -> Reason | None:
    """Why somebody may not add evidence of a municipality."""
    if is_planner(user) or works_for(user, municipality):
        return None
    if any(one.town_id == municipality.pk for one in speaks_for(user)):
        return None
    return Reason(_("Only its own staff and the region's planners add evidence of a municipality."))


def why_not_answer(user: Any, task: Task) -> Reason | None:
    if is_planner(user) or works_for(user, task.municipality):
        return None
    return Reason(_("This task is another municipality's."))
