"""What somebody who means harm would try, over HTTP and at the database."""

import itertools

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.enums import Role, Shown
from municipalities.rls import municipality_scope, region_scope
from participation import history, profiles
from participation.enums import ModerationRule
from participation.models import Thread
from tests.factories import (
    CaseFactory,
    CommentFactory,
    CommentVersionFactory,
    DebateFactory,
    FlagFactory,
    MunicipalityFactory,
    ProposalFactory,
    ReactionFactory,
    ResidentFactory,
    RoleGrantFactory,
    StatementFactory,
    SuspensionFactory,
    ThreadFactory,
    TraceFactory,
)


ROOMS = ("participation", "debates")
WORDS = [
    "\x00",
    "a\x00b",
    "'\"><script>alert(1)</script>",
    "\u202e",
    "9" * 400,
    "{{7*7}}%s%(x)s",
    "[]",
]
HEADERS = [
    {},
    {"HX-Request": "true", "HX-Current-URL": "http://[", "Referer": "http://["},
    {"HX-Request": "true", "HX-Current-URL": "javascript:alert(1)", "HX-Target": '"><script>'},
    {"Referer": "http://testserver//example.org/", "Accept-Language": "xx\x01,;q=a"},
]


@pytest.fixture
def here():
    return MunicipalityFactory(short_name="Otuzco")


@pytest.fixture
def things(here):
    """One of everything that has an address."""
    with municipality_scope(here):
        resident = ResidentFactory(district=here.place)
        proposal = ProposalFactory(municipality=here, published=True, author=resident.user)
        debate = DebateFactory(municipality=here, author=resident.user)
        comment = CommentFactory(municipality=here, thread=debate.thread, author=resident.user)
        StatementFactory(municipality=here, debate=debate)
        CaseFactory(municipality=here, thread=debate.thread, comment=comment)
        RoleGrantFactory(user=resident.user, municipality=here, role=Role.ADMINISTRATOR)
        debate.thread.path = debate.get_absolute_url()
        debate.thread.save(update_fields=["path"])
    pks = {proposal.pk, debate.pk, comment.pk, debate.thread_id, proposal.thread_id}
    return {"person": resident.user, "comment": comment, "debate": debate, "pks": pks}


def patterns(resolver=None, prefix="", room=""):
    """Every address of our rooms with what it takes: («<slug>/comentarios/<pk>/», {pk: int})."""
    for part in (resolver or get_resolver()).url_patterns:
        if isinstance(part, URLResolver):
            name = part.app_name or room
            if name in (*ROOMS, ""):
                yield from patterns(part, prefix + str(part.pattern), name)
        elif isinstance(part, URLPattern) and room in ROOMS:
            yield prefix + str(part.pattern)


def filled(pattern, here, number, text):
    values = {
        "slug:municipality_slug": here.slug,
        "uuid:uuid": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
    }
    parts = []
    for part in pattern.split("<"):
        name, found, rest = part.partition(">")
        if not found:
            parts.append(part)
            continue
        kind = name.partition(":")[0]
        value = values.get(name) or {"int": str(number), "slug": "persona-1"}.get(kind, text)
        parts.append(value + rest)
    return "/" + "".join(parts)


@pytest.mark.parametrize("who", ["visitor", "staff"])
def test_no_address_fails_whatever_it_is_asked(here, things, who):
    client = Client(raise_request_exception=False)
    if who == "staff":
        client.force_login(things["person"])
    pk = min(things["pks"])
    query = dict.fromkeys(("page", "orden", "nuevo", "q", "tipo", "next", "ver"), WORDS)
    failed = []
    for pattern, headers in zip(sorted(set(patterns())), itertools.cycle(HEADERS), strict=False):
        for address in (filled(pattern, here, pk, "x"), filled(pattern, here, 10**30, "a%00b")):
            answers = [
                client.get(address, query, headers=headers),
                client.post(address, TYPED, headers=headers),
            ]
            failed += [(pattern, a.status_code) for a in answers if a.status_code >= 500]
    assert failed == []


@pytest.mark.parametrize("torn", ["http://[", "http://[::1", "//["])
def test_an_address_that_is_none_leads_home(client, here, things, torn):
    with municipality_scope(here):
        other = ResidentFactory(district=here.place).user
    client.force_login(other)
    comment = things["comment"]

    by_header = client.post(
        reverse("participation:react_to_comment", args=[here.slug, comment.pk]),
        {"opinion": "si"},
        headers={"Referer": torn, "HX-Current-URL": torn},
    )
    by_field = client.post(
        reverse("participation:write_comment", args=[here.slug, comment.thread_id]),
        {"text": "De acuerdo.", "back": torn},
    )

    assert (by_header.status_code, by_field.status_code) == (302, 302)
    assert by_header.url.startswith(comment.thread.path)
    assert by_field.url.startswith(comment.thread.path)


def rows():
    """How many rows each of our tables has, seen without any wall."""
    with region_scope("test"):
        return {
            model._meta.label: model.objects.count()
            for model in apps.get_models()
            if model._meta.app_label in ("participation", "debates", "proposals")
        }


