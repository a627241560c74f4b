import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from budgets import people
from budgets.actions import works as actions
from budgets.enums import BudgetState, StepKind, WorkState
from budgets.models import Work
from municipalities.rls import municipality_scope, scoped_transaction
from participation.enums import InterventionKind, ThreadKind
from participation.models import Event, Intervention, Notice, ThreadLink
from proposals.enums import AuthorKind
from tests.budgets.factories import (
    AgentFactory,
    BudgetFactory,
    HeadingFactory,
    WorkFactory,
    WorkSupportFactory,
)
from tests.factories import (
    DebateFactory,
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    RoleGrantFactory,
    SupportFactory,
    UserFactory,
)
from tests.proposals.test_writing import photo


HTMX = {"HX-Request": "true"}
MODULES = ["proposals", "debates", "budgets"]


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=MODULES)
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def budget(otuzco):
    return BudgetFactory(
        municipality=otuzco,
        headings={"Centro": 100_000_00, "Valle": 50_000_00},
        running=[StepKind.WORKS, StepKind.SUPPORTS],
        opened=True,
    )


@pytest.fixture
def heading(budget):
    return budget.groups.get().headings.get(name="Centro")


@pytest.fixture
def resident(otuzco):
    return ResidentFactory(district=otuzco.place)


@pytest.fixture
def author(client, resident):
    client.force_login(resident.user)
    return resident.user


def address(name, *args):
    return reverse(f"budgets:{name}", args=["otuzco", *args])


def words(heading, **changes):
    return {
        "form_key": str(uuid.uuid4()),
        "heading": heading.pk,
        "title": "Techo para el mercado",
        "summary": "Cubrir los puestos del lado norte, que se mojan cada verano.",
        "place_name": "Mercado central",
    } | changes


def test_somebody_chooses_the_money_writes_looks_and_publishes(client, budget, heading, author):
    chosen = client.get(address("write_work", budget.pk))
    assert "Valle" in chosen.content.decode()
    assert f"rubro={heading.pk}" in chosen.content.decode()
    assert client.get(address("write_work", budget.pk), {"rubro": heading.pk}).status_code == 200
    saved = client.post(address("write_work", budget.pk), words(heading, do="preview"))
    work = Work.objects.get()
    assert saved.url == address("preview_work", work.pk)
    assert client.get(saved.url).status_code == 200

    published = client.post(address("publish_work", work.pk))

    work.refresh_from_db()
    assert published.url == work.get_absolute_url()
    assert (work.state, work.code) == (WorkState.PUBLISHED, "OTU-PP27-0001")
    assert (work.thread.is_public, work.thread.path) == (True, work.get_absolute_url())
    assert [i.kind for i in Intervention.objects.all()] == [InterventionKind.WORK]
    assert [event.verb for event in work.thread.events.all()] == ["work_published"]
    assert client.get(published.url).status_code == 200


def test_of_one_heading_nobody_has_to_choose(client, otuzco, author):
    alone = BudgetFactory(municipality=otuzco, running=[StepKind.WORKS], opened=True)
    heading = HeadingFactory._meta.model.objects.get(group__budget=alone)

    page = client.get(address("write_work", alone.pk))

    assert page.url.endswith(f"?rubro={heading.pk}")


def test_everything_that_may_be_said_is_kept(client, budget, heading, author):
    agent = AgentFactory(
        municipality=budget.municipality,
        budget=budget,
        is_accepted=True,
        registered_by=author,
        name="Comité de Regantes",
    )
    more = {
        "body": "**Mucho** más",
        "latitude": "-7,9",
        "longitude": "-78.56",
        "beneficiaries": "120",
        "who_benefits": "Las familias de la parte alta",
        "estimate": "12 400,50",
        "agent": agent.pk,
        "images": [photo("a.jpg")],
        "do": "save",
    }

    client.post(address("write_work", budget.pk), words(heading, **more))

    work = Work.objects.get()
    assert (work.latitude, work.beneficiaries, work.estimate) == (-7.9, 120, 12_400_50)
    assert (work.agent, work.shown_author) == (agent, "Comité de Regantes")
    assert work.thread.images.count() == 1
    assert "12 400,50" in client.get(address("edit_work", work.pk)).content.decode()


