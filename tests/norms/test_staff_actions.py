"""What staff make happen to a draft norm, and what keeps them from it."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from municipalities.enums import Module
from norms.actions import norms, versions
from norms.enums import NormResult, NormState, Phase
from norms.models import Norm
from norms.rules.norms import comment_days, warning_on_days
from participation.models import Event, Notice, Thread
from tests.factories import FollowFactory, ThreadFactory
from tests.norms.factories import NormFactory
from tests.norms.importing import drafted, fresh, published


WORDS = {"kind": "ordinance", "title": "Ordenanza de bicicletas", "summary": "Más ciclovías."}


def dates(*numbers):
    now = timezone.now()
    names = norms.DATES
    return {name: now + timedelta(days=day) for name, day in zip(names, numbers, strict=True)}


def events(norm, *verbs):
    return list(Event.objects.filter(thread=norm.thread, verb__in=verbs).order_by("pk"))


def test_a_draft_norm_is_begun_and_nobody_else_sees_it(town, evaluator):
    norm = norms.begin(town, by=evaluator, form_key=uuid.uuid4(), **WORDS)

    assert (norm.state, norm.phase, norm.thread.is_public) == (NormState.DRAFT, Phase.DRAFT, False)
    assert norm.thread.path == norm.get_absolute_url()
    assert [event.is_public for event in events(norm, "norm_begun")] == [False]


def test_the_same_form_sent_twice_begins_one(town, evaluator):
    key = uuid.uuid4()

    first = norms.begin(town, by=evaluator, form_key=key, **WORDS)
    second = norms.begin(town, by=evaluator, form_key=key, **WORDS)

    assert first == second
    assert Norm.objects.count() == 1


@pytest.mark.parametrize("name", ["title", "summary"])
def test_it_says_something(town, evaluator, name):
    with pytest.raises(norms.CannotNorm):
        norms.begin(town, by=evaluator, form_key=uuid.uuid4(), **WORDS | {name: " - "})


def test_its_phases_follow_each_other(town, evaluator):
    for wrong in ((5, 4, 9, 10, 11), (1, 4, 4, 10, 11), (1, 2, 9, 8, 11)):
        with pytest.raises(norms.CannotNorm):
            norms.begin(town, by=evaluator, form_key=uuid.uuid4(), **WORDS, **dates(*wrong))


def test_publishing_needs_days_and_a_settled_text(town, evaluator):
    norm = norms.begin(town, by=evaluator, form_key=uuid.uuid4(), **WORDS)
    with pytest.raises(norms.CannotNorm):
        norms.publish(norm, by=evaluator)
    norm = norms.revise(norm, by=evaluator, **dates(1, 2, 40, 50, 60))
    with pytest.raises(norms.CannotNorm):
        norms.publish(norm, by=evaluator)
    versions.import_text(norm, by=evaluator, source="pasted", text="Artículo 1.- Uno\nTexto.")
    versions.publish_version(norm.draft, by=evaluator)

    norm = norms.publish(fresh(norm), by=evaluator)

    assert norm.phase == Phase.SOON


def test_once_it_is_published_all_its_conversations_open_and_close_with_it(town, evaluator):
    norm = published(town, evaluator)

    found = norms.threads_of(norm)

    assert found.count() == 5  # its own, and those of four provisions
    assert all(thread.is_public for thread in found)
    assert {(thread.opens_at, thread.closes_at) for thread in found} == {
        (norm.opens_at, norm.closes_at)
    }


def test_nothing_is_published_where_norms_are_not_debated(town, evaluator):
    norm = drafted(town, evaluator)
    versions.publish_version(norm.draft, by=evaluator)
    town.modules = [module for module in Module.values if module != Module.NORMS]
    town.save(update_fields=["modules"])

    with pytest.raises(norms.CannotNorm):
        norms.publish(norm, by=evaluator)


def test_what_it_came_out_of_says_so_once_it_is_published(town, evaluator):
    source = ThreadFactory(municipality=town, is_public=True)
    norm = norms.begin(
        town,
        by=evaluator,
        form_key=uuid.uuid4(),
        came_from=source,
        **WORDS,
        **dates(0, 1, 40, 50, 60),
    )
    versions.import_text(norm, by=evaluator, source="pasted", text="Artículo 1.- Uno\nTexto.")
    versions.publish_version(norm.draft, by=evaluator)
    assert not Event.objects.filter(thread=source).exists()

    norms.publish(fresh(norm), by=evaluator)

    event = Event.objects.get(thread=source, verb="led_to_norm")
    assert event.data["thread"] == norm.thread_id


def test_followers_of_the_town_hear_of_it_and_those_of_the_norm_of_each_step(
    town, evaluator, django_capture_on_commit_callbacks
):
    neighbour = FollowFactory(municipality=town, thread=None).user
    with django_capture_on_commit_callbacks(execute=True):
        norm = published(town, evaluator)
    follower = FollowFactory(municipality=town, thread=norm.thread).user
    with django_capture_on_commit_callbacks(execute=True):
        extended(norm, evaluator, 5)

    assert [n.event.verb for n in Notice.objects.filter(user=neighbour)] == ["norm_published"]
    assert [n.event.verb for n in Notice.objects.filter(user=follower)] == ["norm_extended"]


def test_words_are_put_right_in_the_open_and_days_are_not(town, evaluator):
    norm = published(town, evaluator)

    norms.revise(norm, by=evaluator, summary="Otro resumen.")

    (event,) = events(norm, "norm_reworded")
    assert (event.is_public, event.data["before"]) == (True, "What it changes.")
    with pytest.raises(norms.CannotNorm):
        norms.revise(norm, by=evaluator, closes_at=norm.closes_at + timedelta(days=1))


def extended(norm, by, more, reason="Llovió."):
    later = {
        name: getattr(norm, name) + timedelta(days=more)
        for name in ("closes_at", "answers_at", "final_at")
    }
    return norms.extend(norm, by=by, reason=reason, **later)


def test_there_can_be_more_time_and_never_less(town, evaluator):
    norm = published(town, evaluator)

    longer = extended(norm, evaluator, 5)

    assert longer.closes_at == norm.closes_at + timedelta(days=5)
    assert {thread.closes_at for thread in norms.threads_of(norm)} == {longer.closes_at}
    assert events(norm, "norm_extended")[0].text == "Llovió."
    for days_more, reason in ((-1, "Antes."), (0, "Igual."), (1, " ")):
        with pytest.raises(norms.CannotNorm):
            extended(longer, evaluator, days_more, reason)


def test_what_is_withdrawn_says_why_and_takes_no_more_comments(town, evaluator):
    norm = published(town, evaluator)

    norms.withdraw(norm, by=evaluator, reason="La ley cambió.")

    norm = fresh(norm)
    assert (norm.phase, norm.withdrawn_why) == (Phase.WITHDRAWN, "La ley cambió.")
    assert all(thread.has_closed for thread in norms.threads_of(norm))
    with pytest.raises(norms.CannotNorm):
        norms.withdraw(norm, by=evaluator, reason="Otra vez.")


def test_a_draft_is_not_withdrawn(town, evaluator):
    with pytest.raises(norms.CannotNorm):
        norms.withdraw(NormFactory(municipality=town, draft=True), by=evaluator, reason="No.")


def test_the_result_comes_after_the_comments_and_says_why(town, evaluator):
    early = published(town, evaluator)
    norm = NormFactory(municipality=town, answered=True)
    words = {"result": NormResult.REJECTED, "result_text": "El concejo no la aprobó."}
    for wrong, fields in (
        (early, words),
        (norm, words | {"result_text": ""}),
        (norm, words | {"result": ""}),
        (norm, words | {"result": NormResult.PASSED}),  # without a final text
    ):
        with pytest.raises(norms.CannotNorm):
            norms.publish_result(wrong, by=evaluator, **fields)

    norms.publish_result(norm, by=evaluator, **words)

    assert (fresh(norm).phase, fresh(norm).resulted_by) == (Phase.RESULT, evaluator)
    with pytest.raises(norms.CannotNorm):
        norms.publish_result(norm, by=evaluator, **words)


def test_staff_are_warned_if_there_is_little_time_for_comments(settings):
    settings.NORMS_COMMENT_DAYS = 15
    now = timezone.now()

    assert comment_days() == 15
    assert warning_on_days(now, now + timedelta(days=14))
    assert not warning_on_days(now, now + timedelta(days=15))
    assert not warning_on_days(None, now)


def test_nothing_of_a_draft_is_in_the_public_history(town, evaluator):
    norm = drafted(town, evaluator)
    norms.revise(norm, by=evaluator, summary="Otro.")
    versions.publish_version(norm.draft, by=evaluator)

    assert not Event.objects.filter(thread=norm.thread, is_public=True).exists()
    assert not Thread.objects.filter(municipality=town, is_public=True).exists()
