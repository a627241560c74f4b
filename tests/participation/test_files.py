import pytest

from accounts.enums import Role
from municipalities.rls import municipality_scope
from participation.documents import store_document
from participation.images import store_image
from participation.models import Thread
from tests.factories import MunicipalityFactory, RoleGrantFactory, ThreadFactory, UserFactory
from tests.participation.files import pdf, photo


@pytest.fixture
def here():
    return MunicipalityFactory()


@pytest.fixture
def thread(here):
    with municipality_scope(here):
        return ThreadFactory(municipality=here, author=UserFactory())


@pytest.fixture
def addresses(here, thread):
    with municipality_scope(here):
        image = store_image(thread, photo(), "La plaza", by=thread.author)
        document = store_document(thread, pdf(), "Informe: ¡ya!/..", by=thread.author)
    return [image.url(480), image.url(480, "avif"), document.get_absolute_url()]


def staff(municipality, role):
    with municipality_scope(municipality):
        return RoleGrantFactory(municipality=municipality, role=role).user


def answers(client, addresses, user=None):
    client.logout()
    if user:
        client.force_login(user)
    return [client.get(address) for address in addresses]


def test_files_of_what_is_public_are_for_everybody_and_may_be_kept(client, here, thread, addresses):
    with municipality_scope(here):
        Thread.objects.filter(pk=thread.pk).update(is_public=True)

    for response in answers(client, addresses):
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, max-age=604800, immutable"
        assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == 'attachment; filename="informe-ya.pdf"'


def test_files_of_what_is_not_public_are_for_whoever_may_see_it_now(
    client, here, thread, addresses
):
    for user in (thread.author, staff(here, Role.MODERATOR)):
        for response in answers(client, addresses, user):
            assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    elsewhere = MunicipalityFactory()
    for user in (None, UserFactory(), staff(elsewhere, Role.MODERATOR)):
        assert [r.status_code for r in answers(client, addresses, user)] == [404, 404, 404]


def test_what_moderation_hides_hides_its_files(client, here, thread, addresses):
    with municipality_scope(here):
        Thread.objects.filter(pk=thread.pk).update(is_public=True)
    assert {r.status_code for r in answers(client, addresses)} == {200}

    with municipality_scope(here):
        Thread.objects.filter(pk=thread.pk).update(is_public=False)
    assert {r.status_code for r in answers(client, addresses)} == {404}


def test_another_municipality_does_not_serve_our_files(client, here, thread, addresses):
    with municipality_scope(here):
        Thread.objects.filter(pk=thread.pk).update(is_public=True)
    theirs = MunicipalityFactory()

    wrong = [address.replace(here.slug, theirs.slug, 1) for address in addresses]

    assert [r.status_code for r in answers(client, wrong, thread.author)] == [404, 404, 404]


@pytest.mark.parametrize("variant", ["481.webp", "480.svg", "480.webp.exe", "0.webp"])
def test_only_what_was_made_is_served(client, here, thread, addresses, variant):
    address = addresses[0].replace("480.webp", variant)

    assert answers(client, [address], thread.author)[0].status_code == 404
