"""The catalogue that a new site begins with: many kinds, and enough that need no internet."""

import pytest
from django.core.management import CommandError, call_command

from agreements import seeds
from agreements.enums import KitKind, OrganizationKind, PracticeForm, PracticeState
from agreements.models import KitItem, Practice
from agreements.rules.practices import sheet_gaps
from tests.agreements.factories import MemberFactory, OrganizationFactory
from tests.agreements.practices import in_region
from tests.factories import UserFactory


@pytest.fixture
def loaded():
    with in_region():
        return seeds.load_practices()


def test_ten_practices_and_more_and_four_of_them_need_no_internet(loaded):
    with in_region():
        found = Practice.objects.prefetch_related("versions")
        offline = [p for p in found if not p.versions.all()[0].needs_internet]
        assert len(found) >= 10
        assert len(offline) >= 4
        assert {p.form for p in found} == set(PracticeForm)
        assert found[0].title == "Portal «Decide La Libertad»"


def test_each_has_a_whole_sheet_limits_components_and_a_kit(loaded):
    with in_region():
        for practice in loaded:
            version = practice.latest
            assert sheet_gaps(version) == [], practice
            assert version.components.filter(is_core=False).exists(), practice
            assert version.kit.count() >= 3, practice
        assert set(KitItem.objects.values_list("kind", flat=True)) == set(KitKind)


def test_they_wait_for_their_reviews_also_the_region_s_own(loaded):
    assert {practice.state for practice in loaded} == {PracticeState.NOMINATED}


def test_loading_twice_changes_nothing(loaded):
    with in_region():
        Practice.objects.filter(code="BP-01").update(title="Con otro nombre")
        assert seeds.load_practices() == []
        assert Practice.objects.get(code="BP-01").title == "Con otro nombre"


def test_the_command_needs_the_places_and_then_loads(capsys):
    with pytest.raises(CommandError):
        call_command("load_practices")
    with in_region():
        pass

    call_command("load_practices")

    with in_region():
        assert Practice.objects.count() >= 10


def test_the_demo_leads_one_through_its_reviews(loaded):
    kinds = (OrganizationKind.CIVIL_SOCIETY, OrganizationKind.UNIVERSITY)
    members = [MemberFactory(organization=OrganizationFactory(kind=kind)) for kind in kinds]
    marks = dict.fromkeys(
        ("effectiveness", "replicability", "sustainability", "inclusion", "cost"), 2
    )
    reviews = [
        {"by": one.user, "organization": one.organization, "recommends": True} | marks
        for one in members
    ]
    with in_region():
        assert seeds.walk(loaded[0], reviews, by=UserFactory()).state == PracticeState.PUBLISHED
        half = seeds.walk(loaded[1], [reviews[0]], by=UserFactory(), until=PracticeState.REVIEW)
        assert half.state == PracticeState.REVIEW