def test_nobody_writes_for_an_agent_that_is_not_theirs(client, budget, heading, author):
    AgentFactory(
        municipality=budget.municipality, budget=budget, is_accepted=True, registered_by=author
    )
    strange = AgentFactory(municipality=budget.municipality, budget=budget, is_accepted=True)

    response = client.post(
        address("write_work", budget.pk), words(heading, agent=strange.pk, do="save")
    )

    assert response.status_code == 422
    assert Work.objects.get().agent is None


def test_a_delegate_writes_for_their_agent(client, budget, heading, author, resident):
    agent = AgentFactory(
        municipality=budget.municipality, budget=budget, is_accepted=True, delegate=resident
    )

    client.post(address("write_work", budget.pk), words(heading, agent=agent.pk, do="save"))

    assert Work.objects.get().agent == agent


def test_the_same_form_sent_twice_is_one_draft(client, budget, heading, author):
    form = words(heading, do="save")

    client.post(address("write_work", budget.pk), form)
    client.post(address("write_work", budget.pk), form | {"title": "Techo y piso para el mercado"})

    assert [w.title for w in Work.objects.all()] == ["Techo y piso para el mercado"]


def test_a_draft_saves_as_you_type(client, budget, heading, author):
    url = address("autosave_work", budget.pk)
    key = {"form_key": str(uuid.uuid4()), "heading": heading.pk}

    nothing = client.post(url, key, headers=HTMX)
    first = client.post(url, key | {"title": "Techo"}, headers=HTMX)
    client.post(url, key | {"title": "Techo nuevo", "estimate": "mucho"}, headers=HTMX)

    work = Work.objects.get()
    assert (nothing.content, first.status_code, work.title) == (b"", 200, "Techo nuevo")
    again = client.post(
        address("autosave_work_draft", work.pk), key | {"title": "Techo alto"}, headers=HTMX
    )
    assert again.status_code == 200
    assert [w.title for w in Work.objects.all()] == ["Techo alto"]


def test_who_is_not_signed_in_finds_the_text_again(client, budget, heading, resident):
    sent = client.post(address("write_work", budget.pk), words(heading))
    assert sent.url.startswith(reverse("account_login"))

    client.force_login(resident.user)  # the session goes on
    page = client.get(address("write_work", budget.pk))

    assert "Techo para el mercado" in page.content.decode()


def test_what_is_missing_is_said_at_the_field_and_nothing_is_lost(client, budget, heading, author):
    form = words(heading, summary="...", estimate="caro", do="preview")

    response = client.post(address("write_work", budget.pk), form)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"summary", "estimate"}
    assert "Techo para el mercado" in response.content.decode()
    assert Work.objects.get().title == "Techo para el mercado"


@pytest.mark.parametrize(
    "broken",
    [
        {"heading": "999999999999999999999"},
        {"heading": "x"},
        {"heading": ""},
        {"beneficiaries": "-3"},
        {"beneficiaries": "9" * 30},
        {"estimate": "9" * 40},
        {"estimate": "NaN"},
        {"latitude": "1", "longitude": ""},
        {"latitude": "inf", "longitude": "nan"},
        {"title": "x" * 500},
        {"title": "Techo\x00"},
        {"agent": "1"},
        {"form_key": "'; DROP TABLE"},
    ],
)
def test_no_form_breaks_the_page(client, budget, heading, author, broken):
    for page in ("write_work", "autosave_work"):
        response = client.post(address(page, budget.pk), words(heading, do="save") | broken)
        assert response.status_code in (200, 302, 422)


def test_more_than_the_heading_has_is_said_and_not_refused(client, budget, heading, author):
    hint = client.get(
        address("cost_hint", budget.pk), {"heading": heading.pk, "estimate": "100 000,01"}
    )
    fits = client.get(address("cost_hint", budget.pk), {"heading": heading.pk, "estimate": "9"})
    assert "Centro" in hint.content.decode()
    assert "Centro" not in fits.content.decode()

    client.post(address("write_work", budget.pk), words(heading, estimate="200000", do="preview"))
    work = Work.objects.get()
    assert client.get(address("preview_work", work.pk)).context["hint"] == heading
    assert client.post(address("publish_work", work.pk)).url == work.get_absolute_url()


