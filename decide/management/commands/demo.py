import json
import os
import socket
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from decide.supervisor import BEAT, WEB, WORKER, ChildEnded, Supervisor


class Command(BaseCommand):
    help = "Load the demo and run the whole site (web, worker, beat) until Ctrl-C."
    requires_system_checks = []

    def handle(self, *args, **options):
        port = os.environ["PORT"]
        self.refuse_a_busy_port(port)
        try:
            self.prepare()
            with Supervisor(settings.VAR / "logs") as supervisor:
                self.start(supervisor)
                supervisor.watch(until=lambda: answers(port), pause=0.1)
                self.tell(port)
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
            except OSError as problem:
                raise CommandError(
                    f"Port {port} is taken by another program. "
                    f"Choose another: make demo PORT={int(port) + 123}"
                ) from problem

    def prepare(self):
        self.do("Preparing the tables…", "migrate", interactive=False)
        self.do("Loading the places of Peru…", "load_places")
        self.do("Loading the demo…", "seed_demo")
        self.do("Collecting the static files…", "collectstatic", interactive=False)
        connections.close_all()

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

    def tell(self, port):
        accounts = json.loads((settings.VAR / "demo-accounts.json").read_text())
        table = [
            list(accounts[0]),
            *([str(value or "") for value in row.values()] for row in accounts),
        ]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        self.stdout.write("")
        for row in table:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
        self.stdout.write(f"\nDecide La Libertad: http://localhost:{port}/    (Ctrl-C stops it)")
        self.stdout.flush()


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/salud/", timeout=2) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
