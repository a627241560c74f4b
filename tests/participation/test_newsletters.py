import re
from datetime import timedelta
from threading import Barrier, Thread as Worker

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.actions import consents
from accounts.actions.own_data import delete_account
from accounts.enums import Purpose, Role
from accounts.models import User
from municipalities.rls import municipality_scope, scoped_transaction
from participation import bounces
from participation.actions import newsletters as actions
from participation.audience import people_of
from participation.enums import Audience, Delivery, NoticeKind
from participation.models import Follow, Newsletter, NewsletterCopy, NoticePreference
from participation.tasks.newsletters import begin, deliver, send_due
from tests.factories import (
    MunicipalityFactory,
    NewsletterCopyFactory,
    NewsletterFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
)


@pytest.fixture
def here():
    return MunicipalityFactory(slug="otuzco", short_name="Otuzco")


@pytest.fixture
def ana(here):
    """An administrator who can be written to."""
    with municipality_scope(here):
        person = RoleGrantFactory(municipality=here, role=Role.ADMINISTRATOR).user
    return confirmed(person)


def confirmed(person):
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def follower(here, **fields):
    person = confirmed(UserFactory(**fields))
    with scoped_transaction(here):
        Follow.objects.create(municipality=here, user=person)
    return person


def resident(here, *, agrees=True):
    person = confirmed(ResidentFactory(district=here.place).user)
    if agrees:
        consents.give(person, {Purpose.NEWS: "x"})
    return person


def newsletter(here, **fields):
    with scoped_transaction(here):
        return NewsletterFactory(municipality=here, **fields)


def reached(here, **fields):
    made = newsletter(here, **fields)
    with municipality_scope(here):
        return set(people_of(made))


def sent_to():
    return sorted(message.to[0] for message in mail.outbox)


def now(here, made):
    with municipality_scope(here):
        return Newsletter.objects.with_counts().get(pk=made.pk)


# --- to whom


def test_followers_of_the_municipality_get_it_and_nobody_else(here):
    rosa = follower(here)
    resident(here)
    follower(MunicipalityFactory())
    follows_one_thing = confirmed(UserFactory())
    with municipality_scope(here):
        Follow.objects.create(municipality=here, user=follows_one_thing, tag="agua")

    assert reached(here) == {rosa}


def test_residents_get_it_who_agreed_to_news(here):
    agreed = resident(here)
    resident(here, agrees=False)
    took_back = resident(here)
    consents.withdraw(took_back, Purpose.NEWS)
    resident(MunicipalityFactory())
    follower(here)

    assert reached(here, audience=Audience.RESIDENTS) == {agreed}


