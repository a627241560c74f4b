"""Count a .pb file by a rule: whoever doubts a result counts it again, without the site."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from budgets import pabulib
from budgets.counting import BadElection, count


UTILITIES = ("cost", "cardinality", "points")
COMPLETIONS = {"": "none", "_add1": "add1", "_add1u": "add1u", "_utilitarian": "utilitarian"}
SHARES = {
    f"mes_{utility}{end}": {"method": "mes", "utility": utility, "completion": completion}
    for utility in UTILITIES
    for end, completion in COMPLETIONS.items()
}
RULES = {
    "greedy": {"method": "greedy", "variant": "skip"},
    "greedy_no_skip": {"method": "greedy", "variant": "no_skip"},
    "greedy_threshold": {"method": "greedy", "variant": "skip"},
    **SHARES,
}


class Command(BaseCommand):
    help = "Count a .pb file and print the result as JSON. Ties go to ids in natural order."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--rule", required=True, choices=RULES, metavar="RULE", help="/".join(RULES)
        )
        parser.add_argument(
            "--no-exhaustive-stop",
            action="store_true",
            help="add1 goes on when nothing more fits, until the money is exceeded",
        )
        parser.add_argument(
            "--increment", type=int, default=1, help="of add1, in the currency of the file"
        )

    def handle(self, *, file, rule, no_exhaustive_stop, increment, **options):
        try:
            election = pabulib.read(file.read_bytes())
        except OSError as problem:
            raise CommandError(f"{file}: {problem.strerror}") from None
        except pabulib.BadFile as problem:
            raise CommandError(f"{file}: {problem}") from None
        if increment < 1:
            raise CommandError("--increment: a whole number from 1 on")

        asked = dict(RULES[rule])
        if rule == "greedy_threshold":
            asked["threshold"] = election.threshold
        if asked["method"] == "mes":
            if asked["utility"] == "points":
                if election.kind != "points":
                    raise CommandError(f"{rule} needs ballots with points")
                asked["utility"] = "cardinality"  # a point is a unit of utility
            asked["increment"] = increment * election.unit
            asked["exhaustive_stop"] = not no_exhaustive_stop
        try:
            result = count(election.election(), asked)
        except BadElection as problem:
            raise CommandError(f"{file}: {problem}") from None

        if asked["method"] == "mes":
            chosen = {one["id"]: one["price"] for one in result["works"] if one["chosen"]}
            result["prices"] = {work: chosen[work] for work in result["winners"]}
        self.stdout.write(
            json.dumps({"unit": election.unit, **result}, ensure_ascii=False, indent=1)
        )
