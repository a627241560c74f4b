"""Opening a debate, changing it within the hour, closing it, and what everybody sees of it."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from debates.actions import debates as actions
from debates.models import Debate
from municipalities.enums import Module
from participation.models import Intervention, Notice
from participation.models.files import Image
from tests.factories import (
    CategoryFactory,
    CommentFactory,
    DebateFactory,
    FollowFactory,
    MunicipalityFactory,
    ResidentFactory,
    RoleGrantFactory,
    SuspensionFactory,
    UserFactory,
    WatchedWordFactory,
)
from tests.proposals.pictures import photo


@pytest.fixture
def neighbour(otuzco):
    return ResidentFactory(district=otuzco.place).user


@pytest.fixture
def officer(otuzco):
    return RoleGrantFactory(municipality=otuzco, role=Role.EVALUATOR).user


@pytest.fixture
def write(otuzco):
    return reverse("debates:write", args=["otuzco"])


def typed(**changes):
    return {
        "form_key": str(uuid.uuid4()),
        "title": "¿El mercado debe abrir los domingos?",
        "text": "Hoy cierra. Los que bajan de los caseríos vienen ese día.",
    } | changes


def test_a_resident_opens_a_debate(client, otuzco, neighbour, write):
    topic = CategoryFactory(municipality=otuzco)
    client.force_login(neighbour)
    day = timezone.localdate() + timedelta(days=10)

    response = client.post(
        write,
        typed(
            category=topic.pk,
            tags="mercado, horario",
            place_name="Mercado central",
            latitude="-7,90",
            longitude="-78,56",
            closes_on=day.isoformat(),
        ),
        follow=True,
    )

    debate = Debate.objects.get()
    page = response.content.decode()
    assert response.status_code == 200
    assert response.request["PATH_INFO"] == debate.get_absolute_url() == debate.thread.path
    assert debate.thread.is_public
    assert not debate.is_official
    assert timezone.localtime(debate.thread.closes_at).isoformat()[:19] == f"{day}T23:59:59"
    assert debate.tags == ["mercado", "horario"]
    for words in (debate.title, "Mercado central", "geo:-7.900000,-78.560000", "mercado", topic):
        assert str(words) in page
    assert Intervention.objects.filter(kind="debate").count() == 1
    assert [e.verb for e in debate.thread.events.all()] == ["debate_opened"]


def test_the_same_form_sent_twice_opens_one_debate(client, otuzco, neighbour, write):
    client.force_login(neighbour)
    data = typed()

    first, second = client.post(write, data), client.post(write, data)

    assert first.url == second.url
    assert Debate.objects.count() == 1
    assert Intervention.objects.filter(kind="debate").count() == 1


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(client, neighbour, write):
    client.force_login(neighbour)
    yesterday = timezone.localdate() - timedelta(days=1)

    response = client.post(
        write,
        typed(title=" … ", text="Se queda", latitude="1", closes_on=yesterday.isoformat()),
    )

    assert response.status_code == 422
    assert {"title", "closes_on", "longitude"} == set(response.context["form"].errors)
    assert "Se queda" in response.content.decode()
    assert not Debate.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"title": "a" * 121},
        {"title": "x\x00y"},
        {"text": "\x00"},
        {"closes_on": "mañana"},
        {"closes_on": "9999-12-31"},
        {"closes_on": "0001-01-01"},
        {"category": "99999999999999999999"},
        {"category": "x"},
        {"tags": ",".join(f"t{n}" for n in range(9))},
        {"latitude": "nan", "longitude": "nan"},
        {"latitude": "91", "longitude": "0"},
        {"seeds": "a" * 141},
        {"seeds": "\n".join(f"Una {n}" for n in range(11))},
        {"seeds": "…"},
        {"form_key": "x"},
    ],
)
def test_no_answer_breaks_the_form(client, neighbour, write, bad):
    client.force_login(neighbour)

    assert client.post(write, typed(**bad)).status_code == 422


def test_who_may_not_open_one_reads_why(client, otuzco, write):
    stranger = ResidentFactory().user
    suspended = ResidentFactory(district=otuzco.place).user
    SuspensionFactory(
        municipality=otuzco, user=suspended, ends_at=timezone.now() + timedelta(days=2)
    )

    for person in (UserFactory(), stranger, suspended):
        client.force_login(person)
        assert client.get(write).status_code == 403
        assert client.post(write, typed()).status_code == 403
    assert not Debate.objects.exists()


def test_a_visitor_s_words_wait_until_they_have_signed_in(client, otuzco, neighbour, write):
    sent = client.post(write, typed(title="¿Qué hacemos con la basura?"))
    assert sent.url.startswith(reverse("account_login"))

    session = client.session["debate_text"]
    client.force_login(neighbour)
    client.session["debate_text"] = session
    assert session["title"] == "¿Qué hacemos con la basura?"


def test_where_there_are_no_debates_none_is_opened(client, otuzco, neighbour, write):
    otuzco.modules = [Module.PROPOSALS]
    otuzco.save()
    client.force_login(neighbour)

    assert client.get(write).status_code == 403
    assert client.post(write, typed()).status_code == 403


def test_staff_ask_for_the_municipality_with_the_office_s_name(client, otuzco, officer, write):
    client.force_login(officer)
    assert "Gerencia de Desarrollo" in client.get(write).content.decode()

    response = client.post(write, typed(office="Subgerencia de Mercados"), follow=True)

    debate = Debate.objects.get()
    assert (debate.is_official, debate.office) == (True, "Subgerencia de Mercados")
    page = response.content.decode()
    assert "La municipalidad pregunta" in page
    assert officer.public_name not in page.split("<main")[1].split("comentarios")[0]


def test_a_resident_cannot_ask_in_the_municipality_s_name(client, otuzco, neighbour, write):
    client.force_login(neighbour)

    client.post(write, typed(asked_by="municipality", office="Alcaldía"))

    assert not Debate.objects.get().is_official
    with pytest.raises(actions.CannotDebate):
        actions.open_debate(
            otuzco, by=neighbour, form_key=uuid.uuid4(), is_official=True, title="a", text="b"
        )


def test_pictures_come_with_it(client, otuzco, neighbour, write):
    client.force_login(neighbour)

    client.post(write, typed(images=photo()))

    assert Image.objects.filter(thread=Debate.objects.get().thread).count() == 1


def test_it_begins_with_the_statements_it_was_given(client, otuzco, neighbour, write):
    client.force_login(neighbour)

    client.post(
        write, typed(takes_statements="on", seeds="Debe abrir todo el día.\nSolo por la mañana.")
    )

    debate = Debate.objects.get()
    assert debate.takes_statements
    assert list(debate.statements.values_list("text", "is_seed")) == [
        ("Debe abrir todo el día.", True),
        ("Solo por la mañana.", True),
    ]


def test_for_an_hour_its_author_changes_it_and_everybody_can_compare(client, otuzco, neighbour):
    debate = DebateFactory(municipality=otuzco, author=neighbour, title="Agua", text="Poca agua.")
    client.force_login(neighbour)
    address = reverse("debates:edit", args=["otuzco", debate.pk])
    assert "Poca agua." in client.get(address).content.decode()

    client.post(address, {"title": "Agua", "text": "Poca agua de noche."})

    debate.refresh_from_db()
    assert debate.text == "Poca agua de noche."
    assert debate.edited_at
    client.logout()
    page = client.get(reverse("debates:history", args=["otuzco", debate.pk])).content.decode()
    assert "de noche." in page
    assert "<ins>" in page
    assert "historial" in client.get(debate.get_absolute_url()).content.decode()


def test_after_the_hour_or_by_others_it_does_not_change(client, otuzco, neighbour):
    debate = DebateFactory(municipality=otuzco, author=neighbour, text="Como era.")
    address = reverse("debates:edit", args=["otuzco", debate.pk])
    new = {"title": "Otra", "text": "Otra cosa."}

    client.force_login(ResidentFactory(district=otuzco.place).user)
    client.post(address, new)
    with pytest.raises(actions.CannotEdit):
        actions.revise(debate, by=UserFactory(), closes_at=None, **new)
    Debate.objects.update(published_at=timezone.now() - timedelta(minutes=61))
    client.force_login(neighbour)
    client.post(address, new)
    debate.refresh_from_db()
    with pytest.raises(actions.CannotEdit):
        actions.revise(debate, by=neighbour, closes_at=None, **new)

    debate.refresh_from_db()
    assert debate.text == "Como era."
    assert not debate.versions.exists()


def test_its_pictures_change_in_the_same_hour_and_in_the_name_of_the_office(otuzco, officer):
    debate = DebateFactory(municipality=otuzco, author=officer, is_official=True, office="Obras")

    with pytest.raises(actions.CannotEdit):
        actions.change_files(debate, by=UserFactory(), add=[photo()])
    actions.change_files(debate, by=officer, add=[photo()])
    Debate.objects.update(published_at=timezone.now() - timedelta(minutes=61))
    with pytest.raises(actions.CannotEdit):
        actions.change_files(debate, by=officer, add=[photo()])

    assert debate.thread.images.count() == 1
    assert debate.thread.events.get(verb="edited").as_office == "Obras"


def test_a_picture_is_added_together_with_words_that_wait_for_a_look(client, otuzco, neighbour):
    debate = DebateFactory(municipality=otuzco, author=neighbour, title="Agua", text="Poca agua.")
    WatchedWordFactory(municipality=otuzco, text="ladrón")
    client.force_login(neighbour)

    client.post(
        reverse("debates:edit", args=["otuzco", debate.pk]),
        {"title": "Agua", "text": "El ladrón del agua.", "images": photo()},
    )

    debate.refresh_from_db()
    debate.thread.refresh_from_db()
    assert debate.text == "El ladrón del agua."
    assert debate.is_hidden
    assert debate.thread.images.count() == 1


def test_it_closes_by_the_clock_alone(client, otuzco, neighbour):
    now = timezone.now()
    debate = DebateFactory(
        municipality=otuzco,
        thread__closes_at=now - timedelta(seconds=1),
        published_at=now - timedelta(days=3),
    )

    page = client.get(debate.get_absolute_url()).content.decode()

    assert not debate.is_open
    assert "Cerrado" in page
    assert "Dejó de recibir argumentos" in page


def test_who_opened_it_may_close_it_before_and_nobody_else(client, otuzco, neighbour):
    debate = DebateFactory(municipality=otuzco, author=neighbour)
    address = reverse("debates:close", args=["otuzco", debate.pk])

    client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.ADMINISTRATOR).user)
    client.post(address)
    debate.thread.refresh_from_db()
    assert not debate.thread.has_closed
    client.force_login(neighbour)
    assert client.get(address).status_code == 200
    client.post(address)

    debate.thread.refresh_from_db()
    assert debate.thread.has_closed
    assert [e.verb for e in debate.thread.events.all()] == ["debate_closed"]


def test_what_moderation_hid_is_gone_for_others_and_there_for_its_author(client, otuzco, neighbour):
    debate = DebateFactory(municipality=otuzco, author=neighbour, thread__is_public=False)
    here = debate.get_absolute_url()

    assert client.get(here).status_code == 410
    assert debate.title not in client.get(here).content.decode()
    assert client.get(reverse("debates:history", args=["otuzco", debate.pk])).status_code == 404
    client.force_login(neighbour)
    assert client.get(here).status_code == 200
    client.force_login(RoleGrantFactory(municipality=otuzco, role=Role.MODERATOR).user)
    assert client.get(here).status_code == 200


def test_short_and_old_addresses_lead_to_the_page(client, otuzco):
    debate = DebateFactory(municipality=otuzco, title="¿Agua o asfalto?")

    for address in (f"/otuzco/debates/{debate.pk}/", f"/otuzco/debates/{debate.pk}-otro/"):
        response = client.get(address)
        assert (response.status_code, response.url) == (301, debate.get_absolute_url())


def test_the_page_costs_the_same_with_more_comments(
    client, otuzco, neighbour, django_assert_num_queries
):
    debate = DebateFactory(municipality=otuzco)
    CommentFactory.create_batch(2, thread=debate.thread, municipality=otuzco, side="for")
    client.force_login(neighbour)

    def queries():
        from django.db import connection  # noqa: PLC0415
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        with CaptureQueriesContext(
            connection,
        ) as counted:
            client.get(debate.get_absolute_url())
        return len(counted)

    few = queries()
    CommentFactory.create_batch(6, thread=debate.thread, municipality=otuzco, side="against")
    assert queries() == few


def test_followers_of_its_word_hear_of_a_new_debate(
    client, otuzco, neighbour, write, django_capture_on_commit_callbacks
):
    follower = FollowFactory(municipality=otuzco, thread=None, tag="mercado").user
    client.force_login(neighbour)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(write, typed(tags="mercado"))

    assert Notice.objects.filter(user=follower, event__verb="debate_opened").count() == 1


def test_text_is_markdown_without_anything_that_runs(client, otuzco):
    debate = DebateFactory(
        municipality=otuzco,
        title="<script>alert(1)</script>",
        text="**fuerte** <img src=x onerror=alert(1)> [a](javascript:alert(1))",
        place_name="<b>x</b>",
    )

    page = client.get(debate.get_absolute_url()).content.decode()

    assert "<strong>fuerte</strong>" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page
    assert "<b>x</b>" not in page


def test_personal_data_are_warned_of_before_they_are_published(client, otuzco, neighbour, write):
    client.force_login(neighbour)
    data = typed(text="Llámenme al 987 654 321.")

    assert client.post(write, data).status_code == 422
    assert not Debate.objects.exists()
    client.post(write, data | {"personal_data_may_be_shown": "on"})

    debate = Debate.objects.get()
    assert debate.is_hidden
    assert debate.thread.cases.count() == 1


def test_many_debates_in_a_week_have_to_wait(client, otuzco, neighbour, write):
    client.force_login(neighbour)

    answers = [client.post(write, typed(title=f"Pregunta {n}")).status_code for n in range(4)]

    assert answers[0] == 302
    assert answers[-1] == 422
    assert Debate.objects.count() < 4


def test_another_municipality_s_debate_is_not_found_here(client, otuzco):
    from municipalities.rls import municipality_scope  # noqa: PLC0415

    other = MunicipalityFactory(modules=[Module.DEBATES])
    with municipality_scope(other):
        debate = DebateFactory(municipality=other)

    assert client.get(f"/otuzco/debates/{debate.pk}/").status_code == 404
