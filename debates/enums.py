from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class Stage(models.TextChoices):
    """Where a debate stands. It follows from the clock and the conclusion; nothing stores it."""

    OPEN = "abierto", pgettext_lazy("debate", "Open")
    CLOSED = "cerrado", pgettext_lazy("debate", "Closed")
    CONCLUDED = "concluido", pgettext_lazy("debate", "Concluded")


class Asker(models.TextChoices):
    """Who asks, as the address of a list says it."""

    MUNICIPALITY = "municipalidad", _("The municipality")
    RESIDENTS = "vecinos", _("Residents")


class Order(models.TextChoices):
    """How a list is ordered; the words stand in its address."""

    TRENDING = "tendencia", _("Trending")
    BEST = "mejores", _("Best rated")
    NEWEST = "recientes", _("Newest")
    DISCUSSED = "comentados", _("Most discussed")
    RELEVANCE = "parecido", pgettext_lazy("debate", "Best match")


class StatementChoice(models.TextChoices):
    """What somebody says of a short statement."""

    AGREE = "agree", pgettext_lazy("opinion", "I agree")
    DISAGREE = "disagree", _("I disagree")
    PASS = "pass", _("I pass")
