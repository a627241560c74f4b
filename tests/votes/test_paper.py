"""People vote on paper at a desk: who gets a paper, who does not, and what is known afterwards."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.actions.residence import prove
from accounts.enums import CheckResult, Gender, ProofMethod, Role
from accounts.models import Resident
from municipalities.models import PadronEntry
from municipalities.rls import municipality_scope
from participation.models import Intervention
from tests.factories import (
    DeskFactory,
    DistrictFactory,
    PadronFactory,
    PollFactory,
    ShiftFactory,
    SuspensionFactory,
    UserFactory,
    cast_into,
    enrol,
)
from tests.votes.at_a_desk import (
    NOBODY,
    ROSA,
    channel,
    hand_out,
    officer_of,
    resident,
    table_of,
    town_of_votes,
)
from votes import keys
from votes.actions import paper, paper_desks
from votes.actions.urn import CannotCast
from votes.enums import CastChannel, PaperAct
from votes.models import Mark, PaperEvent, Table, Turnout


@pytest.fixture
def town():
    municipality = town_of_votes()
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def table(town):
    return table_of(town)


@pytest.fixture
def officer(town, table):
    return officer_of(town, table)


# --- Who gets a paper


def test_a_resident_is_marked_and_gets_a_paper(town, table, officer):
    rosa = resident(town, user__gender=Gender.WOMAN)

    (handed,) = hand_out(table, by=officer)

    assert handed.refusal == ""
    assert channel(table.poll, rosa) == CastChannel.PAPER
    assert PaperEvent.objects.get().act == PaperAct.HANDED
    assert Turnout.objects.get().gender == Gender.WOMAN
    assert Intervention.objects.get(kind="ballot").channel == "desk"


def test_nothing_says_to_whom_a_paper_went(town, table, officer):
    rosa = resident(town)

    hand_out(table, by=officer)

    kept = PaperEvent.objects.values().get()
    for found in (rosa.pk, rosa.user_id, keys.person_key(table.poll.urn, rosa), ROSA):
        assert found not in {kept["seen"], kept["attempt"], kept["number"]} - {1}


def test_nobody_gets_a_second_paper(town, table, officer):
    resident(town)
    hand_out(table, by=officer)

    (again,) = hand_out(table, by=officer)

    assert "Ya recibió una cédula" in again.refusal
    assert PaperEvent.objects.count() == Mark.objects.count() == Turnout.objects.count() == 1


def test_the_same_form_sent_twice_hands_out_one_paper(town, table, officer):
    resident(town)
    attempt = uuid4()

    results = [hand_out(table, by=officer, attempt=attempt)[0] for _twice in range(2)]

    assert [one.is_repeated for one in results] == [False, True]
    assert PaperEvent.objects.count() == 1


def test_paper_replaces_a_web_vote_which_counted_in_the_turnout_already(town, table, officer):
    rosa = resident(town)
    cast_into(table.poll.urn, person=keys.person_key(table.poll.urn, rosa), choices={"q1": ["a"]})

    (handed,) = hand_out(table, by=officer)

    assert handed.replaces_web
    assert channel(table.poll, rosa) == CastChannel.PAPER
    assert not Turnout.objects.exists()
    with pytest.raises(CannotCast, match="en papel"):
        cast_into(table.poll.urn, person=keys.person_key(table.poll.urn, rosa))


def test_whom_the_padron_names_gets_a_paper_and_is_known_from_then_on(town, table, officer):
    enrol(PadronFactory(municipality=town), NOBODY, date(1980, 5, 1), town.place)

    (handed,) = hand_out(table, by=officer, number=NOBODY)

    known = Resident.objects.get()
    assert handed.refusal == ""
    assert (known.user, known.method, known.verified_by) == (None, ProofMethod.DESK, officer)
    assert PadronEntry.objects.get().district == known.district
    assert PaperEvent.objects.get().seen == ""


def test_who_is_on_no_list_needs_the_officers_own_eyes(town, table, officer):
    with pytest.raises(paper.CannotHandOut):
        hand_out(table, by=officer, number=NOBODY)

    hand_out(table, by=officer, number=NOBODY, district=town.place, seen="DNI y recibo de agua")

    assert Resident.objects.get().district == town.place
    assert PaperEvent.objects.get().seen == "DNI y recibo de agua"


def test_who_voted_at_a_desk_and_registers_later_does_not_vote_again(town, table, officer):
    """Scenario 13."""
    enrol(PadronFactory(municipality=town), NOBODY, date(1980, 5, 1), town.place)
    hand_out(table, by=officer, number=NOBODY)
    account = UserFactory()

    proven = prove(
        account, kind="dni", number=NOBODY, birth_date=date(1980, 5, 1), district=town.place
    )

    assert proven.result == CheckResult.MATCHED
    with pytest.raises(CannotCast, match="en papel"):
        cast_into(table.poll.urn, person=keys.person_key(table.poll.urn, account.resident))


# --- Who does not


def test_a_suspended_person_gets_none_and_hears_why(town, table, officer):
    rosa = resident(town)
    SuspensionFactory(municipality=town, user=rosa.user, reason="Insultó a una vecina.")

    (handed,) = hand_out(table, by=officer)

    assert "Insultó a una vecina." in handed.refusal
    assert not Mark.objects.exists()


def test_whose_proof_was_withdrawn_gets_none_and_hears_why(town, table, officer):
    resident(
        town,
        withdrawn_at=timezone.now(),
        withdrawn_by=UserFactory(),
        withdrawn_in=town,
        withdrawn_why="Se mudó a Trujillo.",
    )

    (handed,) = hand_out(table, by=officer)

    assert "Se mudó a Trujillo." in handed.refusal
    assert not Mark.objects.exists()


def test_a_resident_of_elsewhere_gets_none_and_hears_where_they_vote(town, table, officer):
    elsewhere = DistrictFactory(name="Huaranchal")
    rosa = resident(town)
    rosa.district = elsewhere
    rosa.save()

    (handed,) = hand_out(table, by=officer)

    assert "Huaranchal" in handed.refusal
    assert not Mark.objects.exists()


def test_a_poll_of_some_districts_is_for_them_alone(town, officer, table):
    other = table_of(town, desk="Mercado", districts=["139999"])
    officer = officer_of(town, other)
    resident(town)

    (handed,) = hand_out(other, by=officer)

    assert handed.refusal
    assert not Mark.objects.exists()


@pytest.mark.parametrize(("opens", "closes"), [(1, 2), (-2, -1)])
def test_no_paper_before_opening_or_after_closing(town, opens, closes):
    now = timezone.now()
    table = table_of(
        town, opens_at=now + timedelta(hours=opens), closes_at=now + timedelta(hours=closes)
    )
    resident(town)

    (handed,) = hand_out(table, by=officer_of(town, table))

    assert handed.refusal
    assert not Mark.objects.exists()


def test_no_paper_is_handed_out_when_by_the_log_none_is_left(town, table, officer):
    Table.objects.update(supplied=1)
    resident(town)
    resident(town, number=NOBODY)
    hand_out(table, by=officer)

    (handed,) = hand_out(table, by=officer, number=NOBODY)
    assert "quedan" in handed.refusal
    assert Mark.objects.count() == 1

    paper.supply(table, number=10, attempt=uuid4(), by=officer)
    assert hand_out(table, by=officer, number=NOBODY)[0].refusal == ""


def test_one_officer_hands_out_no_more_than_a_days_papers(town, table, officer, settings):
    settings.PAPER_DAILY_CAP = 1
    resident(town)
    hand_out(table, by=officer)

    with pytest.raises(paper.CannotHandOut, match="límite"):
        hand_out(table, by=officer, number=NOBODY, district=town.place, seen="DNI")


def test_one_officer_verifies_only_so_many_who_are_on_no_list(town, table, officer, settings):
    settings.DESK_DAILY_CAP = 1
    hand_out(table, by=officer, number=NOBODY, district=town.place, seen="DNI")

    with pytest.raises(paper.CannotHandOut, match="límite"):
        hand_out(table, by=officer, number="60606060", district=town.place, seen="DNI")


def test_only_who_is_on_shift_or_administers_hands_out(town, table):
    resident(town)
    idle = officer_of(town)
    with pytest.raises(paper.CannotHandOut, match="turno"):
        hand_out(table, by=idle)

    administrator = officer_of(town, role=Role.ADMINISTRATOR)
    assert hand_out(table, by=administrator)[0].refusal == ""


# --- Several polls, spoiled papers


def test_a_desk_hands_out_the_papers_of_several_polls_at_once(town, table, officer):
    second = table_of(town)
    rosa = resident(town)

    handed = hand_out(second, table, by=officer)

    assert [one.refusal for one in handed] == ["", ""]
    assert {channel(one.poll, rosa) for one in (table, second)} == {CastChannel.PAPER}
    assert PaperEvent.objects.count() == 2


def test_of_several_polls_one_may_be_refused_and_another_not(town, table, officer):
    second = table_of(town)
    resident(town)
    hand_out(table, by=officer)

    handed = {one.poll: one.refusal for one in hand_out(table, second, by=officer)}

    assert handed[table.poll]
    assert handed[second.poll] == ""


def test_a_spoiled_paper_is_exchanged_without_a_new_mark(town, table, officer):
    resident(town)
    hand_out(table, by=officer)
    attempt = uuid4()

    assert paper.replace_spoiled(table, attempt=attempt, by=officer)
    assert not paper.replace_spoiled(table, attempt=attempt, by=officer)

    acts = list(PaperEvent.objects.order_by("pk").values_list("act", flat=True))
    assert acts == [PaperAct.HANDED, PaperAct.SPOILED, PaperAct.HANDED]
    assert Mark.objects.count() == 1


def test_nothing_is_exchanged_where_nothing_is_out(table, officer):
    with pytest.raises(paper.CannotHandOut):
        paper.replace_spoiled(table, attempt=uuid4(), by=officer)


def test_pretend_voters_of_a_test_mix_with_nobody(town):
    table = table_of(town, is_test=True)
    officer = officer_of(town, table)

    (handed,) = paper.hand_out_in_test([table], pretender=7, attempt=uuid4(), by=officer)

    assert handed.refusal == ""
    assert Mark.objects.get().person_key == keys.pretend_key(table.poll.urn, 7)
    assert not Turnout.objects.exists()


# --- Desks and shifts


def test_desks_are_settled_with_the_rules(town):
    poll = PollFactory(municipality=town)
    plaza, market = DeskFactory.create_batch(2, municipality=town)
    paper_desks.set_tables(poll, {plaza.pk: 50, market.pk: 20})
    paper_desks.set_tables(poll, {plaza.pk: 60})
    assert list(poll.tables.values_list("desk", "supplied")) == [(plaza.pk, 60)]

    settled = table_of(town, desk="Mercado").poll

    with pytest.raises(paper_desks.CannotSetDesks):
        paper_desks.set_tables(settled, {})
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Table.objects.create(municipality=town, poll=settled, desk=market)


def test_nobody_is_at_two_desks_at_once(town, table, officer):
    another = DeskFactory(municipality=town)
    now = timezone.now()

    with pytest.raises(paper_desks.CannotSetDesks):
        paper_desks.add_shift(
            another, officer=officer, starts_at=now, ends_at=now + timedelta(hours=1)
        )

    later = now + timedelta(days=2)
    paper_desks.add_shift(
        another, officer=officer, starts_at=later, ends_at=later + timedelta(hours=1)
    )


def test_a_shift_that_has_begun_ends_and_one_to_come_goes(town, table, officer):
    coming = ShiftFactory(
        municipality=town,
        desk=table.desk,
        officer=officer,
        starts_at=timezone.now() + timedelta(days=1),
        ends_at=timezone.now() + timedelta(days=1, hours=4),
    )
    begun = table.desk.shifts.exclude(pk=coming.pk).get()

    paper_desks.end_shift(coming)
    paper_desks.end_shift(begun)

    assert list(table.desk.shifts.all()) == [begun]
    assert not table.desk.shifts.current().exists()
