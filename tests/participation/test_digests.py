import re
from datetime import datetime, timedelta
from threading import Barrier, Thread as Worker
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.models import User
from municipalities.rls import municipality_scope, region_scope, scoped_transaction
from participation import history
from participation.actions.notices import prefer
from participation.digests import period_of, plan
from participation.enums import Delivery, Frequency, NoticeKind
from participation.models import Digest, Notice
from participation.tasks.digests import deliver_digests, send_digests
from participation.tasks.notices import tell_followers
from tests.factories import CommentFactory, MunicipalityFactory, ThreadFactory, UserFactory
from tests.participation.post import mail_server


LIMA = ZoneInfo("America/Lima")
MONDAY, TUESDAY = datetime(2026, 11, 23, 9, tzinfo=LIMA), datetime(2026, 11, 24, 9, tzinfo=LIMA)


@pytest.fixture
def here():
    return MunicipalityFactory(short_name="Otuzco")


def thing_of(author, here, title="Luz en el parque", **fields):
    with municipality_scope(here):
        fields = {"is_public": True, "path": f"/{here.slug}/propuestas/1/luz/"} | fields
        return ThreadFactory(municipality=here, author=author, title=title, **fields)


def reader(way=Delivery.DAILY, **fields):
    """Somebody who wants to hear of their own things in this way."""
    person = UserFactory(**fields)
    prefer(person, dict.fromkeys(NoticeKind.values, way))
    return person


def told(thread, verb="answered", at=None, **options):
    """Something happens and is told, yesterday unless another moment is given."""
    with municipality_scope(thread.municipality):
        event = history.record(verb, thread, by=options.pop("by", None), **options)
        tell_followers(thread.municipality_id, event.pk)
        moment = at or timezone.now() - timedelta(days=1)
        Notice.objects.filter(event=event).update(created_at=moment)
    return event


@pytest.fixture
def clock(django_capture_on_commit_callbacks, time_machine_at):
    def strikes(moment=None):
        with time_machine_at(moment or timezone.now() + timedelta(days=1)):
            send_digests()

    return strikes


@pytest.fixture
def time_machine_at():
    import time_machine  # noqa: PLC0415

    return lambda moment: time_machine.travel(moment, tick=False)


def test_one_mail_tells_of_all_municipalities(here, clock):
    person = reader()
    there = MunicipalityFactory(short_name="Usquil")
    told(thing_of(person, here))
    told(thing_of(person, there, title="Puente nuevo"))

    clock()

    assert len(mail.outbox) == 1
    [message] = mail.outbox
    assert message.to == [person.email]
    [(html, kind)] = message.alternatives
    for words in ("Luz en el parque", "Puente nuevo", "La municipalidad ha respondido"):
        assert words in message.body
        assert words in html
    assert ("OTUZCO" in message.body, "USQUIL" in message.body, kind) == (True, True, "text/html")


def test_links_are_whole_and_lead_to_the_things(here, clock, client, settings):
    person = reader()
    told(thing_of(person, here))

    clock()

    [message] = mail.outbox
    links = re.findall(r"https?://\S+", message.body)
    assert f"{settings.SITE_URL}/{here.slug}/propuestas/1/luz/" in links
    assert all(link.startswith(settings.SITE_URL) for link in links)
    client.force_login(person)
    for link in links[1:]:
        assert client.get(link.removeprefix(settings.SITE_URL)).status_code == 200


def test_the_clock_may_strike_often_and_each_gets_one(here, clock):
    person = reader()
    told(thing_of(person, here))

    for _ in range(3):
        clock()

    assert (len(mail.outbox), Digest.objects.count()) == (1, 1)


def test_a_day_without_news_brings_no_mail(here, clock):
    reader()

    clock()

    assert mail.outbox == []


def test_what_has_been_read_is_not_told_again(here, clock):
    told(thing_of(reader(), here))
    with municipality_scope(here):
        Notice.objects.update(read_at=timezone.now())

    clock()

    assert (mail.outbox, Digest.objects.count()) == ([], 0)


def test_what_was_told_after_the_hour_waits_for_the_next_day(here, clock):
    thread = thing_of(reader(), here)
    told(thread, at=TUESDAY - timedelta(hours=3))
    told(thread, "finished", at=TUESDAY - timedelta(minutes=30))

    clock(TUESDAY)
    assert ["ha respondido" in mail.outbox[0].body, "hecho" in mail.outbox[0].body] == [True, False]

    clock(TUESDAY + timedelta(hours=1))
    assert len(mail.outbox) == 1
    clock(TUESDAY + timedelta(days=1))
    assert len(mail.outbox) == 2
    assert "ha respondido" not in mail.outbox[1].body


