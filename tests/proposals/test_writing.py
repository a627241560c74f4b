import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Pillow

from municipalities.rls import municipality_scope, scoped_transaction
from participation.enums import InterventionKind
from participation.models import Event, Intervention, Thread
from proposals.actions import citizen
from proposals.enums import AuthorKind, ProposalState
from proposals.models import Proposal, ProposalSettings
from proposals.thresholds import after_months, share_of, terms_for
from tests.factories import (
    CategoryFactory,
    MunicipalityFactory,
    ProposalFactory,
    ResidentFactory,
    SupportFactory,
    UserFactory,
)


HTMX = {"HX-Request": "true"}


@pytest.fixture
def otuzco():
    municipality = MunicipalityFactory(slug="otuzco")
    with municipality_scope(municipality):
        yield municipality


@pytest.fixture
def resident(otuzco):
    return ResidentFactory(district=otuzco.place)


@pytest.fixture
def author(client, resident):
    client.force_login(resident.user)
    return resident.user


def address(name, municipality, *args):
    return reverse(f"proposals:{name}", args=[municipality.slug, *args])


def words(**changes):
    return {
        "form_key": str(uuid.uuid4()),
        "title": "Sombra en la plaza",
        "summary": "Árboles para los mayores que esperan la combi.",
        "place_name": "Plaza de Armas",
    } | changes


def photo(name="foto.jpg", size=(20, 20)):
    out = io.BytesIO()
    Pillow.new("RGB", size, "teal").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def test_three_fields_are_enough_to_publish(client, otuzco, author):
    saved = client.post(address("write", otuzco), words(do="preview"))
    proposal = Proposal.objects.get()
    assert saved.url == address("preview", otuzco, proposal.pk)
    assert client.get(saved.url).status_code == 200

    published = client.post(address("publish", otuzco, proposal.pk))

    proposal.refresh_from_db()
    assert published.url == proposal.get_absolute_url()
    assert proposal.state == ProposalState.GATHERING
    assert proposal.code == f"OTU-{timezone.localdate().year}-00001"
    assert (proposal.threshold, proposal.closes_on > timezone.localdate()) == (25, True)
    assert proposal.thread.is_public
    assert proposal.thread.path == proposal.get_absolute_url()
    assert Intervention.objects.get().kind == InterventionKind.PROPOSAL
    assert [event.verb for event in Event.objects.all()] == ["published"]


def test_everything_that_may_be_said_is_kept(client, otuzco, author):
    category = CategoryFactory(municipality=otuzco)
    more = {
        "body": "**Mucho** más",
        "category": category.pk,
        "tags": "Árboles, sombra,  árboles",
        "latitude": "-7,9",
        "longitude": "-78.56",
        "organisation": "Club de Madres",
        "images": [photo("a.jpg"), photo("b.jpg")],
        "do": "save",
    }

    client.post(address("write", otuzco), words(**more))

    proposal = Proposal.objects.get()
    assert (proposal.latitude, proposal.longitude) == (-7.9, -78.56)
    assert proposal.tags == ["árboles", "sombra"]
    assert proposal.category == category
    assert (proposal.author_kind, proposal.shown_author) == (
        AuthorKind.ORGANISATION,
        "Club de Madres",
    )
    assert proposal.thread.images.count() == 2
    assert client.get(address("edit", otuzco, proposal.pk)).status_code == 200


def test_the_same_form_sent_twice_is_one_draft(client, otuzco, author):
    form = words(do="save")

    client.post(address("write", otuzco), form)
    client.post(address("write", otuzco), form | {"title": "Más sombra en la plaza"})

    assert [p.title for p in Proposal.objects.all()] == ["Más sombra en la plaza"]


def test_a_draft_saves_as_you_type(client, otuzco, author):
    form = {"form_key": str(uuid.uuid4()), "title": "Sombra"}

    nothing = client.post(address("autosave", otuzco), {"form_key": form["form_key"]}, headers=HTMX)
    first = client.post(address("autosave", otuzco), form, headers=HTMX)
    client.post(address("autosave", otuzco), form | {"title": "Sombra en la plaza"}, headers=HTMX)

    assert nothing.content == b""
    assert first.status_code == 200
    assert timezone.localtime().strftime("%H:") in first.content.decode()
    assert [p.title for p in Proposal.objects.all()] == ["Sombra en la plaza"]


