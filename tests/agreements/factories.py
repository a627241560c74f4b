"""One factory for each model of agreements. What is the region's is made in the region's scope,
whatever scope the test is in; what is a municipality's needs the scope of its municipality."""

import hashlib
from contextlib import contextmanager
from datetime import date, timedelta

import factory
from django.core.files.base import ContentFile
from django.utils import timezone

from agreements.enums import (
    ActivityKind,
    ActKind,
    Adoption,
    AgreementKind,
    AgreementState,
    Assessor,
    CitizenReply,
    ConflictKind,
    ConflictState,
    DelayReason,
    Evaluator,
    EvidenceKind,
    FileKind,
    Gate,
    IndicatorLevel,
    KitKind,
    LearningKind,
    Light,
    Medium,
    Moment,
    NetworkKind,
    OgpValue,
    OrganizationKind,
    Outreach,
    PartyRole,
    PieceKind,
    PolicyArea,
    PracticeForm,
    PracticeState,
    ReportKind,
    SelfReply,
    TaskKind,
    VerificationResult,
)
from agreements.models import (
    Act,
    ActionPlan,
    Activity,
    Adaptation,
    Addendum,
    AdoptionStep,
    Advice,
    Agreement,
    AgreementEvent,
    AgreementFile,
    AgreementTemplate,
    Assessment,
    Attendance,
    BaselineAnswer,
    BaselineCell,
    BaselineSheet,
    Certificate,
    CitizenCheck,
    Clause,
    Commitment,
    Component,
    Conflict,
    Coordinator,
    CounterAnswer,
    EndForm,
    EndValue,
    Entry,
    EntryCell,
    Evaluation,
    Evidence,
    Indicator,
    Interest,
    KitItem,
    Learning,
    LedgerMark,
    LedgerSum,
    Member,
    Milestone,
    MoneyReceived,
    NetworkEntry,
    Observation,
    Office,
    Organization,
    OutreachAct,
    Override,
    OversightReport,
    Party,
    Period,
    Piece,
    Practice,
    PracticeEvent,
    PracticeReview,
    PracticeVersion,
    PriorityInput,
    PriorityScenario,
    QualityScore,
    ReadinessAnswer,
    Reminder,
    Report,
    Requirement,
    Reschedule,
    Responsibility,
    SelfAnswer,
    SourceDocument,
    Target,
    Task,
    Trace,
    Transfer,
    Undertaking,
    Verification,
    WorkItem,
)
from municipalities.enums import MunicipalityKind
from municipalities.models import Municipality
from municipalities.rls import region_scope
from participation.enums import Channel, InterventionKind
from tests.factories import (
    DistrictFactory,
    MunicipalityFactory,
    RegionPlaceFactory,
    UserFactory,
)


TODAY = factory.LazyFunction(timezone.localdate)


def the_region():
    """The regional government's own row, whose scope is the region's."""
    found = Municipality.objects.filter(kind=MunicipalityKind.REGION).first()
    return found or MunicipalityFactory(
        kind=MunicipalityKind.REGION,
        place=RegionPlaceFactory(),
        slug="la-libertad",
        name="Gobierno Regional de La Libertad",
        short_name="La Libertad",
    )


@contextmanager
def in_the_region():
    the_region()
    with region_scope("tests"):
        yield


class RegionalFactory(factory.django.DjangoModelFactory):
    """What only the region writes."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with in_the_region():
            return super()._create(model_class, *args, **kwargs)


def of_the_same_town(path, **fields):
    """A whole of the part's own municipality."""
    return factory.SubFactory(path, municipality=factory.SelfAttribute("..municipality"), **fields)


HERE = "tests.agreements.factories."


class OrganizationFactory(RegionalFactory):
    class Meta:
        model = Organization

    kind = OrganizationKind.CIVIL_SOCIETY
    name = factory.Sequence(lambda n: f"Asociación {n}")


def organization_of(municipality):
    """The organisation that stands for a municipality."""
    kinds = {
        MunicipalityKind.REGION: OrganizationKind.REGIONAL_GOVERNMENT,
        MunicipalityKind.PROVINCIAL: OrganizationKind.PROVINCIAL,
        MunicipalityKind.DISTRICT: OrganizationKind.DISTRICT,
    }
    with in_the_region():
        found = Organization.objects.filter(town=municipality).first()
    return found or OrganizationFactory(
        kind=kinds[municipality.kind], name=f"{municipality.name}", town=municipality
    )


