"""Who may do what with a work, and for what residents do, why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext_lazy as _, ngettext

from accounts.enums import Role
from accounts.rules import has_role, why_not_take_part, why_suspended
from budgets import ballots
from budgets.enums import StepKind, WorkState
from budgets.models import Heading, SupportedHeading, Work
from budgets.rules import runs_budgets, why_closed, why_not_now
from decide.common.permissions import Reason
from municipalities.models import Place
from proposals.enums import MERGEABLE_STATES, ProposalState, Verdict
from votes.enums import Phase


if TYPE_CHECKING:
    from accounts.models import Resident
    from budgets.models import Budget, Group
    from proposals.models import Proposal

DRAFTS_EACH = 10
EDITABLE = {WorkState.DRAFT, WorkState.PUBLISHED}
WITHDRAWABLE = {WorkState.PUBLISHED, WorkState.EVALUATION, WorkState.FEASIBLE}
# Of a proposal that still lives: what was withdrawn, archived, joined or done is not brought in.
BRINGABLE = {*MERGEABLE_STATES, ProposalState.ANSWERED, ProposalState.IN_PROGRESS}


@rules.predicate
def is_author(user: Any, work: Work) -> bool:
    return user.is_authenticated and work.author_id == user.pk


@rules.predicate
def is_published(user: Any, work: Work) -> bool:
    return not work.is_draft


@rules.predicate
def is_shown(user: Any, work: Work) -> bool:
    return not work.is_draft and not work.is_hidden


sees_what_is_hidden = has_role(Role.ADMINISTRATOR, Role.MODERATOR, Role.EVALUATOR)

rules.add_perm("budgets.view_work", is_shown | is_author | (is_published & sees_what_is_hidden))
# Of a work on the ballot: nobody takes away what they put forward themselves in the office's name.
rules.add_perm("budgets.take_off_the_ballot", runs_budgets & ~is_author)


def why_not_put_forward(user: Any, budget: Budget) -> Reason | None:
    """Writing needs an account and a budget that collects works; publishing needs more."""
    if reason := why_closed(budget.municipality) or why_not_now(budget, StepKind.WORKS):
        return reason
    if not user.is_authenticated:
        return Reason(_("Sign in to put forward a work."), reverse("account_login"), _("Sign in"))
    return None


def why_not_begin(user: Any, budget: Budget) -> Reason | None:
    """Another draft, besides those the person has."""
    municipality = budget.municipality
    if reason := why_not_put_forward(user, budget) or why_suspended(user, municipality):
        return reason
    if budget.works.of(user).drafts().count() >= DRAFTS_EACH:
        return Reason(
            _("You have %(count)d drafts here. Finish or delete one before you begin another.")
            % {"count": DRAFTS_EACH},
            reverse("budgets:my_works", args=[municipality.slug]),
            _("See my drafts"),
        )
    return None


def why_not_publish(user: Any, work: Work) -> Reason | None:
    if not is_author(user, work):
        return Reason(_("Only who wrote a work publishes it."))
    if not work.is_draft:
        return Reason(_("It is published already."), work.get_absolute_url(), _("See it"))
    reason = why_not_put_forward(user, work.budget)
    return reason or why_not_take_part(user, work.municipality)


def why_not_edit(user: Any, work: Work) -> Reason | None:
    """Its author alone changes the words, until it is evaluated; what they said before stays."""
    if not is_author(user, work):
        return Reason(_("Only who put forward a work changes its text."))
    if work.is_hidden:
        return Reason(_("Moderation has hidden this work. Its text cannot change meanwhile."))
    if work.is_draft:
        return why_not_put_forward(user, work.budget)
    if reason := why_suspended(user, work.municipality) or _over(work):
        return reason
    if work.state not in EDITABLE:
        return Reason(_("Its text cannot change any more: it is «%(state)s».") % _stands(work))
    return None


def why_not_withdraw(user: Any, work: Work) -> Reason | None:
    if not is_author(user, work):
        return Reason(_("Only who put forward a work withdraws it."))
    if reason := _over(work):
        return reason
    if work.state not in WITHDRAWABLE:
        return Reason(_("It cannot be withdrawn any more: it is «%(state)s».") % _stands(work))
    return None


def why_not_delete_draft(user: Any, work: Work) -> Reason | None:
    if not is_author(user, work) or not work.is_draft:
        return Reason(_("Only drafts can be deleted, and only by who wrote them."))
    return None


def why_not_take_off_the_ballot(work: Work) -> Reason | None:
    if work.state != WorkState.ON_BALLOT:
        return Reason(_("It is not put to the vote: it is «%(state)s».") % _stands(work))
    vote = ballots.current(work.budget, ballots.purpose_of(work.budget))
    if vote and vote.poll.phase in (Phase.COUNTING, Phase.RESULTS):
        return Reason(_("The vote is closed: what people have voted on stays."))
    return None


def why_not_bring(user: Any, proposal: Proposal, budget: Budget) -> Reason | None:
    """Its author brings in a proposal that has its supports; staff any that still lives."""
    if reason := why_not_put_forward(user, budget):
        return reason
    is_staff = user.has_perm("budgets.run_budget", budget.municipality)
    is_own = proposal.author_id == user.pk
    if not is_staff and not is_own:
        return Reason(
            _("Only its author or the municipality brings a proposal into a budget."),
            proposal.get_absolute_url(),
            _("See the proposal"),
        )
    if proposal.is_hidden or proposal.shown_state not in BRINGABLE or _was_refused(proposal):
        return Reason(
            _("This proposal cannot be brought in: it is «%(state)s».")
            % {"state": proposal.shown_state.label},
            proposal.get_absolute_url(),
            _("See the proposal"),
        )
    if work := budget.works.filter(proposal=proposal).first():
        work.municipality = budget.municipality
        return Reason(
            _("This proposal is in this budget already."), work.get_absolute_url(), _("See it")
        )
    if is_staff:
        return None
    if proposal.reached_at is None:
        write = reverse("budgets:write_work", args=[budget.municipality.slug, budget.pk])
        return Reason(
            ngettext(
                "A proposal is brought in once it has its supports: one is missing. You can write"
                " the work at once and gather supports for it.",
                "A proposal is brought in once it has its supports: %(count)d are missing. You can"
                " write the work at once and gather supports for it.",
                proposal.missing_supports,
            )
            % {"count": proposal.missing_supports},
            f"{write}?desde={proposal.thread_id}",
            _("Write the work"),
        )
    return why_not_take_part(user, budget.municipality)


# --- Supports


def why_not_support(user: Any, work: Work) -> Reason | None:
    """One resident, one support, in the headings open to them and as many as the group allows."""
    return (
        why_closed(work.municipality)
        or _takes_none(work)
        or why_not_now(work.budget, StepKind.SUPPORTS)
        or why_not_take_part(user, work.municipality)
        or why_not_in(user.proof, work.heading)
    )


def why_not_take_back(user: Any, work: Work) -> Reason | None:
    """A support may be taken back as long as supports are given."""
    if work.state != WorkState.PUBLISHED:
        return Reason(_("Supports count as they were given: it is «%(state)s».") % _stands(work))
    if reason := why_not_now(work.budget, StepKind.SUPPORTS):
        return reason
    if user.is_authenticated and user.proof:  # also of somebody who has moved away since
        return None
    return why_not_take_part(user, work.municipality)


def why_not_in(resident: Resident, heading: Heading) -> Reason | None:
    """Whether the heading is one of this resident's, and whether they have a place left for it."""
    group = heading.group
    slug, budget = heading.municipality.slug, group.budget_id
    if heading.districts and resident.district_id not in heading.districts:
        return Reason(
            _("The money of «%(heading)s» is for %(districts)s; only who lives there decides.")
            % {"heading": heading, "districts": _names(heading.districts)},
            f"{reverse('budgets:works', args=[slug, budget])}?puedo=si",
            _("See the works you can support"),
        )
    held = held_headings(resident, group)
    if heading in held or len(held) < group.headings_each:
        return None
    return Reason(
        ngettext(
            "In «%(group)s» each person supports works of one heading, and you do so in %(held)s."
            " Take those back first, if you would rather support works here.",
            "In «%(group)s» each person supports works of %(most)d headings, and you do so in"
            " %(held)s. Take those of one back first, if you would rather support works here.",
            group.headings_each,
        )
        % {"group": group, "most": group.headings_each, "held": _listed(map(str, held))},
        reverse("budgets:my_works", args=[slug]),
        _("See what you support"),
    )


