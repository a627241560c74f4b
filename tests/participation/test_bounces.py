import json
import mailbox as boxes
from contextlib import nullcontext
from smtplib import SMTPRecipientsRefused

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.adapter import Adapter
from accounts.models import User
from participation import bounces
from participation.mail_line import LineDown, answer
from participation.message_ids import known, message_id
from participation.tasks.notices import send_confirmation
from tests.factories import UserFactory


REPORT = """\
From: MAILER-DAEMON@mail.example.net
To: decide@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain

I could not deliver your message.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net
Arrival-Date: Mon, 23 Nov 2026 07:00:01 -0500

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{address}>: no such user

--=_b
Content-Type: text/rfc822-headers

From: Decide La Libertad <decide@example.org>
To: {address}
Message-ID: {message_id}
Subject: Tu dia

--=_b--
"""


@pytest.fixture
def rosa():
    return UserFactory(email="rosa@example.org")


def report(user, *, address="", action="failed", status="5.1.1", reference=None):
    reference = message_id("daily", "2026-11-23", user.pk) if reference is None else reference
    text = REPORT.format(
        address=address or user.email, action=action, status=status, message_id=reference
    )
    return text.encode()


def take_in(raw):
    return sum(map(bounces.take_in, bounces.reports_in(bounces.parse(raw))))


def is_dead(user):
    return User.objects.get(pk=user.pk).email_bounced_at is not None


# --- What a report may do


def test_a_dead_address_is_known_by_its_report(rosa):
    assert (take_in(report(rosa)), is_dead(rosa)) == (1, True)
    assert take_in(report(rosa)) == 0  # known already


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("delayed", "4.4.1"),
        ("failed", "4.4.7"),
        ("failed", "5.2.2"),
        ("failed", "5.7.1"),
        ("delivered", "2.0.0"),
        ("failed", "nonsense"),
    ],
)
def test_what_may_pass_stops_nothing(rosa, action, status):
    assert (take_in(report(rosa, action=action, status=status)), is_dead(rosa)) == (0, False)


@pytest.mark.parametrize(
    "reference",
    ["", "<daily.2026-11-23.1.00000000000000000000@localhost>", "<x@evil.example>", "<a\x00b>"],
)
def test_nobody_stops_the_mails_of_another_with_a_made_up_report(rosa, reference):
    assert (take_in(report(rosa, reference=reference)), is_dead(rosa)) == (0, False)


def test_a_report_of_ones_own_mail_stops_nobody_elses(rosa):
    mallory = UserFactory(email="mallory@example.org")

    assert take_in(report(mallory, address=rosa.email)) == 0
    assert not is_dead(rosa)


def test_a_report_about_an_address_that_was_changed_meanwhile_stops_nothing(rosa):
    raw = report(rosa)
    User.objects.filter(pk=rosa.pk).update(email="nueva@example.org")

    assert (take_in(raw), is_dead(rosa)) == (0, False)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\xff", b"Subject: hola\n\nhola", b"Content-Type: multipart/report\n\nx"],
)
def test_other_mails_are_let_be(raw):
    assert bounces.reports_in(bounces.parse(raw)) == []


def test_our_message_ids_are_ours_and_stay_the_same():
    first, again = message_id("notice", 5, 7), message_id("notice", 5, 7)

    assert first == again
    assert known(first) == ("notice.5", 7)
    assert known(first.replace(".7.", ".8.")) is None
    assert len({first, message_id("notice", 5, 8), message_id("notice", 6, 7)}) == 3


# --- What the mail server says at once


@pytest.mark.parametrize(
    ("code", "text", "for_good", "bounced"),
    [
        (550, b"5.1.1 no such user", True, True),
        (550, b"unknown user", True, True),
        (551, b"user has moved", True, True),
        (550, b"5.7.1 refused by policy", True, False),
        (552, b"5.2.2 mailbox full", True, False),
        (554, b"no", True, False),
        (450, b"4.2.0 greylisted", False, False),
        (452, b"4.2.2 mailbox full", False, False),
        (550, b"\xff5.1.1 \xfe", True, True),
    ],
)
def test_refusals_are_told_apart(code, text, for_good, bounced):
    said = answer(code, text)

    assert (said.for_good, said.bounced, said.taken) == (for_good, bounced, False)


def test_a_server_that_closes_is_no_refusal():
    with pytest.raises(LineDown):
        answer(421, b"closing")


# --- By file, by pipe, by HTTP


def test_a_mailbox_file_is_read(rosa, tmp_path, capsys):
    box = boxes.mbox(tmp_path / "bounces")
    box.add(report(rosa))
    box.add(b"Subject: hola\n\nNo estoy en la oficina.\n")
    box.close()

    call_command("read_bounces", tmp_path / "bounces")

    assert is_dead(rosa)
    assert capsys.readouterr().out.startswith("2 mails read, 1 reports in them, 1 addresses")


