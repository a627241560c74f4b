"""The pages of moderation: the queue, decisions, appeals, suspensions, the public log."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.enums import Role
from accounts.models import Suspension
from municipalities.rls import municipality_scope
from participation.actions import appeals, moderation
from participation.enums import CaseSource, DecisionKind, ModerationRule
from participation.models import Appeal, Case, ConversationSettings, Decision, Flag
from proposals.actions.moderation import hide as hide_proposal
from tests.factories import (
    CaseFactory,
    CommentFactory,
    DebateFactory,
    DecisionFactory,
    FlagFactory,
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    RoleGrantFactory,
    StatementFactory,
    SuspensionFactory,
    UserFactory,
)


REASON = "Llama ladrona a una vecina."
INSULT = ModerationRule.INSULT


@pytest.fixture
def otuzco():
    return MunicipalityFactory(slug="otuzco")


@pytest.fixture
def inside(otuzco):
    with municipality_scope(otuzco):
        yield otuzco


@pytest.fixture
def moderator(inside):
    return RoleGrantFactory(municipality=inside, role=Role.MODERATOR).user


@pytest.fixture
def another(inside):
    return RoleGrantFactory(municipality=inside, role=Role.MODERATOR).user


@pytest.fixture
def comment(inside):
    debate = DebateFactory(municipality=inside, title="¿Mercado nuevo?")
    debate.thread.path = f"/otuzco/debates/{debate.pk}/"
    debate.thread.save()
    return CommentFactory(municipality=inside, thread=debate.thread, text="Una ladrona")


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]


def at(name, *args):
    return reverse(f"participation:{name}", args=["otuzco", *args])


def reported(comment, **more):
    with municipality_scope(comment.municipality):
        moderation.flag(
            comment.thread,
            comment,
            by=UserFactory(display_name="Flora Secreta"),
            rule=INSULT,
            text="Dice que es ladrona",
            **more,
        )
        return Case.objects.get(comment=comment, closed_at=None)


def hidden(comment, by):
    with municipality_scope(comment.municipality):
        return moderation.decide_at_once(comment.thread, comment, by=by, rule=INSULT, reason=REASON)


# --- Reporting


def test_a_report_by_a_form_without_javascript(client, comment):
    person = UserFactory()
    client.force_login(person)

    page = client.get(at("flag_comment", comment.pk))
    assert "Una ladrona" in page.text
    empty = client.post(at("flag_comment", comment.pk), {})
    assert empty.status_code == 422
    sent = client.post(at("flag_comment", comment.pk), {"rule": "insult", "text": "Mira"})
    again = client.post(at("flag_comment", comment.pk), {"rule": "hate"}, follow=False)

    assert (sent.status_code, again.status_code) == (302, 302)
    assert Flag.objects.get().rule == INSULT


def test_a_report_by_htmx_takes_the_place_of_its_link(client, comment):
    client.force_login(UserFactory())
    htmx = {"HX-Request": "true"}

    form = client.get(at("flag_comment", comment.pk), headers=htmx)
    sent = client.post(at("flag_comment", comment.pk), {"rule": "insult"}, headers=htmx)
    again = client.post(at("flag_comment", comment.pk), {"rule": "insult"}, headers=htmx)

    assert "<html" not in form.text
    for answer in (form, sent, again):
        assert f'id="flag-c{comment.pk}"' in answer.text
    assert 'role="status"' in again.text


def test_a_visitor_is_asked_to_sign_in_and_comes_back(client, comment):
    answer = client.get(at("flag_comment", comment.pk))

    assert answer.status_code == 302
    assert answer.url.startswith("/cuenta/")
    assert not Flag.objects.exists()


def test_a_rule_that_is_none_is_refused_at_the_field(client, comment):
    client.force_login(UserFactory())

    for rule in ("pending", "", "x" * 400, "\x00"):
        answer = client.post(at("flag_comment", comment.pk), {"rule": rule})
        assert answer.status_code == 422
    assert not Flag.objects.exists()


def test_what_is_hidden_is_not_there_to_be_reported(client, comment, moderator):
    with municipality_scope(comment.municipality):
        moderation.decide_at_once(comment.thread, by=moderator, rule=INSULT, reason=REASON)
    client.force_login(UserFactory())

    assert client.get(at("flag", comment.thread_id)).status_code == 404
    assert client.get(at("flag_comment", comment.pk)).status_code == 404


def test_a_flood_of_reports_by_one_account_has_to_wait(client, inside):
    client.force_login(UserFactory())
    many = CommentFactory.create_batch(8, municipality=inside)

    answers = [
        client.post(at("flag_comment", one.pk), {"rule": "insult"}).status_code for one in many
    ]

    assert answers == [302] * 3 + [422] * 5
    assert Flag.objects.count() == 3


# --- The queue


def test_the_queue_shows_each_kind_in_its_context_and_nobody_who_reported(
    client, inside, comment, moderator
):
    reply = CommentFactory(
        municipality=inside, thread=comment.thread, parent=comment, text="<b>Mentira</b>"
    )
    reported(reply)
    for thing in (
        ProposalFactory(municipality=inside, published=True, title="Un puente"),
        StatementFactory(municipality=inside, text="El mercado debe cerrar."),
    ):
        CaseFactory(municipality=inside, thread=thing.thread)
    client.force_login(moderator)

    page = client.get(at("moderation")).text

    for words in ("Una ladrona", "Un puente", "El mercado debe cerrar.", "Dice que es ladrona"):
        assert words in page
    assert "&lt;b&gt;Mentira" in page
    assert "Flora Secreta" not in page


def test_the_queue_begins_with_what_has_waited_longest(client, inside, moderator):
    for days in (1, 9, 4):
        CaseFactory(
            municipality=inside,
            thread__title=f"Espera {days}",
            opened_at=timezone.now() - timedelta(days=days),
        )
    client.force_login(moderator)

    page = client.get(at("moderation")).text

    assert page.index("Espera 9") < page.index("Espera 4") < page.index("Espera 1")


def test_the_queue_costs_the_same_for_one_or_many(client, inside, moderator):
    client.force_login(moderator)

    def fill(number):
        for _number in range(number):
            parent = CommentFactory(municipality=inside)
            reply = CommentFactory(municipality=inside, thread=parent.thread, parent=parent)
            case = CaseFactory(municipality=inside, thread=reply.thread, comment=reply)
            FlagFactory.create_batch(2, municipality=inside, case=case, comment=reply)
            earlier = CaseFactory(municipality=inside, closed_at=timezone.now())
            DecisionFactory(municipality=inside, case=earlier, author=reply.author, by=moderator)
            SuspensionFactory(municipality=inside, user=reply.author)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(at("moderation")).status_code == 200
        return len(caught)

    fill(1)
    client.get(at("moderation"))
    one = queries()
    fill(6)
    assert queries() == one


def test_a_moderator_s_own_is_left_to_others(client, inside, moderator):
    mine = CommentFactory(municipality=inside, author=moderator, text="Lo mío")
    case = reported(mine)
    client.force_login(moderator)

    assert "Lo mío" not in client.get(at("moderation")).text
    client.post(at("moderation_case", case.pk), {"kind": "keep"})

    case.refresh_from_db()
    assert case.closed_at is None


@pytest.mark.parametrize("kind", ["keep", "hide", "warn", "suspend"])
def test_one_click_decides_with_the_standard_reason(client, comment, moderator, kind):
    case = reported(comment)
    client.force_login(moderator)

    answer = client.post(at("moderation_case", case.pk), {"kind": kind, "rule": "insult"})

    assert answer.status_code == 302
    decision = Decision.objects.get()
    assert (decision.kind, decision.by) == (kind, moderator)
    assert bool(decision.reason) == (kind != "keep")
    assert decision.days == (7 if kind == "suspend" else None)


@pytest.mark.parametrize(
    "sent",
    [
        {"kind": "hide", "rule": ""},
        {"kind": "hide", "rule": "pending"},
        {"kind": "restore", "rule": "insult"},
        {"kind": "suspend", "rule": "insult", "days": "0"},
        {"kind": "suspend", "rule": "insult", "days": "400"},
        {"kind": "suspend", "rule": "insult", "days": "mañana"},
        {"kind": "warn", "rule": "insult", "reason": "x" * 1001},
        {},
    ],
)
def test_what_makes_no_sense_decides_nothing(client, comment, moderator, sent):
    case = reported(comment)
    client.force_login(moderator)

    assert client.post(at("moderation_case", case.pk), sent).status_code == 422
    assert not Decision.objects.exists()


def test_who_comes_second_is_told(client, comment, moderator, another):
    case = reported(comment)
    hidden(comment, another)
    client.force_login(moderator)

    page = client.post(at("moderation_case", case.pk), {"kind": "keep"}, follow=True)

    assert another.display_name in page.text
    assert Decision.objects.count() == 1


def test_several_are_decided_together_and_only_those_of_this_town(client, inside, moderator):
    cases = [reported(CommentFactory(municipality=inside)) for _number in range(3)]
    theirs = MunicipalityFactory()
    with municipality_scope(theirs):
        other = CaseFactory(municipality=theirs)
    client.force_login(moderator)

    client.post(
        at("moderation_bulk"),
        {"case": [*(case.pk for case in cases[:2]), other.pk, "x"], "kind": "hide", "rule": "hate"},
    )

    assert Decision.objects.count() == 2
    with municipality_scope(theirs):
        other.refresh_from_db()
        assert other.closed_at is None


def test_a_decision_is_taken_back_from_the_queue(client, comment, moderator, another):
    case = reported(comment)
    client.force_login(moderator)
    client.post(at("moderation_case", case.pk), {"kind": "hide", "rule": "insult"})
    decision = Decision.objects.get()

    client.force_login(another)
    assert at("undo_decision", decision.pk) in client.get(at("moderation")).text
    client.post(at("undo_decision", decision.pk))

    comment.refresh_from_db()
    assert comment.is_shown
    assert Decision.objects.get(undoes=decision).by == another


def test_what_was_decided_is_told_as_done_and_can_be_undone(client, comment, moderator):
    hidden(comment, moderator)
    client.force_login(moderator)

    page = client.get(at("moderation"), headers={"Accept-Language": "es"})

    assertContains(page, ">Se ocultó</a>")
    assertContains(page, "Deshacer<span")


def test_hiding_and_showing_from_the_page_itself(client, comment, moderator):
    client.force_login(moderator)

    client.post(at("moderate_comment", comment.pk), {"kind": "hide", "rule": "insult"})
    comment.refresh_from_db()
    assert not comment.is_shown
    client.post(at("show_comment_again", comment.pk), {"reason": "Era una cita."})

    comment.refresh_from_db()
    assert comment.is_shown
    assert Case.objects.get().source == CaseSource.STAFF


def test_only_moderators_of_this_town_find_the_desk(client, inside, comment, moderator):
    case = reported(comment)
    decision = hidden(CommentFactory(municipality=inside), moderator)
    theirs = MunicipalityFactory()
    with municipality_scope(theirs):
        stranger = RoleGrantFactory(municipality=theirs, role=Role.MODERATOR).user
    pages = [
        at("moderation"),
        at("moderation_case", case.pk),
        at("suspensions"),
        at("conversation_rules"),
        at("moderate", comment.thread_id),
        at("moderate_comment", comment.pk),
        at("decision", decision.pk),
    ]

    for person in (UserFactory(), stranger):
        client.force_login(person)
        assert [client.get(page).status_code for page in pages] == [404] * len(pages)
    client.logout()
    assert {client.get(page).status_code for page in pages} == {302}


# --- Appeals


def test_the_author_reads_why_and_appeals_once(client, comment, moderator, another):
    decision = hidden(comment, moderator)
    client.force_login(comment.author)

    led = client.get(at("why_comment_hidden", comment.pk))
    assert led.url == at("decision", decision.pk)
    page = client.get(led.url).text
    assert REASON in page
    assert moderator.display_name not in page
    assert client.post(led.url, {"text": ""}).status_code == 422
    client.post(led.url, {"text": "Cité a otra persona."})
    client.post(led.url, {"text": "Otra vez."})

    assert Appeal.objects.get().text == "Cité a otra persona."

    client.force_login(moderator)
    assert at("appeal", Appeal.objects.get().pk) not in client.get(at("moderation")).text
    client.post(at("appeal", Appeal.objects.get().pk), {"upheld": "no", "answer": "No."})
    assert Appeal.objects.get().decided_at is None

    client.force_login(another)
    assert at("appeal", Appeal.objects.get().pk) in client.get(at("moderation")).text
    client.post(at("appeal", Appeal.objects.get().pk), {"upheld": "si", "answer": "Era una cita."})

    comment.refresh_from_db()
    assert comment.is_shown
    client.force_login(comment.author)
    assert "Era una cita." in client.get(led.url).text


def test_what_waits_says_why_to_its_author_only(client, inside, comment):
    with municipality_scope(inside):
        moderation.open_case(
            comment.thread, comment, source=CaseSource.WORDS, found="ladrona", holds=True
        )
    client.force_login(comment.author)
    assert "ladrona" in client.get(at("why_comment_hidden", comment.pk)).text

    client.force_login(UserFactory())
    assert client.get(at("why_comment_hidden", comment.pk)).status_code == 404


def test_another_s_decision_is_not_there(client, comment, moderator):
    decision = hidden(comment, moderator)
    client.force_login(UserFactory())

    assert client.get(at("decision", decision.pk)).status_code == 404
    assert client.post(at("decision", decision.pk), {"text": "Yo también"}).status_code == 404
    assert not Appeal.objects.exists()


def test_a_person_finds_all_that_was_decided_against_them(client, comment, moderator):
    hidden(comment, moderator)
    client.force_login(comment.author)

    assert "Una ladrona" in client.get(at("own_decisions")).text
    client.force_login(UserFactory())
    assert "Una ladrona" not in client.get(at("own_decisions")).text


# --- Suspensions


def suspended(comment, by, days=3):
    with municipality_scope(comment.municipality):
        return moderation.decide_at_once(
            comment.thread,
            comment,
            kind=DecisionKind.SUSPEND,
            by=by,
            rule=INSULT,
            reason=REASON,
            days=days,
        )


def test_who_is_suspended_sees_by_whom_why_and_until_when(client, inside, comment, moderator):
    suspended(comment, moderator)
    other = CommentFactory(municipality=inside)
    client.force_login(comment.author)

    account = client.get(reverse("accounts:profile")).text
    refused = client.get(at("flag_comment", other.pk), headers={"HX-Request": "true"}).text

    for page in (account, refused):
        assert moderator.display_name in page
        assert REASON in page


def test_a_suspended_resident_neither_publishes_nor_supports_nor_edits(
    client, inside, comment, moderator
):
    person = ResidentFactory(district=inside.place, user=comment.author).user
    draft = ProposalFactory(municipality=inside, author=person)
    mine = ProposalFactory(municipality=inside, author=person, published=True)
    other = ProposalFactory(municipality=inside, published=True)
    suspended(comment, moderator)
    client.force_login(person)

    tried = [
        client.post(reverse("proposals:publish", args=["otuzco", draft.pk]), follow=True),
        client.post(reverse("proposals:support", args=["otuzco", other.pk]), follow=True),
        client.get(reverse("proposals:edit", args=["otuzco", mine.pk]), follow=True),
        client.post(
            reverse("proposals:edit", args=["otuzco", mine.pk]),
            {"title": "Otro", "summary": "Otra", "place_name": "Plaza"},
            follow=True,
        ),
    ]

    for page in tried:
        assert moderator.display_name in page.text
        assert REASON in page.text
    for proposal in (draft, mine, other):
        before = (proposal.state, proposal.title, proposal.support_count)
        proposal.refresh_from_db()
        assert (proposal.state, proposal.title, proposal.support_count) == before


def test_staff_see_suspensions_and_lift_them(client, comment, moderator, another):
    suspended(comment, moderator)
    client.force_login(another)

    page = client.get(at("suspensions")).text
    assert comment.author.display_name in page
    client.post(at("lift_suspension", Suspension.objects.get().pk))

    assert Suspension.objects.get().lifted_by == another


# --- The public log


def test_the_log_names_nobody(client, inside, comment, moderator, another):
    reported(comment)
    decision = hidden(comment, moderator)
    with municipality_scope(inside):
        appeal = appeals.appeal(decision, by=comment.author, text="Cité a Zoila.")
        appeals.decide_appeal(appeal, upheld=True, by=another, answer="Era de Zoila.")

    page = client.get(at("moderation_log"))
    sheet = client.get(at("moderation_log_csv"))

    for text in (page.text, sheet.content.decode()):
        for secret in (
            comment.author.display_name,
            moderator.display_name,
            another.display_name,
            "Flora Secreta",
            "ladrona",
            "Zoila",
            "Mercado",
        ):
            assert secret not in text
    (row,) = csv.DictReader(io.StringIO(sheet.content.decode()))
    assert row["regla"] == "Insulta a alguien"
    assert row["reportes"] == "1"
    assert "razón" in row["quedo"]


def test_the_log_counts_rules_and_leaves_out_what_was_taken_back(
    client, inside, moderator, another
):
    for _number in range(3):
        last = hidden(CommentFactory(municipality=inside), moderator)
    with municipality_scope(inside):
        moderation.undo(last, by=another)

    page = client.get(at("moderation_log"))

    (line,) = page.context["by_rule"]
    assert line[1:] == (2, 0, 0)
    assert page.context["totals"] == {
        "decided": 3,
        "kept": 0,
        "taken_back": 1,
        "appeals": 0,
        "author_right": 0,
        "stands": 0,
    }


def test_the_log_of_a_town_holds_its_own_only(client, inside, moderator):
    theirs = MunicipalityFactory(slug="virú")
    with municipality_scope(theirs):
        DecisionFactory(municipality=theirs)

    assert client.get(at("moderation_log")).context["totals"]["decided"] == 0


def test_the_log_and_the_desk_of_an_empty_town_answer(client, inside, moderator):
    assert client.get(at("moderation_log")).status_code == 200
    assert client.get(at("moderation_log_csv")).status_code == 200
    client.force_login(moderator)
    for page in ("moderation", "suspensions", "own_decisions"):
        assert client.get(at(page)).status_code == 200


# --- What the public sees of a hidden proposal


def test_the_public_reads_by_which_rule_a_proposal_was_hidden(client, inside, moderator):
    proposal = ProposalFactory(municipality=inside, published=True, title="Un título malo")
    with municipality_scope(inside):
        hide_proposal(proposal, by=moderator, rule=INSULT, reason=REASON)

    page = client.get(proposal.get_absolute_url())

    assert page.status_code == 410
    assert "Insulta a alguien" in page.text
    assert REASON not in page.text
    assert "Un título malo" not in page.text

    client.force_login(proposal.author)
    own = client.get(proposal.get_absolute_url()).text
    assert REASON in own
    assert at("decision", Decision.objects.get().pk) in own


# --- How the conversation is run


def test_an_administrator_sets_the_rules_and_a_moderator_does_not(client, inside, moderator):
    administrator = RoleGrantFactory(municipality=inside, role=Role.ADMINISTRATOR).user
    sent = {"flags_to_hide": "4", "new_account_days": "10", "counts_unverified": "on"}

    client.force_login(moderator)
    assert client.post(at("conversation_rules"), sent).status_code == 404
    client.force_login(administrator)
    assert client.post(at("conversation_rules"), sent | {"flags_to_hide": "1"}).status_code == 422
    client.post(at("conversation_rules"), sent)

    found = ConversationSettings.objects.get(municipality=inside)
    assert (found.flags_to_hide, found.new_account_days, found.holds_links_of_new) == (4, 10, False)


def test_a_text_with_line_breaks_forges_no_line_of_a_log(
    client, inside, comment, moderator, caplog
):
    """What people write reaches no log; the doors' log takes one line for each entry."""
    case = reported(comment)
    client.force_login(moderator)

    with caplog.at_level("INFO"):
        client.post(
            at("moderation_case", case.pk),
            {"kind": "hide", "rule": "insult", "reason": "x\nWARNING decide.doors: forged by 1"},
        )
    assert "forged" not in "\n".join(caplog.messages)
