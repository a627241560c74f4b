import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions.own_data import delete_account
from accounts.models import User
from municipalities.rls import municipality_scope
from participation.enums import ThreadKind
from tests.factories import (
    CommentFactory,
    DebateFactory,
    MunicipalityFactory,
    ProposalFactory,
    SuspensionFactory,
    ThreadFactory,
    UserFactory,
)


EVERYTHING = ["proposals", "debates", "comments"]


@pytest.fixture
def here():
    return MunicipalityFactory(modules=["proposals", "debates"])


@pytest.fixture
def rosa():
    return UserFactory(display_name="Rosa Quispe", handle="rosa-quispe")


def page(client, here, handle="rosa-quispe", **query):
    return client.get(reverse("participation:person", args=[here.slug, handle]), query)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def speaks(here, author, **fields):
    """A public comment of theirs, on somebody else's proposal."""
    with municipality_scope(here):
        thread = ThreadFactory(municipality=here, title="El puente", is_public=True)
        return CommentFactory(
            municipality=here, thread=thread, author=author, text="Lo digo yo", **fields
        )


def proposes(here, author, title="Agua limpia", **fields):
    with municipality_scope(here):
        return ProposalFactory(
            municipality=here, author=author, published=True, title=title, **fields
        )


def shows(person, *what, about=""):
    person.shows, person.about = list(what), about
    person.save()


def test_who_has_chosen_nothing_shows_only_the_name(client, here, rosa):
    speaks(here, rosa)
    proposes(here, rosa)

    shown = text(page(client, here))

    assert "Rosa Quispe" in shown
    assert "Lo digo yo" not in shown
    assert "Agua limpia" not in shown


def test_who_has_said_nothing_here_and_chosen_nothing_has_no_page(client, here, rosa):
    assert page(client, here).status_code == 404
    assert page(client, here, "nobody-at-all").status_code == 404


def test_whom_a_comment_names_has_a_page_to_be_led_to(client, here, rosa):
    speaks(here, UserFactory(), mentions=["rosa-quispe"])

    assert "Rosa Quispe" in text(page(client, here))


def test_in_another_town_they_have_no_page_either(client, here, rosa):
    speaks(MunicipalityFactory(), rosa)

    assert page(client, here).status_code == 404


@pytest.mark.parametrize(
    ("what", "seen", "unseen"),
    [("comments", "Lo digo yo", "Agua limpia"), ("proposals", "Agua limpia", "Lo digo yo")],
)
def test_only_what_was_chosen_is_shown(client, here, rosa, what, seen, unseen):
    speaks(here, rosa)
    proposes(here, rosa)
    shows(rosa, what)

    for query in ({}, {"ver": "propuestas"}, {"ver": "comentarios"}, {"ver": "x"}):
        shown = text(page(client, here, **query))
        assert seen in shown
        assert unseen not in shown


def test_each_kind_has_its_own_list(client, here, rosa):
    speaks(here, rosa)
    proposes(here, rosa)
    with municipality_scope(here):
        DebateFactory(municipality=here, author=rosa, title="¿Mercado nuevo?")
    shows(rosa, *EVERYTHING)

    assert "Agua limpia" in text(page(client, here, ver="propuestas"))
    assert "¿Mercado nuevo?" in text(page(client, here, ver="debates"))
    assert "Lo digo yo" in text(page(client, here, ver="comentarios"))


def test_what_is_hidden_or_not_yet_public_is_never_shown(client, here, rosa):
    with municipality_scope(here):
        ProposalFactory(
            municipality=here, author=rosa, title="Mi borrador", thread__is_public=False
        )
        hidden = ProposalFactory(
            municipality=here, author=rosa, published=True, title="Puente roto"
        )
        hidden.thread.is_public = False
        hidden.thread.save()
    speaks(here, rosa, hidden_at=timezone.now(), hidden_rule="insult")
    under_hidden = speaks(here, rosa)
    with municipality_scope(here):
        under_hidden.thread.is_public = False
        under_hidden.thread.save()
    shows(rosa, *EVERYTHING)

    for address in ("propuestas", "comentarios"):
        shown = text(page(client, here, ver=address))
        assert [w for w in ("Mi borrador", "Puente roto", "Lo digo yo") if w in shown] == []


def test_what_was_taken_back_is_gone(client, here, rosa):
    speaks(here, rosa, deleted_at=timezone.now())
    shows(rosa, "comments")

    assert "Lo digo yo" not in text(page(client, here))


