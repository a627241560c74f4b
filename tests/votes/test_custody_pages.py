"""The screens of the ceremonies: who sees what, what they say, and what they never do."""

import gzip
import io

import pytest
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from accounts.enums import Role
from municipalities.enums import Module
from municipalities.rls import municipality_scope
from participation import limits
from tests.factories import (
    MunicipalityFactory,
    PollFactory,
    RoleGrantFactory,
    UserFactory,
    cast_into,
    for_its_keys,
)
from votes import custody, links, underway
from votes.actions import custody as actions
from votes.enums import UrnState
from votes.models import KeyCeremony, KeyShare, Poll
from votes.views import custody_trustee


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["idioma"] = "en"
    with override("en"):
        yield


@pytest.fixture
def town():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.VOTES])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def staff(town, settings):
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    return RoleGrantFactory(municipality=town, role=Role.EVALUATOR).user


@pytest.fixture
def poll(town):
    return for_its_keys(PollFactory(municipality=town))


@pytest.fixture
def given(poll, staff):
    return actions.begin_keys(poll, by=staff)


@pytest.fixture
def ready(poll, given):
    for one in given:
        actions.prove(KeyShare.objects.get(trustee=one.trustee), one.words)
    return Poll.objects.select_related("urn", "thread", "municipality").get(pk=poll.pk)


@pytest.fixture
def closed(ready, staff, clock):
    for _number in range(3):
        cast_into(ready.urn, choices={"q1": ["a"]})
    clock(ready.urn.closes_at)
    return actions.close(ready, by=staff)


def path(name, poll, *more):
    with override("en"):
        return reverse(f"votes:{name}", args=[poll.municipality.slug, poll.pk, *more])


def own(one):
    return one.link.partition("#")[0]


def typing(one):
    return own(one) + "palabras/"


def in_fields(words):
    return {f"word_{place}": word for place, word in enumerate(words, start=1)}


def page(response):
    return " ".join(response.content.decode().split())


def text_of(response):
    reader = PdfReader(io.BytesIO(response.content))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


# --- Who leads


@pytest.mark.parametrize(
    "name", ["keys", "opening", "keys_sheet", "closing_sheet", "opening_sheet"]
)
def test_staff_alone_lead_the_ceremonies(client, poll, staff, name):
    assert client.get(path(name, poll)).status_code == 302
    client.force_login(UserFactory())
    assert client.get(path(name, poll)).status_code == 403
    client.force_login(staff)
    assert client.get(path(name, poll)).status_code == 200


def test_everybody_sees_who_keeps_the_key_and_no_word_of_it(client, ready, given):
    response = client.get(path("custody", ready))

    ceremony = KeyCeremony.objects.get()
    assert bytes(ceremony.public_key).hex() in page(response).replace(" ", "")
    assert all(one.trustee.name in page(response) for one in given)
    assert not any(word in page(response).split() for word in given[0].words.split()[4:])
    assert own(given[0]) not in page(response)


def test_the_ceremony_of_a_test_is_not_everybodys(client, town):
    poll = for_its_keys(PollFactory(municipality=town, is_test=True))

    assert client.get(path("custody", poll)).status_code == 404


# --- The links are shown once


def test_the_links_are_on_the_page_that_makes_the_key_and_on_no_other(client, poll, staff):
    client.force_login(staff)

    response = client.post(path("keys", poll), {"do": "begin", "number": "1"})

    codes = [code for _trustee, _qr, code, _link in response.context["handouts"]]
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert all(code in page(response) for code in codes)
    assert page(response).count("<svg") >= 3
    again = page(client.get(path("keys", poll)))
    assert not any(code in again for code in codes)


def test_the_same_press_again_makes_no_other_key(client, poll, staff):
    client.force_login(staff)
    client.post(path("keys", poll), {"do": "begin", "number": "1"})

    for number in ("1", "", "x", "7"):
        response = client.post(path("keys", poll), {"do": "begin", "number": number})
        assert response.status_code == 302

    assert KeyCeremony.objects.count() == 1


