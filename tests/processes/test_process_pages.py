"""What everybody reads of a process: its list, its page, its rules, its history, its feed."""

from hashlib import sha256
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from budgets.enums import StepKind as BudgetStep
from participation.models import Category, Follow
from processes import happening, progress
from processes.actions import outcomes, processes
from processes.enums import ProcessKind, ProcessState, StepKind
from tests.budgets.factories import BudgetFactory
from tests.factories import (
    CommentFactory,
    DebateFactory,
    DocumentFactory,
    PollFactory,
    ProposalFactory,
    UserFactory,
)
from tests.norms.factories import NormFactory
from tests.processes.factories import (
    MeetingFactory,
    OutcomeFactory,
    OutcomeReviewFactory,
    PartyFactory,
    ProcessFactory,
    StepFactory,
    TeamMemberFactory,
    UndertakingFactory,
)
from tests.processes.process import RULES, opened, ready, step


def at(name, *args):
    return reverse(f"processes:{name}", args=["otuzco", *args])


def shown(response):
    return [card["process"].title for card in response.context["cards"]]


# --- The list


def test_the_list_has_what_was_opened_the_newest_first(client, otuzco):
    ProcessFactory(municipality=otuzco, draft=True)
    ProcessFactory(municipality=otuzco, title="Older")
    ProcessFactory(municipality=otuzco, title="Newer", opened_at=timezone.now())

    assert shown(client.get(at("index"))) == ["Newer", "Older"]


def test_the_list_is_narrowed_by_state_kind_topic_and_words(client, otuzco):
    water = Category.objects.first()
    ProcessFactory(municipality=otuzco, title="Canal de riego", category=water)
    ProcessFactory(municipality=otuzco, title="Feria", closed=True)
    ProcessFactory(municipality=otuzco, title="Mesa minera", dialogue=True)
    ProcessFactory(
        municipality=otuzco, title="Nada", state=ProcessState.CALLED_OFF, called_off_why="x"
    )

    def found(**asked):
        return set(shown(client.get(at("index"), asked)))

    assert found() == {"Canal de riego", "Feria", "Mesa minera", "Nada"}
    assert found(estado="abiertos") == {"Canal de riego", "Mesa minera"}
    assert found(estado="cerrados") == {"Feria"}
    assert found(estado="anulados") == {"Nada"}
    assert found(tipo=ProcessKind.DIALOGUE) == {"Mesa minera"}
    assert found(tema=water.pk) == {"Canal de riego"}
    assert found(q="canales") == {"Canal de riego"}
    assert found(q="canales", estado="cerrados") == set()


def test_what_makes_no_sense_is_left_out_of_the_filters(client, otuzco):
    ProcessFactory(municipality=otuzco)

    response = client.get(at("index"), {"estado": "x", "tema": "x", "tipo": "x", "page": "x"})

    assert len(response.context["cards"]) == 1


def test_a_long_list_has_pages(client, otuzco):
    ProcessFactory.create_batch(13, municipality=otuzco)

    assert len(client.get(at("index")).context["cards"]) == 12
    assert len(client.get(at("index"), {"page": 2}).context["cards"]) == 1


def test_the_list_alone_is_the_same_as_in_the_page(client, otuzco):
    ProcessFactory(municipality=otuzco)

    part = client.get(at("index"), headers={"HX-Request": "true"})

    assertContains(client.get(at("index")), part.content.decode().strip(), html=True)


def queries_of(client, django_assert_max_num_queries, address):
    client.get(address)
    with django_assert_max_num_queries(100) as asked:
        client.get(address)
    return len(asked)


def test_one_and_many_processes_ask_the_same_queries(client, otuzco, django_assert_max_num_queries):
    def one():
        process = ProcessFactory(municipality=otuzco)
        StepFactory.create_batch(2, municipality=otuzco, process=process)
        OutcomeFactory(municipality=otuzco)

    one()
    few = queries_of(client, django_assert_max_num_queries, at("index"))
    for _ in range(3):
        one()

    assert queries_of(client, django_assert_max_num_queries, at("index")) == few


def test_an_empty_list_leads_on(client, otuzco):
    assertContains(client.get(at("index")), "empty")
    assertContains(client.get(at("index"), {"q": "nada"}), at("index"))


# --- Its badge and its next date


