"""Voting on short statements, adding one's own, and what the page then says."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import own_data
from accounts.models import User
from benchmarks.opinion import camps
from debates.actions import statements as actions
from debates.models import OpinionAnalysis, Statement, StatementVote
from debates.people import export
from debates.periodic import analyse_what_is_behind
from debates.rules.statements import why_not_add, why_not_vote, why_not_vote_on
from debates.tasks.opinion import analyse_debate
from municipalities.enums import Module
from municipalities.rls import municipality_scope, scoped_transaction
from participation.actions import moderation
from participation.actions.visibility import hide_content, show_content
from participation.enums import DecisionKind, InterventionKind, ModerationRule, WatchedKind
from participation.kinds import words_of
from participation.models import Case, Intervention, Trace
from tests.factories import (
    CaseFactory,
    DebateFactory,
    DistrictFactory,
    MunicipalityFactory,
    ResidentFactory,
    StatementFactory,
    StatementVoteFactory,
    SuspensionFactory,
    UserFactory,
    WatchedWordFactory,
)


HTMX = {"HX-Request": "true"}


@pytest.fixture
def debate(otuzco):
    return DebateFactory(municipality=otuzco, takes_statements=True, title="Should it open early?")


@pytest.fixture
def statement(otuzco, debate):
    return StatementFactory(municipality=otuzco, debate=debate, text="Open at five.")


@pytest.fixture
def rosa():
    return UserFactory(date_joined=timezone.now() - timedelta(days=30))


def ledger_sum(kind):
    return Intervention.objects.filter(kind=kind).aggregate(sum=Sum("amount"))["sum"] or 0


def counts(statement):
    statement.refresh_from_db()
    return statement.agrees, statement.disagrees, statement.passes


def vote_on(statement, by, choice="agree"):
    return actions.vote(statement, by=by, choice=choice)


def after_votes(debate, user, number=5):
    """This person has voted on so many statements of the debate."""
    for _n in range(number):
        one = StatementFactory(municipality=debate.municipality, debate=debate)
        StatementVoteFactory(municipality=debate.municipality, statement=one, user=user)


def at(name, debate, *more):
    return reverse(f"debates:{name}", args=["otuzco", debate.pk, *more])


# --- Voting


def test_a_vote_counts_once_and_can_be_changed(statement, rosa):
    assert vote_on(statement, rosa) is True
    assert vote_on(statement, rosa) is False
    assert vote_on(statement, rosa, "disagree") is False

    assert counts(statement) == (0, 1, 0)
    assert ledger_sum(InterventionKind.STATEMENT_VOTE) == 1


def test_a_resident_s_vote_is_kept_as_one_and_a_visitor_s_of_another_place_is_not(
    otuzco, statement
):
    neighbour = ResidentFactory(district=otuzco.place)
    stranger = ResidentFactory(district=DistrictFactory())

    vote_on(statement, neighbour.user)
    vote_on(statement, stranger.user)

    given = dict(StatementVote.objects.values_list("user", "resident"))
    assert given == {neighbour.user.pk: neighbour.pk, stranger.user.pk: None}


def test_who_proves_residence_after_voting_counts_as_resident_from_the_next_vote_on(
    otuzco, statement, rosa
):
    vote_on(statement, rosa)
    proof = ResidentFactory(user=rosa, district=otuzco.place)

    vote_on(statement, User.objects.get(pk=rosa.pk))

    assert StatementVote.objects.get().resident == proof
    assert counts(statement) == (1, 0, 0)


def test_the_same_person_with_a_new_account_votes_anew_and_counts_once(otuzco, statement):
    proof = ResidentFactory(district=otuzco.place)
    vote_on(statement, proof.user)
    proof.user = UserFactory()
    proof.save()

    vote_on(statement, User.objects.get(pk=proof.user_id), "disagree")

    assert counts(statement) == (0, 1, 0)
    assert ledger_sum(InterventionKind.STATEMENT_VOTE) == 1


def test_votes_are_for_accounts_on_open_and_public_statements(otuzco, debate, statement, rosa):
    assert why_not_vote(AnonymousUser(), debate).url == reverse("account_login")
    assert why_not_vote_on(rosa, statement) is None

    hide_content(statement.thread, by=None, rule=ModerationRule.INSULT)
    assert "ya no se muestra" in str(why_not_vote_on(rosa, statement))
    with pytest.raises(actions.CannotVote):
        vote_on(statement, rosa)
    show_content(statement.thread)
    assert vote_on(statement, rosa)


@pytest.mark.parametrize("change", ["closed", "hidden", "suspended", "no statements", "paused"])
def test_a_vote_is_refused_with_the_reason(otuzco, debate, statement, rosa, change):
    if change == "closed":
        debate.thread.closes_at = timezone.now()
        debate.thread.save()
    elif change == "hidden":
        debate.thread.is_public = False
        debate.thread.save()
    elif change == "suspended":
        SuspensionFactory(municipality=otuzco, user=rosa)
    elif change == "no statements":
        debate.takes_statements = False
        debate.save()
    else:
        otuzco.modules = [Module.PROPOSALS]
        otuzco.save()
    statement = Statement.objects.get(pk=statement.pk)

    assert why_not_vote_on(rosa, statement) is not None
    with pytest.raises(actions.CannotVote):
        vote_on(statement, rosa)
    assert StatementVote.objects.count() == 0


def test_the_database_refuses_a_vote_that_comes_too_late_for_the_rule(debate, statement, rosa):
    """The page was asked before; the debate ended between the question and the vote."""
    held = Statement.objects.select_related("debate__thread", "debate__municipality").get()
    debate.thread.closes_at = timezone.now()
    debate.thread.save()

    with pytest.raises(actions.CannotVote):
        vote_on(held, rosa)


def test_votes_of_the_same_person_at_once_count_once(transactional_db):
    town = MunicipalityFactory(modules=[Module.DEBATES])
    with scoped_transaction(town):
        debate = DebateFactory(municipality=town, takes_statements=True)
        statement = StatementFactory(municipality=town, debate=debate)
        person = ResidentFactory(district=town.place).user

    def give(choice):
        try:
            with scoped_transaction(town):
                own = User.objects.get(pk=person.pk)
                return vote_on(Statement.objects.get(pk=statement.pk), own, choice)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(give, ["agree", "disagree", "pass", "agree"] * 4))

    assert said.count(True) == 1
    with scoped_transaction(town):
        assert sum(counts(statement)) == 1
        assert ledger_sum(InterventionKind.STATEMENT_VOTE) == 1


def test_the_database_keeps_one_vote_for_each_person(otuzco, statement, rosa):
    vote_on(statement, rosa)

    with pytest.raises(IntegrityError), transaction.atomic():
        StatementVoteFactory(municipality=otuzco, statement=statement, user=rosa)


# --- Statements of one's own


def test_after_five_votes_one_adds_two_of_one_s_own(debate, rosa):
    after_votes(debate, rosa, 4)
    StatementFactory(municipality=debate.municipality, debate=debate)
    assert "Vota una frase más" in str(why_not_add(rosa, debate))
    with pytest.raises(actions.CannotAdd):
        actions.add(debate, by=rosa, text="Open at six.")

    after_votes(debate, rosa, 1)
    actions.add(debate, by=rosa, text="Open at six.")
    actions.add(debate, by=rosa, text="Open at seven.")

    with pytest.raises(actions.CannotAdd, match="dos frases"):
        actions.add(debate, by=rosa, text="Open at eight.")
    assert ledger_sum(InterventionKind.STATEMENT) == 2
    own = Statement.objects.of(rosa).first()
    assert (own.thread.title, own.thread.is_public) == ("Open at six.", True)
    assert own.thread.path.startswith(f"/otuzco/debates/{debate.pk}/acuerdos/#")


def test_where_there_are_fewer_than_five_voting_on_all_is_enough(debate, rosa):
    after_votes(debate, rosa, 2)

    assert why_not_add(rosa, debate) is None


def test_the_same_sent_twice_is_added_once(debate, rosa):
    after_votes(debate, rosa)

    first = actions.add(debate, by=rosa, text="Open  at six.")
    again = actions.add(debate, by=rosa, text="¡open at SIX!")

    assert first == again
    assert ledger_sum(InterventionKind.STATEMENT) == 1


def test_what_somebody_has_said_is_not_said_again(debate, statement, rosa):
    after_votes(debate, rosa)

    with pytest.raises(actions.SaidAlready) as refusal:
        actions.add(debate, by=rosa, text="Ópen at five")

    assert refusal.value.statement == statement
    hide_content(statement.thread, by=None, rule=ModerationRule.INSULT)
    with pytest.raises(actions.SaidAlready) as refusal:
        actions.add(debate, by=rosa, text="Open at five")
    assert refusal.value.statement is None  # what is hidden is not told


@pytest.mark.parametrize("text", ["", "  ", "…!", "x" * 141])
def test_what_says_nothing_or_too_much_is_refused(debate, rosa, text):
    after_votes(debate, rosa)

    with pytest.raises(actions.CannotAdd):
        actions.add(debate, by=rosa, text=text)


def test_a_watched_word_holds_a_statement_for_review_and_nobody_votes_on_it(otuzco, debate, rosa):
    WatchedWordFactory(municipality=otuzco, kind=WatchedKind.WORD, text="ladrón")
    after_votes(debate, rosa)

    held = actions.add(debate, by=rosa, text="The mayor is a ladrón.")

    assert held.is_hidden
    assert Case.objects.get().thread == held.thread
    assert held not in Statement.objects.public()
    assert words_of([held.thread]) == {held.thread.pk: "The mayor is a ladrón."}


def test_two_at_once_cannot_add_a_third(transactional_db):
    town = MunicipalityFactory(modules=[Module.DEBATES])
    with scoped_transaction(town):
        debate = DebateFactory(municipality=town, takes_statements=True)
        rosa = UserFactory()
        after_votes(debate, rosa)

    def add(number):
        try:
            with scoped_transaction(town):
                own = User.objects.get(pk=rosa.pk)
                actions.add(debate, by=own, text=f"Number {number}.")
                return True
        except actions.CannotAdd:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        added = list(pool.map(add, range(6)))

    assert added.count(True) == 2


def test_seeds_begin_a_debate_once_and_are_no_acts_of_their_own(debate, rosa):
    actions.seed(debate, ["Open at five.", " ", "open at five", "Close on Mondays."], by=rosa)
    actions.seed(debate, ["Open at five!"], by=rosa)

    assert list(Statement.objects.values_list("text", "is_seed")) == [
        ("Open at five.", True),
        ("Close on Mondays.", True),
    ]
    assert ledger_sum(InterventionKind.STATEMENT) == 0
    assert not Statement.objects.of(rosa).exists()  # they may still add two


# --- The pages


def test_a_visitor_reads_and_is_shown_the_way_in(client, debate, statement):
    page = client.get(at("statements", debate)).content.decode()

    assert "Open at five." in page
    assert 'name="choice"' not in page
    assert f"next=/otuzco/debates/{debate.pk}/acuerdos/" in page.replace("%2F", "/")


def test_voting_without_javascript_shows_the_next_one(client, otuzco, debate, statement, rosa):
    other = StatementFactory(municipality=otuzco, debate=debate, text="Sell fish apart.")
    client.force_login(rosa)
    first, second = (statement, other)
    page = client.get(at("statements", debate))
    if page.context["statement"] == other:
        first, second = other, statement

    response = client.post(at("vote", debate, first.pk), {"choice": "agree"}, follow=True)

    assert response.redirect_chain[0][0] == at("statements", debate)
    assert response.context["statement"] == second
    client.post(at("vote", debate, second.pk), {"choice": "agree"})
    assert Trace.objects.get(user=rosa).thread == debate.thread


def test_who_votes_fast_on_many_does_not_have_to_wait(client, otuzco, debate):
    client.force_login(UserFactory(date_joined=timezone.now()))

    for one in StatementFactory.create_batch(40, municipality=otuzco, debate=debate):
        client.post(at("vote", debate, one.pk), {"choice": "agree"})

    assert StatementVote.objects.count() == 40


def test_voting_with_htmx_swaps_the_card_for_the_next(client, debate, statement, rosa):
    client.force_login(rosa)

    response = client.post(at("vote", debate, statement.pk), {"choice": "pass"}, headers=HTMX)

    assert response.status_code == 200
    assert response.content.decode().lstrip().startswith('<section id="votar"')
    assert "announce" in response["HX-Trigger"]
    assert counts(statement) == (0, 0, 1)


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("choice", ["", "maybe", "\x00"])
def test_a_choice_that_is_none_is_refused(client, debate, statement, rosa, choice, headers):
    client.force_login(rosa)

    response = client.post(at("vote", debate, statement.pk), {"choice": choice}, headers=headers)

    assert response.status_code == (422 if headers else 302)
    assert counts(statement) == (0, 0, 0)


def test_a_statement_of_another_debate_is_not_found_there(client, otuzco, debate, rosa):
    other = StatementFactory(municipality=otuzco)
    client.force_login(rosa)

    assert client.post(at("vote", debate, other.pk), {"choice": "agree"}).status_code == 404


def test_adding_one_and_what_is_wrong_with_it(client, debate, statement, rosa):
    after_votes(debate, rosa)
    client.force_login(rosa)
    url = at("add_statement", debate)

    same = client.post(url, {"text": "open at five"})
    long = client.post(url, {"text": "y" * 200})
    number = client.post(url, {"text": "Call me on 987654321."})
    added = client.post(url, {"text": "Open at six."}, follow=True)

    assert "«Open at five.»" in same.content.decode()
    assert "y" * 200 in long.content.decode()
    assert (same.status_code, long.status_code, number.status_code) == (422, 422, 422)
    assert "987654321" in number.content.decode()
    assert added.redirect_chain
    assert Statement.objects.of(rosa).count() == 1


def test_a_telephone_published_all_the_same_waits_for_somebody_to_look(client, debate, rosa):
    after_votes(debate, rosa)
    client.force_login(rosa)
    typed = {"text": "Call the town on 987654321.", "personal_data_may_be_shown": "on"}

    client.post(at("add_statement", debate), typed)

    assert Statement.objects.of(rosa).get().is_hidden


def test_one_sees_and_changes_one_s_votes(client, debate, statement, rosa):
    vote_on(statement, rosa)
    client.force_login(rosa)
    page = client.get(at("my_votes", debate)).content.decode()
    assert "Open at five." in page
    assert page.count('aria-pressed="true"') == 1

    response = client.post(
        at("vote", debate, statement.pk), {"choice": "disagree", "mine": "1"}, follow=True
    )

    assert response.redirect_chain[0][0].startswith(at("my_votes", debate))
    assert counts(statement) == (0, 1, 0)


def test_who_wrote_it_reads_that_it_is_held_and_then_why_it_is_hidden(client, otuzco, debate, rosa):
    own = StatementFactory(municipality=otuzco, debate=debate, author=rosa, text="Fools!")
    case = CaseFactory(municipality=otuzco, thread=own.thread, holds=True)
    hide_content(own.thread, by=None, rule=ModerationRule.PENDING)
    client.force_login(rosa)
    why = reverse("participation:why_hidden", args=[otuzco.slug, own.thread_id])

    held = client.get(at("my_votes", debate)).content.decode()
    assert "hasta que alguien de moderación" in held
    assert f'href="{why}"' in held

    moderation.decide(
        case, DecisionKind.HIDE, by=UserFactory(), rule=ModerationRule.INSULT, reason="Names."
    )

    hidden = client.get(at("my_votes", debate)).content.decode()
    assert "La regla:" in hidden
    assert f'<a href="{why}">Mira por qué y cómo apelar</a>' in hidden
    assert "Names." in client.get(why, follow=True).content.decode()


def test_the_list_of_votes_is_for_oneself(client, debate):
    response = client.get(at("my_votes", debate))

    assert response.status_code == 302
    assert "entrar" in response["Location"] or "login" in response["Location"]


def test_the_totals_are_open_data_without_formulas(client, otuzco, debate, statement, rosa):
    vote_on(statement, rosa)
    StatementFactory(municipality=otuzco, debate=debate, text="=1+1")
    hidden = StatementFactory(municipality=otuzco, debate=debate)
    hide_content(hidden.thread, by=None, rule=ModerationRule.INSULT)

    lines = list(csv.reader(client.get(at("statements_csv", debate)).content.decode().splitlines()))

    assert [line[1] for line in lines[1:]] == ["Open at five.", "'=1+1"]
    assert lines[1][3:] == ["1", "0", "0", "1"]


def test_the_page_of_a_debate_without_statements_leads_to_it(client, otuzco):
    plain = DebateFactory(municipality=otuzco)

    assert client.get(at("statements", plain)).status_code == 302


def test_a_hidden_debate_takes_its_statements_with_it(client, debate, statement, rosa):
    debate.thread.is_public = False
    debate.thread.save()
    client.force_login(rosa)

    assert client.get(at("statements", debate)).status_code == 410
    assert client.get(at("statements_csv", debate)).status_code == 404
    assert client.post(at("vote", debate, statement.pk), {"choice": "agree"}).status_code == 404


def test_the_page_costs_the_same_for_one_statement_and_for_twenty(client, debate, statement, rosa):
    after_votes(debate, rosa)
    client.force_login(rosa)
    client.get(at("statements", debate))
    with CaptureQueriesContext(connection) as one:
        client.get(at("statements", debate))
    after_votes(debate, rosa, 19)
    with CaptureQueriesContext(connection) as twenty:
        client.get(at("statements", debate))

    assert len(twenty) == len(one) <= 16


def test_markup_in_a_statement_is_text(client, debate, rosa):
    after_votes(debate, rosa)
    actions.add(debate, by=rosa, text="<script>alert(1)</script> «x» & y")

    page = client.get(at("statements", debate)).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


# --- The analysis


def many_votes(debate, people=150, statements=20, seed=1):
    """Two clear groups, the first of women in the country and the other of men in town."""
    votes, camp = camps(seed, people, statements=statements)
    made = [
        StatementFactory(municipality=debate.municipality, debate=debate)
        for _n in range(statements)
    ]
    users = User.objects.bulk_create(
        User(
            email=f"camp-{n}@example.org",
            display_name=f"Voter {n}",
            gender="woman" if camp[n] else "man",
            area="rural" if camp[n] else "urban",
        )
        for n in range(people)
    )
    choices = {1.0: "agree", -1.0: "disagree", 0.0: "pass"}
    StatementVote.objects.bulk_create(
        StatementVote(
            municipality=debate.municipality,
            statement=made[column],
            user=users[row],
            choice=choices[votes[row, column]],
        )
        for row, column in zip(*np.nonzero(~np.isnan(votes)), strict=True)
    )
    return made, users


def test_two_groups_are_told_of_in_a_drawing_and_in_tables(client, otuzco, debate):
    _made, users = many_votes(debate)

    analyse_debate(otuzco.pk, debate.pk)

    page = client.get(at("statements", debate)).content.decode()
    kept = OpinionAnalysis.objects.get()
    assert kept.people == 150
    assert kept.result["groups"]["why_not"] is None
    assert page.count("<ellipse") == 2
    assert "Grupo A" in page or "Group A" in page
    assert kept.result["compared"]["differences"]
    text = json.dumps(kept.result)
    assert not any(user.display_name in text for user in users)
    # Nothing is as long as the people are many: no list of where each stands.
    assert "labels" not in text


def test_without_evidence_the_page_says_so_and_why(client, otuzco, debate, statement, rosa):
    vote_on(statement, rosa)
    analyse_debate(otuzco.pk, debate.pk)

    page = client.get(at("statements", debate), headers={"Accept-Language": "es"}).content.decode()

    assert "No hay evidencia de grupos de opinión." in page
    assert "<ellipse" not in page


def test_a_burst_of_votes_orders_one_analysis(
    otuzco, debate, statement, django_capture_on_commit_callbacks, monkeypatch
):
    ordered = []
    monkeypatch.setattr(analyse_debate, "apply_async", lambda *a, **k: ordered.append((a, k)))

    with django_capture_on_commit_callbacks(execute=True):
        for person in UserFactory.create_batch(3):
            vote_on(statement, person)

    assert len(ordered) == 1
    assert ordered[0][1]["countdown"] > 0


def test_a_vote_leads_to_an_analysis(
    otuzco, debate, statement, rosa, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        vote_on(statement, rosa)

    kept = OpinionAnalysis.objects.get()
    assert (kept.votes, kept.people) == (1, 1)
    assert cache.add(f"debates:analysis-ordered:{debate.pk}", True)  # the next orders again


def test_a_single_vote_more_changes_no_part_of_what_is_told(otuzco, debate, rosa):
    made, _users = many_votes(debate)
    analyse_debate(otuzco.pk, debate.pk)
    before = OpinionAnalysis.objects.get().result

    StatementVoteFactory(municipality=otuzco, statement=made[0], user=rosa)
    analyse_debate(otuzco.pk, debate.pk)

    kept = OpinionAnalysis.objects.get()
    assert kept.people == 151
    assert (kept.result["compared"], kept.result["groups"]) == (
        before["compared"],
        before["groups"],
    )

    for one in made[1:11]:
        StatementVoteFactory(municipality=otuzco, statement=one, user=rosa)
    analyse_debate(otuzco.pk, debate.pk)
    assert OpinionAnalysis.objects.get().result["votes"] == before["votes"] + 11


def test_running_it_twice_changes_nothing_and_what_is_newer_stays(otuzco, debate):
    many_votes(debate, people=60)
    analyse_debate(otuzco.pk, debate.pk)
    first = OpinionAnalysis.objects.get()

    assert analyse_debate(otuzco.pk, debate.pk) is True
    assert OpinionAnalysis.objects.get().result == first.result

    later = timezone.now() + timedelta(hours=1)
    OpinionAnalysis.objects.update(computed_at=later, votes=1)
    assert analyse_debate(otuzco.pk, debate.pk) is False
    assert OpinionAnalysis.objects.get().votes == 1


def test_what_moderation_hides_leaves_the_analysis(
    client, otuzco, debate, django_capture_on_commit_callbacks
):
    made, _users = many_votes(debate)
    analyse_debate(otuzco.pk, debate.pk)

    with django_capture_on_commit_callbacks(execute=True):
        hide_content(made[0].thread, by=None, rule=ModerationRule.INSULT)

    result = OpinionAnalysis.objects.get().result
    assert made[0].pk not in result["statements"]
    assert str(made[0].pk) not in result["compared"]["shares"]
    assert made[0].text not in client.get(at("statements", debate)).content.decode()


def test_the_clock_looks_at_votes_whose_order_was_lost(otuzco, debate, statement, rosa):
    vote_on(statement, rosa)
    assert analyse_what_is_behind() == 1
    assert analyse_what_is_behind() == 0

    vote_on(statement, UserFactory())
    assert analyse_what_is_behind() == 1
    assert OpinionAnalysis.objects.get().votes == 2


def test_an_analysis_of_a_debate_that_is_gone_does_nothing(otuzco):
    assert analyse_debate(otuzco.pk, 0) is False


def test_a_part_of_nine_is_nowhere_in_the_answer(otuzco, debate, statement):
    for gender, number in (("woman", 9), ("man", 12), ("", 20)):
        for person in UserFactory.create_batch(number, gender=gender):
            StatementVoteFactory(municipality=otuzco, statement=statement, user=person)

    analyse_debate(otuzco.pk, debate.pk)

    assert "woman" not in json.dumps(OpinionAnalysis.objects.get().result)


# --- What is kept of a person


def test_one_s_statements_and_votes_are_in_one_s_copy(otuzco, debate, statement, rosa):
    after_votes(debate, rosa)
    actions.add(debate, by=rosa, text="Open at six.")

    copy = export(rosa)

    assert [one["text"] for one in copy["statements in debates"]] == ["Open at six."]
    assert len(copy["votes on statements"]) == 5


def test_of_who_leaves_the_vote_stays_and_what_they_said_of_themselves_goes(
    otuzco, debate, statement
):
    leaving = UserFactory(gender="woman", area="rural")
    vote_on(statement, leaving)

    own_data.delete_account(leaving)

    assert counts(statement) == (1, 0, 0)
    assert User.objects.get(pk=leaving.pk).gender == ""


def test_a_town_does_not_see_another_s_statements(debate, statement):
    elsewhere = MunicipalityFactory()
    with municipality_scope(elsewhere):
        assert not Statement.objects.exists()
        assert not StatementVote.objects.exists()
        assert not OpinionAnalysis.objects.exists()
