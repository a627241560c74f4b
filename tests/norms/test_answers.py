from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from municipalities.enums import Module
from municipalities.rls import municipality_scope, scoped_transaction
from norms import contributions as facts
from norms.actions import answers as actions
from norms.enums import Verdict
from norms.likeness import alike
from norms.models import Answered, OfficeAnswer
from norms.rules.answers import why_not_answer, why_not_publish_answers
from participation.models import Event, Notice
from tests.factories import CommentFactory, MunicipalityFactory, UserFactory
from tests.norms.answering import comment, neighbour, propose, put_forward, staff
from tests.norms.factories import NormFactory


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.NORMS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def ana(otuzco):
    return staff(otuzco)


def hide(said):
    said.hidden_at, said.hidden_rule = timezone.now(), "insult"
    said.save()


def answer(norm, ana, *comments, verdict=Verdict.TAKEN, text="It is in the text now."):
    return actions.answer(
        norm, by=ana, comments=[one.pk for one in comments], verdict=verdict, text=text
    )


# --- What is a contribution


def test_contributions_are_what_people_say_on_any_part_of_the_norm(otuzco):
    norm, parts = put_forward(otuzco)
    whole, on_article = comment(norm), comment(norm, parts[1])
    wording = propose(norm, parts[0], "bicicleta", "moto")
    office = comment(norm, as_office="Transporte")
    reply = CommentFactory(municipality=otuzco, thread=norm.thread, parent=whole)
    hidden = comment(norm)
    hide(hidden)
    other, other_parts = put_forward(otuzco)
    elsewhere = comment(other, other_parts[0])

    found = list(facts.in_order(facts.contributions(norm)))

    assert found == [whole, wording.comment, on_article]
    assert not {office, reply, hidden, elsewhere} & set(found)
    assert [one.place for one in found] == [None, parts[0].article_id, parts[1].article_id]


def test_counts_tell_what_became_of_them(otuzco, ana):
    norm, parts = put_forward(otuzco, answered=True)
    said = [comment(norm, parts[0]) for _number in range(5)]
    actions.publish(answer(norm, ana, *said[:2]), by=ana)
    actions.publish(answer(norm, ana, said[2], verdict=Verdict.NO), by=ana)
    answer(norm, ana, said[3])

    told = facts.counts(norm)
    assert [told[name] for name in ("all", "answered", "unanswered", "drafted")] == [5, 3, 2, 1]
    assert [told[name] for name in ("taken", "partly", "no", "late")] == [2, 0, 1, 3]


# --- Answering


def test_one_answer_is_given_to_several(otuzco, ana):
    norm, parts = put_forward(otuzco, closed=True)
    said = [comment(norm, parts[0]) for _number in range(3)]

    made = answer(norm, ana, *said)

    assert (made.verdict, made.published_at, made.by) == ("taken", None, ana)
    assert [given.comment for given in made.answered.all()] == said
    assert list(facts.drafted(facts.contributions(norm))) == said


def test_nothing_is_answered_twice(otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)
    said, other = comment(norm), comment(norm)
    answer(norm, ana, said)

    with pytest.raises(actions.CannotAnswer):
        answer(norm, ana, said, other)

    assert Answered.objects.count() == 1


@pytest.mark.parametrize("which", ["hidden", "reply", "office", "elsewhere", "none"])
def test_only_contributions_are_answered(otuzco, ana, which):
    norm, _parts = put_forward(otuzco, closed=True)
    said = comment(norm, as_office="Transporte" if which == "office" else "")
    if which == "hidden":
        hide(said)
    if which == "reply":
        said = CommentFactory(municipality=otuzco, thread=norm.thread, parent=said)
    if which == "elsewhere":
        said = comment(NormFactory(municipality=otuzco))
    chosen = [] if which == "none" else [said]

    with pytest.raises(actions.CannotAnswer):
        answer(norm, ana, *chosen)


@pytest.mark.parametrize(("verdict", "text"), [("taken", " … "), ("perhaps", "Why not.")])
def test_an_answer_says_what_is_done_and_why(otuzco, ana, verdict, text):
    norm, _parts = put_forward(otuzco, closed=True)

    with pytest.raises(actions.CannotAnswer):
        answer(norm, ana, comment(norm), verdict=verdict, text=text)


def test_only_staff_of_the_place_answer(otuzco):
    norm, _parts = put_forward(otuzco, closed=True)
    elsewhere = MunicipalityFactory()
    with municipality_scope(elsewhere):
        stranger = staff(elsewhere)

    for person in (UserFactory(), neighbour(otuzco).user, stranger):
        assert why_not_answer(person, norm)
        with pytest.raises(actions.CannotAnswer):
            answer(norm, person, comment(norm))


