from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class OrganizationKind(models.TextChoices):
    """Who takes part in what the region does for municipalities (requirement R05)."""

    REGIONAL_GOVERNMENT = "region", _("Regional government")
    PROVINCIAL = "provincial", _("Provincial municipality")
    DISTRICT = "district", _("District municipality")
    CIVIL_SOCIETY = "civil_society", _("Civil-society organisation")
    UNIVERSITY = "university", _("University")
    PROFESSIONAL = "professional", _("Professional college")
    COMPANY = "company", _("Company")
    TRADE = "trade", _("Trade association")
    GRASSROOTS = "grassroots", _("Grassroots organisation")
    COMMUNITY = "community", _("Peasant community")
    RONDA = "ronda", _("Ronda campesina")
    WORKING_GROUP = "working_group", _("Mesa or working group")
    MULTILATERAL = "multilateral", _("Multilateral organisation")
    CONTROL = "control", _("Oversight body")
    MINISTRY = "ministry", _("Ministry or national body")


GOVERNMENT = (
    OrganizationKind.REGIONAL_GOVERNMENT,
    OrganizationKind.PROVINCIAL,
    OrganizationKind.DISTRICT,
    OrganizationKind.MINISTRY,
)
CIVIL = (
    OrganizationKind.CIVIL_SOCIETY,
    OrganizationKind.PROFESSIONAL,
    OrganizationKind.TRADE,
    OrganizationKind.GRASSROOTS,
    OrganizationKind.COMMUNITY,
    OrganizationKind.RONDA,
    OrganizationKind.WORKING_GROUP,
)


class PolicyArea(models.TextChoices):
    """The areas of the commitment in the Open Government Partnership (requirement R06)."""

    CAPACITY = "capacity", _("Capacity building")
    GENDER = "gender", _("Gender")
    INCLUSION = "inclusion", _("Inclusion")
    LOCAL = "local", _("Local commitments")
    PARTICIPATION = "participation", _("Public participation")


class OgpValue(models.TextChoices):
    INFORMATION = "information", _("Access to information")
    PARTICIPATION = "participation", _("Civic participation")
    ACCOUNTABILITY = "accountability", _("Public accountability")
    TECHNOLOGY = "technology", _("Technology and innovation")


class Gate(models.TextChoices):
    """The five milestones of LAL0009, in their order: each needs the one before."""

    AGREEMENT = "agreement", _("Agreement")
    TRANSFER = "transfer", _("Transfer")
    DISSEMINATION = "dissemination", _("Dissemination")
    OPERATION = "operation", _("Operation")
    EVALUATION = "evaluation", _("Evaluation")


class Stage(models.TextChoices):
    """How far a municipality is, by what has been shown: nobody writes it, it follows from facts."""

    NO_CONTACT = "no_contact", _("No contact yet")
    INTERESTED = "interested", pgettext_lazy("stage", "Interested")
    LAPSED = "lapsed", _("Its convenio is over")
    NEGOTIATING = "negotiating", _("Convenio in process")
    IN_FORCE = "in_force", _("Convenio in force")
    TRANSFERRING = "transferring", _("Transfer under way")
    TRANSFERRED = "transferred", _("Transferred")
    OPERATING = "operating", _("In operation")
    DORMANT = "dormant", pgettext_lazy("stage", "Inactive")
    EVALUATED = "evaluated", _("Evaluated")


class Heartbeat(models.TextChoices):
    """Whether people took part lately."""

    ACTIVE = "active", pgettext_lazy("heartbeat", "Active")
    AT_RISK = "at_risk", _("At risk")
    INACTIVE = "inactive", pgettext_lazy("heartbeat", "Inactive")


class Completion(models.TextChoices):
    """How far a milestone is, in the scale of the Independent Reporting Mechanism."""

    NO_EVIDENCE = "no_evidence", _("No evidence available")
    NOT_STARTED = "not_started", _("Not started")
    LIMITED = "limited", _("Limited")
    SUBSTANTIAL = "substantial", _("Substantial")
    COMPLETE = "complete", _("Complete")


