from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.constraints import one_of, set_together
from decide.common.search import SearchedQuerySet
from municipalities.models import Municipality
from norms.enums import NormKind, NormResult, NormState, PartKind, Phase, SourceKind
from participation.models import Category, Thread


class NormQuerySet(SearchedQuerySet):
    among_equals = ("-published_at", "-pk")

    def for_municipality(self, municipality: Municipality) -> Self:
        return self.filter(municipality=municipality)

    def public(self) -> Self:
        """What everybody may find: published, also when it was withdrawn later, with the reason."""
        return self.exclude(state=NormState.DRAFT)

    def running(self) -> Self:
        """Published and without a result."""
        return self.filter(state=NormState.PUBLISHED, resulted_at=None)

    def taking_comments(self) -> Self:
        """Those that take comments at this moment."""
        now = timezone.now()
        return self.running().filter(opens_at__lte=now, closes_at__gt=now)

    def in_phase(self, phase: str) -> Self:
        """The same as `Norm.phase`, asked of the database."""
        now, running = timezone.now(), self.running()
        match phase:
            case Phase.DRAFT:
                return self.filter(state=NormState.DRAFT)
            case Phase.WITHDRAWN:
                return self.filter(state=NormState.WITHDRAWN)
            case Phase.RESULT:
                return self.filter(state=NormState.PUBLISHED).exclude(resulted_at=None)
            case Phase.SOON:
                return running.filter(explained_at__gt=now)
            case Phase.EXPLANATION:
                return running.filter(explained_at__lte=now, opens_at__gt=now)
            case Phase.COMMENTS:
                return self.taking_comments()
            case Phase.ANSWERS:
                return running.filter(closes_at__lte=now, answers_at__gt=now)
            case Phase.FINAL:
                return running.filter(answers_at__lte=now)
        raise ValueError(phase)


