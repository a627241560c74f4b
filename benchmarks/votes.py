"""How fast an urn takes ballots, and how fast a large one is opened: `python -m benchmarks.votes`.

It works in a database of its own under VAR/bench-votes. Machines differ, so ratios are printed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.__main__ import ROOT, wait


PORT = int(os.environ.get("PORT", "8972"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.votes", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="length of each load")
    parser.add_argument("--ballots", type=int, default=1_000_000, help="in the urn that is opened")
    parser.add_argument("--people", type=int, default=4_000, help="who cast one ballot each")
    parser.add_argument("--keep", action="store_true", help="go on with an earlier run's database")
    options = parser.parse_args()

    var = Path(os.environ.get("VAR") or ROOT / "var") / "bench-votes"
    os.environ |= {
        "VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "PORT": str(PORT),
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_POOL": "4",
    }
    from decide import servers  # noqa: PLC0415

    if not options.keep:
        servers.wipe(var)
    servers.into_environ()
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
    import django  # noqa: PLC0415

    django.setup()
    from django.db import transaction  # noqa: PLC0415

    from benchmarks import casting, country, opening  # noqa: PLC0415

    site = None
    try:
        with transaction.atomic():
            country.build(0)
        site = subprocess.Popen([Path(sys.executable).parent / "gunicorn", "decide.wsgi"], cwd=ROOT)
        wait(PORT)
        casting.report(PORT, options.seconds, options.people)
        site.terminate()
        site.wait()
        opening.report(options.ballots)
    finally:
        if site:
            site.kill()
        servers.stop(var)


if __name__ == "__main__":
    began = time.monotonic()
    main()
    print(f"\nTook {time.monotonic() - began:.0f} s.")
