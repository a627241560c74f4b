"""The rubric: marks by oneself and by others, their gap, and what is missing."""

import pytest
from django.urls import reverse

from agreements.actions import quality as actions
from agreements.enums import ActivityState, Assessor
from agreements.models import QualityScore
from agreements.models.evaluation import CRITERIA
from agreements.quality import quality_of
from agreements.rubric import RUBRIC
from municipalities.rls import municipality_scope
from tests.agreements.evaluating import administrator_of, observer_of
from tests.agreements.factories import ActivityFactory, OrganizationFactory, in_the_region
from tests.factories import MunicipalityFactory, UserFactory


def score(activity, assessor=Assessor.SELF, organization=None, at=1, **marks):
    return QualityScore(
        pk=at, activity_id=activity, assessor=assessor, organization_id=organization, **marks
    )


def line_of(scores, field="reach"):
    return next(one for one in quality_of(scores).lines if one.criterion.field == field)


def held(town):
    with municipality_scope(town):
        return ActivityFactory(municipality=town, state=ActivityState.HELD)


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture(autouse=True)
def _one_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


def test_each_criterion_says_what_each_of_its_four_marks_means():
    assert tuple(one.field for one in RUBRIC) == CRITERIA
    assert all(len(set(map(str, one.anchors))) == 4 for one in RUBRIC)


def test_a_mark_that_nobody_gave_is_missing_and_never_zero():
    line = line_of([score(1, reach=2), score(2, at=2)])
    assert (line.own, line.third, line.gap, line.missing) == ((1, 2.0), (0, None), None, 1)


def test_zero_is_a_mark():
    assert line_of([score(1, reach=0)]).own == (1, 0.0)


def test_the_gap_is_taken_only_where_both_marked():
    scores = [
        score(1, reach=3),
        score(1, Assessor.COUNTERPART, 7, at=2, reach=1),
        score(2, at=3, reach=0),
        score(3, Assessor.COUNTERPART, 7, at=4, reach=3),
    ]
    line = line_of(scores)
    assert (line.gap, line.both) == (2.0, 1)


def test_several_third_parties_are_one_voice_and_each_is_taken_at_its_last_word():
    scores = [
        score(1, Assessor.COUNTERPART, 7, at=1, reach=0),
        score(1, Assessor.COUNTERPART, 7, at=2, reach=3),
        score(1, Assessor.COUNTERPART, 8, at=3, reach=1),
    ]
    assert line_of(scores).third == (1, 2.0)
    assert quality_of(scores).by_third == 1


def test_only_what_has_taken_place_is_marked(town):
    with municipality_scope(town):
        planned = ActivityFactory(municipality=town)
        with pytest.raises(actions.CannotScore):
            actions.score_own(
                municipality=town, activity=planned, marks={"reach": 2}, notes="", by=UserFactory()
            )


def test_a_sheet_without_any_mark_is_none(town):
    activity = held(town)
    with municipality_scope(town), pytest.raises(actions.CannotScore):
        actions.score_own(
            municipality=town, activity=activity, marks={"reach": None}, notes="", by=UserFactory()
        )


def test_the_town_and_an_organisation_mark_side_by_side(client, town):
    activity, organization = held(town), OrganizationFactory()

    client.force_login(administrator_of(town))
    own = client.post(reverse("agreed:score_own", args=[town.slug, activity.pk]), {"reach": "3"})
    client.force_login(observer_of(organization))
    third = client.post(reverse("agreements:score_as_third", args=[activity.pk]), {"reach": "1"})
    client.logout()
    page = client.get(reverse("agreements:quality"))

    assert (own.status_code, third.status_code) == (302, 302)
    shown = page.context["quality"].lines[0]
    assert (shown.own, shown.third, shown.gap) == ((1, 3.0), (1, 1.0), 2.0)
    with in_the_region():
        assert set(QualityScore.objects.values_list("assessor", "organization")) == {
            (Assessor.SELF, None),
            (Assessor.COUNTERPART, organization.pk),
        }


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_activities_asks_the_same_for_one_or_many(
    client, town, django_assert_max_num_queries, count
):
    for _n in range(count):
        held(town)
    client.force_login(administrator_of(town))
    with django_assert_max_num_queries(16):
        page = client.get(reverse("agreed:own_quality", args=[town.slug]))
    assert len(page.context["rows"]) == count
