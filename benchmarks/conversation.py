"""Conversations of a size no town has had yet, and the loads that ask for them.

In the large town: 10,000 debates, one of them with 20,000 comments (12,000 at the top,
the others below them to a depth of four), and one proposal with as many comments as the
busiest of a real portal.
"""

from __future__ import annotations

import itertools
import os
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse

from benchmarks import load
from debates.models import Debate
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from participation.models import Comment, Reaction
from proposals.models import Proposal


DEBATES = 10_000
COMMENTS = 20_000
AT_TOP = 12_000
BUSIEST = 592

OPEN = """
WITH threads AS (
    INSERT INTO participation_thread
        (municipality_id, kind, title, path, is_public, comment_count,
         agrees, disagrees, resident_agrees, resident_disagrees)
    SELECT %(town)s, 'debate', '¿Qué hacemos con la plaza ' || i || '?', '', true, 0,
        i %% 97, i %% 41, i %% 53, i %% 23
    FROM generate_series(1, %(many)s) i ORDER BY i
    RETURNING id, title
), debates AS (
    INSERT INTO debates_debate
        (municipality_id, thread_id, is_official, office, channel, title, text, tags, place_name,
         takes_statements, published_at, trend, conclusion)
    SELECT %(town)s, id, false, '', 'web', title,
        repeat('Hay quien quiere árboles y hay quien quiere un mercado. ', 10),
        '{}', 'Sector ' || id %% 97, false, now() - (id %% 300) * interval '1 day',
        (id %% 977) / 7.0, ''
    FROM threads RETURNING id, thread_id
)
SELECT count(*) FROM debates
"""
# Ids are given first, so that replies can name what is written in the same statement.
SAY = """
WITH named AS (
    SELECT i, nextval(pg_get_serial_sequence('participation_comment', 'id')) AS id
    FROM generate_series(1, %(many)s) i
), people AS (
    SELECT array_agg(id) AS ids FROM accounts_user WHERE email LIKE 'bench-%%'
)
INSERT INTO participation_comment
    (id, municipality_id, thread_id, parent_id, author_id, by_resident, as_office, organisation, text,
     side, mentions, channel, created_at, hidden_rule, reply_count, imported_code, imported_agrees,
     imported_disagrees, agrees, disagrees, resident_agrees, resident_disagrees)
SELECT named.id, %(town)s, %(thread)s, parent.id,
    people.ids[named.i %% array_length(people.ids, 1) + 1], true, '', '',
    repeat('Yo vivo al lado y lo veo de otra manera. ', 1 + named.i %% 9), 'neutral', '{}', 'web',
    now() - interval '30 days' + named.i * interval '1 second', '', 0, '', 0, 0,
    (named.i * 7919) %% 83, (named.i * 104729) %% 61, (named.i * 7919) %% 40,
    (named.i * 104729) %% 30
FROM named CROSS JOIN people
LEFT JOIN named parent ON named.i > %(at_top)s AND parent.i = CASE
    WHEN named.i <= (%(at_top)s + %(many)s) / 2
        THEN (named.i::bigint * named.i) %% (%(at_top)s / 8) + 1
    ELSE named.i - (%(many)s - %(at_top)s) / 4
END
"""
SETTLE = """
UPDATE participation_thread SET path = %(path)s WHERE id = %(thread)s
"""

Requests = Callable[[], Iterator[bytes]]


@dataclass
class Place:
    """What the loads ask for."""

    debate: Debate
    busiest: Proposal
    comments: list[int]


def build(town: Municipality) -> Place:
    """Fill the large town, once. Needs its people."""
    with scoped_transaction(town), connection.cursor() as cursor:
        if not Debate.objects.exists():
            cursor.execute(OPEN, {"town": town.pk, "many": DEBATES})
        debate = Debate.objects.select_related("thread", "municipality").order_by("pk")[0]
        busiest = Proposal.objects.select_related("thread", "municipality").order_by("pk")[0]
        for owner, many, at_top in ((debate, COMMENTS, AT_TOP), (busiest, BUSIEST, 300)):
            if not Comment.objects.filter(thread=owner.thread).exists():
                said = {"town": town.pk, "thread": owner.thread_id}
                cursor.execute(SAY, said | {"many": many, "at_top": at_top})
                cursor.execute(SETTLE, said | {"path": owner.get_absolute_url()})
        ids = list(Comment.objects.filter(thread=debate.thread).values_list("pk", flat=True))
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")
    return Place(debate, busiest, ids)


