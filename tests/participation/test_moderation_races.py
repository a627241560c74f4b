"""Moderators and crowds at the same moment: real commits, real threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from municipalities.rls import scoped_transaction
from participation.actions import appeals, moderation
from participation.enums import DecisionKind, ModerationRule
from participation.models import Appeal, Case, Comment, Decision, Flag
from proposals.actions import citizen
from tests.factories import (
    AppealFactory,
    CaseFactory,
    CommentFactory,
    DecisionFactory,
    MunicipalityFactory,
    ProposalFactory,
    UserFactory,
)


INSULT = ModerationRule.INSULT


@pytest.fixture
def otuzco(transactional_db):
    return MunicipalityFactory()


@pytest.fixture
def comment(otuzco):
    with scoped_transaction(otuzco):
        return CommentFactory(municipality=otuzco)


def old_accounts(number):
    joined = timezone.now() - timedelta(days=30)
    return UserFactory.create_batch(number, date_joined=joined)


def at_once(municipality, number, act):
    """Everybody at the same moment, each on a connection of their own."""
    together = Barrier(number)

    def run(index):
        together.wait()
        try:
            with scoped_transaction(municipality):
                return act(index)
        except moderation.CannotModerate as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_twenty_flags_by_one_person_are_one(otuzco, comment):
    (person,) = old_accounts(1)

    answers = at_once(
        otuzco,
        20,
        lambda index: moderation.flag(
            comment.thread, Comment.objects.get(pk=comment.pk), by=person, rule=INSULT
        ),
    )

    assert sorted(answers) == [False] * 19 + [True]
    with scoped_transaction(otuzco):
        assert Flag.objects.count() == 1
        assert Case.objects.get().flag_count == 1


def test_twenty_people_at_once_open_one_case_and_hide_once(otuzco, comment):
    people = old_accounts(20)

    at_once(
        otuzco,
        20,
        lambda index: moderation_flag(comment, people[index]),
    )

    with scoped_transaction(otuzco):
        case = Case.objects.get()
        # Who comes after it went out of sight reads that it is not shown any more.
        assert case.flag_count == Flag.objects.count() == 3
        assert case.holds
        assert Comment.objects.get(pk=comment.pk).hidden_rule == ModerationRule.PENDING


def moderation_flag(comment, person):
    try:
        return moderation.flag(comment.thread, comment, by=person, rule=INSULT)
    except moderation.CannotFlag as refusal:
        return refusal


@pytest.mark.parametrize("what", ["comment", "proposal"])
def test_of_twenty_moderators_one_decides_and_the_others_are_told(otuzco, what):
    moderators = old_accounts(20)
    with scoped_transaction(otuzco):
        if what == "comment":
            comment = CommentFactory(municipality=otuzco)
            case = CaseFactory(municipality=otuzco, thread=comment.thread, comment=comment)
        else:
            proposal = ProposalFactory(municipality=otuzco, published=True)
            case = CaseFactory(municipality=otuzco, thread=proposal.thread)
    kinds = [DecisionKind.HIDE, DecisionKind.KEEP]

    answers = at_once(
        otuzco,
        20,
        lambda index: moderation.decide(
            Case.objects.get(pk=case.pk),
            kinds[index % 2],
            by=moderators[index],
            rule=INSULT,
            reason="It insults.",
        ),
    )

    told = [answer for answer in answers if isinstance(answer, moderation.DecidedAlready)]
    (decision,) = [answer for answer in answers if isinstance(answer, Decision)]
    assert len(told) == 19
    with scoped_transaction(otuzco):
        assert Decision.objects.get() == decision
        case.refresh_from_db()
        thing = Comment.objects.get(pk=case.comment_id) if case.comment_id else case.thread
        seen = thing.is_shown if case.comment_id else thing.is_public or decision.kind == "keep"
        assert seen == (decision.kind == DecisionKind.KEEP)


def test_a_decision_is_taken_back_once_at_the_same_moment(otuzco, comment):
    moderators = old_accounts(20)
    with scoped_transaction(otuzco):
        decision = moderation.decide_at_once(
            comment.thread, comment, by=moderators[0], rule=INSULT, reason="It insults."
        )

    answers = at_once(
        otuzco,
        20,
        lambda index: moderation.undo(Decision.objects.get(pk=decision.pk), by=moderators[index]),
    )

    assert sum(isinstance(answer, Decision) for answer in answers) == 1
    with scoped_transaction(otuzco):
        assert Decision.objects.count() == 2
        assert Comment.objects.get(pk=comment.pk).is_shown


def test_an_author_who_sends_twenty_appeals_has_one(otuzco):
    with scoped_transaction(otuzco):
        decision = DecisionFactory(municipality=otuzco)

    answers = at_once(
        otuzco,
        20,
        lambda index: appeals.appeal(
            Decision.objects.get(pk=decision.pk), by=decision.author, text="I disagree."
        ),
    )

    assert sum(isinstance(answer, Appeal) for answer in answers) == 1


def test_of_twenty_answers_to_an_appeal_one_counts(otuzco):
    moderators = old_accounts(20)
    with scoped_transaction(otuzco):
        appeal = AppealFactory(municipality=otuzco)

    answers = at_once(
        otuzco,
        20,
        lambda index: appeals.decide_appeal(
            Appeal.objects.get(pk=appeal.pk),
            upheld=index % 2 == 0,
            by=moderators[index],
            answer="I looked at it.",
        ),
    )

    assert sum(isinstance(answer, Appeal) for answer in answers) == 1
    with scoped_transaction(otuzco):
        assert Decision.objects.filter(undoes=appeal.decision).count() == int(
            Appeal.objects.get().upheld
        )


def test_an_edit_and_a_decision_at_the_same_moment_do_not_block_each_other(otuzco):
    """Locks are taken in one order: the thing, its thread, its case."""
    moderators = old_accounts(10)
    with scoped_transaction(otuzco):
        proposal = ProposalFactory(municipality=otuzco, published=True)
        CaseFactory(municipality=otuzco, thread=proposal.thread)

    def act(index):
        mine = type(proposal).objects.get(pk=proposal.pk)
        if index % 2:
            return citizen.revise(mine, by=proposal.author, body=f"Call 9{index:08} now")
        case = Case.objects.open().filter(thread=proposal.thread_id).first()
        if case is None:
            return None
        return moderation.decide(case, DecisionKind.KEEP, by=moderators[index])

    at_once(otuzco, 10, act)

    with scoped_transaction(otuzco):
        assert Decision.objects.exists()