def test_the_badge_says_what_goes_on_and_how_it_ended(otuzco, elsa):
    process = ready(otuzco, elsa, steps=[step("Later", start=2, end=3)])
    assert progress.badge(process).icon == "edit"
    assert progress.next_date(process) is None

    process = processes.open_process(process, by=elsa)
    assert progress.badge(process).tone == "wait"
    assert progress.next_date(process) == process.steps.get().starts_at

    going_on = opened(otuzco, elsa, steps=[step("Now", start=-1, end=1)])
    assert progress.badge(going_on).tone == "open"
    assert "Now" in progress.badge(going_on).label
    assert progress.next_date(going_on) == going_on.steps.get().ends_at

    over = opened(otuzco, elsa, steps=[step(start=-3, end=-1)])
    assert progress.badge(over).icon == "clock"
    assert progress.next_date(over) is None

    closed = processes.close(over, by=elsa)
    assert progress.badge(closed).icon == "lock"
    assert progress.badge(OutcomeFactory(municipality=otuzco).process).icon == "check"
    called_off = processes.call_off(going_on, by=elsa, reason="No money.")
    assert progress.badge(called_off).tone == "bad"


# --- The page of one


def test_a_draft_is_seen_by_staff_alone(client, otuzco, elsa):
    process = ready(otuzco, elsa)
    for name in ("by_number", "rules", "rules_text", "history"):
        assert client.get(at(name, process.pk)).status_code == 404
    assert client.get(process.get_absolute_url()).status_code == 404

    client.force_login(elsa)
    page = client.get(process.get_absolute_url())
    assertContains(page, "noindex")
    assertContains(page, at("manage", process.pk))
    assert client.get(at("rules_text", process.pk)).status_code == 404  # nothing is frozen yet


def test_an_old_title_leads_to_the_page(client, otuzco):
    process = ProcessFactory(municipality=otuzco)

    assert client.get(at("detail", process.pk, "x")).url == process.get_absolute_url()
    assert client.get(at("by_number", process.pk)).url == process.get_absolute_url()


def test_the_page_shows_steps_team_documents_meetings_and_outcome(client, otuzco):
    process = ProcessFactory(municipality=otuzco, closed=True)
    StepFactory(municipality=otuzco, process=process, title="The workshop")
    TeamMemberFactory(municipality=otuzco, process=process)
    paper = DocumentFactory(municipality=otuzco, thread=process.thread)
    meeting = MeetingFactory(municipality=otuzco, process=process)
    unseen = MeetingFactory(municipality=otuzco, process=process, draft=True)
    outcome = OutcomeFactory(municipality=otuzco, process=process)
    review = OutcomeReviewFactory(municipality=otuzco, outcome=outcome)

    page = client.get(process.get_absolute_url())

    assertContains(page, "The workshop")
    assertContains(page, "Elsa Quispe")
    assertContains(page, paper.get_absolute_url())
    assertContains(page, meeting.title)
    assertNotContains(page, unseen.title)
    assertContains(page, outcome.decided)
    assertContains(page, outcome.next_steps)
    assertContains(page, review.text)
    assertContains(page, 'id="resultado"')


def test_the_page_of_a_dialogue_shows_its_table_and_what_was_agreed(client, otuzco):
    process = ProcessFactory(municipality=otuzco, dialogue=True)
    party = PartyFactory(municipality=otuzco, process=process, contact="999 888 777")
    promised = {"municipality": otuzco, "process": process, "meeting": None, "party": party}
    for place in range(6):
        UndertakingFactory(**promised, text=f"Clean canal {place}.")
    UndertakingFactory(**promised, text="Said in confidence.", is_public=False)

    page = client.get(process.get_absolute_url())

    assertContains(page, party.name)
    assertContains(page, "Clean canal 0.")
    assertNotContains(page, "Clean canal 5.")
    assertContains(page, at("undertakings", process.pk))
    assertNotContains(page, "Said in confidence.")
    assertNotContains(page, "999 888 777")


def test_why_it_was_called_off_stands_on_its_page(client, otuzco):
    process = ProcessFactory(
        municipality=otuzco, state=ProcessState.CALLED_OFF, called_off_why="The river took it."
    )

    assertContains(client.get(process.get_absolute_url()), "The river took it.")


def test_people_talk_about_it_and_follow_it(client, otuzco):
    process = ProcessFactory(municipality=otuzco)
    CommentFactory(municipality=otuzco, thread=process.thread, text="And the bridge?")
    person = UserFactory()
    client.force_login(person)

    assertContains(client.get(process.get_absolute_url()), "And the bridge?")
    client.post(reverse("participation:follow", args=["otuzco", process.thread_id]))
    assert Follow.objects.get(user=person).thread == process.thread
    assert client.get(process.get_absolute_url()).context["follows"]


def test_the_page_asks_the_same_queries_for_few_and_many(
    client, otuzco, django_assert_max_num_queries
):
    process = ProcessFactory(municipality=otuzco)

    def more():
        for kind, thing in (
            (StepKind.DEBATE, DebateFactory(municipality=otuzco)),
            (StepKind.VOTE, PollFactory(municipality=otuzco, ready=True)),
            (StepKind.BUDGET, BudgetFactory(municipality=otuzco, opened=True)),
            (StepKind.NORM, NormFactory(municipality=otuzco)),
            (StepKind.OTHER, ProposalFactory(municipality=otuzco, published=True)),
        ):
            StepFactory(municipality=otuzco, process=process, kind=kind, thread=thing.thread)
        MeetingFactory(municipality=otuzco, process=process)
        DocumentFactory(municipality=otuzco, thread=process.thread)
        TeamMemberFactory(municipality=otuzco, process=process)

    more()
    few = queries_of(client, django_assert_max_num_queries, process.get_absolute_url())
    more()
    more()

    assert queries_of(client, django_assert_max_num_queries, process.get_absolute_url()) == few


