from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy as _

from accounts.enums import Area, Gender
from decide.common.constraints import one_of
from municipalities.models import Municipality
from participation.enums import AgeBand, Channel, InterventionKind
from participation.verbs import NEWS, SOMETHING


if TYPE_CHECKING:
    from accounts.models import User


class Intervention(models.Model):
    """One accepted act of taking part, without anything that leads to who did it.

    Append-only: what is taken back adds a row with amount −1. Indicators and public
    statistics are sums over this table.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="interventions", verbose_name=_("municipality")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=InterventionKind)
    day = models.DateField(_("day"), default=timezone.localdate)
    gender = models.CharField(_("gender"), max_length=12, choices=Gender, blank=True)
    age_band = models.CharField(_("age"), max_length=5, choices=AgeBand, blank=True)
    area = models.CharField(_("area"), max_length=6, choices=Area, blank=True)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel, default=Channel.WEB)
    amount = models.SmallIntegerField(_("amount"), default=1)

    class Meta:
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        constraints = [
            one_of("kind", InterventionKind),
            one_of("channel", Channel),
            models.CheckConstraint(
                name="participation_intervention_people_are_known",
                condition=Q(gender__in=["", *Gender.values])
                & Q(age_band__in=["", *AgeBand.values])
                & Q(area__in=["", *Area.values]),
            ),
            models.CheckConstraint(
                name="participation_intervention_counts_one",
                condition=Q(amount__in=[1, -1]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "kind", "day"], name="participation_intervention_sum"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day} {self.amount:+d}"


class Thread(models.Model):
    """The public life of one thing: its history, its files, who follows it.

    Each civic object (a proposal, later a debate or a norm) owns one, so that what all
    of them share hangs on a real foreign key. `title` and `path` say what it is and
    where, so that a notice can link to it without knowing the room above.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="threads")
    title = models.CharField(max_length=160)
    path = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="threads"
    )
    is_public = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")

    def __str__(self) -> str:
        return self.title


class EventQuerySet(models.QuerySet["Event"]):
    def public(self) -> Self:
        return self.filter(is_public=True)


class Event(models.Model):
    """Something that happened to a thing: who did what when, and why. Only ever added."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="events")
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="events")
    verb = models.CharField(max_length=30)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="events"
    )
    as_office = models.CharField(_("office"), max_length=120, blank=True)
    is_public = models.BooleanField(default=True)
    at = models.DateTimeField(default=timezone.now)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("history")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["thread", "at"], name="participation_event_thread")]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d}"


class Follow(models.Model):
    """Somebody wants to hear what becomes of a thing."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="follows")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="follows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [
            models.UniqueConstraint(fields=["thread", "user"], name="participation_follow_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.thread_id}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread_by(self, user: User) -> Self:
        return self.filter(user=user, read_at=None)

    def to_email(self) -> Self:
        """Not sent yet, to people who want them by e-mail and have an address."""
        return self.filter(
            emailed_at=None,
            user__wants_email=True,
            user__is_active=True,
            user__email__isnull=False,
        )


class Notice(models.Model):
    """One event told to one person, once."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="notices")
    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    created_at = models.DateTimeField(auto_now_add=True)
    emailed_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="participation_notice_once")
        ]
        indexes = [models.Index(fields=["user", "-created_at"], name="participation_notice_user")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.event_id}"

    @property
    def is_open(self) -> bool:
        """Whether the person may see what it speaks of: it is public, or their own."""
        return self.event.thread.is_public or self.event.thread.author_id == self.user_id

    @property
    def title(self) -> str:
        if not self.is_open:
            return str(_("Something you follow that is not public now"))
        return self.event.thread.title

    @property
    def path(self) -> str:
        """Where to read on; the notices themselves if there is nothing to be seen any more."""
        thread = self.event.thread
        return thread.path if self.is_open and thread.path else reverse("participation:notices")

    @property
    def sentence(self) -> str:
        return str(NEWS.get(self.event.verb, SOMETHING))

    @property
    def words(self) -> str:
        """The reason or text that came with it."""
        return self.event.text if self.is_open else ""


def storage_path(attachment: Image | Document, name: str) -> str:
    """Files lie under their municipality and an unguessable name, never the name they came with."""
    return f"m/{attachment.municipality_id}/{attachment.uuid}/{name}"


class AttachmentQuerySet(models.QuerySet):
    def with_address(self) -> Self:
        """What the address of a file needs, so that a list of them asks once."""
        return self.select_related("municipality")


class ImageQuerySet(AttachmentQuerySet):
    def of_author(self) -> Self:
        return self.filter(by_office=False)

    def of_office(self) -> Self:
        return self.filter(by_office=True)


class AttachmentManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().with_address()


class Image(models.Model):
    """A picture of a thing: re-encoded, without the data its camera wrote, in a few widths.

    `file` is the largest WebP; beside it lie `480.webp`, `960.webp` and the same as AVIF
    where the machine can make it (see participation/images.py).
    """

    WIDTHS = (480, 960)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="images")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="images")
    file = models.FileField(upload_to=storage_path, max_length=200)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    has_avif = models.BooleanField(default=False)
    description = models.CharField(_("description for those who cannot see it"), max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    by_office = models.BooleanField(_("added by the municipality"), default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentManager.from_queryset(ImageQuerySet)()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.description

    @property
    def widths(self) -> list[int]:
        return [*(width for width in self.WIDTHS if width < self.width), self.width]

    @property
    def formats(self) -> list[str]:
        return ["avif", "webp"] if self.has_avif else ["webp"]

    @property
    def names(self) -> list[str]:
        """The files of the picture, one for each width and format."""
        return [f"{width}.{encoding}" for encoding in self.formats for width in self.widths]

    def url(self, width: int | None = None, encoding: str = "webp") -> str:
        """Where the picture is served, in the nearest width that is at least as wide."""
        wide = min((w for w in self.widths if w >= (width or self.width)), default=self.width)
        args = [self.municipality.slug, self.uuid, wide, encoding]
        return reverse("participation:image", args=args)

    def srcset(self, encoding: str) -> str:
        return ", ".join(f"{self.url(width, encoding)} {width}w" for width in self.widths)

    @property
    def variants(self) -> dict[str, str]:
        """For each format the widths a browser may choose from, as `srcset` says it."""
        return {encoding: self.srcset(encoding) for encoding in self.formats}

    @property
    def picture(self) -> dict[str, str | int]:
        """What components/_picture.html shows."""
        return {
            "src": self.url(960),
            "alt": self.description,
            "width": self.width,
            "height": self.height,
            **{f"srcset_{encoding}": srcset for encoding, srcset in self.variants.items()},
        }


class Document(models.Model):
    """A PDF that belongs to a thing."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="documents")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="documents")
    file = models.FileField(upload_to=storage_path, max_length=200)
    title = models.CharField(_("title"), max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentManager.from_queryset(AttachmentQuerySet)()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("participation:document", args=[self.municipality.slug, self.uuid])


class Category(models.Model):
    """A topic. Those without a municipality are shared by all; a municipality may add its own."""

    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="categories",
        verbose_name=_("municipality"),
    )
    code = models.SlugField(_("short code"), max_length=40)
    name_es = models.CharField(_("name in Spanish"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name_es"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "code"],
                name="participation_category_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        english = (get_language() or "es").startswith("en")
        return self.name_en if english and self.name_en else self.name_es