def loads(port: int, place: Place, sessions: list[str], seconds: float) -> dict[str, load.Run]:
    """Run each load once; what reads after a second of warming up."""
    index = reverse("debates:index", args=[place.debate.municipality.slug])
    debate = place.debate.get_absolute_url()
    alone = reverse(
        "participation:comment", args=[place.debate.municipality.slug, place.comments[0]]
    )
    far = AT_TOP // 20
    reads = {
        "debates": index,
        "debates, page 500": f"{index}?page=500",
        "debate, best": debate,
        "debate, newest": f"{debate}?orden=nuevos",
        "debate, most discussed": f"{debate}?orden=hablados",
        f"debate, page {far}": f"{debate}?page={far}",
        "one comment": alone,
        "busiest proposal": place.busiest.get_absolute_url(),
    }
    results = {}
    for name, path in reads.items():
        for who, cookies in (("", [""]), (", signed in", sessions[:100])):
            requests = _turn(path, cookies)
            load.run(port, requests, seconds=1)
            results[name + who] = load.run(port, requests, seconds=seconds)
    for name, requests, model in (
        ("comment", _comments(place, sessions), Comment),
        ("reaction", _reactions(place, sessions), Reaction),
    ):
        results[name] = load.acts(port, requests, partial(_stored, place, model), seconds=seconds)
    return results


def _stored(place: Place, model: type[Comment] | type[Reaction]) -> int:
    with scoped_transaction(place.debate.municipality):
        return model.objects.filter(thread=place.debate.thread).count()


def _turn(path: str, cookies: list[str]) -> Requests:
    return lambda: (load.get(path, cookie) for cookie in itertools.cycle(cookies))


def _comments(place: Place, sessions: list[str]) -> Requests:
    """Each person comments a few times, below what makes an account wait."""
    path = reverse(
        "participation:write_comment",
        args=[place.debate.municipality.slug, place.debate.thread_id],
    )

    def bodies():
        text = "Yo lo haría junto a la escuela, con sombra y bancas."
        for _turn in range(8):
            for session in sessions:
                yield session, urlencode({"text": text, "form_key": uuid.uuid4()})

    return lambda: _posts(path, bodies())


def _reactions(place: Place, sessions: list[str]) -> Requests:
    """Each person says once of each comment whether they agree, in any order."""
    slug, shuffled = place.debate.municipality.slug, random.Random(COMMENTS)
    some = shuffled.sample(place.comments, 200)
    pairs = [(comment, session) for comment in some for session in sessions]
    shuffled.shuffle(pairs)

    def requests():
        for comment, session in pairs:
            path = reverse("participation:react_to_comment", args=[slug, comment])
            yield from _posts(path, [(session, "opinion=si")])

    return requests


def _posts(path: str, bodies) -> Iterator[bytes]:
    token = _get_new_csrf_string()
    for session, body in bodies:
        cookie = f"{session}; {settings.CSRF_COOKIE_NAME}={token}"
        yield load.post(path, cookie, body, token)


def check_counts(place: Place) -> None:
    """A fast comment that is not there would be worth nothing."""
    with scoped_transaction(place.debate.municipality):
        found = Comment.objects.filter(thread=place.debate.thread).shown().count()
        place.debate.thread.refresh_from_db(fields=["comment_count"])
    print(f"{found - COMMENTS:,} comments were stored by the loads.")
    if found != place.debate.thread.comment_count:
        raise SystemExit(f"The debate counts {place.debate.thread.comment_count:,} of {found:,}.")
