"""Who may do what with a proposal, and for what citizens do, why not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import rules
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.rules import has_role, is_evaluator, is_moderator, why_not_take_part, why_suspended
from decide.common.permissions import Reason
from decide.common.words import day
from municipalities.enums import Module
from proposals.enums import (
    MERGEABLE_STATES,
    WAYS,
    MilestoneState,
    ProposalState,
    Step,
    Verdict,
    VoteVerdict,
)
from proposals.models import AWAITING_ANSWER, Proposal, VoteRequest


if TYPE_CHECKING:
    from municipalities.models import Municipality

DRAFTS_EACH = 20
ASK_AGAIN_AFTER = timedelta(days=180)
CAN_ASK_FOR_VOTE = {ProposalState.THRESHOLD, ProposalState.EVALUATION, ProposalState.ANSWERED}
EDITABLE = {ProposalState.DRAFT, ProposalState.GATHERING, ProposalState.THRESHOLD}


@rules.predicate
def is_author(user: Any, proposal: Proposal) -> bool:
    return user.is_authenticated and proposal.author_id == user.pk


@rules.predicate
def is_published(user: Any, proposal: Proposal) -> bool:
    return not proposal.is_draft


@rules.predicate
def is_shown(user: Any, proposal: Proposal) -> bool:
    return not proposal.is_draft and not proposal.is_hidden


rules.add_perm("proposals.view_proposal", is_shown | is_author | (is_published & is_moderator))


def why_not_propose(user: Any, municipality: Municipality) -> Reason | None:
    """Writing needs an account and a space that takes proposals; publishing needs more."""
    if reason := _closed_space(municipality):
        return reason
    if not user.is_authenticated:
        return Reason(_("Sign in to write a proposal."), reverse("account_login"), _("Sign in"))
    return None


def why_not_begin(user: Any, municipality: Municipality) -> Reason | None:
    """Another draft, besides those the person has."""
    if reason := why_not_propose(user, municipality) or why_suspended(user, municipality):
        return reason
    drafts = Proposal.objects.for_municipality(municipality).of(user).drafts()
    if drafts.count() >= DRAFTS_EACH:
        return Reason(
            _("You have %(count)d drafts here. Finish or delete one before you begin another.")
            % {"count": DRAFTS_EACH},
            reverse("proposals:mine", args=[municipality.slug]),
            _("See my drafts"),
        )
    return None


def why_not_publish(user: Any, proposal: Proposal) -> Reason | None:
    if not is_author(user, proposal):
        return Reason(_("Only who wrote a proposal publishes it."))
    if not proposal.is_draft:
        return Reason(_("It is published already."), proposal.get_absolute_url(), _("See it"))
    return _closed_space(proposal.municipality) or why_not_take_part(user, proposal.municipality)


def why_not_edit(user: Any, proposal: Proposal) -> Reason | None:
    """Its author alone changes a text; once people support it, with a history all can read."""
    if not is_author(user, proposal):
        return Reason(_("Only who wrote a proposal changes its text."))
    if proposal.is_hidden:
        return Reason(_("Moderation has hidden this proposal. Its text cannot change meanwhile."))
    if not proposal.is_draft and (reason := why_suspended(user, proposal.municipality)):
        return reason
    if proposal.shown_state not in EDITABLE:
        return Reason(
            _("Its text cannot change any more: the proposal is «%(state)s».")
            % {"state": proposal.shown_state.label}
        )
    return None


def why_not_retire(user: Any, proposal: Proposal) -> Reason | None:
    if not is_author(user, proposal):
        return Reason(_("Only who wrote a proposal withdraws it."))
    if proposal.shown_state not in EDITABLE - {ProposalState.DRAFT}:
        return Reason(
            _("It cannot be withdrawn any more: the proposal is «%(state)s».")
            % {"state": proposal.shown_state.label}
        )
    return None


def why_not_delete_draft(user: Any, proposal: Proposal) -> Reason | None:
    if not is_author(user, proposal) or not proposal.is_draft:
        return Reason(_("Only drafts can be deleted, and only by who wrote them."))
    return None


def why_not_support(user: Any, proposal: Proposal) -> Reason | None:
    """One verified resident, one support, while the proposal gathers them."""
    return (
        _closed_space(proposal.municipality)
        or _not_gathering(proposal)
        or why_not_take_part(user, proposal.municipality)
    )


def why_not_withdraw_support(user: Any, proposal: Proposal) -> Reason | None:
    """A support may be taken back until the threshold is reached."""
    if proposal.state == ProposalState.THRESHOLD:
        return Reason(
            _("The proposal has reached its threshold, so supports can no longer be taken back.")
        )
    if reason := _not_gathering(proposal):
        return reason
    if user.is_authenticated and user.proof:  # also of somebody who has moved away since
        return None
    return why_not_take_part(user, proposal.municipality)


def why_not_request_vote(user: Any, proposal: Proposal) -> Reason | None:
    """Its author may ask the municipality to put to the vote what has its supports."""
    municipality = proposal.municipality
    if reason := _closed_space(municipality):
        return reason
    if not is_author(user, proposal):
        return Reason(_("Only who wrote a proposal asks for a vote on it."))
    return why_not_ask_now(proposal) or why_not_take_part(user, municipality)


def why_not_ask_now(proposal: Proposal) -> Reason | None:
    """What keeps anybody from asking for a vote on it at this moment."""
    if not proposal.municipality.has_module(Module.VOTES):
        return Reason(_("This municipality does not hold votes now."))
    if proposal.is_hidden:
        return Reason(_("Moderation has hidden this proposal."))
    if proposal.state == ProposalState.GATHERING:
        return Reason(_("Once it has its supports, you can ask for a vote on it."))
    if proposal.state not in CAN_ASK_FOR_VOTE:
        return Reason(
            _("No vote on it can be asked for: the proposal is «%(state)s».") % stands(proposal)
        )
    return _why_not_ask_again(proposal.vote_requests.select_related("poll").first())


def _why_not_ask_again(last: VoteRequest | None) -> Reason | None:
    """One request at a time; after a no, another once some time has passed."""
    if last is None:
        return None
    if last.is_open:
        return Reason(
            _("A vote on it has been asked for. The municipality answers until %(day)s.")
            % {"day": day(last.due_on)}
        )
    if last.verdict == VoteVerdict.ACCEPTED:
        return None if last.poll.cancelled_at else Reason(_("It is being put to the vote."))
    again = timezone.localdate(last.answered_at) + ASK_AGAIN_AFTER
    if again > timezone.localdate():
        return Reason(
            _("The municipality has declined. You can ask again from %(day)s.")
            % {"day": day(again)}
        )
    return None


def _closed_space(municipality: Municipality) -> Reason | None:
    home = municipality.get_absolute_url()
    if not municipality.is_open:
        return Reason(
            _("This municipality's space is not open now."), home, _("See what is planned")
        )
    if not municipality.has_module(Module.PROPOSALS):
        return Reason(_("This municipality does not take proposals now."), home, _("See its space"))
    return None


def _not_gathering(proposal: Proposal) -> Reason | None:
    if proposal.is_hidden:
        return Reason(_("Moderation has hidden this proposal."))
    if proposal.is_draft:
        return Reason(_("It is still a draft."))
    if proposal.is_gathering:
        return None
    if proposal.merged_into_id:
        return Reason(
            _("It was joined to another proposal, which takes the supports."),
            proposal.merged_into.get_absolute_url(),
            _("See that proposal"),
        )
    if proposal.closes_on < timezone.localdate() and proposal.reached_at is None:
        return Reason(
            _("It stopped gathering supports on %(day)s.") % {"day": day(proposal.closes_on)}
        )
    return Reason(
        _("It takes no more supports: the proposal is «%(state)s».")
        % {"state": proposal.shown_state.label}
    )


def can_support(user: Any, proposal: Proposal) -> bool:
    return why_not_support(user, proposal) is None


# --- What staff of the municipality may do


is_desk_staff = has_role(Role.ADMINISTRATOR, Role.MODERATOR, Role.EVALUATOR)

rules.add_perm("proposals.work_at_desk", is_desk_staff)
rules.add_perm("proposals.evaluate_proposal", is_evaluator)
rules.add_perm("proposals.write_answer_templates", is_evaluator)
# Nobody decides about what they wrote themselves.
rules.add_perm("proposals.moderate_proposal", is_moderator & ~is_author)
rules.add_perm("proposals.merge_proposal", is_moderator & ~is_author)


def why_not_step(proposal: Proposal, step: str) -> Reason | None:
    """What keeps staff from taking a step now; the law of the ways is in enums.WAYS."""
    before, after = WAYS[step]
    if proposal.state == after:
        return Reason(_("This has been done already: it is «%(state)s».") % stands(proposal))
    if proposal.state not in before:
        return Reason(_("That is not possible now: it is «%(state)s».") % stands(proposal))
    if proposal.is_hidden:
        return Reason(_("It is hidden by moderation. Show it again first."))
    if step == Step.PUBLISH_ANSWER and not hasattr(proposal, "answer"):
        return Reason(_("There is no answer yet. Write it first."))
    if step == Step.START_WORK and not is_accepted(proposal):
        return Reason(_("Only what was accepted can be carried out."))
    if step == Step.FINISH and proposal.milestones.filter(state=MilestoneState.PLANNED).exists():
        return Reason(_("There are milestones that are not done yet. Finish or remove them first."))
    return None


def why_not_write_answer(proposal: Proposal) -> Reason | None:
    if proposal.state not in AWAITING_ANSWER:
        return Reason(_("That is not possible now: it is «%(state)s».") % stands(proposal))
    return None


def why_not_set_milestones(proposal: Proposal) -> Reason | None:
    if proposal.is_hidden:
        return Reason(_("It is hidden by moderation. Show it again first."))
    if proposal.state not in (ProposalState.ANSWERED, ProposalState.IN_PROGRESS):
        return Reason(_("That is not possible now: it is «%(state)s».") % stands(proposal))
    if not is_accepted(proposal):
        return Reason(_("Only what was accepted can be carried out."))
    return None


def why_not_merge(source: Proposal, target: Proposal) -> Reason | None:
    """What keeps one proposal from being joined to another."""
    if source.pk == target.pk:
        return Reason(_("A proposal cannot be joined to itself."))
    if source.municipality_id != target.municipality_id:
        return Reason(_("There is no such proposal here."))
    if source.is_hidden or target.is_hidden:
        return Reason(_("What is hidden by moderation cannot be joined. Show it again first."))
    if source.state == ProposalState.MERGED:
        return Reason(_("«%(title)s» is already joined to another.") % {"title": source})
    if target.state == ProposalState.MERGED:
        return Reason(
            _("«%(title)s» is itself joined to another. Choose that one.") % {"title": target}
        )
    for proposal in (source, target):
        if proposal.shown_state not in MERGEABLE_STATES:
            return Reason(
                _("«%(title)s» can no longer be joined: it is «%(state)s».")
                % {"title": proposal, **stands(proposal)}
            )
    if source.state in AWAITING_ANSWER and target.state not in AWAITING_ANSWER:
        return Reason(
            _(
                "«%(title)s» has reached its threshold and is owed an answer. "
                "Join the other one to it instead."
            )
            % {"title": source}
        )
    if source.vote_requests.open().exists():
        return Reason(
            _("A vote on «%(title)s» has been asked for. Answer that first.") % {"title": source}
        )
    return None


def is_accepted(proposal: Proposal) -> bool:
    answer = getattr(proposal, "answer", None)
    return bool(answer and answer.published_at and answer.verdict != Verdict.NOT_ACCEPTED)


def stands(proposal: Proposal) -> dict[str, str]:
    return {"state": proposal.shown_state.label}
