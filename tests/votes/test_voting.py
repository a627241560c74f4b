"""A citizen votes: choose, review, cast, and change one's mind. Nothing is kept in between."""

import gzip
import hashlib
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.signals import got_request_exception
from django.urls import reverse
from django.utils import timezone
from django.views.debug import SafeExceptionReporterFilter
from nacl.public import PrivateKey

from municipalities.enums import Module
from municipalities.rls import municipality_scope
from participation.models import Intervention
from tests.factories import MunicipalityFactory, ResidentFactory, UserFactory
from tests.votes.voting import (
    KINDS,
    address,
    cast,
    code_in,
    open_poll,
    opened,
    review,
    token_in,
    typed,
)
from votes import ballots
from votes.actions import urn as urns
from votes.models import Envelope, Mark, Spoiled, Turnout
from votes.same_length import STEP
from votes.who import pretend_link, voter_of


@pytest.fixture
def otuzco():
    """Holds votes; in its scope."""
    town = MunicipalityFactory(slug="otuzco", modules=[Module.VOTES], short_name="Otuzco")
    with municipality_scope(town):
        yield town


@pytest.fixture
def key():
    return PrivateKey.generate()


@pytest.fixture
def poll(otuzco, key):
    return open_poll(otuzco, seal_key=key)


@pytest.fixture
def rosa(client, otuzco):
    """A resident, who has signed in."""
    person = ResidentFactory(
        district=otuzco.place,
        user__gender="woman",
        user__birth_year=1980,
        user__area="rural",
    ).user
    client.force_login(person)
    return person


# --- The way from choosing to the receipt


def test_a_resident_chooses_reviews_casts_and_has_a_receipt(client, otuzco, poll, rosa, key):
    form = client.get(address(poll))
    assert form.status_code == 200
    shown = review(client, poll, {"q1": "a"})
    assert shown.status_code == 200
    code = code_in(shown)
    assert not Envelope.objects.exists()

    response = client.post(address(poll, "cast"), {"papeleta": token_in(shown)}, follow=True)

    assert response.status_code == 200
    assert code_in(response) == code
    page = response.content.decode()
    assert "<svg" in page
    assert 'class="qr"' in page
    assert opened(poll, key) == [{"q1": ["a"]}]
    mark = Mark.objects.get()
    assert (mark.channel, mark.place) == ("web", otuzco.place_id)
    assert [i.kind for i in Intervention.objects.all()] == ["ballot"]
    person = Turnout.objects.get()
    assert (person.gender, person.age_band, person.area) == ("woman", "45-59", "rural")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_question_is_answered_without_a_script(client, otuzco, rosa, key, kind):
    poll = open_poll(otuzco, kind, seal_key=key)

    first = cast(client, poll, typed(kind))
    second = cast(client, poll, typed(kind, other=True))

    assert (first.status_code, second.status_code) == (200, 200)
    expected = {
        "yes_no": (["a"], []),
        "single": (["c"], ["a"]),
        "multiple": (["a", "c"], ["b"]),
        "approval": (["a", "b", "c"], []),
        "ranked": (["c", "a", "b"], []),
        "score": ({"a": 100, "b": 0}, {"a": 7}),
        "points": ({"a": 10}, {"a": 3, "b": 4}),
        "open": ('«Sí», & "bueno" <b>', ""),
    }[kind]
    assert opened(poll, key) == [{"q1": expected[0]}, {"q1": expected[1]}]


def test_voting_again_replaces_and_counts_one_person_once(client, poll, rosa, key):
    cast(client, poll, {"q1": "a"})
    form = client.get(address(poll)).content.decode()
    assert "takes its place" in form or "ocupa su lugar" in form

    cast(client, poll, {"q1": "b"})

    assert Mark.objects.count() == Intervention.objects.count() == Turnout.objects.count() == 1
    assert opened(poll, key) == [{"q1": ["a"]}, {"q1": ["b"]}]


