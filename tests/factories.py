"""One factory for each model, with nothing surprising in it. Situations are traits."""

import hashlib
import os
from datetime import timedelta

import factory
from allauth.mfa.models import Authenticator
from django.utils import timezone
from nacl.public import PrivateKey

from accounts.enums import DeskActKind, DocumentKind, ProofMethod, Role
from accounts.models import DeskAct, DeskRelease, Resident, RoleGrant, Suspension, User
from debates.enums import StatementChoice
from debates.models import (
    Debate,
    DebateVersion,
    OpinionAnalysis,
    Statement,
    StatementVote,
    TakenUp,
)
from decide.common import documents
from municipalities.enums import (
    Module,
    MunicipalityKind,
    MunicipalityState,
    MunicipalityVerb,
    PlaceLevel,
)
from municipalities.models import (
    Interest,
    Municipality,
    MunicipalityEvent,
    Padron,
    PadronEntry,
    PadronImport,
    PadronRow,
    Place,
)
from participation.enums import (
    CaseSource,
    DecisionKind,
    InterventionKind,
    ModerationRule,
    SharedPlace,
    ThreadKind,
    TracedAct,
)
from participation.models import (
    Appeal,
    Case,
    Category,
    Comment,
    CommentVersion,
    ConversationSettings,
    Decision,
    DeclaredPlace,
    Document,
    Event,
    Flag,
    Follow,
    Image,
    Intervention,
    Newsletter,
    NewsletterCopy,
    Notice,
    Reaction,
    Thread,
    ThreadLink,
    Trace,
    WatchedWord,
)
from proposals.enums import ProposalState, Verdict, VoteVerdict
from proposals.models import (
    Answer,
    AnswerTemplate,
    LentFollow,
    Merge,
    Milestone,
    Proposal,
    ProposalSettings,
    ProposalVersion,
    Support,
    TechnicalSheet,
    VoteRequest,
)
from votes import definition
from votes.actions import urn as urns
from votes.commitments import new_nonce
from votes.enums import EntryRole, PaperAct, UrnState
from votes.models import (
    Approval,
    Checkpoint,
    Complaint,
    Desk,
    EntryPart,
    Envelope,
    KeyCeremony,
    KeyShare,
    Leaf,
    Listed,
    Mark,
    OpenedAnswer,
    Option,
    Outcome,
    PaperEntry,
    PaperEvent,
    Poll,
    Question,
    Shift,
    Spoiled,
    Table,
    Trustee,
    Turnout,
    Urn,
)


class RegionPlaceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Place
        django_get_or_create = ("code",)

    code = "13"
    level = PlaceLevel.REGION
    name = "La Libertad"


class ProvinceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Place

    code = factory.Sequence(lambda n: f"13{n % 99 + 1:02}")
    level = PlaceLevel.PROVINCE
    name = factory.Sequence(lambda n: f"Province {n}")
    parent = factory.SubFactory(RegionPlaceFactory)


class DistrictFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Place

    parent = factory.SubFactory(ProvinceFactory)
    code = factory.LazyAttributeSequence(lambda o, n: f"{o.parent.code}{n % 98 + 2:02}")
    level = PlaceLevel.DISTRICT
    name = factory.Sequence(lambda n: f"District {n}")


class MunicipalityFactory(factory.django.DjangoModelFactory):
    """An open district municipality in a province of its own."""

    class Meta:
        model = Municipality

    kind = MunicipalityKind.DISTRICT
    place = factory.SubFactory(DistrictFactory)
    slug = factory.Sequence(lambda n: f"municipality-{n}")
    name = factory.Sequence(lambda n: f"Municipalidad Distrital {n}")
    short_name = factory.Sequence(lambda n: f"Municipality {n}")
    state = MunicipalityState.OPEN
    modules = [Module.PROPOSALS]


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person-{n}@example.org")
    display_name = factory.Sequence(lambda n: f"Person {n}")
    handle = factory.Sequence(lambda n: f"person-{n}")

    @factory.post_generation
    def second_step(self, create, extracted, **kwargs):
        """Superusers sign in with two steps; `second_step=True` gives it to anybody, False to nobody."""
        if create and (self.is_superuser if extracted is None else extracted):
            AuthenticatorFactory(user=self)


