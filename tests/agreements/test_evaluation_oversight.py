"""Observers read all and change nothing; what they say stays, and is replied to."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.enums import Role
from agreements.actions import oversight as actions
from agreements.models import Agreement, Observation, OversightReport, Trace, Transfer, WorkItem
from decide.common.permissions import Refusal
from municipalities.rls import municipality_scope
from tests.agreements.evaluating import (
    administrator_of,
    observer_of,
    published_transfer,
    regional,
)
from tests.agreements.factories import (
    ActivityFactory,
    AgreementFactory,
    ObservationFactory,
    OrganizationFactory,
    PartyFactory,
    WorkItemFactory,
    in_the_region,
    organization_of,
)
from tests.factories import MunicipalityFactory, UserFactory


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture(autouse=True)
def _one_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


def subject(kind, pk):
    return reverse("agreements:oversight_subject", args=[kind, pk])


@pytest.fixture
def record(town):
    """A convenio nobody has published, a step of it, and a transfer."""
    agreement = AgreementFactory(towns=[town])
    with in_the_region():
        party = agreement.parties.get(organization__town=town)
    item = WorkItemFactory(agreement=agreement, party=party)
    return {"convenio": agreement, "paso": item, "transferencia": published_transfer(town)}


def test_an_observer_reads_what_is_not_published(client, record, town):
    with municipality_scope(town):
        ActivityFactory(municipality=town, state="held")
    client.force_login(observer_of())

    for kind, thing in record.items():
        assert client.get(subject(kind, thing.pk)).status_code == 200
    for which in ("convenios", "transferencias", "pasos", "actividades"):
        page = client.get(reverse("agreements:oversight"), {"que": which})
        assert len(page.context["page"]) == 1


@pytest.mark.parametrize("who", ["visitor", "citizen", "administrator"])
def test_nobody_else_opens_the_workspace(client, town, who):
    if who == "administrator":
        client.force_login(administrator_of(town))
    elif who == "citizen":
        client.force_login(UserFactory())
    answer = client.get(reverse("agreements:oversight"))
    assert answer.status_code == (302 if who == "visitor" else 403)


def test_an_observation_stands_beside_the_record_and_changes_nothing_of_it(client, record):
    person = observer_of()
    client.force_login(person)
    with in_the_region():
        before = {(one.table, one.row) for one in Trace.objects.all()}

    for kind, thing in record.items():
        client.post(subject(kind, thing.pk), {"text": f"Sobre {kind}."})

    with in_the_region():
        touched = {one.table for one in Trace.objects.all() if (one.table, one.row) not in before}
        assert touched == {"agreements_observation"}
        assert Observation.objects.filter(by=person).count() == 3
    assert len(client.get(reverse("agreements:observations")).context["page"]) == 3


def test_an_observer_changes_no_row_of_the_record_by_any_page_of_the_admin(client, record):
    client.force_login(observer_of())
    for kind, model in (("convenio", "agreement"), ("transferencia", "transfer")):
        for page in ("change", "delete"):
            address = f"/admin/agreements/{model}/{record[kind].pk}/{page}/"
            assert client.post(address, {"title": "Otro"}).status_code in (403, 404)


def test_an_observer_without_an_organisation_reads_and_writes_nothing(client, record):
    person = regional(Role.OBSERVER)
    client.force_login(person)
    convenio = record["convenio"]

    page = client.get(subject("convenio", convenio.pk))
    client.post(subject("convenio", convenio.pk), {"text": "Algo."})

    assert page.context["form"] is None
    with in_the_region():
        assert not Observation.objects.exists()
        with pytest.raises(Refusal):
            actions.observe(text="Algo.", by=person, agreement=convenio)


def test_a_government_does_not_observe_itself(record, town):
    person = observer_of(organization_of(town))
    with pytest.raises(Refusal):
        actions.observe(text="Todo bien.", by=person, transfer=record["transferencia"])


def test_a_municipality_cannot_delete_or_change_an_observation(town):
    with municipality_scope(town):
        observation = ObservationFactory(municipality=town)
        for statement in (
            "DELETE FROM agreements_observation WHERE id = %s",
            "UPDATE agreements_observation SET text = 'Nada' WHERE id = %s",
        ):
            with (
                pytest.raises(DatabaseError, match="only ever added"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement, [observation.pk])
        assert Observation.objects.get().text == observation.text


def test_the_town_replies_below_it_in_public(client, record, town):
    organization_of(town)
    client.force_login(observer_of())
    client.post(subject("transferencia", record["transferencia"].pk), {"text": "No hubo taller."})
    with in_the_region():
        observation = Observation.objects.get()

    client.force_login(administrator_of(town))
    client.get(reverse("agreed:own_observations", args=[town.slug]))
    client.post(
        reverse("agreed:reply_to_observation", args=[town.slug, observation.pk]),
        {"text": "Fue el 3 de mayo."},
    )
    client.logout()
    (shown,) = client.get(reverse("agreements:observations")).context["page"]

    assert [one.text for one in shown.replies.all()] == ["Fue el 3 de mayo."]


def test_the_region_replies_too(client, record):
    client.force_login(observer_of())
    client.post(subject("convenio", record["convenio"].pk), {"text": "Falta el acta."})
    with in_the_region():
        observation = Observation.objects.get()

    client.force_login(regional(Role.PLANNER))
    address = f"/admin/agreements/observation/{observation.pk}/responder/"
    assert client.get(address).status_code == 200
    client.post(address, {"text": "Se subirá."})

    with in_the_region():
        reply = Observation.objects.get(replies_to=observation)
        assert reply.organization.kind == "region"


def test_a_neighbour_s_town_does_not_reply(town):
    neighbour = administrator_of(MunicipalityFactory())
    with municipality_scope(town):
        observation = ObservationFactory(municipality=town)
        with pytest.raises(Refusal):
            actions.reply(
                observation=observation,
                organization=OrganizationFactory(),
                text="No.",
                by=neighbour,
            )


def test_an_organisation_publishes_its_own_report(client):
    person = observer_of()
    client.force_login(person)
    file = SimpleUploadedFile("i.pdf", b"%PDF-1.4 informe", "application/pdf")

    client.post(
        reverse("agreements:write_report"),
        {"title": "Informe de veeduría", "summary": "Lo visto.", "file": file},
    )
    client.logout()
    (report,) = client.get(reverse("agreements:oversight_reports")).context["page"]
    sent = client.get(reverse("agreements:oversight_file", args=[report.pk]))

    assert b"".join(sent.streaming_content) == b"%PDF-1.4 informe"
    with in_the_region():
        assert OversightReport.objects.get().by == person


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_ask_the_same_for_one_or_many(client, town, django_assert_max_num_queries, count):
    for _n in range(count):
        agreement = AgreementFactory(towns=[town])
        WorkItemFactory(agreement=agreement, party=PartyFactory(agreement=agreement))
        published_transfer(town)
    client.force_login(observer_of())
    for which in ("convenios", "transferencias", "pasos"):
        with django_assert_max_num_queries(20):
            page = client.get(reverse("agreements:oversight"), {"que": which})
        assert len(page.context["page"]) == count
    with in_the_region():
        counts = {model.objects.count() for model in (Agreement, Transfer, WorkItem)}
    assert counts == {count}