def test_days_and_mondays_begin_at_the_stated_hour_in_lima():
    early = datetime(2026, 11, 23, 6, 59, tzinfo=LIMA)
    on_time = datetime(2026, 11, 23, 7, 0, tzinfo=LIMA)

    days = [period_of(Frequency.DAILY, moment).day for moment in (early, on_time, TUESDAY)]
    weeks = [period_of(Frequency.WEEKLY, moment).day for moment in (early, on_time, TUESDAY)]

    assert days == [22, 23, 24]
    assert weeks == [16, 23, 23]
    # 06:59 in Lima is 11:59 in UTC, whatever the machine believes.
    assert period_of(Frequency.DAILY, early.astimezone(ZoneInfo("UTC"))).day == 22


def test_a_week_is_told_on_monday(here, clock):
    told(thing_of(reader(Delivery.WEEKLY), here), at=MONDAY - timedelta(days=3))

    clock(MONDAY - timedelta(days=1))
    assert mail.outbox == []
    clock(MONDAY)
    [message] = mail.outbox
    assert "semana" in message.subject


def test_a_monday_without_a_clock_is_made_up_for_on_tuesday(here, clock):
    told(thing_of(reader(Delivery.WEEKLY), here), at=MONDAY - timedelta(days=3))

    clock(TUESDAY)

    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("language", "words"), [("es", "Hola"), ("en", "Hello")])
def test_a_digest_speaks_the_language_of_its_reader(here, clock, language, words):
    told(thing_of(reader(language=language), here))

    clock()

    assert mail.outbox[0].body.startswith(words)


def test_what_is_hidden_meanwhile_is_not_shown(here, clock):
    person = reader()
    thread = thing_of(UserFactory(), here, title="Insulto")
    with municipality_scope(here):
        comment = CommentFactory(
            municipality=here, thread=thread, author=UserFactory(), text="una palabrota"
        )
    told(
        thread,
        "commented",
        is_public=False,
        data={"comment": comment.pk},
        people=[person.pk],
        by=comment.author,
    )
    with municipality_scope(here):
        type(thread).objects.filter(pk=thread.pk).update(is_public=False)

    clock()

    [message] = [m for m in mail.outbox if m.to == [person.email]]
    assert "Insulto" not in message.body
    assert "palabrota" not in message.body


def test_nobody_is_written_to_who_cannot_or_will_not_read_it(here, clock):
    people = [reader() for _ in range(3)]
    for person in people:
        told(thing_of(person, here))
    gone, stopped, bounced = people
    User.objects.filter(pk=gone.pk).update(is_active=False)
    User.objects.filter(pk=stopped.pk).update(wants_email=False)
    User.objects.filter(pk=bounced.pk).update(email_bounced_at=timezone.now())

    clock()

    assert mail.outbox == []


def test_who_stops_after_the_plan_gets_none(here):
    person = reader()
    told(thing_of(person, here))
    plan(Frequency.DAILY, timezone.localdate() + timedelta(days=1))
    User.objects.filter(pk=person.pk).update(wants_email=False)

    deliver_digests()

    digest = Digest.objects.get()
    assert (mail.outbox, digest.sent_at, bool(digest.given_up_at)) == ([], None, True)


def test_one_click_ends_the_digest_and_nothing_else(here, clock, client):
    person = reader()
    prefer(person, {NoticeKind.REPLIES: Delivery.EMAIL})
    told(thing_of(person, here))
    clock()
    [message] = mail.outbox
    stop = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    client.post(re.sub(r"^https?://[^/]+", "", stop), {"List-Unsubscribe": "One-Click"})

    kept = dict(person.notice_preferences.values_list("kind", "delivery"))
    assert kept[NoticeKind.OWN] == Delivery.SITE
    assert kept[NoticeKind.REPLIES] == Delivery.EMAIL


def test_what_waits_for_a_digest_goes_the_way_that_is_wanted_now(here, clock):
    weekly, quiet = reader(Delivery.WEEKLY), reader()
    for person in (weekly, quiet):
        told(thing_of(person, here))
    prefer(weekly, {NoticeKind.OWN: Delivery.EMAIL})
    prefer(quiet, {NoticeKind.OWN: Delivery.SITE})

    clock(TUESDAY + timedelta(days=21))

    assert [message.to for message in mail.outbox] in ([[weekly.email]], [])
    with municipality_scope(here):
        assert set(Notice.objects.values_list("user", "delivery")) == {
            (weekly.pk, Delivery.DAILY),
            (quiet.pk, Delivery.SITE),
        }


