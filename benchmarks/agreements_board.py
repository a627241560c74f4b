"""How fast the planners' board opens: `make bench-agreements`.

1,892 municipalities, 3,000 convenios with 30,000 steps and 50,000 activities, in a database of its
own under VAR/bench-board. The aims: at most 15 queries and 300 ms of server time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.__main__ import ROOT


CONVENIOS, STEPS, ACTIVITIES, LEDGER = 3_000, 10, 50_000, 200_000
MOST_QUERIES, MOST_MS = 15, 300
# The region, an organisation for each municipality, and two people.
PEOPLE = """
INSERT INTO municipalities_municipality
    (kind, place_id, slug, name, short_name, state, modules, accent, coat_of_arms, welcome,
     planned, contact_name, contact_office, contact_email, contact_phone, data_officer,
     data_officer_email)
VALUES ('region', '13', 'la-libertad', 'Gobierno Regional', 'La Libertad', 'open', '{}', '', '', '',
    '', '', '', '', '', '', '')
"""
FILL = [
    """
    INSERT INTO agreements_organization (kind, name, short_name, ruc, website, town_id, invented)
    SELECT CASE kind WHEN 'region' THEN 'region' ELSE kind END, name || ' ' || id, short_name, '', '',
        id, true FROM municipalities_municipality
    """,
    """
    INSERT INTO agreements_agreement (kind, code, title, summary, object, problem, population,
        expected_change, policy_areas, moves_money, state, starts_on, ends_on, open_ended_why, renewal,
        notice_days, signed_on, council_exception, end_cause, version, towns, invented, created_at)
    SELECT 'especifico', 'B-' || i, 'Convenio ' || i, '', '', '', '', '', '{}', false, 'signed',
        current_date - 300, current_date - 30 + i %% 700, '', 'addendum', 30, current_date - 300, '', '',
        1, '{}', true, now() - interval '300 days' FROM generate_series(1, %(convenios)s) i
    """,
    """
    WITH towns AS (SELECT o.id, row_number() OVER (ORDER BY o.id) - 1 AS n, count(*) OVER () AS many
        FROM agreements_organization o WHERE o.kind <> 'region')
    INSERT INTO agreements_party (agreement_id, organization_id, role, own_number, number_initials,
        signatory_office, signatory, empowered_by, signed_on)
    SELECT a.id, t.id, 'counterpart', '', '', '', '', '', a.signed_on
    FROM agreements_agreement a JOIN towns t ON t.n = a.id %% t.many
    UNION ALL
    SELECT a.id, (SELECT id FROM agreements_organization WHERE kind = 'region'), 'lead', '', '', '',
        '', '', a.signed_on FROM agreements_agreement a
    """,
    """
    INSERT INTO agreements_workitem (agreement_id, party_id, gate, name, deliverable, starts_on, due_on,
        first_due_on, done_on, weight, is_high, min_evidence, state, returned_why, submitted_by_id,
        verified_by_id)
    SELECT p.agreement_id, p.id,
        (ARRAY['agreement', 'transfer', 'dissemination', 'operation', 'evaluation'])[1 + s %% 5],
        'Paso ' || s, '', current_date - 300, current_date - 200 + s * 40 + p.agreement_id::int %% 60,
        current_date - 200 + s * 40, CASE WHEN s < 5 THEN current_date - 100 END, 10, s %% 7 = 0, 1,
        CASE WHEN s < 5 THEN 'verified' ELSE 'pending' END, '',
        CASE WHEN s < 5 THEN %(rosa)s END, CASE WHEN s < 5 THEN %(julio)s END
    FROM agreements_party p, generate_series(1, %(steps)s) s WHERE p.role = 'counterpart'
    """,
    """
    INSERT INTO agreements_undertaking (agreement_id, party_id, text, mechanism, baseline, baseline_on,
        target, weight, verified_by, state, state_reason)
    SELECT agreement_id, id, 'Atender', '', 1, current_date - 300, 10, 100, '', 'open', ''
    FROM agreements_party WHERE role = 'counterpart'
    """,
    """
    INSERT INTO agreements_report (agreement_id, party_id, kind, period_ends_on, due_on, state, text,
        no_progress, file, accepted_at, returned_why)
    SELECT agreement_id, id, 'quarterly', current_date - 60, current_date - 40, 'accepted', '', false, '',
        now() - interval '30 days', '' FROM agreements_party WHERE role = 'counterpart'
    AND agreement_id %% 5 <> 0
    """,
    """
    WITH towns AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS many
        FROM municipalities_municipality WHERE kind <> 'region')
    INSERT INTO agreements_activity (municipality_id, kind, title, day, hours, place, facilitators,
        policy_areas, state, decisions, outcome)
    SELECT t.id, 'taller', 'Taller ' || i, current_date - i %% 300, 4, '', '', '{}', 'held', '', ''
    FROM generate_series(1, %(activities)s) i JOIN towns t ON t.n = i %% t.many
    """,
    """
    INSERT INTO agreements_evidence (municipality_id, kind, title, file, url, sha256, public_file,
        is_public, state, state_reason, added_by_id, added_at, activity_id)
    SELECT municipality_id, 'minutes', 'Acta', 'evidence/x.pdf', '', md5(id::text), '', false,
        CASE WHEN id %% 20 = 0 THEN 'uploaded' ELSE 'accepted' END, '', %(rosa)s, now() - interval '1 day', id
    FROM agreements_activity WHERE id %% 2 = 0
    """,
    """
    INSERT INTO agreements_verification (municipality_id, evidence_id, by_id, method, result, notes, at)
    SELECT municipality_id, id, %(julio)s, 'desk', 'ok', '', now() - interval '1 hour'
    FROM agreements_evidence WHERE state = 'accepted'
    """,
    """
    WITH towns AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS many
        FROM municipalities_municipality WHERE kind <> 'region')
    INSERT INTO participation_intervention
        (municipality_id, kind, day, gender, age_band, area, channel, amount)
    SELECT t.id, 'support', current_date - i %% 200, '', '', '', 'web', 1
    FROM generate_series(1, %(ledger)s) i JOIN towns t ON t.n = i %% t.many
    """,
]
ASKED = {
    "first page": {},
    "page 40": {"page": "40"},
    "a province": {"provincia": "Provincia 7"},
    "in red": {"luz": "red"},
    "by state": {"estado": "in_force"},
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreements_board")
    parser.add_argument("--times", type=int, default=7, help="the median of so many requests")
    parser.add_argument("--here", action="store_true", help="in the database of DATABASE_URL")
    options = parser.parse_args()
    var = Path(os.environ.get("VAR") or ROOT / "var") / "bench-board"
    os.environ |= {"DJANGO_SETTINGS_MODULE": "decide.settings", "ALLOWED_HOSTS": "localhost"}
    from decide import servers  # noqa: PLC0415

    if not options.here:
        os.environ["VAR"] = str(var)
        servers.wipe(var)
        servers.into_environ()
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(collect, cwd=ROOT, check=True)
    import django  # noqa: PLC0415

    django.setup()
    try:
        planner = fill()
        report(planner, options.times)
    finally:
        if not options.here:
            servers.stop(var)


def fill():
    """The country once; who asks for the board is returned."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415
    from django.db import connection, connections, transaction  # noqa: PLC0415

    from accounts.enums import Role  # noqa: PLC0415
    from accounts.models import RoleGrant, User  # noqa: PLC0415
    from benchmarks.country import build  # noqa: PLC0415
    from municipalities.models import Municipality  # noqa: PLC0415
    from municipalities.rls import region_scope  # noqa: PLC0415

    if found := User.objects.filter(handle="ana").first():
        Authenticator.objects.get_or_create(user=found, type="totp", data={"secret": "bench"})
        return found
    with transaction.atomic():
        build(0)
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE)
        rosa, julio, planner = (
            User.objects.create(email=f"{name}@example.org", display_name=name, handle=name)
            for name in ("rosa", "julio", "ana")
        )
        with region_scope("benchmark"), connection.cursor() as cursor:
            region = Municipality.objects.get(kind="region")
            Authenticator.objects.create(user=planner, type="totp", data={"secret": "bench"})
            RoleGrant.objects.create(user=planner, municipality=region, role=Role.PLANNER)
            many = {
                "convenios": CONVENIOS,
                "steps": STEPS,
                "activities": ACTIVITIES,
                "ledger": LEDGER,
                "rosa": rosa.pk,
                "julio": julio.pk,
            }
            for statement in FILL:
                cursor.execute(statement, many)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return planner


