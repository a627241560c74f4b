"""Draft norms with a text, for tests: a provision for each text given, in published versions."""

import uuid

from django.utils import timezone

from norms import anchoring
from norms.actions import annotations
from norms.models import Part, Version
from tests.factories import UserFactory
from tests.norms.factories import ArticleFactory, NormFactory, PartFactory, VersionFactory


def written(municipality, *texts, **fields):
    """A norm whose first version has these texts as Artículo 1, 2 and so on; its parts."""
    norm = NormFactory(municipality=municipality, **fields)
    version = VersionFactory(municipality=municipality, norm=norm)
    public = norm.is_public
    articles = [
        ArticleFactory(
            municipality=municipality,
            norm=norm,
            slug=f"articulo-{number}",
            thread__is_public=public,
        )
        for number in range(1, len(texts) + 1)
    ]
    for article in articles:
        article.thread.path = article.get_absolute_url()
        article.thread.save(update_fields=["path"])
    return _published(version, dict(zip(articles, texts, strict=True)))


def next_version(norm, texts):
    """The next version of the norm, with a text for each article that is still in it; its parts."""
    number = norm.versions.count() + 1
    version = VersionFactory(municipality=norm.municipality, norm=norm, number=number)
    parts = _published(version, texts)
    anchoring.carry(version)
    norm.__dict__.pop("current", None)
    return parts


def _published(version, texts):
    parts = [
        PartFactory(
            municipality=version.municipality,
            version=version,
            article=article,
            position=position,
            label=f"Artículo {position}.-",
            heading="Objeto",
            text=text,
        )
        for position, (article, text) in enumerate(texts.items(), start=1)
    ]
    Version.objects.filter(pk=version.pk).update(published_at=timezone.now())
    found = Part.objects.filter(version=version).order_by("position")
    assert len(parts) == len(found)
    return list(found.select_related("version__norm__municipality", "article__thread"))


def mark(part, words, *, by=None, text="Me parece bien.", new_text=None, number=0):
    """What somebody says of words of a part: the comment."""
    start = -1
    for _ in range(number + 1):
        start = part.text.index(words, start + 1)
    return annotations.annotate(
        part,
        start=start,
        stop=start + len(words),
        by=by or UserFactory(),
        form_key=uuid.uuid4(),
        text=text,
        new_text=new_text,
    )