class AuthenticatorFactory(factory.django.DjangoModelFactory):
    """The app that shows codes, with a secret that tests know."""

    class Meta:
        model = Authenticator
        django_get_or_create = ("user", "type")

    user = factory.SubFactory("tests.factories.UserFactory")
    type = Authenticator.Type.TOTP
    data = {"secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}


class RoleGrantFactory(factory.django.DjangoModelFactory):
    """Needs the scope of its municipality."""

    class Meta:
        model = RoleGrant
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    municipality = factory.SubFactory(MunicipalityFactory)
    role = Role.ADMINISTRATOR
    starts_on = factory.LazyFunction(timezone.localdate)

    @factory.post_generation
    def second_step(self, create, extracted, **kwargs):
        """Whoever holds a role has set up their second step; with False they have not."""
        if create and extracted is not False:
            AuthenticatorFactory(user=self.user)


class ResidentFactory(factory.django.DjangoModelFactory):
    """A verified resident with an account; say which district they live in."""

    class Meta:
        model = Resident

    document_hash = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).digest())
    document_kind = DocumentKind.DNI
    user = factory.SubFactory(UserFactory)
    district = factory.SubFactory(DistrictFactory)
    method = ProofMethod.PADRON


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    municipality = factory.SubFactory(MunicipalityFactory)
    code = factory.Sequence(lambda n: f"topic-{n}")
    name_es = factory.Sequence(lambda n: f"Tema {n}")


class ThreadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Thread

    kind = ThreadKind.PROPOSAL
    municipality = factory.SubFactory(MunicipalityFactory)
    title = factory.Sequence(lambda n: f"Thread {n}")


class ProposalFactory(factory.django.DjangoModelFactory):
    """A draft; `published=True` opens it for support. Needs the scope of its municipality."""

    class Meta:
        model = Proposal

    municipality = factory.SubFactory(MunicipalityFactory)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Proposal {n}")
    summary = "What for whom."
    place_name = "Plaza de Armas"
    thread = factory.SubFactory(
        ThreadFactory,
        municipality=factory.SelfAttribute("..municipality"),
        author=factory.SelfAttribute("..author"),
        title=factory.SelfAttribute("..title"),
        is_public=factory.LazyAttribute(lambda o: o.factory_parent.state != ProposalState.DRAFT),
    )

    class Params:
        published = factory.Trait(
            state=ProposalState.GATHERING,
            published_at=factory.LazyFunction(timezone.now),
            threshold=10,
            closes_on=factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=365)),
            code=factory.Sequence(lambda n: f"P-{n:05}"),
        )


class SupportFactory(factory.django.DjangoModelFactory):
    """Of a proposal, by a new resident of its municipality."""

    class Meta:
        model = Support

    municipality = factory.SelfAttribute("proposal.municipality")
    proposal = factory.SubFactory(ProposalFactory, published=True)
    resident = factory.SubFactory(
        ResidentFactory, district=factory.SelfAttribute("..municipality.place")
    )

    @classmethod
    def _generate(cls, strategy, params):
        if "municipality" in params and "proposal" not in params:
            params["proposal__municipality"] = params["municipality"]
        return super()._generate(strategy, params)


class InterestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Interest

    municipality = factory.SubFactory(MunicipalityFactory)
    email = factory.Sequence(lambda n: f"interested-{n}@example.org")


class InterventionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Intervention

    municipality = factory.SubFactory(MunicipalityFactory)
    kind = InterventionKind.PROPOSAL


class EventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Event

    municipality = factory.SubFactory(MunicipalityFactory)
    thread = factory.SubFactory(ThreadFactory, municipality=factory.SelfAttribute("..municipality"))
    verb = "published"


class FollowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Follow

    municipality = factory.SubFactory(MunicipalityFactory)
    thread = factory.SubFactory(ThreadFactory, municipality=factory.SelfAttribute("..municipality"))
    user = factory.SubFactory(UserFactory)


class NoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notice

    municipality = factory.SubFactory(MunicipalityFactory)
    event = factory.SubFactory(EventFactory, municipality=factory.SelfAttribute("..municipality"))
    user = factory.SubFactory(UserFactory)


