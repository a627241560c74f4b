from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.constraints import one_of, set_together
from municipalities.models import Municipality
from participation.enums import Channel
from participation.models import Thread
from processes.enums import MeetingKind, MeetingState
from processes.models.process import Process, Step


# What was only met about, with nothing decided or done after so long, is a formality.
FORMAL_AFTER = timedelta(days=30)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def for_municipality(self, municipality: Municipality) -> Self:
        return self.filter(municipality=municipality)

    def public(self) -> Self:
        """What everybody may find: called once; cancelled and closed ones are listed as such."""
        return self.exclude(state=MeetingState.DRAFT)

    def coming(self) -> Self:
        """Called and not over, the nearest first."""
        return self.filter(state=MeetingState.CALLED, ends_at__gt=timezone.now()).order_by(
            "starts_at", "pk"
        )

    def over(self) -> Self:
        return self.filter(state=MeetingState.CALLED, ends_at__lte=timezone.now())

    def without_minutes(self) -> Self:
        """Those that are over and whose acta nobody has published."""
        return self.over().filter(Q(minutes=None) | Q(minutes__published_at=None))


class Meeting(models.Model):
    """People come together at an hour in a place: a session, an assembly, a workshop.

    A closed one is listed as such, with the reason, and what was said in it is not shown.
    `sequence` grows with each change that calendars have to know of (RFC 5545).
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="meetings", verbose_name=_("municipality")
    )
    thread = models.OneToOneField(
        Thread, models.PROTECT, related_name="meeting", verbose_name=_("conversation")
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
    process = models.ForeignKey(
        Process,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("process"),
    )
    step = models.ForeignKey(
        Step,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=pgettext_lazy("process", "step"),
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    kind = models.CharField(
        _("kind"), max_length=8, choices=MeetingKind, default=MeetingKind.ASSEMBLY
    )
    state = models.CharField(
        _("state"), max_length=9, choices=MeetingState, default=MeetingState.DRAFT, editable=False
    )
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("what it is for"), max_length=10_000, blank=True)
    office = models.CharField(_("who calls it"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place_name = models.CharField(_("where"), max_length=160, blank=True)
    address = models.CharField(_("how to get there"), max_length=300, blank=True)
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    online_url = models.URLField(_("address for joining from afar"), blank=True)
    takes_registrations = models.BooleanField(
        _("people register"), default=False, help_text=_("Nobody who comes is turned away for it.")
    )
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    quorum = models.PositiveIntegerField(_("quorum"), null=True, blank=True)
    call_days = models.PositiveSmallIntegerField(
        _("days of notice that the rules ask for"), default=0
    )
    is_closed = models.BooleanField(_("closed session"), default=False)
    closed_why = models.CharField(_("why it is closed"), max_length=300, blank=True)
    called_at = models.DateTimeField(_("called"), null=True, blank=True, editable=False)
    cancelled_why = models.TextField(_("why it was cancelled"), max_length=2_000, blank=True)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["starts_at", "pk"]
        constraints = [
            one_of("kind", MeetingKind),
            one_of("state", MeetingState),
            set_together("latitude", "longitude"),
            models.UniqueConstraint(
                fields=["author", "form_key"], name="processes_meeting_form_once"
            ),
            models.UniqueConstraint(fields=["id", "municipality"], name="processes_meeting_place"),
            models.CheckConstraint(
                name="processes_meeting_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                name="processes_meeting_is_somewhere",
                condition=Q(called_at=None) | ~Q(place_name="") | ~Q(online_url=""),
                violation_error_message=_("Say where it is, or how to join from afar."),
            ),
            models.CheckConstraint(
                name="processes_meeting_closed_says_why",
                condition=Q(is_closed=False) | ~Q(closed_why=""),
                violation_error_message=_("Say why it is closed: everybody reads that."),
            ),
            models.CheckConstraint(
                name="processes_meeting_cancelled_says_why",
                condition=~Q(state="cancelled") | ~Q(cancelled_why=""),
            ),
            models.CheckConstraint(
                name="processes_meeting_state_and_moment",
                condition=Q(state="draft", called_at=None)
                | Q(state__in=["called", "cancelled"], called_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "starts_at"], name="processes_meeting_agenda")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("agenda:meeting", args=[self.municipality.slug, self.pk])

    @property
    def is_public(self) -> bool:
        return self.state != MeetingState.DRAFT

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def is_cancelled(self) -> bool:
        return self.state == MeetingState.CANCELLED

    @property
    def was_called_in_time(self) -> bool:
        """Whether the notice was as long as the rules ask for."""
        return bool(
            self.called_at and self.starts_at - self.called_at >= timedelta(days=self.call_days)
        )

    @property
    def would_be_called_in_time(self) -> bool:
        """The same, if it were called at this moment."""
        return self.starts_at - timezone.now() >= timedelta(days=self.call_days)


class AgendaItem(models.Model):
    """One point of a meeting's agenda, and afterwards what was decided on it."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="items", verbose_name=_("meeting")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("point"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)
    decided = models.TextField(_("what was decided"), max_length=4_000, blank=True)

    class Meta:
        verbose_name = _("point of an agenda")
        verbose_name_plural = _("points of agendas")
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="processes_agendaitem_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.title


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def standing(self) -> Self:
        """Not taken back: who has a seat and who waits for one, in the order in which they came."""
        return self.filter(cancelled_at=None).order_by("created_at", "pk")

    def seated(self) -> Self:
        return self.standing().exclude(seated_at=None)

    def waiting(self) -> Self:
        return self.standing().filter(seated_at=None)


