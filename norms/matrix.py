"""The matrix contribution – answer – change of a draft norm, a row for each contribution.

Only what everybody may read: people under the name they show, erased accounts without one, and
nothing of what was hidden or taken back.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext as _

from decide.common.typed import harmless
from norms.contributions import with_everything
from norms.enums import Verdict
from norms.models import Cause, Norm
from norms.places import Place
from participation.models import Comment


CHUNK = 500
# What is put together while somebody waits, some seconds; more is taken by provision, or as CSV.
AT_MOST = {"pdf": 1_000, "docx": 5_000}


@dataclass(frozen=True)
class Row:
    """One contribution, what was answered and what it changed. Empty where there is nothing."""

    number: int
    place: str
    who: str
    at: datetime
    text: str
    old: str = ""
    new: str | None = None  # none if it proposes no wording, empty to take words out
    verdict: str = ""
    reasons: str = ""
    office: str = ""
    answered_at: datetime | None = None
    is_late: bool = False
    changed: list[str] = field(default_factory=list)  # «Artículo 5. Objeto (versión 2)»

    @property
    def verdict_label(self) -> str:
        return str(Verdict(self.verdict).label) if self.verdict else ""


def who(comment: Comment) -> str:
    """The name they show; none of an account that is erased or was never here."""
    author = comment.author
    if author is None or author.deleted_at:
        return comment.organisation
    if comment.organisation:
        return f"{author.public_name} ({comment.organisation})"
    return author.public_name


def rows(norm: Norm, found, names: Mapping[int, Place]) -> Iterator[Row]:
    """The rows of these contributions, in their order, however many there are."""
    ids = iter(list(found.values_list("pk", flat=True)))
    while chunk := list(islice(ids, CHUNK)):
        comments = with_everything(found).in_bulk(chunk)
        yield from rows_of(norm, [comments[pk] for pk in chunk if pk in comments], names)


def rows_of(norm: Norm, comments: Iterable[Comment], names: Mapping[int, Place]) -> list[Row]:
    """The rows of comments that were read with everything (norms.contributions); one query."""
    comments = list(comments)
    changed = _changed(comments, names)
    return [_row(norm, comment, names, changed.get(comment.pk, [])) for comment in comments]


def _row(norm: Norm, comment: Comment, names: Mapping[int, Place], changed: list[str]) -> Row:
    place = names.get(comment.place)
    wording = getattr(comment, "wording", None)
    given = getattr(comment, "answered", None)
    answer = given.answer if given and given.answer.published_at else None
    annotation = getattr(comment.thread, "annotation", None)
    return Row(
        number=comment.pk,
        place=place.name if place else _("The norm as a whole"),
        who=who(comment),
        at=comment.created_at,
        text=comment.text,
        old=annotation.quote if annotation else "",
        new=wording.new_text if wording else None,
        verdict=answer.verdict if answer else "",
        reasons=answer.text if answer else "",
        office=answer.office if answer else "",
        answered_at=answer.published_at if answer else None,
        is_late=bool(answer and norm.answers_at and answer.published_at > norm.answers_at),
        changed=changed,
    )


def _changed(comments: list[Comment], names: Mapping[int, Place]) -> dict[int, list[str]]:
    """By contribution, the provisions that it changed in published versions."""
    found = Cause.objects.filter(
        comment__in=[comment.pk for comment in comments], version__published_at__isnull=False
    ).order_by("version__number", "pk")
    by_comment: dict[int, list[str]] = defaultdict(list)
    for comment, article, version in found.values_list("comment", "article", "version__number"):
        name = names[article].name if article in names else f"{article}"
        said = _("%(provision)s (version %(number)d)") % {"provision": name, "number": version}
        by_comment[comment].append(said)
    return by_comment


# --- As a file of comma separated values

COLUMNS = (
    *("aporte", "disposicion", "quien", "fecha", "texto", "palabras_marcadas"),
    *("redaccion_propuesta", "decision", "razones", "oficina", "fecha_respuesta"),
    *("fuera_de_plazo", "cambio_que_causo"),
)


def as_csv(found: Iterable[Row]) -> str:
    """With a mark that tells spreadsheets its letters; no cell can be run as a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in found:
        cells = (
            *(row.number, row.place, row.who, stamp(row.at), row.text, row.old),
            *(proposed(row), row.verdict, row.reasons, row.office, stamp(row.answered_at)),
            *("si" if row.is_late else "no" if row.verdict else "", "; ".join(row.changed)),
        )
        writer.writerow([harmless(str(cell)) for cell in cells])
    return out.getvalue()


def proposed(row: Row) -> str:
    """Its words; said in brackets that there are none, if it takes words out."""
    if row.new is None:
        return ""
    return row.new or _("[Take these words out]")


def stamp(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
