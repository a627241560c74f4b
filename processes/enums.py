from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class ProcessKind(models.TextChoices):
    """What a process is for."""

    PARTICIPATION = "participation", _("Public process")
    DIALOGUE = "dialogue", _("Dialogue")


class ProcessState(models.TextChoices):
    """What staff did with a process; where it stands in its steps follows from the clock."""

    DRAFT = "draft", _("In preparation")
    OPEN = "open", pgettext_lazy("process", "Open")
    CLOSED = "closed", pgettext_lazy("process", "Closed")
    CALLED_OFF = "called_off", pgettext_lazy("process", "Called off")


class StepKind(models.TextChoices):
    """What happens in a step."""

    INFORMATION = "info", _("Information")
    MEETING = "meeting", _("Meetings")
    PROPOSALS = "proposals", _("Proposals")
    DEBATE = "debate", _("Debate")
    NORM = "norm", _("Draft norm")
    VOTE = "vote", _("Vote")
    BUDGET = "budget", _("Participatory budget")
    ANSWER = "answer", _("Answer of the municipality")
    OTHER = "other", _("Something else")


class TeamRole(models.TextChoices):
    """What somebody of the team does."""

    LEADS = "leads", _("Leads it")
    FACILITATES = "facilitates", _("Facilitates")
    HELPS = "helps", _("Helps")


class ReviewState(models.TextChoices):
    """What a review found of an outcome."""

    ON_COURSE = "on_course", _("On course")
    LATE = "late", _("Late")
    DONE = "done", pgettext_lazy("outcome", "Done")
    DROPPED = "dropped", _("Given up")


class PartyKind(models.TextChoices):
    """Who sits at the table of a dialogue."""

    AUTHORITY = "authority", _("Authority")
    POPULATION = "population", _("Population")
    COMPANY = "company", _("Company")
    CIVIL_SOCIETY = "civil_society", _("Civil society")


class UndertakingState(models.TextChoices):
    """What became of something agreed, as it was last told; its light follows from the clock."""

    OPEN = "open", _("To be done")
    DONE = "done", pgettext_lazy("something agreed", "Done")
    DROPPED = "dropped", pgettext_lazy("something agreed", "Given up")


class Light(models.TextChoices):
    """How something agreed stands at this moment."""

    GREEN = "green", pgettext_lazy("something agreed", "Done")
    BLUE = "blue", _("In time")
    AMBER = "amber", _("Due soon")
    RED = "red", _("Overdue")
    GREY = "grey", pgettext_lazy("something agreed", "Given up")


class MeetingKind(models.TextChoices):
    """What people come together for."""

    SESSION = "session", _("Session of a council or committee")
    ASSEMBLY = "assembly", _("Assembly")
    WORKSHOP = "workshop", _("Workshop")
    HEARING = "hearing", _("Public hearing")
    TABLE = "table", _("Session of a dialogue")
    INFORMATION = "info", _("Information and training")


class MeetingState(models.TextChoices):
    """What staff did with a meeting; whether it is over follows from the clock."""

    DRAFT = "draft", _("In preparation")
    CALLED = "called", _("Called")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


class EscalationState(models.TextChoices):
    """How far a matter has come that was raised to another level."""

    SENT = "sent", pgettext_lazy("matter raised", "Sent")
    RECEIVED = "received", pgettext_lazy("matter raised", "Received")
    ANSWERED = "answered", pgettext_lazy("matter raised", "Answered")
    RETURNED = "returned", pgettext_lazy("matter raised", "Returned")
    PASSED_ON = "passed_on", _("Passed on to the next level")
