import json
import os
import socket
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from decide.supervisor import BEAT, WEB, WORKER, ChildEnded, Supervisor


class Command(BaseCommand):
    help = "Load the demo and run the whole site (web, worker, beat) until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--bare", action="store_true", help="tables and processes alone")

    def handle(self, *args, bare, **options):
        port = os.environ["PORT"]
        self.refuse_a_busy_port(port)
        try:
            self.prepare(bare)
            with Supervisor(settings.VAR / "logs") as supervisor:
                self.start(supervisor)
                supervisor.watch(until=lambda: answers(port), pause=0.1)
                self.tell(port, [] if bare else self.accounts())
                supervisor.watch()
        except ChildEnded as ended:
            raise CommandError(str(ended)) from ended
        except KeyboardInterrupt:
            self.stdout.write("\nStopping…")

    def refuse_a_busy_port(self, port):
        with closing(socket.socket()) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", int(port)))
            except (OSError, ValueError, OverflowError) as problem:
                raise CommandError(
                    f"Port {port} is taken by another program or cannot be used ({problem}). "
                    "Choose another: make demo PORT=8123"
                ) from problem

    def prepare(self, bare):
        self.do("Preparing the tables…", "migrate", interactive=False)
        if not bare:
            self.do("Loading the places…", "load_places")
            self.do("Loading the demo…", "seed_demo")
            self.collect_static()
        connections.close_all()

    def collect_static(self):
        """Compressing every file takes seconds, so only when one of them has changed."""
        files = (Path(store.path(path)) for find in get_finders() for path, store in find.list([]))
        state = "\n".join(sorted(f"{path} {path.stat().st_mtime_ns}" for path in files))
        collected = settings.VAR / "static-collected"
        if not collected.exists() or collected.read_text() != state:
            self.do("Collecting the static files…", "collectstatic", interactive=False, clear=True)
            collected.write_text(state)

    def do(self, words, command, **options):
        self.stdout.write(words)
        self.stdout.flush()
        call_command(command, verbosity=0, **options)

    def start(self, supervisor):
        programs = Path(sys.executable).parent
        supervisor.start("web", WEB, programs)
        supervisor.start("worker", WORKER, programs)
        beat = [*BEAT, f"--schedule={settings.VAR / 'beat-schedule'}"]
        supervisor.start("beat", beat, programs)

    def accounts(self):
        return json.loads((settings.VAR / "demo-accounts.json").read_text())

    def tell(self, port, accounts):
        self.table("To sign in as:", [row for row in accounts if row["sign_in"]])
        self.table("In the padrón, to prove as:", [row for row in accounts if not row["sign_in"]])
        self.stdout.write(f"\nDecide La Libertad: http://localhost:{port}/    (Ctrl-C stops it)")
        self.stdout.flush()

    def table(self, title, rows):
        """Only the columns in which something is said."""
        names = [name for name in (rows[0] if rows else ()) if any(row[name] for row in rows)]
        lines = [names, *([str(row[name] or "") for name in names] for row in rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        self.stdout.write(f"\n{title}" if rows else "")
        for line in lines if rows else ():
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            self.stdout.write("  " + "  ".join(cells).rstrip())


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/salud/", timeout=2) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
