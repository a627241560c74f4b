"""How the text of a draft norm comes in, is put right, and is published as a version.

While a version is in preparation its parts are changed one at a time
(norms/actions/parts.py); once it is published nothing in it changes any more, and the database
sees to that (norms/0002).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from norms import anchoring, docx_in, matching, structure
from norms.actions.norms import CannotNorm, locked, record
from norms.enums import PartKind, SourceKind
from norms.models import Article, Norm, Part, Version
from norms.rules.norms import why_not_final, why_not_new_version
from participation.enums import ThreadKind
from participation.models import Thread


if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

MOST_PARTS = 1_000
LONGEST_SLUG = 60
# The addresses of provisions that have neither number nor heading.
NAMELESS = {
    PartKind.PREAMBLE: "considerandos",
    PartKind.ARTICLE: "texto",
    PartKind.DISPOSITION: "disposicion",
    PartKind.ANNEX: "anexo",
}


class CannotImport(CannotNorm):
    """What was given cannot be read as a text; `field` is the one of the form it came in."""

    def __init__(self, text: str, field: str) -> None:
        super().__init__(text)
        self.field = field


class CannotPublishVersion(CannotNorm):
    """The text is not ready, or it is not its time."""


@transaction.atomic
def import_text(
    norm: Norm,
    *,
    by: User,
    source: str,
    text: str = "",
    upload: UploadedFile | None = None,
) -> Version:
    """Make the version in preparation of what was given; what was in it before is replaced."""
    norm = locked(norm)
    _refuse_new_version(norm)
    found = _read(source, text, upload)
    field = "upload" if source == SourceKind.DOCX else "text"
    if not any(part.text or part.heading for part in found):
        raise CannotImport(_("There is no text in it."), field)
    if len(found) > MOST_PARTS:
        raise CannotImport(
            _("It falls into %(count)d parts, and at most %(most)d fit. Bring it in two norms.")
            % {"count": len(found), "most": MOST_PARTS},
            field,
        )
    return _written(norm, by, source, found)


@transaction.atomic
def copy_current(norm: Norm, *, by: User) -> Version:
    """Begin the next version from the one that everybody reads."""
    norm = locked(norm)
    _refuse_new_version(norm)
    current = norm.current
    if current is None:
        raise CannotNorm(_("No version is published yet: bring the text in first."))
    return _written(norm, by, SourceKind.COPIED, current.parts.all())


@transaction.atomic
def publish_version(
    version: Version,
    *,
    by: User,
    is_final: bool = False,
    what_changed: str = "",
    matches: dict[int, int | None] | None = None,
) -> Version:
    """Settle the text for good; each provision keeps its address, and marked words are looked for.

    `matches` says which provision of the norm each part is, by their ids, or None for a new
    one; without it norms.matching proposes. Everybody reads it once the norm is public.
    """
    norm = locked(version.norm)
    version = Version.objects.select_for_update(of=("self",), no_key=True).get(pk=version.pk)
    version.norm = norm
    if version.published_at:
        raise CannotPublishVersion(_("This version is published already."))
    if reason := why_not_new_version(norm) or (is_final and why_not_final(norm)):
        raise CannotPublishVersion(str(reason))
    parts = list(version.parts.provisions())
    if not parts:
        raise CannotPublishVersion(_("There is no provision in it: bring the text in first."))
    if matches is None:
        matches = matching.propose(version)
    _give_articles(norm, parts, matches)
    version.is_final, version.what_changed = is_final, what_changed
    version.published_at = timezone.now()
    version.save(update_fields=["is_final", "what_changed", "published_at"])
    anchoring.carry(version)
    data = {"version": version.number}
    verb = "norm_final" if is_final else "norm_version"
    shown = norm.is_public
    record(verb, norm, by=by, text=what_changed, data=data, is_public=shown, tell=shown)
    return version


def _refuse_new_version(norm: Norm) -> None:
    if reason := why_not_new_version(norm):
        raise CannotNorm(str(reason))


def _written(norm: Norm, by: User, source: str, found: Iterable[Any]) -> Version:
    """The version in preparation with these parts in place of its own; copied ones keep their provision."""
    version = _in_preparation(norm, by)
    version.parts.all().delete()
    version.source, version.by = source, by
    version.save(update_fields=["source", "by"])
    Part.objects.bulk_create(
        Part(
            municipality_id=norm.municipality_id,
            version=version,
            position=position,
            article_id=getattr(part, "article_id", None),
            kind=part.kind,
            label=part.label,
            heading=part.heading,
            text=part.text,
        )
        for position, part in enumerate(found)
    )
    record("norm_imported", norm, by=by, data={"source": source}, is_public=False)
    return version


def _in_preparation(norm: Norm, by: User) -> Version:
    """The version that is being prepared; there is at most one, and its norm is locked."""
    if found := norm.versions.filter(published_at=None).first():
        return found
    last = norm.versions.aggregate(last=Max("number"))["last"] or 0
    return Version.objects.create(
        municipality_id=norm.municipality_id, norm=norm, number=last + 1, by=by
    )


def _read(source: str, text: str, upload: UploadedFile | None) -> list[structure.Found]:
    match source:
        case SourceKind.DOCX:
            if upload is None:
                raise CannotImport(_("Choose the Word document."), "upload")
            try:
                return docx_in.read(upload)
            except docx_in.BadDocx as reason:
                raise CannotImport(str(reason), "upload") from reason
        case SourceKind.MARKDOWN:
            return structure.from_markdown(text)
        case SourceKind.PASTED:
            return structure.from_text(text)
    raise ValueError(source)


def _give_articles(norm: Norm, parts: list[Part], matches: dict[int, int | None]) -> None:
    """Each part gets the provision it is; for a new one, an address and a conversation."""
    known = {article.pk: article for article in norm.articles.select_related("thread")}
    chosen = [matches.get(part.pk) for part in parts]
    named = [pk for pk in chosen if pk is not None]
    if len(named) != len(set(named)) or not set(named) <= set(known):
        raise CannotPublishVersion(
            _("Each provision of the norm can be only one part of the text.")
        )
    new = [part for part, pk in zip(parts, chosen, strict=True) if pk is None]
    made = iter(_new_articles(norm, new, {article.slug for article in known.values()}))
    # First none, for two of them may change places.
    Part.objects.filter(version=parts[0].version_id).update(article=None)
    renamed = []
    for part, pk in zip(parts, chosen, strict=True):
        part.article = known[pk] if pk is not None else next(made)
        if pk is not None and part.article.thread.title != part.name[:160]:
            part.article.thread.title = part.name[:160]
            renamed.append(part.article.thread)
    Part.objects.bulk_update(parts, ["article"])
    Thread.objects.bulk_update(renamed, ["title"])


def _new_articles(norm: Norm, parts: list[Part], taken: set[str]) -> list[Article]:
    slugs = [_free_slug(part, taken) for part in parts]
    threads = Thread.objects.bulk_create(
        Thread(
            municipality_id=norm.municipality_id,
            kind=ThreadKind.ARTICLE,
            title=part.name[:160],
            is_public=norm.is_public,
            opens_at=norm.opens_at,
            closes_at=norm.closes_at,
        )
        for part in parts
    )
    articles = [
        Article(municipality=norm.municipality, norm=norm, thread=thread, slug=slug)
        for thread, slug in zip(threads, slugs, strict=True)
    ]
    for article in articles:
        article.thread.path = article.get_absolute_url()
    Thread.objects.bulk_update(threads, ["path"])
    return Article.objects.bulk_create(articles)


def _free_slug(part: Part, taken: set[str]) -> str:
    """Its address: «articulo-5», or what else names it, with a number if that is taken."""
    name = structure.slug_of(part.kind, part.label) or slugify(part.heading) or NAMELESS[part.kind]
    name = name[: LONGEST_SLUG - 5].strip("-")
    free = next(slug for slug in _numbered(name) if slug not in taken)
    taken.add(free)
    return free


def _numbered(name: str) -> Iterable[str]:
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1
