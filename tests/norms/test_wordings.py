from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from municipalities.enums import Module
from municipalities.rls import municipality_scope, scoped_transaction
from norms import changes, obstacles, wordings
from norms.actions import wordings as actions
from norms.enums import Stance
from norms.models import Wording, WordingStance
from norms.obstacles import Met, Presence
from participation.enums import InterventionKind
from participation.models import Intervention
from tests.factories import MunicipalityFactory, ResidentFactory, UserFactory
from tests.norms.answering import neighbour, propose, put_forward, rewrite, staff
from tests.norms.factories import WordingStanceFactory


HTMX = {"HX-Request": "true"}
COUNTS = ("musts", "shoulds", "should_nots", "must_nots")


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.NORMS])
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def wording(otuzco):
    norm, parts = put_forward(otuzco)
    return propose(norm, parts[0], "bicicleta", "bicicleta o el triciclo")


def take(wording, resident, stance=Stance.MUST):
    return actions.take(wording, by=resident.user, resident=resident, stance=stance)


def counts(wording):
    return Wording.objects.values_list(*COUNTS).get(pk=wording.pk)


def acts():
    found = Intervention.objects.filter(kind=InterventionKind.WORDING_STANCE)
    return found.aggregate(sum=Sum("amount"))["sum"] or 0


def press(client, wording, stance, **headers):
    address = reverse("norms:take_stance", args=["otuzco", wording.pk])
    return client.post(address, {"stance": stance}, headers=headers)


# --- What residents say


def test_a_resident_says_once_and_may_say_otherwise(otuzco, wording):
    ana = neighbour(otuzco)

    assert take(wording, ana) is True
    assert take(wording, ana) is False
    assert take(wording, ana, Stance.SHOULD_NOT) is False

    assert counts(wording) == (0, 0, 1, 0)
    assert (wording.musts, wording.should_nots) == (0, 1)
    assert acts() == 1


def test_what_was_said_can_be_taken_back_once(otuzco, wording):
    ana = neighbour(otuzco)
    take(wording, ana)

    assert actions.withdraw(wording, by=ana.user, resident=ana) is True
    assert actions.withdraw(wording, by=ana.user, resident=ana) is False

    assert (counts(wording), acts()) == ((0, 0, 0, 0), 0)


def test_the_same_person_with_another_account_says_it_once(otuzco, wording):
    ana = neighbour(otuzco)
    take(wording, ana)
    ana.user = UserFactory()
    ana.save(update_fields=["user"])

    assert take(wording, ana, Stance.MUST_NOT) is False

    assert counts(wording) == (0, 0, 0, 1)
    assert WordingStance.objects.get().user == ana.user


def test_who_lives_elsewhere_has_no_say(otuzco, wording):
    stranger = ResidentFactory()

    with pytest.raises(actions.CannotTake):
        take(wording, stranger)


@pytest.mark.parametrize("trait", ["closed", "answered"])
def test_after_the_comments_nothing_is_said_or_taken_back(otuzco, trait):
    norm, parts = put_forward(otuzco, **{trait: True})
    wording = propose(norm, parts[0], "bicicleta", "moto")
    ana = neighbour(otuzco)
    WordingStanceFactory(municipality=otuzco, wording=wording, resident=ana)

    with pytest.raises(actions.CannotTake):
        take(wording, ana)
    with pytest.raises(actions.CannotTake):
        actions.withdraw(wording, by=ana.user, resident=ana)

    assert counts(wording) == (0, 1, 0, 0)


def test_of_a_hidden_comment_nothing_is_said(otuzco, wording):
    wording.comment.hidden_at, wording.comment.hidden_rule = timezone.now(), "insult"
    wording.comment.save()

    with pytest.raises(actions.CannotTake):
        take(wording, neighbour(otuzco))


def test_a_municipality_without_norms_takes_none(otuzco, wording):
    otuzco.modules = []
    otuzco.save()

    with pytest.raises(actions.CannotTake):
        take(Wording.objects.get(pk=wording.pk), neighbour(otuzco))


# --- The buttons


def test_a_button_answers_with_its_card_or_leads_back(client, otuzco, wording):
    client.force_login(neighbour(otuzco).user)

    fragment = press(client, wording, "must", **HTMX)
    back = press(client, wording, "should")

    assert fragment.status_code == 200
    assert fragment.templates[0].name == "norms/_wording.html"
    assert 'aria-pressed="true"' in fragment.content.decode()
    assert back.url == wordings.address_of(wording)
    assert counts(wording) == (0, 1, 0, 0)


