"""The indicators as the region defined them, from data/indicators.json into their table."""

import json
from pathlib import Path

from agreements.models import Indicator


FILE = Path(__file__).parent / "data" / "indicators.json"


def load() -> int:
    """Add what is new and bring the rest up to date, in the region's scope; how many there are.

    What planners added themselves stays as it is.
    """
    defined = json.loads(FILE.read_text(encoding="utf-8"))
    for position, words in enumerate(defined, start=1):
        Indicator.objects.update_or_create(
            code=words["code"], defaults=words | {"position": position * 10}
        )
    return len(defined)
