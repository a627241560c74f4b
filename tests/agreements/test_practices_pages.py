"""The catalogue, the matrix, what was transferred to whom: for everybody, and for those who work on it."""

import io
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.enums import Role
from agreements.actions import activities, adoption
from agreements.enums import OrganizationKind, PieceKind, PracticeState
from agreements.models import Evidence, Practice, PracticeReview, Transfer
from agreements.peers import alike
from municipalities.enums import MunicipalityState
from municipalities.models import Population
from municipalities.rls import municipality_scope
from tests.agreements.factories import (
    ActivityFactory,
    AdoptionStepFactory,
    AdviceFactory,
    MemberFactory,
    OrganizationFactory,
)
from tests.agreements.practices import (
    in_region,
    move,
    nominated,
    published,
    ready,
    show,
    underway,
)
from tests.factories import MunicipalityFactory, RoleGrantFactory, UserFactory


@pytest.fixture
def town():
    return MunicipalityFactory(short_name="Otuzco")


@pytest.fixture
def person():
    return UserFactory()


def page(client, name, *args, **query):
    return client.get(reverse(f"agreements:{name}", args=args), query)


def titles(response):
    return {version.practice.title for version in response.context["page"]}


def test_only_what_is_published_is_in_the_catalogue(client):
    shown, hidden = published(title="Con reglas"), nominated(title="Todavía no")

    response = page(client, "practices")

    assert titles(response) == {shown.title}
    assert page(client, "practice", hidden.code).status_code == 404


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({}, True),
        ({"forma": "tool"}, True),
        ({"forma": "norm"}, False),
        ({"sin_internet": "on"}, True),
        ({"madurez": "pilot"}, True),
        ({"madurez": "idea"}, False),
        ({"area": "participation"}, True),
        ({"area": "gender"}, False),
        ({"mecanismo": "pp"}, False),
        ({"q": "tramites"}, True),
        ({"q": "minería"}, False),
        ({"forma": "magia"}, True),
        ({"page": "x"}, True),
    ],
)
def test_the_catalogue_is_narrowed_by_its_address(client, query, fits):
    practice = published(title="Radio")

    assert (practice.title in titles(page(client, "practices", **query))) == fits


@pytest.mark.parametrize("count", [1, 3])
def test_the_catalogue_asks_the_same_for_one_practice_or_many(
    client, count, django_assert_max_num_queries
):
    for _number in range(count):
        published()
    with django_assert_max_num_queries(8):
        assert len(page(client, "practices").context["page"].object_list) == count


def test_a_sheet_says_limits_reviews_components_and_where_it_is_used(client, town):
    practice = published()
    transfer = underway(town, practice)

    response = page(client, "practice", practice.code)

    said = response.content.decode()
    assert "Donde no hay señal" in said
    assert response.context["version"].reviews.count() == 2
    assert list(response.context["adopted"]) == [transfer]
    assert transfer.get_absolute_url() in said


def test_an_older_version_stays_readable_and_a_number_of_none_is_not_found(client):
    practice = published()
    assert page(client, "practice", practice.code, v="1").status_code == 200
    for number in ("2", "x", "99999"):
        assert page(client, "practice", practice.code, v=number).status_code == 404


def test_a_retired_practice_says_why(client):
    practice = move(published(), PracticeState.RETIRED)

    assert "Porque sí." in page(client, "practice", practice.code).content.decode()
    assert titles(page(client, "practices")) == set()


def test_the_kit_is_taken_along_as_one_file(client):
    practice = published()

    response = page(client, "practice_kit", practice.code)

    content = b"".join(response.streaming_content)
    assert "SHA256SUMS.txt" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert response["Content-Type"] == "application/zip"
    assert response.streaming


def test_up_to_three_are_compared_and_what_is_not_offered_is_left_out(client):
    codes = [published().code for _number in range(4)] + [nominated().code]

    sides = page(client, "compare_practices", p=codes[:2]).context["sides"]
    most = page(client, "compare_practices", p=codes).context["sides"]
    alone = page(client, "compare_practices", p=[codes[0], codes[4], "<x>"])

    assert [one.practice.code for one in sides] == codes[:2]
    assert len(most) == 3
    assert len(alone.context["sides"]) == 1


