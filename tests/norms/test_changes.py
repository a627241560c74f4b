import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, strategies as st

from municipalities.enums import Module
from municipalities.rls import municipality_scope
from norms import causes as facts, changes
from norms.actions import answers as actions
from norms.changes import ChangeKind
from norms.models import Cause
from tests.factories import MunicipalityFactory
from tests.norms.answering import comment, neighbour, propose, put_forward, rewrite, staff
from tests.norms.factories import CauseFactory


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco", modules=[Module.NORMS])
    with municipality_scope(municipality):
        yield municipality


def rewritten(town, **traits):
    """Article 1 as it was, a new one after it, article 2 with other words, article 3 taken out."""
    norm, parts = put_forward(town, **{"closed": True} | traits)
    version, new = rewrite(
        norm,
        [
            (parts[0].article, parts[0].text),
            (None, "Los peatones pasan primero."),
            (parts[1].article, "Los triciclos pagan una cuota mensual."),
        ],
        is_final=True,
    )
    return norm, parts, version, new


# --- The difference


def test_a_provision_is_the_same_whatever_its_number(otuzco):
    norm, parts, version, new = rewritten(otuzco)

    found = changes.compare(parts[0].version, version)

    assert [(one.kind, one.article) for one in found] == [
        (ChangeKind.SAME, parts[0].article_id),
        (ChangeKind.ADDED, new[1].article_id),
        (ChangeKind.CHANGED, parts[1].article_id),
        (ChangeKind.REMOVED, parts[2].article_id),
    ]
    assert (found[2].name, found[2].name_before) == ("Artículo 3", "Artículo 2")


def test_a_provision_that_only_moved_is_said_to_be_renumbered(otuzco):
    norm, parts = put_forward(otuzco)
    version, _new = rewrite(norm, [(part.article, part.text) for part in parts[1:]])

    kinds = [one.kind for one in changes.compare(parts[0].version, version)]

    assert kinds == [ChangeKind.REMOVED, ChangeKind.RENUMBERED, ChangeKind.RENUMBERED]


def test_what_is_taken_out_stands_where_it_stood(otuzco):
    norm, parts = put_forward(otuzco)
    kept = [(parts[0].article, parts[0].text), (parts[2].article, parts[2].text)]
    version, _new = rewrite(norm, kept)

    found = changes.compare(parts[0].version, version)

    assert [one.article for one in found] == [part.article_id for part in parts]


def test_the_difference_is_in_whole_phrases():
    pieces = changes.readable("Paga una tasa anual fija.", "Paga dos cuotas mensuales fija.")

    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "Paga "),
        ("removed", "una tasa anual"),
        ("added", "dos cuotas mensuales"),
        ("same", " fija."),
    ]


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("bicicleta", "bicicleta o el triciclo", ["same", "added"]),
        ("La bicicleta", "bicicleta", ["removed", "same"]),
        ("una tasa", "", ["removed"]),
        ("a", "a", ["same"]),
        ("de la ciudad y del campo", "de la ciudad", ["same", "removed"]),
    ],
)
def test_only_what_differs_is_marked(old, new, kinds):
    assert [piece.kind for piece in changes.readable(old, new)] == kinds


def test_texts_made_to_be_slow_are_compared_as_a_whole():
    old, new = "a b " * 2_000, "b a c " * 2_000

    assert [piece.kind for piece in changes.readable(old, new)] == ["removed", "added"]


@given(*[st.text(alphabet="ab \n\t", max_size=40)] * 2)
def test_no_letter_is_lost_whatever_the_texts(old, new):
    pieces = changes.readable(old, new)

    assert "".join(p.text for p in pieces if p.kind != "added") == old
    assert "".join(p.text for p in pieces if p.kind != "removed") == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "a b"),
        ("a b", ""),
        ("a  b\nc", "a b\n\nc d"),
        ("uno dos tres", "tres dos uno"),
        ("a", "a"),
    ],
)
def test_the_difference_loses_no_letter_of_either_text(old, new):
    pieces = changes.readable(old, new)

    assert "".join(p.text for p in pieces if p.kind != "added") == old
    assert "".join(p.text for p in pieces if p.kind != "removed") == new


# --- The pages


def compare(client, norm, before, after, **asked):
    return client.get(reverse("norms:compare", args=["otuzco", norm.pk, before, after]), asked)


def test_two_versions_are_compared(client, otuzco):
    norm, _parts, _version, _new = rewritten(otuzco)

    changed, everything = compare(client, norm, 1, 2), compare(client, norm, 1, 2, ver="todo")

    assert len(changed.context["page"].object_list) == 3
    assert len(everything.context["page"].object_list) == 4
    assert compare(client, norm, 1, 7).status_code == 404


def test_the_version_in_preparation_is_compared_by_staff_alone(client, otuzco):
    norm, parts = put_forward(otuzco)
    rewrite(norm, [(None, parts[1].text + " Y más.")], published=False)

    assert compare(client, norm, 1, 2).status_code == 404
    client.force_login(staff(otuzco))
    kinds = [one.kind for one in compare(client, norm, 1, 2).context["page"].object_list]

    # Its parts have no provision yet: which they are is guessed by their words.
    assert sorted(kinds) == ["changed", "removed", "removed"]


def changes_page(client, norm):
    return client.get(reverse("norms:changes", args=["otuzco", norm.pk]))


