"""A municipality's staff look after their own space in the admin."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.enums import Role
from municipalities.enums import MunicipalityState
from municipalities.models import MunicipalityEvent
from municipalities.rls import municipality_scope
from tests.factories import MunicipalityFactory, RoleGrantFactory


@pytest.fixture
def town():
    return MunicipalityFactory(
        state=MunicipalityState.PREPARING, contact_email="participa@example.org"
    )


@pytest.fixture
def administrator(town, client):
    with municipality_scope(town):
        person = RoleGrantFactory(municipality=town).user
    client.force_login(person)
    return person


def picture(kind="PNG", size=(600, 900)):
    out = BytesIO()
    Image.new("RGB", size, "#B4472B").save(out, kind)
    return SimpleUploadedFile(f"escudo.{kind.lower()}", out.getvalue())


def save(client, town, **values):
    return client.post(
        reverse("admin:municipalities_municipality_change", args=[town.pk]),
        {
            "name": town.name,
            "short_name": town.short_name,
            "contact_email": town.contact_email,
            "modules": town.modules,
            **values,
        },
        follow=True,
    )


def errors(page):
    return page.context["adminform"].form.errors


def act(client, town, name, **values):
    return client.post(reverse(f"admin:municipalities_municipality_{name}", args=[town.pk]), values)


def history(town):
    with municipality_scope(town):
        return list(MunicipalityEvent.objects.values_list("verb", "by__display_name", "reason"))


def test_what_is_written_is_kept_and_remembered(client, town, administrator):
    save(client, town, welcome="¡Bienvenidas y bienvenidos!", modules=["proposals", "votes"])

    town.refresh_from_db()
    assert town.welcome == "¡Bienvenidas y bienvenidos!"
    assert town.modules == ["proposals", "votes"]
    assert [verb for verb, _by, _reason in history(town)] == ["settings", "modules"]


def test_a_colour_that_cannot_be_read_is_taken_and_its_shown_shades_are_told(
    client, town, administrator
):
    page = save(client, town, accent="#ffff00")

    town.refresh_from_db()
    assert town.accent == "#FFFF00"
    assert any("#FFFF00" in str(message) for message in page.context["messages"])


@pytest.mark.parametrize("accent", ["red", "#12345", "#GGGGGG", "url(x)", "#000000;}"])
def test_what_is_no_colour_is_refused_at_the_field(client, town, administrator, accent):
    assert errors(save(client, town, accent=accent))["accent"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_coat_of_arms_is_drawn_anew_small_and_served_to_everybody(
    client, town, administrator, kind
):
    save(client, town, coat_of_arms=picture(kind))

    town.refresh_from_db()
    served = client.get(town.coat_of_arms_url)
    drawn = Image.open(BytesIO(b"".join(served.streaming_content)))
    assert (drawn.format, drawn.size) == ("WEBP", (256, 384))
    assert "max-age=31536000" in served.headers["Cache-Control"]


@pytest.mark.parametrize(
    "content",
    [
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        b"GIF89a" + b"\xff" * 20,
        picture().read()[:200],
    ],
)
def test_a_false_picture_is_refused_at_the_field(client, town, administrator, content):
    page = save(client, town, coat_of_arms=SimpleUploadedFile("escudo.png", content))

    assert errors(page)["coat_of_arms"]
    town.refresh_from_db()
    assert not town.coat_of_arms


def test_a_picture_too_large_is_refused_at_the_field(client, town, administrator):
    heavy = picture().read() + b"\x00" * (2 * 1024 * 1024)

    page = save(client, town, coat_of_arms=SimpleUploadedFile("escudo.png", heavy))

    assert errors(page)["coat_of_arms"]


def test_a_picture_of_too_many_points_is_refused_before_it_fills_the_memory(
    client, town, administrator
):
    out = BytesIO()
    Image.new("1", (6000, 6000)).save(out, "PNG")

    page = save(client, town, coat_of_arms=SimpleUploadedFile("escudo.png", out.getvalue()))

    assert errors(page)["coat_of_arms"]


def test_only_the_picture_in_use_is_served_and_no_other_file(client, town, administrator):
    save(client, town, coat_of_arms=picture())

    for name in ("other.webp", "..%2F..%2Fsettings.py", "%00"):
        assert client.get(f"/{town.slug}/escudo/{name}").status_code == 404


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", "x" * 100_000, "a\x00b", "\ud83d"])
def test_strange_text_is_no_error_of_ours(client, town, administrator, value):
    value = value.encode("utf-8", "replace").decode()

    page = save(client, town, welcome=value)

    assert page.status_code == 200
    assert "<script>alert(1)" not in client.get(town.get_absolute_url()).content.decode()


def test_a_space_opens_pauses_and_says_who_did_it_and_why(client, town, administrator):
    opened = act(client, town, "open_space", reason="")
    paused = act(client, town, "pause_space", reason="Cambio de gestión.")

    assert (opened.status_code, paused.status_code) == (302, 302)
    town.refresh_from_db()
    assert town.state == MunicipalityState.PAUSED
    name = administrator.display_name
    assert history(town) == [("paused", name, "Cambio de gestión."), ("opened", name, "")]


def test_looking_at_the_question_changes_nothing(client, town, administrator):
    page = client.get(reverse("admin:municipalities_municipality_open_space", args=[town.pk]))

    town.refresh_from_db()
    assert page.status_code == 200
    assert town.state == MunicipalityState.PREPARING


def test_what_cannot_be_done_says_why_and_keeps_what_was_written(client, town, administrator):
    page = act(client, town, "pause_space", reason="Porque sí.")

    assert page.status_code == 200
    assert "Porque sí." in page.content.decode()
    assert page.context["form"].non_field_errors()


def test_an_address_changes_and_the_former_one_leads_on(client, town, administrator):
    former = town.get_absolute_url()

    act(client, town, "move_space", slug="nueva-direccion")

    assert client.get(former).headers["Location"] == "/nueva-direccion/"


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.DESK_OFFICER, Role.EVALUATOR])
def test_other_staff_read_the_settings_and_change_nothing(client, town, role):
    with municipality_scope(town):
        client.force_login(RoleGrantFactory(municipality=town, role=role).user)

    page = client.get(reverse("admin:municipalities_municipality_change", args=[town.pk]))

    assert page.status_code == 200
    assert save(client, town, welcome="X").status_code == 403
    assert act(client, town, "pause_space", reason="x").status_code == 403


@pytest.mark.parametrize("role", [Role.PLANNER, Role.REGIONAL_ADMINISTRATOR])
def test_the_region_may_open_a_space_too(client, town, role):
    with municipality_scope(town):
        client.force_login(RoleGrantFactory(municipality=town, role=role).user)

    assert act(client, town, "open_space", reason="").status_code == 302