class NewsletterFactory(factory.django.DjangoModelFactory):
    """A draft to the followers; `waiting=True` for which the moment has come."""

    class Meta:
        model = Newsletter

    municipality = factory.SubFactory(MunicipalityFactory)
    subject = factory.Sequence(lambda n: f"Newsletter {n}")
    text = "What is **new**."
    written_by = factory.SubFactory(UserFactory)

    class Params:
        waiting = factory.Trait(
            scheduled_for=factory.LazyFunction(timezone.now),
            scheduled_by=factory.SelfAttribute("written_by"),
        )
        sent = factory.Trait(
            waiting=True,
            started_at=factory.LazyFunction(timezone.now),
            finished_at=factory.LazyFunction(timezone.now),
        )


class NewsletterCopyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = NewsletterCopy

    municipality = factory.SubFactory(MunicipalityFactory)
    newsletter = factory.SubFactory(
        NewsletterFactory, municipality=factory.SelfAttribute("..municipality"), sent=True
    )
    user = factory.SubFactory(UserFactory)


class ImageFactory(factory.django.DjangoModelFactory):
    """A row without a file on the disk; participation.images makes real ones."""

    class Meta:
        model = Image

    municipality = factory.SubFactory(MunicipalityFactory)
    thread = factory.SubFactory(ThreadFactory, municipality=factory.SelfAttribute("..municipality"))
    file = "m/1/image.webp"
    width, height = 1600, 1200
    description = "A square"


class DocumentFactory(factory.django.DjangoModelFactory):
    """A row without a file on the disk; participation.documents makes real ones."""

    class Meta:
        model = Document

    municipality = factory.SubFactory(MunicipalityFactory)
    thread = factory.SubFactory(ThreadFactory, municipality=factory.SelfAttribute("..municipality"))
    file = "m/1/document.pdf"
    title = "Plan"
    size = 1
    sha256 = "0" * 64


class ProposalSettingsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProposalSettings

    municipality = factory.SubFactory(MunicipalityFactory)
    threshold_number = 10


class OfAProposalFactory(factory.django.DjangoModelFactory):
    """What hangs on a published proposal of its municipality."""

    class Meta:
        abstract = True

    municipality = factory.SubFactory(MunicipalityFactory)
    proposal = factory.SubFactory(
        ProposalFactory, published=True, municipality=factory.SelfAttribute("..municipality")
    )


class ProposalVersionFactory(OfAProposalFactory):
    class Meta:
        model = ProposalVersion

    number = 1
    title = "Earlier title"
    summary = "Earlier"
    place_name = "Plaza"


class AnswerFactory(OfAProposalFactory):
    class Meta:
        model = Answer

    verdict = Verdict.ACCEPTED
    text = "Yes, because it serves many."
    signed_by = "Rosa Paredes"
    office = "Gerencia de Desarrollo"
    prepared_by = factory.SubFactory(UserFactory)


class AnswerTemplateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AnswerTemplate

    municipality = factory.SubFactory(MunicipalityFactory)
    title = "Accepted"
    verdict = Verdict.ACCEPTED
    text = "We accept it because…"


class TechnicalSheetFactory(OfAProposalFactory):
    class Meta:
        model = TechnicalSheet


class MilestoneFactory(OfAProposalFactory):
    class Meta:
        model = Milestone

    title = "First stone"
    due_on = factory.LazyFunction(timezone.localdate)


class PadronFactory(factory.django.DjangoModelFactory):
    """A padrón without people, valid for a year. Needs the scope of its municipality."""

    class Meta:
        model = Padron

    municipality = factory.SubFactory(MunicipalityFactory)
    name = factory.Sequence(lambda n: f"Padrón {n}")
    legal_basis = "Convenio 1"
    source = "Municipality"
    purpose = "Proof of residence"
    cutoff_on = factory.LazyFunction(timezone.localdate)
    expires_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=365))
    key_version = factory.LazyFunction(documents.latest_key)


class MunicipalityEventFactory(factory.django.DjangoModelFactory):
    """Something staff did to a municipality. Needs its scope."""

    class Meta:
        model = MunicipalityEvent

    municipality = factory.SubFactory(MunicipalityFactory)
    verb = MunicipalityVerb.OPENED
    by = factory.SubFactory(UserFactory)


class PadronEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PadronEntry

    municipality = factory.SubFactory(MunicipalityFactory)
    padron = factory.SubFactory(PadronFactory, municipality=factory.SelfAttribute("..municipality"))
    district = factory.SelfAttribute("municipality.place")
    document_hash = factory.Sequence(lambda n: hashlib.sha256(f"entry {n}".encode()).digest())
    birth_hash = factory.SelfAttribute("document_hash")


class PadronImportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PadronImport

    municipality = factory.SubFactory(MunicipalityFactory)
    padron = factory.SubFactory(PadronFactory, municipality=factory.SelfAttribute("..municipality"))


class PadronRowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PadronRow

    municipality = factory.SubFactory(MunicipalityFactory)
    source = factory.SubFactory(
        PadronImportFactory, municipality=factory.SelfAttribute("..municipality")
    )
    district = factory.SelfAttribute("municipality.place")
    document_hash = factory.Sequence(lambda n: hashlib.sha256(f"row {n}".encode()).digest())
    birth_hash = factory.SelfAttribute("document_hash")


class DeskActFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DeskAct

    municipality = factory.SubFactory(MunicipalityFactory)
    officer = factory.SubFactory(UserFactory)
    person = factory.SubFactory(UserFactory)
    act = DeskActKind.values[0]
    consent_version = "2026-11"


class DeskReleaseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DeskRelease

    municipality = factory.SubFactory(MunicipalityFactory)
    officer = factory.SubFactory(UserFactory)
    by = factory.SubFactory(UserFactory)
    more = 30


class MergeFactory(factory.django.DjangoModelFactory):
    """That a proposal was joined to another of its municipality; the proposals stay as they were."""

    class Meta:
        model = Merge

    municipality = factory.SubFactory(MunicipalityFactory)
    source = factory.SubFactory(
        ProposalFactory, published=True, municipality=factory.SelfAttribute("..municipality")
    )
    target = factory.SubFactory(
        ProposalFactory, published=True, municipality=factory.SelfAttribute("..municipality")
    )
    source_state = ProposalState.GATHERING
    reason = "They ask for the same."
    by = factory.SubFactory(UserFactory)


class LentFollowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LentFollow

    municipality = factory.SubFactory(MunicipalityFactory)
    merge = factory.SubFactory(MergeFactory, municipality=factory.SelfAttribute("..municipality"))
    follow = factory.SubFactory(FollowFactory, municipality=factory.SelfAttribute("..municipality"))


def of_its_place(model, **traits):
    """The base of what hangs on something else of the same municipality."""
    return factory.SubFactory(model, municipality=factory.SelfAttribute("..municipality"), **traits)


class SuspensionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Suspension

    municipality = factory.SubFactory(MunicipalityFactory)
    user = factory.SubFactory(UserFactory)
    by = factory.SubFactory(UserFactory)
    reason = "Insulted others again and again."
    ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class CommentFactory(factory.django.DjangoModelFactory):
    """Of a public thread. Needs the scope of its municipality."""

    class Meta:
        model = Comment

    municipality = factory.SubFactory(MunicipalityFactory)
    thread = factory.SubFactory(
        ThreadFactory, municipality=factory.SelfAttribute("..municipality"), is_public=True
    )
    author = factory.SubFactory(UserFactory)
    text = factory.Sequence(lambda n: f"Comment {n}")


class CommentVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CommentVersion

    municipality = factory.SubFactory(MunicipalityFactory)
    comment = of_its_place(CommentFactory)
    text = "Before"


class ReactionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reaction

    municipality = factory.SubFactory(MunicipalityFactory)
    thread = of_its_place(ThreadFactory)
    user = factory.SubFactory(UserFactory)
    agrees = True


class ThreadLinkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ThreadLink

    municipality = factory.SubFactory(MunicipalityFactory)
    source = of_its_place(ThreadFactory)
    result = of_its_place(ThreadFactory)


class ConversationSettingsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ConversationSettings

    municipality = factory.SubFactory(MunicipalityFactory)


class CaseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Case

    municipality = factory.SubFactory(MunicipalityFactory)
    thread = of_its_place(ThreadFactory)
    source = CaseSource.FLAGS


class FlagFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Flag

    municipality = factory.SubFactory(MunicipalityFactory)
    case = of_its_place(CaseFactory)
    thread = factory.SelfAttribute("case.thread")
    user = factory.SubFactory(UserFactory)
    rule = ModerationRule.INSULT
    counts = True


class DecisionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Decision

    municipality = factory.SubFactory(MunicipalityFactory)
    case = of_its_place(CaseFactory)
    kind = DecisionKind.HIDE
    rule = ModerationRule.INSULT
    reason = "It insults a neighbour."
    author = factory.SubFactory(UserFactory)
    by = factory.SubFactory(UserFactory)


class AppealFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Appeal

    municipality = factory.SubFactory(MunicipalityFactory)
    decision = of_its_place(DecisionFactory)
    against = factory.SelfAttribute("decision.by")
    user = factory.SelfAttribute("decision.author")
    text = "It was no insult."


class WatchedWordFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WatchedWord

    municipality = factory.SubFactory(MunicipalityFactory)
    text = factory.Sequence(lambda n: f"word{n}")


class DeclaredPlaceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DeclaredPlace

    municipality = factory.SubFactory(MunicipalityFactory)
    kind = SharedPlace.SCHOOL
    name = "I.E. 80252"
    network = "203.0.113.0/24"


class TraceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Trace

    municipality = factory.SubFactory(MunicipalityFactory)
    thread = of_its_place(ThreadFactory)
    user = factory.SubFactory(UserFactory)
    act = TracedAct.COMMENT
    address_hash = b"0" * 16


class DebateFactory(factory.django.DjangoModelFactory):
    """Open and public. Needs the scope of its municipality."""

    class Meta:
        model = Debate

    municipality = factory.SubFactory(MunicipalityFactory)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Debate {n}?")
    text = "What it is about."
    thread = factory.SubFactory(
        ThreadFactory,
        kind=ThreadKind.DEBATE,
        municipality=factory.SelfAttribute("..municipality"),
        author=factory.SelfAttribute("..author"),
        title=factory.SelfAttribute("..title"),
        is_public=True,
    )


class DebateVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DebateVersion

    municipality = factory.SubFactory(MunicipalityFactory)
    debate = of_its_place(DebateFactory)
    title = "Before?"
    text = "What it was about."


class TakenUpFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TakenUp

    municipality = factory.SubFactory(MunicipalityFactory)
    debate = of_its_place(DebateFactory)
    comment = factory.SubFactory(
        CommentFactory,
        municipality=factory.SelfAttribute("..municipality"),
        thread=factory.SelfAttribute("..debate.thread"),
    )


class StatementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Statement

    municipality = factory.SubFactory(MunicipalityFactory)
    debate = of_its_place(DebateFactory)
    author = factory.SubFactory(UserFactory)
    text = factory.Sequence(lambda n: f"Statement {n}.")
    thread = factory.SubFactory(
        ThreadFactory,
        kind=ThreadKind.STATEMENT,
        municipality=factory.SelfAttribute("..municipality"),
        author=factory.SelfAttribute("..author"),
        title=factory.SelfAttribute("..text"),
        is_public=True,
    )


class StatementVoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StatementVote

    municipality = factory.SubFactory(MunicipalityFactory)
    statement = of_its_place(StatementFactory)
    user = factory.SubFactory(UserFactory)
    choice = StatementChoice.AGREE


class OpinionAnalysisFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OpinionAnalysis

    municipality = factory.SubFactory(MunicipalityFactory)
    debate = of_its_place(DebateFactory)


class UrnFactory(factory.django.DjangoModelFactory):
    """Being prepared; `ready=True` has its rules frozen and keys, and is open for a day."""

    class Meta:
        model = Urn
        skip_postgeneration_save = True

    municipality = factory.SubFactory(MunicipalityFactory)
    label = factory.Sequence(lambda n: f"Urn {n}")
    definition = "{}"
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
    sealed_length = 304

    @factory.post_generation
    def ready(self, create, extracted, **kwargs):
        if create and extracted:
            definition, longest = {"label": self.label}, {"q1": "a" * 40}
            frozen = urns.freeze(self, definition=definition, longest=longest)
            urns.accept_keys(frozen, seal_key=bytes(PrivateKey.generate().public_key))
            self.refresh_from_db()


