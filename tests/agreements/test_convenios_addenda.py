"""What was signed changes by addendum alone, against a version, and nothing is merged silently."""

from datetime import date

import pytest

from agreements import addenda
from agreements.actions import addenda as actions, convenios
from agreements.models import Addendum
from tests.agreements.convenios import regional, staff_of, whole
from tests.agreements.factories import AgreementFileFactory, in_the_region
from tests.factories import MunicipalityFactory


@pytest.fixture
def planner():
    return regional()


@pytest.fixture
def otuzco():
    return MunicipalityFactory()


@pytest.fixture
def agreement(otuzco):
    return whole(otuzco, signed=True, ends_on=date(2026, 10, 31))


@pytest.fixture
def paper(agreement):
    return AgreementFileFactory(agreement=agreement, kind="addendum")


def test_a_signed_addendum_is_the_next_version(planner, agreement, paper):
    with in_the_region():
        undertaking = agreement.undertakings.first()
        addendum = actions.draft(
            agreement,
            changes={
                "ends_on": "2027-10-31",
                "clause:plazo": "Hasta octubre de 2027.",
                f"undertaking:{undertaking.pk}:target": "7",
            },
            reason="Falta tiempo.",
            by=planner,
        )
        assert addendum.kinds == ["other", "term", "undertakings"]
        assert addendum.patch["ends_on"] == ["2026-10-31", "2027-10-31"]

        changed = actions.sign(addendum, on=date(2026, 10, 31), by=planner, file=paper)

        undertaking.refresh_from_db()
        assert (changed.version, changed.ends_on) == (2, date(2027, 10, 31))
        assert changed.clauses.get(key="plazo").text == "Hasta octubre de 2027."
        assert undertaking.target == 7
        signed = agreement.events.get(verb="addendum_signed")
        assert (signed.before, signed.after) == ("v1", "v2")


def test_more_time_is_agreed_while_it_is_in_force(planner, agreement, paper):
    with in_the_region():
        addendum = actions.draft(
            agreement, changes={"ends_on": "2027-10-31"}, reason="Falta tiempo.", by=planner
        )
        with pytest.raises(actions.CannotAmend):
            actions.sign(addendum, on=date(2026, 11, 1), by=planner, file=paper)
        agreement.refresh_from_db()
        assert (agreement.version, agreement.ends_on) == (1, date(2026, 10, 31))


def test_an_addendum_on_an_older_version_lists_conflicts_and_merges_nothing(
    planner, agreement, paper
):
    with in_the_region():
        older = actions.draft(
            agreement,
            changes={"ends_on": "2028-12-31", "notice_days": 60},
            reason="Más largo.",
            by=planner,
        )
        newer = actions.draft(
            agreement, changes={"ends_on": "2027-06-30"}, reason="Más corto.", by=planner
        )
        actions.sign(newer, on=date(2026, 10, 1), by=planner, file=paper)
        older = Addendum.objects.select_related("agreement").get(pk=older.pk)

        conflicts = addenda.conflicts(older)
        with pytest.raises(actions.CannotAmend, match=conflicts[0].label):
            actions.sign(older, on=date(2026, 10, 2), by=planner, file=paper)

        agreement.refresh_from_db()
        assert [(c.name, c.before, c.after, c.now) for c in conflicts] == [
            ("ends_on", "2026-10-31", "2028-12-31", "2027-06-30")
        ]
        assert (agreement.version, agreement.ends_on, agreement.notice_days) == (
            2,
            date(2027, 6, 30),
            30,
        )


def test_somebody_looks_at_it_and_writes_it_against_the_present_text(planner, agreement, paper):
    with in_the_region():
        older = actions.draft(
            agreement, changes={"notice_days": 60}, reason="Más aviso.", by=planner
        )
        newer = actions.draft(
            agreement, changes={"ends_on": "2027-06-30"}, reason="Más.", by=planner
        )
        actions.sign(newer, on=date(2026, 10, 1), by=planner, file=paper)
        with pytest.raises(actions.CannotAmend):
            actions.sign(older, on=date(2026, 10, 2), by=planner, file=paper)

        actions.rebase(older, by=planner)
        changed = actions.sign(older, on=date(2026, 10, 2), by=planner, file=paper)

        assert (changed.version, changed.notice_days) == (3, 60)
        assert agreement.events.filter(verb="addendum_rebased").count() == 1


def test_an_addendum_that_breaks_the_weights_of_a_published_convenio_is_refused(
    planner, agreement, paper
):
    with in_the_region():
        convenios.publish(agreement, by=planner)
        undertaking = agreement.undertakings.first()
        addendum = actions.draft(
            agreement,
            changes={f"undertaking:{undertaking.pk}:weight": "10"},
            reason="Pesa menos.",
            by=planner,
        )
        with pytest.raises(actions.CannotAmend):
            actions.sign(addendum, on=date(2026, 10, 1), by=planner, file=paper)


@pytest.mark.parametrize(
    "changes",
    [{}, {"code": "CONV-1"}, {"state": "draft"}, {"clause:none": "x"}, {"notice_days": "many"}],
)
def test_what_no_addendum_changes_is_refused(planner, agreement, changes):
    with in_the_region(), pytest.raises((actions.CannotAmend, addenda.UnknownChange)):
        actions.draft(agreement, changes=changes, reason="x", by=planner)


def test_nobody_else_writes_or_drops_one(planner, otuzco, agreement):
    mayor = staff_of(otuzco)
    with in_the_region():
        addendum = actions.draft(agreement, changes={"notice_days": 60}, reason="x", by=planner)
        with pytest.raises(convenios.CannotChange):
            actions.draft(agreement, changes={"notice_days": 90}, reason="x", by=mayor)
        with pytest.raises(convenios.CannotChange):
            actions.drop(addendum, by=mayor, reason="x")
        with pytest.raises(actions.CannotAmend):
            actions.drop(addendum, by=planner, reason=" ")
        assert actions.drop(addendum, by=planner, reason="Ya no hace falta.").state == "dropped"


def test_a_draft_of_a_convenio_needs_no_addendum(planner, otuzco):
    draft = whole(otuzco)
    with in_the_region(), pytest.raises(actions.CannotAmend):
        actions.draft(draft, changes={"notice_days": 60}, reason="x", by=planner)
