"""How fast indicators of a year come out of a ledger of 5 million rows: `make bench-ledger`.

La Libertad's 85 municipalities take part as they have inhabitants, most acts are supports and
votes, and two in five people say nothing of themselves. It works in a database of its own under
VAR/bench-ledger. The aims: from scratch below 20 s, what has come since below 1 s.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from benchmarks.__main__ import ROOT


YEAR = (date(2026, 1, 1), date(2026, 12, 31))
NEW = 10_000  # rows of an hour of a great vote
# Each act falls on a municipality by its people, as in the census; random() has a seed.
LEDGER = """
WITH shares AS (
    SELECT m.id, sum(p.total) OVER (ORDER BY m.id) - p.total AS since,
        sum(p.total) OVER (ORDER BY m.id) AS until, sum(p.total) OVER () AS all_of_them
    FROM municipalities_municipality m
    JOIN municipalities_population p ON p.place_id = m.place_id
        AND p.year = 2025 AND p.source = 'INEI censo'
    WHERE m.kind <> 'region'
), acts AS (
    SELECT i, random() AS place, random() AS kind, random() AS day, random() AS gender,
        random() AS age, random() AS area, random() AS channel FROM generate_series(1, %s) i
)
INSERT INTO participation_intervention
    (municipality_id, kind, day, gender, age_band, area, channel, amount)
SELECT shares.id,
    (ARRAY['support', 'support', 'support', 'ballot', 'ballot', 'comment', 'proposal',
           'work_support'])[1 + floor(8 * kind)::int],
    %s::date + floor(365 * day * day)::int,
    CASE WHEN gender < .4 THEN '' WHEN gender < .7 THEN 'woman' ELSE 'man' END,
    CASE WHEN age < .4 THEN '' ELSE (ARRAY['18-29', '30-44', '45-59', '60+'])
        [1 + floor(4 * (age - .4) / .6)::int] END,
    CASE WHEN area < .4 THEN '' WHEN area < .6 THEN 'rural' ELSE 'urban' END,
    CASE WHEN channel < .8 THEN 'web' ELSE 'desk' END, 1
FROM acts JOIN shares ON place * all_of_them >= since AND place * all_of_them < until
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreements_ledger")
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--keep", action="store_true", help="go on with an earlier run's database")
    options = parser.parse_args()
    var = Path(os.environ.get("VAR") or ROOT / "var") / "bench-ledger"
    os.environ |= {"VAR": str(var), "DJANGO_SETTINGS_MODULE": "decide.settings"}
    from decide import servers  # noqa: PLC0415

    if not options.keep:
        servers.wipe(var)
    servers.into_environ()
    for command in (["migrate", "-v0"], ["load_places"], ["load_indicators"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)
    import django  # noqa: PLC0415

    django.setup()
    try:
        report(options.rows)
    finally:
        servers.stop(var)


def report(rows: int) -> None:
    from django.core.cache import cache  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from agreements import ledger  # noqa: PLC0415
    from agreements.models import LedgerSum  # noqa: PLC0415
    from municipalities.rls import region_scope  # noqa: PLC0415

    there = fill(rows)
    print(f"{there:,} rows of the ledger; load {os.getloadavg()[0]:.1f}\n")
    cache.clear()
    timed("straight from the ledger", straight)
    timed("added up anew", ledger.rebuild)
    timed("all indicators of the year", figures)
    fill(there + NEW)
    timed(f"{NEW:,} new rows added", ledger.advance)
    timed("all indicators of the year, again", figures)
    with transaction.atomic(), region_scope("benchmark"):
        step_by_step = set(LedgerSum.objects.values_list("municipality", "day", "kind", "amount"))
    ledger.rebuild()
    with transaction.atomic(), region_scope("benchmark"):
        anew = set(LedgerSum.objects.values_list("municipality", "day", "kind", "amount"))
        print(f"\n{LedgerSum.objects.count():,} sums; step by step as anew: {step_by_step == anew}")


def fill(rows: int) -> int:
    """Bring the ledger to so many rows; how many it has."""
    from django.db import connection, transaction  # noqa: PLC0415

    from municipalities.rls import region_scope  # noqa: PLC0415

    with transaction.atomic(), region_scope("benchmark"), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.2026)")
        cursor.execute("SELECT count(*) FROM participation_intervention")
        missing = rows - cursor.fetchone()[0]
        if missing > 0:
            cursor.execute(LEDGER, [missing, YEAR[0]])
        cursor.execute("SELECT count(*) FROM participation_intervention")
        return cursor.fetchone()[0]


def straight() -> int:
    """What the indicators of the year read, without any sums made before."""
    from django.db import transaction  # noqa: PLC0415

    from agreements import ledger  # noqa: PLC0415
    from municipalities.rls import region_scope  # noqa: PLC0415

    with transaction.atomic(), region_scope("benchmark"):
        return len(ledger.tally_anew(*YEAR).kinds)


def figures() -> int:
    from agreements.figures import measure  # noqa: PLC0415
    from agreements.models import Indicator  # noqa: PLC0415
    from agreements.populations import chosen, vintages  # noqa: PLC0415

    return len(measure(Indicator.objects.all(), *YEAR, chosen("", vintages())))


def timed(what: str, act) -> None:
    began, used = time.perf_counter(), of_a_core()
    made = act()
    took, cost = time.perf_counter() - began, of_a_core() - used
    print(f"{what:36}{took:8.2f} s{cost:8.2f} s of a core   ({made:,})", flush=True)


def of_a_core() -> float:
    """Seconds of a core so far, of this process and of its backend in PostgreSQL."""
    from django.db import connection  # noqa: PLC0415

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK") + time.process_time()


if __name__ == "__main__":
    began = time.monotonic()
    main()
    print(f"\nTook {time.monotonic() - began:.0f} s.")
