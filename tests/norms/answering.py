"""A draft norm with its text, and what people say of it, for tests about wordings and answers."""

from django.utils import timezone

from accounts.enums import Role
from norms.models import Version
from tests.factories import CommentFactory, ResidentFactory, RoleGrantFactory
from tests.norms.factories import (
    AnnotationFactory,
    NormFactory,
    PartFactory,
    VersionFactory,
    WordingFactory,
)


TEXTS = (
    "La bicicleta circula por la ciclovía.\nLa municipalidad la mantiene.",
    "Los triciclos pagan una tasa anual.",
    "Las multas van a un fondo.",
)


def put_forward(town, texts=TEXTS, **traits):
    """A published norm with one version of so many articles; its parts, in order."""
    norm = NormFactory(municipality=town, **traits)
    version = VersionFactory(municipality=town, norm=norm)
    parts = [
        PartFactory(
            municipality=town,
            version=version,
            article__municipality=town,
            article__norm=norm,
            article__slug=f"articulo-{number}",
            position=number,
            label=f"Artículo {number}",
            heading="",
            text=text,
        )
        for number, text in enumerate(texts, 1)
    ]
    publish(version)
    return norm, parts


def rewrite(norm, provisions, *, number=2, is_final=False, published=True):
    """Another version: pairs of an article (None for a new one) and its words, in their order."""
    version = VersionFactory(municipality=norm.municipality, norm=norm, number=number)
    parts = []
    for place, (article, text) in enumerate(provisions, 1):
        new = {"article__slug": f"nuevo-{number}-{place}"} if published else {"article": None}
        more = {"article": article} if article else new
        parts.append(
            PartFactory(
                municipality=norm.municipality,
                version=version,
                position=place,
                label=f"Artículo {place}",
                heading="",
                text=text,
                **more,
            )
        )
    if published:
        publish(version, is_final=is_final)
    for known in ("current", "draft"):
        norm.__dict__.pop(known, None)
    return version, parts


def publish(version, *, is_final=False):
    Version.objects.filter(pk=version.pk).update(published_at=timezone.now(), is_final=is_final)
    version.refresh_from_db()


def propose(norm, part, old, new, **more):
    """A wording: other words for some of a provision's, with its comment."""
    annotation = AnnotationFactory(
        municipality=norm.municipality,
        norm=norm,
        article=part.article,
        version=part.version,
        quote=old,
    )
    return WordingFactory(
        municipality=norm.municipality, norm=norm, annotation=annotation, new_text=new, **more
    )


def comment(norm, part=None, **more):
    """A contribution on a provision, or on the norm as a whole."""
    thread = part.article.thread if part else norm.thread
    return CommentFactory(municipality=norm.municipality, thread=thread, **more)


def staff(town):
    return RoleGrantFactory(municipality=town, role=Role.EVALUATOR).user


def neighbour(town):
    return ResidentFactory(district=town.place)
