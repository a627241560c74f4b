import json
import tomllib
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Sum

from accounts.models import Resident, User
from agreements import completion
from agreements.models import (
    Agreement,
    Attendance,
    BaselineSheet,
    Commitment,
    Evidence,
    Practice,
    Transfer,
)
from debates.models import Debate, OpinionAnalysis, StatementVote
from decide.demo import load
from decide.demo.pictures import SCENES
from municipalities.models import Municipality, Population
from municipalities.rls import municipality_scope, region_scope
from norms.enums import Phase as NormPhase
from norms.models import Anchor, Norm, OfficeAnswer, Wording, WordingStance
from participation.conversation import PER_PAGE
from participation.enums import ThreadKind
from participation.models import (
    Appeal,
    Case,
    Comment,
    Decision,
    Event,
    Image,
    Intervention,
    Notice,
    Reaction,
    Thread,
)
from participation.rules.moderation import settings_of, why_not_appeal
from participation.screening import is_new
from participation.signals import Kind, report
from processes.actions import templates
from processes.enums import Light
from processes.models import (
    Escalation,
    Meeting,
    Minutes,
    Process,
    ProcessTemplate,
    Undertaking,
)
from proposals.enums import ProposalState, Verdict
from proposals.models import Answer, Milestone, Proposal, Support
from proposals.seeds import HIDDEN
from votes.enums import Phase
from votes.models import Mark, Poll, Table
from votes.who import channel_of, voter_of


TEXTS = {name: tomllib.loads((load.TEXTS / f"{name}.toml").read_text()) for name in load.OPEN}
ALL = [text for place in TEXTS.values() for text in place["proposals"]]


def test_the_demo_has_some_sixty_proposals_in_every_state():
    assert len(ALL) == 60
    states = {text["state"] for text in ALL}
    assert states == {*ProposalState.values, "hidden"}
    verdicts = [text["answer"]["verdict"] for text in ALL if "answer" in text]
    assert set(verdicts) == set(Verdict.values)


def test_no_two_proposals_say_the_same_and_all_fit():
    titles = [text["title"] for text in ALL]
    assert len(set(titles)) == len(titles)
    for text in ALL:
        assert len(text["title"]) <= 120, text["title"]
        assert len(text["summary"]) <= 300, text["title"]
        assert ("picture" in text) == ("alt" in text), text["title"]
        assert text.get("picture", "park") in SCENES
    for place in TEXTS.values():
        assert len(place["space"]["welcome"]) <= 600


@pytest.fixture
def demo(settings, tmp_path):
    settings.VAR = tmp_path
    call_command("load_places", verbosity=0)
    call_command("seed_demo", verbosity=0)
    return json.loads((tmp_path / "demo-accounts.json").read_text())


def counts():
    found = {"users": User.objects.count(), "residents": Resident.objects.count()}
    for place in Municipality.objects.filter(slug__in=load.OPEN):
        with municipality_scope(place):
            for model in (Proposal, Support, Intervention, Event, Answer, Milestone, Image, Notice):
                found[place.slug, model.__name__] = model.objects.count()
    return found


def test_the_demo_stands_adds_up_and_a_second_loading_changes_nothing(demo, settings):
    first = counts()
    call_command("seed_demo", verbosity=0)
    assert counts() == first

    for place in Municipality.objects.filter(slug__in=load.OPEN).select_related("place"):
        assert place.is_open
        with municipality_scope(place):
            ledger = dict(Intervention.objects.values_list("kind").annotate(Sum("amount")))
            own = Support.objects.filter(merged_from=None)
            assert ledger["support"] == own.count()
            assert ledger["proposal"] == Proposal.objects.exclude(state="draft").count()
            answered = OfficeAnswer.objects.published().count()
            assert ledger["answer"] == Answer.objects.count() + answered
            for proposal in Proposal.objects.annotate(rows=Count("supports")).select_related(
                "thread"
            ):
                assert proposal.rows == proposal.support_count, proposal
                assert proposal.thread.is_public == (
                    not proposal.is_draft and not proposal.is_hidden
                )
                if proposal.latitude is not None:
                    assert is_inside(place.place, proposal), proposal
            found = {p.title: HIDDEN if p.is_hidden else p.state for p in Proposal.objects.all()}
            assert found == {t["title"]: t["state"] for t in TEXTS[place.slug]["proposals"]}
            assert ledger["debate"] == Debate.objects.count()
            assert ledger["comment"] == Comment.objects.count()
            assert ledger["reaction"] == Reaction.objects.count()
            assert ledger.get("statement_vote", 0) == StatementVote.objects.count()
            for thread in Thread.objects.filter(kind=ThreadKind.DEBATE):
                assert thread.comment_count == thread.comments.shown().count()
                assert thread.path
            for notice in Notice.objects.select_related("event__thread"):
                assert notice.path
    for user in User.objects.exclude(unread_notices=0):
        mine = 0
        for place in Municipality.objects.filter(slug__in=load.OPEN):
            with municipality_scope(place):
                mine += Notice.objects.unread_by(user).count()
        assert mine == user.unread_notices
    assert_debates()
    assert_votes()
    assert_signals()
    assert_moderation()
    assert_people()
    assert_accounts(demo)
    assert_agreements()
    assert_norms()
    assert_processes()


