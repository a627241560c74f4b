"""What was learnt, also from what failed: told by many, found without an account."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from agreements.actions import learning as actions
from agreements.enums import LearningKind
from agreements.models import Learning
from municipalities.rls import municipality_scope
from tests.agreements.evaluating import administrator_of, regional, university
from tests.agreements.factories import LearningFactory, MemberFactory, in_the_region
from tests.factories import MunicipalityFactory, UserFactory


WHOLE = {
    "kind": LearningKind.EXPERIMENT,
    "title": "Avisos por radio en quechua",
    "context": "Si se avisa en quechua vendrán más mujeres.",
    "tried": "Diez avisos; se contó la asistencia.",
    "result": "Vinieron las mismas personas.",
    "source": "Listas de asistencia.",
}


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture(autouse=True)
def _one_step(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


def published(town, **fields):
    with municipality_scope(town):
        return LearningFactory(
            municipality=town, **(WHOLE | {"published_at": timezone.now()} | fields)
        )


def found(client, **asked):
    page = client.get(reverse("agreements:learnings"), asked)
    return [one.title for one in page.context["page"]]


@pytest.mark.parametrize("words", ["audiencia", "AUDIENCIAS", "caserio", "caserío"])
def test_it_is_found_without_an_account_and_without_accents(client, town, words):
    published(town, title="Audiencias en caseríos lejanos")
    published(town, title="Otra cosa")
    assert found(client, q=words) == ["Audiencias en caseríos lejanos"]


def test_it_is_found_when_mistyped(client, town):
    published(town, title="Presupuesto participativo por radio")
    assert found(client, q="presupesto") == ["Presupuesto participativo por radio"]


def test_what_is_not_published_is_not_found(client, town):
    with municipality_scope(town):
        LearningFactory(municipality=town, title="Borrador")
    assert found(client) == []


def test_what_failed_is_published_like_what_worked_and_can_be_looked_for(client, town):
    published(town, title="No sirvió", worked=False)
    published(town, title="Sirvió", worked=True)
    assert found(client, resultado="no") == ["No sirvió"]
    assert set(found(client)) == {"No sirvió", "Sirvió"}


def test_an_experiment_without_its_result_is_not_published(town):
    with municipality_scope(town):
        half = LearningFactory(municipality=town, kind=LearningKind.EXPERIMENT)
        with pytest.raises(actions.CannotPublish):
            actions.publish(learning=half)


def test_a_town_publishes_at_once(client, town):
    client.force_login(administrator_of(town))
    client.post(reverse("agreed:tell_own_learning", args=[town.slug]), WHOLE | {"worked": "false"})
    client.logout()
    assert found(client) == [WHOLE["title"]]


def test_a_student_takes_up_a_challenge_and_a_planner_publishes_it(client, town):
    challenge = published(
        town, kind=LearningKind.CHALLENGE, title="Que vengan jóvenes", for_students=True
    )
    student = UserFactory()
    organization = university()
    MemberFactory(organization=organization, user=student)

    client.force_login(student)
    client.post(
        reverse("agreements:tell_learning"),
        WHOLE | {"municipality": town.pk, "answers_to": challenge.pk},
    )
    with in_the_region():
        told = Learning.objects.get(answers_to=challenge)
    assert (told.published_at, told.organization, told.by) == (None, organization, student)

    client.force_login(regional(Role.PLANNER))
    client.post(f"/admin/agreements/learning/{told.pk}/publicar/", {})
    client.logout()
    page = client.get(reverse("agreements:learning", args=[challenge.pk]))
    assert [one.pk for one in page.context["answers"]] == [told.pk]
    assert found(client, estudiantes="on") == ["Que vengan jóvenes"]


def test_a_visitor_is_asked_to_sign_in_before_telling(client):
    answer = client.get(reverse("agreements:tell_learning"))
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_one_or_many(client, town, django_assert_max_num_queries, count):
    for n in range(count):
        published(town, title=f"Lección {n}")
    with django_assert_max_num_queries(8):
        assert len(found(client)) == count
