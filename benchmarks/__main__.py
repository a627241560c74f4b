"""How fast the site is: `make bench`. Prints ratios, for machines differ.

It fills a database of its own under VAR/bench (1,892 municipalities, 2,000 and then 200,000
proposals), starts the production server on it and asks it over 8 connections.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("PORT", "8971"))
# adhocracy+ on a machine like ours, with 10,000 ideas in one project: requests per second.
PEER = {"list": 3.5, "list, page 1,000": 3.6, "detail": 42, "support": 80}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="length of each load")
    parser.add_argument("--proposals", type=int, default=200_000)
    options = parser.parse_args()

    var = Path(os.environ.get("VAR") or ROOT / "var") / "bench"
    os.environ |= {
        "VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "decide.settings",
        "PORT": str(PORT),
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_POOL": "4",
    }
    from decide import servers  # noqa: PLC0415

    servers.wipe(var)  # what an earlier run left would not be a hundredth
    servers.into_environ()
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, check=True
    )
    import django  # noqa: PLC0415

    django.setup()
    from benchmarks import measure  # noqa: PLC0415

    server = subprocess.Popen([Path(sys.executable).parent / "gunicorn", "decide.wsgi"], cwd=ROOT)
    try:
        wait()
        measure.report(PORT, options.proposals, options.seconds, PEER)
    finally:
        server.terminate()
        server.wait()
        servers.stop(var)


def wait(port: int = PORT) -> None:
    for _ in itertools.repeat(None, 300):
        try:
            urllib.request.urlopen(f"http://localhost:{port}/salud/", timeout=1)
            return
        except OSError:
            threading.Event().wait(0.2)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    began = time.monotonic()
    main()
    print(f"\nTook {time.monotonic() - began:.0f} s.")
