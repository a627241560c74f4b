import json
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from decide.consul import comments as consul_comments, proposals as consul_proposals
from decide.consul.reading import NotAnExport, Summary, rows_of
from municipalities.models import Municipality
from municipalities.rls import municipality_scope


class Command(BaseCommand):
    help = "Bring the proposals of a CONSUL open-data export, and their comments; prints JSON."

    def add_arguments(self, parser):
        parser.add_argument("--municipality", required=True, metavar="SLUG")
        parser.add_argument("--proposals", required=True, type=Path, metavar="CSV")
        parser.add_argument("--comments", type=Path, metavar="CSV")
        parser.add_argument(
            "--threshold",
            type=int,
            metavar="N",
            help="the supports the other portal asked for; without it, this municipality's rule",
        )
        parser.add_argument(
            "--zone",
            default=settings.TIME_ZONE,
            help="where the clocks of the other portal stand, such as Europe/Madrid",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be, write nothing"
        )
        parser.add_argument(
            "--skip-bad", action="store_true", help="bring the good rows though some are bad"
        )

    def handle(
        self, *, municipality, proposals, comments, threshold, zone, dry_run, skip_bad, **options
    ):
        place = Municipality.objects.select_related("place").filter(slug=municipality).first()
        if place is None:
            raise CommandError(f"There is no municipality with the address «{municipality}».")
        if threshold is not None and threshold < 1:
            raise CommandError("A threshold is at least 1.")
        zone = self.zone_called(zone)
        kinds: dict[str, Summary] = {}
        try:
            with transaction.atomic(), municipality_scope(place):
                rows = rows_of(proposals, consul_proposals.COLUMNS)
                kinds["proposals"] = consul_proposals.bring_proposals(
                    rows, place, threshold=threshold
                )
                if comments:
                    kinds["comments"] = self.bring_comments(comments, proposals, place, zone)
                rejected = sum(len(found.rejected) for found in kinds.values())
                is_written = not dry_run and (skip_bad or not rejected)
                if not is_written:
                    transaction.set_rollback(True)
        except (OSError, NotAnExport) as problem:
            raise CommandError(str(problem)) from problem
        summary = {"municipality": place.slug, "written": is_written}
        summary |= {name: found.as_dict() for name, found in kinds.items()}
        self.stdout.write(json.dumps(summary, ensure_ascii=False, indent=2))
        if rejected and not skip_bad:
            raise CommandError(
                f"{rejected} rows were rejected, so nothing was stored. "
                "Correct them, or bring the others with --skip-bad."
            )

    def zone_called(self, name):
        try:
            return ZoneInfo(name)
        except (KeyError, OSError, ValueError) as problem:
            raise CommandError(f"There is no time zone «{name}».") from problem

    def bring_comments(self, path, proposals, place, zone):
        ids = rows_of(proposals, ("id", "code"))
        return consul_comments.bring_comments(
            rows_of(path, consul_comments.COLUMNS),
            place,
            consul_proposals.threads_of(ids, place),
            zone=zone,
            say=lambda done, of: self.stderr.write(f"comments: {done:,} of {of:,}"),
        )
