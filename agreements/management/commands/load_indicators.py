from django.core.management.base import BaseCommand
from django.db import transaction

from agreements import definitions, populations
from municipalities.rls import region_scope


class Command(BaseCommand):
    help = "Load the definitions of the indicators; run again, it only brings them up to date."

    def handle(self, **options):
        with transaction.atomic(), region_scope("definitions of indicators are loaded"):
            loaded = definitions.load()
            given = populations.store_given()
        self.stdout.write(f"{loaded} indicators are up to date; {given} figures of 2017 are new.")
