from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class BudgetState(models.TextChoices):
    """Whether people see a budget. What is going on in it, its steps and the clock say."""

    DRAFT = "draft", _("Being prepared")
    OPEN = "open", _("Open")
    CANCELLED = "cancelled", pgettext_lazy("budget", "Called off")


class Mode(models.TextChoices):
    """Who decides which works are done, as the ordinance says."""

    RESIDENTS = "residents", _("The residents, by their vote")
    AGENTS = "agents", _("The participating agents, by their vote")
    MATRIX = "matrix", _("The prioritisation matrix, confirmed by the agents")


class BallotKind(models.TextChoices):
    """How residents mark works; the values are those of votes.enums.QuestionKind."""

    KNAPSACK = "knapsack", _("Choose works within the money")
    APPROVAL = "multiple", _("Choose up to so many works")
    POINTS = "points", _("Share out points among works")


class LegalPhase(models.TextChoices):
    """The four phases of Ley 28056, article 6."""

    PREPARATION = "preparation", _("Preparation")
    AGREEMENT = "agreement", _("Coming to agreements")
    COORDINATION = "coordination", _("Coordination between levels of government")
    FORMALISATION = "formalisation", _("Formalisation")


class StepKind(models.TextChoices):
    """The steps of a budget in their order; each belongs to a legal phase (PHASE_OF)."""

    CALL = "call", _("Call and registration of agents")
    TRAINING = "training", _("Information and training")
    WORKS = "works", _("Collecting works")
    SUPPORTS = "supports", _("Supporting works")
    FILTER = "filter", _("Technical evaluation")
    WORKSHOP = "workshop", _("Workshop of priorities")
    VOTE = "vote", _("Vote of the residents")
    MINUTES = "minutes", _("Agreements and acta")
    COMMITTEE = "committee", _("Vigilance committee")
    COORDINATION = "coordination", _("Coordination between levels of government")
    INCLUSION = "inclusion", _("Inclusion in the municipality's budget")
    EXECUTION = "execution", _("Carrying out and accounts")


PHASE_OF = {
    StepKind.CALL: LegalPhase.PREPARATION,
    StepKind.TRAINING: LegalPhase.PREPARATION,
    StepKind.WORKS: LegalPhase.AGREEMENT,
    StepKind.SUPPORTS: LegalPhase.AGREEMENT,
    StepKind.FILTER: LegalPhase.AGREEMENT,
    StepKind.WORKSHOP: LegalPhase.AGREEMENT,
    StepKind.VOTE: LegalPhase.AGREEMENT,
    StepKind.MINUTES: LegalPhase.AGREEMENT,
    StepKind.COMMITTEE: LegalPhase.AGREEMENT,
    StepKind.COORDINATION: LegalPhase.COORDINATION,
    StepKind.INCLUSION: LegalPhase.FORMALISATION,
    StepKind.EXECUTION: LegalPhase.FORMALISATION,
}


class AgentKind(models.TextChoices):
    """Whom a participating agent speaks for."""

    TERRITORIAL = "territorial", _("Neighbourhood or village")
    COMMUNITY = "community", _("Peasant or native community")
    WOMEN = "women", _("Women's organisation")
    YOUTH = "youth", _("Youth organisation")
    PRODUCERS = "producers", _("Producers or irrigators")
    BUSINESS = "business", _("Business association")
    PROFESSIONAL = "professional", _("Professional college or union")
    UNIVERSITY = "university", _("University or institute")
    CIVIL = "civil", _("Other civil organisation")
    COUNCIL = "council", _("Member of the council or of the coordination council")
    PUBLIC = "public", _("Public entity")
    TECHNICAL = "technical", _("Technical team")
    CITIZEN = "citizen", _("Citizen without an organisation")


class Before(models.TextChoices):
    """Whether an agent took part in an earlier budget here, as it says itself."""

    FIRST_TIME = "first", _("No, it is the first time")
    EARLIER = "earlier", _("Yes, in an earlier one")


class AgentState(models.TextChoices):
    """How far a registration has come."""

    DRAFT = "draft", _("Not sent yet")
    SUBMITTED = "submitted", _("Registered, to be looked at")
    OBSERVED = "observed", _("Something is missing")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", pgettext_lazy("agent", "Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Ground(models.TextChoices):
    """What a registration is observed or not accepted for: counted in public, requirement by requirement."""

    DOCUMENT = "document", _("A document is missing or cannot be read")
    DELEGATE = "delegate", _("Nothing shows that it named these delegates")
    EXISTENCE = "existence", _("Nothing shows that the organisation exists")
    PLACE = "place", _("It does not act in this place")
    TWICE = "twice", _("It is registered twice")
    DATA = "data", _("The data do not agree with the documents")
    NORM = "norm", _("A requirement of the ordinance is not met")


