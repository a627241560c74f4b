from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.enums import Role
from municipalities.rls import municipality_scope
from proposals.enums import ProposalState
from proposals.models import Proposal
from proposals.rules import (
    can_support,
    why_not_begin,
    why_not_edit,
    why_not_publish,
    why_not_retire,
    why_not_support,
    why_not_withdraw_support,
)
from tests.factories import (
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    RoleGrantFactory,
    SuspensionFactory,
    UserFactory,
)


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        yield municipality


def test_what_is_seen_in_lists_and_what_may_be_opened_agree(otuzco):
    author, hider = UserFactory(), UserFactory()
    target = ProposalFactory(municipality=otuzco, published=True)
    for state in ProposalState:
        traits = {"published": True} if state != ProposalState.DRAFT else {}
        ends = {"merged_into": target} if state == ProposalState.MERGED else {}
        reason = {"close_reason": "x"} if state == ProposalState.RETIRED else {}
        for who in (author, UserFactory()):
            ProposalFactory(
                municipality=otuzco, author=who, **traits, state=state, **ends, **reason
            )
    for who in (author, UserFactory()):
        ProposalFactory(
            municipality=otuzco,
            author=who,
            published=True,
            hidden_at=timezone.now(),
            hidden_by=hider,
            hidden_reason="x",
        )
    people = [author, UserFactory(), AnonymousUser()]
    people += [RoleGrantFactory(municipality=otuzco, role=role).user for role in Role]

    for person in people:
        allowed = {
            p for p in Proposal.objects.all() if person.has_perm("proposals.view_proposal", p)
        }
        assert set(Proposal.objects.visible_to(person)) == allowed


def test_everything_refused_has_words_and_everybody_else_may(otuzco):
    resident = ResidentFactory(district=otuzco.place).user
    proposal = ProposalFactory(municipality=otuzco, published=True)
    mine = ProposalFactory(municipality=otuzco, author=resident)

    assert can_support(resident, proposal)
    assert why_not_begin(resident, otuzco) is None
    assert why_not_publish(resident, mine) is None
    assert why_not_edit(resident, mine) is None
    for reason in (
        why_not_support(AnonymousUser(), proposal),
        why_not_support(UserFactory(), proposal),
        why_not_support(resident, mine),
        why_not_publish(resident, proposal),
        why_not_edit(resident, proposal),
        why_not_retire(resident, mine),
    ):
        assert str(reason.text)


@pytest.mark.parametrize("change", [{"state": "paused"}, {"modules": []}])
def test_a_closed_space_takes_nothing_and_says_so(otuzco, change):
    for name, value in change.items():
        setattr(otuzco, name, value)
    otuzco.save()
    resident = ResidentFactory(district=otuzco.place).user
    proposal = ProposalFactory(municipality=otuzco, author=resident, published=True)

    assert why_not_support(resident, proposal).url == otuzco.get_absolute_url()
    assert why_not_begin(resident, otuzco).url == otuzco.get_absolute_url()


@pytest.mark.parametrize(
    "state", ["evaluation", "answered", "in_progress", "done", "archived", "threshold"]
)
def test_the_reason_says_where_the_proposal_stands(otuzco, state):
    resident = ResidentFactory(district=otuzco.place).user
    proposal = ProposalFactory(
        municipality=otuzco, author=resident, published=True, state=state, reached_at=timezone.now()
    )

    assert (why_not_support(resident, proposal) is None) == (state == "threshold")
    assert why_not_withdraw_support(resident, proposal) is not None
    assert (why_not_edit(resident, proposal) is None) == (state == "threshold")


def test_nobody_keeps_more_than_twenty_drafts(otuzco):
    person = UserFactory()
    ProposalFactory.create_batch(20, municipality=otuzco, author=person)

    assert "20" in str(why_not_begin(person, otuzco))


def test_the_day_after_its_term_everything_is_closed(otuzco):
    resident = ResidentFactory(district=otuzco.place).user
    today = timezone.localdate()
    last_day = ProposalFactory(
        municipality=otuzco, author=resident, published=True, closes_on=today
    )
    expired = ProposalFactory(
        municipality=otuzco, author=resident, published=True, closes_on=today - timedelta(days=1)
    )

    assert can_support(resident, last_day)
    for rule in (why_not_support, why_not_edit, why_not_retire, why_not_withdraw_support):
        assert rule(resident, expired) is not None


def test_who_is_suspended_learns_it_before_writing_a_new_one(otuzco):
    person = UserFactory()
    suspension = SuspensionFactory(municipality=otuzco, user=person)

    assert suspension.reason in str(why_not_begin(person, otuzco))
