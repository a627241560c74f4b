"""The PostgreSQL and the Valkey that come with the project, so that nothing has to be installed.

They live under VAR (default: `var/` in the repository), outlive the command that started them, and
are found again by the next one. Nothing here is used where DATABASE_URL and REDIS_URL are given.
"""

import fcntl
import os
import shutil
import signal
from contextlib import contextmanager
from errno import EACCES
from pathlib import Path

import environ

from decide import keys
from decide.servers.postgres import Postgres
from decide.servers.server import ROOT, Server, ServerProblem
from decide.servers.valkey import Valkey


SERVERS: tuple[type[Server], ...] = (Postgres, Valkey)
MARKER = ".decide-var"


def var() -> Path:
    """The folder for everything this installation keeps, from VAR or the default one."""
    return Path(os.environ.get("VAR") or ROOT / "var").absolute()


def ensure(var: Path, wanted: tuple[type[Server], ...] | None = None) -> dict[str, str]:
    """The addresses of the servers of `var`, which are started if they are not running."""
    found = [server(var) for server in wanted or SERVERS]
    if not all(server.running() for server in found):
        with _only_one(var):
            for server in found:
                if not server.running():
                    server.start()
    return {name: url for server in found for name, url in server.urls().items()}


def into_environ() -> None:
    """Put into os.environ what the settings need and nobody gave: servers, started, and keys."""
    _read_env_file()
    wanted = tuple(server for server in SERVERS if server.setting not in os.environ)
    if wanted or keys.missing():
        _claim(var())
    if wanted:
        os.environ.update(ensure(var(), wanted))
    keys.into_environ(var())


def known_into_environ() -> None:
    """The same without starting anything, for commands that only need the settings to load."""
    _read_env_file()
    if keys.missing():
        _claim(var())
    keys.into_environ(var())
    for server in SERVERS:
        if server.setting not in os.environ:
            os.environ.update(server(var()).urls())


@contextmanager
def for_the_demo():
    """The same as for any command, and one demo at a time under one VAR."""
    _read_env_file()
    with _only_one(var(), "demo.lock", wait=False), for_this_process():
        yield


@contextmanager
def for_this_process():
    """What was started for this command ends with it, also when a signal ends the command."""
    _read_env_file()
    here = var()
    sleeping = [server for kind in SERVERS if not (server := kind(here)).running()]
    asked_to_stop = []
    _on_stop_signals(lambda *_: asked_to_stop.append(True))
    try:
        into_environ()
        _on_stop_signals(signal.default_int_handler)
        if asked_to_stop:
            raise KeyboardInterrupt
        yield
    finally:
        with uninterrupted():
            for server in sleeping:
                if server.running():
                    server.stop()


@contextmanager
def uninterrupted():
    """Tidying up goes on to its end, however often somebody presses Ctrl-C."""
    before = _on_stop_signals(signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop(var: Path) -> list[Server]:
    """Stop what runs under `var`, and say what that was."""
    if not var.is_dir():
        return []
    with _only_one(var):
        running = [server for kind in SERVERS if (server := kind(var)).running()]
        for server in running:
            server.stop()
    return running


def wipe(var: Path) -> None:
    """Stop the servers of `var` and remove it with all its data, if this project made it."""
    if not var.exists():
        return
    if not (var / MARKER).exists():
        raise ServerProblem(
            f"{var} was not made by this project (no {MARKER} in it), so it stays untouched."
        )
    with _only_one(var, "demo.lock", wait=False):
        stop(var)
        for kind in SERVERS:
            shutil.rmtree(kind(var).home, ignore_errors=True)
        shutil.rmtree(var)


def foreign(var: Path) -> list[str]:
    """The settings that name servers which are not the embedded ones of `var`."""
    urls = {name: url for kind in SERVERS for name, url in kind(var).urls().items()}
    return [
        kind.setting
        for kind in SERVERS
        if os.environ.get(kind.setting) not in (None, urls[kind.setting])
    ]


def _read_env_file() -> None:
    file = ROOT / ".env"
    if file.exists():
        environ.Env.read_env(file)


@contextmanager
def _only_one(var: Path, name: str = "servers.lock", wait: bool = True):
    """Two commands at once start one server, not two; and one demo runs under one VAR."""
    _claim(var)
    with (var / name).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise ServerProblem(
                f"A demo already runs under {var}. Stop it with Ctrl-C where it was started, "
                "or give this one a folder of its own: make demo VAR=/somewhere/else PORT=8123"
            ) from None
        yield


def _claim(var: Path) -> None:
    """Make the folder ours. One that already held something else never becomes ours to wipe."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        if not any(var.iterdir()):
            (var / MARKER).touch()
        if not os.access(var, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
    except OSError as problem:
        raise ServerProblem(
            f"{var} cannot be written ({problem.strerror}). Choose another folder with VAR=…"
        ) from problem


def _on_stop_signals(handler) -> dict:
    """Let `handler` answer the signals that end a program; say what answered them before."""
    before = {}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup wants the closing of the terminal to be survived.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            before[number] = signal.signal(number, handler)
    return before
