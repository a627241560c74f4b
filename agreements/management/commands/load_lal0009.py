from django.core.management.base import BaseCommand, CommandError

from agreements import facts


class Command(BaseCommand):
    help = "Load the facts of commitment LAL0009, the organisations and the templates of convenios."

    def handle(self, **options):
        try:
            loaded = facts.load_facts()
        except facts.NoRegion as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{loaded.commitment.code} is up to date; {loaded.organizations} organisations"
            f" and {loaded.templates} templates are new."
        )
