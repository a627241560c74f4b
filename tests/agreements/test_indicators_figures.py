import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from agreements import completion, ledger, periods, populations, told
from agreements.enums import (
    ActivityState,
    Adding,
    Assessor,
    EntryState,
    Light,
    ValueType,
)
from agreements.figures import Figure, join, measure
from agreements.indicator_lights import judge, light
from agreements.models import Indicator, Period, Target
from agreements.populations import Vintage
from agreements.suppression import Hidden
from municipalities.enums import MunicipalityKind, PopulationSource
from municipalities.models import Population
from municipalities.rls import municipality_scope
from participation.enums import InterventionKind
from tests.agreements.factories import (
    ActivityFactory,
    AttendanceFactory,
    EntryCellFactory,
    EntryFactory,
    IndicatorFactory,
    OrganizationFactory,
    PeriodFactory,
    QualityScoreFactory,
    in_the_region,
    the_region,
)
from tests.agreements.test_work_completion import implemented, scoped, signed, transferred
from tests.factories import InterventionFactory, MunicipalityFactory, ProvinceFactory, UserFactory


YEAR = (date(2026, 1, 1), date(2026, 12, 31))
CENSUS = Vintage(2025, PopulationSource.CENSUS)


def number(value):
    return Figure(Decimal(value))


def ratio(numerator, denominator):
    return Figure(Decimal(numerator), Decimal(denominator))


def of(indicator, vintage=CENSUS, days=YEAR):
    with municipality_scope():
        return measure([indicator], *days, vintage)[0]


def computed(name, value_type=ValueType.NUMBER, **more):
    shares = {"numerator": "a", "denominator": "b", "over_time": "ratio", "over_places": "ratio"}
    extra = shares if value_type in (ValueType.PERCENT, ValueType.RATE) else {}
    return IndicatorFactory(computed=name, value_type=value_type, **extra | more)


def province(code="1305", **more):
    the_region()
    return MunicipalityFactory(
        kind=MunicipalityKind.PROVINCIAL, place=ProvinceFactory(code=code), **more
    )


def accepted(municipality, indicator, period, numerator, denominator=None, cells=(), **more):
    with municipality_scope(municipality):
        entry = EntryFactory(
            municipality=municipality,
            indicator=indicator,
            period=period,
            numerator=numerator,
            denominator=denominator,
            state=EntryState.ACCEPTED,
            published_at=timezone.now(),
            **{"is_complete": bool(cells)} | more,
        )
        for gender, amount in cells:
            EntryCellFactory(
                municipality=municipality, entry=entry, gender=gender, numerator=amount
            )
    return entry


@pytest.mark.parametrize(
    ("how", "figures", "expected"),
    [
        (Adding.SUM, [number(3), number(4)], number(7)),
        (Adding.SUM, [number(3), Figure()], number(3)),
        (Adding.SUM, [], Figure()),
        (Adding.MAX, [number(3), number(4)], number(4)),
        (Adding.AVERAGE, [number(3), number(4)], number("3.5")),
        (Adding.LATEST, [number(3), number(4), Figure()], number(4)),
        (Adding.RATIO, [ratio(1, 10), ratio(45, 50)], ratio(46, 60)),
        (Adding.RATIO, [ratio(1, 10), number(5)], Figure()),
    ],
)
def test_figures_join(how, figures, expected):
    assert join(figures, how) == expected


def test_the_share_of_the_region_is_the_ratio_of_the_sums_never_the_mean_of_shares():
    small, large = province("1305"), province("1306")
    share = IndicatorFactory(
        value_type=ValueType.PERCENT,
        numerator="a",
        denominator="b",
        over_time=Adding.RATIO,
        over_places=Adding.RATIO,
    )
    period = PeriodFactory()
    accepted(small, share, period, 9, 10)
    accepted(large, share, period, 10, 90)

    found = of(share)

    assert found.value(small.pk) == 90
    assert found.value() == 19


