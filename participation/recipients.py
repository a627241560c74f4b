"""Whom an event concerns, and how each of them hears of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Suspension, User
from participation import channels
from participation.enums import Delivery, NoticeKind
from participation.models import Comment, Event, Follow, Notice, NoticePreference
from participation.verbs import BY_SMS, COMMENTED, MENTIONED, MODERATES, OF_COMMENTS, PUBLISHES


if TYPE_CHECKING:
    from collections.abc import Iterable

# So many mails at once about one thing in a day; what comes then goes into the day's digest.
AT_ONCE_A_DAY = 5
MAILED = (Delivery.EMAIL, Delivery.DAILY, Delivery.WEEKLY)


def whom_to_tell(event: Event) -> dict[int, NoticeKind]:
    """Accounts by id, each with why it is told; never who did it, nor who may not see it.

    What is not public is for whom it names (`people`), or else for the author: of the
    comment it is about, or of the thread.
    """
    comment = comment_of(event)
    people = set(event.data.get("people", ()))
    if not event.is_public and event.verb not in OF_COMMENTS:
        told = dict.fromkeys(people or {author_of(event, comment)}, NoticeKind.OWN)
    elif event.verb in OF_COMMENTS and (comment is None or not comment.is_shown):
        told = {}
    elif not event.thread.is_public:
        told = {event.thread.author_id: NoticeKind.OWN}
    else:
        told = {}
        if event.verb != MENTIONED:
            told = dict.fromkeys(followers_of(event), NoticeKind.FOLLOWED)
            told[event.thread.author_id] = NoticeKind.OWN
        if event.verb == COMMENTED and comment.parent is not None:
            people.add(comment.parent.author_id)
        told |= dict.fromkeys(people, NoticeKind.REPLIES)
    if event.verb == COMMENTED and comment and comment.mentions:  # they hear that they are named
        for named in User.objects.filter(handle__in=comment.mentions).values_list("pk", flat=True):
            told.pop(named, None)
    if event.verb in MODERATES:
        told = dict.fromkeys(told, NoticeKind.MODERATION)
    for nobody in (None, event.by_id):
        told.pop(nobody, None)
    return told


def comment_of(event: Event) -> Comment | None:
    """The comment an event is about, if it is about one."""
    if "comment" not in event.data:
        return None
    comments = Comment.objects.filter(thread=event.thread_id).select_related("parent")
    return comments.filter(pk=event.data["comment"]).first()


def author_of(event: Event, comment: Comment | None) -> int | None:
    return event.thread.author_id if comment is None else comment.author_id


def followers_of(event: Event) -> set[int]:
    """Who follows the thread; for what is published also its author, its tags, its municipality.

    New comments are told to a follower once, and again only when that has been read.
    """
    thread = event.thread
    followed = Q(thread=thread)
    if event.verb in PUBLISHES:
        followed |= Q(thread=None, person=None, tag="")
        followed |= Q(tag__in=[tag for tag in event.data.get("tags", ()) if tag])
        if thread.author_id:
            followed |= Q(person=thread.author_id)
    follows = Follow.objects.filter(followed, municipality=event.municipality_id)
    if event.verb == COMMENTED and not event.as_office:
        unread = Notice.objects.filter(event__thread=thread, event__verb=COMMENTED, read_at=None)
        follows = follows.exclude(user__in=unread.values("user"))
    return set(follows.values_list("user_id", flat=True))


def deliveries(
    event: Event, told: dict[int, NoticeKind], people: Iterable[User]
) -> dict[int, Delivery]:
    """How each of these people hears of the event, as they want it and as they can be reached."""
    wanted = {
        (user, kind): delivery
        for user, kind, delivery in NoticePreference.objects.filter(user__in=told).values_list(
            "user", "kind", "delivery"
        )
    }
    suspended = set(
        Suspension.objects.current()
        .filter(municipality=event.municipality_id, user__in=told)
        .values_list("user_id", flat=True)
    )
    enough, texted = _had_enough(event, told), _texted_today(told)

    def way(person: User, kind: NoticeKind) -> str:
        if person.pk in suspended and kind != NoticeKind.MODERATION:
            return Delivery.SITE
        delivery = wanted.get((person.pk, kind), Delivery.EMAIL)
        if delivery in MAILED and not channels.takes_email(person):
            return Delivery.SITE
        if delivery == Delivery.EMAIL and person.pk in enough:
            return Delivery.DAILY
        if delivery in channels.TEXTED and (
            event.verb not in BY_SMS
            or person.pk in texted
            or not channels.takes_text(person, delivery)
        ):
            return Delivery.SITE
        return delivery

    return {person.pk: Delivery(way(person, told[person.pk])) for person in people}


def _had_enough(event: Event, told: dict[int, NoticeKind]) -> set[int]:
    """Who has had all the mails at once that one thing may cause in a day."""
    since = timezone.now() - timedelta(days=1)
    sent = Notice.objects.filter(
        event__thread=event.thread_id, user__in=told, delivery=Delivery.EMAIL, created_at__gte=since
    )
    counted = sent.values("user").annotate(number=Count("pk")).filter(number__gte=AT_ONCE_A_DAY)
    return set(counted.values_list("user", flat=True))


def _texted_today(told: dict[int, NoticeKind]) -> set[int]:
    """Who has had all the text messages of a day; a message costs somebody money."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    sent = Notice.objects.filter(user__in=told, delivery__in=channels.TEXTED, created_at__gte=today)
    counted = sent.values("user").annotate(number=Count("pk"))
    return set(counted.filter(number__gte=settings.TEXTS_A_DAY).values_list("user", flat=True))
