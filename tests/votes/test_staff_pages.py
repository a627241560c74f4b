import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from municipalities.enums import Module, MunicipalityKind
from municipalities.rls import municipality_scope
from tests.factories import (
    ComplaintFactory,
    MunicipalityFactory,
    PollFactory,
    RegionPlaceFactory,
    RoleGrantFactory,
    UserFactory,
    cast_into,
)
from votes import definition
from votes.actions import polls, urn as urns
from votes.enums import Phase, UrnState
from votes.models import Poll
from votes.who import pretender_of


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.VOTES])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def ana(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user


@pytest.fixture
def luis(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)
    return client


def at(name, poll=None, *more):
    poll = [poll.pk] if poll else []
    return reverse(f"votes:{name}", args=["otuzco", *poll, *more])


def ahead(**more):
    """A poll with all that is needed but its lots."""
    return PollFactory(
        opens_at=timezone.now() + timedelta(days=3),
        closes_at=timezone.now() + timedelta(days=5),
        **more,
    )


def counted(otuzco, clock, **more):
    poll = PollFactory(
        municipality=otuzco,
        ready=True,
        opens_at=timezone.now() - timedelta(days=2),
        closes_at=timezone.now() - timedelta(days=1),
        **more,
    )
    urn = urns.close(poll.urn)
    urn.state = UrnState.OPENED
    urn.save(update_fields=["state"])
    return poll


def local(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def written(**more):
    now = timezone.now()
    return {
        "title": "Sunday market",
        "text": "Whether it opens on Sundays.",
        "meaning": "If yes wins, it opens.",
        "effect": "consultative",
        "norm": "",
        "in_favour": "More room to sell.",
        "against": "Less rest for all.",
        "opens_at": local(now + timedelta(days=3)),
        "closes_at": local(now + timedelta(days=6)),
        "answer_due_on": (timezone.localdate() + timedelta(days=20)).isoformat(),
    } | more


def fresh(poll):
    return Poll.objects.select_related("urn", "thread", "municipality").get(pk=poll.pk)


# --- From the first word to the frozen rules


def test_two_people_bring_a_vote_from_the_first_word_to_frozen_rules(desk, otuzco, ana, luis):
    answer = desk.post(at("new"), written())
    poll = Poll.objects.get()
    assert answer.url == at("case", poll)
    assert "al menos una pregunta" in desk.get(at("case", poll)).text

    desk.post(f"{at('new_question', poll)}?tipo=yes_no", {"title": "Open?", "majority": "1/2"})
    desk.post(
        at("trustees", poll),
        {
            "custody": "trustees",
            "keys_needed": "2",
            "row_0_name": "Rosa",
            "row_0_text": "Parish",
            "row_1_name": "Juan",
            "row_1_text": "",
        },
    )
    desk.post(at("lots", poll), {"where": "Town hall", "before": "The committee"})
    for person in (ana, luis):
        desk.force_login(person)
        page = desk.get(at("approve", poll)).text
        content = re.search(r'name="content" value="(\w+)"', page)[1]
        desk.post(at("approve", poll), {"content": content})
    assert desk.get(at("freeze", poll)).status_code == 200
    desk.post(at("freeze", poll))

    assert fresh(poll).phase == Phase.KEYS
    assert fresh(poll).thread.is_public
    page = desk.get(at("case", poll)).text
    assert at("keys", poll) in page
    assert at("edit", poll) not in page


def test_an_approval_of_something_else_approves_nothing_and_says_so(desk, otuzco, ana):
    poll = ahead(municipality=otuzco)
    polls.draw_lots(poll, by=ana)
    read = definition.content_hash(fresh(poll)).hex()
    polls.save_question(poll, by=ana, question=poll.questions.get(), title="Other?")

    for content in (read, "no hash", ""):
        page = desk.post(at("approve", poll), {"content": content}, follow=True).text
        assert "Cambió desde que abriste" in page

    assert not poll.approvals.exists()


def test_freezing_is_not_offered_before_two_have_approved(desk, otuzco, ana):
    poll = ahead(municipality=otuzco)
    polls.draw_lots(poll, by=ana)

    assert desk.get(at("freeze", poll)).url == at("case", poll)
    desk.post(at("freeze", poll))

    assert fresh(poll).phase == Phase.PREPARED


def test_a_frozen_poll_leads_away_from_every_page_that_would_change_it(desk, otuzco):
    poll = PollFactory(municipality=otuzco, frozen=True)
    question = poll.questions.get()

    for name, more in (
        ("edit", ()),
        ("new_question", ()),
        ("question", (question.pk,)),
        ("trustees", ()),
        ("lots", ()),
        ("documents", ()),
        ("approve", ()),
    ):
        assert desk.get(at(name, poll, *more)).url == at("case", poll), name
        assert desk.post(at(name, poll, *more)).url == at("case", poll), name
    desk.post(at("drop_question", poll, question.pk))

    assert poll.questions.count() == 1


# --- What is wrong is said at its field, and what was typed stays


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"title": "…"}, "title", "Escribe un título"),
        ({"in_favour": "x" * 200}, "against", "200 letras y las razones en contra 18"),
        ({"against": ""}, "against", "los dos lados"),
        ({"effect": "binding"}, "norm", "Solo una norma"),
        ({"opens_at": "2020-01-01T08:00"}, "opens_at", "ya pasó"),
        ({"closes_at": "2020-01-01T08:00"}, "closes_at", "cerrar después de abrir"),
        ({"opens_at": "tomorrow"}, "opens_at", "24/12/2026 18:00"),
        (
            {"answer_due_on": timezone.localdate().isoformat()},
            "answer_due_on",
            "después del cierre",
        ),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_typed_is_lost(desk, wrong, field, says):
    answer = desk.post(at("new"), written(text="Words that took an hour.", **wrong))

    assert answer.status_code == 422
    assert says in " ".join(answer.context["form"].errors[field])
    assert "Words that took an hour." in answer.text
    assert not Poll.objects.exists()


