"""One digest for each follower, exactly once, whatever happens to the worker meanwhile."""

import os
from collections import Counter
from datetime import timedelta

import pytest
import redis
from django.utils import timezone

from accounts.models import User
from municipalities.rls import scoped_transaction
from participation import history
from participation.enums import Delivery, NoticeKind
from participation.models import Digest, Follow, Notice, NoticePreference
from participation.tasks.notices import tell_followers
from tests.factories import MunicipalityFactory, ThreadFactory
from tests.participation.post import Worker, mail_server, wait_until


# The whole number of the promise: `FOLLOWERS=10000 pytest tests/participation/test_digests_interrupted.py`
FOLLOWERS = int(os.environ.get("FOLLOWERS", "1500"))
PATIENCE = 120 + FOLLOWERS // 10  # seconds, on a machine that does much besides
TICK = "participation.tasks.digests.send_digests"


@pytest.fixture
def debate(transactional_db):
    here = MunicipalityFactory()
    with scoped_transaction(here):
        return ThreadFactory(
            municipality=here,
            author=None,
            title="¿Mercado nuevo o arreglar el viejo?",
            path=f"/{here.slug}/debates/1/mercado/",
            is_public=True,
        )


@pytest.fixture
def worker():
    with mail_server() as server:
        worker = Worker(server.port)
        worker.server = server
        redis.Redis.from_url(worker.environment["REDIS_URL"]).flushdb()
        worker.start()
        yield worker
        worker.stop()


def followed_by(debate, number):
    """So many people follow it, want a mail a day, and were told of something yesterday."""
    people = User.objects.bulk_create(
        [User(email=f"vecina-{n}@example.org", display_name=f"Vecina {n}") for n in range(number)],
        batch_size=2000,
    )
    here = debate.municipality
    NoticePreference.objects.bulk_create(
        [
            NoticePreference(user=user, kind=NoticeKind.FOLLOWED, delivery=Delivery.DAILY)
            for user in people
        ],
        batch_size=2000,
    )
    with scoped_transaction(here):
        Follow.objects.bulk_create(
            [Follow(municipality=here, thread=debate, user=user) for user in people],
            batch_size=2000,
        )
        event = history.record("answered", debate, by=None)
    assert tell_followers(here.pk, event.pk) == number
    with scoped_transaction(here):
        Notice.objects.update(created_at=timezone.now() - timedelta(days=1))
    return people


def test_each_follower_gets_one_digest_though_the_worker_is_killed_twice(debate, worker):
    people = followed_by(debate, FOLLOWERS)
    taken = worker.server.taken

    worker.call(TICK)
    for part in (1, 2):
        wait_until(lambda part=part: len(taken) >= FOLLOWERS * part // 3, PATIENCE)
        worker.kill()
        worker.start()
        worker.call(TICK)
    wait_until(lambda: not Digest.objects.waiting().exists(), PATIENCE)

    print(f"\n{len(taken)} mails taken, {len(set(taken))} different ones")  # noqa: T201
    assert {to for to, _id in taken} == {person.email for person in people}
    assert len(set(taken)) == len({message_id for _to, message_id in taken}) == FOLLOWERS
    # A mail that was taken in the instant of a kill may have come again, as the same mail.
    assert len(taken) - FOLLOWERS <= 2
    assert not Digest.objects.filter(sent_at=None).exists()


def test_a_mail_taken_in_the_instant_of_the_kill_comes_again_as_the_same_mail(debate, worker):
    """What SMTP cannot spare us (RFC 1047): nobody can tell whether the yes was on its way."""
    followed_by(debate, 5)
    taken = worker.server.taken
    worker.server.instead = lambda number: worker.kill() if number == 3 else None

    worker.call(TICK)
    wait_until(lambda: len(taken) == 3)
    worker.server.instead = lambda number: None
    worker.start()
    worker.call(TICK)
    wait_until(lambda: not Digest.objects.waiting().exists())

    assert (len(taken), len(set(taken))) == (6, 5)
    assert Counter(taken)[taken[2]] == 2


def test_the_digests_of_one_batch_share_a_connection(debate, worker):
    followed_by(debate, 40)

    worker.call(TICK)
    wait_until(lambda: len(worker.server.taken) == 40)

    assert worker.server.connections == 1


def test_what_is_in_a_digest_knows_it(debate, worker):
    followed_by(debate, 3)

    worker.call(TICK)
    wait_until(lambda: Digest.objects.exclude(sent_at=None).count() == 3)

    with scoped_transaction(debate.municipality):
        told = Notice.objects.exclude(digest=None).values_list("digest__notice_count", flat=True)
        assert list(told) == [1, 1, 1]