def test_what_was_said_for_others_is_not_theirs_to_show(client, here, rosa):
    proposes(here, rosa, "De la asociación", author_kind="organisation", organisation="ASOC")
    speaks(here, rosa, as_office="Alcaldía")
    with municipality_scope(here):
        DebateFactory(municipality=here, author=rosa, title="Oficial", is_official=True)

    assert page(client, here).status_code == 404

    shows(rosa, *EVERYTHING)
    for address in ("propuestas", "debates", "comentarios"):
        shown = text(page(client, here, ver=address))
        assert all(words not in shown for words in ("De la asoc", "Oficial", "Lo digo yo"))


def test_nothing_private_is_on_the_page(client, here, rosa):
    rosa.email, rosa.phone = "rosa.secreta@example.org", "+51987654321"
    rosa.birth_year, rosa.area, rosa.organisation = 1987, "rural", "Mi empresa"
    speaks(here, rosa)
    shows(rosa, *EVERYTHING, about="Cultivo papas.")

    shown = text(page(client, here))

    assert "Cultivo papas." in shown
    for secret in ("rosa.secreta", "987654321", "1987", "Mi empresa"):
        assert secret not in shown


def test_a_deleted_account_has_no_page(client, here, rosa):
    speaks(here, rosa)
    shows(rosa, "comments", about="Yo")
    assert page(client, here).status_code == 200

    delete_account(User.objects.get(pk=rosa.pk))

    assert page(client, here).status_code == 404


def test_who_may_not_sign_in_has_no_page(client, here, rosa):
    speaks(here, rosa)
    User.objects.filter(pk=rosa.pk).update(is_active=False)

    assert page(client, here).status_code == 404


def test_who_is_suspended_here_does_not_speak_by_their_page(client, here, rosa):
    shows(rosa, about="Vótenme")
    with municipality_scope(here):
        SuspensionFactory(
            municipality=here, user=rosa, ends_at=timezone.now() + timezone.timedelta(days=3)
        )

    assert "Vótenme" not in text(page(client, here))


def test_the_page_is_not_for_search_engines(client, here, rosa):
    shows(rosa, "comments")

    response = page(client, here)

    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in text(response)


def test_ones_own_page_leads_to_the_choice(client, here, rosa):
    client.force_login(rosa)

    assert reverse("accounts:public_page") in text(page(client, here))


def test_about_is_no_html(client, here, rosa):
    shows(rosa, about="<script>alert(1)</script>")

    assert "<script>alert" not in text(page(client, here))


@pytest.mark.parametrize("what", ["propuestas", "comentarios"])
def test_one_or_many_ask_the_same_queries(client, here, rosa, what, django_assert_max_num_queries):
    shows(rosa, *EVERYTHING)
    asked = []
    for _ in range(2):
        for number in range(2):
            speaks(here, rosa)
            proposes(here, rosa, f"Cosa {number}")
        with django_assert_max_num_queries(20) as captured:
            page(client, here, ver=what)
        asked.append(len(captured))

    assert asked[0] == asked[1]


def test_long_lists_have_pages(client, here, rosa):
    shows(rosa, "comments")
    with municipality_scope(here):
        thread = ThreadFactory(municipality=here, is_public=True, kind=ThreadKind.PROPOSAL)
        CommentFactory.create_batch(20, municipality=here, thread=thread, author=rosa)

    assert len(page(client, here).context["page"]) == 15
    assert len(page(client, here, page=2).context["page"]) == 5


# --- choosing


def test_one_chooses_what_to_show(client, here, rosa):
    client.force_login(rosa)

    client.post(
        reverse("accounts:public_page"), {"about": " Cultivo  papas ", "shows": ["debates"]}
    )

    now = User.objects.get(pk=rosa.pk)
    assert (now.about, now.shows) == ("Cultivo papas", ["debates"])


def test_seeing_it_first_changes_nothing(client, here, rosa):
    client.force_login(rosa)

    response = client.post(
        reverse("accounts:public_page"), {"about": "Hola", "shows": ["comments"], "preview": "1"}
    )

    assert "<p>Hola</p>" in text(response)
    assert User.objects.get(pk=rosa.pk).about == ""


@pytest.mark.parametrize(
    "about", ["Llámame al 987 654 321", "dni 12345678", "rosa@example.org", "x" * 301]
)
def test_what_would_give_one_away_is_refused_and_kept_in_the_field(client, rosa, about):
    client.force_login(rosa)

    response = client.post(reverse("accounts:public_page"), {"about": about})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["about"]
    assert User.objects.get(pk=rosa.pk).about == ""


def test_nobody_shows_what_does_not_exist(client, rosa):
    client.force_login(rosa)

    response = client.post(reverse("accounts:public_page"), {"shows": ["email"]})

    assert response.status_code == 422
