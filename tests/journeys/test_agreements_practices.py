"""The catalogue, what was transferred, and a review, on a phone without scripts and at a desk by night."""

from datetime import date

import brotli
import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from agreements import seeds
from agreements.actions import activities, adoption, transfers
from agreements.enums import OrganizationKind, PieceKind, PracticeState
from agreements.models import Practice, PracticeReview
from municipalities import gazetteer
from municipalities.models import Municipality
from municipalities.rls import region_scope, scoped_transaction
from tests.agreements.factories import MemberFactory, OrganizationFactory
from tests.agreements.practices import show, underway
from tests.factories import UserFactory
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_look import NEXT_PAGE, is_no_wider_than_the_screen


MARKS = ("effectiveness", "replicability", "sustainability", "inclusion", "cost")


@pytest.fixture
def rosa(transactional_db):
    """Speaks for a civil-society organisation; four practices are published, one waits."""
    gazetteer.load_la_libertad()
    planner = UserFactory()
    with scoped_transaction(), region_scope("tests"):
        members = [
            MemberFactory(organization=OrganizationFactory(kind=kind, name=name))
            for kind, name in (
                (OrganizationKind.CIVIL_SOCIETY, "Mesa de Concertación"),
                (OrganizationKind.UNIVERSITY, "Universidad de la Costa"),
            )
        ]
        reviews = [
            {"by": one.user, "organization": one.organization, "recommends": True}
            | dict.fromkeys(MARKS, 2)
            for one in members
        ]
        loaded = seeds.load_practices()
        for practice in loaded[:5]:
            seeds.walk(practice, reviews, by=planner)
        seeds.walk(loaded[6], [], by=planner, until=PracticeState.REVIEW)
        transfer = underway(
            Municipality.objects.get(slug="otuzco"),
            Practice.objects.get(code="BP-01"),
            left_out=[PieceKind.TOOL],
        )
        show(transfer, PieceKind.DOCUMENTS, PieceKind.FIRST_USE)
        shaped, kept, *_others = transfer.version.components.all()
        transfers.adapt(
            transfer,
            shaped,
            by=planner,
            choice="adapt",
            what=shaped.description.replace("30 días", "15 días"),
            why="La radio llega donde no hay internet.",
            norm="Ordenanza 012-2026-MPO",
        )
        transfers.adapt(transfer, kept, by=planner, choice="keep", verified_on=date(2026, 1, 5))
        adoption.reach(transfer, 2, by=planner)
        workshop = activities.plan_activity(
            transfer,
            by=planner,
            kind="taller",
            title="Taller de respuesta",
            day=date(2026, 1, 15),
            hours=4,
            planned_people=25,
        )
        rows = [
            {"office": "Alcaldía", "gender": "woman", "area": "rural", "people": 15, "passed": 12},
            {"office": "Alcaldía", "gender": "man", "area": "urban", "people": 10, "passed": 7},
        ]
        activities.hold(workshop, by=planner, attendance=rows)
    return members[0].user


def of(name, *args):
    return reverse(f"agreements:{name}", args=args)


def pages():
    return {
        "catalogue": of("practices"),
        "sheet": of("practice", "BP-01"),
        "compare": f"{of('compare_practices')}?p=BP-01&p=BP-05&p=BP-04",
        "matrix": of("practice_matrix"),
        "town": of("town_transfers", "otuzco"),
        "alike": of("alike", "otuzco"),
    }


def test_everybody_reads_compares_and_takes_the_kit_along_without_a_script(visit, rosa):
    with visit(js=False, size=PHONE) as page:
        page.goto(of("practices"))
        page.locator("[name=sin_internet]").check()
        page.locator("form.filters button[type=submit]").click()
        expect(page.locator("article.card")).to_have_count(3)
        for code in ("BP-03", "BP-04"):
            page.locator(f"input[name=p][value={code}]").check()
        page.locator(f"form[action='{of('compare_practices')}'] button").click()
        expect(page.locator("thead a")).to_have_count(2)
        page.locator(f"a[href='{of('practice', 'BP-04')}']").click()
        with page.expect_download() as taken:
            page.locator("a[href*='kit.zip']").click()
        assert taken.value.suggested_filename == "kit-bp-04-v1.zip"
        for name, address in pages().items():
            page.goto(address)
            assert is_no_wider_than_the_screen(page), name
            shot(page, f"practices-{name}-phone")
        page.goto(of("town_transfers", "otuzco"))
        page.locator("section h2 a").first.click()
        expect(page.locator("ins").first).to_be_visible()
        assert is_no_wider_than_the_screen(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page_is_accessible_by_day_and_by_night_and_light_to_carry(visit, rosa, scheme):
    with visit(scheme=scheme, size=DESK) as page:
        for name, address in pages().items():
            page.goto(address)
            assert violations(page) == [], name
            shot(page, f"practices-{name}-{scheme}")
    for name, address in pages().items():
        assert len(brotli.compress(Client().get(address).content)) < NEXT_PAGE, name


def test_a_member_reviews_what_waits(visit, live_server, rosa):
    client = Client()
    client.force_login(rosa)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    with visit(size=PHONE) as page:
        page.context.add_cookies([cookie | {"url": live_server.url}])
        page.goto(of("practices_to_review"))
        assert violations(page) == []
        page.locator("main a.btn-secondary").first.click()
        page.locator("main form button[type=submit]").click()
        expect(page.locator("[name=recommends]").first).to_be_visible()
        assert violations(page) == []
        for mark in MARKS:
            page.locator(f"[name={mark}][value='2']").check()
        page.locator("[name=recommends][value=yes]").check()
        shot(page, "practices-review")
        page.locator("main form button[type=submit]").click()
        expect(page).to_have_url(f"{live_server.url}{of('practices_to_review')}")
    with scoped_transaction(), region_scope("tests"):
        assert PracticeReview.objects.filter(by=rosa, version__practice__state="review").exists()