@pytest.mark.parametrize("other", ["not running", "cancelled", "draft"])
def test_works_are_put_forward_only_in_their_time(client, otuzco, author, heading, budget, other):
    closed = BudgetFactory(
        municipality=otuzco,
        headings={"Sierra": 10_000_00},
        running=[StepKind.FILTER],
        opened=other != "draft",
    )
    if other == "cancelled":
        closed.state, closed.cancelled_why = BudgetState.CANCELLED, "No llegó el dinero."
        closed.cancelled_at, closed.cancelled_by = closed.opened_at, closed.opened_by
        closed.save()

    page = client.get(address("write_work", closed.pk))

    assert page.status_code == (404 if other == "draft" else 403)
    draft = WorkFactory(heading=closed.groups.get().headings.get(), author=author)
    with pytest.raises(actions.CannotPublish):
        actions.publish(draft, by=author)


def test_only_residents_publish_and_read_how_to_become_one(client, budget, heading):
    stranger = UserFactory()
    client.force_login(stranger)
    client.post(address("write_work", budget.pk), words(heading, do="preview"))
    work = Work.objects.get()

    page = client.get(address("preview_work", work.pk))
    client.post(address("publish_work", work.pk))

    work.refresh_from_db()
    assert work.is_draft
    assert reverse("accounts:residence") in page.content.decode()


def test_a_draft_is_its_authors_alone_and_can_be_deleted(client, budget, heading, author):
    draft = WorkFactory(heading=heading, author=UserFactory())
    for page in ("edit_work", "preview_work", "delete_work"):
        assert client.get(address(page, draft.pk)).status_code == 404
    assert client.get(draft.get_absolute_url()).status_code == 404

    own = WorkFactory(heading=heading, author=author)
    client.post(address("delete_work", own.pk))

    assert list(Work.objects.all()) == [draft]
    assert own.thread.__class__.objects.filter(kind=ThreadKind.WORK).count() == 1


def test_what_it_said_before_stays_readable(client, budget, heading, author):
    work = WorkFactory(heading=heading, author=author, published=True, title="Techo", estimate=500)

    client.post(
        address("edit_work", work.pk), words(heading, title="Techo y piso", estimate="900", do="x")
    )

    work.refresh_from_db()
    assert (work.title, work.thread.title) == ("Techo y piso", "Techo y piso")
    history = client.get(address("work_history", work.pk)).content.decode()
    assert "piso" in history
    assert "S/ 900" in history.replace("\xa0", " ")
    assert work.thread.events.get(verb="edited").data["before"]["title"] == "Techo"


def test_who_supports_it_finds_it_in_the_same_heading(client, budget, heading, author):
    work = WorkFactory(heading=heading, author=author, published=True)
    WorkSupportFactory(work=work)
    other = budget.groups.get().headings.get(name="Valle")

    client.post(address("edit_work", work.pk), words(other, do="x"))

    work.refresh_from_db()
    assert work.heading == heading
    with pytest.raises(actions.CannotEdit):
        actions.revise(work, by=author, heading=other)


@pytest.mark.parametrize("state", [WorkState.EVALUATION, WorkState.FEASIBLE, WorkState.WITHDRAWN])
def test_once_evaluated_its_text_is_settled(client, budget, heading, author, state):
    work = WorkFactory(
        heading=heading, author=author, published=True, state=state, cost=1_00, state_reason="x"
    )

    assert client.get(address("edit_work", work.pk)).status_code == 302
    with pytest.raises(actions.CannotEdit):
        actions.revise(work, by=author, title="Otro")


def test_its_author_withdraws_it_with_a_reason(
    client, budget, heading, author, django_capture_on_commit_callbacks
):
    work = WorkFactory(heading=heading, author=author, published=True)
    assert client.post(address("withdraw_work", work.pk), {"reason": " "}).status_code == 422

    client.post(address("withdraw_work", work.pk), {"reason": "Ya la hizo la comunidad."})

    work.refresh_from_db()
    assert work.state == WorkState.WITHDRAWN
    assert "Ya la hizo la comunidad." in client.get(work.get_absolute_url()).content.decode()


