"""The committee: who is in it, how they come in, what they publish, and what is answered when."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.own_data import delete_account
from accounts.enums import Gender, Role
from budgets import vigilance
from budgets.actions import committee as actions
from budgets.actions.committee import CannotForm, CannotJoin, CannotReport
from budgets.models import Committee, CommitteeMember, CommitteeReport
from budgets.people import export
from decide.common import workdays
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from participation.models import Event
from tests.budgets.after import carried_out, chosen_budget, member, staff
from tests.factories import MunicipalityFactory, UserFactory
from tests.participation.files import pdf


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
def juana():
    return UserFactory()


@pytest.fixture
def budget(otuzco):
    return chosen_budget(otuzco)


def at(name, thing, *more):
    return reverse(f"budgets:{name}", args=["otuzco", thing.pk, *more])


def reported(budget, by, **fields):
    words = {"title": "El mercado", "text": "Fuimos el sábado y no había nadie trabajando."}
    return actions.report(budget, by=by, **words | fields)


# --- What it is expected to be


def test_what_does_not_fit_is_told_with_its_source_and_stops_nothing(budget, ana):
    for name, gender in [("A", Gender.MAN), ("B", Gender.MAN), ("C", Gender.WOMAN)]:
        member(budget, ana, name=name, gender=gender)

    found = vigilance.checks(budget, Committee.objects.get(), budget.committee.all())

    assert [check.is_met for check in found] == [False, True, False, True]
    assert "Instructivo" in found[0].source
    assert "Ica" in found[3].source


def test_of_a_member_who_was_in_the_last_committee_everybody_reads(otuzco, budget, ana):
    before = chosen_budget(otuzco, year=2026)
    member(before, ana, name="Juana Rójas")

    now = member(budget, ana, name="JUANA  Rojas")

    assert vigilance.again_of(budget, [now]) == ["JUANA  Rojas"]


def test_women_are_not_reckoned_where_somebody_did_not_say(budget, ana):
    member(budget, ana, name="A", gender=Gender.WOMAN)
    member(budget, ana, name="B")

    found = vigilance.checks(budget, Committee.objects.get(), budget.committee.all())

    assert found[3].is_met is None


def test_staff_write_down_election_and_members(client, budget, ana):
    client.force_login(ana)

    client.post(
        at("form_committee", budget),
        {"elected_on": "2026-11-20", "answer_days": "10", "how": "A mano alzada"}
        | {"resolution": "Resolución de Alcaldía 45-2026", "recognised_on": "2026-11-23"},
    )
    undeclared = client.post(at("add_member", budget), {"name": "Juana", "since": "2026-11-20"})
    client.post(
        at("add_member", budget), {"name": "Juana Rojas", "since": "2026-11-20", "declared": "on"}
    )

    assert undeclared.status_code == 422
    page = client.get(at("committee", budget)).content.decode()
    assert "Juana Rojas" in page
    assert "Resolución de Alcaldía 45-2026" in page


def test_a_resolution_without_its_day_is_refused_in_words(client, budget, ana):
    client.force_login(ana)

    answer = client.post(
        at("form_committee", budget),
        {"elected_on": "2026-11-20", "answer_days": "10", "resolution": "Resolución 45"},
    )

    assert answer.status_code == 422
    assert not Committee.objects.exists()


def test_who_leaves_stays_in_the_record_with_the_reason_and_loses_the_pages(
    client, budget, ana, juana
):
    one = member(budget, ana, juana)
    yesterday = timezone.localdate() - timedelta(days=1)
    CommitteeMember.objects.filter(pk=one.pk).update(since=yesterday)

    actions.end_term(one, by=ana, until=yesterday, why="Se mudó a Trujillo")

    client.force_login(juana)
    assert client.get(at("committee_room", budget)).status_code == 403
    assert "Se mudó a Trujillo" in client.get(at("committee", budget)).content.decode()


# --- How they come in


def link_in(message):
    return re.search(r"https?://[^/]+(/\S+)", message)[1]


def test_a_member_comes_in_by_the_link_that_was_sent_to_them_once(
    client, budget, ana, juana, django_capture_on_commit_callbacks
):
    one = member(budget, ana)
    client.force_login(ana)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(at("invite_member", one), {"contact": "juana@example.com"})
    (letter,) = mail.outbox
    path = link_in(letter.body)

    client.force_login(juana)
    asked = client.get(path)
    client.post(path)
    again = client.get(path)

    assert letter.to == ["juana@example.com"]
    assert asked.status_code == 200
    one.refresh_from_db()
    assert (one.account, one.invitation) == (juana, None)
    assert again.status_code == 404
    assert client.get(at("committee_room", budget)).status_code == 200


def test_looking_at_the_link_takes_nobody_in(client, budget, ana, juana, monkeypatch):
    one = member(budget, ana)
    monkeypatch.setattr(actions.secrets, "token_urlsafe", lambda _bytes: "token")
    actions.invite(one, by=ana, email="juana@example.com")
    client.force_login(juana)

    client.get(reverse("budgets:join_committee", args=["otuzco", "token"]))

    one.refresh_from_db()
    assert one.account is None


def test_neither_the_link_nor_where_it_went_is_kept(budget, ana):
    one = member(budget, ana)

    actions.invite(one, by=ana, email="juana@example.com")

    event = Event.objects.get(verb="committee_invited")
    assert event.data == {"name": "Juana Rojas"}
    assert not event.is_public
    one.refresh_from_db()
    assert len(bytes(one.invitation)) == 32


def test_an_old_link_and_one_that_was_sent_anew_do_not_work(budget, ana, juana, monkeypatch):
    one = member(budget, ana)
    tokens = iter(["first", "second"])
    monkeypatch.setattr(actions.secrets, "token_urlsafe", lambda _bytes: next(tokens))
    actions.invite(one, by=ana, email="juana@example.com")
    actions.invite(one, by=ana, email="juana@example.com")
    with pytest.raises(CannotJoin):
        actions.join("first", by=juana)

    CommitteeMember.objects.update(invited_at=timezone.now() - timedelta(days=15))

    with pytest.raises(CannotJoin):
        actions.join("second", by=juana)


def test_who_works_for_the_municipality_does_not_come_in(otuzco, budget, ana, monkeypatch):
    one = member(budget, ana)
    monkeypatch.setattr(actions.secrets, "token_urlsafe", lambda _bytes: "token")
    actions.invite(one, by=ana, email="juana@example.com")

    with pytest.raises(CannotJoin):
        actions.join("token", by=staff(otuzco, Role.MODERATOR))


def test_a_person_takes_their_account_out_and_the_name_stays(client, budget, ana, juana):
    member(budget, ana, juana)
    client.force_login(juana)

    client.post(at("leave_committee", budget))

    assert client.get(at("committee_room", budget)).status_code == 403
    assert "Juana Rojas" in client.get(at("committee", budget)).content.decode()


def test_an_erased_account_leaves_its_place_and_the_record_keeps_the_name(budget, ana, juana):
    one = member(budget, ana, juana)
    reported(budget, juana)
    assert export(juana)["vigilance committees"][0]["name"] == "Juana Rojas"
    assert export(juana)["reports of vigilance committees"][0]["title"] == "El mercado"

    delete_account(juana)

    one.refresh_from_db()
    assert (one.account, one.name) == (None, "Juana Rojas")
    assert CommitteeReport.objects.get().by == one


# --- What it publishes, and what is answered


def test_a_member_publishes_a_report_and_the_municipality_has_its_term(client, budget, ana, juana):
    member(budget, ana, juana)
    (project, *_others) = carried_out(budget, ana)
    client.force_login(juana)

    answer = client.post(
        at("write_report", budget),
        {"project": project.pk, "title": "La losa", "text": "No hay cemento.", "knows": "on"}
        | {"document": pdf()},
    )

    report = CommitteeReport.objects.get()
    assert answer.url == report.get_absolute_url()
    assert report.due_on == workdays.after(timezone.localdate(), 10)
    assert report.document.thread == budget.thread
    client.logout()
    for page in (at("report", report), at("committee", budget), at("project", project)):
        assert "La losa" in client.get(page).content.decode()


def test_a_report_stays_so_its_author_says_that_they_know(client, budget, ana, juana):
    member(budget, ana, juana)
    client.force_login(juana)

    answer = client.post(at("write_report", budget), {"title": "La losa", "text": "No hay nada."})

    assert answer.status_code == 422
    assert not CommitteeReport.objects.exists()


def test_somebodys_data_in_a_report_are_asked_about_once_more(client, budget, ana, juana):
    member(budget, ana, juana)
    client.force_login(juana)
    words = {"title": "La losa", "text": "El maestro, DNI 17801146, no vino.", "knows": "on"}

    asked = client.post(at("write_report", budget), words)
    client.post(at("write_report", budget), words | {"sure": "on"})

    assert asked.status_code == 422
    assert "17801146" in asked.content.decode()
    assert CommitteeReport.objects.count() == 1


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM budgets_committeereport",
        "UPDATE budgets_committeereport SET text = 'Todo está bien'",
        "UPDATE budgets_committeereport SET due_on = due_on + 30",
    ],
)
def test_nobody_takes_a_report_away_or_changes_it(budget, ana, juana, sql):
    """R62: what people found stays beside what the municipality says."""
    member(budget, ana, juana)
    reported(budget, juana)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_who_is_not_in_the_committee_publishes_nothing(budget, ana):
    with pytest.raises(CannotReport):
        reported(budget, ana)


def test_a_second_press_publishes_nothing_more(budget, ana, juana):
    member(budget, ana, juana)
    reported(budget, juana)

    with pytest.raises(CannotReport):
        reported(budget, juana)


def test_an_answer_stands_below_the_report_and_its_correction_in_the_history(
    client, budget, ana, juana
):
    member(budget, ana, juana)
    report = reported(budget, juana)
    client.force_login(ana)

    client.post(at("answer_report", report), {"answer": "Volverán el lunes."})
    client.post(at("answer_report", report), {"answer": "Volvieron el lunes."})

    report.refresh_from_db()
    assert report.answer == "Volvieron el lunes."
    assert Event.objects.filter(verb="committee_answered").last().data["before"] == (
        "Volverán el lunes."
    )
    client.logout()
    assert "Volvieron el lunes." in client.get(at("report", report)).content.decode()


def test_a_late_answer_is_told_to_everybody(client, budget, ana, juana, time_machine):
    time_machine.move_to(timezone.now().replace(year=2026, month=11, day=2, hour=17))
    member(budget, ana, juana)
    report = reported(budget, juana)  # due on Monday 16

    time_machine.move_to(timezone.now() + timedelta(days=18))  # Friday 20

    assert report.due_on.isoformat() == "2026-11-16"
    assert report.days_late == 4
    assert CommitteeReport.objects.overdue().count() == 1
    assert "tone-bad" in client.get(at("committee", budget)).content.decode()
    actions.answer(report, by=ana, text="Ya volvieron.")
    report.refresh_from_db()
    time_machine.move_to(timezone.now() + timedelta(days=30))
    assert report.days_late == 4
    assert not CommitteeReport.objects.overdue().exists()


def test_the_municipalitys_people_hear_of_a_report_and_the_committee_of_its_answer(
    budget, ana, juana
):
    member(budget, ana, juana)

    report = reported(budget, juana)
    actions.answer(report, by=ana, text="Volverán el lunes.")

    assert Event.objects.get(verb="committee_report").data["people"] == [ana.pk]
    assert Event.objects.get(verb="committee_answered").data["people"] == [juana.pk]


def test_another_budgets_member_does_not_see_the_room(client, otuzco, budget, ana, juana):
    other = chosen_budget(otuzco, works=1)
    member(other, ana, juana)
    client.force_login(juana)

    assert client.get(at("committee_room", other)).status_code == 200
    assert client.get(at("committee_room", budget)).status_code == 403
    with pytest.raises(CannotReport):
        reported(budget, juana)


def test_the_room_shows_all_works_and_asks_no_more_for_many(
    client, budget, ana, juana, django_assert_max_num_queries
):
    member(budget, ana, juana)
    carried_out(budget, ana)
    client.force_login(juana)
    client.get(at("committee_room", budget))

    with django_assert_max_num_queries(25):
        page = client.get(at("committee_room", budget))

    assert page.content.decode().count("Losa del barrio") >= 3
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_two_members_of_one_name_are_one(budget, ana):
    member(budget, ana)

    with pytest.raises(CannotForm):
        member(budget, ana, name="juana rojas")