@pytest.mark.parametrize(
    "fields",
    [
        {"wants_email": False},
        {"email_bounced_at": "2026-11-01T00:00Z"},
        {"is_active": False},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_who_cannot_be_reached_or_wants_no_mails_gets_none(here, fields):
    person = follower(here)
    User.objects.filter(pk=person.pk).update(**fields)

    assert reached(here) == set()


def test_an_address_that_nobody_confirmed_gets_none(here):
    person = follower(here)
    EmailAddress.objects.filter(user=person).update(verified=False)

    assert reached(here) == set()


def test_who_does_not_want_newsletters_gets_none(here):
    person = follower(here)
    NoticePreference.objects.create(
        user=person, kind=NoticeKind.NEWSLETTERS, delivery=Delivery.SITE
    )

    assert reached(here) == set()


# --- sending


@pytest.fixture
def send(here, django_capture_on_commit_callbacks):
    def send(made):
        with django_capture_on_commit_callbacks(execute=True), municipality_scope(here):
            actions.schedule(made, at=None, by=made.written_by)

    return send


def test_each_gets_one_mail(here, send):
    people = [follower(here) for _ in range(3)]
    made = newsletter(here, subject="Agua\npara todos", text="Mañana hay **agua**. [Más](/otuzco/)")

    send(made)

    assert sent_to() == sorted(person.email for person in people)
    message = mail.outbox[0]
    assert message.subject == "Agua para todos"
    html = message.alternatives[0].content
    assert "<strong>agua</strong>" in html
    assert 'href="http://localhost:8000/otuzco/"' in html
    assert now(here, made).is_sent
    assert (now(here, made).sent_count, now(here, made).copy_count) == (3, 3)


def test_a_mail_carries_no_tracker_and_its_way_out(here, send, client):
    person = follower(here)

    send(newsletter(here, text="Hola ![x](https://espia.example/x.png) <img src=https://espia>"))

    message = mail.outbox[0]
    html = message.alternatives[0].content
    assert "<img" not in html
    stop = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop in message.body

    client.post(stop.replace("http://localhost:8000", ""), {"List-Unsubscribe": "One-Click"})

    assert reached(here) == set()
    assert User.objects.get(pk=person.pk).wants_email, "other mails still come"


def test_a_mail_has_the_same_name_whenever_it_is_sent_again(here, send):
    follower(here)
    made = newsletter(here)
    send(made)
    with municipality_scope(here):
        NewsletterCopy.objects.update(sent_at=None)
        Newsletter.objects.update(finished_at=None)

    deliver(here.pk, made.pk)

    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == second


def test_hostile_words_are_no_html_in_the_mail(here, send):
    follower(here)

    send(newsletter(here, subject="<b>Hola", text="<script>alert(1)</script> [x](javascript:x)"))

    html = mail.outbox[0].alternatives[0].content
    assert "<script" not in html
    assert "<b>" not in html
    assert 'href="javascript' not in html


def test_beginning_twice_makes_each_copy_once(here, send):
    follower(here)
    made = newsletter(here)
    send(made)

    begin(here.pk, made.pk)
    deliver(here.pk, made.pk)

    assert len(mail.outbox) == 1


def test_who_said_no_after_the_copies_were_made_gets_none(here, monkeypatch):
    rosa, juan = follower(here), follower(here)
    made = newsletter(here, waiting=True)
    monkeypatch.setattr("participation.tasks.newsletters.deliver.delay", lambda *args: None)
    begin(here.pk, made.pk)
    User.objects.filter(pk=juan.pk).update(wants_email=False)

    deliver(here.pk, made.pk)

    assert sent_to() == [rosa.email]
    assert now(here, made).copy_count == 1


def test_what_a_crash_left_is_sent_once_and_nothing_twice(here, monkeypatch):
    """The worker dies in the middle of a batch; the clock goes on with the rest."""
    people = [follower(here) for _ in range(5)]
    made = newsletter(here, waiting=True)
    from django.core.mail.backends.locmem import EmailBackend  # noqa: PLC0415

    whole = EmailBackend.send_messages

    def dies(self, messages):
        if len(mail.outbox) == 2:
            raise SystemExit
        return whole(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", dies)
    with pytest.raises(SystemExit):
        begin(here.pk, made.pk)
    monkeypatch.setattr(EmailBackend, "send_messages", whole)
    assert not now(here, made).is_sent

    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        assert send_due() == 1

    assert sent_to() == sorted(person.email for person in people)
    assert now(here, made).is_sent


def test_while_it_moves_the_clock_lets_it_go_on(here):
    made = newsletter(here, waiting=True, started_at=timezone.now())
    with municipality_scope(here):
        NewsletterCopyFactory(municipality=here, newsletter=made, sent_at=timezone.now())

    assert send_due() == 0


def test_a_line_that_is_down_sends_nothing_and_loses_nothing(here, send, monkeypatch):
    follower(here)
    made = newsletter(here)
    broken = "django.core.mail.backends.locmem.EmailBackend.send_messages"

    def down(self, messages):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(broken, down)
        send(made)
    assert (now(here, made).sent_count, now(here, made).is_sent) == (0, False)

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        send_due()

    assert len(mail.outbox) == 1
    assert now(here, made).is_sent


def test_a_mail_that_breaks_the_line_each_time_does_not_hold_up_the_others(here, send, monkeypatch):
    poison, rosa = follower(here), follower(here)
    made = newsletter(here)
    from django.core.mail.backends.locmem import EmailBackend  # noqa: PLC0415

    whole = EmailBackend.send_messages

    def breaks(self, messages):
        if poison.email in messages[0].to:
            raise ConnectionResetError
        return whole(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", breaks)
    send(made)
    assert sent_to() == []

    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        send_due()
    assert sent_to() == [rosa.email]

    start = timezone.now()
    for days in range(1, 9):
        with time_machine.travel(start + timedelta(days=days)):
            send_due()
    with time_machine.travel(start + timedelta(days=10)):
        send_due()
    after = now(here, made)
    assert (after.sent_count, after.failed_count, after.is_sent) == (1, 1, True)


# --- stopping what is on its way


@pytest.fixture
def half_way(here, monkeypatch):
    """The first of four has it, and the worker is at the next."""
    people = [follower(here) for _ in range(4)]
    made = newsletter(here, waiting=True)
    with monkeypatch.context() as patch:
        patch.setattr("participation.tasks.newsletters.deliver.delay", lambda *args: None)
        begin(here.pk, made.pk)
    with municipality_scope(here):
        first = NewsletterCopy.objects.filter(user=people[0])
        first.update(sent_at=timezone.now(), attempts=1)
    return made


def test_what_is_stopped_sends_no_more_and_counts_what_it_kept_back(
    here, ana, desk, half_way, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = desk.post(at("stop_newsletter", here, half_way.pk), follow=True)

    after = now(here, half_way)
    assert mail.outbox == []
    assert (after.is_stopped, after.is_sending, after.is_sent) == (True, False, False)
    assert after.stopped_by == ana
    assert after.finished_at
    assert (after.copy_count, after.sent_count, after.kept_back_count) == (4, 1, 3)
    assert after.failed_count == 0
    assert "Detenido" in page.content.decode()
    assert send_due() == 0


def test_a_worker_in_the_middle_of_its_batch_sends_no_more_once_it_is_stopped(
    here, ana, half_way, monkeypatch
):
    from django.core.mail.backends.locmem import EmailBackend  # noqa: PLC0415

    whole = EmailBackend.send_messages

    def stopped_meanwhile(self, messages):
        with municipality_scope(here):
            if not Newsletter.objects.get(pk=half_way.pk).is_stopped:
                actions.stop(half_way, by=ana)
        return whole(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", stopped_meanwhile)
    deliver(here.pk, half_way.pk)

    assert len(mail.outbox) == 1


def test_a_stop_whose_task_was_lost_is_carried_out_by_the_clock(here, ana, half_way):
    with municipality_scope(here):
        actions.stop(half_way, by=ana)

    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        send_due()

    after = now(here, half_way)
    assert mail.outbox == []
    assert (after.kept_back_count, bool(after.finished_at)) == (3, True)


@pytest.mark.parametrize("fields", [{}, {"waiting": True}, {"sent": True}])
def test_what_is_not_on_its_way_cannot_be_stopped(here, desk, fields):
    made = newsletter(here, **fields)

    desk.post(at("stop_newsletter", here, made.pk))

    assert not now(here, made).is_stopped


def test_a_dead_address_is_counted_and_not_written_to_again(here, send, monkeypatch):
    from smtplib import SMTPRecipientsRefused  # noqa: PLC0415

    person = follower(here)
    made = newsletter(here)

    def refuses(self, messages):
        raise SMTPRecipientsRefused({person.email: (550, b"5.1.1 no such user")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuses)
    send(made)

    assert (now(here, made).failed_count, now(here, made).is_sent) == (1, True)
    assert User.objects.get(pk=person.pk).email_bounced_at


def test_what_comes_back_later_is_counted(here, send):
    person = follower(here)
    made = newsletter(here)
    send(made)
    name = mail.outbox[0].extra_headers["Message-ID"]

    for _ in range(2):
        bounces.take_in(bounces.Report(person.email, "failed", "5.1.1", name))

    assert now(here, made).bounced_count == 1


def test_a_made_up_report_counts_nothing(here, send):
    person = follower(here)
    made = newsletter(here)
    send(made)
    name = mail.outbox[0].extra_headers["Message-ID"]
    forged = re.sub(r"newsletter\.(\d+)\.", "newsletter.9\\1.", name)

    bounces.take_in(bounces.Report(person.email, "failed", "5.1.1", forged))

    assert now(here, made).bounced_count == 0
    assert User.objects.get(pk=person.pk).email_bounced_at is None


def test_it_goes_out_at_its_moment_and_not_before(here, ana):
    follower(here)
    made = newsletter(here)
    at = timezone.now() + timedelta(hours=2)
    with municipality_scope(here):
        actions.schedule(made, at=at, by=ana)

    send_due()
    assert mail.outbox == []

    with time_machine.travel(at + timedelta(seconds=1)):
        send_due()
    assert len(mail.outbox) == 1


def test_ten_workers_at_once_send_each_copy_once(transactional_db):
    here = MunicipalityFactory()
    people = [follower(here) for _ in range(8)]
    made = newsletter(here, waiting=True)
    ready = Barrier(6)

    def work():
        ready.wait()
        try:
            begin(here.pk, made.pk)
        finally:
            connection.close()

    workers = [Worker(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sent_to() == sorted(person.email for person in people)


def test_a_person_who_leaves_leaves_the_count(here, send):
    person = follower(here)
    made = newsletter(here)
    send(made)

    delete_account(User.objects.get(pk=person.pk))

    with municipality_scope(here):
        assert [copy.user_id for copy in NewsletterCopy.objects.all()] == [None]
    assert now(here, made).sent_count == 1


# --- writing


def at(name, here, *args):
    return reverse(f"participation:{name}", args=[here.slug, *args])


WORDS = {"subject": "Agua", "text": "Hay agua.", "audience": "followers"}


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)
    return client


def test_an_administrator_writes_tries_and_sends(
    here, ana, desk, django_capture_on_commit_callbacks
):
    rosa = follower(here)

    with django_capture_on_commit_callbacks(execute=True):
        case = desk.post(at("write_newsletter", here), WORDS, follow=True)
        made = case.context["newsletter"]
        desk.post(at("try_newsletter", here, made.pk))
    assert sent_to() == [ana.email]
    assert mail.outbox[0].subject == "Prueba: Agua"

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(at("schedule_newsletter", here, made.pk), {"now": "1", "sure": "on"})
    assert sent_to() == sorted([ana.email, rosa.email])


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 101}, "subject"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"audience": "everybody"}, "audience"),
        ({"text": "a\x00b"}, "text"),
    ],
)
def test_bad_words_are_told_at_their_field(here, desk, words, field):
    response = desk.post(at("write_newsletter", here), WORDS | words)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"sure": "on"}, "at"),
        ({"at": "2020-01-01T10:00", "sure": "on"}, "at"),
        ({"at": "2999-01-01T10:00", "sure": "on"}, "at"),
        ({"at": "mañana", "sure": "on"}, "at"),
        ({"now": "1"}, "sure"),
    ],
)
def test_a_bad_moment_is_told_and_nothing_is_set(here, desk, data, field):
    made = newsletter(here)

    response = desk.post(at("schedule_newsletter", here, made.pk), data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert now(here, made).is_draft


def test_the_moment_is_limas(here, desk):
    made = newsletter(here)
    day = timezone.localdate() + timedelta(days=2)

    desk.post(at("schedule_newsletter", here, made.pk), {"at": f"{day}T18:00", "sure": "on"})

    assert now(here, made).scheduled_for.isoformat() == f"{day}T23:00:00+00:00"


def test_what_waits_is_called_off_and_then_changed(here, desk, ana):
    made = newsletter(here, waiting=True, scheduled_for=timezone.now() + timedelta(days=1))

    desk.post(at("edit_newsletter", here, made.pk), WORDS)
    assert now(here, made).subject == made.subject

    desk.post(at("call_off_newsletter", here, made.pk))
    desk.post(at("edit_newsletter", here, made.pk), WORDS)
    assert now(here, made).subject == "Agua"


@pytest.mark.parametrize("verb", ["edit", "call_off", "delete", "schedule"])
def test_what_is_sent_cannot_change(here, desk, verb):
    made = newsletter(here, sent=True)

    desk.post(at(f"{verb}_newsletter", here, made.pk), WORDS | {"now": "1", "sure": "on"})

    after = now(here, made)
    assert (after.subject, after.scheduled_for) == (made.subject, made.scheduled_for)


def test_a_changed_text_has_to_be_tried_again(here, desk):
    made = newsletter(here, tested_at=timezone.now())

    desk.post(at("edit_newsletter", here, made.pk), WORDS)

    assert now(here, made).tested_at is None


def test_who_has_no_email_is_told_that_no_test_can_come(here, ana, desk):
    User.objects.filter(pk=ana.pk).update(email=None)
    made = newsletter(here)

    response = desk.post(at("try_newsletter", here, made.pk), follow=True)

    assert "no tiene correo" in response.content.decode()


PAGES = ["newsletter_desk", "write_newsletter"]
OF_ONE = ["newsletter_case", "edit_newsletter"]
ACTS = [f"{verb}_newsletter" for verb in ("try", "schedule", "call_off", "stop", "delete")]


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EVALUATOR, Role.DESK_OFFICER, None])
def test_only_administrators_write(client, here, role):
    with municipality_scope(here):
        person = RoleGrantFactory(municipality=here, role=role).user if role else UserFactory()
    client.force_login(person)
    made = newsletter(here)

    for name in PAGES:
        assert client.get(at(name, here)).status_code == 404
    for name in OF_ONE:
        assert client.get(at(name, here, made.pk)).status_code == 404
    for name in ACTS:
        assert client.post(at(name, here, made.pk), {"now": "1", "sure": "on"}).status_code == 404
    assert now(here, made).is_draft