def test_only_what_was_accepted_feeds_a_figure_and_nothing_is_no_zero():
    otuzco, viru = province("1306"), province("1312")
    indicator, period = IndicatorFactory(), PeriodFactory()
    accepted(otuzco, indicator, period, 12)
    with municipality_scope(viru):
        EntryFactory(
            municipality=viru, indicator=indicator, period=period, state=EntryState.SUBMITTED
        )

    found = of(indicator)

    assert found.value() == found.value(otuzco.pk) == 12
    assert found.value(viru.pk) is None
    assert of(indicator, days=(date(2020, 1, 1), date(2020, 12, 31))).value() is None


def test_quarters_make_a_year_unless_the_year_has_a_value_of_its_own():
    otuzco, viru = province("1306"), province("1312")
    indicator = IndicatorFactory()
    with in_the_region():
        periods.generate(2026, "quarter")
        periods.generate(2026, "half")
        periods.generate(2026, "year")
        by_label = {p.label: p for p in Period.objects.all()}
    for town in (otuzco, viru):
        for label, amount in (("2026-T1", 1), ("2026-T2", 2), ("2026-S2", 4), ("2026-T3", 1)):
            accepted(town, indicator, by_label[label], amount)
    accepted(viru, indicator, by_label["2026"], 100)

    found = of(indicator)

    assert found.value(otuzco.pk) == 7
    assert found.value(viru.pk) == 100


def test_periods_are_made_once():
    with in_the_region():
        assert [periods.generate(2026, cut) for cut in ("year", "half", "quarter")] == [1, 2, 4]
        assert periods.generate(2026, "quarter") == 0
        assert Period.objects.get(label="2026-T1").ends_on == date(2026, 3, 31)


def test_the_definitions_are_loaded_once_and_each_names_its_level():
    the_region()
    for _time in range(2):
        call_command("load_indicators", stdout=io.StringIO())

    with municipality_scope():
        found = {one.code: one for one in Indicator.objects.all()}
        assert found["I-1"].level == "outcome"
        assert {one.level for one in found.values()} == {"output", "outcome", "effect"}
        assert all(one.formula and one.source and one.name_en for one in found.values())
        measure(found.values(), *YEAR, CENSUS)  # each names a rule that there is


def test_three_convenios_two_at_work_are_two_of_all_as_the_board_says():
    towns = [province(code) for code in ("1301", "1302", "1303", "1304")]
    with scoped():
        transfers = [transferred(town, signed(town)) for town in towns[:3]]
        for town, transfer in zip(towns[:2], transfers[:2], strict=True):
            implemented(town, transfer)
        board = completion.operating()
    today = timezone.localdate()

    found = of(computed("operating"), days=(today - timedelta(days=90), today))

    assert found.overall == ratio(2, 4) == ratio(board.number, board.of)
    assert found.value(towns[2].pk) == 0
    assert of(computed("operating"), days=(date(2020, 1, 1), date(2020, 4, 30))).value() == 0


def test_the_rate_says_of_which_count_and_is_missing_where_that_has_no_figure():
    julcan = province("1305")
    Population.objects.create(
        place_id="1305", year=2025, source=PopulationSource.CENSUS, total=2_000
    )
    Population.objects.create(place_id="13", year=2025, source=PopulationSource.CENSUS, total=9_000)
    ProvinceFactory(code="1301")  # the place that the second given figure is of
    populations.store_given()
    with municipality_scope(julcan):
        InterventionFactory.create_batch(
            6, municipality=julcan, kind=InterventionKind.PROPOSAL, day=date(2026, 2, 1)
        )
    ledger.advance()
    rate = computed("rate", ValueType.RATE)

    now, given = of(rate), of(rate, Vintage(2017, PopulationSource.CENSUS))

    assert now.value(julcan.pk) == 3
    assert given.value(julcan.pk) is None
    assert given.overall.denominator == 1_778_080
    assert str(now.vintage) != str(given.vintage)


