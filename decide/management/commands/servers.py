from django.core.management.base import BaseCommand, CommandError

from decide import servers


class Command(BaseCommand):
    help = "Start, stop, look at or wipe the embedded PostgreSQL and Valkey of this VAR."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["start", "stop", "status", "url", "wipe"])

    def handle(self, *args, action, **options):
        try:
            getattr(self, action)(servers.var())
        except servers.ServerProblem as problem:
            raise CommandError(str(problem)) from problem

    def start(self, var):
        servers.ensure(var)
        self.status(var)

    def stop(self, var):
        stopped = ", ".join(server.name for server in servers.stop(var))
        self.stdout.write(f"Stopped: {stopped or 'nothing was running'}.")

    def status(self, var):
        for kind in servers.SERVERS:
            server = kind(var)
            state = f"runs on port {server.memory['port']}" if server.running() else "is stopped"
            self.stdout.write(f"{server.name} {state}.")

    def url(self, var):
        for name, url in servers.ensure(var).items():
            self.stdout.write(f"{name}={url}")

    def wipe(self, var):
        if foreign := servers.foreign(var):
            raise CommandError(
                f"Not our servers: {', '.join(foreign)}. Nothing was removed. "
                "To start over there, create an empty database (docs/deploy.md) and "
                "run «make demo» again."
            )
        servers.wipe(var)
        self.stdout.write(f"{var} is gone.")
