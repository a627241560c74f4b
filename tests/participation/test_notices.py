import re
from threading import Barrier, Thread as Worker

import pytest
from django.core import mail
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from municipalities.rls import municipality_scope, region_scope, scoped_transaction
from participation import history
from participation.actions import following, notices as reading
from participation.models import Event, Follow, Notice, NoticePreference
from participation.people import erase, export
from participation.tasks.notices import NotYet, send_notices, tell_followers
from tests.factories import CommentFactory, MunicipalityFactory, ThreadFactory, UserFactory


@pytest.fixture
def here():
    return MunicipalityFactory()


@pytest.fixture
def thread(here):
    with municipality_scope(here):
        return ThreadFactory(
            municipality=here,
            author=UserFactory(),
            title="Luz en el parque",
            path=f"/{here.slug}/propuestas/1/luz-en-el-parque/",
            is_public=True,
        )


@pytest.fixture
def happens(here, thread, django_capture_on_commit_callbacks):
    def happens(verb="answered", **options):
        with django_capture_on_commit_callbacks(execute=True), municipality_scope(here):
            return history.record(verb, thread, by=options.pop("by", None), tell=True, **options)

    return happens


def follower(here, thread, **fields):
    user = UserFactory(**fields)
    with municipality_scope(here):
        following.follow(thread, by=user)
    return user


def unread(user):
    return User.objects.get(pk=user.pk).unread_notices


def test_author_and_followers_hear_of_a_step_once_each(here, thread, happens):
    people = [thread.author, follower(here, thread)]

    event = happens()
    tell_followers(here.pk, event.pk)

    assert [unread(person) for person in people] == [1, 1]
    assert sorted(message.to[0] for message in mail.outbox) == sorted(p.email for p in people)


def test_whoever_did_it_is_not_told(here, thread, happens):
    happens(by=thread.author)

    assert (unread(thread.author), mail.outbox) == (0, [])


def test_what_is_not_public_is_told_to_the_author_alone(here, thread, happens):
    other = follower(here, thread)

    happens("hidden_why", text="Insulta a una vecina.", is_public=False)

    assert (unread(thread.author), unread(other)) == (1, 0)
    [message] = mail.outbox
    assert "Insulta a una vecina." in message.body


def test_an_email_is_sent_once_and_only_to_those_who_want_it(here, thread, happens):
    follower(here, thread, wants_email=False)
    follower(here, thread, email=None, phone="+51944000111")
    follower(here, thread, is_active=False)

    event = happens()
    send_notices(here.pk, event.pk)

    [message] = mail.outbox
    assert message.to == [thread.author.email]
    assert f"{thread.path}" in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_line_that_is_down_is_tried_again_and_nobody_gets_two(
    here, thread, happens, settings, monkeypatch
):
    settings.CELERY_TASK_EAGER_PROPAGATES = False
    follower(here, thread)
    sent, down = [], [True]

    class Line(mail.get_connection().__class__):
        def send_messages(self, messages):
            if down.pop() if down else False:
                raise OSError("no line")
            sent.extend(message.to[0] for message in messages)

    monkeypatch.setattr("participation.mail_line.get_connection", Line)
    with pytest.raises(NotYet, match="no line"):
        send_notices.__wrapped__(here.pk, told_without_mail(here, thread).pk)
    with municipality_scope(here):
        event = Event.objects.get()
    send_notices.__wrapped__(here.pk, event.pk)
    send_notices.__wrapped__(here.pk, event.pk)

    assert len(sent) == len(set(sent)) == 2


def told_without_mail(here, thread):
    """A step whose mails are still to be sent: nothing runs after a commit in this test."""
    with municipality_scope(here):
        event = history.record("answered", thread, by=None)
        tell_followers(here.pk, event.pk)
    return event


@pytest.mark.parametrize(("language", "words"), [("es", "ha respondido"), ("en", "has answered")])
def test_an_email_speaks_the_language_of_its_reader(thread, happens, language, words):
    User.objects.filter(pk=thread.author.pk).update(language=language)

    happens()

    [message] = mail.outbox
    assert words in message.body
    [(html, kind)] = message.alternatives
    assert (kind, words in html) == ("text/html", True)


def test_a_title_cannot_write_into_the_email(here, thread, happens):
    with municipality_scope(here):
        thread.title = 'Luz\nBcc: x@example.org <script>alert("1")</script>'
        thread.save()

    happens()

    [message] = mail.outbox
    assert "\n" not in message.subject
    assert "<script>" not in message.alternatives[0][0]


