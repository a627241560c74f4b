from threading import Barrier, Thread as Worker

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from municipalities.enums import MunicipalityState
from municipalities.rls import municipality_scope, scoped_transaction
from participation import history
from participation.actions import following
from participation.models import Follow, Notice
from tests.factories import FollowFactory, MunicipalityFactory, ThreadFactory, UserFactory


@pytest.fixture
def here():
    return MunicipalityFactory()


@pytest.fixture
def author():
    return UserFactory(display_name="Rosa Quispe", handle="rosa-quispe")


@pytest.fixture
def published(here, author, django_capture_on_commit_callbacks):
    """Somebody publishes something, and it is told."""

    def published(tags=(), by=author, **fields):
        with django_capture_on_commit_callbacks(execute=True), municipality_scope(here):
            thread = ThreadFactory(municipality=here, author=by, **({"is_public": True} | fields))
            history.record("published", thread, by=by, data={"tags": list(tags)}, tell=True)
        return thread

    return published


def told(here):
    with municipality_scope(here):
        return sorted(Notice.objects.values_list("user_id", flat=True))


def inside(here, act, *args, **options):
    with municipality_scope(here):
        act(*args, **options)


# --- What following brings


def test_followers_of_person_tag_and_municipality_hear_of_what_is_published(
    here, author, published
):
    of_person, of_tag, of_place, of_other_tag = UserFactory.create_batch(4)
    inside(here, following.follow_person, author, here, by=of_person)
    inside(here, following.follow_tag, "agua", here, by=of_tag)
    inside(here, following.follow_municipality, here, by=of_place)
    inside(here, following.follow_tag, "luz", here, by=of_other_tag)

    published(tags=["agua", "campo"])

    assert told(here) == sorted([of_person.pk, of_tag.pk, of_place.pk])


def test_who_follows_in_three_ways_is_told_once(here, author, published):
    keen = UserFactory()
    inside(here, following.follow_person, author, here, by=keen)
    inside(here, following.follow_tag, "agua", here, by=keen)
    inside(here, following.follow_municipality, here, by=keen)

    published(tags=["agua"])

    assert told(here) == [keen.pk]
    assert len(mail.outbox) == 1


def test_a_follower_of_the_municipality_does_not_hear_of_each_step(
    here, author, published, django_capture_on_commit_callbacks
):
    of_place = UserFactory()
    inside(here, following.follow_municipality, here, by=of_place)
    thread = published()

    with django_capture_on_commit_callbacks(execute=True), municipality_scope(here):
        history.record("answered", thread, by=None, tell=True)

    assert told(here).count(of_place.pk) == 1


def test_what_is_held_for_review_is_told_when_it_is_shown(
    here, published, django_capture_on_commit_callbacks
):
    of_place = UserFactory()
    inside(here, following.follow_municipality, here, by=of_place)
    thread = published(is_public=False)
    assert told(here) == []

    with django_capture_on_commit_callbacks(execute=True), municipality_scope(here):
        type(thread).objects.filter(pk=thread.pk).update(is_public=True)
        history.tell_again(thread)
        history.tell_again(thread)

    assert told(here) == [of_place.pk]


def test_followers_of_a_place_hear_nothing_of_another_place(here, author, published):
    there, of_other = MunicipalityFactory(), UserFactory()
    inside(there, following.follow_person, author, there, by=of_other)
    inside(there, following.follow_municipality, there, by=of_other)

    published()

    assert told(here) == []


def test_a_suspended_follower_gets_no_mail_and_finds_it_on_the_site(here, published):
    from tests.factories import SuspensionFactory  # noqa: PLC0415

    follower = UserFactory()
    inside(here, following.follow_municipality, here, by=follower)
    inside(
        here,
        SuspensionFactory,
        municipality=here,
        user=follower,
        ends_at=timezone.now() + timezone.timedelta(days=3),
    )

    published()

    assert (told(here), mail.outbox) == ([follower.pk], [])


# --- The buttons


def buttons(here):
    return (
        reverse("participation:follow_here", args=[here.slug]),
        reverse("participation:unfollow_here", args=[here.slug]),
    )


@pytest.mark.parametrize("what", [{"persona": "rosa-quispe"}, {"etiqueta": "  Agua "}, {}])
def test_one_follows_and_stops(client, here, author, what):
    client.force_login(user := UserFactory())
    follow, unfollow = buttons(here)

    for _ in range(2):
        response = client.post(follow, what | {"volver": f"/{here.slug}/propuestas/"})
        assert response.url == f"/{here.slug}/propuestas/"
    with municipality_scope(here):
        [kept] = Follow.objects.filter(user=user)
    assert (kept.person, kept.tag) == (
        author if "persona" in what else None,
        "agua" if "etiqueta" in what else "",
    )

    client.post(unfollow, what)
    with municipality_scope(here):
        assert not Follow.objects.exists()


