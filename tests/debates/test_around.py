"""Where else debates are told of: home pages, dates, the map of the site, the desk, one's own copy."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.hooks import EXPORTERS
from debates.models import Debate
from municipalities.enums import Module, MunicipalityKind
from tests.factories import (
    DebateFactory,
    DebateVersionFactory,
    MunicipalityFactory,
    RegionPlaceFactory,
    RoleGrantFactory,
    UserFactory,
)


@pytest.fixture
def closing(otuzco):
    """Open, with a last day, and its address where notices and lists find it."""
    return DebateFactory(
        municipality=otuzco,
        title="¿Domingos abiertos?",
        thread__closes_at=timezone.now() + timedelta(days=3),
    )


def read(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def test_what_closes_soon_stands_on_the_home_pages(client, otuzco, closing):
    MunicipalityFactory(
        kind=MunicipalityKind.REGION, place=RegionPlaceFactory(), slug="la-libertad"
    )

    for page in (read(client, "municipalities:home", "otuzco"), read(client, "home")):
        assert closing.get_absolute_url() in page
        assert "Argumentar" in page


def test_dates_and_the_map_of_the_site_tell_of_it(client, otuzco, closing):
    for name in ("municipalities:information", "municipalities:sitemap"):
        assert closing.get_absolute_url() in read(client, name, "otuzco")
    calendar = read(client, "municipalities:calendar", "otuzco").replace("\r\n ", "")
    day = timezone.localdate(closing.thread.closes_at)
    assert f"UID:debate-{closing.pk}@otuzco" in calendar
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in calendar


def test_hidden_ones_are_told_of_nowhere(client, otuzco, closing):
    closing.thread.is_public = False
    closing.thread.save()
    names = ("home", "information", "sitemap", "calendar")

    pages = [read(client, f"municipalities:{name}", "otuzco") for name in names]

    for page in pages:
        assert closing.title not in page
        assert closing.get_absolute_url() not in page
        assert f"debate-{closing.pk}@" not in page


def test_a_municipality_without_debates_does_not_speak_of_them(client, otuzco):
    assert "/otuzco/debates/" in read(client, "municipalities:home", "otuzco")
    otuzco.modules = [Module.PROPOSALS]
    otuzco.save()

    assert "/otuzco/debates/" not in read(client, "municipalities:home", "otuzco")


def test_staff_find_in_the_morning_what_waits_for_a_conclusion(client, otuzco):
    officer = RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user
    debate = DebateFactory(
        municipality=otuzco,
        is_official=True,
        author=officer,
        thread__closes_at=timezone.now() - timedelta(hours=1),
    )
    client.force_login(officer)

    page = read(client, "admin:index")

    assert reverse("debates:conclude", args=["otuzco", debate.pk]) in page
    assert reverse("debates:desk", args=["otuzco"]) in page


def test_one_s_own_copy_has_one_s_debates_and_what_they_said_before(otuzco):
    person = UserFactory()
    debate = DebateFactory(municipality=otuzco, author=person, title="La mía", text="Ahora.")
    DebateVersionFactory(municipality=otuzco, debate=debate, text="Antes.")
    DebateFactory(municipality=otuzco, title="De otra persona")

    copy = {name: rows for export in EXPORTERS for name, rows in export(person).items()}
    told = json.dumps(copy, default=str, ensure_ascii=False)

    for words in ("La mía", "Ahora.", "Antes."):
        assert words in told
    assert "De otra persona" not in told


def test_an_erased_author_leaves_the_debate_without_a_name(client, otuzco):
    person = UserFactory(display_name="Rosa Quispe")
    debate = DebateFactory(municipality=otuzco, author=person)
    person.display_name, person.email, person.handle, person.is_active = "", None, None, False
    person.deleted_at = timezone.now()
    person.save()

    page = client.get(debate.get_absolute_url()).content.decode()

    assert "cuenta eliminada" in page
    assert Debate.objects.get().author == person
