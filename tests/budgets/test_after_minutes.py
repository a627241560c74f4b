"""The acta: gathered from the budget, issued once, the same bytes each time, corrected by what is added."""

import io
import json
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from budgets.actions import minutes as actions, steps
from budgets.actions.minutes import CannotIssue, CannotWriteMinutes
from budgets.enums import StepKind, WorkState
from budgets.minutes import content_of, digest_of
from budgets.models import Minutes, Work
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from participation.models import Event
from tests.budgets.after import agents, chosen_budget, issued, staff, written
from tests.budgets.factories import StepFactory, WorkFactory
from tests.factories import MunicipalityFactory, UserFactory
from tests.participation.files import pdf
from votes.commitments import canonical


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def ana(otuzco):
    return staff(otuzco)


@pytest.fixture
def budget(otuzco):
    budget = chosen_budget(otuzco)
    agents(budget)
    return budget


def at(name, budget, *more):
    return reverse(f"budgets:{name}", args=["otuzco", budget.pk, *more])


def test_it_is_not_issued_before_the_acta_of_the_workshop_lies_beside_its_step(budget, ana):
    workshop = StepFactory(budget=budget, kind=StepKind.WORKSHOP)
    written(budget, ana)
    with pytest.raises(CannotIssue, match="Workshop of priorities|Taller de priorización"):
        actions.issue(budget, by=ana)

    steps.tell(budget, StepKind.WORKSHOP, by=ana, text=workshop.text, add=[pdf()])
    assert actions.issue(budget, by=ana).is_issued


def test_it_gathers_works_money_and_votes_from_the_budget(budget, ana):
    minutes = issued(budget, ana)

    first, second = minutes.content["headings"]
    assert [work["title"] for work in first["works"]] == [
        "Losa del barrio 3",
        "Losa del barrio 2",
        "Losa del barrio 1",
    ]
    assert [work["votes"] for work in first["works"]] == [98, 99, 100]
    assert (first["cost"], first["left"]) == (150_000_03, 49_999_97)
    assert first["not_chosen"] == 1
    [tie] = first["ties"]
    assert set(tie["titles"].values()) == {"Losa del barrio 1", "Losa del barrio 2"}
    assert (second["works"], second["left"]) == ([], 100_000_00)
    assert minutes.content["totals"]["works"] == 3
    assert minutes.content["agents"]["accepted"] == 6
    assert minutes.content["agents"]["women"] == 4
    assert minutes.content["signers"][0] == {
        "name": "Rosa Quispe",
        "office": "delegada de la Junta Vecinal",
    }


def test_its_hash_is_that_of_what_everybody_can_download(client, budget, ana):
    minutes = issued(budget, ana)

    answer = client.get(at("minutes_json", budget))

    assert sha256(answer.content).digest() == bytes(minutes.digest)
    assert json.loads(answer.content) == minutes.content


def test_its_pdf_has_the_same_bytes_each_time_and_says_what_its_page_says(
    client, budget, ana, settings
):
    minutes = issued(budget, ana)

    first, second = (client.get(at("minutes_pdf", budget)).content for _time in range(2))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(first)).pages)
    page = client.get(at("minutes", budget)).content.decode()

    assert first == second
    for said in ("Losa del barrio 2", "Auditorio municipal", "a cuidarlas"):
        assert said in text
        assert said in page
    assert bytes(minutes.digest).hex()[:32] in text
    assert bytes(minutes.digest).hex() in page


def test_it_is_read_in_years_to_come_with_the_year_of_its_day(client, budget, ana, time_machine):
    issued(budget, ana)
    now = client.get(at("minutes_pdf", budget)).content

    time_machine.move_to(timezone.now() + timedelta(days=800))

    assert client.get(at("minutes_pdf", budget)).content == now


def test_issued_twice_is_refused_and_nothing_changes(budget, ana):
    minutes = issued(budget, ana)

    with pytest.raises(CannotIssue):
        actions.issue(budget, by=ana)

    assert Minutes.objects.get().issued_at == minutes.issued_at


def test_what_is_issued_is_not_written_again(budget, ana):
    issued(budget, ana)

    with pytest.raises(CannotWriteMinutes):
        written(budget, ana, place="Otro lugar")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE budgets_minutes SET text = 'otra cosa'",
        "UPDATE budgets_minutes SET content = '{}'",
        "DELETE FROM budgets_minutes",
        "UPDATE budgets_addendum SET text = 'otra cosa'",
        "DELETE FROM budgets_addendum",
    ],
)
def test_the_database_keeps_what_was_issued(budget, ana, sql):
    actions.add(issued(budget, ana), by=ana, text="El tercer nombre es Rosa Quispe.")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_works_that_are_not_decided_hold_it_back(budget, ana):
    written(budget, ana)
    WorkFactory(heading=budget.works.first().heading, feasible=True)

    with pytest.raises(CannotIssue):
        actions.issue(budget, by=ana)


