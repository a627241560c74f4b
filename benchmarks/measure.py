"""The loads of `make bench` and the table they end in."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import threading
import time
from datetime import timedelta
from functools import partial
from importlib import import_module

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse
from django.utils import timezone

from accounts.enums import DocumentKind, ProofMethod
from accounts.models import Resident, User
from benchmarks import conversation, country, load
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from participation.enums import SharedPlace
from participation.models import DeclaredPlace
from proposals.models import Proposal, Support


# What is measured against one bare row stored, not against an empty page.
WRITES = ("support", "comment", "reaction")


def report(port: int, proposals: int, seconds: float, peer: dict[str, float]) -> None:
    """Measure with a hundredth of the proposals and then with all, and print both."""
    small, people = prepare(proposals // 100)
    print_table(f"{proposals // 100:,} proposals", few := loads(port, small, people, seconds), peer)
    large, people = prepare(proposals)
    print_table(f"{proposals:,} proposals", many := loads(port, large, people, seconds), peer)

    print("\nCost of a page with all the data, against a hundredth of it (time per request):")
    for name in ("list", "list, signed in", "list of a usual town", "detail"):
        ratio = few[name].per_second / many[name].per_second
        print(f"  {name:36} {ratio:5.2f} times")
    check_counts()
    report_conversation(port, large, people, seconds)


def report_conversation(port: int, town: Municipality, people: list[User], seconds: float) -> None:
    """The same for debates and comments, beside the bare view of that moment."""
    place = conversation.build(town)
    sessions = [sign_in(person) for person in people]
    results = {"bare view": load.run(port, turn(["/salud/"]), seconds=seconds)}
    results |= conversation.loads(port, place, sessions, seconds)
    results["bare INSERT"] = inserts(seconds)
    debates, comments = conversation.DEBATES, conversation.COMMENTS
    print_table(f"{debates:,} debates, one of {comments:,} comments", results, {})
    conversation.check_counts(place)


def prepare(proposals: int) -> tuple[Municipality, list[User]]:
    with transaction.atomic():
        town = country.build(proposals)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")  # or PostgreSQL does it while we measure
    people = list(User.objects.filter(email__startswith="bench-").order_by("pk"))
    if not people:
        people = User.objects.bulk_create(
            User(
                email=f"bench-{n}@example.org",
                display_name=f"Persona {n}",
                handle=f"persona-{n}",
                password="!",
                date_joined=timezone.now() - timedelta(days=60),  # new ones go slowly
            )
            for n in range(country.PEOPLE)
        )
        Resident.objects.bulk_create(
            Resident(
                document_hash=hashlib.sha256(str(person.pk).encode()).digest(),
                document_kind=DocumentKind.DNI,
                user=person,
                district_id=town.place_id,
                method=ProofMethod.PADRON,
            )
            for person in people
        )
    declare_this_machine(town)
    return town, people


def declare_this_machine(town: Municipality) -> None:
    """So many people from one address would have to show that they are people."""
    with scoped_transaction(town):
        DeclaredPlace.objects.get_or_create(
            municipality=town,
            kind=SharedPlace.SCHOOL,
            name="bench",
            network="127.0.0.0/8",
            defaults={"acts_per_hour": 32_767},
        )


def loads(port: int, town: Municipality, people: list[User], seconds: float) -> dict[str, load.Run]:
    """Run each load once, after a second of warming up."""
    usual = list(Municipality.objects.exclude(pk=town.pk)[:200])
    with scoped_transaction(town):
        some = list(Proposal.objects.select_related("municipality").order_by("pk")[:200])
    sessions = [sign_in(person) for person in people[:100]]
    index = reverse("proposals:index", args=[town.slug])
    words = ["agua", "particpacion", "biblioteca", "camino vecinal", "mercado"]
    last = max(1, len_of(town) // 20)

    details = [proposal.get_absolute_url() for proposal in some]
    plans = {
        "bare view": turn(["/salud/"]),
        "list": turn([index]),
        "list, signed in": turn([index], sessions),
        "list of a usual town": turn([reverse("proposals:index", args=[m.slug]) for m in usual]),
        "list, page 1,000": turn([f"{index}?page={min(1000, last)}"]),
        "search": turn([f"{index}?q={word.replace(' ', '+')}" for word in words]),
        "detail": turn(details),
        "detail, signed in": turn(details, sessions),
    }
    results = {}
    for name, requests in plans.items():
        load.run(port, requests, seconds=1)
        results[name] = load.run(port, requests, seconds=seconds)
    results["support"] = load.acts(
        port, supports(town, some, people), partial(supports_in, town), seconds=seconds
    )
    results["bare INSERT"] = inserts(seconds)
    return results


def turn(paths, cookies=("",)):
    pairs = zip(itertools.cycle(paths), itertools.cycle(cookies), strict=False)
    return lambda: (load.get(path, cookie) for path, cookie in pairs)


def len_of(town: Municipality) -> int:
    with scoped_transaction(town):
        return Proposal.objects.count()


def sign_in(person: User) -> str:
    """A session such as the sign-in page makes."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def supports_in(town: Municipality) -> int:
    with scoped_transaction(town):
        return Support.objects.count()