def test_a_work_leaves_the_ballot_in_public(
    client, otuzco, budget, heading, django_capture_on_commit_callbacks
):
    officer = RoleGrantFactory(municipality=otuzco, role="administrator").user
    work = WorkFactory(heading=heading, on_ballot=True)
    follower = UserFactory()
    follower.follows.create(municipality=otuzco, thread=budget.thread)

    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw_from_ballot(work, by=officer, reason="El terreno se inunda.")

    work.refresh_from_db()
    assert (work.state, work.option != "") == (WorkState.WITHDRAWN, True)
    told = {(n.user, n.event.verb) for n in Notice.objects.all()}
    assert told == {(work.author, "work_left_ballot"), (follower, "budget_work_left")}
    with pytest.raises(actions.CannotWithdraw):
        actions.withdraw_from_ballot(work, by=officer, reason="Otra vez.")


def test_only_the_municipality_takes_a_work_off_the_ballot(client, otuzco, budget, heading, author):
    work = WorkFactory(heading=heading, on_ballot=True, author=author)
    url = address("withdraw_from_ballot", work.pk)
    assert client.post(url, {"reason": "Mía"}).status_code == 403
    officer = RoleGrantFactory(municipality=otuzco, role="administrator").user
    client.force_login(officer)
    client.get(url)

    client.post(url, {"reason": "El terreno se inunda."})

    work.refresh_from_db()
    assert work.state == WorkState.WITHDRAWN
    assert "El terreno se inunda." in client.get(work.get_absolute_url()).content.decode()


def test_personal_data_wait_for_a_look(client, budget, heading, author):
    form = words(heading, body="Llámame al 944 123 456, DNI 45678912.", do="preview")
    warned = client.post(address("write_work", budget.pk), form)
    assert warned.status_code == 422

    sure = form | {"personal_data_may_be_shown": "on"}
    client.post(address("write_work", budget.pk), sure)
    work = Work.objects.get()
    client.post(address("publish_work", work.pk))

    work.refresh_from_db()
    assert work.is_hidden
    client.logout()
    assert client.get(work.get_absolute_url()).status_code == 410


# --- Bringing in a proposal


@pytest.fixture
def proposal(otuzco, author):
    found = ProposalFactory(
        municipality=otuzco, author=author, published=True, threshold=1, title="Techo del mercado"
    )
    SupportFactory(proposal=found)
    type(found).objects.filter(pk=found.pk).update(reached_at=found.published_at, state="threshold")
    found.refresh_from_db()
    return found


def test_its_author_brings_in_a_proposal_that_has_its_supports(
    client, budget, heading, proposal, author
):
    url = address("bring_proposal", budget.pk, proposal.pk)
    assert client.get(url).status_code == 200

    client.post(url, {"heading": heading.pk, "estimate": "20 000"})

    work = Work.objects.get()
    assert (work.proposal, work.title, work.estimate) == (proposal, proposal.title, 20_000_00)
    assert work.state == WorkState.PUBLISHED
    assert ThreadLink.objects.get().result == work.thread
    assert proposal.thread.events.get().verb == "led_to_work"
    assert work.get_absolute_url() in client.get(proposal.get_absolute_url()).content.decode()
    assert proposal.get_absolute_url() in client.get(work.get_absolute_url()).content.decode()
    assert client.post(url, {"heading": heading.pk}).url == work.get_absolute_url()


def test_a_proposal_short_of_supports_is_written_as_a_work(client, otuzco, budget, author):
    short = ProposalFactory(municipality=otuzco, author=author, published=True, threshold=9)

    response = client.get(address("bring_proposal", budget.pk, short.pk))

    assert response.url == f"{address('write_work', budget.pk)}?desde={short.thread_id}"


def test_staff_bring_in_what_somebody_proposed_for_an_organisation(
    client, otuzco, budget, heading, author
):
    proposal = ProposalFactory(
        municipality=otuzco,
        author=author,
        published=True,
        author_kind=AuthorKind.ORGANISATION,
        organisation="Club de Madres",
    )
    client.force_login(RoleGrantFactory(municipality=otuzco, role="administrator").user)

    client.post(address("bring_proposal", budget.pk, proposal.pk), {"heading": heading.pk})

    work = Work.objects.get()
    assert (work.author, work.shown_author) == (author, "Club de Madres")
    assert work.thread.events.get(verb="work_published").as_office
    assert author.public_name not in client.get(work.get_absolute_url()).content.decode()
    assert Intervention.objects.get(kind=InterventionKind.WORK).gender == ""


