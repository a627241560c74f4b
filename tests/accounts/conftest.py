import re

import pytest
from allauth.account.models import EmailAddress

from accounts import mailbox
from tests.factories import UserFactory


PASSWORD = "papa amarilla con queso"


@pytest.fixture
def sms(settings):
    """The text messages sent, newest first, as pairs of number and text."""
    settings.SMS_BACKEND = "accounts.sms.MailboxGateway"
    return lambda: [(message["to"], message["text"]) for message in mailbox.read()]


@pytest.fixture
def rosa():
    """Somebody with a confirmed e-mail and a password."""
    person = UserFactory(email="rosa@example.org", display_name="Rosa Q.")
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person


@pytest.fixture
def juan():
    """Somebody with a confirmed mobile phone, a password and no e-mail."""
    person = UserFactory(email=None, phone="+51987654321", phone_verified=True)
    person.set_password(PASSWORD)
    person.save()
    return person


def code_in(text):
    return re.search(r"\b(\d{6})\b", text)[1]


def signed_in(client):
    return "_auth_user_id" in client.session
