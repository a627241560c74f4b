import random
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import AccessLog
from municipalities.rls import municipality_scope, region_scope
from participation import likeness, people, signals, traces
from participation.enums import TracedAct, WatchedKind
from participation.models import Case, DeclaredPlace, Trace, WatchedWord
from participation.periodic import forget_traces
from tests.factories import (
    CommentFactory,
    DeclaredPlaceFactory,
    DeskActFactory,
    MunicipalityFactory,
    ResidentFactory,
    RoleGrantFactory,
    ThreadFactory,
    TraceFactory,
    UserFactory,
    WatchedWordFactory,
)


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def thread(otuzco):
    return ThreadFactory(municipality=otuzco, title="Agua para Coina", is_public=True, path="/x/")


def staff(municipality, role=Role.ADMINISTRATOR):
    person = UserFactory(second_step=True)
    with municipality_scope(municipality):
        RoleGrantFactory(user=person, municipality=municipality, role=role)
    return person


def found(municipality, kind, days=7):
    return {code: all_found for code, _help, all_found in signals.report(municipality, days)}[kind]


def neighbours(number, district=None, days_old=90):
    joined = timezone.now() - timedelta(days=days_old)
    for _ in range(number):
        person = UserFactory(date_joined=joined)
        if district:
            ResidentFactory(user=person, district=district)
        yield person


def act(thread, people, at=None, source=b"0" * 16, **values):
    for i, person in enumerate(people):
        TraceFactory(
            municipality=thread.municipality,
            thread=thread,
            user=person,
            at=at or timezone.now() - timedelta(hours=i + 2),
            address_hash=source if isinstance(source, bytes) else source(i),
            **values,
        )


def each_their_own(i):
    return f"{i:016}".encode()


# --- desks (R13)
def test_fifty_registrations_by_one_operator_in_ten_minutes_raise_an_alert(otuzco):
    officer = staff(otuzco, Role.DESK_OFFICER)
    began = timezone.now() - timedelta(days=1)
    for i in range(50):
        at = began + timedelta(seconds=12 * i)
        DeskActFactory(municipality=otuzco, officer=officer, at=at)

    (signal,) = found(otuzco, signals.Kind.DESK)

    assert signal.title == officer.public_name
    assert "50" in signal.text


def test_a_busy_day_at_a_desk_is_no_signal(otuzco):
    officer = staff(otuzco, Role.DESK_OFFICER)
    began = timezone.now() - timedelta(days=1)
    for i in range(50):
        at = began + timedelta(minutes=3 * i)
        DeskActFactory(municipality=otuzco, officer=officer, at=at)

    assert found(otuzco, signals.Kind.DESK) == []


# --- texts
PASTED = "Todos apoyamos la obra del alcalde porque trae trabajo a la provincia de Otuzco"


def variant(i):
    """As people change what they were given to paste."""
    return [
        PASTED,
        PASTED.upper() + "!!!",
        PASTED.replace("obra", "0bra") + " 👍",
        f"Vecinos: {PASTED}",
        PASTED.replace("trae", "nos trae"),
        PASTED + ". ¡Vamos!",
    ][i % 6]


def test_nearly_the_same_text_from_several_accounts_is_noticed(otuzco, thread):
    for i in range(6):
        CommentFactory(municipality=otuzco, thread=thread, text=variant(i))
    for i in range(30):
        words = random.Random(i).choices(
            ["agua", "luz", "pista", "colegio", "posta", "canal", "riego", "mina"], k=12
        )
        CommentFactory(municipality=otuzco, thread=thread, text=" ".join(words))

    (signal,) = found(otuzco, signals.Kind.ALIKE)

    assert signal.size == 6
    assert signal.url.startswith("/otuzco/comentarios/")


def test_what_one_or_two_people_repeat_or_all_say_shortly_is_no_signal(otuzco, thread):
    two = [UserFactory(), UserFactory()]
    for i in range(8):
        CommentFactory(municipality=otuzco, thread=thread, text=variant(i), author=two[i % 2])
        CommentFactory(municipality=otuzco, thread=thread, text="Estoy de acuerdo.")

    assert found(otuzco, signals.Kind.ALIKE) == []