def test_the_page_shows_notices_of_every_municipality(client, thread, here, happens):
    elsewhere = MunicipalityFactory(short_name="Virú")
    happens()
    with municipality_scope(elsewhere):
        other = ThreadFactory(
            municipality=elsewhere, author=thread.author, is_public=True, title="Agua para todos"
        )
        event = history.record("answered", other, by=None)
        tell_followers(elsewhere.pk, event.pk)
    client.force_login(thread.author)

    page = client.get(reverse("participation:notices")).content.decode()

    assert ("Luz en el parque" in page, "Agua para todos" in page, "Virú" in page) == (True,) * 3


def test_what_has_been_hidden_since_is_not_named_to_those_who_follow_it(
    client, here, thread, happens
):
    user = follower(here, thread)
    happens()
    with municipality_scope(here):
        thread.is_public = False
        thread.save()
    client.force_login(user)

    page = client.get(reverse("participation:notices")).content.decode()

    assert thread.title not in page
    assert thread.path not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_of_the_database_for_one_notice_or_many(
    client, thread, happens, count, django_assert_num_queries
):
    for _ in range(count):
        happens()
    client.force_login(thread.author)
    client.get(reverse("participation:notices"))

    with django_assert_num_queries(16):
        client.get(reverse("participation:notices"))


def test_notices_are_read_one_by_one_or_all_and_the_count_follows(client, thread, happens):
    for _ in range(3):
        happens()
    client.force_login(thread.author)
    with transaction.atomic(), municipality_scope(thread.municipality):
        notice = Notice.objects.first()

    for _ in range(2):
        client.post(reverse("participation:read", args=[notice.pk]))
        assert unread(thread.author) == 2
    for _ in range(2):
        client.post(reverse("participation:read_all"))
        assert unread(thread.author) == 0


def test_nobody_reads_away_the_notices_of_another(client, thread, happens):
    happens()
    with municipality_scope(thread.municipality):
        notice = Notice.objects.get()
    client.force_login(UserFactory())

    assert client.post(reverse("participation:read", args=[notice.pk])).status_code == 404
    assert client.get(reverse("participation:read_all")).status_code == 405
    assert unread(thread.author) == 1


def test_notices_need_somebody_signed_in(client):
    assert client.get(reverse("participation:notices")).status_code == 302


# --- Following


def test_following_twice_is_following_once(client, here, thread):
    user = UserFactory()
    client.force_login(user)
    address = reverse("participation:follow", args=[here.slug, thread.pk])

    for _ in range(2):
        assert client.post(address).status_code == 302
    with municipality_scope(here):
        assert Follow.objects.filter(user=user).count() == 1

    client.post(reverse("participation:unfollow", args=[here.slug, thread.pk]))
    with municipality_scope(here):
        assert Follow.objects.count() == 0


def test_by_htmx_the_button_turns_round(client, here, thread):
    client.force_login(UserFactory())
    htmx = {"HX-Request": "true"}
    follow = reverse("participation:follow", args=[here.slug, thread.pk])
    unfollow = reverse("participation:unfollow", args=[here.slug, thread.pk])

    after = client.post(follow, headers=htmx).content.decode()
    assert (unfollow in after, "<html" in after) == (True, False)
    assert follow in client.post(unfollow, headers=htmx).content.decode()


def test_who_is_not_signed_in_is_led_there(client, here, thread):
    response = client.post(reverse("participation:follow", args=[here.slug, thread.pk]))

    assert response.url == f"{reverse('account_login')}?next={thread.path}"


def test_what_is_not_public_or_not_here_cannot_be_followed(client, here, thread):
    client.force_login(UserFactory())
    there = MunicipalityFactory()
    address = reverse("participation:follow", args=[there.slug, thread.pk])
    assert client.post(address).status_code == 404

    with municipality_scope(here):
        thread.is_public = False
        thread.save()
    address = reverse("participation:follow", args=[here.slug, thread.pk])
    assert client.post(address).status_code == 404


# --- No more e-mail


def link_in(message):
    return re.search(r"/cuenta/avisos/baja/\S+", message.body).group()


def test_one_click_ends_the_emails_of_that_kind_without_signing_in(client, thread, happens):
    happens()
    link = link_in(mail.outbox[0])

    assert client.get(link).status_code == 200
    assert not NoticePreference.objects.exists()

    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    happens()
    assert (len(mail.outbox), unread(thread.author)) == (1, 2)


def test_one_more_click_ends_all_of_them(client, thread, happens):
    happens()

    client.post(link_in(mail.outbox[0]), {"todo": "1"})

    assert not User.objects.get(pk=thread.author.pk).wants_email


def test_a_link_that_is_not_ours_changes_nothing(client, thread, happens):
    happens()
    link = link_in(mail.outbox[0])
    wrong = link[:-3] + ("aa/" if link[-3:] != "aa/" else "bb/")

    assert [client.get(wrong).status_code, client.post(wrong).status_code] == [404, 404]
    assert User.objects.get(pk=thread.author.pk).wants_email