def cast_into(urn, person=None, attempt=None, choices=None, **facts):
    """Put a ballot into an open urn, of somebody new unless it is said who."""
    return urns.cast(
        urn,
        person=person or os.urandom(32),
        attempt=attempt or os.urandom(16),
        nonce=new_nonce(),
        choices=choices or {"q1": "yes"},
        **facts,
    )


class EnvelopeFactory(factory.django.DjangoModelFactory):
    """Only the urn's function writes envelopes."""

    class Meta:
        model = Envelope

    municipality = factory.SubFactory(MunicipalityFactory)

    @classmethod
    def _create(cls, model, *, municipality):
        urn = UrnFactory(municipality=municipality, ready=True)
        cast_into(urn)
        return model.objects.get(urn=urn)


class MarkFactory(EnvelopeFactory):
    class Meta:
        model = Mark


class CheckpointFactory(EnvelopeFactory):
    class Meta:
        model = Checkpoint

    @classmethod
    def _create(cls, model, *, municipality):
        urn = UrnFactory(municipality=municipality, ready=True)
        cast_into(urn)
        urns.extend_log(urn, whole=True)
        return model.objects.get(urn=urn)


class LeafFactory(CheckpointFactory):
    class Meta:
        model = Leaf


class OpenedAnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OpenedAnswer

    municipality = factory.SubFactory(MunicipalityFactory)
    urn = of_its_place(UrnFactory)
    question = "q1"
    answer = '["yes"]'
    number = 30


class OutcomeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Outcome

    municipality = factory.SubFactory(MunicipalityFactory)
    urn = of_its_place(UrnFactory)
    statement = "{}"
    signature = bytes(64)


class SpoiledFactory(EnvelopeFactory):
    class Meta:
        model = Spoiled

    @classmethod
    def _create(cls, model, *, municipality):
        urn = UrnFactory(municipality=municipality, ready=True)
        urns.spoil(urn, person=bytes(32), attempt=os.urandom(16), promise=os.urandom(32))
        return model.objects.get(urn=urn)


class TurnoutFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Turnout

    municipality = factory.SubFactory(MunicipalityFactory)
    urn = of_its_place(UrnFactory)


class PollFactory(factory.django.DjangoModelFactory):
    """Being prepared, with one yes-or-no question and two trustees.

    `desks=["Plaza"]` has people vote on paper there. `frozen=True` has its rules settled,
    `ready=True` its keys too, and is open for a day; `seal_key` is the public half of a key of
    one's own.
    """

    class Meta:
        model = Poll
        skip_postgeneration_save = True

    class Params:
        is_test = False
        opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))
        closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))

    municipality = factory.SubFactory(MunicipalityFactory)
    title = factory.Sequence(lambda n: f"Vote {n}")
    text = "What it is about."
    meaning = "The council will decide in its next session, and say why."
    in_favour = "The market needs room."
    against = "The park needs shade."
    answer_due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))
    urn = factory.SubFactory(
        UrnFactory,
        municipality=factory.SelfAttribute("..municipality"),
        label=factory.SelfAttribute("..title"),
        is_test=factory.SelfAttribute("..is_test"),
        opens_at=factory.SelfAttribute("..opens_at"),
        closes_at=factory.SelfAttribute("..closes_at"),
    )
    thread = factory.SubFactory(
        ThreadFactory,
        municipality=factory.SelfAttribute("..municipality"),
        kind=ThreadKind.POLL,
        title=factory.SelfAttribute("..title"),
        is_public=False,
    )

    @factory.post_generation
    def questions(self, create, extracted, **kwargs):
        if create and extracted is not False:
            QuestionFactory(municipality=self.municipality, poll=self, **kwargs)
            for number in (1, 2):
                TrusteeFactory(municipality=self.municipality, poll=self, position=number)

    @factory.post_generation
    def desks(self, create, extracted, **kwargs):
        for name in extracted or ():
            desk = Desk.objects.filter(municipality=self.municipality, name=name).first()
            desk = desk or DeskFactory(municipality=self.municipality, name=name)
            TableFactory(municipality=self.municipality, poll=self, desk=desk)

    @factory.post_generation
    def frozen(self, create, extracted, **kwargs):
        if create and extracted:
            settle(self)

    @factory.post_generation
    def ready(self, create, extracted, seal_key=None, **kwargs):
        if create and extracted:
            settle(self)
            seal_key = seal_key or bytes(PrivateKey.generate().public_key)
            self.urn = urns.accept_keys(self.urn, seal_key=seal_key)