QUESTIONS = [
    ("single", {}, "row_0_name", "al menos dos opciones"),
    ("single", {"row_0_name": "A", "row_1_name": "a"}, "row_1_name", "ya está"),
    ("single", {"row_0_name": "A", "row_1_text": "What?"}, "row_1_name", "Nombra la opción"),
    ("single", {"row_0_name": "A", "row_1_name": "B", "seats": "2"}, "seats", "menos opciones"),
    ("multiple", {"row_0_name": "A", "row_1_name": "B", "most": "3"}, "most", "Hay 2"),
    ("score", {"row_0_name": "A", "row_1_name": "B", "highest": "0"}, "highest", "más alta"),
    ("points", {"row_0_name": "A", "row_1_name": "B", "points": "1"}, "points", "2"),
    ("open", {"length": "9999"}, "length", "2000"),
]


@pytest.mark.parametrize(("kind", "typed", "field", "says"), QUESTIONS)
def test_a_question_says_at_the_field_what_it_lacks(desk, otuzco, kind, typed, field, says):
    poll = ahead(municipality=otuzco, questions=False)
    rows = {f"row_{n}_{part}": "" for n in range(2) for part in ("name", "text")}
    numbers = {"seats": "1", "lowest": "0", "highest": "5", "points": "10", "most": "1"}

    answer = desk.post(
        f"{at('new_question', poll)}?tipo={kind}",
        {"title": "Which one, of all these?"} | rows | numbers | typed,
    )

    assert answer.status_code == 422
    assert says in " ".join(answer.context["form"].errors[field])
    assert "Which one, of all these?" in answer.text
    assert not poll.questions.exists()


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("yes_no", {"majority": "2/3", "quorum": "1/3"}, {"majority_in": 3, "quorum_in": 3}),
        ("multiple", {"most": "2", "seats": "1"}, {"most": 2}),
        ("ranked", {"most": ""}, {"most": None}),
        ("score", {"lowest": "1", "highest": "7", "seats": "1"}, {"lowest": 1, "highest": 7}),
        ("points", {"points": "20", "seats": "1"}, {"points": 20}),
        ("open", {"length": "500"}, {"length": 500}),
    ],
)
def test_each_kind_of_question_keeps_its_numbers(desk, otuzco, kind, typed, kept):
    poll = ahead(municipality=otuzco, questions=False)
    rows = {"row_0_name": "A", "row_1_name": "B", "row_2_name": "C"}

    desk.post(f"{at('new_question', poll)}?tipo={kind}", {"title": "What?"} | rows | typed)

    question = poll.questions.get()
    assert {name: getattr(question, name) for name in kept} == kept
    assert question.options.count() == {"yes_no": 2, "open": 0}.get(kind, 3)