class Norm(models.Model):
    """A draft norm that is explained, commented, answered and settled in public, in versions.

    Its phase is read from its five dates and from what was published, never stored, so that
    the clock opens and closes it. Once it is published the time for comments can be made
    longer, never shorter (norms/0002).
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="norms", verbose_name=_("municipality")
    )
    thread = models.OneToOneField(
        Thread, models.PROTECT, related_name="norm", verbose_name=_("conversation")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("prepared by"),
    )
    form_key = models.UUIDField(null=True, editable=False)
    kind = models.CharField(_("kind"), max_length=9, choices=NormKind, default=NormKind.ORDINANCE)
    state = models.CharField(
        _("state"), max_length=9, choices=NormState, default=NormState.DRAFT, editable=False
    )
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(
        _("in two sentences"),
        max_length=400,
        help_text=_("What it changes in people's lives, in plain words."),
    )
    explanation = models.TextField(_("why it is needed"), max_length=20_000, blank=True)
    office = models.CharField(_("office that answers"), max_length=120, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )

    explained_at = models.DateTimeField(_("explained from"), null=True, blank=True)
    opens_at = models.DateTimeField(_("takes comments from"), null=True, blank=True)
    closes_at = models.DateTimeField(_("takes comments until"), null=True, blank=True)
    answers_at = models.DateTimeField(_("answered until"), null=True, blank=True)
    final_at = models.DateTimeField(_("final text by"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    withdrawn_why = models.TextField(_("why it was withdrawn"), max_length=2_000, blank=True)

    result = models.CharField(_("result"), max_length=8, choices=NormResult, blank=True)
    result_text = models.TextField(_("what was decided and why"), max_length=10_000, blank=True)
    number = models.CharField(
        _("number of the norm"), max_length=80, blank=True, help_text=_("As it was published.")
    )
    passed_on = models.DateField(_("decided on"), null=True, blank=True)
    publicity = models.CharField(
        _("where it was published"),
        max_length=300,
        blank=True,
        help_text=_("Newspaper, poster, radio: as the law asks of this municipality."),
    )
    url = models.URLField(_("address of the published norm"), blank=True)
    resulted_at = models.DateTimeField(_("result published"), null=True, blank=True, editable=False)
    resulted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("result published by"),
    )
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)

    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="es")
        + SearchVector("summary", weight="B", config="es")
        + SearchVector("explanation", weight="C", config="es"),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )

    objects = NormQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft norm")
        verbose_name_plural = _("draft norms")
        ordering = ["-published_at", "-pk"]
        constraints = [
            one_of("kind", NormKind),
            one_of("state", NormState),
            set_together("resulted_at", "resulted_by"),
            models.UniqueConstraint(fields=["author", "form_key"], name="norms_norm_form_once"),
            # For the foreign keys of what hangs on it, which name the municipality too.
            models.UniqueConstraint(fields=["id", "municipality"], name="norms_norm_place"),
            models.CheckConstraint(
                name="norms_norm_says_something", condition=~Q(title="") & ~Q(summary="")
            ),
            models.CheckConstraint(
                name="norms_norm_published_has_its_dates",
                condition=Q(published_at=None)
                | Q(
                    explained_at__isnull=False,
                    opens_at__isnull=False,
                    closes_at__isnull=False,
                    answers_at__isnull=False,
                    final_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="norms_norm_phases_follow_each_other",
                condition=Q(
                    explained_at__lte=F("opens_at"),
                    opens_at__lt=F("closes_at"),
                    closes_at__lte=F("answers_at"),
                    answers_at__lte=F("final_at"),
                ),
                violation_error_message=_("Each phase begins when the one before has ended."),
            ),
            models.CheckConstraint(
                name="norms_norm_state_and_moment",
                condition=Q(state="draft", published_at=None)
                | Q(state__in=["published", "withdrawn"], published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="norms_norm_withdrawn_says_why",
                condition=~Q(state="withdrawn") | ~Q(withdrawn_why=""),
            ),
            models.CheckConstraint(
                name="norms_norm_result_is_known",
                condition=Q(result__in=["", *NormResult.values]),
            ),
            models.CheckConstraint(
                name="norms_norm_result_says_why",
                condition=Q(resulted_at=None) | (~Q(result="") & ~Q(result_text="")),
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "-published_at", "-id"], name="norms_norm_newest"),
            GinIndex(fields=["search"], name="norms_norm_search"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        title = slugify(self.title)[:80].strip("-") or "norma"
        return reverse("norms:detail", args=[self.municipality.slug, self.pk, title])

    @property
    def phase(self) -> Phase:
        """Where it stands at this moment."""
        now = timezone.now()
        if self.state != NormState.PUBLISHED:
            return Phase(self.state)
        if self.resulted_at:
            return Phase.RESULT
        dates = [
            (self.explained_at, Phase.SOON),
            (self.opens_at, Phase.EXPLANATION),
            (self.closes_at, Phase.COMMENTS),
            (self.answers_at, Phase.ANSWERS),
        ]
        return next((phase for until, phase in dates if now < until), Phase.FINAL)

    @property
    def is_public(self) -> bool:
        return self.state != NormState.DRAFT

    @property
    def takes_comments(self) -> bool:
        return self.phase == Phase.COMMENTS

    @property
    def shown_office(self) -> str:
        return self.office or self.municipality.contact_office or self.municipality.name

    @cached_property
    def current(self) -> Version | None:
        """The newest version that everybody reads."""
        return self.versions.published().order_by("-number").first()

    @cached_property
    def draft(self) -> Version | None:
        """The version that staff are working on, if there is one."""
        return self.versions.filter(published_at=None).first()


class VersionQuerySet(models.QuerySet["Version"]):
    def published(self) -> Self:
        return self.exclude(published_at=None)


class Version(models.Model):
    """The text of a draft norm at one time, as its parts in order; frozen once it is published.

    Until then it is the preview of what was imported, which staff correct.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    norm = models.ForeignKey(
        Norm, models.PROTECT, related_name="versions", verbose_name=_("draft norm")
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    source = models.CharField(
        _("where the text came from"), max_length=8, choices=SourceKind, default=SourceKind.PASTED
    )
    what_changed = models.TextField(_("what changed, in plain words"), max_length=4_000, blank=True)
    is_final = models.BooleanField(_("final text"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("prepared by"),
    )
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a draft norm")
        verbose_name_plural = _("versions of draft norms")
        ordering = ["norm", "number"]
        constraints = [
            one_of("source", SourceKind),
            models.UniqueConstraint(fields=["norm", "number"], name="norms_version_once"),
            models.UniqueConstraint(
                fields=["norm"],
                condition=Q(published_at=None),
                name="norms_version_one_in_preparation",
            ),
            models.UniqueConstraint(
                fields=["norm"],
                condition=Q(is_final=True, published_at__isnull=False),
                name="norms_version_one_final",
            ),
            models.UniqueConstraint(fields=["id", "municipality"], name="norms_version_place"),
        ]

    def __str__(self) -> str:
        return f"{self.norm_id} v{self.number}"


class Article(models.Model):
    """A provision through all versions: one address, one conversation, whatever its number is.

    Recitals, closing provisions and annexes are provisions like articles.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    norm = models.ForeignKey(
        Norm, models.PROTECT, related_name="articles", verbose_name=_("draft norm")
    )
    thread = models.OneToOneField(
        Thread, models.PROTECT, related_name="article", verbose_name=_("conversation")
    )
    slug = models.SlugField(_("address"), max_length=60)

    class Meta:
        verbose_name = _("provision of a draft norm")
        verbose_name_plural = _("provisions of draft norms")
        ordering = ["norm", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["norm", "slug"], name="norms_article_once"),
            models.UniqueConstraint(fields=["id", "municipality"], name="norms_article_place"),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("norms:article", args=[self.municipality.slug, self.norm_id, self.slug])


class PartQuerySet(models.QuerySet["Part"]):
    def provisions(self) -> Self:
        """Those with words of their own, not the headings above them."""
        return self.exclude(kind__in=[kind for kind in PartKind if kind.is_heading])


class Part(models.Model):
    """One heading or one provision in a version.

    `text` holds a provision's paragraphs and incisos, a line each; a tab before a line for each
    level it is set in. Marked words are counted in its characters (Unicode code points).
    `article` says which provision it is through all versions, from publication on.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    version = models.ForeignKey(
        Version, models.CASCADE, related_name="parts", verbose_name=_("version")
    )
    article = models.ForeignKey(
        Article,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("provision"),
    )
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=11, choices=PartKind)
    label = models.CharField(
        _("number"), max_length=80, blank=True, help_text=_("As in «Artículo 5».")
    )
    heading = models.CharField(
        pgettext_lazy("of an article", "heading"), max_length=300, blank=True
    )
    text = models.TextField(_("text"), max_length=100_000, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a version")
        verbose_name_plural = _("parts of versions")
        ordering = ["version", "position"]
        constraints = [
            one_of("kind", PartKind),
            models.UniqueConstraint(
                fields=["version", "position"],
                name="norms_part_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["version", "article"], name="norms_part_article_once"),
            models.UniqueConstraint(fields=["id", "municipality"], name="norms_part_place"),
            models.CheckConstraint(
                name="norms_part_headings_have_no_text",
                condition=~Q(kind__in=["title", "chapter", "section"]) | Q(text="", article=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """«Artículo 5. Objeto»."""
        return ". ".join(filter(None, [self.label.rstrip(".- "), self.heading])) or str(
            PartKind(self.kind).label
        )

    @property
    def is_heading(self) -> bool:
        return PartKind(self.kind).is_heading

    @property
    def lines(self) -> list[str]:
        """Its paragraphs and incisos, in order."""
        return self.text.split("\n") if self.text else []