def supports(town: Municipality, proposals: list[Proposal], people: list[User]):
    """Each person supports each proposal once, in any order; what an earlier load gave is left out."""
    token = _get_new_csrf_string()
    with scoped_transaction(town):
        given = set(Support.objects.values_list("proposal_id", "resident__user_id"))
    sessions = {person.pk: sign_in(person) for person in people}
    pairs = [(p, s) for p in proposals for pk, s in sessions.items() if (p.pk, pk) not in given]
    random.Random(len(pairs)).shuffle(pairs)

    def requests():
        for proposal, session in pairs:
            path = reverse("proposals:support", args=[proposal.municipality.slug, proposal.pk])
            cookie = f"{session}; {settings.CSRF_COOKIE_NAME}={token}"
            yield load.post(path, cookie, "", token)

    return requests


def inserts(seconds: float, connections: int = 8) -> load.Run:
    """The least a support could cost: one durable row in one transaction, over as many connections."""
    run = load.Run(seconds)
    address = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, n int)")
    end = time.perf_counter() + seconds

    def work():
        with psycopg.connect(address, autocommit=True) as owner:
            while (began := time.perf_counter()) < end:
                owner.execute("INSERT INTO bare (n) VALUES (1)")
                run.times.append(time.perf_counter() - began)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return run


def print_table(title: str, results: dict[str, load.Run], peer: dict[str, float]) -> None:
    bare = results["bare view"].per_second
    print(f"\n{title}; 8 connections, 2 workers")
    print(f"{'':36}{'per s':>9}{'p50 ms':>9}{'p99 ms':>9}{'of bare':>9}{'adhocracy+':>12}")
    for name, run in results.items():
        base = results["bare INSERT"].per_second if name in WRITES else bare
        against = f"{run.per_second / peer[name]:.0f} times" if name in peer else ""
        print(
            f"{name:36}{run.per_second:9.0f}{run.percentile(0.5):9.1f}{run.percentile(0.99):9.1f}"
            f"{run.per_second / base:9.2f}{against:>12}"
        )
        # A redirect is none either: it leads to what was asked for, or says that it cannot be.
        if bad := {s: n for s, n in run.statuses.items() if s != 200}:
            raise SystemExit(f"{name}: answers that are no answers: {bad}")


def check_counts() -> None:
    """A fast support that is not counted would be worth nothing."""
    with connection.cursor() as cursor, transaction.atomic():
        town = Municipality.objects.filter(kind="district").order_by("pk").first()
        with scoped_transaction(town):
            cursor.execute("SELECT count(*) FROM proposals_support")
            rows = cursor.fetchone()[0]
            added = Support.objects.values("proposal").distinct().count()
    print(f"\n{rows:,} supports of {added:,} proposals were stored by the loads.")
