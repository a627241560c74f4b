from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext_lazy as _

from debates.enums import Stage
from decide.common.constraints import one_of, set_together
from decide.common.search import SearchedQuerySet
from municipalities.models import Municipality
from participation.enums import Channel
from participation.models import Category, Comment, Follow, Thread


if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

EDITABLE_FOR = timedelta(hours=1)


class DebateQuerySet(SearchedQuerySet):
    among_equals = ("-trend", "-pk")

    def for_municipality(self, municipality: Municipality) -> Self:
        return self.filter(municipality=municipality)

    def public(self) -> Self:
        """What everybody may find in lists: moderation has not hidden it."""
        return self.filter(thread__is_public=True)

    def open(self) -> Self:
        """Those that still take arguments at this moment."""
        still = Q(thread__closes_at=None) | Q(thread__closes_at__gt=timezone.now())
        return self.filter(still, concluded_at=None)

    def closing(self) -> Self:
        """Open ones that have an end, the nearest first."""
        return self.open().exclude(thread__closes_at=None).order_by("thread__closes_at", "pk")

    def in_stage(self, stage: str) -> Self:
        if stage == Stage.OPEN:
            return self.open()
        if stage == Stage.CLOSED:
            return self.filter(thread__closes_at__lte=timezone.now(), concluded_at=None)
        return self.exclude(concluded_at=None)

    def awaiting_conclusion(self) -> Self:
        """Questions of the municipality whose time is over and that have no conclusion yet."""
        over = Q(thread__closes_at__lte=timezone.now())
        return self.filter(over, is_official=True, concluded_at=None)

    def of(self, user: User) -> Self:
        return self.filter(author=user)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What is public, the person's own, and everything here for moderators."""
        if not user.is_authenticated:
            return self.public()
        here = [pk for role, pk in user.roles if role in ("administrator", "moderator")]
        return self.filter(Q(thread__is_public=True) | Q(author=user) | Q(municipality__in=here))

    def with_follow_of(self, user: User | AnonymousUser) -> Self:
        """`is_followed`: whether this person hears what becomes of it."""
        if not user.is_authenticated:
            return self.annotate(is_followed=Value(False))
        mine = Follow.objects.filter(thread=OuterRef("thread"), user=user)
        return self.annotate(is_followed=Exists(mine))

    def with_edits(self) -> Self:
        """`is_edited`: whether earlier words of it can be read."""
        earlier = DebateVersion.objects.filter(debate=OuterRef("pk"))
        return self.annotate(is_edited=Exists(earlier))


class Debate(models.Model):
    """A question that people argue about, opened by a resident or by the municipality.

    The thread says whether it is public (moderation hides it there) and until when it takes
    arguments. A question of the municipality ends with a published conclusion that takes up
    comments by name; the database refuses one that takes up none although there are some.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="debates", verbose_name=_("municipality")
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="debate")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="debates"
    )
    is_official = models.BooleanField(_("asked by the municipality"), default=False)
    office = models.CharField(_("office that asks"), max_length=120, blank=True)
    channel = models.CharField(max_length=6, choices=Channel, default=Channel.WEB)
    form_key = models.UUIDField(null=True, editable=False)

    title = models.CharField(_("question"), max_length=120)
    text = models.TextField(_("what it is about"), max_length=10_000)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True, size=6)
    place_name = models.CharField(_("where"), max_length=120, blank=True)
    latitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    takes_statements = models.BooleanField(
        _("looks for what people agree on"),
        default=False,
        help_text=_("Short statements that everybody votes on, beside the comments."),
    )
    published_at = models.DateTimeField(_("opened"), default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    trend = models.FloatField(default=0, editable=False)

    conclusion = models.TextField(_("conclusion"), max_length=10_000, blank=True)
    concluded_at = models.DateTimeField(_("concluded"), null=True, blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="es")
        + SearchVector("place_name", weight="B", config="es")
        + SearchVector("text", weight="C", config="es"),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )

    objects = DebateQuerySet.as_manager()

    class Meta:
        verbose_name = _("debate")
        verbose_name_plural = _("debates")
        ordering = ["-published_at", "-pk"]
        constraints = [
            one_of("channel", Channel),
            set_together("concluded_at", "concluded_by"),
            set_together("latitude", "longitude"),
            models.UniqueConstraint(fields=["author", "form_key"], name="debates_debate_form_once"),
            # For the foreign keys of what hangs on it, which name the municipality too.
            models.UniqueConstraint(fields=["id", "municipality"], name="debates_debate_place"),
            models.CheckConstraint(
                name="debates_debate_asks_something", condition=~Q(title="") & ~Q(text="")
            ),
            models.CheckConstraint(
                name="debates_debate_conclusion_says_something",
                condition=Q(concluded_at=None) | ~Q(conclusion=""),
            ),
            models.CheckConstraint(
                name="debates_debate_only_official_is_concluded",
                condition=Q(concluded_at=None) | Q(is_official=True),
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "-trend", "-id"], name="debates_debate_trend"),
            models.Index(
                fields=["municipality", "-published_at", "-id"], name="debates_debate_newest"
            ),
            GinIndex(fields=["search"], name="debates_debate_search"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        title = slugify(self.title)[:80].strip("-") or "debate"
        return reverse("debates:detail", args=[self.municipality.slug, self.pk, title])

    @property
    def is_hidden(self) -> bool:
        return not self.thread.is_public

    @property
    def stage(self) -> Stage:
        if self.concluded_at:
            return Stage.CONCLUDED
        return Stage.CLOSED if self.thread.has_closed else Stage.OPEN

    @property
    def excerpt(self) -> str:
        """How it begins, without the signs of its markup."""
        plain = " ".join(re.sub(r"[*_#>`\[\]]", "", self.text).split())
        return Truncator(plain).chars(155)

    @property
    def shown_author(self) -> str:
        """The office, if the municipality asks."""
        if self.is_official:
            return self.office or self.municipality.name
        return self.author.public_name if self.author else str(_("deleted account"))

    @property
    def is_open(self) -> bool:
        return self.concluded_at is None and not self.thread.has_closed

    @property
    def is_editable(self) -> bool:
        """Whether its author may still change the words, at this moment."""
        return self.is_open and timezone.now() - self.published_at < EDITABLE_FOR


class DebateVersion(models.Model):
    """What a debate said before it was edited; anybody may compare."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    debate = models.ForeignKey(Debate, models.CASCADE, related_name="versions")
    title = models.CharField(max_length=120)
    text = models.TextField()
    place_name = models.CharField(max_length=120, blank=True)
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("earlier text of a debate")
        verbose_name_plural = _("earlier texts of debates")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.debate_id}: {self.title}"


class TakenUp(models.Model):
    """A comment that a conclusion takes up, with the words it quotes, if any."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    debate = models.ForeignKey(Debate, models.CASCADE, related_name="taken_up")
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="taken_up")
    quote = models.CharField(_("words quoted"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("comment taken up")
        verbose_name_plural = _("comments taken up")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["debate", "comment"], name="debates_takenup_once")
        ]

    def __str__(self) -> str:
        return f"{self.debate_id}: {self.comment_id}"
