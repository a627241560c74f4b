"""A process on paper and aloud: whatever is written fits on one sheet, and a camera finds the page."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.enums import Role
from municipalities.rls import municipality_scope
from processes import poster
from processes.enums import ProcessState
from tests.factories import MunicipalityFactory, RoleGrantFactory
from tests.processes.factories import (
    MeetingFactory,
    OutcomeFactory,
    ProcessFactory,
    StepFactory,
)


ADDRESS = "https://decide.example.org/otuzco/procesos/7/"


@pytest.fixture
def town():
    return MunicipalityFactory(
        name="Municipalidad Provincial de Otuzco",
        contact_office="Gerencia de Participación",
        contact_phone="044 436012",
    )


@pytest.fixture
def scope(town):
    with municipality_scope(town):
        yield


def sheet_of(process, **more):
    return PdfReader(io.BytesIO(poster.poster(process, address=ADDRESS, **more)))


def words_of(process, **more):
    return " ".join(sheet_of(process, **more).pages[0].extract_text().split())


@pytest.mark.usefixtures("scope")
def test_it_says_what_when_where_and_whom_to_ask(town):
    process = ProcessFactory(municipality=town, title="Plan de Otuzco", place_name="Salón comunal")
    StepFactory(process=process, municipality=town, title="Talleres por zona")
    MeetingFactory(process=process, municipality=town, title="Taller de Salpo")

    said = words_of(process)

    for words in (
        "Municipalidad Provincial de Otuzco",
        "Plan de Otuzco",
        "Talleres por zona",
        "Taller de Salpo",
        "Casa comunal",
        "Salón comunal",
        "Gerencia de Participación",
        "044 436012",
        "decide.example.org/otuzco/procesos/7/",
    ):
        assert words in said


@pytest.mark.usefixtures("scope")
def test_what_is_over_cancelled_or_closed_to_people_is_not_announced(town):
    process = ProcessFactory(municipality=town)
    now = timezone.now()
    past = {"starts_at": now - timedelta(days=9), "ends_at": now - timedelta(days=2)}
    StepFactory(process=process, municipality=town, title="Ya pasó", **past)
    for trait in ({"closed": True}, {"cancelled": True}, {"draft": True}):
        MeetingFactory(process=process, municipality=town, title="Privada", **trait)

    said = words_of(process)

    assert "Ya pasó" not in said
    assert "Privada" not in said


@pytest.mark.parametrize("sheet", ["a4", "a3"])
@pytest.mark.parametrize("length", ["short", "longest"])
@pytest.mark.usefixtures("scope")
def test_whatever_is_written_fits_on_one_sheet(town, sheet, length):
    longest = length == "longest"
    process = ProcessFactory(
        municipality=town,
        title="Mejoramiento integral " * 7 if longest else "Agua",
        summary="Conversamos sobre el agua de todos. " * 11 if longest else "Agua.",
    )
    for number in range(30 if longest else 1):
        title = f"{number} " + "Taller descentralizado con las comunidades " * 2
        StepFactory(process=process, municipality=town, title=title[:120])
        MeetingFactory(process=process, municipality=town, title=title[:120])

    made = sheet_of(process, sheet=sheet)

    (page,) = made.pages
    said = " ".join(page.extract_text().split())
    assert process.title.split()[-1] in said
    assert process.summary.split()[-1] in said
    assert "0 Taller descentralizado" in said
    width, height = page.mediabox[2:]
    assert (round(width), round(height)) == {"a4": (595, 842), "a3": (842, 1191)}[sheet]


@pytest.mark.usefixtures("scope")
def test_the_same_process_gives_the_same_bytes(town):
    process = ProcessFactory(municipality=town)

    assert poster.poster(process, address=ADDRESS) == poster.poster(process, address=ADDRESS)


@pytest.mark.usefixtures("scope")
def test_once_it_is_decided_the_poster_tells_what(town):
    process = OutcomeFactory(municipality=town, decided="El parque se cierra a los autos.").process

    assert "El parque se cierra a los autos." in words_of(process)


@pytest.mark.usefixtures("scope")
def test_of_what_was_called_off_it_tells_why(town):
    why = {"state": ProcessState.CALLED_OFF, "called_off_why": "El camino está cortado."}
    process = ProcessFactory(municipality=town, **why)

    assert "El camino está cortado." in words_of(process)


@pytest.mark.parametrize("length", ["short", "longest"])
@pytest.mark.usefixtures("scope")
def test_the_radio_says_it_in_half_a_minute(town, length):
    longest = length == "longest"
    process = ProcessFactory(
        municipality=town,
        title="Plan de Otuzco",
        summary="Conversamos sobre el agua de todos. " * (11 if longest else 1),
    )
    StepFactory(process=process, municipality=town, title="Talleres por zona")

    script = poster.radio_script(process)

    assert 15 < len(script.split()) <= poster.SPOKEN
    assert "Plan de Otuzco" in script
    assert "Gerencia de Participación" in script
    assert ("Talleres por zona" in script) or longest


# --- Its pages


def test_everybody_prints_it_on_either_sheet(client, town):
    with municipality_scope(town):
        process = ProcessFactory(municipality=town)
    url = reverse("processes:poster", args=[town.slug, process.pk])

    for query, status in (("", 200), ("?hoja=a3", 200), ("?hoja=a0", 404)):
        answer = client.get(url + query)
        assert answer.status_code == status
        if status == 200:
            assert answer["Content-Type"] == "application/pdf"
            assert answer.content.startswith(b"%PDF")


def test_staff_read_the_poster_of_a_draft_and_that_it_is_none_yet(client, town, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    with municipality_scope(town):
        process = ProcessFactory(municipality=town, draft=True)
        client.force_login(RoleGrantFactory(municipality=town, role=Role.EVALUATOR).user)

    assert client.get(reverse("processes:poster", args=[town.slug, process.pk])).status_code == 200
    assert client.get(reverse("processes:radio", args=[town.slug, process.pk])).status_code == 200


def test_the_code_leads_to_the_page(client, town, settings):
    """What the camera reads is an address of the site that leads to the process."""
    settings.SITE_URL = "https://decide.example.org"
    with municipality_scope(town):
        process = ProcessFactory(municipality=town)

    pdf = client.get(reverse("processes:poster", args=[town.slug, process.pk])).content
    said = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    path = reverse("processes:by_number", args=[town.slug, process.pk])

    assert f"decide.example.org{path}" in said.replace("\n", "")
    assert client.get(path).url == process.get_absolute_url()
