"""`python -m decide.servers COMMAND …` runs a command with the servers it needs.

Those that were not running before end with it.
"""

import subprocess
import sys

from decide import servers


def main() -> int:
    with servers.for_this_process(), subprocess.Popen(sys.argv[1:]) as command:
        try:
            return command.wait()
        except KeyboardInterrupt:
            with servers.uninterrupted():
                command.terminate()
                command.wait()
            return 130


if __name__ == "__main__":
    try:
        sys.exit(main())
    except servers.ServerProblem as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