def test_the_same_text_over_weeks_is_no_signal(otuzco, thread):
    for i in range(6):
        at = timezone.now() - timedelta(days=2 * i)
        CommentFactory(municipality=otuzco, thread=thread, text=PASTED, created_at=at)

    assert found(otuzco, signals.Kind.ALIKE, days=30) == []


def test_five_thousand_comments_are_compared_without_comparing_all_with_all():
    words = [
        "agua",
        "luz",
        "pista",
        "colegio",
        "posta",
        "canal",
        "riego",
        "mina",
        "bosque",
        "feria",
        "chacra",
        "puente",
    ]
    lots = random.Random(7)
    texts = [" ".join(lots.choices(words, k=25)) for _ in range(1500)] + [
        variant(i) for i in range(60)
    ]
    now = timezone.now()

    groups = likeness.alike(texts, [now] * len(texts), timedelta(days=1))

    assert max(map(len, groups)) == 60


# --- acts on one thing
def test_an_hour_with_far_more_than_usual_is_noticed(otuzco, thread):
    people = list(neighbours(30, otuzco.place))
    for hours in range(5, 15):
        act(thread, people[:2], at=timezone.now() - timedelta(hours=hours), source=each_their_own)
    assert found(otuzco, signals.Kind.BURST) == []
    rush = timezone.now().replace(minute=1) - timedelta(hours=2)
    act(thread, people, at=rush, source=each_their_own)

    (signal,) = found(otuzco, signals.Kind.BURST)

    assert (signal.title, signal.url, signal.size) == ("Agua para Coina", "/x/", 30)


def test_accounts_made_the_same_day_are_noticed(otuzco, thread):
    soon = timezone.now() + timedelta(minutes=5)
    act(thread, neighbours(12, days_old=0), at=soon, source=each_their_own)
    quiet = ThreadFactory(municipality=otuzco)
    act(quiet, neighbours(12, days_old=30), at=timezone.now(), source=each_their_own)

    (signal,) = found(otuzco, signals.Kind.NEW)

    assert signal.title == "Agua para Coina"
    assert "12 de las 12 cuentas" in signal.text


def test_many_from_one_connection_are_noticed_and_a_declared_place_is_named(otuzco, thread):
    act(thread, neighbours(12, otuzco.place), source=b"a" * 16)
    (signal,) = found(otuzco, signals.Kind.SHARED)
    assert "una conexión" in signal.text

    place = DeclaredPlaceFactory(municipality=otuzco, name="I.E. 80252")
    school = ThreadFactory(municipality=otuzco, title="Biblioteca")
    act(school, neighbours(12, otuzco.place), source=traces.hash_of(place, timezone.now()))
    texts = [signal.text for signal in found(otuzco, signals.Kind.SHARED)]
    assert any("I.E. 80252" in text for text in texts)


def test_people_from_elsewhere_are_told_as_a_share_and_small_numbers_not_at_all(otuzco, thread):
    other = MunicipalityFactory()
    act(thread, neighbours(10), source=each_their_own)
    act(thread, neighbours(2, other.place), source=each_their_own)
    act(thread, neighbours(3, otuzco.place), source=each_their_own)

    (signal,) = found(otuzco, signals.Kind.ELSEWHERE)

    assert "80" in signal.text
    assert "menos de 5" in signal.text


def test_an_ordinary_week_gives_no_signal(otuzco, thread):
    for person in neighbours(15, otuzco.place):
        act(thread, [person], source=str(person.pk).zfill(16).encode())
        CommentFactory(municipality=otuzco, thread=thread, author=person)

    assert all(not all_found for _kind, _help, all_found in signals.report(otuzco, 30))


def test_nothing_is_punished_by_itself(otuzco, thread):
    for i in range(6):
        CommentFactory(municipality=otuzco, thread=thread, text=variant(i))
    signals.report(otuzco, 30)

    assert not Case.objects.exists()