@pytest.mark.parametrize(
    "path",
    [
        "/cuenta/avisos/?page=-1",
        "/cuenta/avisos/?page=%00",
        "/cuenta/avisos/baja/%00/",
        "/cuenta/avisos/baja/" + "x" * 5000 + "/",
        "/{slug}/seguir/99999999999999999999999/",
        "/{slug}/archivos/00000000-0000-0000-0000-000000000000/999999999999999999999.webp",
        "/{slug}/archivos/00000000-0000-0000-0000-000000000000/1.%00",
        "/{slug}/archivos/00000000-0000-0000-0000-000000000000.pdf",
        "/{slug}/datos/?por=%00",
    ],
)
def test_an_odd_address_is_no_accident(client, here, path):
    client.force_login(UserFactory())
    address = path.format(slug=here.slug)

    assert client.get(address).status_code in (200, 404, 405)
    assert client.post(address).status_code in (302, 404, 405)


# --- Leaving


def test_who_leaves_takes_follows_and_notices_along(here, thread, happens):
    user = follower(here, thread)
    happens()

    with region_scope("test"):
        known = export(user)
        erase(user)
        left = (Follow.objects.filter(user=user).count(), Notice.objects.filter(user=user).count())

    assert [len(known["follows"]), len(known["notices"])] == [1, 1]
    assert left == (0, 0)


# --- All at once


@pytest.mark.usefixtures("transactional_db")
def test_told_many_times_at_once_and_read_meanwhile_the_count_is_that_of_the_rows():
    here = MunicipalityFactory()
    with scoped_transaction(here):
        thread = ThreadFactory(municipality=here, author=UserFactory(email=None), is_public=True)
        events = [history.record("answered", thread, by=None) for _ in range(4)]
    work = [lambda e=e: tell_followers(here.pk, e.pk) for e in events for _ in range(3)]

    failed = at_once([*work, *[lambda: read_in_own_scope(thread.author)] * 4])

    with scoped_transaction(here):
        notices = Notice.objects.filter(user=thread.author)
        assert (failed, notices.count()) == ([], 4)
        assert unread(thread.author) == notices.filter(read_at=None).count()


@pytest.mark.usefixtures("transactional_db")
def test_followed_twenty_times_at_once_is_followed_once():
    here, user = MunicipalityFactory(), UserFactory()
    with scoped_transaction(here):
        thread = ThreadFactory(municipality=here, author=UserFactory(), is_public=True)

    def follow():
        with scoped_transaction(here):
            following.follow(thread, by=user)

    failed = at_once([follow] * 20)

    with scoped_transaction(here):
        assert (failed, Follow.objects.count()) == ([], 1)


def at_once(work):
    """What failed when all of it was begun at the same moment."""
    barrier, failed = Barrier(len(work)), []

    def run(each):
        try:
            barrier.wait(10)
            each()
        except Exception as problem:
            failed.append(problem)
        finally:
            connection.close()

    workers = [Worker(target=run, args=[each]) for each in work]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    return failed


def read_in_own_scope(user):
    with scoped_transaction(person=user.pk):
        reading.mark_read(user)


def test_times_are_kept(thread, happens):
    before = timezone.now()

    happens()

    with municipality_scope(thread.municipality):
        notice = Notice.objects.get()
    assert notice.sent_at >= before


# --- Comments: who is told, and how often


@pytest.fixture
def says(here, thread, django_capture_on_commit_callbacks):
    """Somebody comments, as participation.actions.comments tells it."""

    def says(by, parent=None, named=(), **fields):
        with django_capture_on_commit_callbacks(execute=True), municipality_scope(here):
            comment = CommentFactory(
                municipality=here,
                thread=thread,
                author=by,
                parent=parent,
                text="Yo digo que sí",
                mentions=[person.handle for person in named],
                **fields,
            )
            answered = {parent.author_id} if parent else set()
            about = {"comment": comment.pk}
            options = {"by": by, "data": about, "is_public": False, "tell": True}
            history.record("commented", thread, people=answered, **options)
            if named:
                people = [person.pk for person in named]
                history.record("mentioned", thread, people=people, **options)
        return comment

    return says


def kinds(here, user):
    with municipality_scope(here):
        return sorted(Notice.objects.filter(user=user).values_list("kind", flat=True))


def test_a_comment_is_told_to_author_follower_whom_it_answers_and_whom_it_names(here, thread, says):
    fan, first, second = follower(here, thread), UserFactory(), UserFactory()
    named = UserFactory(handle="rosa-quispe")
    parent = says(first)

    says(second, parent=parent, named=[named])

    assert kinds(here, thread.author) == ["own", "own"]
    assert kinds(here, fan) == ["followed"]  # once, until it has been read
    assert kinds(here, first) == ["replies"]
    assert kinds(here, named) == ["replies"]
    assert kinds(here, second) == []
    with municipality_scope(here):
        [answered] = Notice.objects.filter(user=first)
        [mentioned] = Notice.objects.filter(user=named)
        assert answered.sentence == "Alguien respondió tu comentario."
        assert mentioned.sentence == "Alguien te mencionó en un comentario."
        assert f"/comentarios/{mentioned.comment.pk}/" in mentioned.path


