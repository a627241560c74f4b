"""Journeys in a real browser, against the site as it is served."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.db import connection, connections
from django.utils.translation import override
from playwright.sync_api import Page, expect, sync_playwright

from accounts.captcha import NUMBERS
from tests import browser


# Playwright keeps an event loop in this thread; the database is used beside it, not inside.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
PATIENCE = 60_000  # milliseconds; on a busy machine all is slow, and where it is not nobody waits
SCREENSHOTS = django_settings.VAR / "screenshots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium():
    path = browser.find()
    assert path, "There is no Chromium: run `make browser`."
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        # Beside Playwright's loop Django opens connections of their own, which only here can
        # be closed; open, they would keep the database of the tests from being removed.
        connections.close_all()
        running.close()


@pytest.fixture
def visit(chromium, live_server):
    """Open a window: `with visit(js=False, scheme="dark", size=PHONE) as page:`."""

    @contextmanager
    def window(*, js=True, scheme="light", size=PHONE, **options):
        context = chromium.new_context(
            base_url=live_server.url,
            java_script_enabled=js,
            color_scheme=scheme,
            viewport=size,
            locale="es-PE",
            timezone_id="America/Lima",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        problems = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda message: (
                problems.append(message.text)
                if message.type == "error" and "status of 4" not in message.text
                else None
            ),
        )
        page.on(
            "response",
            lambda answer: (
                problems.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                problems.append(f"elsewhere: {request.url}")
                if not request.url.startswith((live_server.url, "data:", "blob:"))
                else None
            ),
        )
        try:
            yield page
        except BaseException as problem:
            problem.add_note(f"{page.url} said:\n{page.evaluate('document.body.innerText')}")
            shot(page, "where-it-failed")
            raise
        finally:
            context.close()
        assert problems == []

    return window


@pytest.fixture
def at(transactional_db):
    """`at(moment)`: from here on it is that hour, for the site and for the database alike.

    Only the owner of the database can give it another clock, and only a test's own gets one.
    """
    name = connection.settings_dict["NAME"]
    with (
        psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name, autocommit=True) as owner,
        ExitStack() as journeys,
    ):
        [(real,)] = owner.execute("SELECT pg_get_functiondef('votes_clock()'::regprocedure)")
        owner.execute("CREATE TABLE clock_of_the_test (ahead interval NOT NULL)")
        owner.execute("INSERT INTO clock_of_the_test VALUES ('0')")
        owner.execute("GRANT SELECT ON clock_of_the_test TO PUBLIC")
        owner.execute(
            "CREATE OR REPLACE FUNCTION votes_clock() RETURNS timestamptz LANGUAGE sql VOLATILE"
            " AS 'SELECT clock_timestamp() + ahead FROM clock_of_the_test'"
        )

        def move(moment):
            journeys.enter_context(time_machine.travel(moment, tick=True))
            owner.execute("UPDATE clock_of_the_test SET ahead = %s - clock_timestamp()", [moment])

        yield move
        owner.execute(real)
        owner.execute("DROP TABLE clock_of_the_test")


def shot(page: Page, name: str) -> None:
    """Keep what the page looks like, for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def violations(page: Page) -> list[str]:
    """What axe finds wrong, in one line each."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]}"
        for rule in found
        for node in rule["nodes"]
    ]


def answer_the_question(page: Page) -> None:
    """What somebody without JavaScript does to show that they are a person; else the browser does it."""
    if page.locator("html.js").count():
        page.locator("[data-captcha][data-begun]").wait_for()
        return
    with override("es"):
        numbers = {str(word): number for number, word in enumerate(NUMBERS)}
    asked = page.locator("label[for=id_person]").inner_text()
    page.locator("[name=person]").fill(
        str(sum(numbers[word] for word in re.findall(r"\w+", asked) if word in numbers))
    )


def code_in(text: str) -> str:
    """The code that a mail or an SMS brings."""
    return re.search(r"\b([0-9A-Z]{6}|[0-9A-Z]{4}-[0-9A-Z]{4}|[A-Z0-9]{3}-[A-Z0-9]{3})\b", text)[1]