def test_a_bad_picture_loses_no_text_and_no_good_picture(client, otuzco, author):
    bad = SimpleUploadedFile("x.jpg", b"<script>alert(1)</script>", "image/jpeg")

    response = client.post(address("write", otuzco), words(images=[bad], do="preview"))

    assert response.status_code == 422
    assert "images" in response.context["form"].errors
    assert "Sombra en la plaza" in response.content.decode()
    assert Proposal.objects.get().title == "Sombra en la plaza"


def test_what_is_missing_is_said_at_the_field(client, otuzco, author):
    response = client.post(address("write", otuzco), {"title": "Sombra", "do": "preview"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"summary", "place_name"}
    assert Proposal.objects.get().title == "Sombra"


def test_too_long_is_an_error_at_the_field_and_stays_typed(client, otuzco, author):
    long = "ñ" * 100_000

    response = client.post(address("write", otuzco), words(title=long, do="save"))

    assert response.status_code == 422
    assert "title" in response.context["form"].errors
    assert long in response.content.decode()
    assert Proposal.objects.get().summary.startswith("Árboles")


def test_who_writes_before_signing_in_finds_the_text_again(client, otuzco, resident):
    response = client.post(address("write", otuzco), words())
    assert response.url.startswith(reverse("account_login"))

    client.force_login(resident.user)
    page = client.get(address("write", otuzco))

    assert "Sombra en la plaza" in page.content.decode()


def test_a_session_that_ends_while_writing_loses_nothing(client, otuzco, author):
    form = words(do="save")
    client.post(address("write", otuzco), form)
    draft = Proposal.objects.get()
    client.logout()

    client.post(address("edit", otuzco, draft.pk), form | {"summary": "Árboles y bancas."})
    client.force_login(author)
    page = client.get(address("write", otuzco))
    assert "Árboles y bancas." in page.content.decode()
    client.post(address("write", otuzco), form | {"summary": "Árboles y bancas."})

    assert [p.summary for p in Proposal.objects.all()] == ["Árboles y bancas."]


def test_who_has_not_proven_residence_writes_but_does_not_publish(client, otuzco):
    client.force_login(UserFactory())
    client.post(address("write", otuzco), words(do="save"))
    proposal = Proposal.objects.get()

    page = client.get(address("preview", otuzco, proposal.pk))
    client.post(address("publish", otuzco, proposal.pk))

    proposal.refresh_from_db()
    assert page.context["reason"].url == reverse("accounts:residence")
    assert proposal.is_draft


@pytest.mark.parametrize("page", ["edit", "preview", "delete", "publish"])
def test_somebody_elses_draft_is_not_here(client, otuzco, author, page):
    draft = ProposalFactory(municipality=otuzco, title="Secreto de otra")
    act = client.post if page in ("publish", "delete") else client.get

    response = act(address(page, otuzco, draft.pk))

    assert response.status_code == 404
    assert "Secreto" not in response.content.decode()
    assert client.get(address("detail", otuzco, draft.pk, "secreto")).status_code == 404


def test_a_draft_is_deleted_with_its_files(client, otuzco, author):
    client.post(address("write", otuzco), words(images=[photo()], do="save"))

    client.post(address("delete", otuzco, Proposal.objects.get().pk))

    assert (Proposal.objects.count(), Thread.objects.count()) == (0, 0)


def test_before_the_first_support_the_text_changes_without_a_trace(client, otuzco, author):
    proposal = ProposalFactory(municipality=otuzco, author=author, published=True)

    client.post(address("edit", otuzco, proposal.pk), words(title="Mejor título"))

    proposal.refresh_from_db()
    assert (proposal.title, proposal.versions.count()) == ("Mejor título", 0)


def test_after_the_first_support_everybody_sees_what_changed(client, otuzco, author):
    proposal = ProposalFactory(
        municipality=otuzco, author=author, published=True, title="Sombra en la plaza"
    )
    SupportFactory(proposal=proposal)

    client.post(address("edit", otuzco, proposal.pk), words(title="Bancas en la plaza"))

    assert proposal.versions.get().title == "Sombra en la plaza"
    assert Event.objects.get().verb == "edited"
    client.logout()
    page = client.get(address("history", otuzco, proposal.pk)).content.decode()
    assert "Sombra" in page[page.index("<del>") : page.index("</del>")]
    assert "Bancas" in page[page.index("<ins>") : page.index("</ins>")]


def test_a_published_text_is_never_left_with_a_gap(client, otuzco, author):
    proposal = ProposalFactory(municipality=otuzco, author=author, published=True)

    response = client.post(address("edit", otuzco, proposal.pk), words(title=" "))

    assert response.status_code == 422
    proposal.refresh_from_db()
    assert proposal.title != ""


def test_only_its_author_changes_or_withdraws_it(client, otuzco, author):
    theirs = ProposalFactory(municipality=otuzco, published=True)

    assert client.post(address("edit", otuzco, theirs.pk), words()).status_code == 404
    client.post(address("retire", otuzco, theirs.pk), {"reason": "Porque sí"})

    theirs.refresh_from_db()
    assert (theirs.title.startswith("Proposal"), theirs.state) == (True, ProposalState.GATHERING)


def test_its_author_withdraws_it_with_a_reason(client, otuzco, author):
    proposal = ProposalFactory(municipality=otuzco, author=author, published=True)
    here = address("retire", otuzco, proposal.pk)

    assert client.post(here, {"reason": " "}).status_code == 422
    client.post(here, {"reason": "Ya plantaron los árboles."})

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.RETIRED
    assert "Ya plantaron" in client.get(proposal.get_absolute_url()).content.decode()


def test_similar_proposals_are_offered(client, otuzco, author):
    ProposalFactory(municipality=otuzco, published=True, title="Árboles y sombra para la plaza")
    ProposalFactory(municipality=otuzco, published=True, title="Alumbrado en el mercado")
    ProposalFactory(municipality=otuzco, title="Sombra secreta en la plaza")

    response = client.get(
        address("similar", otuzco), {"title": "sonbra para la plaza"}, headers=HTMX
    )

    assert [p.title for p in response.context["similar"]] == ["Árboles y sombra para la plaza"]


def test_numbers_are_given_one_after_the_other_when_many_publish_at_once(transactional_db):
    municipality = MunicipalityFactory(slug="otuzco")
    with scoped_transaction(municipality):
        drafts = ProposalFactory.create_batch(20, municipality=municipality)

    def act(draft):
        try:
            with scoped_transaction(municipality):
                mine = Proposal.objects.get(pk=draft.pk)
                return citizen.publish(mine, by=draft.author).code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(act, drafts))

    year = timezone.localdate().year
    assert sorted(codes) == [f"OTU-{year}-{n:05}" for n in range(1, 21)]