def test_women_and_the_countryside_are_shares_of_who_said_so():
    otuzco = province("1306")
    with municipality_scope(otuzco):
        for gender, area, many in (("woman", "rural", 2), ("man", "urban", 6), ("", "", 5)):
            InterventionFactory.create_batch(
                many,
                municipality=otuzco,
                kind=InterventionKind.PROPOSAL,
                day=date(2026, 2, 1),
                gender=gender,
                area=area,
            )
    ledger.advance()

    assert of(computed("women", ValueType.PERCENT)).value() == 25
    assert of(computed("rural", ValueType.PERCENT)).value(otuzco.pk) == 25
    roles = dict(of(computed("parity", ValueType.PERCENT)).parts)
    assert roles[InterventionKind.PROPOSAL.label] == ratio(2, 8)


def test_activities_of_two_institutions_are_counted_by_quarter():
    otuzco = province("1306")
    with municipality_scope(otuzco):
        for day, many in ((date(2026, 2, 1), 2), (date(2026, 5, 1), 1), (date(2026, 6, 1), 3)):
            activity = ActivityFactory(
                municipality=otuzco,
                day=day,
                state=ActivityState.HELD,
                published_at=timezone.now(),
            )
            activity.organizations.set(OrganizationFactory.create_batch(many))

    found = of(computed("collaboration"))

    assert found.value() == 2
    assert [quarter for quarter, _f in found.parts] == ["2026-T1", "2026-T2"]


def test_ten_women_of_fifty_people_are_a_fifth_also_from_paper():
    otuzco = province("1306")
    with municipality_scope(otuzco):
        activity = ActivityFactory(
            municipality=otuzco,
            day=date(2026, 2, 1),
            state=ActivityState.HELD,
            published_at=timezone.now(),
        )
        for gender, people in (("woman", 10), ("man", 40)):
            AttendanceFactory(municipality=otuzco, activity=activity, gender=gender, people=people)

    assert of(computed("attending", ValueType.PERCENT)).value() == 20


def test_quality_shows_how_many_and_both_sides_and_leaves_out_what_was_not_scored():
    otuzco = province("1306")
    marks = {
        "diversity": None,
        "information": None,
        "deliberation": None,
        "answer": None,
        "result": None,
        "accessibility": None,
        "evidence_mark": None,
    }
    with municipality_scope(otuzco):
        for assessor, reach in ((Assessor.SELF, 3), (Assessor.COUNTERPART, 1)):
            QualityScoreFactory(
                municipality=otuzco,
                assessor=assessor,
                reach=reach,
                at=datetime(2026, 5, 5, 12, tzinfo=UTC),
                published_at=timezone.now(),
                **marks,
            )

    found = of(computed("quality", ValueType.INDEX))

    assert found.overall == ratio(4, 2)
    assert [f.value(ValueType.INDEX) for _label, f in found.parts] == [3, 1]


def test_parts_that_do_not_add_up_are_kept_and_left_out_of_what_is_by_sex():
    otuzco, viru = province("1306"), province("1312")
    indicator, period = IndicatorFactory(counts_people=True), PeriodFactory()
    accepted(otuzco, indicator, period, 30, cells=[("woman", 20), ("man", 10)])
    accepted(viru, indicator, period, 50, cells=[("woman", 20), ("man", 10)], is_complete=False)

    found = of(indicator)

    assert found.value() == 80
    assert found.incomplete == {viru.pk}
    assert told.breakdown(found, viru.pk) is None
    sums, many = told.by_gender(found)
    assert (sorted(n for _label, n in sums), many) == ([10, 20], 1)


def test_three_women_are_told_as_fewer_than_five():
    otuzco = province("1306")
    indicator = IndicatorFactory(counts_people=True)
    accepted(otuzco, indicator, PeriodFactory(), 43, cells=[("woman", 3), ("man", 40)])

    tree = told.breakdown(of(indicator), otuzco.pk)

    assert {part.value for part in tree.parts} == {Hidden.SMALL, Hidden.WITHHELD}