def test_a_look_changes_nothing(client, poll, staff, given):
    client.force_login(staff)
    before = [list(model.objects.values()) for model in (KeyCeremony, KeyShare)]

    for address in (path("keys", poll), path("opening", poll), path("custody", poll)):
        client.get(address, {"do": "begin", "number": "2"})
    for one in given:
        client.get(own(one), {"code": one.code})
        client.get(typing(one), in_fields(one.words.split()))

    assert [list(model.objects.values()) for model in (KeyCeremony, KeyShare)] == before


# --- A trustee's own screen


def test_the_address_alone_shows_no_words(client, given):
    response = client.get(own(given[0]))

    assert response.status_code == 200
    assert given[0].trustee.name in page(response)
    assert given[0].words.split()[7] not in page(response).split()
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("token", ["1", "1.x", "x", "999999.AAAA", "%00", "💧"])
def test_an_address_that_is_not_whole_leads_nowhere(client, poll, given, token):
    assert client.get(path("custody", poll) + f"{token}/").status_code == 404


def test_a_trustee_of_another_vote_is_nobody_here(client, town, poll, given):
    other = for_its_keys(PollFactory(municipality=town))
    token = links.token_of(other.trustees.first())

    assert client.get(path("trustee", poll, token)).status_code == 404


def test_with_the_code_the_words_are_shown_and_the_first_time_is_told(client, given):
    one = given[0]

    response = client.post(own(one), {"code": links.spelled(one.code)})

    assert response.context["words"] == one.words.split()
    assert "First opened on" in page(response)
    assert "no-store" in response["Cache-Control"]
    assert "They were first opened on" in page(client.get(own(one)))


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC-DDDD", "x" * 41, "\x00"])
def test_a_wrong_code_is_told_at_its_field(client, given, code):
    response = client.post(own(given[0]), {"code": code})

    assert response.status_code == 422
    assert response.context["form"].errors["code"]
    assert KeyShare.objects.filter(seen_at=None).count() == 3


def test_the_code_is_in_no_address_that_a_server_sees(client, given):
    """It stands behind the #, which browsers keep; the forms send it in their body."""
    one = given[0]
    response = client.post(own(one), {"code": one.code})

    assert f'action="{own(one)}hoja.pdf"' in page(response)
    assert one.code not in page(client.get(own(one)))
    before, _hash, behind = one.link.partition("#")
    assert behind == one.code
    assert one.code not in before


def test_right_words_prove_and_lead_back(client, given):
    one = given[0]

    response = client.post(typing(one), in_fields(one.words.split()), follow=True)

    assert response.redirect_chain == [(own(one), 302)]
    assert "now only you have them" in page(response)
    assert KeyShare.objects.get(trustee=one.trustee).proven_at


@pytest.mark.parametrize("how", ["upper", "first letters", "all in one", "numbered lines"])
def test_words_are_taken_as_people_type_them(client, given, how):
    words = given[0].words.split()
    typed = {
        "upper": in_fields(f" {word.upper()}" for word in words),
        "first letters": in_fields(word[:4] for word in words),
        "all in one": in_fields(["  ".join(words)]),
        "numbered lines": in_fields(["\n".join(f"{n}. {w}" for n, w in enumerate(words, 1))]),
    }[how]

    assert client.post(typing(given[0]), typed).status_code == 302


def test_each_error_stands_at_its_word_and_what_was_typed_stays(client, given):
    words = given[0].words.split()
    typed = [*words[:4], "academico", *words[5:9], "", *words[10:]]

    response = client.post(typing(given[0]), in_fields(typed))

    form = response.context["form"]
    assert response.status_code == 422
    assert set(form.errors) == {"word_5", "word_10"}
    assert "«academic»" in form.errors["word_5"][0]
    assert form["word_3"].value() == words[2]
    assert 'href="#id_word_5"' in page(response)


