from django.db import models
from django.utils.translation import gettext_lazy as _


class StatementChoice(models.TextChoices):
    """What somebody says of a short statement."""

    AGREE = "agree", _("I agree")
    DISAGREE = "disagree", _("I disagree")
    PASS = "pass", _("I pass")
