"""Ballots say where their voters live, so that results can tell; what came out is settled."""

from importlib import import_module

from django.db import migrations

from municipalities.rls import AppendOnly, ProtectTable


BEFORE = import_module("votes.migrations.0002_the_urn")
CAST = """
CREATE FUNCTION votes_cast(
    this_urn bigint, person bytea, way text, this_attempt bytea, promise bytea, inner_ bytea,
    signed bytea, signed_on date, lives text, OUT outcome text, OUT commitment bytea, OUT signature bytea
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    urn votes_urn;
    came timestamptz;
    voted text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(votes_lock(this_urn));
    came := votes_clock();
    SELECT * INTO urn FROM votes_urn u WHERE u.id = this_urn;
    IF NOT FOUND THEN
        outcome := 'unknown';
        RETURN;
    END IF;
    -- The same form again has its answer, also after the urn has closed.
    SELECT e.commitment, e.signature INTO commitment, signature FROM votes_envelope e
    WHERE e.urn_id = this_urn AND e.person_key = person AND e.attempt = this_attempt;
    IF FOUND THEN
        outcome := 'ok_again';
        RETURN;
    END IF;
    outcome := CASE
        WHEN urn.state IN ('prepared', 'frozen') THEN 'not_ready'
        WHEN urn.state = 'cancelled' THEN 'cancelled'
        WHEN urn.state <> 'ready' OR came >= urn.closes_at THEN 'closed'
        WHEN came < urn.opens_at THEN 'early'
    END;
    IF outcome IS NOT NULL THEN
        RETURN;
    END IF;
    IF way NOT IN ('web', 'assisted') OR length(person) <> 32 OR length(this_attempt) <> 16
        OR length(promise) <> 32 OR length(signed) <> 64 OR length(inner_) <> urn.sealed_length
    THEN
        RAISE EXCEPTION 'not an envelope of this urn' USING ERRCODE = 'check_violation';
    END IF;

    -- The receipt was signed before the cast, by the day of a web host's clock.
    IF signed_on <> (came AT TIME ZONE 'America/Lima')::date THEN
        outcome := 'other_day';
        RETURN;
    END IF;

    -- One person's casts come one after the other from here on.
    INSERT INTO votes_mark (municipality_id, urn_id, person_key, channel, place)
    VALUES (urn.municipality_id, this_urn, person, way, lives)
    ON CONFLICT (urn_id, person_key) DO NOTHING;
    SELECT m.channel INTO voted FROM votes_mark m
    WHERE m.urn_id = this_urn AND m.person_key = person FOR NO KEY UPDATE;
    IF voted = 'paper' THEN
        outcome := 'paper';
        RETURN;
    END IF;
    SELECT e.commitment, e.signature INTO commitment, signature FROM votes_envelope e
    WHERE e.urn_id = this_urn AND e.person_key = person AND e.attempt = this_attempt;
    IF FOUND THEN
        outcome := 'ok_again';
        RETURN;
    END IF;
    INSERT INTO votes_envelope (
        municipality_id, urn_id, person_key, attempt, commitment, sealed, signature, day
    ) VALUES (
        urn.municipality_id, this_urn, person, this_attempt, promise, inner_, signed, signed_on
    );
    UPDATE votes_mark m SET channel = way, place = lives
    WHERE m.urn_id = this_urn AND m.person_key = person AND (m.channel, m.place) <> (way, lives);
    outcome := 'ok';
    commitment := promise;
    signature := signed;
END $$
"""
MARK_PAPER = """
CREATE FUNCTION votes_mark_paper(this_urn bigint, person bytea, lives text, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    urn votes_urn;
    came timestamptz;
    voted text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(votes_lock(this_urn));
    came := votes_clock();
    SELECT * INTO urn FROM votes_urn u WHERE u.id = this_urn;
    outcome := CASE
        WHEN NOT FOUND THEN 'unknown'
        WHEN urn.state IN ('prepared', 'frozen') THEN 'not_ready'
        WHEN urn.state = 'cancelled' THEN 'cancelled'
        WHEN urn.state <> 'ready' OR came >= urn.closes_at THEN 'closed'
        WHEN came < urn.opens_at THEN 'early'
    END;
    IF outcome IS NOT NULL THEN
        RETURN;
    END IF;
    IF length(person) <> 32 THEN
        RAISE EXCEPTION 'not a person of this urn' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO votes_mark (municipality_id, urn_id, person_key, channel, place)
    VALUES (urn.municipality_id, this_urn, person, 'paper', lives)
    ON CONFLICT (urn_id, person_key) DO NOTHING;
    IF FOUND THEN
        outcome := 'ok';
        RETURN;
    END IF;
    SELECT m.channel INTO voted FROM votes_mark m
    WHERE m.urn_id = this_urn AND m.person_key = person FOR NO KEY UPDATE;
    IF voted = 'paper' THEN
        outcome := 'paper';
        RETURN;
    END IF;
    UPDATE votes_mark m SET channel = 'paper', place = lives
    WHERE m.urn_id = this_urn AND m.person_key = person;
    outcome := 'replaced';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("votes", "0003_what_came_out")]
    operations = [
        *[ProtectTable(f"votes_{table}") for table in ("openedanswer", "outcome")],
        *[AppendOnly(f"votes_{table}") for table in ("openedanswer", "outcome")],
        migrations.RunSQL(
            sql=[
                "DROP FUNCTION votes_cast(bigint, bytea, text, bytea, bytea, bytea, bytea, date)",
                "DROP FUNCTION votes_mark_paper(bigint, bytea)",
                CAST,
                MARK_PAPER,
            ],
            reverse_sql=[
                "DROP FUNCTION votes_cast(bigint, bytea, text, bytea, bytea, bytea, bytea, date, text)",
                "DROP FUNCTION votes_mark_paper(bigint, bytea, text)",
                BEFORE.CAST,
                BEFORE.MARK_PAPER,
            ],
        ),
    ]
