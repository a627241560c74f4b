"""The traffic light of a convenio: one published formula, the same for everybody.

Facts come from the database in one query for however many convenios; `reading` judges them and
says why, since when and who has to act. What is not known is grey, never green.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy as _lazy

from agreements.enums import AgreementState, Light, ReportKind


STALE = Decimal("1.5")  # of the time between two reports
FAR_BEHIND, BEHIND = Decimal("0.6"), Decimal("0.85")  # of what was to be verified by now
VERY_LATE = timedelta(days=30)
VERY_OVERDUE = timedelta(days=14)
ENDING, NEARLY_DONE = timedelta(days=60), 90
UNMENDED = timedelta(days=15)
LONGEST_OVERRIDE = timedelta(days=60)
DAYS_BETWEEN = {ReportKind.QUARTERLY: 92, ReportKind.YEARLY: 366, ReportKind.FINAL: 366}
# Red first: how planners want their lists.
URGENCY = {Light.RED: 0, Light.AMBER: 1, Light.GREY: 2, Light.GREEN: 3, Light.BLUE: 4}

RULE = [
    (Light.BLUE, _lazy("It is closed, and all its steps are verified.")),
    (
        Light.GREY,
        _lazy(
            "No report was ever accepted, or the last is older than one and a half times the time"
            " between two; or no plan is approved, or no baseline and target are set."
        ),
    ),
    (
        Light.RED,
        _lazy(
            "It expired with steps left; or less than 60 per cent is verified of what was to be by now;"
            " or a step of high priority is more than 30 days late; or a report more than 14."
        ),
    ),
    (
        Light.AMBER,
        _lazy(
            "Less than 85 per cent is verified of what was to be by now; or any step is late; or it ends"
            " within 60 days with less than 90 per cent verified; or evidence that was turned down has"
            " not been mended for more than 15 days."
        ),
    ),
    (Light.GREEN, _lazy("None of this.")),
]


@dataclass(frozen=True)
class Facts:
    """What the formula looks at, of one convenio on one day."""

    day: date
    state: str = AgreementState.SIGNED
    signed_on: date | None = None
    ends_on: date | None = None
    has_plan: bool = True
    has_target: bool = True
    verified: Decimal = Decimal(0)  # in % of the weight of all steps
    expected: Decimal = Decimal(0)
    behind_since: date | None = None
    late_since: date | None = None  # since when the first late step is
    late_high_since: date | None = None
    late_who: str = ""
    days_between: int | None = None
    last_report: date | None = None
    overdue_since: date | None = None
    overdue_who: str = ""
    turned_down_on: date | None = None
    turned_down_who: str = ""
    agreement: int = 0
    code: str = ""
    title: str = ""
    towns: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A light, why, since when, and who has to act."""

    light: str
    why: Any
    since: date | None = None
    who: str = ""
    computed: str = ""  # what the formula says, if somebody set another by hand
    until: date | None = None
    facts: Facts | None = field(default=None, repr=False)

    @property
    def is_by_hand(self) -> bool:
        return self.until is not None

    @property
    def label(self) -> str:
        return Light(self.light).label


def reading(facts: Facts) -> Reading:
    """The light by the formula: the first condition that holds."""
    for judge in (_blue, _grey, _red, _amber):
        if found := judge(facts):
            return replace(found, facts=facts)
    return Reading(Light.GREEN, _("Steps and reports are in time."), facts=facts)


def _blue(facts: Facts) -> Reading | None:
    if facts.state == AgreementState.CLOSED and facts.verified == 100:
        return Reading(Light.BLUE, _("It is closed, and all its steps are verified."))
    return None


def _grey(facts: Facts) -> Reading | None:
    if not facts.has_plan:
        return Reading(Light.GREY, _("No work plan is approved."), facts.signed_on)
    if not facts.has_target:
        return Reading(Light.GREY, _("No baseline and target are set."), facts.signed_on)
    if facts.last_report is None or facts.days_between is None:
        return Reading(
            Light.GREY, _("No report was ever accepted."), facts.signed_on, facts.overdue_who
        )
    stale_on = facts.last_report + timedelta(days=int(STALE * facts.days_between))
    if facts.day > stale_on:
        return Reading(Light.GREY, _("The last report is too old."), stale_on, facts.overdue_who)
    return None


