"""How staff prepare a process and bring it to its end on its pages, by plain forms."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from processes import definition
from processes.enums import ProcessState, StepKind
from processes.models import Process, Step
from tests.factories import DebateFactory, DocumentFactory
from tests.participation.files import pdf
from tests.processes.factories import OutcomeFactory, ProcessFactory, StepFactory
from tests.processes.process import opened, ready, step


@pytest.fixture
def staff(client, elsa):
    client.force_login(elsa)
    return elsa


def at(name, *args):
    return reverse(f"processes:{name}", args=["otuzco", *args])


NEW = {
    "kind": "participation",
    "title": "Plan de movilidad",
    "summary": "Cómo nos movemos.",
    "text": "",
    "rules": "Participan todos.",
    "office": "",
    "category": "",
    "place_name": "",
}


def rows(*filled, **more):
    """As the page sends them: each row's fields under its number."""
    sent = {"rows": str(len(filled))} | more
    for place, values in enumerate(filled):
        sent |= {f"{place}-{name}": value for name, value in values.items()}
    return sent


def typed(title="Taller", kind="meeting", start="2030-01-01T09:00", end="2030-01-02T18:00", **more):
    days = {"starts_at": start, "ends_at": end}
    return {"pk": "", "kind": kind, "title": title, "text": ""} | days | more


# --- From nothing to open


def test_a_process_is_written_and_opened_without_javascript(client, otuzco, staff):
    sent = client.post(at("write"), NEW | {"form_key": str(uuid4())})
    process = Process.objects.get()
    assert sent.url == at("manage", process.pk)
    assert [gap.part for gap in client.get(sent.url).context["gaps"]] == ["steps", "team"]

    client.post(at("steps", process.pk), rows(typed("Taller"), typed("Voto", "vote")))
    client.post(
        at("team", process.pk), rows({"role": "leads", "name": "Elsa Quispe", "office": "GPC"})
    )
    page = client.get(at("open", process.pk))
    assert page.context["gaps"] == []
    sent = client.post(at("open", process.pk), {"seen": page.context["seen"]})

    process.refresh_from_db()
    assert process.is_open
    assert sent.url == process.get_absolute_url()
    assert [one.kind for one in process.steps.all()] == [StepKind.MEETING, StepKind.VOTE]


def test_the_same_form_sent_twice_begins_one(client, otuzco, staff):
    form = NEW | {"form_key": str(uuid4())}

    assert client.post(at("write"), form).url == client.post(at("write"), form).url
    assert Process.objects.count() == 1


def test_what_is_missing_is_said_at_its_field(client, otuzco, staff):
    answer = client.post(at("write"), NEW | {"title": "–", "summary": ""})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"title", "summary"}
    assert not Process.objects.exists()


def test_what_lacks_something_does_not_open(client, otuzco, staff):
    process = ProcessFactory(municipality=otuzco, draft=True)

    answer = client.post(at("open", process.pk), {"seen": definition.mark(process)})

    assert answer.status_code == 422
    process.refresh_from_db()
    assert process.state == ProcessState.DRAFT
    assert {gap.part for gap in answer.context["gaps"]} == {"steps", "team"}


def test_what_has_opened_has_no_page_to_open_it(client, otuzco, staff):
    process = ProcessFactory(municipality=otuzco)

    assert client.get(at("open", process.pk)).status_code == 404


# --- Words


def test_of_an_open_process_the_rules_are_not_in_the_form(client, otuzco, staff):
    process = opened(otuzco, staff)

    page = client.get(at("edit", process.pk))
    assert {"rules", "kind"}.isdisjoint(page.context["form"].fields)

    client.post(at("edit", process.pk), NEW | {"rules": "Others.", "why": "A better name."})
    process.refresh_from_db()
    assert process.rules != "Others."
    assert process.summary == NEW["summary"]
    assert client.post(at("edit", process.pk), NEW | {"title": "x", "why": ""}).status_code == 422


# --- Steps


