from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Area, Gender
from decide.common.constraints import one_of
from municipalities.models import Municipality
from participation.enums import AgeBand, Channel, InterventionKind


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