def _red(facts: Facts) -> Reading | None:
    if facts.ends_on and facts.ends_on < facts.day and facts.verified < 100:
        why, since = _("It expired with steps left."), facts.ends_on + timedelta(days=1)
        return Reading(Light.RED, why, since, facts.late_who)
    if facts.verified < FAR_BEHIND * facts.expected:
        return Reading(Light.RED, _behind(facts), facts.behind_since, facts.late_who)
    if facts.late_high_since and facts.day - facts.late_high_since > VERY_LATE:
        why = _("A step of high priority is more than 30 days late.")
        return Reading(Light.RED, why, facts.late_high_since + VERY_LATE, facts.late_who)
    if facts.overdue_since and facts.day - facts.overdue_since > VERY_OVERDUE:
        why = _("A report is more than 14 days late.")
        return Reading(Light.RED, why, facts.overdue_since + VERY_OVERDUE, facts.overdue_who)
    return None


def _amber(facts: Facts) -> Reading | None:
    if facts.verified < BEHIND * facts.expected:
        return Reading(Light.AMBER, _behind(facts), facts.behind_since, facts.late_who)
    if facts.late_since:
        return Reading(Light.AMBER, _("A step is late."), facts.late_since, facts.late_who)
    if facts.ends_on and facts.ends_on - facts.day <= ENDING and facts.verified < NEARLY_DONE:
        why = _("It ends within 60 days with less than 90 per cent verified.")
        return Reading(Light.AMBER, why, facts.ends_on - ENDING, facts.late_who)
    if facts.turned_down_on and facts.day - facts.turned_down_on > UNMENDED:
        why = _("Evidence that was turned down has not been mended for more than 15 days.")
        return Reading(Light.AMBER, why, facts.turned_down_on + UNMENDED, facts.turned_down_who)
    return None


def _behind(facts: Facts) -> str:
    return _("%(verified)d %% is verified, and %(expected)d %% was to be by now.") % {
        "verified": facts.verified,
        "expected": facts.expected,
    }


# --- Facts of many convenios at once