@pytest.mark.parametrize("state", ["retired", "archived", "hidden", "refused"])
def test_what_has_ended_is_not_brought_in(client, otuzco, budget, heading, proposal, state):
    client.force_login(RoleGrantFactory(municipality=otuzco, role="administrator").user)
    if state == "hidden":
        proposal.hidden_at, proposal.hidden_reason = proposal.published_at, "x"
    elif state == "refused":
        proposal.state = "done"
    else:
        proposal.state, proposal.close_reason = state, "x"
    proposal.save()

    client.post(address("bring_proposal", budget.pk, proposal.pk), {"heading": heading.pk})

    assert not Work.objects.exists()


def test_somebody_elses_proposal_is_not_brought_in(client, budget, heading, proposal, otuzco):
    client.force_login(ResidentFactory(district=otuzco.place).user)

    client.post(address("bring_proposal", budget.pk, proposal.pk), {"heading": heading.pk})

    assert not Work.objects.exists()


def test_an_account_that_goes_leaves_what_it_published_and_no_draft(otuzco, heading):
    author = ResidentFactory(district=otuzco.place).user
    WorkFactory(heading=heading, author=author)
    work = WorkFactory(heading=heading, author=author, published=True, title="Techo")
    actions.revise(work, by=author, title="Techo y piso")
    copy = people.export(author)

    people.erase(author)

    assert {one["title"] for one in copy["works"]} > {"Techo y piso"}
    assert copy["earlier texts of works"][0]["data__before"] == {"title": "Techo"}
    assert [w.title for w in Work.objects.of(author)] == ["Techo y piso"]


def test_similar_works_and_proposals_are_offered(client, budget, heading, proposal, author):
    WorkFactory(heading=heading, published=True, title="Techo para el mercado")

    page = client.get(address("similar_works", budget.pk), {"title": "techo"}, headers=HTMX)

    found = page.content.decode()
    assert "Techo para el mercado" in found
    assert address("bring_proposal", budget.pk, proposal.pk) in found


def test_a_work_may_come_out_of_a_debate(client, otuzco, budget, heading, author):
    debate = DebateFactory(municipality=otuzco, title="¿Qué hacemos con el mercado?")
    url = f"{address('write_work', budget.pk)}?desde={debate.thread_id}&rubro={heading.pk}"
    form = client.get(url).context["form"]
    assert form["title"].value() == debate.title

    came_from = form["came_from"].value()
    client.post(address("write_work", budget.pk), words(heading, came_from=came_from, do="preview"))
    client.post(address("publish_work", Work.objects.get().pk))

    assert Event.objects.get(thread=debate.thread, verb="led_to_work")


# --- Races: real commits, real threads.


@pytest.fixture
def committed(transactional_db):
    municipality = MunicipalityFactory(slug="otuzco", modules=MODULES)
    with scoped_transaction(municipality):
        budget = BudgetFactory(
            municipality=municipality,
            headings={"Centro": 100_000_00},
            running=[StepKind.WORKS],
            opened=True,
        )
        heading = budget.groups.get().headings.get()
        drafts = [WorkFactory(heading=heading) for _number in range(20)]
        proposal = ProposalFactory(municipality=municipality, published=True)
    return municipality, budget, heading, drafts, proposal


def at_once(municipality, number, act):
    def run(index):
        try:
            with scoped_transaction(municipality):
                return act(index)
        except (actions.CannotBring, actions.CannotPublish) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(run, range(number)))


def test_works_published_at_once_have_one_number_each(committed):
    municipality, _budget, _heading, drafts, _proposal = committed

    at_once(
        municipality,
        40,
        lambda index: actions.publish(drafts[index % 20], by=drafts[index % 20].author),
    )

    with scoped_transaction(municipality):
        codes = sorted(Work.objects.values_list("code", flat=True))
    assert codes == [f"OTU-PP27-{number:04}" for number in range(1, 21)]


def test_a_proposal_brought_in_many_times_at_once_is_one_work(committed):
    municipality, budget, heading, _drafts, proposal = committed

    done = at_once(
        municipality,
        20,
        lambda index: actions.bring(proposal, budget, by=proposal.author, heading=heading),
    )

    assert sum(isinstance(one, Work) for one in done) == 1
    with scoped_transaction(municipality):
        assert Work.objects.filter(proposal=proposal).count() == 1
        assert ThreadLink.objects.count() == 1
