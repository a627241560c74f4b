import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from municipalities.rls import municipality_scope
from participation.models import Notice
from tests.factories import MunicipalityFactory, ResidentFactory, RoleGrantFactory
from tests.participation.files import pdf
from votes import definition
from votes.actions import files, polls
from votes.enums import Custody, Effect, Phase, QuestionKind
from votes.models import Poll


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def ana(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user


@pytest.fixture
def luis(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user


def words(**more):
    opens_at = timezone.now() + timedelta(days=2)
    return {
        "title": "Sunday market",
        "text": "Whether the market opens on Sundays.",
        "meaning": "The council decides, and says why.",
        "opens_at": opens_at,
        "closes_at": opens_at + timedelta(days=3),
        "answer_due_on": timezone.localdate() + timedelta(days=30),
    } | more


@pytest.fixture
def poll(otuzco, ana):
    return polls.create(otuzco, by=ana, **words())


@pytest.fixture
def complete(poll, ana):
    """All that is needed, to be approved."""
    polls.save_question(poll, by=ana, kind=QuestionKind.YES_NO, title="Open on Sundays?")
    polls.set_trustees(poll, by=ana, trustees=[("Rosa", "Parish"), ("Juan", "Vigilance")])
    return polls.draw_lots(poll, by=ana, where="Plaza de Armas", before="The committee")


def approved(poll, *people):
    for person in people:
        polls.approve(poll, by=person, content=definition.content_hash(fresh(poll)))
    return poll


def fresh(poll):
    return Poll.objects.select_related("urn", "thread", "municipality").get(pk=poll.pk)


def verbs(poll):
    return list(poll.thread.events.values_list("verb", flat=True))


def test_a_new_poll_is_seen_by_staff_alone(poll):
    assert fresh(poll).phase == Phase.PREPARED
    assert not poll.thread.is_public
    assert verbs(poll) == ["poll_prepared"]
    assert not Poll.objects.public().exists()


def test_a_change_is_in_the_history_and_nothing_is_written_where_nothing_changed(poll, ana):
    times = {"opens_at": poll.urn.opens_at, "closes_at": poll.urn.closes_at}
    polls.revise(poll, by=ana, title="Sunday market", **times)

    polls.revise(poll, by=ana, title="Market on Sundays", **times)

    assert verbs(poll) == ["poll_prepared", "poll_edited"]
    assert poll.thread.events.last().data == {"fields": ["title"]}
    assert fresh(poll).urn.label == fresh(poll).thread.title == "Market on Sundays"


def test_yes_or_no_brings_its_options_and_a_written_answer_has_none(poll, ana):
    yes_no = polls.save_question(poll, by=ana, kind="yes_no", title="Yes?", options=[("A", "")])
    written = polls.save_question(poll, by=ana, kind="open", title="Why?", options=[("A", "")])

    assert list(yes_no.options.values_list("code", "title")) == [("a", "Sí"), ("b", "No")]
    assert not written.options.exists()
    assert [yes_no.code, written.code] == ["q1", "q2"]


def test_at_most_ten_questions_and_twenty_six_options(poll, ana):
    with pytest.raises(polls.CannotPrepare, match="26"):
        polls.save_question(
            poll, by=ana, kind="single", title="Which?", options=[(str(n), "") for n in range(27)]
        )
    for number in range(10):
        polls.save_question(poll, by=ana, kind="yes_no", title=f"Question {number}")

    with pytest.raises(polls.CannotPrepare, match="10"):
        polls.save_question(poll, by=ana, kind="yes_no", title="One more")


def test_a_question_left_out_lets_the_others_move_up(poll, ana):
    first, second = [
        polls.save_question(poll, by=ana, kind="yes_no", title=title) for title in ("One", "Two")
    ]

    polls.drop_question(first, by=ana)

    second.refresh_from_db()
    assert second.code == "q1"


def test_other_options_make_the_lot_void_and_other_words_do_not(complete, ana):
    question = complete.questions.get()
    polls.save_question(complete, by=ana, question=question, kind="yes_no", title="Sundays?")
    assert sorted(complete.questions.get().lots) == ["a", "b"]

    polls.save_question(
        complete, by=ana, question=question, kind="single", options=[("Yes", ""), ("Later", "")]
    )

    assert complete.questions.get().lots == []


def test_lots_are_an_order_of_all_options_told_with_when_where_and_before_whom(complete):
    event = complete.thread.events.get(verb="poll_lots")
    titles = {"a": "Sí", "b": "No"}

    assert sorted(complete.questions.get().lots) == ["a", "b"]
    assert event.is_public
    assert event.data == {
        "where": "Plaza de Armas",
        "before": "The committee",
        "order": {"q1": [titles[code] for code in complete.questions.get().lots]},
    }


def test_lots_are_drawn_again_only_with_a_reason_and_the_first_draw_stays_in_the_history(
    complete, ana
):
    with pytest.raises(polls.CannotPrepare, match="di por qué"):
        polls.draw_lots(complete, by=ana)

    polls.draw_lots(complete, by=ana, why="The committee was not there.")

    assert verbs(complete).count("poll_lots") == 2
    assert complete.thread.events.last().text == "The committee was not there."


@pytest.mark.parametrize(
    ("custody", "keys_needed", "people"),
    [("trustees", 1, 2), ("trustees", 3, 2), ("trustees", 2, 17), ("secretary", 1, 2)],
)
def test_a_key_is_kept_by_as_many_as_can_open_it(poll, ana, custody, keys_needed, people):
    trustees = [(f"Trustee {number}", "") for number in range(people)]

    with pytest.raises(polls.CannotPrepare):
        polls.set_trustees(
            poll, by=ana, trustees=trustees, custody=custody, keys_needed=keys_needed
        )


def test_the_secretary_alone_needs_one_key(poll, ana):
    polls.set_trustees(poll, by=ana, trustees=[("Eva", "Secretary")], custody=Custody.SECRETARY)

    assert (fresh(poll).custody, fresh(poll).keys_needed) == ("secretary", 1)


def test_two_different_people_approve_and_one_of_them_may_have_written_it(complete, ana, luis):
    approved(complete, ana)
    with pytest.raises(polls.CannotApprove, match="Ya la aprobaste"):
        approved(complete, ana)
    with pytest.raises(polls.CannotFreeze, match="dos personas"):
        polls.freeze(complete, by=ana)

    approved(complete, luis)

    assert polls.freeze(complete, by=ana).phase == Phase.KEYS


def test_what_changed_since_it_was_read_is_not_approved(complete, ana):
    read = definition.content_hash(fresh(complete))
    polls.save_question(complete, by=ana, question=complete.questions.get(), title="Saturdays?")

    with pytest.raises(polls.CannotApprove, match="Cambió desde"):
        polls.approve(complete, by=ana, content=read)

    assert not complete.approvals.exists()


def test_a_change_leaves_approvals_behind(complete, ana, luis):
    approved(complete, ana, luis)
    polls.save_question(complete, by=ana, question=complete.questions.get(), title="Saturdays?")

    with pytest.raises(polls.CannotFreeze, match="dos personas"):
        polls.freeze(complete, by=ana)


def test_freezing_settles_the_rules_counts_the_roll_and_tells_everybody(complete, ana, luis):
    ResidentFactory.create_batch(3, district=complete.municipality.place)
    approved(complete, ana, luis)

    frozen = polls.freeze(complete, by=luis)

    rules = json.loads(frozen.urn.definition)
    assert rules["roll"]["count"] == 3
    assert rules["title"] == "Sunday market"
    assert rules["questions"][0]["lots"]
    assert frozen.thread.is_public
    assert list(Poll.objects.public()) == [frozen]
    assert verbs(frozen)[-1] == "poll_announced"


def test_a_frozen_poll_is_changed_by_nobody(complete, ana, luis):
    approved(complete, ana, luis)
    question = complete.questions.get()
    polls.freeze(complete, by=ana)

    for change in (
        lambda: polls.revise(complete, by=ana, **words(title="Other")),
        lambda: polls.save_question(complete, by=ana, kind="yes_no", title="More?"),
        lambda: polls.drop_question(question, by=ana),
        lambda: polls.set_trustees(complete, by=ana, trustees=[("A", ""), ("B", "")]),
        lambda: polls.draw_lots(complete, by=ana, why="Again"),
    ):
        with pytest.raises(polls.CannotPrepare, match="ya no cambian"):
            change()
    with pytest.raises(polls.CannotFreeze, match="ya no cambian"):
        polls.freeze(complete, by=ana)


def test_what_is_missing_is_said_and_keeps_it_from_approval(poll, ana):
    with pytest.raises(polls.CannotApprove, match="al menos una pregunta"):
        approved(poll, ana)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"in_favour": "Room for all."}, "los dos lados"),
        ({"in_favour": "x" * 100, "against": "x" * 10}, "100 letras.*10"),
        ({"answer_due_on": timezone.localdate() + timedelta(days=3)}, "después del cierre"),
        ({"opens_at": timezone.now() - timedelta(hours=1)}, "ya pasó"),
    ],
)
def test_what_does_not_fit_keeps_it_from_approval(complete, ana, change, says):
    times = {"opens_at": complete.urn.opens_at, "closes_at": complete.urn.closes_at}
    polls.revise(complete, by=ana, **(times | change))

    with pytest.raises(polls.CannotApprove, match=says):
        approved(complete, ana)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"effect": Effect.BINDING}, "norma"),
        ({"closes_at": timezone.now() + timedelta(days=120)}, "90 días"),
        ({"closes_at": timezone.now()}, "después de abrir"),
    ],
)
def test_what_can_never_be_is_not_even_kept_as_a_draft(poll, ana, change, says):
    times = {"opens_at": poll.urn.opens_at, "closes_at": poll.urn.closes_at}

    with pytest.raises(polls.CannotPrepare, match=says):
        polls.revise(poll, by=ana, **(times | change))


