"""What the rooms above add when something happens to a person.

People stand below everything that they do, so this room cannot call the others.
Each of them hands its part to the lists here, once, in its AppConfig.ready.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from accounts.models import User

# Take away what this room keeps of the person. Contributions stay, without a name.
# Called in the region's scope, inside the transaction that empties the account.
ERASERS: list[Callable[[User], None]] = []

# What this room knows of the person, by heading, for their own copy. In the region's scope;
# only what json.dumps understands (with dates).
EXPORTERS: list[Callable[[User], dict[str, Any]]] = []