def settle(poll, **more):
    """Freeze its rules and show it, as its own action does once two people have approved."""
    rules = definition.of(poll) | more
    for _number in range(2):
        ApprovalFactory(
            municipality=poll.municipality, poll=poll, content=definition.content_hash(poll)
        )
    poll.urn = urns.freeze(poll.urn, definition=rules, longest=definition.longest(rules))
    poll.thread.is_public, poll.thread.path = not poll.urn.is_test, poll.get_absolute_url()
    poll.thread.save()


def for_its_keys(poll, trustees=3):
    """Freeze its rules with what an urn asks for before it takes a key: lots, a roll, trustees."""
    poll.questions.update(lots=["b", "a"])
    for number in range(poll.trustees.count() + 1, trustees + 1):
        TrusteeFactory(municipality=poll.municipality, poll=poll, position=number)
    settle(poll, roll={"count": 9, "digest": "ab" * 32})
    return poll


class VoteRequestFactory(factory.django.DjangoModelFactory):
    """Waiting for an answer; `declined=True` has got a no."""

    class Meta:
        model = VoteRequest

    class Params:
        declined = factory.Trait(
            verdict=VoteVerdict.DECLINED,
            answer="The law leaves this to the province.",
            office="Works",
            answered_at=factory.LazyFunction(timezone.now),
            answered_by=factory.SubFactory(UserFactory),
        )

    municipality = factory.SubFactory(MunicipalityFactory)
    proposal = factory.SubFactory(
        ProposalFactory, municipality=factory.SelfAttribute("..municipality"), published=True
    )
    by = factory.SelfAttribute("proposal.author")
    text = "Half of the square says yes and half says no."
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))