def test_pressing_take_it_back_takes_it_back(client, otuzco, wording):
    ana = neighbour(otuzco)
    take(wording, ana)
    client.force_login(ana.user)

    press(client, wording, "none")

    assert counts(wording) == (0, 0, 0, 0)


@pytest.mark.parametrize("sent", ["", "perhaps"])
def test_a_button_that_is_none_is_refused(client, otuzco, wording, sent):
    client.force_login(neighbour(otuzco).user)

    assert press(client, wording, sent, **HTMX).status_code == 422
    assert counts(wording) == (0, 0, 0, 0)


def test_a_visitor_is_taken_to_sign_in_and_comes_back(client, otuzco, wording):
    response = press(client, wording, "must")

    assert response.url.startswith(reverse("account_login"))
    assert f"redaccion%3D{wording.pk}" in response.url


def test_one_goes_back_only_to_a_page_of_this_site(client, otuzco, wording):
    client.force_login(neighbour(otuzco).user)
    address = reverse("norms:take_stance", args=["otuzco", wording.pk])

    there = client.post(address, {"stance": "must", "back": "https://example.com/"})
    here = client.post(address, {"stance": "must", "back": "/otuzco/normas/1/"})

    assert there.url == wordings.address_of(wording)
    assert here.url == f"/otuzco/normas/1/#redaccion-{wording.pk}"


# --- The list


def page_of(client, norm, **asked):
    return client.get(reverse("norms:wordings", args=["otuzco", norm.pk]), asked)


def test_wordings_go_as_the_text_goes_and_by_how_much_is_said(client, otuzco):
    norm, parts = put_forward(otuzco)
    second = propose(norm, parts[1], "tasa", "cuota")
    quiet = propose(norm, parts[0], "bicicleta", "bici")
    loud = propose(norm, parts[0], "circula", "va")
    WordingStanceFactory(municipality=otuzco, wording=loud)
    WordingStanceFactory.create_batch(2, municipality=otuzco, wording=second)

    def order(**asked):
        return [wording for _place, wording in page_of(client, norm, **asked).context["rows"]]

    assert order() == [loud, quiet, second]
    assert order(orden="voces") == [second, loud, quiet]
    assert order(articulo=parts[1].article_id) == [second]
    assert order(redaccion=quiet.pk) == [quiet]
    assert order(articulo="x", orden="?", redaccion="-1") == [loud, quiet, second]


def test_nobody_is_named_with_what_they_say(client, otuzco, wording):
    ana = ResidentFactory(district=otuzco.place, user__display_name="Ana Quispe Rojas")
    take(wording, ana)

    assert "Ana Quispe Rojas" not in page_of(client, wording.norm).content.decode()


def test_a_hidden_wording_leaves_the_list(client, otuzco, wording):
    wording.comment.hidden_at, wording.comment.hidden_rule = timezone.now(), "insult"
    wording.comment.save()

    assert page_of(client, wording.norm).context["rows"] == []


def test_of_a_draft_norm_there_is_no_list(client, otuzco):
    norm, _parts = put_forward(otuzco, draft=True)

    assert page_of(client, norm).status_code == 404


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_asks_the_same_queries_for_one_or_many(
    client, otuzco, count, django_assert_max_num_queries
):
    norm, parts = put_forward(otuzco)
    for number in range(count):
        propose(norm, parts[number % 3], parts[number % 3].text[:8], f"otras {number}")
    client.force_login(neighbour(otuzco).user)
    page_of(client, norm)

    with django_assert_max_num_queries(26):
        assert len(page_of(client, norm).context["rows"]) == count


# --- What stands in the way

TEXT = "La bicicleta circula por la ciclovía y por la berma."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("bicicleta", "BICICLETA, circula", Presence.HERE),
        ("x", "por la Ciclovia", Presence.HERE),
        ("x", "por ciclovía", Presence.PARTLY),
        ("x", "berma pavimentada", Presence.PARTLY),
        ("x", "vereda ancha, berma", Presence.NOT_HERE),
        ("x", "pista", Presence.NOT_HERE),
        ("la berma", "la vereda", Presence.NOT_HERE),
        ("la vereda", "", Presence.HERE),
        ("la berma", "", Presence.NOT_HERE),
        ("ciclovía y por la berma", "ciclovía", Presence.NOT_HERE),
        ("ciclovía y por la pista", "ciclovía", Presence.HERE),
        ("x", "bici", Presence.NOT_HERE),
    ],
)
def test_whether_a_text_has_a_wording(old, new, expected):
    assert obstacles.presence(old, new, TEXT) == expected


