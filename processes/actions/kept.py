"""What the actions on a process have in common: its row held, its line in the history, its refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from participation import history
from processes.enums import ProcessState
from processes.models import Process


if TYPE_CHECKING:
    from accounts.models import User


class CannotProcess(Exception):
    """What was asked of a process is not possible as it stands; the text says why."""


class HasChanged(CannotProcess):
    """A colleague changed it since the page was opened."""

    def __init__(self) -> None:
        super().__init__(_("It has changed since you opened this page. Read it again."))


def locked(process: Process) -> Process:
    """As it is now, and nobody else's until the transaction ends."""
    return (
        Process.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread", "municipality")
        .get(pk=process.pk)
    )


def record(verb: str, process: Process, *, by: User | None, **more: Any) -> None:
    """A line of its history, signed by the office that answers for it."""
    history.record(verb, process.thread, by=by, as_office=process.shown_office[:120], **more)


def refuse_over(process: Process) -> None:
    if process.state in (ProcessState.CLOSED, ProcessState.CALLED_OFF):
        raise CannotProcess(_("It is over: what it said and did stays as it was."))