class EarlyResult(models.TextChoices):
    """Did it open government?"""

    WORSENED = "worsened", _("Worsened")
    UNCHANGED = "unchanged", _("Did not change")
    MARGINAL = "marginal", _("Marginal")
    MAJOR = "major", _("Major")
    OUTSTANDING = "outstanding", _("Outstanding")


class Ambition(models.TextChoices):
    LOW = "low", _("Low")
    MODERATE = "moderate", pgettext_lazy("ambition", "Moderate")
    HIGH = "high", _("High")


class Assessor(models.TextChoices):
    """Whose view it is; the three stand side by side and none replaces another."""

    SELF = "self", _("Self-assessment")
    COUNTERPART = "counterpart", _("Social counterpart")
    IRM = "irm", _("IRM")


class AgreementKind(models.TextChoices):
    FRAMEWORK = "marco", _("Framework convenio")
    SPECIFIC = "especifico", _("Specific convenio")
    COMMITMENT_ACT = "acta", _("Acta de compromiso")


class AgreementState(models.TextChoices):
    """What people decided; «in force» and «expired» follow from the dates when it is read."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("Under review")
    OBSERVED = "observed", _("Observed")
    TO_SIGN = "to_sign", _("To be signed")
    SIGNED = "signed", pgettext_lazy("convenio", "Signed")
    SUSPENDED = "suspended", pgettext_lazy("convenio", "Suspended")
    TERMINATED = "terminated", _("Terminated")
    CLOSED = "closed", _("Closed with a final report")
    DENIED = "denied", _("Denied or shelved")


class Standing(models.TextChoices):
    """What a signed convenio is today, by its dates."""

    NOT_YET = "not_yet", _("Signed, not yet in force")
    IN_FORCE = "in_force", _("In force")
    EXPIRED = "expired", _("Expired")


class Renewal(models.TextChoices):
    NONE = "none", _("Not renewed")
    ADDENDUM = "addendum", _("By addendum")
    AUTOMATIC = "automatic", _("Automatic")


class EndCause(models.TextChoices):
    MUTUAL = "mutual", _("By mutual agreement")
    SEPARATION = "separation", _("Free separation")
    BREACH = "breach", _("Breach that was not mended")
    FORCE_MAJEURE = "force_majeure", _("Force majeure")
    FULFILLED = "fulfilled", _("Its object was fulfilled")
    LAW = "law", _("Change of law")


class PartyRole(models.TextChoices):
    LEAD = "lead", _("Leads")
    COUNTERPART = "counterpart", _("Counterpart")
    ADHERENT = "adherent", _("Joined later")
    OBSERVER = "observer", _("Observes")


class ActKind(models.TextChoices):
    """The papers on the way of a convenio, by which somebody was empowered or gave an opinion."""

    REQUEST = "request", _("Letter of the mayor")
    COUNCIL = "council", _("Acuerdo de concejo")
    REGIONAL_COUNCIL = "regional_council", _("Acuerdo regional")
    TECHNICAL = "technical", _("Technical report")
    LEGAL = "legal", _("Legal report")
    BUDGET = "budget", _("Budget report")
    OPINION = "opinion", _("Dictamen of the commission")
    RESOLUTION = "resolution", _("Resolution")


class FileKind(models.TextChoices):
    DRAFT = "draft", _("Draft convenio")
    SIGNED = "signed", _("Signed convenio")
    ADDENDUM = "addendum", _("Addendum")
    ACT = "act", _("Acuerdo, report or resolution")
    MINUTES = "minutes", _("Acta")
    FINAL = "final", _("Final report")
    OTHER = "other", _("Another document")


class UndertakingState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Fulfilled")
    SUSPENDED = "suspended", _("Suspended")
    CANCELLED = "cancelled", _("Cancelled")


class AddendumState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", pgettext_lazy("addendum", "Signed")
    DROPPED = "dropped", pgettext_lazy("addendum", "Dropped")


class AddendumKind(models.TextChoices):
    TERM = "term", _("Term")
    MONEY = "money", _("Money")
    OBJECT = "object", _("Object")
    PARTIES = "parties", _("Parties")
    UNDERTAKINGS = "undertakings", _("Undertakings")
    OTHER = "other", _("Other")


class ItemState(models.TextChoices):
    """A piece of a work plan: nothing jumps from pending to verified."""

    PENDING = "pending", _("Pending")
    UNDERWAY = "underway", _("Under way")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    VERIFIED = "verified", _("Verified")
    CANCELLED = "cancelled", pgettext_lazy("step", "Cancelled")


class DelayReason(models.TextChoices):
    BUDGET = "budget", _("Budget")
    STAFF = "staff", _("Staff")
    WEATHER = "weather", _("Weather")
    PROCUREMENT = "procurement", _("Procurement")
    AUTHORITIES = "authorities", _("Change of authorities")
    THIRD = "third", _("A third party")
    OTHER = "other", _("Another reason")


class EvidenceKind(models.TextChoices):
    MINUTES = "minutes", _("Acta")
    REPORT = "report", _("Report")
    NORM = "norm", _("Norm")
    PHOTO = "photo", _("Photo")
    ATTENDANCE = "attendance", _("Attendance list")
    RECEIPT = "receipt", _("Receipt")
    BROADCAST = "broadcast", _("Proof of radio or poster")
    LINK = "link", _("Link")
    OTHER = "other", _("Other")


class EvidenceState(models.TextChoices):
    UPLOADED = "uploaded", _("To be looked at")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    REMOVED = "removed", _("Removed")


class VerificationMethod(models.TextChoices):
    DESK = "desk", _("At a desk")
    VISIT = "visit", _("Visit")
    CALL = "call", _("Telephone call")


class VerificationResult(models.TextChoices):
    OK = "ok", _("It is so")
    PARTIAL = "partial", _("In part")
    NO = "no", _("It is not so")


class ReportKind(models.TextChoices):
    QUARTERLY = "quarterly", _("Quarterly report")
    YEARLY = "yearly", _("Yearly report")
    FINAL = "final", _("Final report")


class ReportState(models.TextChoices):
    DUE = "due", _("Not sent yet")
    SUBMITTED = "submitted", pgettext_lazy("report", "Sent")
    CERTIFIED = "certified", _("Certified")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")


class Light(models.TextChoices):
    GREY = "grey", _("No information")
    RED = "red", _("Red")
    AMBER = "amber", _("Amber")
    GREEN = "green", _("Green")
    BLUE = "blue", _("Concluded and verified")


class TaskKind(models.TextChoices):
    RATIFY = "ratify", _("Ratify the coordinator")
    RENEW = "renew", _("Renew or close the convenio")
    CONTACT = "contact", _("Bring a contact up to date")
    CITIZENS = "citizens", _("Answer what citizens say")
    FOLLOW_UP = "follow_up", _("Follow up a recommendation")
    HELP = "help", _("Help asked for")
    INACTIVE = "inactive", _("Look after a space without activity")
    INTEREST = "interest", _("Answer an expression of interest")


class TaskState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    VERIFIED = "verified", _("Verified")


class PracticeState(models.TextChoices):
    NOMINATED = "nominated", _("Nominated")
    REVIEW = "review", _("Under review")
    REVIEWED = "reviewed", _("Reviewed")
    VALIDATED = "validated", _("Validated")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class PracticeForm(models.TextChoices):
    """What a practice is, so that not everything is a website (requirement R58)."""

    PROCESS = "process", _("Process")
    TOOL = "tool", _("Digital tool")
    NORM = "norm", _("Norm")
    METHOD = "method", _("Method")
    TRAINING = "training", _("Training")


class Maturity(models.TextChoices):
    IDEA = "idea", _("Idea")
    PILOT = "pilot", _("Pilot")
    PROVEN = "proven", _("Proven")
    CONSOLIDATED = "consolidated", _("Consolidated")


class EvidenceLevel(models.IntegerChoices):
    TESTIMONY = 0, _("Testimony")
    INTERNAL = 1, _("Own data")
    BEFORE_AFTER = 2, _("Before and after, with a baseline")
    COMPARISON = 3, _("With a comparison group")
    EXTERNAL = 4, _("External evaluation")


class KitKind(models.TextChoices):
    GUIDE = "guide", _("Guide")
    ORDINANCE = "ordinance", _("Model ordenanza")
    FORM = "form", _("Form")
    TRAINING = "training", _("Training material")
    CHECKLIST = "checklist", _("Checklist")
    PRESET = "preset", _("Preset of a space")


class TransferState(models.TextChoices):
    INTEREST = "interest", _("Interest")
    READINESS = "readiness", _("Readiness")
    PLAN = "plan", _("Plan")
    UNDERWAY = "underway", _("Under way")
    ACCEPTED = "accepted", _("Accepted by the municipality")
    SUSPENDED = "suspended", _("Suspended")
    ABANDONED = "abandoned", _("Abandoned")


class PieceKind(models.TextChoices):
    """What «transferred» means: six things that can be looked at (requirement R57)."""

    DOCUMENTS = "documents", _("Documents delivered")
    TRAINED = "trained", _("People trained and passed")
    TOOL = "tool", _("Tool set up")
    NORM = "norm", _("Local norm")
    FIRST_USE = "first_use", _("First real use with support")
    ACCEPTANCE = "acceptance", _("Act of acceptance")


class AdaptationChoice(models.TextChoices):
    KEEP = "keep", _("Kept")
    ADAPT = "adapt", _("Adapted")
    DROP = "drop", pgettext_lazy("component", "Dropped")


class ActivityKind(models.TextChoices):
    ROUND_TABLE = "mesa", _("Mesa de trabajo")
    WORKSHOP = "taller", _("Workshop")
    PLACEMENT = "pasantia", _("Pasantía")
    REMOTE = "remote", _("Remote assistance")
    VISIT = "visit", _("Visit")
    ACCOMPANIED = "accompanied", _("Accompanied session")
    COURSE = "course", _("Course")
    KIT = "kit", _("Delivery of a kit")
    FAIR = "fair", _("Fair")


class ActivityState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", pgettext_lazy("activity", "Cancelled")


class Adoption(models.IntegerChoices):
    """How deep a practice has taken root; it can go down again."""

    KNOWS = 0, _("Knows it")
    INTERESTED = 1, _("Formal interest")
    COMMITTED = 2, _("Committed")
    PILOT = 3, _("Adapted pilot")
    IMPLEMENTED = 4, _("Implemented")
    INSTITUTIONAL = 5, _("Institutional")
    SUSTAINED = 6, _("Sustained and multiplying")


class Medium(models.TextChoices):
    VISIT = "visit", _("Visit")
    PHONE = "phone", _("Telephone")
    VIDEO = "video", _("Video call")
    MAIL = "mail", _("E-mail")
    OFFICE = "office", _("At the region's office")


class Outreach(models.TextChoices):
    """How people were told; most of them are not on the web."""

    RADIO = "radio", _("Radio")
    LOUDSPEAKER = "loudspeaker", _("Loudspeaker")
    POSTER = "poster", _("Poster")
    ASSEMBLY = "assembly", _("Assembly")
    DOOR = "door", _("From house to house")
    MARKET = "market", _("Market or fair")
    MESSAGES = "messages", _("Messages to phones")
    WEB = "web", _("Website")
    NETWORKS = "networks", _("Social networks")
    PRESS = "press", _("Press or television")
    SCHOOL = "school", _("School, health post or church")


class MechanismState(models.TextChoices):
    """«No data» is not «does not exist»: they are counted apart."""

    UNKNOWN = "unknown", _("No data")
    NONE = "none", _("Does not exist")
    NORMED = "normed", _("Has a norm")
    INSTALLED = "installed", _("Installed")
    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")


class ConflictState(models.TextChoices):
    ACTIVE = "active", _("Active")
    LATENT = "latent", _("Latent")
    RESOLVED = "resolved", _("Resolved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    UNKNOWN = "unknown", _("Not said")


class ConflictKind(models.TextChoices):
    SOCIO_ENVIRONMENTAL = "socio_environmental", _("Socio-environmental")
    LOCAL_GOVERNMENT = "local", _("Matters of local government")
    REGIONAL_GOVERNMENT = "regional", _("Matters of regional government")
    NATIONAL_GOVERNMENT = "national", _("Matters of national government")
    BOUNDARIES = "boundaries", _("Territorial boundaries")
    COMMUNAL = "communal", _("Communal")
    LABOUR = "labour", _("Labour")
    ELECTORAL = "electoral", _("Electoral")
    OTHER = "other", _("Other matters")


class InterestState(models.TextChoices):
    INTERESTED = "interested", _("Interested")
    INVITED = "invited", _("Invited")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SelfReply(models.TextChoices):
    YES = "yes", _("Yes")
    PARTLY = "partly", _("In part")
    NO = "no", _("No")


class CitizenReply(models.TextChoices):
    YES = "yes", _("Yes, it is so")
    PARTLY = "partly", _("In part")
    NO = "no", _("No, it is not so")
    UNKNOWN = "unknown", _("I do not know")


class Moment(models.TextChoices):
    SIX = "6m", _("After 6 months")
    TWELVE = "12m", _("After 12 months")
    TWENTY_FOUR = "24m", _("After 24 months")


class Evaluator(models.TextChoices):
    ADOPTER = "adopter", _("The municipality itself")
    DONOR = "donor", _("Who gave the practice")
    THIRD = "third", _("An independent third party")


class LearningKind(models.TextChoices):
    LESSON = "lesson", _("Lesson")
    EXPERIMENT = "experiment", _("Experiment")
    CHALLENGE = "challenge", _("Shared challenge")


class NetworkKind(models.TextChoices):
    PLAN = "plan", _("Work plan")
    MEETING = "meeting", _("Meeting")
    DECISION = "decision", _("Decision")


class IndicatorLevel(models.TextChoices):
    """What it tells of: what was done, what came of it, or what changed (requirement R55)."""

    OUTPUT = "output", _("Output")
    OUTCOME = "outcome", _("Outcome")
    EFFECT = "effect", _("Effect")


class Direction(models.TextChoices):
    UP = "up", _("More is better")
    DOWN = "down", _("Less is better")
    KEEP = "keep", _("To be kept")


class Adding(models.TextChoices):
    """How values join over time or over places."""

    SUM = "sum", _("Added up")
    MAX = "max", _("The greatest")
    AVERAGE = "average", _("The mean")
    LATEST = "latest", _("The latest")
    RATIO = "ratio", _("Ratio of the sums")


class ValueType(models.TextChoices):
    NUMBER = "number", _("Number")
    PERCENT = "percent", _("Percentage")
    RATE = "rate", _("Rate per 1,000 inhabitants")
    INDEX = "index", _("Index")


class PeriodState(models.TextChoices):
    OPEN = "open", _("Open")
    LOCKED = "locked", _("Locked")


class EntryState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", pgettext_lazy("value", "Sent")
    RETURNED = "returned", _("Returned")
    ACCEPTED = "accepted", _("Accepted")


class AgeGroup(models.TextChoices):
    CHILD = "0-17", _("Under 18")
    YOUNG = "18-29", _("18 to 29")
    ADULT = "30-59", _("30 to 59")
    OLD = "60+", _("60 and over")