def report(planner, times: int) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")
    client.force_login(planner)
    print(f"{CONVENIOS:,} convenios, {ACTIVITIES:,} activities; load {os.getloadavg()[0]:.1f}\n")
    print(f"{'the board':16}{'queries':>8}{'ms':>8}{'least':>8}{'CPU ms':>8}{'KB':>6}")
    for name, asked in ASKED.items():
        client.get("/admin/", asked)
        took, cpu = [], []
        for _ in range(times):
            began, busy = time.perf_counter(), time.process_time()
            answer = client.get("/admin/", asked)
            took.append(1000 * (time.perf_counter() - began))
            cpu.append(1000 * (time.process_time() - busy))
        if answer.status_code != 200 or b'scope="row"' not in answer.content:
            raise SystemExit(f"{name}: {answer.status_code}, nothing on the board")
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/", asked)
        number = sum("SAVEPOINT" not in one["sql"] for one in queries)
        print(
            f"{name:16}{number:8}{statistics.median(took):8.0f}{min(took):8.0f}"
            f"{statistics.median(cpu):8.0f}{len(answer.content) / 1024:6.0f}",
            flush=True,
        )
    print(f"\nThe aims: at most {MOST_QUERIES} queries and {MOST_MS} ms.")


if __name__ == "__main__":
    main()
