"""Finds the Chromium for the journeys, or installs one: `python tests/browser.py`, `make browser`.

Without a browser the journeys fail; they are never skipped.
"""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright


NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium: the one CHROMIUM names, the system's, or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        return named if works(named) else None
    for path in filter(None, map(shutil.which, NAMES)):
        if works(path):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if works(path) else None


def works(path: str) -> bool:
    """Ubuntu's chromium, for one, is only a note that says to use snap."""
    try:
        return not subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False


def install() -> None:
    """Debian's, if we may; else Playwright's own, which is downloaded from elsewhere."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    apt = [*as_root, "apt-get"]
    playwright = [sys.executable, "-m", "playwright", "install"]
    ways = [[*playwright, "--with-deps", "chromium"], [*playwright, "chromium"]]
    if all(map(shutil.which, ("apt-get", *as_root[:1]))):
        chromium = ["install", "--yes", "--no-install-recommends", "chromium"]
        ways = [[*apt, "update"], [*apt, *chromium], *ways]
    for command in ways:
        print("Installing a browser:", " ".join(command), flush=True)
        try:
            subprocess.run(command, timeout=300, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            print("That takes too long.", flush=True)
        if find():
            return


def main() -> None:
    if not find():
        install()
    if not (path := find()):
        sys.exit(
            "There is no Chromium here and none could be installed. Install one (on Debian: "
            "apt-get install chromium) or name one: make test CHROMIUM=/path/to/chromium"
        )
    print(f"Browser: {path}")


if __name__ == "__main__":
    main()
