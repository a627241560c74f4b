"""Convenios from the draft to their end: what is refused, and what it leaves behind."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from agreements import checks, clauses
from agreements.actions import convenios as actions
from agreements.enums import FileKind, PartyRole
from agreements.models import Act, Agreement, AgreementFile, Party
from municipalities.rls import municipality_scope
from tests.agreements.convenios import (
    municipal_party,
    regional,
    staff_of,
    standard_template,
    whole,
    with_signatures,
)
from tests.agreements.factories import (
    AgreementFactory,
    BaselineSheetFactory,
    OrganizationFactory,
    UndertakingFactory,
    in_the_region,
    organization_of,
)
from tests.factories import MunicipalityFactory, UserFactory


LIMA = ZoneInfo("America/Lima")


@pytest.fixture
def planner():
    return regional()


@pytest.fixture
def otuzco():
    return MunicipalityFactory()


# --- Written


@time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=LIMA))
def test_a_draft_has_the_next_code_of_its_year_and_the_clauses_of_its_template():
    planner = regional()
    template = standard_template()
    AgreementFactory(code="CONV-2025-0044")
    with in_the_region():
        first = actions.create(kind="marco", title="Uno", by=planner, template=template)
        second = actions.create(kind="marco", title="Dos", by=planner)

        assert (first.code, second.code) == ("CONV-2026-0001", "CONV-2026-0002")
        assert list(first.clauses.values_list("key", flat=True)) == [
            one["key"] for one in clauses.standard()
        ]
        assert first.events.get().verb == "created"


def test_a_mayor_s_office_writes_no_convenio(otuzco):
    mayor = staff_of(otuzco)
    with in_the_region(), pytest.raises(actions.CannotChange):
        actions.create(kind="marco", title="Uno", by=mayor)


def test_each_party_keeps_its_own_number_as_typed_and_in_parts(planner, otuzco):
    agreement = AgreementFactory()
    town = organization_of(otuzco)
    with in_the_region():
        party = actions.add_party(
            agreement,
            town,
            by=planner,
            own_number="Convenio N° 026-2025-GRLL-GGR-SG-NOT",
        )
        with pytest.raises(actions.CannotChange):
            actions.add_party(agreement, town, by=planner)
        agreement.refresh_from_db()

    assert party.own_number == "Convenio N° 026-2025-GRLL-GGR-SG-NOT"
    assert (party.number_serial, party.number_year, party.number_initials) == (
        26,
        2025,
        "GRLL-GGR-SG-NOT",
    )
    assert agreement.towns == [otuzco.pk]


def test_a_party_that_promises_something_is_not_taken_out(planner, otuzco):
    agreement = AgreementFactory(towns=[otuzco])
    party = municipal_party(agreement)
    UndertakingFactory(agreement=agreement, party=party)
    with in_the_region():
        with pytest.raises(actions.CannotChange):
            actions.remove_party(party, by=planner)
        party.undertakings.all().delete()
        actions.remove_party(party, by=planner, reason="Se equivocaron de municipalidad.")
        assert not Party.objects.filter(pk=party.pk).exists()
        assert agreement.events.get().before == str(party.organization)


def test_a_document_is_kept_with_the_hash_of_its_bytes(planner):
    agreement = AgreementFactory()
    with in_the_region():
        added = actions.add_file(
            agreement, kind="other", title="Oficio", file=ContentFile(b"hola", "o.txt"), by=planner
        )
        assert added.sha256 == "b221d9dbb083a7f33428d7c2a3c3198ae925614d70210e28716ccaa7cd4ddb79"
        assert added.file.read() == b"hola"


def test_what_was_signed_is_not_edited_but_how_it_is_told_is(planner, otuzco):
    agreement = whole(otuzco, signed=True)
    with in_the_region():
        with pytest.raises(actions.CannotChange):
            actions.edit(agreement, by=planner, title="Otro título")
        edited = actions.edit(agreement, by=planner, summary="En simple.", reason="Se entendía mal")
        assert edited.summary == "En simple."
        assert edited.version == agreement.version
        assert agreement.events.get().after == "summary"


# --- Signed (acceptance test 2)


def without_a_date(agreement):
    agreement.parties.filter(role=PartyRole.LEAD).update(signed_on=None)


def with_a_day_to_come(agreement):
    agreement.parties.update(signed_on=timezone.localdate() + timedelta(days=3))


def without_the_act_of_the_council(agreement):
    Act.objects.filter(agreement=agreement).delete()


def without_the_signed_file(agreement):
    AgreementFile.objects.filter(agreement=agreement).update(kind=FileKind.DRAFT)


def with_one_party_alone(agreement):
    agreement.parties.filter(role=PartyRole.LEAD).update(role=PartyRole.OBSERVER)


@pytest.mark.parametrize(
    "take_away",
    [
        without_a_date,
        with_a_day_to_come,
        without_the_act_of_the_council,
        without_the_signed_file,
        with_one_party_alone,
    ],
)
def test_signing_is_refused_by_the_action_and_by_the_database(planner, otuzco, take_away):
    agreement = with_signatures(whole(otuzco))
    with in_the_region():
        take_away(agreement)
        with pytest.raises(actions.CannotSign):
            actions.sign(agreement, by=planner)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Agreement.objects.filter(pk=agreement.pk).update(
                state="signed", signed_on=date(2026, 1, 1)
            )
        assert str(actions.in_words(refused.value))
        agreement.refresh_from_db()
    assert agreement.state == "to_sign"


def test_a_recorded_exception_stands_for_the_act_of_the_council(planner, otuzco):
    agreement = with_signatures(whole(otuzco))
    with in_the_region():
        without_the_act_of_the_council(agreement)
        actions.edit(agreement, by=planner, council_exception="Encargo de la ley.")
        signed = actions.sign(agreement, by=planner)
    assert signed.state == "signed"


def test_it_is_in_force_from_the_day_after_the_last_signature(planner, otuzco):
    agreement = with_signatures(whole(otuzco, starts_on=None), on=date(2026, 2, 3))
    with in_the_region():
        signed = actions.sign(agreement, by=planner)
    assert (signed.signed_on, signed.starts_on) == (date(2026, 2, 3), date(2026, 2, 4))


def test_a_paper_that_the_template_asks_for_is_missed(planner, otuzco):
    agreement = with_signatures(whole(otuzco, template=standard_template(path=["legal"])))
    with in_the_region():
        with pytest.raises(actions.CannotSign):
            actions.sign(agreement, by=planner)
        actions.record_act(
            agreement, kind="legal", number="Informe 3", day=date(2026, 1, 2), by=planner
        )
        assert actions.sign(agreement, by=planner).state == "signed"


# --- Expired without a clock (acceptance test 3)


def test_the_day_after_its_end_it_is_expired_and_nobody_had_to_write_it(otuzco):
    agreement = whole(otuzco, signed=True, ends_on=date(2026, 11, 30))
    with time_machine.travel(datetime(2026, 11, 30, 23, 59, tzinfo=LIMA), tick=False):
        assert agreement.standing() == "in_force"
        with in_the_region():
            assert agreement in Agreement.objects.in_force()
    with time_machine.travel(datetime(2026, 12, 1, 0, 0, tzinfo=LIMA), tick=False):
        assert agreement.standing() == "expired"
        with in_the_region():
            assert agreement in Agreement.objects.expired()
            assert agreement not in Agreement.objects.in_force()


# --- Published (acceptance test 5)


def test_a_convenio_that_says_what_it_is_for_is_published(planner, otuzco):
    agreement = whole(otuzco)
    with in_the_region():
        assert checks.for_publication(agreement) == []
        published = actions.publish(agreement, by=planner)
        with pytest.raises(actions.CannotPublish):
            actions.publish(agreement, by=planner)
    assert published.published_at
    with municipality_scope():
        assert Agreement.objects.get(pk=agreement.pk).events.get().verb == "publish"


@pytest.mark.parametrize("weights", [("59.99", "40"), ("60.01", "40"), ("100", "0.01"), ("0", "0")])
def test_weights_that_are_not_exactly_100_cannot_be_published(planner, otuzco, weights):
    agreement = whole(otuzco, weights=weights)
    with in_the_region(), pytest.raises(actions.CannotPublish, match=r"\d+\.\d\d"):
        actions.publish(agreement, by=planner)


@pytest.mark.parametrize("weights", [("59.99", "40.01"), ("33.33", "33.33", "33.34")])
def test_weights_of_exactly_100_are_enough(planner, otuzco, weights):
    agreement = whole(otuzco, weights=weights)
    with in_the_region():
        assert actions.publish(agreement, by=planner).published_at


@pytest.mark.parametrize("missing", ["problem", "population", "expected_change"])
def test_without_problem_people_and_change_nothing_is_published(planner, otuzco, missing):
    agreement = whole(otuzco, **{missing: " "})
    with in_the_region(), pytest.raises(actions.CannotPublish):
        actions.publish(agreement, by=planner)


@pytest.mark.parametrize(
    "values",
    [
        {"mechanism": ""},
        {"mechanism": "none of the law's"},
        {"indicator": None},
        {"target": None},
        {"baseline": None, "baseline_on": None},
    ],
)
def test_without_mechanism_indicator_target_and_baseline_nothing_is_published(
    planner, otuzco, values
):
    agreement = whole(otuzco)
    with in_the_region():
        agreement.undertakings.update(**values)
        with pytest.raises(actions.CannotPublish):
            actions.publish(agreement, by=planner)


def test_a_locked_baseline_of_the_municipality_is_one_too(planner, otuzco):
    agreement = whole(otuzco)
    with in_the_region():
        agreement.undertakings.update(baseline=None, baseline_on=None)
        sheet = BaselineSheetFactory(municipality=otuzco)
        with pytest.raises(actions.CannotPublish):
            actions.publish(agreement, by=planner)
        sheet.locked_at, sheet.locked_by = timezone.now(), planner
        sheet.save()
        assert actions.publish(agreement, by=planner).published_at


def test_a_clause_that_cannot_be_left_out_is_named(planner, otuzco):
    agreement = whole(otuzco)
    with in_the_region():
        agreement.clauses.filter(key="separacion").delete()
        assert clauses.missing(agreement) == ["Libre adhesión y separación"]
        with pytest.raises(actions.CannotPublish, match="Libre adhesión y separación"):
            actions.publish(agreement, by=planner)


def test_an_empty_clause_is_no_clause(planner, otuzco):
    agreement = whole(otuzco)
    with in_the_region():
        agreement.clauses.filter(key="plazo").update(text=" ")
        assert clauses.missing(agreement) == ["Plazo"]


def test_a_draft_is_not_published(planner, otuzco):
    agreement = whole(otuzco)
    with in_the_region():
        Agreement.objects.filter(pk=agreement.pk).update(state="draft")
        with pytest.raises(actions.CannotPublish):
            actions.publish(agreement, by=planner)


# --- A party separates


def test_a_party_separates_with_notice_and_till_then_all_goes_on(planner, otuzco):
    agreement = whole(otuzco, signed=True, notice_days=30)
    party = municipal_party(agreement)
    today = timezone.localdate()
    with in_the_region():
        ended = actions.separate(party, by=planner, reason="Cambió la prioridad.")
        party.refresh_from_db()
        with pytest.raises(actions.CannotMove):
            actions.separate(party, by=planner, reason="Otra vez.")

    end = today + timedelta(days=30)
    assert (ended.state, ended.ends_on, ended.ended_on, party.leaves_on) == (
        "signed",
        end,
        end,
        end,
    )
    assert ended.end_cause == "separation"
    assert ended.standing(end) == "in_force"
    assert ended.standing(end + timedelta(days=1)) == "expired"


def test_of_three_the_other_two_go_on(planner, otuzco):
    agreement = whole(otuzco, MunicipalityFactory(), signed=True)
    end = agreement.ends_on
    with in_the_region():
        after = actions.separate(municipal_party(agreement), by=planner, reason="Se retira.")
    assert (after.ends_on, after.end_cause) == (end, "")


# --- Seen by whom (acceptance test 1)


def test_two_municipalities_see_one_convenio_and_a_third_does_not():
    ours, theirs, others = MunicipalityFactory.create_batch(3)
    agreement = whole(ours, theirs)
    for town, sees in ((ours, True), (theirs, True), (others, False)):
        with municipality_scope(town):
            assert Agreement.objects.filter(pk=agreement.pk).exists() == sees


def test_staff_of_a_party_change_nothing_by_the_actions(otuzco):
    agreement = whole(otuzco, signed=True)
    mayor, stranger = staff_of(otuzco), UserFactory()
    party = municipal_party(agreement)
    with in_the_region():
        for person in (mayor, stranger):
            for attempt in (
                lambda by: actions.edit(agreement, by=by, summary="x"),
                lambda by: actions.publish(agreement, by=by),
                lambda by: actions.separate(party, by=by, reason="x"),
                lambda by: actions.move(agreement, "suspend", by=by, reason="x"),
                lambda by: actions.add_party(agreement, OrganizationFactory(), by=by),
            ):
                with pytest.raises(actions.CannotChange):
                    attempt(person)
