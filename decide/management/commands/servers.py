from django.core.management.base import BaseCommand, CommandError

from decide import servers


class Command(BaseCommand):
    help = "Start, stop or look at the embedded PostgreSQL and Valkey of this VAR."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["start", "stop", "status", "url"])

    def handle(self, *args, action, **options):
        try:
            servers.main(action)
        except servers.ServerProblem as problem:
            raise CommandError(str(problem)) from problem