FACTS = """
WITH judged AS (
    SELECT id, state, signed_on, ends_on, code, title, towns FROM agreements_agreement
    WHERE state IN ('signed', 'suspended', 'closed') AND (%(ids)s::bigint[] IS NULL OR id = ANY (%(ids)s))
), steps AS (
    SELECT i.agreement_id, bool_and(i.first_due_on IS NOT NULL) AS has_plan,
        sum(i.weight) AS weight,
        sum(i.weight) FILTER (WHERE i.state = 'verified') AS verified,
        sum(i.weight) FILTER (WHERE coalesce(i.first_due_on, i.due_on) <= %(day)s) AS expected,
        min(i.first_due_on) FILTER (WHERE i.state <> 'verified' AND i.first_due_on <= %(day)s)
            AS behind_since,
        min(i.due_on) FILTER (WHERE i.state <> 'verified' AND i.due_on < %(day)s) AS late_since,
        min(i.due_on) FILTER (WHERE i.state <> 'verified' AND i.due_on < %(day)s AND i.is_high)
            AS late_high_since,
        (array_agg(i.party_id ORDER BY i.due_on) FILTER (WHERE i.state <> 'verified'))[1] AS next_party
    FROM agreements_workitem i
    WHERE i.state <> 'cancelled' AND (%(ids)s::bigint[] IS NULL OR i.agreement_id = ANY (%(ids)s))
    GROUP BY i.agreement_id
), reports AS (
    SELECT r.agreement_id,
        min(CASE r.kind WHEN 'quarterly' THEN %(quarterly)s ELSE %(yearly)s END) AS days_between,
        max((r.accepted_at AT TIME ZONE 'America/Lima')::date) FILTER (WHERE r.state = 'accepted') AS last_report,
        min(r.due_on) FILTER (WHERE r.state IN ('due', 'returned') AND r.due_on < %(day)s) AS overdue_since,
        (array_agg(r.party_id ORDER BY r.due_on) FILTER (WHERE r.state IN ('due', 'returned')))[1] AS next_party
    FROM agreements_report r
    WHERE %(ids)s::bigint[] IS NULL OR r.agreement_id = ANY (%(ids)s)
    GROUP BY r.agreement_id
), targets AS (
    SELECT agreement_id, bool_and(baseline IS NOT NULL) AS has_target FROM agreements_undertaking
    WHERE target IS NOT NULL AND (%(ids)s::bigint[] IS NULL OR agreement_id = ANY (%(ids)s))
    GROUP BY agreement_id
), turned_down AS (
    SELECT i.agreement_id, min((v.at AT TIME ZONE 'America/Lima')::date) AS day,
        (array_agg(i.party_id ORDER BY v.at))[1] AS party
    FROM agreements_evidence e
    JOIN agreements_workitem i ON i.id = e.item_id AND i.state NOT IN ('verified', 'cancelled')
    JOIN agreements_verification v ON v.evidence_id = e.id AND v.result = 'no'
    WHERE e.state = 'rejected'
    AND NOT EXISTS (SELECT FROM agreements_evidence n WHERE n.supersedes_id = e.id)
    AND (%(ids)s::bigint[] IS NULL OR i.agreement_id = ANY (%(ids)s))
    GROUP BY i.agreement_id
)
SELECT j.id, j.state, j.signed_on, j.ends_on, coalesce(s.has_plan, false), coalesce(t.has_target, false),
    coalesce(100 * s.verified / nullif(s.weight, 0), 0), coalesce(100 * s.expected / nullif(s.weight, 0), 0),
    s.behind_since, s.late_since, s.late_high_since, coalesce(so.short_name, ''), coalesce(so.name, ''),
    r.days_between, r.last_report, r.overdue_since, coalesce(ro.short_name, ''), coalesce(ro.name, ''),
    d.day, coalesce(eo.short_name, ''), coalesce(eo.name, ''), j.code, j.title, j.towns,
    h.light, h.reason, h.set_on, h.expires_on
FROM judged j
LEFT JOIN steps s ON s.agreement_id = j.id
LEFT JOIN agreements_party sp ON sp.id = s.next_party
LEFT JOIN agreements_organization so ON so.id = sp.organization_id
LEFT JOIN reports r ON r.agreement_id = j.id
LEFT JOIN agreements_party rp ON rp.id = r.next_party
LEFT JOIN agreements_organization ro ON ro.id = rp.organization_id
LEFT JOIN targets t ON t.agreement_id = j.id
LEFT JOIN turned_down d ON d.agreement_id = j.id
LEFT JOIN agreements_party ep ON ep.id = d.party
LEFT JOIN agreements_organization eo ON eo.id = ep.organization_id
LEFT JOIN (
    SELECT DISTINCT ON (agreement_id) agreement_id, light, reason, set_on, expires_on
    FROM agreements_override WHERE set_on <= %(day)s AND expires_on >= %(day)s
    ORDER BY agreement_id, id DESC) h ON h.agreement_id = j.id
"""


def of(ids: Iterable[int] | None = None, day: date | None = None) -> dict[int, Reading]:
    """The light of each of these convenios that has been signed, or of all in the scope: by hand
    where somebody set it, by the formula otherwise. One query however many they are.
    """
    day = day or timezone.localdate()
    asked = {
        "ids": None if ids is None else list(ids),
        "day": day,
        "quarterly": DAYS_BETWEEN[ReportKind.QUARTERLY],
        "yearly": DAYS_BETWEEN[ReportKind.YEARLY],
    }
    with connection.cursor() as cursor:
        cursor.execute(FACTS, asked)
        rows = cursor.fetchall()
    return {row[0]: _by_hand(reading(_facts(day, row)), *row[24:]) for row in rows}


def _by_hand(formula: Reading, light: str | None, reason: str, since: date, until: date) -> Reading:
    if light is None:
        return formula
    return Reading(
        light,
        reason,
        since,
        formula.who,
        computed=formula.light,
        until=until,
        facts=formula.facts,
    )


def _facts(day: date, row: tuple) -> Facts:
    return Facts(
        day=day,
        state=row[1],
        signed_on=row[2],
        ends_on=row[3],
        has_plan=row[4],
        has_target=row[5],
        verified=row[6],
        expected=row[7],
        behind_since=row[8],
        late_since=row[9],
        late_high_since=row[10],
        late_who=row[11] or row[12],
        days_between=row[13],
        last_report=row[14],
        overdue_since=row[15],
        overdue_who=row[16] or row[17],
        turned_down_on=row[18],
        turned_down_who=row[19] or row[20],
        agreement=row[0],
        code=row[21],
        title=row[22],
        towns=tuple(row[23]),
    )
