"""One entry, one line: what people send cannot write lines of its own into the log."""

import logging
import re


# Line ends of every kind, and what a terminal would obey.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def harmless(text: str) -> str:
    return CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class OneLine(logging.Formatter):
    """Writes line ends and control characters as they are spelled; tracebacks are indented."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  logging's name
        record.message = harmless(record.message)
        return super().formatMessage(record)

    def formatException(self, ei) -> str:  # noqa: N802  logging's name
        lines = super().formatException(ei).splitlines()
        return "\n".join(f"  {harmless(line)}" for line in lines)