class MemberFactory(RegionalFactory):
    class Meta:
        model = Member

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(UserFactory)
    starts_on = date(2019, 1, 1)


class OfficeFactory(RegionalFactory):
    class Meta:
        model = Office

    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda n: f"Oficina {n}")
    email = factory.Sequence(lambda n: f"oficina-{n}@example.org")


class ActionPlanFactory(RegionalFactory):
    class Meta:
        model = ActionPlan

    code = factory.Sequence(lambda n: f"PLAN{n}")
    title = "Plan de acción"
    cycle = 2018
    starts_on = date(2019, 6, 1)
    ends_on = date(2020, 12, 31)


class CommitmentFactory(RegionalFactory):
    class Meta:
        model = Commitment

    plan = factory.SubFactory(ActionPlanFactory)
    code = factory.Sequence(lambda n: f"LAL{n:04}")
    title = "Transferir experiencias de participación"
    purpose = "Que las municipalidades hagan suyas las buenas prácticas."
    starts_on = date(2019, 6, 1)
    ends_on = date(2020, 12, 31)
    policy_areas = [PolicyArea.PARTICIPATION]


class MilestoneFactory(RegionalFactory):
    class Meta:
        model = Milestone

    commitment = factory.SubFactory(CommitmentFactory)
    number = 1
    gate = Gate.AGREEMENT
    text = "Suscripción de convenios"


class ResponsibilityFactory(RegionalFactory):
    class Meta:
        model = Responsibility

    milestone = factory.SubFactory(MilestoneFactory)
    office = factory.SubFactory(OfficeFactory)
    starts_on = date(2019, 6, 1)


class AssessmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assessment

    municipality = factory.SubFactory(MunicipalityFactory)
    commitment = factory.SubFactory(CommitmentFactory)
    assessor = Assessor.SELF
    day = TODAY


class SourceDocumentFactory(RegionalFactory):
    class Meta:
        model = SourceDocument

    title = factory.Sequence(lambda n: f"Documento {n}")
    url = "https://example.org/documento.pdf"
    retrieved_on = TODAY


class AgreementTemplateFactory(RegionalFactory):
    class Meta:
        model = AgreementTemplate

    kind = AgreementKind.SPECIFIC
    name = factory.Sequence(lambda n: f"Modelo {n}")
    clauses = [
        {"key": "objeto", "title": "Objeto", "text": "…", "required": True},
        {"key": "plazo", "title": "Plazo", "text": "…", "required": True},
        {"key": "publicidad", "title": "Publicidad", "text": "…", "required": False},
    ]
    path = [ActKind.TECHNICAL, ActKind.LEGAL, ActKind.COUNCIL]


class AgreementFactory(RegionalFactory):
    """A draft. `towns=[otuzco, viru]` makes them parties, with the regional government;
    `signed=True` signs it with all that this needs; `published=True` publishes it."""

    class Meta:
        model = Agreement
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait(published_at=factory.LazyFunction(timezone.now))

    kind = AgreementKind.SPECIFIC
    code = factory.Sequence(lambda n: f"CONV-{n:04}")
    title = factory.Sequence(lambda n: f"Convenio específico {n}")
    object = "Transferir el portal de participación."
    problem = "Lejos de Trujillo es difícil participar."
    population = "Vecinas y vecinos de la provincia."
    expected_change = "Que participen también desde los caseríos."
    starts_on = date(2026, 1, 1)
    ends_on = date(2028, 12, 31)

    @factory.post_generation
    def towns(self, create, extracted, **kwargs):
        """Municipalities that are parties, beside the regional government."""
        for municipality in extracted or []:
            PartyFactory(agreement=self, organization=organization_of(municipality))
        if extracted:
            PartyFactory(
                agreement=self, organization=organization_of(the_region()), role=PartyRole.LEAD
            )
            with in_the_region():
                self.refresh_from_db()

    @factory.post_generation
    def signed(self, create, extracted, **kwargs):
        """As of the day given, or of its first day."""
        if not extracted:
            return
        day = extracted if isinstance(extracted, date) else self.starts_on
        AgreementFileFactory(agreement=self, kind=FileKind.SIGNED, title="Convenio firmado")
        with in_the_region():
            for party in self.parties.all():
                party.signed_on = day
                party.save()
                if party.organization.kind in (
                    OrganizationKind.PROVINCIAL,
                    OrganizationKind.DISTRICT,
                ):
                    ActFactory(agreement=self, party=party, kind=ActKind.COUNCIL, day=day)
            Agreement.objects.filter(pk=self.pk).update(state=AgreementState.SIGNED, signed_on=day)
            self.refresh_from_db()