def test_without_a_chosen_work_there_is_nothing_to_issue(budget, ana):
    written(budget, ana)
    budget.works.update(state=WorkState.NOT_CHOSEN)

    with pytest.raises(CannotIssue):
        actions.issue(budget, by=ana)


def test_a_meeting_that_is_still_to_come_holds_it_back(budget, ana):
    written(budget, ana, held_on=timezone.localdate() + timedelta(days=1))

    with pytest.raises(CannotIssue):
        actions.issue(budget, by=ana)


def test_whoever_follows_the_budget_hears_that_it_is_issued(budget, ana):
    minutes = issued(budget, ana)

    event = Event.objects.get(thread=budget.thread, verb="budget_minutes")
    assert event.is_public
    assert event.data["digest"] == bytes(minutes.digest).hex()


def test_later_changes_of_the_budget_leave_it_as_it_is(budget, ana):
    minutes = issued(budget, ana)
    Work.objects.filter(state=WorkState.CHOSEN).update(title="Otro título")

    kept = Minutes.objects.get(pk=minutes.pk)

    assert digest_of(kept.content) == bytes(kept.digest)
    assert content_of(kept) != kept.content


def test_before_it_is_issued_its_page_says_so_and_has_no_files(client, budget, ana):
    written(budget, ana)

    page = client.get(at("minutes", budget))

    assert page.status_code == 404
    assert "cuidarlas" not in page.content.decode()
    assert client.get(at("minutes_pdf", budget)).status_code == 404
    assert client.get(at("minutes_json", budget)).status_code == 404


def test_staff_write_it_read_it_as_it_will_be_and_issue_it(client, budget, ana):
    client.force_login(ana)
    words = {"held_on": "01/11/2026", "place": "Auditorio", "text": "Se acuerda.", "attendance": ""}

    client.post(at("write_minutes", budget), words)
    desk = client.get(at("minutes_desk", budget)).content.decode()
    client.post(at("issue_minutes", budget))

    assert "Losa del barrio 1" in desk
    assert Minutes.objects.get().is_issued
    assert client.get(at("minutes", budget)).status_code == 200


def test_the_signed_paper_stands_beside_it_and_a_better_scan_takes_its_place(client, budget, ana):
    issued(budget, ana)
    client.force_login(ana)

    client.post(at("sign_minutes", budget), {"document": pdf()})
    first = Minutes.objects.get().signed
    client.post(at("sign_minutes", budget), {"document": pdf(pages=2)})

    second = Minutes.objects.get().signed
    assert second.sha256 != first.sha256
    assert list(budget.thread.documents.all()) == [second]
    event = Event.objects.filter(verb="budget_minutes_signed").last()
    assert event.data == {"sha256": second.sha256, "before": first.sha256}
    assert second.get_absolute_url() in client.get(at("minutes", budget)).content.decode()


def test_what_is_no_pdf_is_refused_at_the_field(client, budget, ana):
    issued(budget, ana)
    client.force_login(ana)

    answer = client.post(at("sign_minutes", budget), {"document": io.BytesIO(b"hola")})

    assert answer.status_code == 422
    assert Minutes.objects.get().signed is None


def test_an_addendum_is_read_with_the_acta_and_the_pdf_stays_as_it_was(client, budget, ana):
    issued(budget, ana)
    before = client.get(at("minutes_pdf", budget)).content
    client.force_login(ana)

    client.post(at("add_addendum", budget), {"text": "El tercer nombre es Rosa Quispe."})

    assert "El tercer nombre" in client.get(at("minutes", budget)).content.decode()
    assert client.get(at("minutes_pdf", budget)).content == before


def test_nobody_else_writes_or_issues_it(client, budget, ana):
    written(budget, ana)
    client.force_login(UserFactory())

    assert client.get(at("minutes_desk", budget)).status_code == 403
    assert client.post(at("issue_minutes", budget)).status_code == 403
    assert not Minutes.objects.get().is_issued


def test_its_json_is_canonical(client, budget, ana):
    content = issued(budget, ana).content

    assert client.get(at("minutes_json", budget)).content == canonical(content)


@pytest.mark.parametrize("works", [1, 100])
def test_it_is_gathered_with_the_same_queries_for_one_work_or_a_hundred(
    otuzco, ana, works, django_assert_max_num_queries
):
    budget = chosen_budget(otuzco, works=works)
    minutes = written(budget, ana)

    with django_assert_max_num_queries(9):
        content = content_of(minutes)

    assert content["totals"]["works"] == works