def test_the_matrix_shows_the_level_of_each_practice_in_each_municipality(client, town):
    practice = published()
    transfer = underway(town, practice)
    with in_region():
        AdoptionStepFactory(municipality=town, transfer=transfer, level=3, is_partial=True)
    unpublished = ready(MunicipalityFactory(), practice)

    (row,) = page(client, "practice_matrix").context["rows"]

    assert row.municipality == town
    (cell,) = row.cells
    assert (cell.level, cell.is_partial) == (3, True)
    assert unpublished.municipality != town


@pytest.mark.parametrize("count", [1, 3])
def test_the_matrix_asks_the_same_for_one_town_or_many(
    client, count, django_assert_max_num_queries
):
    practice = published()
    for _number in range(count):
        underway(MunicipalityFactory(), practice)
    with django_assert_max_num_queries(10):
        assert len(page(client, "practice_matrix").context["rows"]) == count


def test_before_it_begins_a_transfer_is_nobody_s_to_read(client, town):
    transfer = ready(town)

    assert page(client, "transfer", transfer.pk).status_code == 404
    assert page(client, "town_transfers", town.slug).context["all"] == []


def test_everybody_reads_the_six_pieces_counted_also_from_evidence_that_is_not_public(client, town):
    transfer = underway(town, left_out=[PieceKind.TOOL])
    show(transfer, PieceKind.DOCUMENTS)  # not public

    told = page(client, "transfer", transfer.pk).context["told"]

    assert len(told.pieces) == 6
    assert (told.done.verified, told.done.planned) == (1, 5)


def test_one_page_and_one_pdf_say_what_in_what_form_to_whom_and_with_what_effect(
    client, town, person
):
    transfer = underway(town)
    with in_region():
        one = ActivityFactory(municipality=town, transfer=transfer, title="Taller de respuesta")
        rows = [{"gender": "woman", "people": 12, "passed": 9, "before": 8, "after": 15}]
        activities.hold(one, by=person, attendance=rows)
        AdviceFactory(municipality=town, published_at=timezone.now())

    shown = page(client, "town_transfers", town.slug)
    pdf = page(client, "town_transfers_pdf", town.slug)

    (told,) = shown.context["all"]
    assert (told.reach.people, told.reach.women_share, told.reach.passed) == (12, 1.0, 9)
    text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf.content)).pages)
    for words in ("Taller de respuesta", transfer.version.practice.title, "12"):
        assert words in shown.content.decode()
        assert words in text


@pytest.mark.parametrize("count", [1, 3])
def test_a_town_s_page_asks_the_same_for_one_transfer_or_many(
    client, town, count, django_assert_max_num_queries
):
    for _number in range(count):
        transfer = underway(town)
        with in_region():
            ActivityFactory(municipality=town, transfer=transfer)
    with django_assert_max_num_queries(20):
        assert len(page(client, "town_transfers", town.slug).context["all"]) == count


def test_an_unknown_municipality_is_not_found(client):
    for name in ("town_transfers", "town_transfers_pdf", "alike"):
        assert page(client, name, "nowhere").status_code == 404


def test_municipalities_like_mine_are_near_in_people_height_and_countryside(client, town):
    def place(name, total, altitude, rural):
        made = MunicipalityFactory(kind=town.kind, short_name=name)
        made.place.altitude = altitude
        made.place.save()
        Population.objects.create(
            place=made.place, year=2017, source="INEI censo", total=total, rural=rural
        )
        return made

    mine = place("Mía", 10_000, 3_000, 6_000)
    near, far = place("Cerca", 12_000, 2_900, 7_000), place("Lejos", 900_000, 30, 10_000)

    assert [peer.municipality for peer in alike(mine)][:2] == [near, far]
    assert page(client, "alike", mine.slug).status_code == 200


# --- Those who nominate and review


def member(kind=OrganizationKind.CIVIL_SOCIETY):
    return MemberFactory(organization=OrganizationFactory(kind=kind))


REVIEW = {
    **dict.fromkeys(("effectiveness", "replicability", "sustainability", "inclusion", "cost"), "2"),
    "recommends": "yes",
}


