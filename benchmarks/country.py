"""A country of made-up towns: 1,892 municipalities, and as many proposals as wanted.

One town is large (a tenth of all proposals), the others share the rest evenly. Written by
SQL, under the same role and policies as the site.
"""

from __future__ import annotations

from django.db import connection

from municipalities.models import Municipality
from municipalities.rls import region_scope


MUNICIPALITIES = 1892
PEOPLE = 2000

PLACES = """
INSERT INTO municipalities_place (code, level, name, reniec_code, capital, created_by_law)
SELECT lpad(r::text, 2, '0'), 'region', 'Región ' || r, '', '', '' FROM generate_series(1, 25) r;
INSERT INTO municipalities_place
    (code, level, name, parent_id, reniec_code, capital, created_by_law)
SELECT lpad((p % 25 + 1)::text, 2, '0') || lpad((p / 25 + 1)::text, 2, '0'), 'province',
    'Provincia ' || p, lpad((p % 25 + 1)::text, 2, '0'), '', '', ''
FROM generate_series(0, 199) p;
INSERT INTO municipalities_place
    (code, level, name, parent_id, reniec_code, capital, created_by_law)
SELECT parent.code || lpad((d / 200 + 2)::text, 2, '0'), 'district', 'Distrito ' || d,
    parent.code, '', '', ''
FROM generate_series(0, 1691) d
JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS n
      FROM municipalities_place WHERE level = 'province') parent ON parent.n = d % 200;
INSERT INTO municipalities_municipality
    (kind, place_id, slug, name, short_name, state, modules, accent, coat_of_arms, welcome,
     planned, contact_name, contact_office, contact_email, contact_phone, data_officer,
     data_officer_email)
SELECT CASE level WHEN 'province' THEN 'provincial' ELSE 'district' END, code, 'm-' || code,
    'Municipalidad de ' || name, name, 'open', '{proposals,debates}', '', '', '', '', '', '', '', '', '', ''
FROM municipalities_place WHERE level <> 'region'
"""
# What later rooms add to the municipality has its default in the database or is filled here.
FACTS = """
INSERT INTO municipalities_population (place_id, year, source, total)
SELECT code, 2025, 'bench', 20000 FROM municipalities_place WHERE level <> 'region'
"""
PROPOSALS = """
WITH towns AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM municipalities_municipality
    WHERE id <> %(large)s
), wanted AS (
    SELECT i, CASE WHEN i %% 10 = 0 THEN %(large)s
              ELSE (SELECT id FROM towns WHERE n = i %% (SELECT count(*) FROM towns)) END AS town
    FROM generate_series(1, %(many)s) i
), threads AS (
    INSERT INTO participation_thread
        (municipality_id, kind, title, path, is_public, comment_count,
         agrees, disagrees, resident_agrees, resident_disagrees)
    SELECT town, 'proposal', %(title)s || i, '', true, 0, 0, 0, 0, 0 FROM wanted ORDER BY i
    RETURNING id, municipality_id, title
)
INSERT INTO proposals_proposal
    (municipality_id, thread_id, author_kind, organisation, code, channel, title, summary, body,
     tags, place_name, state, created_at, saved_at, published_at, threshold, closes_on,
     close_reason, imported_supports, support_count, trend, hidden_reason)
SELECT municipality_id, id, 'person', '', 'B-' || id, 'web',
    (ARRAY['Más árboles', 'Agua potable', 'Ciclovía segura', 'Biblioteca nocturna',
           'Mercado limpio', 'Participación vecinal', 'Alumbrado público', 'Camino vecinal'])
        [id %% 8 + 1] || ' para el sector ' || id,
    'Para las familias del sector ' || id %% 97 || ', que hoy caminan dos horas.',
    repeat('Proponemos reunirnos, medir y acordar con la oficina encargada. ', 12),
    '{}', 'Sector ' || id %% 97, 'gathering', now(), now(),
    now() - (id %% 300) * interval '1 day', 500, current_date + 200, '', 0, id %% 400,
    (id %% 977) / 7.0, ''
FROM threads
"""


def build(proposals: int) -> Municipality:
    """Fill an empty database, once; the large town is returned."""
    with connection.cursor() as cursor:
        if not Municipality.objects.exists():
            cursor.execute(PLACES)
            cursor.execute(FACTS)
        large = Municipality.objects.filter(kind="district").order_by("pk").first()
        with region_scope("benchmark"):
            cursor.execute("SELECT count(*) FROM proposals_proposal")
            missing = proposals - cursor.fetchone()[0]
            if missing > 0:
                cursor.execute(
                    PROPOSALS, {"large": large.pk, "many": missing, "title": "Propuesta "}
                )
    return large
