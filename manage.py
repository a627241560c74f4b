#!/usr/bin/env python
"""Run a Django command, with the embedded servers started if no others are configured."""

import os
import sys

from django.core.management import execute_from_command_line

from decide import servers, supervisor


# These work on files alone, or decide themselves what to start.
WITHOUT_SERVERS = {
    "servers", "messages", "collectstatic", "count_pb", "help", "--help", "version",
}  # fmt: skip


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "decide.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        if command == "demo":
            supervisor.demo_into_environ()
            with servers.for_the_demo():
                execute_from_command_line(sys.argv)
        elif command in WITHOUT_SERVERS:
            servers.known_into_environ()
            execute_from_command_line(sys.argv)
        else:
            servers.into_environ()
            execute_from_command_line(sys.argv)
    except servers.ServerProblem as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