def test_answers_are_published_once_everybody_has_had_their_say(otuzco, ana):
    norm, _parts = put_forward(otuzco)
    made = answer(norm, ana, comment(norm))

    assert why_not_publish_answers(ana, norm)
    with pytest.raises(actions.CannotAnswer):
        actions.publish(made, by=ana)
    with pytest.raises(actions.CannotAnswer):
        actions.publish_all(norm, by=ana)


def test_whoever_contributed_is_told_once_and_led_to_the_answers(
    otuzco, ana, django_capture_on_commit_callbacks
):
    norm, parts = put_forward(otuzco, closed=True)
    rosa, luis = UserFactory(), UserFactory()
    said = [comment(norm, author=rosa), comment(norm, parts[0], author=rosa)]
    said.append(propose(norm, parts[1], "tasa", "cuota", comment__author=luis).comment)
    for one in said:
        answer(norm, ana, one)

    with django_capture_on_commit_callbacks(execute=True):
        assert actions.publish_all(norm, by=ana) == 3

    notices = Notice.objects.filter(event__verb="norm_contribution_answered")
    assert sorted(notice.user_id for notice in notices) == sorted([rosa.pk, luis.pk])
    page = reverse("norms:answers", args=["otuzco", norm.pk])
    assert {notice.path for notice in notices} == {f"{page}?mios=si"}


def test_published_twice_it_is_told_once(otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)
    made = answer(norm, ana, comment(norm))

    actions.publish(made, by=ana)
    actions.publish(made, by=ana)

    assert Event.objects.filter(verb="norm_contribution_answered").count() == 1


def test_the_history_tells_of_answers_once_a_day(otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)
    for _number in range(3):
        actions.publish(answer(norm, ana, comment(norm)), by=ana)

    assert Event.objects.public().filter(verb="norm_answers").count() == 1


def test_a_comment_hidden_meanwhile_is_neither_answered_nor_told(otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)
    shown, hidden = comment(norm), comment(norm)
    made, alone = answer(norm, ana, shown, hidden), answer(norm, ana, comment(norm))
    hide(hidden)
    hide(alone.answered.get().comment)

    actions.publish(made, by=ana)
    with pytest.raises(actions.CannotAnswer):
        actions.publish(alone, by=ana)

    told = Event.objects.get(verb="norm_contribution_answered").data["people"]
    assert told == [shown.author_id]
    assert facts.counts(norm)["answered"] == 1


def test_an_erased_author_is_not_told(otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)

    actions.publish(answer(norm, ana, comment(norm, author=None)), by=ana)

    assert "people" not in Event.objects.get(verb="norm_contribution_answered").data


# --- Changing an answer


def test_a_draft_changes_freely(otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)
    first, second, third = comment(norm), comment(norm), comment(norm)
    made = answer(norm, ana, first, second)

    actions.revise(
        made, by=ana, verdict="no", text="The law forbids it.", comments=[second.pk, third.pk]
    )

    made.refresh_from_db()
    assert (made.verdict, made.text, made.corrected_at) == ("no", "The law forbids it.", None)
    assert [given.comment for given in made.answered.order_by("comment")] == [second, third]
    assert not Event.objects.filter(verb="norm_answer_corrected").exists()


def test_a_draft_answers_at_least_one(otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)
    made = answer(norm, ana, comment(norm))

    with pytest.raises(actions.CannotAnswer):
        actions.revise(made, by=ana, verdict="no", text="Why.", comments=[])

    assert made.answered.count() == 1


def test_a_correction_leaves_what_it_said_in_the_history(otuzco, ana, client):
    norm, _parts = put_forward(otuzco, closed=True)
    said = comment(norm)
    made = answer(norm, ana, said, text="It is taken up in article 2.")
    actions.publish(made, by=ana)
    address = reverse("norms:answer_history", args=["otuzco", made.pk])

    actions.revise(made, by=ana, verdict="partly", text="It is taken up in article 3.")

    event = Event.objects.get(verb="norm_answer_corrected")
    assert event.data["before"] == "It is taken up in article 2."
    assert event.data["people"] == [said.author_id]
    page = client.get(address)
    [(_event, before, later, *_verdicts)] = page.context["rows"]
    assert before == ("It is taken up in article 2.", "taken")
    assert later == ("It is taken up in article 3.", "partly")


