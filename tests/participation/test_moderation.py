"""Flagging, deciding, taking back and appealing; scenarios 20 and 22."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from accounts.models import Suspension
from accounts.rules import why_suspended
from municipalities.rls import municipality_scope
from participation.actions import appeals, moderation
from participation.enums import CaseSource, DecisionKind, ModerationRule
from participation.models import Appeal, Case, Decision, Flag, Notice, Thread
from participation.rules.moderation import why_hidden
from proposals.models import Proposal
from tests.factories import (
    AppealFactory,
    CaseFactory,
    CommentFactory,
    ConversationSettingsFactory,
    DebateFactory,
    DecisionFactory,
    FollowFactory,
    MunicipalityFactory,
    ProposalFactory,
    StatementFactory,
    UserFactory,
)


REASON = "It insults a neighbour by name."
INSULT = ModerationRule.INSULT


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory()
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def comment(otuzco):
    return CommentFactory(municipality=otuzco)


@pytest.fixture
def moderator():
    return UserFactory(display_name="Berta")


@pytest.fixture
def another():
    return UserFactory(display_name="César")


def old_account(**more):
    return UserFactory(date_joined=timezone.now() - timedelta(days=8), **more)


def report(thing, times=1, people=old_account, rule=INSULT, **more):
    """So many people flag a comment or a thing."""
    thread, comment = parts(thing)
    for _time in range(times):
        moderation.flag(thread, comment, by=people(), rule=rule, **more)
    return Case.objects.open().filter(thread=thread, comment=comment).first()


def parts(thing):
    if isinstance(thing, Thread):
        return thing, None
    return (thing.thread, thing) if hasattr(thing, "parent") else (thing.thread, None)


def is_seen(thing):
    thread, comment = parts(thing)
    if comment:
        comment.refresh_from_db()
        return comment.is_shown
    thread.refresh_from_db()
    return thread.is_public


def hide(case, by, **more):
    return moderation.decide(
        case, DecisionKind.HIDE, by=by, **({"rule": INSULT, "reason": REASON} | more)
    )


def things(municipality):
    """One of each kind of content there is."""
    return [
        CommentFactory(municipality=municipality),
        ProposalFactory(municipality=municipality, published=True),
        DebateFactory(municipality=municipality),
        StatementFactory(municipality=municipality),
    ]


# --- Flags


def test_anybody_with_an_account_flags_once(comment):
    person = old_account()

    first = moderation.flag(comment.thread, comment, by=person, rule=INSULT, text="Look at this")
    second = moderation.flag(comment.thread, comment, by=person, rule=ModerationRule.HATE)

    assert (first, second) == (True, False)
    flag = Flag.objects.get()
    assert (flag.rule, flag.text, flag.case.flag_count) == (INSULT, "Look at this", 1)
    assert is_seen(comment)


def test_nobody_flags_their_own(comment):
    with pytest.raises(moderation.CannotFlag, match="yours"):
        moderation.flag(comment.thread, comment, by=comment.author, rule=INSULT)


def test_three_people_hide_it_until_somebody_has_looked(otuzco, comment):
    report(comment, times=2)
    assert is_seen(comment)

    case = report(comment)

    assert not is_seen(comment)
    assert (comment.hidden_rule, comment.hidden_by) == (ModerationRule.PENDING, None)
    assert case.holds


def test_each_kind_of_content_is_hidden_by_flags_and_shown_by_a_moderator(otuzco, moderator):
    for thing in things(otuzco):
        case = report(thing, times=3)
        assert not is_seen(thing)

        moderation.decide(case, DecisionKind.KEEP, by=moderator)
        assert is_seen(thing)


def test_the_municipality_says_how_many_flags_hide(otuzco, comment):
    ConversationSettingsFactory(municipality=otuzco, flags_to_hide=5)

    report(comment, times=4)
    assert is_seen(comment)
    report(comment)
    assert not is_seen(comment)


def test_a_flood_of_new_accounts_hides_nothing(comment):
    case = report(comment, times=30, people=UserFactory)

    assert case.flag_count == 30
    assert is_seen(comment)


def test_flags_do_not_hide_again_what_a_moderator_let_stand(comment, moderator):
    moderation.decide(report(comment, times=3), DecisionKind.KEEP, by=moderator)

    case = report(comment, times=4)
    assert is_seen(comment)
    assert not case.holds

    comment.edited_at = timezone.now()
    comment.save()
    report(comment)
    assert not is_seen(comment)


def test_a_flag_on_what_is_hidden_already_is_refused(comment, moderator):
    hide(report(comment), moderator)

    with pytest.raises(moderation.CannotFlag, match="not shown"):
        moderation.flag(comment.thread, comment, by=old_account(), rule=INSULT)


# --- Decisions


def test_the_author_learns_why_and_nobody_else(
    otuzco, moderator, django_capture_on_commit_callbacks
):
    proposal = ProposalFactory(municipality=otuzco, published=True)
    comment = CommentFactory(municipality=otuzco, thread=proposal.thread)
    FollowFactory(municipality=otuzco, thread=proposal.thread)

    with django_capture_on_commit_callbacks(execute=True):
        hide(report(comment), moderator)

    assert list(Notice.objects.values_list("user", "event__text")) == [(comment.author_id, REASON)]
    assert REASON not in str(list(proposal.thread.events.public().values()))


def test_the_notice_leads_to_the_decision(comment, moderator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        decision = hide(report(comment), moderator)

    notice = Notice.objects.get()
    assert notice.path.endswith(f"/moderacion/decisiones/{decision.pk}/")
    assert notice.words == REASON


def test_hiding_needs_a_rule_and_a_reason(comment, moderator):
    case = report(comment)

    for missing in ({"reason": ""}, {"rule": ""}, {"rule": ModerationRule.PENDING}):
        with pytest.raises(moderation.CannotModerate, match="which rule"):
            hide(case, moderator, **missing)
    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionFactory(municipality=case.municipality, case=case, reason="")


def test_a_moderator_never_decides_on_their_own(otuzco, another):
    for thing in things(otuzco):
        author = thing.author
        with pytest.raises(moderation.OwnContent):
            moderation.decide(report(thing), DecisionKind.KEEP, by=author)
        with pytest.raises(moderation.OwnContent):
            moderation.decide_at_once(*parts(thing), by=author, rule=INSULT, reason=REASON)
        hide(report(thing), another)
        with pytest.raises(moderation.OwnContent):
            moderation.show_again(*parts(thing), by=author, reason="I like it.")
        with pytest.raises(moderation.CannotModerate):
            moderation.undo(Decision.objects.latest("pk"), by=author)


def test_the_database_refuses_a_decision_on_one_s_own(otuzco, moderator):
    case = CaseFactory(municipality=otuzco)

    with pytest.raises(IntegrityError, match="not_on_own"), transaction.atomic():
        DecisionFactory(municipality=otuzco, case=case, by=moderator, author=moderator)


def test_decisions_are_only_ever_added(otuzco):
    decision = DecisionFactory(municipality=otuzco)

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(reason="Something else")
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk)._raw_delete("default")


def test_a_case_is_decided_once(comment, moderator, another):
    case = report(comment)
    hide(case, moderator)

    with pytest.raises(moderation.DecidedAlready, match="Berta has decided already"):
        moderation.decide(case, DecisionKind.KEEP, by=another)
    assert Decision.objects.count() == 1


def test_a_warning_leaves_it_and_tells_the_author(
    comment, moderator, django_capture_on_commit_callbacks
):
    case = report(comment, times=3)

    with django_capture_on_commit_callbacks(execute=True):
        moderation.decide(case, DecisionKind.WARN, by=moderator, rule=INSULT, reason=REASON)

    assert is_seen(comment)
    assert Notice.objects.get().event.verb == "comment_warned_why"


def test_what_its_author_took_back_stays_taken_back(comment, moderator):
    case = report(comment)
    decision = hide(case, moderator)
    comment.refresh_from_db()
    comment.deleted_at = timezone.now()
    comment.save()

    moderation.undo(decision, by=moderator)

    comment.refresh_from_db()
    assert (comment.hidden_at, comment.is_shown) == (None, False)


# --- Taking back


def test_undo_brings_everything_back_as_it_was(otuzco, moderator, another):
    for thing in things(otuzco):
        model, row = type(thing), thing.pk
        case = report(thing)
        before = model.objects.filter(pk=row).values().get()

        decision = hide(case, moderator)
        assert not is_seen(thing)
        back = moderation.undo(decision, by=another)

        assert model.objects.filter(pk=row).values().get() == before
        assert is_seen(thing)
        case.refresh_from_db()
        assert case.closed_at is None
        assert (back.kind, back.undoes, back.by) == (DecisionKind.UNDO, decision, another)


def test_what_was_held_before_is_held_again(comment, moderator):
    case = report(comment, times=3)

    for kind in (DecisionKind.KEEP, DecisionKind.HIDE):
        decision = moderation.decide(case, kind, by=moderator, rule=INSULT, reason=REASON)
        moderation.undo(decision, by=moderator)

        assert not is_seen(comment)
        assert comment.hidden_rule == ModerationRule.PENDING


def test_undo_lifts_the_suspension_that_decision_made_and_no_other(otuzco, moderator):
    author = UserFactory()
    mine = [CommentFactory(municipality=otuzco, author=author) for _ in range(2)]
    first, second = (
        moderation.decide(
            report(one), DecisionKind.SUSPEND, by=moderator, rule=INSULT, reason=REASON, days=3
        )
        for one in mine
    )

    moderation.undo(second, by=moderator)

    assert list(Suspension.objects.current()) == [first.suspension]
    assert [is_seen(one) for one in mine] == [False, True]


def test_a_decision_is_undone_once_and_only_for_a_while(comment, moderator, another):
    decision = hide(report(comment), moderator)
    moderation.undo(decision, by=moderator)
    with pytest.raises(moderation.CannotModerate, match="Berta has taken it back"):
        moderation.undo(decision, by=another)

    old = hide(Case.objects.open().get(), moderator)
    later = timezone.now() + timedelta(minutes=31)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: later)
        with pytest.raises(moderation.CannotModerate, match="more than 30 minutes"):
            moderation.undo(old, by=moderator)


def test_it_is_not_undone_over_a_later_decision(comment, moderator):
    kept = moderation.decide(report(comment), DecisionKind.KEEP, by=moderator)
    hide(report(comment), moderator)

    with pytest.raises(moderation.CannotModerate, match="Something else"):
        moderation.undo(kept, by=moderator)
    assert not is_seen(comment)


def test_a_moderator_hides_at_once_and_shows_again_later(otuzco, moderator, another):
    for thing in things(otuzco):
        decision = moderation.decide_at_once(
            *parts(thing), by=moderator, rule=INSULT, reason=REASON
        )
        assert decision.case.source == CaseSource.STAFF
        assert not is_seen(thing)
        with pytest.raises(moderation.DecidedAlready):
            moderation.decide_at_once(*parts(thing), by=another, rule=INSULT, reason=REASON)

        back = moderation.show_again(*parts(thing), by=another, reason="It was no insult.")

        assert is_seen(thing)
        assert (back.kind, back.undoes) == (DecisionKind.RESTORE, decision)
        assert why_hidden(*parts(thing)) is None
        with pytest.raises(moderation.CannotModerate, match="not hidden"):
            moderation.show_again(*parts(thing), by=another, reason="Again")


def test_what_was_hidden_before_there_were_cases_is_shown_again(otuzco, moderator):
    proposal = ProposalFactory(municipality=otuzco, published=True)
    now = timezone.now()
    Proposal.objects.filter(pk=proposal.pk).update(hidden_at=now, hidden_reason="Old")
    Thread.objects.filter(pk=proposal.thread_id).update(is_public=False)

    back = moderation.show_again(proposal.thread, by=moderator, reason="It may stand.")

    assert is_seen(proposal)
    assert back.undoes is None


# --- Suspensions


def test_a_suspended_person_is_told_by_whom_why_and_until_when(otuzco, comment, moderator):
    moderation.decide(
        report(comment), DecisionKind.SUSPEND, by=moderator, rule=INSULT, reason=REASON, days=5
    )

    said = str(why_suspended(type(comment.author).objects.get(pk=comment.author_id), otuzco))
    assert "Berta" in said
    assert REASON in said
    assert not is_seen(comment)
    (suspension,) = Suspension.objects.current()
    assert suspension.ends_at - suspension.starts_at == timedelta(days=5)


def test_a_suspended_person_flags_nothing_here(otuzco, comment, moderator):
    decision = moderation.decide(
        report(comment), DecisionKind.SUSPEND, by=moderator, rule=INSULT, reason=REASON, days=5
    )
    person = type(comment.author).objects.get(pk=decision.author_id)
    other = CommentFactory(municipality=otuzco)

    with pytest.raises(moderation.CannotFlag, match="Berta, moderator of"):
        moderation.flag(other.thread, other, by=person, rule=INSULT)


def test_a_suspension_is_lifted_once_and_what_was_hidden_stays_hidden(
    comment, moderator, another, django_capture_on_commit_callbacks
):
    decision = moderation.decide(
        report(comment), DecisionKind.SUSPEND, by=moderator, rule=INSULT, reason=REASON, days=5
    )

    with django_capture_on_commit_callbacks(execute=True):
        moderation.lift(decision.suspension, by=another)

    assert not Suspension.objects.current().exists()
    assert not is_seen(comment)
    assert Notice.objects.get().event.verb == "suspension_lifted"
    with pytest.raises(moderation.CannotModerate, match="César has lifted it"):
        moderation.lift(decision.suspension, by=moderator)


def test_nobody_lifts_their_own_suspension(comment, moderator):
    decision = moderation.decide(
        report(comment), DecisionKind.SUSPEND, by=moderator, rule=INSULT, reason=REASON, days=5
    )

    with pytest.raises(moderation.CannotModerate):
        moderation.lift(decision.suspension, by=comment.author)


def test_the_database_refuses_a_suspension_without_its_row(otuzco):
    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionFactory(municipality=otuzco, kind=DecisionKind.SUSPEND, days=3)


# --- Appeals


def test_another_moderator_gives_the_author_right(
    comment, moderator, another, django_capture_on_commit_callbacks
):
    decision = moderation.decide(
        report(comment), DecisionKind.SUSPEND, by=moderator, rule=INSULT, reason=REASON, days=5
    )
    appeal = appeals.appeal(decision, by=comment.author, text="I quoted somebody.")

    with django_capture_on_commit_callbacks(execute=True):
        appeals.decide_appeal(appeal, upheld=True, by=another, answer="It was a quotation.")

    assert is_seen(comment)
    assert not Suspension.objects.current().exists()
    assert Decision.objects.get(undoes=decision).kind == DecisionKind.RESTORE
    assert Notice.objects.get().event.text == "It was a quotation."


def test_a_rejected_appeal_leaves_it_hidden_and_says_why(
    comment, moderator, another, django_capture_on_commit_callbacks
):
    decision = hide(report(comment), moderator)
    appeal = appeals.appeal(decision, by=comment.author, text="I quoted somebody.")

    with django_capture_on_commit_callbacks(execute=True):
        appeals.decide_appeal(appeal, upheld=False, by=another, answer="Nobody said that.")

    assert not is_seen(comment)
    assert Notice.objects.get().event.verb == "appeal_rejected"


def test_only_the_author_appeals_and_once(comment, moderator):
    decision = hide(report(comment), moderator)

    with pytest.raises(moderation.CannotModerate, match="Only the author"):
        appeals.appeal(decision, by=UserFactory(), text="I disagree.")
    appeals.appeal(decision, by=comment.author, text="I disagree.")
    with pytest.raises(moderation.CannotModerate, match="already"):
        appeals.appeal(decision, by=comment.author, text="I still disagree.")


def test_neither_who_decided_nor_who_appeals_decides_the_appeal(comment, moderator):
    decision = hide(report(comment), moderator)
    appeal = appeals.appeal(decision, by=comment.author, text="I disagree.")

    for person in (moderator, comment.author):
        with pytest.raises(moderation.OwnContent):
            appeals.decide_appeal(appeal, upheld=False, by=person, answer="No.")
        with pytest.raises(IntegrityError, match="by_another"), transaction.atomic():
            Appeal.objects.filter(pk=appeal.pk).update(
                upheld=False, decided_by=person, decided_at=timezone.now(), answer="No."
            )


def test_who_decided_cannot_hide_behind_another_in_the_appeal(otuzco, comment, moderator):
    """The database knows against whom an appeal is, whatever a row says."""
    decision = hide(report(comment), moderator)

    def forge():
        with transaction.atomic():
            AppealFactory(municipality=otuzco, decision=decision, against=UserFactory())
            connection.check_constraints()

    with pytest.raises(IntegrityError, match="against_whom"):
        forge()


def test_what_is_appealed_is_not_undone_by_who_decided(comment, moderator):
    decision = hide(report(comment), moderator)
    appeals.appeal(decision, by=comment.author, text="I disagree.")

    with pytest.raises(moderation.CannotModerate, match="appealed"):
        moderation.undo(decision, by=moderator)
    with pytest.raises(moderation.CannotModerate, match="appealed"):
        moderation.show_again(comment.thread, comment, by=moderator, reason="Well then.")


def test_a_warning_can_be_appealed_too(comment, moderator, another):
    decision = moderation.decide(
        report(comment), DecisionKind.WARN, by=moderator, rule=INSULT, reason=REASON
    )
    appeal = appeals.appeal(decision, by=comment.author, text="It was polite.")

    appeals.decide_appeal(appeal, upheld=True, by=another, answer="It was.")

    assert Decision.objects.get(undoes=decision).kind == DecisionKind.RESTORE
