from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from municipalities import gazetteer


class Command(BaseCommand):
    help = "Load La Libertad's places and municipalities, or a whole country's from a table."

    def add_arguments(self, parser):
        parser.add_argument(
            "--country",
            nargs="?",
            const=gazetteer.PERU,
            type=Path,
            metavar="CSV",
            help="all districts of Peru, from the table that comes along or from yours",
        )

    def handle(self, *, country, **options):
        try:
            if country:
                loaded = gazetteer.load_country(country)
            else:
                loaded = gazetteer.load_la_libertad()
        except gazetteer.BadFile as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from error
        for note in loaded.notes:
            self.stderr.write(note)
        self.stdout.write(
            f"{loaded.places} places are up to date; {loaded.municipalities} municipalities are new."
        )
