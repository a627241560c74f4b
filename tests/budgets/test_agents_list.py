"""The official list of agents as everybody reads it, who votes by it, and what stays of people."""

import csv
import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from accounts.actions.own_data import delete_account, export
from budgets import agent_list
from budgets.actions import agents as actions, agents_desk
from budgets.enums import AgentState, Before, Ground, StepKind
from budgets.models import Agent, AgentFile, Delegate
from budgets.periodic import remove_stray_papers
from municipalities.enums import Module
from municipalities.models import private_storage
from municipalities.rls import municipality_scope, region_scope
from participation.models import Event
from tests.budgets.agents import at
from tests.budgets.factories import AgentFactory, BudgetFactory, DelegateFactory
from tests.factories import DistrictFactory, MunicipalityFactory, ResidentFactory, UserFactory
from tests.participation.files import photo


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def budget(otuzco):
    return BudgetFactory(municipality=otuzco, running=[StepKind.CALL], opened=True)


def accepted(budget, number, *, delegate="Rosa Quispe", resident=None, gender="", area="", **more):
    agent = AgentFactory(
        municipality=budget.municipality, budget=budget, is_accepted=True, number=number, **more
    )
    facts = {"document_hash": bytes(resident.document_hash)} if resident else {}
    DelegateFactory(
        municipality=budget.municipality,
        agent=agent,
        name=delegate,
        gender=gender,
        area=area,
        **facts,
    )
    return agent


def test_everybody_reads_who_is_on_it_and_that_it_is_provisional(client, budget):
    accepted(budget, 1, name="Ronda de Motil", delegate="Rosa Quispe", contact="987 654 321")
    AgentFactory(municipality=budget.municipality, budget=budget, name="Riego Alto")
    AgentFactory(
        municipality=budget.municipality,
        budget=budget,
        name="Riego Bajo",
        state="rejected",
        reason="x",
    )

    page = client.get(at("agents", budget))

    text = page.content.decode()
    assert "1. Ronda de Motil" in text
    assert "Rosa Quispe" in text
    assert not {hidden for hidden in ("987 654 321", "Riego Alto", "Riego Bajo") if hidden in text}
    assert [agent.name for agent, _delegate in page.context["rows"]] == ["Ronda de Motil"]
    assert page.context["closed"] is None


def test_it_is_filtered_by_kind_and_comes_in_pages(client, budget):
    for number in range(1, 53):
        accepted(budget, number, kind="women" if number % 2 else "youth")

    whole = client.get(at("agents", budget))
    women = client.get(at("agents", budget) + "?tipo=women")
    third = client.get(at("agents", budget) + "?page=3")

    assert [len(page.context["rows"]) for page in (whole, women, third)] == [25, 25, 2]
    assert [number for _code, _label, number in whole.context["kinds"]] == [26, 26]


def test_the_page_asks_the_same_queries_for_one_or_many(client, budget, django_assert_num_queries):
    accepted(budget, 1)
    client.force_login(UserFactory())
    client.get(at("agents", budget))
    with django_assert_num_queries(count := queries_of(client, budget)):
        client.get(at("agents", budget))

    for number in range(2, 40):
        accepted(budget, number)
    assert queries_of(client, budget) == count


def queries_of(client, budget):
    with CaptureQueriesContext(connection) as caught:
        client.get(at("agents", budget))
    return len(caught)


def test_the_csv_has_what_the_law_publishes_and_no_formula(client, budget):
    district = budget.municipality.place
    accepted(budget, 1, name="=1+1", place="Motil", district=district, kind="women")
    accepted(budget, 2, kind="technical", has_vote=False, delegate="Eva Luna")

    answer = client.get(at("agent_list_csv", budget))

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        ["numero", "organizacion", "tipo", "ubigeo", "lugar", "delegado", "participa"],
        ["1", "'=1+1", "women", district.pk, "Motil", "Rosa Quispe", "voz y voto"],
        ["2", rows[2][1], "technical", "", "", "Eva Luna", "voz"],
    ]
    assert "provisional" in answer["Content-Disposition"]


def test_the_pdf_says_the_same_and_is_provisional_until_it_is_closed(client, budget):
    accepted(budget, 1, name="Ronda de Motil", delegate="Rosa Quispe")

    before = text_of(client.get(at("agent_list_pdf", budget)).content)
    budget.steps.filter(kind=StepKind.CALL).update(ends_at=timezone.now())
    agents_desk.close_list(budget, by=UserFactory())
    after = text_of(client.get(at("agent_list_pdf", budget)).content)

    for text in (before, after):
        assert "Ronda de Motil" in text
        assert "Rosa Quispe" in text
    assert "Lista provisional" in before or "Provisional list" in before
    assert "SHA-256" in after


def text_of(content):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_one_person_for_two_organisations_is_one_vote(budget):
    rosa, eva, juan = ResidentFactory.create_batch(3, district=budget.municipality.place)
    accepted(budget, 1, resident=rosa)
    both = accepted(budget, 2, resident=rosa)
    accepted(budget, 3, resident=eva, has_vote=False)
    DelegateFactory(
        municipality=budget.municipality,
        agent=both,
        is_alternate=True,
        document_hash=bytes(juan.document_hash),
    )
    waits = AgentFactory(municipality=budget.municipality, budget=budget)
    DelegateFactory(municipality=budget.municipality, agent=waits)

    assert agent_list.voters_of(budget) == [bytes(rosa.document_hash)]


def test_small_groups_of_people_are_not_told(budget):
    for number in range(1, 4):
        accepted(budget, number, gender="woman")
    assert agent_list.described(budget) == []

    for number in range(4, 20):
        accepted(budget, number, gender="man" if number < 12 else "woman", area="rural")
    genders = dict(agent_list.described(budget))
    told = [[(one.label, one.number) for one in rows] for rows in genders.values()]
    assert sorted(number for _label, number in told[0]) == [8, 11]
    assert [number for _label, number in told[1]] == [None, None]  # three have not said


