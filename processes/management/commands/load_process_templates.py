from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality
from municipalities.rls import region_scope
from processes.actions import templates


class Command(BaseCommand):
    help = "Publish the first templates of processes; those that are here stay as they are."

    def handle(self, **options):
        with transaction.atomic():
            if not Municipality.objects.filter(kind=MunicipalityKind.REGION).exists():
                raise CommandError("There is no regional government yet: run load_places first.")
            with region_scope("load_process_templates"):
                loaded = templates.load()
        self.stdout.write(f"{len(loaded)} templates of processes are new.")
