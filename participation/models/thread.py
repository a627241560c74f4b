from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common.constraints import one_of
from municipalities.models import Municipality
from participation.enums import ThreadKind
from participation.reactions import ReactionCounts


class Thread(ReactionCounts):
    """The public life of one thing: its history, its conversation, its files, who follows it.

    Each civic object (a proposal, a debate, a statement) owns one, so that what all of
    them share hangs on a real foreign key. `title` and `path` say what it is and where,
    so that a notice can link to it without knowing the room above; what else must be
    known of a kind, the rooms hand to participation.kinds.

    `comment_count` and the counts of reactions are kept by triggers.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="threads")
    kind = models.CharField(max_length=12, choices=ThreadKind)
    title = models.CharField(max_length=160)
    path = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="threads"
    )
    is_public = models.BooleanField(default=False)
    opens_at = models.DateTimeField(
        null=True, blank=True, help_text=_("From then on it takes comments; always, without one.")
    )
    closes_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Until then it takes comments; always, without one.")
    )
    comment_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        constraints = [
            one_of("kind", ThreadKind),
            # For the foreign keys of what hangs on it, which name the municipality too.
            models.UniqueConstraint(
                fields=["id", "municipality"], name="participation_thread_place"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_opened(self) -> bool:
        """Whether it may be talked about already, at this moment."""
        return self.opens_at is None or timezone.now() >= self.opens_at

    @property
    def has_closed(self) -> bool:
        """Whether its time to be talked about is over, at this moment."""
        return self.closes_at is not None and timezone.now() >= self.closes_at


class ThreadLink(models.Model):
    """That one thing came out of another, told on both: a debate became a proposal."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    source = models.ForeignKey(Thread, models.PROTECT, related_name="led_to")
    result = models.ForeignKey(Thread, models.PROTECT, related_name="came_from")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("link between threads")
        verbose_name_plural = _("links between threads")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "result"], name="participation_threadlink_once"
            ),
            models.CheckConstraint(
                name="participation_threadlink_leads_elsewhere",
                condition=~models.Q(source=models.F("result")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.result_id}"


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
        indexes = [
            models.Index(fields=["thread", "at"], name="participation_event_thread"),
            models.Index(
                fields=["municipality", "-at", "-id"],
                condition=models.Q(is_public=True),
                name="participation_event_latest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d}"
