from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import Resident, User
from municipalities.rls import municipality_scope, scoped_transaction
from participation.enums import InterventionKind
from participation.models import Event, Intervention, Notice
from proposals.actions import citizen
from proposals.enums import ProposalState
from proposals.models import Proposal, Support
from proposals.rules import why_not_support, why_not_withdraw_support
from tests.factories import (
    DistrictFactory,
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    SupportFactory,
    UserFactory,
)


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def proposal(otuzco):
    return ProposalFactory(municipality=otuzco, published=True)


@pytest.fixture
def neighbour(otuzco):
    return ResidentFactory(district=otuzco.place)


def give(proposal, resident):
    return citizen.support(proposal, by=resident.user, resident=resident)


def take_back(proposal, resident):
    return citizen.withdraw_support(proposal, by=resident.user, resident=resident)


def ledger_sum(kind=InterventionKind.SUPPORT):
    return Intervention.objects.filter(kind=kind).aggregate(sum=Sum("amount"))["sum"] or 0


def test_a_second_support_is_quietly_already_done(proposal, neighbour):
    assert give(proposal, neighbour) is True
    assert give(proposal, neighbour) is False

    assert proposal.support_count == 1
    assert ledger_sum() == 1


def test_a_support_can_be_taken_back_while_gathering(proposal, neighbour):
    give(proposal, neighbour)

    assert take_back(proposal, neighbour) is True
    assert take_back(proposal, neighbour) is False

    proposal.refresh_from_db()
    assert (proposal.support_count, Support.objects.count(), ledger_sum()) == (0, 0, 0)


def test_who_has_moved_away_may_still_take_a_support_back(proposal, neighbour):
    give(proposal, neighbour)
    neighbour.district = DistrictFactory()
    neighbour.save()
    person = User.objects.get(pk=neighbour.user_id)

    assert why_not_support(person, proposal) is not None
    assert why_not_withdraw_support(person, proposal) is None
    assert take_back(proposal, neighbour) is True


def test_taking_back_also_takes_what_came_with_a_joined_proposal(otuzco, proposal, neighbour):
    joined = ProposalFactory(municipality=otuzco, published=True)
    give(joined, neighbour)
    Support.objects.create(
        municipality=otuzco, proposal=proposal, resident=neighbour, merged_from=joined
    )
    joined.state, joined.merged_into = ProposalState.MERGED, proposal
    joined.save()

    take_back(proposal, neighbour)

    assert (Support.objects.count(), ledger_sum()) == (0, 0)


def test_the_last_support_needed_starts_the_time_to_answer(otuzco, neighbour):
    proposal = ProposalFactory(municipality=otuzco, published=True, threshold=2)
    SupportFactory(proposal=proposal)

    give(proposal, neighbour)

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.THRESHOLD
    assert proposal.reached_at is not None
    assert proposal.answer_due_on > timezone.localdate() + timedelta(days=40)
    assert Event.objects.filter(verb="threshold_reached").count() == 1


def test_the_author_hears_that_the_threshold_is_reached(
    otuzco, neighbour, django_capture_on_commit_callbacks
):
    proposal = ProposalFactory(municipality=otuzco, published=True, threshold=1)

    with django_capture_on_commit_callbacks(execute=True):
        give(proposal, neighbour)

    assert [n.user for n in Notice.objects.all()] == [proposal.author]


def test_after_the_threshold_people_support_but_do_not_take_back(otuzco, neighbour):
    proposal = ProposalFactory(municipality=otuzco, published=True, threshold=1)
    give(proposal, neighbour)
    other = ResidentFactory(district=otuzco.place)

    assert give(proposal, other) is True
    assert why_not_withdraw_support(other.user, proposal) is not None
    with pytest.raises(citizen.CannotSupport):
        take_back(proposal, other)
    assert Event.objects.filter(verb="threshold_reached").count() == 1


def test_past_its_term_a_proposal_takes_no_support_though_no_clock_ran(otuzco, neighbour):
    yesterday = timezone.localdate() - timedelta(days=1)
    proposal = ProposalFactory(municipality=otuzco, published=True, closes_on=yesterday)

    assert proposal.shown_state == ProposalState.ARCHIVED
    assert why_not_support(neighbour.user, proposal) is not None
    with pytest.raises(citizen.CannotSupport):
        give(proposal, neighbour)
    with pytest.raises(IntegrityError, match="takes no supports"), transaction.atomic():
        Support.objects.create(municipality=otuzco, proposal=proposal, resident=neighbour)


