"""A PostgreSQL of a test's own, and what kills it or anything else that runs."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings

from decide.servers.postgres import Postgres


MIGRATE = """
import json
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


@contextmanager
def own_postgres(prepare, configuration="", **environ):
    """An empty cluster in which `prepare` has run; with it, the JSON that its last line said."""
    var = Path(tempfile.mkdtemp(prefix="urn-"))
    var.chmod(0o755)
    server = Postgres(var)
    server.start()
    if configuration:
        server.stop()
        with (server.data / "postgresql.conf").open("a") as file:
            file.write(configuration)
        server.start()
    prepared = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", MIGRATE + prepare],
        cwd=settings.BASE_DIR,
        env=os.environ | server.urls() | {"VAR": str(var)} | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert prepared.returncode == 0, prepared.stderr
    with psycopg.connect(server._url("postgres", "superuser_password"), autocommit=True) as root:
        root.execute("CHECKPOINT")  # what is lost after this are ballots, not the tables
    try:
        yield server, json.loads(prepared.stdout.splitlines()[-1])
    finally:
        kill_all(server)  # also one that is still recovering, which answers to nobody
        shutil.rmtree(server.home, ignore_errors=True)
        shutil.rmtree(var, ignore_errors=True)


def kill_everything(server):
    """The postmaster and all that it has started, at once, as when the power goes."""
    kill_all(server)
    server.start()


def kill_all(server):
    postmaster = postmaster_of(server)
    for pid in (postmaster, *children_of(postmaster)):
        kill(pid)


def postmaster_of(server):
    return int((server.data / "postmaster.pid").read_text().split("\n")[0])


def kill_a_backend(server):
    """One process: PostgreSQL then throws all others out and recovers by itself."""
    if pids := children_of(postmaster_of(server)):
        kill(random.choice(pids))


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def children_of(parent):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(after_name[1]) == parent:
            found.append(int(stat.parent.name))
    return found
