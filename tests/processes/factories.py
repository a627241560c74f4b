"""One factory for each model of processes. They need the scope of their municipality."""

from datetime import timedelta

import factory
from django.utils import timezone

from participation.enums import ThreadKind
from processes.enums import (
    MeetingState,
    PartyKind,
    ProcessKind,
    ProcessState,
    ReviewState,
    StepKind,
    TeamRole,
    UndertakingState,
)
from processes.models import (
    AgendaItem,
    Escalation,
    EscalationEvent,
    Meeting,
    Minutes,
    Outcome,
    OutcomeReview,
    Party,
    Process,
    ProcessTemplate,
    Registration,
    Step,
    TeamMember,
    TemplateStep,
    Undertaking,
    UndertakingUpdate,
)
from tests.agreements.factories import RegionalFactory
from tests.factories import MunicipalityFactory, ThreadFactory, UserFactory, of_its_place


def days(number, hours=0):
    return factory.LazyFunction(lambda: timezone.now() + timedelta(days=number, hours=hours))


def in_days(number):
    return factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=number))


class ProcessTemplateFactory(RegionalFactory):
    """Published."""

    class Meta:
        model = ProcessTemplate

    code = factory.Sequence(lambda n: f"plantilla-{n}")
    title = factory.Sequence(lambda n: f"Template {n}")
    summary = "What it is for."
    rules = "Who may take part."
    published_at = days(-100)


class TemplateStepFactory(RegionalFactory):
    class Meta:
        model = TemplateStep

    template = factory.SubFactory(ProcessTemplateFactory)
    position = factory.Sequence(int)
    kind = StepKind.MEETING
    title = "Taller"


class ProcessFactory(factory.django.DjangoModelFactory):
    """Open; `draft=True` is in preparation, `closed=True` over, `dialogue=True` has a table."""

    class Meta:
        model = Process

    class Params:
        draft = factory.Trait(state=ProcessState.DRAFT, opened_at=None)
        closed = factory.Trait(state=ProcessState.CLOSED, closed_at=days(-1))
        dialogue = factory.Trait(kind=ProcessKind.DIALOGUE)

    municipality = factory.SubFactory(MunicipalityFactory)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Process {n}")
    summary = "What is decided."
    rules = "Everybody who lives here takes part."
    state = ProcessState.OPEN
    opened_at = days(-10)
    thread = factory.SubFactory(
        ThreadFactory,
        kind=ThreadKind.PROCESS,
        municipality=factory.SelfAttribute("..municipality"),
        author=None,
        title=factory.SelfAttribute("..title"),
        is_public=factory.LazyAttribute(lambda o: o.factory_parent.state != ProcessState.DRAFT),
    )


class StepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Step

    municipality = factory.SubFactory(MunicipalityFactory)
    process = of_its_place(ProcessFactory)
    position = factory.Sequence(int)
    kind = StepKind.INFORMATION
    title = factory.Sequence(lambda n: f"Step {n}")
    starts_at = days(-5)
    ends_at = days(5)


class TeamMemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TeamMember

    municipality = factory.SubFactory(MunicipalityFactory)
    process = of_its_place(ProcessFactory)
    role = TeamRole.LEADS
    name = "Elsa Quispe"
    office = "Gerencia de Participación"


class OutcomeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Outcome

    municipality = factory.SubFactory(MunicipalityFactory)
    process = of_its_place(ProcessFactory, closed=True)
    decided = "The park is closed to cars."
    next_steps = "The works office puts up the signs."
    review_on = in_days(90)
    by = factory.SubFactory(UserFactory)


class OutcomeReviewFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OutcomeReview

    municipality = factory.SubFactory(MunicipalityFactory)
    outcome = of_its_place(OutcomeFactory)
    state = ReviewState.ON_COURSE
    text = "Half of the signs are up."
    next_review_on = in_days(90)
    by = factory.SubFactory(UserFactory)


class MeetingFactory(factory.django.DjangoModelFactory):
    """Called, in a week; `over=True` was last week, `draft=True` is in preparation."""

    class Meta:
        model = Meeting

    class Params:
        draft = factory.Trait(state=MeetingState.DRAFT, called_at=None)
        over = factory.Trait(starts_at=days(-7), ends_at=days(-7, 2), called_at=days(-20))
        closed = factory.Trait(is_closed=True, closed_why="Personal matters are talked about.")
        cancelled = factory.Trait(state=MeetingState.CANCELLED, cancelled_why="The road is cut.")

    municipality = factory.SubFactory(MunicipalityFactory)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Meeting {n}")
    state = MeetingState.CALLED
    starts_at = days(7)
    ends_at = days(7, 2)
    place_name = "Casa comunal"
    called_at = days(-3)
    thread = factory.SubFactory(
        ThreadFactory,
        kind=ThreadKind.MEETING,
        municipality=factory.SelfAttribute("..municipality"),
        author=None,
        title=factory.SelfAttribute("..title"),
        is_public=factory.LazyAttribute(lambda o: o.factory_parent.state != MeetingState.DRAFT),
    )


class AgendaItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgendaItem

    municipality = factory.SubFactory(MunicipalityFactory)
    meeting = of_its_place(MeetingFactory)
    position = factory.Sequence(int)
    title = "El agua"


class RegistrationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Registration

    municipality = factory.SubFactory(MunicipalityFactory)
    meeting = of_its_place(MeetingFactory)
    user = factory.SubFactory(UserFactory)


class MinutesFactory(factory.django.DjangoModelFactory):
    """Published."""

    class Meta:
        model = Minutes

    municipality = factory.SubFactory(MunicipalityFactory)
    meeting = of_its_place(MeetingFactory, over=True)
    text = "What was said."
    attended = 40
    by = factory.SubFactory(UserFactory)
    published_at = days(-6)


class PartyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Party

    municipality = factory.SubFactory(MunicipalityFactory)
    process = of_its_place(ProcessFactory, dialogue=True)
    kind = PartyKind.COMPANY
    name = factory.Sequence(lambda n: f"Minera {n}")


class UndertakingFactory(factory.django.DjangoModelFactory):
    """Of a meeting, due in a month."""

    class Meta:
        model = Undertaking

    municipality = factory.SubFactory(MunicipalityFactory)
    meeting = of_its_place(MeetingFactory, over=True)
    owner = "Gerencia de Obras"
    text = "Clean the canal."
    due_on = in_days(30)


class UndertakingUpdateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = UndertakingUpdate

    municipality = factory.SubFactory(MunicipalityFactory)
    undertaking = of_its_place(UndertakingFactory)
    state = UndertakingState.OPEN
    text = "Half of it is clean."
    by = factory.SubFactory(UserFactory)


class EscalationFactory(factory.django.DjangoModelFactory):
    """Sent to another municipality by the one where it began."""

    class Meta:
        model = Escalation

    municipality = factory.SubFactory(MunicipalityFactory)
    to_municipality = factory.SubFactory(MunicipalityFactory)
    origin = factory.SelfAttribute("municipality")
    thread = of_its_place(ThreadFactory, is_public=True)
    code = factory.Sequence(lambda n: f"OTUZCO-2026-{n:04}")
    title = factory.SelfAttribute("thread.title")
    path = "/otuzco/propuestas/1-agua/"
    reason = "The road belongs to the province."
    by = factory.SubFactory(UserFactory)


class EscalationEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EscalationEvent

    escalation = factory.SubFactory(EscalationFactory)
    state = "sent"
    by = factory.SubFactory(UserFactory)
