"""Elections of other places: read whole or not at all, and each file once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from budgets import imported, pabulib
from budgets.models import ImportedElection


if TYPE_CHECKING:
    from accounts.models import User
    from municipalities.models import Municipality

MOST_BYTES = 20 * 1024 * 1024


class CannotImport(Exception):
    """The file is not taken, and why; nothing was kept of it."""


@transaction.atomic
def import_file(
    municipality: Municipality, *, by: User, data: bytes, name: str = ""
) -> ImportedElection:
    """Keep an election as its file tells it; the same file again is the same election."""
    if len(data) > MOST_BYTES:
        raise CannotImport(_("The file has more than %(size)d MB.") % {"size": MOST_BYTES >> 20})
    digest = hashlib.sha256(data).hexdigest()
    if known := ImportedElection.objects.filter(municipality=municipality, sha256=digest).first():
        return known
    try:
        text = pabulib.text_of(data)
        file = imported.read(text)
    except pabulib.BadFile as problem:
        raise CannotImport(str(problem)) from problem
    election, _made = ImportedElection.objects.get_or_create(
        municipality=municipality,
        sha256=digest,
        defaults={
            "name": name or imported.name_of(file) or _("Election without a name"),
            "source": text,
            "works": len(file.works),
            "ballots": len(file.ballots),
            "money": file.money,
            "currency": file.meta.get("currency", "")[:10],
            "by": by,
        },
    )
    return election


@transaction.atomic
def drop(election: ImportedElection) -> None:
    """Show it no longer; its counts go with it. It was never ours."""
    election.delete()