def test_the_same_words_again_correct_nothing(otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)
    made = actions.publish(answer(norm, ana, comment(norm), text="Yes."), by=ana)

    actions.revise(made, by=ana, verdict="taken", text="Yes.")

    assert not Event.objects.filter(verb="norm_answer_corrected").exists()


def test_a_draft_is_thrown_away_and_a_published_answer_is_not(otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)
    draft, made = answer(norm, ana, comment(norm)), answer(norm, ana, comment(norm))
    actions.publish(made, by=ana)

    actions.drop(draft, by=ana)
    with pytest.raises(actions.CannotAnswer):
        actions.drop(made, by=ana)

    assert list(OfficeAnswer.objects.all()) == [made]


def test_those_that_say_nearly_the_same_are_suggested(otuzco, ana):
    norm, parts = put_forward(otuzco)
    first = comment(norm, text="Los triciclos no deben pagar ninguna tasa")
    like = comment(norm, parts[1], text="Que los triciclos no paguen ninguna tasa")
    comment(norm, text="Las multas son muy altas")
    done = comment(norm, text="Los triciclos no deben pagar ninguna tasa anual")
    answer(norm, ana, done)
    other, _other_parts = put_forward(otuzco)
    comment(other, text=first.text)
    one = propose(norm, parts[0], "bicicleta", "bicicleta o el triciclo", comment__text="Uno")
    two = propose(norm, parts[0], "circula", "bicicleta y el triciclo", comment__text="Dos")

    assert alike(norm, [first]) == [like]
    assert alike(norm, list(facts.contributions(norm).filter(pk=one.comment_id))) == [two.comment]
    assert alike(norm, []) == []


# --- The desk


def desk(client, norm, **asked):
    return client.get(reverse("norms:answer_desk", args=["otuzco", norm.pk]), asked)


def test_the_desk_finds_what_is_asked_for(client, otuzco, ana):
    norm, parts = put_forward(otuzco, closed=True)
    whole = comment(norm, text="Sobre todo lo demás")
    drafted, answered = comment(norm, parts[0]), comment(norm, parts[1])
    wording = propose(norm, parts[1], "tasa", "una cuota pequeña").comment
    answer(norm, ana, drafted)
    actions.publish(answer(norm, ana, answered), by=ana)
    client.force_login(ana)

    def found(**asked):
        return desk(client, norm, **asked).context["comments"]

    assert found() == [whole, drafted, answered, wording]
    assert found(estado="pendiente") == [whole, drafted, wording]
    assert found(estado="borrador") == [drafted]
    assert found(estado="taken") == [answered]
    assert found(articulo=parts[1].article_id) == [answered, wording]
    assert found(articulo=0) == [whole]
    assert found(redaccion="on") == [wording]
    assert found(q="demas") == [whole]
    assert found(q="cuota pequena") == [wording]
    assert found(q=f"#{drafted.pk}") == [drafted]
    assert found(articulo="x", estado="x") == [whole, drafted, answered, wording]


def test_several_are_answered_at_once_and_published(client, otuzco, ana):
    norm, parts = put_forward(otuzco, closed=True)
    said = [comment(norm, parts[0]) for _number in range(3)]
    client.force_login(ana)
    address = reverse("norms:answer", args=["otuzco", norm.pk])
    ids = [one.pk for one in said]

    page = client.get(address, {"aporte": ids})
    sent = client.post(
        address, {"aporte": ids, "verdict": "partly", "text": "In part.", "do": "publish"}
    )

    assert page.context["chosen"] == said
    assert sent.status_code == 302
    made = OfficeAnswer.objects.get()
    assert made.published_at
    assert made.answered.count() == 3


def test_without_a_choice_or_reasons_nothing_is_answered(client, otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)
    said = comment(norm)
    client.force_login(ana)
    address = reverse("norms:answer", args=["otuzco", norm.pk])

    assert client.get(address).status_code == 302
    assert client.post(address, {"verdict": "no", "text": "Why."}).status_code == 422
    assert client.post(address, {"aporte": said.pk, "text": ""}).status_code == 422
    assert not OfficeAnswer.objects.exists()


def test_while_people_contribute_the_answer_stays_a_draft(client, otuzco, ana):
    norm, _parts = put_forward(otuzco)
    said = comment(norm)
    client.force_login(ana)
    address = reverse("norms:answer", args=["otuzco", norm.pk])

    client.post(address, {"aporte": said.pk, "verdict": "no", "text": "Why.", "do": "publish"})
    client.post(reverse("norms:publish_answers", args=["otuzco", norm.pk]))

    assert OfficeAnswer.objects.get().published_at is None