def test_the_same_form_sent_twice_gives_the_same_receipt(client, poll, rosa):
    token = token_in(review(client, poll, {"q1": "a"}))

    first, second = (client.post(address(poll, "cast"), {"papeleta": token}) for _ in range(2))

    assert first.url == second.url
    assert Envelope.objects.count() == 1


def test_change_leads_back_to_the_form_as_it_was(client, otuzco, rosa):
    kinds = tuple(KINDS)
    poll = open_poll(otuzco, *kinds)
    token = token_in(review(client, poll, typed(*kinds)))

    response = client.post(address(poll), {"papeleta": token})

    page = response.content.decode()
    filled_in = response.context["form"].initial
    for name, value in typed(*kinds).items():
        given = (
            [str(one) for one in filled_in[name]] if isinstance(value, list) else filled_in[name]
        )
        assert given == value or str(given) == value, name
    assert page.count(" checked") == 1 + 1 + 2 + 3
    assert page.count(" selected") >= 3
    assert 'value="100"' in page
    assert "&quot;bueno&quot; &lt;b&gt;" in page
    assert not Envelope.objects.exists()


def test_of_a_cast_ballot_the_form_shows_nothing_again(client, poll, rosa):
    """Or somebody could ask to be shown how one has voted."""
    shown = review(client, poll, {"q1": "a"})
    token = token_in(shown)
    client.post(address(poll, "cast"), {"papeleta": token})

    page = client.post(address(poll), {"papeleta": token})

    assert page.status_code == 422
    assert " checked" not in page.content.decode()


def test_an_expired_page_keeps_what_was_chosen_and_casts_nothing(client, poll, rosa, monkeypatch):
    token = token_in(review(client, poll, {"q1": "b"}))
    monkeypatch.setattr(ballots, "LASTS", timedelta(seconds=-1))

    response = client.post(address(poll, "cast"), {"papeleta": token})

    assert response.status_code == 422
    [row] = [row for row in response.content.decode().split("<input") if 'value="b"' in row]
    assert "checked" in row
    assert not Envelope.objects.exists()


def test_who_never_got_the_answer_gets_the_receipt_after_the_hour_too(
    client, poll, rosa, monkeypatch
):
    token = token_in(review(client, poll, {"q1": "b"}))
    first = client.post(address(poll, "cast"), {"papeleta": token})
    monkeypatch.setattr(ballots, "LASTS", timedelta(seconds=-1))

    assert client.post(address(poll, "cast"), {"papeleta": token}).url == first.url


