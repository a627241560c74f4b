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


class Shown(models.TextChoices):
    """What a person may let their public page show. Nothing, unless they choose it."""

    PROPOSALS = "proposals", _("My proposals")
    DEBATES = "debates", _("My debates")
    WORKS = "works", _("My works for participatory budgets")
    COMMENTS = "comments", _("My comments")


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
    RESIDENCE = "residence", _("Proof of residence")


class RequestState(models.TextChoices):
    """What became of a proof that could not be made at once."""

    WAITING = "waiting", _("Waiting for a padrón")
    NOT_MATCHED = "not_matched", _("Not found in the padrón")
    LAPSED = "lapsed", _("To be asked again")


class DeskActKind(models.TextChoices):
    """What a desk officer does for a person who is there."""

    VERIFIED = "verified", _("Verified in person")
    REGISTERED = "registered", _("Registered a person")
    RECEIPT = "receipt", _("Gave a new receipt")
    SESSION = "session", _("Began to act for a person")
    ASSISTED = "assisted", _("Acted for a person")
    VOTED = "voted", _("Helped a person to vote")
    WITHDRAWN = "withdrawn", _("Withdrew a proof of residence")


class DeskReason(models.TextChoices):
    """Why a person is helped instead of doing it alone."""

    NO_ADDRESS = "no_address", _("Has neither e-mail nor mobile phone")
    NO_DEVICE = "no_device", _("Has no telephone or computer to hand")
    READING = "reading", _("Finds reading or writing difficult")
    DISABILITY = "disability", _("Disability")
    OTHER = "other", _("Another reason")
