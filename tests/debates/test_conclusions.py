"""The municipality ends its question with a conclusion that takes up what people said."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from debates.actions import conclusions
from debates.models import TakenUp
from municipalities.rls import municipality_scope
from participation.models import Notice
from tests.factories import (
    CommentFactory,
    DebateFactory,
    FollowFactory,
    MunicipalityFactory,
    RoleGrantFactory,
    UserFactory,
)


@pytest.fixture
def officer(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user


@pytest.fixture
def asked(otuzco, officer):
    """A question of the municipality whose time is over."""
    return DebateFactory(
        municipality=otuzco,
        author=officer,
        is_official=True,
        office="Gerencia de Desarrollo",
        thread__closes_at=timezone.now() - timedelta(minutes=1),
    )


@pytest.fixture
def comments(otuzco, asked):
    texts = ["Que abra los domingos, porque ese día bajamos.", "Más guardianes.", "Otra cosa."]
    made = [CommentFactory(municipality=otuzco, thread=asked.thread, text=t) for t in texts]
    asked.thread.refresh_from_db()
    return made


def here(debate):
    return reverse("debates:conclude", args=["otuzco", debate.pk])


def test_it_is_written_with_comments_found_chosen_and_quoted(client, asked, comments, officer):
    client.force_login(officer)
    first, second, _third = comments

    page = client.post(here(asked), {"do": "find", "q": "domingos", "text": "Lo que llevo"})
    assert page.status_code == 200
    assert [c.pk for c in page.context["found"]] == [first.pk]
    assert "Lo que llevo" in page.content.decode()
    page = client.post(here(asked), {"add": first.pk, "text": "Lo que llevo"})
    assert [c.pk for c in page.context["form"].chosen] == [first.pk]
    page = client.post(here(asked), {"do": "find", "q": f"#{second.pk}", "comment": first.pk})
    assert [c.pk for c in page.context["found"]] == [second.pk]
    page = client.post(here(asked), {"drop": first.pk, "comment": [first.pk, second.pk]})
    assert [c.pk for c in page.context["form"].chosen] == [second.pk]

    client.post(
        here(asked),
        {
            "do": "publish",
            "text": "Abrirá los **domingos**.",
            "comment": [first.pk, second.pk],
            f"quote_{first.pk}": "abra los  domingos",
        },
    )

    client.logout()
    page = client.get(asked.get_absolute_url()).content.decode()
    assert "<strong>domingos</strong>" in page
    assert "abra los  domingos" in page
    assert first.get_absolute_url() in page
    assert second.get_absolute_url() in page
    assert "Concluido" in page


def test_it_must_take_up_a_comment_if_there_are_any(client, asked, comments, officer):
    client.force_login(officer)

    response = client.post(here(asked), {"do": "publish", "text": "Gracias."})

    assert response.status_code == 422
    asked.refresh_from_db()
    assert asked.concluded_at is None
    with pytest.raises(conclusions.CannotConclude):
        conclusions.conclude(asked, by=officer, text="Gracias.", quotes={})


def test_without_comments_it_needs_none(client, asked, officer):
    client.force_login(officer)

    client.post(here(asked), {"do": "publish", "text": "Nadie dijo nada."})

    asked.refresh_from_db()
    assert asked.concluded_at


def test_what_is_quoted_stands_in_the_comment(client, asked, comments, officer):
    client.force_login(officer)
    pk = comments[0].pk
    data = {"do": "publish", "text": "Así.", "comment": pk, f"quote_{pk}": "que cierre"}

    response = client.post(here(asked), data)

    assert response.status_code == 422
    assert f"quote_{pk}" in response.context["form"].errors
    with pytest.raises(conclusions.CannotConclude):
        conclusions.conclude(asked, by=officer, text="Así.", quotes={pk: "que cierre"})


def test_comments_of_another_debate_or_out_of_sight_are_not_taken_up(
    otuzco, asked, comments, officer
):
    elsewhere = CommentFactory(municipality=otuzco)
    hidden = CommentFactory(
        municipality=otuzco, thread=asked.thread, hidden_at=timezone.now(), hidden_rule="insult"
    )

    for comment in (elsewhere, hidden):
        with pytest.raises(conclusions.CannotConclude):
            conclusions.conclude(asked, by=officer, text="Así.", quotes={comment.pk: ""})
    assert not TakenUp.objects.exists()


def test_it_is_published_once_and_tells_each_of_them_once(
    client, otuzco, asked, comments, officer, django_capture_on_commit_callbacks
):
    quoted = comments[0].author
    follower = FollowFactory(municipality=otuzco, thread=asked.thread).user
    FollowFactory(municipality=otuzco, thread=asked.thread, user=quoted)
    other = RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user

    with django_capture_on_commit_callbacks(execute=True):
        conclusions.conclude(asked, by=other, text="Así.", quotes={comments[0].pk: ""})
        with pytest.raises(conclusions.CannotConclude):
            conclusions.conclude(asked, by=other, text="Otra.", quotes={comments[0].pk: ""})

    told = Notice.objects.filter(event__verb="concluded").values_list("user_id", flat=True)
    assert sorted(told) == sorted([quoted.pk, follower.pk, officer.pk])
    client.force_login(other)
    assert client.get(here(asked)).status_code == 302


def test_before_its_time_is_over_it_is_not_concluded(otuzco, asked, officer):
    asked.thread.closes_at = timezone.now() + timedelta(days=1)
    asked.thread.save()

    with pytest.raises(conclusions.CannotConclude):
        conclusions.conclude(asked, by=officer, text="Así.", quotes={})


def test_one_without_a_last_day_closes_with_its_conclusion(otuzco, asked, officer):
    asked.thread.closes_at = None
    asked.thread.save()

    conclusions.conclude(asked, by=officer, text="Así.", quotes={})

    asked.refresh_from_db()
    asked.thread.refresh_from_db()
    assert asked.thread.has_closed
    assert not asked.is_open


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.DESK_OFFICER])
def test_only_who_answers_for_the_municipality_concludes(client, otuzco, asked, role):
    neighbour = UserFactory()
    staff = RoleGrantFactory(municipality=otuzco, role=role).user

    for person in (neighbour, staff):
        client.force_login(person)
        client.post(here(asked), {"do": "publish", "text": "Así."})
        with pytest.raises(conclusions.CannotConclude):
            conclusions.conclude(asked, by=person, text="Así.", quotes={})
    asked.refresh_from_db()
    assert asked.concluded_at is None


def test_what_a_resident_asked_has_no_conclusion(otuzco, officer):
    debate = DebateFactory(municipality=otuzco)

    with pytest.raises(conclusions.CannotConclude):
        conclusions.conclude(debate, by=officer, text="Así.", quotes={})


def test_the_database_refuses_a_conclusion_that_takes_up_nothing(asked, comments, officer):
    asked.conclusion, asked.concluded_at, asked.concluded_by = "Así.", timezone.now(), officer
    asked.save()
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_comment_hidden_since_is_not_shown_in_it(client, asked, comments, officer):
    pk = comments[0].pk
    conclusions.conclude(asked, by=officer, text="Así.", quotes={pk: "ese día bajamos"})
    comments[0].hidden_at, comments[0].hidden_rule = timezone.now(), "insult"
    comments[0].save()

    page = client.get(asked.get_absolute_url()).content.decode()

    assert "ese día bajamos" not in page
    assert "Un comentario que ya no se muestra" in page


@pytest.mark.parametrize(
    "data",
    [
        {"comment": "x"},
        {"comment": "9" * 30},
        {"add": "-1"},
        {"drop": "\x00"},
        {"do": "find", "q": "\x00"},
        {"do": "find", "q": "%_\\'"},
        {"do": "find", "q": "9" * 18},
        {"do": "publish", "text": "\x00"},
        {"do": "publish", "text": "…"},
        {"do": "publish", "text": "a" * 10_001},
    ],
)
def test_no_answer_breaks_the_page(client, asked, comments, officer, data):
    client.force_login(officer)

    assert client.post(here(asked), data).status_code in (200, 422)


def test_the_desk_shows_what_waits(client, otuzco, asked, officer):
    desk = reverse("debates:desk", args=["otuzco"])
    assert client.get(desk).status_code == 302
    client.force_login(UserFactory())
    assert client.get(desk).status_code == 403
    client.force_login(officer)

    assert here(asked) in client.get(desk).content.decode()


def test_the_database_refuses_to_take_up_what_was_said_elsewhere(otuzco, asked):
    elsewhere = CommentFactory(municipality=otuzco)

    with pytest.raises(IntegrityError), transaction.atomic():
        TakenUp.objects.create(municipality=otuzco, debate=asked, comment=elsewhere)


def test_nothing_of_one_town_hangs_on_a_debate_of_another(otuzco, asked):
    other = MunicipalityFactory()

    def forge():
        with transaction.atomic(), municipality_scope(other), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO debates_debateversion"
                " (municipality_id, debate_id, title, text, place_name, replaced_at)"
                " VALUES (%s, %s, 'a', 'b', '', now())",
                [other.pk, asked.pk],
            )
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError):
        forge()