def test_words_of_somebody_else_are_named(client, given):
    response = client.post(typing(given[0]), in_fields(given[1].words.split()))

    assert response.status_code == 422
    assert f"These are the words of {given[1].trustee.name}." in page(response)


def test_many_tries_have_to_wait(client, given, monkeypatch):
    monkeypatch.setattr(custody_trustee, "TRIES", (limits.Rate(2, 600),))
    for _try in range(2):
        client.post(typing(given[0]), {})

    response = client.post(typing(given[0]), in_fields(given[0].words.split()))

    assert response.status_code == 422
    assert "You have tried many times" in page(response)
    assert KeyShare.objects.filter(proven_at=None).count() == 3
    assert client.post(typing(given[1]), {}).context["form"].errors
    assert "many times" not in page(client.post(typing(given[1]), {}))


def test_where_nothing_is_to_be_typed_the_trustee_is_led_back(client, ready, given):
    response = client.get(typing(given[0]))

    assert response.status_code == 302
    assert response.url == own(given[0])


def test_once_the_key_is_proven_the_screen_says_until_when_to_keep_the_sheet(client, ready, given):
    assert "Keep your sheet in a closed envelope until" in page(client.get(own(given[0])))


# --- Closing and opening


def test_staff_close_it_and_read_the_figures_aloud(client, ready, staff, clock):
    cast_into(ready.urn, choices={"q1": ["a"]})
    clock(ready.urn.closes_at)
    client.force_login(staff)

    client.post(path("opening", ready), {"do": "close"})
    response = client.get(path("opening", ready))

    closing = response.context["closing"]
    assert (closing.voters, closing.envelopes, closing.head.size) == (1, 1, 1)
    assert closing.root in page(response)


def test_before_its_time_it_stays_open_and_says_until_when(client, ready, staff):
    client.force_login(staff)

    response = client.post(path("opening", ready), {"do": "close"}, follow=True)

    assert "It takes ballots until" in page(response)
    ready.urn.refresh_from_db()
    assert ready.urn.state == UrnState.READY


def test_two_trustees_open_it_from_their_phones(
    client, closed, given, django_capture_on_commit_callbacks
):
    first = client.post(typing(given[0]), in_fields(given[0].words.split()), follow=True)
    assert "1 of the 2 trustees who are needed" in page(first)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(typing(given[1]), in_fields(given[1].words.split()))

    assert "The urn is open and counted" in page(client.get(own(given[0])))
    closed.urn.refresh_from_db()
    assert closed.urn.state == UrnState.OPENED


def test_while_it_is_opened_the_screens_say_how_far_it_has_come(client, closed, given, staff):
    for one in given[:2]:
        actions.hand_in(one.trustee, one.words)
    underway.tell(closed.urn, 2000, 5000)
    client.force_login(staff)

    for address in (own(given[0]), path("opening", closed), path("custody", closed)):
        assert "2000 of 5000 ballots opened." in page(client.get(address))


def test_an_opening_that_stopped_says_why_and_goes_on(
    client, closed, given, staff, django_capture_on_commit_callbacks
):
    for one in given[:2]:
        actions.hand_in(one.trustee, one.words)
    underway.fail(closed.urn, "The roll has 4 marks and the urn 3 ballots.")
    client.force_login(staff)

    response = client.get(path("opening", closed))
    assert "The roll has 4 marks and the urn 3 ballots." in page(response)
    assert "Nothing was changed and no ballot is lost." in page(response)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path("opening", closed), {"do": "go_on"})

    assert "The urn is open and counted" in page(client.get(path("opening", closed)))


# --- Screens that look again


