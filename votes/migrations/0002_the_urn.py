"""The urn in SQL: who may write, in which order, and what the clock says."""

from django.db import migrations

from municipalities.rls import AppendOnly, ProtectTable


TABLES = ("urn", "mark", "envelope", "checkpoint", "leaf")

# One clock for all web hosts; tests put another in its place.
CLOCK = """
CREATE FUNCTION votes_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS
'SELECT clock_timestamp()'
"""

# A cast holds this lock shared until it has committed; whoever changes the state takes it
# alone. So a state never changes between what a cast has read and what it writes, and a
# lock in memory costs casts nothing on disk.
LOCK = """
CREATE FUNCTION votes_lock(urn bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
'SELECT (''x'' || substr(md5(''votes.urn''), 1, 8))::bit(32)::bigint << 31 # urn'
"""

GUARD = """
CREATE FUNCTION votes_guard_urn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'prepared' THEN
            RAISE EXCEPTION 'a frozen urn stays' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.state <> OLD.state THEN
        IF (OLD.state, NEW.state) NOT IN (
            ('prepared', 'frozen'), ('frozen', 'ready'), ('ready', 'closed'),
            ('closed', 'opened'), ('frozen', 'cancelled'), ('ready', 'cancelled'),
            ('closed', 'cancelled')
        ) THEN
            RAISE EXCEPTION 'an urn does not go from % to %', OLD.state, NEW.state
                USING ERRCODE = 'restrict_violation';
        END IF;
        PERFORM pg_advisory_xact_lock(votes_lock(NEW.id));
        IF NEW.state = 'closed' AND votes_clock() < NEW.closes_at THEN
            RAISE EXCEPTION 'the urn is still open' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.state = 'frozen' AND NEW.digest <> sha256(convert_to(NEW.definition, 'UTF8')) THEN
            RAISE EXCEPTION 'the digest is not that of the definition'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF OLD.state <> 'prepared' AND (
        (NEW.municipality_id, NEW.label, NEW.definition, NEW.digest, NEW.opens_at,
         NEW.closes_at, NEW.sealed_length, NEW.key_version)
        IS DISTINCT FROM
        (OLD.municipality_id, OLD.label, OLD.definition, OLD.digest, OLD.opens_at,
         OLD.closes_at, OLD.sealed_length, OLD.key_version)
    ) THEN
        RAISE EXCEPTION 'the rules of a frozen urn do not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.seal_key IS NOT NULL AND NEW.seal_key IS DISTINCT FROM OLD.seal_key)
        OR (OLD.sign_key IS NOT NULL AND NEW.sign_key IS DISTINCT FROM OLD.sign_key) THEN
        RAISE EXCEPTION 'the keys of an urn do not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# The only writer of envelopes. It runs as the owner of the tables, because the site's role
# may not write to them; the policies bind the owner too, so the scope still decides what is
# seen. The clock is read after the lock is held and before anybody is waited for: whoever
# came in time counts, and closing waits for them.
CAST = """
CREATE FUNCTION votes_cast(
    this_urn bigint, person bytea, way text, this_attempt bytea, promise bytea, inner_ bytea,
    signed bytea, signed_on date, OUT outcome text, OUT commitment bytea, OUT signature bytea
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
    INSERT INTO votes_mark (municipality_id, urn_id, person_key, channel)
    VALUES (urn.municipality_id, this_urn, person, way)
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
    IF voted <> way THEN
        UPDATE votes_mark m SET channel = way WHERE m.urn_id = this_urn AND m.person_key = person;
    END IF;
    outcome := 'ok';
    commitment := promise;
    signature := signed;
END $$
"""

# Somebody takes a paper ballot at a desk: the paper replaces what they sent by the web.
MARK_PAPER = """
CREATE FUNCTION votes_mark_paper(this_urn bigint, person bytea, OUT outcome text)
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
    INSERT INTO votes_mark (municipality_id, urn_id, person_key, channel)
    VALUES (urn.municipality_id, this_urn, person, 'paper')
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
    UPDATE votes_mark m SET channel = 'paper'
    WHERE m.urn_id = this_urn AND m.person_key = person;
    outcome := 'replaced';
END $$
"""

# The site's role reads; these functions write.
ONLY_BY_FUNCTION = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'decide_app') THEN
        REVOKE INSERT, UPDATE, DELETE ON votes_mark, votes_envelope FROM decide_app;
    END IF;
END $$
"""


def function(name, sql):
    return migrations.RunSQL(sql=sql, reverse_sql=f"DROP FUNCTION {name}")


class Migration(migrations.Migration):
    dependencies = [("votes", "0001_initial")]
    operations = [
        *[ProtectTable(f"votes_{table}") for table in TABLES],
        *[AppendOnly(f"votes_{table}") for table in ("envelope", "checkpoint", "leaf")],
        function("votes_clock()", CLOCK),
        function("votes_lock(bigint)", LOCK),
        function("votes_guard_urn()", GUARD),
        migrations.RunSQL(
            sql="CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON votes_urn"
            " FOR EACH ROW EXECUTE FUNCTION votes_guard_urn()",
            reverse_sql="DROP TRIGGER guard ON votes_urn",
        ),
        function("votes_cast(bigint, bytea, text, bytea, bytea, bytea, bytea, date)", CAST),
        function("votes_mark_paper(bigint, bytea)", MARK_PAPER),
        migrations.RunSQL(
            sql=ONLY_BY_FUNCTION,
            reverse_sql="GRANT INSERT, UPDATE, DELETE ON votes_mark, votes_envelope TO decide_app",
        ),
    ]