class PartyFactory(RegionalFactory):
    class Meta:
        model = Party

    agreement = factory.SubFactory(AgreementFactory)
    organization = factory.SubFactory(OrganizationFactory)


class AgreementFileFactory(RegionalFactory):
    class Meta:
        model = AgreementFile

    class Params:
        content = factory.Sequence(lambda n: f"%PDF-1.4 {n}".encode())

    agreement = factory.SubFactory(AgreementFactory)
    kind = FileKind.OTHER
    title = factory.Sequence(lambda n: f"Documento {n}")
    file = factory.LazyAttribute(lambda o: ContentFile(o.content, "documento.pdf"))
    sha256 = factory.LazyAttribute(lambda o: hashlib.sha256(o.content).hexdigest())


class ActFactory(RegionalFactory):
    class Meta:
        model = Act

    agreement = factory.SubFactory(AgreementFactory)
    kind = ActKind.COUNCIL
    number = factory.Sequence(lambda n: f"Acuerdo de Concejo N° {n:03}-2026-MPO")
    day = date(2026, 1, 1)


class ClauseFactory(RegionalFactory):
    class Meta:
        model = Clause

    agreement = factory.SubFactory(AgreementFactory)
    key = factory.Sequence(lambda n: f"clausula-{n}")
    title = "Objeto"
    text = "El objeto es transferir el portal."


class UndertakingFactory(RegionalFactory):
    class Meta:
        model = Undertaking

    agreement = factory.SubFactory(AgreementFactory)
    party = factory.SubFactory(PartyFactory, agreement=factory.SelfAttribute("..agreement"))
    text = "Designar a dos personas que moderen."
    weight = 100
    due_on = date(2026, 12, 31)


class CoordinatorFactory(RegionalFactory):
    class Meta:
        model = Coordinator

    agreement = factory.SubFactory(AgreementFactory)
    party = factory.SubFactory(PartyFactory, agreement=factory.SelfAttribute("..agreement"))
    office = factory.SubFactory(OfficeFactory)
    starts_on = date(2026, 1, 1)


class AddendumFactory(RegionalFactory):
    class Meta:
        model = Addendum

    agreement = factory.SubFactory(AgreementFactory)
    number = factory.Sequence(lambda n: n + 1)
    kinds = ["term"]
    reason = "Se amplía el plazo."
    base_version = 1
    patch = {"ends_on": ["2028-12-31", "2029-12-31"]}


class ReportFactory(RegionalFactory):
    class Meta:
        model = Report

    agreement = factory.SubFactory(AgreementFactory)
    party = factory.SubFactory(PartyFactory, agreement=factory.SelfAttribute("..agreement"))
    kind = ReportKind.QUARTERLY
    period_ends_on = date(2026, 3, 31)
    due_on = date(2026, 4, 22)


class AgreementEventFactory(RegionalFactory):
    class Meta:
        model = AgreementEvent

    agreement = factory.SubFactory(AgreementFactory)
    verb = "created"


class WorkItemFactory(RegionalFactory):
    class Meta:
        model = WorkItem

    agreement = factory.SubFactory(AgreementFactory)
    party = factory.SubFactory(PartyFactory, agreement=factory.SelfAttribute("..agreement"))
    gate = Gate.AGREEMENT
    name = factory.Sequence(lambda n: f"Paso {n}")
    starts_on = date(2026, 1, 1)
    due_on = date(2026, 12, 31)