def test_those_who_come_for_the_first_time_are_counted_if_they_say_so(budget):
    for number in range(1, 13):
        accepted(budget, number)
    assert agent_list.newcomers(budget) == []

    agents = Agent.objects.filter(budget=budget)
    agents.filter(number__lte=6).update(before=Before.FIRST_TIME)
    agents.filter(number__gt=6).update(before=Before.EARLIER)
    assert [one.number for one in agent_list.newcomers(budget)] == [6, 6]


def test_what_kept_others_out_is_counted_by_requirement(client, budget):
    officer = UserFactory()
    for _number in range(3):
        agent = AgentFactory(municipality=budget.municipality, budget=budget, name="Secreto")
        agents_desk.observe(
            agent, by=officer, grounds=[Ground.DOCUMENT, Ground.PLACE], reason="Falta."
        )
    agent = AgentFactory(municipality=budget.municipality, budget=budget)
    agents_desk.reject(agent, by=officer, grounds=[Ground.DOCUMENT], reason="Otra vez.")

    assert [one.number for one in agent_list.refused_for(budget)] == [4, 3]
    text = client.get(at("agents", budget)).content.decode()
    assert "Secreto" not in text
    assert "Otra vez" not in text


def test_districts_are_compared_where_there_are_several(budget):
    here = budget.municipality.place
    accepted(budget, 1, district=here)
    assert agent_list.districts(budget) == []
    accepted(budget, 2, district=DistrictFactory())
    assert [one.number for one in agent_list.districts(budget)] == [1, 1]


# --- What stays of people


def test_an_account_that_goes_leaves_the_official_list_and_nothing_else(
    budget, django_capture_on_commit_callbacks
):
    rosa = UserFactory()
    mine = {"registered_by": rosa, "contact": "987 654 321"}
    listed = accepted(budget, 1, gender="woman", **mine)
    waits = AgentFactory(municipality=budget.municipality, budget=budget, **mine)
    alone = AgentFactory(
        municipality=budget.municipality, budget=budget, kind="citizen", name="Rosa Quispe", **mine
    )
    draft = AgentFactory(municipality=budget.municipality, budget=budget, state="draft", **mine)
    for agent in (waits, alone, draft):
        DelegateFactory(municipality=budget.municipality, agent=agent)
    file = paper_of(listed)

    with django_capture_on_commit_callbacks(execute=True):
        delete_account(rosa)

    listed.refresh_from_db(), waits.refresh_from_db(), alone.refresh_from_db()
    assert (listed.state, listed.contact, listed.delegates.get().name) == (
        AgentState.ACCEPTED,
        "",
        "Rosa Quispe",
    )
    assert [(one.state, one.contact) for one in (waits, alone)] == [(AgentState.WITHDRAWN, "")] * 2
    assert (waits.name != "", alone.name) == (True, "")
    assert not Agent.objects.filter(pk=draft.pk).exists()
    assert Delegate.objects.count() == 1
    assert not AgentFile.objects.exists()
    assert not private_storage().exists(file.file.name)


def paper_of(agent):
    return actions.add_paper(agent, photo())


def test_an_account_goes_also_after_the_list_was_closed(budget):
    rosa = ResidentFactory(district=budget.municipality.place)
    accepted(budget, 1, resident=rosa, gender="woman", registered_by=rosa.user, contact="x")
    budget.steps.filter(kind=StepKind.CALL).update(ends_at=timezone.now())
    closed = agents_desk.close_list(budget, by=UserFactory())
    before = agent_list.as_csv(budget)

    delete_account(rosa.user)

    assert agent_list.as_csv(budget) == before
    assert Delegate.objects.get().gender == ""
    assert closed.voters == 1


def test_the_history_names_no_citizen(budget):
    officer = UserFactory()
    agent = AgentFactory(
        municipality=budget.municipality, budget=budget, kind="citizen", name="Rosa Quispe"
    )
    agents_desk.reject(agent, by=officer, grounds=[Ground.PLACE], reason="Vive en Lima.")

    assert not Event.objects.filter(text__contains="Rosa").exists()


def test_people_get_a_copy_of_what_they_registered_and_for_whom_they_speak(budget):
    rosa = ResidentFactory(district=budget.municipality.place)
    accepted(budget, 1, name="Ronda de Motil", resident=rosa, registered_by=rosa.user)
    accepted(budget, 2, name="Riego", resident=rosa)

    copy = zipfile.ZipFile(io.BytesIO(export(rosa.user)))
    data = json.loads(copy.read("decide-la-libertad.json"))

    assert [one["name"] for one in data["participating agents"]] == ["Ronda de Motil"]
    assert [one["agent__name"] for one in data["delegate of"]] == ["Ronda de Motil", "Riego"]


def test_at_night_papers_go_that_no_row_speaks_of(
    budget, settings, django_capture_on_commit_callbacks
):
    agent = AgentFactory(municipality=budget.municipality, budget=budget)
    with django_capture_on_commit_callbacks(execute=True):
        kept, lost = paper_of(agent), paper_of(agent)
    AgentFile.objects.filter(pk=lost.pk).delete()
    assert remove_stray_papers() == 0
    for path in Path(settings.STORAGES["private"]["OPTIONS"]["location"]).rglob("*.*"):
        os.utime(path, (0, 0))

    assert remove_stray_papers() == 1

    assert private_storage().exists(kept.file.name)
    assert not private_storage().exists(lost.file.name)
    with region_scope("look"):
        assert AgentFile.objects.get() == kept
