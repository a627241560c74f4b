from django.db import models
from django.utils.translation import gettext_lazy as _


class InterventionKind(models.TextChoices):
    """An act of taking part, as the ledger counts it."""

    REGISTRATION = "registration", _("Registration")
    RESIDENCE = "residence", _("Residence proven")
    INTAKE_PROPOSAL = "intake_proposal", _("Came with a proposal")
    INTAKE_WORK = "intake_work", _("Came to ask for a work")
    INTAKE_COMPLAINT = "intake_complaint", _("Came with a complaint")
    INTAKE_JOB = "intake_job", _("Came to ask for a job")
    PROPOSAL = "proposal", _("Proposal published")
    SUPPORT = "support", _("Support for a proposal")
    ANSWER = "answer", _("Answer by the municipality")
    DEBATE = "debate", _("Debate opened")
    COMMENT = "comment", _("Comment")
    REACTION = "reaction", _("Agreement or disagreement")
    STATEMENT = "statement", _("Statement in a debate")
    STATEMENT_VOTE = "statement_vote", _("Vote on a statement")
    BALLOT = "ballot", _("Ballot cast")
    AGENT = "agent", _("Participating agent registered")
    WORK = "work", _("Work put forward for a budget")
    WORK_SUPPORT = "work_support", _("Support for a work")
    WORDING = "wording", _("Wording proposed for a norm")
    WORDING_STANCE = "wording_stance", _("Stance on a wording")
    MEETING_REGISTRATION = "meeting", _("Registered for a meeting")
    ATTENDANCE = "attendance", _("Came to a meeting")


class ThreadKind(models.TextChoices):
    """What a thread is the public life of."""

    PROPOSAL = "proposal", _("Proposal")
    DEBATE = "debate", _("Debate")
    STATEMENT = "statement", _("Statement in a debate")
    POLL = "poll", _("Vote")
    BUDGET = "budget", _("Participatory budget")
    WORK = "work", _("Work of a budget")
    NORM = "norm", _("Draft norm")
    ARTICLE = "article", _("Provision of a draft norm")
    ANNOTATION = "annotation", _("Words marked in a draft norm")
    PROCESS = "process", _("Process")
    MEETING = "meeting", _("Meeting")


class Side(models.TextChoices):
    """On which side of the question a comment argues, as its author says."""

    NEUTRAL = "neutral", _("Neither")
    FOR = "for", _("For")
    AGAINST = "against", _("Against")


class ModerationRule(models.TextChoices):
    """The rules of conversation: why something is flagged or hidden, as the public log says it."""

    INSULT = "insult", _("Insults somebody")
    HATE = "hate", _("Despises people for what they are")
    THREAT = "threat", _("Threatens or calls for violence")
    PERSONAL = "personal", _("Shows somebody's personal data")
    FALSE = "false", _("Passes itself off as somebody else")
    PARTISAN = "partisan", _("Campaigns for a party or a candidate")
    ADVERTISING = "advertising", _("Advertises or repeats itself")
    OFF_TOPIC = "off_topic", _("Has nothing to do with it")
    ILLEGAL = "illegal", _("Breaks the law")
    PENDING = "pending", _("Waits for review")


class CaseSource(models.TextChoices):
    """How moderation came to look at something."""

    FLAGS = "flags", _("People flagged it")
    WORDS = "words", _("It has a watched word")
    LINKS = "links", _("It has a link to be reviewed")
    PERSONAL = "personal", _("It may show personal data")
    STAFF = "staff", _("A moderator saw it")


class DecisionKind(models.TextChoices):
    """What a moderator may decide."""

    KEEP = "keep", _("Keep it")
    HIDE = "hide", _("Hide it")
    WARN = "warn", _("Keep it and warn its author")
    SUSPEND = "suspend", _("Hide it and suspend its author")
    RESTORE = "restore", _("Show it again")
    UNDO = "undo", _("Take a decision back")

    @property
    def done(self):
        """Once decided: the labels are for the buttons."""
        return {
            self.KEEP: _("Kept"),
            self.HIDE: _("It was hidden"),
            self.WARN: _("Kept, and its author warned"),
            self.SUSPEND: _("Hidden, and its author suspended"),
            self.RESTORE: _("Shown again"),
            self.UNDO: _("Decision taken back"),
        }[self]


class WatchedKind(models.TextChoices):
    WORD = "word", _("Word or phrase")
    LINK = "link", _("Link")


class SharedPlace(models.TextChoices):
    """Where many people take part over one address."""

    KIOSK = "kiosk", _("Kiosk or library")
    SCHOOL = "school", _("School")
    ASSEMBLY = "assembly", _("Assembly")


class TracedAct(models.TextChoices):
    """What leaves a trace for the report on signals."""

    DEBATE = "debate", _("Debate")
    COMMENT = "comment", _("Comment")
    REACTION = "reaction", _("Agreement or disagreement")
    FLAG = "flag", _("Flag")
    SUPPORT = "support", _("Support given")
    PROPOSAL = "proposal", _("Proposal")
    WORK = "work", _("Work of a budget")


class Channel(models.TextChoices):
    WEB = "web", _("Web")
    DESK = "desk", _("Desk")
    EVENT = "event", _("Event")
    IMPORT = "import", _("Brought from another portal")


class AgeBand(models.TextChoices):
    UNDER_18 = "-17", _("Under 18")
    FROM_18 = "18-29", _("18 to 29")
    FROM_30 = "30-44", _("30 to 44")
    FROM_45 = "45-59", _("45 to 59")
    FROM_60 = "60+", _("60 and over")


class NoticeKind(models.TextChoices):
    """Why somebody is told: each kind may reach them in another way."""

    OWN = "own", _("Your own things")
    FOLLOWED = "followed", _("What you follow")
    REPLIES = "replies", _("Replies and mentions")
    MODERATION = "moderation", _("Moderation")
    NEWSLETTERS = "newsletters", _("Newsletters")


class Delivery(models.TextChoices):
    """How a notice leaves the site; on the site it is always found."""

    EMAIL = "email", _("By e-mail, at once")
    DAILY = "daily", _("By e-mail, once a day")
    WEEKLY = "weekly", _("By e-mail, on Mondays")
    SMS = "sms", _("By SMS")
    WHATSAPP = "whatsapp", _("By WhatsApp")
    SITE = "site", _("Only on the site")


class Frequency(models.TextChoices):
    """How often a digest goes out."""

    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")


class Audience(models.TextChoices):
    """Whom a newsletter goes to."""

    FOLLOWERS = "followers", _("Those who follow the municipality")
    RESIDENTS = "residents", _("Its residents who agreed to news")


class Activity(models.TextChoices):
    """What the stream of a municipality may be narrowed to."""

    PROPOSALS = "propuestas", _("New proposals")
    DEBATES = "debates", _("New debates")
    VOTES = "votaciones", _("Votes")
    BUDGETS = "presupuestos", _("Participatory budgets")
    NORMS = "normas", _("Draft norms")
    PROCESSES = "procesos", _("Processes and meetings")
    ANSWERS = "respuestas", _("Answers")
    MILESTONES = "pasos", _("Works and milestones")
    CONCLUSIONS = "conclusiones", _("Conclusions")
