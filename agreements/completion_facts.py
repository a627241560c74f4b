"""What the rule of completion looks at, of however many municipalities.

For a day in the past the rows of that day count; what was removed since then does not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from agreements.enums import CIVIL, Adoption, OrganizationKind
from agreements.heartbeat import LAST_DAYS
from participation.enums import InterventionKind


# Of each municipality, the convenio that is furthest; and the steps of its work plans by milestone.
CONVENIOS = """
WITH mine AS (
    SELECT DISTINCT o.town_id AS town, a.* FROM agreements_agreement a
    JOIN agreements_party p ON p.agreement_id = a.id AND p.role <> 'observer'
    JOIN agreements_organization o ON o.id = p.organization_id
    WHERE o.town_id = ANY (%(ids)s) AND a.created_at < %(until)s
), looked_at AS (
    SELECT m.town, m.id, m.state,
        coalesce(m.signed_on <= %(day)s AND m.state IN ('signed', 'suspended', 'terminated', 'closed'), false) AS signed,
        coalesce(m.published_at < %(until)s, false) AS published,
        coalesce(m.signed_on <= %(day)s AND m.state = 'signed' AND m.starts_on <= %(day)s
            AND (m.ends_on IS NULL OR m.ends_on >= %(day)s), false) AS in_force,
        NOT EXISTS (
            SELECT FROM agreements_party p WHERE p.agreement_id = m.id AND p.role <> 'observer'
            AND NOT EXISTS (SELECT FROM agreements_coordinator c WHERE c.party_id = p.id
                AND c.starts_on <= %(day)s AND (c.ends_on IS NULL OR c.ends_on >= %(day)s))) AS coordinated
    FROM mine m
), best AS (
    SELECT DISTINCT ON (town) town, signed, signed AND published AS published,
        signed AND coordinated AS coordinated
    FROM looked_at
    ORDER BY town, signed DESC, (published::int + coordinated::int + in_force::int) DESC, id DESC
), stood AS (
    SELECT town, bool_or(in_force) AS in_force,
        bool_or(state IN ('draft', 'review', 'observed', 'to_sign')) AS negotiating
    FROM looked_at GROUP BY town
), steps AS (
    SELECT m.town, i.gate, count(*) AS planned,
        count(*) FILTER (WHERE i.state = 'verified' AND i.done_on <= %(day)s) AS verified,
        bool_or(i.state IN ('submitted', 'verified')) AS claimed,
        bool_or(EXISTS (SELECT FROM agreements_evidence e WHERE e.item_id = i.id
            AND e.state IN ('uploaded', 'accepted') AND e.added_at < %(until)s)) AS attached
    FROM mine m JOIN agreements_workitem i ON i.agreement_id = m.id
    JOIN agreements_party p ON p.id = i.party_id
    JOIN agreements_organization o ON o.id = p.organization_id
    WHERE i.state <> 'cancelled' AND i.first_due_on IS NOT NULL
    AND (o.town_id = m.town OR o.kind = 'region')
    GROUP BY m.town, i.gate
)
SELECT b.town, b.signed, b.published, b.coordinated, s.in_force, s.negotiating, coalesce(g.steps, '{}')
FROM best b JOIN stood s ON s.town = b.town
LEFT JOIN (
    SELECT town, jsonb_object_agg(gate,
        jsonb_build_array(planned, verified, claimed, attached)) AS steps
    FROM steps GROUP BY town) g ON g.town = b.town
