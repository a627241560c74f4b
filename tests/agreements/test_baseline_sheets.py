"""A baseline is answered step by step, locked with day and person, and corrected by a new version."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from agreements.actions import baseline as actions
from agreements.models import BaselineAnswer, BaselineCell, BaselineSheet
from agreements.questionnaire import QUESTIONS, SECTIONS
from municipalities.mechanisms import mechanisms_of
from municipalities.rls import municipality_scope
from tests.agreements.factories import (
    BaselineAnswerFactory,
    BaselineCellFactory,
    BaselineSheetFactory,
    organization_of,
)
from tests.factories import MunicipalityFactory, RoleGrantFactory, UserFactory


@pytest.fixture
def otuzco():
    return MunicipalityFactory(slug="otuzco")


@pytest.fixture
def rosa(otuzco):
    with municipality_scope(otuzco):
        return RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user


def sheet_of(town, *, locked=False, year=2025, by=None, **cells):
    with municipality_scope(town):
        sheet = BaselineSheetFactory(municipality=town, year=year)
        for mechanism, fields in cells.items():
            BaselineCellFactory(municipality=town, sheet=sheet, mechanism=mechanism, **fields)
        if locked:
            sheet = actions.lock(sheet, by=by or UserFactory(), answered_by="Subgerencia")
        return sheet


def test_the_questionnaire_has_twenty_questions_of_known_sections():
    assert len({question.code for question in QUESTIONS}) == 20
    assert {question.section for question in QUESTIONS} == set(SECTIONS)
    wholes = {question.part_of for question in QUESTIONS} - {""}
    assert wholes <= {question.code for question in QUESTIONS}


def test_a_new_sheet_says_no_data_of_each_mechanism_of_the_law(otuzco, rosa):
    with municipality_scope(otuzco):
        sheet = actions.begin(otuzco, year=2025, by=rosa)
        states = dict(sheet.cells.values_list("mechanism", "state"))

    assert states == dict.fromkeys((m.code for m in mechanisms_of(otuzco)), "unknown")


@pytest.mark.parametrize("year", [2025, 2014, 2999])
def test_a_year_begins_once_and_is_one_of_which_to_tell(otuzco, rosa, year):
    sheet_of(otuzco, year=2025)
    with municipality_scope(otuzco), pytest.raises(actions.CannotBegin):
        actions.begin(otuzco, year=year, by=rosa)


def test_locking_publishes_the_whole_sheet_with_day_and_person(otuzco, rosa):
    sheet = sheet_of(otuzco, pp={"state": "active"})
    with municipality_scope(otuzco):
        BaselineAnswerFactory(municipality=otuzco, sheet=sheet)
        locked = actions.lock(sheet, by=rosa, answered_by="Subgerencia de Participación")

    assert (locked.locked_by, locked.answered_by) == (rosa, "Subgerencia de Participación")
    with municipality_scope():
        assert BaselineSheet.objects.get().locked_at
        assert BaselineCell.objects.count() == BaselineAnswer.objects.count() == 1


def test_before_it_is_locked_nobody_else_reads_it(otuzco):
    sheet_of(otuzco, pp={"state": "active"})

    for others in ([], [MunicipalityFactory()]):
        with municipality_scope(*others):
            assert not BaselineSheet.objects.exists()
            assert not BaselineCell.objects.exists()


def test_a_sheet_that_says_nothing_is_not_locked(otuzco, rosa):
    with municipality_scope(otuzco):
        sheet = actions.begin(otuzco, year=2025, by=rosa)
        with pytest.raises(actions.CannotLock):
            actions.lock(sheet, by=rosa)


CHANGES = {
    "the sheet": lambda s: BaselineSheet.objects.filter(pk=s.pk).update(year=2020),
    "its lock": lambda s: BaselineSheet.objects.filter(pk=s.pk).update(
        locked_at=None, locked_by=None
    ),
    "the whole of it": lambda s: s.delete(),
    "a cell": lambda s: s.cells.update(state="none"),
    "a cell away": lambda s: s.cells.all().delete(),
    "a cell more": lambda s: BaselineCellFactory(
        municipality=s.municipality, sheet=s, mechanism="denuncia"
    ),
    "an answer more": lambda s: BaselineAnswerFactory(municipality=s.municipality, sheet=s),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_database_refuses_to_change_what_is_locked(otuzco, change):
    sheet = sheet_of(otuzco, locked=True, pp={"state": "active"})

    with (
        municipality_scope(otuzco),
        pytest.raises(DatabaseError, match="corrected by a new version"),
        transaction.atomic(),
    ):
        change(sheet)


def test_a_correction_is_a_new_version_with_its_reason_and_the_old_one_stays(otuzco, rosa):
    old = sheet_of(otuzco, locked=True, pp={"state": "active", "norm": "Ord. 12"})
    with municipality_scope(otuzco):
        new = actions.correct(old, reason="El acta era de 2024.", by=rosa)
        actions.save_cells(new, {"pp": {"state": "normed"}}, by=rosa)

        assert (new.version, new.reason, new.is_locked) == (2, "El acta era de 2024.", False)
        assert new.cells.values_list("state", "norm").get() == ("normed", "Ord. 12")
        assert old.cells.values_list("state", "norm").get() == ("active", "Ord. 12")


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_correction_without_a_reason_is_refused(otuzco, rosa, reason):
    sheet = sheet_of(otuzco, locked=True, pp={"state": "active"})
    with municipality_scope(otuzco), pytest.raises(actions.CannotCorrect):
        actions.correct(sheet, reason=reason, by=rosa)


def test_only_the_newest_version_is_corrected(otuzco, rosa):
    old = sheet_of(otuzco, locked=True, pp={"state": "active"})
    with municipality_scope(otuzco):
        new = actions.correct(old, reason="Un error.", by=rosa)
        for sheet in (old, new):
            with pytest.raises(actions.CannotCorrect):
                actions.correct(sheet, reason="Otro error.", by=rosa)


def test_an_empty_number_is_no_data_and_zero_is_zero(otuzco, rosa):
    with municipality_scope(otuzco):
        sheet = BaselineSheetFactory(municipality=otuzco)
        actions.save_answers(sheet, {"organizations": 0, "hearings": 2}, by=rosa)
        actions.save_answers(sheet, {"organizations": 0, "hearings": None}, by=rosa)

        assert dict(sheet.answers.values_list("question", "number")) == {"organizations": 0}


@pytest.mark.parametrize(("days", "over"), [(-1, True), (0, False), (1, False)])
def test_a_mandate_is_over_from_the_day_after_its_last(days, over):
    cell = BaselineCell(mandate_ends_on=timezone.localdate() + timedelta(days=days))

    assert cell.mandate_is_over is over
    assert not BaselineCell().mandate_is_over


# --- The pages of the municipality


def step(sheet, code):
    return reverse("agreed:baseline_step", args=[sheet.municipality.slug, sheet.pk, code])


def test_a_municipality_answers_step_by_step_and_locks(client, otuzco, rosa):
    client.force_login(rosa)
    client.post(reverse("agreed:baselines", args=["otuzco"]), {"year": 2025})
    with municipality_scope(otuzco):
        sheet = BaselineSheet.objects.get()

    page = client.get(step(sheet, "budget"))
    kept = client.post(
        step(sheet, "budget"),
        {
            "pp-state": "active",
            "pp-norm": "Ordenanza 012-2024",
            "pp-last_act_on": "2025-03-01",
            "comite_vigilancia-state": "unknown",
        },
    )
    answered = client.post(step(sheet, "vecinos"), {"organizations": "12", "complaints": ""})
    locked = client.post(
        reverse("agreed:lock_baseline", args=["otuzco", sheet.pk]),
        {"answered_by": "Subgerencia", "sure": "on"},
    )

    assert page.status_code == 200
    assert kept.url == step(sheet, "accounts")
    assert {answered.status_code, locked.status_code} == {302}
    with municipality_scope():
        sheet = BaselineSheet.objects.get()
        assert (sheet.locked_by, sheet.answered_by) == (rosa, "Subgerencia")
        pp = sheet.cells.get(mechanism="pp")
        assert (pp.state, pp.last_act_on) == ("active", date(2025, 3, 1))
        assert sheet.answers.values_list("question", "number").get() == ("organizations", 12)


@pytest.mark.parametrize(
    ("code", "typed", "wrong"),
    [
        ("vecinos", {"organizations": "many", "requests_share": "30"}, "organizations"),
        ("vecinos", {"requests_share": "101", "organizations": "7"}, "requests_share"),
        ("vecinos", {"self_rating": "4"}, "self_rating"),
        ("vecinos", {"complaints": "3", "complaints_in_time": "4"}, "complaints_in_time"),
        ("presupuesto", {"pp_agents": "-1"}, "pp_agents"),
        ("budget", {"pp-state": "unknown", "pp-norm": "Ord. 1"}, "state"),
        ("budget", {"pp-state": "active", "pp-last_act_on": "2999-01-01"}, "last_act_on"),
        ("budget", {"pp-state": "", "pp-norm": "Ord. 1"}, "state"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    client, otuzco, rosa, code, typed, wrong
):
    client.force_login(rosa)
    with municipality_scope(otuzco):
        sheet = actions.begin(otuzco, year=2025, by=rosa)
    typed = {"comite_vigilancia-state": "unknown"} | typed if code == "budget" else typed

    page = client.post(step(sheet, code), typed)

    assert page.status_code == 422
    assert [name for form in page.context["forms"] for name in form.errors] == [wrong]
    for value in filter(None, typed.values()):
        assert value in page.content.decode()
    with municipality_scope(otuzco):
        assert not sheet.answers.exists()
        assert not sheet.cells.exclude(state="unknown").exists()


def test_a_locked_sheet_has_no_steps_any_more(client, otuzco, rosa):
    sheet = sheet_of(otuzco, locked=True, pp={"state": "active"})
    client.force_login(rosa)

    assert client.get(step(sheet, "budget")).status_code == 302
    assert client.get(reverse("agreed:baseline", args=["otuzco", sheet.pk])).status_code == 200


def test_a_correction_is_made_on_a_page(client, otuzco, rosa):
    sheet = sheet_of(otuzco, locked=True, pp={"state": "active"})
    client.force_login(rosa)
    address = reverse("agreed:correct_baseline", args=["otuzco", sheet.pk])

    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Faltaba el acta."}).status_code == 302
    with municipality_scope(otuzco):
        assert BaselineSheet.objects.get(version=2).reason == "Faltaba el acta."


def test_only_its_administrators_answer_for_a_municipality(client, otuzco):
    sheet = sheet_of(otuzco)
    pages = [
        reverse("agreed:baselines", args=["otuzco"]),
        reverse("agreed:baseline", args=["otuzco", sheet.pk]),
        step(sheet, "budget"),
    ]
    for user, status in ((None, 302), (UserFactory(), 403)):
        if user:
            client.force_login(user)
        for page in pages:
            assert client.get(page).status_code == status


def test_what_shows_a_mechanism_is_added_and_waits_to_be_looked_at(client, otuzco, rosa):
    organization_of(otuzco)
    sheet = sheet_of(otuzco, locked=True, pp={"state": "active"})
    address = reverse("agreed:baseline_evidence", args=["otuzco", sheet.pk, "pp"])
    client.force_login(rosa)

    nothing = client.post(address, {"kind": "norm", "title": "Ordenanza 12"})
    link = {"kind": "norm", "title": "Ordenanza 12", "url": "https://example.org/ordenanza-12"}
    added = client.post(address, link)
    unknown = client.get(reverse("agreed:baseline_evidence", args=["otuzco", sheet.pk, "jdvc"]))

    assert (nothing.status_code, added.status_code, unknown.status_code) == (422, 302, 404)
    with municipality_scope(otuzco):
        evidence = sheet.cells.get().evidence.get()
        assert (evidence.added_by, evidence.state) == (rosa, "uploaded")
