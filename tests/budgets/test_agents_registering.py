"""An organisation, or somebody without one, registers to take part in a budget."""

import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.enums import Role
from accounts.models import AccessLog, Suspension
from budgets.actions import agents as actions
from budgets.enums import AgentKind, AgentState, StepKind
from budgets.models import Agent, AgentFile, Delegate
from decide.common import documents
from municipalities.enums import Module
from municipalities.models import private_storage
from municipalities.rls import municipality_scope, scoped_transaction
from participation.models import Event, Intervention, Notice
from tests.budgets.agents import at, words
from tests.budgets.factories import AgentFactory, BudgetFactory
from tests.factories import (
    MunicipalityFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
)
from tests.participation.files import pdf, photo, photo_with_place, text_file


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def budget(otuzco):
    return BudgetFactory(municipality=otuzco, running=[StepKind.CALL], opened=True)


@pytest.fixture
def rosa(client):
    user = UserFactory(display_name="Rosa Quispe")
    client.force_login(user)
    return user


def send(client, budget, page="register_agent", *more, **changes):
    here = budget.municipality.place_id
    return client.post(at(page, budget, *more), words(district=here) | changes)


def test_an_organisation_registers_with_its_delegate(client, budget, rosa):
    answer = send(client, budget, members="45", founded_on="05/11/1987", ruc="20131312955")

    agent = Agent.objects.get()
    assert answer.url == agent.get_absolute_url()
    assert (agent.state, agent.kind, agent.name) == (
        AgentState.SUBMITTED,
        AgentKind.WOMEN,
        "Vaso de Leche Santa Rosa",
    )
    assert (agent.members, agent.ruc, str(agent.founded_on)) == (45, "20131312955", "1987-11-05")
    assert (agent.registered_by, agent.channel, agent.has_vote) == (rosa, "web", True)
    delegate = agent.delegates.get()
    assert (delegate.name, delegate.gender, delegate.area) == (
        "Rosa Quispe Luján",
        "woman",
        "rural",
    )
    assert bytes(delegate.document_hash) == documents.document_hash("dni", "40123456")
    (row,) = Intervention.objects.filter(kind="agent")
    assert (row.channel, row.amount) == ("web", 1)
    assert client.get(answer.url).status_code == 200


def test_a_citizen_registers_without_an_organisation(client, budget, rosa):
    page = client.get(at("register_agent", budget) + "?como=ciudadano")
    assert "name" not in page.context["form"].fields

    answer = send(client, budget, como="ciudadano")

    agent = Agent.objects.get()
    assert answer.status_code == 302
    assert (agent.kind, agent.name) == (AgentKind.CITIZEN, "Rosa Quispe Luján")
    assert agent.delegates.get().name == "Rosa Quispe Luján"


def test_a_draft_keeps_what_there_is_and_nobody_else_sees_it(client, budget, rosa):
    saved = send(client, budget, kind="", delegate_number="", declares="", do="save")

    agent = Agent.objects.get()
    assert saved.url == at("edit_agent", budget, agent.pk)
    assert (agent.state, agent.kind) == (AgentState.DRAFT, "")
    assert agent.delegates.get().document_hash is None
    assert not Intervention.objects.exists()
    assert not Event.objects.filter(verb__startswith="agent").exists()
    page = client.get(saved.url)
    assert page.context["form"]["delegate_name"].value() == "Rosa Quispe Luján"
    for person in (UserFactory(), officer(budget)):
        client.force_login(person)
        assert client.get(saved.url).status_code == 404
        assert client.get(agent.get_absolute_url()).status_code == 404


def officer(budget, role=Role.DESK_OFFICER):
    return RoleGrantFactory(municipality=budget.municipality, role=role).user


@pytest.fixture
def without_second_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


