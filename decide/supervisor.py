"""The processes that make up the site, and who starts, watches and ends them on a laptop.

On a server docker-compose.yml runs the same commands; tests/running compares the two.
"""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from decide import servers


WEB = ["gunicorn", "decide.wsgi"]  # its settings: gunicorn.conf.py
WORKER = ["celery", "--app=decide", "worker", "--loglevel=WARNING", "--concurrency=2"]
BEAT = ["celery", "--app=decide", "beat", "--loglevel=WARNING", "--pidfile="]


def demo_into_environ() -> None:
    """What the demo sets for its own processes, where nobody has set it."""
    port = os.environ.setdefault("PORT", "8000")
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")


class ChildEnded(Exception):
    """One of the processes ended by itself, with the end of what it said."""


class Supervisor:
    """Starts processes which live exactly as long as this one is inside the `with`."""

    def __init__(self, logs: Path):
        self.logs = logs
        self.children: dict[str, subprocess.Popen] = {}

    def __enter__(self):
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_):
        with servers.uninterrupted():
            for child in self.children.values():
                child.terminate()
            end = time.monotonic() + 10
            for child in self.children.values():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=max(0.1, end - time.monotonic()))
                _kill_group(child)
                child.wait()

    def start(self, name: str, command: list[str], folder: Path, environ=None) -> None:
        program, *arguments = command
        with (self.logs / f"{name}.log").open("w") as log:
            # In a session of its own, so that Ctrl-C reaches us alone and we end them in order.
            self.children[name] = subprocess.Popen(
                [folder / program, *arguments],
                cwd=servers.ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def check(self) -> None:
        for name, child in self.children.items():
            if child.poll() is not None:
                log = self.logs / f"{name}.log"
                end = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
                raise ChildEnded(f"«{name}» ended by itself. The end of {log}:\n{end}")

    def watch(self, until=lambda: False, pause: float = 0.5) -> None:
        while not until():
            self.check()
            time.sleep(pause)


def _kill_group(child: subprocess.Popen) -> None:
    """Nobody a child started outlives it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