def test_more_rows_come_without_losing_or_judging_what_was_typed(desk, otuzco):
    poll = ahead(municipality=otuzco, questions=False)

    answer = desk.post(
        f"{at('new_question', poll)}?tipo=single",
        {"title": "", "row_0_name": "Mango", "row_0_text": "", "do": "more"},
    )

    assert answer.status_code == 200
    assert not answer.context["form"].errors
    assert 'value="Mango"' in answer.text
    assert 'name="row_3_name"' in answer.text


def test_the_kinds_are_explained_and_written_answers_are_for_consultations(desk, otuzco):
    binding = ahead(municipality=otuzco, effect="binding", norm="Ordinance 12", questions=False)
    page = desk.get(at("new_question", binding)).text

    assert "?tipo=ranked" in page
    assert "?tipo=open" not in page
    assert desk.get(f"{at('new_question', binding)}?tipo=nonsense").status_code == 404


def test_lots_are_drawn_before_people_and_again_only_with_a_reason(desk, otuzco):
    poll = ahead(municipality=otuzco)
    assert desk.post(at("lots", poll), {"where": "", "before": ""}).status_code == 422
    desk.post(at("lots", poll), {"where": "Town hall", "before": "Rosa, press"})
    again = desk.post(at("lots", poll), {"where": "Town hall", "before": "Rosa", "why": ""})

    assert "why" in again.context["form"].errors
    assert poll.thread.events.filter(verb="poll_lots").count() == 1
    assert "Rosa, press" in desk.get(at("case", poll)).text


# --- Around the vote


def test_it_is_called_off_with_a_reason_that_stays_in_the_form_until_it_says_something(
    desk, otuzco
):
    poll = PollFactory(municipality=otuzco, ready=True)

    assert desk.post(at("call_off", poll), {"why": "  "}).status_code == 422
    desk.post(at("call_off", poll), {"why": "The norm was repealed."})

    assert fresh(poll).cancelled_why == "The norm was repealed."
    assert desk.get(at("call_off", poll)).url == at("case", poll)


def test_a_test_gives_links_that_are_pretend_voters_of_it_alone(desk, otuzco):
    poll = ahead(municipality=otuzco)
    other = PollFactory(municipality=otuzco, ready=True, is_test=True)

    answer = desk.post(at("try_out", poll))
    test = Poll.objects.get(urn__is_test=True, title=poll.title)
    page = desk.get(f"{at('pretend', test)}?number=3")
    tokens = re.findall(r"ensayo=([^\"&]+)", page.text)

    assert answer.url == at("case", test)
    assert len(tokens) == 3
    assert page.text.count("<svg") >= 3
    token = tokens[2].replace("%3A", ":")
    assert pretender_of(fresh(test), token).number == 3
    assert pretender_of(fresh(other), token) is None
    assert desk.get(at("pretend", poll)).status_code == 404
    assert desk.get(f"{at('pretend', test)}?number=5000").status_code == 422


def test_turnout_stands_beside_the_last_vote_and_never_says_what(desk, otuzco, clock):
    before = counted(otuzco, clock, title="Last year")
    now = PollFactory(municipality=otuzco, ready=True)
    for _ in range(3):
        cast_into(now.urn)

    page = desk.get(at("turnout", now))

    assert page.context["turnout"].number == 3
    assert page.context["turnout"].previous == before
    assert desk.get(at("turnout", ahead(municipality=otuzco))).status_code == 302