def test_who_is_named_and_follows_too_is_told_once(here, thread, says):
    fan = follower(here, thread, handle="elsa")

    says(UserFactory(), named=[fan])

    assert kinds(here, fan) == ["replies"]


def test_a_follower_who_has_read_hears_of_the_next_comment(client, here, thread, says):
    fan = follower(here, thread)
    says(UserFactory())
    client.force_login(fan)
    client.post(reverse("participation:read_all"))

    says(UserFactory())
    says(UserFactory())

    assert (unread(fan), kinds(here, fan)) == (1, ["followed", "followed"])


def test_a_comment_that_waits_for_review_is_told_to_nobody_until_it_is_shown(
    here, thread, says, django_capture_on_commit_callbacks
):
    fan = follower(here, thread)
    comment = says(UserFactory(), hidden_at=timezone.now(), hidden_rule="pending")
    assert (unread(fan), unread(thread.author)) == (0, 0)

    with django_capture_on_commit_callbacks(execute=True), municipality_scope(here):
        type(comment).objects.filter(pk=comment.pk).update(hidden_at=None, hidden_rule="")
        history.tell_again(thread, comment.pk)

    assert (unread(fan), unread(thread.author)) == (1, 1)


def test_what_is_hidden_after_it_was_told_is_not_read_in_the_notices(client, here, thread, says):
    comment = says(UserFactory())
    with municipality_scope(here):
        type(comment).objects.filter(pk=comment.pk).update(
            hidden_at=timezone.now(), hidden_rule="insult"
        )
    client.force_login(thread.author)

    page = client.get(reverse("participation:notices")).content.decode()

    assert "Yo digo que" not in page
    assert "Ese comentario ya no se ve." in page


def test_the_thing_whose_comment_is_gone_is_still_named_and_led_to(client, here, thread, says):
    named = UserFactory(handle="rosa-quispe")
    comment = says(UserFactory(), named=[named])
    with municipality_scope(here):
        type(comment).objects.filter(pk=comment.pk).update(text="", deleted_at=timezone.now())
    client.force_login(named)

    page = client.get(reverse("participation:notices")).content.decode()

    assert f'<a href="{thread.path}">{thread.title}</a>' in page
    assert comment.get_absolute_url() not in page


def test_many_comments_bring_few_mails_at_once(here, thread, says):
    for _ in range(8):
        says(UserFactory())

    assert len(mail.outbox) == 5
    assert unread(thread.author) == 8
    with municipality_scope(here):
        waiting = Notice.objects.filter(user=thread.author, delivery="daily")
        assert waiting.count() == 3


def test_why_a_comment_was_hidden_is_told_to_who_wrote_it_alone(here, thread, says, happens):
    writer = UserFactory()
    comment = says(writer)

    happens(
        "hidden_why",
        text="Insulta a una vecina.",
        is_public=False,
        data={"comment": comment.pk},
        people=[writer.pk],
    )

    assert kinds(here, writer) == ["moderation"]
    assert kinds(here, thread.author) == ["own"]


# --- The inbox


def test_one_thing_is_one_row_and_can_be_put_aside_at_once(client, thread, happens):
    for verb in ("answered", "work_started", "finished"):
        happens(verb)
    client.force_login(thread.author)
    [group] = client.get(reverse("participation:notices")).context["groups"]
    assert (group.number, group.unread, len(group.earlier)) == (3, 3, 2)

    client.post(reverse("participation:read_thing", args=[group.latest.pk]))

    assert unread(thread.author) == 0


def test_the_inbox_is_narrowed_by_kind_and_to_what_is_new(client, here, thread, happens, says):
    happens()
    client.force_login(thread.author)
    address = reverse("participation:notices")

    def shown(**asked):
        return len(client.get(address, asked).context["groups"])

    assert [shown(), shown(tipo="own"), shown(tipo="replies"), shown(tipo="odd")] == [1, 1, 0, 1]
    client.post(reverse("participation:read_all"))
    assert [shown(), shown(nuevos="on")] == [1, 0]


def test_nobody_puts_aside_the_things_of_another(client, thread, happens):
    happens()
    with municipality_scope(thread.municipality):
        notice = Notice.objects.get()
    client.force_login(UserFactory())

    address = reverse("participation:read_thing", args=[notice.pk])
    assert client.post(address).status_code == 404
    assert unread(thread.author) == 1