def test_by_htmx_the_button_turns_round(client, here, author):
    client.force_login(UserFactory())
    follow, unfollow = buttons(here)
    htmx = {"HX-Request": "true"}

    after = client.post(follow, {"persona": author.handle}, headers=htmx).content.decode()

    assert (unfollow in after, "<html" in after) == (True, False)
    assert (
        follow in client.post(unfollow, {"persona": author.handle}, headers=htmx).content.decode()
    )


def test_a_visitor_is_led_to_sign_in_and_back(client, here):
    follow, _unfollow = buttons(here)

    response = client.post(follow, {"volver": f"/{here.slug}/"})

    assert response.url == f"{reverse('account_login')}?next=/{here.slug}/"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:x", ""])
def test_the_way_back_stays_on_the_site(client, here, back):
    client.force_login(UserFactory())
    follow, _unfollow = buttons(here)

    assert client.post(follow, {"volver": back}).url == here.get_absolute_url()


@pytest.mark.parametrize(
    "what",
    [{"persona": "nobody"}, {"persona": "x\x00"}, {"etiqueta": "x" * 31}, {"etiqueta": "\x00"}],
)
def test_what_there_is_not_cannot_be_followed(client, here, what):
    client.force_login(UserFactory())
    follow, unfollow = buttons(here)

    assert client.post(follow, what).status_code == 404
    assert client.post(unfollow, what).status_code == 404


def test_nobody_follows_oneself_or_a_place_that_is_not_open(client, here, author):
    client.force_login(author)
    follow, _unfollow = buttons(here)
    client.post(follow, {"persona": author.handle})
    closed = MunicipalityFactory(state=MunicipalityState.INVITED)
    client.post(buttons(closed)[0])

    with municipality_scope(here, closed):
        assert not Follow.objects.exists()


def test_the_database_knows_what_can_be_followed(here, author):
    with municipality_scope(here):
        for wrong in (
            {"thread": None, "person": author, "tag": "agua"},
            {"thread": None, "person": author, "user": author},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                FollowFactory(municipality=here, **wrong)


# --- The list of what one follows


def test_one_sees_and_ends_all_that_one_follows_anywhere(client, here, author):
    user, there = UserFactory(), MunicipalityFactory(short_name="Usquil")
    inside(here, following.follow_person, author, here, by=user)
    inside(there, following.follow_municipality, there, by=user)
    with municipality_scope(here):
        thread = ThreadFactory(municipality=here, title="Puente", path="/p/", is_public=True)
        following.follow(thread, by=user)
        hidden = ThreadFactory(municipality=here, title="Oculto", is_public=True)
        following.follow(hidden, by=user)
        type(hidden).objects.filter(pk=hidden.pk).update(is_public=False)
    client.force_login(user)

    page = client.get(reverse("participation:following")).content.decode()
    assert [words in page for words in ("Puente", "Rosa Quispe", "Usquil", "Oculto")] == [
        True,
        True,
        True,
        False,
    ]

    with municipality_scope(here, there):
        ids = list(Follow.objects.values_list("pk", flat=True))
    for pk in ids:
        assert client.post(reverse("participation:end_follow", args=[pk])).status_code == 302
    with municipality_scope(here, there):
        assert not Follow.objects.exists()


def test_nobody_ends_what_another_follows(client, here, author):
    inside(here, following.follow_municipality, here, by=author)
    with municipality_scope(here):
        follow = Follow.objects.get()
    client.force_login(UserFactory())

    assert client.post(reverse("participation:end_follow", args=[follow.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_asks_the_same_of_the_database_for_one_or_many(
    client, here, count, django_assert_num_queries
):
    user = UserFactory()
    for number in range(count):
        inside(here, following.follow_tag, f"tema {number}", here, by=user)
    client.force_login(user)
    client.get(reverse("participation:following"))

    with django_assert_num_queries(13):
        client.get(reverse("participation:following"))


# --- All at once


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("what", ["person", "tag", "place"])
def test_followed_twenty_times_at_once_is_followed_once(what):
    here, user, other = MunicipalityFactory(), UserFactory(), UserFactory()
    acts = {
        "person": lambda: following.follow_person(other, here, by=user),
        "tag": lambda: following.follow_tag("agua", here, by=user),
        "place": lambda: following.follow_municipality(here, by=user),
    }
    barrier, failed = Barrier(20), []

    def run():
        try:
            barrier.wait(10)
            with scoped_transaction(here):
                acts[what]()
        except Exception as problem:
            failed.append(problem)
        finally:
            connection.close()

    workers = [Worker(target=run) for _ in range(20)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)

    with scoped_transaction(here):
        assert (failed, Follow.objects.count()) == ([], 1)


def test_who_leaves_is_no_longer_followed(here, author):
    from municipalities.rls import region_scope  # noqa: PLC0415
    from participation.people import erase, export  # noqa: PLC0415

    follower = UserFactory()
    inside(here, following.follow_person, author, here, by=follower)

    with region_scope("test"):
        assert [row["title"] for row in export(follower)["follows"]] == ["Rosa Quispe"]
        erase(author)
        assert not Follow.objects.exists()
    assert User.objects.filter(pk=follower.pk).exists()
