"""The urn in SQL: who may write, in which order, and what the clock says."""

from django.db import migrations

from municipalities.rls import AppendOnly, Function, Guard, ProtectTable, SameParent


TABLES = (
    *("urn", "mark", "envelope", "spoiled", "turnout", "checkpoint", "leaf"),
    *("openedanswer", "outcome"),
    *("poll", "question", "option", "approval", "complaint"),
    *("trustee", "keyceremony", "keyshare"),
    *("desk", "shift", "table", "paperevent", "entrypart", "paperentry"),
)
ONLY_ADDED = (
    *("spoiled", "turnout", "checkpoint", "leaf", "openedanswer", "outcome"),
    *("approval", "paperevent", "paperentry"),
)

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
            ('closed', 'opened'), ('prepared', 'cancelled'), ('frozen', 'cancelled'),
            ('ready', 'cancelled'), ('closed', 'cancelled')
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
        IF NEW.state = 'frozen' AND NOT NEW.is_test
            AND EXISTS (SELECT FROM votes_poll p WHERE p.urn_id = NEW.id)
            AND NOT EXISTS (
                SELECT FROM votes_approval a JOIN votes_poll p ON p.id = a.poll_id
                WHERE p.urn_id = NEW.id GROUP BY a.content HAVING count(*) >= 2
            )
        THEN
            RAISE EXCEPTION 'two people approve a vote before its rules are frozen'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.state = 'opened' THEN
            PERFORM votes_guard_opening(NEW.id);
        END IF;
    END IF;
    IF NEW.is_test <> OLD.is_test THEN
        RAISE EXCEPTION 'a test stays a test' USING ERRCODE = 'restrict_violation';
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
    IF OLD.objections_until IS NOT NULL
        AND NEW.objections_until IS DISTINCT FROM OLD.objections_until THEN
        RAISE EXCEPTION 'the term of objections does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# The roll and the envelopes agree, and so do the papers, or the urn does not open.
GUARD_OPENING = """
CREATE FUNCTION votes_guard_opening(this_urn bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM votes_table t JOIN votes_poll p ON p.id = t.poll_id
        WHERE p.urn_id = this_urn AND t.settled_at IS NULL
    ) THEN
        RAISE EXCEPTION 'a table is not settled yet' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT * FROM votes_mark m WHERE m.urn_id = this_urn) m
        FULL JOIN (SELECT DISTINCT person_key FROM votes_envelope e WHERE e.urn_id = this_urn) e
        ON e.person_key = m.person_key
        WHERE m.person_key IS NULL OR (e.person_key IS NULL AND m.channel <> 'paper')
    ) THEN
        RAISE EXCEPTION 'the roll and the envelopes differ' USING ERRCODE = 'restrict_violation';
    END IF;
END $$
"""

