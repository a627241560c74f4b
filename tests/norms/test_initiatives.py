"""A citizens' initiative: the way by law, its sum of signatures, and what staff note of its papers."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from municipalities.enums import Module, MunicipalityKind
from municipalities.rls import municipality_scope
from norms import initiative_progress, legal_route
from norms.actions import initiatives as actions
from norms.enums import InitiativeState
from norms.models import Initiative
from tests.factories import (
    MunicipalityFactory,
    ProposalFactory,
    RegionPlaceFactory,
    RoleGrantFactory,
    UserFactory,
)
from tests.norms.factories import InitiativeFactory, NormFactory


TODAY = timezone.localdate


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.PROPOSALS, Module.NORMS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def officer(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user


@pytest.fixture
def initiative(otuzco):
    return InitiativeFactory(municipality=otuzco, began_on=TODAY() - timedelta(days=60))


def at(name, *args):
    return reverse(f"norms:{name}", args=["otuzco", *args])


# --- How many sign


@pytest.mark.parametrize(
    ("electors", "share", "needed"),
    [(10_000, "1", 101), (10_050, "1", 101), (10_100, "1", 102), (99, "1", 1), (1000, "0.3", 4)],
)
def test_more_than_a_share_is_the_next_whole_signature(electors, share, needed):
    found = legal_route.needed(electors, Decimal(share))

    assert found == needed
    assert found * 100 > electors * Decimal(share) >= (found - 1) * 100


def test_no_step_of_the_law_goes_without_its_article():
    assert all(step.base for step in legal_route.STEPS)
    assert [step.code for step in legal_route.STEPS if step.is_local] == ["decide"]


def test_everybody_reads_the_way_and_reckons_for_their_own_place(client, otuzco):
    page = client.get(at("initiatives"), {"electores": "25000"})

    assert page.context["sum"] == {"electors": 25000, "source": "", "needed": 251}
    for step in legal_route.STEPS:
        assert f'id="paso-{step.code}"' in page.text
    assert legal_route.LAWS in page.text


@pytest.mark.parametrize("typed", ["", "x", "-5", "0", "9" * 30, "1e9", "\x00"])
def test_what_is_no_number_of_electors_reckons_nothing(client, otuzco, typed):
    page = client.get(at("initiatives"), {"electores": typed})

    assert page.status_code == 200
    assert page.context["sum"] is None


def test_without_a_number_it_takes_the_last_roll_that_staff_entered(client, initiative):
    found = client.get(at("initiatives")).context["sum"]

    assert found == {"electors": 10_000, "source": "Padrón electoral 2026", "needed": 101}


def test_a_region_does_not_borrow_the_article_of_municipalities(client):
    region = MunicipalityFactory(kind=MunicipalityKind.REGION, place=RegionPlaceFactory())

    page = client.get(reverse("norms:initiatives", args=[region.slug]))

    assert page.context["is_local"] is False
    assert 'name="electores"' not in page.text


# --- What is followed


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_one_or_many(client, otuzco, count, django_assert_num_queries):
    InitiativeFactory.create_batch(count, municipality=otuzco)
    client.get(at("initiatives"))

    with django_assert_num_queries(10):
        page = client.get(at("initiatives"))

    assert len(page.context["rows"]) == count


def test_what_staff_have_not_published_is_theirs(client, otuzco, officer):
    hidden = InitiativeFactory(municipality=otuzco, published_at=None)

    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.get(at("initiatives")).context["rows"] == []
    client.force_login(officer)
    assert client.get(hidden.get_absolute_url()).status_code == 200
    assert len(client.get(at("initiatives")).context["rows"]) == 1


def test_the_site_offers_nobody_a_place_to_sign(client, initiative):
    page = client.get(initiative.get_absolute_url()).text

    assert 'method="post"' not in page.split('id="main"')[-1].split("</main>")[0]
    assert 'data-needed="101"' in page


def test_the_days_of_the_council_are_counted_down(client, initiative):
    Initiative.objects.filter(pk=initiative.pk).update(
        state=InitiativeState.VERIFIED, decide_by=TODAY() + timedelta(days=12), valid=140
    )

    page = client.get(initiative.get_absolute_url())

    assert 'data-days="12"' in page.text
    assert page.context["counts"].missing == 0


def test_no_day_is_counted_that_nobody_has_set(otuzco):
    verified = InitiativeFactory(municipality=otuzco, state=InitiativeState.VERIFIED)

    assert initiative_progress.deadline(verified) is None


def test_a_council_that_is_late_is_shown_late(otuzco):
    late = InitiativeFactory(
        municipality=otuzco,
        state=InitiativeState.VERIFIED,
        decide_by=TODAY() - timedelta(days=3),
    )

    assert initiative_progress.deadline(late).days_late == 3


def test_what_was_found_valid_counts_more_than_what_is_said(otuzco):
    said = InitiativeFactory(municipality=otuzco, collected=130, valid=90)

    assert initiative_progress.counts(said).missing == 11


# --- Staff


def typed(**changes):
    return {
        "title": "Ciclovías para todos",
        "text": "Que toda calle nueva tenga ciclovía.",
        "promoter": "Asociación de Ciclistas",
        "contact": "",
        "electors": "12345",
        "electors_source": "Padrón de octubre de 2026, JNE",
        "share": "1",
        "began_on": TODAY().isoformat(),
        "collected": "",
        "came_from": "",
        "norm": "",
    } | changes


def test_staff_write_one_publish_it_and_the_sum_is_made(client, otuzco, officer):
    client.force_login(officer)

    client.post(at("write_initiative"), typed())
    made = Initiative.objects.get()
    client.post(at("publish_initiative", made.pk))
    client.logout()

    assert made.needed == 124
    assert client.get(made.get_absolute_url()).status_code == 200


def test_it_leads_to_the_proposal_and_to_the_norm(client, otuzco, officer):
    proposal = ProposalFactory(municipality=otuzco, published=True, thread__is_public=True)
    proposal.thread.path = proposal.get_absolute_url()
    proposal.thread.save()
    norm = NormFactory(municipality=otuzco)
    client.force_login(officer)

    start = client.get(at("write_initiative"), {"de": proposal.thread_id})
    address = f"https://decide.example{proposal.thread.path}?x=1"
    client.post(at("write_initiative"), typed(came_from=address, norm=norm.pk))

    assert start.context["form"].initial["came_from"] == proposal.thread.path
    made = Initiative.objects.get()
    assert (made.proposal, made.norm) == (proposal.thread, norm)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("electors", "0"),
        ("electors_source", ""),
        ("share", "0"),
        ("share", "101"),
        ("began_on", "2999-01-01"),
        ("came_from", "/otra/propuestas/1-x/"),
        ("came_from", "http://[x"),
        ("norm", "999999"),
        ("title", ""),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(client, otuzco, officer, field, wrong):
    client.force_login(officer)

    page = client.post(at("write_initiative"), typed(**{field: wrong}))

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert not Initiative.objects.exists()


def test_who_is_no_staff_writes_nothing(client, otuzco, initiative):
    client.force_login(UserFactory())

    answers = [
        client.post(at("write_initiative"), typed()),
        client.post(at("edit_initiative", initiative.pk), typed()),
        client.post(at("publish_initiative", initiative.pk)),
        client.post(at("move_initiative", initiative.pk, "presentada")),
    ]

    assert {answer.status_code for answer in answers} == {403}
    initiative.refresh_from_db()
    assert initiative.state == InitiativeState.GATHERING


def move(client, initiative, state, **noted):
    return client.post(at("move_initiative", initiative.pk, state), noted)


def test_it_goes_its_whole_way_with_a_day_for_each_step(client, otuzco, officer, initiative):
    client.force_login(officer)
    day = [(TODAY() - timedelta(days=days)).isoformat() for days in (30, 20, 10, 1)]

    move(client, initiative, "presentada", presented_on=day[0], collected=150)
    move(client, initiative, "por-completar", valid=80, complete_by=TODAY().isoformat())
    initiative.refresh_from_db()
    assert (initiative.state, initiative.valid) == (InitiativeState.GATHERING, 80)
    move(client, initiative, "presentada", presented_on=day[1], collected=180)
    move(client, initiative, "verificada", verified_on=day[2], valid=120, decide_by="")
    move(client, initiative, "decidida", decided_on=day[3], decision="Se aprueba.", norm="")

    initiative.refresh_from_db()
    assert initiative.state == InitiativeState.DECIDED
    shown = [step["state"] for step in initiative_progress.steps(initiative)]
    assert shown == ["done"] * 4
    assert client.get(at("edit_initiative", initiative.pk)).status_code == 302


def test_it_ends_before_with_a_reason(client, officer, initiative):
    client.force_login(officer)

    empty = move(client, initiative, "terminada", decided_on=TODAY().isoformat(), decision="")
    move(client, initiative, "terminada", decided_on=TODAY().isoformat(), decision="Desistieron.")

    initiative.refresh_from_db()
    assert empty.status_code == 422
    assert initiative.state == InitiativeState.LAPSED
    assert [s["state"] for s in initiative_progress.steps(initiative)] == ["done", "current"]


def test_too_few_signatures_are_not_verified(client, officer, initiative):
    actions.move(initiative, InitiativeState.PRESENTED, presented_on=TODAY(), collected=100)
    client.force_login(officer)

    page = move(client, initiative, "verificada", verified_on=TODAY().isoformat(), valid=100)

    assert set(page.context["form"].errors) == {"valid"}


def test_a_step_does_not_come_before_the_one_it_follows(client, officer, initiative):
    early = initiative.began_on - timedelta(days=1)
    client.force_login(officer)

    page = move(client, initiative, "presentada", presented_on=early.isoformat(), collected=1)

    assert set(page.context["form"].errors) == {"presented_on"}


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("verificada", InitiativeState.VERIFIED),
        ("decidida", InitiativeState.DECIDED),
        ("por-completar", InitiativeState.GATHERING),
    ],
)
def test_no_step_is_skipped(client, officer, initiative, name, state):
    client.force_login(officer)

    assert move(client, initiative, name, valid=500).status_code == 302
    with pytest.raises(actions.CannotNote):
        actions.move(initiative, state)


def test_a_state_that_does_not_exist_is_not_found(client, officer, initiative):
    client.force_login(officer)

    assert move(client, initiative, "signed").status_code == 404


def test_what_has_ended_is_not_told_otherwise(otuzco):
    done = InitiativeFactory(
        municipality=otuzco,
        state=InitiativeState.DECIDED,
        decision="Sí.",
        decided_on=TODAY(),
    )

    with pytest.raises(actions.CannotNote):
        actions.revise(done, title="Another")


def test_other_electors_make_another_sum(initiative):
    assert actions.revise(initiative, electors=20_000).needed == 201
