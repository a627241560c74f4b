"""One factory for each model of budgets, with nothing surprising in it. Situations are traits."""

import hashlib
from datetime import timedelta

import factory
from django.core.files.base import ContentFile
from django.utils import timezone

from budgets.enums import (
    AgentKind,
    AgentState,
    BudgetState,
    Purpose,
    SpendingStage,
    StepKind,
    Verdict,
    WorkState,
)
from budgets.models import (
    Addendum,
    Agent,
    AgentFile,
    AgentList,
    Appeal,
    Ballot,
    Budget,
    Committee,
    CommitteeMember,
    CommitteeReport,
    CostLine,
    Count,
    Criterion,
    Delay,
    Delegate,
    Evaluation,
    Group,
    Heading,
    ImportedElection,
    Minutes,
    Observation,
    Project,
    ProjectMilestone,
    Score,
    Spending,
    Step,
    StepDocument,
    SupportedHeading,
    TallyLine,
    TallySheet,
    Work,
    WorkSupport,
)
from participation.enums import ThreadKind
from tests.factories import (
    DocumentFactory,
    MunicipalityFactory,
    PollFactory,
    ResidentFactory,
    ThreadFactory,
    UserFactory,
)


GREEDY = {"method": "greedy", "variant": "skip", "threshold": 0}


class BudgetFactory(factory.django.DjangoModelFactory):
    """Being prepared, with S/ 300 000 announced and nothing in it.

    `headings={"Centro": 100_000_00, …}` makes one group with them; `criteria=[(60, 5), …]` a matrix
    of weights and most points; `running=[StepKind.WORKS, …]`
    makes these steps run now, and all others as long over as they come before and as far ahead as
    they come after; `opened=True` opens it after all that.
    """

    class Meta:
        model = Budget
        skip_postgeneration_save = True

    municipality = factory.SubFactory(MunicipalityFactory)
    year = 2027
    title = factory.Sequence(lambda n: f"Budget {n}")
    text = "What the money of all is for."
    norm = "Ordenanza 012-2026, art. 14"
    announced = 300_000_00
    rule = GREEDY
    thread = factory.SubFactory(
        ThreadFactory,
        municipality=factory.SelfAttribute("..municipality"),
        kind=ThreadKind.BUDGET,
        title=factory.SelfAttribute("..title"),
    )

    @factory.post_generation
    def headings(self, create, extracted, **kwargs):
        if create and extracted:
            group = GroupFactory(municipality=self.municipality, budget=self)
            for position, (name, money) in enumerate(extracted.items()):
                HeadingFactory(
                    municipality=self.municipality,
                    group=group,
                    position=position,
                    name=name,
                    money=money,
                )

    @factory.post_generation
    def criteria(self, create, extracted, **kwargs):
        for position, (weight, highest) in enumerate(extracted or ()) if create else ():
            CriterionFactory(
                municipality=self.municipality,
                budget=self,
                position=position,
                weight=weight,
                highest=highest,
            )

    @factory.post_generation
    def running(self, create, extracted, **kwargs):
        if not create or not extracted:
            return
        now, order = timezone.now(), list(StepKind)
        first = min(order.index(kind) for kind in extracted)
        for place, kind in enumerate(order):
            start = now - timedelta(days=1)
            if kind not in extracted:
                start += timedelta(days=10 * (place - first) or 10)
            StepFactory(
                municipality=self.municipality,
                budget=self,
                kind=kind,
                starts_at=start,
                ends_at=start + timedelta(days=5),
            )

    @factory.post_generation
    def opened(self, create, extracted, **kwargs):
        if create and extracted:
            if not self.groups.exists():
                HeadingFactory(
                    municipality=self.municipality,
                    group=GroupFactory(municipality=self.municipality, budget=self),
                )
            self.state = BudgetState.OPEN
            self.digest = hashlib.sha256(self.title.encode()).digest()
            self.opened_at, self.opened_by = timezone.now(), UserFactory()
            self.save()
            self.thread.is_public, self.thread.path = True, self.get_absolute_url()
            self.thread.save()


