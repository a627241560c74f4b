from django.db import models
from django.utils.translation import get_language, gettext_lazy as _

from municipalities.models import Municipality


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