def test_one_mail_is_read_from_a_pipe(rosa, monkeypatch):
    import io  # noqa: PLC0415

    pipe = io.TextIOWrapper(io.BytesIO(report(rosa)))
    monkeypatch.setattr("sys.stdin", pipe)

    call_command("read_bounces")

    assert is_dead(rosa)


def test_a_file_that_is_not_there_is_said():
    with pytest.raises(CommandError, match="no file"):
        call_command("read_bounces", "nowhere.mbox")


@pytest.fixture
def gateway(client, settings):
    settings.BOUNCE_TOKEN = "a-long-secret"

    def post(body, kind="application/json", shown="a-long-secret"):
        return client.post(
            reverse("participation:bounces"),
            body,
            content_type=kind,
            headers={"Authorization": f"Bearer {shown}"},
        )

    return post


def test_a_gateway_reports_by_http(gateway, rosa):
    reference = message_id("notice", 1, rosa.pk)
    rows = [{"email": rosa.email, "status": "5.1.1", "message_id": reference}]

    assert gateway(json.dumps(rows)).json() == {"read": 1, "stopped": 1}
    assert is_dead(rosa)


def test_a_gateway_may_hand_over_the_mail_as_it_is(gateway, rosa):
    assert gateway(report(rosa), "message/rfc822").json() == {"read": 1, "stopped": 1}


def test_without_the_token_nothing_is_believed(gateway, rosa, settings, client):
    assert gateway(report(rosa), "message/rfc822", shown="wrong").status_code == 403
    assert gateway(report(rosa), "message/rfc822", shown="ñ").status_code == 403
    settings.BOUNCE_TOKEN = ""
    assert gateway(report(rosa), "message/rfc822", shown="").status_code == 404
    assert client.get(reverse("participation:bounces")).status_code == 405
    assert not is_dead(rosa)


@pytest.mark.parametrize("body", ["{", "[1]", '[{"email": 1}]', "null", "[" * 50_000, '"x"'])
def test_a_gateway_that_talks_nonsense_is_told_so(gateway, body):
    assert gateway(body).status_code == 400


# --- What its person sees


def test_the_account_says_so_and_a_mail_that_arrives_makes_it_good(client, rosa):
    bounces.mark_bounced(rosa.pk, rosa.email)
    client.force_login(rosa)
    page = client.get(reverse("accounts:profile")).content.decode()
    assert "rosa@example.org" in page
    assert reverse("participation:try_email") in page

    client.post(reverse("participation:try_email"))
    [message] = mail.outbox
    link = next(word for word in message.body.split() if "/cuenta/avisos/correo/" in word)
    path = link[link.index("/cuenta") :]

    assert client.get(path).status_code == 200
    assert is_dead(rosa)  # looking changes nothing
    client.post(path)
    assert not is_dead(rosa)
    assert (
        reverse("participation:try_email")
        not in client.get(reverse("accounts:profile")).content.decode()
    )


@pytest.mark.parametrize(("code", "asked_again"), [(450, True), (550, False)])
def test_a_no_that_may_pass_does_not_end_the_trial(rosa, monkeypatch, code, asked_again):
    def no(line, messages):
        raise SMTPRecipientsRefused({rosa.email: (code, b"not now")})

    monkeypatch.setattr(EmailBackend, "send_messages", no)

    with pytest.raises(LineDown) if asked_again else nullcontext():
        send_confirmation(rosa.pk)


def test_a_link_for_an_address_that_was_changed_proves_nothing(client, rosa):
    bounces.mark_bounced(rosa.pk, rosa.email)
    client.force_login(rosa)
    client.post(reverse("participation:try_email"))
    [message] = mail.outbox
    path = next(word for word in message.body.split() if "/correo/" in word).split("8000")[-1]
    path = path[path.index("/cuenta") :]
    User.objects.filter(pk=rosa.pk).update(email="nueva@example.org")

    client.post(path)

    assert is_dead(rosa)
    assert client.get("/cuenta/avisos/correo/x/").status_code == 404


def test_confirming_an_address_makes_it_good(rosa, monkeypatch):
    monkeypatch.setattr(Adapter, "add_message", lambda *_, **__: None)
    User.objects.filter(pk=rosa.pk).update(email_bounced_at=timezone.now())
    address = EmailAddress.objects.create(user=rosa, email=rosa.email, primary=True)
    request = RequestFactory().get("/")
    request.user, request.session = rosa, {}

    Adapter(request).confirm_email(request, address)

    assert not is_dead(rosa)
