import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from decide import consul
from municipalities.models import Municipality
from municipalities.rls import municipality_scope


class Command(BaseCommand):
    help = "Bring the proposals of a CONSUL open-data export; prints a JSON summary."

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
            "--dry-run", action="store_true", help="say what would be, write nothing"
        )
        parser.add_argument(
            "--skip-bad", action="store_true", help="bring the good rows though some are bad"
        )

    def handle(self, *, municipality, proposals, comments, threshold, dry_run, skip_bad, **options):
        place = Municipality.objects.select_related("place").filter(slug=municipality).first()
        if place is None:
            raise CommandError(f"There is no municipality with the address «{municipality}».")
        if threshold is not None and threshold < 1:
            raise CommandError("A threshold is at least 1.")
        try:
            with transaction.atomic(), municipality_scope(place):
                rows = consul.rows_of(proposals, consul.COLUMNS)
                found = consul.bring_proposals(rows, place, threshold=threshold)
                is_written = not dry_run and (skip_bad or not found.rejected)
                if not is_written:
                    transaction.set_rollback(True)
            kinds = {"proposals": found.as_dict()}
            if comments:
                kinds["comments"] = self.not_brought(comments)
        except (OSError, consul.NotAnExport) as problem:
            raise CommandError(str(problem)) from problem
        summary = {"municipality": place.slug, "written": is_written, **kinds}
        self.stdout.write(json.dumps(summary, ensure_ascii=False, indent=2))
        if found.rejected and not skip_bad:
            raise CommandError(
                f"{len(found.rejected)} rows were rejected, so nothing was stored. "
                "Correct them, or bring the others with --skip-bad."
            )

    def not_brought(self, path):
        """There is no conversation to bring them to yet: how many they are, and that they stay."""
        count = sum(1 for _row in consul.rows_of(path, ("id", "proposalId", "text")))
        kept = {"count": count, "reason": consul.NO_COMMENTS}
        return {"created": 0, "unchanged": 0, "kept": [], "rejected": [], "not_brought": kept}
