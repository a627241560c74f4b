from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.constraints import one_of
from municipalities.models import Municipality
from participation.models import Thread
from processes.enums import EscalationState


class Escalation(models.Model):
    """A matter that one level raises to the next: district → province → region.

    Sender, receiver and the municipality where it began read it, the receiver answers
    (processes/0002). It keeps the code, the title and the address that it had where it began,
    for nobody sees the rows of another municipality. Passed on, it begins a second row that
    names the first.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="raised", verbose_name=_("raised by")
    )
    to_municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="received", verbose_name=_("raised to")
    )
    origin = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", verbose_name=_("where it began")
    )
    before = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="after",
        verbose_name=_("raised before as"),
    )
    thread = models.ForeignKey(
        Thread,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="escalations",
        verbose_name=_("what is raised"),
    )
    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=160)
    path = models.CharField(_("address where it began"), max_length=300)
    reason = models.TextField(_("why this level cannot decide it"), max_length=4_000)
    state = models.CharField(
        _("state"), max_length=9, choices=EscalationState, default=EscalationState.SENT
    )
    answer = models.TextField(_("answer"), max_length=4_000, blank=True)
    answer_by = models.DateField(_("to be answered by"), null=True, blank=True)
    answered_at = models.DateTimeField(
        pgettext_lazy("matter raised", "answered"), null=True, blank=True
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    sent_at = models.DateTimeField(pgettext_lazy("matter raised", "sent"), default=timezone.now)

    class Meta:
        verbose_name = _("matter raised to another level")
        verbose_name_plural = _("matters raised to another level")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            one_of("state", EscalationState),
            models.CheckConstraint(
                name="processes_escalation_leads_elsewhere",
                condition=~Q(municipality=F("to_municipality")),
            ),
            models.CheckConstraint(
                name="processes_escalation_answered_says_what",
                condition=~Q(state__in=["answered", "returned"]) | ~Q(answer=""),
            ),
            models.UniqueConstraint(
                fields=["thread"],
                condition=Q(state__in=["sent", "received"]),
                name="processes_escalation_once_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["to_municipality", "state"], name="processes_escalation_received")
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("processes:escalation", args=[self.municipality.slug, self.pk])


class EscalationEvent(models.Model):
    """What happened to a matter that was raised: who, when, why. Only ever added."""

    escalation = models.ForeignKey(
        Escalation, models.PROTECT, related_name="events", verbose_name=_("matter raised")
    )
    state = models.CharField(_("state"), max_length=9, choices=EscalationState)
    text = models.TextField(_("what was said"), max_length=4_000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("event of a matter raised")
        verbose_name_plural = _("events of matters raised")
        ordering = ["escalation", "at", "pk"]
        constraints = [one_of("state", EscalationState)]

    def __str__(self) -> str:
        return f"{self.escalation_id} → {self.state}"