def test_reading_changes_nothing(client, here, things):
    client.force_login(things["person"])
    before = rows()

    for pattern in sorted(set(patterns())):
        client.get(filled(pattern, here, min(things["pks"]), "x"))

    assert rows() == before


def test_nothing_is_done_for_a_page_of_another_site(here, things):
    client = Client(enforce_csrf_checks=True)
    client.force_login(things["person"])
    before, taken = rows(), []
    proofs = ("cuenta/avisos/baja/", "cuenta/avisos/rebotes/")  # their token is the proof

    for pattern in sorted(set(patterns())):
        answer = client.post(filled(pattern, here, min(things["pks"]), "x"), {"text": "x"})
        if answer.status_code not in (403, 404, 405) and not pattern.startswith(proofs):
            taken.append((pattern, answer.status_code))

    assert taken == []
    assert rows() == before


@pytest.mark.parametrize("who", ["visitor", "neighbour"])
def test_what_is_hidden_is_read_nowhere(client, here, things, who):
    secret, word = "Zarandajas", "escondidas"
    text = f"{secret} {word}"
    with municipality_scope(here):
        author = ResidentFactory(district=here.place).user
        author.shows, author.about = list(Shown), ""
        author.save()
        hidden = {
            "hidden_at": timezone.now(),
            "hidden_rule": ModerationRule.INSULT,
        }
        debate = things["debate"]
        said = CommentFactory(
            municipality=here, thread=debate.thread, author=author, text=text, **hidden
        )
        CommentVersionFactory(municipality=here, comment=said, text=text)
        CommentFactory(municipality=here, thread=debate.thread, parent=said)
        asked = DebateFactory(municipality=here, author=author, title=text, text=text)
        history.record("opened", asked.thread, by=author)
        statement = StatementFactory(municipality=here, debate=debate, author=author, text=text)
        Thread.objects.filter(pk__in=[asked.thread_id, statement.thread_id]).update(is_public=False)
    if who == "neighbour":
        with municipality_scope(here):
            client.force_login(ResidentFactory(district=here.place).user)

    told = []
    pks = [said.pk, asked.pk, asked.thread_id, statement.pk, statement.thread_id, debate.pk]
    addresses = {filled(p, here, pk, word) for p in set(patterns()) for pk in sorted(set(pks))}
    slug = here.slug
    addresses |= {
        f"/{slug}/",
        f"/{slug}/debates/?q={word}",
        f"/buscar/?q={word}",
        "/sitemap.xml",
        f"/{slug}/personas/{author.handle}/",
        *(f"/{slug}/personas/{author.handle}/?ver={a}" for a in profiles.ADDRESS.values()),
        debate.get_absolute_url(),
        asked.get_absolute_url(),
    }
    for address in sorted(addresses):
        answer = client.get(address, follow=True)
        content = b"".join(answer)
        if secret.encode() in content:
            told.append(address)
    assert told == []


def test_who_is_suspended_finds_no_other_door(client, here, things):
    with municipality_scope(here):
        person = ResidentFactory(district=here.place).user
        SuspensionFactory(municipality=here, user=person, by=things["person"])
    client.force_login(person)
    before = rows()
    typed = {
        "text": "Una frase que dice algo y que es lo bastante larga.",
        "title": "¿Una pregunta que dice algo?",
        "form_key": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
        "opinion": "si",
        "choice": "agree",
        "rule": "insult",
        "summary": "Algo que hacer en la plaza del pueblo.",
        "place_name": "Plaza",
    }

    for pattern in sorted(set(patterns())):
        for headers in ({}, {"HX-Request": "true"}):
            for pk in things["pks"]:
                client.post(filled(pattern, here, pk, "x"), typed, headers=headers)

    after = rows()
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"participation.Follow", "participation.Trace"}


def stored(factory, values):
    """What the database says at the end of a transaction, at once."""
    factory(**values)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "factory", [CommentFactory, ReactionFactory, CaseFactory, FlagFactory, TraceFactory]
)
def test_nothing_hangs_on_a_thread_of_another_town(here, factory):
    """Though the row says that it is of here, and whoever writes it past our pages."""
    elsewhere = MunicipalityFactory()
    with municipality_scope(elsewhere):
        theirs = ThreadFactory(municipality=elsewhere, is_public=True)
    with municipality_scope(here):
        forged = {"municipality": here, "thread": theirs}
        if factory is FlagFactory:
            forged["case"] = CaseFactory(municipality=here)

        with pytest.raises(IntegrityError), transaction.atomic():
            stored(factory, forged)


NAMES = (
    *("text", "title", "back", "form_key", "side", "as_office", "opinion", "volver", "persona"),
    *("etiqueta", "rule", "kind", "reason", "days", "choice", "next", "subject", "network"),
    *("name", "cases", "quote", "taken_up", "conclusion", "at", "token", "tags", "place_name"),
)
TYPED = {name: WORDS[n % len(WORDS)] for n, name in enumerate(NAMES)}