def assert_norms():
    """Marked words are still the words, what people said is counted, and one matrix is settled."""
    found = set()
    for place in Municipality.objects.filter(slug__in=load.OPEN):
        with municipality_scope(place):
            found |= {norm.phase for norm in Norm.objects.all()}
            for anchor in Anchor.objects.standing().select_related("part", "annotation"):
                words = anchor.part.text[anchor.start : anchor.stop]
                assert words.split() == anchor.annotation.quote.split()
            ledger = dict(Intervention.objects.values_list("kind").annotate(Sum("amount")))
            assert ledger.get("wording", 0) == Wording.objects.count()
            assert ledger.get("wording_stance", 0) == WordingStance.objects.count()
            for wording in Wording.objects.all():
                given = wording.musts + wording.shoulds + wording.should_nots + wording.must_nots
                assert given == wording.stances.count()
    assert {NormPhase.COMMENTS, NormPhase.ANSWERS, NormPhase.FINAL} & found


def assert_processes():
    """One is open, one has its outcome, one is a dialogue with a promise that is overdue."""
    found, lights, attended = set(), set(), 0
    for place in Municipality.objects.filter(slug__in=load.OPEN):
        with municipality_scope(place):
            found |= {(process.kind, process.state) for process in Process.objects.all()}
            lights |= {undertaking.light for undertaking in Undertaking.objects.all()}
            came = Minutes.objects.aggregate(came=Sum("attended"))["came"] or 0
            ledger = Intervention.objects.filter(kind="attendance").aggregate(Sum("amount"))
            assert (ledger["amount__sum"] or 0) == came
            attended += came
            assert Meeting.objects.without_minutes().count() == 0
    assert {("participation", "open"), ("participation", "closed"), ("dialogue", "open")} <= found
    assert {Light.RED, Light.GREEN, Light.BLUE} <= lights
    assert attended
    with region_scope("tests"):
        assert Escalation.objects.get().code
        assert ProcessTemplate.objects.count() == len(list(templates.FIRST_ONES.glob("*.toml")))


def assert_votes():
    """In each place one is open, one to come, one counted; who signs in has not voted yet."""
    found = set()
    for place in Municipality.objects.filter(slug__in=load.OPEN):
        with municipality_scope(place):
            polls = list(Poll.objects.select_related("urn", "municipality"))
            real = [poll for poll in polls if not poll.urn.is_test]
            assert len(polls) == len(real) + 1
            assert {Phase.OPEN, Phase.KEYS, Phase.RESULTS} <= {poll.phase for poll in real}
            found |= {poll.phase for poll in real}
            marks = Mark.objects.filter(urn__is_test=False)
            ballots = Intervention.objects.filter(kind="ballot").aggregate(Sum("amount"))
            assert ballots["amount__sum"] == marks.count()
            vecina = User.objects.get(email=f"vecina.{place.slug}@example.org")
            for poll in real:
                assert channel_of(poll, voter_of(poll, vecina)) == ""
                assert (poll.answered_at is not None) == (poll.phase == Phase.RESULTS)
            for table in Table.objects.all():
                assert (table.settled_at is not None, table.papers) == (True, 7)
    assert Phase.COUNTING in found


def assert_debates():
    with municipality_scope(Municipality.objects.get(slug="otuzco")):
        busiest = Debate.objects.order_by("-thread__comment_count").first()
        assert busiest.thread.comment_count > PER_PAGE
        concluded = Debate.objects.get(concluded_at__isnull=False)
        assert concluded.is_official
        assert concluded.taken_up.count() > 1
        assert len(OpinionAnalysis.objects.get().result["groups"]["sizes"]) == 2