# What is asked of whom is settled with the urn: not even a slip of the admin changes it then.
GUARD_RULES = """
CREATE FUNCTION votes_guard_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_ record;
    state_ text;
BEGIN
    row_ := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    SELECT u.state INTO state_
    FROM votes_poll p JOIN votes_urn u ON u.id = p.urn_id
    WHERE p.id = CASE TG_TABLE_NAME
        WHEN 'votes_option' THEN
            (SELECT q.poll_id FROM votes_question q
             WHERE q.id = (to_jsonb(row_) ->> 'question_id')::bigint)
        ELSE (to_jsonb(row_) ->> 'poll_id')::bigint
    END;
    IF state_ <> 'prepared' THEN
        RAISE EXCEPTION 'the rules of a frozen vote do not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN row_;
END $$
"""
GUARD_POLL = """
CREATE FUNCTION votes_guard_poll() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state_ text;
BEGIN
    SELECT u.state INTO state_ FROM votes_urn u WHERE u.id = OLD.urn_id;
    IF TG_OP = 'DELETE' THEN
        IF state_ <> 'prepared' THEN
            RAISE EXCEPTION 'a frozen vote stays' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF state_ <> 'prepared' AND (
        (NEW.municipality_id, NEW.urn_id, NEW.thread_id, NEW.title, NEW.text, NEW.meaning,
         NEW.effect, NEW.norm, NEW.in_favour, NEW.against, NEW.districts, NEW.custody,
         NEW.keys_needed, NEW.answer_due_on, NEW.is_template)
        IS DISTINCT FROM
        (OLD.municipality_id, OLD.urn_id, OLD.thread_id, OLD.title, OLD.text, OLD.meaning,
         OLD.effect, OLD.norm, OLD.in_favour, OLD.against, OLD.districts, OLD.custody,
         OLD.keys_needed, OLD.answer_due_on, OLD.is_template)
    ) THEN
        RAISE EXCEPTION 'the rules of a frozen vote do not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# Why an urn takes nothing at a moment; nothing if it does. One answer for web, audit and paper.
REFUSAL = """
CREATE FUNCTION votes_refusal(urn votes_urn, came timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN (urn).id IS NULL THEN 'unknown'
        WHEN (urn).state IN ('prepared', 'frozen') THEN 'not_ready'
        WHEN (urn).state = 'cancelled' THEN 'cancelled'
        WHEN (urn).state <> 'ready' OR came >= (urn).closes_at THEN 'closed'
        WHEN came < (urn).opens_at THEN 'early'
    END
$$
"""

# The only writer of envelopes. It runs as the owner of the tables, because the site's role
# may not write to them; the policies bind the owner too, so the scope still decides what is
# seen. The clock is read after the lock is held and before anybody is waited for: whoever
# came in time counts, and closing waits for them.
CAST = """
CREATE FUNCTION votes_cast(
    this_urn bigint, person bytea, way text, this_attempt bytea, promise bytea, inner_ bytea,
    signed bytea, signed_on date, lives text, pretends boolean,
    OUT outcome text, OUT commitment bytea, OUT signature bytea, OUT is_first boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    urn votes_urn;
    came timestamptz;
    voted text;
BEGIN
    is_first := false;
    PERFORM pg_advisory_xact_lock_shared(votes_lock(this_urn));
    came := votes_clock();
    SELECT * INTO urn FROM votes_urn u WHERE u.id = this_urn;
    -- The same form again has its answer, also after the urn has closed.
    SELECT e.commitment, e.signature INTO commitment, signature FROM votes_envelope e
    WHERE e.urn_id = this_urn AND e.person_key = person AND e.attempt = this_attempt;
    IF FOUND THEN
        outcome := 'ok_again';
        RETURN;
    END IF;
    outcome := votes_refusal(urn, came);
    IF outcome IS NOT NULL THEN
        RETURN;
    END IF;
    IF way NOT IN ('web', 'assisted') OR length(person) <> 32 OR length(this_attempt) <> 16
        OR length(promise) <> 32 OR length(signed) <> 64 OR length(inner_) <> urn.sealed_length
        OR pretends <> urn.is_test
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
    is_first := FOUND;
    voted := way;
    IF NOT is_first THEN
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
    END IF;
    -- An audit of the same form is not on its way meanwhile: it takes the lock alone.
    PERFORM FROM votes_spoiled s WHERE s.urn_id = this_urn AND s.attempt = this_attempt;
    IF FOUND THEN
        outcome := 'spoiled';
        IF is_first THEN
            DELETE FROM votes_mark m WHERE m.urn_id = this_urn AND m.person_key = person;
            is_first := false;
        END IF;
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

# A voter lets the ballot be opened before casting it, to see that it was sealed as they chose.
# It takes the urn's lock alone, so that no cast of the same form is on its way meanwhile.
SPOIL = """
CREATE FUNCTION votes_spoil(
    this_urn bigint, person bytea, this_attempt bytea, promise bytea, OUT outcome text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    urn votes_urn;
    came timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(votes_lock(this_urn));
    came := votes_clock();
    SELECT * INTO urn FROM votes_urn u WHERE u.id = this_urn;
    outcome := votes_refusal(urn, came);
    IF outcome IS NOT NULL THEN
        RETURN;
    END IF;
    IF length(this_attempt) <> 16 OR length(promise) <> 32 THEN
        RAISE EXCEPTION 'not a ballot of this urn' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM FROM votes_envelope e
    WHERE e.urn_id = this_urn AND e.person_key = person AND e.attempt = this_attempt;
    IF FOUND THEN
        outcome := 'cast';
        RETURN;
    END IF;
    INSERT INTO votes_spoiled (municipality_id, urn_id, attempt, commitment, day)
    VALUES (urn.municipality_id, this_urn, this_attempt, promise,
            (came AT TIME ZONE 'America/Lima')::date)
    ON CONFLICT (urn_id, attempt) DO NOTHING;
    outcome := 'ok';
END $$
"""

# Somebody takes a paper ballot at a desk: the paper replaces what they sent by the web.
MARK_PAPER = """
CREATE FUNCTION votes_mark_paper(
    this_urn bigint, person bytea, lives text, pretends boolean, OUT outcome text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    urn votes_urn;
    came timestamptz;
    voted text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(votes_lock(this_urn));
    came := votes_clock();
    SELECT * INTO urn FROM votes_urn u WHERE u.id = this_urn;
    outcome := votes_refusal(urn, came);
    IF outcome IS NOT NULL THEN
        RETURN;
    END IF;
    IF length(person) <> 32 OR pretends <> urn.is_test THEN
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
    UPDATE votes_mark m SET channel = 'paper'
    WHERE m.urn_id = this_urn AND m.person_key = person;
    outcome := 'replaced';
END $$
"""

# An envelope changes in one way alone: once objections are over, what was sealed is emptied.
GUARD_ENVELOPE = """
CREATE FUNCTION votes_guard_envelope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.sealed = ''::bytea AND to_jsonb(NEW) - 'sealed' = to_jsonb(OLD) - 'sealed'
        AND EXISTS (
            SELECT FROM votes_urn u
            WHERE u.id = OLD.urn_id AND u.state = 'opened' AND u.objections_until <= votes_clock()
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of votes_envelope are only ever added' USING ERRCODE = 'restrict_violation';
END $$
"""
DESTROY = """
CREATE FUNCTION votes_destroy(this_urn bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    emptied bigint;
BEGIN
    UPDATE votes_envelope SET sealed = ''::bytea WHERE urn_id = this_urn AND sealed <> ''::bytea;
    GET DIAGNOSTICS emptied = ROW_COUNT;
    RETURN emptied;
END $$
"""
GUARDED_ENVELOPES = [
    "CREATE TRIGGER append_only BEFORE TRUNCATE ON votes_envelope"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "ALTER TABLE votes_envelope ENABLE ALWAYS TRIGGER append_only",
    "CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON votes_envelope"
    " FOR EACH ROW EXECUTE FUNCTION votes_guard_envelope()",
    "ALTER TABLE votes_envelope ENABLE ALWAYS TRIGGER guard",
]

# The site's role reads; these functions write.
ONLY_BY_FUNCTION = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'decide_app') THEN
        REVOKE INSERT, UPDATE, DELETE ON votes_mark, votes_envelope, votes_spoiled FROM decide_app;
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("votes", "0001_initial"), ("participation", "0017_polls")]
    operations = [
        *[ProtectTable(f"votes_{table}") for table in TABLES],
        *[AppendOnly(f"votes_{table}") for table in ONLY_ADDED],
        SameParent("votes_poll", "thread_id", "participation_thread"),
        *[
            SameParent(f"votes_{table}", "poll_id", "votes_poll")
            for table in ("question", "approval", "complaint", "trustee", "keyceremony", "table")
        ],
        Function("votes_clock()", CLOCK),
        Function("votes_lock(bigint)", LOCK),
        Function("votes_guard_opening(bigint)", GUARD_OPENING),
        Function("votes_guard_urn()", GUARD),
        Guard("votes_urn", "votes_guard_urn()", name="guard"),
        Function("votes_guard_rules()", GUARD_RULES),
        *[
            Guard(
                f"votes_{table}",
                "votes_guard_rules()",
                on="INSERT OR UPDATE OR DELETE",
                name="guard",
            )
            for table in ("question", "option", "trustee")
        ],
        Function("votes_guard_poll()", GUARD_POLL),
        Guard("votes_poll", "votes_guard_poll()", name="guard"),
        Function("votes_guard_envelope()", GUARD_ENVELOPE),
        migrations.RunSQL(
            sql=GUARDED_ENVELOPES,
            reverse_sql=[
                "DROP TRIGGER guard ON votes_envelope",
                "DROP TRIGGER append_only ON votes_envelope",
            ],
        ),
        Function("votes_refusal(votes_urn, timestamptz)", REFUSAL),
        Function(
            "votes_cast(bigint, bytea, text, bytea, bytea, bytea, bytea, date, text, boolean)", CAST
        ),
        Function("votes_spoil(bigint, bytea, bytea, bytea)", SPOIL),
        Function("votes_mark_paper(bigint, bytea, text, boolean)", MARK_PAPER),
        Function("votes_destroy(bigint)", DESTROY),
        migrations.RunSQL(
            sql=ONLY_BY_FUNCTION,
            reverse_sql="GRANT INSERT, UPDATE, DELETE"
            " ON votes_mark, votes_envelope, votes_spoiled TO decide_app",
        ),
    ]
