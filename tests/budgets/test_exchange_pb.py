"""Ballots of a heading go out as a .pb file and come back as the same; files of others come in."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from accounts.enums import Role
from budgets import counting, exchange, imported, pabulib
from budgets.actions.counts import count_officially
from budgets.actions.elections import CannotImport, import_file
from budgets.enums import BallotKind, CountState, Verdict, WorkState
from budgets.models import Count, ImportedElection
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from tests.budgets.factories import CostLineFactory, EvaluationFactory, WorkFactory
from tests.budgets.test_results_pages import ASKED as BY_SHARES
from tests.budgets.voted import (
    SHARES,
    budget_of,
    heading_of,
    on_the_ballot,
    opened,
    vote,
    work_of,
)
from tests.factories import MunicipalityFactory, RoleGrantFactory, UserFactory
from tests.votes import conftest


clock = conftest.clock
ASKED = BY_SHARES | {"method": "greedy"}
PB = """META
key;value
description;A vote
unit;Wieliczka
instance;2023
num_projects;2
num_votes;3
budget;1000
vote_type;approval
rule;greedy
currency;PLN
PROJECTS
project_id;cost;name;selected
w1;700;Park;1
w2;400.50;Droga;0
VOTES
voter_id;vote
1;w1
2;w1,w2
3;w1
"""


@pytest.fixture
def otuzco(db):
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS, Module.VOTES])
    with municipality_scope(municipality), override("en"):
        yield municipality


@pytest.fixture
def client(client):
    client.cookies["idioma"] = "en"
    return client


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def counted(budget, ballots, clock, at_once, *, before=lambda: None):
    ballot, key = on_the_ballot(budget)
    for chosen, people in ballots:
        vote(ballot, {"Centro": chosen}, people=people)
    before()
    ballot = opened(ballot, key, clock)
    with at_once():
        count_officially(budget, by=None)
    return ballot


@pytest.fixture
def budget(otuzco):
    return budget_of(otuzco, {"Centro": (90_000, [50_000, 40_000, 30_000, 20_000])}, rule=SHARES)


def file_of(budget, ballot):
    count = Count.objects.official().get()
    return exchange.heading_pb(heading_of(budget), ballot, count)


# --- Out


def test_what_goes_out_comes_back_as_the_same(budget, clock, at_once):
    ballot = counted(budget, [("ab", 6), ("cd", 4), ("", 2)], clock, at_once)

    text = file_of(budget, ballot)

    file = pabulib.read(text, unit=100)
    assert pabulib.write(file) == text
    assert file.money == 90_000_00
    assert len(file.ballots) == 10  # who chose nothing in this heading is not in it
    assert file.meta["subunit"] == "Centro"


def test_who_counts_the_file_finds_what_was_decided(budget, clock, at_once):
    ballot = counted(budget, [("ab", 6), ("cd", 4), ("a", 1)], clock, at_once)
    official = Count.objects.official().get()

    again = counting.count(pabulib.read(file_of(budget, ballot), unit=100).election(), SHARES)

    assert again["winners"] == official.result["winners"]
    assert again["works"] == official.result["works"]
    chosen = {
        work["project_id"]
        for work in pabulib.read(file_of(budget, ballot)).works
        if work["selected"] == "1"
    }
    assert chosen == set(official.result["winners"])


def test_points_go_out_with_their_ballots(otuzco, clock, at_once):
    budget = budget_of(
        otuzco, {"Centro": (60_000, [60_000, 50_000])}, ballot=BallotKind.POINTS, points=10
    )
    ballot = counted(budget, [({"a": 4, "b": 6}, 2), ({"b": 10}, 1)], clock, at_once)

    file = pabulib.read(file_of(budget, ballot), unit=100)

    assert file.kind == "points"
    assert sorted(ballot["points"] for ballot in file.ballots) == [[4, 6], [4, 6], [10]]
    again = counting.count(file.election(), budget.rule)
    assert again["winners"] == Count.objects.official().get().result["winners"]


def test_a_withdrawn_work_is_not_in_the_file_and_its_voters_are(budget, clock, at_once):
    def withdraw():
        work = work_of(budget, "Centro a")
        work.state, work.state_reason = WorkState.WITHDRAWN, "Otro dueño."
        work.save()

    ballot = counted(budget, [("a", 3), ("ab", 2)], clock, at_once, before=withdraw)

    file = pabulib.read(file_of(budget, ballot), unit=100)

    assert len(file.works) == 3
    assert len(file.ballots) == 5
    again = counting.count(file.election(), SHARES)
    assert again["winners"] == Count.objects.official().get().result["winners"]
    assert again["ballots"] == 5


def test_nothing_in_the_file_leads_to_a_person_or_a_place(budget, clock, at_once):
    ballot = counted(budget, [("ab", 6), ("cd", 4)], clock, at_once)

    file = pabulib.read(file_of(budget, ballot), unit=100)

    assert {frozenset(ballot) for ballot in file.ballots} == {frozenset({"voter_id", "vote"})}
    assert [ballot["voter_id"] for ballot in file.ballots] == [str(n) for n in range(1, 11)]
    answers = [ballot["vote"] for ballot in file.ballots]
    assert answers == sorted(answers)


def test_before_the_urn_is_opened_there_is_no_file(client, budget):
    ballot, _key = on_the_ballot(budget)
    vote(ballot, {"Centro": "a"}, people=1)
    heading = heading_of(budget)

    answer = client.get(reverse("budgets:heading_pb", args=["otuzco", budget.pk, heading.pk]))

    assert answer.status_code == 404


def test_everybody_may_have_the_file(client, budget, clock, at_once):
    counted(budget, [("ab", 6)], clock, at_once)
    heading = heading_of(budget)

    answer = client.get(reverse("budgets:heading_pb", args=["otuzco", budget.pk, heading.pk]))

    assert answer.status_code == 200
    assert ".pb" in answer["Content-Disposition"]
    assert answer.text.startswith("META\n")


# --- In


def test_the_same_file_twice_is_one_election(otuzco):
    by = UserFactory()

    one = import_file(otuzco, by=by, data=PB.encode())
    other = import_file(otuzco, by=by, data=PB.encode())

    assert one == other
    assert (one.name, one.works, one.ballots) == ("Wieliczka, 2023", 2, 3)
    assert (one.money, one.currency) == (1000_00, "PLN")


@pytest.mark.parametrize(
    ("was", "now", "line", "reason"),
    [
        ("2;w1,w2", "2;w1,w9", 19, "There is no work"),
        ("w2;400.50", "w2;cuatro", 15, "is not an amount"),
        ("num_votes;3", "num_votes;4", 7, "num_votes"),
        ("approval", "ordinal", 9, "rank works"),
    ],
)
def test_a_wrong_file_says_where_and_why_and_keeps_nothing(otuzco, was, now, line, reason):
    with pytest.raises(CannotImport, match=f"Line {line}.*{reason}"):
        import_file(otuzco, by=UserFactory(), data=PB.replace(was, now).encode())

    assert not ImportedElection.objects.exists()


def test_staff_bring_in_a_file_and_everybody_has_it_counted(client, otuzco, at_once):
    client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user)
    upload = SimpleUploadedFile("w.pb", PB.encode())
    done = client.post(reverse("budgets:import_pb", args=["otuzco"]), {"file": upload})
    client.logout()
    client.cookies["idioma"] = "en"

    page = client.get(done.url)
    assert "A vote of another place" in page.text
    assert "Faliszewski" in page.text
    with at_once():
        answer = client.post(done.url, ASKED)
    counted = client.get(answer.url).text
    assert "By this rule the same works win as the city chose." in counted
    assert "Park" in counted
    assert "PLN" in counted
    assert "S/" not in counted.partition("<main")[2].partition("</main>")[0]


def test_a_wrong_upload_is_said_at_the_field(client, otuzco):
    client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user)
    upload = SimpleUploadedFile("w.pb", b"nothing of the kind")

    answer = client.post(reverse("budgets:import_pb", args=["otuzco"]), {"file": upload})

    assert answer.status_code == 422
    assert "Line 1" in answer.text


def test_what_was_brought_in_can_be_taken_away_with_its_counts(client, otuzco, at_once):
    election = import_file(otuzco, by=UserFactory(), data=PB.encode())
    with at_once():
        client.post(reverse("budgets:election", args=["otuzco", election.pk]), ASKED)
    assert Count.objects.get().state == CountState.DONE
    client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user)

    client.post(reverse("budgets:drop_election", args=["otuzco", election.pk]))

    assert not ImportedElection.objects.exists()
    assert not Count.objects.exists()


def test_of_whatever_city_amounts_are_in_its_own_money(otuzco):
    assert imported.money_words("PLN")(1_250_000_50) == "PLN\xa01\u202f250\u202f000.5"
    assert imported.money_words("PEN")(12_400_50).startswith("S/")
    assert imported.money_words("")(100_00) == "100"


# --- Tables


def rows(client, name, budget):
    answer = client.get(reverse(f"budgets:{name}", args=["otuzco", budget.pk, "csv"]))
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_works_are_a_table_that_no_spreadsheet_runs(client, otuzco, budget):
    WorkFactory(
        municipality=otuzco,
        heading=heading_of(budget),
        published=True,
        title="=HYPERLINK(1)",
        estimate=12_345_67,
    )
    WorkFactory(municipality=otuzco, heading=heading_of(budget), title="A draft")

    works = rows(client, "works_data", budget)

    assert len(works) == 5
    assert works[-1]["obra"] == "'=HYPERLINK(1)"
    assert works[-1]["costo_estimado"] == "12345.67"
    assert works[0]["rubro"] == "Centro"


def test_evaluations_are_told_once_they_are_published_and_without_notes(client, otuzco):
    budget = budget_of(otuzco, {"Centro": (90_000, [50_000])}, decided=False)
    budget.works.update(state=WorkState.EVALUATION)
    evaluation = EvaluationFactory(
        municipality=otuzco, work=work_of(budget, "Centro a"), notes="Entre nosotros"
    )
    CostLineFactory(municipality=otuzco, evaluation=evaluation, amount=50_000_00)
    for name in ("is_legal", "is_competence", "is_technical"):
        setattr(evaluation, name, True)
    evaluation.verdict, evaluation.report = Verdict.FEASIBLE, "=Se puede hacer."
    evaluation.declared_at = evaluation.submitted_at = timezone.now()
    evaluation.save()

    before = rows(client, "evaluations_data", budget)
    budget.works.update(state=WorkState.FEASIBLE)
    budget.decisions_at = budget.decisions_published_at = timezone.now()
    budget.save()
    (told,) = rows(client, "evaluations_data", budget)

    assert before == []
    assert told["decision"] == "feasible"
    assert (told["legal"], told["costo"]) == ("si", "50000")
    assert told["informe"] == "'=Se puede hacer."
    assert "Entre nosotros" not in told.values()


def test_results_are_a_line_for_each_work(client, otuzco, budget, clock, at_once):
    counted(budget, [("ab", 6), ("cd", 4)], clock, at_once)

    lines = rows(client, "results_data", budget)

    assert [line["elegida"] for line in lines].count("si") == 3
    bridge = next(line for line in lines if line["obra"] == "Centro d")
    assert (bridge["votos"], bridge["precio_por_persona"]) == ("4", "5000")


def test_the_same_is_a_spreadsheet(client, budget):
    answer = client.get(reverse("budgets:works_data", args=["otuzco", budget.pk, "xlsx"]))

    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet["A1"].value == "codigo"
    assert sheet.max_row == 5


def test_other_kinds_of_files_there_are_not(client, budget):
    answer = client.get(reverse("budgets:works_data", args=["otuzco", budget.pk, "exe"]))

    assert answer.status_code == 404


def test_the_dictionary_says_what_each_column_means(client, budget):
    page = client.get(reverse("budgets:open_data", args=["otuzco", budget.pk])).text

    for name in ("codigo", "costo_anual", "precio_por_persona"):
        assert name in page