"""
SHOWN = """
shown AS (
    SELECT e.id, e.municipality_id AS town, e.piece_id, e.activity_id, e.outreach_id, e.adoption_id,
        e.answer_id, e.state = 'accepted' AND coalesce(v.ok, false) AS verified,
        coalesce(v.civil, false) AS civil
    FROM agreements_evidence e
    LEFT JOIN LATERAL (
        SELECT bool_or(x.result = 'ok') AS ok,
            bool_or(x.result = 'ok' AND o.kind = ANY (%(civil)s)) AS civil
        FROM agreements_verification x LEFT JOIN agreements_organization o ON o.id = x.organization_id
        WHERE x.evidence_id = e.id AND x.at < %(until)s) v ON true
    WHERE e.municipality_id = ANY (%(ids)s) AND e.state IN ('uploaded', 'accepted')
    AND e.added_at < %(until)s
)
"""
TRANSFERS = f"""
WITH {SHOWN}, proofs AS (
    SELECT piece_id, bool_or(verified) AS verified, bool_or(civil) AS civil
    FROM shown WHERE piece_id IS NOT NULL GROUP BY piece_id
)
SELECT t.municipality_id, t.id, t.state, count(p.id) FILTER (WHERE p.is_planned),
    count(p.id) FILTER (WHERE p.is_planned AND s.verified), count(s.piece_id) > 0,
    coalesce(bool_or(s.verified AND s.civil), false),
    coalesce(bool_or(p.kind = 'acceptance' AND s.verified), false)
FROM agreements_transfer t
LEFT JOIN agreements_piece p ON p.transfer_id = t.id
LEFT JOIN proofs s ON s.piece_id = p.id
WHERE t.municipality_id = ANY (%(ids)s) AND t.state <> 'abandoned' AND t.created_at < %(until)s
GROUP BY t.municipality_id, t.id, t.state
"""  # noqa: S608  no words of anybody
# What was held for a transfer, and (without one) for the municipality.
HELD = f"""
WITH {SHOWN}, proofs AS (
    SELECT activity_id, bool_or(verified) AS verified, bool_or(civil) AS civil
    FROM shown WHERE activity_id IS NOT NULL GROUP BY activity_id
)
SELECT a.municipality_id, a.transfer_id, count(s.activity_id) > 0,
    coalesce(bool_or(s.verified AND s.civil), false),
    coalesce(array_agg(a.day) FILTER (WHERE s.verified), '{{}}'),
    coalesce(array_agg(a.hours) FILTER (WHERE s.verified), '{{}}'),
    coalesce(array_agg(a.kind) FILTER (WHERE s.verified), '{{}}')
FROM agreements_activity a LEFT JOIN proofs s ON s.activity_id = a.id
WHERE a.municipality_id = ANY (%(ids)s) AND a.state = 'held' AND a.day <= %(day)s
GROUP BY a.municipality_id, a.transfer_id
"""  # noqa: S608  no words of anybody
REST = f"""
WITH {SHOWN}, told AS (
    SELECT a.municipality_id AS town, count(*) AS acts, count(s.outreach_id) > 0 AS attached,
        array_agg(a.channel) FILTER (WHERE s.verified) AS channels
    FROM agreements_outreachact a
    LEFT JOIN (SELECT outreach_id, bool_or(verified) AS verified
        FROM shown WHERE outreach_id IS NOT NULL GROUP BY outreach_id) s ON s.outreach_id = a.id
    WHERE a.municipality_id = ANY (%(ids)s) AND a.starts_on <= %(day)s
    GROUP BY a.municipality_id
), latest AS (
    SELECT DISTINCT ON (s.transfer_id) s.municipality_id AS town, s.transfer_id, s.level
    FROM agreements_adoptionstep s
    WHERE s.municipality_id = ANY (%(ids)s) AND s.day <= %(day)s
    ORDER BY s.transfer_id, s.id DESC
), adopted AS (
    SELECT l.town, max(l.level) AS level,
        bool_or(l.level >= %(implemented)s AND e.verified) AS proven,
        bool_or(l.level >= %(implemented)s AND e.verified AND e.civil) AS civil,
        count(e.transfer_id) > 0 AS attached
    FROM latest l
    LEFT JOIN (SELECT a.transfer_id, bool_or(s.verified) AS verified, bool_or(s.civil) AS civil
        FROM shown s JOIN agreements_adoptionstep a ON a.id = s.adoption_id
        GROUP BY a.transfer_id) e ON e.transfer_id = l.transfer_id
    GROUP BY l.town
), answers AS (
    SELECT town, bool_or(verified) AS verified FROM shown WHERE answer_id IS NOT NULL GROUP BY town
), thirds AS (
    SELECT v.municipality_id AS town, bool_or(o.kind = ANY (%(civil)s)) AS civil
    FROM agreements_evaluation v LEFT JOIN agreements_organization o ON o.id = v.organization_id
    WHERE v.municipality_id = ANY (%(ids)s) AND v.evaluator = 'third' AND v.day <= %(day)s
    GROUP BY v.municipality_id
)
SELECT m.id, coalesce(d.acts, 0), coalesce(d.attached, false), coalesce(d.channels, '{{}}'),
    a.level, coalesce(a.proven, false), coalesce(a.civil, false), coalesce(a.attached, false),
    (SELECT max(v.day) FROM agreements_advice v WHERE v.municipality_id = m.id AND v.day <= %(day)s),
    EXISTS (SELECT FROM agreements_baselinesheet b
        WHERE b.municipality_id = m.id AND b.locked_at < %(until)s),
    EXISTS (SELECT FROM agreements_selfanswer s WHERE s.municipality_id = m.id AND s.at < %(until)s),
    w.town IS NOT NULL, coalesce(w.verified, false), t.town IS NOT NULL, coalesce(t.civil, false),
    EXISTS (SELECT FROM agreements_interest i WHERE i.municipality_id = m.id
        AND i.state IN ('interested', 'invited') AND i.at < %(until)s)
