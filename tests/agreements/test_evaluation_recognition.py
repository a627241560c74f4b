"""Recognition is computed from two locked baselines and never granted; the network in public."""

from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.enums import Role
from agreements.actions import recognition as actions
from agreements.enums import Direction, NetworkKind
from agreements.improvement import improvement_of, indicators_of, judged, peers_of
from agreements.models import Certificate
from municipalities.models import Population
from municipalities.rls import municipality_scope
from tests.agreements.evaluating import administrator_of, lock, regional
from tests.agreements.factories import (
    BaselineCellFactory,
    BaselineSheetFactory,
    EntryFactory,
    IndicatorFactory,
    NetworkEntryFactory,
    OrganizationFactory,
    PeriodFactory,
    TargetFactory,
    in_the_region,
)
from tests.factories import MunicipalityFactory, UserFactory


BETTER = {"pp": ("none", "active"), "cclp": ("normed", "installed"), "hearings": ("none", "none")}


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture(autouse=True)
def _one_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


def baselines(town, moves, *, locked=True):
    with municipality_scope(town):
        for place, year in enumerate((2024, 2025)):
            sheet = BaselineSheetFactory(municipality=town, year=year)
            for mechanism, states in moves.items():
                BaselineCellFactory(
                    municipality=town, sheet=sheet, mechanism=mechanism, state=states[place]
                )
            if locked:
                lock(sheet)


def issue(town, **more):
    with municipality_scope(town):
        return actions.recognise(municipality=town, year=2025, by=UserFactory(), **more)


def moves(*pairs):
    return [[str(n), *pair] for n, pair in enumerate(pairs)]


UP, DOWN, SAME = ("none", "active"), ("active", "none"), ("normed", "normed")


@pytest.mark.parametrize(
    ("found", "better", "worse", "recognised"),
    [
        (moves(UP, UP, SAME), 0, 0, True),
        (moves(UP, UP), 0, 0, False),  # two known
        (moves(UP, SAME, SAME), 0, 0, False),  # one up
        (moves(UP, UP, DOWN, DOWN), 0, 0, False),
        (moves(("none", "normed"), ("none", "normed"), DOWN), 0, 0, False),  # lost more than gained
        (moves(UP, UP, SAME), 1, 2, False),
        (moves(UP, UP, SAME), 2, 2, True),
    ],
)
def test_the_rule_as_it_is_published(found, better, worse, recognised):
    assert judged(2024, 2025, found, better, worse).is_recognised == recognised


def test_no_data_is_neither_a_step_up_nor_down(town):
    baselines(town, BETTER | {"otro": ("unknown", "active"), "mas": ("active", "unknown")})
    with municipality_scope(town):
        found = improvement_of(town, 2025)
    assert (len(found.mechanisms), found.up, found.down) == (3, 2, 0)


def test_a_sheet_that_is_not_locked_counts_for_nothing(town):
    baselines(town, BETTER, locked=False)
    with pytest.raises(actions.CannotRecognise):
        issue(town)


def test_a_certificate_is_what_the_rule_gives_once_a_year_and_stays(town):
    baselines(town, BETTER)
    certificate = issue(town)
    assert (certificate.figures["before"], certificate.figures["up"]) == (2024, 2)
    with pytest.raises(actions.CannotRecognise):
        issue(town)
    with (
        municipality_scope(town),
        pytest.raises(DatabaseError, match="only ever added"),
        transaction.atomic(),
    ):
        Certificate.objects.update(year=2030)


def test_indicators_are_better_or_worse_than_their_own_baseline(town):
    period = PeriodFactory(starts_on="2025-01-01", ends_on="2025-12-31")
    with municipality_scope(town):
        for direction, then, now in (
            (Direction.UP, 10, 12),
            (Direction.DOWN, 10, 12),
            (Direction.KEEP, 10, 12),
            (Direction.UP, None, 12),
        ):
            indicator = IndicatorFactory(direction=direction)
            TargetFactory(
                municipality=town,
                indicator=indicator,
                baseline=then,
                baseline_on="2024-12-31" if then else None,
            )
            EntryFactory(
                municipality=town,
                indicator=indicator,
                period=period,
                numerator=now,
                state="accepted",
                entered_by=UserFactory(),
                accepted_by=UserFactory(),
            )
        assert indicators_of(town, 2025) == (1, 1)


def test_nobody_grants_one_by_hand_not_even_in_the_admin(client, town):
    client.force_login(regional(Role.PLANNER))
    assert client.get("/admin/agreements/certificate/add/").status_code == 403
    client.post(
        "/admin/agreements/certificate/calcular/", {"municipality": town.pk, "year": "2025"}
    )
    with in_the_region():
        assert not Certificate.objects.exists()

    baselines(town, BETTER)
    client.post(
        "/admin/agreements/certificate/calcular/", {"municipality": town.pk, "year": "2025"}
    )
    with in_the_region():
        assert Certificate.objects.get().municipality == town


def test_anybody_verifies_a_certificate_by_its_code(client, town, settings):
    baselines(town, BETTER)
    certificate = issue(town)
    address = reverse("agreements:certificate", args=[certificate.code])

    asked = client.get(reverse("agreements:certificates"), {"codigo": certificate.code.lower()})
    page = client.get(address)
    invented = client.get(reverse("agreements:certificate", args=["INVENTADO123"]))
    paper = client.get(reverse("agreements:certificate_pdf", args=[certificate.code])).content
    words = "".join(one.extract_text() for one in PdfReader(BytesIO(paper)).pages)

    assert (asked.url, page.status_code, invented.status_code) == (address, 200, 404)
    assert certificate.code in words
    assert settings.SITE_URL + address in words.replace("\n", "")


def test_peers_are_of_the_same_kind_and_of_like_size(town):
    people = {10_000: town}
    for total in (9_000, 50_000, 11_500):
        people[total] = MunicipalityFactory()
    for total, one in people.items():
        Population.objects.create(place=one.place, year=2025, source="INEI", total=total)
    assert [total for _one, total in peers_of(town, people.values(), most=2)] == [9_000, 11_500]


def test_the_network_shows_members_plan_and_decisions(client):
    member = OrganizationFactory()
    for kind in NetworkKind:
        NetworkEntryFactory(kind=kind, published_at=timezone.now()).members.add(member)
    NetworkEntryFactory(title="Borrador")

    page = client.get(reverse("agreements:network"))

    assert list(page.context["members"]) == [member]
    assert len(page.context["plan"]) == 1
    assert {one.kind for one in page.context["page"]} == {"meeting", "decision"}


def test_municipal_staff_issue_nothing(client, town):
    client.force_login(administrator_of(town))
    assert client.get("/admin/agreements/certificate/").status_code in (302, 403)
