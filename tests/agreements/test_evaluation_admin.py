"""Who reads evaluation in the admin, and that most of it is changed by nobody there."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from agreements.models import EndForm, EndValue, Learning, NetworkEntry
from municipalities.rls import municipality_scope
from tests.agreements.evaluating import administrator_of, observer_of, regional
from tests.agreements.factories import (
    CertificateFactory,
    CitizenCheckFactory,
    CommitmentFactory,
    CounterAnswerFactory,
    EndFormFactory,
    EvaluationFactory,
    LearningFactory,
    NetworkEntryFactory,
    ObservationFactory,
    OversightReportFactory,
    QualityScoreFactory,
    in_the_region,
)
from tests.factories import MunicipalityFactory


OF_A_TOWN = {
    "qualityscore": QualityScoreFactory,
    "evaluation": EvaluationFactory,
    "observation": ObservationFactory,
    "citizencheck": CitizenCheckFactory,
    "certificate": CertificateFactory,
    "learning": LearningFactory,
}
OF_THE_REGION = {
    "oversightreport": OversightReportFactory,
    "networkentry": NetworkEntryFactory,
    "endform": EndFormFactory,
}
ALL = [*OF_A_TOWN, *OF_THE_REGION, "selfanswer"]
EDITED = {"learning", "networkentry", "endform"}


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture(autouse=True)
def _one_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


def one_of(model, town):
    if model in OF_THE_REGION:
        return OF_THE_REGION[model]()
    with municipality_scope(town):
        if model == "selfanswer":
            return CounterAnswerFactory(municipality=town).answer
        return OF_A_TOWN[model](municipality=town)


def url(model, page, *args):
    return reverse(f"admin:agreements_{model}_{page}", args=args)


@pytest.mark.parametrize("model", ALL)
def test_planners_and_observers_read_and_municipal_staff_does_not(client, town, model):
    thing = one_of(model, town)
    pages = [url(model, "changelist"), url(model, "change", thing.pk)]
    answers = {}
    for who, person in (
        ("planner", regional(Role.PLANNER)),
        ("observer", observer_of()),
        ("staff", administrator_of(town)),
    ):
        client.force_login(person)
        answers[who] = {client.get(page).status_code for page in pages}
    assert answers["planner"] == answers["observer"] == {200}
    assert answers["staff"] <= {302, 403}


@pytest.mark.parametrize("model", ALL)
def test_an_observer_changes_nothing_and_presses_no_button(client, town, model):
    thing = one_of(model, town)
    client.force_login(observer_of())
    answers = {
        client.post(url(model, "change", thing.pk), {"title": "Otro"}).status_code,
        client.post(url(model, "add"), {"title": "Otro"}).status_code,
        client.post(url(model, "delete", thing.pk), {"post": "yes"}).status_code,
    }
    assert answers == {403}


@pytest.mark.parametrize("model", [name for name in ALL if name not in EDITED])
def test_not_even_a_planner_changes_what_others_said(client, town, model):
    thing = one_of(model, town)
    client.force_login(regional(Role.PLANNER))
    answers = {
        client.post(url(model, "change", thing.pk), {"text": "Otro"}).status_code,
        client.post(url(model, "add"), {"text": "Otro"}).status_code,
        client.post(url(model, "delete", thing.pk), {"post": "yes"}).status_code,
    }
    assert answers == {403}


@pytest.mark.parametrize(
    ("model", "button"),
    [
        ("observation", "{}/responder/"),
        ("learning", "{}/publicar/"),
        ("networkentry", "{}/publicar/"),
        ("endform", "{}/publicar/"),
        ("certificate", "calcular/"),
        ("evaluation", "evaluar/"),
    ],
)
def test_only_planners_press_the_buttons(client, town, model, button):
    thing = one_of(model, town)
    address = url(model, "changelist") + button.format(thing.pk)
    for person in (observer_of(), administrator_of(town)):
        client.force_login(person)
        answer = client.post(address, {}, follow=False)
        assert answer.status_code in (302, 403)
        assert "message" not in str(answer.cookies)
    with in_the_region():
        assert not Learning.objects.exclude(published_at=None).exists()
        assert not NetworkEntry.objects.exclude(published_at=None).exists()
        assert not EndForm.objects.exclude(published_at=None).exists()


def test_a_planner_publishes_an_entry_of_the_network(client):
    entry = NetworkEntryFactory()
    client.force_login(regional(Role.PLANNER))
    address = url("networkentry", "changelist") + f"{entry.pk}/publicar/"
    assert client.get(address).status_code == 200
    client.post(address)
    with in_the_region():
        assert NetworkEntry.objects.get().published_at


def test_a_planner_writes_the_end_form_and_more_than_marginal_needs_evidence(client):
    commitment = CommitmentFactory()
    client.force_login(regional(Role.PLANNER))

    def send(result):
        return client.post(
            url("endform", "add"),
            {
                "commitment": commitment.pk,
                "explanation": "Porque sí.",
                "lessons": "Se aprendió.",
                "values-TOTAL_FORMS": "1",
                "values-INITIAL_FORMS": "0",
                "values-0-value": "participation",
                "values-0-result": result,
                "values-0-narrative": "Se ve en el acta.",
            },
        )

    assert send("outstanding").status_code == 200
    assert send("marginal").status_code == 302
    with in_the_region():
        assert EndValue.objects.get().result == "marginal"