def test_rows_are_added_moved_and_taken_out_by_buttons_and_nothing_is_kept_yet(
    client, otuzco, staff
):
    process = ready(otuzco, staff)
    sent = rows(typed("One", start=""), typed("Two"), typed("Three"))

    def shown(act):
        page = client.post(at("steps", process.pk), sent | {"do": act})
        assert page.status_code == 200
        return [row["title"].value() for row in page.context["form"].rows]

    assert shown("more") == ["One", "Two", "Three", None]
    assert shown("up-1") == ["Two", "One", "Three"]
    assert shown("down-0") == ["Two", "One", "Three"]
    assert shown("up-0") == ["One", "Two", "Three"]
    assert shown("down-2") == ["One", "Two", "Three"]
    assert shown("out-0") == ["Two", "Three"]
    assert shown("out-9") == ["One", "Two", "Three"]
    assert shown("x") == ["One", "Two", "Three"]
    assert [one.title for one in process.steps.all()] == ["Taller"]


def test_empty_rows_are_left_out_and_half_filled_ones_are_not(client, otuzco, staff):
    process = ready(otuzco, staff)
    kept = str(process.steps.get().pk)
    empty = typed("", start="", end="")

    wrong = client.post(at("steps", process.pk), rows(typed("", text="Words"), empty))
    assert wrong.status_code == 422
    right = client.post(at("steps", process.pk), rows(empty, typed("New"), typed("Kept", pk=kept)))

    assert right.url == at("manage", process.pk)
    assert [(one.title, str(one.pk) == kept) for one in process.steps.all()] == [
        ("New", False),
        ("Kept", True),
    ]


@pytest.mark.parametrize("number", ["", "x", "-1", "99999999999999999999", "³"])
def test_a_page_that_sends_no_number_of_rows_changes_nothing(client, otuzco, staff, number):
    process = opened(otuzco, staff)

    answer = client.post(at("steps", process.pk), {"rows": number, "why": "x"})

    assert answer.status_code == 422
    assert process.steps.count() == 1


def test_steps_of_an_open_process_change_with_a_reason(client, otuzco, staff):
    process = opened(otuzco, staff)
    one = process.steps.get()
    sent = rows(typed("Taller", pk=str(one.pk)))

    assert client.post(at("steps", process.pk), sent).status_code == 422
    kept = client.post(at("steps", process.pk), sent | {"why": "The hall is taken.", "do": "more"})
    assert kept.context["reason"]["why"].value() == "The hall is taken."
    client.post(at("steps", process.pk), sent | {"why": "The hall is taken."})

    one.refresh_from_db()
    assert timezone.localtime(one.starts_at).year == 2030


def test_steps_that_a_colleague_changed_are_not_written_over(client, otuzco, staff):
    process = ready(otuzco, staff)
    StepFactory(municipality=otuzco, process=process, position=9, title="A colleague's")

    answer = client.post(at("steps", process.pk), rows(typed("Mine"), seen="what I read"))

    assert answer.status_code == 422
    assert Step.objects.filter(title="A colleague's").exists()


def test_the_way_to_a_thing_is_chosen_from_a_list(client, otuzco, staff):
    process = ready(otuzco, staff, steps=[step(kind=StepKind.DEBATE)])
    one = process.steps.get()
    wanted, _other = DebateFactory.create_batch(2, municipality=otuzco)
    page = at("link_step", process.pk, one.pk)

    assert len(client.get(page).context["form"].fields["thread"].choices) == 3
    found = client.get(page, {"q": wanted.title}).context["form"].fields["thread"].choices
    assert [value for value, _label in found] == ["", str(wanted.thread_id)]
    assert client.post(page, {"thread": "1234567"}).status_code == 422
    assert client.post(page, {"thread": wanted.thread_id}).url == at("manage", process.pk)

    one.refresh_from_db()
    assert one.thread == wanted.thread
    client.post(page, {"thread": ""})
    one.refresh_from_db()
    assert one.thread is None


def test_an_old_thing_is_found_by_its_words_and_stays_chosen(client, otuzco, staff):
    process = ready(otuzco, staff, steps=[step(kind=StepKind.DEBATE)])
    one = process.steps.get()
    old = DebateFactory(municipality=otuzco, title="¿Puente o balsa?")
    DebateFactory.create_batch(31, municipality=otuzco)
    page = at("link_step", process.pk, one.pk)

    assert client.get(page).context["has_more"]
    assertContains(client.get(page, {"q": "puente"}), "¿Puente o balsa?")
    client.post(page, {"thread": old.thread_id})

    one.refresh_from_db()
    assert one.thread == old.thread
    assertContains(client.get(page), "¿Puente o balsa?")


