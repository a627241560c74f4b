"""How fast a participatory budget is counted: `make bench-budgets`. It needs no database.

100 works and 50,000 approval ballots, nearly all of them different, each rule in a process of its
own. The figures of pabutools are printed beside ours; where it is installed apart, PABUTOOLS
names a Python that has it, and it counts the same election in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.__main__ import ROOT


MES = {"method": "mes", "utility": "cost"}
# Rule, increment in soles, aim in seconds, seconds of pabutools 1.2.3 on a machine like ours.
RULES: dict[str, tuple[dict[str, Any], float | None, float | None]] = {
    "greedy": ({"method": "greedy"}, 0.1, 3.7),
    "mes_cost": (MES | {"completion": "none"}, 0.5, 4.5),
    "mes_cardinality": (MES | {"completion": "none", "utility": "cardinality"}, 0.5, None),
    "mes_cost_add1u": (MES | {"completion": "add1u"}, 10, 50),
}
MEMORY = 300  # MB at most; pabutools took 1,500


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.budgets", description=__doc__)
    parser.add_argument("--works", type=int, default=100)
    parser.add_argument("--ballots", type=int, default=50_000)
    parser.add_argument("--unit", type=int, default=1, help="100 counts in céntimos")
    parser.add_argument("--increment", type=int, help="of add1, in units; else the usual one")
    parser.add_argument("--times", type=int, default=5, help="the best of so many counts")
    parser.add_argument(
        "--pabutools", default=os.environ.get("PABUTOOLS"), help="a Python that has it"
    )
    parser.add_argument("--only", choices=RULES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(options)))
        return

    print(f"{options.works} works, {options.ballots:,} ballots; load {os.getloadavg()[0]:.1f}\n")
    heads = f"{'seconds':>9}{'of a core':>11}{'aim':>6}{'MB':>6}{'winners':>9}{'tries':>7}"
    print(f"{'':16}{heads}   pabutools")
    for name, (_rule, aim, theirs) in RULES.items():
        ours = alone([sys.executable, "-m", "benchmarks.budgets", *sys.argv[1:], "--only", name])
        line = f"{name:16}{ours['seconds']:9.3f}{ours['core']:11.3f}{aim or '':>6}"
        line += f"{ours['memory']:6}"
        line += f"{len(ours['winners']):9}{ours['increments']:7}"
        line += f"   {theirs} s before" if theirs else ""
        print(line, flush=True)
        if options.pabutools:
            print(f"{'':16}{beside(options, name, ours['winners'])}", flush=True)
    print(f"\nMemory: the most of the process, ballots and all; we aim at {MEMORY} MB.")


def alone(command: list[str], **more: Any) -> dict[str, Any]:
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, **more)
    return json.loads(done.stdout)


def most_memory() -> int:
    """The most this process has held, in MiB. What getrusage says counts its parent's too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM:"))
    return int(peak.split()[1]) // 1024


def measure(options: argparse.Namespace) -> dict[str, Any]:
    from budgets.counting import count, usual_increment  # noqa: PLC0415

    contest = election(options)
    rule = RULES[options.only][0]
    if rule["method"] == "mes":
        increment = options.increment or usual_increment(contest.money, options.ballots)
        rule = rule | {"increment": increment}
    seconds, core = [], []
    for _turn in range(options.times):
        began, used = time.perf_counter(), time.process_time()
        result = count(contest, rule)
        seconds.append(time.perf_counter() - began)
        core.append(time.process_time() - used)
    return {
        "seconds": min(seconds),
        "core": min(core),
        "memory": most_memory(),
        "winners": result["winners"],
        "increments": result["increments"],
    }


def election(options: argparse.Namespace):
    """Some works are liked by many, most by few; a ballot has up to twelve."""
    from budgets.counting import Election, Work  # noqa: PLC0415

    luck = random.Random(2027)
    works = [
        Work(f"w{number}", luck.randrange(20_000, 200_000) * options.unit)
        for number in range(options.works)
    ]
    ids = [work.id for work in works]
    liked = [1 / (place + 3) for place in range(options.works)]
    ballots = [
        (sorted(set(luck.choices(ids, liked, k=luck.randint(3, 12)))), 1)
        for _voter in range(options.ballots)
    ]
    return Election(2_000_000 * options.unit, works, ballots, lots=ids)


def beside(options: argparse.Namespace, name: str, winners: list[str]) -> str:
    """The same election, counted by pabutools."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "decide.settings")
    from budgets import pabulib  # noqa: PLC0415
    from budgets.counting import usual_increment  # noqa: PLC0415

    if name == "mes_cardinality":
        return "pabutools: not asked"
    contest = election(options)
    file = pabulib.File(
        meta={"vote_type": "approval", "rule": "unknown"},
        money=contest.money,
        works=[{"project_id": work.id, "cost": work.cost} for work in contest.works],
        ballots=list(pabulib.numbered(contest.ballots)),
    )
    increment = options.increment or usual_increment(contest.money, options.ballots)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "election.pb"
        path.write_text(pabulib.write(file), encoding="utf-8")
        theirs = alone([options.pabutools, "-c", THEIRS, str(path), name, str(increment)])
    same = "the same winners" if sorted(theirs["winners"]) == sorted(winners) else "OTHER WINNERS"
    return f"pabutools in this run: {theirs['seconds']:.1f} s, {theirs['memory']} MB, {same}"


# Runs under the other Python. Its ballots are parsed before the clock starts, as ours are.
THEIRS = """
import json, resource, sys, time
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares

path, name, increment = sys.argv[1:]
instance, profile = parse_pabulib(path)
sys.setrecursionlimit(10_000)
began = time.perf_counter()
if name == "greedy":
    won = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat)
elif name == "mes_cost":
    won = method_of_equal_shares(instance, profile, sat_class=Cost_Sat)
else:
    won = method_of_equal_shares(
        instance, profile, sat_class=Cost_Sat, voter_budget_increment=int(increment)
    )
    won = greedy_utilitarian_welfare(
        instance, profile, sat_class=Cost_Sat, initial_budget_allocation=won
    )
print(json.dumps({
    "seconds": time.perf_counter() - began,
    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    "winners": [project.name for project in won],
}))
"""


if __name__ == "__main__":
    main()
