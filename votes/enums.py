from django.db import models
from django.utils.translation import gettext_lazy as _


class UrnState(models.TextChoices):
    """How far an urn has come. Whether it takes ballots now, the clock says too."""

    PREPARED = "prepared", _("Being prepared")
    FROZEN = "frozen", _("Rules frozen")
    READY = "ready", _("Keys proven")
    CLOSED = "closed", _("Closed")
    OPENED = "opened", _("Opened")
    CANCELLED = "cancelled", _("Called off")


class CastChannel(models.TextChoices):
    """By what way somebody voted. Who voted on paper votes on the web no more."""

    WEB = "web", _("Web")
    ASSISTED = "assisted", _("With help at a desk")
    PAPER = "paper", _("On paper")


class Phase(models.TextChoices):
    """Where a poll stands for whoever looks at it now: its urn's state and the clock."""

    PREPARED = "prepared", _("Being prepared")
    KEYS = "keys", _("Rules settled, keys to come")
    SCHEDULED = "scheduled", _("Not open yet")
    OPEN = "open", _("Open")
    COUNTING = "counting", _("Closed, to be counted")
    RESULTS = "results", _("Results published")
    CANCELLED = "cancelled", _("Called off")


class Effect(models.TextChoices):
    """What the result obliges to. Binding needs a norm that says so."""

    CONSULTATIVE = "consultative", _("Consultative")
    BINDING = "binding", _("Binding")


class Custody(models.TextChoices):
    """Who holds the key to the ballots while the urn is open."""

    TRUSTEES = "trustees", _("Several trustees, each with a part of it")
    SECRETARY = "secretary", _("The secretary of the municipality alone")


class QuestionKind(models.TextChoices):
    """How a question is answered; the values are those of votes/counting."""

    YES_NO = "yes_no", _("Yes or no")
    SINGLE = "single", _("Choose one option")
    MULTIPLE = "multiple", _("Choose up to so many")
    APPROVAL = "approval", _("Mark all you agree with")
    RANKED = "ranked", _("Put in order")
    SCORE = "score", _("Give each a mark")
    POINTS = "points", _("Share out points")
    KNAPSACK = "knapsack", _("Choose within the money")
    OPEN = "open", _("Write an answer")


class Voters(models.TextChoices):
    """To whom a poll is put."""

    RESIDENTS = "residents", _("Residents")
    LISTED = "listed", _("People on a closed list")


class Base(models.TextChoices):
    """Of which ballots a majority is a part."""

    VALID = "valid", _("Of the valid ballots")
    CAST = "cast", _("Of all cast, blank and void ones too")


class PaperAct(models.TextChoices):
    """What happened to papers at a table before and while the urn was open."""

    SUPPLIED = "supplied", _("Brought to the table")
    HANDED = "handed", _("Handed out")
    SPOILED = "spoiled", _("Spoiled and taken back")


class EntryRole(models.TextChoices):
    """Who types in the papers of a table: two who do not see each other, and one who settles."""

    FIRST = "first", _("First entry")
    SECOND = "second", _("Second entry")
    THIRD = "third", _("Settles what differs")


class TableStep(models.TextChoices):
    """How far the recount of a table has come; the labels say what is to be done next."""

    VOTING = "voting", _("People vote until the vote closes")
    BOX = "box", _("Empty the box and mix the papers")
    ACTA = "acta", _("Fill in and sign the acta")
    ENTRIES = "entries", _("Two people enter the papers")
    THIRD = "third", _("A third person settles what differs")
    TOTALS = "totals", _("Blank and void papers differ from the acta: say why")
    SETTLED = "settled", _("Settled")