# --- the page
def test_administrators_and_those_who_watch_over_the_region_read_it(client):
    otuzco, region = MunicipalityFactory(slug="otuzco"), MunicipalityFactory(slug="la-libertad")
    with municipality_scope(otuzco, region):
        readers = [
            staff(otuzco),
            staff(region, Role.OBSERVER),
            staff(region, Role.REGIONAL_ADMINISTRATOR),
        ]
        others = [UserFactory(), staff(otuzco, Role.MODERATOR), staff(region, Role.ADMINISTRATOR)]
    page = reverse("participation:signals", args=["otuzco"])

    for person in readers:
        client.force_login(person)
        assert client.get(page).status_code == 200
    for person in others:
        client.force_login(person)
        assert client.get(page).status_code == 404
    client.logout()
    assert client.get(page).status_code == 302


def test_opening_it_is_written_down_and_for_the_officer_it_names(client, caplog):
    otuzco = MunicipalityFactory(slug="otuzco")
    with municipality_scope(otuzco):
        reader, officer = staff(otuzco), staff(otuzco, Role.DESK_OFFICER)
        for _ in range(12):
            DeskActFactory(municipality=otuzco, officer=officer)
    client.force_login(reader)

    answer = client.get(reverse("participation:signals", args=["otuzco"]))

    assert officer.public_name in answer.text
    assert f"by {reader.pk}" in caplog.text
    assert AccessLog.objects.get().person == officer
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_page_costs_the_same_for_more(client, django_assert_max_num_queries):
    otuzco = MunicipalityFactory(slug="otuzco")
    with municipality_scope(otuzco):
        reader = staff(otuzco)
        for _ in range(4):
            act(ThreadFactory(municipality=otuzco), neighbours(12, days_old=0))
    client.force_login(reader)

    with django_assert_max_num_queries(35):
        client.get(reverse("participation:signals", args=["otuzco"]))


# --- traces
def test_a_trace_keeps_no_address_and_cannot_be_followed_across_months_or_places(
    otuzco, thread, rf
):
    def leave(at, thread):
        with time_machine.travel(at, tick=False):
            request = rf.post("/", REMOTE_ADDR="181.65.10.4")
            request.user = rosa
            traces.leave(request, thread, TracedAct.COMMENT)
        return bytes(Trace.objects.latest("pk").address_hash)

    rosa = UserFactory()
    one, same = leave("2026-11-03 15:00Z", thread), leave("2026-11-20 15:00Z", thread)
    next_month = leave("2026-12-03 15:00Z", thread)

    assert one == same != next_month
    assert b"181.65" not in one
    other = MunicipalityFactory()
    with municipality_scope(other):
        away = ThreadFactory(municipality=other)
        assert leave("2026-11-03 15:00Z", away) != one


def test_traces_go_after_thirty_days_in_every_place(otuzco, thread):
    old = timezone.now() - timedelta(days=31)
    act(thread, [UserFactory()], at=old)
    act(thread, [UserFactory()], at=timezone.now())

    assert forget_traces() == 1
    assert Trace.objects.count() == 1


def test_traces_go_with_their_person_who_may_read_them(otuzco, thread):
    rosa = UserFactory()
    act(thread, [rosa, UserFactory()])

    with region_scope("test"):
        (told,) = people.export(rosa)["traces"]
        people.erase(rosa)
    assert set(told) == {"municipality", "act", "at"}
    assert not Trace.objects.filter(user=rosa).exists()
    assert Trace.objects.count() == 1


# --- words and places, as staff keep them
def test_a_moderator_pastes_a_list_of_words_and_takes_some_off(client):
    otuzco = MunicipalityFactory(slug="otuzco")
    client.force_login(staff(otuzco, Role.MODERATOR))
    page = reverse("participation:watched_words", args=["otuzco"])

    data = {"do": "add", "kind": "word", "texts": "Idiota\n\n  vende   patria \nidiota\n"}
    answer = client.post(page, data, follow=True)
    assert "Añadidas: 2." in answer.text
    with municipality_scope(otuzco):
        words = {word.text: word for word in WatchedWord.objects.all()}
    assert set(words) == {"idiota", "vende patria"}

    client.post(
        reverse("participation:stop_watching", args=["otuzco"]), {"word": words["idiota"].pk}
    )
    with municipality_scope(otuzco):
        assert WatchedWord.objects.get().text == "vende patria"


