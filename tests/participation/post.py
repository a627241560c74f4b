"""A mail server and a worker as they really are, to be interrupted."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection


ROOT = Path(__file__).resolve().parents[2]
MESSAGE_ID = re.compile(rb"^Message-ID:\s+(\S+)", re.MULTILINE | re.IGNORECASE)


class MailServer:
    """Takes mails over SMTP and remembers each as pair of recipient and Message-ID.

    `refuses` has answers by recipient; `instead(number)` may happen after a mail has been
    taken and before the sender hears of it.
    """

    def __init__(self):
        self.taken: list[tuple[str, str]] = []
        self.refuses: dict[str, str] = {}
        self.connections = 0
        self.instead = lambda number: None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if answer := self.refuses.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        [message_id] = MESSAGE_ID.findall(envelope.content)
        self.taken += [(to, message_id.decode()) for to in envelope.rcpt_tos]
        self.instead(len(self.taken))
        return "250 OK"


@contextmanager
def mail_server():
    handler = MailServer()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.port = controller.port
    try:
        yield handler
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Worker:
    """The Celery worker of the site, on the database of the tests and a queue of its own."""

    def __init__(self, smtp_port: int):
        name = connection.settings_dict["NAME"]
        queue = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 8
        self.environment = os.environ | {
            "DATABASE_URL": path_of(os.environ["DATABASE_URL"], name),
            "REDIS_URL": path_of(os.environ["REDIS_URL"], queue),
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "CELERY_TASK_ALWAYS_EAGER": "0",
            "DEMO": "0",
            "DIGEST_HOUR": "0",
            "SITE_URL": settings.SITE_URL,
            "SECRET_KEY": settings.SECRET_KEY,
            "PYTHONPATH": str(ROOT),
        }
        self.process = None

    def start(self) -> None:
        options = ["--loglevel=WARNING", "--concurrency=2", "--without-mingle", "--without-gossip"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--app=decide", "worker", *options],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        """As when the power fails: the process and its children, without a word."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def call(self, task: str, *arguments: int) -> None:
        """What the clock does, or an action."""
        given = f"--args={list(arguments)}"
        subprocess.run(
            [sys.executable, "-m", "celery", "--app=decide", "call", given, task],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )


def path_of(url: str, path: object) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))


def wait_until(done, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "It takes too long."
        time.sleep(0.005)
