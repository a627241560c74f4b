"""The web server is killed again and again while people vote in their browsers.

Whoever was led to a receipt has one; whoever got no answer sends the same page again.
"""

import os
import random
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings

from decide.servers.server import free_port
from tests.votes.killing import children_of, kill, own_postgres


KILLS = 20
BROWSERS = 6
TOKEN = "a" * 32
PREPARE = f"""
call_command("collectstatic", interactive=False, verbosity=0)
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from municipalities.enums import Module
from municipalities.rls import scoped_transaction
from tests.factories import MunicipalityFactory, PollFactory, ResidentFactory
town = MunicipalityFactory(modules=[Module.VOTES])
with scoped_transaction(town):
    poll = PollFactory(municipality=town, questions__lots=["a", "b"], ready=True)
sessions = []
for _number in range({BROWSERS * 3}):
    user = ResidentFactory(district=town.place).user
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    sessions.append(store.session_key)
address = f"/{{town.slug}}/votaciones/{{poll.pk}}/"
print(json.dumps({{"address": address, "sessions": sessions, "town": town.pk}}))
"""


class Site:
    """gunicorn as on a server, with two processes, on a port of its own."""

    def __init__(self, urls, environ):
        self.port = free_port()
        self.environ = os.environ | urls | environ | {"PORT": str(self.port)}
        self.master = None

    def start(self):
        self.master = subprocess.Popen(
            [Path(sys.executable).parent / "gunicorn", "decide.wsgi"],
            cwd=settings.BASE_DIR,
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _try in range(600):
            try:
                self.ask("/salud/")
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the site did not start")

    def ask(self, path, session="", form=None):
        """The address one is led to, and the page."""
        request = urllib.request.Request(
            f"http://localhost:{self.port}{path}",
            data=urlencode(form | {"csrfmiddlewaretoken": TOKEN}).encode() if form else None,
            headers={
                "Cookie": f"{settings.SESSION_COOKIE_NAME}={session};"
                f" {settings.CSRF_COOKIE_NAME}={TOKEN}"
            },
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  our own
            return answer.url, answer.read().decode()

    def kill_a_process(self):
        if pids := children_of(self.master.pid):
            kill(random.choice(pids))

    def kill_all(self):
        children = children_of(self.master.pid)
        for pid in (self.master.pid, *children):
            kill(pid)
        self.master.wait()

    def kill_all_and_start(self):
        self.kill_all()
        self.start()


@dataclass
class Sent:
    """A reviewed ballot that somebody cast, and the receipt they were led to, if any."""

    session: str
    token: str
    receipt: str = ""


@pytest.fixture
def site():
    environ = {
        "ALLOWED_HOSTS": "localhost",
        "CACHE_PREFIX": f"killed-{uuid.uuid4().hex}",
        "CELERY_TASK_ALWAYS_EAGER": "1",
    }
    with own_postgres(PREPARE, **environ) as (server, facts):
        site = Site(server.urls(), environ | {"VAR": str(server.var)})
        site.start()
        yield site, server, facts
        site.kill_all()


def wait_for_receipts(number, sent):
    """Until so many have one; a minute is more than any start takes."""
    until = time.monotonic() + 60
    while sum(bool(one.receipt) for one in list(sent)) <= number:
        assert time.monotonic() < until, "nobody got a receipt"
        time.sleep(0.05)


def review(site, facts, session):
    choice = random.choice("ab-")
    _url, page = site.ask(facts["address"] + "votar/", session, {"q1": choice})
    return Sent(session, re.search(r'name="papeleta" value="([^"]+)"', page)[1])


def send(site, facts, sent):
    url, _page = site.ask(
        facts["address"] + "votar/emitir/", sent.session, {"papeleta": sent.token}
    )
    sent.receipt = url.split("/comprobante/")[1]


def vote_until(stop, site, facts, sessions, sent):
    while not stop.is_set():
        try:
            sent.append(review(site, facts, random.choice(sessions)))
            send(site, facts, sent[-1])
        except (urllib.error.URLError, OSError, ValueError):
            time.sleep(0.05)


def test_whatever_web_server_is_killed_who_has_a_receipt_is_counted_and_the_others_try_again(site):
    site, server, facts = site
    stop, sent = threading.Event(), []
    thirds = [facts["sessions"][number::BROWSERS] for number in range(BROWSERS)]
    browsers = [
        threading.Thread(target=vote_until, args=(stop, site, facts, sessions, sent))
        for sessions in thirds
    ]
    for browser in browsers:
        browser.start()
    for number in range(KILLS):
        time.sleep(random.uniform(0.3, 0.8))
        wait_for_receipts(number, sent)  # on a slow machine too, people vote between two kills
        site.kill_all_and_start() if number % 10 == 9 else site.kill_a_process()
    time.sleep(1)
    stop.set()
    for browser in browsers:
        browser.join()

    answered = [one for one in sent if one.receipt]
    unanswered = [one for one in sent if not one.receipt]
    assert len(answered) >= KILLS
    assert unanswered
    kept, _marks = inside(server, facts)
    assert {attempt_of(one) for one in answered} <= kept

    for one in unanswered:
        send(site, facts, one)
    for one in random.sample(answered, 10):  # the same page again gives the same receipt
        before = one.receipt
        send(site, facts, one)
        assert one.receipt == before
    kept, marks = inside(server, facts)
    assert kept == {attempt_of(one) for one in sent}
    assert marks == len({one.session for one in sent})


def attempt_of(sent):
    return sent.receipt.split("/")[0]


def inside(server, facts):
    """The forms whose ballots are in the urn, and how many people are marked."""
    with psycopg.connect(server.urls()["DATABASE_URL"]) as connection:
        scope = f"{{{facts['town']}}}"
        connection.execute("SELECT set_config('decide.municipalities', %s, true)", [scope])
        attempts = connection.execute("SELECT attempt FROM votes_envelope").fetchall()
        marks = connection.execute("SELECT count(*) FROM votes_mark").fetchone()[0]
    return {bytes(attempt).hex() for (attempt,) in attempts}, marks
