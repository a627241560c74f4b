#!/usr/bin/env python
"""Run a Django command, with the embedded servers started if no others are configured."""

import os
import sys

from django.core.management import execute_from_command_line

from decide import servers

# These work on files alone, or decide themselves what to start.
WITHOUT_SERVERS = {
    "servers",
    "messages",
    "collectstatic",
    "demo",
    "help",
    "--help",
    "version",
}


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "decide.settings")
    try:
        if len(sys.argv) < 2 or sys.argv[1] in WITHOUT_SERVERS:
            servers.known_into_environ()
        else:
            servers.into_environ()
    except servers.ServerProblem as problem:
        sys.exit(str(problem))

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
