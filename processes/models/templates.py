from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from decide.common.constraints import one_of
from processes.enums import ProcessKind, ProcessState, StepKind


class ProcessTemplateQuerySet(models.QuerySet["ProcessTemplate"]):
    def published(self) -> Self:
        """Those that municipalities begin from, and everybody reads."""
        return self.exclude(published_at=None)

    def with_uses(self) -> Self:
        """`used`: how many municipalities opened a process that began from it.

        Whoever asks needs a scope in which all processes are seen; those in preparation and
        those called off are never counted.
        """
        told = Q(processes__state__in=[ProcessState.OPEN, ProcessState.CLOSED])
        return self.annotate(
            used=models.Count("processes__municipality", distinct=True, filter=told)
        )


class ProcessTemplate(models.Model):
    """A process that the region keeps as a good practice, for municipalities to begin from."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    practice = models.ForeignKey(
        "agreements.Practice",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="process_templates",
        verbose_name=_("good practice"),
    )
    kind = models.CharField(
        _("kind"), max_length=13, choices=ProcessKind, default=ProcessKind.PARTICIPATION
    )
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in two sentences"), max_length=400)
    text = models.TextField(_("what it is about"), max_length=20_000, blank=True)
    rules = models.TextField(_("rules"), max_length=20_000)
    advice = models.TextField(
        _("advice to the municipality"),
        max_length=10_000,
        blank=True,
        help_text=_("What it needs, what it costs and what others learnt."),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    updated_at = models.DateTimeField(pgettext_lazy("template", "changed"), auto_now=True)

    objects = ProcessTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template of a process")
        verbose_name_plural = _("templates of processes")
        ordering = ["title"]
        constraints = [one_of("kind", ProcessKind)]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("process_templates:template", args=[self.code])

    @property
    def days(self) -> int:
        """How long it takes from the first to the last day."""
        return max((step.first_day + step.days for step in self.steps.all()), default=0)


class TemplateStep(models.Model):
    """A step of a template; its days are counted from the first day of the process."""

    template = models.ForeignKey(
        ProcessTemplate, models.CASCADE, related_name="steps", verbose_name=_("template")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=9, choices=StepKind)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what happens"), max_length=4_000, blank=True)
    first_day = models.PositiveSmallIntegerField(_("begins after so many days"), default=0)
    days = models.PositiveSmallIntegerField(_("lasts so many days"), default=7)

    class Meta:
        verbose_name = _("step of a template")
        verbose_name_plural = _("steps of templates")
        ordering = ["template", "position"]
        constraints = [
            one_of("kind", StepKind),
            models.UniqueConstraint(
                fields=["template", "position"], name="processes_templatestep_position_once"
            ),
            models.CheckConstraint(name="processes_templatestep_lasts", condition=Q(days__gt=0)),
        ]

    def __str__(self) -> str:
        return self.title