class OfABudgetFactory(factory.django.DjangoModelFactory):
    """Of a draft budget of its municipality unless told of which."""

    class Meta:
        abstract = True

    municipality = factory.SelfAttribute("budget.municipality")
    budget = factory.SubFactory(BudgetFactory)

    @classmethod
    def _generate(cls, strategy, params):
        if "municipality" in params and "budget" not in params:
            params["budget__municipality"] = params["municipality"]
        return super()._generate(strategy, params)


class GroupFactory(OfABudgetFactory):
    class Meta:
        model = Group

    name = factory.Sequence(lambda n: f"Group {n}")


def of_its_place(made):
    """Made as if asked for by itself, so that all it hangs on is of the place too."""
    return factory.LazyAttribute(lambda one: made(municipality=one.municipality))


class HeadingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Heading

    municipality = factory.SubFactory(MunicipalityFactory)
    group = of_its_place(GroupFactory)
    name = factory.Sequence(lambda n: f"Heading {n}")
    money = 100_000_00


class StepFactory(OfABudgetFactory):
    class Meta:
        model = Step

    kind = StepKind.WORKS
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(days=10))


class StepDocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StepDocument

    municipality = factory.SubFactory(MunicipalityFactory)
    step = of_its_place(StepFactory)
    document = factory.SubFactory(
        DocumentFactory,
        municipality=factory.SelfAttribute("..municipality"),
        thread=factory.SelfAttribute("..step.budget.thread"),
    )


class CriterionFactory(OfABudgetFactory):
    class Meta:
        model = Criterion

    name = factory.Sequence(lambda n: f"Criterion {n}")
    weight = 50


class AgentFactory(OfABudgetFactory):
    """Sent; `is_accepted=True` is on the list, `delegate=resident` gives it somebody with a vote."""

    class Meta:
        model = Agent
        skip_postgeneration_save = True

    class Params:
        is_accepted = factory.Trait(
            state=AgentState.ACCEPTED,
            number=factory.Sequence(lambda n: n + 1),
            decided_at=factory.LazyFunction(timezone.now),
            decided_by=factory.SubFactory(UserFactory),
        )

    state = AgentState.SUBMITTED
    submitted_at = factory.LazyFunction(timezone.now)
    kind = AgentKind.TERRITORIAL
    name = factory.Sequence(lambda n: f"Junta vecinal {n}")
    registered_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def delegate(self, create, extracted, **kwargs):
        """A resident who speaks for it."""
        if create and extracted:
            DelegateFactory(
                municipality=self.municipality,
                agent=self,
                document_hash=bytes(extracted.document_hash),
                **kwargs,
            )


class DelegateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Delegate

    municipality = factory.SubFactory(MunicipalityFactory)
    agent = of_its_place(AgentFactory)
    name = factory.Sequence(lambda n: f"Rosa Quispe {n}")
    document_hash = factory.Sequence(lambda n: hashlib.sha256(f"delegate {n}".encode()).digest())


class AgentFileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgentFile

    municipality = factory.SubFactory(MunicipalityFactory)
    agent = of_its_place(AgentFactory)
    title = "Acta de designación"
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-", name="acta.pdf"))
    content_type = "application/pdf"
    size = 5
    sha256 = hashlib.sha256(b"%PDF-").hexdigest()


class AgentListFactory(OfABudgetFactory):
    class Meta:
        model = AgentList

    closed_by = factory.SubFactory(UserFactory)
    agents = 0
    voters = 0
    digest = b"l" * 32


