"""Whatever is sent: an answer that says what is wrong, never a failure, nothing lost."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from municipalities.rls import municipality_scope
from proposals.models import Proposal, Support
from tests.factories import (
    CategoryFactory,
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
)


HTML = "<script>alert(1)</script><img src=x onerror=alert(1)>"
NASTY = [
    "\x00",
    "a\x00b",
    HTML,
    "x" * 100_000,
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "‮txt.exe",
    "-1e400",
    "NaN",
    "99999999999999999999999",
    "[click](javascript:alert(1))",
    "%s %(x)s {{ 7*7 }} {% now %}",
]
FIELDS = [
    "form_key",
    "title",
    "summary",
    "place_name",
    "body",
    "category",
    "tags",
    "latitude",
    "longitude",
    "organisation",
    "do",
]


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def resident(client, otuzco):
    resident = ResidentFactory(district=otuzco.place)
    client.force_login(resident.user)
    return resident


def address(name, *args):
    return reverse(f"proposals:{name}", args=["otuzco", *args])


@pytest.mark.parametrize("value", NASTY)
def test_no_field_breaks_the_form(client, resident, value):
    good = {"title": "Sombra", "summary": "Para todos", "place_name": "Plaza"}

    for field in FIELDS:
        Proposal.objects.all().delete()
        response = client.post(address("write"), good | {field: value})

        assert response.status_code in (302, 422)
        kept = Proposal.objects.values(*good).get()
        assert {**kept, field: ""} == {**good, field: ""}


@pytest.mark.parametrize("value", NASTY)
def test_what_was_kept_of_it_harms_no_page(client, resident, value):
    client.post(address("write"), dict.fromkeys(FIELDS, value))
    kept = Proposal.objects.get()

    for page in (address("preview", kept.pk), address("edit", kept.pk), address("mine")):
        response = client.get(page)
        html = response.content.decode()
        assert response.status_code == 200
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript' not in html


@pytest.mark.parametrize("value", NASTY)
def test_no_field_breaks_autosave(client, resident, value):
    response = client.post(address("autosave"), dict.fromkeys(FIELDS, value))

    assert response.status_code == 200


@pytest.mark.parametrize("title", ["\u200b\u2060\ufeff", "\u202e\u202c", "…¿?"])
def test_a_title_that_nobody_can_read_is_not_published(client, resident, title):
    written = {"title": title, "summary": "Agua", "place_name": "Otuzco", "do": "preview"}

    answer = client.post("/otuzco/propuestas/escribir/", written | {"form_key": uuid4()})
    draft = Proposal.objects.get()
    client.post(reverse("proposals:publish", args=["otuzco", draft.pk]))

    draft.refresh_from_db()
    assert answer.status_code == 422
    assert draft.is_draft


def test_no_title_turns_the_page_round(client, resident):
    written = {
        "title": "Agua\u202e para\u200b todos",
        "organisation": "\u2066Junta",
        "tags": "r\u00adiego",
    }

    client.post("/otuzco/propuestas/escribir/", written | {"form_key": uuid4()})

    kept = Proposal.objects.get()
    assert (kept.title, kept.organisation, kept.tags) == ("Agua para todos", "Junta", ["riego"])


@pytest.mark.parametrize("value", NASTY)
def test_nothing_breaks_the_sorting_question_or_a_withdrawal(client, otuzco, resident, value):
    proposal = ProposalFactory(municipality=otuzco, author=resident.user, published=True)

    assert client.post(address("new"), {"intake": value}).status_code == 422
    assert client.post(address("retire", proposal.pk), {"reason": value}).status_code in (302, 422)


def test_bytes_that_are_no_text_are_no_failure(client, resident):
    body = b"title=%ff%fe%c3&summary=\xff\xfe&do=save"

    response = client.post(address("write"), body, content_type="application/x-www-form-urlencoded")

    assert response.status_code in (302, 400, 422)


def test_files_that_are_not_what_they_say_are_refused_by_name(client, resident):
    files = {
        "images": SimpleUploadedFile("../../x.jpg", b"GIF89a not really", "image/jpeg"),
        "documents": SimpleUploadedFile("\x00.pdf", b"MZ", "application/pdf"),
    }

    response = client.post(address("write"), {"title": "Sombra", **files})

    assert response.status_code == 422
    assert {"images", "documents"} <= set(response.context["form"].errors)
    assert Proposal.objects.get().title == "Sombra"


def test_a_file_of_more_than_five_megabytes_is_refused(client, resident):
    big = SimpleUploadedFile("foto.jpg", b"\xff\xd8" + b"0" * (5 * 1024 * 1024), "image/jpeg")

    response = client.post(address("write"), {"title": "Sombra", "images": big})

    assert response.status_code == 422
    assert "5" in str(response.context["form"].errors["images"])
    assert Proposal.objects.get().title == "Sombra"


def test_a_topic_of_another_town_is_no_topic(client, resident):
    neighbour = MunicipalityFactory()
    with municipality_scope(neighbour):
        topic = CategoryFactory(municipality=neighbour)

    response = client.post(address("write"), {"title": "Sombra", "category": topic.pk})

    assert response.status_code == 422
    assert Proposal.objects.get().category is None


@pytest.mark.parametrize(
    "page",
    ["edit", "preview", "publish", "delete", "retire", "history", "support", "withdraw_support"],
)
def test_what_belongs_to_another_town_is_not_found(client, otuzco, resident, page):
    neighbour = MunicipalityFactory()
    with municipality_scope(neighbour):
        theirs = ProposalFactory(municipality=neighbour, published=True, author=resident.user)

    for pk in (theirs.pk, 0, 10**30):
        assert client.get(address(page, pk)).status_code in (404, 405)
        assert client.post(address(page, pk)).status_code in (404, 405)
    assert client.get(address("detail", theirs.pk, "x")).status_code == 404
    with municipality_scope(neighbour):
        assert Support.objects.count() == 0


def test_a_forged_municipality_in_the_form_means_nothing(client, otuzco, resident):
    neighbour = MunicipalityFactory()

    client.post(
        address("write"),
        {"title": "Sombra", "municipality": neighbour.pk, "author": 1, "state": "done"},
    )

    kept = Proposal.objects.get()
    assert (kept.municipality, kept.author, kept.state) == (otuzco, resident.user, "draft")


@pytest.mark.parametrize("page", ["support", "withdraw_support", "publish"])
def test_acting_needs_a_post(client, otuzco, resident, page):
    proposal = ProposalFactory(municipality=otuzco, published=True)

    assert client.get(address(page, proposal.pk)).status_code == 405


def test_without_the_token_of_the_form_nothing_happens(otuzco, resident):
    proposal = ProposalFactory(municipality=otuzco, published=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(resident.user)

    for page in ("support", "retire"):
        assert client.post(address(page, proposal.pk)).status_code == 403
    assert client.post(address("write"), {"title": "Sombra"}).status_code == 403
    assert (Support.objects.count(), Proposal.objects.count()) == (0, 1)