def test_what_is_wrong_is_said_at_the_field_and_everything_typed_stays(client, budget, rosa):
    answer = send(
        client, budget, delegate_number="1234", name="", ruc="10401234565", papers=photo()
    )

    form, agent = answer.context["form"], Agent.objects.get()
    assert answer.status_code == 422
    assert set(form.errors) == {"delegate_number", "name", "ruc"}
    assert form["delegate_number"].value() == "1234"
    assert form["delegate_name"].value() == "Rosa Quispe Luján"
    assert [paper.title for paper in form.kept] == ["foto"]  # not to be chosen again
    assert (agent.state, agent.kind, agent.ruc) == (AgentState.DRAFT, "women", "")

    again = send(client, budget, "edit_agent", agent.pk)

    assert again.status_code == 302
    agent.refresh_from_db()
    assert agent.state == AgentState.SUBMITTED
    assert agent.files.count() == 1


def test_a_number_given_once_need_not_be_typed_again(client, budget, rosa):
    send(client, budget, do="save")
    agent = Agent.objects.get()
    page = client.get(at("edit_agent", budget, agent.pk))
    assert "40123456" not in page.content.decode()

    send(client, budget, "edit_agent", agent.pk, delegate_number="")

    agent.refresh_from_db()
    assert agent.state == AgentState.SUBMITTED
    assert bytes(agent.delegates.get().document_hash) == documents.document_hash("dni", "40123456")


def test_no_number_of_a_document_is_kept_anywhere(client, budget, rosa, caplog):
    send(
        client, budget, delegate_number="1", alternate_name="Eva Luna", alternate_number="40999888"
    )
    send(client, budget, papers=[pdf(name="DNI 40123456.pdf"), photo(name="40.123.456.jpg")])

    with connection.cursor() as cursor:
        for table in ("budgets_agent", "budgets_delegate", "budgets_agentfile") + (
            "participation_event",
            "django_session",
        ):
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows = str(cursor.fetchall())
            assert not {n for n in ("40123456", "40999888", "40.123.456") if n in rows}, table
    assert "40123456" not in caplog.text
    assert {one.title for one in AgentFile.objects.all()} == {"DNI …", "…"}


def test_whoever_is_not_signed_in_finds_the_words_again_but_no_number(client, budget):
    answer = send(client, budget)
    assert answer.url.startswith(reverse("account_login"))
    kept = str(dict(client.session))
    assert "Santa Rosa" in kept
    assert "40123456" not in kept
    assert not Agent.objects.exists()

    session = dict(client.session)
    client.force_login(UserFactory())
    store = client.session
    store.update({key: value for key, value in session.items() if key == "agent_text"})
    store.save()
    form = client.get(at("register_agent", budget)).context["form"]
    assert form["name"].value() == "Vaso de Leche Santa Rosa"


def test_the_page_saves_what_is_being_typed(client, budget, rosa):
    key = str(uuid.uuid4())
    typed = words(form_key=key, district=budget.municipality.place_id, delegate_number="401")

    answer = client.post(at("autosave_agent", budget), typed)
    assert "Guardado" in answer.content.decode() or "Saved" in answer.content.decode()
    client.post(at("autosave_agent", budget), typed | {"name": "Vaso de Leche Santa Rosa de Lima"})

    agent = Agent.objects.get()
    assert (agent.is_draft, agent.name) == (True, "Vaso de Leche Santa Rosa de Lima")
    assert not Delegate.objects.get().document_hash

    send(client, budget, form_key=key)
    assert Agent.objects.get().state == AgentState.SUBMITTED
    assert client.post(at("autosave_agent", budget), typed).status_code == 409


def test_the_same_form_sent_again_is_one_registration(client, budget, rosa):
    key = str(uuid.uuid4())

    first, second = (send(client, budget, form_key=key) for _turn in range(2))

    assert first.url == second.url
    assert Agent.objects.count() == Intervention.objects.filter(kind="agent").count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("delegate_number", "12345678901234"),
        ("delegate_number", "4012 345"),
        ("name", "Junta de Rosa, DNI 40123456"),
        ("place", "Preguntar al 987 654 321"),
        ("name", "…"),
        ("founded_on", "31/02/1990"),
        ("founded_on", "05/11/2999"),
        ("members", "-4"),
        ("members", "muchos"),
        ("ruc", "20131312954"),
        ("kind", "citizen"),
        ("kind", "technical"),
        ("kind", "pirates"),
        ("district", "150101"),
        ("delegate_gender", "x"),
        ("name", "x" * 161),
        ("declares", ""),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(client, budget, rosa, field, typed):
    answer = send(client, budget, **{field: typed})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Agent.objects.exclude(state=AgentState.DRAFT).exists()