def test_a_screen_asks_for_news_and_gets_only_what_is_new(client, poll, staff, given):
    client.force_login(staff)
    htmx = {"HX-Request": "true"}
    mark = client.get(path("keys", poll)).context["standing"].mark

    assert client.get(path("keys", poll), {"v": mark}, headers=htmx).status_code == 204
    actions.show_words(KeyShare.objects.get(trustee=given[0].trustee), given[0].code)
    news = client.get(path("keys", poll), {"v": mark}, headers=htmx)

    assert page(news).startswith('<div id="state"')
    assert page(news) in page(client.get(path("keys", poll)))


def test_a_screen_of_another_time_is_asked_for_again_as_a_whole(client, ready, staff):
    client.force_login(staff)

    response = client.get(
        path("keys", ready), {"v": "frozen-0123456789abcdef"}, headers={"HX-Request": "true"}
    )

    assert response["HX-Redirect"] == path("keys", ready)


@pytest.mark.parametrize("trustees", [2, 6])
def test_more_trustees_cost_no_more_queries(
    client, town, staff, trustees, django_assert_max_num_queries
):
    poll = for_its_keys(PollFactory(municipality=town), trustees=trustees)
    actions.begin_keys(poll, by=staff)
    client.force_login(staff)
    client.get(path("keys", poll))

    for name, most in (("keys", 17), ("custody", 15)):
        with django_assert_max_num_queries(most):
            client.get(path(name, poll))


def test_the_screens_are_light(client, town, staff):
    """A next page of this site weighs 12 KB at most, as it travels."""
    poll = for_its_keys(PollFactory(municipality=town), trustees=5)
    client.force_login(staff)
    made = client.post(path("keys", poll), {"do": "begin", "number": "1"})
    share = KeyShare.objects.first()
    own_screen = path("trustee", poll, links.token_of(share.trustee))

    answers = [made, client.get(own_screen), client.get(own_screen + "palabras/")]

    assert max(len(gzip.compress(answer.content)) for answer in answers) < 12_000


# --- Sheets


def test_a_trustee_prints_their_own_words(client, poll, given):
    one = given[0]

    response = client.post(own(one) + "hoja.pdf", {"code": one.code})

    (said,) = text_of(response)
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert all(word in said for word in one.words.split())
    assert one.trustee.name in said
    assert "Number 1" in said


def test_without_the_code_there_is_no_sheet(client, given):
    for code in ("", "AAAA", given[1].code):
        assert client.post(own(given[0]) + "hoja.pdf", {"code": code}).status_code == 302
    assert client.get(own(given[0]) + "hoja.pdf").status_code == 405


def test_the_table_gets_an_acta_and_an_empty_sheet_for_each_trustee(client, poll, staff, given):
    client.force_login(staff)

    pages = text_of(client.get(path("keys_sheet", poll)))

    assert len(pages) == 4
    for one, said in zip(given, pages[1:], strict=True):
        assert one.trustee.name in said
        assert not any(word in said.split() for word in one.words.split()[4:])


def test_the_sheet_of_the_closing_has_blanks_before_and_figures_after(client, ready, staff, clock):
    client.force_login(staff)
    assert "Closed: ____" in text_of(client.get(path("closing_sheet", ready)))[0]
    cast_into(ready.urn, choices={"q1": ["a"]})
    clock(ready.urn.closes_at)
    actions.close(ready, by=staff)

    said = " ".join(text_of(client.get(path("closing_sheet", ready))))

    assert "People who voted 1" in said
    head = ready.urn.checkpoints.last()
    assert bytes(head.root).hex() in said.replace(" ", "")


def test_the_sheet_of_the_opening_has_what_it_is_compared_with(client, closed, staff):
    client.force_login(staff)

    said = " ".join(text_of(client.get(path("opening_sheet", closed)))).replace(" ", "")

    assert bytes(closed.urn.seal_key).hex() in said
    assert bytes(closed.urn.checkpoints.last().root).hex() in said


def test_twenty_words_fit_the_form_and_the_list(given):
    assert len(custody.WORDLIST) == 1024
    assert {len(one.words.split()) for one in given} == {custody.WORDS}
