"""What a room above asks through a poll, and that staff of votes do not rewrite it."""

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import Role
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.factories import (
    DistrictFactory,
    ListedFactory,
    MunicipalityFactory,
    OptionFactory,
    PollFactory,
    QuestionFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
)
from tests.votes.works import BUDGET, RULE, ask, heading, open_works, work, works
from votes import definition, preparation, roll
from votes.actions import asked, copies, polls
from votes.enums import QuestionKind, Voters
from votes.models import Listed, Poll


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.VOTES])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def ana(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user


def fresh(poll):
    return Poll.objects.select_related("urn", "thread", "municipality").get(pk=poll.pk)


# --- Asking


def test_a_poll_is_begun_with_its_questions_and_says_what_it_is_part_of(otuzco, ana):
    place = {"latitude": -7.9021, "longitude": -78.5673, "address": "/otuzco/obras/4/"}
    agua = heading("Agua", group="rubros", options=[work(1, 4_500_000, **place)])

    poll = fresh(ask(otuzco, [agua, heading("Pistas", group="rubros")], by=ana))

    rules = definition.of(poll)
    assert rules["part_of"] == {"title": BUDGET["part_of"], "address": BUDGET["part_of_address"]}
    assert "voters" not in rules
    first, second = rules["questions"]
    assert first | {"titles": {}} == {
        "id": "q1",
        "kind": "knapsack",
        "title": "Agua",
        "help": "",
        "options": ["a"],
        "titles": {},
        "texts": {},
        "keeps_order": False,
        "seats": 1,
        "lots": [],
        "costs": {"a": 4_500_000},
        "addresses": {"a": "/otuzco/obras/4/"},
        "places": {"a": [-7_902_100, -78_567_300]},
        "group": "rubros",
        "rule": RULE,
        "money": 12_000_000,
    }
    assert second["costs"] == {"a": 4_500_000, "b": 5_500_000, "c": 6_000_000}
    assert not poll.thread.is_public


def test_the_rules_of_any_other_poll_say_nothing_of_all_this(otuzco):
    rules = definition.of(PollFactory(municipality=otuzco))

    assert {"part_of", "voters", "roll"}.isdisjoint(rules)
    new = {"costs", "addresses", "places", "group", "rule", "money", "districts"}
    assert new.isdisjoint(rules["questions"][0])


def test_three_hundred_works_have_names_of_two_letters_in_the_order_they_were_given(otuzco):
    poll = ask(otuzco, [heading(options=works(*range(1, 301)))])

    named = list(poll.questions.get().options.values_list("code", "title"))
    assert named[:2] == [("aa", "Obra 1"), ("ab", "Obra 2")]
    assert named[299] == ("ln", "Obra 300")
    assert len({len(code) for code, _title in named}) == 1


def test_who_lives_where_nothing_is_asked_does_not_vote(otuzco):
    one, other = DistrictFactory(code="130699"), DistrictFactory(code="130698")

    questions = [heading(districts=[one.pk]), heading(districts=[other.pk, one.pk])]

    assert ask(otuzco, questions).districts == ["130698", "130699"]
    assert ask(otuzco, [*questions, heading()]).districts == []


def test_other_questions_take_the_place_of_those_there_were_until_the_rules_are_frozen(otuzco, ana):
    poll = ask(otuzco, [heading("Agua"), heading("Pistas")])
    polls.draw_lots(poll, by=ana, where="Plaza", before="Vecinos")

    asked.ask_anew(poll, by=ana, questions=[heading("Riego")])

    assert list(poll.questions.values_list("title", "lots")) == [("Riego", [])]
    settled, _key = open_works(otuzco)
    with pytest.raises(polls.CannotPrepare):
        asked.ask_anew(settled, by=ana, questions=[heading("Riego")])


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (heading(money=None), "¿Qué obras?"),
        (heading(kind=QuestionKind.RANKED), "¿Qué obras?"),
        (heading(rule={"method": "greedy", "threshold": 0.5}), "no single form"),
        (heading(options=works(*range(1, 678))), "676"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words_and_nothing_is_kept(otuzco, question, why):
    with pytest.raises(polls.CannotPrepare, match=why):
        ask(otuzco, [question])

    assert not Poll.objects.exists()


@pytest.mark.parametrize(
    ("questions", "gaps"),
    [
        ([heading(options=works(130_000))], 1),
        ([heading(options=[asked.AskedOption(title="Obra")])], 1),
        ([heading(options=[])], 1),
        ([heading(kind="approval", options=[])], 1),
        ([heading(districts=["150101"])], 1),
        ([heading(), heading(kind="approval", options=works(1))], 0),
    ],
)
def test_what_is_missing_before_it_can_be_approved_is_said(otuzco, questions, gaps):
    poll = fresh(ask(otuzco, questions))

    assert len([gap for gap in preparation.missing(poll) if gap.step == "questions"]) == gaps


# --- A closed list


def test_a_list_is_closed_once_and_the_same_document_is_on_it_once(otuzco, ana):
    poll = ask(otuzco, voters=Voters.LISTED)
    rosa, juan = bytes([1]) * 32, bytes([2]) * 32

    assert asked.list_voters(poll, by=ana, hashes=[rosa, juan, rosa]) == 2
    assert asked.list_voters(poll, by=ana, hashes=[juan]) == 1

    assert [bytes(one) for one in poll.listed.values_list("document_hash", flat=True)] == [juan]
    with pytest.raises(polls.CannotPrepare, match="hash"):
        asked.list_voters(poll, by=ana, hashes=[b"12345678"])
    with pytest.raises(polls.CannotPrepare):
        asked.list_voters(ask(otuzco), by=ana, hashes=[juan])


def test_the_roll_of_a_list_is_those_on_it_wherever_they_live(otuzco):
    ResidentFactory(district=otuzco.place)
    poll = ask(otuzco, voters=Voters.LISTED)
    ListedFactory(municipality=otuzco, poll=poll)
    ListedFactory(municipality=otuzco, poll=poll, resident=ResidentFactory())

    assert roll.of(poll).count == 2
    assert roll.of(ask(otuzco)).count == 1


def test_who_approves_a_poll_approves_its_list(otuzco, ana):
    poll = fresh(ask(otuzco, voters=Voters.LISTED))
    asked.list_voters(poll, by=ana, hashes=[bytes(32)])
    before = definition.content_hash(poll)

    asked.list_voters(poll, by=ana, hashes=[bytes([1]) * 32])

    assert definition.content_hash(poll) != before
    assert definition.of(poll)["roll"]["count"] == 1


def test_an_empty_list_is_missing_before_approval_but_not_in_a_test(otuzco, ana):
    poll = fresh(ask(otuzco, voters=Voters.LISTED))
    trustees = [("Rosa", "Parroquia"), ("Juan", "Comité")]
    polls.set_trustees(poll, by=ana, trustees=trustees)

    assert "questions" in {gap.step for gap in preparation.missing(poll)}

    test = copies.try_out(poll, by=ana)
    assert test.voters == Voters.LISTED
    assert test.questions.get().options.get(code="a").cost == 4_500_000


# --- Written where it belongs


def test_staff_of_votes_neither_rewrite_nor_copy_it(otuzco, ana):
    poll = ask(otuzco)

    with pytest.raises(polls.CannotPrepare, match="2027"):
        polls.save_question(poll, by=ana, kind=QuestionKind.YES_NO, title="¿Sí?")
    with pytest.raises(polls.CannotPrepare, match="2027"):
        polls.drop_question(poll.questions.get(), by=ana)
    with pytest.raises(polls.CannotPrepare, match="2027"):
        copies.clone(poll, by=ana)
    with pytest.raises(polls.CannotPrepare, match="2027"):
        copies.clone(poll, by=ana, is_template=True)
    assert poll.questions.count() == 1


# --- What the database keeps


@pytest.mark.parametrize(
    ("made", "facts"),
    [
        (PollFactory, {"part_of": "Presupuesto"}),
        (PollFactory, {"part_of_address": "/otuzco/"}),
        (PollFactory, {"part_of": "Presupuesto", "part_of_address": "//example.org/"}),
        (PollFactory, {"part_of": "Presupuesto", "part_of_address": "https://example.org/"}),
        (PollFactory, {"voters": "listed"}),
        (PollFactory, {"voters": "listed", "districts": ["130601"], **BUDGET}),
        (PollFactory, {"voters": "everybody"}),
        (QuestionFactory, {"kind": "knapsack"}),
        (QuestionFactory, {"kind": "approval", "money": 0}),
        (QuestionFactory, {"kind": "yes_no", "rule": RULE}),
        (QuestionFactory, {"kind": "ranked", "rule": RULE}),
        (QuestionFactory, {"quorum_of": 1, "quorum_in": 3, "districts": ["130601"]}),
        (QuestionFactory, {"quorum_of": 1, "quorum_in": 3, "group": "rubros"}),
        (OptionFactory, {"cost": 0}),
        (OptionFactory, {"address": "https://example.org/"}),
        (OptionFactory, {"latitude": -8.1}),
        (OptionFactory, {"latitude": -98.1, "longitude": -79.0}),
    ],
)
def test_the_database_refuses_what_makes_no_sense(otuzco, made, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        made(municipality=otuzco, **facts)


def test_a_list_belongs_to_its_poll_and_names_a_document_once(otuzco):
    one = ListedFactory(municipality=otuzco)

    with pytest.raises(IntegrityError), transaction.atomic():
        ListedFactory(municipality=otuzco, poll=one.poll, document_hash=one.document_hash)


@pytest.mark.parametrize(
    "change",
    [
        {"part_of": "Otro"},
        {"part_of_address": "/otro/"},
        {"voters": "residents"},
    ],
)
def test_what_it_is_part_of_and_who_votes_are_frozen_with_the_rules(otuzco, change):
    poll, _key = open_works(otuzco, listed=[bytes(32)])

    with pytest.raises(IntegrityError), transaction.atomic():
        Poll.objects.filter(pk=poll.pk).update(**change)


def test_nobody_joins_or_leaves_a_list_once_the_rules_are_frozen(otuzco):
    poll, _key = open_works(otuzco, listed=[bytes(32)])

    for change in (
        lambda: ListedFactory(municipality=otuzco, poll=poll),
        lambda: Listed.objects.filter(poll=poll).update(document_hash=bytes([1]) * 32),
        lambda: Listed.objects.filter(poll=poll).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert poll.listed.get().document_hash == bytes(32)


@pytest.mark.parametrize("change", [{"money": 1}, {"group": "x"}, {"districts": []}, {"rule": {}}])
def test_money_group_districts_and_rule_are_frozen_with_the_rules(otuzco, change):
    poll, _key = open_works(otuzco, [heading(districts=[otuzco.place_id], group="rubros")])

    with pytest.raises(IntegrityError), transaction.atomic():
        poll.questions.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        poll.questions.get().options.update(cost=1)


def test_a_list_of_another_place_is_neither_seen_nor_written(otuzco):
    salpo = MunicipalityFactory()
    with municipality_scope(salpo):
        listed = ListedFactory(municipality=salpo)

    assert not Listed.objects.exists()
    with pytest.raises(Poll.DoesNotExist):
        asked.list_voters(listed.poll, by=UserFactory(), hashes=[bytes(32)])