def test_who_speaks_for_an_organisation_nominates_and_a_stranger_does_not(client, person):
    one = member()
    values = {
        "organization": one.organization_id,
        "title": "Cabildo de mercado",
        "form": "method",
        "policy_areas": ["participation"],
        "problem": "Nadie viene.",
        "solution": "Vamos al mercado.",
        "limits": "Hay ruido.",
    }
    url = reverse("agreements:nominate_practice")
    assert client.post(url, values).status_code == 302  # to sign in
    client.force_login(person)
    client.post(url, values)
    with in_region():
        assert not Practice.objects.exists()
    client.force_login(one.user)
    assert client.get(url).status_code == 200
    client.post(url, values)
    with in_region():
        assert Practice.objects.get().nominated_by == one.organization


def test_nobody_nominates_for_an_organisation_of_others(client):
    one, other = member(), member()
    client.force_login(one.user)

    response = client.post(
        reverse("agreements:nominate_practice"),
        {"organization": other.organization_id, "title": "Ajena", "form": "method"},
    )

    assert response.status_code == 422
    assert response.context["form"].errors["organization"]


def test_a_member_reviews_for_their_organisation_and_only_once(client):
    practice = move(nominated(), PracticeState.REVIEW)
    one = member(OrganizationKind.UNIVERSITY)
    url = reverse("agreements:review_practice", args=[practice.code])
    client.force_login(one.user)
    assert client.get(url).status_code == 200
    assert len(client.get(reverse("agreements:practices_to_review")).context["rows"]) == 1

    for _twice in range(2):
        client.post(url, REVIEW | {"organization": one.organization_id})

    with in_region():
        review = PracticeReview.objects.get()
        assert (review.organization, review.recommends) == (one.organization, True)


def test_strangers_do_not_read_what_is_under_review(client, person):
    practice = move(nominated(), PracticeState.REVIEW)
    url = reverse("agreements:review_practice", args=[practice.code])
    assert client.get(url).status_code == 302
    client.force_login(person)
    assert client.get(url).status_code == 403
    assert client.get(reverse("agreements:practices_to_review")).status_code == 403


def test_whose_practice_it_is_is_told_why_not(client):
    one = member()
    practice = move(nominated(origin=one.organization), PracticeState.REVIEW)
    client.force_login(one.user)

    response = client.post(
        reverse("agreements:review_practice", args=[practice.code]),
        REVIEW | {"organization": one.organization_id},
    )

    assert response.status_code == 302
    with in_region():
        assert not PracticeReview.objects.exists()


# --- In the town's own space


@pytest.fixture
def at_work(client, town):
    with municipality_scope(town):
        client.force_login(RoleGrantFactory(municipality=town, role=Role.ADMINISTRATOR).user)
    return client


def ours(name, town, *args):
    return reverse(f"agreed:{name}", args=[town.slug, *args])


def test_staff_ask_for_a_practice_answer_and_say_what_it_is_here(at_work, town):
    practice = published()
    with in_region():
        version = practice.offered
        need, component = version.requirements.get(), version.components.first()

    at_work.post(ours("begin_transfer", town), {"version": version.pk})
    with municipality_scope(town):
        transfer = Transfer.objects.get()
    refused = at_work.post(ours("begin_transfer", town), {"version": version.pk})
    at_work.post(
        ours("transfer_readiness", town, transfer.pk),
        {f"met_{need.pk}": "no", f"note_{need.pk}": "Se contrata en marzo."},
    )
    without_why = at_work.post(
        ours("transfer_adapt", town, transfer.pk, component.pk), {"choice": "drop"}
    )
    at_work.post(
        ours("transfer_adapt", town, transfer.pk, component.pk),
        {"choice": "adapt", "what": "Reglas en asamblea.", "why": "Así se decide aquí."},
    )

    assert (refused.status_code, without_why.status_code) == (422, 422)
    with municipality_scope(town):
        transfer.refresh_from_db()
        assert transfer.state == "readiness"
        assert transfer.readiness.get().note == "Se contrata en marzo."
        assert transfer.adaptations.get().what == "Reglas en asamblea."
    shown = at_work.get(ours("transfer", town, transfer.pk))
    assert "<del>" in shown.content.decode()
    assert at_work.get(ours("transfers", town)).context["all"][0].transfer == transfer
    assert at_work.get(ours("begin_transfer", town)).status_code == 200
    assert at_work.get(ours("transfer_readiness", town, transfer.pk)).status_code == 200