# --- What is wrong is said where it is


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("yes_no", {}, "q1"),
        ("yes_no", {"q1": "z"}, "q1"),
        ("yes_no", {"q1": "\x00"}, "q1"),
        ("single", {"q1": ["a", "zz"]}, "q1"),
        ("multiple", {}, "q1-blanco"),
        ("multiple", {"q1": ["a", "b", "c"]}, "q1"),
        ("multiple", {"q1": ["a", "x"]}, "q1"),
        ("multiple", {"q1": ["a", "\x00"]}, "q1"),
        ("approval", {"q1": ["a"], "q1-blanco": "on"}, "q1-blanco"),
        ("ranked", {"q1-a": "1", "q1-b": "1"}, "q1-b"),
        ("ranked", {"q1-a": "4"}, "q1-a"),
        ("ranked", {"q1-a": "x"}, "q1-a"),
        ("score", {"q1-a": "101"}, "q1-a"),
        ("score", {"q1-a": "1.5"}, "q1-a"),
        ("score", {"q1-a": "9" * 5000}, "q1-a"),
        ("points", {"q1-a": "9", "q1-b": "9"}, "q1-b"),
        ("points", {"q1-a": "-1"}, "q1-a"),
        ("open", {"q1": "a" * 301}, "q1"),
        ("open", {"q1": "a\x00b"}, "q1"),
        ("open", {"q1": "Llamen a Rosa al 987 654 321"}, "q1"),
        ("open", {"q1": " … "}, "q1-blanco"),
    ],
)
def test_what_a_question_does_not_allow_is_said_at_its_field(
    client, otuzco, rosa, kind, data, field
):
    poll = open_poll(otuzco, kind)

    response = client.post(address(poll), data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert f"#id_{field}" in response.content.decode()
    assert "papeleta" not in response.content.decode()


def test_nothing_typed_is_lost_by_a_mistake_elsewhere(client, otuzco, rosa):
    poll = open_poll(otuzco, "open", "yes_no")

    response = client.post(address(poll), {"q1": "Un parque"})

    assert response.status_code == 422
    assert "Un parque" in response.content.decode()


def test_a_set_marked_twice_is_one(client, otuzco, rosa, key):
    poll = open_poll(otuzco, "multiple", seal_key=key)

    cast(client, poll, {"q1": ["c", "a", "a"]})

    assert opened(poll, key) == [{"q1": ["a", "c"]}]


def test_signs_that_nobody_sees_are_left_out_of_a_text(client, otuzco, rosa, key):
    poll = open_poll(otuzco, "open", seal_key=key)

    cast(client, poll, {"q1": "Uno\r\ndos\t\u202etres\u0001"})

    assert opened(poll, key) == [{"q1": "Uno\ndos tres"}]


# --- Audit


def test_an_audit_opens_the_ballot_whose_code_was_shown(client, poll, rosa):
    shown = review(client, poll, {"q1": "a"})
    assert b"echo" not in shown.content

    page = client.post(address(poll, "audit"), {"papeleta": token_in(shown)})

    assert page.status_code == 200
    assert code_in(page) == code_in(shown)
    assert Spoiled.objects.count() == 1
    text = page.content.decode()
    hashed = text.split("echo ")[1].split()[0]
    assert hashlib.sha256(bytes.fromhex(hashed)).hexdigest() in text


def test_an_audited_ballot_is_never_cast(client, poll, rosa):
    token = token_in(review(client, poll, {"q1": "a"}))
    client.post(address(poll, "audit"), {"papeleta": token})

    response = client.post(address(poll, "cast"), {"papeleta": token})

    assert response.status_code == 409
    assert not Envelope.objects.exists()
    assert not Mark.objects.exists()
    assert not Intervention.objects.exists()
    assert cast(client, poll, {"q1": "b"}).status_code == 200


def test_a_cast_ballot_is_never_opened_for_anybody(client, poll, rosa):
    token = token_in(review(client, poll, {"q1": "a"}))
    client.post(address(poll, "cast"), {"papeleta": token})

    response = client.post(address(poll, "audit"), {"papeleta": token})

    assert response.status_code == 409
    assert b"echo" not in response.content
    assert not Spoiled.objects.exists()


def test_audits_are_limited(client, poll, rosa, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"audit": "1/h/user"}
    token = token_in(review(client, poll, {"q1": "a"}))

    answers = [client.post(address(poll, "audit"), {"papeleta": token}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]


# --- The order of the options


def test_each_voter_has_an_order_of_their_own_that_stays(client, otuzco):
    poll = open_poll(otuzco, "single")
    orders = set()
    for _person in range(8):
        client.force_login(ResidentFactory(district=otuzco.place).user)
        first, again = (options_in(client.get(address(poll))) for _ in range(2))
        assert first == again
        assert options_in(client.post(address(poll), {})) == first
        orders.add(first)

    assert len(orders) > 1


def options_in(response):
    return tuple(code for code, _label in response.context["form"].fields["q1"].choices)


# --- Nothing tells what was chosen


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("accepts", ["identity", "gzip"])
def test_pages_are_as_long_whatever_was_chosen(client, otuzco, rosa, kind, accepts):
    poll = open_poll(otuzco, kind)
    client.defaults["HTTP_ACCEPT_ENCODING"] = accepts
    lengths = []
    for other in (False, True):
        shown = review(client, poll, typed(kind, other=other))
        token = token_in(read(shown))
        back = client.post(address(poll), {"papeleta": token})
        audited = client.post(address(poll, "audit"), {"papeleta": token})
        lengths.append((len(token), *(len(page.content) for page in (shown, back, audited))))

    assert lengths[0] == lengths[1]
    assert all(length % STEP == 0 for length in lengths[0][1:])


def read(response):
    """The page as a browser has it once it is unpacked."""
    packed = response.headers.get("Content-Encoding") == "gzip"
    return SimpleNamespace(
        content=gzip.decompress(response.content) if packed else response.content
    )


def test_nobody_compresses_on_the_way_what_shows_a_choice(client, poll, rosa):
    client.defaults["HTTP_ACCEPT_ENCODING"] = "gzip"
    page = review(client, poll, {"q1": "a"})

    assert "no-transform" in page.headers["Cache-Control"]
    assert "no-store" in page.headers["Cache-Control"]
    assert "no-store" in client.get(address(poll)).headers["Cache-Control"]
    assert "Accept-Encoding" in page.headers["Vary"]
    assert len(page.content) % STEP == 0
    assert code_in(read(page))


def test_the_choice_is_in_no_session_cookie_or_address(client, poll, rosa):
    shown = review(client, poll, {"q1": "a"})
    before = dict(client.session)
    token = token_in(shown)
    response = client.post(address(poll, "cast"), {"papeleta": token})

    assert dict(client.session) == before
    assert set(response.cookies) <= {"csrftoken", "sessionid"}
    attempt = Envelope.objects.get().attempt
    assert response.url == address(poll, "receipt", bytes(attempt).hex())


def test_an_error_report_does_not_show_what_was_sent(client, poll, rosa, monkeypatch):
    seen = {}

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("votes.views.voting.review_page", fail)
    client.raise_request_exception = False

    def note(sender, request, **kwargs):
        seen.update(SafeExceptionReporterFilter().get_post_parameters(request))

    got_request_exception.connect(note)
    try:
        client.post(address(poll), {"q1": "a"})
    finally:
        got_request_exception.disconnect(note)

    assert seen == {"q1": ["*" * 20]}


# --- Tokens of others


def test_a_token_is_of_one_voter(client, otuzco, poll, rosa):
    token = token_in(review(client, poll, {"q1": "a"}))
    client.force_login(ResidentFactory(district=otuzco.place).user)

    for verb in ("cast", "audit", "vote"):
        response = client.post(address(poll, verb), {"papeleta": token})
        assert response.status_code == 422, verb
        assert " checked" not in response.content.decode()
    assert not Envelope.objects.exists()
    assert not Spoiled.objects.exists()


def test_a_token_is_of_one_poll(client, otuzco, poll, rosa):
    other = open_poll(otuzco)
    token = token_in(review(client, poll, {"q1": "a"}))

    assert client.post(address(other, "cast"), {"papeleta": token}).status_code == 422
    assert not Envelope.objects.exists()


@pytest.mark.parametrize(
    "token", ["", "x", "ñandú", "\x00", "A" * 400, "A" * 2_000_000, "====", "é"]
)
def test_a_forged_token_is_refused(client, poll, rosa, token):
    for verb in ("cast", "audit", "vote"):
        response = client.post(address(poll, verb), {"papeleta": token})
        assert response.status_code == 422, verb
    assert not Envelope.objects.exists()


def test_an_altered_token_is_refused(client, poll, rosa):
    token = token_in(review(client, poll, {"q1": "a"}))
    for place in (0, 40, len(token) // 2, len(token) - 3):
        letter = "A" if token[place] != "A" else "B"
        altered = token[:place] + letter + token[place + 1 :]
        assert client.post(address(poll, "cast"), {"papeleta": altered}).status_code == 422
    assert not Envelope.objects.exists()


def test_a_cast_without_a_review_is_no_vote(client, poll, rosa):
    for data in ({}, {"q1": "a"}, {"q1": "a", "papeleta": ""}):
        assert client.post(address(poll, "cast"), data).status_code == 422
    assert not Envelope.objects.exists()


def test_nothing_is_cast_by_opening_an_address(client, poll, rosa):
    assert client.get(address(poll, "cast")).status_code == 405
    assert client.get(address(poll, "audit")).status_code == 405


# --- Time


def test_at_the_last_second_the_urn_decides(client, otuzco, poll, rosa, clock):
    token = token_in(review(client, poll, {"q1": "a"}))
    clock(poll.urn.closes_at)

    response = client.post(address(poll, "cast"), {"papeleta": token})

    assert response.status_code == 409
    assert str(urns.WHY["closed"]) in response.content.decode()
    assert not Envelope.objects.exists()
    clock(poll.urn.closes_at - timedelta(microseconds=1))
    assert client.post(address(poll, "cast"), {"papeleta": token}).status_code == 302


def test_a_page_asks_the_clock_of_the_database(client, otuzco, rosa, clock):
    """A web host whose clock is fast does not keep people from the last minutes."""
    poll = open_poll(
        otuzco,
        closes_at=timezone.now() - timedelta(minutes=1),
        opens_at=timezone.now() - timedelta(days=1),
    )
    clock(poll.urn.closes_at - timedelta(minutes=5))

    assert client.get(address(poll)).status_code == 200


@pytest.mark.parametrize("state", ["coming", "over"])
def test_outside_its_time_the_form_explains(client, otuzco, rosa, state):
    now = timezone.now()
    times = {
        "coming": {"opens_at": now + timedelta(days=1), "closes_at": now + timedelta(days=2)},
        "over": {"opens_at": now - timedelta(days=2), "closes_at": now - timedelta(days=1)},
    }[state]
    poll = open_poll(otuzco, **times)

    for response in (client.get(address(poll)), client.post(address(poll), {"q1": "a"})):
        assert response.status_code == 403
        assert poll.get_absolute_url() in response.content.decode()


def test_who_voted_on_paper_reads_it_and_votes_no_more(client, otuzco, poll, rosa):
    token = token_in(review(client, poll, {"q1": "a"}))
    urns.mark_paper(poll.urn, person=voter_of(poll, rosa).key)

    form, sent = client.get(address(poll)), client.post(address(poll, "cast"), {"papeleta": token})

    assert (form.status_code, sent.status_code) == (403, 409)
    for page in (form, sent):
        assert str(urns.WHY["paper"]) in page.content.decode()


# --- Tests of the municipality


def test_a_pretend_voter_votes_by_a_link_and_no_person_does(client, otuzco, rosa, key):
    poll = open_poll(otuzco, is_test=True, seal_key=key)
    link = pretend_link(poll, 3)
    client.logout()

    assert client.get(link).status_code == 200
    shown = client.post(link, {"q1": "a"})
    number = link.split("ensayo=")[1]
    sent = client.post(
        f"{address(poll, 'cast')}?ensayo={number}", {"papeleta": token_in(shown)}, follow=True
    )

    assert sent.status_code == 200
    assert opened(poll, key) == [{"q1": ["a"]}]
    assert not Intervention.objects.exists()
    assert not Turnout.objects.exists()
    client.force_login(rosa)
    assert client.get(address(poll)).status_code == 404


def test_the_link_of_a_test_serves_for_no_other(client, otuzco, poll):
    test, other = (open_poll(otuzco, is_test=True) for _ in range(2))
    number = pretend_link(test, 3).split("ensayo=")[1]

    assert client.get(f"{address(other)}?ensayo={number}").status_code == 404
    assert client.get(f"{address(poll)}?ensayo={number}").status_code == 302
    assert client.get(f"{address(test)}?ensayo=3").status_code == 404


def test_a_visitor_signs_in_and_comes_back(client, poll):
    for method in (client.get, client.post):
        response = method(address(poll))
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


def test_an_unverified_person_cannot_even_open_the_form(client, poll):
    client.force_login(UserFactory())

    assert client.get(address(poll)).status_code == 403