class Registration(models.Model):
    """That somebody means to come, and afterwards whether they came.

    Who finds no seat waits, and takes the first one that is given back. `sent_sequence` is the
    last state of the meeting that this person's calendar was told of.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="registrations", verbose_name=_("meeting")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    channel = models.CharField(_("by what way"), max_length=6, choices=Channel, default=Channel.WEB)
    created_at = models.DateTimeField(_("registered"), default=timezone.now)
    cancelled_at = models.DateTimeField(
        pgettext_lazy("registration", "taken back"), null=True, blank=True
    )
    seated_at = models.DateTimeField(_("has a seat since"), null=True, blank=True)
    sent_sequence = models.PositiveIntegerField(
        _("last change that was sent"), null=True, editable=False
    )
    came = models.BooleanField(_("came"), null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration for a meeting")
        verbose_name_plural = _("registrations for meetings")
        ordering = ["meeting", "pk"]
        constraints = [
            one_of("channel", Channel),
            models.UniqueConstraint(fields=["meeting", "user"], name="processes_registration_once"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.user_id}"


class Minutes(models.Model):
    """The acta of a meeting: who came, what was said, who signed. Frozen once it is published.

    `restricted` minutes are read by staff alone; that they exist is public. The counts are of
    all who came, from the sheet on paper; women, rural people and those who came for the first
    time as far as they said so.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    meeting = models.OneToOneField(
        Meeting, models.PROTECT, related_name="minutes", verbose_name=_("meeting")
    )
    text = models.TextField(_("what was said"), max_length=20_000)
    attended = models.PositiveIntegerField(_("people who came"))
    women = models.PositiveIntegerField(_("women"), null=True, blank=True)
    rural = models.PositiveIntegerField(_("rural people"), null=True, blank=True)
    first_time = models.PositiveIntegerField(_("came for the first time"), null=True, blank=True)
    had_quorum = models.BooleanField(_("there was a quorum"), null=True, blank=True)
    signatures = models.TextField(
        _("who signed"), max_length=4_000, blank=True, help_text=_("One a line: name, office.")
    )
    is_restricted = models.BooleanField(_("for staff alone"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("acta of a meeting")
        verbose_name_plural = _("actas of meetings")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="processes_minutes_parts_of_the_whole",
                condition=(Q(women=None) | Q(women__lte=F("attended")))
                & (Q(rural=None) | Q(rural__lte=F("attended")))
                & (Q(first_time=None) | Q(first_time__lte=F("attended"))),
                violation_error_message=_("There are no more of them than people who came."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}"