def test_the_threshold_is_what_the_municipality_says(otuzco):
    today = timezone.localdate()
    assert terms_for(otuzco, today).threshold == 25

    settings = ProposalSettings.objects.create(
        municipality=otuzco, threshold_number=7, archive_after_months=1
    )
    assert terms_for(otuzco, today).threshold == 7
    assert terms_for(otuzco, today).closes_on == after_months(today, 1)

    settings.threshold_number, settings.threshold_share = None, Decimal("1.5")
    settings.save()
    otuzco.place.populations.create(year=2025, source="census", total=3333)
    del otuzco.place.__dict__["population"]
    assert terms_for(otuzco, today).threshold == 50
    assert share_of(3333, Decimal("0.5")) == 17


def test_a_month_later_is_never_a_day_that_does_not_exist():
    january = timezone.localdate().replace(year=2027, month=1, day=31)

    assert after_months(january, 1).isoformat() == "2027-02-28"
    assert after_months(january, 12).isoformat() == "2028-01-31"


def test_an_expired_proposal_cannot_be_changed(otuzco, resident):
    yesterday = timezone.localdate() - timedelta(days=1)
    proposal = ProposalFactory(
        municipality=otuzco, author=resident.user, published=True, closes_on=yesterday
    )

    with pytest.raises(citizen.CannotEdit):
        citizen.revise(proposal, by=resident.user, title="Otra")
