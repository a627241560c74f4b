"""What everybody reads of polls: the list, the page in each of its states, rules, log and receipts."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone

from accounts.actions import own_data
from accounts.actions.residence import withdraw
from accounts.enums import Role
from accounts.hooks import EXPORTERS
from decide.common import documents
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from participation.actions import moderation
from participation.rules.moderation import why_not_decide, why_not_flag
from tests.factories import (
    CommentFactory,
    DistrictFactory,
    DocumentFactory,
    MunicipalityFactory,
    PollFactory,
    ResidentFactory,
    RoleGrantFactory,
    SuspensionFactory,
    UserFactory,
    cast_into,
)
from tests.votes.voting import address, cast, open_poll, review, token_in
from votes import receipts
from votes.actions import urn as urns
from votes.models import Envelope, Mark
from votes.views.page import turnout_of
from votes.who import voter_of


@pytest.fixture
def otuzco():
    """Holds votes; in its scope."""
    town = MunicipalityFactory(slug="otuzco", modules=[Module.VOTES], short_name="Otuzco")
    with municipality_scope(town):
        yield town


@pytest.fixture
def poll(otuzco):
    return open_poll(otuzco)


@pytest.fixture
def rosa(otuzco):
    return ResidentFactory(district=otuzco.place).user


@pytest.fixture
def here():
    return reverse("votes:index", args=["otuzco"])


def read(client, where, status=200):
    response = client.get(where)
    assert response.status_code == status
    return response.content.decode()


def titles(response):
    return [card["poll"].title for card in response.context["list"].cards]


def past(town, **fields):
    now = timezone.now()
    times = {"opens_at": now - timedelta(days=2), "closes_at": now - timedelta(days=1)}
    return open_poll(town, **times, **fields)


def coming(town, **fields):
    now = timezone.now()
    times = {"opens_at": now + timedelta(days=1), "closes_at": now + timedelta(days=2)}
    return open_poll(town, **times, **fields)


# --- The list


def test_the_list_has_what_closes_first_and_nothing_that_is_not_public(client, otuzco, here):
    past(otuzco, title="Pasada")
    open_poll(otuzco, title="Mañana", closes_at=timezone.now() + timedelta(hours=20))
    coming(otuzco, title="Próxima")
    open_poll(otuzco, title="Hoy", closes_at=timezone.now() + timedelta(hours=2))
    open_poll(otuzco, title="Prueba", is_test=True)
    PollFactory(municipality=otuzco, title="En preparación")
    other = MunicipalityFactory(modules=[Module.VOTES])
    with municipality_scope(other):
        open_poll(other, title="Ajena")

    assert titles(client.get(here)) == ["Hoy", "Mañana", "Próxima", "Pasada"]
    for state, expected in (
        ("abiertas", ["Hoy", "Mañana"]),
        ("proximas", ["Próxima"]),
        ("terminadas", ["Pasada"]),
        ("nada", ["Hoy", "Mañana", "Próxima", "Pasada"]),
    ):
        assert titles(client.get(here, {"estado": state})) == expected
    assert titles(client.get(here, {"q": "PROXIMA"})) == ["Próxima"]
    assert titles(client.get(here, {"q": "cementerio"})) == []


@pytest.mark.parametrize("bad", ["\x00", "%00", "%", "'", "a" * 500])
def test_no_search_breaks_the_list(client, otuzco, here, bad):
    assert client.get(here, {"q": bad, "estado": bad, "page": bad}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_one_or_many(
    client, otuzco, here, count, django_assert_max_num_queries
):
    for number in range(count):
        open_poll(otuzco, title=f"Número {number}")

    with django_assert_max_num_queries(11):
        client.get(here)


def test_htmx_gets_a_part_of_the_page(client, otuzco, here, poll):
    part = client.get(here, headers={"HX-Request": "true"}).content.decode()

    assert poll.title in part
    assert "<html" not in part


def test_the_feed_has_the_public_ones(client, otuzco, poll):
    open_poll(otuzco, title="Prueba", is_test=True)

    feed = read(client, reverse("votes:feed", args=["otuzco"]))

    assert poll.title in feed
    assert "Prueba" not in feed


# --- The page of one


def test_it_says_what_is_asked_what_it_means_and_why(client, otuzco, poll):
    DocumentFactory(municipality=otuzco, thread=poll.thread, title="Plano del mercado")

    page = read(client, poll.get_absolute_url())

    for words in (
        poll.title,
        poll.meaning,
        poll.in_favour,
        poll.against,
        "Shall the market open on Sundays?",
        "Plano del mercado",
        "Trustee",
        address(poll, "rules"),
        address(poll, "log"),
        address(poll, "check"),
    ):
        assert words in page, words


def test_a_short_address_leads_to_it(client, poll):
    response = client.get(address(poll, "by_number"))

    assert (response.status_code, response.url) == (301, poll.get_absolute_url())


def test_a_key_of_one_person_is_said_so(client, otuzco):
    poll = open_poll(otuzco, custody="secretary", keys_needed=1)

    page = read(client, poll.get_absolute_url())

    assert "guarda sola toda la llave" in page or "keeps the whole key alone" in page


def test_how_many_have_voted_is_told_of_more_than_twenty_and_never_what(
    client, otuzco, poll, empty_cache
):
    for _person in range(20):
        cast_into(poll.urn, choices={"q1": ["a"]})
    assert client.get(poll.get_absolute_url()).status_code == 200
    assert turnout_of(poll) is None

    cast_into(poll.urn, choices={"q1": ["a"]})
    empty_cache()

    assert turnout_of(poll) == 21


@pytest.mark.parametrize("state", ["coming", "over", "cancelled"])
def test_each_state_has_its_page(client, otuzco, rosa, state):
    poll = {"coming": coming, "over": past, "cancelled": coming}[state](otuzco)
    if state == "cancelled":
        poll.urn.state = "cancelled"
        poll.urn.save(update_fields=["state"])
        poll.cancelled_at, poll.cancelled_by = timezone.now(), UserFactory()
        poll.cancelled_why = "La norma cambió."
        poll.save()

    for person in (None, rosa):
        if person:
            client.force_login(person)
        page = read(client, poll.get_absolute_url())
        assert address(poll) not in page
    if state == "cancelled":
        assert "La norma cambió." in page


def test_what_is_prepared_or_a_test_is_seen_by_those_who_work_on_it_alone(client, otuzco, rosa):
    prepared, test = PollFactory(municipality=otuzco), open_poll(otuzco, is_test=True)
    officer = RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user

    for poll in (prepared, test):
        where = poll.get_absolute_url()
        client.logout()
        read(client, where, status=404)
        client.force_login(rosa)
        read(client, where, status=404)
        client.force_login(officer)
        read(client, where)
        read(client, address(poll, "rules"))
    client.force_login(rosa)
    for verb in ("rules", "rules_json", "log", "log_json", "check"):
        read(client, address(prepared, verb), status=404)


def test_a_visitor_reads_one_copy_and_never_somebody_s_own(client, otuzco, poll, rosa):
    client.force_login(rosa)
    cast(client, poll, {"q1": "a"})
    own = read(client, poll.get_absolute_url())
    client.logout()

    visitor = read(client, poll.get_absolute_url())

    assert ("Ya votaste" in own) or ("You have voted" in own)
    assert "Ya votaste" not in visitor
    assert "You have voted" not in visitor
    assert rosa.display_name not in visitor


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_for_few_and_many(
    client, otuzco, rosa, count, django_assert_max_num_queries
):
    poll = open_poll(otuzco, *["yes_no", "single", "approval"][:count])
    CommentFactory.create_batch(count, municipality=otuzco, thread=poll.thread)
    client.force_login(rosa)
    read(client, poll.get_absolute_url())

    with django_assert_max_num_queries(25):
        read(client, poll.get_absolute_url())


# --- Who may vote, and why not


def reasons():
    def elsewhere(town):
        return ResidentFactory().user

    def unverified(town):
        return UserFactory()

    def suspended(town):
        person = ResidentFactory(district=town.place).user
        SuspensionFactory(
            municipality=town,
            user=person,
            reason="Insultó.",
            ends_at=timezone.now() + timedelta(days=3),
        )
        return person

    def withdrawn(town):
        resident = ResidentFactory(
            district=town.place, document_hash=documents.document_hash("dni", "99000001")
        )
        officer = RoleGrantFactory(municipality=town).user
        withdraw(town, kind="dni", number="99000001", why="Se mudó.", by=officer)
        return type(resident.user).objects.get(pk=resident.user_id)

    return [
        (elsewhere, ("Otuzco",), None),
        (unverified, (), "/cuenta/residencia/"),
        (suspended, ("Insultó.",), None),
        (withdrawn, ("Se mudó.",), "/cuenta/residencia/"),
    ]


@pytest.mark.parametrize(("make", "said", "way_on"), reasons())
def test_who_may_not_vote_reads_why_and_is_refused_by_the_server_too(
    client, otuzco, poll, make, said, way_on
):
    client.force_login(make(otuzco))

    pages = [
        client.get(poll.get_absolute_url()),
        client.get(address(poll)),
        client.post(address(poll), {"q1": "a"}),
        client.post(address(poll, "cast"), {"papeleta": "x"}),
        client.post(address(poll, "audit"), {"papeleta": "x"}),
    ]

    assert [page.status_code for page in pages] == [200, 403, 403, 403, 403]
    for page in pages:
        text = page.content.decode()
        for words in said:
            assert words in text
        if way_on:
            assert way_on in text
    assert f'href="{address(poll)}"' not in pages[0].content.decode()
    assert not Mark.objects.exists()


def test_only_residents_of_the_districts_of_a_poll_vote(client, otuzco):
    province = MunicipalityFactory(
        kind="provincial", place=otuzco.place.parent, slug="provincia", modules=[Module.VOTES]
    )
    near = DistrictFactory(parent=otuzco.place.parent)
    with municipality_scope(province):
        poll = open_poll(province, districts=[near.pk])
        inside, outside = ResidentFactory(district=near), ResidentFactory(district=otuzco.place)
        client.force_login(inside.user)
        assert client.get(address(poll)).status_code == 200
        client.force_login(outside.user)
        response = client.get(address(poll))

    assert response.status_code == 403
    assert near.name in response.content.decode()


def test_a_minor_learns_that_it_begins_at_eighteen(client, otuzco, poll):
    """Nobody under the age proves residence, and so nobody of them votes."""
    page = read(client, poll.get_absolute_url())

    assert f"{django_settings.RESIDENCE_MIN_AGE} años" in page or "of 18 or older" in page


def test_whose_proof_is_withdrawn_meanwhile_changes_nothing_any_more(client, otuzco, poll):
    person = ResidentFactory(
        district=otuzco.place, document_hash=documents.document_hash("dni", "99000001")
    ).user
    client.force_login(person)
    token = token_in(review(client, poll, {"q1": "b"}))
    cast(client, poll, {"q1": "a"})
    officer = RoleGrantFactory(municipality=otuzco).user
    withdraw(otuzco, kind="dni", number="99000001", why="Se mudó.", by=officer)

    page = read(client, poll.get_absolute_url())
    sent = client.post(address(poll, "cast"), {"papeleta": token})

    assert "queda y cuenta" in page or "stays and counts" in page
    assert "Se mudó." in page
    assert sent.status_code == 403
    assert Envelope.objects.count() == Mark.objects.count() == 1


def test_who_is_suspended_between_review_and_cast_is_refused(client, otuzco, poll, rosa):
    client.force_login(rosa)
    token = token_in(review(client, poll, {"q1": "a"}))
    SuspensionFactory(municipality=otuzco, user=rosa, ends_at=timezone.now() + timedelta(days=3))

    assert client.post(address(poll, "cast"), {"papeleta": token}).status_code == 403
    assert not Envelope.objects.exists()


# --- Rules


def test_the_rules_are_readable_and_hash_to_the_fingerprint(client, poll):
    page = read(client, address(poll, "rules"))
    text = client.get(address(poll, "rules_json"))

    digest = hashlib.sha256(text.content).hexdigest()
    assert digest == bytes(poll.urn.digest).hex()
    assert digest in page
    assert json.loads(text.content)["title"] == poll.title
    assert 'id="limites"' in page


# --- The log and receipts


def test_the_log_shows_signed_heads_and_gives_the_leaves(client, poll):
    for _person in range(3):
        cast_into(poll.urn, choices={"q1": ["a"]})
    assert client.get(address(poll, "log")).status_code == 200
    head = urns.extend_log(poll.urn, whole=True)

    page = read(client, address(poll, "log"))
    told = client.get(address(poll, "log_json")).json()

    assert bytes(head.root).hex() in page
    assert len(told["leaves"]) == told["heads"][0]["size"] == 3
    assert told["leaves"] == sorted(told["leaves"])
    assert told["next"] is None
    assert client.get(address(poll, "log_json"), {"desde": "2"}).json()["from"] == 2
    for odd in ("x", "-1", "9" * 30, "\x00"):
        assert client.get(address(poll, "log_json"), {"desde": odd}).status_code == 200


def test_a_long_log_comes_in_parts(client, poll, monkeypatch):
    monkeypatch.setattr("votes.views.log.LEAVES_AT_ONCE", 2)
    for _person in range(3):
        cast_into(poll.urn, choices={"q1": ["a"]})
    urns.extend_log(poll.urn, whole=True)

    first = client.get(address(poll, "log_json")).json()
    second = client.get(first["next"]).json()

    assert (len(first["leaves"]), len(second["leaves"]), second["next"]) == (2, 1, None)


def test_a_code_is_looked_up_without_an_account(client, poll):
    receipt = cast_into(poll.urn, choices={"q1": ["a"]})
    spoiled = bytes(range(32))
    urns.spoil(poll.urn, person=bytes(32), attempt=bytes(16), promise=spoiled)
    code, where = receipt.code, address(poll, "check")

    assert found(client, where, code) == "waits"
    urns.extend_log(poll.urn, whole=True)
    assert found(client, where, code) == "log"
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert found(client, where, typed) == "log"
    assert found(client, where, urns.short_code(spoiled)) == "audited"
    assert found(client, where, "ZZZZZ-ZZZZZ") == "nowhere"
    other = open_poll(poll.municipality)
    assert found(client, address(other, "check"), code) == "nowhere"


def found(client, where, code):
    response = client.get(where, {"codigo": code})
    assert response.status_code == 200
    return response.context["found"]["where"]


@pytest.mark.parametrize("code", ["x", "7KQ2F", "ñ" * 10, "\x00" * 10, "U" * 10, "A" * 5000])
def test_what_is_no_code_is_said_at_the_field(client, poll, code):
    assert client.get(address(poll, "check"), {"codigo": code}).status_code in (200, 422)


def test_looking_up_is_limited(client, poll, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"receipt": "1/m/ip"}

    answers = [client.get(address(poll, "check"), {"codigo": "ZZZZZ-ZZZZZ"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]


def test_a_receipt_is_shown_to_its_voter_alone(client, otuzco, poll, rosa):
    client.force_login(rosa)
    cast(client, poll, {"q1": "a"})
    attempt = bytes(Envelope.objects.get().attempt).hex()
    where = address(poll, "receipt", attempt)
    assert client.get(where).status_code == 200

    client.force_login(ResidentFactory(district=otuzco.place).user)
    assert client.get(where).status_code == 404
    client.force_login(UserFactory())
    assert client.get(where).status_code == 404
    client.logout()
    assert client.get(where).status_code == 302
    for odd in ("x", "00" * 16, "zz" * 16):
        client.force_login(rosa)
        assert client.get(address(poll, "receipt", odd)).status_code == 404


def test_a_receipt_saved_as_a_file_holds_by_itself(client, poll, rosa):
    client.force_login(rosa)
    cast(client, poll, {"q1": "a"})
    envelope = Envelope.objects.get()
    where = address(poll, "receipt", bytes(envelope.attempt).hex())

    told = client.get(where, {"archivo": 1}).json()

    parts = (bytes.fromhex(told[name]) for name in ("sign_key", "digest", "commitment"))
    assert receipts.receipt_holds(*parts, envelope.day, bytes.fromhex(told["signature"]))
    assert "q1" not in json.dumps(told)


def test_an_earlier_receipt_does_not_tell_that_it_was_replaced(client, poll, rosa):
    client.force_login(rosa)
    cast(client, poll, {"q1": "a"})
    where = address(poll, "receipt", bytes(Envelope.objects.get().attempt).hex())
    before = receipt_text(client, where)
    cast(client, poll, {"q1": "b"})

    assert receipt_text(client, where) == before


def receipt_text(client, where):
    return read(client, where).split("<main")[1].split("</main")[0]


# --- Around it


def test_moderation_hides_comments_and_never_the_question(otuzco, poll, rosa):
    moderator = RoleGrantFactory(municipality=otuzco, role=Role.MODERATOR).user
    comment = CommentFactory(municipality=otuzco, thread=poll.thread)
    poll.thread.municipality = otuzco

    assert why_not_flag(rosa, poll.thread)
    assert why_not_decide(moderator, poll.thread)
    with pytest.raises(moderation.CannotModerate):
        moderation.decide_at_once(poll.thread, by=moderator, rule="insult", reason="x")
    with pytest.raises(moderation.CannotFlag):
        moderation.flag(poll.thread, by=rosa, rule="insult")
    poll.thread.refresh_from_db()
    assert poll.thread.is_public
    assert why_not_flag(rosa, poll.thread, comment) is None
    assert why_not_decide(moderator, poll.thread, comment) is None


def test_one_s_own_copy_says_in_which_polls_one_voted_and_never_how(client, otuzco, poll, rosa):
    open_poll(otuzco, title="Otra")
    client.force_login(rosa)
    cast(client, poll, {"q1": "a"})

    copy = {name: rows for export in EXPORTERS for name, rows in export(rosa).items()}

    assert copy["polls voted in"] == [
        {"municipality": otuzco.name, "poll": poll.title, "way": "web"}
    ]
    assert own_data.export(rosa)


def test_an_account_that_goes_and_comes_back_is_the_same_voter(otuzco, poll, rosa):
    before = voter_of(poll, rosa)
    resident = rosa.resident
    other = UserFactory()
    resident.user = other
    resident.save()

    assert voter_of(poll, other) == before