def test_watchers_are_addresses_one_in_each_line(desk, otuzco):
    poll = PollFactory(municipality=otuzco, ready=True)

    wrong = desk.post(at("watchers", poll), {"watchers": "a@example.org\nnobody"})
    desk.post(at("watchers", poll), {"watchers": "a@example.org\n\na@example.org\nb@example.org"})

    assert wrong.status_code == 422
    assert "«nobody»" in wrong.text
    assert fresh(poll).watchers == ["a@example.org", "b@example.org"]


def test_the_answer_is_published_and_looked_at_again(desk, otuzco, clock):
    poll = counted(otuzco, clock)
    later = timezone.localdate() + timedelta(days=60)
    assert at("answer", poll) in desk.get(at("case", poll)).text

    past = desk.post(at("answer", poll), {"text": "We will.", "review_on": "2020-01-01"})
    desk.post(at("answer", poll), {"text": "We will.", "review_on": later.isoformat()})
    desk.post(at("review", poll), {"text": "It is done.", "again_on": ""})

    assert past.status_code == 422
    assert "We will." in past.text
    poll = fresh(poll)
    assert (poll.answer, poll.review_on) == ("We will.", None)
    verbs = poll.thread.events.public().values_list("verb", flat=True)
    assert list(verbs) == ["poll_answered", "poll_reviewed"]


def test_each_objection_is_answered_by_itself(desk, otuzco, clock):
    poll = counted(otuzco, clock)
    first, second = ComplaintFactory.create_batch(2, municipality=otuzco, poll=poll)
    empty = {"objection": first.pk, f"{first.pk}-text": ""}
    assert desk.post(at("objections", poll), empty).status_code == 422

    desk.post(at("objections", poll), {"objection": first.pk, f"{first.pk}-text": "As announced."})
    nobody = desk.post(at("objections", poll), {"objection": 999, "999-text": "x"})

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.answer, second.answer) == ("As announced.", "")
    assert nobody.status_code == 404


def test_a_newsletter_begins_from_the_vote(desk, otuzco, luis):
    poll = PollFactory(municipality=otuzco, ready=True, title="Sunday market")
    link = re.search(r'href="([^"]*subject=[^"]*)"', desk.get(at("case", poll)).text)[1]

    page = desk.get(link.replace("&amp;", "&"))

    assert "Sunday market" in page.context["form"].initial["subject"]
    assert poll.get_absolute_url() in page.context["form"].initial["text"]
    desk.force_login(luis)
    assert "subject=" not in desk.get(at("case", poll)).text


def test_a_vote_begins_from_a_model_of_the_region_or_a_copy(desk, otuzco, ana):
    place = RegionPlaceFactory(code=otuzco.place_id[:2])
    region = MunicipalityFactory(kind=MunicipalityKind.REGION, place=place, slug="region")
    neighbour = MunicipalityFactory()
    with municipality_scope(region):
        regional = PollFactory(municipality=region, is_template=True, title="Yearly priorities")
    with municipality_scope(neighbour):
        theirs = PollFactory(municipality=neighbour, is_template=True)

    assert "Yearly priorities" in desk.get(at("new")).text
    answer = desk.post(at("begin_from"), {"sample": regional.pk})
    stolen = desk.post(at("begin_from"), {"sample": theirs.pk})

    begun = Poll.objects.get()
    assert (begun.municipality, begun.title) == (otuzco, "Yearly priorities")
    assert answer.url == at("edit", begun)
    assert stolen.status_code == 404
    desk.post(at("clone", begun), {"as": "model"})
    desk.post(at("clone", begun))
    assert Poll.objects.filter(is_template=True).count() == 1
    assert Poll.objects.real().count() == 2


def test_the_calendar_says_what_falls_on_a_month(desk, otuzco):
    poll = ahead(municipality=otuzco, title="Sunday market")
    month = timezone.localdate(poll.urn.opens_at).strftime("%Y-%m")

    assert "Sunday market" in desk.get(f"{at('calendar')}?mes={month}").text
    assert "Sunday market" not in desk.get(f"{at('calendar')}?mes=2031-01").text
    assert desk.get(f"{at('calendar')}?mes=soon").status_code == 404