def test_written_answers_fit_a_consultation_only(complete, ana):
    polls.save_question(complete, by=ana, kind="open", title="Why?")
    times = {"opens_at": complete.urn.opens_at, "closes_at": complete.urn.closes_at}
    polls.revise(complete, by=ana, effect=Effect.BINDING, norm="Ordinance 12, art. 3", **times)

    with pytest.raises(polls.CannotApprove, match="respuestas escritas"):
        approved(complete, ana)


def test_a_draft_is_put_aside_and_nobody_but_staff_ever_sees_it(complete, ana, luis):
    approved(complete, ana)
    with pytest.raises(polls.CannotCallOff, match="Di por qué"):
        polls.call_off(complete, by=ana, why="")

    aside = polls.call_off(complete, by=ana, why="Written twice.")

    assert aside.phase == Phase.CANCELLED
    assert not Poll.objects.public().filter(pk=aside.pk).exists()
    assert not Notice.objects.exists()
    with pytest.raises(polls.CannotPrepare):
        polls.set_trustees(aside, by=ana, trustees=[("Rosa", "Parish"), ("Luis", "School")])


def test_who_approves_a_poll_approves_its_documents_as_they_are(complete, ana):
    before = definition.content_hash(complete)

    files.change_documents(complete, by=ana, add=[pdf()])

    complete = Poll.objects.get(pk=complete.pk)
    assert definition.content_hash(complete) != before
    assert len(definition.of(complete)["documents"][0]["sha256"]) == 64


def test_a_poll_is_called_off_with_a_public_reason_only(complete, ana, luis):
    approved(complete, ana, luis)
    polls.freeze(complete, by=ana)
    with pytest.raises(polls.CannotCallOff, match="Di por qué"):
        polls.call_off(complete, by=ana, why=" ")

    called_off = polls.call_off(complete, by=ana, why="The norm was repealed.")

    assert called_off.phase == Phase.CANCELLED
    assert called_off.thread.events.last().text == "The norm was repealed."
    with pytest.raises(polls.CannotCallOff):
        polls.call_off(complete, by=ana, why="Twice")


def test_a_test_is_frozen_without_approvals_and_stays_out_of_sight(otuzco, ana):
    test = polls.create(otuzco, by=ana, is_test=True, **words(opens_at=timezone.now()))
    polls.save_question(test, by=ana, kind="yes_no", title="Sundays?")
    polls.set_trustees(test, by=ana, trustees=[("A", ""), ("B", "")])
    polls.draw_lots(test, by=ana)

    frozen = polls.freeze(test, by=ana)

    assert frozen.phase == Phase.KEYS
    assert not frozen.thread.is_public
    assert not Poll.objects.public().exists()