def held_headings(resident: Resident, group: Group) -> list[Heading]:
    """The headings of a group in which somebody supports works now."""
    held = SupportedHeading.objects.filter(resident=resident, group=group).holding()
    return [place.heading for place in held.select_related("heading").order_by("slot")]


def can_support(user: Any, work: Work) -> bool:
    return why_not_support(user, work) is None


def _takes_none(work: Work) -> Reason | None:
    if work.is_hidden:
        return Reason(_("Moderation has hidden this work."))
    if work.is_draft:
        return Reason(_("It is still a draft."))
    if work.state != WorkState.PUBLISHED:
        return Reason(_("It takes no more supports: it is «%(state)s».") % _stands(work))
    return None


def _over(work: Work) -> Reason | None:
    if work.budget.is_cancelled:
        return Reason(_("This budget was called off."), work.budget.get_absolute_url())
    return None


def _was_refused(proposal: Proposal) -> bool:
    answer = getattr(proposal, "answer", None)
    return bool(answer and answer.published_at and answer.verdict == Verdict.NOT_ACCEPTED)


def _names(districts: list[str]) -> str:
    places = Place.objects.filter(pk__in=districts).order_by("name")
    return _listed(place.name for place in places)


def _listed(names: Any) -> str:
    return get_text_list(list(names), _("and"))


def _stands(work: Work) -> dict[str, str]:
    return {"state": work.shown_state.label}