def assert_signals():
    otuzco = Municipality.objects.get(slug="otuzco")
    with municipality_scope(otuzco):
        found = {kind for kind, _help, signals in report(otuzco, 7) if signals}
    assert found == {Kind.ALIKE, Kind.BURST, Kind.SHARED}


def assert_moderation():
    """Something waits, something was decided, an appeal asks for another moderator; one may still appeal."""
    otuzco = Municipality.objects.get(slug="otuzco")
    with municipality_scope(otuzco):
        waiting = Case.objects.open()
        assert {case.holds for case in waiting} == {True, False}
        assert set(Decision.objects.values_list("kind", flat=True)) == {
            "hide",
            "keep",
        }
        assert Appeal.objects.filter(decided_at=None).count() == 1
        neighbour = User.objects.get(email="vecino.otuzco@example.org")
        assert why_not_appeal(neighbour, Decision.objects.get(author=neighbour)) is None


def assert_people():
    """Who lives here has been here for long; the visitor is new, and goes slower."""
    otuzco = Municipality.objects.get(slug="otuzco")
    with municipality_scope(otuzco):
        rules = settings_of(otuzco)
        people = User.objects.filter(email__endswith=".otuzco@example.org")
        new = [person.email for person in people if is_new(person, rules)]
        assert not Comment.objects.filter(created_at__lt=F("author__date_joined")).exists()
    assert new == ["visita.otuzco@example.org"]


def assert_accounts(demo):
    roles = {account["role"] for account in demo}
    assert {"administrator", "moderator", "desk_officer", "evaluator"} < roles
    assert {"planner", "regional_admin", "observer", "verified resident"} < roles
    assert len({tuple(account) for account in demo}) == 1
    assert {a["municipality"] for a in demo} == {*load.OPEN, load.REGION}
    staff = [a for a in demo if a["totp_secret"]]
    assert len(staff) == 4 * 4 + 4
    for account in staff:
        user = User.objects.get(email=account["sign_in"])
        place = Municipality.objects.get(slug=account["municipality"])
        with municipality_scope(place):
            assert user.has_role(account["role"], place)
    assert user.check_password(account["password"])


def assert_agreements():
    """LAL0009 is true; of the twelve provinces stories are told that say they are invented."""
    with region_scope("tests"):
        assert not Agreement.objects.filter(invented=False).exists()
        assert {"signed", "review", "to_sign"} == {one.state for one in Agreement.objects.all()}
        assert Agreement.objects.expired().exists()
        assert Practice.objects.published().count() == 5
        assert Transfer.objects.count() == 4
        assert Attendance.objects.aggregate(Sum("people"))["people__sum"] > 200
        assert Evidence.objects.valid().count() > 30
        assert BaselineSheet.objects.locked().count() >= 8
        assert completion.operating() == completion.Share(2, 12)
        stages = {one.stage for one in completion.of(completion.provincial()).values()}
        assert len(stages) >= 6
        milestones = Commitment.objects.get(code="LAL0009").milestones.all()
        assert {(one.starts_on, one.ends_on) for one in milestones} == {(None, None)}
        given = set(Population.objects.filter(year=2017).values_list("place", "total"))
        assert given == {("13", 1_778_080), ("1301", 970_016)}


def is_inside(place, proposal):
    """Within the box of the place's outline; the outline itself is coarse."""
    points = list(points_of(place.outline["coordinates"]))
    longitudes, latitudes = zip(*points, strict=True)
    return min(longitudes) <= proposal.longitude <= max(longitudes) and min(
        latitudes
    ) <= proposal.latitude <= max(latitudes)


def points_of(coordinates):
    if isinstance(coordinates[0], float | int):
        yield coordinates
    else:
        for part in coordinates:
            yield from points_of(part)


def test_a_server_for_real_people_refuses_the_demo(settings):
    settings.SECURE = True

    with pytest.raises(CommandError, match="real people"):
        call_command("seed_demo")


def test_without_places_the_demo_says_what_comes_first(settings, tmp_path):
    settings.VAR = tmp_path

    with pytest.raises(CommandError, match="load_places"):
        call_command("seed_demo")


def test_the_texts_belong_to_the_project():
    assert Path(load.TEXTS).is_relative_to(django_settings.BASE_DIR)