class WorkFactory(factory.django.DjangoModelFactory):
    """A draft, in a heading of its own budget; `published=True` and so on take it further.

    Give `heading` to put several into one budget.
    """

    class Meta:
        model = Work

    municipality = factory.SelfAttribute("heading.municipality")
    heading = factory.SubFactory(HeadingFactory)
    budget = factory.SelfAttribute("heading.group.budget")
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Work {n}")
    summary = "What is to be done."
    place_name = "Plaza de Armas"
    estimate = 20_000_00
    thread = factory.SubFactory(
        ThreadFactory,
        municipality=factory.SelfAttribute("..municipality"),
        kind=ThreadKind.WORK,
        author=factory.SelfAttribute("..author"),
        title=factory.SelfAttribute("..title"),
        is_public=factory.LazyAttribute(lambda o: o.factory_parent.state != WorkState.DRAFT),
    )

    class Params:
        published = factory.Trait(
            state=WorkState.PUBLISHED,
            published_at=factory.LazyFunction(timezone.now),
            code=factory.Sequence(lambda n: f"OB-{n:05}"),
        )
        evaluated = factory.Trait(published=True, state=WorkState.EVALUATION)
        feasible = factory.Trait(published=True, state=WorkState.FEASIBLE, cost=20_000_00)
        on_ballot = factory.Trait(
            feasible=True,
            state=WorkState.ON_BALLOT,
            option=factory.Sequence(lambda n: chr(97 + n // 26 % 26) + chr(97 + n % 26)),
        )

    @classmethod
    def _generate(cls, strategy, params):
        if "municipality" in params and "heading" not in params:
            params["heading__municipality"] = params["municipality"]
        return super()._generate(strategy, params)


class SupportedHeadingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SupportedHeading

    municipality = factory.SubFactory(MunicipalityFactory)
    heading = of_its_place(HeadingFactory)
    group = factory.SelfAttribute("heading.group")
    resident = factory.SubFactory(
        ResidentFactory, district=factory.SelfAttribute("..municipality.place")
    )
    slot = 1


class WorkSupportFactory(factory.django.DjangoModelFactory):
    """Of a published work, by a new resident of its municipality."""

    class Meta:
        model = WorkSupport

    municipality = factory.SelfAttribute("work.municipality")
    work = factory.SubFactory(WorkFactory, published=True)
    resident = factory.SubFactory(
        ResidentFactory, district=factory.SelfAttribute("..municipality.place")
    )

    @classmethod
    def _generate(cls, strategy, params):
        if "municipality" in params and "work" not in params:
            params["work__heading__municipality"] = params["municipality"]
        return super()._generate(strategy, params)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        work, resident = kwargs["work"], kwargs["resident"]
        SupportedHeading.objects.get_or_create(
            municipality=work.municipality,
            group=work.heading.group,
            heading=work.heading,
            resident=resident,
            defaults={"slot": 1},
        )
        return super()._create(model_class, *args, **kwargs)


class OfAWorkFactory(factory.django.DjangoModelFactory):
    """Of a published work of its municipality unless told of which."""

    class Meta:
        abstract = True

    municipality = factory.SelfAttribute("work.municipality")
    work = factory.SubFactory(WorkFactory, published=True)

    @classmethod
    def _generate(cls, strategy, params):
        if "municipality" in params and "work" not in params:
            params["work__heading__municipality"] = params["municipality"]
        return super()._generate(strategy, params)


class EvaluationFactory(OfAWorkFactory):
    """Assigned; `submitted=True` is handed in with what it found, of one line of `cost`."""

    class Meta:
        model = Evaluation

    evaluator = factory.SubFactory(UserFactory)
    assigned_by = factory.SubFactory(UserFactory)
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=10))

    class Params:
        submitted = factory.Trait(
            declared_at=factory.LazyFunction(timezone.now),
            is_legal=True,
            is_competence=True,
            is_technical=True,
            verdict="feasible",
            report="It can be done.",
            running_cost=0,
            months=4,
            submitted_at=factory.LazyFunction(timezone.now),
        )

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        submitted_at, cost = kwargs.pop("submitted_at", None), kwargs.pop("cost", None)
        evaluation = super()._create(model_class, *args, **kwargs)
        if cost or (submitted_at and evaluation.verdict == Verdict.FEASIBLE):
            CostLineFactory(
                municipality=evaluation.municipality,
                evaluation=evaluation,
                amount=cost or 20_000_00,
            )
        if submitted_at:
            evaluation.submitted_at = submitted_at
            evaluation.save()
        return evaluation


class CostLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CostLine

    municipality = factory.SubFactory(MunicipalityFactory)
    evaluation = of_its_place(EvaluationFactory)
    text = "Materials"
    amount = 10_000_00


