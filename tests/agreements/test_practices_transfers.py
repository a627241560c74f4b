"""What «transferred» means: six things to look at, activities worth the name, under a convenio."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements import transfers as figures
from agreements.actions import activities, presets, transfers as actions
from agreements.enums import ActivityKind, Adoption, PieceKind, TransferState
from agreements.models import Activity, Adaptation, Attendance, Transfer
from agreements.rules.practices import TRANSFER_MOVES, why_not_move_transfer
from municipalities.enums import MunicipalityState
from municipalities.rls import municipality_scope
from tests.agreements.factories import (
    ActivityFactory,
    AgreementFactory,
    AttendanceFactory,
    MilestoneFactory,
    OrganizationFactory,
    TransferFactory,
)
from tests.agreements.practices import (
    in_region,
    nominated,
    pieces,
    plan,
    published,
    ready,
    show,
    underway,
)
from tests.factories import MunicipalityFactory, UserFactory


STATES = list(TransferState)
TODAY = timezone.localdate


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def person():
    return UserFactory()


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_a_transfer_takes_no_step_that_is_not_in_the_table(before, after):
    transfer = Transfer(state=before)

    assert (why_not_move_transfer(transfer, after) is None) == (after in TRANSFER_MOVES[before])


def test_what_is_not_published_is_not_transferred(town, person):
    practice = nominated()
    with in_region(), pytest.raises(actions.CannotTransfer):
        actions.begin(town, practice.latest, by=person)


def test_a_practice_is_transferred_once_at_a_time_and_again_after_it_was_given_up(town, person):
    practice = published()
    with in_region():
        first = actions.begin(town, practice.offered, by=person)
        with pytest.raises(actions.CannotTransfer):
            actions.begin(town, practice.offered, by=person)
        actions.abandon(first, by=person, reason="Cambió la gestión.")
        again = actions.begin(town, practice.offered, by=person)
    assert again.state == TransferState.INTEREST


def test_who_shows_interest_knows_the_practice(town, person):
    practice = published()
    with in_region():
        transfer = actions.begin(town, practice.offered, by=person)
        assert [step.level for step in transfer.adoption.all()] == [Adoption.KNOWS]


@pytest.mark.parametrize(
    ("answer", "is_ready"),
    [
        (None, False),
        ((False, ""), False),
        ((False, "Se contrata en marzo."), True),
        ((True, ""), True),
    ],
)
def test_an_essential_need_that_is_missing_says_what_is_done_about_it(
    town, person, answer, is_ready
):
    practice = published()
    with in_region():
        transfer = actions.begin(town, practice.offered, by=person)
        need = practice.offered.requirements.get()
        actions.answer_readiness(transfer, {need.pk: answer} if answer else {}, by=person)
    if is_ready:
        assert plan(transfer, town).state == TransferState.PLAN
        return
    with pytest.raises(actions.CannotTransfer):
        plan(transfer, town)


@pytest.mark.parametrize("wrong", ["draft", "expired", "of others", "observer"])
def test_a_transfer_is_planned_under_a_convenio_in_force_of_which_the_town_is_a_party(town, wrong):
    past = {"starts_on": date(2019, 1, 1), "ends_on": date(2020, 1, 1)}
    agreement = {
        "draft": lambda: AgreementFactory(towns=[town]),
        "expired": lambda: AgreementFactory(towns=[town], signed=date(2019, 1, 1), **past),
        "of others": lambda: AgreementFactory(
            towns=[MunicipalityFactory()], signed=date(2026, 1, 1)
        ),
        "observer": lambda: AgreementFactory(towns=[town], signed=date(2026, 1, 1)),
    }[wrong]()
    if wrong == "observer":
        with in_region():
            agreement.parties.filter(organization__town=town).update(role="observer")

    with pytest.raises(actions.CannotTransfer):
        plan(ready(town), town, agreement=agreement)


@pytest.mark.parametrize(
    "fields",
    [
        {"mechanism": "magia"},
        {"target": " "},
        {"starts_on": date(2030, 1, 1), "ends_on": date(2029, 1, 1)},
        {"pieces": []},
        {"pieces": pieces(left_out=[PieceKind.ACCEPTANCE])},
        {"pieces": [actions.PiecePlan(kind) for kind in PieceKind]},
        {
            "pieces": [
                actions.PiecePlan(kind, is_planned=False)
                if kind == PieceKind.TOOL
                else actions.PiecePlan(kind, due_on=date(2030, 1, 1))
                for kind in PieceKind
            ]
        },
    ],
)
def test_a_plan_says_what_is_reached_by_when_and_all_six_pieces(town, fields):
    with pytest.raises(actions.CannotTransfer):
        plan(ready(town), town, **fields)


def test_the_share_is_of_pieces_with_accepted_evidence_among_those_planned(town):
    transfer = underway(town, left_out=[PieceKind.TOOL])
    show(transfer, PieceKind.DOCUMENTS, PieceKind.NORM)

    with in_region():
        done = figures.pieces_done(transfer)
        shown = figures.pieces_of(transfer)
    assert (done.verified, done.planned, done.percent, done.is_whole) == (2, 5, 40, False)
    assert [one.kind for one in shown] == list(PieceKind)


def test_before_there_is_a_plan_the_share_is_unknown_not_zero(town):
    with in_region():
        assert figures.pieces_done(ready(town)).percent is None


def test_it_is_accepted_once_every_planned_piece_is_verified(town, person):
    transfer = underway(town, left_out=[PieceKind.TOOL])
    others = [k for k in PieceKind if k not in (PieceKind.TOOL, PieceKind.ACCEPTANCE)]
    show(transfer, *others)
    with in_region(), pytest.raises(actions.CannotTransfer):
        actions.accept(transfer, by=person)
    show(transfer, PieceKind.ACCEPTANCE)

    with in_region():
        assert actions.accept(transfer, by=person).accepted_on == TODAY()


def test_what_is_under_way_is_public_with_its_pieces_and_before_it_is_not(town, person):
    transfer = plan(ready(town), town)
    with municipality_scope():
        assert not Transfer.objects.filter(pk=transfer.pk).exists()
    with in_region():
        actions.start(transfer, by=person)
    with municipality_scope():
        assert Transfer.objects.get(pk=transfer.pk).pieces.count() == 6


@pytest.mark.parametrize("act", [actions.suspend, actions.abandon])
def test_whoever_suspends_or_gives_up_says_why(town, person, act):
    transfer = underway(town)
    with in_region():
        with pytest.raises(actions.CannotTransfer):
            act(transfer, by=person, reason=" ")
        assert act(transfer, by=person, reason="Cambió la gestión.").state_reason


def test_a_suspended_transfer_goes_on_again(town, person):
    transfer = underway(town)
    with in_region():
        actions.suspend(transfer, by=person, reason="Lluvias.")
        assert actions.resume(transfer, by=person).state == TransferState.UNDERWAY
        with pytest.raises(actions.CannotTransfer):
            actions.resume(transfer, by=person)


def test_what_is_adapted_says_how_and_why_and_what_is_dropped_why(town, person):
    transfer = ready(town)
    with in_region():
        component = transfer.version.components.first()
        for values in ({"choice": "adapt", "what": "En asamblea."}, {"choice": "drop"}):
            with pytest.raises(actions.CannotTransfer):
                actions.adapt(transfer, component, by=person, **values)
        actions.adapt(
            transfer, component, by=person, choice="adapt", what="En asamblea.", why="Sin señal."
        )
        assert Adaptation.objects.get(transfer=transfer).what == "En asamblea."


def test_a_component_of_another_practice_is_not_adapted_here(town, person):
    transfer, other = ready(town), published()
    with in_region(), pytest.raises(actions.CannotTransfer):
        actions.adapt(transfer, other.latest.components.first(), by=person, choice="keep")


# --- Activities


def activity(transfer, day, hours=4, **fields):
    return ActivityFactory(
        municipality=transfer.municipality, transfer=transfer, day=day, hours=hours, **fields
    )


def test_an_activity_says_its_form_its_hours_and_how_many_are_expected(town, person):
    transfer = underway(town)
    with in_region():
        made = activities.plan_activity(
            transfer,
            by=person,
            kind=ActivityKind.WORKSHOP,
            title="Taller",
            day=TODAY(),
            hours=Decimal("3.5"),
            planned_people=25,
        )
        assert (made.agreement_id, made.planned_people) == (transfer.agreement_id, 25)


def test_a_transfer_without_a_plan_has_no_activities(town, person):
    transfer = ready(town)
    with in_region(), pytest.raises(activities.CannotRecord):
        activities.plan_activity(
            transfer, by=person, kind="taller", title="Taller", day=TODAY(), hours=Decimal(2)
        )


def test_who_came_is_told_in_counts_and_changed_only_with_a_reason(town, person):
    transfer = underway(town)
    rows = [
        {"office": "Alcaldía", "gender": "woman", "area": "rural", "people": 9, "passed": 7},
        {"office": "Alcaldía", "gender": "man", "area": "rural", "people": 6},
    ]
    with in_region():
        one = activity(transfer, TODAY())
        activities.hold(one, by=person, attendance=rows, decisions="Se abre en marzo.")
        with pytest.raises(activities.CannotRecord):
            activities.hold(one, by=person, attendance=rows[:1])
        activities.hold(one, by=person, attendance=rows[:1], reason="Se contó mal.")
        assert [row.people for row in Attendance.objects.filter(activity=one)] == [9]
        assert Activity.objects.get(pk=one.pk).published_at


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"office": "Alcaldía", "people": 3, "passed": 4}],
        [{"office": "Alcaldía", "people": 3}, {"office": "Alcaldía", "people": 2}],
    ],
)
def test_attendance_that_makes_no_sense_is_refused_whole(town, person, rows):
    with in_region():
        one = activity(underway(town), TODAY())
        with pytest.raises(activities.CannotRecord):
            activities.hold(one, by=person, attendance=rows)
        assert Activity.objects.get(pk=one.pk).state == "planned"


def test_nothing_is_held_before_its_day(town, person):
    with in_region():
        one = activity(underway(town), TODAY() + timedelta(days=1))
        with pytest.raises(activities.CannotRecord):
            activities.hold(one, by=person, attendance=[{"people": 5}])


@pytest.mark.parametrize(
    ("held", "gaps"),
    [
        ([], 4),
        ([(date(2026, 3, 2), 2)], 4),  # a convenio and one meeting of two hours
        ([(date(2026, 3, 2), 8), (date(2026, 3, 3), 8), (date(2026, 3, 4), 8)], 2),
        ([(date(2026, 3, 2), 1), (date(2026, 3, 20), 1), (date(2026, 5, 4), 1)], 1),
        ([(date(2026, 3, 2), 4), (date(2026, 3, 20), 4), (date(2026, 3, 31), 4)], 2),
        ([(date(2026, 3, 2), 4), (date(2026, 3, 20), 4), (date(2026, 4, 1), 4)], 0),
    ],
)
def test_sporadic_meetings_are_no_transfer(town, held, gaps):
    made = [Activity(day=day, hours=Decimal(hours), state="held") for day, hours in held]

    assert len(figures.spacing_gaps(made)) == gaps


def test_what_is_only_planned_counts_for_nothing():
    made = [Activity(day=date(2026, m, 1), hours=Decimal(9), state="planned") for m in (1, 3, 5)]

    assert len(figures.spacing_gaps(made)) == 4


def test_an_activity_counts_for_one_main_commitment_only(town):
    one, two = MilestoneFactory(), MilestoneFactory()
    with in_region():
        transfer = underway(town)
        made = [
            activity(transfer, TODAY(), milestone=one),
            activity(transfer, TODAY(), milestone=one),
            activity(transfer, TODAY(), milestone=two),
            activity(transfer, TODAY()),
        ]
        counted = figures.by_commitment(made)
    assert counted == {one.commitment_id: 2, two.commitment_id: 1, None: 1}
    assert sum(counted.values()) == len(made)


def test_joint_activities_are_counted_by_quarter(town):
    with in_region():
        transfer = underway(town)
        for month, count in ((1, 2), (2, 1), (5, 3)):
            one = activity(transfer, date(2026, month, 1), state="held")
            one.organizations.set(OrganizationFactory.create_batch(count))
        found = transfer.activities.prefetch_related("organizations")
        assert figures.joint_by_quarter(found) == {"2026-T1": 1, "2026-T2": 1}


def test_shares_are_of_those_who_are_known(town):
    with in_region():
        one = activity(underway(town), TODAY(), state="held")
        for gender, area, people, before, after in (
            ("woman", "rural", 6, 8, 14),
            ("man", "urban", 4, 10, 15),
            ("", "", 5, None, None),
        ):
            AttendanceFactory(
                municipality=town,
                activity=one,
                gender=gender,
                area=area,
                people=people,
                before=before,
                after=after,
            )
        reach = figures.reach_of([one], one.attendance.all())
    assert (reach.people, reach.women_share, reach.rural_share) == (15, 0.6, 0.6)
    assert (float(reach.before), float(reach.after)) == (8.8, 14.4)


# --- A space in minutes


def test_from_a_blank_municipality_to_an_open_call(client, person):
    town = MunicipalityFactory(state=MunicipalityState.INVITED, modules=[], welcome="")
    practice = published()
    with in_region():
        presets.use_preset(town, practice.offered, by=person, contact_email="participa@example.org")
    town.refresh_from_db()
    assert (town.state, town.modules) == (MunicipalityState.OPEN, ["proposals"])
    assert client.get(reverse("proposals:index", args=[town.slug])).status_code == 200


def test_a_preset_leaves_what_is_there_and_needs_somebody_who_answers(person):
    town = MunicipalityFactory(
        state=MunicipalityState.INVITED, modules=["debates"], welcome="Hola.", contact_email=""
    )
    practice = published()
    with in_region():
        with pytest.raises(presets.CannotUsePreset):
            presets.use_preset(town, practice.offered, by=person)
        presets.use_preset(town, practice.offered, by=person, contact_email="a@example.org")
        presets.use_preset(town, practice.offered, by=person)
    town.refresh_from_db()
    assert set(town.modules) == {"debates", "proposals"}
    assert town.welcome == "Hola."


def test_a_town_begins_and_answers_in_its_own_scope(town, person):
    practice = published()
    with municipality_scope(town):
        transfer = actions.begin(town, practice.offered, by=person)
        need = practice.offered.requirements.get()
        actions.answer_readiness(transfer, {need.pk: (True, "")}, by=person)
    with municipality_scope(MunicipalityFactory()):
        assert not Transfer.objects.filter(pk=transfer.pk).exists()


def test_six_pieces_of_many_transfers_are_one_query(town, django_assert_num_queries):
    with in_region():
        made = TransferFactory.create_batch(3, municipality=town)
        with django_assert_num_queries(1):
            assert len(figures.pieces_of_many(made)) == 3
