"""What somebody was told, put together so that it can be read: by thing, and by town."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from participation.models import Comment, Notice


if TYPE_CHECKING:
    from municipalities.models import Municipality
    from participation.models import Thread

SHOWN_OF_ONE = 4
THINGS_IN_A_DIGEST = 30


@dataclass
class Group:
    """What somebody was told of one thing, the newest first; `more` are not shown."""

    notices: list[Notice]
    number: int
    unread: int = 0

    @property
    def thread(self) -> Thread:
        return self.latest.event.thread

    @property
    def latest(self) -> Notice:
        return self.notices[0]

    @property
    def earlier(self) -> list[Notice]:
        return self.notices[1:]

    @property
    def more(self) -> int:
        return self.number - len(self.notices)


@dataclass
class Town:
    """What is new in one municipality, for a digest."""

    municipality: Municipality
    groups: list[Group] = field(default_factory=list)
    number: int = 0  # of notices
    more: int = 0  # things that have no room


def threads_told(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """The things of which these notices speak, as ids with counts, newest first."""
    return (
        notices.order_by()
        .values("event__thread")
        .annotate(newest=Max("pk"), number=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
        .order_by("-newest")
    )


def groups_of(notices: QuerySet[Notice], told: Iterable[dict]) -> list[Group]:
    """The newest notices of each of these things (rows of threads_told), in two queries."""
    rows = list(told)
    newest = _newest(
        notices.filter(event__thread__in=[row["event__thread"] for row in rows]), F("event__thread")
    )
    of_thread: dict[int, list[Notice]] = {}
    for notice in newest:
        of_thread.setdefault(notice.event.thread_id, []).append(notice)
    return [
        Group(of_thread[row["event__thread"]], row["number"], row["unread"])
        for row in rows
        if row["event__thread"] in of_thread
    ]


def towns_by_digest(digest_ids: list[int]) -> dict[int, list[Town]]:
    """What each of these digests tells, in a number of queries that does not depend on how many."""
    notices = Notice.objects.filter(digest__in=digest_ids, read_at=None)
    thing = [F("digest"), F("event__thread")]
    newest = _newest(notices.annotate(number=Window(Count("pk"), partition_by=thing)), *thing)
    digests: dict[int, list[Town]] = {}

    def place_of(notice: Notice) -> tuple:
        """By town as one reads them; two of one name in the country are two."""
        town = notice.municipality
        return notice.digest_id, town.short_name, town.pk, notice.event.thread_id

    newest.sort(key=lambda notice: (*place_of(notice), -notice.pk))
    for (digest_id, *_thing), found in groupby(newest, key=place_of):
        group = Group(told := list(found), told[0].number)
        towns = digests.setdefault(digest_id, [])
        if not towns or towns[-1].municipality.pk != group.latest.municipality_id:
            towns.append(Town(group.latest.municipality))
        towns[-1].groups.append(group)
        towns[-1].number += group.number
    for towns in digests.values():
        room = max(THINGS_IN_A_DIGEST // len(towns), 1)
        for town in towns:
            town.groups.sort(key=lambda group: -group.latest.pk)
            town.more = max(len(town.groups) - room, 0)
            del town.groups[room:]
    return digests


def _newest(notices: QuerySet[Notice], *thing: F) -> list[Notice]:
    """The first few of each thing, with all that is needed to show them."""
    ranked = notices.annotate(
        rank=Window(RowNumber(), partition_by=list(thing), order_by=F("pk").desc())
    )
    found = ranked.filter(rank__lte=SHOWN_OF_ONE).select_related("event__thread", "municipality")
    return with_comments(list(found.order_by("-pk")))


def with_comments(notices: list[Notice]) -> list[Notice]:
    """The same, with the comments that they speak of, all read at once."""
    wanted = {n.event.data["comment"] for n in notices if "comment" in n.event.data}
    comments = Comment.objects.in_bulk(wanted) if wanted else {}
    for notice in notices:
        comment = comments.get(notice.event.data.get("comment"))
        if comment is not None and comment.thread_id == notice.event.thread_id:
            comment.municipality = notice.municipality
            notice.comment = comment
        elif "comment" in notice.event.data:
            notice.comment = None
    return notices
