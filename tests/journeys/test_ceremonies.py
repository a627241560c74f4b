"""The key is made with three trustees on their phones, and two of them open the urn with it."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from municipalities import gazetteer
from municipalities.enums import Module, MunicipalityState
from municipalities.models import Municipality
from municipalities.rls import scoped_transaction
from tests.factories import (
    PollFactory,
    QuestionFactory,
    RoleGrantFactory,
    TrusteeFactory,
    UserFactory,
    cast_into,
    for_its_keys,
)
from tests.journeys.conftest import DESK, PHONE, shot, violations
from tests.journeys.test_whole_life import PASSWORD, confirm, sign_in_with_two_steps
from votes import ceremonies
from votes.actions import custody
from votes.enums import UrnState
from votes.models import KeyShare, Poll


NAMES = ("Hna. Carmen Rojas", "Luis Alberto Quispe Polo", "Nelly Ávila")
OFFICES = ("Parroquia de Otuzco", "Asociación de Comerciantes", "Comité de Vigilancia")
with_and_without = pytest.mark.parametrize(
    "js", [True, False], ids=["with JavaScript", "without JavaScript"]
)


@pytest.fixture
def otuzco(transactional_db):
    gazetteer.load_la_libertad()
    town = Municipality.objects.get(slug="otuzco")
    town.state, town.modules = MunicipalityState.OPEN, [Module.VOTES]
    town.save()
    return town


@pytest.fixture
def rosa(otuzco):
    person = UserFactory(email="rosa@example.org", display_name="Rosa Paredes")
    person.set_password(PASSWORD)
    person.save()
    confirm(person)
    with scoped_transaction(otuzco):
        RoleGrantFactory(user=person, municipality=otuzco, role=Role.EVALUATOR)
    return person


def poll_of(otuzco, **when):
    with scoped_transaction(otuzco):
        poll = PollFactory(
            municipality=otuzco,
            title="¿El mercado debe abrir los domingos?",
            questions=False,
            **when,
        )
        for position, (name, office) in enumerate(zip(NAMES, OFFICES, strict=True), start=1):
            TrusteeFactory(
                municipality=otuzco, poll=poll, position=position, name=name, office=office
            )
        QuestionFactory(municipality=otuzco, poll=poll)
        return for_its_keys(poll)


def state_of(otuzco, poll):
    with scoped_transaction(otuzco):
        return Poll.objects.select_related("urn").get(pk=poll.pk).urn.state


def look(page, name, js):
    """Axe is a script itself, and would wait for ever where there are none."""
    shot(page, f"ceremonies-{name}-{'js' if js else 'plain'}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if js:
        assert violations(page) == []


@with_and_without
def test_three_trustees_make_the_key(visit, otuzco, rosa, js):
    poll = poll_of(otuzco)
    with visit(js=js, size=DESK) as staff:
        sign_in_with_two_steps(staff, "rosa@example.org")
        staff.goto(f"/otuzco/votaciones/gestion/{poll.pk}/llave/")
        look(staff, "before", js)
        staff.locator("button[value=begin]").click()
        staff.locator(".handout").first.wait_for()
        links = open_each(staff, js)
        for place, (link, code) in enumerate(links):
            with visit(js=js, size=PHONE) as phone:
                words = see_words(phone, link, code, js, first=place == 0)
                type_them(phone, words, js, first=place == 0)
        if js:
            staff.get_by_text("El ánfora ya la tiene").wait_for()
        else:
            staff.goto(f"/otuzco/votaciones/gestion/{poll.pk}/llave/")
        look(staff, "proven", js)

    assert state_of(otuzco, poll) == UrnState.READY
    with scoped_transaction(otuzco):
        assert not KeyShare.objects.exclude(sealed=None, handed=None).exists()
    with visit(js=js, size=PHONE) as page:
        page.goto(f"/otuzco/votaciones/{poll.pk}/custodia/")
        look(page, "public", js)


def open_each(staff, js):
    found = []
    for place in range(len(NAMES)):
        handout = staff.locator(".handout").nth(place)
        handout.locator("summary").click()
        if place == 0:
            look(staff, "links", js)
        address = handout.locator(".address").inner_text()
        found.append((address, handout.locator(".code").inner_text()))
    return found


def see_words(phone, address, code, js, *, first):
    address, _hash, behind = address.partition("#")
    assert behind == code.replace("-", "")
    phone.goto(f"http://{address}#{behind}")
    if first:
        look(phone, "trustee", js)
    if js:
        assert not phone.locator("[name=code]").is_visible()
    else:
        phone.locator("[name=code]").fill("AAAA-BBBB-CCCC-DDDD")
        phone.locator("form[data-custody-code] button").click()
        phone.locator(".error-summary").wait_for()
        look(phone, "wrong-code", js)
        phone.locator("[name=code]").fill(code.lower())
    phone.locator("form[data-custody-code] button").click()
    phone.locator("ol.words").wait_for()
    if first:
        look(phone, "words", js)
    words = phone.locator("ol.words").inner_text().split()
    return [word for word in words if not word.isdigit()]


def type_them(phone, words, js, *, first):
    phone.locator("main a[href$='/palabras/']").click()
    phone.locator("[name=word_1]").wait_for()
    if first:
        wrong = [*words[:4], "academico", *words[5:19]]
        for place, word in enumerate(wrong, start=1):
            phone.locator(f"[name=word_{place}]").fill(word)
        phone.locator("main form button[type=submit]").click()
        phone.locator(".error-summary").wait_for()
        look(phone, "wrong-words", js)
        assert phone.locator("[name=word_5]").input_value() == "academico"
        phone.locator("[name=word_5]").fill(words[4].upper())
        phone.locator("[name=word_20]").fill(words[19][:4])
    elif js:
        phone.locator("[name=word_1]").press_sequentially(" ".join(words))
        assert phone.locator("[name=word_20]").input_value() == words[19]
    else:
        phone.locator("[name=word_1]").fill(" ".join(words))
    phone.locator("main form button[type=submit]").click()
    phone.get_by_text("Tus palabras son correctas").first.wait_for()
    look(phone, "proved", js)


@with_and_without
def test_two_of_them_open_the_urn(visit, otuzco, rosa, js):
    soon = timezone.now() + timedelta(seconds=6)
    poll = poll_of(otuzco, closes_at=soon)
    with scoped_transaction(otuzco):
        given = custody.begin_keys(poll, by=rosa)
        for one in given:
            custody.prove(KeyShare.objects.get(trustee=one.trustee), one.words)
        urn = Poll.objects.select_related("urn").get(pk=poll.pk).urn
        for number in range(3):
            cast_into(urn, choices={"q1": ["a"] if number else ["b"]})
    time.sleep(max(0, (soon - timezone.now()).total_seconds()) + 0.5)

    with visit(js=js, size=PHONE) as staff:
        sign_in_with_two_steps(staff, "rosa@example.org")
        staff.goto(f"/otuzco/votaciones/gestion/{poll.pk}/apertura/")
        look(staff, "over", js)
        staff.locator("button[value=close]").click()
        staff.locator(".handout").first.wait_for()
        staff.locator(".handout summary").first.click()
        look(staff, "closed", js)
        for one in (given[0], given[2]):
            with visit(js=js, size=PHONE) as phone:
                hand_in(phone, one, js, is_last=one is given[2])
        if js:
            staff.get_by_text("El ánfora está abierta y contada").wait_for()
        else:
            staff.goto(f"/otuzco/votaciones/gestion/{poll.pk}/apertura/")
        look(staff, "opened", js)

    assert state_of(otuzco, poll) == UrnState.OPENED
    with scoped_transaction(otuzco):
        seats = ceremonies.of(Poll.objects.select_related("urn").get(pk=poll.pk)).seats
        assert [bool(seat.share.used_at) for seat in seats] == [True, False, True]


def hand_in(phone, one, js, *, is_last):
    phone.goto(one.link.partition("#")[0])
    look(phone, "to-open", js)
    phone.locator("main a[href$='/palabras/']").click()
    phone.locator("[name=word_1]").fill(one.words)
    phone.locator("main form button[type=submit]").click()
    told = "El ánfora está abierta y contada" if is_last else "Tus palabras ya están"
    phone.get_by_text(told).first.wait_for()
    look(phone, "opened-by-me" if is_last else "handed", js)