def test_nothing_happens_on_get(here, desk):
    made = newsletter(here)

    assert {desk.get(at(name, here, made.pk)).status_code for name in ACTS} == {405}


def test_how_far_it_is_is_a_part_of_the_page(here, desk):
    made = newsletter(here, waiting=True, started_at=timezone.now())
    with municipality_scope(here):
        NewsletterCopyFactory.create_batch(3, municipality=here, newsletter=made)
        NewsletterCopyFactory(municipality=here, newsletter=made, sent_at=timezone.now())

    page = desk.get(at("newsletter_case", here, made.pk)).content.decode()
    part = desk.get(at("newsletter_case", here, made.pk), headers={"HX-Request": "true"})

    assert "1 / 4" in page
    assert part.content.decode().strip() in page
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_the_same_queries_for_one_or_many(
    here, desk, count, django_assert_max_num_queries
):
    for _ in range(count):
        made = newsletter(here, sent=True)
        with municipality_scope(here):
            NewsletterCopyFactory.create_batch(count, municipality=here, newsletter=made)

    with django_assert_max_num_queries(16):
        desk.get(at("newsletter_desk", here))


# --- the archive


def test_everybody_reads_what_was_sent_and_nothing_else(client, here):
    sent = newsletter(here, sent=True, subject="Salió")
    draft = newsletter(here, subject="Borrador secreto")
    waits = newsletter(
        here, subject="Mañana", waiting=True, scheduled_for=timezone.now() + timedelta(days=1)
    )
    there = MunicipalityFactory()
    other = newsletter(there, sent=True, subject="Ajeno")

    archive = client.get(at("newsletters", here)).content.decode()

    assert "Salió" in archive
    assert client.get(sent.get_absolute_url()).status_code == 200
    for hidden in (draft, waits, other):
        assert hidden.subject not in archive
        assert client.get(at("newsletter", here, hidden.pk, "x")).status_code == 404


def test_an_old_link_leads_to_the_newsletter(client, here):
    sent = newsletter(here, sent=True, subject="Agua para todos")

    response = client.get(at("newsletter", here, sent.pk, "otra-cosa"))

    assert response.status_code == 301
    assert response.url == sent.get_absolute_url()