# --- What can be done in its steps now


def told(otuzco, thing, kind):
    one = StepFactory(municipality=otuzco, kind=kind, thread=thing and thing.thread)
    return happening.of_steps(otuzco, [one]).get(one.pk)


def test_each_step_leads_to_what_can_be_done_in_its_thing_now(client, otuzco):
    debate = DebateFactory(municipality=otuzco)
    poll = PollFactory(
        municipality=otuzco,
        ready=True,
        opens_at=step(start=-1)["starts_at"],
        closes_at=step(end=1)["ends_at"],
    )
    budget = BudgetFactory(municipality=otuzco, running=[BudgetStep.WORKS], opened=True)

    for thing, kind in (
        (debate, StepKind.DEBATE),
        (poll, StepKind.VOTE),
        (budget, StepKind.BUDGET),
        (NormFactory(municipality=otuzco), StepKind.NORM),
    ):
        found = told(otuzco, thing, kind)
        assert found.url == thing.get_absolute_url()
        assert found.verb
        assert found.badge


def test_a_step_of_proposals_leads_to_all_of_them_and_to_writing_one(otuzco):
    found = told(otuzco, None, StepKind.PROPOSALS)

    assert found.url == reverse("proposals:index", args=["otuzco"])
    assert found.verb.url == reverse("proposals:new", args=["otuzco"])


def test_a_step_of_meetings_leads_to_the_one_that_comes_next(otuzco):
    one = StepFactory(municipality=otuzco, kind=StepKind.MEETING)
    of_it = {"municipality": otuzco, "process": one.process, "step": one}
    MeetingFactory(**of_it, over=True)
    MeetingFactory(**of_it, draft=True)
    MeetingFactory(**of_it, cancelled=True)
    assert happening.of_steps(otuzco, [one]) == {}

    later = MeetingFactory(**of_it)
    sooner = MeetingFactory(**of_it, starts_at=timezone.now() + timezone.timedelta(days=1))

    assert happening.of_steps(otuzco, [one])[one.pk].url == sooner.get_absolute_url()
    assert later != sooner


def test_what_is_not_public_is_not_named_on_the_page(client, otuzco):
    process = ProcessFactory(municipality=otuzco)
    hidden = DebateFactory(municipality=otuzco, title="Hidden words", thread__is_public=False)
    draft = BudgetFactory(municipality=otuzco, title="Not yet said")
    for kind, thing in ((StepKind.DEBATE, hidden), (StepKind.BUDGET, draft)):
        StepFactory(municipality=otuzco, process=process, kind=kind, thread=thing.thread)

    page = client.get(process.get_absolute_url())

    assertNotContains(page, "Hidden words")
    assertNotContains(page, "Not yet said")


# --- Rules, history, feed


def test_anybody_compares_the_rules_with_their_fingerprint(client, otuzco, elsa):
    process = opened(otuzco, elsa)

    page = client.get(at("rules", process.pk))
    text = client.get(at("rules_text", process.pk))

    assert text.content.decode() == RULES
    assert page.context["digest"] == sha256(text.content).hexdigest()
    assertContains(page, page.context["digest"])


def test_the_history_tells_everything_with_reasons_and_nothing_of_the_draft(client, otuzco, elsa):
    process = opened(otuzco, elsa)
    processes.set_steps(process, by=elsa, steps=[step("New")], why="The hall is taken.")
    outcomes.publish(
        processes.close(process, by=elsa),
        by=elsa,
        decided="A lane.",
        next_steps="Paint it.",
        review_on=timezone.localdate() + timezone.timedelta(days=30),
    )

    page = client.get(at("history", process.pk))

    assert [entry.icon for entry in page.context["entries"]] == [
        "megaphone",
        "lock",
        "calendar",
        "list",
    ]
    assertContains(page, "The hall is taken.")


@pytest.mark.parametrize("count", [1, 3])
def test_the_feed_has_the_newest_opened(client, otuzco, count):
    made = ProcessFactory.create_batch(count, municipality=otuzco)
    ProcessFactory(municipality=otuzco, draft=True, title="Not yet")

    feed = ElementTree.fromstring(client.get(at("feed")).content)  # noqa: S314  our own
    found = feed.findall("{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}title")

    assert {title.text for title in found} == {process.title for process in made}