FROM unnest(%(ids)s::bigint[]) AS m (id)
LEFT JOIN told d ON d.town = m.id
LEFT JOIN adopted a ON a.town = m.id
LEFT JOIN answers w ON w.town = m.id
LEFT JOIN thirds t ON t.town = m.id
"""  # noqa: S608  no words of anybody


AT_ONCE = 100
# All of it in one question: each part as a list of rows, in the order of its columns.
PARTS = {
    "convenios": (CONVENIOS, 7),
    "transfers": (TRANSFERS, 8),
    "held": (HELD, 7),
    "rest": (REST, 16),
}
PARTS["days"] = (LAST_DAYS, 2)


def _listed(sql: str, columns: int) -> str:
    names = ", ".join(f"c{number}" for number in range(columns))
    return f"(SELECT coalesce(json_agg(t), '[]') FROM ({sql}) t ({names}))"  # noqa: S608


ALL = f"SELECT {', '.join(_listed(*part) for part in PARTS.values())}"


@dataclass(frozen=True)
class Found:
    """The rows of each part, by municipality."""

    convenios: dict[int, list[tuple]]
    transfers: dict[int, list[tuple]]
    held: dict[int, list[tuple]]
    rest: dict[int, list[tuple]]
    days: dict[int, list[tuple]]


def find(ids: list[int], day: date) -> Found:
    """One query, or one for each hundred: of thousands at once the database, which expects few
    rows behind the walls, would compare each with each.
    """
    until = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    asked = {
        "day": day,
        "until": until,
        "civil": [*CIVIL, OrganizationKind.UNIVERSITY],
        "implemented": Adoption.IMPLEMENTED,
        "kinds": InterventionKind.values,
    }
    found = Found({}, {}, {}, {}, {})
    with connection.cursor() as cursor:
        for start in range(0, len(ids), AT_ONCE):
            cursor.execute(ALL, asked | {"ids": ids[start : start + AT_ONCE]})
            for part, rows in zip(fields(found), cursor.fetchone(), strict=True):
                getattr(found, part.name).update(_by_town(rows))
    return found


def _by_town(rows: Any) -> dict[int, list[tuple]]:
    found: dict[int, list[tuple]] = {}
    for row in json.loads(rows) if isinstance(rows, str) else rows:
        town, *rest = row.values()
        found.setdefault(town, []).append(tuple(rest))
    return found
