"""What staff do next with a draft norm, and what its clock does next (for everybody: progress.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from norms.enums import NormState
from norms.models import Norm


@dataclass(frozen=True)
class Todo:
    """One step before it is published: `state` is done, current or todo."""

    code: str
    label: str
    url: str
    state: str


def next_date(norm: Norm) -> tuple[str, datetime] | None:
    """What its clock does next, and when."""
    if norm.state != NormState.PUBLISHED or norm.resulted_at:
        return None
    now = timezone.now()
    return next(((label, day) for label, day in _dates(norm) if day > now), None)


def todo(norm: Norm) -> list[Todo]:
    """What staff do until everybody can read it, one after the other; nothing afterwards."""
    if norm.is_public:
        return []
    has_text = norm.draft is not None or norm.current is not None
    dates = (norm.explained_at, norm.opens_at, norm.closes_at, norm.answers_at, norm.final_at)
    steps = [
        ("edit", _("Its words and the days of its phases"), all(dates)),
        ("import_text", _("Bring the text in"), has_text),
        ("structure", _("Look at the structure and put it right"), norm.current is not None),
        ("publish_version", _("Settle the first version"), norm.current is not None),
        ("publish", _("Let everybody read it"), False),
    ]
    current = next((code for code, _label, done in steps if not done), "")
    if current == "structure" and norm.draft is None:
        current = "import_text"
    return [
        Todo(
            code,
            label,
            address(norm, code),
            "done" if done else "current" if code == current else "todo",
        )
        for code, label, done in steps
    ]


def links(norm: Norm) -> list[tuple[str, str, str]]:
    """The other pages for those who work on it, of what has begun: icon, words, address."""
    if not norm.is_public:
        return []
    pages = [
        ("comment", _("Answer the contributions"), address(norm, "answer_desk")),
        ("scales", _("What still stands in the way of agreement"), address(norm, "obstacles")),
        ("list", _("The matrix of contributions and answers"), address(norm, "answers")),
    ]
    if norm.current and norm.current.number > 1:
        causes = address(norm, "causes", norm.current.number)
        pages.append(("merge", _("Which contributions each change comes from"), causes))
    return pages


def address(norm: Norm, name: str, *more: int) -> str:
    return reverse(f"norms:{name}", args=[norm.municipality.slug, norm.pk, *more])


def _dates(norm: Norm) -> list[tuple[str, datetime]]:
    return [
        (_("Explained from"), norm.explained_at),
        (_("Takes comments from"), norm.opens_at),
        (_("Takes comments until"), norm.closes_at),
        (_("Answered until"), norm.answers_at),
        (_("Final text by"), norm.final_at),
    ]
