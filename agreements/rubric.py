"""How good an intervention was: eight criteria, each with what every mark from 0 to 3 means.

Public, so that whoever marks and whoever reads the mark mean the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Criterion:
    """What is looked at, and what 0, 1, 2 and 3 mean; `field` is its column in QualityScore."""

    field: str
    name: Any
    asks: Any
    anchors: tuple[Any, Any, Any, Any]

    @property
    def choices(self) -> list[tuple[int, Any]]:
        return list(enumerate(self.anchors))


RUBRIC = (
    Criterion(
        "reach",
        _("Reach"),
        _("Did it come to the people whom it concerns?"),
        (
            _("Only those who work on it knew of it."),
            _("A few people came, fewer than were expected."),
            _("About as many as were expected came."),
            _("More came than were expected, also from far villages."),
        ),
    ),
    Criterion(
        "diversity",
        _("Diversity"),
        _("Who came: women, young people, the countryside, those who never come?"),
        (
            _("It is not known who came."),
            _("It is known, and one group stayed among itself."),
            _("Women and people of the countryside came, fewer than their share."),
            _("They came at least in their share of the population, and it was looked for."),
        ),
    ),
    Criterion(
        "information",
        _("Information before"),
        _("Could people prepare?"),
        (
            _("There was no information before."),
            _("It came late, or only on the web."),
            _("It came in time by two or more means."),
            _("It came in time, in plain words, by means that reach people without internet."),
        ),
    ),
    Criterion(
        "deliberation",
        _("Deliberation"),
        _("Did people speak with each other, and with reasons?"),
        (
            _("People only listened."),
            _("They could ask."),
            _("They spoke, and what they said was written down."),
            _("They weighed different ways, with reasons, and it was written what was for and against."),
        ),
    ),
    Criterion(
        "answer",
        _("Answer"),
        _("Were people told what became of what they said?"),
        (
            _("There was no answer."),
            _("There was a general one."),
            _("Each contribution has an answer."),
            _("Each has an answer with reasons, in time and in public."),
        ),
    ),
    Criterion(
        "result",
        _("Result"),
        _("Did anything change?"),
        (
            _("Nothing that could be shown."),
            _("Something was agreed."),
            _("What was agreed is being done."),
            _("It is done, or there is a norm, and it can be looked at."),
        ),
    ),
    Criterion(
        "accessibility",
        _("Accessibility"),
        _("Could everybody take part: by language, by hour, by way, with a disability?"),
        (
            _("Nobody thought of it."),
            _("Place and hour suited some."),
            _("Place and hour suited most, and there was help for those who asked."),
            _("There was help without asking, care for children or fares, and the language of the place."),
        ),
    ),
    Criterion(
        "evidence_mark",
        _("Evidence"),
        _("Can somebody else see that it was so?"),
        (
            _("There is nothing to show."),
            _("There is a photo or a list."),
            _("There is an acta with a list of attendance."),
            _("There is an acta, a list and what came of it, verified by somebody else."),
        ),
    ),
)  # fmt: skip
BY_FIELD = {criterion.field: criterion for criterion in RUBRIC}