def test_a_municipality_with_three_people_does_not_follow_from_the_sum_of_all():
    towns = [province(code) for code in ("1305", "1306", "1312")]
    indicator, period = IndicatorFactory(counts_people=True), PeriodFactory()
    for town, people in zip(towns, (3, 20, 90), strict=True):
        accepted(town, indicator, period, people)

    found = of(indicator)
    shown = told.towns(found)

    assert [shown[t.pk].figure is None for t in towns] == [True, True, False]
    assert told.overall(found).figure == number(113)


def target(**values):
    return Target(**{"baseline_on": date(2026, 1, 1), "target_on": date(2026, 12, 31)} | values)


LIGHTS = [
    # direction  baseline  target  actual  light
    ("up", 0, 100, 50, Light.GREEN),
    ("up", 0, 100, 43, Light.GREEN),
    ("up", 0, 100, 90, Light.GREEN),
    ("up", 0, 100, 35, Light.AMBER),
    ("up", 0, 100, 20, Light.RED),
    ("up", 0, 100, -5, Light.RED),
    ("down", 100, 0, 50, Light.GREEN),
    ("down", 100, 0, 65, Light.AMBER),
    ("down", 100, 0, 90, Light.RED),
    ("keep", 80, 80, 85, Light.GREEN),
    ("keep", 80, 80, 60, Light.AMBER),
    ("keep", 80, 80, 10, Light.RED),
    ("up", 0, 100, None, Light.GREY),
    ("up", None, 100, 50, Light.RED),
    ("up", None, 100, None, Light.RED),
    ("up", 0, None, 50, Light.GREY),
    ("up", 50, 50, 50, Light.GREY),
]


@pytest.mark.parametrize(("direction", "baseline", "end", "actual", "expected"), LIGHTS)
def test_the_light_in_the_middle_of_the_way(direction, baseline, end, actual, expected):
    indicator = Indicator(direction=direction, value_type=ValueType.NUMBER)
    plan = target(
        baseline=None if baseline is None else Decimal(baseline),
        target=None if end is None else Decimal(end),
    )
    value = None if actual is None else Decimal(actual)

    verdict = judge(indicator, plan, value, date(2026, 7, 2))

    assert verdict.light == expected
    assert verdict.why
    assert verdict.who


def test_without_any_target_row_it_is_red_for_want_of_a_baseline():
    indicator = Indicator(direction="up", value_type=ValueType.NUMBER)
    assert judge(indicator, None, Decimal(5), date(2026, 7, 2)).light == Light.RED


def test_since_goes_back_as_far_as_the_light_was_the_same():
    indicator = Indicator(direction="up", value_type=ValueType.NUMBER)
    plan = target(baseline=Decimal(0), target=Decimal(100))
    course = [
        (date(2026, 3, 31), number(25)),
        (date(2026, 6, 30), number(10)),
        (date(2026, 9, 30), number(11)),
    ]

    verdict = light(indicator, plan, course)

    assert (verdict.light, verdict.since) == (Light.RED, date(2026, 6, 30))


def test_a_planner_s_person_is_no_part_of_a_figure():
    """Figures come out of the region's scope as plain numbers."""
    with municipality_scope():
        found = measure([IndicatorFactory()], *YEAR, None, by=UserFactory())[0]
        assert found.by_town == {}
        assert found.value() is None


def test_before_there_was_a_ledger_there_is_no_data_and_no_zero():
    otuzco = province("1306")
    with municipality_scope(otuzco):
        InterventionFactory(municipality=otuzco, day=date(2026, 2, 1))
    ledger.advance()

    before = of(computed("interventions"), days=(date(2020, 1, 1), date(2020, 12, 31)))

    assert before.value() is None
    assert of(computed("interventions")).value() == 1
