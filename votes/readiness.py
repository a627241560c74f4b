"""What keeps an urn from opening: its rules, its keys, and how the database keeps and logs.

A ballot that was acknowledged may not be lost when the power goes, and no log may keep what
was sent, nor the database when.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _

from votes import keys
from votes.enums import QuestionKind, UrnState
from votes.models import KeyCeremony


if TYPE_CHECKING:
    from votes.models import Urn

# By setting of PostgreSQL, what it may be; docs/running.md says where it is set.
SETTINGS = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
    "log_statement": ("none", "ddl"),
    "log_parameter_max_length": ("0",),
    "log_parameter_max_length_on_error": ("0",),
    "track_commit_timestamp": ("off",),
}


class NotReady(Exception):
    """The urn may not open yet; `problems` says why, one by one."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def check(urn: Urn) -> None:
    """Asked once the trustees have proven their words, and before actions.urn.accept_keys."""
    if found := problems(urn):
        raise NotReady(found)


def problems(urn: Urn) -> list[str]:
    """Each in a sentence for staff; none if the urn may take ballots."""
    return [*_of_rules(urn), *_of_keys(urn), *wrong(database_settings())]


def _of_rules(urn: Urn) -> list[str]:
    if urn.state == UrnState.PREPARED:
        return [_("The rules are not frozen.")]
    if hashlib.sha256(urn.definition.encode()).digest() != bytes(urn.digest):
        return [_("The fingerprint is not that of the rules.")]
    definition = json.loads(urn.definition)
    found = [
        _("No lot was drawn for ties of «%(question)s».")
        % {"question": question.get("title") or question["id"]}
        for question in definition.get("questions", [])
        if question["kind"] != QuestionKind.OPEN and not question.get("lots")
    ]
    if hasattr(urn, "poll") and not urn.is_test and not _has_roll(definition):
        found.append(_("The rules do not say how many are on the roll, nor its fingerprint."))
    return found


def _has_roll(definition: dict[str, Any]) -> bool:
    roll = definition.get("roll", {})
    return bool(roll.get("digest")) and "count" in roll


def _of_keys(urn: Urn) -> list[str]:
    found = []
    if urn.sign_key and bytes(urn.sign_key) != keys.public_signing_key(urn):
        found.append(_("The key that signs receipts is not the one the rules name."))
    if hasattr(urn, "poll"):
        last = KeyCeremony.objects.filter(poll=urn.poll).order_by("number").last()
        if last is None or last.proven_at is None:
            found.append(_("Those who keep the key have not proven yet that they have it."))
    return found


def database_settings() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, current_setting(name) FROM unnest(%s::text[]) name", [[*SETTINGS]]
        )
        return dict(cursor.fetchall())


def wrong(found: dict[str, str]) -> list[str]:
    """The settings of the database that are not as an urn needs them."""
    return [
        _("PostgreSQL: %(name)s has to be «%(right)s» and is «%(found)s».")
        % {"name": name, "right": right[0], "found": found.get(name, "")}
        for name, right in SETTINGS.items()
        if found.get(name) not in right
    ]
