from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do for a municipality or for the region, besides taking part."""

    ADMINISTRATOR = "administrator", _("Administrator")
    MODERATOR = "moderator", _("Moderator")
    DESK_OFFICER = "desk_officer", _("Desk officer")
    EVALUATOR = "evaluator", _("Evaluator")
    PLANNER = "planner", _("Regional planner")
    REGIONAL_ADMINISTRATOR = "regional_admin", _("Regional administrator")
    OBSERVER = "observer", _("Observer")


MUNICIPAL_ROLES = (Role.ADMINISTRATOR, Role.MODERATOR, Role.DESK_OFFICER, Role.EVALUATOR)
REGIONAL_ROLES = (Role.PLANNER, Role.REGIONAL_ADMINISTRATOR, Role.OBSERVER)


class Gender(models.TextChoices):
    """Always voluntary; an empty answer is as good as any."""

    WOMAN = "woman", _("Woman")
    MAN = "man", _("Man")
    OTHER = "other", _("Another")
    UNDISCLOSED = "undisclosed", _("I prefer not to say")


class Area(models.TextChoices):
    URBAN = "urban", _("In a city or town")
    RURAL = "rural", _("In the countryside")


class DocumentKind(models.TextChoices):
    DNI = "dni", _("DNI")
    FOREIGNER_CARD = "ce", _("Carné de extranjería")


class ProofMethod(models.TextChoices):
    PADRON = "padron", _("Padrón")
    DESK = "desk", _("In person, at a desk")


class CheckResult(models.TextChoices):
    """What a residence check answers, whatever stands behind it."""

    MATCHED = "matched", _("Matched")
    NOT_MATCHED = "not_matched", _("Not matched")
    UNAVAILABLE = "unavailable", _("Unavailable")
    NOT_ALLOWED = "not_allowed", _("Not allowed")


class Purpose(models.TextChoices):
    """What a person consents to, each apart from the others."""

    TERMS = "terms", _("Taking part and its rules")
    STATISTICS = "statistics", _("Statistics by gender, age and area")
    NEWS = "news", _("News by e-mail or SMS")
