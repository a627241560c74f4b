import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest
import redis

from decide import servers
from decide.servers import ROOT


def test_servers_are_found_again_and_keep_their_data_when_they_were_stopped(var):
    urls = servers.ensure(var)
    redis.from_url(urls["REDIS_URL"]).set("kept", "yes")

    assert servers.ensure(var) == urls
    assert [server.name for server in servers.stop(var)] == ["postgres", "valkey"]
    assert servers.stop(var) == []

    again = servers.ensure(var)
    assert redis.from_url(again["REDIS_URL"]).get("kept") == b"yes"


def test_two_commands_at_once_start_one_server(var, bare_environment):
    program = "from decide import servers; print(servers.ensure(servers.var()))"
    commands = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env=bare_environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]

    said = {command.communicate(timeout=60)[0] for command in commands}

    assert len(said) == 1
    assert said != {""}


def test_the_application_is_held_back_by_policies_and_the_owner_is_no_superuser(running):
    urls, _folder = running
    question = (
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
        " WHERE rolname = current_user"
    )

    with psycopg.connect(urls["DATABASE_URL"]) as app:
        assert app.execute(question).fetchone() == ("decide_app", False, False, False, False)
    with psycopg.connect(urls["DATABASE_OWNER_URL"]) as owner:
        assert owner.execute(question).fetchone() == ("decide_owner", False, False, False, True)


def test_the_application_writes_rows_but_makes_no_tables(running):
    urls, _folder = running
    with psycopg.connect(urls["DATABASE_OWNER_URL"]) as owner:
        owner.execute("CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY, text text)")

    with psycopg.connect(urls["DATABASE_URL"]) as app:
        app.execute("INSERT INTO notes (text) VALUES ('hola')")
        assert app.execute("SELECT text FROM notes").fetchall() == [("hola",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine ()")


def test_without_the_password_nobody_gets_in(running):
    urls, _folder = running
    port = urls["DATABASE_URL"].rpartition(":")[2].partition("/")[0]

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgres://postgres@127.0.0.1:{port}/decide")


def test_secrets_are_for_their_owner_alone(running):
    _urls, folder = running

    assert {path.stat().st_mode & 0o777 for path in folder.glob("*.json")} == {0o600}


def test_servers_that_were_killed_are_started_again(var):
    """As after a power cut: the files that say they run are still there."""
    servers.ensure(var)
    for pid_file in (
        servers.Postgres(var).data / "postmaster.pid",
        servers.Valkey(var).home / "valkey.pid",
    ):
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
    while servers.Postgres(var).running() or servers.Valkey(var).running():
        time.sleep(0.01)

    servers.ensure(var)

    assert servers.Postgres(var).running()
    assert servers.Valkey(var).running()


def test_an_installation_that_was_interrupted_begins_anew(var):
    servers.ensure(var)
    servers.Postgres(var).remember(ready=False)

    with psycopg.connect(servers.ensure(var)["DATABASE_URL"]) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)


def test_a_folder_that_is_not_ours_is_not_wiped(tmp_path):
    (tmp_path / "letters").mkdir()
    servers.ensure(tmp_path)

    with pytest.raises(servers.ServerProblem, match="stays untouched"):
        servers.wipe(tmp_path)

    assert (tmp_path / "letters").exists()
    (tmp_path / servers.MARKER).touch()
    servers.wipe(tmp_path)


def test_wiping_stops_the_servers_and_leaves_nothing(var):
    servers.ensure(var)

    servers.wipe(var)

    assert not var.exists()


def test_servers_given_by_the_environment_are_used_and_none_is_started(var, monkeypatch):
    monkeypatch.setenv("VAR", str(var))
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@database.example/decide")
    monkeypatch.setenv("REDIS_URL", "redis://valkey.example/0")

    servers.into_environ()

    assert os.environ["DATABASE_URL"] == "postgres://somebody@database.example/decide"
    assert not servers.Postgres(var).running()
    assert not servers.Valkey(var).running()
    assert servers.foreign(var) == ["DATABASE_URL", "REDIS_URL"]


def test_a_command_gets_servers_that_end_with_it(var, bare_environment):
    program = "import os, sys; print(os.environ['DATABASE_URL']); sys.exit(3)"
    ended = subprocess.run(
        [sys.executable, "-m", "decide.servers", sys.executable, "-c", program],
        env=bare_environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 3
    assert ended.stdout.startswith("postgres://decide_app:")
    assert not servers.Postgres(var).running()
    assert not servers.Valkey(var).running()
