"""A process as staff prepare it, for the tests of this room."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from processes.actions import processes
from processes.enums import StepKind, TeamRole


RULES = "Everybody who lives here takes part.\n\nThe municipality answers in thirty days."


def words(**more):
    """What the form of a new process gives its action."""
    return {
        "title": "Plan de movilidad",
        "summary": "How we move in the town; everybody who lives here takes part.",
        "rules": RULES,
    } | more


def day(number):
    return timezone.now().replace(second=0, microsecond=0) + timedelta(days=number)


def step(title="Taller", kind=StepKind.MEETING, start=1, end=2, **more):
    """A row of the form: from one day until another, counted from today."""
    return {
        "kind": kind,
        "title": title,
        "text": "",
        "starts_at": day(start),
        "ends_at": day(end),
    } | more


LEADER = {"role": TeamRole.LEADS, "name": "Elsa Quispe", "office": "Participación"}


def ready(town, by, *, steps=None, **more):
    """In preparation, with all that it needs to open."""
    process = processes.begin(town, by=by, form_key=uuid4(), **words(**more))
    processes.set_steps(process, by=by, steps=steps or [step()])
    processes.set_team(process, by=by, members=[LEADER])
    return process


def opened(town, by, **more):
    return processes.open_process(ready(town, by, **more), by=by)
