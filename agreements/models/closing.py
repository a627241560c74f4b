from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.enums import EarlyResult, OgpValue
from agreements.models.actors import Organization
from agreements.models.plan import Commitment
from agreements.models.work import Evidence
from decide.common.constraints import one_of
from municipalities.models import private_storage


class EndForm(models.Model):
    """The Open Government Partnership's form at the end of a commitment, as far as people write it.

    How far each milestone is comes from the record (agreements.closing), never from here.
    """

    commitment = models.OneToOneField(
        Commitment, models.PROTECT, related_name="end_form", verbose_name=_("commitment")
    )
    explanation = models.TextField(_("why it is that far"), max_length=4_000, blank=True)
    lessons = models.TextField(_("lessons"), max_length=4_000, blank=True)
    evidence = models.ManyToManyField(
        Evidence,
        blank=True,
        related_name="+",
        verbose_name=_("files to attach"),
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("end-of-commitment form")
        verbose_name_plural = _("end-of-commitment forms")
        ordering = ["commitment"]

    def __str__(self) -> str:
        return f"{self.commitment.code}"


class EndValue(models.Model):
    """«Did it open government?» for one value; empty is «not applicable».

    More than marginal is said with its reasons and a piece of evidence, or not at all.
    """

    form = models.ForeignKey(
        EndForm, models.CASCADE, related_name="values", verbose_name=_("end-of-commitment form")
    )
    value = models.CharField(_("value"), max_length=14, choices=OgpValue)
    result = models.CharField(
        _("did it open government?"), max_length=11, choices=EarlyResult, blank=True
    )
    narrative = models.TextField(_("what it rests on"), max_length=2_000, blank=True)
    evidence = models.ForeignKey(
        Evidence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("evidence"),
    )

    class Meta:
        verbose_name = _("value of open government")
        verbose_name_plural = _("values of open government")
        ordering = ["form", "pk"]
        constraints = [
            one_of("value", OgpValue),
            models.CheckConstraint(
                name="agreements_endvalue_result_is_known",
                condition=Q(result__in=["", *EarlyResult.values]),
            ),
            models.UniqueConstraint(fields=["form", "value"], name="agreements_endvalue_once"),
            models.CheckConstraint(
                name="agreements_endvalue_more_than_marginal_is_shown",
                condition=~Q(result__in=[EarlyResult.MAJOR, EarlyResult.OUTSTANDING])
                | (~Q(narrative="") & Q(evidence__isnull=False)),
                violation_error_message=_(
                    "More than marginal needs what it rests on and a piece of evidence."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.get_value_display()


class OversightReport(models.Model):
    """An organisation's own report on all this, published beside the official record. Only added."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="reports", verbose_name=_("organisation")
    )
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), max_length=4_000)
    url = models.URLField(_("address"), blank=True, max_length=500)
    file = models.FileField(
        _("file"), upload_to="oversight/", storage=private_storage, blank=True, max_length=200
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(_("published"), default=timezone.now)

    class Meta:
        verbose_name = _("report of an organisation")
        verbose_name_plural = _("reports of organisations")
        ordering = ["-published_at", "-pk"]

    def __str__(self) -> str:
        return self.title
