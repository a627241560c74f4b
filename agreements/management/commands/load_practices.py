from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agreements.seeds import load_practices
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality
from municipalities.rls import region_scope


class Command(BaseCommand):
    help = (
        "Nominate the first good practices of the catalogue; those that are here stay as they are."
    )

    def handle(self, **options):
        with transaction.atomic():
            if not Municipality.objects.filter(kind=MunicipalityKind.REGION).exists():
                raise CommandError("There is no regional government yet: run load_places first.")
            with region_scope("load_practices"):
                loaded = load_practices()
        self.stdout.write(f"{len(loaded)} practices are new; they wait to be reviewed.")
