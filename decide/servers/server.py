"""What the embedded servers have in common: a home, a port, a memory, a user to run as."""

import json
import os
import pwd
import shutil
import socket
import subprocess
import time
from contextlib import closing
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent.parent


class ServerProblem(Exception):
    """A server could not be started, with what the person can do about it."""


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
        write_secret(self._remembered, json.dumps(self.memory | what, indent=1))

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
            if port is None or answers(port):
                port = free_port()
                self.remember(port=port)
            if self.launch(port):
                return
            self.remember(port=None)
            # What is left of a server that was killed may still hold its memory for a moment.
            time.sleep(1)
        raise ServerProblem(f"{self.name} does not start. The end of {self.log}:\n{self.log_end()}")

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
        user = service_user()
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

    def within_reach(self, program: Path, package: Path) -> Path:
        """`program`, or a copy of its whole package if the server's user cannot get at it."""
        user = service_user()
        if not user or _can(user, "-x", program):
            return program
        copies = self.home / f"programs-{version(package.name)}"
        if not copies.exists():
            # The libraries lie beside the package, in a folder of (nearly) the same name.
            for folder in (package, package.with_name(package.name + ".libs")):
                if folder.exists():
                    shutil.copytree(folder, copies / folder.name, symlinks=True)
            for path in (copies, *copies.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
        return copies / program.relative_to(package.parent)

    def run(self, *command, check: bool = True) -> int:
        """Run a program as the server's user; what it says goes to the server's log."""
        with self.log.open("a") as log:
            if user := service_user():
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
                f"{Path(command[0]).name} failed. The end of {self.log}:\n{self.log_end()}"
            )
        return done.returncode

    def log_end(self) -> str:
        if not self.log.exists():
            return "(there is no log)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


def wheel(package: str) -> Path:
    """Where a package lies; importing it would make it do things (locks, signals) of its own."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServerProblem(f"{package} is not installed here. «make env» does it.")
    return Path(spec.origin).parent


def service_user() -> pwd.struct_passwd | None:
    """Who the servers run as when root starts them: PostgreSQL refuses to run as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as(user: pwd.struct_passwd | None) -> dict:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def _can(user: pwd.struct_passwd, what: str, path: Path) -> bool:
    return not subprocess.run(["test", what, path], cwd="/", **_as(user)).returncode


def write_secret(path: Path, text: str, user: pwd.struct_passwd | None = None) -> None:
    """Write the whole file or nothing, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    if user:
        os.chown(new, user.pw_uid, user.pw_gid)
    new.replace(path)


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _until(condition, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not (happened := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return happened