def test_the_desk_says_what_is_late_first(desk, otuzco, clock):
    ahead(municipality=otuzco, title="Coming")
    counted(otuzco, clock, title="Late", answer_due_on=timezone.localdate() - timedelta(days=1))
    PollFactory(municipality=otuzco, frozen=True, title="No key")

    urgent = desk.get(at("desk")).context["urgent"]

    assert [(one.poll.title, one.is_late) for one in urgent] == [
        ("Late", True),
        ("No key", True),
        ("Coming", False),
    ]


# --- For whom


PAGES = [
    ("desk", None),
    ("calendar", None),
    ("new", None),
    *((name, "poll") for name in ("case", "edit", "documents", "new_question", "trustees")),
    *((name, "poll") for name in ("lots", "preview", "watchers", "approve", "turnout", "answer")),
]


@pytest.mark.parametrize(("name", "what"), PAGES)
def test_pages_are_for_those_who_work_on_votes_here(client, otuzco, ana, luis, name, what):
    address = at(name, ahead(municipality=otuzco) if what else None)
    neighbour = MunicipalityFactory()
    with municipality_scope(neighbour):
        stranger = RoleGrantFactory(municipality=neighbour, role=Role.ADMINISTRATOR).user
    moderator = RoleGrantFactory(municipality=otuzco, role=Role.MODERATOR).user

    assert client.get(address).url.startswith(reverse("account_login"))
    for person in (UserFactory(), moderator, stranger):
        client.force_login(person)
        assert client.get(address).status_code == 403
        assert client.post(address).status_code in (403, 405)
    for person in (ana, luis):
        client.force_login(person)
        answer = client.get(address)
        assert answer.status_code in (200, 302)
        assert "no-store" in answer.headers["Cache-Control"]


def test_reading_changes_nothing(desk, otuzco, ana):
    poll = ahead(municipality=otuzco)
    polls.draw_lots(poll, by=ana)
    before = definition.content_hash(fresh(poll)), poll.thread.events.count()

    for name in ("case", "edit", "lots", "approve", "freeze", "trustees", "preview", "watchers"):
        desk.get(at(name, poll))
    for name in ("clone", "try_out"):
        assert desk.get(at(name, poll)).status_code == 405

    assert (definition.content_hash(fresh(poll)), poll.thread.events.count()) == before
    assert Poll.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_the_same_queries_for_one_or_many(
    desk, otuzco, count, django_assert_max_num_queries
):
    for _ in range(count):
        ahead(municipality=otuzco)
        PollFactory(municipality=otuzco, frozen=True)

    with django_assert_max_num_queries(24):
        assert desk.get(at("desk")).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_vote_asks_the_same_queries_for_one_or_many_questions(
    desk, otuzco, ana, count, django_assert_max_num_queries
):
    poll = ahead(municipality=otuzco)
    for number in range(count - 1):
        polls.save_question(
            poll, by=ana, kind="single", title=f"{number}?", options=[("A", ""), ("B", "")]
        )

    with django_assert_max_num_queries(32):
        assert desk.get(at("case", poll)).status_code == 200


def test_the_admin_shows_votes_of_ones_own_town_and_changes_nothing(desk, otuzco):
    poll = PollFactory(municipality=otuzco, ready=True, title="Sunday market")
    neighbour = MunicipalityFactory()
    with municipality_scope(neighbour):
        PollFactory(municipality=neighbour, title="Theirs")
    change = reverse("admin:votes_poll_change", args=[poll.pk])

    page = desk.get(reverse("admin:votes_poll_changelist")).text
    desk.post(change, {"title": "Changed"})

    assert "Sunday market" in page
    assert "Theirs" not in page
    assert desk.get(change).status_code == 200
    assert fresh(poll).title == "Sunday market"


def test_while_people_vote_the_step_is_open_and_not_the_next_one(desk, otuzco):
    poll = PollFactory(municipality=otuzco, ready=True)

    steps = desk.get(at("case", poll)).context["course"].steps

    assert [step["label"] for step in steps if step["state"] == "current"] == ["Abierta"]