class ScoreFactory(OfAWorkFactory):
    class Meta:
        model = Score

    work = factory.SubFactory(WorkFactory, evaluated=True)
    criterion = factory.SubFactory(
        CriterionFactory,
        municipality=factory.SelfAttribute("..work.municipality"),
        budget=factory.SelfAttribute("..work.budget"),
    )
    entry = 1
    by = factory.SubFactory(UserFactory)
    points = 3


class ObservationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Observation

    municipality = factory.SubFactory(MunicipalityFactory)
    evaluation = of_its_place(EvaluationFactory)
    text = "The place is missing."
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=2))


class AppealFactory(OfAWorkFactory):
    class Meta:
        model = Appeal

    by = factory.SubFactory(UserFactory)
    text = "The land is the municipality's: here is the entry."


class BallotFactory(OfABudgetFactory):
    class Meta:
        model = Ballot

    purpose = Purpose.RESIDENTS
    poll = factory.SubFactory(PollFactory, municipality=factory.SelfAttribute("..municipality"))


class TallySheetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TallySheet

    municipality = factory.SubFactory(MunicipalityFactory)
    heading = of_its_place(HeadingFactory)
    entry = 1
    by = factory.SubFactory(UserFactory)
    present = 20


class TallyLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TallyLine

    municipality = factory.SubFactory(MunicipalityFactory)
    sheet = of_its_place(TallySheetFactory)
    work = factory.SubFactory(WorkFactory, heading=factory.SelfAttribute("..sheet.heading"))
    votes = 7


class ImportedElectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ImportedElection

    municipality = factory.SubFactory(MunicipalityFactory)
    name = "Wieliczka 2023"
    source = "META\n"
    sha256 = factory.Sequence(lambda n: hashlib.sha256(f"{n}".encode()).hexdigest())
    works = 2
    ballots = 3
    money = 1_000_00
    by = factory.SubFactory(UserFactory)


class CountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Count

    municipality = factory.SubFactory(MunicipalityFactory)
    heading = of_its_place(HeadingFactory)
    rule = GREEDY
    rule_key = "greedy"


class MinutesFactory(OfABudgetFactory):
    class Meta:
        model = Minutes

    held_on = factory.LazyFunction(timezone.localdate)
    place = "Auditorio municipal"
    text = "We agree on these works."


class AddendumFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Addendum

    municipality = factory.SubFactory(MunicipalityFactory)
    minutes = of_its_place(MinutesFactory)
    text = "The third name is Rosa Quispe."
    by = factory.SubFactory(UserFactory)


class CommitteeFactory(OfABudgetFactory):
    class Meta:
        model = Committee

    elected_on = factory.LazyFunction(timezone.localdate)


class CommitteeMemberFactory(OfABudgetFactory):
    class Meta:
        model = CommitteeMember

    name = factory.Sequence(lambda n: f"Juana Rojas {n}")
    organisation = "Junta vecinal"
    since = factory.LazyFunction(timezone.localdate)


class ProjectFactory(OfAWorkFactory):
    class Meta:
        model = Project

    work = factory.SubFactory(WorkFactory, feasible=True, state=WorkState.CHOSEN)
    office = "Gerencia de Obras"
    money = 20_000_00


class OfAProjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    municipality = factory.SubFactory(MunicipalityFactory)
    project = of_its_place(ProjectFactory)


class ProjectMilestoneFactory(OfAProjectFactory):
    class Meta:
        model = ProjectMilestone

    title = "The ground is levelled"
    due_on = factory.LazyFunction(timezone.localdate)


class SpendingFactory(OfAProjectFactory):
    class Meta:
        model = Spending

    stage = SpendingStage.ACCRUED
    day = factory.LazyFunction(timezone.localdate)
    amount = 5_000_00
    text = "Cement"


class DelayFactory(OfAProjectFactory):
    class Meta:
        model = Delay

    new_day = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=60))
    reason = "The rains came early."


class CommitteeReportFactory(OfABudgetFactory):
    class Meta:
        model = CommitteeReport

    by = factory.SubFactory(
        CommitteeMemberFactory,
        municipality=factory.SelfAttribute("..municipality"),
        budget=factory.SelfAttribute("..budget"),
    )
    title = "The works of the market"
    text = "We went there on Saturday."
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))