def test_a_provision_that_is_gone_has_only_what_takes_words_out():
    assert obstacles.presence("bicicleta", "moto", None) == Presence.NOT_HERE
    assert obstacles.presence("bicicleta", "", None) == Presence.HERE


def told(*, new, musts=0, must_nots=0):
    wording = Wording(new_text=new, musts=musts, must_nots=must_nots)
    return obstacles.Obstacle(wording, obstacles.presence("x", new, TEXT))


def test_who_insists_and_is_not_satisfied_stands_in_the_way():
    unmet, met = told(new="pista", musts=2), told(new="por la berma", musts=2)
    refused, spared = told(new="por la berma", must_nots=3), told(new="pista", must_nots=3)

    assert (unmet.musts, unmet.people) == (Met.NOT, 2)
    assert (met.musts, met.people) == (Met.MET, 0)
    assert (refused.must_nots, refused.people) == (Met.NOT, 3)
    assert (spared.must_nots, spared.people) == (Met.MET, 0)


def test_what_some_insist_on_and_others_against_is_always_in_the_way():
    for new in ("pista", "por la berma", "berma pavimentada"):
        one = told(new=new, musts=1, must_nots=1)

        assert one.is_disputed
        assert one.is_in_the_way


def board(client, norm, **asked):
    return client.get(reverse("norms:obstacles", args=["otuzco", norm.pk]), asked)


def test_the_board_looks_at_the_text_in_preparation(client, otuzco):
    norm, parts = put_forward(otuzco)
    wording = propose(norm, parts[1], "tasa anual", "cuota mensual")
    WordingStanceFactory(municipality=otuzco, wording=wording, stance=Stance.MUST)
    wished = propose(norm, parts[1], "pagan", "abonan")
    WordingStanceFactory(municipality=otuzco, wording=wished, stance=Stance.SHOULD)
    client.force_login(staff(otuzco))

    before = board(client, norm)
    texts = [(part.article, part.text.replace("tasa anual", "cuota mensual")) for part in parts]
    version, _new = rewrite(norm, texts, published=False)
    after = board(client, norm)
    everything = board(client, norm, ver="todo")

    assert [one.wording for _place, one in before.context["rows"]] == [wording]
    assert after.context["version"] == version
    assert after.context["rows"] == []
    assert [one.musts for _place, one in everything.context["rows"]] == [Met.MET]


def test_the_board_is_for_staff(client, otuzco):
    norm, _parts = put_forward(otuzco)

    assert board(client, norm).url.startswith(reverse("account_login"))
    client.force_login(neighbour(otuzco).user)
    assert board(client, norm).status_code == 403


@pytest.mark.parametrize("count", [1, 6])
def test_the_board_asks_the_same_queries_for_one_or_many(
    client, otuzco, count, django_assert_max_num_queries
):
    norm, parts = put_forward(otuzco)
    for number in range(count):
        one = propose(norm, parts[number % 3], parts[number % 3].text[:8], f"otras {number}")
        WordingStanceFactory(municipality=otuzco, wording=one, stance=Stance.MUST)
    client.force_login(staff(otuzco))
    board(client, norm)

    with django_assert_max_num_queries(22):
        assert len(board(client, norm).context["rows"]) == count


def test_the_public_list_says_whether_the_current_text_has_it(client, otuzco):
    norm, parts = put_forward(otuzco)
    propose(norm, parts[1], "tasa anual", "cuota mensual")
    texts = [(part.article, part.text.replace("tasa anual", "cuota mensual")) for part in parts]
    rewrite(norm, texts)

    [(_place, wording)] = page_of(client, norm).context["rows"]

    assert wording.presence == Presence.HERE
    assert changes.texts_of(norm.current)[parts[1].article_id].endswith("una cuota mensual.")


# --- Many at once


def test_twenty_presses_at_once_are_one_stance(transactional_db):
    town = MunicipalityFactory(slug="otuzco", modules=[Module.NORMS])
    with scoped_transaction(town):
        norm, parts = put_forward(town)
        wording = propose(norm, parts[0], "bicicleta", "moto")
        ana = neighbour(town)
    stances = list(Stance) * 5

    def press_one(stance):
        try:
            with scoped_transaction(town):
                return take(Wording.objects.get(pk=wording.pk), ana, stance)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        first = sum(pool.map(press_one, stances))

    with scoped_transaction(town):
        stance = WordingStance.objects.get().stance
        expected = {wordings.COUNT_OF[Stance(stance)]: 1}
        assert first == acts() == 1
        assert counts(wording) == tuple(expected.get(name, 0) for name in COUNTS)
