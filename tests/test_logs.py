"""What people send cannot forge lines of the log."""

import logging

import pytest

from decide.logs import OneLine


FORGED = "x\n2026-11-23 10:00:00 WARNING decide.doors everything by 1"


@pytest.fixture
def line():
    formatter = OneLine("{asctime} {levelname} {name} {message}", style="{")

    def written(message, *args, exc_info=None):
        record = logging.LogRecord("decide", logging.INFO, "", 0, message, args, exc_info)
        return formatter.format(record)

    return written


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_a_line_end_is_spelled_out(line, end):
    assert len(line("%s", f"one{end}two").splitlines()) == 1


def test_an_escape_sequence_reaches_no_terminal(line):
    assert "\x1b" not in line("%s", "\x1b[2K\x1b[1A hidden")


def test_a_failure_cannot_bring_a_line_that_looks_like_another_entry(line):
    try:
        raise ValueError(FORGED)
    except ValueError as error:
        said = line("It failed", exc_info=(type(error), error, error.__traceback__))

    first, *rest = said.splitlines()
    assert first.endswith("It failed")
    assert rest
    assert all(text.startswith("  ") for text in rest)


def test_the_site_writes_its_log_this_way(settings):
    assert settings.LOGGING["formatters"]["line"]["()"] == "decide.logs.OneLine"
    assert settings.LOGGING["handlers"]["console"]["formatter"] == "line"


def test_what_opens_a_door_is_one_line(line):
    assert len(line("%s by %s", FORGED, 7).splitlines()) == 1
