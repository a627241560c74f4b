"""Text messages: to whom, how many, and through a gateway that may fail, over real HTTP."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse

from accounts import mailbox, sms
from municipalities.rls import municipality_scope
from participation import channels, history
from participation.actions.notices import prefer
from participation.enums import Delivery, NoticeKind
from participation.models import Notice
from participation.tasks.notices import NotYet, go_on, send_notices, tell_followers
from tests.factories import MunicipalityFactory, ThreadFactory, UserFactory


class Gateway(ThreadingHTTPServer):
    """A gateway as one is rented, that answers as it is told to."""

    daemon_threads = True

    def __init__(self):
        self.got, self.keys, self.answers, self.slow = [], [], [], 0
        super().__init__(("127.0.0.1", 0), Asked)
        self.url = f"http://127.0.0.1:{self.server_port}/send"


class Asked(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append(body)
        self.server.keys.append((self.headers["Authorization"], self.headers["Idempotency-Key"]))
        if self.server.slow:
            threading.Event().wait(self.server.slow)
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def gateway(settings):
    server = Gateway()
    worker = threading.Thread(target=server.serve_forever)
    worker.start()
    for way in ("SMS", "WHATSAPP"):
        setattr(settings, f"{way}_BACKEND", "accounts.sms.HttpGateway")
        setattr(settings, f"{way}_URL", server.url)
        setattr(settings, f"{way}_TOKEN", f"key-of-{way.lower()}")
    yield server
    server.shutdown()
    worker.join()
    server.server_close()


@pytest.fixture
def here():
    return MunicipalityFactory(short_name="Otuzco", slug="otuzco")


@pytest.fixture
def juan():
    """Somebody without e-mail, who chose SMS for what becomes of their own things."""
    person = UserFactory(email=None, phone="+51987654321", phone_verified=True)
    prefer(person, {NoticeKind.OWN: Delivery.SMS})
    return person


@pytest.fixture
def answered(here, juan, django_capture_on_commit_callbacks):
    def answered(verb="answered", author=juan, title="Luz en el parque"):
        with municipality_scope(here):
            thread = ThreadFactory(
                municipality=here,
                author=author,
                title=title,
                path="/otuzco/propuestas/1/luz/",
                is_public=True,
            )
        with django_capture_on_commit_callbacks(execute=True), municipality_scope(here):
            history.record(verb, thread, by=None, tell=True)
        with municipality_scope(here):
            return Notice.objects.get(event__thread=thread)

    return answered


def test_an_answer_comes_as_a_text_message_with_its_link(answered, gateway, settings):
    notice = answered()

    [message] = gateway.got
    assert message["to"] == "+51987654321"
    assert "Luz en el parque" in message["text"]
    assert f"{settings.SITE_URL}/otuzco/propuestas/1/luz/" in message["text"]
    assert message["text"].isascii()
    assert len(message["text"]) <= 160
    assert gateway.keys == [("Bearer key-of-sms", f"notice-{notice.pk}")]
    assert notice.sent_at


def test_whatsapp_goes_the_same_way_with_its_own_key(answered, juan, gateway):
    prefer(juan, {NoticeKind.OWN: Delivery.WHATSAPP})

    answered()

    assert gateway.keys[0][0] == "Bearer key-of-whatsapp"


def test_only_what_matters_costs_a_message(answered, gateway):
    answered("edited")
    answered("milestone_added")

    assert gateway.got == []


def test_nobody_gets_more_than_so_many_in_a_day(answered, gateway, settings):
    settings.TEXTS_A_DAY = 2

    kept = [answered().delivery for _ in range(4)]

    assert len(gateway.got) == 2
    assert kept == [Delivery.SMS, Delivery.SMS, Delivery.SITE, Delivery.SITE]


@pytest.mark.parametrize(
    "fields", [{"phone_verified": False}, {"email": "juan@example.org"}, {"is_active": False}]
)
def test_nobody_is_texted_who_cannot_be_or_has_an_e_mail(juan, answered, gateway, fields):
    type(juan).objects.filter(pk=juan.pk).update(**fields)
    juan.refresh_from_db()

    try:
        answered(author=juan)
    except Notice.DoesNotExist:
        assert not juan.is_active

    assert gateway.got == []


def test_a_gateway_that_stumbles_is_asked_again_with_the_same_reference(
    here, juan, gateway, settings
):
    gateway.answers = [500, 429]
    event = told_only(here, juan)

    for _ in range(2):
        with pytest.raises(NotYet):
            send_notices.__wrapped__(here.pk, event.pk)
    assert send_notices.__wrapped__(here.pk, event.pk) == 1
    assert send_notices.__wrapped__(here.pk, event.pk) == 0

    assert len(gateway.got) == 3
    assert len({key for _token, key in gateway.keys}) == 1


def test_a_gateway_that_does_not_answer_in_time_counts_as_not_sent(
    here, juan, gateway, monkeypatch
):
    monkeypatch.setattr(sms, "SECONDS", 0.2)
    gateway.slow = 1
    event = told_only(here, juan)

    with pytest.raises(NotYet):
        send_notices.__wrapped__(here.pk, event.pk)
    gateway.slow = 0
    assert send_notices.__wrapped__(here.pk, event.pk) == 1


def test_a_gateway_that_is_not_there_counts_as_not_sent(here, juan, settings):
    settings.SMS_BACKEND, settings.SMS_URL = "accounts.sms.HttpGateway", "http://127.0.0.1:9/"
    event = told_only(here, juan)

    with pytest.raises(NotYet):
        send_notices.__wrapped__(here.pk, event.pk)


def test_a_number_that_is_refused_for_good_is_not_tried_again(here, juan, gateway):
    gateway.answers = [422]
    event = told_only(here, juan)

    for _ in range(2):
        assert send_notices.__wrapped__(here.pk, event.pk) == 0

    assert len(gateway.got) == 1
    with municipality_scope(here):
        assert Notice.objects.get().delivery == Delivery.SITE


def test_what_a_crash_left_behind_is_taken_up_by_the_clock(here, juan, gateway):
    from datetime import timedelta  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    told_only(here, juan)
    assert go_on() == 0  # somebody may still be at it
    with municipality_scope(here):
        Notice.objects.update(created_at=timezone.now() - timedelta(minutes=20))

    assert go_on() == 1
    assert len(gateway.got) == 1


def told_only(here, author):
    """Told on the site, while the message is still to be sent."""
    with municipality_scope(here):
        thread = ThreadFactory(municipality=here, author=author, is_public=True, path="/x/")
        event = history.record("answered", thread, by=None)
        tell_followers(here.pk, event.pk)
    return event


def test_a_long_title_gives_way_to_the_link():
    link = "https://decide.example.org/otuzco/propuestas/12345/" + "x" * 40 + "/"

    words = channels.short("Palabra " * 20, "La municipalidad ha respondido.", link)

    assert words.endswith(link)
    assert len(sms.plain(words)) <= 160


def test_in_the_demo_messages_lie_in_its_mailbox(answered, juan, settings):
    settings.SMS_BACKEND = settings.WHATSAPP_BACKEND = "accounts.sms.MailboxGateway"
    answered()
    prefer(juan, {NoticeKind.OWN: Delivery.WHATSAPP})
    answered()

    assert [letter["kind"] for letter in mailbox.read()] == ["whatsapp", "sms"]


# --- Choosing


def choices(client, kind):
    page = client.get(reverse("participation:preferences"))
    return [value for value, _label in page.context["form"].fields[kind].choices]


def test_what_is_offered_depends_on_how_somebody_can_be_reached(client, juan, settings):
    settings.SMS_BACKEND, settings.WHATSAPP_BACKEND = "accounts.sms.MailboxGateway", ""
    client.force_login(juan)
    assert choices(client, "own") == ["sms", "site"]
    assert choices(client, "followed") == ["site"]

    settings.WHATSAPP_BACKEND = "accounts.sms.MailboxGateway"
    assert choices(client, "moderation") == ["sms", "whatsapp", "site"]

    client.force_login(UserFactory())
    assert choices(client, "own") == ["email", "daily", "weekly", "site"]
    assert choices(client, "newsletters") == ["email", "site"]


def test_what_is_not_offered_cannot_be_chosen(client, juan):
    client.force_login(juan)
    all_of = dict.fromkeys(NoticeKind.values, "daily")

    response = client.post(reverse("participation:preferences"), all_of)

    assert response.status_code == 422
    assert set(juan.notice_preferences.values_list("kind", flat=True)) == {NoticeKind.OWN}


def test_choices_are_kept_and_shown_again(client):
    person = UserFactory(wants_email=False)
    client.force_login(person)
    wanted = dict.fromkeys(NoticeKind.values, "site") | {"followed": "weekly"}

    assert client.post(reverse("participation:preferences"), wanted).status_code == 302

    person.refresh_from_db()
    assert person.wants_email
    assert dict(person.notice_preferences.values_list("kind", "delivery")) == wanted
    form = client.get(reverse("participation:preferences")).context["form"]
    assert {name: field.initial for name, field in form.fields.items()} == wanted
