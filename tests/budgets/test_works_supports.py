from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Sum
from django.urls import reverse
from django.utils import timezone

from accounts import assistance
from accounts.models import Resident, User
from budgets.actions import supports, works
from budgets.enums import StepKind, WorkState
from budgets.models import Group, Heading, SupportedHeading, Work, WorkSupport
from budgets.rules.works import held_headings, why_not_support, why_not_take_back
from municipalities.rls import municipality_scope, scoped_transaction
from participation.enums import InterventionKind
from participation.models import Intervention
from tests.budgets.factories import (
    BudgetFactory,
    GroupFactory,
    HeadingFactory,
    StepFactory,
    WorkFactory,
)
from tests.factories import DistrictFactory, MunicipalityFactory, ResidentFactory, UserFactory


HTMX = {"HX-Request": "true"}


def opened(municipality, *, headings=3, headings_each=1, districts=(), running=StepKind.SUPPORTS):
    """A budget with one group of so many headings, a work in each."""
    budget = BudgetFactory(municipality=municipality)
    group = GroupFactory(municipality=municipality, budget=budget, headings_each=headings_each)
    for number in range(headings):
        HeadingFactory(
            municipality=municipality,
            group=group,
            name=f"Rubro {number}",
            position=number,
            money=10_000_00,
            districts=list(districts),
        )
    now = timezone.now()
    StepFactory(
        municipality=municipality,
        budget=budget,
        kind=running,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=1),
    )
    type(budget).objects.filter(pk=budget.pk).update(
        state="open", digest=b"x" * 32, opened_at=now, opened_by=UserFactory()
    )
    budget.refresh_from_db()
    found = [WorkFactory(heading=h, published=True) for h in group.headings.order_by("position")]
    return budget, group, [fresh(work) for work in found]


def fresh(work):
    works = Work.objects.select_related("budget", "heading__group", "municipality")
    return works.get(pk=work.pk)


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=["budgets"])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def neighbour(otuzco):
    return ResidentFactory(district=otuzco.place)


def give(work, resident):
    return supports.support(work, by=resident.user, resident=resident)


def take_back(work, resident):
    return supports.take_back(work, by=resident.user, resident=resident)


def ledger_sum():
    found = Intervention.objects.filter(kind=InterventionKind.WORK_SUPPORT)
    return found.aggregate(sum=Sum("amount"))["sum"] or 0


def test_a_second_support_is_quietly_already_done(otuzco, neighbour):
    _budget, _group, (work, *_others) = opened(otuzco)

    assert give(work, neighbour) is True
    assert give(work, neighbour) is False

    assert (work.support_count, ledger_sum()) == (1, 1)


def test_one_supports_as_many_works_of_a_heading_as_one_likes(otuzco, neighbour):
    _budget, _group, (work, *_others) = opened(otuzco)
    second = fresh(WorkFactory(heading=work.heading, published=True))

    give(work, neighbour)
    give(second, neighbour)

    assert WorkSupport.objects.count() == 2
    assert SupportedHeading.objects.count() == 1


def test_in_another_heading_of_the_group_one_reads_which_one_has_chosen(otuzco, neighbour):
    _budget, _group, (work, other, _third) = opened(otuzco)
    give(work, neighbour)

    reason = why_not_support(neighbour.user, other)

    assert "Rubro 0" in str(reason)
    assert reason.url == reverse("budgets:my_works", args=["otuzco"])
    with pytest.raises(supports.CannotSupport, match="Rubro 0"):
        give(other, neighbour)


def test_the_last_support_taken_back_frees_the_heading(otuzco, neighbour):
    _budget, group, (work, other, _third) = opened(otuzco)
    second = fresh(WorkFactory(heading=work.heading, published=True))
    give(work, neighbour)
    give(second, neighbour)

    take_back(work, neighbour)
    assert held_headings(neighbour, group) == [work.heading]
    take_back(second, neighbour)

    assert held_headings(neighbour, group) == []
    assert give(other, neighbour) is True
    assert (WorkSupport.objects.count(), ledger_sum()) == (1, 1)


def test_a_withdrawn_work_holds_nobodys_heading(otuzco, neighbour):
    _budget, group, (work, other, _third) = opened(otuzco)
    give(work, neighbour)

    works.withdraw(work, by=work.author, reason="Ya está hecha.")

    assert held_headings(neighbour, group) == []
    assert why_not_support(neighbour.user, other) is None
    assert give(other, neighbour) is True
    assert [p.heading for p in SupportedHeading.objects.all()] == [other.heading]


