"""Staff bring a padrón through the pages; the worker runs in between."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from pytest_django.asserts import assertContains, assertNotContains

from accounts.enums import Role
from accounts.models import Resident
from municipalities.enums import ImportState
from municipalities.models import Padron, PadronImport
from municipalities.rls import municipality_scope
from tests.factories import (
    MunicipalityFactory,
    PadronFactory,
    RoleGrantFactory,
    UserFactory,
    enrol,
)


GOOD = "dni,fecha_nacimiento\n99000001,01/02/1980\n99000002,01/02/1980\n"
BAD = GOOD + "1234,01/02/1980\n"


@pytest.fixture(autouse=True)
def _in_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def administrator(client, town):
    with municipality_scope(town):
        person = RoleGrantFactory(municipality=town, role=Role.ADMINISTRATOR).user
    client.force_login(person)
    return person


@pytest.fixture
def padron(town):
    with municipality_scope(town):
        return PadronFactory(municipality=town, name="Padrón 2026")


@pytest.fixture
def upload(client, town, padron, django_capture_on_commit_callbacks):
    def upload(content=GOOD, name="padron.csv", **more):
        file = SimpleUploadedFile(name, content.encode())
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(
                f"/{town.slug}/padron/{padron.pk}/",
                {"file": file, "district": town.place_id} | more,
            )

    return upload


@pytest.fixture
def confirm(client, django_capture_on_commit_callbacks):
    def confirm(page, **data):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(f"{page}confirmar/", data, follow=True)

    return confirm


def people(padron):
    with municipality_scope(padron.municipality):
        return padron.entries.count()


def test_a_padron_is_begun_with_what_allows_it(client, administrator, town):
    response = client.post(
        f"/{town.slug}/padron/nuevo/",
        {
            "name": "Padrón 2026",
            "legal_basis": "Convenio 12-2026",
            "source": "RENIEC",
            "purpose": "Proof of residence",
            "cutoff_on": "2026-01-31",
            "expires_on": (timezone.localdate() + timedelta(days=100)).isoformat(),
        },
    )

    with municipality_scope(town):
        padron = Padron.objects.get()
    assert response.url == f"/{town.slug}/padron/{padron.pk}/"
    assert padron.created_by == administrator
    assertContains(client.get(f"/{town.slug}/padron/"), "Padrón 2026")


@pytest.mark.parametrize(
    "change", [{"expires_on": "2020-01-01"}, {"cutoff_on": "2999-01-01"}, {"legal_basis": ""}]
)
def test_a_padron_that_is_already_over_or_without_basis_is_refused(
    client, administrator, town, change
):
    data = {
        "name": "P",
        "legal_basis": "L",
        "source": "S",
        "purpose": "P",
        "cutoff_on": "2026-01-31",
        "expires_on": (timezone.localdate() + timedelta(days=100)).isoformat(),
    } | change

    assert client.post(f"/{town.slug}/padron/nuevo/", data).status_code == 422


def test_a_file_is_shown_before_it_is_stored(client, administrator, padron, upload, confirm):
    page = upload().url

    shown = client.get(page)
    assertContains(shown, "Ready to be confirmed")
    assertContains(shown, "••••••01")
    assertNotContains(shown, "99000001")
    assert people(padron) == 0

    confirm(page)

    assertContains(client.get(page), "Stored")
    assert people(padron) == 2


def test_wrong_rows_are_named_and_nothing_is_stored_unless_they_are_skipped(
    client, administrator, padron, upload, confirm
):
    page = upload(BAD).url

    shown = client.get(page)
    assertContains(shown, "A DNI has 8 digits")
    assertContains(shown, '<th scope="row">4</th>', html=True)
    assertContains(confirm(page), "Some rows are wrong")
    assert people(padron) == 0

    confirm(page, skip="1")
    assert people(padron) == 2


def test_the_page_and_its_fragment_agree(client, administrator, upload):
    page = upload(BAD).url

    whole, fragment = client.get(page), client.get(page, headers={"HX-Request": "true"})

    assertContains(whole, fragment.content.decode().split("csrfmiddlewaretoken")[0].strip()[:400])
    assertNotContains(fragment, "<html")


def test_while_the_worker_reads_the_page_asks_again(client, administrator, town, padron):
    with municipality_scope(town):
        source = PadronImport.objects.create(municipality=town, padron=padron, file="x.csv")

    shown = client.get(f"/{town.slug}/padron/cargas/{source.pk}/")

    assertContains(shown, "hx-trigger")
    assertContains(shown, "<progress")
    assertContains(shown, "Look again")


def test_a_file_may_be_forgotten(client, administrator, town, padron, upload):
    page = upload().url

    client.post(f"{page}cancelar/")

    with municipality_scope(town):
        assert PadronImport.objects.get().state == ImportState.CANCELLED
    assertContains(client.post(f"{page}confirmar/", follow=True), "no longer waiting")
    assert people(padron) == 0


@pytest.mark.parametrize(
    ("content", "name", "text"),
    [
        ("", "p.csv", "This file is empty"),
        (GOOD, "p.exe", "CSV or an XLSX"),
        (GOOD, "p.xlsx.pdf", "CSV or an XLSX"),
    ],
)
def test_what_is_no_table_is_refused_at_once(administrator, upload, content, name, text):
    assertContains(upload(content, name), text, status_code=422)


def test_a_file_that_is_too_large_is_refused(settings, administrator, upload):
    settings.PADRON_MAX_MB = 0

    assertContains(upload(), "more than 0 MB", status_code=422)


def test_a_book_that_is_none_says_so(client, administrator, upload):
    page = upload(GOOD, "p.xlsx").url

    assertContains(client.get(page), "neither a CSV nor an XLSX")


def test_the_people_of_a_padron_are_deleted_by_a_button(client, administrator, town, padron):
    with municipality_scope(town):
        enrol(padron, "99000001", date(1980, 2, 1), town.place)
    assertContains(client.get(f"/{town.slug}/padron/{padron.pk}/vaciar/"), "1 person")

    response = client.post(f"/{town.slug}/padron/{padron.pk}/vaciar/", follow=True)

    assertContains(response, "1 person deleted")
    assertContains(response, "Deleted on")
    assert people(padron) == 0


def test_after_an_import_who_waited_is_a_resident(
    client, administrator, town, padron, upload, confirm
):
    waiting = UserFactory()
    client.force_login(waiting)
    client.post(
        "/cuenta/residencia/",
        {
            "district": town.place_id,
            "kind": "dni",
            "number": "99000001",
            "birth_date": "01/02/1980",
        },
    )
    client.force_login(administrator)

    confirm(upload().url)

    assert Resident.objects.get(user=waiting).district == town.place


def test_another_towns_padron_is_not_there(client, administrator, town):
    neighbour = MunicipalityFactory()
    with municipality_scope(neighbour):
        theirs = PadronFactory(municipality=neighbour)
        source = PadronImport.objects.create(municipality=neighbour, padron=theirs, file="x.csv")

    answers = {
        client.get(f"/{town.slug}/padron/{theirs.pk}/").status_code,
        client.post(f"/{town.slug}/padron/{theirs.pk}/vaciar/").status_code,
        client.get(f"/{town.slug}/padron/cargas/{source.pk}/").status_code,
        client.post(f"/{town.slug}/padron/cargas/{source.pk}/confirmar/").status_code,
        client.post(f"/{town.slug}/padron/cargas/{source.pk}/cancelar/").status_code,
    }

    assert answers == {404}


def test_only_administrators_of_the_place_see_padrones(client, town, padron):
    neighbour = MunicipalityFactory()
    with municipality_scope(town):
        desk = RoleGrantFactory(municipality=town, role=Role.DESK_OFFICER).user
    with municipality_scope(neighbour):
        other = RoleGrantFactory(municipality=neighbour, role=Role.ADMINISTRATOR).user
    for person in (UserFactory(), desk, other):
        client.force_login(person)
        assert client.get(f"/{town.slug}/padron/").status_code == 403
        assert client.get(f"/{town.slug}/padron/{padron.pk}/").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_or_many(
    client, administrator, town, count, django_assert_max_num_queries
):
    with municipality_scope(town):
        PadronFactory.create_batch(count, municipality=town)
    client.get(f"/{town.slug}/padron/")

    with django_assert_max_num_queries(12):
        client.get(f"/{town.slug}/padron/")