@pytest.mark.parametrize("nasty", ["\x00", "a\x00b", "\ud800", "' OR 1=1 --", "<script>x</script>"])
def test_strange_input_breaks_nothing(client, budget, rosa, nasty):
    for name in words():
        if name not in ("do", "declares"):
            answer = client.post(
                at("register_agent", budget),
                words(district=budget.municipality.place_id)
                | {name: nasty.encode("utf-8", "replace")},
            )
            assert answer.status_code in (302, 422), name
    page = client.get(at("agents", budget) + "?tipo=%00&page=-3")
    assert page.status_code == 200
    assert "<script>x" not in page.content.decode()


def test_who_stands_in_is_somebody_else_with_name_and_document(client, budget, rosa):
    same = send(client, budget, alternate_name="Rosa Q.", alternate_number="40.123.456")
    nameless = send(client, budget, alternate_number="40999888")
    numberless = send(client, budget, alternate_name="Eva Luna")

    errors = [list(one.context["form"].errors) for one in (same, nameless, numberless)]
    assert errors == [["alternate_number"], ["alternate_name"], ["alternate_number"]]
    send(client, budget, alternate_name="Eva Luna", alternate_number="40999888")
    agent = Agent.objects.get(state=AgentState.SUBMITTED)
    assert [one.is_alternate for one in agent.delegates.all()] == [False, True]


def test_papers_are_made_anew_and_lie_where_no_address_leads(client, budget, rosa, settings):
    script = pdf(script="app.alert(1)", name="acta.pdf")

    send(client, budget, papers=[script, photo_with_place(), photo(form="PNG", name="p.png")])

    agent = Agent.objects.get()
    kept = [private_storage().open(one.file.name).read() for one in agent.files.all()]
    assert [one[:4] for one in kept] == [b"%PDF", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe0"]
    assert not any(word in one for one in kept for word in (b"app.alert", b"Celular", b"Quispe"))
    assert not list(Path(settings.MEDIA_ROOT).rglob("*agents*"))
    for one in agent.files.all():
        answer = client.get(at("agent_paper", budget, agent.pk, one.uuid))
        assert b"".join(answer.streaming_content) in kept
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "upload", [text_file(), text_file(b"%PDF-1.4 broken", "a.pdf"), text_file(b"MZ", "a.pdf")]
)
def test_what_is_no_paper_is_refused(client, budget, rosa, upload):
    answer = send(client, budget, papers=upload)

    assert list(answer.context["form"].errors) == ["papers"]
    assert not AgentFile.objects.exists()


def test_five_papers_at_most_and_any_can_be_removed(
    client, budget, rosa, django_capture_on_commit_callbacks
):
    send(client, budget, do="save", papers=[photo(), photo(), photo()])
    agent = Agent.objects.get()
    edit = at("edit_agent", budget, agent.pk)

    here = {"district": budget.municipality.place_id, "do": "save"}
    too_many = client.post(edit, words(**here, papers=[photo(), photo(), photo()]))
    assert list(too_many.context["form"].errors) == ["papers"]
    assert agent.files.count() == 5

    first = agent.files.first()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit, words(**here) | {f"remove_{first.pk}": "on"})
    assert agent.files.count() == 4
    assert not private_storage().exists(first.file.name)


def test_a_draft_goes_for_good_with_its_papers(
    client, budget, rosa, django_capture_on_commit_callbacks
):
    send(client, budget, do="save", papers=photo())
    agent, file = Agent.objects.get(), AgentFile.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(at("delete_agent", budget, agent.pk))

    assert not Agent.objects.exists()
    assert not private_storage().exists(file.file.name)


