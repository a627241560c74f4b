from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from decide.common.constraints import one_of, set_together
from municipalities.models import Municipality
from participation.enums import Audience


if TYPE_CHECKING:
    from datetime import datetime

SUBJECT_LENGTH = 100
TEXT_LENGTH = 20_000
# Why a copy was given up that nobody tried to send: the newsletter was stopped before.
STOPPED = "stopped"


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    def sent(self) -> Self:
        """What everybody may read in the archive: its sending has begun."""
        return self.filter(started_at__isnull=False)

    def due(self, now: datetime) -> Self:
        """Their moment has come, and they have not ended."""
        return self.filter(scheduled_for__lte=now, finished_at=None)

    def with_counts(self) -> Self:
        """What became of the copies; who came back counts as sent and returned."""
        return self.annotate(
            copy_count=Count("copies"),
            sent_count=Count("copies", filter=Q(copies__sent_at__isnull=False)),
            failed_count=Count(
                "copies", filter=Q(copies__given_up_at__isnull=False) & ~Q(copies__problem=STOPPED)
            ),
            kept_back_count=Count("copies", filter=Q(copies__problem=STOPPED)),
            bounced_count=Count("copies", filter=Q(copies__bounced_at__isnull=False)),
        )


class Newsletter(models.Model):
    """What a municipality writes to those who follow it, or to its residents who agreed to news.

    A draft until it is scheduled; it goes out at its moment and then stays in a public
    archive. Its words cannot change once the first copy may have left.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="newsletters", verbose_name=_("municipality")
    )
    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH)
    text = models.TextField(_("text"), max_length=TEXT_LENGTH)
    audience = models.CharField(
        _("to whom"), max_length=9, choices=Audience, default=Audience.FOLLOWERS
    )
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    tested_at = models.DateTimeField(_("tried out"), null=True, blank=True, editable=False)
    scheduled_for = models.DateTimeField(_("goes out"), null=True, blank=True)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["-created_at", "-pk"]
        constraints = [
            one_of("audience", Audience),
            set_together("scheduled_for", "scheduled_by"),
            set_together("stopped_at", "stopped_by"),
            models.CheckConstraint(
                name="participation_newsletter_says_something",
                condition=~Q(subject="") & ~Q(text=""),
            ),
            models.CheckConstraint(
                name="participation_newsletter_in_order",
                condition=Q(started_at=None, finished_at=None)
                | Q(scheduled_for__isnull=False, started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="participation_newsletter_stopped_on_its_way",
                condition=Q(stopped_at=None) | Q(started_at__isnull=False),
            ),
            # For the foreign key of its copies, which names the municipality too.
            models.UniqueConstraint(
                fields=["id", "municipality"], name="participation_newsletter_place"
            ),
        ]
        indexes = [
            models.Index(
                fields=["scheduled_for"],
                condition=Q(scheduled_for__isnull=False, finished_at=None),
                name="participation_newsletter_due",
            ),
            models.Index(
                fields=["municipality", "-started_at"],
                condition=Q(started_at__isnull=False),
                name="participation_newsletter_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        title = slugify(self.subject)[:80].strip("-") or "boletin"
        return reverse("participation:newsletter", args=[self.municipality.slug, self.pk, title])

    @property
    def is_draft(self) -> bool:
        return self.scheduled_for is None

    @property
    def is_waiting(self) -> bool:
        """Its moment is set and its sending has not begun."""
        return self.scheduled_for is not None and self.started_at is None

    @property
    def is_sending(self) -> bool:
        return self.started_at is not None and self.finished_at is None and not self.is_stopped

    @property
    def is_stopped(self) -> bool:
        """Somebody called it off on its way: what had left had left, the rest stays here."""
        return self.stopped_at is not None

    @property
    def is_sent(self) -> bool:
        return self.finished_at is not None and not self.is_stopped


class NewsletterCopyQuerySet(models.QuerySet["NewsletterCopy"]):
    def waiting(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(sent_at=None, given_up_at=None)

    def due(self, now: datetime) -> Self:
        """Waiting, and not put off until later because the line was down."""
        return self.waiting().filter(Q(next_try_at=None) | Q(next_try_at__lte=now))


class NewsletterCopy(models.Model):
    """A newsletter for one person, once.

    All are made before the first is sent. Whoever sends one holds its lock while the mail
    server takes it, as with digests (docs/decisions/0070). A person who deletes their
    account leaves the count behind and nothing else.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    newsletter = models.ForeignKey(Newsletter, models.CASCADE, related_name="copies")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="newsletter_copies"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)

    objects = NewsletterCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy of a newsletter")
        verbose_name_plural = _("copies of newsletters")
        constraints = [
            models.UniqueConstraint(
                fields=["newsletter", "user"], name="participation_newslettercopy_once"
            ),
            models.CheckConstraint(
                name="participation_newslettercopy_one_end",
                condition=Q(sent_at=None) | Q(given_up_at=None),
            ),
            models.CheckConstraint(
                name="participation_newslettercopy_bounced_was_sent",
                condition=Q(bounced_at=None) | Q(sent_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["newsletter", "id"],
                condition=Q(sent_at=None, given_up_at=None),
                name="participation_newslettercopy_w",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.newsletter_id} → {self.user_id}"
