"""One factory for each model of norms. They need the scope of their municipality."""

from datetime import timedelta

import factory
from django.utils import timezone

from norms.enums import NormState, PartKind, Stance, Verdict
from norms.models import (
    Anchor,
    Annotation,
    Answered,
    Article,
    Cause,
    Initiative,
    Norm,
    OfficeAnswer,
    Part,
    Version,
    Wording,
    WordingStance,
)
from participation.enums import ThreadKind
from tests.factories import (
    CommentFactory,
    MunicipalityFactory,
    ResidentFactory,
    ThreadFactory,
    UserFactory,
    of_its_place,
)


def days(number):
    return factory.LazyFunction(lambda: timezone.now() + timedelta(days=number))


class NormFactory(factory.django.DjangoModelFactory):
    """Published and open for comments; `draft=True` is in preparation.

    `closed=True` is in its phase of answers, `answered=True` in that of the final text.
    """

    class Meta:
        model = Norm

    class Params:
        draft = factory.Trait(state=NormState.DRAFT, published_at=None)
        closed = factory.Trait(opens_at=days(-40), closes_at=days(-5))
        answered = factory.Trait(opens_at=days(-60), closes_at=days(-30), answers_at=days(-3))

    municipality = factory.SubFactory(MunicipalityFactory)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Ordinance {n}")
    summary = "What it changes."
    explanation = "Why it is needed."
    state = NormState.PUBLISHED
    explained_at = days(-61)
    opens_at = days(-10)
    closes_at = days(20)
    answers_at = days(40)
    final_at = days(50)
    published_at = days(-61)
    thread = factory.SubFactory(
        ThreadFactory,
        kind=ThreadKind.NORM,
        municipality=factory.SelfAttribute("..municipality"),
        author=None,
        title=factory.SelfAttribute("..title"),
        is_public=factory.LazyAttribute(lambda o: o.factory_parent.state != NormState.DRAFT),
        opens_at=factory.SelfAttribute("..opens_at"),
        closes_at=factory.SelfAttribute("..closes_at"),
    )


class VersionFactory(factory.django.DjangoModelFactory):
    """In preparation: parts are added first, then it is published (norms/0002)."""

    class Meta:
        model = Version

    municipality = factory.SubFactory(MunicipalityFactory)
    norm = of_its_place(NormFactory)
    number = 1


class ArticleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Article

    municipality = factory.SubFactory(MunicipalityFactory)
    norm = of_its_place(NormFactory)
    slug = factory.Sequence(lambda n: f"articulo-{n}")
    thread = factory.SubFactory(
        ThreadFactory,
        kind=ThreadKind.ARTICLE,
        municipality=factory.SelfAttribute("..municipality"),
        author=None,
        title=factory.SelfAttribute("..slug"),
        is_public=True,
        opens_at=factory.SelfAttribute("..norm.opens_at"),
        closes_at=factory.SelfAttribute("..norm.closes_at"),
    )


class PartFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Part

    municipality = factory.SubFactory(MunicipalityFactory)
    version = of_its_place(VersionFactory)
    article = factory.SubFactory(
        ArticleFactory,
        municipality=factory.SelfAttribute("..municipality"),
        norm=factory.SelfAttribute("..version.norm"),
    )
    position = factory.Sequence(int)
    kind = PartKind.ARTICLE
    label = factory.Sequence(lambda n: f"Artículo {n}")
    heading = "Objeto"
    text = "La bicicleta circula por la ciclovía.\nLa municipalidad la mantiene."


class AnnotationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Annotation

    municipality = factory.SubFactory(MunicipalityFactory)
    article = of_its_place(ArticleFactory)
    norm = factory.SelfAttribute("article.norm")
    version = factory.SubFactory(
        VersionFactory,
        municipality=factory.SelfAttribute("..municipality"),
        norm=factory.SelfAttribute("..norm"),
    )
    quote = "bicicleta"
    thread = factory.SubFactory(
        ThreadFactory,
        kind=ThreadKind.ANNOTATION,
        municipality=factory.SelfAttribute("..municipality"),
        author=None,
        title=factory.SelfAttribute("..quote"),
        is_public=True,
        opens_at=factory.SelfAttribute("..norm.opens_at"),
        closes_at=factory.SelfAttribute("..norm.closes_at"),
    )


class AnchorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Anchor

    municipality = factory.SubFactory(MunicipalityFactory)
    annotation = of_its_place(AnnotationFactory)
    version = factory.SelfAttribute("annotation.version")
    part = factory.SubFactory(
        PartFactory,
        municipality=factory.SelfAttribute("..municipality"),
        version=factory.SelfAttribute("..version"),
        article=factory.SelfAttribute("..annotation.article"),
    )
    start = factory.LazyAttribute(lambda o: o.part.text.index(o.annotation.quote))
    stop = factory.LazyAttribute(lambda o: o.start + len(o.annotation.quote))


class WordingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Wording

    municipality = factory.SubFactory(MunicipalityFactory)
    annotation = of_its_place(AnnotationFactory)
    norm = factory.SelfAttribute("annotation.norm")
    comment = factory.SubFactory(
        CommentFactory,
        municipality=factory.SelfAttribute("..municipality"),
        thread=factory.SelfAttribute("..annotation.thread"),
    )
    new_text = "bicicleta o el triciclo"


class WordingStanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WordingStance

    municipality = factory.SubFactory(MunicipalityFactory)
    wording = of_its_place(WordingFactory)
    resident = factory.SubFactory(ResidentFactory)
    user = factory.SelfAttribute("resident.user")
    stance = Stance.SHOULD


class OfficeAnswerFactory(factory.django.DjangoModelFactory):
    """Written and not published."""

    class Meta:
        model = OfficeAnswer

    municipality = factory.SubFactory(MunicipalityFactory)
    norm = of_its_place(NormFactory)
    verdict = Verdict.PARTLY
    text = "The law does not allow the rest."
    by = factory.SubFactory(UserFactory)


class AnsweredFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Answered

    municipality = factory.SubFactory(MunicipalityFactory)
    answer = of_its_place(OfficeAnswerFactory)
    comment = factory.SubFactory(
        CommentFactory,
        municipality=factory.SelfAttribute("..municipality"),
        thread=factory.SelfAttribute("..answer.norm.thread"),
    )


class CauseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Cause

    municipality = factory.SubFactory(MunicipalityFactory)
    version = of_its_place(VersionFactory)
    article = factory.SubFactory(
        ArticleFactory,
        municipality=factory.SelfAttribute("..municipality"),
        norm=factory.SelfAttribute("..version.norm"),
    )
    comment = factory.SubFactory(
        CommentFactory,
        municipality=factory.SelfAttribute("..municipality"),
        thread=factory.SelfAttribute("..version.norm.thread"),
    )


class InitiativeFactory(factory.django.DjangoModelFactory):
    """Published, gathering signatures on paper."""

    class Meta:
        model = Initiative

    municipality = factory.SubFactory(MunicipalityFactory)
    title = factory.Sequence(lambda n: f"Initiative {n}")
    text = "What it asks for."
    promoter = "Asociación de Ciclistas"
    electors = 10_000
    electors_source = "Padrón electoral 2026"
    needed = 101
    published_at = days(-1)
