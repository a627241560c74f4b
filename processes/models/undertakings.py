from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decide.common.constraints import one_of
from municipalities.models import Municipality
from processes.enums import Light, PartyKind, UndertakingState
from processes.models.meetings import Meeting
from processes.models.process import Process


SOON = timedelta(days=7)


class Party(models.Model):
    """Who sits at the table of a dialogue, and who speaks for them."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    process = models.ForeignKey(
        Process, models.CASCADE, related_name="parties", verbose_name=_("process")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=13, choices=PartyKind)
    name = models.CharField(_("name"), max_length=160)
    speaker = models.CharField(_("who speaks for it"), max_length=160, blank=True)
    contact = models.CharField(
        _("how to reach it"), max_length=200, blank=True, help_text=_("Only staff read this.")
    )

    class Meta:
        verbose_name = _("party of a dialogue")
        verbose_name_plural = _("parties of dialogues")
        ordering = ["process", "position", "pk"]
        constraints = [
            one_of("kind", PartyKind),
            models.UniqueConstraint(fields=["process", "name"], name="processes_party_once"),
            models.UniqueConstraint(fields=["id", "municipality"], name="processes_party_place"),
        ]

    def __str__(self) -> str:
        return self.name


class UndertakingQuerySet(models.QuerySet["Undertaking"]):
    def overdue(self) -> Self:
        return self.filter(state=UndertakingState.OPEN, due_on__lt=timezone.localdate())


class Undertaking(models.Model):
    """Something agreed: who does what by when, and later what came of it.

    Of a meeting, or of a process whose parties promise it; `owner` says in words who does it.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    process = models.ForeignKey(
        Process,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undertakings",
        verbose_name=_("process"),
    )
    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undertakings",
        verbose_name=_("meeting"),
    )
    party = models.ForeignKey(
        Party,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undertakings",
        verbose_name=_("party"),
    )
    owner = models.CharField(_("who does it"), max_length=160)
    text = models.TextField(_("what was agreed"), max_length=2_000)
    due_on = models.DateField(_("due on"))
    state = models.CharField(
        _("state"),
        max_length=7,
        choices=UndertakingState,
        default=UndertakingState.OPEN,
        editable=False,
    )
    is_public = models.BooleanField(_("everybody reads it"), default=True)
    created_at = models.DateTimeField(_("agreed"), default=timezone.now, editable=False)

    objects = UndertakingQuerySet.as_manager()

    class Meta:
        verbose_name = _("something agreed")
        verbose_name_plural = _("what was agreed")
        ordering = ["due_on", "pk"]
        constraints = [
            one_of("state", UndertakingState),
            models.UniqueConstraint(
                fields=["id", "municipality"], name="processes_undertaking_place"
            ),
            models.CheckConstraint(
                name="processes_undertaking_of_something",
                condition=Q(process__isnull=False) | Q(meeting__isnull=False),
            ),
            models.CheckConstraint(
                name="processes_undertaking_says_who_and_what",
                condition=~Q(owner="") & ~Q(text=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "state", "due_on"], name="processes_undertaking_due"
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def light(self) -> Light:
        """How it stands today."""
        if self.state == UndertakingState.DONE:
            return Light.GREEN
        if self.state == UndertakingState.DROPPED:
            return Light.GREY
        today = timezone.localdate()
        if self.due_on < today:
            return Light.RED
        return Light.AMBER if self.due_on <= today + SOON else Light.BLUE


class UndertakingUpdate(models.Model):
    """What was told of something agreed, with what shows it. Only ever added."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    undertaking = models.ForeignKey(
        Undertaking, models.PROTECT, related_name="updates", verbose_name=_("something agreed")
    )
    state = models.CharField(_("state"), max_length=7, choices=UndertakingState)
    text = models.TextField(_("what came of it"), max_length=2_000)
    url = models.URLField(_("what shows it"), blank=True)
    asks_evidence = models.BooleanField(_("asks for evidence"), default=False)
    due_on = models.DateField(_("new day"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("what came of something agreed")
        verbose_name_plural = _("what came of what was agreed")
        ordering = ["undertaking", "at", "pk"]
        constraints = [
            one_of("state", UndertakingState),
            models.CheckConstraint(
                name="processes_undertakingupdate_says_what", condition=~Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.undertaking_id}: {self.state}"