class QuestionFactory(factory.django.DjangoModelFactory):
    """Yes or no; `options=("Mango", "Palta")` gives others."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    municipality = factory.SubFactory(MunicipalityFactory)
    poll = of_its_place(PollFactory)
    position = 1
    title = "Shall the market open on Sundays?"

    @factory.post_generation
    def options(self, create, extracted, **kwargs):
        if create:
            for code, title in zip("abcdefgh", extracted or ("Sí", "No"), strict=False):
                OptionFactory(municipality=self.municipality, question=self, code=code, title=title)


class OptionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Option

    municipality = factory.SubFactory(MunicipalityFactory)
    question = of_its_place(QuestionFactory)
    code = factory.Sequence(lambda n: f"{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}")
    title = "Yes"


class ListedFactory(factory.django.DjangoModelFactory):
    """`resident=…` puts somebody who is proven on the list of a poll."""

    class Meta:
        model = Listed

    class Params:
        resident = None

    municipality = factory.SubFactory(MunicipalityFactory)
    poll = of_its_place(PollFactory)
    document_hash = factory.LazyAttribute(
        lambda listed: listed.resident.document_hash if listed.resident else os.urandom(32)
    )


class ApprovalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Approval

    municipality = factory.SubFactory(MunicipalityFactory)
    poll = of_its_place(PollFactory)
    by = factory.SubFactory(UserFactory)
    content = bytes(32)


class ComplaintFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Complaint

    municipality = factory.SubFactory(MunicipalityFactory)
    poll = of_its_place(PollFactory)
    author = factory.SubFactory(UserFactory)
    text = "The table of the market closed early."


class TrusteeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Trustee

    municipality = factory.SubFactory(MunicipalityFactory)
    poll = of_its_place(PollFactory)
    position = factory.Sequence(lambda n: n + 10)
    name = factory.Sequence(lambda n: f"Trustee {n}")
    office = "Parish of Otuzco"


class KeyCeremonyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = KeyCeremony

    municipality = factory.SubFactory(MunicipalityFactory)
    poll = of_its_place(PollFactory)
    number = 1
    public_key = bytes(32)
    trial = bytes(304)
    begun_by = factory.SubFactory(UserFactory)


class KeyShareFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = KeyShare

    municipality = factory.SubFactory(MunicipalityFactory)
    ceremony = of_its_place(KeyCeremonyFactory)
    trustee = factory.LazyAttribute(lambda share: share.ceremony.poll.trustees.first())
    digest = bytes(32)


class DeskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Desk

    municipality = factory.SubFactory(MunicipalityFactory)
    name = factory.Sequence(lambda n: f"Desk {n}")


class ShiftFactory(factory.django.DjangoModelFactory):
    """An officer who is there now."""

    class Meta:
        model = Shift

    municipality = factory.SubFactory(MunicipalityFactory)
    desk = of_its_place(DeskFactory)
    officer = factory.SubFactory(UserFactory)
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=7))


class TableFactory(factory.django.DjangoModelFactory):
    """Of a poll being prepared; `signed=True` once it has closed: two papers, to be entered."""

    class Meta:
        model = Table
        skip_postgeneration_save = True

    municipality = factory.SubFactory(MunicipalityFactory)
    poll = of_its_place(PollFactory)
    desk = of_its_place(DeskFactory)
    supplied = 50

    @factory.post_generation
    def signed(self, create, extracted, **kwargs):
        if create and extracted:
            is_over(self.poll)
            sign(self, **kwargs)


def is_over(poll):
    """Its time has passed; nobody voted on the web."""
    now = timezone.now()
    if poll.urn.state == UrnState.PREPARED:
        poll.urn.opens_at, poll.urn.closes_at = now - timedelta(days=1), now - timedelta(minutes=1)
        poll.urn.save()
        settle(poll)
        poll.urn = urns.accept_keys(poll.urn, seal_key=bytes(PrivateKey.generate().public_key))


def sign(table, *, papers=2, spoiled=0, blank=0, void=0):
    """As many papers were handed out as the box and the acta have."""
    handed = papers + spoiled
    for act, times in ((PaperAct.HANDED, handed), (PaperAct.SPOILED, spoiled)):
        PaperEventFactory.create_batch(times, municipality=table.municipality, table=table, act=act)
    table.emptied_at = table.signed_at = timezone.now()
    table.signed_by = UserFactory()
    table.signatures, table.left_over = handed, table.supplied - handed
    table.papers, table.spoiled, table.blank, table.void = papers, spoiled, blank, void
    table.photo = ImageFactory(
        municipality=table.municipality, thread=table.poll.thread, by_office=True
    )
    table.photo_sha256 = "0" * 64
    table.save()


def recounted(table, answers):
    """The poll has closed, and two people have read these answers on the table's papers, alike."""
    is_over(table.poll)
    sign(
        table,
        papers=len(answers),
        blank=sum(not any(one.values()) and None not in one.values() for one in answers),
        void=sum(all(answer is None for answer in one.values()) for one in answers),
    )
    for role in (EntryRole.FIRST, EntryRole.SECOND):
        part = EntryPartFactory(municipality=table.municipality, table=table, role=role)
        for number, read in enumerate(answers, start=1):
            PaperEntryFactory(
                municipality=table.municipality, part=part, number=number, answers=read
            )
        part.done_at = timezone.now()
        part.save()
    table.settled_at = timezone.now()
    table.save()
    return table


class PaperEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PaperEvent

    municipality = factory.SubFactory(MunicipalityFactory)
    table = of_its_place(TableFactory)
    act = PaperAct.HANDED
    officer = factory.SubFactory(UserFactory)


class EntryPartFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EntryPart

    municipality = factory.SubFactory(MunicipalityFactory)
    table = of_its_place(TableFactory, signed=True)
    round = 1
    role = EntryRole.FIRST
    by = factory.SubFactory(UserFactory)


class PaperEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PaperEntry

    municipality = factory.SubFactory(MunicipalityFactory)
    part = of_its_place(EntryPartFactory)
    number = 1
    answers = factory.LazyFunction(lambda: {"q1": ["a"]})


def enrol(padron, number, born, district, kind="dni"):
    """Put somebody into a padrón, as an import does. Needs the scope of its municipality."""
    PadronEntry.objects.create(
        municipality_id=padron.municipality_id,
        padron=padron,
        document_hash=documents.document_hash(kind, number, padron.key_version),
        birth_hash=documents.birth_hash(kind, number, born, padron.key_version),
        district=district,
    )
    padron.districts = sorted({*padron.districts, district.pk})
    padron.entry_count += 1
    padron.save()