def test_each_group_has_its_own_choice(otuzco, neighbour):
    budget, _group, (work, *_others) = opened(otuzco, headings_each=2)
    give(work, neighbour)
    elsewhere = opened(otuzco)[2][0]

    assert give(elsewhere, neighbour) is True


def test_only_who_lives_where_the_money_is_for_supports(otuzco):
    province = MunicipalityFactory(
        kind="provincial", place=otuzco.place.parent, modules=["budgets"], slug="la-provincia"
    )
    here, there = (
        ResidentFactory(district=otuzco.place),
        ResidentFactory(district=DistrictFactory(parent=otuzco.place.parent)),
    )
    with municipality_scope(province):
        work = opened(province, districts=[otuzco.place.pk])[2][0]

        reason = why_not_support(there.user, work)
        assert otuzco.place.name in str(reason)
        with pytest.raises(supports.CannotSupport):
            give(work, there)
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportedHeading.objects.create(
                municipality=province,
                group=work.heading.group,
                heading=work.heading,
                resident=there,
                slot=1,
            )
        assert give(work, here) is True


def test_the_database_takes_no_slot_beyond_the_groups_number(otuzco, neighbour):
    _budget, group, (work, *_others) = opened(otuzco, headings_each=2)

    for slot in (0, 3):
        with pytest.raises(IntegrityError), transaction.atomic():
            SupportedHeading.objects.create(
                municipality=otuzco,
                group=group,
                heading=work.heading,
                resident=neighbour,
                slot=slot,
            )


def test_who_has_not_proven_residence_is_told_how(otuzco):
    work = opened(otuzco)[2][0]

    assert why_not_support(UserFactory(), work).url == reverse("accounts:residence")


def test_who_has_moved_away_may_still_take_a_support_back(otuzco, neighbour):
    work = opened(otuzco)[2][0]
    give(work, neighbour)
    neighbour.district = DistrictFactory()
    neighbour.save()
    person = User.objects.get(pk=neighbour.user_id)

    assert why_not_support(person, work) is not None
    assert why_not_take_back(person, work) is None
    assert take_back(work, neighbour) is True


@pytest.mark.parametrize("state", [WorkState.EVALUATION, WorkState.WITHDRAWN])
def test_what_is_evaluated_or_withdrawn_takes_no_supports(otuzco, neighbour, state):
    work = opened(otuzco)[2][0]
    Work.objects.filter(pk=work.pk).update(state=state, state_reason="x")

    with pytest.raises(supports.CannotSupport):
        give(work, neighbour)  # as somebody whose page is older would
    assert why_not_support(neighbour.user, fresh(work)) is not None
    assert SupportedHeading.objects.count() == 0


def test_outside_its_days_nothing_is_given_or_taken_back(otuzco, neighbour):
    work = opened(otuzco)[2][0]
    give(work, neighbour)
    now = timezone.now()
    work.budget.steps.update(starts_at=now - timedelta(days=9), ends_at=now - timedelta(seconds=1))
    work = fresh(work)
    other = ResidentFactory(district=otuzco.place)

    assert why_not_support(other.user, work) is not None
    assert why_not_take_back(neighbour.user, work) is not None
    with pytest.raises(supports.CannotSupport):
        give(work, other)
    with pytest.raises(supports.CannotSupport):
        take_back(work, neighbour)


def test_what_an_officer_does_for_somebody_came_by_the_desk(otuzco, neighbour):
    work = opened(otuzco)[2][0]
    until = timezone.now() + timedelta(minutes=30)
    help_ = assistance.Assistance(UserFactory(), neighbour.user, otuzco, until)

    with assistance.marked(help_):
        give(work, neighbour)
    take_back(work, neighbour)

    rows = Intervention.objects.filter(kind=InterventionKind.WORK_SUPPORT)
    assert [(r.channel, r.amount) for r in rows.order_by("pk")] == [("desk", 1), ("desk", -1)]


# --- Pages


def page(name, work):
    return reverse(f"budgets:{name}", args=["otuzco", work.pk])


def test_one_click_supports_and_takes_back_without_javascript(client, otuzco, neighbour):
    work = opened(otuzco)[2][0]
    client.force_login(neighbour.user)

    given = client.post(page("support_work", work))
    assert given.url == work.get_absolute_url()
    assert page("unsupport_work", work) in client.get(given.url).content.decode()
    client.post(page("unsupport_work", work))

    assert WorkSupport.objects.count() == 0