def test_what_was_sent_is_not_deleted_and_the_database_says_so_too(client, budget, rosa):
    agent = AgentFactory(municipality=budget.municipality, budget=budget, registered_by=rosa)

    client.post(at("delete_agent", budget, agent.pk))

    assert Agent.objects.filter(pk=agent.pk).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Agent.objects.filter(pk=agent.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Agent.objects.filter(pk=agent.pk).update(state=AgentState.DRAFT)


def test_the_sheet_comes_with_what_was_typed_and_without_a_number(client, budget, rosa):
    send(client, budget)
    agent = Agent.objects.get()

    filled = client.get(at("agent_sheet", budget, agent.pk))
    blank = client.get(at("blank_agent_sheet", budget))

    assert (filled["Content-Type"], blank["Content-Type"]) == ("application/pdf",) * 2
    assert filled.content[:5] == blank.content[:5] == b"%PDF-"
    text = text_of(filled.content)
    assert "Vaso de Leche Santa Rosa" in text
    assert "40123456" not in text


def text_of(content):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


# --- When, and who


def test_before_and_after_the_call_nobody_registers(client, otuzco, rosa):
    early = BudgetFactory(municipality=otuzco, opened=True)
    over = BudgetFactory(municipality=otuzco, running=[StepKind.VOTE], opened=True)
    called_off = BudgetFactory(municipality=otuzco, running=[StepKind.CALL], opened=True)
    called_off.state, called_off.cancelled_why = "cancelled", "x"
    called_off.cancelled_at, called_off.cancelled_by = timezone.now(), rosa
    called_off.save()

    for budget in (early, over, called_off):
        assert client.get(at("register_agent", budget)).status_code == 403
        assert send(client, budget).status_code == 403
        assert client.get(at("agents", budget)).status_code == 200
    assert not Agent.objects.exists()


def test_a_draft_begun_in_time_cannot_be_sent_after_the_call(client, budget, rosa):
    send(client, budget, do="save")
    agent = Agent.objects.get()
    budget.steps.filter(kind=StepKind.CALL).update(ends_at=timezone.now())

    answer = send(client, budget, "edit_agent", agent.pk)

    assert answer.status_code == 302
    agent.refresh_from_db()
    assert agent.is_draft
    with pytest.raises(actions.CannotRegister):
        actions.submit(agent, by=rosa)


def test_a_budget_being_prepared_has_no_agents_for_others(client, otuzco, rosa):
    draft = BudgetFactory(municipality=otuzco)

    for name in ("agents", "register_agent", "agent_list_pdf", "agent_list_csv"):
        assert client.get(at(name, draft)).status_code == 404


def test_a_suspended_person_does_not_register(client, budget, rosa):
    Suspension.objects.create(
        municipality=budget.municipality,
        user=rosa,
        reason="x",
        by=UserFactory(),
        ends_at=timezone.now() + timedelta(days=1),
    )

    assert send(client, budget).status_code == 403


def test_after_ten_that_wait_a_person_waits_too(client, budget, rosa):
    AgentFactory.create_batch(
        10, municipality=budget.municipality, budget=budget, registered_by=rosa
    )

    answer = client.get(at("register_agent", budget))

    assert answer.status_code == 403
    assert answer.context["reason"].url == at("agents", budget)


@pytest.mark.usefixtures("without_second_step")
def test_an_officer_writes_down_what_somebody_brings_on_paper(client, budget):
    carmen = officer(budget)
    client.force_login(carmen)
    kinds = [
        value
        for value, _label in client.get(at("register_agent", budget))
        .context["form"]
        .fields["kind"]
        .choices
    ]
    assert "technical" in kinds

    send(client, budget, kind="technical")

    agent = Agent.objects.get()
    assert (agent.registered_by, agent.channel, agent.has_vote) == (carmen, "desk", False)
    (row,) = Intervention.objects.filter(kind="agent")
    assert (row.channel, row.gender) == ("desk", "")


def test_the_technical_team_has_no_vote_whoever_asks(budget):
    agent = AgentFactory(municipality=budget.municipality, budget=budget)

    with pytest.raises(IntegrityError), transaction.atomic():
        Agent.objects.filter(pk=agent.pk).update(kind=AgentKind.TECHNICAL, has_vote=True)


def test_a_delegate_with_an_account_hears_of_it_and_sees_it(
    client, budget, rosa, django_capture_on_commit_callbacks
):
    eva = ResidentFactory(district=budget.municipality.place)
    eva.document_hash = documents.document_hash("dni", "40123456")
    eva.save()

    with django_capture_on_commit_callbacks(execute=True):
        send(client, budget)

    agent = Agent.objects.get()
    notice = Notice.objects.get(user=eva.user)
    assert (notice.event.verb, notice.path) == ("agent_named", agent.get_absolute_url())
    assert notice.words == "Vaso de Leche Santa Rosa"
    client.force_login(eva.user)
    assert client.get(agent.get_absolute_url()).status_code == 200
    assert client.get(at("edit_agent", budget, agent.pk)).status_code == 404
    assert client.get(at("withdraw_agent", budget, agent.pk)).status_code == 404


def test_a_delegate_is_kept_under_the_hash_by_which_the_site_knows_them(
    client, budget, rosa, settings
):
    eva = ResidentFactory(district=budget.municipality.place)
    eva.document_hash = documents.document_hash("dni", "40123456", 1)
    eva.save()
    settings.DOCUMENT_KEYS = settings.DOCUMENT_KEYS | {9: "a newer key"}

    send(client, budget)

    delegate = Delegate.objects.get()
    assert bytes(delegate.document_hash) == eva.document_hash
    assert delegate.key_version == 1


# --- What others may not


def test_strangers_find_nothing_of_a_registration(client, budget, rosa):
    send(client, budget, papers=photo())
    agent, file = Agent.objects.get(), AgentFile.objects.get()
    pages = [at(name, budget, agent.pk) for name in ("agent", "agent_sheet", "edit_agent")]
    pages += [
        at("agent_paper", budget, agent.pk, file.uuid),
        at("withdraw_agent", budget, agent.pk),
    ]
    client.logout()
    for page in pages[:2]:
        assert client.get(page).status_code == 404
    neighbour = MunicipalityFactory(modules=[Module.BUDGETS])
    with municipality_scope(neighbour):
        theirs = RoleGrantFactory(municipality=neighbour, role=Role.ADMINISTRATOR).user
    with municipality_scope(budget.municipality):
        for person in (UserFactory(), theirs):
            client.force_login(person)
            assert [client.get(page).status_code for page in pages] == [404] * 5


def test_a_paper_of_one_agent_is_not_found_below_another(client, budget, rosa):
    send(client, budget, papers=photo())
    file = AgentFile.objects.get()
    other = AgentFactory(municipality=budget.municipality, budget=budget, registered_by=rosa)

    assert client.get(at("agent_paper", budget, other.pk, file.uuid)).status_code == 404


@pytest.mark.usefixtures("without_second_step")
def test_who_of_the_staff_opens_a_paper_is_written_down(client, budget, rosa):
    send(client, budget, papers=photo())
    agent, file = Agent.objects.get(), AgentFile.objects.get()
    carmen = officer(budget)
    client.force_login(carmen)

    page = at("agent_paper", budget, agent.pk, file.uuid)
    assert client.get(page).status_code == 200

    line = AccessLog.objects.get()
    assert (line.viewer, line.person, line.where) == (carmen, rosa, page)


def test_its_own_people_withdraw_it_and_may_register_again(client, budget, rosa):
    send(client, budget)
    agent = Agent.objects.get()

    client.post(at("withdraw_agent", budget, agent.pk), {"reason": ""})

    agent.refresh_from_db()
    assert (agent.state, agent.decided_by) == (AgentState.WITHDRAWN, rosa)
    assert client.get(at("agent", budget, agent.pk)).status_code == 200
    assert send(client, budget).status_code == 302
    assert Agent.objects.count() == 2


# --- Once means once


def test_one_form_sent_twenty_times_at_once_is_one_registration(transactional_db):
    municipality = MunicipalityFactory(modules=[Module.BUDGETS])
    with scoped_transaction(municipality):
        budget = BudgetFactory(municipality=municipality, running=[StepKind.CALL], opened=True)
        rosa = UserFactory()
    typed = words(district=municipality.place_id)

    def one(_number):
        try:
            client = Client()
            client.force_login(rosa)
            return client.post(at("register_agent", budget), typed)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(20)))

    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    with scoped_transaction(municipality):
        assert Agent.objects.get().state == AgentState.SUBMITTED
        assert Delegate.objects.count() == 1
        assert Intervention.objects.filter(kind="agent").count() == 1
        assert Event.objects.filter(verb="agent_registered").count() == 1