def test_everybody_reads_what_changed_and_what_caused_it(client, otuzco):
    norm, parts, version, _new = rewritten(otuzco)
    said, hidden = comment(norm, parts[1]), comment(norm, parts[1])
    for one in (said, hidden):
        CauseFactory(municipality=otuzco, version=version, article=parts[1].article, comment=one)
    hidden.hidden_at, hidden.hidden_rule = timezone.now(), "insult"
    hidden.save()

    rows = changes_page(client, norm).context["rows"]

    assert [(change.kind, comments) for change, comments in rows] == [
        (ChangeKind.ADDED, []),
        (ChangeKind.CHANGED, [said]),
        (ChangeKind.REMOVED, []),
    ]


def test_with_one_version_nothing_has_changed_yet(client, otuzco):
    norm, _parts = put_forward(otuzco)

    response = changes_page(client, norm)

    assert response.status_code == 200
    assert response.context["rows"] == []


@pytest.mark.parametrize("count", [1, 5])
def test_the_changes_ask_the_same_queries_for_one_or_many(
    client, otuzco, count, django_assert_max_num_queries
):
    norm, parts = put_forward(otuzco, texts=[f"Texto número {n}." for n in range(6)])
    texts = [(p.article, p.text + " Más." if n < count else p.text) for n, p in enumerate(parts)]
    version, _new = rewrite(norm, texts)
    for part in parts[:count]:
        said = propose(norm, part, "Texto", "Otro texto").comment
        CauseFactory(municipality=otuzco, version=version, article=part.article, comment=said)
    changes_page(client, norm)

    with django_assert_max_num_queries(14):
        assert len(changes_page(client, norm).context["rows"]) == count


# --- What caused them


def test_what_was_taken_up_on_a_provision_is_proposed_as_its_cause(otuzco):
    norm, parts, version, _new = rewritten(otuzco)
    ana = staff(otuzco)
    taken, refused = comment(norm, parts[1]), comment(norm, parts[1])
    elsewhere = comment(norm, parts[0])
    for verdict, one in (("taken", taken), ("no", refused), ("partly", elsewhere)):
        actions.answer(norm, by=ana, comments=[one.pk], verdict=verdict, text="Why.")

    assert facts.offered(version, [parts[1].article_id]) == {parts[1].article_id: [(taken, False)]}


def test_causes_are_ticked_typed_and_taken_back(client, otuzco):
    norm, parts, version, new = rewritten(otuzco)
    ana = staff(otuzco)
    taken, other = comment(norm, parts[1]), comment(norm)
    actions.answer(norm, by=ana, comments=[taken.pk], verdict="taken", text="Yes.")
    client.force_login(ana)
    address = reverse("norms:causes", args=["otuzco", norm.pk, 2])
    second, added = parts[1].article_id, new[1].article_id

    client.post(
        address, {f"causa-{second}": taken.pk, f"otros-{added}": f"#{other.pk}, {taken.pk}"}
    )
    pairs = set(Cause.objects.values_list("version", "article", "comment"))
    client.post(address, {f"causa-{added}": other.pk})

    assert pairs == {
        (version.pk, second, taken.pk),
        (version.pk, added, other.pk),
        (version.pk, added, taken.pk),
    }
    assert list(Cause.objects.values_list("article", "comment")) == [(added, other.pk)]


@pytest.mark.parametrize("typed", ["999999", "x", "-1", "9" * 30])
def test_a_number_that_is_no_contribution_causes_nothing(client, otuzco, typed):
    norm, parts, _version, _new = rewritten(otuzco)
    client.force_login(staff(otuzco))
    address = reverse("norms:causes", args=["otuzco", norm.pk, 2])

    response = client.post(address, {f"otros-{parts[1].article_id}": typed})

    assert response.status_code == 422
    assert not Cause.objects.exists()


def test_what_is_hidden_now_stays_a_cause_for_when_it_is_shown_again(otuzco):
    norm, parts, version, _new = rewritten(otuzco)
    article = parts[1].article
    hidden = comment(norm, hidden_at=timezone.now(), hidden_rule="insult")
    CauseFactory(municipality=otuzco, version=version, article=article, comment=hidden)

    actions.set_causes(version, by=staff(otuzco), articles=[article.pk], causes=[])

    assert Cause.objects.get().comment == hidden


def test_causes_are_noted_of_the_version_in_preparation_too(otuzco):
    norm, parts = put_forward(otuzco, closed=True)
    version, _new = rewrite(norm, [(parts[0].article, "Otro texto.")], published=False)
    said = comment(norm, parts[0])
    pair = (parts[0].article_id, said.pk)

    actions.set_causes(version, by=staff(otuzco), articles=[pair[0]], causes=[pair])

    assert Cause.objects.get().version == version
    assert facts.causes(norm, [pair[0]]) == {}


def test_a_provision_of_another_norm_is_refused(otuzco):
    norm, _parts, version, _new = rewritten(otuzco)
    _other, other_parts = put_forward(otuzco)

    with pytest.raises(actions.CannotAnswer):
        actions.set_causes(
            version, by=staff(otuzco), articles=[other_parts[0].article_id], causes=[]
        )


def test_only_staff_say_what_caused_a_change(client, otuzco):
    norm, _parts, _version, _new = rewritten(otuzco)
    client.force_login(neighbour(otuzco).user)

    response = client.get(reverse("norms:causes", args=["otuzco", norm.pk, 2]))

    assert response.status_code == 403
