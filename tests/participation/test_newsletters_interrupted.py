"""One newsletter for each who asked for it, whatever happens to the worker meanwhile."""

import os

import pytest
import redis
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from municipalities.rls import scoped_transaction
from participation.models import Follow, Newsletter, NewsletterCopy
from tests.factories import MunicipalityFactory, NewsletterFactory
from tests.participation.post import Worker, mail_server, wait_until


# More of them: `FOLLOWERS=10000 pytest tests/participation/test_newsletters_interrupted.py`
FOLLOWERS = int(os.environ.get("FOLLOWERS", "600"))
BEGIN = "participation.tasks.newsletters.begin"


@pytest.fixture
def here(transactional_db):
    return MunicipalityFactory()


@pytest.fixture
def worker():
    with mail_server() as server:
        worker = Worker(server.port)
        worker.server = server
        redis.Redis.from_url(worker.environment["REDIS_URL"]).flushdb()
        worker.start()
        yield worker
        worker.stop()


def followed_by(here, number):
    people = User.objects.bulk_create(
        [User(email=f"vecina-{n}@example.org", display_name=f"Vecina {n}") for n in range(number)],
        batch_size=2000,
    )
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in people],
        batch_size=2000,
    )
    with scoped_transaction(here):
        Follow.objects.bulk_create(
            [Follow(municipality=here, user=user) for user in people], batch_size=2000
        )
        return people, NewsletterFactory(municipality=here, waiting=True)


def ended(here, newsletter):
    def look():
        with scoped_transaction(here):
            return Newsletter.objects.get(pk=newsletter.pk).is_sent

    return look


def test_each_gets_one_though_the_worker_is_killed_twice(here, worker):
    people, newsletter = followed_by(here, FOLLOWERS)
    taken = worker.server.taken

    worker.call(BEGIN, here.pk, newsletter.pk)
    for part in (1, 2):
        wait_until(lambda part=part: len(taken) >= FOLLOWERS * part // 3)
        worker.kill()
        worker.start()
        worker.call(BEGIN, here.pk, newsletter.pk)
    wait_until(ended(here, newsletter))

    assert {to for to, _id in taken} == {person.email for person in people}
    assert len({message_id for _to, message_id in taken}) == FOLLOWERS
    # A mail that was taken in the instant of the kill may have come again, as the same mail.
    assert len(taken) - FOLLOWERS <= 2
    with scoped_transaction(here):
        assert NewsletterCopy.objects.filter(sent_at=None).count() == 0


def test_two_that_send_at_once_send_each_copy_once(here, worker):
    _people, newsletter = followed_by(here, 60)

    for _ in range(3):
        worker.call(BEGIN, here.pk, newsletter.pk)
    wait_until(ended(here, newsletter))

    assert len(worker.server.taken) == 60


def test_a_server_that_refuses_one_takes_the_others(here, worker):
    people, newsletter = followed_by(here, 5)
    worker.server.refuses = {people[2].email: "550 5.1.1 No such user"}

    worker.call(BEGIN, here.pk, newsletter.pk)
    wait_until(ended(here, newsletter))

    with scoped_transaction(here):
        counted = Newsletter.objects.with_counts().get()
    assert (counted.sent_count, counted.failed_count) == (4, 1)
    assert User.objects.get(pk=people[2].pk).email_bounced_at < timezone.now()
