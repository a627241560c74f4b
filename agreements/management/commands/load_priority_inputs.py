from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agreements.actions import tables
from municipalities.rls import region_scope


DATA = Path(__file__).parents[2] / "data"
FILES = [("inputs", "poverty_2018.csv"), ("conflicts", "conflicts_2019_03.csv")]


class Command(BaseCommand):
    help = (
        "Load the figures for the priorities that come along: poverty, and report 181 on conflicts."
    )

    def handle(self, **options):
        for kind, name in FILES:
            text = (DATA / name).read_text(encoding="utf-8")
            with transaction.atomic(), region_scope("load_priority_inputs"):
                try:
                    plan = tables.bring_in(kind, text, by=None)
                except tables.CannotBringIn as error:
                    said = "\n".join(f"{p.row} {p.column}: {p.why}" for p in error.plan.problems)
                    raise CommandError(f"{name}: {error}\n{said}") from error
            self.stdout.write(
                f"{name}: {len(plan.new)} new, {len(plan.changed)} changed, {plan.unchanged} as before."
            )