def test_by_htmx_the_box_says_what_is_so_now(client, otuzco, neighbour):
    _budget, _group, (work, other, _third) = opened(otuzco)
    client.force_login(neighbour.user)

    given = client.post(page("support_work", work), headers=HTMX)
    refused = client.post(page("support_work", other), headers=HTMX)

    assert given.status_code == 200
    assert page("unsupport_work", work) in given.content.decode()
    assert refused.status_code == 422
    assert "Rubro 0" in refused.content.decode()


def test_visitors_are_taken_to_sign_in_and_back(client, otuzco):
    work = opened(otuzco)[2][0]

    sent = client.post(page("support_work", work))

    assert sent.url.startswith(reverse("account_login"))


def test_ones_own_page_lists_what_one_supports_with_the_way_out(client, otuzco, neighbour):
    _budget, group, (work, *_others) = opened(otuzco)
    give(work, neighbour)
    Work.objects.filter(pk=work.pk).update(hidden_at=timezone.now(), hidden_reason="x")
    client.force_login(neighbour.user)

    mine = client.get(reverse("budgets:my_works", args=["otuzco"])).content.decode()
    assert work.code in mine
    assert work.title not in mine
    freed = client.post(page("unsupport_work", work), {"back": "mine"})

    assert freed.url == reverse("budgets:my_works", args=["otuzco"])
    assert held_headings(neighbour, group) == []


# --- Races: real commits, real threads.


def at_once(municipality, number, act):
    """Each on a connection of their own."""

    def run(index):
        try:
            with scoped_transaction(municipality):
                return act(index)
        except supports.CannotSupport:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(run, range(number)))


def committed(**options):
    municipality = MunicipalityFactory(slug="otuzco", modules=["budgets"])
    with scoped_transaction(municipality):
        _budget, group, found = opened(municipality, **options)
    return municipality, group, found


@pytest.mark.parametrize("limit", [1, 3])
def test_twenty_supports_at_once_in_different_headings_hold_exactly_the_limit(
    transactional_db, limit
):
    municipality, _group, found = committed(headings=20, headings_each=limit)
    resident = ResidentFactory(district=municipality.place)

    given = at_once(municipality, 20, lambda index: give(fresh(found[index]), resident))

    assert given.count(True) == limit
    with scoped_transaction(municipality):
        assert WorkSupport.objects.count() == SupportedHeading.objects.count() == limit
        assert ledger_sum() == limit
        slots = SupportedHeading.objects.values_list("slot", flat=True)
        assert sorted(slots) == list(range(1, limit + 1))


def test_two_hundred_supports_by_one_person_are_one(transactional_db):
    municipality, _group, (work,) = committed(headings=1)
    resident = ResidentFactory(district=municipality.place)

    given = at_once(municipality, 200, lambda index: give(fresh(work), resident))

    assert sorted(given, reverse=True) == [True] + [False] * 199
    with scoped_transaction(municipality):
        assert (fresh(work).support_count, WorkSupport.objects.count(), ledger_sum()) == (1, 1, 1)


def test_after_thousands_of_acts_at_once_counts_are_rows_and_nobody_holds_too_many(
    transactional_db,
):
    municipality, group, found = committed(headings=6, headings_each=2)
    residents = ResidentFactory.create_batch(25, district=municipality.place)

    def act(index):
        work = fresh(found[(index * 7) % 6])
        resident = Resident.objects.select_related("user").get(pk=residents[index % 25].pk)
        return (give if (index // 25) % 3 else take_back)(work, resident)

    at_once(municipality, 3_000, act)

    with scoped_transaction(municipality):
        counted = Work.objects.annotate(rows=Count("supports")).exclude(support_count=F("rows"))
        assert list(counted) == []
        assert ledger_sum() == WorkSupport.objects.count()
        held = SupportedHeading.objects.values("resident").annotate(number=Count("pk"))
        assert max(one["number"] for one in held) <= 2
        assert not SupportedHeading.objects.idle().exists()
        given = WorkSupport.objects.values_list("resident", "work__heading").distinct()
        assert set(given) == set(SupportedHeading.objects.values_list("resident", "heading"))
        assert Group.objects.get(pk=group.pk).headings_each == 2
        assert Heading.objects.count() == 6