def test_a_draft_is_changed_dropped_and_published_from_its_pages(client, otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)
    first, second, third = comment(norm), comment(norm), comment(norm)
    one, two = answer(norm, ana, first), answer(norm, ana, second)
    three = answer(norm, ana, third)
    client.force_login(ana)
    edit = reverse("norms:edit_answer", args=["otuzco", one.pk])

    assert client.get(edit).context["chosen"] == [first]
    client.post(edit, {"aporte": first.pk, "verdict": "no", "text": "New.", "do": "keep"})
    client.post(reverse("norms:edit_answer", args=["otuzco", two.pk]), {"do": "drop"})
    client.post(reverse("norms:publish_answer", args=["otuzco", one.pk]))
    client.post(reverse("norms:publish_answers", args=["otuzco", norm.pk]))
    client.post(edit, {"verdict": "partly", "text": "Newer."})

    one.refresh_from_db()
    three.refresh_from_db()
    assert (one.verdict, one.text, bool(one.corrected_at)) == ("partly", "Newer.", True)
    assert not OfficeAnswer.objects.filter(pk=two.pk).exists()
    assert three.published_at
    written = client.get(reverse("norms:written_answers", args=["otuzco", norm.pk]))
    assert list(written.context["page"].object_list) == [three, one]


def test_the_desk_is_for_staff(client, otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)
    made = answer(norm, ana, comment(norm))
    addresses = [
        reverse(f"norms:{name}", args=["otuzco", norm.pk])
        for name in ("answer_desk", "answer", "written_answers")
    ]
    addresses.append(reverse("norms:edit_answer", args=["otuzco", made.pk]))

    for address in addresses:
        client.logout()
        assert client.get(address).url.startswith(reverse("account_login"))
        client.force_login(neighbour(otuzco).user)
        assert client.get(address).status_code == 403
    assert (
        client.post(reverse("norms:publish_answers", args=["otuzco", norm.pk])).status_code == 403
    )


@pytest.mark.parametrize("count", [1, 6])
def test_the_desk_asks_the_same_queries_for_one_or_many(
    client, otuzco, ana, count, django_assert_max_num_queries
):
    norm, parts = put_forward(otuzco, closed=True)
    for number in range(count):
        said = propose(norm, parts[number % 3], parts[number % 3].text[:8], f"otras {number}")
        answer(norm, ana, said.comment)
    client.force_login(ana)
    desk(client, norm)

    with django_assert_max_num_queries(20):
        assert len(desk(client, norm).context["comments"]) == count


# --- Beside the comment


def test_the_answer_stands_beside_its_comment(client, otuzco, ana):
    norm, _parts = put_forward(otuzco, closed=True)
    said, waiting = comment(norm), comment(norm)
    made = answer(norm, ana, said, text="Article 7 says so now.")
    answer(norm, ana, waiting, text="Nobody reads this yet.")
    actions.publish(made, by=ana)

    there = client.get(said.get_absolute_url()).content.decode()
    not_yet = client.get(waiting.get_absolute_url()).content.decode()

    assert "Article 7 says so now." in there
    assert "Nobody reads this yet." not in not_yet


def test_a_late_answer_says_that_it_is_late(client, otuzco, ana):
    norm, _parts = put_forward(otuzco, answered=True)
    said = comment(norm)
    made = actions.publish(answer(norm, ana, said), by=ana)

    [(_comment, row)] = client.get(reverse("norms:answers", args=["otuzco", norm.pk])).context[
        "rows"
    ]

    assert row.is_late
    assert made.published_at - norm.answers_at > timedelta(days=2)


# --- Many at once


def test_twenty_answers_at_once_answer_a_contribution_once(transactional_db):
    town = MunicipalityFactory(slug="otuzco", modules=[Module.NORMS])
    with scoped_transaction(town):
        ana = staff(town)
        norm, _parts = put_forward(town, closed=True)
        said = comment(norm)

    def one(_number):
        try:
            with scoped_transaction(town):
                made = answer(norm, ana, said)
                actions.publish(made, by=ana)
                return 1
        except actions.CannotAnswer:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(one, range(20)))

    with scoped_transaction(town):
        assert done == Answered.objects.count() == OfficeAnswer.objects.count() == 1
        assert Event.objects.filter(verb="norm_contribution_answered").count() == 1