def test_the_step_of_another_process_is_not_found(client, otuzco, staff):
    process, other = ready(otuzco, staff), StepFactory(municipality=otuzco)

    assert client.get(at("link_step", process.pk, other.pk)).status_code == 404


# --- Team and documents


def test_an_open_process_keeps_somebody_who_leads(client, otuzco, staff):
    process = opened(otuzco, staff)

    answer = client.post(
        at("team", process.pk), rows({"role": "helps", "name": "Rosa", "office": ""})
    )

    assert answer.status_code == 422
    assert process.team.get().name == "Elsa Quispe"


def test_documents_are_laid_beside_it_and_taken_out(client, otuzco, staff):
    process = ProcessFactory(municipality=otuzco)
    old = DocumentFactory(municipality=otuzco, thread=process.thread, title="Old plan")

    sent = {"documents": pdf(name="Plan_nuevo.pdf"), "remove": [old.pk]}
    assert client.post(at("documents", process.pk), sent).url == at("manage", process.pk)

    assert [one.title for one in process.thread.documents.all()] == ["Plan nuevo"]
    data = process.thread.events.get(verb="process_documents").data
    assert data == {"added": ["Plan nuevo"], "removed": ["Old plan"]}


# --- The end


def test_it_is_closed_or_called_off_with_a_reason(client, otuzco, staff):
    first, second = ProcessFactory.create_batch(2, municipality=otuzco)

    client.post(at("close", first.pk))
    assert client.post(at("call_off", second.pk), {"reason": " "}).status_code == 422
    client.post(at("call_off", second.pk), {"reason": "No money."})

    for process in (first, second):
        process.refresh_from_db()
    assert (first.state, second.state) == (ProcessState.CLOSED, ProcessState.CALLED_OFF)
    assertContains(client.get(at("manage", second.pk)), "No money.")


def test_the_outcome_and_its_reviews_are_written_on_pages(client, otuzco, staff):
    process = ProcessFactory(municipality=otuzco, closed=True)
    coming = timezone.localdate() + timedelta(days=30)
    words = {"decided": "A lane.", "next_steps": "Paint it.", "review_on": coming.isoformat()}

    past = words | {"review_on": timezone.localdate().isoformat()}
    assert client.post(at("outcome", process.pk), past).status_code == 422
    assert client.post(at("outcome", process.pk), words).url.startswith(process.get_absolute_url())
    assert client.post(at("outcome", process.pk), words).url == at("manage", process.pk)

    review = {"state": "late", "text": "Half of it."}
    assert client.post(at("review_outcome", process.pk), review).status_code == 422
    client.post(at("review_outcome", process.pk), review | {"next_review_on": coming.isoformat()})
    client.post(at("review_outcome", process.pk), {"state": "done", "text": "All of it."})

    process.outcome.refresh_from_db()
    assert process.outcome.review_on is None
    assert [one.state for one in process.outcome.reviews.all()] == ["late", "done"]


def test_every_page_of_staff_opens_in_every_state(client, otuzco, staff):
    decided = OutcomeFactory(municipality=otuzco).process
    for process in (
        ready(otuzco, staff),
        opened(otuzco, staff),
        ProcessFactory(municipality=otuzco, closed=True),
        decided,
    ):
        for name in ("manage", "edit", "steps", "team", "documents", "close", "call_off"):
            assert client.get(at(name, process.pk)).status_code == 200, (name, process.state)
    assert client.get(at("review_outcome", decided.pk)).status_code == 200


# --- The desk


def test_the_desk_has_drafts_and_first_what_is_to_be_looked_at_again(client, otuzco, staff):
    due = OutcomeFactory(municipality=otuzco, review_on=timezone.localdate())
    OutcomeFactory(municipality=otuzco)
    draft = ProcessFactory(municipality=otuzco, draft=True)

    page = client.get(at("desk"))

    assert list(page.context["due"]) == [due]
    assertContains(page, at("review_outcome", due.process_id))
    assertContains(page, at("manage", draft.pk))


def test_one_and_many_on_the_desk_ask_the_same_queries(
    client, otuzco, staff, django_assert_max_num_queries
):
    def queries():
        client.get(at("desk"))
        with django_assert_max_num_queries(100) as asked:
            client.get(at("desk"))
        return len(asked)

    def one():
        OutcomeFactory(municipality=otuzco, review_on=timezone.localdate())
        StepFactory(municipality=otuzco)

    one()
    few = queries()
    one()
    one()

    assert queries() == few
