"""docker-compose.yml, read and tried as far as it goes where Docker cannot run."""

import os
import re
import secrets
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import redis
import yaml

from decide.servers import ROOT
from decide.servers.server import free_port
from decide.supervisor import BEAT, WEB, WORKER, Supervisor


PROGRAMS = Path(sys.executable).parent
OURS = ("web", "worker", "beat", "migrate")


def env_file():
    """The .env somebody makes from .env.example, with the secrets filled in."""
    pairs = re.findall(r"^([A-Z_0-9]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    filled = {name: value or secrets.token_hex(32) for name, value in pairs}
    return filled | {"DOCUMENT_KEYS": f"1:{secrets.token_hex(16)}"}


@pytest.fixture(scope="module")
def compose():
    given = env_file()

    def value(match):
        if match[0] == "$$":
            return "$"
        assert given.get(match["name"]), f"{match['name']} is missing in .env.example"
        return given[match["name"]]

    text = (ROOT / "docker-compose.yml").read_text()
    return yaml.safe_load(re.sub(r"\$\$|\$\{(?P<name>\w+)(:\?)?\}", value, text))


@pytest.fixture
def environment_of(compose, running):
    """A service's environment; only the addresses of the servers and VAR are this machine's."""
    urls, folder = running

    def of(name):
        there = env_file() | compose["services"][name]["environment"]
        here = {name: url for name, url in urls.items() if name in there}
        return {"PATH": f"{PROGRAMS}:{os.environ['PATH']}"} | there | here | {"VAR": str(folder)}

    return of


def test_every_service_has_what_it_mounts_and_waits_for(compose):
    for service in compose["services"].values():
        for name in service.get("depends_on", {}):
            assert name in compose["services"]
        for mount in service.get("volumes", []):
            source = mount.partition(":")[0]
            assert (ROOT / source).exists() if "/" in source else source in compose["volumes"]


def test_only_the_migration_knows_the_password_of_the_owner(compose):
    knowing = {
        name for name in OURS if "DATABASE_OWNER_URL" in compose["services"][name]["environment"]
    }

    assert knowing == {"migrate"}
    for name in OURS:  # each is given the whole .env
        environment = compose["services"][name]["environment"]
        assert (environment["OWNER_PASSWORD"], environment["POSTGRES_PASSWORD"]) == ("", "")


def test_a_server_runs_what_the_demo_runs(compose):
    commands = {name: compose["services"][name]["command"] for name in OURS}

    assert commands["web"] == WEB
    assert commands["worker"] == WORKER
    assert commands["beat"][: len(BEAT)] == BEAT


def test_each_command_starts_with_the_environment_of_its_service(compose, environment_of, tmp_path):
    def command(name):
        return compose["services"][name]["command"]

    migrated = subprocess.run(
        command("migrate"), cwd=ROOT, env=environment_of("migrate"), capture_output=True, text=True
    )
    assert migrated.returncode == 0, migrated.stderr
    checked = subprocess.run(
        ["python", "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        cwd=ROOT,
        env=environment_of("web"),
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr

    port = free_port()
    schedule = tmp_path / "schedule"
    broker = redis.from_url(environment_of("worker")["REDIS_URL"])
    with Supervisor(tmp_path / "logs") as supervisor:
        web = environment_of("web") | {"PORT": str(port)}
        supervisor.start("web", command("web"), PROGRAMS, web)
        supervisor.start("worker", command("worker"), PROGRAMS, environment_of("worker"))
        beat = [*command("beat")[:-1], f"--schedule={schedule}"]
        supervisor.start("beat", beat, PROGRAMS, environment_of("beat"))
        supervisor.watch(until=lambda: healthy(compose, port))
        supervisor.watch(until=lambda: broker.exists("_kombu.binding.celery"))
        supervisor.watch(until=lambda: list(tmp_path.glob("schedule*")))


def healthy(compose, port):
    """What the health check of docker-compose.yml asks."""
    *_python, program = compose["services"]["web"]["healthcheck"]["test"]
    asked = program.replace(":8000/", f":{port}/")
    assert asked != program
    return not subprocess.run([sys.executable, "-c", asked], capture_output=True).returncode


def test_the_image_is_built_from_files_that_exist():
    copied = re.findall(r"^COPY (\S+) ", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

    assert copied == ["requirements.txt", "."]
    assert "gunicorn.conf.py" in os.listdir(ROOT)


def test_the_roles_of_a_server_are_made_by_the_same_sql(compose, running):
    mounted = " ".join(compose["services"]["postgres"]["volumes"])
    assert "./deploy/postgres/roles.sql:/deploy/roles.sql" in mounted
    assert "/deploy/roles.sql" in (ROOT / "deploy/postgres/create-decide.sh").read_text()

    urls, _folder = running
    with closing(psycopg.connect(urls["DATABASE_OWNER_URL"])) as owner:
        extensions = {name for (name,) in owner.execute("SELECT extname FROM pg_extension")}

    assert {"pg_trgm", "unaccent", "btree_gist"} <= extensions