def test_only_who_lives_there_supports(otuzco, proposal):
    stranger = ResidentFactory(district=DistrictFactory())

    assert why_not_support(stranger.user, proposal) is not None
    with pytest.raises(citizen.CannotSupport):
        give(proposal, stranger)
    assert Support.objects.count() == 0


def test_a_resident_of_the_district_supports_in_the_province(otuzco):
    province = MunicipalityFactory(kind="provincial", place=otuzco.place.parent)
    resident = ResidentFactory(district=otuzco.place)
    with municipality_scope(province):
        proposal = ProposalFactory(municipality=province, published=True)

        assert why_not_support(resident.user, proposal) is None
        assert give(proposal, resident) is True


@pytest.mark.parametrize("column", ["proposal_id", "resident_id"])
def test_a_support_never_passes_to_another(otuzco, proposal, column):
    given = SupportFactory(proposal=proposal)
    other = SupportFactory(proposal=ProposalFactory(municipality=otuzco, published=True))

    with pytest.raises(IntegrityError), transaction.atomic():
        Support.objects.filter(pk=given.pk).update(**{column: getattr(other, column)})


def test_an_earlier_text_is_never_rewritten(proposal):
    SupportFactory(proposal=proposal)
    citizen.revise(proposal, by=proposal.author, title="Another title")

    with pytest.raises(IntegrityError), transaction.atomic():
        proposal.versions.update(title="It never said that")


def test_who_has_not_proven_residence_is_told_how(proposal):
    reason = why_not_support(UserFactory(), proposal)

    assert reason.url == reverse("accounts:residence")


# --- Races: real commits, real threads.


def in_threads(number, act):
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(act, range(number)))


def race(municipality, proposal, residents):
    """Everybody supports at once, each on a connection of their own."""

    def act(index):
        try:
            with scoped_transaction(municipality):
                mine = Proposal.objects.get(pk=proposal.pk)
                return give(mine, residents[index])
        finally:
            connection.close()

    return in_threads(len(residents), act)


@pytest.fixture
def committed(transactional_db):
    municipality = MunicipalityFactory()
    with scoped_transaction(municipality):
        proposal = ProposalFactory(municipality=municipality, published=True, threshold=150)
    return municipality, proposal


def state_of(municipality, proposal):
    with scoped_transaction(municipality):
        proposal = Proposal.objects.get(pk=proposal.pk)
        return (
            proposal.support_count,
            Support.objects.count(),
            ledger_sum(),
            proposal.state,
            Event.objects.filter(verb="threshold_reached").count(),
        )


def test_two_hundred_supports_by_one_person_are_one(committed):
    municipality, proposal = committed
    resident = ResidentFactory(district=municipality.place)

    given = race(municipality, proposal, [resident] * 200)

    assert sorted(given, reverse=True) == [True] + [False] * 199
    assert state_of(municipality, proposal) == (1, 1, 1, ProposalState.GATHERING, 0)


def test_two_hundred_supports_by_different_people_are_two_hundred(committed):
    municipality, proposal = committed
    residents = ResidentFactory.create_batch(200, district=municipality.place)

    given = race(municipality, proposal, residents)

    assert given == [True] * 200
    assert state_of(municipality, proposal) == (200, 200, 200, ProposalState.THRESHOLD, 1)


def test_supporting_and_taking_back_at_once_keeps_the_sums(committed):
    municipality, proposal = committed
    residents = ResidentFactory.create_batch(20, district=municipality.place)

    def act(index):
        resident = Resident.objects.select_related("user").get(pk=residents[index % 20].pk)
        try:
            with scoped_transaction(municipality):
                mine = Proposal.objects.get(pk=proposal.pk)
                (give if index % 3 else take_back)(mine, resident)
        finally:
            connection.close()

    in_threads(240, act)

    count, rows, entries, _state, _events = state_of(municipality, proposal)
    assert count == rows == entries