def test_staff_open_their_space_with_the_preset(client):
    town = MunicipalityFactory(state=MunicipalityState.INVITED, modules=[], contact_email="")
    with municipality_scope(town):
        client.force_login(RoleGrantFactory(municipality=town, role=Role.ADMINISTRATOR).user)
    transfer = ready(town)

    client.post(
        ours("transfer_preset", town, transfer.pk), {"contact_email": "participa@example.org"}
    )

    town.refresh_from_db()
    assert (town.state, town.modules) == (MunicipalityState.OPEN, ["proposals"])


def test_staff_show_evidence_of_a_piece_and_somebody_else_looks_at_it(at_work, town):
    transfer = underway(town, left_out=[PieceKind.TOOL])
    values = {"kind": "norm", "title": "Ordenanza 012", "url": "https://example.org/ordenanza"}

    with municipality_scope(town):
        pieces = {piece.kind: piece.pk for piece in transfer.pieces.all()}
        level = adoption.reach(transfer, 2, by=UserFactory())
    for word, of, expected in (
        ("pieza", pieces["norm"], 302),
        ("pieza", pieces["tool"], 404),
        ("magia", pieces["norm"], 404),
        ("nivel", level.pk, 302),
    ):
        url = ours("show_evidence", town, transfer.pk, word, of)
        assert at_work.get(url).status_code == (200 if expected == 302 else 404)
        assert at_work.post(url, values).status_code == expected, word

    with municipality_scope(town):
        first, second = Evidence.objects.order_by("pk")
        assert (first.piece.kind, first.state) == ("norm", "uploaded")
        assert second.adoption.transfer == transfer
    assert at_work.get(ours("transfer", town, transfer.pk)).status_code == 200


def test_staff_write_down_who_came_and_how_people_were_told(at_work, town):
    transfer = underway(town)
    with municipality_scope(town):
        workshop = ActivityFactory(municipality=town, transfer=transfer, day=date(2026, 1, 15))
    held = ours("hold_activity", town, transfer.pk, workshop.pk)
    told = ours("tell_people", town, transfer.pk)
    campaign = {
        "campaign": "Decide desde tu caserío",
        "channel": "radio",
        "starts_on": "2026-01-20",
        "ends_on": "2026-01-25",
        "reached": "900",
    }

    assert at_work.post(held, {"attendance": "Alcaldía; mujer; campo; muchas"}).status_code == 422
    assert (
        at_work.post(held, {"attendance": "Alcaldía; mujer; campo; 15\n;;;10"}).status_code == 302
    )
    assert at_work.post(told, campaign).status_code == 422
    assert at_work.post(told, campaign | {"how_known": "La radio"}).status_code == 302

    with municipality_scope(town):
        workshop.refresh_from_db()
        assert workshop.state == "held"
        assert sum(row.people for row in workshop.attendance.all()) == 25
        act = transfer.outreach.get()
        assert (act.channel, act.reached) == ("radio", 900)
    page = at_work.get(ours("transfer", town, transfer.pk))
    assert ours("show_evidence", town, transfer.pk, "campana", act.pk) in page.text
    assert ours("show_evidence", town, transfer.pk, "actividad", workshop.pk) in page.text


def test_accepting_waits_for_every_piece(at_work, town):
    transfer = underway(town)
    url = ours("transfer_accept", town, transfer.pk)

    early = at_work.post(url, {"day": "2026-01-02"})
    show(transfer, *PieceKind)
    at_work.post(url, {"day": "2026-01-02"})

    assert early.status_code == 422
    with municipality_scope(town):
        transfer.refresh_from_db()
        assert transfer.state == "accepted"


def test_residents_do_not_see_the_staff_s_pages(client, town, person):
    transfer = ready(town)
    client.force_login(person)

    for url in (ours("transfers", town), ours("transfer", town, transfer.pk)):
        assert client.get(url).status_code == 403
