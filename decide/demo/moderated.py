"""What moderation has decided, and what waits for it: so that its desk and its log have something to show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from decide.demo.people import Cast
from participation import ledger
from participation.actions import appeals, moderation
from participation.enums import CaseSource, InterventionKind
from participation.models import Comment, Thread


def plant(thread: Thread, texts: Iterable[dict[str, Any]], cast: Cast) -> None:
    """In the scope of the municipality. Comments of the last days; what is decided is decided today."""
    for text in texts:
        author = cast.author(text["by"])
        comment = _say(thread, text, author)
        for number, reporter in enumerate(text.get("reported_by", [])):
            why = text["said"][number] if number < len(text.get("said", [])) else ""
            moderation.flag(thread, comment, by=cast.author(reporter), rule=text["rule"], text=why)
        if "found" in text:
            moderation.open_case(
                thread, comment, source=CaseSource(text["source"]), found=text["found"], holds=True
            )
        if "decision" in text:
            decision = moderation.decide_at_once(
                thread,
                comment,
                kind=text["decision"],
                by=cast.staff["moderator"],
                rule=text["rule"],
                reason=text.get("reason", ""),
            )
            if "appeal" in text:
                appeals.appeal(decision, by=author, text=text["appeal"])


def _say(thread: Thread, text: dict[str, Any], author: User) -> Comment:
    at = timezone.now() - timedelta(hours=text["hours"])
    comment = Comment.objects.create(
        municipality=thread.municipality,
        thread=thread,
        author=author,
        by_resident=True,
        text=text["text"],
        created_at=at,
    )
    day = timezone.localdate(at)
    ledger.record(InterventionKind.COMMENT, thread.municipality, by=author, day=day)
    return comment
