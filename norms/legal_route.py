"""The way of a citizens' initiative by law, in plain words, and the sum of its signatures.

Facts are those of the articles named beside each. What no article says (how long the council
has, how its debate goes) is the municipality's to set by its own norm, and is said to be so;
what the law says of Congress alone is not taken for a council's.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality


# LOM, art. 114: «más del 1 %» of the electors of the district or the province.
SHARE = Decimal(1)
# Ley 26300, art. 10: days to complete the signatures once some were struck out.
DAYS_TO_COMPLETE = 30
# Where the State publishes its laws in force.
LAWS = "https://spij.minjus.gob.pe/"


@dataclass(frozen=True)
class Step:
    """One step: who does what, by which article; nobody's term unless the law sets one."""

    code: str
    title: Any
    text: Any
    base: str
    is_local: bool = False  # what the law leaves to the municipality


STEPS = [
    Step(
        "draft",
        _("Write the norm that you ask for"),
        _(
            "Neighbours propose a norm that binds all or part of the people here, or the council"
            " itself. Who promotes it writes down their names, documents, signatures or"
            " fingerprints, and one common address."
        ),
        "LOM, art. 114; Ley 26300, art. 4",
    ),
    Step(
        "begin",
        _("Ask the electoral authority to begin"),
        _("The promoters hand in the request with the text. From then on the procedure runs."),
        "Ley 26300, art. 4",
    ),
    Step(
        "sign",
        _("Gather signatures on paper"),
        _(
            "More than 1 % of the electors of the district or the province sign. The electoral"
            " authority says how somebody signs who cannot write or has an impediment."
        ),
        "LOM, art. 114; Ley 26300, art. 5",
    ),
    Step(
        "verify",
        _("RENIEC checks the signatures"),
        _("Those count that are authentic and of people who may vote in this place."),
        "LOM, art. 114; Ley 26300, arts. 6 y 8",
    ),
    Step(
        "complete",
        _("If some are missing, up to thirty more days"),
        _("Once the wrong ones are struck out, the promoters may complete the number."),
        "Ley 26300, art. 10",
    ),
    Step(
        "admit",
        _("The electoral authority admits it"),
        _("If all is as the law asks, its resolution admits the initiative, with its text."),
        "Ley 26300, art. 8",
    ),
    Step(
        "decide",
        _("The council discusses and decides"),
        _(
            "How, and within how many days, the council says itself: it approves the rules for"
            " these initiatives on the mayor's proposal. The law sets no term for it."
        ),
        "LOM, art. 114; Ley 26300, art. 7",
        is_local=True,
    ),
    Step(
        "refund",
        _("If it becomes a norm, costs may be paid back"),
        _("The promoters may ask the electoral authority for it, as far as its money goes."),
        "Ley 26300, art. 47",
    ),
]
REGIONAL_BASE = "Ley 26300, arts. 2.d y 7"


def is_local(municipality: Municipality) -> bool:
    """Whether article 114 speaks of it: of districts and provinces, not of the region."""
    return municipality.kind != MunicipalityKind.REGION


def needed(electors: int, share: Decimal) -> int:
    """Signatures that are more than `share` percent of `electors`: 101 of 10,000 at 1 %."""
    return int((electors * share / 100).to_integral_value(ROUND_FLOOR)) + 1