@pytest.mark.parametrize("people", [1, 4])
def test_a_batch_asks_the_same_of_the_database_for_one_or_many_to_know_what_to_tell(
    here, people, django_assert_num_queries
):
    from participation.inbox import towns_by_digest  # noqa: PLC0415

    for _ in range(people):
        person = reader()
        for _ in range(people):
            told(thing_of(person, here))
    plan(Frequency.DAILY, timezone.localdate() + timedelta(days=1))
    ids = list(Digest.objects.values_list("pk", flat=True))

    with region_scope("test"), django_assert_num_queries(1):
        towns = towns_by_digest(ids)
    assert len(towns) == people


def test_much_news_is_cut_and_counted(here, clock):
    person = reader()
    for number in range(32):
        told(thing_of(person, here, title=f"Cosa {number}"))
    many = thing_of(person, here, title="Con mucho")
    for _ in range(6):
        told(many)

    clock()

    [message] = mail.outbox
    assert message.body.count("Cosa ") == 29
    assert "y 2 más" in message.body
    assert "38" in message.subject


# --- A real mail server


@pytest.fixture
def post(settings):
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def test_a_dead_address_is_not_written_to_again(here, post):
    dead, full, well = [reader() for _ in range(3)]
    post.refuses = {
        dead.email: "550 5.1.1 No such user here",
        full.email: "452 4.2.2 The mailbox is full",
    }
    for person in (dead, full, well):
        told(thing_of(person, here))
    plan(Frequency.DAILY, timezone.localdate() + timedelta(days=1))

    assert deliver_digests() == 1

    states = {
        digest.user_id: (bool(digest.sent_at), bool(digest.given_up_at), bool(digest.next_try_at))
        for digest in Digest.objects.all()
    }
    assert states == {
        dead.pk: (False, True, False),
        full.pk: (False, False, True),
        well.pk: (True, False, False),
    }
    assert [to for to, _id in post.taken] == [well.email]
    bounced = User.objects.exclude(email_bounced_at=None).values_list("pk", flat=True)
    assert list(bounced) == [dead.pk]


def test_a_mail_that_is_put_off_comes_later_as_the_same_mail(here, post, time_machine_at):
    person = reader()
    post.refuses = {person.email: "450 4.7.1 Greylisted, try later"}
    told(thing_of(person, here))
    plan(Frequency.DAILY, timezone.localdate() + timedelta(days=1))

    assert deliver_digests() == 0
    post.refuses = {}
    assert deliver_digests() == 0  # not yet

    with time_machine_at(timezone.now() + timedelta(minutes=20)):
        assert deliver_digests() == 1
    assert len(post.taken) == 1


def test_a_mail_server_that_is_not_there_loses_nothing(here, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    told(thing_of(reader(), here))
    plan(Frequency.DAILY, timezone.localdate() + timedelta(days=1))

    assert deliver_digests() == 0

    digest = Digest.objects.get()
    assert (digest.sent_at, digest.given_up_at, digest.attempts) == (None, None, 1)
    assert digest.next_try_at > timezone.now()


def test_a_mail_that_cannot_be_written_stops_no_other(here, monkeypatch, caplog):
    from participation import emails  # noqa: PLC0415

    cursed, well = reader(display_name="Cursed"), reader()
    for person in (cursed, well):
        told(thing_of(person, here))
    plan(Frequency.DAILY, timezone.localdate() + timedelta(days=1))
    write = emails.digest_message

    def stumble(digest, *rest):
        if digest.user_id == cursed.pk:
            raise ValueError("cannot be written")
        return write(digest, *rest)

    monkeypatch.setattr(emails, "digest_message", stumble)

    assert deliver_digests() == 1

    assert [message.to for message in mail.outbox] == [[well.email]]
    assert Digest.objects.get(user=cursed).given_up_at
    assert "cannot be written" in caplog.text


def test_what_was_sent_long_ago_is_forgotten(here, clock):
    told(thing_of(reader(), here))
    clock()
    Digest.objects.update(period=timezone.localdate() - timedelta(days=120))
    with municipality_scope(here):
        Notice.objects.update(created_at=timezone.now() - timedelta(days=121))

    clock()

    assert Digest.objects.count() == 0
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("transactional_db")
def test_ten_workers_at_once_send_each_digest_once(settings, post):
    here = MunicipalityFactory()
    for _ in range(12):
        person = reader()
        with scoped_transaction(here):
            thread = ThreadFactory(municipality=here, author=person, is_public=True, path="/x/")
            event = history.record("answered", thread, by=None)
        tell_followers(here.pk, event.pk)
    barrier, failed = Barrier(10), []
    tomorrow = timezone.localdate() + timedelta(days=1)

    def work():
        try:
            barrier.wait(10)
            plan(Frequency.DAILY, tomorrow)
            deliver_digests()
        except Exception as problem:
            failed.append(problem)
        finally:
            connection.close()

    workers = [Worker(target=work) for _ in range(10)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(60)

    assert failed == []
    assert len(post.taken) == len(set(post.taken)) == Digest.objects.count() == 12
