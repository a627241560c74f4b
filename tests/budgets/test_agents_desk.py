"""What the municipality decides about registrations, and how it closes the official list."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.assistance import Assistance, marked
from accounts.enums import Role
from budgets import agent_alerts, agent_list
from budgets.actions import agents as writing, agents_desk as actions
from budgets.enums import AgentState, Ground, StepKind
from budgets.models import Agent, AgentList, Delegate
from decide.common import workdays
from municipalities.enums import Module
from municipalities.rls import municipality_scope, scoped_transaction
from participation.models import Event, Notice
from tests.budgets.agents import at, words
from tests.budgets.factories import AgentFactory, AgentListFactory, BudgetFactory, DelegateFactory
from tests.factories import MunicipalityFactory, ResidentFactory, RoleGrantFactory, UserFactory


@pytest.fixture(autouse=True)
def _without_second_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.BUDGETS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def budget(otuzco):
    return BudgetFactory(municipality=otuzco, running=[StepKind.CALL], opened=True)


@pytest.fixture
def carmen(client, budget):
    """At the desk."""
    user = RoleGrantFactory(municipality=budget.municipality, role=Role.DESK_OFFICER).user
    client.force_login(user)
    return user


@pytest.fixture
def ana(budget):
    return RoleGrantFactory(municipality=budget.municipality, role=Role.ADMINISTRATOR).user


def agent_of(budget, **more):
    agent = AgentFactory(municipality=budget.municipality, budget=budget, **more)
    DelegateFactory(municipality=budget.municipality, agent=agent)
    return agent


def call_is_over(budget):
    budget.steps.filter(kind=StepKind.CALL).update(ends_at=timezone.now())
    budget._prefetched_objects_cache = {}


REASONS = {"grounds": [Ground.DOCUMENT, Ground.DELEGATE], "reason": "Falta el acta de la asamblea."}


def test_an_agent_is_accepted_with_the_next_number_and_its_people_hear(
    client, budget, carmen, django_capture_on_commit_callbacks
):
    first, second = agent_of(budget), agent_of(budget)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(at("accept_agent", budget, second.pk), {"has_vote": "1"})
        client.post(at("accept_agent", budget, first.pk), {"has_vote": "0"})

    first.refresh_from_db(), second.refresh_from_db()
    assert [(one.state, one.number, one.has_vote) for one in (second, first)] == [
        (AgentState.ACCEPTED, 1, True),
        (AgentState.ACCEPTED, 2, False),
    ]
    notice = Notice.objects.get(user=first.registered_by)
    assert (notice.event.verb, notice.words) == ("agent_accepted", first.name)
    assert notice.path == first.get_absolute_url()


def test_what_is_missing_is_told_with_reasons_and_can_be_mended_until_a_day(
    client, budget, carmen, django_capture_on_commit_callbacks
):
    agent = agent_of(budget)
    rosa = agent.registered_by
    page = at("observe_agent", budget, agent.pk)
    assert client.get(page).status_code == 200
    empty = client.post(page, {"reason": " "})
    assert (empty.status_code, set(empty.context["form"].errors)) == (422, {"grounds", "reason"})

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, REASONS)

    agent.refresh_from_db()
    assert (agent.state, agent.grounds) == (AgentState.OBSERVED, REASONS["grounds"])
    assert agent.mend_by == workdays.after(timezone.localdate(), budget.mending_days)
    words_told = Notice.objects.get(user=rosa).words
    assert REASONS["reason"] in words_told
    assert words_told.count("\n") == 2  # name, reason, until when

    client.force_login(rosa)
    call_is_over(budget)  # what was observed is mended after the call too
    assert client.get(at("edit_agent", budget, agent.pk)).status_code == 200
    answer = client.post(
        at("edit_agent", budget, agent.pk), words(district=budget.municipality.place_id)
    )
    agent.refresh_from_db()
    assert (answer.status_code, agent.state) == (302, AgentState.SUBMITTED)
    assert agent.name == "Vaso de Leche Santa Rosa"
    assert Event.objects.filter(verb="agent_mended").count() == 1


def test_mended_wrongly_it_stays_as_it_was(client, budget):
    agent = agent_of(budget, state=AgentState.OBSERVED, reason="x", mend_by=timezone.localdate())
    client.force_login(agent.registered_by)

    answer = client.post(
        at("edit_agent", budget, agent.pk),
        words(district=budget.municipality.place_id, name="", kind="women"),
    )

    assert answer.status_code == 422
    kept = Agent.objects.get()
    assert (kept.name, kept.kind, kept.state) == (agent.name, agent.kind, AgentState.OBSERVED)


def test_what_is_not_mended_in_time_lapses_by_the_day_alone(client, budget, carmen):
    agent = agent_of(budget, state=AgentState.OBSERVED, reason="x", mend_by=timezone.localdate())
    assert agent.is_being_mended

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert (agent.has_lapsed, agent.is_being_mended) == (True, False)
        assert not Agent.objects.being_mended().exists()
        assert client.get(at("agents_desk", budget)).status_code == 200
        answer = client.post(at("accept_agent", budget, agent.pk), {"has_vote": "1"})
        with pytest.raises(writing.CannotRegister):
            writing.submit(agent, by=agent.registered_by)
        told = {one.label: one.number for one in agent_list.how_far(budget)}
    agent.refresh_from_db()
    assert (answer.status_code, agent.state) == (302, AgentState.OBSERVED)
    assert list(told.values()) == [1, 0, 0, 0, 1]


def test_an_agent_is_not_accepted_with_reasons_and_that_is_final(client, budget, carmen):
    agent = agent_of(budget)

    client.post(at("reject_agent", budget, agent.pk), REASONS)

    agent.refresh_from_db()
    assert (agent.state, agent.reason) == (AgentState.REJECTED, REASONS["reason"])
    client.post(at("accept_agent", budget, agent.pk), {"has_vote": "1"})
    agent.refresh_from_db()
    assert agent.state == AgentState.REJECTED
    with pytest.raises(IntegrityError), transaction.atomic():
        Agent.objects.filter(pk=agent.pk).update(reason="")


def test_reasons_name_no_document(client, budget, carmen):
    agent = agent_of(budget)

    answer = client.post(
        at("reject_agent", budget, agent.pk), REASONS | {"reason": "El DNI 40123456 no es suyo."}
    )
    norm = client.post(
        at("reject_agent", budget, agent.pk),
        REASONS | {"reason": "Art. 14 de la Ordenanza 012-2026, inciso 3."},
    )

    assert (answer.status_code, norm.status_code) == (422, 302)


def test_nobody_decides_on_their_own(client, budget, carmen):
    typed = agent_of(budget, registered_by=carmen)
    spoken_for = agent_of(budget)
    person = ResidentFactory(user=carmen, district=budget.municipality.place)
    spoken_for.delegates.update(document_hash=person.document_hash)

    for agent in (typed, spoken_for):
        for name in ("accept_agent", "reject_agent", "observe_agent"):
            answer = client.post(at(name, budget, agent.pk), REASONS | {"has_vote": "1"})
            assert answer.status_code == 302
        assert client.get(at("agent_case", budget, agent.pk)).context["reason"]
        agent.refresh_from_db()
        assert agent.state == AgentState.SUBMITTED


def test_nor_does_the_officer_who_wrote_it_down_beside_somebody(client, budget, carmen):
    agent = agent_of(budget, state=AgentState.DRAFT)
    until = timezone.now() + timedelta(minutes=30)
    helped = Assistance(carmen, agent.registered_by, budget.municipality, until)
    with marked(helped):
        writing.submit(agent, by=agent.registered_by)

    client.post(at("accept_agent", budget, agent.pk), {"has_vote": "1"})

    agent.refresh_from_db()
    assert (agent.state, agent.channel) == (AgentState.SUBMITTED, "desk")


def test_of_the_technical_team_nobody_is_given_a_vote(client, budget, carmen):
    agent = agent_of(budget, kind="technical", has_vote=False)

    answer = client.post(at("accept_agent", budget, agent.pk), {"has_vote": "1"})

    agent.refresh_from_db()
    assert (answer.status_code, agent.state) == (302, AgentState.SUBMITTED)
    client.post(at("accept_agent", budget, agent.pk), {"has_vote": "0"})
    agent.refresh_from_db()
    assert (agent.state, agent.has_vote) == (AgentState.ACCEPTED, False)


def test_staff_withdraw_with_a_reason_that_its_people_read(
    client, budget, carmen, django_capture_on_commit_callbacks
):
    agent = agent_of(budget, is_accepted=True, number=1)
    page = at("withdraw_agent", budget, agent.pk)
    assert client.post(page, {"reason": ""}).status_code == 422

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {"reason": "Lo pidió su presidenta por escrito."})

    agent.refresh_from_db()
    assert (agent.state, agent.number) == (AgentState.WITHDRAWN, 1)  # nobody else gets it
    notice = Notice.objects.get(user=agent.registered_by)
    assert notice.event.verb == "agent_withdrawn"


# --- Closing the list


def test_the_list_is_closed_with_its_numbers_and_its_hash(
    client, budget, ana, django_capture_on_commit_callbacks
):
    agent_of(budget, is_accepted=True, number=1)
    agent_of(budget, is_accepted=True, number=2, has_vote=False)
    agent_of(budget, state=AgentState.REJECTED, reason="x")
    call_is_over(budget)
    client.force_login(ana)
    assert client.get(at("close_list", budget)).status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        client.post(at("close_list", budget))

    closed = AgentList.objects.get()
    assert (closed.agents, closed.voters, closed.closed_by) == (2, 1, ana)
    file = client.get(at("agent_list_csv", budget)).content
    assert bytes(closed.digest) == sha256(file).digest()
    assert closed.digest.hex() in client.get(at("agents", budget)).content.decode()
    (event,) = Event.objects.filter(verb="agent_list_closed")
    assert (event.is_public, event.data["agents"]) == (True, 2)


def test_while_agents_register_or_wait_the_list_stays_open(client, budget, ana):
    client.force_login(ana)
    desk = at("close_list", budget)
    client.post(desk)
    assert not AgentList.objects.exists()  # the call runs

    call_is_over(budget)
    waits = agent_of(budget)
    client.post(desk)
    assert not AgentList.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        AgentListFactory(municipality=budget.municipality, budget=budget)

    mends = {"state": AgentState.OBSERVED, "reason": "x", "mend_by": timezone.localdate()}
    Agent.objects.filter(pk=waits.pk).update(**mends)
    client.post(desk)
    assert not AgentList.objects.exists()

    Agent.objects.filter(pk=waits.pk).update(mend_by=timezone.localdate() - timedelta(days=1))
    client.post(desk)
    assert AgentList.objects.exists()
    client.post(desk)
    assert AgentList.objects.count() == 1


def test_a_desk_officer_does_not_close_it(client, budget, carmen):
    assert client.post(at("close_list", budget)).status_code == 403


def test_what_is_on_a_closed_list_does_not_change_whoever_asks(client, budget, ana):
    listed = agent_of(budget, is_accepted=True, number=1)
    late = agent_of(budget, state=AgentState.OBSERVED, reason="x", mend_by=timezone.localdate())
    Agent.objects.filter(pk=late.pk).update(mend_by=timezone.localdate() - timedelta(days=1))
    call_is_over(budget)
    actions.close_list(budget, by=ana)

    accepted = {"state": AgentState.ACCEPTED, "number": 2}
    for agent, change in (
        (late, accepted),
        (listed, {"state": AgentState.WITHDRAWN}),
        (listed, {"name": "Otra"}),
        (listed, {"number": 7}),
        (listed, {"has_vote": False}),
        (listed, {"place": "Otro"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Agent.objects.filter(pk=agent.pk).update(**change)
    for change in ({"name": "Otra"}, {"document_hash": bytes(32)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delegate.objects.filter(agent=listed).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegate.objects.filter(agent=listed).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        DelegateFactory(municipality=budget.municipality, agent=listed, is_alternate=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgentFactory(municipality=budget.municipality, budget=budget, is_accepted=True, number=9)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgentList.objects.update(agents=9)
    # What people say of themselves is theirs, and contact is on no list.
    Delegate.objects.filter(agent=listed).update(gender="", area="")
    Agent.objects.filter(pk=listed.pk).update(contact="")
    client.force_login(listed.registered_by)
    assert client.post(at("withdraw_agent", budget, listed.pk)).status_code == 302
    listed.refresh_from_db()
    assert listed.state == AgentState.ACCEPTED
    assert client.get(at("register_agent", budget)).status_code == 403


def test_who_is_accepted_while_the_list_closes_is_on_it_or_is_refused(transactional_db):
    municipality = MunicipalityFactory(modules=[Module.BUDGETS])
    with scoped_transaction(municipality):
        budget = BudgetFactory(municipality=municipality, running=[StepKind.CALL], opened=True)
        agents = [agent_of(budget) for _number in range(12)]
        ana, officer = UserFactory.create_batch(2)
        call_is_over(budget)

    def accept(agent):
        actions.accept(agent, by=officer)

    def close(_agent):
        actions.close_list(budget, by=ana)

    def one(act_agent):
        act, agent = act_agent
        try:
            with scoped_transaction(municipality):
                act(agent)
            return act.__name__
        except (actions.CannotDecide, actions.CannotClose):
            return f"no {act.__name__}"
        finally:
            connection.close()

    turns = [turn for agent in agents for turn in ((accept, agent), (close, None))]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(one, [*turns, (close, None)]))

    with scoped_transaction(municipality):
        closed = AgentList.objects.get()
        listed = Agent.objects.accepted()
        assert results.count("close") == 1
        assert results.count("accept") == listed.count() == closed.agents == 12
        assert sorted(listed.values_list("number", flat=True)) == list(range(1, 13))
        assert bytes(closed.digest) == sha256(agent_list.as_csv(budget)).digest()


def test_the_database_alone_keeps_a_closing_list_from_growing(transactional_db):
    """Without the locks of the actions: two hands that write at the same moment."""
    municipality = MunicipalityFactory(modules=[Module.BUDGETS])
    with scoped_transaction(municipality):
        budget = BudgetFactory(municipality=municipality, opened=True)
        fields = {"municipality": municipality, "budget": budget}
        agents = AgentFactory.create_batch(
            8, **fields, state=AgentState.OBSERVED, reason="x", mend_by=timezone.localdate()
        )
        ana = UserFactory()

    def one(turn):
        number, agent = turn
        try:
            with scoped_transaction(municipality):
                if agent is None:
                    listed = Agent.objects.accepted()
                    made = AgentListFactory(**fields, closed_by=ana, agents=0)
                    return "closed", listed.count(), made
                changed = Agent.objects.filter(pk=agent.pk)
                changed.update(state=AgentState.ACCEPTED, number=number)
                return "accepted", 0, None
        except IntegrityError:
            return "refused", 0, None
        finally:
            connection.close()

    with ThreadPoolExecutor(9) as pool:
        results = list(
            pool.map(one, [*enumerate(agents[:4], 1), (0, None), *enumerate(agents[4:], 5)])
        )

    with scoped_transaction(municipality):
        on_it = [count for what, count, _made in results if what == "closed"]
        assert on_it == [Agent.objects.accepted().count()]


# --- What looks odd


def test_fifty_registrations_by_one_hand_in_ten_minutes_alert_staff_once(
    client, budget, ana, django_capture_on_commit_callbacks
):
    carlos = RoleGrantFactory(municipality=budget.municipality, role=Role.DESK_OFFICER).user
    start = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(50):
            with time_machine.travel(start + timedelta(seconds=12 * number), tick=False):
                agent = agent_of(budget, state=AgentState.DRAFT, registered_by=carlos)
                writing.submit(agent, by=carlos, at_desk=True)

    alert = agent_alerts.of(budget)[0]
    assert len(alert.agents) == 50
    assert carlos.public_name in alert.text
    notice = Notice.objects.get(user=ana, event__verb="agent_alert")
    assert notice.path == at("agents_desk", budget)
    client.force_login(ana)
    assert alert.text in client.get(at("agents_desk", budget)).content.decode()


def test_a_few_a_day_by_one_hand_are_nothing_odd(budget):
    carlos = UserFactory()
    for hours in (0, 2, 4, 6, 8, 10):
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            agent = agent_of(budget, state=AgentState.DRAFT, registered_by=carlos)
            writing.submit(agent, by=carlos)

    assert agent_alerts.of(budget) == []


def test_what_is_alike_is_shown_and_what_is_gone_is_not(budget):
    hash_ = bytes(range(32))
    one, two = (
        agent_of(budget, name="Ronda  Alta", ruc="20131312955"),
        agent_of(budget, name="RONDA ALTA", ruc="20131312955"),
    )
    Delegate.objects.filter(agent__in=[one, two]).update(document_hash=hash_)
    gone = agent_of(budget, name="ronda alta", state=AgentState.WITHDRAWN)
    gone.delegates.update(document_hash=hash_)

    found = agent_alerts.of(budget)

    assert [{agent.pk for agent in alert.agents} for alert in found] == [{one.pk, two.pk}] * 3


# --- The pages


def test_the_desk_asks_the_same_queries_for_one_or_many(
    client, budget, carmen, django_assert_max_num_queries
):
    for count in (1, 12):
        for _number in range(count):
            agent_of(budget)
            agent_of(budget, is_accepted=True)
        for tab in ("esperan", "observadas", "aceptadas", "todas", "%00"):
            with django_assert_max_num_queries(30):
                page = client.get(at("agents_desk", budget) + f"?ver={tab}")
            assert page.status_code == 200
            assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.EVALUATOR])
def test_the_desk_is_for_those_who_register_agents(client, budget, role):
    agent = agent_of(budget)
    person = (
        RoleGrantFactory(municipality=budget.municipality, role=role).user
        if role
        else UserFactory()
    )
    client.force_login(person)

    pages = [at("agents_desk", budget), at("close_list", budget)]
    pages += [
        at(name, budget, agent.pk) for name in ("agent_case", "observe_agent", "reject_agent")
    ]
    assert [client.get(page).status_code for page in pages] == [403] * 5
    assert client.post(at("accept_agent", budget, agent.pk)).status_code == 403
    assert client.get(at("accept_agent", budget, agent.pk)).status_code == 405


def test_an_agent_of_another_budget_is_not_found_at_this_desk(client, budget, carmen):
    other = BudgetFactory(municipality=budget.municipality, opened=True)
    agent, draft = agent_of(other), agent_of(budget, state=AgentState.DRAFT)

    for pk in (agent.pk, draft.pk, 999_999_999):
        assert client.get(at("agent_case", budget, pk)).status_code == 404
        assert client.post(at("accept_agent", budget, pk)).status_code == 404
        assert client.post(at("reject_agent", budget, pk), REASONS).status_code == 404