class WorkState(models.TextChoices):
    """How far a work has come. WAYS says from where it goes on to where."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    EVALUATION = "evaluation", _("Under technical evaluation")
    FEASIBLE = "feasible", _("Feasible")
    UNFEASIBLE = "unfeasible", _("Not feasible")
    ON_BALLOT = "on_ballot", _("Put to the vote")
    CHOSEN = "chosen", _("Chosen")
    NOT_CHOSEN = "not_chosen", _("Not chosen")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class WorkOrder(models.TextChoices):
    """How a list of works is ordered; the words stand in its address."""

    SUPPORTS = "apoyos", _("Most supported")
    NEWEST = "recientes", _("Newest")
    CHEAPEST = "menor-costo", _("Cheapest first")
    DEAREST = "mayor-costo", _("Dearest first")
    RELEVANCE = "parecido", _("Best match")
    RANDOM = "azar", _("Shuffled")


WAYS: dict[str, set[str]] = {
    WorkState.DRAFT: {WorkState.PUBLISHED},
    WorkState.PUBLISHED: {WorkState.EVALUATION, WorkState.WITHDRAWN},
    WorkState.EVALUATION: {
        WorkState.FEASIBLE,
        WorkState.UNFEASIBLE,
        WorkState.PUBLISHED,
        WorkState.WITHDRAWN,
    },
    WorkState.FEASIBLE: {
        WorkState.ON_BALLOT,
        WorkState.CHOSEN,
        WorkState.NOT_CHOSEN,
        WorkState.WITHDRAWN,
    },
    WorkState.UNFEASIBLE: {WorkState.EVALUATION},
    WorkState.ON_BALLOT: {
        WorkState.FEASIBLE,
        WorkState.CHOSEN,
        WorkState.NOT_CHOSEN,
        WorkState.WITHDRAWN,
    },
    WorkState.CHOSEN: set(),
    WorkState.NOT_CHOSEN: set(),
    WorkState.WITHDRAWN: set(),
}


# What the technical evaluation has found is known of a work in one of these.
FOUND_FEASIBLE = (
    WorkState.FEASIBLE,
    WorkState.ON_BALLOT,
    WorkState.CHOSEN,
    WorkState.NOT_CHOSEN,
)


class Stage(models.TextChoices):
    """How far the evaluation of a work has come; found from what there is, never kept."""

    LATE = "late", _("Late")
    TO_ASSIGN = "to_assign", _("To be assigned")
    AT_WORK = "at_work", _("Being evaluated")
    WAITING = "waiting", _("Waiting for its author")
    HANDED_IN = "handed_in", _("To be published")


class Round(models.TextChoices):
    """Whether an evaluation is the first of a work or the one after its author appealed."""

    FIRST = "first", _("First evaluation")
    APPEAL = "appeal", _("Second evaluation, on appeal")


class Verdict(models.TextChoices):
    FEASIBLE = "feasible", _("Feasible")
    UNFEASIBLE = "unfeasible", _("Not feasible")


class Purpose(models.TextChoices):
    """What a budget's vote on the urn is for."""

    RESIDENTS = "residents", _("Vote of the residents")
    AGENTS = "agents", _("Vote of the agents")
    COMMITTEE = "committee", _("Election of the vigilance committee")


class CountState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being counted")
    DONE = "done", _("Counted")
    FAILED = "failed", _("Stopped")


class ProjectState(models.TextChoices):
    """How far a chosen work has come to being there."""

    PLANNED = "planned", pgettext_lazy("work", "Planned")
    STUDIES = "studies", _("Studies and technical file")
    TENDER = "tender", _("Being contracted")
    RUNNING = "running", _("Under way")
    PAUSED = "paused", pgettext_lazy("work", "Stopped")
    DONE = "done", _("Finished")
    CANCELLED = "cancelled", _("Will not be done")


class MilestoneState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")


class SpendingStage(models.TextChoices):
    """The stages of public spending in Peru, as its system of accounts names them."""

    CERTIFIED = "certified", _("Certified")
    COMMITTED = "committed", _("Committed")
    ACCRUED = "accrued", _("Accrued")
    PAID = "paid", _("Paid")