@pytest.mark.parametrize(
    ("kind", "texts", "said"),
    [
        ("word", "a", "demasiado corta"),
        ("word", "", "Escribe al menos"),
        ("word", "x" * 81, "demasiado larg"),
        ("word", "\n".join(f"palabra{i}" for i in range(501)), "Como máximo 500"),
        ("link", "hola", "no es un enlace"),
        ("other", "hola", "error"),
        ("word", "\x00", "error"),
    ],
)
def test_a_line_that_cannot_be_watched_is_told_and_what_was_typed_stays(client, kind, texts, said):
    otuzco = MunicipalityFactory(slug="otuzco")
    client.force_login(staff(otuzco))
    data = {"do": "add", "kind": kind, "texts": texts}

    answer = client.post(reverse("participation:watched_words", args=["otuzco"]), data)

    assert answer.status_code == 422
    assert said.lower() in answer.text.lower()


def test_a_text_can_be_tried_and_is_not_kept(client):
    otuzco = MunicipalityFactory(slug="otuzco")
    with municipality_scope(otuzco):
        WatchedWordFactory(municipality=otuzco, text="idiota")
        WatchedWordFactory(municipality=otuzco, kind=WatchedKind.LINK, text="example.com")
    client.force_login(staff(otuzco, Role.MODERATOR))
    page = reverse("participation:watched_words", args=["otuzco"])

    answer = client.post(page, {"do": "try", "text": "1d10ta, mira pe.example.com"})
    assert "«idiota»" in answer.text
    assert "«example.com»" in answer.text
    answer = client.post(page, {"do": "try", "text": "Buena idea"})
    assert "Todos lo verían" in answer.text


def test_words_of_another_place_cannot_be_taken_off(client):
    otuzco, other = MunicipalityFactory(slug="otuzco"), MunicipalityFactory()
    with municipality_scope(other):
        theirs = WatchedWordFactory(municipality=other)
    client.force_login(staff(otuzco))

    client.post(reverse("participation:stop_watching", args=["otuzco"]), {"word": [theirs.pk, "x"]})

    with municipality_scope(other):
        assert WatchedWord.objects.count() == 1


def place(**changes):
    return {
        "kind": "school",
        "name": "I.E. 80252",
        "network": "181.65.10.4",
        "acts_per_hour": "300",
        "starts_at": "2026-11-23T08:00",
        "ends_at": "",
    } | changes


def test_an_administrator_declares_a_place_and_ends_it(client):
    otuzco = MunicipalityFactory(slug="otuzco")
    page = reverse("participation:declared_places", args=["otuzco"])

    with time_machine.travel("2026-11-23 15:00Z"):
        client.force_login(staff(otuzco))
        assert "127.0.0.1" in client.get(page).text
        client.post(page, place())
        with municipality_scope(otuzco):
            declared = DeclaredPlace.objects.get()
        assert declared.network == "181.65.10.4/32"
        client.post(reverse("participation:end_place", args=["otuzco", declared.pk]))
        with municipality_scope(otuzco):
            assert DeclaredPlace.objects.get().ends_at


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"network": "0.0.0.0/0"}, "demasiado amplia"),
        ({"network": "school"}, "no es una dirección"),
        ({"acts_per_hour": "0"}, "número mayor"),
        ({"acts_per_hour": "99999999"}, "número menor"),
        ({"kind": "assembly"}, "cuándo termina"),
        ({"ends_at": "2026-11-22T08:00"}, "Termina antes"),
        ({"name": ""}, "name"),
    ],
)
def test_a_place_that_cannot_be_is_told_why(client, changes, said):
    otuzco = MunicipalityFactory(slug="otuzco")
    client.force_login(staff(otuzco))

    answer = client.post(
        reverse("participation:declared_places", args=["otuzco"]), place(**changes)
    )

    assert answer.status_code == 422
    assert said in answer.text


def test_places_are_the_administrators_business(client):
    otuzco = MunicipalityFactory(slug="otuzco")
    client.force_login(staff(otuzco, Role.MODERATOR))

    assert client.get(reverse("participation:declared_places", args=["otuzco"])).status_code == 404
