"""Work that an action leaves for later. Each task takes ids and opens its own scope."""

from celery import shared_task
from django.db.models import F

from accounts.models import User
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from participation.models import Event, Notice


@shared_task
def tell_followers(municipality_id: int, event_id: int) -> int:
    """Give the event's author-to-be-told and followers one notice each; twice does no harm."""
    municipality = Municipality.objects.get(pk=municipality_id)
    with scoped_transaction(municipality):
        event = Event.objects.select_related("thread").get(pk=event_id)
        people = set(event.thread.follows.values_list("user_id", flat=True))
        people.add(event.thread.author_id)
        people -= {None, event.by_id}
        people -= set(event.notices.values_list("user_id", flat=True))
        told = Notice.objects.bulk_create(
            [Notice(municipality=municipality, event=event, user_id=pk) for pk in people],
            ignore_conflicts=True,
        )
        User.objects.filter(pk__in=people).update(unread_notices=F("unread_notices") + 1)
        return len(told)
