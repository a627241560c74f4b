"""Joining duplicates and parting them again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from municipalities.rls import municipality_scope, scoped_transaction
from participation.enums import ModerationRule
from participation.models import Follow, Intervention, Notice
from proposals.actions import citizen, merges, moderation, staff
from proposals.enums import ProposalState
from proposals.models import Merge, Proposal, Support
from proposals.timeline import story_of
from tests.factories import (
    DistrictFactory,
    FollowFactory,
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    SupportFactory,
    UserFactory,
)


WHY = "Both ask for the same bridge."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def moderator():
    return UserFactory()


@pytest.fixture
def source(otuzco):
    return ProposalFactory(municipality=otuzco, published=True, title="A bridge")


@pytest.fixture
def target(otuzco):
    return ProposalFactory(municipality=otuzco, published=True, title="The bridge")


def supporters(proposal):
    return set(proposal.supports.values_list("resident", flat=True))


def state(proposal):
    proposal.refresh_from_db()
    return (
        proposal.state,
        proposal.merged_into_id,
        proposal.support_count,
        proposal.reached_at,
        proposal.answer_due_on,
        supporters(proposal),
        set(proposal.thread.follows.values_list("user", flat=True)),
    )


def owing(proposal, days):
    proposal.state = ProposalState.THRESHOLD
    proposal.reached_at = timezone.now() - timedelta(days=1)
    proposal.answer_due_on = timezone.localdate() + timedelta(days=days)
    proposal.save()


def test_who_supported_both_counts_once(source, target, moderator):
    both = SupportFactory(proposal=source).resident
    SupportFactory(proposal=target, resident=both)
    only = SupportFactory(proposal=source).resident

    merges.merge(source, target, by=moderator, reason=WHY)

    target.refresh_from_db()
    assert supporters(target) == {both.pk, only.pk}
    assert target.support_count == 2
    assert Intervention.objects.count() == 0


def test_both_stay_and_tell_the_same_story(source, target, moderator):
    SupportFactory(proposal=source)

    merges.merge(source, target, by=moderator, reason=WHY)

    source.refresh_from_db()
    assert (source.state, source.merged_into) == (ProposalState.MERGED, target)
    there, here = source.thread.events.get(), target.thread.events.get()
    assert (there.verb, there.is_public, there.text) == ("merged_into", True, WHY)
    assert (here.verb, here.data["united"], here.text) == ("merged_from", 1, WHY)
    assert there.data["path"] == target.get_absolute_url()


def test_a_title_hidden_after_the_joining_is_not_told_by_the_other(source, target, moderator):
    merges.merge(source, target, by=moderator, reason=WHY)
    source.refresh_from_db()
    moderation.hide(source, by=moderator, rule=ModerationRule.INSULT, reason="It insults somebody.")

    assert [entry.link for entry in story_of(target)] == [None]
    assert story_of(target, private=True)[0].link[1] == "A bridge"
    assert [entry.link[1] for entry in story_of(source)[:1]] == ["The bridge"]


def test_followers_and_the_author_of_the_one_follow_the_other(
    source, target, moderator, django_capture_on_commit_callbacks
):
    follower = FollowFactory(thread=source.thread, municipality=source.municipality).user

    with django_capture_on_commit_callbacks(execute=True):
        merges.merge(source, target, by=moderator, reason=WHY)

    following = set(target.thread.follows.values_list("user", flat=True))
    assert following == {follower.pk, source.author_id}
    assert set(Notice.objects.values_list("user", flat=True)) == following


def test_parting_them_brings_back_exactly_what_was(source, target, moderator):
    both = SupportFactory(proposal=source).resident
    SupportFactory(proposal=target, resident=both)
    SupportFactory.create_batch(3, proposal=source)
    SupportFactory(proposal=target)
    for proposal in (source, target):
        FollowFactory(thread=proposal.thread, municipality=proposal.municipality)
    shared = FollowFactory(thread=source.thread, municipality=source.municipality).user
    FollowFactory(thread=target.thread, municipality=target.municipality, user=shared)
    before = state(source), state(target)

    merges.merge(source, target, by=moderator, reason=WHY)
    merges.undo_merge(source, by=moderator, reason="They are two bridges.")

    assert (state(source), state(target)) == before
    assert Merge.objects.get().undone_by == moderator
    assert [e.verb for e in source.thread.events.all()] == ["merged_into", "merge_undone"]
    assert [e.verb for e in target.thread.events.all()] == ["merged_from", "merge_undone_here"]


def test_parting_keeps_who_supported_the_other_afterwards(otuzco, source, target, moderator):
    lent = SupportFactory(proposal=source).resident
    merges.merge(source, target, by=moderator, reason=WHY)
    later = ResidentFactory(district=otuzco.place)
    target.refresh_from_db()
    citizen.support(target, by=later.user, resident=later)
    assert citizen.support(target, by=lent.user, resident=lent) is False

    merges.undo_merge(source, by=moderator, reason="They are two bridges.")

    assert supporters(target) == {later.pk}
    assert supporters(source) == {lent.pk}


def test_who_withdrew_meanwhile_has_withdrawn_from_both(source, target, moderator):
    gone = SupportFactory(proposal=source).resident
    merges.merge(source, target, by=moderator, reason=WHY)
    target.refresh_from_db()
    citizen.withdraw_support(target, by=gone.user, resident=gone)

    merges.undo_merge(source, by=moderator, reason="They are two bridges.")

    assert state(source)[2] == state(target)[2] == 0
    assert not Support.objects.exists()


def test_joining_may_reach_the_threshold_and_parting_takes_it_back(source, target, moderator):
    SupportFactory.create_batch(6, proposal=source)
    SupportFactory.create_batch(6, proposal=target)

    merges.merge(source, target, by=moderator, reason=WHY)
    assert state(target)[0] == ProposalState.THRESHOLD
    assert target.answer_due_on > timezone.localdate()

    merges.undo_merge(source, by=moderator, reason="They are two bridges.")
    assert state(target)[:5] == (ProposalState.GATHERING, None, 6, None, None)


def test_numbers_of_another_portal_are_not_added(source, target, moderator):
    source.imported_supports = 400
    source.save()

    merges.merge(source, target, by=moderator, reason=WHY)

    target.refresh_from_db()
    assert (target.support_count, target.imported_supports) == (0, 0)
    assert target.thread.events.get(verb="merged_from").data["imported"] == 400


def test_joining_gives_nobody_more_time_to_answer(source, target, moderator):
    owing(source, days=5)
    owing(target, days=20)

    merges.merge(source, target, by=moderator, reason=WHY)
    assert state(target)[4] == timezone.localdate() + timedelta(days=5)

    merges.undo_merge(source, by=moderator, reason="They are two bridges.")
    assert state(target)[4] == timezone.localdate() + timedelta(days=20)


def test_who_is_owed_an_answer_is_not_joined_to_who_is_not(source, target, moderator):
    owing(source, days=5)

    with pytest.raises(merges.CannotMerge, match="owed an answer"):
        merges.merge(source, target, by=moderator, reason=WHY)


def test_who_moved_away_is_not_lent(source, target, moderator):
    moved = SupportFactory(proposal=source).resident
    moved.district = DistrictFactory()
    moved.save()

    merges.merge(source, target, by=moderator, reason=WHY)

    assert supporters(target) == set()
    assert supporters(source) == {moved.pk}


def test_no_circles_no_chains_backwards_and_never_with_itself(otuzco, source, target, moderator):
    third = ProposalFactory(municipality=otuzco, published=True)
    merges.merge(source, target, by=moderator, reason=WHY)

    for one, other in [(source, source), (target, source), (source, third), (third, source)]:
        with pytest.raises(merges.CannotMerge):
            merges.merge(one, other, by=moderator, reason=WHY)


def test_a_chain_is_undone_from_its_end(otuzco, source, target, moderator):
    third = ProposalFactory(municipality=otuzco, published=True)
    SupportFactory(proposal=source)
    merges.merge(source, target, by=moderator, reason=WHY)
    merges.merge(target, third, by=moderator, reason=WHY)
    assert state(third)[2] == 1
    source.refresh_from_db()

    with pytest.raises(merges.CannotUndo, match="first"):
        merges.undo_merge(source, by=moderator, reason="They are two bridges.")
    target.refresh_from_db()
    merges.undo_merge(target, by=moderator, reason="They are two bridges.")
    merges.undo_merge(source, by=moderator, reason="They are two bridges.")

    assert [state(p)[2] for p in (source, target, third)] == [1, 0, 0]


def test_what_is_hidden_answered_or_a_draft_is_not_joined(otuzco, source, target, moderator):
    hidden = ProposalFactory(municipality=otuzco, published=True)
    moderation.hide(
        hidden, by=moderator, rule=ModerationRule.INSULT, reason="It insults a neighbour."
    )
    retired = ProposalFactory(
        municipality=otuzco, published=True, state=ProposalState.RETIRED, close_reason="Done"
    )
    expired = ProposalFactory(municipality=otuzco, published=True)
    expired.closes_on = timezone.localdate() - timedelta(days=1)
    expired.save()
    draft = ProposalFactory(municipality=otuzco)

    for other in (hidden, retired, expired, draft):
        for pair in [(source, other), (other, target)]:
            with pytest.raises(merges.CannotMerge):
                merges.merge(*pair, by=moderator, reason=WHY)


def test_a_proposal_of_another_municipality_does_not_exist(source, moderator):
    elsewhere = MunicipalityFactory()
    with municipality_scope(elsewhere):
        other = ProposalFactory(municipality=elsewhere, published=True)

    with pytest.raises(merges.CannotMerge, match="no such proposal"):
        merges.merge(source, other, by=moderator, reason=WHY)


def test_nobody_joins_what_they_wrote_themselves(source, target):
    for author in (source.author, target.author):
        with pytest.raises(moderation.OwnContent):
            merges.merge(source, target, by=author, reason=WHY)


def test_parting_what_is_not_joined_is_refused(source, moderator):
    with pytest.raises(merges.CannotUndo):
        merges.undo_merge(source, by=moderator, reason=WHY)


@pytest.mark.usefixtures("transactional_db")
def test_a_support_that_comes_during_the_joining_is_never_lost_nor_doubled():
    municipality, moderator = MunicipalityFactory(), UserFactory()
    people = ResidentFactory.create_batch(24, district=municipality.place)
    with scoped_transaction(municipality):
        source, target = ProposalFactory.create_batch(
            2, municipality=municipality, published=True, threshold=1000
        )
        for resident in people[:8]:  # these support the other at the same moment
            SupportFactory(proposal=source, resident=resident)

    def act(resident):
        try:
            with scoped_transaction(municipality):
                if resident is None:
                    merges.merge(source, target, by=moderator, reason=WHY)
                    return "joined"
                wanted = target if resident in people[:16] else source
                wanted = Proposal.objects.get(pk=wanted.pk)
                given = citizen.support(wanted, by=resident.user, resident=resident)
            return "given" if given else "already"
        except citizen.CannotSupport:
            return "refused"
        except merges.CannotMerge as error:
            return str(error)
        finally:
            connection.close()

    acts = [*people[:12], None, *people[12:]]
    with ThreadPoolExecutor(25) as pool:
        results = dict(zip(acts, pool.map(act, acts), strict=True))

    assert results[None] == "joined"
    with scoped_transaction(municipality):
        target.refresh_from_db()
        refused = {p.pk for p in people[16:] if results[p] == "refused"}
        assert supporters(target) == {p.pk for p in people} - refused
        assert target.support_count == len(people) - len(refused)
        assert Intervention.objects.count() == list(results.values()).count("given")


@pytest.mark.usefixtures("transactional_db")
def test_two_moderators_join_crosswise_and_one_of_them_does():
    municipality, moderator = MunicipalityFactory(), UserFactory()
    with scoped_transaction(municipality):
        one, other = ProposalFactory.create_batch(2, municipality=municipality, published=True)
        SupportFactory(proposal=one)
        SupportFactory(proposal=other)

    def join(pair):
        try:
            with scoped_transaction(municipality):
                merges.merge(*pair, by=moderator, reason=WHY)
            return 1
        except staff.Refused:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(join, [(one, other), (other, one)] * 10)) == 1
    with scoped_transaction(municipality):
        assert Proposal.objects.filter(state=ProposalState.MERGED).count() == 1
        assert Proposal.objects.get(state=ProposalState.GATHERING).support_count == 2
        assert Follow.objects.count() == 1
