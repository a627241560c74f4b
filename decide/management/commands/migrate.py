from django.core.management.commands.migrate import Command as Migrate
from django.db import connections


class Command(Migrate):
    """Migrate as the role that owns the tables; the application's own role may not."""

    def add_arguments(self, parser):
        super().add_arguments(parser)
        if "owner" in connections:
            parser.set_defaults(database="owner")