class RescheduleFactory(RegionalFactory):
    class Meta:
        model = Reschedule

    agreement = factory.SubFactory(AgreementFactory)
    item = factory.SubFactory(WorkItemFactory, agreement=factory.SelfAttribute("..agreement"))
    before = date(2026, 12, 31)
    after = date(2027, 3, 31)
    code = DelayReason.WEATHER
    reason = "Las lluvias cortaron la carretera."


class OverrideFactory(RegionalFactory):
    class Meta:
        model = Override

    agreement = factory.SubFactory(AgreementFactory)
    light = Light.AMBER
    reason = "El informe está en camino."
    by = factory.SubFactory(UserFactory)
    expires_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))


class PracticeFactory(RegionalFactory):
    class Meta:
        model = Practice

    code = factory.Sequence(lambda n: f"BP-{n:02}")
    title = factory.Sequence(lambda n: f"Práctica {n}")
    form = PracticeForm.TOOL
    policy_areas = [PolicyArea.PARTICIPATION]
    origin = factory.SubFactory(OrganizationFactory)
    nominated_by = factory.SelfAttribute("origin")
    state = PracticeState.NOMINATED


class PracticeVersionFactory(RegionalFactory):
    class Meta:
        model = PracticeVersion

    practice = factory.SubFactory(PracticeFactory)
    number = factory.Sequence(lambda n: n + 1)
    problem = "Los trámites desaniman."
    solution = "Un portal que abre cada municipalidad."
    limits = "Donde no hay señal hace falta una mesa."
    staff = "Una persona, media jornada."
    connectivity = "Internet en la municipalidad."


class ComponentFactory(RegionalFactory):
    class Meta:
        model = Component

    version = factory.SubFactory(PracticeVersionFactory)
    name = factory.Sequence(lambda n: f"Componente {n}")
    verified_by = "Se ve en el portal."


class RequirementFactory(RegionalFactory):
    class Meta:
        model = Requirement

    version = factory.SubFactory(PracticeVersionFactory)
    text = factory.Sequence(lambda n: f"Requisito {n}")


class KitItemFactory(RegionalFactory):
    class Meta:
        model = KitItem

    version = factory.SubFactory(PracticeVersionFactory)
    kind = KitKind.GUIDE
    title = factory.Sequence(lambda n: f"Guía {n}")
    text = "Primero se convoca."


class PracticeReviewFactory(RegionalFactory):
    class Meta:
        model = PracticeReview

    version = factory.SubFactory(PracticeVersionFactory)
    organization = factory.SubFactory(OrganizationFactory)
    by = factory.SubFactory(UserFactory)
    effectiveness = replicability = sustainability = inclusion = cost = 2
    recommends = True


class PracticeEventFactory(RegionalFactory):
    class Meta:
        model = PracticeEvent

    practice = factory.SubFactory(PracticeFactory)
    after = PracticeState.NOMINATED


class TransferFactory(factory.django.DjangoModelFactory):
    """An interest without a convenio. `published=True` shows it to everybody."""

    class Meta:
        model = Transfer

    class Params:
        published = factory.Trait(published_at=factory.LazyFunction(timezone.now))

    municipality = factory.SubFactory(MunicipalityFactory)
    version = factory.SubFactory(PracticeVersionFactory)


class ReadinessAnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReadinessAnswer

    municipality = factory.SubFactory(MunicipalityFactory)
    transfer = of_the_same_town(HERE + "TransferFactory")
    requirement = factory.SubFactory(RequirementFactory)
    is_met = True


class AdaptationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Adaptation

    municipality = factory.SubFactory(MunicipalityFactory)
    transfer = of_the_same_town(HERE + "TransferFactory")
    component = factory.SubFactory(ComponentFactory)


class PieceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Piece

    municipality = factory.SubFactory(MunicipalityFactory)
    transfer = of_the_same_town(HERE + "TransferFactory")
    kind = PieceKind.DOCUMENTS


class ActivityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Activity
        skip_postgeneration_save = True

    municipality = factory.SubFactory(MunicipalityFactory)
    kind = ActivityKind.WORKSHOP
    title = factory.Sequence(lambda n: f"Taller {n}")
    day = TODAY
    hours = 4


class AttendanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attendance

    municipality = factory.SubFactory(MunicipalityFactory)
    activity = of_the_same_town(HERE + "ActivityFactory")
    office = "Participación Vecinal"
    people = 10


class AdoptionStepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AdoptionStep

    municipality = factory.SubFactory(MunicipalityFactory)
    transfer = of_the_same_town(HERE + "TransferFactory")
    level = Adoption.KNOWS


class AdviceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Advice

    municipality = factory.SubFactory(MunicipalityFactory)
    day = TODAY
    topic = "Cómo responder una propuesta"
    medium = Medium.PHONE
    hours = 1


class OutreachActFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OutreachAct

    municipality = factory.SubFactory(MunicipalityFactory)
    campaign = "Decide también desde tu caserío"
    channel = Outreach.RADIO
    starts_on = TODAY
    ends_on = TODAY


class EvidenceFactory(factory.django.DjangoModelFactory):
    """Of an activity, unless it is told another thing: `activity=None, piece=…`."""

    class Meta:
        model = Evidence

    class Params:
        content = factory.Sequence(lambda n: f"%PDF-1.4 evidence {n}".encode())

    municipality = factory.SubFactory(MunicipalityFactory)
    activity = of_the_same_town(HERE + "ActivityFactory")
    kind = EvidenceKind.MINUTES
    title = factory.Sequence(lambda n: f"Acta {n}")
    file = factory.LazyAttribute(lambda o: ContentFile(o.content, "acta.pdf"))
    sha256 = factory.LazyAttribute(lambda o: hashlib.sha256(o.content).hexdigest())
    added_by = factory.SubFactory(UserFactory)


class VerificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Verification

    municipality = factory.SubFactory(MunicipalityFactory)
    evidence = of_the_same_town(HERE + "EvidenceFactory")
    by = factory.SubFactory(UserFactory)
    result = VerificationResult.OK


class TaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Task

    municipality = factory.SubFactory(MunicipalityFactory)
    kind = TaskKind.FOLLOW_UP
    text = "Publicar el acta."


class ReminderFactory(RegionalFactory):
    class Meta:
        model = Reminder

    key = factory.Sequence(lambda n: f"agreement:{n}:-90")


class TraceFactory(RegionalFactory):
    class Meta:
        model = Trace

    table = "agreements_agreement"
    row = 1
    verb = "update"
    at = factory.LazyFunction(timezone.now)


class BaselineSheetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BaselineSheet

    municipality = factory.SubFactory(MunicipalityFactory)
    year = factory.Sequence(lambda n: 2019 + n % 80)


class BaselineCellFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BaselineCell

    municipality = factory.SubFactory(MunicipalityFactory)
    sheet = of_the_same_town(HERE + "BaselineSheetFactory")
    mechanism = "pp"


class BaselineAnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BaselineAnswer

    municipality = factory.SubFactory(MunicipalityFactory)
    sheet = of_the_same_town(HERE + "BaselineSheetFactory")
    question = "organizations"
    number = 12


class ConflictFactory(RegionalFactory):
    class Meta:
        model = Conflict

    report = 181
    month = date(2019, 3, 1)
    code = factory.Sequence(lambda n: f"caso-{n}")
    kind = ConflictKind.SOCIO_ENVIRONMENTAL
    state = ConflictState.ACTIVE


class MoneyReceivedFactory(RegionalFactory):
    class Meta:
        model = MoneyReceived

    place = factory.SubFactory(DistrictFactory)
    year = 2025
    item = "Canon minero"
    amount = 100_000
    source = "MEF"
    as_of = date(2026, 1, 15)


class PriorityInputFactory(RegionalFactory):
    class Meta:
        model = PriorityInput

    place = factory.SubFactory(DistrictFactory)
    variable = "poverty"
    value = 40
    source = "INEI 2018"
    as_of = date(2018, 12, 31)


class PriorityScenarioFactory(RegionalFactory):
    class Meta:
        model = PriorityScenario

    name = "Por defecto"
    weights = {"poverty": 1}
    reason = "Para empezar."


class InterestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Interest

    municipality = factory.SubFactory(MunicipalityFactory)


class QualityScoreFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = QualityScore

    municipality = factory.SubFactory(MunicipalityFactory)
    activity = of_the_same_town(HERE + "ActivityFactory")
    assessor = Assessor.SELF
    reach = 2


class EvaluationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Evaluation

    municipality = factory.SubFactory(MunicipalityFactory)
    transfer = of_the_same_town(HERE + "TransferFactory")
    moment = Moment.SIX
    evaluator = Evaluator.ADOPTER
    effect = "Participa más gente de los caseríos."


class SelfAnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SelfAnswer

    municipality = factory.SubFactory(MunicipalityFactory)
    year = 2026
    question = factory.Sequence(lambda n: f"pregunta-{n}")
    reply = SelfReply.YES


class CounterAnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CounterAnswer

    municipality = factory.SubFactory(MunicipalityFactory)
    answer = of_the_same_town(HERE + "SelfAnswerFactory")
    organization = factory.SubFactory(OrganizationFactory)
    reply = SelfReply.NO
    text = "No lo vimos."


class ObservationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Observation

    municipality = factory.SubFactory(MunicipalityFactory)
    organization = factory.SubFactory(OrganizationFactory)
    transfer = of_the_same_town(HERE + "TransferFactory")
    text = "El taller no se anunció por radio."


class CitizenCheckFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CitizenCheck

    municipality = factory.SubFactory(MunicipalityFactory)
    transfer = of_the_same_town(HERE + "TransferFactory")
    by = factory.SubFactory(UserFactory)
    reply = CitizenReply.YES


class LearningFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Learning

    municipality = factory.SubFactory(MunicipalityFactory)
    kind = LearningKind.LESSON
    title = factory.Sequence(lambda n: f"Lección {n}")
    context = "Audiencia en un caserío lejano."


class CertificateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Certificate

    municipality = factory.SubFactory(MunicipalityFactory)
    code = factory.Sequence(lambda n: f"CERT{n:08}")
    year = 2026
    figures = {"before": 2, "after": 5}


class NetworkEntryFactory(RegionalFactory):
    class Meta:
        model = NetworkEntry
        skip_postgeneration_save = True

    kind = NetworkKind.MEETING
    title = factory.Sequence(lambda n: f"Reunión {n}")
    day = TODAY


class EndFormFactory(RegionalFactory):
    class Meta:
        model = EndForm
        skip_postgeneration_save = True

    commitment = factory.SubFactory(CommitmentFactory)


class EndValueFactory(RegionalFactory):
    class Meta:
        model = EndValue

    form = factory.SubFactory(EndFormFactory)
    value = OgpValue.PARTICIPATION


class OversightReportFactory(RegionalFactory):
    class Meta:
        model = OversightReport

    organization = factory.SubFactory(OrganizationFactory)
    title = factory.Sequence(lambda n: f"Informe {n}")
    summary = "Lo que vimos en las provincias."


class IndicatorFactory(RegionalFactory):
    class Meta:
        model = Indicator

    code = factory.Sequence(lambda n: f"I-{n + 100}")
    name_es = factory.Sequence(lambda n: f"Indicador {n}")
    name_en = factory.Sequence(lambda n: f"Indicator {n}")
    definition = "Cuántas veces se participó."
    formula = "Suma de intervenciones."
    unit = "intervenciones"
    level = IndicatorLevel.OUTPUT
    source = "Libro de intervenciones"


class PeriodFactory(RegionalFactory):
    class Meta:
        model = Period

    label = factory.Sequence(lambda n: f"{2000 + n}")
    starts_on = date(2026, 1, 1)
    ends_on = date(2026, 12, 31)
    due_on = date(2027, 1, 31)


class TargetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Target

    municipality = factory.SubFactory(MunicipalityFactory)
    indicator = factory.SubFactory(IndicatorFactory)


class EntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Entry

    municipality = factory.SubFactory(MunicipalityFactory)
    indicator = factory.SubFactory(IndicatorFactory)
    period = factory.SubFactory(PeriodFactory)
    numerator = 10


class EntryCellFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EntryCell

    municipality = factory.SubFactory(MunicipalityFactory)
    entry = of_the_same_town(HERE + "EntryFactory")
    numerator = 5


class LedgerSumFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LedgerSum

    municipality = factory.SubFactory(MunicipalityFactory)
    kind = InterventionKind.PROPOSAL
    day = TODAY
    channel = Channel.WEB
    amount = 1


class LedgerMarkFactory(RegionalFactory):
    class Meta:
        model = LedgerMark
